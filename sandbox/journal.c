/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/journal.h"

#include "sandbox/state.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int journal_init(struct journal *journal, const char *record_file, struct error *error)
{
	*journal = (struct journal){.line = buffer_init(RECORD_LINE_MAX)};
	journal->lines = calloc(JOURNAL_LINES, sizeof(*journal->lines));
	if (!journal->lines)
		return error_memory(error, "the request log");
	if (!record_file)
		return 0;
	journal->record = fopen(record_file, "we");
	return journal->record ? 0 : error_errno(error, "cannot write the record %s", record_file);
}

int journal_close(struct journal *journal, struct error *error)
{
	FILE *record = journal->record;

	journal->record = NULL;
	if (!record)
		return 0;
	if (fclose(record) != 0 || journal->record_failed)
		return error_set(error, ERROR_IO, "the record of the exchanges could not be written whole");
	return 0;
}

void journal_release(struct journal *journal)
{
	if (journal->record)
		(void)fclose(journal->record);
	free(journal->lines);
	buffer_release(&journal->line);
	*journal = (struct journal){0};
}

/* ---- the record -------------------------------------------------------------------------------------------- */

struct pairs {
	struct buffer *out;
	bool any;
	bool query; /* NAME=VALUE behind a path, else members of an object */
};

static void query_escape(struct buffer *out, const char *text)
{
	for (; *text; text++)
		if (strchr("&=%#+ ", *text) || (unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f)
			(void)buffer_print(out, "%%%02X", (unsigned char)*text);
		else if (*text == '"' || *text == '\\')
			(void)buffer_print(out, "%%%02X", (unsigned char)*text);
		else
			(void)buffer_append(out, text, 1);
}

static enum MHD_Result pair_print(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct pairs *pairs = context;
	struct buffer *out = pairs->out;

	(void)kind;
	if (pairs->query) {
		(void)buffer_text(out, pairs->any ? "&" : "?");
		query_escape(out, name);
		(void)buffer_text(out, "=");
		query_escape(out, value ? value : "");
	} else {
		(void)buffer_text(out, pairs->any ? "," : "");
		(void)buffer_json(out, name);
		(void)buffer_text(out, ":");
		(void)buffer_json(out, strcasecmp(name, "Authorization") == 0 ? "***" : value ? value : "");
	}
	pairs->any = true;
	return MHD_YES;
}

/* A body as a JSON text; bytes behind a NUL are lost, which no service's message has. */
static void body_print(struct buffer *out, const char *name, const struct buffer *body)
{
	(void)buffer_print(out, ",\"%s\":", name);
	(void)buffer_json(out, buffer_string(body));
}

static void record_write(struct journal *journal, const struct request *request, unsigned status)
{
	struct pairs query = {.out = &journal->line, .query = true}, headers = {.out = &journal->line};
	struct buffer *out = &journal->line;

	buffer_clear(out);
	(void)buffer_print(out, "{\"route\":\"%s\",\"method\":", request->route->name);
	(void)buffer_json(out, request->method);
	(void)buffer_text(out, ",\"path\":\"");
	query_escape(out, request->path);
	(void)MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, pair_print, &query);
	(void)buffer_text(out, "\",\"headers\":{");
	(void)MHD_get_connection_values(request->connection, MHD_HEADER_KIND, pair_print, &headers);
	(void)buffer_print(out, "},\"status\":%u", status);
	if (status)
		(void)buffer_print(out, ",\"type\":\"%s\"", request->reply.type);
	if (!request->route->secret) {
		body_print(out, "request", &request->body);
		body_print(out, "reply", &request->reply.body);
	}
	(void)buffer_text(out, "}\n");
	if (buffer_failed(out) || fwrite(out->data, 1, out->size, journal->record) != out->size)
		journal->record_failed = true;
}

/* ---- the lines --------------------------------------------------------------------------------------------- */

void journal_note(struct sandbox *sandbox, const struct request *request, unsigned status)
{
	struct journal *journal = &sandbox->journal;
	struct journal_line *line = &journal->lines[journal->count++ % JOURNAL_LINES];

	line->time = calendar_now(&sandbox->calendar);
	(void)snprintf(line->method, sizeof(line->method), "%s", request->method);
	(void)snprintf(line->path, sizeof(line->path), "%.*s", JOURNAL_TEXT - 1, request->path);
	line->route = request->route->name;
	line->status = status;
	if (journal->record && request->route->family != FAMILY_CONTROL)
		record_write(journal, request, status);
}

void journal_print(const struct journal *journal, uint64_t since, struct buffer *out)
{
	uint64_t oldest = journal->count > JOURNAL_LINES ? journal->count - JOURNAL_LINES + 1 : 1;
	char time[APOLLO_TIME_TEXT];

	if (since < oldest)
		since = oldest;
	(void)buffer_text(out, "[");
	for (uint64_t i = since; i <= journal->count; i++) {
		const struct journal_line *line = &journal->lines[(i - 1) % JOURNAL_LINES];

		(void)buffer_print(out, "%s{\"number\":%llu,\"time\":\"%s\",\"route\":\"%s\",\"status\":%u,\"method\":",
				   i > since ? ",\n" : "", (unsigned long long)i, apollo_time_format(line->time, time),
				   line->route, line->status);
		(void)buffer_json(out, line->method);
		(void)buffer_text(out, ",\"path\":\"");
		query_escape(out, line->path);
		(void)buffer_text(out, "\"}");
	}
	(void)buffer_text(out, "]");
}
