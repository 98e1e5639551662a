/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/policy.h"

#include <string.h>
#include <strings.h>

const char *policy_answer_name(enum policy_answer answer)
{
	static const char *const names[POLICY_ANSWERS] = {"there already", "to be added", "not known", "blocked"};

	return names[answer];
}

/* ---- the ends of rules ---- */

/* What names stand for, once for all rules. */
struct meanings {
	const struct network *network;
	struct range_set all, own, host, outside;
};

static const struct range everything[] = {{FAMILY_IPV4, 0, UINT32_MAX}, {FAMILY_IPV6, 0, ~(address_value)0}};

/* The network's space and its peers'; and what can be public, outside of them. */
static int meanings_make(struct scope *scope, const struct network *network, struct meanings *meanings, struct error *error)
{
	static const struct range host = {FAMILY_IPV4, 0xa83f8110, 0xa83f8110};
	size_t count = 0, most = network->object_count + RANGE_PRIVATES;
	struct range *ranges = scope_alloc(scope, most * sizeof(*ranges));
	struct range_set inside;

	if (!ranges)
		return error_memory(error, "firewall rules");
	for (size_t i = 0; i < network->object_count; i++)
		if (network->objects[i].kind == OBJECT_SPACE || network->objects[i].kind == OBJECT_PEER)
			ranges[count++] = network->objects[i].range;
	*meanings = (struct meanings){.network = network};
	if (range_set_make(scope, everything, 2, &meanings->all, error) < 0 || range_set_make(scope, &host, 1, &meanings->host, error) < 0 ||
	    range_set_make(scope, ranges, count, &meanings->own, error) < 0)
		return error->code;
	range_privates(&ranges[count]);
	if (range_set_make(scope, ranges, count + RANGE_PRIVATES, &inside, error) < 0)
		return error->code;
	return range_set_subtract(scope, &meanings->all, &inside, &meanings->outside, error);
}

static int set_join(struct scope *scope, struct range_set *set, const struct range_set *more, struct error *error)
{
	struct range *ranges;

	if (!set->count || !more->count) {
		*set = set->count ? *set : *more;
		return 0;
	}
	ranges = scope_alloc(scope, (set->count + more->count) * sizeof(*ranges));
	if (!ranges)
		return error_memory(error, "firewall rules");
	memcpy(ranges, set->items, set->count * sizeof(*ranges));
	memcpy(ranges + set->count, more->items, more->count * sizeof(*ranges));
	return range_set_make(scope, ranges, set->count + more->count, set, error);
}

static int end_resolve(struct scope *scope, const struct meanings *meanings, const struct rule_end *end, struct range_set *sure,
		       struct range_set *perhaps, struct error *error)
{
	static const struct range_set none;
	bool azure = meanings->network->cloud == CLOUD_AZURE;

	*sure = end->anybody ? meanings->all : end->ranges;
	*perhaps = *sure;
	for (size_t i = 0; i < end->name_count; i++) {
		const struct range_set *known = &none, *more = &meanings->all;

		if (azure && strcasecmp(end->names[i], "VirtualNetwork") == 0)
			known = &meanings->own;
		else if (azure && strcasecmp(end->names[i], "AzureLoadBalancer") == 0)
			known = more = &meanings->host;
		else if (azure && strcasecmp(end->names[i], "Internet") == 0)
			more = &meanings->outside;
		if (set_join(scope, sure, known, error) < 0 || set_join(scope, perhaps, more, error) < 0)
			return error->code;
	}
	return 0;
}

static bool is_looked_at(const struct policy_view *view, const struct firewall_rule *rule)
{
	if (view->network->cloud != CLOUD_AZURE)
		return true;
	return view->group && rule->group && strcmp(view->group, rule->group) == 0;
}

int policy_make(struct scope *scope, const struct policy_view *view, struct policy *policy, struct error *error)
{
	const struct network *network = view->network;
	bool google = network->cloud == CLOUD_GCP;
	struct meanings meanings;

	*policy = (struct policy){.open_in = !google && !view->group, .open_out = google || !view->group};
	policy->rules = scope_alloc(scope, network->firewall_count * sizeof(*policy->rules));
	if (!policy->rules)
		return error_memory(error, "firewall rules");
	if (meanings_make(scope, network, &meanings, error) < 0)
		return error->code;
	for (size_t i = 0; i < network->firewall_count; i++) {
		const struct firewall_rule *rule = &network->firewall[i];
		struct policy_rule *own = &policy->rules[policy->count];
		bool ours = rule->owner && strcmp(rule->owner, view->owner) == 0;

		if (!is_looked_at(view, rule))
			continue;
		*own = (struct policy_rule){.rule = rule, .unsure = rule->source_ports || (rule->target_count && !ours)};
		if (end_resolve(scope, &meanings, &rule->source, &own->sure[0], &own->perhaps[0], error) < 0 ||
		    end_resolve(scope, &meanings, &rule->destination, &own->sure[1], &own->perhaps[1], error) < 0)
			return error->code;
		policy->count++;
		if (rule->priority < view->own_priority || (rule->priority == view->own_priority && rule->deny))
			policy->own = policy->count;
	}
	return 0;
}

/* ---- a judgement ---- */

enum { MAY_ALLOW = 1, MAY_DENY = 2 };

/* Traffic that no rule has surely matched so far. */
struct box {
	struct range_set axes[AXIS_COUNT];
	unsigned may;                      /* what rules that may have matched would do */
	const struct firewall_rule *first; /* of those */
};

struct judge {
	struct scope *scope;
	struct policy_parts *parts;
	struct box *boxes;
	size_t count;
	bool own; /* the cluster's own rule was passed: it lets all of it through */
	struct error *error;
};

static int part_add(struct judge *judge, const struct box *box, enum policy_answer answer, const struct firewall_rule *rule)
{
	struct policy_parts *parts = judge->parts;

	if (parts->count == parts->room) {
		size_t room = parts->room ? 2 * parts->room : 64;
		struct policy_part *items = scope_alloc(judge->scope, room * sizeof(*items));

		if (!items)
			return error_memory(judge->error, "firewall rules");
		if (parts->count)
			memcpy(items, parts->items, parts->count * sizeof(*items));
		parts->items = items;
		parts->room = room;
	}
	parts->items[parts->count] = (struct policy_part){.answer = answer, .rule = rule};
	memcpy(parts->items[parts->count++].axes, box->axes, sizeof(box->axes));
	return 0;
}

/* What surely matches a rule is answered, unless a rule before it might say otherwise. */
static int box_answer(struct judge *judge, const struct box *box, bool deny, const struct firewall_rule *rule)
{
	if (judge->own)
		return part_add(judge, box, deny || box->may & MAY_DENY ? POLICY_ADD : POLICY_THERE, deny || box->may & MAY_DENY ? NULL : rule);
	if (box->may & (deny ? MAY_ALLOW : MAY_DENY))
		return part_add(judge, box, POLICY_UNKNOWN, box->first);
	return part_add(judge, box, deny ? POLICY_BLOCKED : POLICY_THERE, rule);
}

static bool boxes_meet(const struct box *box, const struct range_set *const region[AXIS_COUNT])
{
	return range_sets_meet(&box->axes[AXIS_PORTS], region[AXIS_PORTS]) && range_sets_meet(&box->axes[AXIS_SENDERS], region[AXIS_SENDERS]) &&
	       range_sets_meet(&box->axes[AXIS_RECEIVERS], region[AXIS_RECEIVERS]);
}

/* Leaves of a box what is in the region; the rest is put behind the others, as boxes. */
static int box_carve(struct judge *judge, size_t at, const struct range_set *const region[AXIS_COUNT])
{
	for (int i = 0; i < AXIS_COUNT; i++) {
		struct box rest = judge->boxes[at];
		struct range_set inside;

		if (range_set_subtract(judge->scope, &judge->boxes[at].axes[i], region[i], &rest.axes[i], judge->error) < 0 ||
		    range_set_intersect(judge->scope, &judge->boxes[at].axes[i], region[i], &inside, judge->error) < 0)
			return judge->error->code;
		judge->boxes[at].axes[i] = inside;
		if (rest.axes[i].count)
			judge->boxes[judge->count++] = rest;
	}
	return 0;
}

/* One rule's ports against all boxes that are left. */
static int region_apply(struct judge *judge, const struct policy_rule *rule, const struct range_set *ports)
{
	const struct range_set *const sure[] = {&rule->sure[0], &rule->sure[1], ports};
	const struct range_set *const perhaps[] = {&rule->perhaps[0], &rule->perhaps[1], ports};
	unsigned may = rule->rule->deny ? MAY_DENY : MAY_ALLOW;

	for (size_t i = 0; i < judge->count && judge->count + AXIS_COUNT < POLICY_BOXES_MAX && judge->parts->count < POLICY_PARTS_MAX;) {
		struct box *box = &judge->boxes[i];

		if (!rule->unsure && boxes_meet(box, sure)) {
			if (box_carve(judge, i, sure) < 0 || box_answer(judge, box, rule->rule->deny, rule->rule) < 0)
				return judge->error->code;
			*box = judge->boxes[--judge->count];
			continue;
		}
		if (!(box->may & may) && boxes_meet(box, perhaps)) {
			if (box_carve(judge, i, perhaps) < 0)
				return judge->error->code;
			box->may |= may;
			box->first = box->first ? box->first : rule->rule;
		}
		i++;
	}
	return 0;
}

/* The cluster's own rule lets through what is left, unless a rule before it may deny that. */
static int own_apply(struct judge *judge)
{
	for (size_t i = 0; i < judge->count;) {
		if (!(judge->boxes[i].may & MAY_DENY)) {
			i++;
			continue;
		}
		if (part_add(judge, &judge->boxes[i], POLICY_UNKNOWN, judge->boxes[i].first) < 0)
			return judge->error->code;
		judge->boxes[i] = judge->boxes[--judge->count];
	}
	judge->own = true;
	return 0;
}

static int rule_apply(struct judge *judge, const struct policy_rule *rule, const struct traffic *traffic)
{
	if (rule->rule->egress != traffic->egress)
		return 0;
	for (size_t i = 0; i < rule->rule->traffic_count; i++) {
		const struct rule_traffic *one = &rule->rule->traffic[i];

		if ((strcasecmp(one->protocol, "all") == 0 || strcasecmp(one->protocol, traffic->protocol) == 0) &&
		    region_apply(judge, rule, &one->ports) < 0)
			return judge->error->code;
	}
	return 0;
}

/* Whether there are more parts than anybody will look at. */
static bool is_full(const struct judge *judge)
{
	return judge->count + AXIS_COUNT >= POLICY_BOXES_MAX || judge->parts->count >= POLICY_PARTS_MAX;
}

static int rest_answer(struct judge *judge, bool open)
{
	bool full = is_full(judge);

	for (size_t i = 0; i < judge->count; i++)
		if ((full ? part_add(judge, &judge->boxes[i], POLICY_UNKNOWN, NULL) : box_answer(judge, &judge->boxes[i], !open, NULL)) < 0)
			return judge->error->code;
	return 0;
}

int policy_judge(struct scope *scope, const struct policy *policy, const struct traffic *traffic, struct policy_parts *parts,
		 struct error *error)
{
	struct judge judge = {.scope = scope, .parts = parts, .error = error};

	*parts = (struct policy_parts){0};
	judge.boxes = scope_alloc(scope, POLICY_BOXES_MAX * sizeof(*judge.boxes));
	if (!judge.boxes)
		return error_memory(error, "firewall rules");
	memcpy(judge.boxes[judge.count++].axes, traffic->axes, sizeof(traffic->axes));
	for (size_t i = 0; i <= policy->count && !is_full(&judge); i++) {
		if (i == policy->own && own_apply(&judge) < 0)
			return error->code;
		if (i < policy->count && rule_apply(&judge, &policy->rules[i], traffic) < 0)
			return error->code;
	}
	return rest_answer(&judge, traffic->egress ? policy->open_out : policy->open_in);
}
