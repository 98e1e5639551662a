# SPDX-License-Identifier: Apache-2.0
bin_PROGRAMS += apollo
apollo_SOURCES = cli/main.c
apollo_LDADD = libcore.la
