/* SPDX-License-Identifier: Apache-2.0 */
/* offer_submit.h - what was exported, handed to its marketplace by the market's plugin. */
#ifndef CLI_OFFER_SUBMIT_H
#define CLI_OFFER_SUBMIT_H

#include "cli/cli.h"
#include "core/buffer.h"
#include "offers/export.h"

/* Submits the files through the instance of the configuration (-c) that has the market's name, or is the only one of its plugin; what became of it is
 * appended.  dry: nothing is sent; what would be is appended instead. */
int offer_submit(const struct cli *cli, const struct export *export, bool dry, struct buffer *out, struct error *error);

#endif
