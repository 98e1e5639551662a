/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handoff.h - documents of the pack for other programs and other people's tools; each is described in apollo-plan(5).
 */
#ifndef DEPLOY_HANDOFF_H
#define DEPLOY_HANDOFF_H

#include "core/buffer.h"
#include "deploy/plan.h"

/* The VIP pools in the words of VAST's management interface (its /vippools/): one of protocols, one of replication. */
void vip_pools_json(const struct plan *plan, struct buffer *buffer);

/* The route table at rest, what each fail-over adds to it, and what that takes. */
void routes_document(const struct plan *plan, struct buffer *buffer);

/* The name of a route: DEPLOYMENT-ADDRESS-LENGTH-GENERATION, the address in hexadecimal digits; on Azure, where a route has no description
 * for apollo's mark (capture.h), apollo.DEPLOYMENT.ADDRESS-LENGTH-GENERATION.  Two generations of a destination stand beside each other
 * while it moves.  At most ROUTE_NAME - 1 bytes: Azure takes 80; Google, which has IPv4 only, 63. */
enum { ROUTE_NAME = 81, GENERATION_HOME = 0, GENERATION_AWAY = 1 };
const char *route_name(const struct plan *plan, struct range destination, int generation, char name[static ROUTE_NAME]);

/* Of a generation: a lower number wins over a higher one.  FACTS_UNKNOWN where the cloud has none. */
int64_t route_priority(const struct plan *plan, int generation);

/* A route as a member of an array: name, destination, next_hop, priority, owner, role. */
struct hop {
	struct range destination;
	int64_t machine;
	enum seat_role role;
	int generation;
};
void hop_json(const struct plan *plan, const char *before, const struct hop *hop, struct buffer *buffer);

/* ---- advertisements ---- */

/* What the customer's other networks must learn: the ranges in as few prefixes as cover just them, and by whom they are told. */
void advertisements_json(const struct plan *plan, struct buffer *buffer);

/* An array of the prefixes, "10.0.0.4/32" with their length always, that cover the set and nothing else, in order.  Gives the addresses in
 * those prefixes, UINT64_MAX where there are as many or more. */
uint64_t prefixes_json(const struct range_set *set, struct buffer *buffer);

/* ---- firewall ---- */

/* A rule for each port of ports.cfg that the deployment uses, both directions where either side begins.  On both clouds a rule sees the virtual
 * address as the destination, so that is what is there.  No rule is without sources: what lacks them is told as left out. */
void firewall_json(const struct plan *plan, struct buffer *buffer);

/* Its rules alone, as an array: group, direction, sources, destinations, protocol, ports, reason. */
void firewall_rules_json(const struct plan *plan, struct buffer *buffer);

/* ---- permissions ---- */

/* Of permissions.cfg what is for the plan's cloud and VIP mode, in its order. */
void permissions_json(const struct plan *plan, struct buffer *buffer);

/* ---- names ---- */

/* Zones and lists of lines that a reverse document may hold; what is past them is counted in its last line. */
enum { DNS_PARTS_MOST = 1000, DNS_LABEL = 80 };

/* The zone file of the suffix: a name for every address of the map, and the deployment's own sub-domain, which is the cluster's name server's
 * to answer.  Only where the deployment has a suffix, as the next. */
void dns_forward(const struct plan *plan, struct buffer *buffer);

/* The way back, in parts: a zone for each prefix of the customer's ranges cut at octets (IPv4) or nibbles (IPv6); for a range that is smaller, or
 * what is left at its ends, a zone of its own behind aliases in the zone above (RFC 2317), whose lines are a part too; and the lines for
 * zones of addresses that are not all the deployment's: of machines in a subnet that has other guests. */
void dns_reverse(const struct plan *plan, struct buffer *buffer);

#endif
