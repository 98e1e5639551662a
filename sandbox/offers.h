/* SPDX-License-Identifier: Apache-2.0 */
/*
 * offers.h - the private offers that the sandbox holds, of both marketplaces.
 *
 * Invariants: an offer is known by its number, which its id and its job are made of; nothing is removed but by a reset.
 */
#ifndef SANDBOX_OFFERS_H
#define SANDBOX_OFFERS_H

#include <stdbool.h>
#include <stddef.h>

enum { OFFERS_MAX = 1000 };

enum offer_market { OFFER_INGESTION, OFFER_PRODUCER };

enum offer_stage { OFFER_WAITING, OFFER_RUNNING, OFFER_LIVE, OFFER_FAILED }; /* Google's: draft, publishing, published */

struct offer {
	int market; /* enum offer_market */
	int stage;  /* enum offer_stage; each look at it takes a job, and what is published, one further */
	char *name;   /* Azure's name, Google's title */
	char *parent; /* Google: "projects/P/locations/L" */
	char *body;   /* the resource as it was sent, JSON */
	char *document; /* Google; NULL: none */
	char *why;      /* FAILED; NULL: not */
};

struct offers {
	struct offer *items;
	size_t count;
};

void offers_release(struct offers *offers);

/* Adds one with copies of its texts; NULL: full, or no memory. */
struct offer *offers_add(struct offers *offers, int market, const char *name, const char *parent, const char *body);

#endif
