/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network.h - a snapshot of the customer's network: what is there before anything of the cluster is.
 *
 * Invariants
 *   - Everything that has addresses is an object with a range and a name that a person finds again: what collides is found
 *     by looking at one list.  Subnets, peerings, route tables and quotas have more to say and are lists of their own; their
 *     ranges are objects too.
 *   - What the snapshot does not say is not known: a missing quota is no quota of 0, a missing flag is no.
 *   - The snapshot's digest is SHA-256 of its bytes: a plan names the network that it was made for (rule C14).
 *
 * The JSON is described, field by field, in apollo-plan(5).
 */
#ifndef DEPLOY_NETWORK_H
#define DEPLOY_NETWORK_H

#include "core/digest.h"
#include "deploy/deployment.h"

enum {
	NETWORK_BYTES_MAX = 64 << 20, /* of JSON */
	NETWORK_OBJECTS_MAX = 1000000,
	NETWORK_PARTS_MAX = 100000, /* subnets, peerings, route tables, owned addresses, quotas, firewall rules: of each */
	NETWORK_TEXT_MAX = 200      /* bytes of a name */
};

enum object_kind {
	OBJECT_SPACE,       /* of the network's own address space (Azure) */
	OBJECT_SUBNET,      /* a subnet's primary range */
	OBJECT_SECONDARY,   /* a subnet's secondary range (Google) */
	OBJECT_PEER,        /* a range of a peered network */
	OBJECT_SERVICE,     /* allocated to a service: private services access, proxies, connectors, containers */
	OBJECT_RESERVED,    /* reserved by somebody: an internal range, a block of an address manager */
	OBJECT_ROUTE,       /* destination of a route that somebody made */
	OBJECT_DYNAMIC,     /* destination of a route that was learned */
	OBJECT_ON_PREMISES, /* of the customer's other networks */
	OBJECT_BRIDGE,      /* of every container host */
	OBJECT_KINDS
};

struct object {
	enum object_kind kind;
	struct range range;
	const char *name;    /* "subnet nodes", "peering spoke-1" */
	size_t part;         /* of the subnets, peerings or routes, by kind; else 0 */
	const char *label;   /* of a secondary range: its own name, which its subnet has once; NULL */
	const char *owner;   /* of what is reserved: apollo's mark, the deployment that it is for; NULL: somebody else */
};

struct subnet {
	const char *name;
	const char *region;  /* NULL: not said */
	const char *purpose; /* NULL: ordinary; "proxy", "service-connect", "gateway", "bastion", "firewall", "route-server", ... */
	const char *delegated_to;  /* NULL: to nobody */
	const char *route_table;   /* NULL: none */
	const char *security_group; /* Azure: NULL: none */
	bool google_access;        /* private access to the cloud's own services */
	struct range range;
	struct range *used;        /* addresses in use or reserved, as ranges */
	size_t used_count;
};

enum answer { ANSWER_UNKNOWN, ANSWER_NO, ANSWER_YES };

struct peering {
	const char *name;
	const char *network;
	bool exports, imports; /* routes that people made, as seen from this network's side and the peer's: both ways */
	bool peer_imports;
	bool in_sync; /* Azure: it knows all of the space */
	/* Azure, of this network's side and of the peer's: whether machines of the other network reach this one, and whether what others send
	 * comes in from there. */
	enum answer access, forwarded, peer_access, peer_forwarded;
};

struct route {
	const char *name;
	struct range destination;
	const char *next_hop;
	int64_t priority; /* -1: the cloud has none */
	bool dynamic;
	bool tagged;
	const char *owner; /* apollo's mark: the deployment that made it; NULL: somebody else */
	const char *table; /* Azure: of this route table; NULL */
};

struct route_table {
	const char *name;
	int64_t route_count;
	bool editable;
};

/* Addresses of a subnet that a deployment of apollo's has: in the way of others only. */
struct owned {
	struct range range;
	const char *owner;
};

struct quota {
	const char *name;
	int64_t limit, used;
};

/* One end of what a firewall rule is for. */
struct rule_end {
	struct range_set ranges;
	const char **names; /* what is there beside them, and has no addresses here: service tags, application security groups, network tags, accounts */
	size_t name_count;
	bool anybody;       /* neither is said */
};

/* Ports of a protocol, as a set of numbers of FAMILY_IPV4. */
struct rule_traffic {
	const char *protocol; /* "tcp", "udp", ...; "all" */
	struct range_set ports;
};

enum { PORT_MOST = 65535, FIREWALL_PRIORITY_MOST = 65535 };

/* A rule of the customer's firewall.  Of two that match the one with the lower number counts; at the same number the one that denies. */
struct firewall_rule {
	const char *name;
	const char *group; /* Azure: the security group that it is of */
	const char *owner; /* apollo's mark: the deployment that made it; NULL: somebody else */
	bool egress, deny;
	bool source_ports; /* it is for some ports of the sender only */
	int64_t priority;
	struct rule_end source, destination;
	const char **targets; /* Google: network tags or accounts of the machines that it is for; none: of all */
	size_t target_count;
	struct rule_traffic *traffic;
	size_t traffic_count;
};

struct network {
	struct scope scope;
	enum cloud cloud;
	const char *name;
	const char *project;      /* or subscription; NULL: not said */
	const char *host_project; /* Google: the network is shared from there; NULL */
	bool automatic;           /* Google: an auto-mode network */
	int64_t mtu;              /* 0: not said */
	struct object *objects;
	size_t object_count, object_room;
	struct subnet *subnets;
	size_t subnet_count;
	struct peering *peerings;
	size_t peering_count;
	struct route *routes;
	size_t route_count;
	struct route_table *route_tables;
	size_t route_table_count;
	struct owned *owned;
	size_t owned_count;
	struct quota *quotas;
	size_t quota_count;
	struct firewall_rule *firewall; /* by priority, those that deny first */
	size_t firewall_count;
	bool firewall_known;            /* the snapshot speaks of it; else whatever there is was not looked at */
	char digest[DIGEST_TEXT];
};

/* A network of which nothing is known, for a plan without a snapshot. */
struct network network_none(enum cloud cloud);

/* Reads a snapshot.  ERROR_INPUT, with the path of the member, where it is not one. */
int network_parse(const char *text, size_t size, const char *name, struct network *network, struct error *error);
int network_read(const char *path, struct network *network, struct error *error);
void network_release(struct network *network);
#define NETWORK_CLEANUP __attribute__((cleanup(network_release)))

/* Whether a text can be a name in a snapshot: one line of at most NETWORK_TEXT_MAX bytes. */
bool network_text_fits(const char *text);

/* "111" or "2049-2050": a span of ports, as numbers of FAMILY_IPV4. */
bool ports_parse(const char *text, struct range *span);

/* The subnet of this name in a region, or one that does not say its region; NULL: there is none.  Each region has names of its own. */
const struct subnet *network_subnet(const struct network *network, const char *name, const char *region);

/* The range of a subnet, its own or a secondary one, that has all of a range; NULL: there is none. */
const struct object *network_holder(const struct network *network, struct range range);

/* The quota of this name, or NULL. */
const struct quota *network_quota(const struct network *network, const char *name);

/* "subnet", "peering", ... */
const char *object_kind_name(enum object_kind kind);

#endif
