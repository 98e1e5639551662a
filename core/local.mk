# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES = \
	core/buffer.c core/buffer.h \
	core/db.c core/db.h \
	core/error.c core/error.h \
	core/json.c core/json.h \
	core/log.c core/log.h \
	core/map.c core/map.h \
	core/quantity.c core/quantity.h \
	core/scope.c core/scope.h
libcore_la_LIBADD = $(CURL_LIBS) $(JSONC_LIBS) $(CRYPTO_LIBS) $(CONFIG_LIBS) $(SQLITE_LIBS) $(XXHASH_LIBS)
