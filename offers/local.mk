# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += liboffers.la
liboffers_la_SOURCES = \
	offers/catalog.c offers/catalog.h offers/catalog_read.h \
	offers/catalog_instances.c \
	offers/catalog_offers.c \
	offers/catalog_subscriptions.c \
	offers/rate.c offers/rate.h
liboffers_la_LIBADD = libcore.la $(CONFIG_LIBS) $(GMP_LIBS)
