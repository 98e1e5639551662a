/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.h - everything one sandbox holds.
 *
 * Invariants: after sandbox_new only the server's thread touches any of it until that thread has ended, so there are
 * no locks; a change goes through the control routes, as every other request does.
 */
#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include "sandbox/bearers.h"
#include "sandbox/books.h"
#include "sandbox/calendar.h"
#include "sandbox/faults.h"
#include "sandbox/journal.h"
#include "sandbox/names.h"
#include "sandbox/offers.h"
#include "sandbox/registry.h"
#include "sandbox/sandbox.h"
#include "sandbox/server.h"

struct sandbox {
	bool open; /* what is not registered is made when it is asked for */
	struct calendar calendar;
	struct chance chance; /* of ids and tokens */
	struct chance dice;   /* of faults and shuffled rows */
	uint64_t seed;
	struct names names;
	struct registry registry;
	struct bearers bearers;
	struct faults faults;
	struct books books;
	struct offers offers;
	struct journal journal;
	struct server server;
	char *books_file, *operations_file; /* or NULL */
	char url[SANDBOX_URL_TEXT];
};

#endif
