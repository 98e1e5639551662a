/* SPDX-License-Identifier: Apache-2.0 */
#include "core/log.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECRETS_MAX = 64, SECRET_MIN = 4, SECRET_SIZE_MAX = 65536, LINE_MAX_BYTES = 4096 };

/* The one global of the core: who writes to standard error must know what may not be written there. */
static struct {
	int threshold;
	size_t count;
	char *secrets[SECRETS_MAX];
	size_t uses[SECRETS_MAX];
} log_state = {.threshold = APOLLO_WARNING};

void log_threshold(int level)
{
	log_state.threshold = level;
}

int log_secret(const char *value)
{
	size_t size = strlen(value);

	if (size < SECRET_MIN)
		return 0;
	if (size > SECRET_SIZE_MAX)
		return APOLLO_NOMEM;
	for (size_t i = 0; i < log_state.count; i++)
		if (strcmp(log_state.secrets[i], value) == 0) {
			log_state.uses[i]++;
			return 0;
		}
	if (log_state.count == SECRETS_MAX)
		return APOLLO_NOMEM;
	log_state.secrets[log_state.count] = strdup(value);
	if (!log_state.secrets[log_state.count])
		return APOLLO_NOMEM;
	log_state.uses[log_state.count++] = 1;
	return 0;
}

static void secret_drop(size_t i)
{
	OPENSSL_cleanse(log_state.secrets[i], strlen(log_state.secrets[i]));
	free(log_state.secrets[i]);
	log_state.count--;
	log_state.secrets[i] = log_state.secrets[log_state.count];
	log_state.uses[i] = log_state.uses[log_state.count];
}

void log_secret_forget(const char *value)
{
	for (size_t i = 0; i < log_state.count; i++)
		if (strcmp(log_state.secrets[i], value) == 0) {
			if (--log_state.uses[i] == 0)
				secret_drop(i);
			return;
		}
}

/* Cuts every occurrence of one secret out of data, leaving *** where there is room for it. */
static void redact_one(char *data, size_t *size, const char *secret)
{
	size_t length = strlen(secret), stars = length < 3 ? length : 3;
	char *at = data;

	while ((at = memmem(at, *size - (size_t)(at - data), secret, length)) != NULL) {
		size_t behind = *size - (size_t)(at - data) - length;

		memset(at, '*', stars);
		memmove(at + stars, at + length, behind + 1);
		*size -= length - stars;
		at += stars;
	}
}

void log_redact(char *text, size_t *size)
{
	for (size_t i = 0; i < log_state.count; i++)
		redact_one(text, size, log_state.secrets[i]);
}

void log_release(void)
{
	while (log_state.count)
		secret_drop(log_state.count - 1);
}

static void line_write(const char *prefix, const char *text)
{
	char line[LINE_MAX_BYTES];
	int length = snprintf(line, sizeof(line) - 1, "%s%s", prefix, text);
	size_t size = length < 0 ? 0 : (size_t)length;

	if (size > sizeof(line) - 2)
		size = sizeof(line) - 2;
	log_redact(line, &size);
	line[size++] = '\n';
	(void)fwrite(line, 1, size, stderr);
}

void log_line(int level, const char *format, ...)
{
	static const char *const prefixes[] = {"apollo: debug: ", "apollo: ", "apollo: warning: ", "apollo: error: "};
	char text[LINE_MAX_BYTES];
	va_list arguments;

	if (level < log_state.threshold)
		return;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (level < APOLLO_DEBUG || level > APOLLO_ERROR)
		level = APOLLO_ERROR;
	line_write(prefixes[level], text);
}

void log_error(const struct error *error)
{
	line_write("apollo: error: ", error->message);
	if (error->detail[0])
		line_write("    ", error->detail);
	if (error->hint[0])
		line_write("    hint: ", error->hint);
}
