/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jwt.h - signed statements (RFC 7519, RS256) made with a service account's key.
 *
 * Invariant: the private key is used for a signature and goes nowhere else, error texts included.
 */
#ifndef PLUGINS_JWT_H
#define PLUGINS_JWT_H

#include <apollo/plugin.h>

/* Header and claims (JSON texts) signed with an RSA key in PEM, in scope memory.  0 and *jwt; APOLLO_CONFIG if the key
 * is no RSA key of 2048 bits or more without a passphrase; APOLLO_NOMEM. */
int jwt_sign(const struct apollo_call *call, const char *header, const char *claims, const char *key, char **jwt);

#endif
