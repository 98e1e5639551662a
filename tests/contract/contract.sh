#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Contract tests: what apollo sends, and what its sandbox answers, against what Microsoft and Google publish.
#   APOLLO_CONTRACTS=DIR   where those are; else ../shared/contracts beside the sources
# Needs node, npm and protoc.  What is missing is said, and the test is skipped.
skip() {
	echo "skipped: $*"
	exit 77
}

contracts=${APOLLO_CONTRACTS:-${srcdir:-.}/../shared/contracts}
[ -f "$contracts/microsoft/meteringapi.v1.json" ] || skip "there are no contracts in $contracts; set APOLLO_CONTRACTS"
contracts=$(cd "$contracts" && pwd)
for tool in node npm protoc; do
	command -v $tool >/dev/null 2>&1 || skip "$tool is not installed"
done
. "${srcdir:-.}/tests/system/world.sh"
. "${srcdir:-.}/tests/contract/modules.sh"

sandbox_start
world_make
NODE_PATH=$modules node "$srcdir/tests/contract/contract.js" "$url" "$builddir/run" "$contracts" "$modules"
