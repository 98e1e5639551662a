/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: what they depend on, their versions, machines, and what the marketplace does not take. */
#include "arm/model.h"
#include "arm/rules.h"

#include <string.h>
#include <strings.h>

RULE(rule_resource_location)
{
	static const char *const regional[] = {"Microsoft.Compute/availabilitySets", "Microsoft.Compute/disks", "Microsoft.Compute/images",
					       "Microsoft.Compute/proximityPlacementGroups", "Microsoft.Compute/virtualMachines",
					       "Microsoft.Compute/virtualMachineScaleSets", "Microsoft.KeyVault/vaults",
					       "Microsoft.ManagedIdentity/userAssignedIdentities", "Microsoft.Network/applicationSecurityGroups",
					       "Microsoft.Network/loadBalancers", "Microsoft.Network/networkInterfaces",
					       "Microsoft.Network/networkSecurityGroups", "Microsoft.Network/publicIPAddresses",
					       "Microsoft.Network/routeTables", "Microsoft.Network/virtualNetworks", "Microsoft.Storage/storageAccounts", NULL};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			const struct resource *resource = &model_resources(model, document)->items[i];

			if (text_among(resource->type, regional) && node_member(document, resource->node, "location") == NODE_NONE)
				FIND(document, resource->node, "write \"location\": \"[parameters('location')]\"", "%s has no location", resource->type);
		}
}

/* ---- API versions ---- */

void version_judge(const struct package_rule *rule, struct package_check *check, const struct model *model, const struct document *document,
		   size_t node, const char *type, const char *version)
{
	const char *newest = versions_newest(&model->versions, type);
	bool preview;
	int64_t day;

	if (!version_day(version, &day, &preview))
		FIND(document, node, "write a date, such as 2025-04-01", "the version %s of %s is no date", version, type);
	else if (preview)
		FIND(document, node, "use one that is none", "the version %s of %s is a preview", version, type);
	else if (check->day - day > VERSION_DAYS_MOST && !newest)
		FIND(document, node, "look whether there is a newer one, and note it in azure-versions.cfg",
		     "the version %s of %s is %lld days old, and which is the newest is not known here", version, type, (long long)(check->day - day));
	else if (check->day - day > VERSION_DAYS_MOST && strcmp(version, newest) < 0)
		FIND(document, node, newest, "the version %s of %s is %lld days old, and there is a newer one", version, type, (long long)(check->day - day));
}

RULE(rule_api_versions)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			const struct resource *resource = &model_resources(model, document)->items[i];
			size_t node = node_member(document, resource->node, "apiVersion");

			if (node == NODE_NONE || !document->nodes[node].text)
				FIND(document, resource->node, "write \"apiVersion\": \"...\"", "%s has no version of its API", resource->type);
			else
				version_judge(rule, check, model, document, node, resource->type, document->nodes[node].text);
		}
}

static void ahead_tell(const struct package_rule *rule, struct package_check *check, const struct document *document, size_t node, const char *version)
{
	bool preview;
	int64_t day;

	if (version_day(version, &day, &preview) && day > check->day)
		FIND(document, node, "use one that is there", "the version %s is not there yet", version);
}

RULE(rule_api_versions_ahead)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			size_t node = node_member(document, model_resources(model, document)->items[i].node, "apiVersion");

			if (node != NODE_NONE && document->nodes[node].text)
				ahead_tell(rule, check, document, node, document->nodes[node].text);
		}
	EACH_SITE(site, DOCUMENT_TEMPLATE) {
		const char *version = term_calls(site_term(&site), "reference") || term_calls(site_term(&site), "list*") ? site_text(&site, 1) : NULL;

		if (version)
			ahead_tell(rule, check, site.document, site.node, version);
	}
}

/* ---- dependencies ---- */

/* What one dependency says. */
struct wish {
	const char *type;     /* "": a name alone */
	const char *names[3]; /* canonical: any of these ways of writing it */
	int count;
};

/* The name of several parts, as resources write it: format('{0}/{1}', ...), concat(..., '/', ...), or at length. */
static bool names_join(struct scope *scope, struct wish *wish, const char *const *parts, int count)
{
	const char *format = "", *list = "", *concat = "", *plain = "";

	for (int i = 0; format && list && concat && plain && i < count; i++) {
		size_t size = strlen(parts[i]);

		format = scope_print(scope, "%s%s{%d}", format, i ? "/" : "", i);
		list = scope_print(scope, "%s,%s", list, parts[i]);
		concat = scope_print(scope, "%s%s%s", concat, i ? ",'/'," : "", parts[i]);
		plain = scope_print(scope, "%s%s%.*s", plain, i ? "/" : "", size >= 2 ? (int)size - 2 : 0, parts[i] + (size >= 2));
	}
	if (!format || !list || !concat || !plain)
		return false;
	wish->names[0] = scope_print(scope, "format('%s'%s)", format, list);
	wish->names[1] = scope_print(scope, "concat(%s)", concat);
	wish->names[2] = scope_print(scope, "'%s'", plain);
	wish->count = 3;
	return wish->names[0] && wish->names[1] && wish->names[2];
}

enum { PARTS_MAX = 8 };

/* resourceId('type', name, ...); false where it is another deployment's, or cannot be followed. */
static bool id_read(struct scope *scope, const struct document *document, size_t node, const struct expression *expression, struct wish *wish)
{
	const char *type = expression_text(expression, 0, 0), *parts[PARTS_MAX];
	int count = expression->terms[0].arguments - 1;

	if (!type || !strchr(type, '/') || *type == '/' || count < 1 || count > PARTS_MAX)
		return false;
	wish->type = type;
	for (int i = 0; i < count; i++) {
		const struct term *term = &expression->terms[expression_argument(expression, 0, i + 1)];

		parts[i] = expression_canonical(scope, document, document->nodes[node].scope, expression, term->from, term->to);
		if (!parts[i])
			return false;
	}
	if (count > 1)
		return names_join(scope, wish, parts, count);
	wish->names[wish->count++] = parts[0];
	return true;
}

/* Reads a dependency; false where it is put together in a way that cannot be followed. */
static bool wish_read(struct scope *scope, const struct document *document, size_t node, struct wish *wish)
{
	const struct expression *expression = document->nodes[node].expression;

	*wish = (struct wish){.type = ""};
	if (expression && term_calls(&expression->terms[0], "resourceId") && !*expression->terms[0].members && !expression->terms[0].indexed)
		return id_read(scope, document, node, expression, wish);
	/* The name of a copy, or of a resource: written out, or by a parameter or a variable. */
	if (expression && !term_calls(&expression->terms[0], "parameters") && !term_calls(&expression->terms[0], "variables"))
		return false;
	if (expression)
		wish->names[0] = expression_canonical(scope, document, document->nodes[node].scope, expression, 0, strlen(expression->text));
	else if (document->nodes[node].text)
		wish->names[0] = scope_print(scope, "'%s'", document->nodes[node].text);
	wish->count = 1;
	return wish->names[0] != NULL;
}

/* A dependency of a resource's. */
struct dependency {
	const struct document *document;
	size_t list; /* of the resource */
	struct wish wish;
};

/* Whether a dependency means this resource.  surely: by its very name. */
static bool dependency_means(const struct dependency *dependency, const struct resource *resource, bool *surely)
{
	const struct wish *wish = &dependency->wish;
	const char *copy = node_member_text(dependency->document, node_member(dependency->document, resource->node, "copy"), "name");
	const char *key = dependency->document->nodes[resource->node].key;

	*surely = true;
	if (resource->list != dependency->list)
		return false;
	if (!*wish->type) {
		const char *named = wish->names[0] + (*wish->names[0] == '\'');
		size_t size = strlen(named) - (*wish->names[0] == '\'');

		return strcmp(resource->name, wish->names[0]) == 0 || (copy && strlen(copy) == size && strncasecmp(copy, named, size) == 0) ||
		       (key && strlen(key) == size && strncasecmp(key, named, size) == 0);
	}
	if (strcasecmp(resource->type, wish->type) != 0)
		return false;
	for (int i = 0; i < wish->count; i++)
		if (strcmp(resource->name, wish->names[i]) == 0)
			return true;
	/* One of several that are made: which, only the deployment knows. */
	*surely = false;
	return resource->copied;
}

static bool dependency_read(struct scope *scope, const struct document *document, const struct resource *from, size_t node,
			    struct dependency *dependency)
{
	*dependency = (struct dependency){.document = document, .list = from->list};
	return wish_read(scope, document, node, &dependency->wish);
}

RULE(rule_depends_exist)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		const struct resources *resources = model_resources(model, document);

		for (size_t i = 0; !resources->left_out && i < resources->count; i++) {
			size_t list = node_member(document, resources->items[i].node, "dependsOn");

			EACH_CHILD(document, node, list) {
				struct dependency dependency;
				bool found = false, surely;

				if (!document->nodes[node].text)
					FIND(document, node, "write [resourceId('type', 'name')]", "a dependency is no text");
				if (!dependency_read(check->scope, document, &resources->items[i], node, &dependency))
					continue;
				for (size_t j = 0; !found && j < resources->count; j++)
					found = dependency_means(&dependency, &resources->items[j], &surely);
				if (!found)
					FIND(document, node, "take it out, or correct its name", "no resource of the template is meant by it");
			}
		}
	}
}

/* Which of the resources one depends on, each by its very name. */
static void edges_make(struct scope *scope, const struct document *document, const struct resources *resources, const struct resource *from, bool *edges)
{
	EACH_CHILD(document, node, node_member(document, from->node, "dependsOn")) {
		struct dependency dependency;
		bool surely;

		if (!dependency_read(scope, document, from, node, &dependency))
			continue;
		for (size_t j = 0; j < resources->count; j++)
			if (dependency_means(&dependency, &resources->items[j], &surely) && surely)
				edges[j] = true;
	}
}

/* Takes away what depends on nothing that is left, until nothing changes: what stays is a circle, or leads into one. */
static void circles_tell(const struct package_rule *rule, struct package_check *check, const struct model *model, const struct document *document)
{
	const struct resources *resources = model_resources(model, document);
	size_t count = resources->count, left = count, before;
	bool *edges = scope_alloc(check->scope, count * count + 1), *gone = scope_alloc(check->scope, count + 1);

	check->failed = check->failed || !edges || !gone;
	if (check->failed)
		return;
	for (size_t i = 0; i < count; i++)
		edges_make(check->scope, document, resources, &resources->items[i], &edges[i * count]);
	do {
		before = left;
		for (size_t i = 0; i < count; i++) {
			bool waits = gone[i], awaited = false;

			for (size_t j = 0; !gone[i] && j < count; j++) {
				waits = waits || (!gone[j] && edges[i * count + j]);
				awaited = awaited || (!gone[j] && edges[j * count + i]);
			}
			/* What nothing waits for leads into a circle, and is none. */
			if (!gone[i] && (!waits || !awaited)) {
				gone[i] = true;
				left--;
			}
		}
	} while (left < before);
	for (size_t i = 0; i < count; i++)
		if (!gone[i])
			FIND(document, resources->items[i].node, "take one of the dependencies out", "%s depends on itself, by itself or by others",
			     resources->items[i].type);
}

RULE(rule_depends_circular)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		if (!model_resources(model, document)->left_out)
			circles_tell(rule, check, model, document);
}

RULE(rule_depends_practices)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			size_t list = node_member(document, model_resources(model, document)->items[i].node, "dependsOn");

			EACH_CHILD(document, node, list) {
				const struct expression *expression = document->nodes[node].expression;
				bool copied = false;

				for (int j = 0; expression && j < expression->count; j++)
					copied = copied || term_calls(&expression->terms[j], "copyIndex");
				if (expression && (term_calls(&expression->terms[0], "if") || (term_calls(&expression->terms[0], "concat") && !copied)))
					FIND(document, node, "write [resourceId(...)]: a resource whose condition is false is not waited for",
					     "the dependency begins with %s", expression->terms[0].text);
			}
		}
}

/* ---- machines ---- */

/* Whether an expression leads to a parameter: by itself, or by a variable that does. */
static bool parameter_reached(const struct document *document, size_t node)
{
	const struct expression *expression = document->nodes[node].expression;

	for (int depth = 0; expression && depth < 8; depth++) {
		size_t variable = NODE_NONE;

		for (int i = 0; i < expression->count; i++) {
			const char *name = term_calls(&expression->terms[i], "variables") ? expression_text(expression, i, 0) : NULL;

			if (term_calls(&expression->terms[i], "parameters"))
				return true;
			if (name)
				variable = template_variable(document, document->nodes[node].scope, name);
		}
		expression = variable == NODE_NONE ? NULL : document->nodes[variable].expression;
	}
	return false;
}

RULE(rule_vm_size)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_NODE(document, node) {
			const struct node *it = &document->nodes[node];

			if (it->resource != NODE_NONE && it->key && it->text && strcasecmp(it->key, "vmSize") == 0 && !parameter_reached(document, node))
				FIND(document, node, "write [parameters('vmSize')]", "the machine's size is written out");
		}
}

/* The texts of an image that is written out; NODE_NONE: none. */
static size_t image_of(const struct document *document, size_t node)
{
	const char *key = document->nodes[node].key;

	return key && strcasecmp(key, "imageReference") == 0 ? node : NODE_NONE;
}

RULE(rule_vm_preview)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_NODE(document, node)
			EACH_CHILD(document, part, image_of(document, node))
				if (document->nodes[part].text && text_ends(document->nodes[part].text, "preview"))
					FIND(document, part, "use one that is published", "the image's %s is a preview", document->nodes[part].key);
}

RULE(rule_vm_latest)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_NODE(document, node) {
			size_t version = node_member(document, image_of(document, node), "version");

			if (version != NODE_NONE && document->nodes[version].text && !document->nodes[version].expression &&
			    strcasecmp(document->nodes[version].text, "latest") != 0)
				FIND(document, version, "write latest, or make it a parameter", "the image's version is written out");
		}
}

static void literal_tell(const struct package_rule *rule, struct package_check *check, const struct model *model, const char *const *keys)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_TEMPLATE(document, template)
			EACH_NODE(document, node) {
				const struct node *it = &document->nodes[node];
				bool inside = it->resource != NODE_NONE || node_within(document, node, node_member(document, document->templates[template].root, "variables"));

				if (document->templates[it->scope].root == document->templates[template].root && inside && it->text && !it->expression &&
				    text_among(it->key, keys))
					FIND(document, node, "make it a parameter", "%s is written out", it->key);
			}
}

RULE(rule_admin_password)
{
	static const char *const keys[] = {"adminPassword", "administratorLoginPassword", NULL};

	literal_tell(rule, check, model, keys);
}

RULE(rule_admin_username)
{
	static const char *const keys[] = {"adminUsername", "administratorLogin", NULL};

	literal_tell(rule, check, model, keys);
}

/* ---- what is not taken ---- */

RULE(rule_debug)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		for (size_t i = 0; i < model_resources(model, document)->count; i++) {
			const struct resource *resource = &model_resources(model, document)->items[i];
			size_t level = node_find(document, resource->node, "properties.debugSetting.detailLevel");
			const char *text = level == NODE_NONE ? NULL : document->nodes[level].text;

			if (strcasecmp(resource->type, "Microsoft.Resources/deployments") == 0 && level != NODE_NONE && !(text && strcasecmp(text, "None") == 0))
				FIND(document, level, "take debugSetting out", "requests and replies would be kept, with what is secret in them");
		}
}

RULE(rule_identity_extension)
{
	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE)
		EACH_NODE(document, node)
			if (document->nodes[node].resource != NODE_NONE && document->nodes[node].text && strcasestr(document->nodes[node].text, "ManagedIdentityExtension"))
				FIND(document, node, "machines have identities without it", "the extension for managed identities is used");
}

RULE(rule_public_addresses)
{
	static const char *const types[] = {"Microsoft.Network/publicIPAddresses", "Microsoft.Network/publicIPPrefixes", NULL};
	static const char *const keys[] = {"publicIPAddress", "publicIPAddressConfiguration", "publicIPPrefix", NULL};

	EACH_DOCUMENT(document, DOCUMENT_TEMPLATE) {
		for (size_t i = 0; i < model_resources(model, document)->count; i++)
			if (text_among(model_resources(model, document)->items[i].type, types))
				FIND(document, model_resources(model, document)->items[i].node, "take it out: clients reach the cluster inside the network",
				     "a public address is made");
		EACH_NODE(document, node)
			if (document->nodes[node].resource != NODE_NONE && text_among(document->nodes[node].key, keys))
				FIND(document, node, "take it out: clients reach the cluster inside the network", "a public address is used");
	}
}
