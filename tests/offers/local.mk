# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/offers/test_rate
TESTS += tests/offers/test_rate
tests_offers_test_rate_SOURCES = tests/offers/test_rate.c $(unit_common)
tests_offers_test_rate_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_offers_test_rate_LDADD = liboffers.la $(GMP_LIBS) $(unit_libs)

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
