/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - Azure's managed applications as a kind of package (package/check.h).
 *
 * Its data: azure-versions.cfg of the check's data folder.
 */
#ifndef ARM_CHECK_H
#define ARM_CHECK_H

#include "package/check.h"

extern const struct package_kind arm_package;

#endif
