# SPDX-License-Identifier: Apache-2.0
# The fuzzers; see fuzz.h.  In a build with --enable-fuzzers they are the only tests.
EXTRA_DIST += \
	tests/fuzz/arm.dict \
	tests/fuzz/azure.dict \
	tests/fuzz/capture.dict \
	tests/fuzz/cards.dict \
	tests/fuzz/catalog.dict \
	tests/fuzz/corpus \
	tests/fuzz/deployment.dict \
	tests/fuzz/event.dict \
	tests/fuzz/fuzz.sh \
	tests/fuzz/gcp.dict \
	tests/fuzz/goals.dict \
	tests/fuzz/http.dict \
	tests/fuzz/json.dict \
	tests/fuzz/kpi.dict \
	tests/fuzz/network.dict \
	tests/fuzz/plan.dict \
	tests/fuzz/prometheus.dict \
	tests/fuzz/readback.dict \
	tests/fuzz/terraform.dict \
	tests/fuzz/usage.dict

if FUZZERS
fuzz_common = tests/fuzz/fuzz.c tests/fuzz/fuzz.h
fuzz_ldflags = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_libs = libcore.la $(JSONC_LIBS)
# A plugin is compiled in, so that its coverage is seen; one of its names is the core's too.
fuzz_plugin = tests/fuzz/plugin.c tests/fuzz/plugin.h $(fuzz_common)
fuzz_cppflags = $(AM_CPPFLAGS) -Djson_text=plugin_json_text

check_PROGRAMS += \
	tests/fuzz/arm \
	tests/fuzz/azure \
	tests/fuzz/block \
	tests/fuzz/capture \
	tests/fuzz/cards \
	tests/fuzz/catalog \
	tests/fuzz/deployment \
	tests/fuzz/event \
	tests/fuzz/gcp \
	tests/fuzz/goals \
	tests/fuzz/http \
	tests/fuzz/json \
	tests/fuzz/kit \
	tests/fuzz/kpi \
	tests/fuzz/network \
	tests/fuzz/options \
	tests/fuzz/plan \
	tests/fuzz/prometheus \
	tests/fuzz/range \
	tests/fuzz/readback \
	tests/fuzz/terraform \
	tests/fuzz/usage

TESTS += $(check_PROGRAMS)
LOG_COMPILER = sh $(srcdir)/tests/fuzz/fuzz.sh

tests_fuzz_arm_SOURCES = tests/fuzz/arm.c $(fuzz_common)
tests_fuzz_arm_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_arm_LDADD = libarm.la libpackage.la $(fuzz_libs)
tests_fuzz_terraform_SOURCES = tests/fuzz/terraform.c $(fuzz_common)
tests_fuzz_terraform_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_terraform_LDADD = libgcp.la libpackage.la $(fuzz_libs)
tests_fuzz_block_SOURCES = tests/fuzz/block.c $(fuzz_common)
tests_fuzz_block_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_block_LDADD = libmetering.la $(fuzz_libs)
tests_fuzz_catalog_SOURCES = tests/fuzz/catalog.c $(fuzz_common)
tests_fuzz_catalog_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_fuzz_catalog_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_catalog_LDADD = liboffers.la $(GMP_LIBS) $(fuzz_libs)
tests_fuzz_readback_SOURCES = tests/fuzz/readback.c $(fuzz_common)
tests_fuzz_readback_CPPFLAGS = $(AM_CPPFLAGS) -DTEST_SOURCE_DIR='"$(abs_top_srcdir)"'
tests_fuzz_readback_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_readback_LDADD = liboffers.la $(GMP_LIBS) $(fuzz_libs)
tests_fuzz_usage_SOURCES = tests/fuzz/usage.c $(fuzz_common)
tests_fuzz_usage_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_usage_LDADD = liboffers.la $(GMP_LIBS) $(fuzz_libs)
tests_fuzz_event_SOURCES = tests/fuzz/event.c $(fuzz_common)
tests_fuzz_event_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_event_LDADD = libmetering.la $(fuzz_libs)
tests_fuzz_http_SOURCES = tests/fuzz/http.c $(fuzz_common)
tests_fuzz_http_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_http_LDADD = $(fuzz_libs)
tests_fuzz_json_SOURCES = tests/fuzz/json.c plugins/common/json.c $(fuzz_common)
tests_fuzz_json_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_json_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_json_LDADD = $(fuzz_libs)
tests_fuzz_kit_SOURCES = tests/fuzz/kit.c $(fuzz_common)
tests_fuzz_kit_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_kit_LDADD = $(fuzz_libs)
tests_fuzz_options_SOURCES = tests/fuzz/options.c $(fuzz_common)
tests_fuzz_options_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_options_LDADD = $(fuzz_libs)
tests_fuzz_capture_SOURCES = tests/fuzz/capture.c $(fuzz_common)
tests_fuzz_capture_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_capture_LDADD = libdeploy.la $(fuzz_libs)
tests_fuzz_cards_SOURCES = tests/fuzz/cards.c $(fuzz_common)
tests_fuzz_cards_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_cards_LDADD = liboffers.la $(GMP_LIBS) $(fuzz_libs)
tests_fuzz_goals_SOURCES = tests/fuzz/goals.c $(fuzz_common)
tests_fuzz_goals_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_goals_LDADD = liboffers.la $(GMP_LIBS) $(fuzz_libs) -lm
tests_fuzz_deployment_SOURCES = tests/fuzz/deployment.c $(fuzz_common)
tests_fuzz_deployment_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_deployment_LDADD = libdeploy.la $(fuzz_libs)
tests_fuzz_kpi_SOURCES = tests/fuzz/kpi.c $(fuzz_common)
tests_fuzz_kpi_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_kpi_LDADD = libkpi.la $(fuzz_libs) -lm
tests_fuzz_network_SOURCES = tests/fuzz/network.c $(fuzz_common)
tests_fuzz_network_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_network_LDADD = libdeploy.la $(fuzz_libs)
tests_fuzz_plan_SOURCES = tests/fuzz/plan.c $(fuzz_common)
tests_fuzz_plan_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_plan_LDADD = libdeploy.la $(fuzz_libs)
tests_fuzz_range_SOURCES = tests/fuzz/range.c $(fuzz_common)
tests_fuzz_range_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_range_LDADD = libdeploy.la $(fuzz_libs)

tests_fuzz_azure_SOURCES = tests/fuzz/azure.c $(azure_la_SOURCES) $(fuzz_plugin)
tests_fuzz_azure_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_azure_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_azure_LDADD = $(fuzz_libs) $(CRYPTO_LIBS)
tests_fuzz_gcp_SOURCES = tests/fuzz/gcp.c $(gcp_la_SOURCES) $(fuzz_plugin)
tests_fuzz_gcp_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_gcp_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_gcp_LDADD = $(fuzz_libs) $(CRYPTO_LIBS)
tests_fuzz_prometheus_SOURCES = tests/fuzz/prometheus.c $(prometheus_la_SOURCES) $(fuzz_plugin)
tests_fuzz_prometheus_CPPFLAGS = $(fuzz_cppflags)
tests_fuzz_prometheus_LDFLAGS = $(fuzz_ldflags)
tests_fuzz_prometheus_LDADD = $(fuzz_libs)

# A long campaign: make fuzz FUZZ_SECONDS=600.  What it finds new is kept in tests/fuzz/found of the build folder.
FUZZ_SECONDS = 5
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)' FUZZ_SECONDS='$(FUZZ_SECONDS)'; export srcdir FUZZ_SECONDS;
fuzz:
	FUZZ_KEEP=$(abs_builddir)/tests/fuzz/found $(MAKE) $(AM_MAKEFLAGS) check-fuzz FUZZ_SECONDS=$(FUZZ_SECONDS)
# Each for a few seconds; only what they are made of is built.
check-fuzz: $(check_PROGRAMS)
	$(MAKE) $(AM_MAKEFLAGS) check-TESTS
.PHONY: fuzz check-fuzz
clean-local-fuzz:
	rm -rf tests/fuzz/found
clean-local: clean-local-fuzz
endif
