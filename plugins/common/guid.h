/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guid.h - GUIDs derived from names (RFC 9562, version 5), so that the same thing has the same id for ever.
 *
 * Invariant: all are made in one namespace of apollo's own, which never changes: a marketplace remembers these ids.
 */
#ifndef PLUGINS_GUID_H
#define PLUGINS_GUID_H

#include <apollo/plugin.h>

enum { GUID_TEXT = 37 }; /* a GUID and its NUL */

/* The GUID of a name in scope memory, lower case; NULL if the name is NULL or memory is short. */
char *guid_named(const struct apollo_call *call, const char *name);

#endif
