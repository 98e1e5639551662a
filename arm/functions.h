/* SPDX-License-Identifier: Apache-2.0 */
/*
 * functions.h - the functions of Azure's templates and of its forms, and how many arguments they take.
 *
 * Source: Azure's documentation of template functions and of createUiDefinition functions.
 */
#ifndef ARM_FUNCTIONS_H
#define ARM_FUNCTIONS_H

#include <stdbool.h>

enum { FUNCTION_ANY = 1000 }; /* as many as one likes */

struct function {
	const char *name;
	int least, most;
};

/* The function with this name in any case, or NULL; form: of a form, else of a template. */
const struct function *function_find(const char *name, bool form);

/* Whether the list is in the order that the search wants: for tests. */
bool functions_sorted(bool form);

#endif
