/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - one line of CloudEvents JSON to one event, or the reason why not.  Pure but for the parser it keeps. */
#ifndef METERING_EVENT_H
#define METERING_EVENT_H

#include "metering/block.h"
#include "metering/book.h"
#include "metering/envelope.h"
#include "metering/intake.h"

struct event_reader {
	const struct book *book;
	struct intake_options options;
	int64_t seed; /* of the dedupe key */
	struct json_tokener *tokener;
};

int event_reader_init(struct event_reader *reader, const struct book *book, const struct intake_options *options,
		      int64_t seed, struct error *error);
void event_reader_release(struct event_reader *reader);

/* 1: *event is filled but for series and origin; its id points where the envelope's texts do: into the line, or into what the
 * caller releases with envelope_release.  0: the line is wrong, reason says why.  Never anything else: a line cannot make
 * intake fail. */
int event_read(struct event_reader *reader, const char *line, size_t size, struct event *event, struct envelope *envelope,
	       char reason[REASON_TEXT]);

#endif
