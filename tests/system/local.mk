# SPDX-License-Identifier: Apache-2.0
TESTS += $(system_tests)
system_tests = tests/system/crash.sh tests/system/layers.sh tests/system/month.sh tests/system/two.sh tests/system/wrong.sh
dist_check_SCRIPTS += $(system_tests)
AM_TESTS_ENVIRONMENT = srcdir='$(srcdir)' builddir='$(builddir)' SANITIZED='$(SANITIZED)'; export srcdir builddir SANITIZED;
