# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libmetering.la
libmetering_la_SOURCES = \
	metering/admission.c metering/admission.h \
	metering/aggregate.c metering/aggregate.h \
	metering/batch.c metering/batch.h \
	metering/block.c metering/block.h \
	metering/book.c metering/book.h \
	metering/claim.c metering/claim.h \
	metering/close.c metering/close.h \
	metering/collect.c metering/collect.h \
	metering/dedupe.c metering/dedupe.h \
	metering/dispatch.c metering/dispatch.h \
	metering/event.c metering/event.h \
	metering/intake.c metering/intake.h \
	metering/ledger.c metering/ledger.h \
	metering/names.c \
	metering/reconcile.c metering/reconcile.h \
	metering/report.c metering/report.h \
	metering/schema.c metering/schema.h \
	metering/statement.c metering/statement.h \
	metering/status.c metering/status.h \
	metering/verify.c metering/verify.h
libmetering_la_LIBADD = libcore.la -lpthread
