# SPDX-License-Identifier: Apache-2.0
check_LTLIBRARIES += tests/crash/boundary.la
tests_crash_boundary_la_SOURCES = tests/crash/boundary.c
tests_crash_boundary_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere $(AM_LDFLAGS)
tests_crash_boundary_la_LIBADD = -ldl
dist_check_SCRIPTS += tests/crash/campaign.sh tests/crash/random.sh
EXTRA_DIST += tests/system/world.sh tests/crash/crash.sh

# Every boundary, with and without lost replies, and thousands of kills at random times; `make check` runs a short form of
# each, as tests/system/crash.sh.
.PHONY: check-crash
check-crash: all tests/crash/boundary.la tests/system/metrics
	srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/crash/campaign.sh
	CAMPAIGN_LOSE=1 srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/crash/campaign.sh
	srcdir=$(srcdir) builddir=$(builddir) $(srcdir)/tests/crash/random.sh
	srcdir=$(srcdir) builddir=$(builddir) CAMPAIGN_STEP=1 $(srcdir)/tests/system/collect.sh
