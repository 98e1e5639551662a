# SPDX-License-Identifier: Apache-2.0
bin_PROGRAMS += apollo
apollo_SOURCES = \
	cli/app.c cli/app.h \
	cli/cli.h \
	cli/ledger.c \
	cli/main.c \
	cli/meter.c cli/meter.h \
	cli/plugins.c \
	cli/reconcile.c \
	cli/rehearse.c \
	cli/show.c \
	cli/spool.c cli/spool.h \
	cli/wire.c
apollo_LDADD = libmetering.la liboffers.la libsandbox.la libcore.la $(MICROHTTPD_LIBS)
