#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job under valgrind: nothing read or written out of bounds, nothing used that was never set, nothing lost.
case ${SANITIZED:-no} in yes) exit 77 ;; esac # the sanitizers look for the same, and the two do not go together
command -v valgrind >/dev/null 2>&1 || exit 77
. "${srcdir:-.}/tests/system/world.sh"
! valgrind "$builddir/apollo" --version 2>&1 | grep -q 'debuginfo reader' || {
	echo "this valgrind cannot read what the compiler writes for debuggers" >&2
	exit 77
}
sandbox_start --operations "$world/operations.json"
world_make

apollo() {
	status=0
	APOLLO_PLUGIN_PATH="$builddir/.libs" valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible \
		--log-file=memory.log "$builddir/apollo" "$@" || status=$?
	[ -s memory.log ] || return $status
	cat memory.log >&2
	return 98
}

expect 0 'billed by gcp' apollo config
expect 0 prometheus apollo plugins
rm apollo.db
expect 0 '' apollo ledger init --rehearsal --now 2026-10-01T00:00:00Z
sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-01T0[0-3]' >usage.jsonl
echo '{"specversion":"1.0","type":"reads"' >>usage.jsonl
expect 4 '1 rejected' apollo meter take --now 2026-10-01T04:00:00Z usage.jsonl
expect 4 'known already' apollo meter take --now 2026-10-01T04:00:00Z usage.jsonl
fault '{"route":"azure.batch","action":"status","status":503,"count":1}'
expect 0 '4 hours closed' apollo meter rehearse --from 2026-10-01T01:05:00Z --to 2026-10-01T04:05:00Z --clock "$url"
expect 0 '' apollo meter status --now 2026-10-01T04:05:00Z
expect 0 '' apollo --json meter status --now 2026-10-01T04:05:00Z
expect 0 '' apollo meter statement contoso --term 2026-10-01 --now 2026-10-01T04:05:00Z
expect 0 'azure: ' apollo meter reconcile --now 2026-10-01T04:05:00Z --from 2026-10-01T00:00:00Z --to 2026-10-01T04:00:00Z --market azure
sandbox_stop
expect 0 'gcp: 8 rows agree' apollo meter reconcile --now 2026-10-01T04:05:00Z --from 2026-10-01T00:00:00Z --to 2026-10-01T04:00:00Z \
	--market gcp --record operations.json
expect 0 'The ledger is whole' apollo ledger verify
expect 1 'hint' apollo -c none.cfg meter run
