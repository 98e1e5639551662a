/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/offers.h"

#include <stdlib.h>
#include <string.h>

static void offer_release(struct offer *offer)
{
	free(offer->name);
	free(offer->parent);
	free(offer->body);
	free(offer->document);
	free(offer->why);
}

void offers_release(struct offers *offers)
{
	for (size_t i = 0; i < offers->count; i++)
		offer_release(&offers->items[i]);
	free(offers->items);
	*offers = (struct offers){0};
}

struct offer *offers_add(struct offers *offers, int market, const char *name, const char *parent, const char *body)
{
	struct offer offer = {.market = market, .name = strdup(name), .parent = strdup(parent), .body = strdup(body)};

	if (!offers->items)
		offers->items = calloc(OFFERS_MAX, sizeof(*offers->items));
	if (!offers->items || offers->count == OFFERS_MAX || !offer.name || !offer.parent || !offer.body) {
		offer_release(&offer);
		return NULL;
	}
	offers->items[offers->count] = offer;
	return &offers->items[offers->count++];
}
