#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Contract tests of the Azure package: it is deployed on paper, with the parameters that apollo plan writes, and every resource is held against
# the schemas that Microsoft publishes, closed; the form is filled in, rightly and wrongly.
#   APOLLO_CONTRACTS=DIR   where those are; else ../shared/contracts beside the sources
# Needs node and npm.  What is missing is said, and the test is skipped.
skip() {
	echo "skipped: $*"
	exit 77
}

contracts=${APOLLO_CONTRACTS:-${srcdir:-.}/../shared/contracts}
[ -d "$contracts/arm" ] || skip "there are no contracts in $contracts; set APOLLO_CONTRACTS"
contracts=$(cd "$contracts" && pwd)
for tool in node npm; do
	command -v $tool >/dev/null 2>&1 || skip "$tool is not installed"
done
. "${srcdir:-.}/tests/system/world.sh"
. "${srcdir:-.}/tests/contract/modules.sh"

plans=$srcdir/docs/examples/plans
apollo plan "$plans/cluster-16.cfg" --network "$plans/cluster-16-network.json" --out zonal >said || fail "no plan: $(cat said)"
# The same in fault domains, with compute-only machines; in a subnet; and with a table that is there.
sed 's/zones = .*\];//; s/nodes = 16;/nodes = 16; compute_nodes = 2;/' "$plans/cluster-16.cfg" >regional.cfg
apollo plan regional.cfg --network "$plans/cluster-16-network.json" --out regional >said || fail "no plan: $(cat said)"
sed 's/vip_mode = "routed"; ranges = "10.60.0.0\/25"/vip_mode = "in-subnet"; ranges = "10.2.4.0\/23"/' "$plans/cluster-16.cfg" >inside.cfg
sed 's|"10.2.0.0/25"|"10.2.4.0/23"|' "$plans/cluster-16-network.json" >inside.json
apollo plan inside.cfg --network inside.json --out inside >said || fail "no plan: $(cat said)"
sed 's|"range": "10.2.0.0/25"|"range": "10.2.0.0/25", "route_table": "apps-routes"|' "$plans/cluster-16-network.json" >table.json
apollo plan "$plans/cluster-16.cfg" --network table.json --out table >said || fail "no plan: $(cat said)"

NODE_PATH=$modules node "$srcdir/tests/contract/arm.js" "$contracts/arm" "$srcdir/arm" zonal regional inside table
