# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += liboffers.la
liboffers_la_SOURCES = \
	offers/backtest.c offers/backtest.h \
	offers/bill.c offers/bill.h \
	offers/cards.c offers/cards.h \
	offers/catalog.c offers/catalog.h \
	offers/catalog_instances.c \
	offers/catalog_offers.c \
	offers/catalog_private.c \
	offers/catalog_read.h \
	offers/catalog_subscriptions.c \
	offers/catalog_tariff.c \
	offers/compare.c offers/compare.h \
	offers/compare_print.c \
	offers/exact.c offers/exact.h \
	offers/explain.c offers/explain.h \
	offers/export.c offers/export.h \
	offers/export_azure.c \
	offers/export_gcp.c \
	offers/fees.c offers/fees.h \
	offers/forecast.c offers/forecast.h \
	offers/goals.c offers/goals.h \
	offers/marketplaces.c offers/marketplaces.h \
	offers/outcome.c offers/outcome.h \
	offers/parity.c offers/parity.h \
	offers/private_text.c offers/private_text.h \
	offers/quote.c offers/quote.h \
	offers/readback.c offers/readback.h \
	offers/report.c offers/report.h \
	offers/report_html.c \
	offers/rules.c offers/rules.h \
	offers/rules_azure.c \
	offers/rules_azure_term.c \
	offers/rules_gcp.c \
	offers/rules_gcp_term.c \
	offers/schedule.c offers/schedule.h \
	offers/sheet.c offers/sheet.h \
	offers/simulation.c offers/simulation.h \
	offers/svg.c offers/svg.h \
	offers/tariff.c offers/tariff.h \
	offers/terms.c offers/terms.h \
	offers/tune.c offers/tune.h \
	offers/tune_lp.c offers/tune_lp.h \
	offers/tune_words.c \
	offers/usage.c offers/usage.h \
	offers/value.c offers/value.h
liboffers_la_LIBADD = libcore.la $(CONFIG_LIBS) $(GMP_LIBS) -lm
