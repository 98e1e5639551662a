/* SPDX-License-Identifier: Apache-2.0 */
/* The module. */
#include "gcp/model.h"
#include "gcp/rules.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool text_in(const char *text, const char *const *list)
{
	for (size_t i = 0; text && list[i]; i++)
		if (strcmp(text, list[i]) == 0)
			return true;
	return false;
}

static const char *label(const struct hcl *hcl, size_t node, int which)
{
	const char *text = hcl->nodes[node].labels[which];

	return text ? text : "";
}

/* ---- providers ---- */

RULE(rule_provider)
{
	size_t provider = HCL_NONE;

	if (!model->main || model->main->problem)
		return;
	/* The publishing tool looks at the first one. */
	EACH_BELOW(model->main, node, HCL_NONE, "provider")
		if (provider == HCL_NONE && strcmp(label(model->main, node, 0), "google") == 0)
			provider = node;
	if (provider == HCL_NONE) {
		FIND_FILE("main.tf", "write provider \"google\" { project = var.project_id }", "there is no provider \"google\"");
		return;
	}
	if (hcl_next(model->main, provider, "alias", HCL_NONE) != HCL_NONE)
		FIND(model->main, provider, "put the one without an alias first", "the first provider \"google\" has an alias");
	if (!text_in(hcl_variable(model->main, hcl_next(model->main, provider, "project", HCL_NONE)), (const char *const[]){"project_id", NULL}))
		FIND(model->main, provider, "write project = var.project_id", "its project is not var.project_id");
}

RULE(rule_default_labels)
{
	EACH_FILE(hcl)
		EACH_BELOW(hcl, provider, HCL_NONE, "provider")
			EACH_BELOW(hcl, node, provider, "default_labels")
				FIND(hcl, node, "put labels into each resource", "the provider \"%s\" has default_labels", label(hcl, provider, 0));
}

RULE(rule_provider_others)
{
	EACH_ROOT(hcl) {
		EACH_BELOW(hcl, node, HCL_NONE, "provider")
			if (strcmp(label(hcl, node, 0), "google-beta") == 0 || hcl_next(hcl, node, "alias", HCL_NONE) != HCL_NONE)
				FIND(hcl, node, "put the label goog-partner-solution into its resources", "what the provider \"%s\" makes is not labelled", label(hcl, node, 0));
	}
}

/* required_providers of a terraform block, or HCL_NONE. */
static size_t providers_required(const struct hcl *hcl, size_t terraform)
{
	return hcl->nodes[terraform].block ? hcl_next(hcl, terraform, "required_providers", HCL_NONE) : HCL_NONE;
}

#define EACH_REQUIRED(HCL, NODE)                                                                                               \
	EACH_ROOT(HCL)                                                                                                         \
	EACH_BELOW(HCL, terraform_, HCL_NONE, "terraform")                                                                     \
	if (providers_required(HCL, terraform_) != HCL_NONE)                                                                   \
	EACH_BELOW(HCL, NODE, providers_required(HCL, terraform_), NULL)

RULE(rule_providers_allowed)
{
	static const char *const allowed[] = {"google", "google-beta", "random", "time", "tls", "null", NULL};

	EACH_REQUIRED(hcl, node)
		if (!text_in(hcl->nodes[node].name, allowed))
			FIND(hcl, node, "do without it, or ask the marketplace", "the provider %s", hcl->nodes[node].name);
}

/* ---- variables that the marketplace sets ---- */

static bool type_is(const struct declared *variable, const char *type)
{
	const struct hcl_node *it = variable->type == HCL_NONE ? NULL : &variable->hcl->nodes[variable->type];

	return it && it->to == it->from + 1 && hcl_is(variable->hcl, it->from, type);
}

RULE(rule_project)
{
	const struct declared *variable = model_variable(model, "project_id");

	if (!variable)
		FIND_FILE("variables.tf", "declare it, a string without a default", "there is no variable project_id");
	else if (!type_is(variable, "string") || variable->fallback != HCL_NONE)
		FIND(variable->hcl, variable->node, "type = string, and no default", "project_id has a default, or another type");
}

RULE(rule_deployment_name)
{
	const struct declared *variable = model_variable(model, "goog_cm_deployment_name");

	if (!model->metadata.file)
		return;
	if (!variable)
		FIND_FILE("variables.tf", "declare it, a string", "there is no variable goog_cm_deployment_name");
	else if (!type_is(variable, "string"))
		FIND(variable->hcl, variable->node, "type = string", "goog_cm_deployment_name has another type");
}

RULE(rule_images)
{
	static const char *const names[] = {"image", "source_image", NULL};

	EACH_ROOT(hcl)
		EACH_NODE(hcl, node) {
			const char *name = hcl->nodes[node].block || hcl->nodes[node].parent == HCL_NONE ? NULL : hcl->nodes[node].name;
			const char *used = hcl_variable(hcl, node);
			const struct declared *variable = used ? model_variable(model, used) : NULL;
			const char *fallback = variable ? hcl_text(variable->hcl, variable->fallback) : NULL;

			if (!text_in(name, names))
				continue;
			if (!used)
				FIND(hcl, node, "make it a variable of its own: the marketplace puts its copy of the image there", "the image is not just a variable");
			else if (variable && (!type_is(variable, "string") || !fallback || !*fallback))
				FIND(variable->hcl, variable->node, "type = string, default = \"projects/PROJECT/global/images/IMAGE\"", "the image variable %s has no plain text as its default", used);
		}
}

/* ---- versions ---- */

struct version {
	long parts[3];
};

static struct version version_read(const char **text)
{
	struct version version = {{0, 0, 0}};

	for (int i = 0; i < 3 && isdigit((unsigned char)**text); i++) {
		char *end;

		version.parts[i] = strtol(*text, &end, 10);
		*text = end + (*end == '.' && i < 2);
	}
	return version;
}

static int version_compare(struct version one, struct version other)
{
	for (int i = 0; i < 3; i++)
		if (one.parts[i] != other.parts[i])
			return one.parts[i] < other.parts[i] ? -1 : 1;
	return 0;
}

struct bounds {
	bool readable, below, above; /* below: a lower bound */
	struct version least;        /* where there is one */
	bool takes;                  /* the version that was asked for */
};

/* "~> 6.1" is from 6.1 to below 7, "~> 6.1.2" to below 6.2: the last part that is written may grow. */
static bool pessimistic(struct version bound, int dots, struct version asked)
{
	for (int i = 0; i < dots; i++)
		if (bound.parts[i] != asked.parts[i])
			return false;
	return version_compare(asked, bound) >= 0;
}

static void bound_apply(struct bounds *bounds, const char *operator, struct version bound, int dots, struct version asked)
{
	int order = version_compare(asked, bound);
	bool exact = !*operator || strcmp(operator, "=") == 0, near = strcmp(operator, "~>") == 0;

	if (exact || near || *operator == '>') {
		bounds->below = true;
		bounds->least = bound;
	}
	bounds->above = bounds->above || exact || near || *operator == '<';
	bounds->takes = bounds->takes && (near ? pessimistic(bound, dots, asked) : exact ? order == 0 : strcmp(operator, ">=") == 0 ? order >= 0 :
			strcmp(operator, ">") == 0 ? order > 0 : strcmp(operator, "<=") == 0 ? order <= 0 : strcmp(operator, "<") == 0 ? order < 0 : order != 0);
}

/* ">= 1.2.0, < 2": what it bounds, and whether it takes a version. */
static struct bounds bounds_read(const char *text, struct version asked)
{
	struct bounds bounds = {.readable = text != NULL, .takes = true};

	while (text && *text) {
		char operator[3] = "";
		const char *from;
		struct version bound;
		int dots = 0;
		size_t size;

		text += strspn(text, " \t");
		size = strspn(text, "<>=~!");
		if (size > 2)
			return (struct bounds){0};
		memcpy(operator, text, size);
		text += size;
		text += strspn(text, " \t");
		from = text;
		if (strspn(text, "0123456789.") > 20)
			return (struct bounds){0};
		bound = version_read(&text);
		for (const char *at = from; at < text; at++)
			dots += *at == '.';
		if (from == text || (*text && *text != ',' && *text != ' '))
			return (struct bounds){0};
		bound_apply(&bounds, operator, bound, dots, asked);
		text += strspn(text, " \t,");
	}
	return bounds;
}

/* In an object that is written out, the text behind a key; NULL. */
static const char *object_text(const struct hcl *hcl, size_t node, const char *key)
{
	for (size_t i = hcl->nodes[node].from; i + 2 < hcl->nodes[node].to; i++)
		if (hcl_is(hcl, i, key) && hcl_is(hcl, i + 1, "=") && hcl->tokens[i + 2].kind == HCL_TEXT)
			return hcl->tokens[i + 2].text;
	return NULL;
}

#define BOUNDS(WHAT) (strcmp(WHAT, "Terraform") == 0 ? "write it as \">= 1.5.7, < 2.0.0\"" : "write it as \">= 6.0.0, < 7.0.0\"")

static void bounds_judge(const struct package_rule *rule, struct package_check *check, const struct hcl *hcl, size_t node, const char *what, const char *text)
{
	struct bounds bounds = bounds_read(text, (struct version){{0, 0, 0}});

	if (!bounds.readable)
		FIND(hcl, node, BOUNDS(what), "the version of %s is missing, or cannot be read", what);
	else if (!bounds.below || !bounds.above)
		FIND(hcl, node, BOUNDS(what), "the version of %s, \"%s\", has no %s bound", what, text, bounds.below ? "upper" : "lower");
	else if (strcmp(what, "google") == 0 && version_compare(bounds.least, (struct version){{5, 0, 0}}) < 0)
		FIND(hcl, node, "at least 5.0", "the version of google begins before 5.0: \"%s\"", text);
}

RULE(rule_versions)
{
	bool required = false, google = false;

	EACH_ROOT(hcl)
		EACH_BELOW(hcl, terraform, HCL_NONE, "terraform")
			EACH_BELOW(hcl, node, terraform, "required_version") {
				required = true;
				bounds_judge(rule, check, hcl, node, "Terraform", hcl_text(hcl, node));
			}
	EACH_REQUIRED(hcl, node) {
		google = google || strcmp(hcl->nodes[node].name, "google") == 0;
		bounds_judge(rule, check, hcl, node, hcl->nodes[node].name, object_text(hcl, node, "version"));
	}
	if (!required)
		FIND_FILE("versions.tf", "write terraform { required_version = \">= 1.5.7, < 2.0.0\" }", "there is no required_version");
	if (!google)
		FIND_FILE("versions.tf", "put google into required_providers", "the provider google has no version");
}

RULE(rule_terraform_version)
{
	EACH_ROOT(hcl)
		EACH_BELOW(hcl, terraform, HCL_NONE, "terraform")
			EACH_BELOW(hcl, node, terraform, "required_version") {
				struct bounds bounds = bounds_read(hcl_text(hcl, node), (struct version){{1, 5, 7}});

				if (bounds.readable && !bounds.takes)
					FIND(hcl, node, "write \">= 1.5.7, < 2.0.0\"", "\"%s\" does not take 1.5.7", hcl_text(hcl, node));
			}
}

/* ---- the language ---- */

/* Newer functions than those of 1.5.7. */
static const char *const new_functions[] = {"ephemeralasnull", "issensitive", "templatestring", "base64gunzip", "urldecode", NULL};

/* A validation that looks at another variable than its own. */
static void validation_judge(const struct package_rule *rule, struct package_check *check, const struct hcl *hcl, size_t variable)
{
	EACH_BELOW(hcl, validation, variable, "validation")
		EACH_BELOW(hcl, node, validation, NULL)
			for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++) {
				const char *other = hcl_reference(hcl, i, "var");

				if ((other && strcmp(other, label(hcl, variable, 0)) != 0) || hcl_reference(hcl, i, "local") || hcl_reference(hcl, i, "data"))
					FIND(hcl, node, "make it a precondition of a resource", "a validation looks at more than its own variable");
			}
}

RULE(rule_syntax)
{
	static const char *const blocks[] = {"removed", "ephemeral", "action", "list", NULL};

	EACH_FILE(hcl) {
		EACH_BELOW(hcl, node, HCL_NONE, NULL) {
			if (text_in(hcl->nodes[node].name, blocks))
				FIND(hcl, node, "do without it", "a block %s", hcl->nodes[node].name);
			if (strcmp(hcl->nodes[node].name, "import") == 0 && hcl_next(hcl, node, "for_each", HCL_NONE) != HCL_NONE)
				FIND(hcl, node, "write one import for each", "an import with for_each");
			if (strcmp(hcl->nodes[node].name, "variable") == 0)
				validation_judge(rule, check, hcl, node);
		}
		EACH_NODE(hcl, node) {
			const struct hcl_node *it = &hcl->nodes[node];

			if (!it->block && (text_ends(it->name, "_wo") || text_ends(it->name, "_wo_version") || strcmp(it->name, "ephemeral") == 0))
				FIND(hcl, node, "do without it", "%s is newer", it->name);
			for (size_t i = it->from; i < it->to; i++)
				if (hcl_is(hcl, i, "::") || (text_in(hcl->tokens[i].text, new_functions) && hcl_is(hcl, i + 1, "(")))
					FIND(hcl, node, "do without it", "a function that is newer, or a provider's");
		}
	}
}

RULE(rule_backend)
{
	EACH_FILE(hcl)
		EACH_BELOW(hcl, terraform, HCL_NONE, "terraform")
			EACH_BELOW(hcl, node, terraform, NULL)
				if (strcmp(hcl->nodes[node].name, "backend") == 0 || strcmp(hcl->nodes[node].name, "cloud") == 0)
					FIND(hcl, node, "leave it out: Infrastructure Manager keeps the state", "a %s", hcl->nodes[node].name);
}

RULE(rule_provisioners)
{
	EACH_FILE(hcl)
		EACH_NODE(hcl, node)
			if (hcl->nodes[node].block && strcmp(hcl->nodes[node].name, "provisioner") == 0)
				FIND(hcl, node, "let the machine's image do it", "a provisioner \"%s\"", label(hcl, node, 0));
}

static bool attribute_uses(const struct hcl *hcl, size_t node, const char *of)
{
	for (size_t i = node == HCL_NONE ? 0 : hcl->nodes[node].from; node != HCL_NONE && i < hcl->nodes[node].to; i++)
		if (hcl_reference(hcl, i, of))
			return true;
	return false;
}

RULE(rule_data)
{
	EACH_FILE(hcl)
		EACH_BELOW(hcl, node, HCL_NONE, "data")
			if (!attribute_uses(hcl, hcl_next(hcl, node, "count", HCL_NONE), "var") && !attribute_uses(hcl, hcl_next(hcl, node, "for_each", HCL_NONE), "var"))
				FIND(hcl, node, "take it as a variable, or give it a count that a variable turns off", "data \"%s\" \"%s\" is looked up in every plan", label(hcl, node, 0), label(hcl, node, 1));
}

RULE(rule_modules)
{
	EACH_FILE(hcl)
		EACH_BELOW(hcl, node, HCL_NONE, "module") {
			const char *source = hcl_text(hcl, hcl_next(hcl, node, "source", HCL_NONE));

			if (!source || (strncmp(source, "./", 2) != 0 && strncmp(source, "../", 3) != 0))
				FIND(hcl, node, "put it into the package", "the module \"%s\" is fetched from %s", label(hcl, node, 0), source ? source : "elsewhere");
		}
}

RULE(rule_inputs)
{
	enum { MOST = 150, MOST_OLDER = 50 };
	size_t most = rule->severity == PACKAGE_BLOCKING ? MOST : MOST_OLDER;

	if (model->variable_count > most)
		FIND_FILE(NULL, "make objects of them", "%zu variables; %zu are the most", model->variable_count, most);
}

/* ---- names ---- */

RULE(rule_declared)
{
	EACH_ROOT(hcl)
		EACH_NODE(hcl, node)
			for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++) {
				char key[MODEL_NAME];

				if (reference_read(hcl, i, key) && map_get(&model->names, key, strlen(key)) < 0)
					FIND(hcl, node, "declare it, or correct the name", "there is no %s", key);
			}
}

RULE(rule_used)
{
	for (size_t i = 0; i < model->name_count; i++) {
		const struct name *name = &model->name_list[i];
		const struct hcl_node *node = &name->hcl->nodes[name->node];

		/* A resource need not be. */
		if (!name->used && (!node->block || strcmp(node->name, "variable") == 0))
			FIND(name->hcl, name->node, "leave it out", "nothing uses %s", node->block ? node->labels[0] : node->name);
	}
}

RULE(rule_described)
{
	const struct declared *lists[] = {model->variables, model->outputs};
	const size_t counts[] = {model->variable_count, model->output_count};

	for (size_t list = 0; list < 2; list++)
		for (size_t i = 0; i < counts[list]; i++) {
			const struct declared *it = &lists[list][i];
			const char *description = hcl_text(it->hcl, hcl_next(it->hcl, it->node, "description", HCL_NONE));

			if (list == 0 && it->type == HCL_NONE)
				FIND(it->hcl, it->node, "write type = ...", "the variable %s has no type", it->name);
			if (!description || !*description)
				FIND(it->hcl, it->node, "write description = \"...\"", "%s has no description", it->name);
		}
}

/* ---- what is promised ---- */

static bool is_sensitive(const struct declared *variable)
{
	size_t node = hcl_next(variable->hcl, variable->node, "sensitive", HCL_NONE);

	return node != HCL_NONE && hcl_is(variable->hcl, variable->hcl->nodes[node].from, "true");
}

static bool is_called_secret(const char *name)
{
	static const char *const words[] = {"password", "passwd", "passphrase", "private_key", "api_key", "access_key", "token", "credentials", NULL};

	for (size_t i = 0; words[i]; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

RULE(rule_secret_defaults)
{
	EACH_VARIABLE(variable) {
		const struct hcl *hcl = variable->hcl;
		const char *text = hcl_text(hcl, variable->fallback);
		bool empty = variable->fallback == HCL_NONE || (text && !*text) || hcl_is(hcl, hcl->nodes[variable->fallback].from, "null");

		if (!empty && (is_sensitive(variable) || is_called_secret(variable->name)))
			FIND(hcl, variable->fallback, "leave the default out", "the secret %s has a default", variable->name);
	}
}

RULE(rule_secret_inputs)
{
	EACH_VARIABLE(variable)
		if (is_sensitive(variable) || is_called_secret(variable->name))
			FIND(variable->hcl, variable->node, "take the name of a secret of Secret Manager's", "the input %s is kept with the deployment, and can be read there", variable->name);
}

RULE(rule_public)
{
	static const char *const parts[] = {"access_config", "ipv6_access_config", "nat_ip", NULL};
	static const char *const resources[] = {"google_compute_global_address", "google_compute_global_forwarding_rule", "google_compute_router_nat", NULL};

	EACH_FILE(hcl)
		EACH_NODE(hcl, node) {
			const struct hcl_node *it = &hcl->nodes[node];
			/* dynamic "access_config" is one too. */
			const char *name = it->block && strcmp(it->name, "dynamic") == 0 ? label(hcl, node, 0) : it->name;

			if (text_in(name, parts))
				FIND(hcl, node, "leave it out", "%s is a public address", name);
			if (!it->block || it->parent != HCL_NONE || strcmp(it->name, "resource") != 0)
				continue;
			if (text_in(label(hcl, node, 0), resources))
				FIND(hcl, node, "leave it out", "%s makes a public address", label(hcl, node, 0));
			if (strcmp(label(hcl, node, 0), "google_compute_address") == 0 &&
			    !text_in(hcl_text(hcl, hcl_next(hcl, node, "address_type", HCL_NONE)), (const char *const[]){"INTERNAL", NULL}))
				FIND(hcl, node, "write address_type = \"INTERNAL\"", "the address is public unless it is said");
		}
}

RULE(rule_open)
{
	static const char *const all[] = {"0.0.0.0/0", "::/0", NULL};

	EACH_FILE(hcl)
		EACH_BELOW(hcl, resource, HCL_NONE, "resource") {
			if (strncmp(label(hcl, resource, 0), "google_compute_firewall", 23) != 0 && strcmp(label(hcl, resource, 0), "google_compute_network_firewall_policy_rule") != 0)
				continue;
			for (size_t node = resource + 1; node < hcl->nodes[resource].end; node++)
				for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++)
					if (hcl->tokens[i].kind == HCL_TEXT && text_in(hcl->tokens[i].text, all))
						FIND(hcl, node, "name who may", "a firewall rule is for everybody");
		}
}

RULE(rule_basic_roles)
{
	static const char *const basic[] = {"roles/owner", "roles/editor", "roles/viewer", NULL};

	EACH_FILE(hcl)
		EACH_NODE(hcl, node)
			for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++)
				if (hcl->tokens[i].kind == HCL_TEXT && text_in(hcl->tokens[i].text, basic))
					FIND(hcl, node, "make a role with just the permissions that are needed", "%s", hcl->tokens[i].text);
}
