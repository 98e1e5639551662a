/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *data_folder(const char *file, char folder[static PATH_MAX])
{
	const char *named = getenv("APOLLO_DATA_PATH"), *all = named && *named ? named : APOLLO_PKGDATADIR, *at = all;
	char path[PATH_MAX];

	for (;;) {
		int size = (int)strcspn(at, ":");

		(void)snprintf(folder, PATH_MAX, "%.*s", size, at);
		if (snprintf(path, sizeof(path), "%.*s/%s", size, at, file) < (int)sizeof(path) && access(path, F_OK) == 0)
			return folder;
		at += size;
		if (!*at++)
			break;
	}
	(void)snprintf(folder, PATH_MAX, "%.*s", (int)strcspn(all, ":"), all);
	return folder;
}
