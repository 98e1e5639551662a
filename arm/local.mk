# SPDX-License-Identifier: Apache-2.0
noinst_LTLIBRARIES += libarm.la
libarm_la_SOURCES = \
	arm/check.c arm/check.h \
	arm/document.c arm/document.h \
	arm/expression.c arm/expression.h \
	arm/functions.c arm/functions.h \
	arm/model.c arm/model.h \
	arm/rules.h \
	arm/rules_expression.c \
	arm/rules_form.c \
	arm/rules_package.c \
	arm/rules_resource.c \
	arm/rules_template.c \
	arm/versions.c arm/versions.h
libarm_la_LIBADD = libpackage.la libcore.la $(JSONC_LIBS) $(CONFIG_LIBS)

# The package, as apollo package azure packs it.
armdatadir = $(pkgdatadir)/arm
dist_armdata_DATA = arm/createUiDefinition.json arm/mainTemplate.json arm/viewDefinition.json
