/* SPDX-License-Identifier: Apache-2.0 */
/* Templates as a whole, and their parameters. */
#include "arm/model.h"
#include "arm/rules.h"

#include <string.h>
#include <strings.h>

#define SCHEMAS "https://schema.management.azure.com/schemas/"

RULE(rule_template_schema)
{
	static const char *const known[] = {SCHEMAS "2019-04-01/deploymentTemplate.json#", SCHEMAS "2018-05-01/subscriptionDeploymentTemplate.json#",
					    SCHEMAS "2019-08-01/tenantDeploymentTemplate.json#",
					    SCHEMAS "2019-08-01/managementGroupDeploymentTemplate.json#", NULL};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_TEMPLATE(document, template) {
			size_t root = document->templates[template].root;

			if (!text_among(node_member_text(document, root, "$schema"), known))
				FIND(document, root, "write " SCHEMAS "2019-04-01/deploymentTemplate.json#", "$schema is missing, or another one");
		}
}

RULE(rule_template_limits)
{
	enum { PARAMETERS = 256, VARIABLES = 256, OUTPUTS = 64 };
	static const struct {
		const char *name;
		size_t most;
	} limits[] = {{"parameters", PARAMETERS}, {"variables", VARIABLES}, {"outputs", OUTPUTS}};

	for (size_t i = 0; i < check->package->count; i++)
		if (text_ends(check->package->files[i].name, ".json") && check->package->files[i].size > DOCUMENT_BYTES_MAX)
			package_find(check, rule, (struct package_place){check->package->files[i].name, NULL}, "split it", "%zu bytes; %d are the most",
				     check->package->files[i].size, DOCUMENT_BYTES_MAX);
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		const struct resources *resources = model_resources(model, document);

		if (resources->left_out)
			FIND(document, 0, "split it into nested deployments", "%zu resources; %d are the most", resources->count + resources->left_out,
			     MODEL_RESOURCES_MAX);
		EACH_TEMPLATE(document, template)
			for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
				size_t list = node_member(document, document->templates[template].root, limits[i].name), count = node_count(document, list);

				if (count > limits[i].most)
					FIND(document, list, "make objects of them", "%zu %s; %zu are the most", count, limits[i].name, limits[i].most);
			}
	}
}

/* ---- what is empty ---- */

static bool node_blank(const struct document *document, size_t node)
{
	const struct node *it = &document->nodes[node];

	if (!it->value || (it->text && !it->text[strspn(it->text, " \t\r\n")]))
		return true;
	return (node_is(document, node, json_type_object) || node_is(document, node, json_type_array)) && node_first(document, node) == NODE_NONE;
}

static void blanks_tell(const struct package_rule *rule, struct package_check *check, const struct model *model, enum document_kind kind,
			const char *const *may_be)
{
	EACH_DOCUMENT(document, kind)
		EACH_NODE(document, node) {
			const struct node *it = &document->nodes[node];

			/* An identity's name can be an expression. */
			if (it->key && node_blank(document, node) && !text_among(it->key, may_be) && *it->key != '[' && *it->key != '/')
				FIND(document, node, "leave it out, or write [null()]", "%s is empty", it->key);
		}
}

RULE(rule_template_blanks)
{
	static const char *const may_be[] = {"resources", "outputs", "variables", "parameters", "functions", "properties", "template", "defaultValue",
					     "accessPolicies", "value", "promotionCode", "inputs", "notEquals", "clientId", NULL};

	blanks_tell(rule, check, model, DOCUMENT_TEMPLATE, may_be);
}

RULE(rule_form_blanks)
{
	static const char *const may_be[] = {"basics", "steps", "defaultValue", NULL};

	blanks_tell(rule, check, model, DOCUMENT_FORM, may_be);
}

/* ---- hosts ---- */

RULE(rule_hardcoded_uri)
{
	static const char *const hosts[] = {"management.azure.com", "login.microsoftonline.com", "gallery.azure.com", "core.windows.net", "database.windows.net",
					    "graph.windows.net", "vault.azure.net", "datalake.azure.net", "azuredatalakestore.net",
					    "azuredatalakeanalytics.net", "api.loganalytics.io", "asazure.windows.net"};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		size_t parameters = node_member(document, 0, "parameters");

		EACH_NODE(document, node) {
			const struct node *it = &document->nodes[node];

			if (!it->text || node_within(document, node, parameters))
				continue;
			for (size_t i = 0; i < sizeof(hosts) / sizeof(*hosts); i++) {
				const char *at = strcasestr(it->text, hosts[i]);

				if (at && !(at - it->text >= 15 && strncasecmp(at - 15, "https://schema.", 15) == 0))
					FIND(document, node, "take it from environment()", "the host %s is written out: it differs from cloud to cloud", hosts[i]);
			}
		}
	}
}

/* ---- parameters ---- */

#define EACH_PARAMETER(DOCUMENT, TEMPLATE, NODE) \
	EACH_TEMPLATE(DOCUMENT, TEMPLATE)        \
	EACH_CHILD(DOCUMENT, NODE, node_member(DOCUMENT, (DOCUMENT)->templates[TEMPLATE].root, "parameters")) \
	if ((DOCUMENT)->nodes[NODE].key)

RULE(rule_min_max)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_PARAMETER(document, template, node) {
			size_t least = node_member(document, node, "minValue"), most = node_member(document, node, "maxValue");

			if ((least == NODE_NONE) != (most == NODE_NONE))
				FIND(document, node, "write both", "%s is missing", least == NODE_NONE ? "minValue" : "maxValue");
			if ((least != NODE_NONE && !node_is(document, least, json_type_int)) || (most != NODE_NONE && !node_is(document, most, json_type_int)))
				FIND(document, node, "write whole numbers, without quotes", "minValue or maxValue is no whole number");
			else if (least != NODE_NONE && most != NODE_NONE &&
				 json_object_get_int64(document->nodes[least].value) > json_object_get_int64(document->nodes[most].value))
				FIND(document, node, "exchange them", "minValue is more than maxValue");
		}
}

RULE(rule_password_parameters)
{
	static const char *const names[] = {"password", "secret", "accountkey"};
	static const char *const others[] = {"permission", "version", "url", "uri", "name"};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_PARAMETER(document, template, node) {
			const char *name = document->nodes[node].key, *type = node_member_text(document, node, "type");
			bool secret = false, other = false;

			for (size_t i = 0; name && i < sizeof(names) / sizeof(*names); i++)
				secret = secret || strcasestr(name, names[i]);
			for (size_t i = 0; name && i < sizeof(others) / sizeof(*others); i++)
				other = other || (strcasestr(name, "secret") && strcasestr(name, others[i]));
			if (secret && !other && !type_secure(type) && !(type && strcasecmp(type, "bool") == 0))
				FIND(document, node, "make it a securestring", "the parameter %s is called a secret and is of the type %s", name, type ? type : "none");
		}
}

RULE(rule_secure_defaults)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_PARAMETER(document, template, node) {
			size_t value = node_member(document, node, "defaultValue");
			bool made = false;

			if (!type_secure(node_member_text(document, node, "type")) || value == NODE_NONE || node_blank(document, value))
				continue;
			for (int i = 0; document->nodes[value].expression && i < document->nodes[value].expression->count; i++)
				made = made || term_calls(&document->nodes[value].expression->terms[i], "newGuid");
			if (!made)
				FIND(document, value, "take it out", "the secret %s has a default", document->nodes[node].key);
		}
}

RULE(rule_parameter_types)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t template = 1; template < document->template_count; template++) {
			size_t properties = document->nodes[document->templates[template].root].parent;

			EACH_CHILD(document, node, node_member(document, properties, "parameters")) {
				size_t value = node_member(document, node, "value"), inner, outer;
				const struct expression *expression = value == NODE_NONE ? NULL : document->nodes[value].expression;
				const char *name, *wanted, *given;

				if (!expression || !term_calls(&expression->terms[0], "parameters") || *expression->terms[0].members || expression->terms[0].indexed)
					continue;
				name = expression_text(expression, 0, 0);
				inner = template_parameter(document, template, document->nodes[node].key);
				outer = name ? template_parameter(document, document->nodes[value].scope, name) : NODE_NONE;
				wanted = node_member_text(document, inner, "type");
				given = node_member_text(document, outer, "type");
				if (wanted && given && strcasecmp(wanted, given) != 0)
					FIND(document, node, "give both one type", "the nested template's parameter is %s, what it is given is %s", wanted, given);
			}
		}
}

RULE(rule_artifacts)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_TEMPLATE(document, template) {
			size_t place = template_parameter(document, template, "_artifactsLocation");
			size_t token = template_parameter(document, template, "_artifactsLocationSasToken");
			const char *type = node_member_text(document, place, "type"), *start = node_member_text(document, place, "defaultValue");
			size_t token_start = node_member(document, token, "defaultValue");
			bool outermost = document->main && template == 0;

			if (place == NODE_NONE)
				continue;
			if (!type || (strcasecmp(type, "string") != 0 && strcasecmp(type, "securestring") != 0))
				FIND(document, place, "make it a string", "_artifactsLocation is of another type");
			if (token == NODE_NONE || !type_secure(node_member_text(document, token, "type")))
				FIND(document, place, "declare _artifactsLocationSasToken as a securestring", "its token is missing or not secure");
			if (outermost && (!start || !strcasestr(start, "deployment().properties.templateLink.uri")))
				FIND(document, place, "write [deployment().properties.templateLink.uri]", "_artifactsLocation has no such default");
			if (outermost && token != NODE_NONE && (token_start == NODE_NONE || !document->nodes[token_start].text || *document->nodes[token_start].text))
				FIND(document, token, "write \"\"", "the token's default is not empty");
			if (!outermost && (start || token_start != NODE_NONE))
				FIND(document, place, "take it out", "in a nested template neither has a default");
		}
}

/* ---- location ---- */

/* Whether an expression is just resourceGroup().location or deployment().location. */
static bool location_call(const struct term *term)
{
	return (term_calls(term, "resourceGroup") || term_calls(term, "deployment")) && strcasecmp(term->members, ".location") == 0;
}

static void location_parameter_tell(const struct package_rule *rule, struct package_check *check, const struct document *document, size_t template)
{
	size_t location = template_parameter(document, template, "location"), start = node_member(document, location, "defaultValue");
	const char *type = node_member_text(document, location, "type"), *text = node_member_text(document, location, "defaultValue");
	const struct expression *expression = start == NODE_NONE ? NULL : document->nodes[start].expression;

	if (location != NODE_NONE && (!type || strcasecmp(type, "string") != 0))
		FIND(document, location, "make it a string", "the location parameter is of another type");
	if (start == NODE_NONE)
		return;
	if (!document->main || template != 0)
		FIND(document, start, "take it out", "the location of a nested template has a default");
	else if (!(text && strcasecmp(text, "global") == 0) && !(expression && expression->count == 1 && location_call(&expression->terms[0])))
		FIND(document, start, "write [resourceGroup().location]", "the location's default is a certain one");
}

RULE(rule_location_parameter)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		EACH_TEMPLATE(document, template)
			location_parameter_tell(rule, check, document, template);
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			size_t resource = model_resources(model, document)->items[i].node, location = node_member(document, resource, "location");
			const char *text = node_member_text(document, resource, "location");

			if (location != NODE_NONE && !document->nodes[location].expression && !(text && strcasecmp(text, "global") == 0))
				FIND(document, location, "write [parameters('location')]", "the location is written out");
		}
	}
	EACH_SITE(site, DOCUMENT_TEMPLATE)
		if (location_call(site_term(&site)) && !node_within(site.document, site.node, node_member(site.document, 0, "parameters")))
			FIND_SITE(site, "write parameters('location')", "%s().location stands outside of the location parameter", site_term(&site)->text);
}

RULE(rule_attribution)
{
	const struct document *document = model->main;
	bool found = false;

	for (size_t i = 0; document && i < model_resources(model, document)->count; i++) {
		const struct resource *resource = &model_resources(model, document)->items[i];

		found = found || (strcasecmp(resource->type, "Microsoft.Resources/deployments") == 0 && strstr(resource->name, "'pid-"));
	}
	if (document && !found)
		FIND(document, 0, "add an empty nested deployment of that name, with the GUID of your offer", "no deployment is called pid-<GUID>-partnercenter");
}
