# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libsandbox.la
libsandbox_la_SOURCES = \
	sandbox/azure.c sandbox/azure.h \
	sandbox/azure_event.c \
	sandbox/azure_print.c \
	sandbox/azure_query.c \
	sandbox/bearers.c sandbox/bearers.h \
	sandbox/books.c sandbox/books.h \
	sandbox/books_print.c \
	sandbox/calendar.c sandbox/calendar.h \
	sandbox/check_codes.c \
	sandbox/control.c \
	sandbox/entra.c \
	sandbox/faults.c sandbox/faults.h \
	sandbox/fields.c sandbox/fields.h \
	sandbox/form.c sandbox/form.h \
	sandbox/google.h \
	sandbox/google_token.c \
	sandbox/journal.c sandbox/journal.h \
	sandbox/jwt.c sandbox/jwt.h \
	sandbox/main.c \
	sandbox/mishap.c sandbox/mishap.h \
	sandbox/names.c sandbox/names.h \
	sandbox/ingestion.c \
	sandbox/offers.c sandbox/offers.h \
	sandbox/producer.c \
	sandbox/operation_read.c sandbox/operation_read.h \
	sandbox/registry.c sandbox/registry.h \
	sandbox/registry_read.c \
	sandbox/reply.c \
	sandbox/routes.c sandbox/routes.h \
	sandbox/sandbox.c sandbox/sandbox.h \
	sandbox/server.c sandbox/server.h \
	sandbox/service_control.c sandbox/service_control.h \
	sandbox/settings.c sandbox/settings.h \
	sandbox/state.h \
	sandbox/table.c sandbox/table.h
libsandbox_la_CPPFLAGS = $(AM_CPPFLAGS) $(MICROHTTPD_CFLAGS)
libsandbox_la_LIBADD = libcore.la $(MICROHTTPD_LIBS) $(JSONC_LIBS) $(CRYPTO_LIBS) $(XXHASH_LIBS) -lpthread
