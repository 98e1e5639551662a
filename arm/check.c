/* SPDX-License-Identifier: Apache-2.0 */
#include "arm/check.h"

#include "arm/model.h"
#include "arm/rules.h"

#include <string.h>
#include <strings.h>

#define ROW(FUNCTION, ID, SEVERITY, TITLE, SOURCE) {ID, PACKAGE_##SEVERITY, TITLE, SOURCE, FUNCTION},

static const struct package_rule rules[] = {ARM_RULES(ROW)};

static bool package_is(const struct package *package)
{
	for (size_t i = 0; i < package->count; i++)
		if (strcasecmp(file_base(package->files[i].name), "mainTemplate.json") == 0 ||
		    strcasecmp(file_base(package->files[i].name), "createUiDefinition.json") == 0)
			return true;
	return false;
}

static void model_close(void *opaque)
{
	struct model *model = opaque;

	for (size_t i = 0; i < model->count; i++)
		document_release(&model->documents[i]);
}

static int documents_read(struct model *model, const struct package_check *check, struct error *error)
{
	const struct package *package = check->package;

	model->documents = scope_alloc(check->scope, (package->count + 1) * sizeof(*model->documents));
	model->resources = scope_alloc(check->scope, (package->count + 1) * sizeof(*model->resources));
	if (!model->documents || !model->resources)
		return error_memory(error, "a package");
	for (size_t i = 0; i < package->count; i++) {
		struct document *document = &model->documents[model->count];

		if (!text_ends(package->files[i].name, ".json"))
			continue;
		if (document_read(check->scope, &package->files[i], document, error) < 0)
			return error->code;
		if (document->count && document->kind == DOCUMENT_TEMPLATE &&
		    resources_make(check->scope, document, &model->resources[model->count], error) < 0)
			return error->code;
		model->count++;
		if (document->count && document->kind == DOCUMENT_FORM)
			model->form = document;
		if (document->count && document->main)
			model->main = document;
	}
	return 0;
}

static int model_open(struct package_check *check, void **opened, struct error *error)
{
	struct model *model = scope_alloc(check->scope, sizeof(*model));

	if (!model)
		return error_memory(error, "a package");
	if (versions_read(check->scope, check->data_folder, &model->versions, error) < 0 || documents_read(model, check, error) < 0) {
		model_close(model);
		return error->code;
	}
	*opened = model;
	return 0;
}

static const char *const shipped[] = {"createUiDefinition.json", "mainTemplate.json", "viewDefinition.json", NULL};

const struct package_kind arm_package = {
	.name = "azure",
	.folder = "arm",
	.shipped = shipped,
	.files = "mainTemplate.json and createUiDefinition.json",
	.is = package_is,
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(*rules),
	.open = model_open,
	.close = model_close,
};
