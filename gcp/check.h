/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - packages for Google Cloud's marketplace: a Terraform module for Infrastructure Manager, and what Google's console knows of it.
 */
#ifndef GCP_CHECK_H
#define GCP_CHECK_H

#include "package/check.h"

/* The rules are in gcp/rules.h. */
extern const struct package_kind gcp_package;

#endif
