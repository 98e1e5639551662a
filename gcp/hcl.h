/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hcl.h - a file of Terraform's language, as far as rules look at it: blocks, attributes, and the words of their expressions.
 *
 * Invariants
 *   - A file is two flat lists: tokens in the order of the text, and nodes (blocks and attributes) in theirs, each with the end of what is
 *     below it.  So a rule is a loop, and nothing calls itself.
 *   - Expressions are not parsed: they are their tokens.  Brackets in them match, and so do ${ and }.
 *   - A text without ${ or %{ is one token, HCL_TEXT, with its escapes resolved; another one is HCL_PART for what is
 *     written out, in turn with "${", the expression's tokens and "}".  A heredoc is a text too.
 *   - Past the ceilings below, or where it is wrong, a file has no tokens and no nodes, and says why.
 *
 * Followed: the syntax of HCL 2 (hclsyntax/spec.md of hashicorp/hcl).
 */
#ifndef GCP_HCL_H
#define GCP_HCL_H

#include "core/archive.h"

#include <stdint.h>

enum {
	HCL_BYTES_MAX = 4 << 20,
	HCL_TOKENS_MAX = 200000,
	HCL_NODES_MAX = 20000,
	HCL_DEPTH_MAX = 100, /* brackets, templates and blocks in each other */
	HCL_LABELS_MAX = 3
};

#define HCL_NONE SIZE_MAX

enum hcl_kind {
	HCL_NAME,
	HCL_NUMBER,
	HCL_TEXT,   /* a whole text */
	HCL_PART,   /* of a text, what is written out */
	HCL_SYMBOL, /* an operator or a bracket; "${" and "%{" too */
	HCL_LINE    /* the end of a line */
};

struct hcl_token {
	enum hcl_kind kind;
	int line;
	const char *text;
};

struct hcl_node {
	bool block;
	const char *name; /* a block's type, an attribute's name */
	const char *labels[HCL_LABELS_MAX]; /* NULL: none */
	size_t parent;    /* HCL_NONE: the file */
	size_t end;       /* the node behind all that is below it */
	size_t from, to;  /* an attribute's tokens */
	int line;
};

struct hcl {
	const char *file;
	struct hcl_token *tokens;
	size_t token_count;
	struct hcl_node *nodes;
	size_t node_count;
	const char *problem; /* NULL: none; else with its line */
};

/* Reads a file.  A negative code is no memory. */
int hcl_read(struct scope *scope, const struct archive_file *file, struct hcl *hcl, struct error *error);

/* The next node right below `parent` (HCL_NONE: of the file) behind `last` (HCL_NONE: the first), of this name (NULL: any); HCL_NONE. */
size_t hcl_next(const struct hcl *hcl, size_t parent, const char *name, size_t last);

/* The text that is all of an attribute; NULL. */
const char *hcl_text(const struct hcl *hcl, size_t node);

/* Whether a token is this symbol or name. */
bool hcl_is(const struct hcl *hcl, size_t token, const char *text);

#endif
