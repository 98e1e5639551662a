/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings.h - the switches where documents contradict each other or leave the behaviour open.
 *
 * Invariants: zero is what the documents say, or what is likeliest where they say nothing; the exceptions are set by
 * settings_init.  Times are microseconds.
 */
#ifndef SANDBOX_SETTINGS_H
#define SANDBOX_SETTINGS_H

#include "core/json.h"

/* The checks of one Azure event after its form, in the order that documents suggest. */
enum azure_check {
	CHECK_RESOURCE, CHECK_AUTHORISED, CHECK_ACTIVE, CHECK_PLAN, CHECK_DIMENSION, CHECK_QUANTITY, CHECK_TIME,
	CHECK_DUPLICATE, CHECK_COUNT
};

enum changed_repeat { REPEAT_ONCE, REPEAT_TWICE, REPEAT_REJECT };

struct settings {
	int order[CHECK_COUNT]; /* enum azure_check */

	int64_t azure_window;          /* 0: 24 h to the second; 1: from the start of the hour */
	int64_t azure_failed_time;     /* messageTime of failed rows: 0: the time; 1: year one */
	int64_t azure_row_order;       /* of a batch's answer: 0: as sent; 1: shuffled */
	int64_t azure_quantity;        /* how it is told: 0: exact; 1: the 17 digits of a double */
	int64_t azure_foreign_app;     /* of one row: 0: that row is refused; 1: the whole call */
	int64_t azure_version_error;   /* 0: as every other error; 1: as the front door of the SaaS service writes it */
	int64_t azure_plan_case;       /* 0: plans are compared exactly; 1: without case */
	int64_t azure_plan_in_key;     /* 1: each plan has a slot of its own */
	int64_t azure_text_quantity;   /* 1: quantity as a JSON text is taken */
	int64_t azure_both_ids;        /* 1: an event with both ids is taken */
	int64_t azure_token_status;    /* 403 or 401, where the token is missing or not good */
	int64_t azure_dimension_limit; /* of a resource */
	int64_t azure_query_delay;     /* until an event shows in the query */
	int64_t azure_recon_delay;     /* until a day's usage leaves Submitted */

	int64_t google_changed_repeat; /* enum changed_repeat: same operation id, other content */
	int64_t google_id_memory;      /* how long operation ids are remembered; 0: for ever */
	int64_t google_policy_lag;     /* until a consumer's new state shows in check */
	int64_t google_report_within;  /* later reports are a violation */

	int64_t token_lifetime;
	int64_t token_numbers; /* 1: Entra's version 1 and the instance metadata service write numbers as numbers */
};

void settings_init(struct settings *settings);

/* Takes in the members of an object that are there.  0, or ERROR_INPUT and nothing is taken. */
int settings_read(struct json_object *object, struct settings *settings, struct error *error);

#endif
