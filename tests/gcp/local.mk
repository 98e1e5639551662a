# SPDX-License-Identifier: Apache-2.0
gcp_tests = tests/gcp/test_hcl tests/gcp/test_rules
check_PROGRAMS += $(gcp_tests)
TESTS += $(gcp_tests)
gcp_libs = libgcp.la libpackage.la $(unit_libs)
tests_gcp_test_hcl_SOURCES = tests/gcp/test_hcl.c $(unit_common)
tests_gcp_test_hcl_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_gcp_test_hcl_LDADD = $(gcp_libs)
tests_gcp_test_rules_SOURCES = tests/gcp/test_rules.c $(package_faults) $(unit_common)
tests_gcp_test_rules_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_gcp_test_rules_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_gcp_test_rules_LDADD = $(gcp_libs)
