#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The zones of a plan as a name server loads them: each cut out by the command that the document gives, and what is for zones of
# others within such a zone.  Skipped where named-checkzone is absent.
. "${srcdir:-.}/tests/system/world.sh"
PATH=$PATH:/usr/sbin:/sbin
command -v named-checkzone >/dev/null 2>&1 || exit 77

# zone_check NAME FILE: it is loaded without a complaint.
zone_check() {
	named-checkzone -i local -k fail -M fail -n fail -r fail -S fail "$1" "$2" >said 2>&1 || fail "zone $1: $(cat said)"
	! grep -v -e '^OK$' -e 'loaded serial 1$' said || fail "zone $1 is complained about"
}

checked=0
# plan_check SUFFIX FILE ...: the zones of a plan.
plan_check() {
	suffix=$1
	shift
	rm -rf zones
	apollo plan "$@" --out zones >said || fail "no plan of $1: $(cat said)"
	cd zones
	zone_check "$suffix" dns-forward.zone
	eval "$(sed -n "s/^;   \(awk .*\)/\1/p" dns-reverse.zone)"
	for zone in *.arpa.zone; do
		[ -f "$zone" ] || continue
		zone_check "${zone%.zone}" "$zone"
		checked=$((checked + 1))
	done
	[ "$(ls | grep -c 'arpa\.zone$')" = "$(grep -c '^; zone ' dns-reverse.zone)" ] || fail "the command cuts other zones: $(ls)"
	for above in $(sed -n 's/^; lines \([^ ]*\).*/\1/p' dns-reverse.zone | sort -u); do
		{
			printf '$ORIGIN %s\n$TTL 30\n@ IN SOA ns.invalid. h.invalid. 1 1 1 1 1\n@ IN NS ns.invalid.\n' "$above"
			awk -v above="$above" '/^; /{f=0} $1 == ";" && $2 == "lines" && $3 == above {f=1} f{print}' dns-reverse.zone
		} >above
		zone_check "$above" above
		checked=$((checked + 1))
	done
	cd "$world"
}

plans=$srcdir/docs/examples/plans
plan_check vast1.example.com "$plans/cluster-8.cfg" --network "$plans/cluster-8-network.json"
plan_check vast3.example.com "$plans/cluster-16.cfg" --network "$plans/cluster-16-network.json"
sed 's|10.20.0.0/26|10.20.0.190-10.20.3.70|' "$plans/cluster-8.cfg" >span.cfg
plan_check vast1.example.com span.cfg
sed 's|10.20.0.0/26|10.20.0.190-10.20.3.70|; s/vips_per_node = 4/vips_per_node = 60/' "$plans/cluster-8.cfg" >span.cfg
plan_check vast1.example.com span.cfg
[ "$checked" -ge 12 ] || fail "only $checked zones were looked at"
# The check can fail: a name that leads nowhere.
printf '$ORIGIN s.\n$TTL 30\n@ IN SOA ns.invalid. h.invalid. 1 1 1 1 1\n@ IN NS ns\n' >wrong
! named-checkzone -i local s. wrong >said 2>&1 || fail "a zone without a name server's address is taken"
