# SPDX-License-Identifier: Apache-2.0
# Contract tests: what apollo sends and what the sandbox answers, and the packages, against what Microsoft and Google publish.  Skipped
# where the descriptions (APOLLO_CONTRACTS; else ../shared/contracts beside the sources), node, npm or protoc are
# absent.
#
# package-lock.json names no registry; after a change of package.json, in tests/contract:
#   npm install --package-lock-only --omit-lockfile-registry-resolved --legacy-peer-deps
# Of Google's provider only the description is read: what it wants beside it is not installed.
contract_scripts = tests/contract/arm.sh tests/contract/contract.sh tests/contract/gcp.sh tests/contract/offer.sh
TESTS += tests/contract/captured
if !SANITIZERS
TESTS += $(contract_scripts)
endif
dist_check_SCRIPTS += $(contract_scripts)
EXTRA_DIST += \
	tests/contract/arm.js \
	tests/contract/azure-deployment.js \
	tests/contract/azure-expressions.js \
	tests/contract/azure-form.js \
	tests/contract/contract.js \
	tests/contract/exceptions.js \
	tests/contract/gcp.js \
	tests/contract/google.js \
	tests/contract/judge.js \
	tests/contract/microsoft.js \
	tests/contract/modules.sh \
	tests/contract/offer.js \
	tests/contract/package-lock.json \
	tests/contract/package.json \
	tests/contract/probes.js \
	tests/contract/proxy.js \
	tests/contract/rehearsal.js \
	tests/contract/schemas.js \
	tests/contract/terraform-rewrite.js \
	tests/contract/tokens.js

check_PROGRAMS += tests/contract/captured
tests_contract_captured_SOURCES = \
	tests/plugins/host.c tests/plugins/host.h \
	tests/plugins/subject.c tests/plugins/subject.h \
	tests/contract/captured.c
tests_contract_captured_CPPFLAGS = $(tests_plugins_plugins_CPPFLAGS)
tests_contract_captured_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_contract_captured_LDADD = $(JSONC_LIBS) $(CUNIT_LIBS) -lm

.PHONY: check-contract
check-contract: all tests/contract/captured
	for test in $(srcdir)/tests/contract/arm.sh $(srcdir)/tests/contract/contract.sh $(srcdir)/tests/contract/gcp.sh tests/contract/offer.sh tests/contract/captured; do \
		srcdir=$(srcdir) builddir=$(builddir) $$test || [ $$? = 77 ] || exit 1; \
	done

# What npm made.
clean-local: contract-clean
.PHONY: contract-clean
contract-clean:
	rm -rf tests/contract/npm
