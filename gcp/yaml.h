/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml.h - a file of YAML as a flat list, over libyaml.
 *
 * Invariants
 *   - Nodes are in the order of the text, each with the end of what is below it; a member of a map has its key.
 *   - There is one document; keys are texts, each once in its map; aliases are refused, so that a file is no larger than it looks.
 *   - Past the ceilings below, or where it is wrong, a file has no nodes and says why.
 */
#ifndef GCP_YAML_H
#define GCP_YAML_H

#include "core/archive.h"

enum { YAML_BYTES_MAX = 4 << 20, YAML_NODES_MAX = 20000, YAML_DEPTH_MAX = 50 };

#define YAML_NONE SIZE_MAX

enum yaml_kind { YAML_TEXT, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	const char *key;  /* NULL: of a list, or the root */
	const char *text; /* of a text; NULL */
	bool quoted;      /* the text is one, whatever it looks like */
	size_t parent, end;
	int line;
};

struct yaml {
	const char *file;
	struct yaml_node *nodes;
	size_t count;
	const char *problem; /* NULL: none; else with its line */
};

/* Reads a file.  A negative code is no memory. */
int yaml_read(struct scope *scope, const struct archive_file *file, struct yaml *yaml, struct error *error);

/* The next node right below `parent` behind `last` (YAML_NONE: the first); YAML_NONE, also where parent is. */
size_t yaml_next(const struct yaml *yaml, size_t parent, size_t last);

/* The member of a map, or YAML_NONE. */
size_t yaml_member(const struct yaml *yaml, size_t parent, const char *key);

/* The same, down a path: "spec.ui.input", from the root. */
size_t yaml_path(const struct yaml *yaml, const char *path);

/* The text of a member; NULL where it is none. */
const char *yaml_member_text(const struct yaml *yaml, size_t parent, const char *key);

#endif
