#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two runs at once: the second says so and leaves with 0.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start
world_make
exec 8>apollo.db.lease
flock -n 8 || fail "the lease is held before anything runs"
expect 0 'another run holds the ledger' apollo meter run --now 2026-10-01T01:05:00Z
exec 8>&-
expect 4 'without usage' apollo meter run --now 2026-10-01T01:05:00Z
