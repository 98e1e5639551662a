# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libpackage.la
libpackage_la_SOURCES = \
	package/check.c package/check.h \
	package/files.c package/files.h \
	package/package.c package/package.h
libpackage_la_LIBADD = libcore.la
