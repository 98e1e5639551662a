# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += tests/conform/faulty.la tests/conform/faulty-file.la
tests_conform_faulty_la_SOURCES = tests/conform/faulty.c
tests_conform_faulty_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
tests_conform_faulty_file_la_SOURCES = tests/conform/faulty.c
tests_conform_faulty_file_la_CPPFLAGS = $(AM_CPPFLAGS) -DFAULTY_FILE
tests_conform_faulty_file_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
TESTS += tests/conform/conform.sh
dist_check_SCRIPTS += tests/conform/conform.sh
