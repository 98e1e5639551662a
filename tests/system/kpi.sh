#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo kpi: the example as it is shipped, real fio on this machine, exit statuses, and wrong input.
. "${srcdir:-.}/tests/system/world.sh"
example=$srcdir/docs/examples/kpi

# The example is in its bands; the whole of it is a page.
expect 0 'Verdict: in band' apollo kpi "$example/contoso-8.cfg" -o sheet.md
[ "$(wc -l <said)" -le 60 ] || fail "the page has $(wc -l <said) lines"
for one in 'read             26.667  network' 'sustained write  12.308  ingress' '24.201' '0.907' 'Not measured: single-client-write, degraded-write' \
	"$(sha256sum "$example/elbencho.csv" | cut -d' ' -f1)"; do
	grep -qF -- "$one" said || fail "the page does not say $one: $(cat said)"
done
grep -qF '| read | 24.201 | 23.981 | 24.358 | GB/s | 0.6 | 5 | 1.9 | 0.907 | network | 0.850 | in band |' sheet.md || fail "the Markdown: $(cat sheet.md)"
expect 0 '"verdict":"in band"' apollo --json kpi "$example/contoso-8.cfg" --out=again.md
cmp sheet.md again.md || fail "two sheets of the same are not the same"
# Every line is one with no blanks behind it.
! grep -q ' $' said || fail "blanks at the end of a line"

# Without results: the ceilings.
sed '/^results/,$d' "$example/contoso-8.cfg" >bare.cfg
expect 0 'nothing was measured' apollo kpi bare.cfg

# fio itself: what it writes is read, and is what it says of itself.
command -v fio >/dev/null || fail "fio is not installed"
run_fio() {
	name=$1
	shift
	fio --name="$name" --filename=fio.data --size=4m --ioengine=psync --time_based --runtime=1 --output-format=json "$@" >"$name.json" 2>fio.err ||
		fail "fio: $(cat fio.err "$name.json")"
}
run_fio burst --rw=write --bs=64k --end_fsync=1
run_fio random --rw=randread --bs=4k --numjobs=2 --group_reporting --output-format=json+
run_fio both --rw=randrw --rwmixread=70 --bs=4k --output-format=normal,json
cat >here.cfg <<'END'
name = "here";
identity = { date = "2026-11-20"; };
cluster = { shape = "Standard_L32aos_v4"; nodes = 8; buffer_code = "4+1"; capacity_code = "4+1"; buffer_tb = "1000"; };
load = { clients = 1; client_memory_gb = "0.0001"; data_set_tb = "0.001"; };
results = ( { test = "random-read"; files = "random.json"; } );
END
apollo --json kpi here.cfg burst-write=burst.json mixed=both.json >here.json 2>said && status=0 || status=$?
# So fast is no machine of ours; but if one were faster than the ceiling, that were said.
[ "$status" = 3 ] || fail "status $status: $(cat said here.json)"
# member FILE NAME: the first number of that name, as fio wrote it.
member() {
	sed -n "s/^ *\"$2\" : \([0-9]*\).*/\1/p" "$1" | awk '$1 > 0 {print; exit}'
}
value() {
	sed -n "s/.*\"test\":\"$1\",\"operation\":\"\",\"unit\":\"[a-z/]*\",\"median\":\([0-9]*\),.*/\1/p" here.json
}
[ "$(value burst-write)" = "$(member burst.json bw_bytes)" ] || fail "fio wrote $(member burst.json bw_bytes) bytes a second, read was $(value burst-write)"
[ "$(value random-read)" = "$(member random.json iops)" ] || fail "fio had $(member random.json iops) IOPS, read were $(value random-read)"
[ "$(value mixed)" -gt 0 ] || fail "no mix was read: $(cat here.json)"
grep -q '"tool":"fio-3' here.json || fail "no version of fio: $(cat here.json)"
p99=$(sed -n 's/^ *"99.000000" : \([0-9]*\).*/\1/p' burst.json | head -n 1)
grep -q "\"p99\":$p99," here.json || fail "the 99th percentile is not $p99: $(cat here.json)"
apollo kpi here.cfg >said || :
grep -qF 'fewer than 5 valid runs: random-read' said || fail "one run is taken for five: $(cat said)"

# fio that failed says so.
fio --name=bad --rw=write --filename=/dev/full --size=64k --output-format=json >bad.json 2>&1 && fail "fio wrote what does not fit"
expect 2 'No space left on device' apollo kpi bare.cfg burst-write=bad.json

# Runs that do not count, and what is incomplete.
expect 3 'does not count: short (' apollo kpi here.cfg sustained-write=burst.json
expect 4 'Verdict: incomplete' apollo kpi here.cfg
sed 's/25"; client_memory/1"; client_memory/' "$example/contoso-8.cfg" >slow.cfg
cp "$example"/*.csv "$example"/*.json .
sed 's/,READ,\(25[0-9]*\),\([0-9]*\),/,READ,\1,\2,/; s/,23[0-9]*,23[0-9]*,31/,1900,1900,31/' "$example/elbencho.csv" >elbencho.csv
expect 3 'cause: client-limited, proposed' apollo kpi slow.cfg

# Wrong input.
expect 2 'something is missing' apollo kpi
expect 2 'nowhere.cfg' apollo kpi nowhere.cfg
expect 1 'nowhere.json cannot be read' apollo kpi bare.cfg read=nowhere.json
expect 2 'is not TEST=FILE' apollo kpi bare.cfg burst.json
expect 2 'did you mean "read"' apollo kpi bare.cfg raed=burst.json
expect 2 'burst.json has no run of read' apollo kpi bare.cfg read=burst.json
expect 2 'bare.cfg:1: neither' apollo kpi bare.cfg read=bare.cfg
head -c 3000 burst.json >cut.json
expect 2 'cut.json:1: the JSON that begins here does not end' apollo kpi bare.cfg burst-write=cut.json
sed 's/nodes = 8/nodes = 4/' bare.cfg >four.cfg
expect 2 'four.cfg:15: "buffer_code" is 4+1, which needs 5 machines; the cluster has 4' apollo kpi four.cfg
expect 1 'cannot be written' apollo kpi bare.cfg -o nowhere/sheet.md
expect 2 '-o' apollo size --read 1GB/s -o x
