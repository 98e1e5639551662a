/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/document.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- making ---- */

struct maker {
	struct scope *scope;
	struct document *document;
	size_t room, template_room;
	struct error *error;
};

/* A larger array for a full one. */
static void *room_make(struct scope *scope, void *items, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : 64;
	void *more;

	if (count < *room)
		return items;
	more = scope_alloc(scope, wanted * size);
	if (more && count)
		memcpy(more, items, count * size);
	if (more)
		*room = wanted;
	return more;
}

static int expression_make(struct maker *maker, const char *text, struct node *node, const struct expression **made)
{
	struct expression *expression;
	struct error problem;

	if (!text || !expression_is(text))
		return 0;
	expression = scope_alloc(maker->scope, sizeof(*expression));
	if (!expression)
		return error_memory(maker->error, "a package");
	if (expression_parse(maker->scope, text + 1, strlen(text) - 2, expression, &problem) == 0) {
		*made = expression;
		return 0;
	}
	if (problem.code != ERROR_INPUT)
		return error_memory(maker->error, "a package");
	node->problem = scope_text(maker->scope, problem.message);
	return node->problem ? 0 : error_memory(maker->error, "a package");
}

static int node_add(struct maker *maker, size_t parent, const char *key, size_t index, struct json_object *value, size_t *added)
{
	struct document *document = maker->document;
	struct node node = {.key = key, .index = index, .value = value, .parent = parent};

	document->nodes = room_make(maker->scope, document->nodes, document->count, &maker->room, sizeof(node));
	if (!document->nodes)
		return error_memory(maker->error, "a package");
	if (json_object_is_type(value, json_type_string))
		node.text = json_object_get_string(value);
	if (document->kind != DOCUMENT_VIEW &&
	    (expression_make(maker, node.text, &node, &node.expression) < 0 || expression_make(maker, key, &node, &node.key_expression) < 0))
		return maker->error->code;
	*added = document->count;
	document->nodes[document->count++] = node;
	return 0;
}

/* A container that is being walked. */
struct open {
	size_t node;
	struct json_object_iterator at, end; /* of an object */
	size_t index;                        /* of an array */
};

static struct open open_make(struct json_object *value, size_t node)
{
	struct open open = {.node = node};

	if (json_object_is_type(value, json_type_object)) {
		open.at = json_object_iter_begin(value);
		open.end = json_object_iter_end(value);
	}
	return open;
}

/* The next child of a container; false where there is no more. */
static bool open_next(struct open *open, struct json_object *container, const char **key, struct json_object **value)
{
	*key = NULL;
	if (json_object_is_type(container, json_type_object)) {
		if (json_object_iter_equal(&open->at, &open->end))
			return false;
		*key = json_object_iter_peek_name(&open->at);
		*value = json_object_iter_peek_value(&open->at);
		json_object_iter_next(&open->at);
	} else {
		if (!json_object_is_type(container, json_type_array) || open->index == json_object_array_length(container))
			return false;
		*value = json_object_array_get_idx(container, open->index);
	}
	open->index++;
	return true;
}

static int nodes_make(struct maker *maker)
{
	struct document *document = maker->document;
	struct open open[JSON_DEPTH + 2];
	size_t depth = 0, node;

	if (node_add(maker, NODE_NONE, NULL, 0, document->root, &node) < 0)
		return maker->error->code;
	open[depth++] = open_make(document->root, node);
	while (depth) {
		struct open *top = &open[depth - 1];
		struct json_object *value;
		const char *key;

		if (!open_next(top, document->nodes[top->node].value, &key, &value)) {
			document->nodes[top->node].end = document->count;
			depth--;
			continue;
		}
		if (node_add(maker, top->node, key, top->index - 1, value, &node) < 0)
			return maker->error->code;
		/* The reader has no deeper ones. */
		if (depth == sizeof(open) / sizeof(*open))
			return error_set(maker->error, ERROR_INPUT, "%s: too deep", document->file);
		open[depth++] = open_make(value, node);
	}
	return 0;
}

/* ---- templates in it ---- */

static bool key_is(const struct node *node, const char *key)
{
	return node->key && strcasecmp(node->key, key) == 0;
}

/* Whether a node is the template of a nested deployment. */
static bool template_is(const struct document *document, size_t node)
{
	const struct node *nodes = document->nodes;
	size_t properties = nodes[node].parent;
	const char *type;

	if (!key_is(&nodes[node], "template") || properties == NODE_NONE || !key_is(&nodes[properties], "properties"))
		return false;
	type = node_member_text(document, nodes[properties].parent, "type");
	return type && strcasecmp(type, "Microsoft.Resources/deployments") == 0;
}

/* Whether a node is a resource: among those of a template, or of a resource. */
static bool resource_is(const struct document *document, size_t node)
{
	const struct node *nodes = document->nodes;
	size_t parent = nodes[node].parent, above;

	if (parent == NODE_NONE || !key_is(&nodes[parent], "resources"))
		return false;
	above = nodes[parent].parent;
	return above != NODE_NONE && (nodes[above].template || nodes[above].resource == above) && node_member_text(document, node, "type");
}

static int name_add(struct maker *maker, struct template *template, char kind, const char *name, size_t node)
{
	char *key = scope_print(maker->scope, "%c%s", kind, name);

	for (char *at = key; at && *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	if (!key || map_set(&template->names, key, strlen(key), (int64_t)node) < 0)
		return error_memory(maker->error, "a package");
	return 0;
}

static int names_make(struct maker *maker, struct template *template)
{
	const struct document *document = maker->document;
	size_t parameters = node_member(document, template->root, "parameters"), variables = node_member(document, template->root, "variables");
	size_t copy = node_member(document, variables, "copy");

	EACH_CHILD(document, node, parameters)
		if (document->nodes[node].key && name_add(maker, template, 'p', document->nodes[node].key, node) < 0)
			return maker->error->code;
	EACH_CHILD(document, node, variables)
		if (document->nodes[node].key && node != copy && name_add(maker, template, 'v', document->nodes[node].key, node) < 0)
			return maker->error->code;
	EACH_CHILD(document, node, copy) {
		const char *name = node_member_text(document, node, "name");

		if (name && name_add(maker, template, 'v', name, node) < 0)
			return maker->error->code;
	}
	return 0;
}

static int template_add(struct maker *maker, size_t node, size_t outer, bool own)
{
	struct document *document = maker->document;
	struct template template = {.root = node, .outer = outer, .own = own, .names = map_init(DOCUMENT_NAMES_MAX)};

	document->templates = room_make(maker->scope, document->templates, document->template_count, &maker->template_room, sizeof(template));
	if (!document->templates)
		return error_memory(maker->error, "a package");
	document->nodes[node].template = true;
	document->templates[document->template_count++] = template;
	return names_make(maker, &document->templates[document->template_count - 1]);
}

/* Parents come first, so one pass knows all of them. */
static int templates_make(struct maker *maker)
{
	struct document *document = maker->document;

	document->nodes[0].resource = NODE_NONE;
	if (template_add(maker, 0, 0, true) < 0)
		return maker->error->code;
	for (size_t i = 1; i < document->count; i++) {
		struct node *node = &document->nodes[i];
		size_t outer = document->nodes[node->parent].scope;
		const char *scope;

		node->scope = outer;
		node->resource = resource_is(document, i) ? i : document->nodes[node->parent].resource;
		if (!template_is(document, i))
			continue;
		scope = node_member_text(document, node_member(document, node->parent, "expressionEvaluationOptions"), "scope");
		if (template_add(maker, i, outer, scope && strcasecmp(scope, "inner") == 0) < 0)
			return maker->error->code;
		if (document->templates[document->template_count - 1].own)
			node->scope = document->template_count - 1;
	}
	return 0;
}

/* ---- reading ---- */

static bool ends(const char *text, const char *end)
{
	size_t size = strlen(text), length = strlen(end);

	return size >= length && strcasecmp(text + size - length, end) == 0;
}

static enum document_kind kind_of(const char *name, struct json_object *root)
{
	const char *schema = json_text(root, "$schema");

	if (strcasecmp(name, "mainTemplate.json") == 0)
		return DOCUMENT_TEMPLATE;
	if (strcasecmp(name, "createUiDefinition.json") == 0)
		return DOCUMENT_FORM;
	if (strcasecmp(name, "viewDefinition.json") == 0)
		return DOCUMENT_VIEW;
	if (ends(name, ".parameters.json") || (schema && strcasestr(schema, "deploymentParameters.json")))
		return DOCUMENT_PARAMETERS;
	return schema && strcasestr(schema, "deploymentTemplate.json") ? DOCUMENT_TEMPLATE : DOCUMENT_OTHER;
}

int document_read(struct scope *scope, const struct archive_file *file, struct document *document, struct error *error)
{
	struct maker maker = {.scope = scope, .document = document, .error = error};
	struct error problem;
	const char *data = file->data;
	size_t size = file->size;

	*document = (struct document){.file = file->name, .main = strcasecmp(file->name, "mainTemplate.json") == 0};
	document->kind = kind_of(file->name, NULL);
	/* Editors put a mark before UTF-8. */
	if (data && size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
		data += 3;
		size -= 3;
	}
	if (!data || size > DOCUMENT_BYTES_MAX) {
		document->problem = "it has more than 4 MiB";
		return 0;
	}
	if (json_read(data, size, file->name, &document->root, &problem) < 0) {
		if (problem.code == APOLLO_NOMEM)
			return error_memory(error, "a package");
		document->problem = scope_text(scope, problem.message);
		return document->problem ? 0 : error_memory(error, "a package");
	}
	document->kind = kind_of(file->name, document->root);
	if (nodes_make(&maker) < 0 || templates_make(&maker) < 0) {
		document_release(document);
		return error->code;
	}
	return 0;
}

void document_release(struct document *document)
{
	for (size_t i = 0; i < document->template_count; i++)
		map_release(&document->templates[i].names);
	json_object_put(document->root);
	*document = (struct document){.file = document->file};
}

/* ---- looking ---- */

size_t node_first(const struct document *document, size_t node)
{
	return node != NODE_NONE && node + 1 < document->nodes[node].end ? node + 1 : NODE_NONE;
}

size_t node_next(const struct document *document, size_t node)
{
	size_t parent = document->nodes[node].parent, next = document->nodes[node].end;

	return parent != NODE_NONE && next < document->nodes[parent].end ? next : NODE_NONE;
}

size_t node_member(const struct document *document, size_t node, const char *name)
{
	EACH_CHILD(document, child, node)
		if (document->nodes[child].key && strcasecmp(document->nodes[child].key, name) == 0)
			return child;
	return NODE_NONE;
}

const char *node_member_text(const struct document *document, size_t node, const char *name)
{
	size_t member = node_member(document, node, name);

	return member == NODE_NONE ? NULL : document->nodes[member].text;
}

size_t node_find(const struct document *document, size_t node, const char *path)
{
	char name[64];

	while (node != NODE_NONE && *path) {
		size_t size = strcspn(path, ".");

		if (size >= sizeof(name))
			return NODE_NONE;
		memcpy(name, path, size);
		name[size] = '\0';
		node = node_member(document, node, name);
		path += size + (path[size] == '.');
	}
	return node;
}

bool node_within(const struct document *document, size_t node, size_t above)
{
	return above != NODE_NONE && node >= above && node < document->nodes[above].end;
}

bool node_is(const struct document *document, size_t node, enum json_type type)
{
	return node != NODE_NONE && json_object_is_type(document->nodes[node].value, type);
}

size_t node_count(const struct document *document, size_t node)
{
	size_t count = 0;

	EACH_CHILD(document, child, node)
		count++;
	return count;
}

const char *resource_type(struct scope *scope, const struct document *document, size_t resource)
{
	const char *type = node_member_text(document, resource, "type");
	size_t above = document->nodes[document->nodes[resource].parent].parent;

	/* Inside of its parent it has only the last part. */
	while (type && above != NODE_NONE && node_is_resource(document, above)) {
		const char *outer = node_member_text(document, above, "type");

		if (strchr(type, '/') && strchr(type, '.') && strchr(type, '.') < strchr(type, '/'))
			break;
		type = scope_print(scope, "%s/%s", outer, type);
		above = document->nodes[document->nodes[above].parent].parent;
	}
	return type;
}

static size_t name_find(const struct document *document, size_t template, char kind, const char *name)
{
	char key[256];
	size_t size = name ? strlen(name) : sizeof(key);
	int64_t node;

	if (size + 1 >= sizeof(key))
		return NODE_NONE;
	key[0] = kind;
	for (size_t i = 0; i < size; i++)
		key[i + 1] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
	node = map_get(&document->templates[template].names, key, size + 1);
	return node < 0 ? NODE_NONE : (size_t)node;
}

size_t template_parameter(const struct document *document, size_t template, const char *name)
{
	return name_find(document, template, 'p', name);
}

size_t template_variable(const struct document *document, size_t template, const char *name)
{
	return name_find(document, template, 'v', name);
}

const char *node_path(struct scope *scope, const struct document *document, size_t node)
{
	size_t way[JSON_DEPTH + 2], count = 0;
	char *path = scope_text(scope, "$");

	for (; node != NODE_NONE && document->nodes[node].parent != NODE_NONE; node = document->nodes[node].parent)
		way[count++] = node;
	while (path && count) {
		const struct node *step = &document->nodes[way[--count]];

		if (!step->key)
			path = scope_print(scope, "%s[%zu]", path, step->index);
		else if (!*step->key || step->key[strspn(step->key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$-")])
			path = scope_print(scope, "%s['%s']", path, step->key);
		else
			path = scope_print(scope, "%s.%s", path, step->key);
	}
	return path;
}
