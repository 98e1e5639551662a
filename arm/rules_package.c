/* SPDX-License-Identifier: Apache-2.0 */
/* The package and its files, and the files that are no template and no form. */
#include "arm/model.h"
#include "arm/rules.h"

#include <string.h>
#include <strings.h>

enum { PACKAGE_BYTES_MOST = 1000000000 };

#define VIEW_SCHEMA "https://schema.management.azure.com/schemas/viewdefinition/0.0.1-preview/ViewDefinition.json#"

#define FIND_FILE(FILE, HINT, ...) package_find(check, rule, (struct package_place){FILE, NULL}, HINT, __VA_ARGS__)

RULE(rule_files_at_root)
{
	static const char *const wanted[] = {"mainTemplate.json", "createUiDefinition.json"};

	(void)model;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		const char *like = NULL;

		if (package_file(check->package, wanted[i]))
			continue;
		for (size_t j = 0; j < check->package->count; j++)
			if (text_ends(check->package->files[j].name, wanted[i]))
				like = check->package->files[j].name;
		FIND_FILE(like, "put it at the root of the archive, under just this name", "%s is not there%s%s", wanted[i], like ? "; there is " : "",
			  like ? like : "");
	}
}

RULE(rule_package_size)
{
	(void)model;
	for (size_t i = 0; i < check->package->count; i++)
		if (check->package->files[i].size > PACKAGE_BYTES_MOST)
			FIND_FILE(check->package->files[i].name, "leave it out, or let machines have it of their image", "%zu bytes; %d are the most",
				  check->package->files[i].size, PACKAGE_BYTES_MOST);
	if (check->package->size > PACKAGE_BYTES_MOST)
		FIND_FILE(NULL, "leave files out", "%llu bytes in all; %d are the most", (unsigned long long)check->package->size, PACKAGE_BYTES_MOST);
}

RULE(rule_package_secrets)
{
	(void)model;
	files_secrets_find(rule, check);
}

RULE(rule_package_strays)
{
	(void)model;
	files_strays_find(rule, check);
}

RULE(rule_json_valid)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct document *document = &model->documents[i];

		if (document->problem)
			FIND_FILE(document->file, "correct it", "%s", document->problem);
		else if (document->kind != DOCUMENT_OTHER && !node_is(document, 0, json_type_object))
			FIND_FILE(document->file, "correct it", "it is no object");
	}
}

/* "1.0.0.0" */
static bool version_fits(const char *text)
{
	for (int i = 0; text && i < 4; i++) {
		size_t digits = strspn(text, "0123456789");

		if (!digits || text[digits] != (i < 3 ? '.' : '\0'))
			return false;
		text += digits + 1;
	}
	return text != NULL;
}

RULE(rule_view)
{
	static const char *const kinds[] = {"Overview", "Metrics", "CustomResources", "Associations", NULL};

	EACH_DOCUMENT(document, DOCUMENT_VIEW) {
		const char *schema = node_member_text(document, 0, "$schema");
		size_t views = node_member(document, 0, "views");

		if (!schema || strcmp(schema, VIEW_SCHEMA) != 0)
			FIND(document, 0, "write " VIEW_SCHEMA, "$schema is missing or another one");
		if (!version_fits(node_member_text(document, 0, "contentVersion")))
			FIND(document, 0, "write \"1.0.0.0\"", "contentVersion is missing, or not four numbers");
		if (!node_is(document, views, json_type_array))
			FIND(document, 0, "write a list of views", "views are missing");
		EACH_CHILD(document, view, views)
			if (!text_among(node_member_text(document, view, "kind"), kinds))
				FIND(document, view, "Overview, Metrics, CustomResources or Associations", "the view has no known kind");
	}
}

/* ---- parameter files ---- */

RULE(rule_file_content_version)
{
	EACH_DOCUMENT(document, DOCUMENT_PARAMETERS)
		if (!version_fits(node_member_text(document, 0, "contentVersion")))
			FIND(document, 0, "write \"1.0.0.0\"", "contentVersion is missing, or not four numbers");
}

RULE(rule_file_parameters)
{
	EACH_DOCUMENT(document, DOCUMENT_PARAMETERS)
		if (!node_is(document, node_member(document, 0, "parameters"), json_type_object))
			FIND(document, 0, "write \"parameters\": { }", "there are no parameters");
}

RULE(rule_file_schema)
{
	EACH_DOCUMENT(document, DOCUMENT_PARAMETERS) {
		const char *schema = node_member_text(document, 0, "$schema");

		if (!schema || !strcasestr(schema, "/deploymentParameters.json#"))
			FIND(document, 0, "write https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
			     "$schema is missing or another one");
	}
}

RULE(rule_file_value)
{
	EACH_DOCUMENT(document, DOCUMENT_PARAMETERS) {
		size_t parameters = node_member(document, 0, "parameters");

		EACH_CHILD(document, node, parameters)
			if (document->nodes[node].key && node_member(document, node, "value") == NODE_NONE && node_member(document, node, "reference") == NODE_NONE)
				FIND(document, node, "write {\"value\": ...}", "the parameter %s has no value", document->nodes[node].key);
	}
}
