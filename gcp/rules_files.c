/* SPDX-License-Identifier: Apache-2.0 */
/* The package and its files. */
#include "gcp/model.h"
#include "gcp/rules.h"

#include <string.h>

#define TEST_FOLDER "examples/marketplace_test/"

/* A file with this name in another folder or case, for people; NULL. */
static const char *file_like(const struct package_check *check, const char *name)
{
	for (size_t i = 0; i < check->package->count; i++)
		if (text_ends(check->package->files[i].name, name))
			return check->package->files[i].name;
	return NULL;
}

static void file_want(const struct package_rule *rule, struct package_check *check, const char *name)
{
	const char *like = file_like(check, name);

	if (!package_file(check->package, name))
		FIND_FILE(like, "put it at the root of the archive, under just this name", "%s is not there%s%s", name, like ? "; there is " : "", like ? like : "");
}

RULE(rule_files)
{
	bool tested = model->test != NULL;

	file_want(rule, check, "main.tf");
	for (size_t i = 0; !tested && i < check->package->count; i++)
		tested = strncmp(check->package->files[i].name, TEST_FOLDER, strlen(TEST_FOLDER)) == 0;
	if (!tested)
		file_want(rule, check, "marketplace_test.tfvars");
}

RULE(rule_console_files)
{
	(void)model;
	file_want(rule, check, "metadata.yaml");
	file_want(rule, check, "metadata.display.yaml");
}

RULE(rule_secrets)
{
	(void)model;
	files_secrets_find(rule, check);
}

RULE(rule_strays)
{
	(void)model;
	files_strays_find(rule, check);
}

RULE(rule_hcl_valid)
{
	for (size_t i = 0; i < model->file_count; i++)
		if (model->files[i].problem)
			FIND_FILE(model->files[i].file, "correct it", "%s", model->files[i].problem);
}

RULE(rule_yaml_valid)
{
	const struct yaml *files[] = {&model->metadata, &model->display};

	for (size_t i = 0; i < 2; i++)
		if (files[i]->problem)
			FIND_FILE(files[i]->file, "correct it", "%s", files[i]->problem);
		else if (files[i]->file && !files[i]->count)
			FIND_FILE(files[i]->file, "write it, or leave it out", "it is empty");
}

/* ---- test values ---- */

/* Whether an attribute has nothing that must be worked out: a name behind it is a key of an object. */
static bool value_plain(const struct hcl *hcl, size_t node)
{
	for (size_t i = hcl->nodes[node].from; i < hcl->nodes[node].to; i++) {
		bool constant = hcl_is(hcl, i, "true") || hcl_is(hcl, i, "false") || hcl_is(hcl, i, "null");
		bool key = hcl_is(hcl, i + 1, "=") || hcl_is(hcl, i + 1, ":");

		if (hcl->tokens[i].kind == HCL_PART || (hcl->tokens[i].kind == HCL_NAME && !constant && !key))
			return false;
	}
	return true;
}

RULE(rule_test_values)
{
	const struct hcl *test = model->test;

	if (!test || test->problem)
		return;
	EACH_BELOW(test, node, HCL_NONE, NULL) {
		if (test->nodes[node].block)
			FIND(test, node, "write NAME = VALUE", "a block is no value");
		else if (!model_variable(model, test->nodes[node].name))
			FIND(test, node, "leave it out", "there is no variable %s", test->nodes[node].name);
		else if (!value_plain(test, node))
			FIND(test, node, "write it out", "the value of %s is to be worked out", test->nodes[node].name);
	}
	EACH_VARIABLE(variable)
		if (variable->fallback == HCL_NONE && strcmp(variable->name, "project_id") != 0 && hcl_next(test, HCL_NONE, variable->name, HCL_NONE) == HCL_NONE)
			FIND(variable->hcl, variable->node, "give it a value in marketplace_test.tfvars", "%s has neither a default nor a test value", variable->name);
}
