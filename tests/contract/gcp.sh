#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Contract tests of the package for Google Cloud: every resource and argument of the module is held against the schema of Google's provider; and
# where terraform is there, it is planned on paper, without a provider, with the variables that apollo plan writes.
# Needs node and npm.  What is missing is said, and the test is skipped.
skip() {
	echo "skipped: $*"
	exit 77
}

for tool in node npm; do
	command -v $tool >/dev/null 2>&1 || skip "$tool is not installed"
done
. "${srcdir:-.}/tests/system/world.sh"
. "${srcdir:-.}/tests/contract/modules.sh"

plans=$srcdir/docs/examples/plans
snapshot=$plans/cluster-8-network.json
made() {
	apollo plan "$1" --network "$2" --out "$3" >said || fail "no plan: $(cat said)"
}
made "$plans/cluster-8.cfg" "$snapshot" routed
# The same grown, and with machines that hold no data; over zones; in a subnet; of a network that is shared.
sed 's/nodes = 8;/nodes = 11; compute_nodes = 2;/' "$plans/cluster-8.cfg" >grown.cfg
sed 's/ranges = "10.20.0.0\/26"/ranges = "10.20.0.0\/25"/' grown.cfg >wide.cfg
sed 's/ranges = "10.20.0.0\/26"/ranges = "10.20.0.0\/25"/' "$plans/cluster-8.cfg" >small.cfg
made small.cfg "$snapshot" small
made wide.cfg "$snapshot" grown
sed 's/zones = \[ "us-central1-a" \]/zones = [ "us-central1-a", "us-central1-b", "us-central1-c" ]/' "$plans/cluster-8.cfg" >zonal.cfg
made zonal.cfg "$snapshot" zonal
sed 's/vip_mode = "routed"; ranges = "10.20.0.0\/26"/vip_mode = "in-subnet"; ranges = "10.1.2.0\/24"/' "$plans/cluster-8.cfg" >inside.cfg
sed 's|"10.1.0.0/25"|"10.1.2.0/24"|; s|"10.1.0.2-10.1.0.5"|"10.1.2.2-10.1.2.5"|' "$snapshot" >inside.json
made inside.cfg inside.json inside
# Virtual addresses of a secondary range of that subnet.
sed 's|ranges = "10.1.2.0/24"|ranges = "10.9.2.0/24"|' inside.cfg >second.cfg
sed 's|"range": "10.1.2.0/24"|"range": "10.1.2.0/24", "secondary": [{"name": "vips", "range": "10.9.2.0/24"}]|' inside.json >second.json
made second.cfg second.json second
grep -q '"subnetwork_range_name":"vips"' second/terraform.tfvars.json || fail "the secondary range is not named"
sed 's/"project": "example-prod"/"project": "example-prod", "host_project": "example-host"/' "$snapshot" >shared.json
made "$plans/cluster-8.cfg" shared.json shared

NODE_PATH=$modules node "$srcdir/tests/contract/gcp.js" "$srcdir/gcp" "$modules/@cdktf/provider-google/.jsii" routed small grown zonal inside second shared
