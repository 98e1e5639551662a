/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data.h - where the files of apollo's data are.
 *
 * APOLLO_DATA_PATH has folders, separated by colons; where it is not set, it is the folder that apollo was installed with.
 */
#ifndef CLI_DATA_H
#define CLI_DATA_H

#include <limits.h>

/* The first folder that has this file, else the first: what then reads it says that it is not there.  Gives `folder`. */
const char *data_folder(const char *file, char folder[static PATH_MAX]);

#endif
