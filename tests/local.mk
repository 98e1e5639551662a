# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += tests/README.md
# Each kind of test has a fragment of its own.
include tests/fuzz/local.mk
# Conversations; see tests/conversations/run.sh.
TEST_EXTENSIONS = .case
# A build of the fuzzers has no other tests.
if !FUZZERS
include tests/conform/local.mk
include tests/unit/local.mk
include tests/plugins/local.mk
include tests/sandbox/local.mk
include tests/metering/local.mk
include tests/bench/local.mk
include tests/conversations/local.mk
include tests/crash/local.mk
include tests/system/local.mk
include tests/offers/local.mk
include tests/deploy/local.mk
include tests/kpi/local.mk
include tests/package/local.mk
include tests/arm/local.mk
include tests/gcp/local.mk
include tests/contract/local.mk
endif
