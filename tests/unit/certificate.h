/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate.h - certificates that sign themselves, made when a test needs them.
 */
#ifndef TESTS_UNIT_CERTIFICATE_H
#define TESTS_UNIT_CERTIFICATE_H

struct certificate {
	const char *path; /* PEM */
	const char *key;  /* PEM, mode 600 */
	char pin[64];     /* "sha256//BASE64" of its public key */
};

/* name: of the files.  subject: "IP:127.0.0.1" or "DNS:host.test".  Valid from now + from to now + to, seconds.
 * Ends the program where it cannot be made. */
void certificate_make(struct certificate *certificate, const char *name, const char *subject, long from, long to);

#endif
