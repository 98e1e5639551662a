# SPDX-License-Identifier: Apache-2.0
check_PROGRAMS += tests/metering/metering
TESTS += tests/metering/metering
tests_metering_metering_SOURCES = \
	tests/metering/main.c tests/metering/world.c tests/metering/world.h \
	tests/metering/test_close.c \
	tests/metering/test_collect.c \
	tests/metering/test_intake.c \
	tests/metering/test_terms.c \
	tests/metering/test_verify.c \
	$(unit_engine)
tests_metering_metering_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_metering_metering_LDADD = libmetering.la $(unit_libs) $(SSL_LIBS) -lpthread

check_PROGRAMS += tests/metering/report
TESTS += tests/metering/report
tests_metering_report_SOURCES = tests/metering/test_report.c tests/metering/lookups.c tests/metering/lookups.h \
	tests/metering/world.c tests/metering/world.h $(unit_engine)
tests_metering_report_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_metering_report_LDADD = libmetering.la $(unit_libs) $(SSL_LIBS) $(SQLITE_LIBS) -lpthread
