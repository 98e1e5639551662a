/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expression.h - the expressions of Azure's templates and forms, read into a flat list of terms.  Pure.
 *
 * Invariants
 *   - Terms are in the order in which they are written, so that a term's own come right behind it; each knows its parent and its
 *     place among the parent's arguments.  Nothing is nested, and nothing here calls itself.
 *   - Nothing is read that is longer, deeper or has more terms than the ceilings below.
 *   - Texts are without their quotes, and '' in them is one quote.
 *
 * The language: a value is a text in single quotes, a whole number, a call with arguments, or a name; behind it members
 * (.name) and indexes ([value]).  A form has functions of its own too: (name) => value.
 */
#ifndef ARM_EXPRESSION_H
#define ARM_EXPRESSION_H

#include "core/error.h"
#include "core/scope.h"

#include <stdbool.h>

enum {
	EXPRESSION_BYTES_MAX = 24576, /* Azure's limit */
	EXPRESSION_DEPTH_MAX = 64,
	EXPRESSION_TERMS_MAX = 4096,
	TERM_INDEX = -1, /* the place of a value in brackets behind its parent */
	TERM_NONE = -1
};

enum term_kind {
	TERM_CALL,
	TERM_TEXT,
	TERM_NUMBER,
	TERM_NAME,  /* of a function's own parameter; or true, false, null of a form */
	TERM_LAMBDA /* its one argument is what it gives */
};

struct term {
	enum term_kind kind;
	const char *text;    /* name of the call ("contoso.name" where it has a namespace), the text, the digits, the names with commas */
	int parent;          /* TERM_NONE: it is the whole */
	int place;           /* which argument of its parent, or TERM_INDEX */
	int arguments;       /* of a call */
	bool indexed;        /* an index stands behind it */
	const char *members; /* what stands behind it before any index: ".parameters.zones"; "" */
	size_t from, to;     /* its bytes in what was parsed, with all that is behind it */
};

struct expression {
	const char *text; /* without the brackets around it */
	struct term *terms;
	int count;
};

/* Whether a JSON text is an expression: "[...]", and not "[[...", which is a text that begins with a bracket. */
bool expression_is(const char *text);

/* Parses what stands between the brackets.  ERROR_INPUT, with what is wrong and where; APOLLO_NOMEM. */
int expression_parse(struct scope *scope, const char *text, size_t size, struct expression *expression, struct error *error);

/* The call's argument at a place; TERM_NONE where it has none. */
int expression_argument(const struct expression *expression, int call, int place);

/* The text of such an argument where it is one that was written out; NULL. */
const char *expression_text(const struct expression *expression, int call, int place);

/* Whether a term is a call of this function, in any case; "list*" is every name that begins so. */
bool term_calls(const struct term *term, const char *name);

#endif
