# SPDX-License-Identifier: Apache-2.0
# The built plugins, loaded as apollo loads them.
check_PROGRAMS += tests/plugins/plugins
TESTS += tests/plugins/plugins
tests_plugins_plugins_SOURCES = \
	tests/plugins/host.c tests/plugins/host.h \
	tests/plugins/main.c \
	tests/plugins/memory.c tests/plugins/memory.h \
	tests/plugins/subject.c tests/plugins/subject.h \
	tests/plugins/test_azure.c \
	tests/plugins/test_gcp.c \
	tests/plugins/test_prometheus.c
tests_plugins_plugins_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_PLUGIN_DIR='"$(abs_top_builddir)/.libs"' \
	-DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_plugins_plugins_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
tests_plugins_plugins_LDADD = $(JSONC_LIBS) $(CRYPTO_LIBS) $(CUNIT_LIBS)

# The same plugins under the engine, with every I/O call failing in turn.
check_PROGRAMS += tests/plugins/io
TESTS += tests/plugins/io
tests_plugins_io_SOURCES = tests/plugins/io.c $(unit_engine)
tests_plugins_io_CPPFLAGS = $(tests_plugins_plugins_CPPFLAGS)
tests_plugins_io_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS) -pthread
tests_plugins_io_LDADD = $(unit_libs) $(SSL_LIBS) -ldl -lpthread
