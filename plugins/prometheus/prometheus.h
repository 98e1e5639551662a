/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prometheus.h - usage from Prometheus, or from any server with its HTTP API (/api/v1): source.
 *
 * What is asked
 *
 *   A query is evaluated by query_range at instants that are multiples of the step since 1970; the step divides an
 *   hour, so that every hour begins at such an instant.  It is a POST: a long query fits, and none gets into access
 *   logs.  One question is one request, of a part of the window where the whole would be too much (Prometheus refuses
 *   more than 11,000 instants).  Instants younger than the option delay are left for the next question: what is
 *   scraped just now may not be stored yet, and an answer is final.
 *
 * Gauges (aggregations time_weighted, max, last, unique)
 *
 *   - The query gives one series.  Its value at an instant is a sample at that instant; the id is the instant.
 *   - An instant without a value is no sample: the meter's hold says how far the last one reaches, what is beyond is a
 *     gap.  NaN and infinity are no values.
 *   - Prometheus gives the last scraped value where it is not older than its lookback (5 minutes unless its
 *     --query.lookback-delta says otherwise) and the series was not marked as ended, as it is when a scrape fails.  So
 *     a value is believed for hold after its instant, and after a crash of Prometheus itself at most lookback and hold
 *     after its scrape.  A query can say better how fresh is fresh: sum(m and (time() - timestamp(m) < 60)).
 *
 * Counters (aggregation sum)
 *
 *   - The query gives counters as they were scraped, one or more, each with its name.  What was computed from several
 *     is refused: in a sum, the restart of one looks like the reset of all.
 *   - Usage is what each counter grew from one instant with a value to the next, exactly, never extrapolated.  A
 *     counter that fell was reset: its new value counts whole.  The first value of a counter is where counting begins.
 *   - The growth of all counters up to an instant is one sample; its id is the instant, its time is one step earlier
 *     (not before the window), so that what was counted up to an hour's end belongs to that hour.  Growth over
 *     instants without a value is not lost: it belongs to the instant at which the counter was seen again.
 *   - The cursor carries every counter's last value and its instant, so that windows join exactly.  A counter that was
 *     not seen for COUNTER_DAYS is forgotten.  Under another query counting begins anew.
 */
#ifndef PLUGINS_PROMETHEUS_H
#define PLUGINS_PROMETHEUS_H

#include "plugins/common/json.h"
#include "plugins/common/kit.h"

/* In the order of the option table in prometheus.c. */
enum {
	PROMETHEUS_URL,
	PROMETHEUS_AUTH,
	PROMETHEUS_USER,
	PROMETHEUS_SECRET,
	PROMETHEUS_CA_FILE,
	PROMETHEUS_PINNED_KEY,
	PROMETHEUS_DELAY,
	PROMETHEUS_OPTIONS
};

enum {
	GAUGE_INSTANTS = 10000,  /* of one question; Prometheus takes 11,000 */
	COUNTER_INSTANTS = 100,  /* of one question, of which COUNTERS_MAX counters fit a reply */
	COUNTERS_MAX = 1000,     /* of one query */
	COUNTER_DAYS = 40,
	CURSOR_BYTES_MAX = 512 << 10,
	REPLY_BYTES_MAX = 16 << 20
};

struct prometheus {
	char **values; /* one block, by the option's number */
	int32_t auth;  /* enum apollo_auth */
	int64_t delay; /* microseconds */
};

/* One task, read and checked.  Times and durations are microseconds; texts belong to `task`. */
struct question {
	struct json_object *task;
	const char *what; /* "meter M of S", for messages */
	const char *query;
	bool counter;
	int decimals;
	int64_t from, to;
	int64_t step;
	struct json_object *counters; /* of the cursor: an array, or NULL if counting begins now */
	bool renewed;                 /* there was a cursor, of another query */
};

/* The instants of one request, first to last, and how far its answer goes.  last < first: there is nothing to ask. */
struct span {
	int64_t first, last;
	int64_t until;
};

/* question.c: 0, or APOLLO_CONFIG for options that are wrong or do not fit the meter, APOLLO_BUG, APOLLO_NOMEM. */
int question_read(const struct apollo_call *call, const char *text, struct question *question);
void question_release(struct question *question);
#define QUESTION_CLEANUP __attribute__((cleanup(question_release)))

/* now: instants after it are not asked for. */
struct span question_span(const struct question *question, int64_t now);

/* answer.c: the series of a reply, an array that lives as long as *answer, which the caller puts.  Notes what the
 * server remarked; fails where the reply is no answer or may not be whole. */
int answer_read(const struct apollo_call *call, const struct question *question, const struct apollo_reply *reply,
		struct json_object **answer, struct json_object **series);

/* The values of one series, which is element `index`; fails where it has none of plain numbers. */
int series_values(const struct apollo_call *call, const struct question *question, struct json_object *series,
		  size_t index, struct json_object **values);

/* Value number `index`, in units of 10^-decimals, and its instant; *time is the instant before and may be INT64_MIN.
 * 1: *time and *value; 0: *time, and it is no number; negative: it is not within the span and in order, is negative, or
 * does not fit the meter. */
int series_value(const struct apollo_call *call, const struct question *question, const struct span *span,
		 struct json_object *values, size_t index, int64_t *time, int64_t *value);

/* Appends a sample with the comma before it. */
void sample_write(struct apollo_text *text, const struct question *question, int64_t id, int64_t time, int64_t value);

/* A quantity of 10^-decimals as decimal text; text: APOLLO_QUANTITY_TEXT bytes. */
const char *value_format(int64_t value, int decimals, char *text);

/* gauge.c, counter.c: appends the samples of the answer; counters append their cursor behind them. */
int gauge_samples(const struct apollo_call *call, const struct question *question, const struct span *span,
		  struct json_object *series, struct apollo_text *text);
int counter_samples(const struct apollo_call *call, const struct question *question, const struct span *span,
		    struct json_object *series, struct apollo_text *text);

/* collect.c */
int prometheus_check_collect(void *instance, const struct apollo_call *call, const char *task);
int prometheus_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move);

#endif
