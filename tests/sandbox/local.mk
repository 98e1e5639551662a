# SPDX-License-Identifier: Apache-2.0
# The sandbox, spoken to in raw HTTP.
sandbox_stage = tests/sandbox/client.c tests/sandbox/client.h tests/sandbox/stage.c tests/sandbox/stage.h $(unit_common)
sandbox_libs = libsandbox.la libcore.la $(JSONC_LIBS) $(CUNIT_LIBS)

check_PROGRAMS += tests/sandbox/test_azure
TESTS += tests/sandbox/test_azure
tests_sandbox_test_azure_SOURCES = tests/sandbox/test_azure.c tests/sandbox/azure.c tests/sandbox/azure.h $(sandbox_stage)
tests_sandbox_test_azure_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_azure_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_azure_strict
TESTS += tests/sandbox/test_azure_strict
tests_sandbox_test_azure_strict_SOURCES = tests/sandbox/test_azure_strict.c tests/sandbox/azure.c tests/sandbox/azure.h $(sandbox_stage)
tests_sandbox_test_azure_strict_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_azure_strict_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_query
TESTS += tests/sandbox/test_query
tests_sandbox_test_query_SOURCES = tests/sandbox/test_query.c tests/sandbox/azure.h $(sandbox_stage)
tests_sandbox_test_query_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_query_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_tokens
TESTS += tests/sandbox/test_tokens
tests_sandbox_test_tokens_SOURCES = tests/sandbox/test_tokens.c tests/sandbox/azure.h $(sandbox_stage)
tests_sandbox_test_tokens_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_tokens_LDADD = $(sandbox_libs) $(CRYPTO_LIBS)

check_PROGRAMS += tests/sandbox/test_service
TESTS += tests/sandbox/test_service
tests_sandbox_test_service_SOURCES = tests/sandbox/test_service.c tests/sandbox/google.h $(sandbox_stage)
tests_sandbox_test_service_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_service_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_faults
TESTS += tests/sandbox/test_faults
tests_sandbox_test_faults_SOURCES = tests/sandbox/test_faults.c tests/sandbox/azure.h tests/sandbox/google.h $(sandbox_stage)
tests_sandbox_test_faults_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_faults_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_control
TESTS += tests/sandbox/test_control
tests_sandbox_test_control_SOURCES = tests/sandbox/test_control.c tests/sandbox/azure.h tests/sandbox/google.h $(sandbox_stage)
tests_sandbox_test_control_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_control_LDADD = $(sandbox_libs)

check_PROGRAMS += tests/sandbox/test_command
TESTS += tests/sandbox/test_command
tests_sandbox_test_command_SOURCES = tests/sandbox/test_command.c tests/sandbox/azure.h $(sandbox_stage)
tests_sandbox_test_command_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_APOLLO='"$(abs_top_builddir)/apollo"' \
	-DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_sandbox_test_command_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_sandbox_test_command_LDADD = $(sandbox_libs)

TESTS += tests/sandbox/manual.sh
dist_check_SCRIPTS += tests/sandbox/manual.sh

# make bench-sandbox: how many claims a second the sandbox alone takes.
EXTRA_PROGRAMS += tests/sandbox/bench
tests_sandbox_bench_SOURCES = tests/sandbox/bench.c tests/sandbox/client.c tests/sandbox/client.h
tests_sandbox_bench_LDADD = libsandbox.la libcore.la
CLEANFILES += tests/sandbox/bench
.PHONY: bench-sandbox
bench-sandbox: tests/sandbox/bench
	tests/sandbox/bench
