# SPDX-License-Identifier: Apache-2.0
# make bench: what the hot paths do on this machine, as a table.
EXTRA_PROGRAMS += tests/bench/bench
tests_bench_bench_SOURCES = tests/bench/bench.c
tests_bench_bench_LDADD = libmetering.la libcore.la -lpthread
CLEANFILES += tests/bench/bench
.PHONY: bench
bench: tests/bench/bench
	tests/bench/bench
