# SPDX-License-Identifier: Apache-2.0
bin_PROGRAMS += apollo
apollo_SOURCES = \
	cli/app.c cli/app.h \
	cli/backtest.c \
	cli/books.c cli/books.h \
	cli/cli.h \
	cli/compare.c \
	cli/data.c cli/data.h \
	cli/kpi.c \
	cli/ledger.c \
	cli/machines.c cli/machines.h \
	cli/main.c \
	cli/meter.c cli/meter.h \
	cli/offer.c cli/offer.h \
	cli/offer_export.c \
	cli/offer_show.c \
	cli/offer_submit.c cli/offer_submit.h \
	cli/package.c \
	cli/parity.c \
	cli/plan.c \
	cli/plugins.c \
	cli/price.c cli/price.h \
	cli/pricing.c \
	cli/reconcile.c \
	cli/rehearse.c \
	cli/report.c \
	cli/show.c \
	cli/spool.c cli/spool.h \
	cli/stated.c cli/stated.h \
	cli/statement.c \
	cli/studio.c cli/studio.h \
	cli/tune.c \
	cli/wire.c
apollo_LDADD = libarm.la libgcp.la libpackage.la libkpi.la libdeploy.la libmetering.la liboffers.la libsandbox.la libcore.la $(MICROHTTPD_LIBS)

bin_PROGRAMS += apollo-plugin-check
apollo_plugin_check_SOURCES = \
	cli/conform/conform.h \
	cli/conform/conversation.c \
	cli/conform/file.c \
	cli/conform/main.c \
	cli/conform/market.c \
	cli/conform/probe.c
apollo_plugin_check_LDADD = libcore.la
