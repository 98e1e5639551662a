# SPDX-License-Identifier: Apache-2.0
unit_common = tests/unit/unit.c tests/unit/unit.h
unit_libs = libcore.la $(CUNIT_LIBS)

# The plugins that the loader is tried with: one source, one thing wrong with each.
check_LTLIBRARIES += \
	tests/unit/modules/good.la \
	tests/unit/modules/older.la \
	tests/unit/modules/newer.la \
	tests/unit/modules/silent.la \
	tests/unit/modules/empty.la \
	tests/unit/modules/magic.la \
	tests/unit/modules/major.la \
	tests/unit/modules/size.la \
	tests/unit/modules/callback.la \
	tests/unit/modules/marked.la
unit_module_flags = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
tests_unit_modules_good_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_good_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_GOOD
tests_unit_modules_good_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_older_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_older_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_OLDER
tests_unit_modules_older_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_newer_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_newer_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_NEWER
tests_unit_modules_newer_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_silent_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_silent_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_SILENT
tests_unit_modules_silent_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_empty_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_empty_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_EMPTY
tests_unit_modules_empty_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_magic_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_magic_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_MAGIC
tests_unit_modules_magic_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_major_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_major_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_MAJOR
tests_unit_modules_major_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_size_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_size_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_SIZE
tests_unit_modules_size_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_callback_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_callback_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_CALLBACK
tests_unit_modules_callback_la_LDFLAGS = $(unit_module_flags)
tests_unit_modules_marked_la_SOURCES = tests/unit/modules/module.c
tests_unit_modules_marked_la_CPPFLAGS = $(AM_CPPFLAGS) -DMODULE_MARKED
tests_unit_modules_marked_la_LDFLAGS = $(unit_module_flags)

check_PROGRAMS += tests/unit/test_loader
TESTS += tests/unit/test_loader
tests_unit_test_loader_SOURCES = tests/unit/test_loader.c $(unit_common)
tests_unit_test_loader_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_unit_test_loader_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/test_instance
TESTS += tests/unit/test_instance
tests_unit_test_instance_SOURCES = tests/unit/test_instance.c tests/unit/fixture.c tests/unit/fixture.h $(unit_common)
tests_unit_test_instance_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_unit_test_instance_LDADD = $(unit_libs)

unit_engine = tests/unit/engine.c tests/unit/engine.h tests/unit/server.c tests/unit/server.h \
	tests/unit/fixture.c tests/unit/fixture.h $(unit_common)

check_PROGRAMS += tests/unit/test_exchange
TESTS += tests/unit/test_exchange
tests_unit_test_exchange_SOURCES = tests/unit/test_exchange.c $(unit_engine)
tests_unit_test_exchange_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_unit_test_exchange_LDADD = $(unit_libs) $(SSL_LIBS) -lpthread

check_PROGRAMS += tests/unit/test_http
TESTS += tests/unit/test_http
tests_unit_test_http_SOURCES = tests/unit/test_http.c tests/unit/certificate.c tests/unit/certificate.h $(unit_engine)
tests_unit_test_http_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_unit_test_http_LDADD = $(unit_libs) $(SSL_LIBS) $(CRYPTO_LIBS) -lpthread

check_PROGRAMS += tests/unit/test_token
TESTS += tests/unit/test_token
tests_unit_test_token_SOURCES = tests/unit/test_token.c $(unit_engine)
tests_unit_test_token_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_unit_test_token_LDADD = $(unit_libs) $(SSL_LIBS) -lpthread

check_PROGRAMS += tests/unit/test_conversation
TESTS += tests/unit/test_conversation
tests_unit_test_conversation_SOURCES = tests/unit/test_conversation.c $(unit_engine)
tests_unit_test_conversation_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_unit_test_conversation_LDADD = $(unit_libs) $(SSL_LIBS) $(SQLITE_LIBS) -lpthread

check_PROGRAMS += tests/unit/test_timer
TESTS += tests/unit/test_timer
tests_unit_test_timer_SOURCES = tests/unit/test_timer.c $(unit_common)
tests_unit_test_timer_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_unit_test_timer_LDADD = $(unit_libs)

check_PROGRAMS += tests/unit/test_kit
TESTS += tests/unit/test_kit
tests_unit_test_kit_SOURCES = tests/unit/test_kit.c $(unit_common)
tests_unit_test_kit_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_unit_test_kit_LDADD = $(unit_libs) $(JSONC_LIBS)
