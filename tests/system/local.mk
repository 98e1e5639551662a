# SPDX-License-Identifier: Apache-2.0
system_tests = \
	tests/system/backtest.sh \
	tests/system/clock.sh \
	tests/system/collect.sh \
	tests/system/compare.sh \
	tests/system/decide.sh \
	tests/system/export.sh \
	tests/system/full.sh \
	tests/system/layers.sh \
	tests/system/machines.sh \
	tests/system/market.sh \
	tests/system/month.sh \
	tests/system/offer.sh \
	tests/system/package.sh \
	tests/system/parity.sh \
	tests/system/peers.sh \
	tests/system/plan.sh \
	tests/system/quote.sh \
	tests/system/readonly.sh \
	tests/system/reconcile.sh \
	tests/system/restored.sh \
	tests/system/spool.sh \
	tests/system/status.sh \
	tests/system/submit.sh \
	tests/system/two.sh \
	tests/system/wrong.sh \
	tests/system/zones.sh
# What runs other people's programs more than apollo, or does not go with sanitizers: not in their run.
system_apart = \
	tests/system/certificate.sh \
	tests/system/crash.sh \
	tests/system/kpi.sh \
	tests/system/page.sh \
	tests/system/prometheus.sh \
	tests/system/report.sh \
	tests/system/solver.sh \
	tests/system/stories.sh \
	tests/system/valgrind.sh
TESTS += $(system_tests)
if !SANITIZERS
TESTS += $(system_apart)
endif
dist_check_SCRIPTS += $(system_tests) $(system_apart)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)' builddir='$(builddir)' SANITIZED='$(SANITIZED)'; export srcdir builddir SANITIZED;

# A Prometheus that says what follows from the time.
check_PROGRAMS += tests/system/metrics
tests_system_metrics_SOURCES = tests/system/metrics.c tests/unit/server.c tests/unit/server.h
tests_system_metrics_CFLAGS = $(AM_CFLAGS) -pthread
tests_system_metrics_LDADD = $(SSL_LIBS) $(CRYPTO_LIBS) -lpthread
