# SPDX-License-Identifier: Apache-2.0
package_faults = tests/package/faults.c tests/package/faults.h
check_PROGRAMS += tests/package/test_archive
TESTS += tests/package/test_archive
tests_package_test_archive_SOURCES = tests/package/test_archive.c $(unit_common)
tests_package_test_archive_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_package_test_archive_LDADD = libpackage.la $(unit_libs) $(ZIP_LIBS)
