/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/handoff.h"

#include <stdio.h>
#include <string.h>

enum { DNS_MEMORY = 256 << 20, REVERSE_TEXT = 128 };

/* The customer's own name server is not known; a name under .invalid is nobody's (RFC 2606). */
#define NAME_SERVER "name-server.invalid."

struct names {
	const struct plan *plan;
	const char *suffix;
	long long ttl;
	uint32_t *ordinals; /* of each seat among those of its owner and role, from 1 */
};

/* Named after the cluster: what is its own, and what its one management serves. */
static bool is_cluster(const struct plan *plan, const struct seat *seat)
{
	return seat_shared(plan, seat) || (seat->role >= SEAT_MANAGEMENT && seat->role <= SEAT_DNS);
}

/* By address: what is added when the cluster grows belongs to new owners, so no name goes to another address. */
static bool names_make(struct scope *scope, const struct plan *plan, struct names *names)
{
	uint32_t *counts = scope_alloc(scope, (plan->machine_count + 1) * SEAT_ROLES * sizeof(*counts));

	*names = (struct names){plan, plan->deployment->dns_suffix, facts_limit(plan->facts, "dns.ttl_seconds")->value,
				scope_alloc(scope, plan->seat_count * sizeof(uint32_t))};
	if (!counts || !names->ordinals)
		return false;
	memset(counts, 0, (plan->machine_count + 1) * SEAT_ROLES * sizeof(*counts));
	for (size_t i = 0; i < plan->seat_count; i++) {
		const struct seat *seat = &plan->seats[i];
		size_t owner = is_cluster(plan, seat) ? 0 : (size_t)seat->machine + 1;

		names->ordinals[i] = ++counts[owner * SEAT_ROLES + seat->role];
	}
	return true;
}

/* The first label of a seat's name. */
static const char *seat_label(const struct names *names, size_t index, char label[static DNS_LABEL])
{
	static const char *const words[] = {"", "-held", "-management-vip", "-inner-management-vip", "-dns-vip", "-replication", "-vip", "-checker",
					    "-spare"};
	const struct seat *seat = &names->plan->seats[index];
	const char *owner = is_cluster(names->plan, seat) ? names->plan->deployment->name : names->plan->machines[seat->machine].name;
	bool alone = names->ordinals[index] == 1 && (seat->role == SEAT_MACHINE || (seat->role >= SEAT_MANAGEMENT && seat->role <= SEAT_DNS));

	if (alone)
		(void)snprintf(label, DNS_LABEL, "%s%s", owner, words[seat->role]);
	else
		(void)snprintf(label, DNS_LABEL, "%s%s-%u", owner, words[seat->role], names->ordinals[index]);
	return label;
}

/* A reader of the zone asks again after the time in which a fail-over is to be over, also for what there is not. */
static void zone_begin(const struct names *names, const char *zone, struct buffer *buffer)
{
	(void)buffer_print(buffer, "$ORIGIN %s\n$TTL %lld\n@ IN SOA " NAME_SERVER " hostmaster.invalid. 1 3600 600 604800 %lld\n@ IN NS " NAME_SERVER "\n",
			   zone, names->ttl, names->ttl);
}

/* ---- forward ---- */

static const struct seat *dns_seat(const struct plan *plan)
{
	for (size_t i = 0; i < plan->seat_count; i++)
		if (plan->seats[i].role == SEAT_DNS)
			return &plan->seats[i];
	return NULL;
}

/* For name servers that forward a sub-domain and are not asked to delegate it. */
static void forwards_print(const struct names *names, const char *address, struct buffer *buffer)
{
	const char *name = names->plan->deployment->name, *suffix = names->suffix;

	(void)buffer_print(buffer, "\n; Instead of the delegation, or where a private zone cannot delegate, forward the sub-domain:\n"
			   ";   BIND      zone \"%s.%s\" { type forward; forward only; forwarders { %s; }; };\n", name, suffix, address);
	(void)buffer_print(buffer, ";   Unbound   stub-zone: name: \"%s.%s\" stub-addr: %s\n;   dnsmasq   server=/%s.%s/%s\n", name, suffix, address, name, suffix,
			   address);
	(void)buffer_print(buffer, ";   Windows   Add-DnsServerConditionalForwarderZone -Name %s.%s -MasterServers %s\n", name, suffix, address);
	if (names->plan->deployment->cloud == CLOUD_GCP)
		(void)buffer_print(buffer, ";   Cloud DNS gcloud dns managed-zones create %s --description=%s --visibility=private --networks=NETWORK "
				   "--dns-name=%s.%s. --forwarding-targets=%s\n", name, name, name, suffix, address);
	else
		(void)buffer_print(buffer, ";   Azure     a rule of a DNS Private Resolver's forwarding ruleset: %s.%s. to %s, port 53\n", name, suffix, address);
}

void dns_forward(const struct plan *plan, struct buffer *buffer)
{
	SCOPE_CLEANUP struct scope scope = scope_init(DNS_MEMORY);
	const struct seat *server = dns_seat(plan);
	const char *type = plan->family == FAMILY_IPV4 ? "A" : "AAAA", *name = plan->deployment->name;
	char text[RANGE_TEXT], zone[DEPLOYMENT_SUFFIX_MAX + 2];
	struct names names;

	if (!names_make(&scope, plan, &names)) {
		buffer->failed = true;
		return;
	}
	(void)buffer_print(buffer, "; Names of %s. Where the zone exists, add the lines behind its SOA and NS to it; else put your own name server in place\n"
			   "; of " NAME_SERVER " and raise the serial number, 1, at every change.\n", name);
	(void)snprintf(zone, sizeof(zone), "%s.", names.suffix);
	zone_begin(&names, zone, buffer);
	if (server)
		(void)buffer_print(buffer, "\n; The cluster's own name server answers for its pools: %s.%s is its to give.\n%s IN NS %s-dns-vip\n", name,
				   names.suffix, name, name);
	(void)buffer_text(buffer, "\n");
	for (size_t i = 0; i < plan->seat_count; i++) {
		char label[DNS_LABEL];

		(void)buffer_print(buffer, "%s IN %s %s\n", seat_label(&names, i, label), type, address_print(plan->family, plan->seats[i].address, text));
	}
	if (server)
		forwards_print(&names, address_print(plan->family, server->address, text), buffer);
}

/* ---- reverse ---- */

static int unit_bits(enum family family)
{
	return family == FAMILY_IPV4 ? 8 : 4;
}

/* The octet or nibble that ends behind so many bits. */
static unsigned unit_of(enum family family, address_value address, int end)
{
	return (unsigned)(address >> (family_bits(family) - end)) & (family == FAMILY_IPV4 ? 255U : 15U);
}

/* The labels of an address's units behind `begin` bits up to `end`, the last first: "5.0". */
static const char *labels_print(enum family family, address_value address, int begin, int end, char text[static REVERSE_TEXT])
{
	size_t size = 0;

	text[0] = '\0';
	for (; end > begin; end -= unit_bits(family))
		size += (size_t)snprintf(text + size, REVERSE_TEXT - size, family == FAMILY_IPV4 ? "%s%u" : "%s%x", size ? "." : "",
					 unit_of(family, address, end));
	return text;
}

/* The name of a zone of whole units, with the dot at its end. */
static const char *zone_print(struct range zone, char text[static REVERSE_TEXT])
{
	size_t size = strlen(labels_print(zone.family, zone.first, 0, range_prefix(zone), text));

	(void)snprintf(text + size, REVERSE_TEXT - size, "%s%s.arpa.", size ? "." : "", zone.family == FAMILY_IPV4 ? "in-addr" : "ip6");
	return text;
}

/* What one part is about: the addresses from the first on, in one zone. */
struct part {
	struct range range; /* the part's addresses */
	struct range zone;  /* of whole units: it, or, where it is larger, the zone above */
	bool ours;          /* all its addresses are the customer's for this */
};

static bool range_has(struct range range, enum family family, address_value address)
{
	return range_relation(range_of(family, address), range) != RELATION_DISJOINT;
}

/* In a zone of others: up to where a range begins that is the customer's for this. */
static void part_shorten(const struct range_set *given, address_value address, struct part *part)
{
	for (size_t i = 0; i < given->count; i++)
		if (given->items[i].first > address && range_has(part->range, given->items[i].family, given->items[i].first))
			part->range.last = given->items[i].first - 1;
}

/* The widest zone around an address that has no address but of its range. */
static struct part part_around(const struct plan *plan, const struct range_set *given, address_value address)
{
	int bits = family_bits(plan->family), unit = unit_bits(plan->family);
	struct range above = range_around(plan->family, address, bits - unit);
	struct part part = {above, above, false};
	size_t i = 0;

	while (i < given->count && !range_has(given->items[i], plan->family, address))
		i++;
	if (i == given->count) {
		part_shorten(given, address, &part);
		return part;
	}
	for (int length = unit; length < bits; length += unit) {
		struct range zone = range_around(plan->family, address, length);

		if (zone.first >= given->items[i].first && zone.last <= given->items[i].last)
			return (struct part){zone, zone, true};
	}
	part.ours = range_intersect(given->items[i], above, &part.range);
	return part;
}

/* The label of a zone under the zone above: what RFC 2317 leaves to choose. */
static const char *span_print(const struct part *part, char text[static REVERSE_TEXT])
{
	int bits = family_bits(part->range.family);

	(void)snprintf(text, REVERSE_TEXT, part->range.family == FAMILY_IPV4 ? "%u-%u" : "%x-%x", unit_of(part->range.family, part->range.first, bits),
		       unit_of(part->range.family, part->range.last, bits));
	return text;
}

/* Aliases for every address of the range, also those that are free yet: growth changes nothing there. */
static void aliases_print(const struct part *part, const char *above, const char *span, struct buffer *buffer)
{
	int bits = family_bits(part->zone.family), unit = unit_bits(part->zone.family);

	(void)buffer_print(buffer, "\n; lines %s  for whoever has this zone: the next zone is answered elsewhere (RFC 2317)\n$ORIGIN %s\n%s IN NS " NAME_SERVER "\n",
			   above, above, span);
	for (address_value address = part->range.first;; address++) {
		char label[REVERSE_TEXT];

		(void)labels_print(part->zone.family, address, bits - unit, bits, label);
		(void)buffer_print(buffer, "%s IN CNAME %s.%s\n", label, label, span);
		if (address == part->range.last)
			break;
	}
}

static void part_begin(const struct names *names, const struct part *part, struct buffer *buffer)
{
	char above[REVERSE_TEXT], span[REVERSE_TEXT], zone[2 * REVERSE_TEXT];

	(void)zone_print(part->zone, above);
	if (!part->ours) {
		(void)buffer_print(buffer, "\n; lines %s  for whoever has this zone: others have addresses of it\n$ORIGIN %s\n", above, above);
		return;
	}
	(void)snprintf(zone, sizeof(zone), "%s", above);
	if (range_relation(part->range, part->zone) != RELATION_EQUAL) {
		aliases_print(part, above, span_print(part, span), buffer);
		(void)snprintf(zone, sizeof(zone), "%s.%s", span, above);
	}
	(void)buffer_print(buffer, "\n; zone %s\n", zone);
	zone_begin(names, zone, buffer);
}

/* The part of the address at `from`; gives the seat behind its last. */
static size_t part_print(const struct names *names, const struct part *part, size_t from, struct buffer *buffer)
{
	const struct plan *plan = names->plan;
	int bits = family_bits(plan->family);
	size_t i;

	part_begin(names, part, buffer);
	for (i = from; i < plan->seat_count && plan->seats[i].address <= part->range.last; i++) {
		char reverse[REVERSE_TEXT], label[DNS_LABEL];

		(void)buffer_print(buffer, "%s IN PTR %s.%s.\n", labels_print(plan->family, plan->seats[i].address, range_prefix(part->zone), bits, reverse),
				   seat_label(names, i, label), names->suffix);
	}
	return i;
}

static bool given_make(struct scope *scope, const struct deployment *deployment, struct range_set *given)
{
	size_t first = deployment->ranges.count, second = deployment->machine_ranges.count;
	struct range *all = scope_alloc(scope, (first + second) * sizeof(*all));
	struct error error;

	if (!all)
		return false;
	memcpy(all, deployment->ranges.items, first * sizeof(*all));
	if (second)
		memcpy(all + first, deployment->machine_ranges.items, second * sizeof(*all));
	return range_set_make(scope, all, first + second, given, &error) == 0;
}

void dns_reverse(const struct plan *plan, struct buffer *buffer)
{
	SCOPE_CLEANUP struct scope scope = scope_init(DNS_MEMORY);
	struct range_set given;
	struct names names;
	size_t next = 0;

	if (!names_make(&scope, plan, &names) || !given_make(&scope, plan->deployment, &given)) {
		buffer->failed = true;
		return;
	}
	(void)buffer_print(buffer, "; The way back from addresses to names of %s, in parts. \"zone\": a zone file. \"lines\": for a zone that somebody has.\n"
			   "; Put your own name server in place of " NAME_SERVER " in them. The zones as files, each named as its zone:\n"
			   ";   awk '/^; /{f=\"\"} /^; zone /{f=$3\"zone\"} f{print >f}' dns-reverse.zone\n", plan->deployment->name);
	for (int count = 0; next < plan->seat_count && count < DNS_PARTS_MOST; count++) {
		struct part part = part_around(plan, &given, plan->seats[next].address);

		next = part_print(&names, &part, next, buffer);
	}
	if (next < plan->seat_count)
		(void)buffer_print(buffer, "\n; %zu addresses are left out: there are more than %d parts\n", plan->seat_count - next, DNS_PARTS_MOST);
}
