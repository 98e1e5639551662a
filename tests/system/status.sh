#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is not settled is told, by every run and by status, whatever keeps it from being settled.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start --clock 2026-10-01T01:05:00Z
day=2026-10-01

# Cron has stopped: nothing is closed, so no claim is old, but the hours are.
world_make
expect_nothing
event reads contoso a ${day}T00:40:00Z 5 >u.jsonl
event reads contoso b ${day}T02:40:00Z 5 >>u.jsonl
apollo meter take --now ${day}T02:45:00Z u.jsonl >/dev/null
quiet apollo meter run --now ${day}T01:05:00Z
expect 0 'azure      everything is settled' apollo meter status --now ${day}T01:30:00Z
expect 0 'oldest unsettled hour 2026-10-01T01:00:00Z, 1 h 6 min old' apollo meter status --now ${day}T02:06:00Z
expect 4 'no run ended well for 6 h (ALARM)' apollo meter status --now ${day}T07:05:00Z
expect 4 '1:00:00Z, 192 h 6 min old (ALARM)' apollo meter status --now 2026-10-09T01:06:00Z
apollo --json meter status --now 2026-10-09T01:06:00Z >said || :
grep -q '"run_alarm_hours":20,.*"market":"azure","configured":true,.*"age_seconds":691560,"alarm_hours":20,"reason":"the hour has ended and is not closed"' said ||
	fail "as JSON: $(cat said)"
# A ledger that never ran.
rm apollo.db*
apollo ledger init --rehearsal --now ${day}T00:00:00Z
expect 4 'Last run never' apollo meter status --now ${day}T09:05:00Z

# A claim that was booked anew is as old as the usage that it settles.
world_make
expect_nothing
event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
apollo meter close --now ${day}T01:05:00Z >/dev/null
clock 2026-10-02T01:05:00Z
fault '{"route":"entra","action":"status","status":503,"count":-1}'
expect 4 '1 claims were too old and were booked into an open hour' apollo meter run --now 2026-10-02T01:05:00Z
expect 4 'oldest unsettled hour is 2026-10-01T00:00:00Z, 26 hours old' apollo meter run --now 2026-10-02T02:05:00Z
expect 4 'oldest unsettled hour 2026-10-01T00:00:00Z, 26 h' apollo meter status --now 2026-10-02T02:06:00Z
faults_end

# What is parked is told by every run until somebody decides.
sandbox_start --clock 2026-10-01T01:05:00Z
world_make
expect_nothing
sed -i 's/id = "tb_read"; step = "0.000001"/id = "nosuch"; step = "0.000001"/' offers.cfg
event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
for hour in 01 02; do
	clock ${day}T$hour:05:00Z
	expect 4 'azure: 1 claims are parked and wait for a person' apollo meter run --now ${day}T$hour:05:00Z
done
grep -q 'The plan has no such dimension' said || fail "the reason is not told: $(cat said)"
expect 4 'everything is settled but what is parked' apollo meter status --now ${day}T02:06:00Z

# A market that was renamed: its claims are seen and told.
world_make
expect_nothing
clock ${day}T01:05:00Z
event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
apollo meter close --now ${day}T01:05:00Z >/dev/null
sed -i 's/name = "azure"; plugin/name = "az"; plugin/' apollo.cfg
sed -i 's/market = "azure"/market = "az"/' subscriptions.cfg offers.cfg
expect 4 'azure: the configuration has no such market, but 1 of its claims are not settled' apollo meter run --now ${day}T01:05:00Z
expect 4 'the configuration has no such market' apollo meter status --now ${day}T01:06:00Z

# Gaps are told; expected usage that did not come too.
world_make
event capacity contoso a ${day}T00:00:00Z 1099511627776 >u.jsonl
event capacity contoso b ${day}T00:40:00Z 1099511627776 >>u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
expect 4 '1 hours have a gap' apollo meter run --now ${day}T01:05:00Z
expect 4 'capacity of contoso in the hour 2026-10-01T00:00:00Z: 1200 s are covered by no sample' apollo meter status --now ${day}T01:06:00Z
grep -q 'no usage:  capacity of fabrikam' said || fail "the silent one is not told: $(cat said)"
apollo --json meter status --now ${day}T01:06:00Z >said || :
grep -q '"silent":\[{"subscription":"fabrikam","meter":"capacity",.*\],"gaps":\[{"subscription":"contoso","meter":"capacity",.*"gap_seconds":1200}\]' said ||
	fail "as JSON: $(cat said)"

# What nothing claims any more is told, with what to do: of a subscription that ended, what is below the step; of one that the
# configuration lost, what is due and the events that wait for it.
sandbox_start --clock ${day}T01:05:00Z
world_make
expect_nothing
sed -i 's/market = "gcp"; start = "2026-10-01T00:00:00Z";/& end = "2026-10-01T02:00:00Z";/' subscriptions.cfg
event reads fabrikam a ${day}T00:10:00Z 2.5 >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
quiet apollo meter run --now ${day}T01:05:00Z
expect 0 '' apollo meter status --now ${day}T01:06:00Z
! grep 'left:' said || fail "what waits for more usage is no rest: $(cat said)"
clock ${day}T03:05:00Z
quiet apollo meter run --now ${day}T03:05:00Z
expect 0 'left:      0.5 tb_read of fabrikam: the subscription has ended' apollo meter status --now ${day}T03:06:00Z
expect 0 '0.5  left when it ended' apollo meter statement fabrikam --term $day --now ${day}T03:06:00Z
usage_is fabrikam left 0.5
usage_is fabrikam waiting 0
usage_is fabrikam amount 0.50
sed -i -e '/name = "fabrikam"/,$d' subscriptions.cfg
sed -i -e '$ s/,$//' subscriptions.cfg
echo ');' >>subscriptions.cfg
expect 4 '0.5 tb_read of fabrikam are due and nothing will claim them' apollo meter run --now ${day}T03:07:00Z
expect 4 'left:      0.5 tb_read of fabrikam: not in the configuration any more: put it back, with an end' apollo meter status --now ${day}T03:08:00Z
apollo --json meter status --now ${day}T03:08:00Z >said || :
grep -q '"left":\[{"subscription":"fabrikam","dimension":"tb_read","amount":"0.5","configured":false}\],"waiting":\[\]}' said ||
	fail "as JSON: $(cat said)"
expect 2 'nothing is left of a subscription "contoso"' apollo meter write-off --left --now ${day}T03:09:00Z contoso
quiet apollo meter write-off --left --now ${day}T03:09:00Z fabrikam
expect 0 'written off so far: 0.5 units' apollo meter status --now ${day}T03:10:00Z
quiet apollo meter run --now ${day}T03:11:00Z
apollo ledger verify >/dev/null

# Events that were taken for a subscription that is gone when their hour closes.
event reads contoso b ${day}T03:10:00Z 5 >u.jsonl
apollo meter take --now ${day}T03:45:00Z u.jsonl >/dev/null
sed -i 's/name = "contoso"/name = "contoso2"/' subscriptions.cfg
clock ${day}T04:05:00Z
expect 4 'events of 1 series that are not in the configuration wait' apollo meter run --now ${day}T04:05:00Z
expect 4 'waiting:   events of reads of contoso in 1 hours from 2026-10-01T03:00:00Z on' apollo meter status --now ${day}T04:06:00Z
apollo --json meter status --now ${day}T04:06:00Z >said || :
grep -q '"waiting":\[{"subscription":"contoso","meter":"reads","hours":1,"oldest":"2026-10-01T03:00:00Z"}\]}' said ||
	fail "as JSON: $(cat said)"
