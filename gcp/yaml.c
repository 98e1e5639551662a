/* SPDX-License-Identifier: Apache-2.0 */
#include "gcp/yaml.h"

#include "core/error.h"

#include <string.h>
#include <yaml.h>

struct reader {
	struct scope *scope;
	struct yaml *yaml;
	yaml_parser_t parser;
	size_t room;
	size_t open[YAML_DEPTH_MAX]; /* maps and lists that are not closed, innermost last */
	size_t depth;
	const char *key; /* of the member that comes next */
	int documents;
	bool memory; /* there was none */
};

static bool fail(struct reader *reader, size_t line, const char *what)
{
	reader->yaml->problem = scope_print(reader->scope, "line %zu: %s", line + 1, what);
	reader->memory = reader->memory || !reader->yaml->problem;
	return false;
}

static bool room_make(struct reader *reader)
{
	struct yaml *yaml = reader->yaml;
	size_t room = reader->room ? 2 * reader->room : 256;
	struct yaml_node *nodes;

	if (yaml->count < reader->room)
		return true;
	nodes = scope_alloc(reader->scope, room * sizeof(*nodes));
	if (!nodes) {
		reader->memory = true;
		return false;
	}
	if (yaml->count)
		memcpy(nodes, yaml->nodes, yaml->count * sizeof(*nodes));
	yaml->nodes = nodes;
	reader->room = room;
	return true;
}

static bool key_wanted(const struct reader *reader)
{
	return reader->depth && reader->yaml->nodes[reader->open[reader->depth - 1]].kind == YAML_MAP && !reader->key;
}

static bool node_add(struct reader *reader, enum yaml_kind kind, size_t line)
{
	struct yaml *yaml = reader->yaml;
	size_t parent = reader->depth ? reader->open[reader->depth - 1] : YAML_NONE;

	if (key_wanted(reader))
		return fail(reader, line, "a key is no text");
	if (yaml->count == YAML_NODES_MAX)
		return fail(reader, line, "too much in one file");
	if (!room_make(reader))
		return false;
	yaml->nodes[yaml->count] = (struct yaml_node){.kind = kind, .key = reader->key, .parent = parent, .end = yaml->count + 1, .line = (int)line + 1};
	yaml->count++;
	reader->key = NULL;
	return true;
}

static bool text_read(struct reader *reader, const yaml_event_t *event)
{
	const char *text = scope_copy(reader->scope, event->data.scalar.value, event->data.scalar.length);
	size_t line = event->start_mark.line;

	if (!text) {
		reader->memory = true;
		return false;
	}
	if (strlen(text) != event->data.scalar.length)
		return fail(reader, line, "a NUL byte in a text");
	if (key_wanted(reader)) {
		if (yaml_member(reader->yaml, reader->open[reader->depth - 1], text) != YAML_NONE)
			return fail(reader, line, "a key is there twice");
		reader->key = text;
		return true;
	}
	if (!node_add(reader, YAML_TEXT, line))
		return false;
	reader->yaml->nodes[reader->yaml->count - 1].text = text;
	reader->yaml->nodes[reader->yaml->count - 1].quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return true;
}

static bool open_read(struct reader *reader, enum yaml_kind kind, size_t line)
{
	if (reader->depth == YAML_DEPTH_MAX)
		return fail(reader, line, "too many lists and maps in each other");
	if (!node_add(reader, kind, line))
		return false;
	/* So that a member is found while its map is still open. */
	reader->yaml->nodes[reader->yaml->count - 1].end = SIZE_MAX;
	reader->open[reader->depth++] = reader->yaml->count - 1;
	return true;
}

static bool event_read(struct reader *reader, const yaml_event_t *event)
{
	size_t line = event->start_mark.line;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return reader->documents++ == 0 || fail(reader, line, "more than one document");
	case YAML_ALIAS_EVENT:
		return fail(reader, line, "an alias: write out what it stands for");
	case YAML_SCALAR_EVENT:
		return text_read(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_read(reader, YAML_LIST, line);
	case YAML_MAPPING_START_EVENT:
		return open_read(reader, YAML_MAP, line);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		reader->yaml->nodes[reader->open[--reader->depth]].end = reader->yaml->count;
		return true;
	default:
		return true;
	}
}

static bool events_read(struct reader *reader)
{
	bool going = true, ended = false;
	yaml_event_t event;

	while (going && !ended) {
		if (!yaml_parser_parse(&reader->parser, &event)) {
			reader->memory = reader->memory || reader->parser.error == YAML_MEMORY_ERROR;
			return fail(reader, reader->parser.problem_mark.line, reader->parser.problem ? reader->parser.problem : "it is no YAML");
		}
		ended = event.type == YAML_STREAM_END_EVENT;
		going = event_read(reader, &event);
		yaml_event_delete(&event);
	}
	return going;
}

int yaml_read(struct scope *scope, const struct archive_file *file, struct yaml *yaml, struct error *error)
{
	struct reader reader = {.scope = scope, .yaml = yaml};
	bool read;

	*yaml = (struct yaml){.file = file->name};
	if (!yaml_parser_initialize(&reader.parser))
		return error_memory(error, file->name);
	if (file->data)
		yaml_parser_set_input_string(&reader.parser, (const unsigned char *)file->data, file->size);
	read = file->size <= YAML_BYTES_MAX && file->data ? events_read(&reader) : fail(&reader, 0, "the file is too large");
	yaml_parser_delete(&reader.parser);
	if (reader.memory)
		return error_memory(error, file->name);
	if (!read)
		yaml->count = 0;
	return 0;
}

/* ---- looking ---- */

size_t yaml_next(const struct yaml *yaml, size_t parent, size_t last)
{
	size_t node, end;

	if (parent == YAML_NONE)
		return YAML_NONE;
	node = last == YAML_NONE ? parent + 1 : yaml->nodes[last].end;
	end = yaml->nodes[parent].end < yaml->count ? yaml->nodes[parent].end : yaml->count;
	return node < end ? node : YAML_NONE;
}

size_t yaml_member(const struct yaml *yaml, size_t parent, const char *key)
{
	size_t node = yaml_next(yaml, parent, YAML_NONE);

	while (node != YAML_NONE && (!yaml->nodes[node].key || strcmp(yaml->nodes[node].key, key) != 0))
		node = yaml_next(yaml, parent, node);
	return node;
}

size_t yaml_path(const struct yaml *yaml, const char *path)
{
	size_t node = yaml->count ? 0 : YAML_NONE;

	while (node != YAML_NONE && *path) {
		char key[64];
		size_t size = strcspn(path, ".");

		if (size >= sizeof(key))
			return YAML_NONE;
		memcpy(key, path, size);
		key[size] = '\0';
		node = yaml_member(yaml, node, key);
		path += size + (path[size] == '.');
	}
	return node;
}

const char *yaml_member_text(const struct yaml *yaml, size_t parent, const char *key)
{
	size_t node = yaml_member(yaml, parent, key);

	return node == YAML_NONE ? NULL : yaml->nodes[node].text;
}
