# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/sandbox/sandbox
tests_sandbox_sandbox_SOURCES = tests/sandbox/sandbox.c
tests_sandbox_sandbox_LDADD = libsandbox.la libcore.la
