#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A full disk: a clear error, nothing half-written, and it goes on once there is room.
. "${srcdir:-.}/tests/system/world.sh"
[ "$(id -u)" = 0 ] || exit 77
mkdir full
mount -t tmpfs -o size=2m,mode=700 none full 2>/dev/null || exit 77
trap 'sandbox_stop; umount "$world/full"; rm -rf "$world"' EXIT
now=2026-10-01T04:05:00Z
sandbox_start --clock $now
world_make
expect_nothing
mkdir full/spool
sed -i 's|"apollo.db"|"full/apollo.db"|; s|"spool"|"full/spool"|' apollo.cfg
apollo ledger init --rehearsal --now 2026-10-01T00:00:00Z
sh "$srcdir/templates/sample-usage.sh" 2026-10 | grep '"time":"2026-10-01T0[0-3]' >usage.jsonl
apollo meter take --now $now usage.jsonl >/dev/null
head -n 20 usage.jsonl | sed 's/"id":"/&more-/' >full/spool/u.jsonl
echo nonsense >>full/spool/u.jsonl
cp usage.jsonl again.jsonl
sed -i 's/"id":"/&again-/' again.jsonl

fill() {
	cat /dev/zero >full/fill 2>/dev/null || :
}
for command in "take again.jsonl" close run; do
	fill
	expect 1 'hint: the disk' apollo meter ${command%% *} --now $now ${command#"${command%% *}"}
	rm full/fill
	apollo ledger verify >/dev/null || fail "after $command on a full disk the ledger is not whole"
	[ -s full/spool/u.jsonl ] || fail "$command on a full disk moved the spool"
done
[ "$(find full -name '*.part' | wc -l)" = 0 ] || fail "left behind: $(find full)"
expect 4 '1 events were rejected' apollo meter run --now $now
[ -s full/spool/taken/u.jsonl.rejected ] || fail "the rejects are lost: $(find full)"
expect 0 'everything is settled' apollo meter status --now $now
apollo ledger verify >/dev/null
