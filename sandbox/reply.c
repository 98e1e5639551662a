/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/state.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

const char *request_header(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_query(const struct request *request, const char *name)
{
	const char *value = NULL;

	if (MHD_lookup_connection_value_n(request->connection, MHD_GET_ARGUMENT_KIND, name, strlen(name), &value,
					  NULL) != MHD_YES)
		return NULL;
	return value ? value : "";
}

bool request_too_large(const struct request *request)
{
	return request->body.size > request->route->body_max;
}

bool request_is(const struct request *request, const char *media_type)
{
	const char *type = request_header(request, "Content-Type");
	size_t size = strlen(media_type);

	return type && strncasecmp(type, media_type, size) == 0 &&
	       (type[size] == '\0' || type[size] == ';' || type[size] == ' ');
}

void reply_header(struct reply *reply, const char *name, const char *format, ...)
{
	struct reply_header *header;
	va_list arguments;

	if (reply->header_count == REPLY_HEADERS_MAX)
		return;
	header = &reply->headers[reply->header_count++];
	header->name = name;
	va_start(arguments, format);
	(void)vsnprintf(header->value, sizeof(header->value), format, arguments);
	va_end(arguments);
}

void reply_status(struct reply *reply, unsigned status, const char *type)
{
	buffer_clear(&reply->body);
	reply->status = status;
	reply->type = type;
}

/* ---- errors ------------------------------------------------------------------------------------------------ */

struct message {
	char text[ERROR_TEXT];
};

/* Where a message is cut, it is not inside of a character. */
__attribute__((format(printf, 2, 0))) static void message_print(struct message *message, const char *format,
								 va_list arguments)
{
	size_t size = sizeof(message->text) - 1;

	if (vsnprintf(message->text, sizeof(message->text), format, arguments) < (int)sizeof(message->text))
		return;
	while (size && ((unsigned char)message->text[size - 1] & 0xc0) == 0x80)
		size--;
	message->text[size ? size - 1 : 0] = '\0';
}

static void azure_fill(struct reply *reply, unsigned status, const char *code, const char *target,
		       const struct message *message)
{
	reply_status(reply, status, "application/json");
	(void)buffer_print(&reply->body, "{\"code\":\"%s\"", code);
	if (target)
		(void)buffer_print(&reply->body,
				   ",\"target\":\"usageEventRequest\",\"message\":\"The request was refused.\","
				   "\"details\":[{\"code\":\"%s\",\"target\":\"%s\"",
				   code, target);
	(void)buffer_text(&reply->body, ",\"message\":");
	(void)buffer_json(&reply->body, message->text);
	(void)buffer_text(&reply->body, target ? "}]}" : "}");
}

static const char *azure_word(unsigned status)
{
	switch (status) {
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "NotFound";
	case 405:
		return "MethodNotAllowed";
	case 413:
		return "RequestTooLarge";
	case 429:
		return "TooManyRequests";
	default:
		return status >= 500 ? "ServiceError" : "BadArgument";
	}
}

/* The canonical word for an HTTP status, as Google's services pair them. */
static const char *google_word(unsigned status)
{
	switch (status) {
	case 400:
		return "INVALID_ARGUMENT";
	case 401:
		return "UNAUTHENTICATED";
	case 403:
		return "PERMISSION_DENIED";
	case 404:
		return "NOT_FOUND";
	case 409:
		return "ABORTED";
	case 429:
		return "RESOURCE_EXHAUSTED";
	case 503:
		return "UNAVAILABLE";
	case 504:
		return "DEADLINE_EXCEEDED";
	default:
		return status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION";
	}
}

static void google_fill(struct reply *reply, unsigned status, const struct message *message)
{
	reply_status(reply, status, "application/json; charset=UTF-8");
	(void)buffer_print(&reply->body, "{\"error\":{\"code\":%u,\"message\":", status);
	(void)buffer_json(&reply->body, message->text);
	(void)buffer_print(&reply->body, ",\"status\":\"%s\"}}", google_word(status));
	if (status == 401)
		reply_header(reply, "WWW-Authenticate", "Bearer realm=\"https://accounts.google.com/\"");
}

static void control_fill(struct reply *reply, unsigned status, const struct message *message)
{
	reply_status(reply, status, "application/json");
	(void)buffer_text(&reply->body, "{\"error\":");
	(void)buffer_json(&reply->body, message->text);
	(void)buffer_text(&reply->body, "}");
}

void reply_azure_error(struct reply *reply, unsigned status, const char *code, const char *target, const char *format,
		       ...)
{
	struct message message;
	va_list arguments;

	va_start(arguments, format);
	message_print(&message, format, arguments);
	va_end(arguments);
	azure_fill(reply, status, code, target, &message);
}

void reply_google_error(struct reply *reply, unsigned status, const char *format, ...)
{
	struct message message;
	va_list arguments;

	va_start(arguments, format);
	message_print(&message, format, arguments);
	va_end(arguments);
	google_fill(reply, status, &message);
}

void reply_control_error(struct reply *reply, unsigned status, const char *format, ...)
{
	struct message message;
	va_list arguments;

	va_start(arguments, format);
	message_print(&message, format, arguments);
	va_end(arguments);
	control_fill(reply, status, &message);
}

void reply_oauth_error(struct reply *reply, unsigned status, const char *word, const char *sentence)
{
	reply_status(reply, status, "application/json; charset=utf-8");
	(void)buffer_print(&reply->body, "{\"error\":\"%s\",\"error_description\":\"%s\"}", word, sentence);
}

void reply_error(struct sandbox *sandbox, struct reply *reply, enum route_family family, unsigned status,
		 const char *format, ...)
{
	bool passing = status >= 500 || status == 429;
	const char *word = passing ? "temporarily_unavailable" : "invalid_request";
	struct message message;
	va_list arguments;

	va_start(arguments, format);
	message_print(&message, format, arguments);
	va_end(arguments);
	if (family == FAMILY_AZURE)
		azure_fill(reply, status, azure_word(status), NULL, &message);
	else if (family == FAMILY_GOOGLE)
		google_fill(reply, status, &message);
	else if (family == FAMILY_ENTRA)
		reply_entra_error(sandbox, reply, status, word, passing ? 90033 : 9000410, message.text);
	else if (family == FAMILY_OAUTH)
		reply_oauth_error(reply, status, word, message.text);
	else
		control_fill(reply, status, &message);
}
