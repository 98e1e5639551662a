# SPDX-License-Identifier: Apache-2.0
kpi_tests = tests/kpi/test_kpi tests/kpi/test_runs
check_PROGRAMS += $(kpi_tests)
TESTS += $(kpi_tests)
kpi_world = tests/kpi/world.c tests/kpi/world.h $(unit_common)
tests_kpi_test_kpi_SOURCES = tests/kpi/test_kpi.c $(kpi_world)
tests_kpi_test_kpi_CPPFLAGS = $(deploy_cppflags)
tests_kpi_test_kpi_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_kpi_test_kpi_LDADD = libkpi.la $(unit_libs) $(JSONC_LIBS) -lm
tests_kpi_test_runs_SOURCES = tests/kpi/test_runs.c $(kpi_world)
tests_kpi_test_runs_CPPFLAGS = $(deploy_cppflags)
tests_kpi_test_runs_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_kpi_test_runs_LDADD = libkpi.la $(unit_libs) $(JSONC_LIBS)
