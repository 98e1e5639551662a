#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real input: Debian's prometheus scrapes this machine through Debian's prometheus-node-exporter, on loopback and with a folder of
# their own; the machine's file system and the bytes that its network devices received are billed to both marketplaces, and
# what those hold is compared with what Prometheus itself says, added up here.  Then the same with three hours of a gauge
# with gaps and of counters with resets, which are filled into its storage.
#
# Prometheus has data of now only, so the ledger is a rehearsal's, whose time is the end of the next hour.
. "${srcdir:-.}/tests/system/world.sh"
for program in prometheus promtool prometheus-node-exporter; do
	command -v "$program" >/dev/null || {
		echo "skipped: $program is not installed"
		exit 77
	}
done
exporter_process=
prometheus_process=
trap 'process_stop exporter; process_stop prometheus; sandbox_stop; rm -rf "$world"' EXIT
hour=$(($(date +%s) / 3600 * 3600)) # that has begun
past=$((hour - 6 * 3600))           # where the filled-in hours begin
now=$((hour + 2 * 3600 + 360))
TIB=1099511627776

utc() {
	date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

# ---- processes

process_stop() {
	eval "process=\$${1}_process; ${1}_process="
	[ -z "$process" ] || kill "$process" 2>/dev/null || :
	[ -z "$process" ] || wait "$process" 2>/dev/null || :
}

# wait_for TRIES COMMAND...: until it succeeds; a twentieth of a second for each try.
wait_for() {
	tries=$1
	shift
	until "$@" >poll.log 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || fail "$* did not come true: $(cat poll.log prometheus.log)"
		sleep 0.05
	done
}

# process_start NAME COMMAND...: on a free port, $NAME_port, which is the last word's.
process_start() {
	name=$1
	shift
	for try in 1 2 3 4 5 6 7 8; do
		port=$((20000 + ($$ * 7 + try * 1031) % 30000))
		[ "$port" != "${exporter_port:-}" ] || continue
		"$@$port" >"$name.log" 2>&1 &
		eval "${name}_process=$! ${name}_port=$port"
		tries=400
		until grep -qE 'Server is ready to receive web requests|Listening on' "$name.log" 2>/dev/null; do
			kill -0 "$!" 2>/dev/null || break
			tries=$((tries - 1))
			[ "$tries" -gt 0 ] || break
			sleep 0.05
		done
		! kill -0 "$!" 2>/dev/null || return 0
		wait "$!" || :
	done
	fail "$name does not start: $(cat "$name.log")"
}

prometheus_start() {
	process_start prometheus prometheus --config.file="$1" --web.config.file="$2" --storage.tsdb.path="$world/tsdb" \
		--web.listen-address=127.0.0.1:
}

# ask QUERY: the number that it gives now.
ask() {
	promtool query instant "http://127.0.0.1:$prometheus_port" "$1" | sed 's/.*=> \([^ ]*\) @.*/\1/'
}

holds() {
	[ "$(ask "$1")" = "$2" ]
}

# points QUERY FROM TO STEP: its values as lines of time and value, an empty line between series.
points() {
	promtool query range --start="$2" --end="$3" --step="$4s" -o json "http://127.0.0.1:$prometheus_port" "$1" |
		sed 's/"values":\[\[/\n\n/g; s/\],\[/\n/g' | sed -n '/^$/p; s/^\([0-9][0-9]*\),"\([^"]*\)".*/\1 \2/p'
}

# ---- what must come out

# weighted HOLD: byte-seconds of the points of one series, each believed until the next one, at most HOLD seconds.
weighted() {
	sum=0 last= value=0
	while read -r time number; do
		case $time$number in '' | *NaN) continue ;; esac
		[ -z "$last" ] || sum=$((sum + value * (time - last < $1 ? time - last : $1)))
		last=$time value=$number
	done
	[ -n "$last" ] || fail "Prometheus has no values of the gauge"
	echo $((sum + value * $1))
}

# grown: what the counters of several series grew; what fell began anew.
grown() {
	sum=0 last=
	while read -r time number; do
		case $time$number in
		'') last= ;;
		*NaN) ;;
		*)
			[ -z "$last" ] || sum=$((sum + (number < last ? number : number - last)))
			last=$number
			;;
		esac
	done
	echo "$sum"
}

# divided NUMBER UNIT PLACES: exactly, and cut.
divided() {
	text=$(($1 / $2)) rest=$(($1 % $2)) places=$3 fraction=
	while [ "$places" -gt 0 ]; do
		rest=$((rest * 10))
		fraction=$fraction$((rest / $2))
		rest=$((rest % $2)) places=$((places - 1))
	done
	fraction=$(echo "$fraction" | sed 's/0*$//')
	echo "$text${fraction:+.$fraction}"
}

# ---- one world

# bill START CAPACITY STEP READS STEP: both customers collect both meters by these queries since START, in one run.
bill() {
	sandbox_start --clock "$(utc $now)"
	world_make
	cat >offers.cfg <<OFFERS
offers = ( { name = "vast-cluster";
  meters = ( { name = "capacity"; aggregation = "time_weighted"; decimals = 0; hold = "20m"; },
             { name = "reads"; aggregation = "sum"; decimals = 0; } );
  dimensions = (
    { name = "tib_hours"; meter = "capacity"; unit = "TiB-hour"; divide_by = "$TIB";
      listings = ( { market = "azure"; id = "tib_hours"; step = "0.000001"; }, { market = "gcp"; id = "tib_hours"; step = "1"; } ); },
    { name = "kb_read"; meter = "reads"; unit = "kB"; divide_by = "1000";
      listings = ( { market = "azure"; id = "tb_read"; step = "0.000001"; }, { market = "gcp"; id = "tb_read"; step = "1"; } ); } );
  plans = ( { name = "standard"; currency = "USD"; term = "1y"; billing_period = "1m"; cutoff_policy = "rebook";
    prices = ( { dimension = "tib_hours"; unit_price = "0.0385"; }, { dimension = "kb_read"; unit_price = "0.25"; } ); } ); } );
OFFERS
	collect="collect = ( { meter = \"capacity\"; source = \"metrics\"; options: { query = \"$2\"; kind = \"gauge\"; step = \"$3s\"; }; },
		{ meter = \"reads\"; source = \"metrics\"; options: { query = \"$4\"; kind = \"counter\"; step = \"$5s\"; }; } );"
	sed "s|start = \"[^\"]*\"|start = \"$(utc "$1")\"|" subscriptions.cfg | awk -v collect="$collect" '{ sub(/expects = \[ "capacity" \];/, collect); print }' >now.cfg
	mv now.cfg subscriptions.cfg
	metrics="{ name = \"metrics\"; plugin = \"prometheus\"; options: { url = \"https://127.0.0.1:$prometheus_port\"; auth = \"basic\";
		user = \"apollo\"; secret = \"file:prometheus.secret\"; ca_file = \"tls.pem\"; pinned_key = \"$pin\"; delay = \"0s\"; }; },"
	awk -v metrics="$metrics" '{ print } /^instances = \(/ { print metrics }' apollo.cfg >now.cfg
	mv now.cfg apollo.cfg
	rm -f apollo.db*
	apollo ledger init --rehearsal --now "$(utc "$1")"
	apollo meter run --now "$(utc $now)" >said 2>&1 || fail "the run failed: $(cat said)"
	# The samples begin and end within an hour.
	! grep -v 'have a gap, which is metered as zero' said || fail "a run in which all is well said: $(cat said)"
	expect 0 'The ledger is whole' apollo ledger verify
	expect 0 'everything is settled' apollo meter status --now "$(utc $now)"
	expect 0 '0 differ' apollo meter reconcile --now "$(utc $now)" --from "$(utc $((past - 86400)))" --market azure
}

# billed BYTE-SECONDS BYTES: what both marketplaces hold follows from these.
billed() {
	{
		echo "azure tb_read $(divided "$2" 1000 6)"
		echo "azure tib_hours $(divided "$1" $((TIB * 3600)) 6)"
		echo "gcp tb_read $(divided "$2" 1000 0)"
		echo "gcp tib_hours $(divided "$1" $((TIB * 3600)) 0)"
	} | grep -v ' 0$' >wanted
	books_totals >totals
	grep -v ' 0$' totals >books
	cmp -s wanted books || fail "the marketplaces hold $(cat books), Prometheus says $(cat wanted)"
	sed 's/^/  /' books
}

# ---- three hours that are filled in: gaps, NaN, resets, a counter that comes later

awk -v past=$past 'BEGIN {
	print "# TYPE vault_bytes gauge"
	for (m = 0; m < 180; m++)
		if (m < 70 || m > 99)
			print "vault_bytes", (m >= 120 && m < 125 ? "NaN" : sprintf("%.0f", 5 * 1099511627776 + m * 3221225472 + 7)), past + m * 60
	print "# TYPE vault_read_bytes counter"
	for (m = 0; m < 180; m++)
		print "vault_read_bytes_total{node=\"a\"}", (m < 51 ? 1000 * m : 401 * (m - 50)), past + m * 60
	for (m = 20; m < 180; m++)
		if (m < 70 || m > 99)
			print "vault_read_bytes_total{node=\"b\"}", (m < 150 ? 4000000 + 33 * m : 17 * (m - 149)), past + m * 60
	print "# EOF"
}' >past.om
promtool tsdb create-blocks-from openmetrics past.om tsdb >blocks.log 2>&1 || fail "the past was not filled in: $(cat blocks.log)"

# ---- this machine, until each series has a few samples; then the exporter ends, and with it the series

process_start exporter prometheus-node-exporter --collector.disable-defaults --collector.netdev --collector.netdev.device-exclude='^$' \
	--collector.filesystem --collector.filesystem.mount-points-exclude='^/(dev|proc|run|sys)' --collector.filesystem.fs-types-exclude='^(proc|sysfs)$' \
	--web.listen-address=127.0.0.1:
cat >scrape.yml <<SCRAPE
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs: [{job_name: machine, static_configs: [{targets: ['127.0.0.1:$exporter_port']}]}]
SCRAPE
echo '{}' >open.yml
prometheus_start scrape.yml open.yml
size='node_filesystem_size_bytes{mountpoint="/"}'
received=node_network_receive_bytes_total
wait_for 400 holds "count_over_time(${size}[1h]) >= bool 4" 1
machines=$((64 * TIB / $(ask "$size * 1") + 1))
process_stop exporter
wait_for 400 holds "absent($size)" 1
capacity="sum($size) * $machines"
points "$capacity" $hour $((hour + 7199)) 1 >capacity.points
points "$received" $hour $((hour + 7200)) 2 >received.points
points vault_bytes $past $((past + 14399)) 60 >vault_bytes.points
points vault_read_bytes_total $past $((past + 14400)) 60 >vault_read.points
# What a query can do against values that are carried over a gap; see apollo-prometheus(7).
fresh=$(points "vault_bytes and (time() - timestamp(vault_bytes) < 60)" $past $((past + 14399)) 60 | grep -c .)
[ "$fresh" = 150 ] || fail "of 150 values that were scraped $fresh are fresh"
process_stop prometheus

# ---- again, without scraping, behind TLS and a password, which is what apollo is to speak with

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout tls.key -out tls.pem -subj /CN=prometheus -addext subjectAltName=IP:127.0.0.1 2>openssl.log ||
	fail "no certificate: $(cat openssl.log)"
pin=sha256//$(openssl x509 -in tls.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | openssl base64 -A)
cat >closed.yml <<'CLOSED'
tls_server_config: {cert_file: tls.pem, key_file: tls.key}
basic_auth_users: {apollo: '$2b$04$rehearsalrehearsalrehOR4KFfsKeuwE0fcyzhbnEKxyIgzN0I4S'}
CLOSED
(umask 077 && printf 'rehearsal-secret\n' >prometheus.secret)
echo '{}' >idle.yml
prometheus_start idle.yml closed.yml

quoted=$(echo "$capacity" | sed 's/"/\\\\\\\\"/g')
echo "this machine, $machines times, and what its network devices received:"
bill $hour "$quoted" 1 $received 2
billed "$(weighted 1200 <capacity.points)" "$(grown <received.points)"
echo "three hours with gaps and resets:"
bill $past vault_bytes 60 vault_read_bytes_total 60
billed "$(weighted 1200 <vault_bytes.points)" "$(grown <vault_read.points)"

# ---- a password that is wrong

(umask 077 && printf 'another' >prometheus.secret)
expect 4 'HTTP 401' apollo meter collect --now "$(utc $((now + 3600)))"
