/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sandbox.h"

#include "sandbox/fields.h"
#include "sandbox/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 << 20 };

static int file_read(const char *path, struct buffer *text, struct error *error)
{
	FILE *file = fopen(path, "re");
	char piece[65536];
	size_t size;
	bool bad;

	if (!file)
		return error_errno(error, "cannot read %s", path);
	while ((size = fread(piece, 1, sizeof(piece), file)) > 0)
		(void)buffer_append(text, piece, size);
	bad = ferror(file) != 0;
	(void)fclose(file);
	if (bad)
		return error_set(error, ERROR_IO, "cannot read %s", path);
	if (buffer_failed(text))
		return error_set(error, ERROR_INPUT, "%s is larger than %zu bytes", path, text->ceiling);
	return 0;
}

/* Reads a JSON file, if there is one, and hands it to `take`. */
static int document_read(struct sandbox *sandbox, const char *path,
			 int (*take)(struct sandbox *sandbox, struct json_object *document, struct error *error),
			 struct error *error)
{
	struct buffer text BUFFER_CLEANUP = buffer_init(FILE_MAX);
	struct json_object *document JSON_CLEANUP = NULL;
	int code;

	if (!path)
		return 0;
	if ((code = file_read(path, &text, error)) < 0 ||
	    (code = fields_parse(buffer_string(&text), text.size, path, &document, error)) < 0)
		return code;
	code = take(sandbox, document, error);
	return code < 0 ? error_prefix(error, "%s", path) : 0;
}

static int sandbox_fill(struct sandbox *sandbox, const struct sandbox_options *options, struct error *error)
{
	int code;

	if (names_init(&sandbox->names) < 0)
		return error_memory(error, "the sandbox");
	if ((options->books_file && !(sandbox->books_file = strdup(options->books_file))) ||
	    (options->operations_file && !(sandbox->operations_file = strdup(options->operations_file))))
		return error_memory(error, "the sandbox");
	if ((code = journal_init(&sandbox->journal, options->record_file, error)) < 0 ||
	    (code = document_read(sandbox, options->config_file, registry_read, error)) < 0 ||
	    (code = document_read(sandbox, options->script_file, faults_read, error)) < 0)
		return code;
	return server_start(sandbox, options->listen ? options->listen : "127.0.0.1", options->port, options->reachable,
			    error);
}

int sandbox_new(const struct sandbox_options *options, struct sandbox **made, struct error *error)
{
	struct sandbox *sandbox = calloc(1, sizeof(*sandbox));
	int code;

	if (!sandbox)
		return error_memory(error, "the sandbox");
	sandbox->open = options->open;
	sandbox->calendar = (struct calendar){.frozen = options->frozen, .now = options->clock};
	sandbox->seed = options->seed;
	sandbox->chance = (struct chance){.state = options->seed};
	sandbox->dice = (struct chance){.state = ~options->seed};
	sandbox->server.stop_event = -1;
	registry_init(&sandbox->registry);
	code = sandbox_fill(sandbox, options, error);
	if (code < 0) {
		sandbox_free(sandbox);
		return code;
	}
	*made = sandbox;
	return 0;
}

uint16_t sandbox_port(const struct sandbox *sandbox)
{
	return sandbox->server.port;
}

const char *sandbox_url(const struct sandbox *sandbox)
{
	return sandbox->url;
}

int sandbox_stop(struct sandbox *sandbox, struct error *error)
{
	int code;

	server_stop(sandbox);
	code = books_write(sandbox, error);
	return code < 0 ? code : journal_close(&sandbox->journal, error);
}

void sandbox_free(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	server_stop(sandbox);
	journal_release(&sandbox->journal);
	books_release(&sandbox->books);
	faults_release(&sandbox->faults);
	bearers_release(&sandbox->bearers);
	registry_release(&sandbox->registry);
	names_release(&sandbox->names);
	offers_release(&sandbox->offers);
	free(sandbox->books_file);
	free(sandbox->operations_file);
	free(sandbox);
}
