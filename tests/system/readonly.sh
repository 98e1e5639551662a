#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A user who may only read: status, statement and verify work, what writes says why it cannot.
. "${srcdir:-.}/tests/system/world.sh"
now=2026-10-01T01:05:00Z
sandbox_start --clock $now
world_make
expect_nothing
event reads contoso a 2026-10-01T00:10:00Z 5 >spool/a.jsonl
quiet apollo meter run --now $now
event reads contoso b 2026-10-01T01:10:00Z 5 >b.jsonl
chmod -R a+rX .
chmod a-w . apollo.db*
if [ "$(id -u)" = 0 ]; then
	setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$builddir/apollo" -a -r "$builddir/.libs/azure.so" || exit 77
	apollo() {
		setpriv --reuid=65534 --regid=65534 --clear-groups "$builddir/run" apollo "$@"
	}
fi
said=$(mktemp)
trap 'sandbox_stop; chmod u+w "$world"; rm -rf "$world" "$said"' EXIT
reader() {
	wanted=$1
	text=$2
	shift 2
	status=0
	apollo "$@" >"$said" 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "$*: status $status, not $wanted: $(cat "$said")"
	grep -qF -- "$text" "$said" || fail "$*: did not say \"$text\" but: $(cat "$said")"
}
reader 0 'everything is settled' meter status --now $now
reader 0 'The ledger is whole' ledger verify
reader 0 '5  accepted by azure' meter statement contoso --now $now
reader 1 'Permission denied' meter take --now $now b.jsonl
reader 1 'apollo.db' meter run --now $now
