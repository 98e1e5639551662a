/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - a package against its marketplace's rules: what a rule is, what it finds, and how that is told.
 *
 * Invariants
 *   - A rule is a row of its marketplace's table: an id that is stable for ever (the marketplace's own name for it, where it has one),
 *     whether it blocks publication or only warns, and where it is from.
 *   - Everything is found at once and sorted: blocking ones first, then by file, place, rule and words.
 *   - All texts are of the check's scope.  A failed addition (no memory) marks the check, and every later one fails too: one look at
 *     the end is enough.  Past PACKAGE_FINDINGS_MAX they are only counted.
 *   - Time is handed in.
 *
 * A marketplace is a struct package_kind of its own folder (arm/, gcp/); the command line has the table of them.
 */
#ifndef PACKAGE_CHECK_H
#define PACKAGE_CHECK_H

#include "package/package.h"

enum { PACKAGE_FINDINGS_MAX = 10000 };

enum package_severity {
	PACKAGE_BLOCKING, /* the marketplace refuses it, or it cannot be deployed */
	PACKAGE_WARNING   /* it is told, and a person decides */
};

struct package_check;

struct package_rule {
	const char *id;
	enum package_severity severity;
	const char *title;  /* what must be so */
	const char *source; /* where that is from */
	/* Looks, and adds what it finds.  model: what the kind has made of the package. */
	void (*look)(const struct package_rule *rule, struct package_check *check, const void *model);
};

struct package_finding {
	const struct package_rule *rule;
	const char *file; /* of the package; "" where it is about the package */
	const char *path; /* in the file: "$.resources[2].location"; "" where it is about the file */
	const char *message;
	const char *hint; /* what to do */
};

struct package_check {
	struct scope *scope;
	const struct package *package;
	int64_t day; /* days since 1970-01-01, on which it is judged */
	const char *data_folder; /* of apollo's data */
	struct package_finding *findings;
	size_t count, room;
	size_t left_out; /* past the ceiling */
	size_t blocking, warnings; /* of each, with those left out */
	bool failed;
};

struct package_kind {
	const char *name; /* "azure" */
	const char *folder; /* of apollo's data, with the package that it brings */
	const char *const *shipped; /* that package's files, ended by NULL; the folder may have others */
	const char *files; /* what it is known by, for people */
	bool (*is)(const struct package *package); /* by its files; a name in another case will do, so that this can be told */
	const struct package_rule *rules;
	size_t rule_count;
	/* Makes what the rules look at, and ends it.  A negative code is no memory, or data of apollo's that lacks something. */
	int (*open)(struct package_check *check, void **model, struct error *error);
	void (*close)(void *model);
};

/* Where something was found; NULL: "". */
struct package_place {
	const char *file, *path;
};

/* Adds one.  hint: what to do. */
void package_find(struct package_check *check, const struct package_rule *rule, struct package_place place, const char *hint,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The rule with this id, or NULL. */
const struct package_rule *package_rule(const struct package_kind *kind, const char *id);

/* Looks at it and sorts what is found.  The check's scope, package, day and data_folder are set. */
int package_check_run(const struct package_kind *kind, struct package_check *check, struct error *error);

/* "blocking", "warning". */
const char *package_severity_name(enum package_severity severity);

/* All of it for people, and as one document; then the rules. */
void package_check_text(const struct package_kind *kind, const struct package_check *check, struct buffer *buffer);
void package_check_json(const struct package_kind *kind, const struct package_check *check, struct buffer *buffer);
void package_rules_text(const struct package_kind *kind, struct buffer *buffer);
void package_rules_json(const struct package_kind *kind, struct buffer *buffer);

#endif
