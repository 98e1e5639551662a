# SPDX-License-Identifier: Apache-2.0
# Sourced by the contract tests, behind world.sh: $modules, with the packages of the lock file, in the build folder.  npm leaves a copy of
# the lock behind when it is through.  Where it cannot be had, skip() is called.
here=$builddir/tests/contract/npm
modules=$here/node_modules
lock=$srcdir/tests/contract/package-lock.json
mkdir -p "$here"
# Tests that run at once want the same packages: one fetches them.
exec 9>"$here/lock"
flock 9
if [ ! -f "$modules/.package-lock.json" ] || [ "$lock" -nt "$modules/.package-lock.json" ]; then
	cp "$srcdir/tests/contract/package.json" "$lock" "$here"
	set -- --prefer-offline --fetch-retries=1 --ignore-scripts --no-audit --no-fund --legacy-peer-deps
	if ! (cd "$here" && npm ci "$@") >npm.log 2>&1; then
		grep -qE 'ENOTFOUND|EAI_AGAIN|ECONN|ENET|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED' npm.log &&
			skip "npm cannot reach its registry, and the packages of tests/contract are not in its cache"
		fail "npm ci: $(cat npm.log)"
	fi
fi
exec 9>&-
