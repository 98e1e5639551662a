/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deployment.h - what is to be deployed, and the addresses that the customer gives for it: a file of settings, apollo-plan(5).
 *
 * Invariants
 *   - What was read is complete and in range; what depends on the network or on the cloud is the plan's to say.
 *   - Ranges are in the file's order, each as it was written: the plan's map follows that order, so that a range that is
 *     added behind moves nothing.
 */
#ifndef DEPLOY_DEPLOYMENT_H
#define DEPLOY_DEPLOYMENT_H

#include "deploy/range.h"

enum {
	DEPLOYMENT_NODES_MAX = 10000,
	DEPLOYMENT_ZONES_MAX = 16,
	DEPLOYMENT_VIPS_MAX = 256,   /* of one node */
	DEPLOYMENT_RANGES_MAX = 1000, /* in one list */
	DEPLOYMENT_PROTOCOLS_MAX = 16,
	DEPLOYMENT_SUFFIX_MAX = 180 /* bytes of a DNS suffix: a machine's name before it is at most 253 */
};

enum cloud { CLOUD_AZURE, CLOUD_GCP };

/* How a virtual address comes to the node that serves it. */
enum vip_mode {
	VIP_ROUTED,    /* a range outside every subnet, carried by static routes */
	VIP_IN_SUBNET, /* addresses of the machines' subnet: alias ranges, secondary configurations */
	VIP_BGP        /* announced by the cluster: planned, not carried out */
};

struct ranges {
	struct range *items;
	size_t count;
	const char *where; /* "FILE:LINE"; NULL: not given */
};

struct deployment {
	struct scope scope;
	const char *name;         /* letters, digits and dashes: it begins the names of all that is made */
	const char *subscription; /* NULL: not said */
	enum cloud cloud;
	const char *region;
	const char *zones[DEPLOYMENT_ZONES_MAX];
	size_t zone_count; /* 0: the cloud chooses */
	const char *shape;
	int64_t nodes;            /* data machines; 1: a single instance, which cannot grow */
	int64_t compute_nodes;    /* machines that serve protocols and hold no data */
	int64_t grow_to;          /* data machines that must fit one day; nodes where not given */
	int64_t vips_per_node;
	int64_t replication_vips; /* -1: one for each machine */
	const char *protocols[DEPLOYMENT_PROTOCOLS_MAX];
	size_t protocol_count;
	enum vip_mode vip_mode;
	struct ranges ranges;          /* the customer's, for VIPs and, in a subnet, machines too */
	struct ranges machine_ranges;  /* routed: where machines take their addresses; else the subnet's free ones */
	const char *machine_subnet;    /* NULL: not said */
	struct ranges clients, on_premises;
	const char *dns_suffix;   /* NULL: no DNS */
	int64_t mtu;              /* 0: not said */
	int64_t reduction;        /* of the data, in thousandths: 2000 is 2:1 */
	bool exact;               /* the ranges must have just as many addresses as are needed */
	bool allow_public;        /* public addresses are used privately, on purpose */
	bool skip_edges;          /* no address that ends in .0 or .255 (rule C09) */
};

/* Reads a file.  APOLLO_CONFIG with file and line, and the rule's code where it is one (C01). */
int deployment_read(const char *path, struct deployment *deployment, struct error *error);

/* The same of a text, which includes no files.  name: named in errors. */
int deployment_parse(const char *text, size_t size, const char *name, struct deployment *deployment, struct error *error);
void deployment_release(struct deployment *deployment);
#define DEPLOYMENT_CLEANUP __attribute__((cleanup(deployment_release)))

const char *cloud_name(enum cloud cloud);
const char *vip_mode_name(enum vip_mode mode);

/* Machines that serve protocols, and all machines without the management's. */
static inline int64_t deployment_compute(const struct deployment *deployment)
{
	return deployment->nodes + deployment->compute_nodes;
}

#endif
