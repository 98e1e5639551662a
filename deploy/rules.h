/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules.h - the rules that a plan is judged by; used by plan.c alone.
 *
 * Invariants: a rule looks at a plan whose spaces, demand, map and routes are made, changes none of it, and adds findings under
 * its own code.  A rule that does not apply (another cloud, another mode, a snapshot that does not say) adds nothing, or
 * a note that says what could not be looked at.
 */
#ifndef DEPLOY_RULES_H
#define DEPLOY_RULES_H

#include "deploy/plan.h"

/* All rules.  APOLLO_CONFIG where the facts lack a limit. */
int rules_apply(struct plan *plan, struct error *error);

/* Each file's own. */
int rules_range(struct plan *plan, struct error *error);     /* C01-C09, C12, C15, C16 and collisions: A02-A05, G02-G06 */
int rules_size(struct plan *plan, struct error *error);      /* C05, C10, C11 and what clouds allow: A01, A06, A11, G01, G03, G13 */
void rules_placement(struct plan *plan);                   /* P01, P02, G17 */
int rules_network(struct plan *plan, struct error *error);   /* what the network must have: A07-A10, A14, A16, G09-G12, G15, G19, C18 */
int rules_firewall(struct plan *plan, struct error *error);  /* what existing firewall rules let through: A14, G15 */

#endif
