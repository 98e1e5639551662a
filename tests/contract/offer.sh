#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Contract tests of private offers: what apollo offer export writes for Google Cloud is read by Google's own protos (google-proto-files), strictly; what
# it writes for Azure is held against what Microsoft's pages say of its resources, closed.
# Needs node, npm and protoc.  What is missing is said, and the test is skipped.
skip() {
	echo "skipped: $*"
	exit 77
}

for tool in node npm protoc; do
	command -v $tool >/dev/null 2>&1 || skip "$tool is not installed"
done
. "${srcdir:-.}/tests/system/world.sh"
. "${srcdir:-.}/tests/contract/modules.sh"

offers=$srcdir/tests/offers/golden/offers.cfg
for name in acme-percent acme-absolute beta-saas acme-commit acme-usage beta-instalments beta-fee; do
	apollo offer export "$offers" $name --out $name --amends projects/vendor/locations/global/privateOffers/abc --now 2026-11-25T00:00:00Z >said || fail "no export: $(cat said)"
done
# The terms as a document of one's own.
printf '%%PDF-1.4\n' >own.pdf
sed 's|terms = "standard"; discount = "10";|terms = "own.pdf"; discount = "10";|' "$offers" >own.cfg
apollo offer export own.cfg beta-fee --out own --now 2026-11-25T00:00:00Z >said || fail "no export: $(cat said)"

NODE_PATH=$modules node "$srcdir/tests/contract/offer.js" "$modules" acme-percent acme-absolute beta-saas acme-commit acme-usage beta-instalments beta-fee own
