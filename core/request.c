/* SPDX-License-Identifier: Apache-2.0 */
#include "core/request.h"
#include "core/call.h"
#include "core/log.h"

#include <apollo/kit.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* ---- checks ------------------------------------------------------------------------------------------------ */

static const char token_letters[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static bool token_is_good(const char *text, size_t most)
{
	size_t size = text ? strnlen(text, most + 1) : 0;

	return size > 0 && size <= most && strspn(text, token_letters) == size;
}

static bool text_is_good(const char *text, size_t most)
{
	size_t size = strnlen(text, most + 1);

	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
			return false;
	return size <= most;
}

static const char *url_problem(const char *url)
{
	const char *host;

	if (!url)
		return "url is NULL";
	if (strnlen(url, REQUEST_URL_MAX + 1) > REQUEST_URL_MAX)
		return "url is too long";
	host = strncmp(url, "https://", 8) == 0 ? url + 8 : url + 7;
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return "url does not begin with https:// or http://";
	if (!*host || strchr("/?#:", *host))
		return "url has no host";
	if (memchr(host, '@', strcspn(host, "/?#")))
		return "url holds a user or password";
	for (; *url; url++)
		if ((unsigned char)*url <= 0x20 || (unsigned char)*url >= 0x7f)
			return "url holds a character that must be percent-encoded";
	return NULL;
}

static const char *headers_problem(const struct apollo_request *request)
{
	static const char *const kept[] = {"Authorization", "Content-Length", "Host", "Transfer-Encoding", "Connection",
					   "Expect", "User-Agent", "Proxy-Authorization"};

	if (request->header_count > REQUEST_HEADERS_MAX || (request->header_count && !request->headers))
		return "header_count is wrong";
	for (size_t i = 0; i < request->header_count; i++) {
		const struct apollo_header *header = &request->headers[i];

		if (!token_is_good(header->name, 128))
			return "a header has no usable name";
		if (!header->value || !text_is_good(header->value, REQUEST_HEADER_MAX))
			return "a header's value is NULL, too long, or holds a control character";
		for (size_t k = 0; k < sizeof(kept) / sizeof(*kept); k++)
			if (strcasecmp(header->name, kept[k]) == 0)
				return "a header is set that only the core may set";
	}
	return NULL;
}

static const char *auth_problem(const struct apollo_request *request)
{
	switch (request->auth) {
	case APOLLO_AUTH_NONE:
		return NULL;
	case APOLLO_AUTH_TOKEN:
		return request->scope ? NULL : "auth is TOKEN and scope is NULL";
	case APOLLO_AUTH_BASIC:
		if (!request->user || strchr(request->user, ':'))
			return "auth is BASIC and user is NULL or holds a colon";
		return request->secret ? NULL : "auth is BASIC and secret is NULL";
	case APOLLO_AUTH_BEARER:
		return request->secret ? NULL : "auth is BEARER and secret is NULL";
	default:
		return "auth is unknown";
	}
}

static const char *texts_problem(const struct apollo_request *request)
{
	const char *const texts[] = {request->scope, request->user, request->secret, request->ca_file,
				     request->pinned_key};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i] && !text_is_good(texts[i], REQUEST_TEXT_MAX))
			return "scope, user, secret, ca_file or pinned_key is too long or holds a control character";
	return NULL;
}

static const char *limits_problem(const struct apollo_request *request)
{
	if (request->body_size > REQUEST_BODY_MAX)
		return "the body has more than 16 MiB";
	if (!request->body && request->body_size)
		return "body is NULL and body_size is not 0";
	/* A flag that is not known may be one that must not be passed over. */
	if (request->flags & ~(uint32_t)(APOLLO_CONFIDENTIAL | APOLLO_DIRECT | APOLLO_ONCE))
		return "flags holds an unknown one";
	if (request->timeout < 0 || request->timeout > INT64_C(3600000000))
		return "timeout is not between 0 and an hour";
	return NULL;
}

int request_check(const struct apollo_request *request, struct error *error)
{
	const char *problem = token_is_good(request->method, 16) ? NULL : "method is no word";

	if (!problem)
		problem = url_problem(request->url);
	if (!problem)
		problem = headers_problem(request);
	if (!problem)
		problem = auth_problem(request);
	if (!problem)
		problem = texts_problem(request);
	if (!problem)
		problem = limits_problem(request);
	if (!problem)
		return 0;
	(void)error_set(error, APOLLO_BUG, "a request cannot be sent: %s", problem);
	return error_hint(error, "this is an error in the plugin; report it to its author");
}

/* ---- copies ------------------------------------------------------------------------------------------------ */

/* Where the next piece of a copy goes; NULL while the size is being counted. */
struct packing {
	char *to;
	size_t size;
};

static const char *pack(struct packing *packing, const char *data, size_t size)
{
	char *at = packing->to ? packing->to + packing->size : NULL;

	packing->size += size + 1;
	if (!at)
		return data;
	if (size)
		memcpy(at, data, size);
	at[size] = '\0';
	return at;
}

static const char *pack_text(struct packing *packing, const char *text)
{
	return text ? pack(packing, text, strlen(text)) : NULL;
}

static void pack_request(struct packing *packing, struct apollo_request *request, struct apollo_header *headers)
{
	request->method = pack_text(packing, request->method);
	request->url = pack_text(packing, request->url);
	request->scope = pack_text(packing, request->scope);
	request->user = pack_text(packing, request->user);
	request->secret = pack_text(packing, request->secret);
	request->ca_file = pack_text(packing, request->ca_file);
	request->pinned_key = pack_text(packing, request->pinned_key);
	if (request->body)
		request->body = pack(packing, request->body, request->body_size);
	for (size_t i = 0; i < request->header_count; i++) {
		const char *name = pack_text(packing, request->headers[i].name);
		const char *value = pack_text(packing, request->headers[i].value);

		if (headers)
			headers[i] = (struct apollo_header){name, value};
	}
}

struct apollo_request *request_copy(const struct apollo_request *request)
{
	struct apollo_request counted = *request;
	struct packing packing = {0};
	size_t tables = sizeof(counted) + request->header_count * sizeof(struct apollo_header);
	struct apollo_request *copy;
	struct apollo_header *headers;

	pack_request(&packing, &counted, NULL);
	copy = malloc(tables + packing.size);
	if (!copy)
		return NULL;
	*copy = *request;
	copy->size = sizeof(*copy);
	headers = (struct apollo_header *)(copy + 1);
	packing = (struct packing){.to = (char *)(headers + request->header_count)};
	pack_request(&packing, copy, headers);
	copy->headers = headers;
	return copy;
}

int request_authorization(const struct apollo_request *request, struct scope *scope, const char **value,
			  struct error *error)
{
	const char *secret;
	char *pair, *coded = NULL;
	int code = secret_resolve(request->secret, scope, &secret, error);

	if (code < 0)
		return code;
	if (!text_is_good(secret, SECRET_BYTES_MAX))
		return error_set(error, APOLLO_CONFIG, "the secret %s has more than one line", request->secret);
	if (request->auth == APOLLO_AUTH_BEARER) {
		*value = scope_print(scope, "Bearer %s", secret);
		return *value ? 0 : error_memory(error, "a credential");
	}
	pair = scope_print(scope, "%s:%s", request->user, secret);
	if (pair)
		coded = scope_alloc(scope, (strlen(pair) + 2) / 3 * 4 + 1);
	if (!coded)
		return error_memory(error, "a credential");
	(void)EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)pair, (int)strlen(pair));
	*value = scope_print(scope, "Basic %s", coded);
	return *value ? 0 : error_memory(error, "a credential");
}

/* ---- for people -------------------------------------------------------------------------------------------- */

/* Appends a member with secrets replaced; its name is a constant. */
static void member_write(struct buffer *buffer, const char *name, const char *text)
{
	char *copy FREE_CLEANUP = strdup(text);
	size_t size = strlen(text);

	if (!copy) {
		buffer->failed = true;
		return;
	}
	log_redact(copy, &size);
	(void)buffer_print(buffer, ",\"%s\":", name);
	(void)buffer_json(buffer, copy);
}

static void body_write(struct buffer *buffer, const char *body, size_t size)
{
	char *coded FREE_CLEANUP = NULL;

	if (!memchr(body, '\0', size) && apollo_text_valid(body, size)) {
		member_write(buffer, "body", body);
		return;
	}
	coded = malloc((size + 2) / 3 * 4 + 1);
	if (!coded) {
		buffer->failed = true;
		return;
	}
	(void)EVP_EncodeBlock((unsigned char *)coded, (const unsigned char *)body, (int)size);
	member_write(buffer, "body_base64", coded);
}

static void headers_write(struct buffer *buffer, const struct apollo_request *request)
{
	(void)buffer_text(buffer, ",\"headers\":{");
	for (size_t i = 0; i < request->header_count; i++) {
		char *copy FREE_CLEANUP = strdup(request->headers[i].value);
		size_t size = strlen(request->headers[i].value);

		if (!copy) {
			buffer->failed = true;
			return;
		}
		log_redact(copy, &size);
		if (i)
			(void)buffer_text(buffer, ",");
		(void)buffer_json(buffer, request->headers[i].name);
		(void)buffer_text(buffer, ":");
		(void)buffer_json(buffer, copy);
	}
	(void)buffer_text(buffer, "}");
}

void request_write(struct buffer *buffer, const char *instance, const struct apollo_request *request)
{
	static const char *const auths[] = {"none", "token", "basic", "bearer"};

	(void)buffer_text(buffer, "{\"instance\":");
	(void)buffer_json(buffer, instance);
	member_write(buffer, "method", request->method);
	member_write(buffer, "url", request->url);
	headers_write(buffer, request);
	member_write(buffer, "auth", auths[request->auth]);
	if (request->auth == APOLLO_AUTH_TOKEN)
		member_write(buffer, "scope", request->scope);
	if (request->auth == APOLLO_AUTH_BASIC)
		member_write(buffer, "user", request->user);
	if (request->flags & APOLLO_CONFIDENTIAL)
		(void)buffer_text(buffer, ",\"confidential\":true");
	else if (request->body)
		body_write(buffer, request->body, request->body_size);
	(void)buffer_text(buffer, "}");
}

int request_print(FILE *file, const char *instance, const struct apollo_request *request, struct error *error)
{
	struct buffer line BUFFER_CLEANUP = buffer_init(REQUEST_WRITTEN_MAX);

	request_write(&line, instance, request);
	(void)buffer_text(&line, "\n");
	if (buffer_failed(&line))
		return error_memory(error, "showing a request");
	if (fwrite(line.data, 1, line.size, file) != line.size || fflush(file) != 0)
		return error_errno(error, "cannot show a request");
	return 0;
}
