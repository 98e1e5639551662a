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

# The packages of the lock file, in the build folder; npm leaves a copy of the lock behind when it is through.
here=$builddir/tests/contract/npm
modules=$here/node_modules
lock=$srcdir/tests/contract/package-lock.json
mkdir -p "$here"
if [ ! -f "$modules/.package-lock.json" ] || [ "$lock" -nt "$modules/.package-lock.json" ]; then
	cp "$srcdir/tests/contract/package.json" "$lock" "$here"
	set -- --prefer-offline --fetch-retries=1 --ignore-scripts --no-audit --no-fund
	if ! (cd "$here" && npm ci "$@") >npm.log 2>&1; then
		grep -qE 'ENOTFOUND|EAI_AGAIN|ECONN|ENET|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED' npm.log &&
			skip "npm cannot reach its registry, and the packages of tests/contract are not in its cache"
		fail "npm ci: $(cat npm.log)"
	fi
fi

sandbox_start
world_make
NODE_PATH=$modules node "$srcdir/tests/contract/contract.js" "$url" "$builddir/run" "$contracts" "$modules"
