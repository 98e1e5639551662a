# SPDX-License-Identifier: Apache-2.0
TESTS += $(system_tests)
system_tests = \
	tests/system/backtest.sh \
	tests/system/certificate.sh \
	tests/system/clock.sh \
	tests/system/collect.sh \
	tests/system/compare.sh \
	tests/system/crash.sh \
	tests/system/decide.sh \
	tests/system/export.sh \
	tests/system/full.sh \
	tests/system/kpi.sh \
	tests/system/layers.sh \
	tests/system/machines.sh \
	tests/system/market.sh \
	tests/system/month.sh \
	tests/system/offer.sh \
	tests/system/package.sh \
	tests/system/page.sh \
	tests/system/parity.sh \
	tests/system/peers.sh \
	tests/system/plan.sh \
	tests/system/prometheus.sh \
	tests/system/quote.sh \
	tests/system/readonly.sh \
	tests/system/reconcile.sh \
	tests/system/report.sh \
	tests/system/restored.sh \
	tests/system/solver.sh \
	tests/system/spool.sh \
	tests/system/status.sh \
	tests/system/stories.sh \
	tests/system/submit.sh \
	tests/system/two.sh \
	tests/system/valgrind.sh \
	tests/system/wrong.sh \
	tests/system/zones.sh
dist_check_SCRIPTS += $(system_tests)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)' builddir='$(builddir)' SANITIZED='$(SANITIZED)'; export srcdir builddir SANITIZED;

# A Prometheus that says what follows from the time.
check_PROGRAMS += tests/system/metrics
tests_system_metrics_SOURCES = tests/system/metrics.c tests/unit/server.c tests/unit/server.h
tests_system_metrics_CFLAGS = $(AM_CFLAGS) -pthread
tests_system_metrics_LDADD = $(SSL_LIBS) $(CRYPTO_LIBS) -lpthread
