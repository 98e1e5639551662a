# SPDX-License-Identifier: Apache-2.0
# Contract tests, against what Microsoft and Google publish (APOLLO_CONTRACTS; else ../shared/contracts beside the
# sources).  Skipped where that is absent.
TESTS += tests/contract/captured
check_PROGRAMS += tests/contract/captured
tests_contract_captured_SOURCES = \
	tests/plugins/host.c tests/plugins/host.h \
	tests/plugins/subject.c tests/plugins/subject.h \
	tests/contract/captured.c
tests_contract_captured_CPPFLAGS = $(tests_plugins_plugins_CPPFLAGS)
tests_contract_captured_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_contract_captured_LDADD = $(JSONC_LIBS) $(CUNIT_LIBS) -lm
