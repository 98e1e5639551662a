/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.h - the JSON files of a package, each as a flat list of nodes, with their expressions and the templates in them.
 *
 * Invariants
 *   - Nodes are in the file's order: what is below a node stands right behind it, up to its `end`.  So a rule is a loop.
 *   - Depth, size and number of nodes are json.h's ceilings; no expression is past expression.h's.
 *   - Each node knows whose names its expressions use: those of the file's template, or those of a nested one that is evaluated in
 *     a scope of its own.
 *   - Names are compared without regard to case, as Azure does, where it says so.
 */
#ifndef ARM_DOCUMENT_H
#define ARM_DOCUMENT_H

#include "arm/expression.h"
#include "core/json.h"
#include "core/map.h"
#include "package/package.h"

enum {
	DOCUMENT_BYTES_MAX = 4 << 20, /* Azure's limit of a template; larger ones are not looked at */
	DOCUMENT_NAMES_MAX = 1 << 17  /* parameters and variables of a template */
};

enum document_kind {
	DOCUMENT_TEMPLATE = 1,   /* mainTemplate.json, and others that say so */
	DOCUMENT_FORM = 2,       /* createUiDefinition.json */
	DOCUMENT_VIEW = 4,       /* viewDefinition.json */
	DOCUMENT_PARAMETERS = 8, /* of a deployment */
	DOCUMENT_OTHER = 16
};

#define NODE_NONE SIZE_MAX

struct node {
	const char *key; /* NULL: the root, or an item of an array */
	size_t index;    /* in its array */
	struct json_object *value; /* NULL: null */
	const char *text;          /* where it is one; else NULL */
	size_t parent;   /* NODE_NONE: the root */
	size_t end;      /* the first node behind all that is below it */
	size_t scope;    /* of the document's templates: whose names its expressions use */
	size_t resource; /* that it is in, or is; NODE_NONE */
	bool template;   /* it is the root of one */
	const struct expression *expression;     /* of its text; NULL */
	const struct expression *key_expression; /* of its key; NULL */
	const char *problem;                     /* why one of them is none; NULL */
};

/* A template: the file's, or one that is nested in a deployment. */
struct template {
	size_t root;  /* node */
	size_t outer; /* of the templates; itself: the file's */
	bool own;     /* its expressions are evaluated in its own scope */
	struct map names; /* "p" or "v" and the name in small letters, to the node that declares it */
};

struct document {
	const char *file;
	enum document_kind kind;
	bool main; /* mainTemplate.json */
	const char *problem; /* it is no JSON: why; then it has no nodes */
	struct json_object *root;
	struct node *nodes;
	size_t count;
	struct template *templates; /* the first: the file's */
	size_t template_count;
};

/* Reads a file of a package.  APOLLO_NOMEM; what is wrong with the file is in the document. */
int document_read(struct scope *scope, const struct archive_file *file, struct document *document, struct error *error);
void document_release(struct document *document);

/* "$.resources[0].name" in the scope's memory; NULL: no memory. */
const char *node_path(struct scope *scope, const struct document *document, size_t node);

/* The member with this name, or NODE_NONE.  NODE_NONE has none. */
size_t node_member(const struct document *document, size_t node, const char *name);

/* Its text; NULL where it is absent or none. */
const char *node_member_text(const struct document *document, size_t node, const char *name);

/* A path of members with dots between: "properties.template". */
size_t node_find(const struct document *document, size_t node, const char *path);

/* The first node below it, and the next with the same parent; NODE_NONE where there is none. */
size_t node_first(const struct document *document, size_t node);
size_t node_next(const struct document *document, size_t node);

/* Whether the node is `above`, or below it. */
bool node_within(const struct document *document, size_t node, size_t above);

/* Whether it is of this type: json_type_object and so on. */
bool node_is(const struct document *document, size_t node, enum json_type type);

/* Members or items. */
size_t node_count(const struct document *document, size_t node);

/* Whether a node is a resource of a template: an object with a type among resources. */
static inline bool node_is_resource(const struct document *document, size_t node)
{
	return document->nodes[node].resource == node;
}

/* A resource's whole type, with its parents' where it is written inside of them, in the scope's memory. */
const char *resource_type(struct scope *scope, const struct document *document, size_t resource);

/* A parameter of the template, by its name; NODE_NONE.  NULL is none's name. */
size_t template_parameter(const struct document *document, size_t template, const char *name);

/* A variable: its value, or the item of a copy that makes it; NODE_NONE. */
size_t template_variable(const struct document *document, size_t template, const char *name);

#define EACH_BELOW(DOCUMENT, NODE, ABOVE) \
	for (size_t NODE = (ABOVE) == NODE_NONE ? (DOCUMENT)->count : (ABOVE); NODE < ((ABOVE) == NODE_NONE ? 0 : (DOCUMENT)->nodes[ABOVE].end); NODE++)
#define EACH_CHILD(DOCUMENT, NODE, ABOVE) \
	for (size_t NODE = node_first(DOCUMENT, ABOVE); NODE != NODE_NONE; NODE = node_next(DOCUMENT, NODE))

#endif
