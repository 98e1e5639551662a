#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Marketplaces that misbehave: what is said, and that nothing is lost or told twice.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01

# begin: five units of contoso's first hour are claimed and wait to be sent.
begin() {
	sandbox_start --clock ${day}T01:05:00Z
	world_make
	expect_nothing
	event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
	apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
	apollo meter close --now ${day}T01:05:00Z >/dev/null
}

# settles: the trouble is over, and the next run settles everything.
settles() {
	faults_end
	clock ${day}T02:05:00Z
	quiet apollo meter run --now ${day}T02:05:00Z
	usage_is contoso accepted 5
	expect 0 'azure      everything is settled' apollo meter status --now ${day}T02:05:00Z
	apollo ledger verify >/dev/null
	books_totals >books
	grep -qxF 'azure tb_read 5' books || fail "the books hold: $(cat books)"
}

# A dry run prints and sends nothing, and writes nothing.
begin
before=$(sha256sum apollo.db)
curl -s "$url/sandbox/log" | grep -c "/api\|/oauth2\|/token" >requests || :
expect 0 '"url"' apollo meter report --dry-run --now ${day}T01:05:00Z
grep -q '"quantity\\":5[,}.]' said || fail "the dry run says: $(cat said)"
grep -q rehearsal-secret said && fail "the dry run prints a secret: $(cat said)"
curl -s "$url/sandbox/log" | grep -c "/api\|/oauth2\|/token" >requests_after || :
cmp -s requests requests_after || fail "a dry run sent something"
[ "$(sha256sum apollo.db)" = "$before" ] || fail "a dry run wrote to the ledger"

# A token refused: by the issuer, and by the market for good.
fault '{"route":"entra","action":"status","status":401,"count":-1}'
expect 0 'azure: azure: ' apollo meter run --now ${day}T01:05:00Z
grep -q 'wait for another try' said || fail "a refused credential: $(cat said)"
settles
begin
fault '{"route":"azure.single","action":"revoke","count":-1}'
expect 0 'wait for another try: azure: ' apollo meter run --now ${day}T01:05:00Z
settles

# A page instead of an answer: it settles nothing, whether the usage was taken or not.
for taken in true false; do
	begin
	fault "{\"route\":\"azure.single\",\"action\":\"html\",\"taken\":$taken,\"count\":-1}"
	expect 0 'wait for another try: azure: ' apollo meter run --now ${day}T01:05:00Z
	expect 0 'in doubt' apollo meter status --now ${day}T01:06:00Z
	settles
done

# SIGTERM while the market is slow: the exchange in hand ends and is recorded, and the run leaves with 0.
begin
fault '{"route":"azure.single","action":"slow","before_ms":600000,"count":1}'
"$builddir/run" apollo meter run --now ${day}T01:05:00Z >said 2>&1 &
run=$!
until curl -s "$url/sandbox/" | grep -q '"waiting":[1-9]'; do kill -0 $run || fail "the run ended: $(cat said)"; done
kill -TERM $run
curl -sf -X POST "$url/sandbox/release" >/dev/null || fail "the sandbox releases nothing"
status=0
wait $run || status=$?
[ $status = 0 ] || fail "after SIGTERM: status $status: $(cat said)"
usage_is contoso accepted 5
apollo ledger verify >/dev/null
