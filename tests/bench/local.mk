# SPDX-License-Identifier: Apache-2.0
# make bench: what the hot paths do on this machine, as a table.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c
tests_bench_bench_LDADD = libmetering.la libcore.la -lpthread
CLEANFILES += tests/bench/bench
dist_check_SCRIPTS += tests/bench/report.sh
.PHONY: bench
bench: all tests/bench/bench
	tests/bench/bench
	srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/bench/report.sh
