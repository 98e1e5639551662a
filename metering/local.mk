# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libmetering.la
libmetering_la_SOURCES = \
	metering/admission.c metering/admission.h \
	metering/aggregate.c metering/aggregate.h \
	metering/batch.c metering/batch.h \
	metering/block.c metering/block.h \
	metering/book.c metering/book.h \
	metering/charge.c metering/charge.h \
	metering/claim.c metering/claim.h \
	metering/close.c metering/close.h \
	metering/collect.c metering/collect.h \
	metering/dedupe.c metering/dedupe.h \
	metering/dispatch.c metering/dispatch.h \
	metering/due.c metering/due.h \
	metering/envelope.c metering/envelope.h \
	metering/event.c metering/event.h \
	metering/hour.c metering/hour.h \
	metering/intake.c metering/intake.h \
	metering/ledger.c metering/ledger.h \
	metering/names.c \
	metering/proof_charge.c metering/proof_keys.c metering/proof_laws.c metering/proof.h \
	metering/reconcile.c metering/reconcile.h \
	metering/report.c metering/report.h \
	metering/schema.c metering/schema.h \
	metering/sorter.c metering/sorter.h \
	metering/statement.c metering/statement.h \
	metering/status.c metering/status.h \
	metering/terms.c metering/terms.h \
	metering/verify.c metering/verify.h \
	metering/window.c metering/window.h
libmetering_la_LIBADD = libcore.la -lpthread
