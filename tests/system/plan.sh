#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo plan at the command line: what it says, its files, its exit status, and wrong input.
. "${srcdir:-.}/tests/system/world.sh"
cat >right.cfg <<'CFG'
name = "vast1"; provisioner = "gcp"; region = "us-central1"; zones = [ "us-central1-a" ];
shape = "z3-highmem-88-highlssd"; nodes = 8; grow_to = 12; vip_mode = "routed";
ranges = [ "10.20.0.0/26" ]; machine_subnet = "nodes"; clients = "10.50.0.0/16";
CFG
cat >network.json <<'JSON'
{"apollo_network":1,"cloud":"gcp","name":"vpc-1","mtu":8896,
 "subnets":[{"name":"nodes","region":"us-central1","range":"10.1.0.0/25","google_access":true,"used":["10.1.0.2-10.1.0.9"]}],
 "quotas":[{"name":"STATIC_ROUTES_PER_NETWORK","limit":250,"used":3}]}
JSON
expect 0 'It fits, up to 12 data machines.' apollo plan right.cfg --network network.json
grep -q 'vast1-data-8 .*10.1.0.[0-9]* *10.20.0.32/30' said || fail "the eighth machine: $(cat said)"
! grep -q 'C14' said || fail "a snapshot was given: $(cat said)"
expect 0 'C14' apollo plan right.cfg

# The same input gives the same bytes; the files say the same; CSV and JSON have the same rows.
apollo --json plan right.cfg --network network.json --out pack >one || fail "no plan"
apollo --json plan right.cfg --network network.json >other
cmp one other && cmp one pack/plan.json || fail "two plans of one deployment differ"
[ "$(($(wc -l <pack/map.csv) - 1))" = "$(grep -c '"address":' pack/plan.json)" ] || fail "the map has other rows as CSV"
[ "$(ls -A pack | tr '\n' ' ')" = 'firewall.json map.csv permissions.json plan.html plan.json routes.json terraform.tfvars.json vip-pools.json ' ] || fail "the folder holds: $(ls -A pack)"

# Growth moves nothing: every row of the smaller map is in the larger.
sed 's/nodes = 8/nodes = 12/' right.cfg >grown.cfg
apollo plan grown.cfg --network network.json --out grown >said || fail "it does not grow: $(cat said)"
grep -vxFf grown/map.csv pack/map.csv && fail "growth has moved these rows" || :
expect 0 '66 as they were, 0 moved, 28 added, 0 freed' apollo plan --diff pack/plan.json grown/plan.json
expect 0 '66 as they were, 0 moved, 0 added, 28 freed' apollo plan --diff grown/plan.json pack/plan.json
sed 's|10.20.0.0/26|10.20.0.64/26|' right.cfg >moved.cfg
apollo --json plan moved.cfg --network network.json >moved.json || fail "it does not fit elsewhere"
expect 3 '23 as they were, 43 moved, 0 added, 0 freed' apollo plan --diff pack/plan.json moved.json
grep -q 'moved  dns-vip .* 10.20.0.2 -> 10.20.0.66' said || fail "the difference: $(cat said)"
expect 3 '"change":"moved","role":"dns-vip","owner":"vast1-management","from":"10.20.0.2","to":"10.20.0.66"' \
	apollo --json plan --diff pack/plan.json moved.json
# The range that changed is told, and one that was added behind moves nothing.
grep -q '"member":"ranges","old":"10.20.0.0/26","new":"10.20.0.64/26","meaning":"whoever has an address' said || fail "the range: $(cat said)"
sed 's|"10.20.0.0/26"|"10.20.0.0/26", "10.21.0.0/26"|' right.cfg >longer.cfg
apollo --json plan longer.cfg --network network.json >longer.json || fail "it does not fit in two ranges"
expect 0 'ranges: 10.20.0.0/26 -> 10.20.0.0/26, 10.21.0.0/26: a range was added behind: what was given stays where it is' apollo plan --diff pack/plan.json longer.json
grep -q '^66 as they were, 0 moved, 0 added, 0 freed$' said || fail "a longer list of ranges: $(cat said)"
# Two deployments are none that has changed, and neither is one that goes elsewhere, even where no address moves.
sed 's/"vast1"/"vast2"/' right.cfg >other.cfg
apollo --json plan other.cfg --network network.json >other.json || fail "it does not fit under another name"
expect 3 'name: vast1 -> vast2: they are two deployments' apollo plan --diff pack/plan.json other.json
grep -q '^0 as they were, 0 moved, 66 added, 66 freed; but the plans are not of one deployment at one place$' said || fail "two deployments: $(cat said)"
sed 's/us-central1/us-east4/g' right.cfg >other.cfg
apollo --json plan other.cfg --network network.json >other.json || :
expect 3 'region: us-central1 -> us-east4: it is another region' apollo plan --diff pack/plan.json other.json
expect 3 '"apart":true' apollo --json plan --diff pack/plan.json other.json
sed 's/vpc-1/vpc-2/' network.json >elsewhere.json
apollo --json plan right.cfg --network elsewhere.json >other.json || fail "it does not fit in another network"
expect 3 'network: vpc-1 -> vpc-2: it is another network' apollo plan --diff pack/plan.json other.json
sed 's/"ranges":\["10.20.0.0\/26"\]/"older":[]/' pack/plan.json >older.json
expect 0 '66 as they were, 0 moved, 0 added, 0 freed' apollo plan --diff older.json longer.json
# Nor does growth move replication addresses that are fewer than machines: they are the cluster's.  More than data machines are refused.
sed 's/nodes = 8/nodes = 8; compute_nodes = 2; replication_vips = 8/; s|10.20.0.0/26|10.20.0.0/24|' right.cfg >shared.cfg
sed 's/nodes = 8/nodes = 15/; s/grow_to = 12/grow_to = 15/' shared.cfg >shared-grown.cfg
apollo --json plan shared.cfg --network network.json >shared.json || fail "it does not fit: $(cat shared.json)"
apollo --json plan shared-grown.cfg --network network.json >shared-grown.json || :
expect 0 ' 0 moved, 42 added, 0 freed' apollo plan --diff shared.json shared-grown.json
sed 's/replication_vips = 8/replication_vips = 9/' shared.cfg >wrong.cfg
expect 3 'C07  replication_vips: 9 replication addresses are at home on 8 data machines' apollo plan wrong.cfg --network network.json

# In a subnet that has other guests the map keeps what it gave, whoever comes and goes; what somebody else took is refused.
sed 's/vip_mode = "routed"/vip_mode = "in-subnet"/; s|"10.20.0.0/26"|"10.1.0.0/24"|; s/machine_subnet = "nodes"; //' right.cfg >inside.cfg
sed 's|"10.1.0.0/25"|"10.1.0.0/24"|' network.json >inside.json
sed 's|"10.1.0.2-10.1.0.9"|"10.1.0.7-10.1.0.9", "10.1.0.250"|' inside.json >inside-later.json
sed 's/nodes = 8/nodes = 11/' inside.cfg >inside-grown.cfg
apollo --json plan inside.cfg --network inside.json >inside-plan.json || fail "it does not fit in a subnet: $(cat inside-plan.json)"
apollo --json plan inside-grown.cfg --network inside-later.json >inside-free.json || fail "it does not grow in a subnet"
apollo plan --diff inside-plan.json inside-free.json >said && fail "nothing moves where others go: $(cat said)"
sed 's|"10.1.0.250"|"10.1.0.4"|' inside-later.json >inside-kept.json
expect 0 'C07  map: 66 addresses are those of the older plan, and 21 are new' apollo plan inside-grown.cfg --network inside-kept.json --keep inside-plan.json --out kept
expect 0 '66 as they were, 0 moved, 21 added, 0 freed' apollo plan --diff inside-plan.json kept/plan.json
taken=$(sed -n 's/.*"address":"\([^"]*\)","role":"checker".*/\1/p' inside-plan.json)
sed "s|\"10.1.0.250\"|\"$taken\"|" inside-later.json >inside-taken.json
expect 3 "C07  address $taken and in use in subnet nodes: checker of vast1 has it in the older plan, and it is not free" \
	apollo plan inside.cfg --network inside-taken.json --keep inside-plan.json
sed 's/"name":"vast1"/"name":"vast2"/' inside-plan.json >else.json
expect 2 'is a plan of vast2, and right.cfg is of vast1' apollo plan right.cfg --keep else.json
expect 2 'goes with a deployment' apollo plan --diff inside-plan.json inside-plan.json --keep inside-plan.json
expect 1 'is not the JSON of a plan' apollo plan right.cfg --keep network.json

expect 2 'something is missing' apollo plan --diff pack/plan.json
expect 2 'too many words' apollo plan right.cfg right.cfg
expect 1 'is not the JSON of a plan' apollo plan --diff network.json network.json
# Hostile: one address twice, which no plan has; the same number in both families, which is no such.
row='"role":"vip","owner":"data-1"'
printf '{"apollo_plan":1,"map":[{"address":"10.0.0.1",%s},{"address":"10.0.0.1",%s}]}' "$row" "$row" >twice.json
expect 1 'data-1 has the same address twice as vip' apollo plan --diff twice.json twice.json
printf '{"apollo_plan":1,"map":[{"address":"10.0.0.1",%s},{"address":"::a00:1",%s}]}' "$row" "$row" >families.json
printf '{"apollo_plan":1,"map":[{"address":"::a00:1",%s}]}' "$row" >family.json
expect 0 '1 as they were, 0 moved, 0 added, 1 freed' apollo plan --diff families.json family.json

# It does not fit, and the way to one that does.
sed 's|10.20.0.0/26|10.20.0.0/27|' right.cfg >small.cfg
expect 3 '-> give 11 addresses more, or a /26' apollo plan small.cfg --network network.json
grep -q 'It does not fit: 1 reason.' said || fail "the verdict: $(cat said)"
expect 3 '"verdict":"does-not-fit"' apollo --json plan small.cfg

# The examples.
plans=$srcdir/docs/examples/plans
expect 0 'It fits; a single instance does not grow.' apollo plan "$plans/evaluation.cfg"
expect 0 'It fits, up to 12 data machines.' apollo plan "$plans/cluster-8.cfg" --network "$plans/cluster-8-network.json"
expect 3 'It does not fit: 3 reasons.' apollo plan "$plans/cluster-8-too-small.cfg" --network "$plans/cluster-8-network.json"
expect 0 'It fits, up to 25 data machines.' apollo plan "$plans/cluster-16.cfg" --network "$plans/cluster-16-network.json"
grep -q 'one fault takes at most 6 of 16 data machines' said || fail "the zones: $(cat said)"

# The example on paper says what the commands say: each line under a command is a line of its output.
commands=0
while IFS= read -r line; do
	case $line in
	"    \$ apollo "*)
		(cd "$plans" && eval "${line#    \$ }") >paper || [ $? -eq 3 ] || fail "$line"
		commands=$((commands + 1))
		;;
	"    "*) grep -qxF -e "${line#    }" paper || fail "gpu-sites.md: no such line: $line" ;;
	esac
done <"$plans/gpu-sites.md"
[ "$commands" -ge 8 ] || fail "only $commands commands in gpu-sites.md"

# From what the clouds' tools print to a verdict; nothing is left to be told of the examples.
expect 0 'to-gpu' apollo plan --network-from azure "$plans/cluster-16-az.json" --out azure
grep -v 'left out: 1 routes to services' said | grep 'warning' && fail "the capture has all that is wanted" || :
cp azure/network.json snapshot.json
apollo plan --network-from azure - <"$plans/cluster-16-az.json" 2>/dev/null | cmp - snapshot.json || fail "standard input gives another snapshot"
expect 0 'It fits, up to 25 data machines.' apollo plan "$plans/cluster-16.cfg" --network snapshot.json
grep -q 'A06  subnet apps and route table apps-routes: the table is edited' said || fail "the route table: $(cat said)"
apollo plan --network-from gcp "$plans/cluster-8-gcloud.json" >snapshot.json 2>said || fail "no snapshot: $(cat said)"
[ ! -s said ] || fail "the capture has all that is wanted: $(cat said)"
expect 0 'It fits, up to 12 data machines.' apollo plan "$plans/cluster-8.cfg" --network snapshot.json
sed 's|10.20.0.0/26|10.30.4.0/26|' "$plans/cluster-8.cfg" >taken.cfg
expect 3 'C06  range 10.30.4.0/26 and reserved range second-site (10.30.0.0/16)' apollo plan taken.cfg --network snapshot.json
sed 's|10.20.0.0/26|10.40.0.0/26|' "$plans/cluster-8.cfg" >taken.cfg
expect 3 'G05  range 10.40.0.0/26 and service range managed-services (10.40.0.0/20)' apollo plan taken.cfg --network snapshot.json
# What the firewall does with what the cluster needs: there, to be added, blocked; a rule that is switched off does nothing.
expect 0 'G15  firewall and prod: of 25 rules that the cluster needs 9 are there already, 16 are to be added, 0 are blocked' \
	apollo plan "$plans/cluster-8.cfg" --network snapshot.json --out compared
grep -q '"group":"ssh",.*"state":"there already","by":\["allow-shell"\]' compared/firewall.json || fail "the shell: $(cat compared/firewall.json)"
sed 's/"disabled": true/"disabled": false/' "$plans/cluster-8-gcloud.json" >capture.json
apollo plan --network-from gcp capture.json >denied.json || fail "no snapshot"
expect 3 'G15  firewall rule deny-all-trial, priority 10 and firewall.json: it comes before the cluster' apollo plan "$plans/cluster-8.cfg" --network denied.json --out compared
grep -q '"group":"ssh",.*"state":"blocked","by":\["deny-all-trial"\]' compared/firewall.json || fail "the shell: $(cat compared/firewall.json)"
sed "/\"kind\": \"compute#firewall\",/d" "$plans/cluster-8-gcloud.json" >capture.json
expect 0 'not known: the firewall rules; run: gcloud compute firewall-rules list --project=example-prod --format=json' apollo plan --network-from gcp capture.json
expect 0 'A14  rule AllowShell of storage-nsg, priority 200: it allows already: ssh (ingress, tcp 22)' apollo plan "$plans/cluster-16.cfg" --network "$plans/cluster-16-network.json"
# Without a part of it, what is missing is told, and the plan counts on less.
sed "s|compute.googleapis.com/static_routes|compute.googleapis.com/other_routes|; /\"kind\": \"compute#route\",/d" "$plans/cluster-8-gcloud.json" >capture.json
apollo plan --network-from gcp capture.json >snapshot.json 2>said || fail "no snapshot: $(cat said)"
expect 0 'G13  routes: how many routes the network may have is not known here' apollo plan "$plans/cluster-8.cfg" --network snapshot.json
expect 0 "not known: the routes, and the peers' subnets; run: gcloud compute routes list --project=example-prod --format=json" \
	apollo plan --network-from gcp capture.json --name prod
# Wrong input.
expect 2 'neither azure nor gcp' apollo plan --network-from aws capture.json
expect 2 'something is missing' apollo plan --network-from gcp
expect 2 'do not go together' apollo plan --network-from gcp capture.json --network snapshot.json
expect 2 'do not go together' apollo plan --diff snapshot.json snapshot.json --out here
expect 2 '--name goes with --network-from' apollo plan right.cfg --name prod
expect 1 'nowhere.json cannot be read' apollo plan --network-from gcp nowhere.json
expect 2 'no network is named test' apollo plan --network-from gcp capture.json --name test
expect 2 'no network of azure' apollo plan --network-from azure capture.json
head -c 5000 capture.json >wrong.json
expect 2 'wrong.json: document ' apollo plan --network-from gcp wrong.json
echo 'ERROR: (gcloud.compute) not logged in' >wrong.json
expect 2 'document 1 is not JSON: neither an object nor an array at byte 0' apollo plan --network-from gcp wrong.json
: >wrong.json
expect 2 'nothing is in it' apollo plan --network-from gcp wrong.json

# The other way round: 52 machines read 203 GB/s, 51 do not reach 200; 20 hold 500 TB, as 8 hold 210.
expect 0 'z3-highmem-88-highlssd             52 ' apollo size --capacity 500TiB --read 200GB/s --region europe-west4
# What a month costs has the management's machine where its price is known, and says so where it is not.
[ "$(sed -n 2p said | tr -s ' ')" = 'z3-highmem-88-highlssd 52 1241.4 TiB 203.4 GB/s 374 107 526115.6 USD read' ] || fail "the sizes: $(cat said)"
expect 0 '"nodes":20,' apollo --json size --capacity 500TB --on z3-highmem-88-highlssd
expect 0 '"bound_by":"capacity","nodes":10,' apollo --json size --capacity 500TB --reduction 2 --on z3-highmem-88-highlssd
expect 0 '"bound_by":"smallest cluster","nodes":8,' apollo --json size --capacity 1TB --on z3-highmem-88-highlssd
apollo --json size --read 200GB/s >one && apollo --json size --gpus 100 --read-per-gpu 2GB/s >other && cmp one other || fail "100 times 2 is not 200"
expect 0 '"month_micro":202659640000,"management_month_micro":499640000,"month_whole":true' apollo --json size --capacity 500TB --region europe-west4
expect 0 'management, a month    unknown' apollo plan "$plans/cluster-16.cfg"
grep -q 'in all, a month *42234.8 USD, without the management, whose price is not known' said || fail "the month of 16 machines: $(cat said)"
expect 0 'management, a month    453.8 USD, n2-standard-16' apollo plan "$plans/cluster-8.cfg"
grep -q 'in all, a month *unknown$' said || fail "the month of 8 machines without a price: $(cat said)"
expect 3 'more machines than can be planned' apollo size --gpus 40000 --read-per-gpu 1GB/s --on z3-highmem-88-highlssd
expect 3 'is not known of it' apollo size --capacity 1PB --on Standard_L64s_v3
expect 2 'has no data machine "n2-standard-16"' apollo size --capacity 1PB --on n2-standard-16
expect 2 'nothing is asked for' apollo size
expect 2 '--capacity 5 is not an amount' apollo size --capacity 5
expect 2 '--capacity 0TiB is not an amount' apollo size --capacity 0TiB
expect 2 '--read 99999999999TB/s is not an amount' apollo size --read 99999999999TB/s
expect 2 'go together' apollo size --gpus 5
# A kind of shape is all of it; a wish for each GPU beside one for all: whichever is more.
expect 3 'z3-highmem-88-standardlssd     what was asked for is not known of it' apollo size --capacity 500TiB --read 200GB/s --gpus 40000 --read-per-gpu 1GB/s --on z3-highmem-88
grep -q 'z3-highmem-88-highlssd         more machines than can be planned' said || fail "40,000 GPUs: $(cat said)"
apollo --json size --read 200GB/s --gpus 10 --read-per-gpu 1GB/s >other && cmp one other || fail "200 GB/s are more than 10"
expect 2 'has no data machine "z3-highmem-8"' apollo size --capacity 1PB --on z3-highmem-8

# Wrong input.
expect 1 'cannot be read' apollo plan nowhere.cfg
for range in 10.20.0.1/26 10.20.0.010 '10.20.0.0/26,,10.21.0.0/26' '10.20.0.0/26, fd00::/64' '10.20.0.9-10.20.0.1'; do
	sed "s|10.20.0.0/26|$range|" right.cfg >wrong.cfg
	expect 2 'wrong.cfg:3: C01: ranges: ' apollo plan wrong.cfg
done
expect 2 'hint: did you mean 10.20.0.1-10.20.0.9?' apollo plan wrong.cfg
sed 's/grow_to/grow_too/' right.cfg >wrong.cfg
expect 2 'did you mean "grow_to"?' apollo plan wrong.cfg
sed 's/nodes = 8/nodes = 0/' right.cfg >wrong.cfg
expect 2 '"nodes" is 0, it may be 1 to 10000' apollo plan wrong.cfg
for suffix in .s s. s..t a_b -s s-; do
	sed "s/mode = \"routed\"/& ; dns_suffix = \"$suffix\"/" right.cfg >wrong.cfg
	expect 2 'which is not a name of a zone' apollo plan wrong.cfg
done
sed 's/vast1/Vast_1/' right.cfg >wrong.cfg
expect 2 'is not a name of small letters' apollo plan wrong.cfg
# What a file holds moves no cursor when it is told.
printf 'name = "vast1"; provisioner = "gcp"; region = "r"; shape = "s"; nodes = 8; zones = [ "a\033[2J\377" ];\n' >wrong.cfg
expect 2 '"a?[2J?" in "zones" is not a name' apollo plan wrong.cfg
expect 1 'cannot be read' apollo plan right.cfg --network nowhere.json
sed 's/"google_access"/"gogle_access"/' network.json >wrong.json
expect 1 'subnets[0].gogle_access: is not known here' apollo plan right.cfg --network wrong.json
sed 's|10.1.0.0/25|10.1.0.1/25|' network.json >wrong.json
expect 1 'hint: the network is 10.1.0.0/25' apollo plan right.cfg --network wrong.json
sed 's/"gcp"/"azure"/' network.json >wrong.json
expect 1 'the snapshot is of azure, and the deployment of gcp' apollo plan right.cfg --network wrong.json
echo '{}' >wrong.json
expect 1 'is not a snapshot of a network' apollo plan right.cfg --network wrong.json
head -c 100 network.json >wrong.json
expect 1 'hint: a snapshot is made with: apollo plan --network-from' apollo plan right.cfg --network wrong.json
touch file
expect 1 'file' apollo plan right.cfg --out file

# A file for a package that is not there is told, and only of the plan's own cloud.
expect 0 'lacking/terraform.tfvars.json is not written: where the machines are is not known' apollo plan right.cfg --out lacking
! grep -q 'azure-parameters' said || fail "the plan is for Google Cloud: $(cat said)"
sed 's/"gcp"/"azure"/; s/z3-highmem-88-highlssd/Standard_L32aos_v4/; s|10.20.0.0/26|fd00:20::/120|; s|, "10.50.0.0/16"||; s/; machine_subnet = "nodes"; clients = "10.50.0.0.16"//' right.cfg >six.cfg
expect 3 'lacking/azure-parameters.json is not written: the addresses are IPv6' apollo plan six.cfg --out lacking
grep -q 'C15  range fd00:20::/120: a plan of IPv6 is a plan only' said || fail "IPv6: $(cat said)"
expect 3 'lacking/terraform.tfvars.json is not written: there is no map' apollo plan small.cfg --out lacking --network network.json
quiet eval 'apollo plan right.cfg --out lacking --network network.json >/dev/null'

# Limits are data, and data that is wrong is told; what is changed is what the map follows.
mkdir facts
cp "$srcdir/templates/shapes.cfg" "$srcdir/templates/ports.cfg" "$srcdir/templates/permissions.cfg" facts
limit() {
	sed "s/\(\"$1\"; value = \)[0-9]*/\1$2/" "$srcdir/templates/limits.cfg" >facts/limits.cfg
}
(
	APOLLO_DATA_PATH=$world/facts
	export APOLLO_DATA_PATH
	for one in 'budget.addresses_per_machine 0' 'budget.management_vips 0' 'budget.spare_machines 1001' 'stripe.parity 0' \
		'stripe.data_most 7' 'buffer.data_least 11' 'dns.ttl_seconds 60' 'failover.budget_seconds 1'; do
		# shellcheck disable=SC2086
		limit $one
		expect 2 'it may be' apollo plan right.cfg --network network.json
	done
	limit budget.management_vips 9999999999L
	expect 2 '"value" is 9999999999, it may be 0 to' apollo plan right.cfg
	for one in 'budget.management_vips 1' 'budget.management_vips 5' 'budget.addresses_per_machine 1' 'budget.addresses_per_machine 3'; do
		# shellcheck disable=SC2086
		limit $one
		apollo --json plan right.cfg --network network.json >changed || fail "no plan with $one"
		needed=$(sed -n 's/.*"needed":{"ranges":\([0-9]*\),"machines":\([0-9]*\)}.*/\1 + \2/p' changed)
		[ "$(grep -c '"address":' changed)" = $(($needed)) ] || fail "with $one the map has other rows than are needed, $needed"
	done
) || exit 1
# wrong FILE EXPRESSION WORDS: a file of facts, edited so that it is wrong.
wrong() {
	cp "$srcdir"/templates/*.cfg facts
	sed "$2" "$srcdir/templates/$1" >"facts/$1"
	! cmp -s "facts/$1" "$srcdir/templates/$1" || fail "nothing is edited: $2"
	expect 2 "$3" apollo plan right.cfg
	grep -q "facts/$1:[0-9]" said || fail "no file and line: $(cat said)"
}
(
	APOLLO_DATA_PATH=$world/facts
	export APOLLO_DATA_PATH
	for ports in 0 65536 99999999999999999999 22- 9-8 '22,' '22 23' ' '; do
		wrong ports.cfg "s/\"22\"/\"$ports\"/" '"ports" is "'
	done
	wrong ports.cfg 's/"ssh"/"shell"/' 'shell'
	wrong ports.cfg 's/35.199.192.0.19/35.199.192.1\/19/' 'has bits behind its prefix'
	wrong ports.cfg 's/; range = "35.199.192.0.19"//' 'and needed there'
	wrong ports.cfg 's/group = "ssh";/& cloud = "gcp";/' 'and needed there'
	wrong permissions.cfg 's/verbs = \[ "Microsoft.Network.virtualNetworks.subnets.join.action" \]/verbs = "join"/' 'is not an array of 1 to'
	wrong permissions.cfg 's/"destroy"/"burn"/' 'burn'
	wrong permissions.cfg 's/cloud = "azure"/cloud = "sky"/' 'sky'
) || exit 1
mkdir empty
(
	APOLLO_DATA_PATH=$world/empty
	export APOLLO_DATA_PATH
	expect 2 'limits.cfg' apollo plan right.cfg
)
