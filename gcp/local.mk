# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libgcp.la
libgcp_la_SOURCES = \
	gcp/check.c gcp/check.h \
	gcp/hcl.c gcp/hcl.h \
	gcp/model.c gcp/model.h \
	gcp/rules.h \
	gcp/rules_files.c \
	gcp/rules_metadata.c \
	gcp/rules_terraform.c \
	gcp/yaml.c gcp/yaml.h
libgcp_la_CFLAGS = $(AM_CFLAGS) $(YAML_CFLAGS)
libgcp_la_LIBADD = libpackage.la libcore.la $(YAML_LIBS)

# The package, as apollo package gcp packs it.
gcpdatadir = $(pkgdatadir)/gcp
dist_gcpdata_DATA = gcp/README.md gcp/main.tf gcp/marketplace_test.tfvars gcp/metadata.display.yaml gcp/metadata.yaml gcp/outputs.tf \
	gcp/variables.tf gcp/versions.tf
