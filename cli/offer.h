/* SPDX-License-Identifier: Apache-2.0 */
/* offer.h - the commands of apollo offer that have files of their own. */
#ifndef CLI_OFFER_H
#define CLI_OFFER_H

#include "cli/cli.h"

int offer_show(const struct cli *cli, struct error *error);
int offer_diff(const struct cli *cli, struct error *error);

#endif
