#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo-plugin-check passes what keeps the contract, and finds each way of breaking it: the check that fails, and why.
builddir=$(cd "${builddir:-.}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
umask 022

say() {
	echo "$*" >&2
	bad=1
}

# passes FILE WORD...
passes() {
	"$builddir/apollo-plugin-check" "$@" >"$work/out" 2>&1 || say "$1 fails: $(cat "$work/out")"
	grep -q '^[1-9][0-9]* passed, 0 failed$' "$work/out" || say "$1: no count of what passed: $(cat "$work/out")"
}

# finds FAULT CHECK TEXT: that check fails and no other, with that text.  The loop is cut short.
finds() {
	(ulimit -S -t 2 && exec "$builddir/apollo-plugin-check" "$builddir/tests/conform/.libs/faulty.so" "fault=$1") >"$work/out" 2>&1
	[ $? -eq 3 ] || say "fault $1: exit status is not 3"
	failed=$(awk '/^FAILED/ { print $2 }' "$work/out" | tr '\n' ' ')
	[ "$failed" = "$2 " ] || say "fault $1: these fail: $failed, $2 is expected"
	grep -q -- "$3" "$work/out" || say "fault $1: nothing says \"$3\": $(cat "$work/out")"
}

# refused STATUS TEXT WORD...
refused() {
	status=$1 text=$2
	shift 2
	"$builddir/apollo-plugin-check" "$@" >"$work/out" 2>&1
	[ $? -eq "$status" ] || say "$*: exit status is not $status"
	grep -q -- "$text" "$work/out" || say "$*: nothing says \"$text\": $(cat "$work/out")"
}

entra="tenant_id=aaaaaaaa-0000-0000-0000-000000000001 client_id=aaaaaaaa-0000-0000-0000-000000000002"
usage="plan_id=standard resource_id=db9c58de-1c6e-4a7b-9d3f-2f1f0f6c5a01"
# shellcheck disable=SC2086
passes "$builddir/.libs/azure.so" $entra $usage client_secret=env:APOLLO_EXAMPLE_SECRET
# shellcheck disable=SC2086
passes "$builddir/.libs/azure.so" $usage identity=managed
passes "$builddir/.libs/gcp.so" credentials=metadata consumer_id=project_number:123456789012
passes "$builddir/.libs/prometheus.so" kind=gauge query=up
passes "$builddir/.libs/prometheus.so" kind=counter query=up_total auth=bearer secret=env:APOLLO_EXAMPLE_SECRET
passes "$builddir/tests/conform/.libs/faulty.so"

finds open open 'without call->fail()'
finds close open 'in close(NULL)'
finds prepare prepare 'other bytes the second time'
finds id prepare 'have one id'
finds prepare-memory prepare 'without call->fail()'
finds encode encode 'another request the second time'
finds decode-accepts decode 'no answer gives ACCEPTED; no answer says nothing'
finds decode-busy decode 'HTTP 503 with .* gives ACCEPTED; the service did not decide'
finds decode-gives-up decode 'no answer gives REFUSED'
finds decode-forgets decode 'another verdict the second time'
finds decode-crash decode 'in decode of HTTP 200 with an HTML page'
finds decode-loop decode 'did not come back in decode of HTTP 204'
finds decode-code decode '0 is expected whatever the reply was'
finds admission admission 'gives REFUSED'
finds goal 'audit offer collect token' 'an unknown goal of a market gives -4'
finds resume 'audit collect token' 'in token, resumed without a reply'
finds move 'audit collect token' 'gives another move the second time'
finds result 'audit collect token' 'result that is no JSON'
finds done 'audit collect token' 'is done after no answer'
finds say-why 'audit collect token' 'gave -1 without call->fail()'

refused 3 'exports faulty_export' "$builddir/tests/conform/.libs/faulty-file.so"
refused 3 'imports time' "$builddir/tests/conform/.libs/faulty-file.so"
refused 3 'cannot find the plugin' "$work/none.so"
refused 2 'has no option fualt' "$builddir/tests/conform/.libs/faulty.so" fualt=x
refused 2 'not NAME=VALUE' "$builddir/tests/conform/.libs/faulty.so" fault
refused 2 'Use: apollo-plugin-check' --wrong
refused 0 'Use: apollo-plugin-check' --help
exit $bad
