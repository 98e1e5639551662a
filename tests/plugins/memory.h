/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h - makes the Nth allocation fail, for every N.
 *
 * Invariants: two kinds of memory are taken in turn: the call's (call->alloc), and the heap as the plugin itself and
 * OpenSSL use it.  Calls of malloc that json-c makes are let through: before 0.17 it follows a NULL itself.
 * With a sanitizer, whose malloc cannot be replaced, only the call's memory is made to fail.
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include "tests/plugins/subject.h"

/* Does something with the subject's plugin and gives its code; the host is cleared before each time. */
typedef int (*ordeal)(struct subject *subject, const void *context);

/* Runs it with every allocation failing in turn.  Each time it must give APOLLO_NOMEM, or another code in `also` (0:
 * none), after fail() was called; with the heap it may succeed as well.  At the end it must succeed, and no block may be left. */
void ordeal_run(struct subject *subject, ordeal run, const void *context, int also);

#endif
