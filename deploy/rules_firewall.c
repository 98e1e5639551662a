/* SPDX-License-Identifier: Apache-2.0 */
/* Rules A14 and G15: what the customer's firewall does with the traffic that the cluster needs. */
#include "deploy/firewall.h"
#include "deploy/rules.h"

#include <stdlib.h>
#include <string.h>

enum { NEEDS_TOLD = 4, NAMES_TOLD = 3, TOLD_TEXT = 4096 };

/* An answer to a need, by a rule that there is. */
struct hit {
	const struct firewall_need *need;
	const struct need_answer *answer;
};

static const char *rule_code(const struct plan *plan)
{
	return plan->deployment->cloud == CLOUD_AZURE ? "A14" : "G15";
}

/* By answer and rule: one finding each. */
static int hit_compare(const void *left, const void *right)
{
	const struct hit *one = left, *other = right;

	if (one->answer->answer != other->answer->answer)
		return one->answer->answer < other->answer->answer ? -1 : 1;
	if (one->answer->rule != other->answer->rule)
		return one->answer->rule < other->answer->rule ? -1 : 1;
	return one->need < other->need ? -1 : one->need > other->need;
}

static const char *rule_object(struct plan *plan, const struct firewall_rule *rule)
{
	const char *object = plan->deployment->cloud == CLOUD_AZURE && rule->group
				     ? scope_print(plan->scope, "rule %s of %s, priority %lld", rule->name, rule->group, (long long)rule->priority)
				     : scope_print(plan->scope, "firewall rule %s, priority %lld", rule->name, (long long)rule->priority);

	plan->findings.failed = plan->findings.failed || !object;
	return object ? object : "";
}

/* "client (ingress, tcp 111, 2049); ssh (ingress, tcp 22, in part); and 3 more". */
static const char *needs_told(struct plan *plan, const struct hit *hits, size_t count)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(TOLD_TEXT);
	const char *kept;

	for (size_t i = 0; i < count && i < NEEDS_TOLD; i++) {
		const struct firewall_need *need = hits[i].need;

		(void)buffer_print(&text, "%s%s (%s, %s ", i ? "; " : "", port_group_name(need->port->group), need->in ? "ingress" : "egress", need->port->protocol);
		ports_text(need->port, &text);
		(void)buffer_text(&text, need->whole ? ")" : ", in part)");
	}
	if (count > NEEDS_TOLD)
		(void)buffer_print(&text, "; and %zu more", count - NEEDS_TOLD);
	kept = scope_text(plan->scope, buffer_string(&text));
	plan->findings.failed = plan->findings.failed || !kept || buffer_failed(&text);
	return kept ? kept : "";
}

static size_t names_add(struct buffer *text, const char *const *names, size_t count, size_t told)
{
	for (size_t i = 0; i < count; i++, told++)
		if (told < NAMES_TOLD)
			(void)buffer_print(text, "%s%s", told ? ", " : "", names[i]);
	return told;
}

/* What of a rule has no addresses here. */
static const char *names_told(struct plan *plan, const struct firewall_rule *rule)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(TOLD_TEXT);
	size_t told = names_add(&text, rule->source.names, rule->source.name_count, 0);
	const char *kept;

	told = names_add(&text, rule->destination.names, rule->destination.name_count, told);
	told = names_add(&text, rule->targets, rule->target_count, told);
	if (told > NAMES_TOLD)
		(void)buffer_print(&text, " and %zu more", told - NAMES_TOLD);
	if (rule->source_ports)
		(void)buffer_print(&text, "%ssome ports of the sender", told ? ", " : "");
	kept = scope_text(plan->scope, buffer_string(&text));
	plan->findings.failed = plan->findings.failed || !kept || buffer_failed(&text);
	return kept ? kept : "";
}

/* What stops a whole group is refused; of a shell, or where a part goes through, a person may mean it so. */
static enum severity blocked_severity(const struct hit *hits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (hits[i].need->port->group == PORT_CLUSTER || (hits[i].need->whole && hits[i].need->port->group != PORT_SSH))
			return SEVERITY_REFUSED;
	return SEVERITY_WARNING;
}

static void hits_told(struct plan *plan, const struct hit *hits, size_t count)
{
	const struct firewall_rule *rule = hits->answer->rule;
	const char *object = rule_object(plan, rule), *needs = needs_told(plan, hits, count);
	char text[RANGE_TEXT];

	switch (hits->answer->answer) {
	case POLICY_BLOCKED:
		finding_add(&plan->findings, rule_code(plan), blocked_severity(hits, count),
			    &(struct finding_parts){object, "firewall.json", &hits->answer->receivers,
						    scope_print(plan->scope, "take %s out of it, or allow this before it, at a priority below %lld",
								range_print(hits->answer->receivers, text), (long long)rule->priority)},
			    "it comes before the cluster's rules and denies what the cluster needs: %s", needs);
		break;
	case POLICY_UNKNOWN:
		finding_add(&plan->findings, rule_code(plan), SEVERITY_NOTE,
			    &(struct finding_parts){object, "firewall.json", NULL, "see what it is for; a rule that allows this before it settles it"},
			    "whether it %s cannot be seen here, as it is for %s: %s", rule->deny ? "denies this" : "allows this before another rule denies it",
			    names_told(plan, rule), needs);
		break;
	case POLICY_THERE:
		finding_add(&plan->findings, rule_code(plan), SEVERITY_NOTE, &(struct finding_parts){object, "", NULL, ""},
			    "it allows already: %s", needs);
		break;
	default:
		break;
	}
}

/* How many of the rules there are in each state; and what nobody looks through. */
static void counts_told(struct plan *plan, const struct firewall *firewall)
{
	size_t counts[POLICY_ANSWERS] = {0}, unseen = 0;

	for (size_t i = 0; i < firewall->need_count; i++) {
		const struct firewall_need *need = &firewall->needs[i];

		counts[need->answer]++;
		for (size_t j = 0; j < need->answer_count; j++)
			unseen += need->answers[j].answer == POLICY_UNKNOWN && !need->answers[j].rule;
	}
	finding_add(&plan->findings, rule_code(plan), SEVERITY_NOTE,
		    &(struct finding_parts){"firewall", firewall->group ? firewall->group : plan->network->name, NULL, ""},
		    "of %zu rules that the cluster needs %zu are there already, %zu are to be added, %zu are blocked, and %zu cannot be decided here",
		    firewall->need_count, counts[POLICY_THERE], counts[POLICY_ADD], counts[POLICY_BLOCKED], counts[POLICY_UNKNOWN]);
	if (unseen)
		finding_add(&plan->findings, rule_code(plan), SEVERITY_WARNING, &(struct finding_parts){"firewall", "rules", NULL, "look at these yourself"},
			    "the existing rules cut %zu of the cluster's into more parts than are looked at here", unseen);
}

static int hits_tell(struct plan *plan, const struct firewall *firewall, struct error *error)
{
	size_t count = 0, most = 0;
	struct hit *hits;

	for (size_t i = 0; i < firewall->need_count; i++)
		most += firewall->needs[i].answer_count;
	hits = scope_alloc(plan->scope, most * sizeof(*hits));
	if (!hits)
		return error_memory(error, "a plan");
	for (size_t i = 0; i < firewall->need_count; i++)
		for (size_t j = 0; j < firewall->needs[i].answer_count; j++)
			if (firewall->needs[i].answers[j].rule)
				hits[count++] = (struct hit){&firewall->needs[i], &firewall->needs[i].answers[j]};
	if (count)
		qsort(hits, count, sizeof(*hits), hit_compare);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && hits[end].answer->rule == hits[i].answer->rule && hits[end].answer->answer == hits[i].answer->answer;)
			end++;
		hits_told(plan, &hits[i], end - i);
	}
	return 0;
}

int rules_firewall(struct plan *plan, struct error *error)
{
	FIREWALL_CLEANUP struct firewall firewall = {0};

	if (!plan->network->digest[0] || !plan->seat_count)
		return 0;
	if (firewall_make(plan, &firewall, error) < 0)
		return error->code;
	if (firewall.lacks) {
		finding_add(&plan->findings, rule_code(plan), SEVERITY_NOTE,
			    &(struct finding_parts){"firewall", plan->network->name, NULL,
						    plan->deployment->cloud == CLOUD_AZURE ? "az network nsg list -o json" : "gcloud compute firewall-rules list --format=json"},
			    "existing firewall rules were not compared: %s", firewall.lacks);
		return 0;
	}
	counts_told(plan, &firewall);
	return hits_tell(plan, &firewall, error);
}
