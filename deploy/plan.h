/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan.h - whether a cluster fits the customer's addresses, why not, and exactly what will exist.
 *
 * Invariants
 *   - A plan is a pure function of deployment, network, facts and PLAN_VERSION: no clock, no chance, no I/O.
 *   - The map is append-only (rule C07): with more data machines, every address that was given stays what it was.  Compute-only
 *     machines begin in the middle of the first range, so that they do not stand in the way either, until the two meet.
 *   - In a subnet others' addresses are in the way, and which these are changes: with an older plan every role of every owner keeps the
 *     address that it has there, whatever others have now, and only what is new is placed.  A kept address that is not to be had any more
 *     is a refused finding.
 *   - Every address of the map has one role and one owner (rule C08); what is free is told as ranges.
 *   - All findings are there at once, sorted (finding.h).  A plan with a refused one has the verdict "does not fit" or is
 *     refused for another reason; it has a map all the same, where there are enough addresses, and none given twice.
 *
 * Roles, budget and rules: docs/man/apollo-plan.5.
 */
#ifndef DEPLOY_PLAN_H
#define DEPLOY_PLAN_H

#include "deploy/deployment.h"
#include "deploy/estimate.h"
#include "deploy/facts.h"
#include "deploy/finding.h"
#include "deploy/network.h"
#include "deploy/pool.h"

struct diff_rows;

enum {
	PLAN_VERSION = 1,
	PLAN_TERM_MOST = 1000, /* addresses of one kind that a limit may ask for */
	PLAN_EDGES_MOST = 1 << 24 /* addresses of a range in which edges are left out (rule C09) */
};

/* ---- what is asked for ---- */

/* One line of the budget. */
struct term {
	const char *name;
	int64_t count;
	bool machines; /* of the machines' pool; else of the VIPs' */
};

enum demand_term { TERM_MACHINES, TERM_CHECKER, TERM_SPARES, TERM_MANAGEMENT, TERM_REPLICATION, TERM_PROTOCOL, TERM_COUNT };

struct demand {
	struct term terms[TERM_COUNT];
	int64_t each; /* addresses of a machine: its own, and those held for it */
	int64_t machines, vips; /* sums: addresses of machines, and virtual ones */
};

/* The budget of so many data machines. */
int demand_make(const struct deployment *deployment, const struct facts *facts, int64_t nodes, struct demand *demand,
		struct error *error);

/* ---- what will exist ---- */

enum seat_role {
	SEAT_MACHINE,     /* a machine's own address */
	SEAT_HELD,        /* held for the same machine */
	SEAT_MANAGEMENT,  /* virtual: the management's */
	SEAT_INNER,       /* virtual: the management's, inside the cluster */
	SEAT_DNS,         /* virtual: the cluster's name server */
	SEAT_REPLICATION, /* virtual */
	SEAT_PROTOCOL,    /* virtual: what clients mount */
	SEAT_CHECKER,     /* the machine that checks before the others are made */
	SEAT_SPARE,       /* of a machine that replaces another */
	SEAT_ROLES
};

/* An address of the map. */
struct seat {
	address_value address;
	enum seat_role role;
	int64_t machine; /* its owner, or at home there: an index of machines; -1: the cluster's */
};

enum machine_kind { MACHINE_MANAGEMENT, MACHINE_DATA, MACHINE_COMPUTE };

struct machine {
	enum machine_kind kind;
	const char *name;
	int64_t domain;    /* index of its failure domain; -1: the management's */
	address_value own; /* its own address */
	bool aligned;      /* its VIPs are one block */
	struct range home; /* that block; else its first VIP */
};

/* What one fault takes at most. */
struct domain {
	const char *name; /* "us-central1-a/domain-2", "zone-1" */
	const char *zone; /* NULL: the cloud chooses */
	int64_t nodes;    /* data machines in it */
};

struct planned_route {
	struct range destination;
	int64_t machine;
	enum seat_role role;
};

/* What leads to a machine that stands in for another one: the block or address, over the route or in place of the alias that it had at
 * home. */
struct detour {
	struct range destination;
	int64_t from, to; /* indices of machines */
	enum seat_role role;
};

/* What is done when machines are lost, or one is emptied for maintenance: each thing of theirs goes to one that is left, in turn. */
struct failover {
	const char *what;     /* "us-central1-a is lost" */
	int64_t machines;     /* that are away */
	struct detour *detours;
	size_t detour_count;
	int64_t stranded;     /* that nobody is left for */
	int64_t operations;   /* of the cloud, until clients reach everything again; as many undo it when the machines are back */
	int64_t routes;       /* there are meanwhile; routed mode only */
	int64_t milliseconds; /* that the operations take; FACTS_UNKNOWN.  How long a cloud takes to spread a change is published nowhere */
};

enum bound { BOUND_RANGES, BOUND_MACHINES, BOUND_ROUTES, BOUND_TEMPLATE, BOUND_COUNT };

/* An address of an older plan's that this one could not keep. */
struct lost {
	address_value address;
	enum seat_role role;
	const char *owner;
};

/* How far the deployment can grow, and what ends it. */
struct headroom {
	int64_t nodes[BOUND_COUNT]; /* data machines that each is enough for; FACTS_UNKNOWN; DEPLOYMENT_NODES_MAX: more than apollo plans */
	enum bound first;           /* what runs out first, of what is known */
	int twice_ranges, twice_machines; /* lengths of the prefixes that hold twice the data machines: of the ranges, of the machines' subnet */
};

enum verdict { VERDICT_FITS, VERDICT_FITS_UNTIL, VERDICT_NOT };

struct plan {
	struct scope *scope;
	const struct deployment *deployment;
	const struct network *network;
	const struct facts *facts;
	const struct diff_rows *older; /* the map whose addresses are kept; NULL: none */
	struct findings findings;
	enum verdict verdict;
	int64_t nodes_most;        /* data machines that the addresses are enough for; 0: not even those asked for */
	struct demand demand, growth; /* asked for, and of the growth target */
	uint64_t machine_capacity, vip_capacity; /* addresses that can be used; the same pool where they share one */
	bool shared;               /* machines and VIPs are of one pool */
	enum family family;        /* of the VIPs */
	struct range_set machine_space, vip_space; /* what can be used */
	const struct subnet *subnet; /* the machines'; NULL: not known */
	const struct object *vip_holder; /* in a subnet: the range of it, its own or a secondary one, that the VIPs are of; NULL: not known, or none */
	bool vip_holders_mixed;    /* they are of several */
	struct machine *machines;  /* 0: the management's; then data, then compute-only */
	size_t machine_count;
	struct seat *seats;        /* by address */
	size_t seat_count;
	size_t kept;               /* of the seats: those of the older map */
	struct lost *lost;         /* and what could not be kept */
	size_t lost_count;
	struct domain *domains;
	size_t domain_count;
	struct planned_route *routes; /* steady state; routed mode only */
	size_t route_count;
	int64_t routes_worst;      /* at the worst moment (rule C11) */
	struct failover *failovers; /* the loss of each domain that has machines; then the first machine that serves, emptied */
	size_t failover_count;
	struct headroom headroom;
	int64_t domains_apart, domains_needed; /* that one fault takes one of; and those that the narrowest stripe wants */
	int64_t stripe_data, stripe_parity; /* strips of a stripe as wide as the domains let it be; 0: no stripe survives */
	const struct shape *shape; /* NULL: not known */
	struct estimate estimate;  /* where the shape is known */
	struct month_cost cost;          /* the same */
	struct range_set vip_free, machine_free; /* given to nobody */
};

/* Makes the plan; what is wrong with the deployment is in its findings.  A negative code is no memory, or facts that lack
 * something.  Everything but the plan outlives it; the scope holds it. */
int plan_make(struct scope *scope, const struct deployment *deployment, const struct network *network, const struct facts *facts,
	      struct plan *plan, struct error *error);

/* The same, which keeps the addresses of an older plan's map, that is of the same deployment (diff.h).  older: outlives the plan; NULL: none. */
int plan_make_keeping(struct scope *scope, const struct deployment *deployment, const struct network *network, const struct facts *facts,
		      const struct diff_rows *older, struct plan *plan, struct error *error);

const char *bound_name(enum bound bound);
const char *seat_role_name(enum seat_role role);
const char *verdict_name(enum verdict verdict);
bool seat_role_virtual(enum seat_role role);

/* Whether an address is the cluster's, and not of one machine: also a replication address where their number is given, whatever the machines'. */
bool seat_shared(const struct plan *plan, const struct seat *seat);

/* The name of the machine, or of the deployment where it is shared. */
const char *seat_owner(const struct plan *plan, const struct seat *seat);

#endif
