# SPDX-License-Identifier: Apache-2.0
# make bench: what the hot paths do on this machine, as a table.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c tests/bench/measure.c tests/bench/measure.h
tests_bench_bench_CPPFLAGS = $(AM_CPPFLAGS) # measure.c is in two
tests_bench_bench_LDADD = libmetering.la libcore.la -lpthread
EXTRA_LTLIBRARIES += tests/bench/measure.la
tests_bench_measure_la_SOURCES = tests/bench/measure.c tests/bench/measure.h
tests_bench_measure_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
EXTRA_PROGRAMS += tests/bench/plan
tests_bench_plan_SOURCES = tests/bench/plan.c
tests_bench_plan_LDADD = libdeploy.la libcore.la
EXTRA_PROGRAMS += tests/bench/rating
tests_bench_rating_SOURCES = tests/bench/rating.c tests/bench/measure.c tests/bench/measure.h
tests_bench_rating_CPPFLAGS = $(AM_CPPFLAGS)
tests_bench_rating_LDADD = liboffers.la $(GMP_LIBS) libcore.la -lpthread -lm
CLEANFILES += tests/bench/rating tests/bench/bench tests/bench/measure.la tests/bench/plan
dist_check_SCRIPTS += tests/bench/report.sh
.PHONY: bench
bench: all tests/bench/bench tests/bench/measure.la tests/bench/plan tests/bench/rating
	tests/bench/bench
	srcdir=$(srcdir) tests/bench/plan
	tests/bench/rating
	srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/bench/report.sh
