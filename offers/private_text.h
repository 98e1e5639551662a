/* SPDX-License-Identifier: Apache-2.0 */
/*
 * private_text.h - a private offer in the words of a configuration, so that what was found can be read back by every other command.
 */
#ifndef OFFERS_PRIVATE_TEXT_H
#define OFFERS_PRIVATE_TEXT_H

#include "core/buffer.h"
#include "offers/catalog.h"

/* Who it is for, when it begins, and what is said around it: every member but its name, its market, its end, plans, money and when that is asked for.  Times that are days of the
 * market's calendar are written as days.  APOLLO_CONFIG where the market's zone is not known here. */
int private_head_print(const struct private_offer *offer, struct buffer *buffer, struct error *error);

#endif
