/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation_read.h - one operation of a check or a report, read strictly.
 *
 * Invariants: texts point into the JSON document.  Nothing is taken into the books here.
 */
#ifndef SANDBOX_OPERATION_READ_H
#define SANDBOX_OPERATION_READ_H

#include "core/json.h"
#include "core/scope.h"

enum { OPERATION_VALUES_MAX = 1000, OPERATION_TEXT_MAX = 512 };

enum value_kind { VALUE_INT64, VALUE_DOUBLE, VALUE_OTHER };

struct sent_value {
	const char *metric;
	int kind;       /* enum value_kind */
	int64_t amount; /* units, or micro-units where double */
	bool sized;     /* it fits; always true for VALUE_OTHER */
	bool rounded;   /* it had more than six places */
	uint64_t labels;
	struct json_object *label_object; /* or NULL */
	int64_t start, end;
};

struct sent_operation {
	const char *id, *name, *consumer;
	int64_t start, end;
	uint64_t user_labels;
	struct json_object *user_label_object; /* or NULL */
	struct sent_value *values;             /* in the scope */
	size_t count;
	uint64_t content; /* hash of everything it says, whatever the order of members and values */
};

/* 0; or APOLLO_REJECTED with *wrong set to a sentence that names the place, for which the whole request fails.
 * report: end time required, user labels allowed. */
int operation_read(struct json_object *object, bool report, struct scope *scope, struct sent_operation *operation,
		   const char **wrong);

#endif
