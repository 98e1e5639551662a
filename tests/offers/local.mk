# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/offers/test_exact
TESTS += tests/offers/test_exact
tests_offers_test_exact_SOURCES = tests/offers/test_exact.c $(unit_common)
tests_offers_test_exact_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_exact_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_catalog
TESTS += tests/offers/test_catalog
tests_offers_test_catalog_SOURCES = tests/offers/test_catalog.c $(unit_common)
tests_offers_test_catalog_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_catalog_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_wrong
TESTS += tests/offers/test_wrong
tests_offers_test_wrong_SOURCES = tests/offers/test_wrong.c $(unit_common)
tests_offers_test_wrong_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_wrong_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_tune
TESTS += tests/offers/test_tune
tests_offers_test_tune_SOURCES = tests/offers/test_tune.c $(unit_common)
tests_offers_test_tune_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_tune_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs) -lm

check_PROGRAMS += tests/offers/test_rules
TESTS += tests/offers/test_rules
tests_offers_test_rules_SOURCES = tests/offers/test_rules.c $(unit_common)
tests_offers_test_rules_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_offers_test_rules_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_rules_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_oracle
TESTS += tests/offers/test_oracle
tests_offers_test_oracle_SOURCES = tests/offers/test_oracle.c tests/offers/oracle.c tests/offers/oracle.h $(unit_common)
tests_offers_test_oracle_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_oracle_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

offers_rate = tests/offers/rate.c tests/offers/rate.h $(unit_common)

check_PROGRAMS += tests/offers/test_faults
TESTS += tests/offers/test_faults
tests_offers_test_faults_SOURCES = tests/offers/test_faults.c $(offers_rate)
tests_offers_test_faults_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_faults_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_schedule
TESTS += tests/offers/test_schedule
tests_offers_test_schedule_SOURCES = tests/offers/test_schedule.c $(offers_rate)
tests_offers_test_schedule_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_schedule_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_usage
TESTS += tests/offers/test_usage
tests_offers_test_usage_SOURCES = tests/offers/test_usage.c $(offers_rate)
tests_offers_test_usage_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_usage_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)


check_PROGRAMS += tests/offers/test_conventions
TESTS += tests/offers/test_conventions
tests_offers_test_conventions_SOURCES = tests/offers/test_conventions.c $(offers_rate)
tests_offers_test_conventions_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_conventions_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

check_PROGRAMS += tests/offers/test_report
TESTS += tests/offers/test_report
tests_offers_test_report_SOURCES = tests/offers/test_report.c $(unit_common)
tests_offers_test_report_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_report_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs) -lm

check_PROGRAMS += tests/offers/test_export
TESTS += tests/offers/test_export
tests_offers_test_export_SOURCES = tests/offers/test_export.c $(unit_common)
tests_offers_test_export_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_export_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)
EXTRA_DIST += \
	tests/offers/golden/acme-absolute.json tests/offers/golden/acme-commit.json tests/offers/golden/acme-commit.md \
	tests/offers/golden/acme-percent.json tests/offers/golden/acme-tiers.txt tests/offers/golden/acme-usage.json \
	tests/offers/golden/acme-wrong.txt tests/offers/golden/beta-fee.json tests/offers/golden/beta-instalments.json \
	tests/offers/golden/beta-nothing.txt tests/offers/golden/beta-saas.json tests/offers/golden/beta-saas.md tests/offers/golden/offers.cfg

check_PROGRAMS += tests/offers/test_parity
TESTS += tests/offers/test_parity
tests_offers_test_parity_SOURCES = tests/offers/test_parity.c $(unit_common)
tests_offers_test_parity_CPPFLAGS = $(deploy_cppflags)
tests_offers_test_parity_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_parity_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs) -lm

check_PROGRAMS += tests/offers/test_backtest
TESTS += tests/offers/test_backtest
tests_offers_test_backtest_SOURCES = tests/offers/test_backtest.c $(unit_common)
tests_offers_test_backtest_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_backtest_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs) -lm

check_PROGRAMS += tests/offers/test_compare
TESTS += tests/offers/test_compare
tests_offers_test_compare_SOURCES = tests/offers/test_compare.c $(unit_common)
tests_offers_test_compare_CPPFLAGS = $(deploy_cppflags)
tests_offers_test_compare_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_compare_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs) -lm
