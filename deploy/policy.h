/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.h - what the customer's firewall does with traffic: the first rule that matches, by priority.  Pure, on intervals.
 *
 * Invariants
 *   - Traffic is a set of senders, a set of receivers and a set of ports.  A judgement cuts it into parts, disjoint and together all of it;
 *     each has one answer and the rule that gives it.
 *   - A rule whose ends are not all known here (service tags, application security groups, network tags, accounts, ports of the sender) may match or not,
 *     for each packet anew.  An answer is given only where it is the same either way; else it is "not known".
 *   - Answers say what is so when the cluster's own rule is added, at its priority: what is denied before it stays denied; of what it lets through
 *     it is said whether that was so before.
 *   - The parts have ceilings: past them the rest is "not known", without a rule.
 *
 * Sources: VPC firewall rules, Google Cloud's documentation: a lower number first, of equal ones the one that denies; what no rule matches is denied
 * coming in and allowed going out.  Network security groups, Azure's documentation: a lower number first; the default rules are in the group's own
 * list.  The tag VirtualNetwork is the network's space, its peers', those on premises, the host's address and prefixes of user-defined routes,
 * which are not all known; AzureLoadBalancer is 168.63.129.16; Internet is what is outside of the network and reached publicly.
 */
#ifndef DEPLOY_POLICY_H
#define DEPLOY_POLICY_H

#include "deploy/network.h"

enum {
	POLICY_BOXES_MAX = 1000, /* parts that are not answered yet */
	POLICY_PARTS_MAX = 10000
};

enum policy_axis { AXIS_SENDERS, AXIS_RECEIVERS, AXIS_PORTS, AXIS_COUNT };

struct traffic {
	bool egress;
	const char *protocol; /* "tcp", "udp" */
	struct range_set axes[AXIS_COUNT]; /* none is empty; ports as numbers of FAMILY_IPV4 */
};

enum policy_answer {
	POLICY_THERE,   /* let through already */
	POLICY_ADD,     /* let through when the cluster's own rule is added */
	POLICY_UNKNOWN, /* whether it is let through cannot be seen here */
	POLICY_BLOCKED, /* denied, also when the cluster's own rule is added */
	POLICY_ANSWERS
};

struct policy_part {
	struct range_set axes[AXIS_COUNT];
	enum policy_answer answer;
	const struct firewall_rule *rule; /* that gives the answer, or is not known; NULL: what no rule matches, or too many parts */
};

struct policy_parts {
	struct policy_part *items; /* of the scope */
	size_t count, room;
};

/* A rule with what is known of its ends. */
struct policy_rule {
	const struct firewall_rule *rule;
	struct range_set sure[2], perhaps[2]; /* of senders and receivers: `perhaps` holds `sure` */
	bool unsure;                          /* also where both ends are sure it may not match */
};

struct policy {
	struct policy_rule *rules; /* in their order */
	size_t count;
	size_t own;                /* the cluster's own rule stands before this one */
	bool open_in, open_out;    /* what no rule matches is let through */
};

/* Whose rules are looked at. */
struct policy_view {
	const struct network *network;
	const char *group;    /* Azure: the security group of the machines' subnet; NULL: it has none, and lets all through */
	const char *owner;    /* the deployment: its own rules are for its machines, whatever their targets */
	int64_t own_priority; /* of the cluster's rules; those that deny at the same number come before it */
};

/* The rules of a view, in the scope.  APOLLO_NOMEM. */
int policy_make(struct scope *scope, const struct policy_view *view, struct policy *policy, struct error *error);

/* The parts of the traffic, of the scope.  APOLLO_NOMEM. */
int policy_judge(struct scope *scope, const struct policy *policy, const struct traffic *traffic, struct policy_parts *parts,
		 struct error *error);

/* "there already", "to be added", "not known", "blocked". */
const char *policy_answer_name(enum policy_answer answer);

#endif
