/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture_read.h - what the readers of the two clouds share; used by capture*.c alone.
 *
 * Invariants
 *   - A cloud is a table of kinds.  The capture is gone through once for each stage, so that a reader finds what earlier stages learned,
 *     whatever the order of the documents: first which networks there are, then the one that was chosen, then subnets, then all else, and last what is worth
 *     something only where nothing else says it.
 *   - A reader adds records, which are members of the snapshot.  Adding is safe with a NULL record and after a failure: the first failure
 *     is kept and ends the capture when the reader returns.
 *   - A thing is known by its key: the part of its URL or id that names it, the same from every command.
 */
#ifndef DEPLOY_CAPTURE_READ_H
#define DEPLOY_CAPTURE_READ_H

#include "core/json.h"
#include "core/map.h"
#include "deploy/capture.h"

enum capture_stage { STAGE_OFFER, STAGE_NETWORK, STAGE_SUBNETS, STAGE_REST, STAGE_LAST, STAGE_COUNT };

/* Lists of the snapshot, in its order. */
enum capture_list {
	LIST_SUBNETS, LIST_PEERINGS, LIST_ROUTES, LIST_ROUTE_TABLES, LIST_SERVICES, LIST_RESERVED, LIST_ON_PREMISES, LIST_OWNED, LIST_QUOTAS, LIST_FIREWALL,
	LIST_COUNT
};

enum {
	CAPTURE_KINDS_MAX = 64,
	CAPTURE_UNKNOWN_MAX = 16,
	CAPTURE_NETWORKS_MAX = 10000,
	CAPTURE_PEERINGS_MAX = 2000,  /* clouds allow some hundreds */
	CAPTURE_SEARCHES_MAX = 20000 /* of all subnets or peers, for objects that do not say whose they are */
};

struct capture;

struct capture_kind {
	const char *name; /* as the object says it, without regard to case; or a name for objects that do not say */
	bool (*fits)(struct json_object *object); /* for those: by its members; NULL */
	enum capture_stage stage;
	void (*read)(struct capture *capture, struct json_object *object); /* NULL: known, and nothing of it is needed */
};

/* What is needed, and the command that prints it: {network}, {project}, {group}, {region} are filled in. */
struct capture_need {
	const char *kind;
	const char *what;
	const char *command;
};

struct capture_cloud {
	const char *kind_member; /* "type", "kind" */
	const char *list_member; /* of the API's own lists: "value", "items" */
	const struct capture_kind *kinds; /* ends with a NULL name */
	const struct capture_need *needs; /* ends with a NULL kind */
	char *(*key)(struct capture *capture, const char *text); /* NULL only without memory */
	void (*finish)(struct capture *capture); /* what is known when all was read */
};

extern const struct capture_cloud capture_azure, capture_gcp;

struct capture_ranges {
	struct range *items;
	size_t count, room;
};

struct capture_network {
	const char *key, *name, *owner;
	bool described; /* not only spoken of */
};

/* A subnet, a peering, a route table or a security group: what other objects add to. */
struct capture_holder {
	const char *key;
	const char *name;
	struct json_object *record;
	struct capture_ranges ranges; /* of a subnet: its prefixes; of a peering: the peer's */
	struct capture_ranges used;   /* of a subnet */
	int64_t configurations, known; /* Azure: addresses that the subnet speaks of, and those that were read; of a table or group: 1 once read */
	bool locked;                   /* a route table that may not be written */
	int64_t taken, refused;        /* Google: routes of ours that a peer took, and did not */
};

struct capture_holders {
	struct capture_holder *items;
	size_t count, room;
	struct map index; /* by key */
};

struct capture {
	const struct capture_cloud *cloud;
	enum cloud which;
	const char *file;
	struct scope scope;
	struct map known; /* keys, with what they are of before them */
	struct json_object *head, *lists[LIST_COUNT];
	struct capture_network *networks;
	size_t network_count, network_room;
	struct capture_network network; /* the one that was chosen */
	struct capture_holders subnets, peerings, tables, groups;
	size_t seen[CAPTURE_KINDS_MAX]; /* objects, by row of the table */
	struct { const char *name; size_t count; } unknown[CAPTURE_UNKNOWN_MAX];
	size_t unknown_count, unknown_more, item_count, empty_count, search_count;
	size_t document, byte; /* where the object that is being read begins */
	const char *region;    /* of the first subnet; NULL */
	const char *project;   /* Google: the first that describes itself and is not the network's; NULL */
	const char *network_id; /* Google: its number; NULL */
	const char *router;     /* Google: key of the first one; NULL */
	struct { int rank; int64_t limit; } static_quotas[2]; /* Google: of the network, of it and its peers; rank: how well the limit fits, 0: not known */
	int64_t static_routes, static_imported, static_exchanged; /* Google: its own, and the peers' as each of two lists tells them */
	int64_t skipped_tags, unplaced;
	bool routes_learned, gateway;
	struct buffer *notes;
	struct error *error;
	bool failed;
};

/* ---- members of an object ---- */

/* The member, whatever the case of its name, also inside "properties" (what REST prints and the tools flatten); NULL: none or null. */
struct json_object *capture_member(struct json_object *object, const char *name);
const char *capture_text(struct json_object *object, const char *name);

/* The text of a member of a member: ("subnet", "id"). */
const char *capture_inner(struct json_object *object, const char *name, const char *inner);
bool capture_flag(struct json_object *object, const char *name, bool otherwise);
bool capture_number(struct json_object *object, const char *name, int64_t *value);

/* Items of an array member, 0 where it is none; and one of them, NULL behind the end. */
size_t capture_count(struct json_object *object, const char *name);
struct json_object *capture_item(struct json_object *object, const char *name, size_t index);

/* ---- keys ---- */

/* The last segment. */
const char *capture_tail(const char *key);

/* The segment behind one of this name; NULL: none. */
const char *capture_segment(struct capture *capture, const char *key, const char *name);

/* The key without its last two segments: of a subnet, its network's. */
const char *capture_parent(struct capture *capture, const char *key);

/* Whether a text leads to the chosen network. */
bool capture_is_network(struct capture *capture, const char *text);

/* True the first time that a key of this space is given. */
bool capture_once(struct capture *capture, const char *space, const char *key);

/* ---- results ---- */

/* Keeps the first failure: where the object is, and what is wrong with it. */
void capture_fail(struct capture *capture, const char *format, ...) __attribute__((format(printf, 2, 3)));
void capture_note(struct capture *capture, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A note that something is not known, and the command that would say it. */
void capture_missing(struct capture *capture, const char *what, const char *command);

/* A name as it can stand in a command; otherwise: where it has anything that a shell would see. */
const char *capture_word(const char *name, const char *otherwise);

/* A network that there is. */
void capture_offer(struct capture *capture, const char *key, const char *name, bool described);

struct json_object *capture_add(struct capture *capture, enum capture_list list);
void record_name(struct capture *capture, struct json_object *record, const char *name); /* one that must be there */
void record_text(struct capture *capture, struct json_object *record, const char *name, const char *text); /* NULL: nothing */
void record_flag(struct capture *capture, struct json_object *record, const char *name, bool flag);
void record_number(struct capture *capture, struct json_object *record, const char *name, int64_t number);
void record_range(struct capture *capture, struct json_object *record, const char *name, struct range range);

/* One more text of a member that is an array; an array without any where text is NULL. */
void record_more(struct capture *capture, struct json_object *record, const char *name, const char *text);

/* A member of a firewall rule's traffic: a protocol, which may be a number and is written small; NULL: there is no memory.  And one more span of its ports. */
struct json_object *record_traffic(struct capture *capture, struct json_object *record, const char *protocol);
void record_ports(struct capture *capture, struct json_object *traffic, const char *text);

/* name and range: services, reserved, on_premises.  Once for each pair. */
void capture_named(struct capture *capture, enum capture_list list, const char *name, struct range range);

/* A prefix or an address; host bits behind a prefix are no error here: the tools print some. */
bool capture_range_parse(const char *text, struct range *range);

/* The same of a member that must be one. */
bool capture_range(struct capture *capture, struct json_object *object, const char *name, struct range *range);

struct capture_holder *holder_add(struct capture *capture, struct capture_holders *holders, const char *key, const char *name,
				  struct json_object *record);
struct capture_holder *holder_find(const struct capture_holders *holders, const char *key);
void ranges_add(struct capture *capture, struct capture_ranges *ranges, struct range range);

/* Addresses of a subnet that are in use: by a deployment of apollo's, or by others where owner is NULL or "". */
void capture_used(struct capture *capture, struct capture_holder *subnet, const char *owner, struct range range);

/* Whether a range is one of them, or inside one. */
bool ranges_hold(const struct capture_ranges *ranges, struct range range);

/* Counts a search that goes through all of something; a capture has only so many of them. */
void capture_search(struct capture *capture);

/* The subnet that holds a range; NULL. */
struct capture_holder *capture_subnet_of(struct capture *capture, struct range range);

/* Whether an object of a row of this name was there. */
size_t capture_seen(const struct capture *capture, const char *kind);

#endif
