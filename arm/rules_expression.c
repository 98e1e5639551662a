/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions, and the names in them. */
#include "arm/functions.h"
#include "arm/model.h"
#include "arm/rules.h"

#include <string.h>
#include <strings.h>

RULE(rule_expressions_parse)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE | DOCUMENT_FORM | DOCUMENT_PARAMETERS)
		EACH_NODE(document, node)
			if (document->nodes[node].problem)
				FIND(document, node, "correct it; a text that begins with a bracket is written with two", "no expression: %s",
				     document->nodes[node].problem);
}

/* ---- functions ---- */

/* A function that the template declares itself: "namespace.name". */
static bool function_declared(const struct document *document, size_t template, const char *name)
{
	size_t functions = node_member(document, document->templates[template].root, "functions");
	const char *point = strchr(name, '.');

	EACH_CHILD(document, space, functions) {
		const char *named = node_member_text(document, space, "namespace");

		if (named && point && strlen(named) == (size_t)(point - name) && strncasecmp(named, name, strlen(named)) == 0 &&
		    node_member(document, node_member(document, space, "members"), point + 1) != NODE_NONE)
			return true;
	}
	return false;
}

/* Whether a name is one of an enclosing lambda's, or a word of a form. */
static bool name_known(const struct site *site)
{
	static const char *const words[] = {"true", "false", "null", NULL};
	const struct term *term = site_term(site);

	for (int at = term->parent; at != TERM_NONE; at = site->expression->terms[at].parent) {
		const char *names = site->expression->terms[at].kind == TERM_LAMBDA ? site->expression->terms[at].text : "";

		for (size_t size; *names; names += size + (names[size] == ',')) {
			size = strcspn(names, ",");
			if (strlen(term->text) == size && strncmp(names, term->text, size) == 0)
				return true;
		}
	}
	return text_among(term->text, words);
}

RULE(rule_functions_known)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE | DOCUMENT_FORM) {
		const struct term *term = site_term(&site);
		bool form = site.document->kind == DOCUMENT_FORM;
		const struct function *function = term->kind == TERM_CALL ? function_find(term->text, form) : NULL;

		if (term->kind == TERM_NAME && (!form || !name_known(&site)))
			FIND_SITE(site, "a text stands in single quotes, a call has brackets", "%s is no value", term->text);
		if (term->kind == TERM_LAMBDA && !form)
			FIND_SITE(site, "write lambda('name', ...)", "=> is of forms only");
		if (term->kind != TERM_CALL || (!form && (term_calls(term, "list*") || function_declared(site.document, site.document->nodes[site.node].scope, term->text))))
			continue;
		if (!function)
			FIND_SITE(site, "see Azure's list of functions", "there is no function %s %s", term->text, form ? "of forms" : "of templates");
		else if (term->arguments < function->least || term->arguments > function->most)
			FIND_SITE(site, "see Azure's list of functions", "%s has %d arguments; it takes %d%s", term->text, term->arguments,
				  term->arguments < function->least ? function->least : function->most, term->arguments < function->least ? " or more" : " at most");
	}
}

/* ---- parameters and variables ---- */

/* The function that a node is in (a template's own), or NODE_NONE: in it, parameters are the function's. */
static size_t node_function(const struct document *document, size_t node)
{
	for (size_t i = 0; i < document->template_count; i++) {
		size_t functions = node_member(document, document->templates[i].root, "functions");

		if (functions != NODE_NONE && node_within(document, node, functions))
			EACH_CHILD(document, space, functions)
				EACH_CHILD(document, function, node_member(document, space, "members"))
					if (node_within(document, node, function))
						return function;
	}
	return NODE_NONE;
}

static bool function_parameter(const struct document *document, size_t function, const char *name)
{
	size_t parameters = node_member(document, function, "parameters");

	EACH_CHILD(document, node, parameters) {
		const char *declared = node_member_text(document, node, "name");

		if (declared && strcasecmp(declared, name) == 0)
			return true;
	}
	return false;
}

RULE(rule_parameters_declared)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *name = term_calls(site_term(&site), "parameters") ? site_text(&site, 0) : NULL;
		size_t function;

		if (!name || template_parameter(site.document, site.document->nodes[site.node].scope, name) != NODE_NONE)
			continue;
		function = node_function(site.document, site.node);
		if (function == NODE_NONE || !function_parameter(site.document, function, name))
			FIND_SITE(site, "declare it, or correct its name", "the parameter %s is not declared", name);
	}
}

RULE(rule_variables_declared)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *name = term_calls(site_term(&site), "variables") ? site_text(&site, 0) : NULL;

		if (name && template_variable(site.document, site.document->nodes[site.node].scope, name) == NODE_NONE)
			FIND_SITE(site, "declare it, or correct its name", "the variable %s is not declared", name);
	}
}

/* Marks what is referred to: by node, of a document.  Where a name is put together, any can be meant.  NULL: no memory. */
static bool *used_find(struct package_check *check, const struct model *model, const struct document *document, bool variables)
{
	bool *used = scope_alloc(check->scope, document->count * sizeof(*used));

	check->failed = check->failed || !used;
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *name;
		size_t scope, node;

		if (!used || site.document != document || !term_calls(site_term(&site), variables ? "variables" : "parameters"))
			continue;
		name = site_text(&site, 0);
		scope = document->nodes[site.node].scope;
		node = !name ? NODE_NONE : variables ? template_variable(document, scope, name) : template_parameter(document, scope, name);
		if (node != NODE_NONE)
			used[node] = true;
		if (!name)
			used[document->templates[scope].root] = true;
	}
	return used;
}

static void unused_tell(const struct package_rule *rule, struct package_check *check, const struct model *model, bool variables)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		const bool *used = used_find(check, model, document, variables);

		EACH_TEMPLATE(document, template) {
			size_t list = node_member(document, document->templates[template].root, variables ? "variables" : "parameters");

			if (!used || used[document->templates[template].root] || !document->templates[template].own)
				continue;
			EACH_CHILD(document, node, list)
				if (document->nodes[node].key && !used[node] && strncmp(document->nodes[node].key, "__", 2) != 0 &&
				    (!variables || strcasecmp(document->nodes[node].key, "copy") != 0))
					FIND(document, node, "take it out, or use it", "the %s %s is not used", variables ? "variable" : "parameter",
					     document->nodes[node].key);
		}
	}
}

RULE(rule_parameters_referenced)
{
	unused_tell(rule, check, model, false);
}

RULE(rule_variables_referenced)
{
	unused_tell(rule, check, model, true);
}

RULE(rule_dynamic_variables)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		int argument = term_calls(site_term(&site), "variables") ? expression_argument(site.expression, site.term, 0) : TERM_NONE;

		if (argument != TERM_NONE && term_calls(&site.expression->terms[argument], "concat"))
			FIND_SITE(site, "make the variable an object and write variables('all')[parameters('which')]", "the variable's name is put together");
	}
}

/* ---- copies ---- */

/* Whether a copy around the node (of the resource, the output, the property or the variable) has this name; NULL: any of a resource or an output. */
static bool copy_found(const struct document *document, size_t node, const char *name)
{
	for (size_t at = node; at != NODE_NONE; at = document->nodes[at].parent) {
		size_t copy = node_member(document, at, "copy");
		const char *own = node_member_text(document, at, "name");

		if (document->nodes[at].template)
			return false;
		/* An item of a copy's list: it is what its input is in. */
		if (document->nodes[at].key && strcasecmp(document->nodes[at].key, "input") == 0 && document->nodes[at].parent != NODE_NONE) {
			own = node_member_text(document, document->nodes[at].parent, "name");
			if (!name || (own && strcasecmp(own, name) == 0))
				return true;
		}
		if (node_is(document, copy, json_type_object)) {
			own = node_member_text(document, copy, "name");
			if (!name || (own && strcasecmp(own, name) == 0))
				return true;
		}
	}
	return false;
}

RULE(rule_copies_exist)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *name;

		if (!term_calls(site_term(&site), "copyIndex"))
			continue;
		name = site_text(&site, 0);
		if (!copy_found(site.document, site.node, name))
			FIND_SITE(site, "name the copy that it is in", name ? "there is no copy %s around it" : "%sit is in no copy", name ? name : "");
	}
}

/* ---- ids ---- */

/* Where the type stands among the arguments of a resourceId: the first that is written out with a slash; TERM_NONE. */
static int type_place(const struct site *site)
{
	for (int place = 0; place < site_term(site)->arguments; place++) {
		const char *text = site_text(site, place);

		if (text && strchr(text, '/') && *text != '/')
			return place;
	}
	return TERM_NONE;
}

static bool id_call(const struct term *term)
{
	static const char *const names[] = {"resourceId", "subscriptionResourceId", "tenantResourceId", "managementGroupResourceId", "extensionResourceId", NULL};

	return term->kind == TERM_CALL && text_among(term->text, names);
}

static int slashes(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += *text == '/';
	return count;
}

RULE(rule_resource_id_segments)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		int place = id_call(site_term(&site)) ? type_place(&site) : TERM_NONE, names;
		const char *type;

		if (place == TERM_NONE)
			continue;
		type = site_text(&site, place);
		names = site_term(&site)->arguments - place - 1;
		if (names != slashes(type) || text_ends(type, "/") || !strchr(type, '.') || strchr(type, '.') > strchr(type, '/'))
			FIND_SITE(site, "a name for each part of the type behind the provider", "%s of %s has %d names; it wants %d", site_term(&site)->text, type,
				  names, slashes(type));
	}
}

RULE(rule_resource_ids_contain)
{
	static const char *const known[] = {"resourceGroup", "subscription", "concat", "format", NULL};

	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const struct term *term = site_term(&site), *first;
		int argument = id_call(term) || term_calls(term, "reference") || term_calls(term, "list*") ? expression_argument(site.expression, site.term, 0)
												     : TERM_NONE;

		if (argument == TERM_NONE)
			continue;
		first = &site.expression->terms[argument];
		if (first->kind == TERM_CALL && text_among(first->text, known) && (id_call(term) || term_calls(first, "concat") || term_calls(first, "format")))
			FIND_SITE(site, "leave it out: it is known; put ids together with resourceId", "%s begins with %s", term->text, first->text);
	}
}

RULE(rule_ambiguous)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *type = term_calls(site_term(&site), "resourceId") && type_place(&site) == 0 ? site_text(&site, 0) : NULL;
		bool made = false;

		/* Roles and policies are seen from everywhere. */
		if (!type || strncasecmp(type, "Microsoft.Authorization/", 24) == 0)
			continue;
		for (size_t i = 0; !made && i < model_resources(model, site.document)->count; i++)
			made = strcasecmp(model_resources(model, site.document)->items[i].type, type) == 0;
		if (!made)
			FIND_SITE(site, "put the resource group that it is in before the type", "no resource of the template is of the type %s", type);
	}
}

/* Members that end in id and are no resource's. */
static const char *const other_ids[] = {"appId", "applicationId", "clientId", "contentId", "groupId", "keyId", "metricId", "objectId", "principalId",
					"roleDefinitionId", "ruleId", "sid", "subscriptionId", "tenantId", "timezoneId", "vlanId", "workerSizeId", NULL};

RULE(rule_ids_derived)
{
	static const char *const allowed[] = {"extensionResourceId", "resourceId", "subscriptionResourceId", "tenantResourceId", "if", "parameters",
					      "reference", "variables", "subscription", "guid", NULL};
	static const char *const outside[] = {"parameters", "outputs", "metadata", "tags", "variables", NULL};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_NODE(document, node) {
			const struct node *it = &document->nodes[node];
			size_t above = it->parent;

			if (it->resource == NODE_NONE || !it->key || !text_ends(it->key, "id") || !it->text || text_among(it->key, other_ids))
				continue;
			while (above != NODE_NONE && !text_among(document->nodes[above].key, outside))
				above = document->nodes[above].parent;
			if (above == NODE_NONE && !(it->expression && it->expression->terms[0].kind == TERM_CALL && text_among(it->expression->terms[0].text, allowed)))
				FIND(document, node, "write [resourceId(...)]", "the id %s is written out or put together", it->key);
		}
}

RULE(rule_uris)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const struct node *node = &site.document->nodes[site.node];

		if (!node->key || !(text_ends(node->key, "uri") || text_ends(node->key, "url")) || site_term(&site)->parent != TERM_NONE)
			continue;
		if (term_calls(site_term(&site), "concat") || term_calls(site_term(&site), "format"))
			FIND_SITE(site, "write [uri(base, path)]", "the address %s is put together by %s", node->key, site_term(&site)->text);
	}
}

/* ---- API versions in calls ---- */

RULE(rule_providers_versions)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE)
		if (term_calls(site_term(&site), "providers") && strcasestr(site_term(&site)->members, ".apiVersions"))
			FIND_SITE(site, "write the version", "the version is looked up when it is deployed");
}

RULE(rule_reference_versions)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const struct term *term = site_term(&site);
		const char *version = term_calls(term, "reference") || term_calls(term, "list*") ? site_text(&site, 1) : NULL;
		struct site inner = site;
		int place;

		inner.term = version ? expression_argument(site.expression, site.term, 0) : TERM_NONE;
		if (inner.term == TERM_NONE || !id_call(site_term(&inner)))
			continue;
		place = type_place(&inner);
		if (place != TERM_NONE)
			version_judge(rule, check, model, site.document, site.node, site_text(&inner, place), version);
	}
}

/* ---- secrets ---- */

RULE(rule_outputs_secrets)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_TEMPLATE(document, template)
			EACH_CHILD(document, node, node_member(document, document->templates[template].root, "outputs"))
				if (document->nodes[node].key && strcasestr(document->nodes[node].key, "password"))
					FIND(document, node, "outputs can be read: leave it out", "the output %s is called a secret", document->nodes[node].key);
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *what;

		if (!site_secret(&site, &what))
			continue;
		EACH_TEMPLATE(site.document, template)
			if (node_within(site.document, site.node, node_member(site.document, site.document->templates[template].root, "outputs")))
				FIND_SITE(site, "outputs can be read: leave it out", "an output holds the secret %s", what);
	}
}

RULE(rule_nested_secrets)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *what;

		if (!site_secret(&site, &what))
			continue;
		for (size_t template = 1; template < site.document->template_count; template++)
			if (!site.document->templates[template].own && node_within(site.document, site.node, site.document->templates[template].root))
				FIND_SITE(site, "set expressionEvaluationOptions.scope to inner and hand it over as a secure parameter",
					  "%s is written into the nested deployment, where it can be read", what);
	}
}

RULE(rule_command_secrets)
{
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const struct node *node = &site.document->nodes[site.node];
		const char *what, *above = node->parent == NODE_NONE ? NULL : site.document->nodes[node->parent].key;

		if (node->key && strcasecmp(node->key, "commandToExecute") == 0 && above && strcasecmp(above, "settings") == 0 && site_secret(&site, &what))
			FIND_SITE(site, "put the command into protectedSettings", "the command holds the secret %s", what);
	}
}
