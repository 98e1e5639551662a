/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h - what the rules of an Azure package look at, and how they find their way in it; used by arm/ alone.
 */
#ifndef ARM_MODEL_H
#define ARM_MODEL_H

#include "arm/document.h"
#include "arm/versions.h"
#include "package/check.h"
#include "package/files.h"

/* A resource of a template. */
struct resource {
	size_t node;
	size_t list;      /* the node of the resources that it is among, of the outermost: dependencies stay in it */
	const char *type; /* whole; "" where it is none */
	const char *name; /* canonical, as an argument of resourceId would be; "" */
	bool copied;      /* it is made several times */
};

enum { MODEL_RESOURCES_MAX = 800 }; /* of a file: Azure takes no more; others are only counted */

struct resources {
	struct resource *items;
	size_t count, left_out;
};

struct model {
	struct document *documents; /* the package's JSON files, in its order */
	struct resources *resources; /* of each document */
	size_t count;
	const struct document *main, *form; /* that could be read; NULL */
	struct versions versions;
};

/* The next document of these kinds that could be read, behind the last one (NULL: the first); NULL: there is none. */
const struct document *model_next(const struct model *model, const struct document *last, unsigned kinds);

/* A term of an expression, and where it is.  All 0: before the first. */
struct site {
	const struct document *document;
	size_t node;
	const struct expression *expression;
	int term;
	size_t at; /* how far it has come */
};

/* The next term of the documents of these kinds; false: there is none. */
bool site_next(const struct model *model, unsigned kinds, struct site *site);

static inline const struct term *site_term(const struct site *site)
{
	return &site->expression->terms[site->term];
}

/* The text that is written out as an argument of the site's call; NULL. */
static inline const char *site_text(const struct site *site, int place)
{
	return expression_text(site->expression, site->term, place);
}

/* A rule's function, with the names that FIND wants. */
#define RULE(NAME)                                                                                                             \
	static void NAME##_look(const struct package_rule *rule, struct package_check *check, const struct model *model);      \
	void NAME(const struct package_rule *rule, struct package_check *check, const void *model)                             \
	{                                                                                                                      \
		NAME##_look(rule, check, model);                                                                               \
	}                                                                                                                      \
	static void NAME##_look(const struct package_rule *rule, struct package_check *check, const struct model *model)

#define EACH_DOCUMENT(DOCUMENT, KINDS) \
	for (const struct document *DOCUMENT = model_next(model, NULL, KINDS); DOCUMENT; DOCUMENT = model_next(model, DOCUMENT, KINDS))
#define EACH_NODE(DOCUMENT, NODE) for (size_t NODE = 0; NODE < (DOCUMENT)->count; NODE++)
#define EACH_SITE(SITE, KINDS) for (struct site SITE = {0}; site_next(model, KINDS, &SITE);)
#define EACH_TEMPLATE(DOCUMENT, TEMPLATE) for (size_t TEMPLATE = 0; TEMPLATE < (DOCUMENT)->template_count; TEMPLATE++)

/* Adds a finding at a node. */
#define FIND(DOCUMENT, NODE, HINT, ...)                                                                                       \
	package_find(check, rule, (struct package_place){(DOCUMENT)->file, node_path(check->scope, DOCUMENT, NODE)}, HINT, __VA_ARGS__)
#define FIND_SITE(SITE, HINT, ...) FIND((SITE).document, (SITE).node, HINT, __VA_ARGS__)

/* The resources of a document. */
const struct resources *model_resources(const struct model *model, const struct document *document);

/* Fills it.  APOLLO_NOMEM. */
int resources_make(struct scope *scope, const struct document *document, struct resources *resources, struct error *error);

/* Whether a text is one of a list that ends with NULL, in any case. */
bool text_among(const char *text, const char *const *list);

/* Whether a parameter's type keeps its value secret. */
bool type_secure(const char *type);

/* Whether a term is a reference to a secure parameter of the node's scope, or a call that lists keys.  what: which. */
bool site_secret(const struct site *site, const char **what);

/* What an expression says, in one form for comparing: without blanks and case outside of texts, variables that are texts in their
 * place.  Of the check's scope; NULL: no memory, or too long. */
const char *expression_canonical(struct scope *scope, const struct document *document, size_t template, const struct expression *expression,
				 size_t from, size_t to);

#endif
