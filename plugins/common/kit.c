/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/common/kit.h"

#include <stdlib.h>

enum { TOKEN_BYTES = 16384, TOKEN_SECONDS = 86400 };

char **values_copy(const char *const *values, size_t count)
{
	size_t size = count * sizeof(char *);
	char **copies, *at;

	for (size_t i = 0; i < count; i++)
		size += values[i] ? strlen(values[i]) + 1 : 0;
	copies = calloc(1, size + 1);
	if (!copies)
		return NULL;
	at = (char *)(copies + count);
	for (size_t i = 0; i < count; i++) {
		size_t length = values[i] ? strlen(values[i]) + 1 : 0;

		if (!length)
			continue;
		memcpy(at, values[i], length);
		copies[i] = at;
		at += length;
	}
	return copies;
}

int option_number(const struct apollo_call *call, const char *name, const char *value, int64_t least, int64_t most,
		  int64_t *number)
{
	int64_t read;

	if (!value || apollo_decimal_read(value, strlen(value), 0, APOLLO_EXACT, &read) < 0 || read < least || read > most)
		return fail_print(call, APOLLO_CONFIG, NULL, NULL, "option %s is \"%.100s\", not a number from %lld to %lld",
				  name, value ? value : "", (long long)least, (long long)most);
	*number = read;
	return 0;
}

int fail_print(const struct apollo_call *call, int code, const char *detail, const char *hint, const char *format, ...)
{
	char message[500];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	return call->fail(call, code, message, detail, hint);
}

int fail_memory(const struct apollo_call *call, const char *what)
{
	return fail_print(call, APOLLO_NOMEM, NULL, NULL, "out of memory for %s", what);
}

int reply_code(const struct apollo_reply *reply)
{
	int status = reply->status;

	if (status >= 200 && status < 300)
		return 0;
	if (status == 401 || status == 403)
		return APOLLO_AUTH;
	if (status == 429)
		return APOLLO_THROTTLED;
	if (status >= 300 && status < 500 && status != 408 && status != 425)
		return APOLLO_REJECTED;
	return APOLLO_RETRY;
}

int reply_fail(const struct apollo_call *call, const struct apollo_reply *reply, const char *what, const char *detail)
{
	int code = reply_code(reply);

	if (!reply->status)
		return fail_print(call, APOLLO_RETRY, reply->transport_error, NULL, "%s: no answer", what);
	if (!detail)
		detail = line_copy(call, reply->body);
	if (code == 0)
		return fail_print(call, APOLLO_REJECTED, detail, "check that the endpoint is the service's own",
				  "%s: HTTP %d with an answer that cannot be read", what, (int)reply->status);
	return fail_print(call, code, detail, NULL, "%s: HTTP %d", what, (int)reply->status);
}

const char *line_copy(const struct apollo_call *call, const char *text)
{
	char *line = text ? call->alloc(call, LINE_BYTES + 1) : NULL;
	size_t used = 0, rest = text ? strlen(text) : 0;

	for (size_t size, taken; line && rest > 0; text += taken, rest -= taken, used += taken) {
		size = apollo_character_size(text, rest);
		taken = size ? size : 1;
		if (used + taken > LINE_BYTES)
			break;
		memcpy(line + used, text, taken);
		if (size == 0)
			line[used] = '?';
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			line[used] = ' ';
	}
	return line;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

bool text_same(const char *a, const char *b)
{
	if (!a || !b)
		return false;
	while (*a && lower(*a) == lower(*b)) {
		a++;
		b++;
	}
	return lower(*a) == lower(*b);
}

bool guid_valid(const char *text)
{
	size_t i;

	for (i = 0; text[i] && i < 36; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
		char c = lower(text[i]);

		if (hyphen ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return i == 36 && !text[i];
}

bool token_valid(const char *text)
{
	size_t size = 0;

	for (; text[size]; size++)
		if (size == TOKEN_BYTES || text[size] <= ' ' || text[size] > '~')
			return false;
	return size > 0;
}

char *token_result(const struct apollo_call *call, const char *token, int64_t seconds)
{
	struct apollo_text text = apollo_text_begin(call);

	apollo_text_add(&text, "{\"token\":");
	apollo_text_json(&text, token);
	apollo_text_print(&text, ",\"expires_in\":%d}", (int)(seconds < TOKEN_SECONDS ? seconds : TOKEN_SECONDS));
	return apollo_text_end(&text);
}

int flow_turn(const struct flow *flows, size_t count, void *instance, const struct apollo_call *call,
	      const struct apollo_turn *turn, struct apollo_move *move)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(flows[i].goal, turn->goal) == 0)
			return (turn->reply ? flows[i].read : flows[i].ask)(instance, call, turn, move);
	return fail_print(call, APOLLO_UNSUPPORTED, NULL, NULL, "the goal \"%.100s\" is not offered", turn->goal);
}

int move_done(const struct apollo_call *call, struct apollo_move *move, const char *result)
{
	if (!result)
		return fail_memory(call, "a result");
	move->kind = APOLLO_DONE;
	move->result = result;
	return 0;
}

int move_send(const struct apollo_call *call, struct apollo_move *move, const char *method, const char *url)
{
	if (!url)
		return fail_memory(call, "a request");
	move->kind = APOLLO_SEND;
	move->request->method = method;
	move->request->url = url;
	return 0;
}
