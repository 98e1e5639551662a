#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wrong input: what is said, and the exit status.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start
world_make
now=2026-10-01T02:05:00Z

# the command line
expect 2 'there is no command "metre run"' apollo metre run
expect 2 'did you mean "apollo meter run"?' apollo metre run
expect 2 'meter take         take events' apollo meter
expect 0 'meter take         take events' apollo meter --help
expect 2 'see: apollo --help' apollo frobnicate
expect 2 'has no option --nwo' apollo meter run --nwo x
expect 2 'something is missing' apollo meter take
expect 2 'is not a time' apollo meter run --now yesterday
expect 0 'Usage: apollo' apollo --help
expect 0 '--dry-run' apollo meter report --help

# the configuration
expect 1 'cannot be read' apollo -c nowhere.cfg config
sed 's/plugin = "azure"/plugn = "azure"/' apollo.cfg >bad.cfg
expect 2 'did you mean "plugin"' apollo -c bad.cfg config
expect 2 'bad.cfg:6' apollo -c bad.cfg config
sed 's/cutoff = "23h"/cutoff = 23/' apollo.cfg >bad.cfg
expect 2 'not a text in quotes' apollo -c bad.cfg config
sed 's/cutoff = "23h"/cutoff = "24h"/' apollo.cfg >bad.cfg
expect 2 'cutoff is 1440 minutes, and azure takes hours up to 1440 minutes old' apollo -c bad.cfg config
sed 's/plugin = "azure"/plugin = "azur"/' apollo.cfg >bad.cfg
expect 2 'azur' apollo -c bad.cfg config
echo 'ledger = ' >bad.cfg
expect 2 'bad.cfg:' apollo -c bad.cfg config
chmod 644 azure.secret
cp "$srcdir/templates/sample-usage.sh" .
sh sample-usage.sh 2026-10 | grep '"time":"2026-10-01T0[01]' >usage.jsonl
apollo meter take --now $now usage.jsonl >/dev/null
expect 0 'wait for another try' apollo meter run --now $now
expect 0 'azure.secret' apollo meter status --now $now
chmod 600 azure.secret

# the ledger
expect 1 'is there already' apollo ledger init --rehearsal
sed 's/apollo.db/none.db/' apollo.cfg >other.cfg
expect 1 'apollo ledger init' apollo -c other.cfg meter status
echo 'this is no database, it only has the name of one' >none.db
expect 3 'none.db' apollo -c other.cfg meter status
rm -f real.db
sed 's/apollo.db/real.db/' apollo.cfg >real.cfg
apollo -c real.cfg ledger init
expect 2 'is a real ledger' apollo -c real.cfg meter run --now $now

# events
printf 'nonsense\n' >bad.jsonl
expect 4 '1 rejected' apollo meter take --now $now bad.jsonl
grep -q '# bad.jsonl line 1: not JSON' bad.jsonl.rejected || fail "the reject file says: $(cat bad.jsonl.rejected)"
expect 1 'cannot be opened' apollo meter take --now $now nothing.jsonl

# the marketplaces: gone, then back
apollo meter run --now 2026-10-01T03:05:00Z >/dev/null 2>&1 || :
sandbox_stop
expect 4 'wait for another try' apollo meter run --now 2026-10-01T04:05:00Z
expect 4 'in doubt' apollo meter status --now 2026-10-01T04:06:00Z
expect 4 'ALARM' apollo meter status --now 2026-10-01T12:06:00Z
expect 1 'the last run was at' apollo meter run --now 2026-10-01T01:05:00Z

# plugins: a bad file is told, and hides none behind it
mkdir -m 755 plugins
echo 'no plugin' >plugins/aaa.so
for one in azure gcp; do
	cp "$builddir/.libs/$one.so" plugins
done
chmod 644 plugins/*.so
(
	APOLLO_PLUGIN_PATH=$world/plugins
	export APOLLO_PLUGIN_PATH
	expect 1 '1 of 3 files are no plugins' apollo plugins
	grep -q 'aaa.so' said && grep -q '^azure ' said && grep -q '^gcp ' said || fail "the listing says: $(cat said)"
)

# a ledger is made whole or not at all: killed while it is made, it is made anew
sed 's/apollo.db/made.db/' apollo.cfg >made.cfg
(
	ulimit -f 8 # blocks of 512 bytes or 1 KiB: the schema does not fit
	apollo -c made.cfg ledger init --rehearsal >said 2>&1 &&
		fail "a ledger fits into a file of 8 blocks"
	:
) || exit 1
[ ! -e made.db ] || fail "half a ledger was left: $(ls -l made.db*)"
apollo -c made.cfg ledger init --rehearsal || fail "it cannot be made afterwards"
expect 1 'is there already' apollo -c made.cfg ledger init --rehearsal

# two that the marketplace could not tell apart
sed /expects/q "$srcdir/templates/subscriptions.cfg" >subscriptions.cfg
at=$(($(wc -l <subscriptions.cfg) + 1))
cat >>subscriptions.cfg <<'CFG'
  { name = "contoso2"; offer = "vast-cluster"; plan = "standard"; market = "azure"; start = "2026-10-01T00:00:00Z";
    options: { resource_uri = "/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/CONTOSO/providers/Microsoft.Solutions/applications/vast";
               plan_id = "standard"; }; }
);
CFG
expect 2 "subscriptions.cfg:$at: subscription contoso2 has the resource_uri of subscription contoso (subscriptions.cfg:3)" apollo config
cp "$srcdir/templates/subscriptions.cfg" .
sed -i 's/id = "tb_read"; step = "0.000001"/id = "tib_hours"; step = "0.000001"/' offers.cfg
expect 2 '"tib_hours" is the id of dimension tib_hours at market azure already (offers.cfg:14)' apollo config
cp "$srcdir/templates/offers.cfg" .
apollo config >/dev/null
