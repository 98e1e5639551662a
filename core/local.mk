# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libcore.la
libcore_la_SOURCES = \
	core/amount.c core/amount.h \
	core/archive.c core/archive.h \
	core/buffer.c core/buffer.h core/calendar.c core/calendar.h \
	core/call.c core/call.h \
	core/clock.c core/clock.h \
	core/conversation.c core/conversation.h \
	core/db.c core/db.h \
	core/digest.c core/digest.h \
	core/error.c core/error.h \
	core/exchange.c core/exchange.h \
	core/file.c core/file.h \
	core/http.c core/http.h \
	core/instance.c core/instance.h \
	core/journal.c core/journal.h \
	core/json.c core/json.h \
	core/lane.c core/lane.h \
	core/loader.c core/loader.h \
	core/log.c core/log.h \
	core/map.c core/map.h \
	core/options.c core/options.h \
	core/nearest.c core/nearest.h \
	core/order.c core/order.h \
	core/quantity.c core/quantity.h \
	core/read.c core/read.h \
	core/request.c core/request.h \
	core/scope.c core/scope.h \
	core/timer.c core/timer.h \
	core/token.c core/token.h
libcore_la_LIBADD = $(CURL_LIBS) $(JSONC_LIBS) $(CRYPTO_LIBS) $(CONFIG_LIBS) $(SQLITE_LIBS) $(XXHASH_LIBS) $(ZIP_LIBS)
