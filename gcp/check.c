/* SPDX-License-Identifier: Apache-2.0 */
#include "gcp/check.h"

#include "gcp/model.h"
#include "gcp/rules.h"

#include <string.h>
#include <strings.h>

#define ROW(FUNCTION, ID, SEVERITY, TITLE, SOURCE) {ID, PACKAGE_##SEVERITY, TITLE, SOURCE, FUNCTION},

static const struct package_rule rules[] = {GCP_RULES(ROW)};

static bool package_is(const struct package *package)
{
	for (size_t i = 0; i < package->count; i++) {
		const char *name = package->files[i].name;

		if (text_ends(name, ".tf") || strcasecmp(file_base(name), "metadata.yaml") == 0)
			return true;
	}
	return false;
}

/* What all files have together is bounded too. */
static void hcl_count(struct hcl *hcl, size_t *nodes, size_t *tokens)
{
	*nodes += hcl->node_count;
	*tokens += hcl->token_count;
	if (*nodes <= MODEL_NODES_MAX && *tokens <= MODEL_TOKENS_MAX)
		return;
	hcl->node_count = hcl->token_count = 0;
	hcl->problem = "it and the files before it are too much together";
}

static int files_read(struct model *model, const struct package_check *check, struct error *error)
{
	const struct package *package = check->package;
	size_t nodes = 0, tokens = 0;

	model->files = scope_alloc(check->scope, (package->count + 1) * sizeof(*model->files));
	if (!model->files)
		return error_memory(error, "a package");
	for (size_t i = 0; i < package->count; i++) {
		const struct archive_file *file = &package->files[i];
		struct hcl *hcl = &model->files[model->file_count];
		struct yaml *yaml = strcmp(file->name, "metadata.yaml") == 0 ? &model->metadata : strcmp(file->name, "metadata.display.yaml") == 0 ? &model->display : NULL;

		if (yaml && yaml_read(check->scope, file, yaml, error) < 0)
			return error->code;
		if (!text_ends(file->name, ".tf") && !text_ends(file->name, ".tfvars"))
			continue;
		if (hcl_read(check->scope, file, hcl, error) < 0)
			return error->code;
		hcl_count(hcl, &nodes, &tokens);
		model->file_count++;
		if (strcmp(file->name, "main.tf") == 0)
			model->main = hcl;
		if (strcmp(file->name, "marketplace_test.tfvars") == 0)
			model->test = hcl;
	}
	return 0;
}

static size_t blocks_count(const struct model *model, const char *kind)
{
	size_t count = 0;

	EACH_ROOT(hcl)
		EACH_BELOW(hcl, node, HCL_NONE, kind)
			count++;
	return count;
}

/* All blocks of a kind that have a name. */
static int declared_read(const struct model *model, const struct package_check *check, const char *kind, struct declared **list, size_t *count,
			 struct map *names, struct error *error)
{
	*names = map_init(MODEL_NODES_MAX);
	*list = scope_alloc(check->scope, (blocks_count(model, kind) + 1) * sizeof(**list));
	if (!*list)
		return error_memory(error, "a package");
	EACH_ROOT(hcl)
		EACH_BELOW(hcl, node, HCL_NONE, kind)
			if (hcl->nodes[node].block && hcl->nodes[node].labels[0]) {
				const char *name = hcl->nodes[node].labels[0];

				(*list)[*count] = (struct declared){name, hcl, node, hcl_next(hcl, node, "type", HCL_NONE), hcl_next(hcl, node, "default", HCL_NONE)};
				if (map_set(names, name, strlen(name), (int64_t)(*count)++) < 0)
					return error_memory(error, "a package");
			}
	return 0;
}

/* All else is of the check's scope. */
static void model_close(void *opened)
{
	struct model *model = opened;

	map_release(&model->names);
	map_release(&model->variable_names);
	map_release(&model->output_names);
}

static int model_open(struct package_check *check, void **opened, struct error *error)
{
	struct model *model = scope_alloc(check->scope, sizeof(*model));

	if (!model)
		return error_memory(error, "a package");
	if (files_read(model, check, error) < 0 ||
	    declared_read(model, check, "variable", &model->variables, &model->variable_count, &model->variable_names, error) < 0 ||
	    declared_read(model, check, "output", &model->outputs, &model->output_count, &model->output_names, error) < 0 ||
	    names_make(check->scope, model, error) < 0) {
		model_close(model);
		return error->code;
	}
	*opened = model;
	return 0;
}

static const char *const shipped[] = {"README.md", "main.tf", "marketplace_test.tfvars", "metadata.display.yaml", "metadata.yaml",
				      "outputs.tf", "variables.tf", "versions.tf", NULL};

const struct package_kind gcp_package = {
	.name = "gcp",
	.folder = "gcp",
	.shipped = shipped,
	.files = "main.tf and other files of Terraform's",
	.is = package_is,
	.rules = rules,
	.rule_count = sizeof(rules) / sizeof(*rules),
	.open = model_open,
	.close = model_close,
};
