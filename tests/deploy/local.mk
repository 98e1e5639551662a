# SPDX-License-Identifier: Apache-2.0
deploy_tests = \
	tests/deploy/test_capture \
	tests/deploy/test_choice \
	tests/deploy/test_estimate \
	tests/deploy/test_export_azure \
	tests/deploy/test_export_gcp \
	tests/deploy/test_handoff \
	tests/deploy/test_keep \
	tests/deploy/test_pack \
	tests/deploy/test_plan \
	tests/deploy/test_policy \
	tests/deploy/test_range \
	tests/deploy/test_rules \
	tests/deploy/test_subnet
check_PROGRAMS += $(deploy_tests)
TESTS += $(deploy_tests)
deploy_world = tests/deploy/world.c tests/deploy/world.h $(unit_common)
deploy_cppflags = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_deploy_test_choice_SOURCES = tests/deploy/test_choice.c $(deploy_world)
tests_deploy_test_choice_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_choice_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_choice_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_range_SOURCES = tests/deploy/test_range.c $(unit_common)
tests_deploy_test_range_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_range_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_plan_SOURCES = tests/deploy/test_plan.c $(deploy_world)
tests_deploy_test_plan_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_plan_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_plan_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_subnet_SOURCES = tests/deploy/test_subnet.c $(deploy_world)
tests_deploy_test_subnet_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_subnet_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_subnet_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_rules_SOURCES = tests/deploy/test_rules.c $(deploy_world)
tests_deploy_test_rules_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_rules_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_rules_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_estimate_SOURCES = tests/deploy/test_estimate.c $(deploy_world)
tests_deploy_test_estimate_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_estimate_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_estimate_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_handoff_SOURCES = tests/deploy/test_handoff.c $(deploy_world)
tests_deploy_test_handoff_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_handoff_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_handoff_LDADD = libdeploy.la $(JSONC_LIBS) $(unit_libs)
tests_deploy_test_pack_SOURCES = tests/deploy/test_pack.c $(deploy_world)
tests_deploy_test_pack_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_pack_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_pack_LDADD = libdeploy.la $(JSONC_LIBS) $(unit_libs)
tests_deploy_test_capture_SOURCES = tests/deploy/test_capture.c $(unit_common)
tests_deploy_test_capture_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_capture_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_capture_LDADD = libdeploy.la $(unit_libs)
tests_deploy_test_export_azure_SOURCES = tests/deploy/test_export_azure.c $(deploy_world)
tests_deploy_test_export_azure_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_export_azure_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_export_azure_LDADD = libdeploy.la $(unit_libs) $(JSONC_LIBS)
tests_deploy_test_export_gcp_SOURCES = tests/deploy/test_export_gcp.c $(deploy_world)
tests_deploy_test_export_gcp_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_export_gcp_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_export_gcp_LDADD = libdeploy.la libgcp.la $(unit_libs) $(JSONC_LIBS)
tests_deploy_test_policy_SOURCES = tests/deploy/test_policy.c $(deploy_world)
tests_deploy_test_policy_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_policy_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_policy_LDADD = libdeploy.la $(JSONC_LIBS) $(unit_libs)
tests_deploy_test_keep_SOURCES = tests/deploy/test_keep.c $(deploy_world)
tests_deploy_test_keep_CPPFLAGS = $(deploy_cppflags)
tests_deploy_test_keep_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_deploy_test_keep_LDADD = libdeploy.la $(JSONC_LIBS) $(unit_libs)
