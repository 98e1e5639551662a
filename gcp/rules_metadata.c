/* SPDX-License-Identifier: Apache-2.0 */
/* What Google's console knows of the module, against the module. */
#include "gcp/model.h"
#include "gcp/rules.h"

#include <string.h>

#define API "blueprints.cloud.google.com/v1alpha1"
#define KIND "BlueprintMetadata"
#define VARIABLES "spec.interfaces.variables"
#define OUTPUTS "spec.interfaces.outputs"
#define DISPLAYED "spec.ui.input.variables"

/* Whether there is a metadata.yaml, or metadata.display.yaml, to look at. */
static bool is_read(const struct yaml *yaml)
{
	return yaml->count > 0;
}

static bool text_is(const char *text, const char *other)
{
	return text && strcmp(text, other) == 0;
}

RULE(rule_head)
{
	const struct yaml *files[] = {&model->metadata, &model->display};

	for (size_t i = 0; i < 2; i++) {
		const struct yaml *yaml = files[i];
		const char *name, *title;

		if (!is_read(yaml))
			continue;
		name = yaml_member_text(yaml, yaml_path(yaml, "metadata"), "name");
		title = yaml_member_text(yaml, yaml_path(yaml, "spec.info"), "title");
		if (!text_is(yaml_member_text(yaml, 0, "apiVersion"), API))
			FIND_YAML(yaml, 0, "write " API, "apiVersion is missing, or another one");
		if (!text_is(yaml_member_text(yaml, 0, "kind"), KIND))
			FIND_YAML(yaml, 0, "write " KIND, "kind is missing, or another one");
		if (!name || !*name)
			FIND_YAML(yaml, 0, "write metadata: name: ...", "there is no name");
		if (!title || !*title)
			FIND_YAML(yaml, 0, "write spec: info: title: ...", "there is no title");
	}
}

/* ---- keys ---- */

/* Of the schema, what rules of this file look at and what is near: the keys below a path, where "*" is any key or item. */
static const struct known {
	const char *path, *keys;
} known[] = {
	{"", " apiVersion kind metadata spec "},
	{"metadata", " name labels annotations "},
	{"spec", " info content interfaces requirements ui "},
	{"spec.info", " title source version actuationTool description icon deploymentDuration costEstimate cloudProducts quotaDetails author softwareGroups "
		      "supportInfo orgPolicyChecks singleDeployment "},
	{"spec.info.actuationTool", " flavor version "},
	{"spec.info.description", " tagline detailed preDeploy html eulaUrls architecture "},
	{"spec.info.cloudProducts.*", " productId pageUrl label isExternal "},
	{"spec.info.softwareGroups.*", " type software "},
	{"spec.interfaces", " variables variableGroups outputs "},
	{"spec.interfaces.variables.*", " name description varType defaultValue required connections "},
	{"spec.interfaces.outputs.*", " name description type "},
	{"spec.requirements", " roles services providerVersions "},
	{"spec.requirements.roles.*", " level roles "},
	{"spec.requirements.providerVersions.*", " source version "},
	{"spec.ui", " input runtime "},
	{"spec.ui.input", " variables sections booleanGroups "},
	{"spec.ui.input.variables.*", " name title invisible tooltip placeholder regexValidation minItems maxItems minLength maxLength min max section xGoogleProperty "
				      "validation subtext enumValueLabels level booleanGroup altDefaults toggleUsingVariable "},
	{"spec.ui.input.variables.*.enumValueLabels.*", " label value "},
	{"spec.ui.input.sections.*", " name title tooltip subtext parent "},
	{"spec.ui.runtime", " outputMessage suggestedActions outputs "},
	{"spec.ui.runtime.suggestedActions.*", " heading description snippet showIf "},
	{"spec.ui.runtime.outputs.*", " openInNewTab showInNotification label visibility "},
};

/* Whether a node is at a path. */
static bool path_fits(const struct yaml *yaml, size_t node, const char *path)
{
	const char *end = path + strlen(path);

	while (node != 0 && end > path) {
		const char *from = memrchr(path, '.', (size_t)(end - path));
		const char *key = yaml->nodes[node].key;

		from = from ? from + 1 : path;
		if (!(end - from == 1 && *from == '*') && (!key || strlen(key) != (size_t)(end - from) || memcmp(key, from, (size_t)(end - from)) != 0))
			return false;
		end = from > path ? from - 1 : path;
		node = yaml->nodes[node].parent;
	}
	return node == 0 && end == path;
}

static bool key_among(const char *keys, const char *key)
{
	size_t size = strlen(key);

	for (const char *at = keys; (at = strstr(at, key)) != NULL; at++)
		if (at[-1] == ' ' && at[size] == ' ')
			return true;
	return false;
}

static void keys_judge(const struct package_rule *rule, struct package_check *check, const struct yaml *yaml)
{
	for (size_t node = 0; node < yaml->count; node++) {
		if (yaml->nodes[node].kind != YAML_MAP)
			continue;
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
			if (!path_fits(yaml, node, known[i].path))
				continue;
			EACH_MEMBER(yaml, member, node)
				if (!*yaml->nodes[member].key || !key_among(known[i].keys, yaml->nodes[member].key))
					FIND_YAML(yaml, member, "leave it out, or correct it", "the schema does not have the key %s here", yaml->nodes[member].key);
		}
	}
}

RULE(rule_keys)
{
	keys_judge(rule, check, &model->metadata);
	keys_judge(rule, check, &model->display);
}

/* ---- variables and outputs ---- */

/* For each item of a list of things that have names: both ways against what the module declares. */
static void list_judge(const struct package_rule *rule, struct package_check *check, const struct model *model, const char *path, bool outputs)
{
	const struct yaml *yaml = &model->metadata;
	const struct declared *declared = outputs ? model->outputs : model->variables;
	size_t count = outputs ? model->output_count : model->variable_count, list = yaml_path(yaml, path);
	bool *seen = scope_alloc(check->scope, count + 1);

	if (!is_read(yaml))
		return;
	if (!seen) {
		check->failed = true;
		return;
	}
	EACH_MEMBER(yaml, item, list) {
		const char *name = yaml_member_text(yaml, item, "name");
		const struct declared *it = !name ? NULL : outputs ? model_output(model, name) : model_variable(model, name);

		if (!name)
			FIND_YAML(yaml, item, "write name: ...", "it has no name");
		else if (!it)
			FIND_YAML(yaml, item, "leave it out, or declare it", "the module has no %s %s", outputs ? "output" : "variable", name);
		else if (seen[it - declared])
			FIND_YAML(yaml, item, "leave it out", "%s is there twice", name);
		if (it)
			seen[it - declared] = true;
	}
	for (size_t i = 0; i < count; i++)
		if (!seen[i])
			FIND(declared[i].hcl, declared[i].node, "add it to metadata.yaml", "metadata.yaml does not have %s", declared[i].name);
}

RULE(rule_metadata_variables)
{
	list_judge(rule, check, model, VARIABLES, false);
}

RULE(rule_metadata_outputs)
{
	list_judge(rule, check, model, OUTPUTS, true);
}

/* Each variable of metadata.yaml that the module has. */
#define EACH_PAIR(ITEM, VARIABLE)                                                                                              \
	EACH_MEMBER(&model->metadata, ITEM, yaml_path(&model->metadata, VARIABLES))                                            \
	for (const struct declared *VARIABLE = item_variable(model, ITEM); VARIABLE; VARIABLE = NULL)

static const struct declared *item_variable(const struct model *model, size_t item)
{
	const char *name = yaml_member_text(&model->metadata, item, "name");

	return name ? model_variable(model, name) : NULL;
}

/* A text as an attribute's expression; false: it cannot be one. */
static bool expression_read(struct package_check *check, const char *text, struct hcl *hcl)
{
	const char *line = scope_print(check->scope, "it = %s\n", text);
	struct archive_file file = {.name = "varType", .data = line, .size = line ? strlen(line) : 0};
	struct error error;

	if (!line || hcl_read(check->scope, &file, hcl, &error) < 0) {
		check->failed = true;
		return false;
	}
	return hcl->node_count == 1 && !hcl->nodes[0].block;
}

RULE(rule_metadata_types)
{
	EACH_PAIR(item, variable) {
		const char *type = yaml_member_text(&model->metadata, item, "varType");
		struct hcl hcl;

		if (!type)
			FIND_YAML(&model->metadata, item, "write varType: ...", "%s has no varType", variable->name);
		else if (variable->type != HCL_NONE && (!expression_read(check, type, &hcl) || !hcl_same(&hcl, 0, variable->hcl, variable->type)))
			FIND_YAML(&model->metadata, item, "write the variable's type", "%s is of another type than the module's", variable->name);
	}
}

RULE(rule_metadata_required)
{
	EACH_PAIR(item, variable) {
		bool required = text_is(yaml_member_text(&model->metadata, item, "required"), "true");

		if (required != (variable->fallback == HCL_NONE))
			FIND_YAML(&model->metadata, item, required ? "leave required out" : "write required: true", "%s %s", variable->name,
				  required ? "is required, and has a default" : "has no default, and is not required");
	}
}

/* Whether a value of metadata is what a default's tokens from `from` to `to` say, of values that are plain, or lists of such. */
static bool token_equals(const struct hcl *hcl, size_t token, const struct yaml_node *node)
{
	const struct hcl_token *it = &hcl->tokens[token];

	return node->kind == YAML_TEXT && (it->kind == HCL_TEXT || it->kind == HCL_NUMBER || it->kind == HCL_NAME) && strcmp(it->text, node->text) == 0 &&
	       (it->kind == HCL_TEXT || !node->quoted);
}

static bool value_equals(const struct declared *variable, const struct yaml *yaml, size_t value)
{
	const struct hcl *hcl = variable->hcl;
	size_t token = hcl->nodes[variable->fallback].from, to = hcl->nodes[variable->fallback].to, item = YAML_NONE;
	bool list = hcl_is(hcl, token, "["), map = hcl_is(hcl, token, "{");

	if (!list && !map)
		return to == token + 1 && token_equals(hcl, token, &yaml->nodes[value]);
	if (yaml->nodes[value].kind != (list ? YAML_LIST : YAML_MAP))
		return false;
	if (map)
		/* What is in one is not compared. */
		return (yaml_next(yaml, value, YAML_NONE) == YAML_NONE) == (to == token + 2);
	for (token++; token < to && !hcl_is(hcl, token, "]"); token++) {
		if (hcl->tokens[token].kind == HCL_LINE || hcl_is(hcl, token, ","))
			continue;
		item = item == YAML_NONE ? yaml_next(yaml, value, YAML_NONE) : yaml_next(yaml, value, item);
		if (item == YAML_NONE || !token_equals(hcl, token, &yaml->nodes[item]))
			return false;
	}
	return yaml_next(yaml, value, item) == YAML_NONE;
}

RULE(rule_metadata_defaults)
{
	EACH_PAIR(item, variable) {
		size_t value = yaml_member(&model->metadata, item, "defaultValue");
		bool none = variable->fallback == HCL_NONE || hcl_is(variable->hcl, variable->hcl->nodes[variable->fallback].from, "null");

		if (none != (value == YAML_NONE))
			FIND_YAML(&model->metadata, item, "write the variable's default, where it has one", "%s %s", variable->name,
				  none ? "has a defaultValue, and no default" : "has a default, and no defaultValue");
		else if (!none && !value_equals(variable, &model->metadata, value))
			FIND_YAML(&model->metadata, value, "write the variable's default", "%s has another default", variable->name);
	}
}

/* The text of required_version, or of a required provider's version, by its source; NULL. */
static const char *module_version(const struct model *model, const char *source)
{
	EACH_ROOT(hcl)
		EACH_BELOW(hcl, terraform, HCL_NONE, "terraform") {
			size_t providers = hcl_next(hcl, terraform, "required_providers", HCL_NONE);

			if (!source)
				return hcl_text(hcl, hcl_next(hcl, terraform, "required_version", HCL_NONE));
			for (size_t node = providers; node != HCL_NONE && node < hcl->nodes[providers].end; node++) {
				const char *found = NULL, *version = NULL;

				for (size_t i = hcl->nodes[node].from; i + 2 < hcl->nodes[node].to; i++)
					if (hcl_is(hcl, i, "source") && hcl->tokens[i + 2].kind == HCL_TEXT)
						found = hcl->tokens[i + 2].text;
					else if (hcl_is(hcl, i, "version") && hcl->tokens[i + 2].kind == HCL_TEXT)
						version = hcl->tokens[i + 2].text;
				if (found && strcmp(found, source) == 0)
					return version;
			}
		}
	return NULL;
}

RULE(rule_metadata_versions)
{
	enum { PROVIDERS = 100 };
	size_t looked = 0;
	const struct yaml *yaml = &model->metadata;
	size_t tool = yaml_path(yaml, "spec.info.actuationTool");
	const char *own = yaml_member_text(yaml, tool, "version"), *module = module_version(model, NULL);

	if (own && module && strcmp(own, module) != 0)
		FIND_YAML(yaml, tool, "write the module's required_version", "actuationTool has \"%s\", the module \"%s\"", own, module);
	EACH_MEMBER(yaml, provider, yaml_path(yaml, "spec.requirements.providerVersions")) {
		const char *source = yaml_member_text(yaml, provider, "source");

		if (looked++ == PROVIDERS)
			break;
		own = yaml_member_text(yaml, provider, "version");
		module = source ? module_version(model, source) : NULL;
		if (!module || !text_is(own, module))
			FIND_YAML(yaml, provider, "write the module's version", "%s is \"%s\" in the module", source ? source : "a provider", module ? module : "");
	}
}

/* ---- the form ---- */

RULE(rule_display_variables)
{
	const struct yaml *yaml = &model->display;
	size_t list = yaml_path(yaml, DISPLAYED);
	bool *seen = scope_alloc(check->scope, model->variable_count + 1);

	if (!is_read(yaml))
		return;
	if (!seen) {
		check->failed = true;
		return;
	}
	EACH_MEMBER(yaml, item, list) {
		const char *key = yaml->nodes[item].key, *title = yaml_member_text(yaml, item, "title");
		const struct declared *variable = key ? model_variable(model, key) : NULL;

		if (!key || !text_is(yaml_member_text(yaml, item, "name"), key))
			FIND_YAML(yaml, item, "write its name again as name", "the name of %s is missing, or another one", key ? key : "a variable");
		if (!title || !*title)
			FIND_YAML(yaml, item, "write title: ...", "%s has no title", key ? key : "a variable");
		if (key && !variable)
			FIND_YAML(yaml, item, "leave it out, or declare it", "the module has no variable %s", key);
		if (variable)
			seen[variable - model->variables] = true;
	}
	EACH_VARIABLE(variable)
		if (!seen[variable - model->variables])
			FIND(variable->hcl, variable->node, "add it to metadata.display.yaml", "metadata.display.yaml does not have %s", variable->name);
}

RULE(rule_display_sections)
{
	enum { SECTIONS = 100 };
	const struct yaml *yaml = &model->display;
	const char *sections[SECTIONS];
	size_t count = 0;

	EACH_MEMBER(yaml, section, yaml_path(yaml, "spec.ui.input.sections"))
		if (count < SECTIONS && (sections[count] = yaml_member_text(yaml, section, "name")) != NULL)
			count++;
	EACH_MEMBER(yaml, item, yaml_path(yaml, DISPLAYED)) {
		const char *section = yaml_member_text(yaml, item, "section");
		bool found = !section;

		for (size_t i = 0; !found && i < count; i++)
			found = strcmp(sections[i], section) == 0;
		if (!found)
			FIND_YAML(yaml, item, "add the section", "there is no section %s", section);
	}
}

RULE(rule_display_choices)
{
	const struct yaml *yaml = &model->display;

	EACH_MEMBER(yaml, item, yaml_path(yaml, DISPLAYED)) {
		size_t choices = yaml_member(yaml, item, "enumValueLabels");
		const struct declared *variable = yaml->nodes[item].key ? model_variable(model, yaml->nodes[item].key) : NULL;
		const char *fallback = variable ? hcl_text(variable->hcl, variable->fallback) : NULL;
		bool found = !fallback || choices == YAML_NONE;

		EACH_MEMBER(yaml, choice, choices)
			found = found || text_is(yaml_member_text(yaml, choice, "value"), fallback);
		if (!found)
			FIND_YAML(yaml, choices, "add it", "the default \"%s\" cannot be chosen", fallback);
	}
}
