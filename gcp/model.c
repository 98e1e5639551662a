/* SPDX-License-Identifier: Apache-2.0 */
#include "gcp/model.h"

#include <stdio.h>
#include <string.h>

bool hcl_rooted(const struct hcl *hcl)
{
	return strchr(hcl->file, '/') == NULL;
}

static const struct declared *declared_get(const struct map *names, const struct declared *list, const char *name)
{
	int64_t index = map_get(names, name, strlen(name));

	return index < 0 ? NULL : &list[index];
}

const struct declared *model_variable(const struct model *model, const char *name)
{
	return declared_get(&model->variable_names, model->variables, name);
}

const struct declared *model_output(const struct model *model, const char *name)
{
	return declared_get(&model->output_names, model->outputs, name);
}

const char *hcl_place(struct scope *scope, const struct hcl *hcl, size_t node)
{
	enum { ROOM = 300 };
	size_t around[HCL_DEPTH_MAX], depth = 0;
	BUFFER_CLEANUP struct buffer buffer = buffer_init(ROOM);

	if (node == HCL_NONE)
		return NULL;
	for (size_t at = node; at != HCL_NONE && depth < HCL_DEPTH_MAX; at = hcl->nodes[at].parent)
		around[depth++] = at;
	(void)buffer_print(&buffer, "line %d", hcl->nodes[node].line);
	while (depth-- > 0) {
		const struct hcl_node *it = &hcl->nodes[around[depth]];

		/* A path that is too long ends early. */
		(void)buffer_print(&buffer, " %s", it->name);
		for (size_t i = 0; i < HCL_LABELS_MAX && it->labels[i]; i++)
			(void)buffer_print(&buffer, " \"%s\"", it->labels[i]);
	}
	return scope_text(scope, buffer_string(&buffer));
}

const char *yaml_place(struct scope *scope, const struct yaml *yaml, size_t node)
{
	const struct yaml_node *it;

	if (node == YAML_NONE)
		return NULL;
	it = &yaml->nodes[node];
	return scope_print(scope, "line %d%s%s", it->line, it->key ? " " : "", it->key ? it->key : "");
}

const char *hcl_reference(const struct hcl *hcl, size_t token, const char *of)
{
	/* Behind a dot it is a member of something else. */
	if (!hcl_is(hcl, token, of) || hcl->tokens[token].kind != HCL_NAME || (token && hcl_is(hcl, token - 1, ".")) || !hcl_is(hcl, token + 1, ".") ||
	    token + 2 >= hcl->token_count || hcl->tokens[token + 2].kind != HCL_NAME)
		return NULL;
	return hcl->tokens[token + 2].text;
}

const char *hcl_variable(const struct hcl *hcl, size_t node)
{
	const struct hcl_node *it = node == HCL_NONE ? NULL : &hcl->nodes[node];

	return it && !it->block && it->to == it->from + 3 ? hcl_reference(hcl, it->from, "var") : NULL;
}

/* Of an attribute, the next token that counts. */
static size_t token_next(const struct hcl *hcl, size_t node, size_t token)
{
	while (token < hcl->nodes[node].to && (hcl->tokens[token].kind == HCL_LINE || hcl_is(hcl, token, ",")))
		token++;
	return token;
}

bool hcl_same(const struct hcl *one, size_t node, const struct hcl *other, size_t other_node)
{
	size_t left = token_next(one, node, one->nodes[node].from), right = token_next(other, other_node, other->nodes[other_node].from);

	while (left < one->nodes[node].to && right < other->nodes[other_node].to) {
		if (one->tokens[left].kind != other->tokens[right].kind || strcmp(one->tokens[left].text, other->tokens[right].text) != 0)
			return false;
		left = token_next(one, node, left + 1);
		right = token_next(other, other_node, right + 1);
	}
	return left == one->nodes[node].to && right == other->nodes[other_node].to;
}

/* ---- names ---- */

static bool key_print(char key[static MODEL_NAME], const char *one, const char *two, const char *three)
{
	return snprintf(key, MODEL_NAME, "%s.%s%s%s", one, two, three ? "." : "", three ? three : "") < MODEL_NAME;
}

bool reference_read(const struct hcl *hcl, size_t token, char key[static MODEL_NAME])
{
	const char *first = hcl->tokens[token].kind == HCL_NAME ? hcl->tokens[token].text : NULL, *second = first ? hcl_reference(hcl, token, first) : NULL;

	if (!second)
		return false;
	if (strcmp(first, "var") == 0 || strcmp(first, "local") == 0 || strncmp(first, "google_", 7) == 0)
		return key_print(key, first, second, NULL);
	if (strcmp(first, "data") != 0 || !hcl_is(hcl, token + 3, ".") || token + 4 >= hcl->token_count || hcl->tokens[token + 4].kind != HCL_NAME)
		return false;
	return key_print(key, first, second, hcl->tokens[token + 4].text);
}

static int name_add(struct scope *scope, struct model *model, const char *key, const struct hcl *hcl, size_t node, struct error *error)
{
	const char *kept = scope_text(scope, key);

	if (!kept || map_set(&model->names, kept, strlen(kept), (int64_t)model->name_count) < 0)
		return error_memory(error, "a package");
	model->name_list[model->name_count++] = (struct name){.hcl = hcl, .node = node};
	return 0;
}

/* What a node at the top declares, and what those below a block of locals do. */
static int node_declare(struct scope *scope, struct model *model, const struct hcl *hcl, size_t node, struct error *error)
{
	const struct hcl_node *it = &hcl->nodes[node], *parent = it->parent == HCL_NONE ? NULL : &hcl->nodes[it->parent];
	const char *one = it->labels[0], *two = one ? it->labels[1] : NULL;
	char key[MODEL_NAME];
	bool there = false;

	if (!parent && it->block && one)
		there = strcmp(it->name, "variable") == 0 ? key_print(key, "var", one, NULL)
			: strcmp(it->name, "resource") == 0 && two ? key_print(key, one, two, NULL)
			: strcmp(it->name, "data") == 0 && two ? key_print(key, "data", one, two) : false;
	else if (parent && parent->parent == HCL_NONE && !it->block && strcmp(parent->name, "locals") == 0)
		there = key_print(key, "local", it->name, NULL);
	return there ? name_add(scope, model, key, hcl, node, error) : 0;
}

static void node_uses(struct model *model, const struct hcl *hcl, size_t node)
{
	for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++) {
		char key[MODEL_NAME];
		int64_t index = reference_read(hcl, i, key) ? map_get(&model->names, key, strlen(key)) : -1;
		struct name *name = index < 0 ? NULL : &model->name_list[index];

		/* A validation that looks at its own variable is no use. */
		if (name && (hcl != name->hcl || node < name->node || node >= name->hcl->nodes[name->node].end))
			name->used = true;
	}
}

int names_make(struct scope *scope, struct model *model, struct error *error)
{
	model->names = map_init(MODEL_NODES_MAX);
	model->name_list = scope_alloc(scope, MODEL_NODES_MAX * sizeof(*model->name_list));
	if (!model->name_list)
		return error_memory(error, "a package");
	EACH_ROOT(hcl)
		EACH_NODE(hcl, node)
			if (node_declare(scope, model, hcl, node, error) < 0)
				return error->code;
	EACH_ROOT(hcl)
		EACH_NODE(hcl, node)
			node_uses(model, hcl, node);
	return 0;
}
