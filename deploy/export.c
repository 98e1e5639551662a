/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/export.h"

bool belongings_make(const struct plan *plan, struct belongings *belongings)
{
	belongings->next = scope_alloc(plan->scope, plan->seat_count * sizeof(*belongings->next));
	belongings->first = scope_alloc(plan->scope, plan->machine_count * sizeof(*belongings->first));
	if (!belongings->next || !belongings->first)
		return false;
	for (size_t i = 0; i < plan->machine_count; i++)
		belongings->first[i] = SIZE_MAX;
	/* From behind, so that each list is in the seats' order. */
	for (size_t i = plan->seat_count; i-- > 0;) {
		int64_t machine = plan->seats[i].machine;

		if (machine < 0)
			continue;
		belongings->next[i] = belongings->first[machine];
		belongings->first[machine] = i;
	}
	return true;
}

void belongings_print(const struct plan *plan, const struct belongings *belongings, size_t machine, bool (*is)(enum seat_role role), struct buffer *buffer)
{
	const char *before = "";
	char text[RANGE_TEXT];

	(void)buffer_text(buffer, "[");
	for (size_t i = belongings->first[machine]; i != SIZE_MAX; i = belongings->next[i])
		if (is(plan->seats[i].role)) {
			(void)buffer_print(buffer, "%s\"%s\"", before, address_print(plan->family, plan->seats[i].address, text));
			before = ",";
		}
	(void)buffer_text(buffer, "]");
}

int64_t machine_number(const struct plan *plan, size_t index)
{
	return (int64_t)index - (plan->machines[index].kind == MACHINE_COMPUTE ? plan->deployment->nodes : 0);
}

const char *plan_lacks(const struct plan *plan)
{
	if (plan->deployment->vip_mode == VIP_BGP)
		return "the VIP mode bgp is not carried out yet";
	if (!plan->seat_count)
		return "there is no map: the addresses are not enough, or some are named twice";
	if (!plan->machine_space.count)
		return "where the machines are is not known: say machine_ranges, or machine_subnet with a snapshot of the network";
	return NULL;
}

const char *machine_kind_name(enum machine_kind kind)
{
	return kind == MACHINE_DATA ? "data" : "compute";
}
