# SPDX-License-Identifier: Apache-2.0
# Each plugin is a module that links against its own libraries and exports one symbol.
plugin_ldflags = $(PLUGIN_LDFLAGS) $(AM_LDFLAGS) -export-symbols-regex '^apollo_plugin_descriptor$$'
plugin_common = plugins/common/json.c plugins/common/json.h plugins/common/kit.c plugins/common/kit.h
plugin_market = plugins/common/guid.c plugins/common/guid.h plugins/common/submit.c plugins/common/submit.h plugins/common/verdict.c plugins/common/verdict.h

pkglib_LTLIBRARIES += azure.la
azure_la_SOURCES = $(plugin_common) $(plugin_market) \
	plugins/azure/audit.c \
	plugins/azure/azure.c plugins/azure/azure.h \
	plugins/azure/offer.c \
	plugins/azure/token.c \
	plugins/azure/usage.c \
	plugins/azure/verdict.c
azure_la_LDFLAGS = -module $(plugin_ldflags)
azure_la_LIBADD = $(JSONC_LIBS) $(CRYPTO_LIBS)

pkglib_LTLIBRARIES += gcp.la
gcp_la_SOURCES = $(plugin_common) $(plugin_market) \
	plugins/gcp/admit.c \
	plugins/gcp/gcp.c plugins/gcp/gcp.h \
	plugins/gcp/jwt.c plugins/gcp/jwt.h \
	plugins/gcp/offer.c \
	plugins/gcp/report.c \
	plugins/gcp/token.c \
	plugins/gcp/verdict.c
gcp_la_LDFLAGS = -module $(plugin_ldflags)
gcp_la_LIBADD = $(JSONC_LIBS) $(CRYPTO_LIBS)

pkglib_LTLIBRARIES += prometheus.la
prometheus_la_SOURCES = $(plugin_common) \
	plugins/prometheus/answer.c \
	plugins/prometheus/collect.c \
	plugins/prometheus/counter.c \
	plugins/prometheus/gauge.c \
	plugins/prometheus/prometheus.c plugins/prometheus/prometheus.h \
	plugins/prometheus/question.c
prometheus_la_LDFLAGS = -module $(plugin_ldflags)
prometheus_la_LIBADD = $(JSONC_LIBS)
