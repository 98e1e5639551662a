/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheet.h - a private offer as a term sheet that a customer can read: Markdown, and one page of HTML without anything fetched, for paper and for screens,
 * light or dark.
 *
 * What is for the vendor alone, such as the kind of deal and the internal note, is not in it.
 *
 * Both come from one account of the offer, so they say the same.  All amounts are exact; what is rounded says so.  The same offer gives the same bytes.
 */
#ifndef OFFERS_SHEET_H
#define OFFERS_SHEET_H

#include "offers/export.h"

enum { SHEET_BYTES = 64 << 20 };

/* A rule that the offer was checked by. */
struct sheet_rule {
	const char *code, *verdict, *text;
};

struct sheet {
	const struct export *export; /* made, with nothing refused */
	const char *file;    /* the offer file's name, without folders */
	const char *sha256;  /* of its bytes, in hexadecimal digits */
	const char *version; /* apollo's */
	const struct sheet_rule *rules;
	size_t rule_count;
};

enum sheet_form { SHEET_MARKDOWN = 0, SHEET_HTML = 1 };

int sheet_make(const struct sheet *sheet, enum sheet_form form, struct buffer *out, struct error *error);

#endif
