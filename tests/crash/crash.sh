# SPDX-License-Identifier: Apache-2.0
# Sourced by the crash campaigns, after world.sh.
shim=$builddir/tests/crash/.libs/boundary.so
[ -f "$shim" ] || fail "$shim is not built"
APOLLO_PLUGIN_PATH=$builddir/.libs
export APOLLO_PLUGIN_PATH

# `meter run` without a shell in between, which a preloaded library would count too.
run() {
	"$builddir/apollo" meter run "$@"
}

# clock_set TIME: of the sandbox.
clock_set() {
	curl -sSf -X PUT -d "{\"now\":\"$1\"}" "$url/sandbox/clock" >/dev/null || fail "the clock cannot be set to $1"
}

# faults_set FILE: instead of those before.
faults_set() {
	curl -sSf -X DELETE "$url/sandbox/faults" >/dev/null && curl -sSf -d @"$1" "$url/sandbox/faults" >/dev/null ||
		fail "the faults of $1 cannot be set"
}

# settle DAY: without faults, the rest of the day is run hour by hour until everything is settled; the ledger is whole.
settle() {
	echo '[]' >none.json
	faults_set none.json
	apollo meter rehearse --from "$1T04:20:00Z" --to "$1T07:21:00Z" --clock "$url" >settle.log 2>&1 || fail "the runs after: $(cat settle.log)"
	apollo ledger verify >verify.log 2>&1 || fail "the ledger: $(cat verify.log)"
	apollo meter status --now "$1T07:21:00Z" >status.log 2>&1 || :
	[ "$(grep -c 'everything is settled' status.log)" -eq 2 ] || fail "not everything is settled: $(cat status.log)"
}
