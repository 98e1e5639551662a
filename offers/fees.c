/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/fees.h"

#include <string.h>

const struct marketplace_fee *fee_find(const struct marketplaces *marketplaces, const char *market, enum private_deal deal, bool attested,
				       struct exact value, int decimals)
{
	const struct marketplace_fee *found = NULL;

	if (strcmp(market, "azure") == 0 && !attested)
		deal = DEAL_NEW;
	for (size_t i = 0; i < marketplaces->fee_count; i++) {
		const struct marketplace_fee *fee = &marketplaces->fees[i];
		struct exact from = exact_multiply(exact_of(fee->from), exact_power(decimals));

		if (strcmp(fee->market, market) == 0 && fee->deal == deal && exact_compare(value, from) >= 0 && (!found || fee->from > found->from))
			found = fee;
	}
	return found;
}

struct exact fee_of(const struct marketplace_fee *fee, struct exact amount)
{
	return exact_divide(exact_multiply(amount, fee->percent.digits), exact_power(fee->percent.decimals + 2), ROUND_HALF_AWAY);
}

bool fee_step(const struct marketplaces *marketplaces, const struct marketplace_fee *fee, int64_t *from)
{
	bool found = false;

	for (size_t i = 0; i < marketplaces->fee_count; i++) {
		const struct marketplace_fee *other = &marketplaces->fees[i];

		if (other->market != fee->market || other->deal != fee->deal || other->from <= fee->from || (found && other->from >= *from))
			continue;
		*from = other->from;
		found = true;
	}
	return found;
}

const char *private_deal_name(enum private_deal deal)
{
	static const char *const names[] = {"new", "renewal", "migration", "channel_shift"};

	return names[deal];
}

const char *private_interval_name(enum private_interval interval)
{
	static const char *const names[] = {"usage", "monthly_prorated", "monthly", "quarterly", "yearly", "monthly_postpay", "custom"};

	return names[interval];
}

const char *catalog_product_name(enum catalog_product product)
{
	static const char *const names[] = {"managed_application", "saas", "vm"};

	return names[product];
}
