/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.h - SHA-256 of bytes, as a text.
 */
#ifndef CORE_DIGEST_H
#define CORE_DIGEST_H

#include "core/error.h"

#include <stddef.h>

enum { DIGEST_TEXT = 65 }; /* hexadecimal, with its NUL */

int digest_make(const void *data, size_t size, char digest[static DIGEST_TEXT], struct error *error);

#endif
