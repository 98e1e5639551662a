# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libdeploy.la
libdeploy_la_SOURCES = \
	deploy/advertise.c \
	deploy/capture.c deploy/capture.h deploy/capture_azure.c deploy/capture_gcp.c deploy/capture_read.c deploy/capture_read.h \
	deploy/chart.c \
	deploy/choice.c deploy/choice.h \
	deploy/deployment.c deploy/deployment.h \
	deploy/diff.c deploy/diff.h \
	deploy/dns.c \
	deploy/estimate.c deploy/estimate.h \
	deploy/export.c deploy/export.h \
	deploy/export_azure.c deploy/export_azure.h \
	deploy/export_gcp.c deploy/export_gcp.h \
	deploy/facts.c deploy/facts.h \
	deploy/failover.c \
	deploy/finding.c deploy/finding.h \
	deploy/firewall.c deploy/firewall.h \
	deploy/handoff.c deploy/handoff.h \
	deploy/headroom.c \
	deploy/keep.c deploy/keep.h \
	deploy/map.c \
	deploy/network.c deploy/network.h deploy/network_firewall.c deploy/network_read.h \
	deploy/pack.c deploy/pack.h \
	deploy/page.c deploy/page.h \
	deploy/permissions.c \
	deploy/placement.c \
	deploy/plan.c deploy/plan.h \
	deploy/policy.c deploy/policy.h \
	deploy/pool.c deploy/pool.h \
	deploy/print.c deploy/print.h \
	deploy/range.c deploy/range.h \
	deploy/rules.h deploy/rules_firewall.c deploy/rules_network.c deploy/rules_placement.c deploy/rules_range.c deploy/rules_size.c \
	deploy/size.c deploy/size.h \
	deploy/spaces.c \
	deploy/stages.h
libdeploy_la_LIBADD = libcore.la $(CONFIG_LIBS) $(JSONC_LIBS) $(CRYPTO_LIBS)
