#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo package at the command line: the same bytes each time, what is found, exit statuses, and wrong input.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-11-25

expect 0 'app.zip: a package for azure, 3 files' apollo package azure --out app.zip --date $day
(TZ=Pacific/Apia && export TZ && apollo package azure --out=./other.zip --date $day >said) || fail "no package: $(cat said)"
cmp app.zip other.zip || fail "two packages of the same files differ"
expect 0 'rules: 0 blocking, 0 warnings' apollo package check app.zip --date $day
! grep -q '>' said || fail "a clean package has hints: $(cat said)"
expect 0 '"blocking":0,"warnings":0' apollo --json package check app.zip --date $day
[ "$(ls -A | tr '\n' ' ')" = 'app.zip other.zip said ' ] || fail "the folder holds: $(ls -A)"

# A folder is judged as the archive is; everything at once, blocking ones first.
mkdir mine
cp "$srcdir"/arm/*.json mine
expect 0 '0 blocking, 0 warnings' apollo package check mine --date $day
sed -i 's/"defaultValue": "\[resourceGroup().location\]"/"defaultValue": "westus"/; s/"apiVersion": "2024-11-30"/"apiVersion": "2019-01-01"/' mine/mainTemplate.json
sed -i 's/"clusterName": "\[/"clustername2": "[/' mine/createUiDefinition.json
expect 3 'Location-Should-Not-Be-Hardcoded' apollo package check mine --date $day
for one in Outputs-Must-Be-Present-In-Template-Parameters Parameters-Without-Default-Must-Exist apiVersions-Should-Be-Recent \
	'mainTemplate.json $.parameters.location.defaultValue' '-> write [resourceGroup().location]' 'rules: 3 blocking, 1 warning'; do
	grep -qF -- "$one" said || fail "not told: $one: $(cat said)"
done
[ "$(grep -n '^Warnings' said | cut -d: -f1)" -gt "$(grep -n 'Location-Should' said | cut -d: -f1)" ] || fail "the order: $(cat said)"
expect 3 '"rule":"Location-Should-Not-Be-Hardcoded","severity":"blocking","file":"mainTemplate.json","path":"$.parameters.location.defaultValue"' \
	apollo --json package check mine --date $day

# What the marketplace would refuse is not packed; what it only warns of is.
expect 3 'Location-Should-Not-Be-Hardcoded' apollo package azure --from mine --out mine.zip --date $day
[ ! -e mine.zip ] || fail "a package that would be refused was written"
cp "$srcdir"/arm/*.json mine
sed -i 's/"apiVersion": "2024-11-30"/"apiVersion": "2019-01-01"/' mine/mainTemplate.json
expect 0 'apiVersions-Should-Be-Recent' apollo package azure --from mine --out mine.zip --date $day
[ -s mine.zip ] || fail "a package with a warning was not written"
expect 0 'rules: 0 blocking, 1 warning' apollo package check mine.zip --date $day

# The day counts.
expect 3 'apiVersions-Must-Not-Be-Ahead' apollo package check app.zip --date 2024-06-01
expect 2 'is not a day' apollo package check app.zip --date 2024-13-01
expect 2 'is not a day' apollo package check app.zip --date yesterday

# Names are told apart by case.
mv mine/mainTemplate.json mine/MainTemplate.json
expect 3 'mainTemplate.json is not there; there is MainTemplate.json' apollo package check mine --date $day

# The other marketplace's: which one it is, is seen by the files.
expect 0 'module.zip: a package for gcp, 8 files' apollo package gcp --out module.zip
apollo package gcp --out again.zip >said || fail "no package: $(cat said)"
cmp module.zip again.zip || fail "two packages of the same files differ"
expect 0 'rules: 0 blocking, 0 warnings' apollo package check module.zip
expect 0 '"kind":"gcp","files":8' apollo --json package check module.zip
mkdir module
cp "$srcdir"/gcp/*.tf "$srcdir"/gcp/*.tfvars "$srcdir"/gcp/*.yaml module
sed -i 's/  region  = var.region/  default_labels = local.labels/; s/"GVNIC"$/"GVNIC"\n    access_config {\n    }/' module/main.tf
sed -i 's/- name: subnet$/- name: subnets/' module/metadata.yaml
expect 3 'Provider-Has-No-Default-Labels' apollo package gcp --from module --out mine-gcp.zip
[ ! -e mine-gcp.zip ] || fail "a package that would be refused was written"
for one in No-Public-Addresses 'resource "google_compute_instance" "management" network_interface access_config' Metadata-Variables-Are-The-Modules \
	'metadata.yaml does not have subnet' 'the module has no variable subnets' 'rules: 4 blocking, 0 warnings'; do
	grep -qF -- "$one" said || fail "not told: $one: $(cat said)"
done

# Wrong input.
# The folders that the packages are made of are as clean as these; a key beside them is not.
expect 0 'rules: 0 blocking, 0 warnings' apollo package check "$srcdir/arm" --date $day
expect 0 'rules: 0 blocking, 0 warnings' apollo package check "$srcdir/gcp" --date $day
mkdir keyed
cp "$srcdir"/gcp/*.tf "$srcdir"/gcp/*.yaml "$srcdir"/gcp/*.tfvars keyed
chmod -R u+w keyed
printf '{"type": "service_account", "private_key": "x"}\n' >keyed/account.json
expect 3 'it holds ""private_key":"' apollo package check keyed --date $day
expect 1 'is no zip archive' apollo package check "$srcdir/arm/mainTemplate.json"
expect 1 'nowhere.zip' apollo package check nowhere.zip
mkdir empty
expect 1 'is no package of a marketplace' apollo package check empty
grep -q 'one for azure has .*; one for gcp has ' said || fail "both kinds: $(cat said)"
head -c 1000 app.zip >cut.zip
expect 1 'cut.zip is no zip archive' apollo package check cut.zip
expect 2 '--out is missing' apollo package azure
expect 2 'something is missing' apollo package check
expect 1 'nowhere' apollo package azure --out nowhere/app.zip --date $day
ln -s /etc/passwd mine/link
expect 1 'link is no regular file' apollo package check mine

# The rules are listed, each with its source.
expect 0 'No-Public-Addresses' apollo package rules
expect 0 '"rule":"No-Public-Addresses","severity":"blocking"' apollo --json package rules
[ "$(apollo package rules | grep -c '^azure')" = "$(apollo package check app.zip --date $day | sed -n 's/^\([0-9]*\) rules.*/\1/p')" ] ||
	fail "other rules are listed than looked at"

# The form takes what a plan writes.
plans=$srcdir/docs/examples/plans
apollo plan "$plans/cluster-16.cfg" --network "$plans/cluster-16-network.json" --out pack >said || fail "no plan: $(cat said)"
grep -q '"machines":{"value":\[' pack/azure-parameters.json || fail "no parameters: $(cat pack/azure-parameters.json)"
apollo plan "$plans/cluster-8.cfg" --network "$plans/cluster-8-network.json" --out gcp >said || fail "no plan: $(cat said)"
[ ! -e gcp/azure-parameters.json ] || fail "a plan for another cloud has parameters for Azure"
[ -s gcp/terraform.tfvars.json ] && [ ! -e pack/terraform.tfvars.json ] || fail "variables of Terraform are for Google's plans: $(ls gcp pack)"
# Beside the templates a parameter file is a part of the package, and judged.
mkdir filled
cp "$srcdir"/arm/*.json pack/azure-parameters.json filled
expect 0 '4 files' apollo package check filled --date $day
