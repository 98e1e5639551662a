/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h - finds plugins and takes them in, or says exactly why not.
 *
 * Invariants
 *   - Nothing of a file is run before the file is known to be a regular file that only root or this user can have
 *     written: the file and its folder belong to one of them and neither group nor others may write there.  A link
 *     is followed first; what it points to is what is checked and loaded, and so is the folder that holds the link.
 *   - A plugin that was taken in keeps the contract of <apollo/plugin.h> as far as its tables can show it.  Its
 *     tables are copies: as large as the core's, zero where the plugin's were shorter, so that an absent callback
 *     reads as NULL.
 *   - Code is never unloaded: texts and functions of a plugin may still be pointed to from anywhere (an atexit
 *     handler, a library of its own), and a process loads a handful of plugins in its life.
 *   - Every refusal names the file, the field, both values and a remedy.
 */
#ifndef CORE_LOADER_H
#define CORE_LOADER_H

#include "core/error.h"

#include <stdbool.h>
#include <stddef.h>

enum {
	LOADER_TABLE_MAX = 65536, /* bytes of any one table */
	LOADER_NAME_MAX = 64,     /* bytes of a name */
	LOADER_FILES_MAX = 512    /* files in one listing */
};

struct plugin {
	struct apollo_plugin descriptor; /* its role pointers lead to the copies below, or are NULL */
	struct apollo_market market;
	struct apollo_source source;
	struct apollo_issuer issuer;
	char *path; /* of the file, resolved */
	void *handle;
};

/* Takes in one file.  The descriptor's name must be the file's, NAME.so.  APOLLO_CONFIG where the file is refused,
 * APOLLO_UNSUPPORTED where it is of another ABI major, ERROR_IO where it cannot be read. */
int loader_open(const char *path, struct plugin **plugin, struct error *error);

/* The first NAME.so in the folders of `search`, which are separated by colons; empty ones are skipped.
 * APOLLO_CONFIG where there is none. */
int loader_find(const char *name, const char *search, struct plugin **plugin, struct error *error);

/* Checks a descriptor as a loaded file's and copies it; for the loader, and for plugins that are compiled in.
 * path: named in errors, NULL: none. */
int loader_adopt(const struct apollo_plugin *descriptor, const char *path, struct plugin **plugin,
		 struct error *error);

/* Frees the copies; the code stays loaded.  *plugin may be NULL. */
void plugin_free(struct plugin **plugin);
#define PLUGIN_CLEANUP __attribute__((cleanup(plugin_free)))

/* The paths of the *.so files that loader_find could find, by name; a name hidden by an earlier folder is left out.
 * A folder that does not exist is skipped.  Nothing is opened. */
struct plugin_paths {
	char **paths;
	size_t count;
};
int loader_list(const char *search, struct plugin_paths *paths, struct error *error);
void plugin_paths_release(struct plugin_paths *paths);

#endif
