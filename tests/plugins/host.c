/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host_block {
	struct host_block *older;
	_Alignas(max_align_t) unsigned char data[];
};

static void *block_alloc(struct host *host, size_t size)
{
	struct host_block *block;

	if (size > HOST_BYTES_MAX || host->used > HOST_BYTES_MAX - size)
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->older = host->blocks;
	host->blocks = block;
	host->used += size;
	return block->data;
}

static void *host_alloc(const struct apollo_call *call, size_t size)
{
	struct host *host = call->core;

	host->allocs++;
	return host->allocs == host->fail_at ? NULL : block_alloc(host, size);
}

static void text_set(char *into, const char *text)
{
	(void)snprintf(into, HOST_TEXT, "%s", text ? text : "");
}

static int host_fail(const struct apollo_call *call, int code, const char *message, const char *detail,
		     const char *hint)
{
	struct host *host = call->core;

	host->fails++;
	host->code = code;
	text_set(host->message, message);
	text_set(host->detail, detail);
	text_set(host->hint, hint);
	return code;
}

static void host_note(const struct apollo_call *call, int level, const char *message)
{
	struct host *host = call->core;

	(void)level;
	host->notes++;
	text_set(host->note, message);
}

static const char *host_secret(const struct apollo_call *call, const char *reference)
{
	struct host *host = call->core;
	char *copy;

	if (!host->secret) {
		(void)host_fail(call, APOLLO_CONFIG, "the secret cannot be had", reference, NULL);
		return NULL;
	}
	copy = host_alloc(call, strlen(host->secret) + 1);
	if (copy)
		memcpy(copy, host->secret, strlen(host->secret) + 1);
	else
		(void)host_fail(call, APOLLO_NOMEM, "out of memory for a secret", NULL, NULL);
	return copy;
}

void host_init(struct host *host, int64_t now)
{
	*host = (struct host){
		.call = {.size = sizeof(host->call), .core = host, .now = now, .alloc = host_alloc, .fail = host_fail,
			 .note = host_note, .secret = host_secret}};
}

void host_clear(struct host *host)
{
	while (host->blocks) {
		struct host_block *older = host->blocks->older;

		free(host->blocks);
		host->blocks = older;
	}
	host->used = host->allocs = host->fails = host->notes = 0;
	host->code = 0;
	host->message[0] = host->detail[0] = host->hint[0] = host->note[0] = '\0';
}

void host_release(struct host *host)
{
	host_clear(host);
}

/* "2h" as "7200"; anything else as it is. */
static const char *duration_value(struct host *host, const char *text)
{
	static const char units[] = "smhd";
	static const long long sizes[] = {1, 60, 3600, 86400};
	char *end;
	long long count = strtoll(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	char *value = unit ? block_alloc(host, 24) : NULL;

	if (value)
		(void)snprintf(value, 24, "%lld", count * sizes[unit - units]);
	return value ? value : text;
}

const char **host_values(struct host *host, const struct apollo_option *table, size_t count, const char *const *pairs)
{
	const char **values = calloc(count + 1, sizeof(*values));
	size_t i;

	for (i = 0; values && i < count; i++)
		values[i] = table[i].fallback && table[i].type == APOLLO_DURATION
				    ? duration_value(host, table[i].fallback)
				    : table[i].fallback;
	for (; values && pairs && *pairs; pairs += 2) {
		for (i = 0; i < count && strcmp(table[i].name, pairs[0]) != 0; i++)
			;
		if (i == count) {
			free(values);
			return NULL;
		}
		values[i] = pairs[1];
	}
	return values;
}
