# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libkpi.la
libkpi_la_SOURCES = \
	kpi/cost.c \
	kpi/elbencho.c \
	kpi/fio.c \
	kpi/json.c \
	kpi/kpi.c kpi/kpi.h \
	kpi/print.c kpi/print.h \
	kpi/row.c \
	kpi/run.c kpi/run.h \
	kpi/sheet.c kpi/sheet.h \
	kpi/stages.h \
	kpi/table.c kpi/table.h \
	kpi/validity.c
libkpi_la_LIBADD = libdeploy.la libcore.la $(CONFIG_LIBS) $(JSONC_LIBS) -lm
