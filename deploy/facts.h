/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts.h - what clouds, their machines and VAST allow, cost and deliver, as data: limits.cfg, shapes.cfg,
 * ports.cfg and permissions.cfg of templates/.
 *
 * Invariants
 *   - A number that a cloud may change is never in the code.  Each has the date on which it was looked up, and its source.
 *   - What is not known is absent, and says so when it is asked for: nothing is guessed.
 */
#ifndef DEPLOY_FACTS_H
#define DEPLOY_FACTS_H

#include "core/error.h"
#include "core/map.h"
#include "core/scope.h"
#include "deploy/range.h"

#include <stdbool.h>
#include <stdint.h>

enum { FACTS_LIMITS_MAX = 1000, FACTS_SHAPES_MAX = 200, FACTS_STEPS_MAX = 64, FACTS_PORTS_MAX = 200, FACTS_SPANS_MAX = 32,
       FACTS_PERMISSIONS_MAX = 200, FACTS_VERBS_MAX = 32, FACTS_UNKNOWN = -1 };

#define FACTS_LIMIT_MOST (INT64_C(1) << 30) /* of any limit: products of two and of machines fit */

struct limit {
	const char *name; /* "azure.routes_per_table" */
	int64_t value;
	const char *date, *source;
};

/* Usable capacity of so many data machines. */
struct usable {
	int64_t nodes;
	int64_t bytes;
};

struct price {
	int64_t micro_month; /* of the currency's unit, for 730 hours */
	const char *term;    /* "on demand", "1 year", "3 years" */
	const char *region;
};

struct shape {
	const char *name; /* as the cloud's API takes it */
	const char *cloud; /* "gcp", "azure" */
	const char *role;  /* "data", "management" */
	int64_t cpus;
	int64_t raw_bytes;
	int64_t network, network_best; /* bits per second of egress: as it comes, and with the paid tier; or FACTS_UNKNOWN */
	int64_t disk_read, disk_write; /* bytes per second of all its disks; or FACTS_UNKNOWN */
	bool terminates; /* host maintenance ends it: no live migration */
	struct usable usable[FACTS_STEPS_MAX]; /* growing */
	size_t usable_count;
	struct price prices[FACTS_STEPS_MAX];
	size_t price_count;
	const char *currency;
	const char *date, *source;
};

/* Who talks to whom. */
enum port_group {
	PORT_CLIENT,           /* clients to what they mount */
	PORT_ADMIN,            /* people to the management */
	PORT_SSH,              /* people to the machines */
	PORT_DNS,              /* clients to the cluster's name server */
	PORT_DNS_FORWARDING,   /* the cloud's name server to the cluster's */
	PORT_CLUSTER,          /* the cluster's addresses to each other */
	PORT_REPLICATION,      /* this cluster and others, either way */
	PORT_DIRECTORY,        /* the machines to services of the customer's */
	PORT_PRIVATE_SERVICES, /* the machines to services of the cloud's */
	PORT_GROUPS
};

struct port_span {
	int first, last;
};

struct port {
	enum port_group group;
	const char *protocol; /* "tcp", "udp" */
	struct port_span spans[FACTS_SPANS_MAX];
	size_t span_count;
	const char *serves;   /* NULL: needed whatever is served; else a protocol of a deployment */
	const char *cloud;    /* NULL: either */
	struct range range;   /* with a cloud: its own addresses at the other end */
	const char *reason, *date, *source;
};

/* What somebody must be allowed to do. */
struct permission {
	const char *cloud;
	const char *mode;  /* NULL: whatever the VIP mode */
	const char *phase; /* "look", "create", "operate", "update", "destroy" */
	const char *scope; /* for people: where it is granted */
	const char *verbs[FACTS_VERBS_MAX]; /* as the cloud's roles name them */
	size_t verb_count;
	bool unsure;       /* no public source says just this */
	const char *reason, *date, *source;
};

struct facts {
	struct scope scope;
	struct limit *limits;
	size_t limit_count;
	struct map limit_names;
	struct shape *shapes;
	size_t shape_count;
	struct port *ports;
	size_t port_count;
	struct permission *permissions;
	size_t permission_count;
};

/* Reads the four files of a folder.  APOLLO_CONFIG with file and line where one is wrong. */
int facts_read(const char *folder, struct facts *facts, struct error *error);
void facts_release(struct facts *facts);
#define FACTS_CLEANUP __attribute__((cleanup(facts_release)))

/* The limit, or NULL. */
const struct limit *facts_limit(const struct facts *facts, const char *name);

/* Its value; APOLLO_CONFIG, with what to add to which file, where there is none. */
int facts_value(const struct facts *facts, const char *name, int64_t *value, struct error *error);

/* The same, and it must be from `least` to `most`: for what is worked with, so that a file of data cannot break a plan. */
int facts_within(const struct facts *facts, const char *name, int64_t least, int64_t most, int64_t *value, struct error *error);

/* The shape of this name, or NULL. */
const struct shape *facts_shape(const struct facts *facts, const char *name);

/* The first management machine of a cloud, or NULL. */
const struct shape *facts_manager(const struct facts *facts, const char *cloud);

/* Whether a port is known that serves the protocol. */
bool facts_serves(const struct facts *facts, const char *protocol);

const char *port_group_name(enum port_group group);

#endif
