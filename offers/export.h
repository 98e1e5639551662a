/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export.h - a private offer as the files that its marketplace takes: what they have in common.
 *
 * Invariants
 *   - Nothing is left out silently.  What a marketplace cannot express is refused, with the nearest thing that it can; what is only words and
 *     has no place there is told.  All of it at once.
 *   - Money is printed from exact decimals, never through a double.  The same offer gives the same bytes.
 *   - Files with anything refused are not for use: the caller looks at `refused` first.
 */
#ifndef OFFERS_EXPORT_H
#define OFFERS_EXPORT_H

#include "core/buffer.h"
#include "offers/catalog.h"

enum {
	EXPORT_FILES_MAX = 4,
	EXPORT_FILE_BYTES = 16 << 20,
	EXPORT_NOTES_MAX = 2000,
	EXPORT_TERMS_BYTES = 4 << 20 /* of a PDF that Google takes */
};

struct export_note {
	bool refused; /* else told */
	const char *what;
	const char *instead; /* what to do; "" where nothing needs to be done */
};

struct export {
	struct scope *scope;
	const struct private_offer *offer;
	const char *amends; /* the marketplace's own name of the offer that this one amends; NULL: not said */
	const char *terms;  /* the bytes of the terms, where they are a file; NULL */
	size_t terms_size;
	struct export_file {
		const char *name;
		struct buffer content;
	} files[EXPORT_FILES_MAX];
	size_t file_count;
	struct export_note *notes;
	size_t note_count;
	size_t refused;
	bool failed; /* no memory, or too many notes */
};

/* The files of a private offer for its market's plugin, azure or gcp; ERROR_NO where that market takes none, APOLLO_NOMEM. */
int export_make(struct export *export, struct error *error);
void export_release(struct export *export);
#define EXPORT_CLEANUP __attribute__((cleanup(export_release)))

/* Whether the terms of an offer are a file's, and not "standard", an address or none. */
bool export_terms_file(const struct private_offer *offer);

/* export_azure.c, export_gcp.c: the files of one market. */
void export_azure(struct export *export);
void export_gcp(struct export *export);

/* ---- for those two ---- */

void export_refuse(struct export *export, const char *instead, const char *format, ...) __attribute__((format(printf, 3, 4)));
void export_tell(struct export *export, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A new file, to be written to as compact JSON; export_make lays it out. */
struct buffer *export_file(struct export *export, const char *name);

/* A text of the scope; "" where memory is short. */
const char *export_text(struct export *export, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What a price is after its percentage, as plain digits without zeros at the end. */
const char *export_net(struct export *export, const struct decimal *price, const struct decimal *percent);

/* The same number without zeros at the end; "0" where there is none. */
const char *export_decimal(struct export *export, const struct decimal *decimal);

/* The day of an instant on a zone's calendar, "2026-10-01"; exact: whether it is the day's first instant. */
const char *export_day(struct export *export, const struct zone *zone, int64_t time, bool *exact);

/* The end of the term: the offer's, or so many months after its start; 0: it is not known before it is accepted. */
int64_t export_end(struct export *export);

/* What neither market's prices can be: limits, credits, ramps, packages and the like.  Refused under the market's name. */
void export_refuse_tariff(struct export *export, const struct private_item *item, const char *market);

/* Compact JSON, one member a line, for people and for diff. */
void export_layout(const char *json, struct buffer *out);

#endif
