/* SPDX-License-Identifier: Apache-2.0 */
/* The form, and the form against the template. */
#include "arm/model.h"
#include "arm/rules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FORM_SCHEMA "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#"
#define FORM_VERSION "0.1.2-preview"

/* ---- ways through a form ---- */

static bool control_is(const struct document *form, size_t node, const char *type)
{
	const char *own = node_is(form, node, json_type_object) ? node_member_text(form, node, "type") : NULL;

	return own && strcasecmp(own, type) == 0;
}

/* An element of a list by its name, in sections too; NODE_NONE. */
static size_t element_find(const struct document *form, size_t list, const char *name, size_t size)
{
	EACH_BELOW(form, node, list) {
		const char *key = form->nodes[form->nodes[node].parent == NODE_NONE ? 0 : form->nodes[node].parent].key;
		const char *own = key && (strcasecmp(key, "elements") == 0 || strcasecmp(key, "basics") == 0) ? node_member_text(form, node, "name") : NULL;

		if (own && strlen(own) == size && strncasecmp(own, name, size) == 0)
			return node;
	}
	return NODE_NONE;
}

/* What a term of the form leads to.  1: to a control, 2: to a step as a whole, 0: it is no reference; -1: to nothing. */
static int control_of(const struct site *site, size_t *control, const char **behind)
{
	const struct document *form = site->document;
	const struct term *term = site_term(site);
	size_t parameters = node_member(form, 0, "parameters");
	const char *name = site_text(site, 0), *member = term->members + (*term->members == '.');
	size_t size = strcspn(member, ".");

	if (term_calls(term, "basics") && name) {
		*control = element_find(form, node_member(form, parameters, "basics"), name, strlen(name));
		*behind = term->members;
		return *control == NODE_NONE ? -1 : 1;
	}
	if (!term_calls(term, "steps") || !name)
		return 0;
	EACH_CHILD(form, step, node_member(form, parameters, "steps")) {
		const char *own = node_member_text(form, step, "name");

		if (!own || strcasecmp(own, name) != 0)
			continue;
		if (!size)
			return 2;
		*control = element_find(form, node_member(form, step, "elements"), member, size);
		*behind = member + size;
		/* A section's controls are behind the section. */
		while (*control != NODE_NONE && control_is(form, *control, "Microsoft.Common.Section") && **behind == '.') {
			member = *behind + 1;
			size = strcspn(member, ".");
			*control = element_find(form, node_member(form, *control, "elements"), member, size);
			*behind = member + size;
		}
		return *control == NODE_NONE ? -1 : 1;
	}
	return -1;
}

static size_t outputs_of(const struct document *form)
{
	return node_find(form, 0, "parameters.outputs");
}

/* The output that a node is in, or NODE_NONE. */
static size_t output_of(const struct document *form, size_t node)
{
	size_t outputs = outputs_of(form);

	if (outputs == NODE_NONE)
		return NODE_NONE;
	while (node != NODE_NONE && form->nodes[node].parent != outputs)
		node = form->nodes[node].parent;
	return node;
}

/* The first output that is made of a control, or NODE_NONE. */
static size_t control_output(const struct model *model, const struct document *form, size_t control)
{
	EACH_SITE(site, DOCUMENT_FORM) {
		const char *behind;
		size_t found;

		if (site.document == form && control_of(&site, &found, &behind) == 1 && found == control && output_of(site.document, site.node) != NODE_NONE)
			return output_of(site.document, site.node);
	}
	return NODE_NONE;
}

/* The main template's parameter of an output; NODE_NONE. */
static size_t output_parameter(const struct model *model, size_t output)
{
	return model->main && output != NODE_NONE ? template_parameter(model->main, 0, model->form->nodes[output].key) : NODE_NONE;
}

/* Whether a member is true, as a boolean or as a text. */
static bool member_true(const struct document *form, size_t node)
{
	if (node == NODE_NONE)
		return false;
	return node_is(form, node, json_type_boolean) ? json_object_get_boolean(form->nodes[node].value)
						      : form->nodes[node].text && strcasecmp(form->nodes[node].text, "true") == 0;
}

#define EACH_CONTROL(FORM, NODE, TYPE) \
	EACH_NODE(FORM, NODE)          \
	if (control_is(FORM, NODE, TYPE))

static const char *name_of(const struct document *form, size_t node)
{
	const char *name = node_member_text(form, node, "name");

	return name ? name : "without a name";
}

/* ---- the form as a whole ---- */

RULE(rule_form_schema)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM) {
		const char *schema = node_member_text(form, 0, "$schema"), *version = node_member_text(form, 0, "version");

		if (!schema || strcmp(schema, FORM_SCHEMA) != 0)
			FIND(form, 0, "write " FORM_SCHEMA, "$schema is missing, or another one");
		if (!version || strcmp(version, FORM_VERSION) != 0)
			FIND(form, 0, "write " FORM_VERSION, "version is missing, or not the schema's");
	}
}

RULE(rule_form_handler)
{
	static const char *const known[] = {"Microsoft.Azure.CreateUIDef", "Microsoft.Compute.MultiVm", NULL};

	EACH_DOCUMENT(form, DOCUMENT_FORM)
		if (!text_among(node_member_text(form, 0, "handler"), known))
			FIND(form, 0, "write Microsoft.Azure.CreateUIDef", "handler is missing, or another one");
}

RULE(rule_form_controls)
{
	EACH_SITE(site, DOCUMENT_FORM) {
		const char *behind;
		size_t control;

		if (control_of(&site, &control, &behind) < 0)
			FIND_SITE(site, "correct the name of the step or the control", "there is no control %s('%s')%s", site_term(&site)->text, site_text(&site, 0),
				  site_term(&site)->members);
	}
}

/* ---- outputs and parameters ---- */

RULE(rule_form_outputs)
{
	static const char *const exempt[] = {"applicationResourceName", "jitAccessPolicy", "managedIdentity", "managedResourceGroupId", NULL};

	EACH_DOCUMENT(form, DOCUMENT_FORM) {
		if (outputs_of(form) == NODE_NONE)
			FIND(form, 0, "write parameters.outputs", "there are no outputs");
		EACH_CHILD(form, output, outputs_of(form))
			if (model->main && form->nodes[output].key && !text_among(form->nodes[output].key, exempt) &&
			    template_parameter(model->main, 0, form->nodes[output].key) == NODE_NONE)
				FIND(form, output, "declare it in mainTemplate.json, or take it out", "the template has no parameter %s", form->nodes[output].key);
	}
}

RULE(rule_form_parameters)
{
	size_t parameters = model->main ? node_member(model->main, 0, "parameters") : NODE_NONE;

	if (!model->main || !model->form)
		return;
	EACH_CHILD(model->main, node, parameters)
		if (model->main->nodes[node].key && node_member(model->main, node, "defaultValue") == NODE_NONE &&
		    node_member(model->form, outputs_of(model->form), model->main->nodes[node].key) == NODE_NONE)
			FIND(model->main, node, "add it to the form's outputs, or give it a default", "the form has no output %s", model->main->nodes[node].key);
}

/* The type of what a control gives; NULL: not known. */
static const char *control_type(const struct document *form, size_t control)
{
	static const char *const texts[] = {"Microsoft.Common.TextBox", "Microsoft.Common.PasswordBox", "Microsoft.Common.FileUpload",
					    "Microsoft.Compute.UserNameTextBox", "Microsoft.Compute.SizeSelector", NULL};

	if (text_among(node_member_text(form, control, "type"), texts))
		return "string";
	return control_is(form, control, "Microsoft.Common.CheckBox") ? "bool" : NULL;
}

/* The type of what an output's expression gives. */
static const char *expression_type(const struct site *site)
{
	static const struct {
		const char *name, *type;
	} given[] = {{"int", "int"}, {"length", "int"}, {"add", "int"}, {"sub", "int"}, {"mul", "int"}, {"bool", "bool"}, {"equals", "bool"}, {"not", "bool"},
		     {"and", "bool"}, {"or", "bool"}, {"empty", "bool"}, {"less", "bool"}, {"greater", "bool"}, {"split", "array"}, {"map", "array"},
		     {"filter", "array"}, {"concat", "string"}, {"location", "string"}, {"toLower", "string"}, {"toUpper", "string"}, {"string", "string"}};
	const struct term *term = site_term(site);
	const char *behind;
	size_t control;

	if (term->indexed || control_of(site, &control, &behind) == 1)
		return term->indexed || *behind ? NULL : control_type(site->document, control);
	for (size_t i = 0; i < sizeof(given) / sizeof(*given); i++)
		if (term_calls(term, given[i].name) && !*term->members)
			return given[i].type;
	return NULL;
}

static const char *value_type(const struct document *form, size_t node)
{
	switch (json_object_get_type(form->nodes[node].value)) {
	case json_type_object: return "object";
	case json_type_array: return "array";
	case json_type_boolean: return "bool";
	case json_type_int: return "int";
	case json_type_string: return "string";
	default: return NULL;
	}
}

RULE(rule_form_types)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CHILD(form, output, outputs_of(form)) {
			struct site site = {.document = form, .node = output, .expression = form->nodes[output].expression};
			size_t parameter = form == model->form ? output_parameter(model, output) : NODE_NONE;
			const char *wanted = parameter == NODE_NONE ? NULL : node_member_text(model->main, parameter, "type");
			const char *given = site.expression ? expression_type(&site) : value_type(form, output);

			if (wanted && strncasecmp(wanted, "secure", 6) == 0)
				wanted += 6;
			if (wanted && given && strcasecmp(wanted, given) != 0)
				FIND(form, output, "convert it, or change the parameter's type", "the output is of the type %s, the parameter of the type %s", given,
				     wanted);
		}
}

RULE(rule_form_location)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM) {
		size_t location = node_member(form, outputs_of(form), "location");
		const struct expression *expression = location == NODE_NONE ? NULL : form->nodes[location].expression;

		if (!expression || expression->count != 1 || !term_calls(&expression->terms[0], "location") || *expression->terms[0].members)
			FIND(form, location == NODE_NONE ? 0 : location, "write \"location\": \"[location()]\"", "the output location is missing, or another one");
	}
}

/* Whether an output is made of a control's member. */
static bool member_output(const struct model *model, const struct document *form, size_t control, const char *member)
{
	EACH_SITE(site, DOCUMENT_FORM) {
		const char *behind;
		size_t found;

		if (site.document == form && control_of(&site, &found, &behind) == 1 && found == control && strcasecmp(behind, member) == 0 &&
		    output_of(site.document, site.node) != NODE_NONE)
			return true;
	}
	return false;
}

RULE(rule_form_existing)
{
	static const char *const types[] = {"Microsoft.Network.VirtualNetworkCombo", "Microsoft.Network.PublicIpAddressCombo",
					    "Microsoft.Storage.StorageAccountSelector"};
	static const char *const members[] = {".resourceGroup", ".newOrExisting"};

	EACH_DOCUMENT(form, DOCUMENT_FORM)
		for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
			EACH_CONTROL(form, node, types[i])
				for (size_t j = 0; !member_true(form, node_find(form, node, "options.hideExisting")) && j < 2; j++)
					if (!member_output(model, form, node, members[j]))
						FIND(form, node, "make an output of it, or set options.hideExisting", "no output is %s%s", name_of(form, node), members[j]);
}

/* Whether a value is among a parameter's allowed ones; true where all are. */
static bool value_allowed(const struct document *document, size_t parameter, struct json_object *value)
{
	size_t allowed = node_member(document, parameter, "allowedValues");

	EACH_CHILD(document, node, allowed)
		if (json_object_equal(document->nodes[node].value, value))
			return true;
	return allowed == NODE_NONE;
}

RULE(rule_form_allowed)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_NODE(form, node) {
			size_t allowed = node_find(form, node, "constraints.allowedValues");
			size_t parameter = allowed == NODE_NONE || form != model->form ? NODE_NONE : output_parameter(model, control_output(model, form, node));

			EACH_CHILD(form, item, parameter == NODE_NONE ? NODE_NONE : allowed) {
				size_t value = node_member(form, item, "value");

				if (value != NODE_NONE && !value_allowed(model->main, parameter, form->nodes[value].value))
					FIND(form, value, "allow it in mainTemplate.json, or take it out", "the template's parameter %s does not allow it",
					     model->main->nodes[parameter].key);
			}
		}
}

RULE(rule_form_sizes)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Compute.SizeSelector") {
			size_t output = control_output(model, form, node), parameter = form == model->form ? output_parameter(model, output) : NODE_NONE;
			size_t start = model->main ? node_member(model->main, parameter, "defaultValue") : NODE_NONE;
			size_t sizes = node_find(form, node, "constraints.allowedSizes");
			bool found = sizes == NODE_NONE || start == NODE_NONE || !model->main->nodes[start].text;

			if (output == NODE_NONE)
				FIND(form, node, "make an output of it", "no output is the size %s", name_of(form, node));
			EACH_CHILD(form, size, sizes)
				found = found || (form->nodes[size].text && strcasecmp(form->nodes[size].text, model->main->nodes[start].text) == 0);
			if (!found)
				FIND(form, node, "add it to allowedSizes", "the template's default %s cannot be chosen", model->main->nodes[start].text);
		}
}

/* ---- controls ---- */

RULE(rule_form_passwords)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Common.PasswordBox") {
			size_t output = control_output(model, form, node), parameter = form == model->form ? output_parameter(model, output) : NODE_NONE;

			if (output == NODE_NONE)
				FIND(form, node, "make an output of it", "no output is the password %s", name_of(form, node));
			else if (parameter != NODE_NONE && !type_secure(node_member_text(model->main, parameter, "type")))
				FIND(form, node, "make the parameter a securestring", "the password %s becomes a parameter that is not secure", name_of(form, node));
		}
}

/* The sum of the least counts in a regular expression: "{12,72}" is 12; -1: it has none. */
static long length_least(const char *regex)
{
	long sum = -1;

	while (regex && (regex = strchr(regex, '{')) != NULL) {
		regex++;
		if (*regex >= '0' && *regex <= '9' && sum < 1000000)
			sum = (sum < 0 ? 0 : sum) + strtol(regex, NULL, 10) % 100000;
	}
	return sum;
}

RULE(rule_form_password_length)
{
	enum { PASSWORD_LEAST = 12 };

	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Common.PasswordBox") {
			size_t constraints = node_member(form, node, "constraints"), regex = node_member(form, constraints, "regex");

			if (constraints == NODE_NONE)
				FIND(form, node, "add constraints with a regex", "the password %s has no constraints", name_of(form, node));
			else if (regex != NODE_NONE && !form->nodes[regex].expression && length_least(form->nodes[regex].text) < PASSWORD_LEAST)
				FIND(form, regex, "write {12,72} behind what its characters are", "the password %s may be shorter than 12 characters", name_of(form, node));
		}
}

RULE(rule_form_confirmation)
{
	static const char *const types[] = {"Microsoft.Common.PasswordBox", "Microsoft.Compute.CredentialsCombo"};

	EACH_DOCUMENT(form, DOCUMENT_FORM)
		for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
			EACH_CONTROL(form, node, types[i])
				if (member_true(form, node_find(form, node, "options.hideConfirmation")))
					FIND(form, node, "set options.hideConfirmation to false", "%s is typed only once", name_of(form, node));
}

/* The regular expression of a text box, or the first of its validations; NODE_NONE. */
static size_t regex_of(const struct document *form, size_t box)
{
	size_t regex = node_find(form, box, "constraints.regex");

	EACH_CHILD(form, validation, node_find(form, box, "constraints.validations"))
		if (regex == NODE_NONE)
			regex = node_member(form, validation, "regex");
	return regex;
}

RULE(rule_form_textboxes)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Common.TextBox") {
			size_t regex = regex_of(form, node);

			if (regex == NODE_NONE || !form->nodes[regex].text)
				FIND(form, node, "add constraints with a regex and a message", "the text box %s takes anything", name_of(form, node));
			if (node_find(form, node, "constraints.regex") != NODE_NONE && node_find(form, node, "constraints.validationMessage") == NODE_NONE)
				FIND(form, node, "add constraints.validationMessage", "the text box %s does not say what is wrong", name_of(form, node));
		}
}

RULE(rule_form_lengths)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Common.TextBox") {
			size_t regex = regex_of(form, node);

			if (regex != NODE_NONE && form->nodes[regex].text && length_least(form->nodes[regex].text) < 0)
				FIND(form, regex, "write {1,80} instead of + or *", "the text box %s takes any length", name_of(form, node));
		}
}

RULE(rule_form_tooltips)
{
	static const char *const without[] = {"Microsoft.Common.InfoBox", "Microsoft.Common.Section", "Microsoft.Common.TextBlock",
					      "Microsoft.Common.EditableGrid", "Microsoft.Solutions.ArmApiControl", "Microsoft.Solutions.GraphApiControl",
					      "Microsoft.Solutions.JitConfigurator", NULL};

	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_NODE(form, node) {
			const char *type = node_is(form, node, json_type_object) ? node_member_text(form, node, "type") : NULL;
			size_t tip;

			if (!type || strncasecmp(type, "Microsoft.", 10) != 0 || text_among(type, without))
				continue;
			tip = node_member(form, node, "toolTip");
			if (tip == NODE_NONE || (form->nodes[tip].text && !*form->nodes[tip].text))
				FIND(form, node, "add toolTip", "%s has no tool tip", name_of(form, node));
		}
}

RULE(rule_form_usernames)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_CONTROL(form, node, "Microsoft.Compute.UserNameTextBox") {
			const char *start = node_member_text(form, node, "defaultValue");

			if (start && *start)
				FIND(form, node, "take it out", "the user's name %s has a default", name_of(form, node));
		}
}

RULE(rule_form_messages)
{
	EACH_DOCUMENT(form, DOCUMENT_FORM)
		EACH_NODE(form, node) {
			if (!form->nodes[node].key || strcasecmp(form->nodes[node].key, "validations") != 0)
				continue;
			EACH_CHILD(form, item, node)
				if (node_member(form, item, "message") == NODE_NONE)
					FIND(form, item, "add message", "the validation does not say what is wrong");
		}
}
