/* SPDX-License-Identifier: Apache-2.0 */
#include "core/call.h"
#include "core/json.h"
#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- secrets ----------------------------------------------------------------------------------------------- */

static void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static int secret_file_check(int fd, const char *path, size_t *size, struct error *error)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_errno(error, "cannot look at the secret file %s", path);
	if (!S_ISREG(status.st_mode))
		return error_set(error, APOLLO_CONFIG, "the secret file %s is not a regular file", path);
	if (status.st_uid != 0 && status.st_uid != geteuid()) {
		(void)error_set(error, APOLLO_CONFIG, "the secret file %s belongs to user %u, not to root or user %u",
				path, (unsigned)status.st_uid, (unsigned)geteuid());
		return error_hint(error, "chown %u %s", (unsigned)geteuid(), path);
	}
	if (status.st_mode & (S_IRWXG | S_IRWXO)) {
		(void)error_set(error, APOLLO_CONFIG, "the secret file %s has mode %03o: others can get at it", path,
				(unsigned)(status.st_mode & 0777));
		return error_hint(error, "chmod 600 %s", path);
	}
	if (status.st_size > SECRET_BYTES_MAX)
		return error_set(error, APOLLO_CONFIG, "the secret file %s has %lld bytes, %d are the most", path,
				 (long long)status.st_size, SECRET_BYTES_MAX);
	*size = (size_t)status.st_size;
	return 0;
}

static int secret_file_read(const char *path, struct scope *scope, char **value, struct error *error)
{
	int fd CLEANUP(fd_close) = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t size = 0, have = 0;
	char *text;
	int code;

	if (fd < 0) {
		(void)error_errno(error, "cannot open the secret file %s", path);
		error->code = APOLLO_CONFIG;
		return error_hint(error, "the file must be there and be readable for the user that runs apollo");
	}
	code = secret_file_check(fd, path, &size, error);
	if (code < 0)
		return code;
	text = scope_alloc(scope, size + 1);
	if (!text)
		return error_memory(error, "a secret");
	while (have < size) {
		ssize_t got = read(fd, text + have, size - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(error, "cannot read the secret file %s", path);
		if (got == 0)
			break;
		have += (size_t)got;
	}
	if (memchr(text, '\0', have))
		return error_set(error, APOLLO_CONFIG, "the secret file %s holds a zero byte: it is not a text", path);
	*value = text;
	return 0;
}

static int secret_variable_read(const char *name, struct scope *scope, char **value, struct error *error)
{
	const char *have = getenv(name);

	if (!have) {
		(void)error_set(error, APOLLO_CONFIG, "the variable %s of the secret env:%s is not set", name, name);
		return error_hint(error, "set it in the environment of apollo, or use file:PATH");
	}
	if (strlen(have) > SECRET_BYTES_MAX)
		return error_set(error, APOLLO_CONFIG, "the variable %s is longer than %d bytes", name,
				 SECRET_BYTES_MAX);
	*value = scope_text(scope, have);
	return *value ? 0 : error_memory(error, "a secret");
}

/* A key file of a service account is JSON; what a request could leak of it is the key within. */
static int secret_register(const char *value, struct error *error)
{
	struct json_object *document JSON_CLEANUP = NULL;
	const char *key;
	struct error unread;
	int code = log_secret(value);

	if (code == 0 && *value == '{' && json_read(value, strlen(value), "secret", &document, &unread) == 0) {
		key = json_text(document, "private_key");
		code = key ? log_secret(key) : 0;
	}
	if (code < 0)
		return error_set(error, APOLLO_CONFIG,
				 "a secret is too long, or there are too many, to keep them out of the log");
	return 0;
}

int secret_resolve(const char *reference, struct scope *scope, const char **value, struct error *error)
{
	char *text = NULL;
	size_t size;
	int code;

	if (strncmp(reference, "file:", 5) == 0)
		code = secret_file_read(reference + 5, scope, &text, error);
	else if (strncmp(reference, "env:", 4) == 0)
		code = secret_variable_read(reference + 4, scope, &text, error);
	else
		code = error_set(error, APOLLO_CONFIG, "a secret is given by env:NAME or file:PATH, never itself");
	if (code < 0)
		return code;
	size = strlen(text);
	while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'))
		text[--size] = '\0';
	if (size == 0)
		return error_set(error, APOLLO_CONFIG, "the secret %s is empty", reference);
	code = secret_register(text, error);
	if (code < 0)
		return code;
	*value = text;
	return 0;
}

/* ---- the services of a call -------------------------------------------------------------------------------- */

static void *serve_alloc(const struct apollo_call *table, size_t size)
{
	struct call *call = table->core;

	return scope_alloc(&call->scope, size);
}

static int serve_fail(const struct apollo_call *table, int code, const char *message, const char *detail,
		      const char *hint)
{
	struct call *call = table->core;

	(void)error_set(&call->error, code, "%s", message ? message : "failed without a message");
	(void)error_detail(&call->error, "%s", detail ? detail : "");
	return error_hint(&call->error, "%s", hint ? hint : "");
}

static void serve_note(const struct apollo_call *table, int level, const char *message)
{
	const struct call *call = table->core;

	log_line(level, "%s: %.500s", call->name, message ? message : "");
}

static const char *serve_secret(const struct apollo_call *table, const char *reference)
{
	struct call *call = table->core;
	const char *value = NULL;

	if (!reference)
		(void)error_set(&call->error, APOLLO_CONFIG, "a secret is needed and none is set");
	else if (secret_resolve(reference, &call->scope, &value, &call->error) < 0)
		return NULL;
	return value;
}

void call_init(struct call *call, const char *name, int64_t now)
{
	*call = (struct call){
		.table = {.size = sizeof(struct apollo_call), .core = call, .now = now, .abi_minor = APOLLO_ABI_MINOR,
			  .alloc = serve_alloc, .fail = serve_fail, .note = serve_note, .secret = serve_secret},
		.scope = scope_init(CALL_BYTES_MAX),
		.name = name,
	};
}

void call_clear(struct call *call, int64_t now)
{
	scope_clear(&call->scope);
	call->error.code = 0;
	call->table.now = now;
}

void call_release(struct call *call)
{
	scope_release(&call->scope);
}
