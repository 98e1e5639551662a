/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages for Google Cloud.  The first byte chooses: 0 a file of Terraform's, 1 one of YAML, read alone; 2 main.tf, 3 test values, 4 metadata.yaml,
 * 5 metadata.display.yaml, each with a small module beside it.
 */
#include "core/json.h"
#include "gcp/check.h"
#include "gcp/hcl.h"
#include "gcp/yaml.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 20782 };

static const char module[] = "variable \"project_id\" {\n type = string\n}\nvariable \"a\" {\n type = list(string)\n default = [\"x\"]\n}\nvariable \"b\" {\n type = object({a = string})\n}\n"
			     "output \"o\" {\n value = var.a\n}\nterraform {\n required_version = \"~> 1.5\"\n required_providers {\n google = {\n source = \"hashicorp/google\"\n"
			     " version = \"~> 6.1\"\n }\n }\n}\n";

/* ---- what was read ---- */

static void check_hcl(const char *text, size_t size)
{
	struct scope scope = scope_init(1 << 28);
	struct archive_file file = {"a.tf", text, size};
	struct error error;
	struct hcl hcl;

	if (hcl_read(&scope, &file, &hcl, &error) < 0) {
		FUZZ_CHECK(error.code == APOLLO_NOMEM);
		scope_release(&scope);
		return;
	}
	FUZZ_CHECK(hcl.problem ? !hcl.node_count && !hcl.token_count : hcl.token_count > 0);
	FUZZ_CHECK(hcl.node_count <= HCL_NODES_MAX && hcl.token_count <= HCL_TOKENS_MAX);
	for (size_t i = 0; i < hcl.node_count; i++) {
		const struct hcl_node *node = &hcl.nodes[i], *parent = node->parent == HCL_NONE ? NULL : &hcl.nodes[node->parent];

		/* What is below something lies within it, and nothing is below an attribute. */
		FUZZ_CHECK(node->end > i && node->end <= hcl.node_count && *node->name);
		FUZZ_CHECK(!parent || (parent->block && node->parent < i && node->end <= parent->end));
		FUZZ_CHECK(node->block ? node->from == node->to : node->from < node->to && node->to <= hcl.token_count && node->end == i + 1);
		FUZZ_CHECK(i == 0 || node->line >= hcl.nodes[i - 1].line);
	}
	/* Each node is one of its parent's. */
	for (size_t i = 0; i < hcl.node_count; i++) {
		size_t at = hcl_next(&hcl, hcl.nodes[i].parent, NULL, HCL_NONE), steps = 0;

		while (at != HCL_NONE && at < i && steps++ < 100)
			at = hcl_next(&hcl, hcl.nodes[i].parent, NULL, at);
		FUZZ_CHECK(at == i || steps >= 100);
	}
	scope_release(&scope);
}

static void check_yaml(const char *text, size_t size)
{
	struct scope scope = scope_init(1 << 28);
	struct archive_file file = {"a.yaml", text, size};
	struct error error;
	struct yaml yaml;

	if (yaml_read(&scope, &file, &yaml, &error) < 0) {
		FUZZ_CHECK(error.code == APOLLO_NOMEM);
		scope_release(&scope);
		return;
	}
	FUZZ_CHECK(!yaml.problem || !yaml.count);
	for (size_t i = 0; i < yaml.count; i++) {
		const struct yaml_node *node = &yaml.nodes[i], *parent = node->parent == YAML_NONE ? NULL : &yaml.nodes[node->parent];

		FUZZ_CHECK(node->end > i && node->end <= yaml.count && (i == 0) == (parent == NULL));
		FUZZ_CHECK(!parent || (parent->kind != YAML_TEXT && node->end <= parent->end && (parent->kind == YAML_MAP) == (node->key != NULL)));
		FUZZ_CHECK((node->kind == YAML_TEXT) == (node->text != NULL) && (node->kind != YAML_TEXT || node->end == i + 1));
		if (node->key && i < 200)
			FUZZ_CHECK(yaml_member(&yaml, node->parent, node->key) == i);
	}
	scope_release(&scope);
}

/* ---- packages ---- */

static void check_findings(const struct package_check *check)
{
	struct buffer buffer = buffer_init(1 << 28);
	struct json_object *document = NULL;
	struct error error;
	size_t blocking = 0;

	for (size_t i = 0; i < check->count; i++) {
		const struct package_finding *finding = &check->findings[i];

		FUZZ_CHECK(*finding->message && *finding->hint);
		blocking += finding->rule->severity == PACKAGE_BLOCKING;
	}
	FUZZ_CHECK(check->left_out || blocking == check->blocking);
	package_check_text(&gcp_package, check, &buffer);
	buffer_clear(&buffer);
	package_check_json(&gcp_package, check, &buffer);
	FUZZ_CHECK(!buffer_failed(&buffer));
	FUZZ_CHECK(json_read(buffer_string(&buffer), buffer.size, "findings", &document, &error) == 0);
	json_object_put(document);
	buffer_release(&buffer);
}

static void check_file(const char *name, const char *text, size_t size)
{
	struct archive_file files[2] = {{name, text, size}, {"variables.tf", module, sizeof(module) - 1}};
	struct package package = {.path = "fuzz", .files = files, .count = 2};
	struct scope scope = scope_init(1 << 28);
	struct package_check check = {.scope = &scope, .package = &package, .day = DAY};
	struct error error;

	FUZZ_CHECK(gcp_package.is(&package));
	if (package_check_run(&gcp_package, &check, &error) == 0)
		check_findings(&check);
	else
		FUZZ_CHECK(error.code == APOLLO_NOMEM);
	scope_release(&scope);
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
	(void)count, (void)words;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {NULL, NULL, "main.tf", "marketplace_test.tfvars", "metadata.yaml", "metadata.display.yaml"};
	struct fuzz_input input = {data, size};
	unsigned choice = fuzz_choose(&input, 6);
	size_t length;
	char *text = fuzz_rest(&input, &length);

	if (choice == 0)
		check_hcl(text, length);
	else if (choice == 1)
		check_yaml(text, length);
	else
		check_file(names[choice], text, length);
	free(text);
	return 0;
}
