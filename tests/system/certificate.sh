#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A marketplace whose certificate expired, or is of another host: it is told nothing, and we are told why.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01
sandbox_start --clock ${day}T01:05:00Z
world_make
expect_nothing
event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
apollo meter close --now ${day}T01:05:00Z >/dev/null
cp apollo.cfg plain.cfg
server=
trap 'kill $server 2>/dev/null; sandbox_stop; rm -rf "$world"' EXIT

# serve ADDRESS DAYS: a server with a certificate of that address which is good for so many days.
serve() {
	[ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null || :
	openssl req -new -key key.pem -subj "/CN=$1" -out request.pem 2>/dev/null
	printf 'subjectAltName=IP:%s\n' "$1" >extensions
	openssl x509 -req -in request.pem -signkey key.pem -days "$2" -extfile extensions -out server.pem 2>/dev/null ||
		fail "no certificate for $2 days"
	openssl s_server -accept 127.0.0.1:0 -cert server.pem -key key.pem -www >server.log 2>&1 &
	server=$!
	until grep -q '^ACCEPT' server.log; do kill -0 $server || fail "no server: $(cat server.log)"; done
	port=$(sed -n 's/^ACCEPT .*:\([0-9]*\).*/\1/p' server.log | head -n 1)
	sed "s|login_endpoint = \"[^\"]*\"|login_endpoint = \"https://127.0.0.1:$port\"|" plain.cfg >apollo.cfg
	echo 'http: { ca_file = "server.pem"; };' >>apollo.cfg
	clock "$3"
	apollo meter run --now "$3" >said 2>&1 || fail "status $?: $(cat said)"
}
serve 127.0.0.1 -1 ${day}T01:05:00Z
grep -q 'certificate has expired' said || fail "an expired certificate: $(cat said)"
serve 127.0.0.2 2 ${day}T01:35:00Z
grep -q '127.0.0.1' said && grep -qi 'certificate' said || fail "another host's certificate: $(cat said)"

# Nothing was sent, and it goes on where the endpoint is good.
usage_is contoso waiting 5
cp plain.cfg apollo.cfg
clock ${day}T04:05:00Z
quiet apollo meter run --now ${day}T04:05:00Z
usage_is contoso accepted 5
apollo ledger verify >/dev/null
