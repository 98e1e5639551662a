/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gcp.h - Google Service Control v1, through which Google Cloud Marketplace is told of usage: market and issuer.
 *
 * What Google promises, and this plugin relies on
 *
 *   - Each operation has an id, and an equal operation sent again under it counts once.  The id is derived from the
 *     whole record, and the bytes are made once and never again.
 *   - 200 means only that the answer is to be read: reportErrors names the operations that were not taken, and all the
 *     others were.  Any other reply leaves open which ones were taken.
 *   - Windows join: an operation starts where the last one of its metric ended.
 *   - There is no call that reads back what was reported, so there is no goal audit.
 *
 * How a reply becomes a verdict (verdict.c)
 *
 *   - REFUSED only where Google's words are about this one operation.  401 and 403 of a whole call are STALE_TOKEN: a
 *     missing permission is mended by a person in IAM or in Producer Portal, and until then every claim stays.
 *   - 400, 413 and 422 to several operations are APART for all: one bad operation must not hold up the others.
 *   - ALREADY_EXISTS holds what was sent: the id is made of the record and its bytes are made once.
 *   - An error that names no operation, or one that was not sent, leaves every other operation UNKNOWN.
 */
#ifndef PLUGINS_GCP_H
#define PLUGINS_GCP_H

#include "plugins/common/json.h"
#include "plugins/common/kit.h"

/* In the order of the option table in gcp.c. */
enum {
	GCP_ENDPOINT,
	GCP_SERVICE_NAME,
	GCP_CREDENTIALS,
	GCP_KEY,
	GCP_TOKEN_ENDPOINT,
	GCP_METADATA_ENDPOINT,
	GCP_SCOPE,
	GCP_SELF_SIGNED_JWT,
	GCP_WINDOW,
	GCP_CUTOFF,
	GCP_PRODUCER_ENDPOINT,
	GCP_PRODUCER_SCOPE,
	GCP_OFFER_POLL,
	GCP_OPTIONS
};

/* In the order of the table of subscription options. */
enum { GCP_CONSUMER_ID, GCP_RESOURCE_NAME, GCP_SUBSCRIPTION_OPTIONS };

struct gcp {
	char **values; /* one block, by the option's number */
	int64_t window; /* microseconds */
	int64_t cutoff; /* microseconds */
	int64_t offer_poll; /* microseconds */
	bool metadata;    /* tokens come from the metadata server */
	bool self_signed; /* tokens are signed here and not exchanged */
};

/* One google.rpc code: its number, its word, and what it makes of the one operation that it is about. */
struct gcp_code {
	int number;
	const char *word;
	int outcome;
};

/* The code's row, or NULL if there is none of this number. */
const struct gcp_code *gcp_code_find(int64_t number);

/* What a failed call says of itself: error.status and error.message of Google's REST errors, NULL where absent. */
struct gcp_failure {
	const char *word;
	const char *message;
};
struct gcp_failure gcp_failure_read(struct json_object *answer);

/* market (report.c, verdict.c, admit.c) */
int gcp_prepare(void *instance, const struct apollo_call *call, const struct apollo_record *record,
		struct apollo_prepared *prepared);
int gcp_encode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
	       struct apollo_request *request);
int gcp_decode(void *instance, const struct apollo_call *call, const struct apollo_item *items, size_t count,
	       const struct apollo_reply *reply, struct apollo_verdict *const *verdicts);
int gcp_admit_encode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
		     struct apollo_request *request);
int gcp_admit_decode(void *instance, const struct apollo_call *call, const struct apollo_item *item,
		     const struct apollo_reply *reply, struct apollo_admission *admission);

/* A POST of `body` to a method of the service: "check" or "report".  APOLLO_NOMEM if body is NULL. */
int gcp_request(const struct gcp *gcp, const struct apollo_call *call, const char *method,
		const struct apollo_text *body, struct apollo_request *request);

/* Appends the members that check and report have in common, without braces. */
void gcp_operation_write(const struct gcp *gcp, struct apollo_text *text, const struct apollo_record *record,
			 const char *id);

/* The goal offer (offer.c). */
int gcp_market_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn, struct apollo_move *move);

/* issuer (token.c) */
int gcp_issuer_converse(void *instance, const struct apollo_call *call, const struct apollo_turn *turn,
			struct apollo_move *move);

#endif
