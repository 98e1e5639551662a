/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h - what apollo's own markets share in reading a reply: setting verdicts and admissions, and which refusals
 * of a whole request may be one record's fault.
 */
#ifndef PLUGINS_VERDICT_H
#define PLUGINS_VERDICT_H

#include <apollo/plugin.h>

#include <stdbool.h>
#include <stddef.h>

/* The outcome with one line of each text (NULL: none), and held not known.  0 or APOLLO_NOMEM. */
int verdict_set(const struct apollo_call *call, struct apollo_verdict *verdict, int outcome, const char *code,
		const char *message);

/* The same for all. */
int verdicts_set(const struct apollo_call *call, struct apollo_verdict *const *verdicts, size_t count, int outcome,
		 const char *code, const char *message);

int admission_set(const struct apollo_call *call, struct apollo_admission *admission, int outcome, const char *code,
		  const char *message);

/* Whether a status that refuses a whole request may be the fault of one of its records: malformed, or too large
 * together.  The others (405, 415 ...) would refuse each alone too. */
bool status_apart(int status);

#endif
