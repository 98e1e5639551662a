#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apollo offer export --submit against the sandbox: jobs and drafts, what is there already, replies that are lost, refusals, and a run that is killed.
. "${srcdir:-.}/tests/system/world.sh"
now=2026-11-25T00:00:00Z
offers=$srcdir/tests/offers/golden/offers.cfg
sandbox_start --clock $now
world_make

submit() {
	apollo offer export "$offers" "$1" --out "out-$1" --now $now --submit
}
# sent ROUTE: how often the sandbox was asked for it.
sent() {
	curl -s "$url/sandbox/log" | grep -o "\"route\":\"$1\"" | wc -l
}
sent_is() {
	[ "$(sent "$1")" = "$2" ] || fail "$1 was asked for $(sent "$1") times, not $2"
}

# Nothing is sent that nobody asked for.
expect 0 "dry run: nothing was sent" apollo offer export "$offers" acme-percent --out dry --now $now --dry-run
expect 0 "" apollo offer export "$offers" acme-percent --out dry --now $now
sent_is entra 0
sent_is ingestion.query 0

# Azure: a job is posted once and looked at until it is done.  The second time it is there already.
expect 0 "submitted: private-offer/00000001-0000-4000-8000-000000000000 is Live" submit acme-percent
sent_is ingestion.configure 1
sent_is ingestion.status 2
expect 1 'there is a private offer "Acme <burst> & more" already' submit acme-percent
sent_is ingestion.configure 1

# Google: a draft, its document, published.
expect 0 "/privateOffers/offer-2 is PUBLISHED" submit acme-commit
sent_is producer.create 1
sent_is producer.attach 1
sent_is producer.publish 1
expect 1 'there is a private offer "Acme petabytes" already' submit acme-commit

# What Google then holds is what was handed over.
token=$(curl -s -H 'Metadata-Flavor: Google' "$url/computeMetadata/v1/instance/service-accounts/default/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s -H "Authorization: Bearer $token" "$url/v1beta/projects/vendor/locations/global/privateOffers/offer-2?view=PRIVATE_OFFER_VIEW_FULL" >held.json
expect 0 'acme-commit at gcp: PUBLISHED, ' apollo offer readback "$offers" acme-commit --from held.json
expect 0 ', 0 differ' apollo offer readback "$offers" acme-commit --from held.json
sed 's/"durationMonths": *[0-9]*/"durationMonths":7/; s/"value": *"[0-9.]*"/"value":"0.01"/' held.json >moved.json
expect 3 'DIFFERS' apollo offer readback "$offers" acme-commit --from moved.json

# A reply that is lost: it is looked for and not made again.
fault '{"route":"ingestion.configure","action":"lose-reply"}'
expect 0 "is Live" submit acme-absolute
sent_is ingestion.configure 2
fault '{"route":"producer.create","action":"lose-reply"}'
fault '{"route":"producer.attach","action":"lose-reply"}'
fault '{"route":"producer.publish","action":"lose-reply"}'
expect 0 "is PUBLISHED" submit acme-usage
sent_is producer.create 2
sent_is producer.attach 2
sent_is producer.publish 2

# What the service says no to is told in its words.
fault '{"route":"producer.publish","action":"status","status":400}'
expect 1 "publication of a private offer" submit beta-fee
faults_end
clock 2029-01-01T00:00:00Z
expect 1 "The end date is in the past." submit beta-saas

# Killed while it waits for its job, it goes on with that job.
clock $now
sed 's/title = "Beta"/title = "Killed"/' "$offers" >killed.cfg
sed -i 's/offer_poll = "1s"/offer_poll = "300s"/' apollo.cfg
before=$(sent ingestion.configure)
"$builddir/run" apollo offer export killed.cfg beta-saas --out killed --now $now --submit >killed.log 2>&1 &
process=$!
while [ "$(sent ingestion.configure)" = "$before" ]; do
	kill -0 $process 2>/dev/null || fail "it ended: $(cat killed.log)"
done
kill -9 $process
wait $process 2>/dev/null || :
sed -i 's/offer_poll = "300s"/offer_poll = "1s"/' apollo.cfg
# The wait that it was in is over by then.
expect 0 "is Live" apollo offer export killed.cfg beta-saas --out killed --now 2026-11-25T00:10:00Z --submit
[ "$(sent ingestion.configure)" = $((before + 1)) ] || fail "it was posted again"
