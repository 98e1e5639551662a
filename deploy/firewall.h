/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall.h - the firewall rules that a plan needs, each against those that the snapshot says there are; used by firewall.c and
 * rules_firewall.c alone.
 *
 * Invariants
 *   - A need is a port of ports.cfg in one direction; it has both ends, or it is no need but left out (handoff.h).
 *   - What stands in the way of a need is told by the rule that does it, once for each (policy.h).
 */
#ifndef DEPLOY_FIREWALL_H
#define DEPLOY_FIREWALL_H

#include "deploy/handoff.h"
#include "deploy/policy.h"

/* The priority of the cluster's own rules.  Google: as gcp/main.tf has it.  Azure: the last one that a person can give, in the group of the
 * machines' subnet, where the rule must be added; the package's own group is at the machines' cards and has no other rules. */
enum { FIREWALL_OWN_GOOGLE = 900, FIREWALL_OWN_AZURE = 4096 };

/* An answer to a part of a need, or to several that are alike. */
struct need_answer {
	enum policy_answer answer;
	const struct firewall_rule *rule; /* NULL: see policy.h */
	struct range receivers;           /* the first of the part's */
};

struct firewall_need {
	const struct port *port;
	bool in;
	const struct range_set *senders, *receivers;
	enum policy_answer answer; /* the worst of all parts; POLICY_UNKNOWN where nothing was compared */
	bool whole;                /* no part has another one */
	struct need_answer *answers;
	size_t answer_count;
};

struct firewall {
	const struct plan *plan;
	struct scope scope;
	struct range *all; /* room for an address of every seat */
	struct range_set inner[PORT_GROUPS], clients, on_premises;
	struct range_set *clouds; /* of each port: the cloud's own addresses */
	struct firewall_need *needs;
	size_t need_count;
	const char *group;    /* Azure: the security group of the machines' subnet; NULL: none */
	const char *lacks;    /* why nothing was compared; NULL: it was */
};

/* The needs of a plan, which has a map.  On failure too the firewall must be released. */
int firewall_make(const struct plan *plan, struct firewall *firewall, struct error *error);
void firewall_release(struct firewall *firewall);
#define FIREWALL_CLEANUP __attribute__((cleanup(firewall_release)))

/* "2049, 4420-4421", the first few. */
void ports_text(const struct port *port, struct buffer *buffer);

#endif
