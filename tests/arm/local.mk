# SPDX-License-Identifier: Apache-2.0
arm_tests = tests/arm/test_expression tests/arm/test_rules
check_PROGRAMS += $(arm_tests)
TESTS += $(arm_tests)
arm_cppflags = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
arm_libs = libarm.la libpackage.la $(unit_libs) $(JSONC_LIBS)
tests_arm_test_expression_SOURCES = tests/arm/test_expression.c $(unit_common)
tests_arm_test_expression_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_arm_test_expression_LDADD = $(arm_libs)
tests_arm_test_rules_SOURCES = tests/arm/test_rules.c $(package_faults) $(unit_common)
tests_arm_test_rules_CPPFLAGS = $(arm_cppflags)
tests_arm_test_rules_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_arm_test_rules_LDADD = $(arm_libs)
