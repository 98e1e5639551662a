/* SPDX-License-Identifier: Apache-2.0 */
#include "offers/tune.h"

void tune_words(const struct tune *tune, const struct tune_candidate *candidate, struct buffer *buffer)
{
	const struct goals *goals = tune->goals;
	char text[EXACT_TEXT];

	(void)buffer_print(buffer, "%s, %d months", candidate->plan->name, candidate->months);
	if (candidate->discount)
		(void)buffer_print(buffer, ", %s%% off", exact_text(exact_of(candidate->discount), 6, 0, text));
	if (candidate->base_fee >= 0)
		(void)buffer_print(buffer, ", base fee %s", candidate->tariff->base_fee.text);
	for (size_t i = 0; i < goals->levers.price_count; i++)
		(void)buffer_print(buffer, ", %s at %s", goals->levers.prices[i].dimension->name,
				   exact_text(exact_of(candidate->prices[i]), goals->levers.prices[i].lever.decimals, 0, text));
	if (candidate->commitment)
		(void)buffer_print(buffer, ", %s of %lld every %d months (P%g)", commitment_form_name(candidate->form), (long long)candidate->commitment,
				   goals->levers.commitment_months, candidate->quantile);
	if (candidate->infrastructure)
		(void)buffer_print(buffer, ", on %s", candidate->infrastructure->name);
}
