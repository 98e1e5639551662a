/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/certificate.h"
#include "tests/unit/unit.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void must(int good)
{
	if (good)
		return;
	(void)fprintf(stderr, "a certificate cannot be made\n");
	exit(2);
}

static void extension_add(X509 *x509, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	must(extension != NULL && X509_add_ext(x509, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static void pin_make(EVP_PKEY *key, char *pin)
{
	unsigned char *der = NULL, digest[SHA256_DIGEST_LENGTH];
	int size = i2d_PUBKEY(key, &der);

	must(size > 0);
	(void)SHA256(der, (size_t)size, digest);
	OPENSSL_free(der);
	memcpy(pin, "sha256//", 8);
	(void)EVP_EncodeBlock((unsigned char *)pin + 8, digest, sizeof(digest));
}

void certificate_make(struct certificate *certificate, const char *name, const char *subject, long from, long to)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x509 = X509_new();
	FILE *file;

	must(key && x509);
	must(X509_set_version(x509, 2) && ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) &&
	     X509_gmtime_adj(X509_getm_notBefore(x509), from) && X509_gmtime_adj(X509_getm_notAfter(x509), to) &&
	     X509_set_pubkey(x509, key) &&
	     X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC, (const unsigned char *)name,
					-1, -1, 0) &&
	     X509_set_issuer_name(x509, X509_get_subject_name(x509)));
	extension_add(x509, NID_basic_constraints, "critical,CA:TRUE");
	extension_add(x509, NID_subject_alt_name, subject);
	must(X509_sign(x509, key, EVP_sha256()) > 0);
	certificate->path = unit_path("%s.pem", name);
	certificate->key = unit_path("%s.key", name);
	must((file = fopen(certificate->path, "w")) && PEM_write_X509(file, x509) == 1 && fclose(file) == 0);
	must((file = fopen(certificate->key, "w")) &&
	     PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1 && fclose(file) == 0 &&
	     chmod(certificate->key, 0600) == 0);
	pin_make(key, certificate->pin);
	X509_free(x509);
	EVP_PKEY_free(key);
}
