/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readback.h - a private offer as a marketplace holds it, against the one that was made here.
 *
 * Invariants
 *   - What is compared is what was exported: every value of the files for the marketplace, but its version of a schema, the state that was asked for,
 *     and names that only tie resources of one request together.
 *   - Numbers are compared as decimals and times as instants, in whatever form they are written.  What the marketplace leaves out because it is zero,
 *     false or empty, as protobuf's JSON does, is the same as that value.
 *   - The marketplace's document is hostile: it is only looked into where ours leads.
 */
#ifndef OFFERS_READBACK_H
#define OFFERS_READBACK_H

#include "offers/export.h"

enum {
	READBACK_ROWS_MAX = 2000,
	READBACK_STACK = 4096, /* values that wait to be compared */
	READBACK_BYTES_MAX = 64 << 20 /* of the marketplace's document */
};

struct readback_row {
	const char *path;          /* "pricing[0].discountPercentage" */
	const char *ours, *theirs; /* as JSON; theirs NULL: it is not there */
};

struct readback {
	const char *id, *state; /* the marketplace's, as it writes them; NULL: not said */
	size_t named;           /* offers of that name in the document; the one that is not over is compared */
	size_t compared;        /* values */
	struct readback_row *rows; /* what differs */
	size_t row_count;
	struct readback_row *own; /* single values that only the marketplace has, of the offer itself; ours is NULL */
	size_t own_count;
};

/* export: of export_make, with nothing refused.  text: the marketplace's answer for one offer or a list of them: a resource, {"resources": [...]} or
 * {"value": [...]} of Microsoft's, a PrivateOffer or {"privateOffers": [...]} of Google's.  name: of the document, for errors.  ERROR_INPUT where it is
 * no such, or holds no offer of that name. */
int readback_make(struct scope *scope, const struct export *export, const char *text, size_t size, const char *name, struct readback *readback,
		  struct error *error);

#endif
