# SPDX-License-Identifier: Apache-2.0
# Sourced by the system tests: a sandbox on loopback and a rehearsal's folder with a configuration and a ledger.
# Needs: srcdir, builddir (the build's top folder).  Gives: $world, apollo(), sandbox_start, sandbox_stop, fail(), expect().
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
world=$(mktemp -d)
sandbox_process=
trap 'sandbox_stop; rm -rf "$world"' EXIT
trap 'exit 1' INT TERM
cd "$world"

apollo() {
	"$builddir/run" apollo "$@"
}

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# expect STATUS TEXT COMMAND...: the command ends with that status and says the text.
expect() {
	wanted=$1
	text=$2
	shift 2
	status=0
	"$@" >said 2>&1 || status=$?
	[ "$status" = "$wanted" ] || fail "$*: status $status, not $wanted: $(cat said)"
	[ -z "$text" ] || grep -qF -- "$text" said || fail "$*: did not say \"$text\" but: $(cat said)"
}

# quiet COMMAND...: it ends with 0 and says nothing.
quiet() {
	"$@" >said 2>&1 || fail "$*: status $?: $(cat said)"
	[ ! -s said ] || fail "$*: it said: $(cat said)"
}

# event METER SUBSCRIPTION ID TIME VALUE: a line of usage.
event() {
	printf '{"specversion":"1.0","type":"%s","subject":"%s","source":"test","id":"%s","time":"%s","data":{"value":"%s"}}\n' "$@"
}

# fault JSON: the sandbox misbehaves; faults_end: no longer.  clock TIME: its time.
fault() {
	curl -sf -X POST -d "$1" "$url/sandbox/faults" >/dev/null || fail "the sandbox takes no fault $1"
}
faults_end() {
	curl -sf -X DELETE "$url/sandbox/faults" >/dev/null || :
}
clock() {
	curl -sf -X PUT -d "{\"now\":\"$1\"}" "$url/sandbox/clock" >/dev/null || fail "the sandbox has no clock $1"
}

# usage_of SUBSCRIPTION MEMBER: the member of its tb_read line in the statement of 2026-10-01 ("metered", "accepted", ...).
usage_of() {
	apollo --json meter statement "$1" --term 2026-10-01 --now 2026-10-09T00:00:00Z |
		sed "s/.*\"tb_read\"[^}]*\"$2\":\"\([^\"]*\)\".*/\1/"
}
usage_is() {
	[ "$(usage_of "$1" "$2")" = "$3" ] || fail "$1 has $2 $(usage_of "$1" "$2"), not $3"
}

sandbox_stop() {
	[ -n "$sandbox_process" ] || return 0
	kill "$sandbox_process" 2>/dev/null || :
	wait "$sandbox_process" 2>/dev/null || :
	sandbox_process=
}

# sandbox_start ARG...: a fresh one; $url says where.
sandbox_start() {
	sandbox_stop
	rm -f sandbox.url
	"$builddir/run" apollo sandbox --open --config "$srcdir/templates/sandbox.json" --clock 2026-10-01T00:00:00Z \
		--books "$world/books.json" --port-file sandbox.url "$@" >sandbox.log 2>&1 &
	sandbox_process=$!
	while [ ! -s sandbox.url ]; do
		kill -0 "$sandbox_process" 2>/dev/null || fail "the sandbox did not start: $(cat sandbox.log)"
	done
	url=$(cat sandbox.url)
}

# A configuration for the sandbox at $url, and a new ledger.
world_make() {
	(
		umask 077
		printf 'rehearsal-secret' >azure.secret
		[ -f key.pem ] || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem 2>/dev/null
		printf '{"type":"service_account","private_key_id":"rehearsal","client_email":"apollo@rehearsal.iam.gserviceaccount.com","token_uri":"%s/token","private_key":"%s"}\n' \
			"$url" "$(awk '{printf "%s\\n", $0}' key.pem)" >gcp.json
	)
	cp "$srcdir/templates/offers.cfg" "$srcdir/templates/subscriptions.cfg" .
	sed "s|http://127.0.0.1:8010|$url|g" "$srcdir/templates/rehearsal.cfg" >apollo.cfg
	rm -f apollo.db apollo.db-wal apollo.db-shm apollo.db.lease
	rm -rf spool
	mkdir spool
	apollo ledger init --rehearsal --now 2026-10-01T00:00:00Z
}

# The subscriptions expect no usage every hour: what is not told in a test is not missed.
expect_nothing() {
	sed -i 's/expects = \[ "capacity" \];//' subscriptions.cfg
}

# The sums that the sandbox's books give for each resource or consumer and dimension, sorted; it is stopped for that, so
# this is never part of a pipe, whose subshell could not wait for it.
books_totals() {
	sandbox_stop
	awk -F'"' '/"count":/ && /"quantity":/ {
		for (i = 1; i < NF; i++) {
			if ($i == "dimension" || $i == "metric") name = $(i + 2)
			if ($i == "quantity") quantity = $(i + 2)
		}
		sub(/.*\//, "", name)
		print (/"consumer"/ ? "gcp " : "azure ") name " " quantity
	}' books.json | sort
}
