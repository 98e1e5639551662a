/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network_read.h - members of a snapshot; used by network.c and network_firewall.c alone.
 *
 * Invariants: a getter gives 1 where the member is there, 0 where it is not, and ERROR_INPUT with the path of the member where it is not as
 * apollo-plan(5) says; what it keeps is of the network's scope.
 */
#ifndef DEPLOY_NETWORK_READ_H
#define DEPLOY_NETWORK_READ_H

#include "core/json.h"
#include "deploy/network.h"

/* What is being read: its place is told in errors. */
struct reader {
	struct network *network;
	const char *file;
	const char *list; /* "subnets" */
	size_t index;
	struct error *error;
};

int reader_fail(const struct reader *reader, const char *member, const char *why);

#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Refuses members that are not known: what they were to say would be left out of the verdict. */
int reader_known(const struct reader *reader, struct json_object *object, const char *const *names);

int reader_text(const struct reader *reader, struct json_object *object, const char *name, const char **kept);
int reader_name(const struct reader *reader, struct json_object *object, const char **kept); /* must be there */
int reader_flag(const struct reader *reader, struct json_object *object, const char *name, bool *flag);
int reader_count(const struct reader *reader, struct json_object *object, const char *name, int64_t most, int64_t *count);

/* The items of an array, 0 where it is not there; *list: NULL where it is not. */
int reader_list(const struct reader *reader, struct json_object *object, const char *name, struct json_object **list, size_t *count);

/* Calls `each` for every range of an array that may be absent. */
int reader_ranges(const struct reader *reader, struct json_object *object, const char *name,
		  int (*each)(const struct reader *reader, void *context, struct range range), void *context);

/* One item of "firewall". */
int firewall_rule_read(const struct reader *reader, struct json_object *object);

/* In the order in which they are looked at. */
void firewall_rules_sort(struct network *network);

#endif
