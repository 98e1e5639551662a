# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += boundary.la
boundary_la_SOURCES = tests/crash/boundary.c
boundary_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
boundary_la_LIBADD = -ldl
dist_check_SCRIPTS += tests/crash/campaign.sh
EXTRA_DIST += tests/system/world.sh

# Every boundary; `make check` runs it too, as tests/system/crash.sh.
.PHONY: check-crash
check-crash: all boundary.la
	srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/crash/campaign.sh
