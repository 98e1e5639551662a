# SPDX-License-Identifier: Apache-2.0
deploy_tests = tests/deploy/test_plan tests/deploy/test_range tests/deploy/test_rules
check_PROGRAMS += $(deploy_tests)
TESTS += $(deploy_tests)
deploy_world = tests/deploy/world.c tests/deploy/world.h $(unit_common)
deploy_cppflags = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_deploy_test_range_SOURCES = tests/deploy/test_range.c $(unit_common)
tests_deploy_test_range_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_range_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_plan_SOURCES = tests/deploy/test_plan.c $(deploy_world)
tests_deploy_test_plan_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_plan_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_plan_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_rules_SOURCES = tests/deploy/test_rules.c $(deploy_world)
tests_deploy_test_rules_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_rules_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_rules_LDADD = libdeploy.la $(unit_libs)
