/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - what the rules of a package for Google Cloud look at, and how they find their way in it; used by gcp/ alone.
 */
#ifndef GCP_MODEL_H
#define GCP_MODEL_H

#include "gcp/hcl.h"
#include "gcp/yaml.h"
#include "core/map.h"
#include "package/check.h"
#include "package/files.h"

/* A variable or an output of the module at the package's root. */
struct declared {
	const char *name;
	const struct hcl *hcl;
	size_t node;
	size_t type, fallback; /* nodes of its attributes; HCL_NONE.  fallback: "default" */
};

/* What a name can lead to: "var.NAME", "local.NAME", "TYPE.NAME" of a resource, "data.TYPE.NAME". */
struct name {
	const struct hcl *hcl;
	size_t node; /* its declaration */
	bool used;   /* somewhere else */
};

/* Of all files together; what is past them is not looked at, and told. */
enum { MODEL_NODES_MAX = 50000, MODEL_TOKENS_MAX = 1000000, MODEL_NAME = 300 };

struct model {
	struct hcl *files; /* the package's .tf and .tfvars files, in its order */
	size_t file_count;
	const struct hcl *main;  /* main.tf; NULL */
	const struct hcl *test;  /* marketplace_test.tfvars; NULL */
	struct yaml metadata, display; /* without a file where there is none, or it cannot be read */
	struct declared *variables, *outputs;
	size_t variable_count, output_count;
	struct map names, variable_names, output_names; /* places in the lists */
	struct name *name_list;
	size_t name_count;
};

/* The root module's own files, which alone are applied. */
bool hcl_rooted(const struct hcl *hcl);

/* The variable or output of this name, or NULL. */
const struct declared *model_variable(const struct model *model, const char *name);
const struct declared *model_output(const struct model *model, const char *name);

/* A reference at a token, as a name's key; false: there is none. */
bool reference_read(const struct hcl *hcl, size_t token, char key[static MODEL_NAME]);

/* Finds where names lead to, and which are used.  APOLLO_NOMEM. */
int names_make(struct scope *scope, struct model *model, struct error *error);

/* A place in a file: its line, and the names of the blocks around it.  Of the check's scope. */
const char *hcl_place(struct scope *scope, const struct hcl *hcl, size_t node);
const char *yaml_place(struct scope *scope, const struct yaml *yaml, size_t node);

/* The attribute's tokens are just "var.NAME": that variable's name; NULL. */
const char *hcl_variable(const struct hcl *hcl, size_t node);

/* "var" "." NAME at a token: the name; NULL.  Also "local". */
const char *hcl_reference(const struct hcl *hcl, size_t token, const char *of);

/* Whether an attribute's tokens are those of another one, but for ends of lines and commas. */
bool hcl_same(const struct hcl *one, size_t node, const struct hcl *other, size_t other_node);

/* A rule's function, with the names that FIND wants. */
#define RULE(NAME)                                                                                                             \
	static void NAME##_look(const struct package_rule *rule, struct package_check *check, const struct model *model);      \
	void NAME(const struct package_rule *rule, struct package_check *check, const void *model)                             \
	{                                                                                                                      \
		NAME##_look(rule, check, model);                                                                               \
	}                                                                                                                      \
	static void NAME##_look(const struct package_rule *rule, struct package_check *check, const struct model *model)

/* The files of the root module; of all modules; and each node of one. */
#define EACH_FILE(HCL)                                                                                                         \
	for (const struct hcl *HCL = model->files; HCL < model->files + model->file_count; HCL++)                             \
		if (text_ends(HCL->file, ".tf"))
#define EACH_ROOT(HCL) EACH_FILE(HCL) if (hcl_rooted(HCL))
#define EACH_NODE(HCL, NODE) for (size_t NODE = 0; NODE < (HCL)->node_count; NODE++)
#define EACH_BELOW(HCL, NODE, PARENT, NAME) \
	for (size_t NODE##_of = (PARENT), NODE = hcl_next(HCL, NODE##_of, NAME, HCL_NONE); NODE != HCL_NONE; NODE = hcl_next(HCL, NODE##_of, NAME, NODE))
#define EACH_MEMBER(YAML, NODE, PARENT) \
	for (size_t NODE##_of = (PARENT), NODE = yaml_next(YAML, NODE##_of, YAML_NONE); NODE != YAML_NONE; NODE = yaml_next(YAML, NODE##_of, NODE))
#define EACH_VARIABLE(VARIABLE) \
	for (const struct declared *VARIABLE = model->variables; VARIABLE < model->variables + model->variable_count; VARIABLE++)

#define FIND_FILE(FILE, HINT, ...) package_find(check, rule, (struct package_place){FILE, NULL}, HINT, __VA_ARGS__)
#define FIND(HCL, NODE, HINT, ...) \
	package_find(check, rule, (struct package_place){(HCL)->file, hcl_place(check->scope, HCL, NODE)}, HINT, __VA_ARGS__)
#define FIND_YAML(YAML, NODE, HINT, ...) \
	package_find(check, rule, (struct package_place){(YAML)->file, yaml_place(check->scope, YAML, NODE)}, HINT, __VA_ARGS__)

#endif
