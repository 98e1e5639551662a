/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/model.h"

#include "core/buffer.h"

#include <string.h>
#include <strings.h>

const struct document *model_next(const struct model *model, const struct document *last, unsigned kinds)
{
	for (const struct document *document = last ? last + 1 : model->documents; document < model->documents + model->count; document++)
		if (((unsigned)document->kind & kinds) && document->count)
			return document;
	return NULL;
}

bool site_next(const struct model *model, unsigned kinds, struct site *site)
{
	if (site->expression && ++site->term < site->expression->count)
		return true;
	for (;; site->at++) {
		const struct node *node;

		/* Two for each node: its text and its key. */
		if (!site->document || site->at >= 2 * site->document->count) {
			site->document = model_next(model, site->document, kinds);
			site->at = 0;
			if (!site->document)
				return false;
		}
		node = &site->document->nodes[site->at / 2];
		site->expression = site->at % 2 ? node->key_expression : node->expression;
		if (!site->expression)
			continue;
		site->node = site->at / 2;
		site->term = 0;
		site->at++;
		return true;
	}
}

bool text_among(const char *text, const char *const *list)
{
	for (; text && *list; list++)
		if (strcasecmp(text, *list) == 0)
			return true;
	return false;
}

bool type_secure(const char *type)
{
	return type && (strcasecmp(type, "securestring") == 0 || strcasecmp(type, "secureobject") == 0);
}

bool site_secret(const struct site *site, const char **what)
{
	const struct term *term = site_term(site);
	const char *name = term_calls(term, "parameters") ? site_text(site, 0) : NULL;
	size_t parameter = name ? template_parameter(site->document, site->document->nodes[site->node].scope, name) : NODE_NONE;

	if (parameter != NODE_NONE && type_secure(node_member_text(site->document, parameter, "type"))) {
		*what = name;
		return true;
	}
	*what = term->text;
	return term_calls(term, "list*");
}

/* ---- one form for comparing ---- */

enum { CANONICAL_DEPTH_MAX = 8, CANONICAL_BYTES_MAX = 32 << 10 };

/* A part of an expression that is being printed. */
struct part {
	const struct expression *expression;
	size_t at, to;
	int term; /* the next that may begin */
};

/* Bytes outside of texts lose their case, and blanks. */
static void part_copy(struct part *part, size_t to, struct buffer *buffer)
{
	const char *text = part->expression->text;

	for (bool quoted = false; part->at < to; part->at++) {
		char c = text[part->at];

		if (c == '\'')
			quoted = !quoted;
		if (!quoted && strchr(" \t\r\n", c))
			continue;
		c = (char)(!quoted && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		(void)buffer_append(buffer, &c, 1);
	}
}

/* The node of a variable that a term stands for as a whole; NODE_NONE. */
static size_t term_variable(const struct document *document, size_t template, const struct expression *expression, int at)
{
	const struct term *term = &expression->terms[at];
	const char *name = term_calls(term, "variables") && !*term->members && !term->indexed ? expression_text(expression, at, 0) : NULL;
	size_t node = name ? template_variable(document, template, name) : NODE_NONE;

	return node != NODE_NONE && document->nodes[node].text ? node : NODE_NONE;
}

const char *expression_canonical(struct scope *scope, const struct document *document, size_t template, const struct expression *expression,
				 size_t from, size_t to)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(CANONICAL_BYTES_MAX);
	struct part parts[CANONICAL_DEPTH_MAX] = {{expression, from, to, 0}};
	int depth = 1;

	/* Variables of variables grow fast: a full buffer ends it. */
	while (depth && !buffer_failed(&buffer)) {
		struct part *part = &parts[depth - 1];
		const struct term *term;
		size_t variable;

		while (part->term < part->expression->count && part->expression->terms[part->term].from < part->at)
			part->term++;
		term = part->term < part->expression->count ? &part->expression->terms[part->term] : NULL;
		if (!term || term->from >= part->to) {
			part_copy(part, part->to, &buffer);
			depth--;
			continue;
		}
		part_copy(part, term->from, &buffer);
		if (term_calls(term, "copyIndex") && (term->arguments == 0 || (term->arguments == 1 && expression_text(part->expression, part->term, 0)))) {
			(void)buffer_text(&buffer, "copyindex()");
			part->at = term->to;
			continue;
		}
		variable = term_variable(document, template, part->expression, part->term++);
		if (variable == NODE_NONE || depth == CANONICAL_DEPTH_MAX)
			continue;
		part->at = term->to;
		if (document->nodes[variable].expression) {
			const struct expression *value = document->nodes[variable].expression;

			parts[depth++] = (struct part){value, 0, strlen(value->text), 0};
		} else {
			(void)buffer_print(&buffer, "'%s'", document->nodes[variable].text);
		}
	}
	return buffer_failed(&buffer) ? NULL : scope_copy(scope, buffer_string(&buffer), buffer.size);
}

/* ---- resources ---- */

const struct resources *model_resources(const struct model *model, const struct document *document)
{
	return &model->resources[document - model->documents];
}

static size_t list_of(const struct document *document, size_t node)
{
	size_t list = document->nodes[node].parent;

	while (!document->nodes[document->nodes[list].parent].template)
		list = document->nodes[document->nodes[list].parent].parent;
	return list;
}

int resources_make(struct scope *scope, const struct document *document, struct resources *resources, struct error *error)
{
	for (size_t node = 0; node < document->count; node++)
		if (node_is_resource(document, node))
			resources->left_out++;
	resources->items = scope_alloc(scope, (MODEL_RESOURCES_MAX < resources->left_out ? MODEL_RESOURCES_MAX : resources->left_out) * sizeof(*resources->items));
	for (size_t node = 0; resources->items && node < document->count && resources->count < MODEL_RESOURCES_MAX; node++) {
		struct resource *resource = &resources->items[resources->count];
		size_t name;

		if (!node_is_resource(document, node))
			continue;
		name = node_member(document, node, "name");
		*resource = (struct resource){.node = node, .list = list_of(document, node), .type = resource_type(scope, document, node), .name = "",
					      .copied = node_member(document, node, "copy") != NODE_NONE};
		if (name != NODE_NONE && document->nodes[name].expression)
			resource->name = expression_canonical(scope, document, document->nodes[name].scope, document->nodes[name].expression, 0,
							      strlen(document->nodes[name].expression->text));
		else if (name != NODE_NONE && document->nodes[name].text)
			resource->name = scope_print(scope, "'%s'", document->nodes[name].text);
		if (!resource->name)
			resource->name = "";
		if (!resource->type)
			resource->type = "";
		resources->count++;
		resources->left_out--;
	}
	return resources->items ? 0 : error_memory(error, "a package");
}
