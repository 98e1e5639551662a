#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plays a conversation with a marketplace: a file whose lines say what the other side does, what is run, and what must be seen.
#   # ...                                   for people
#   usage CUSTOMER HOUR:MINUTE VALUE        read by this customer on 2026-10-01; contoso buys on Azure, fabrikam on Google Cloud
#   other {JSON}                            the marketplaces' fault from here on; apollo-sandbox(1) has them
#   other well                              they work again
#   run HOUR:MINUTE STATUS                  apollo meter run at that time, and the status that it must leave with
#   says TEXT                               a part of what it said; `says nothing`: not a word
#   holds CUSTOMER MEMBER VALUE             of the customer's statement: metered, accepted, waiting, ...
#   books TEXT                              the marketplaces' own books at the end: "azure tb_read 5"
. "${srcdir:-.}/tests/system/world.sh"
case $1 in /*) played=$1 ;; *) played=$OLDPWD/$1 ;; esac
day=2026-10-01
sandbox_start
world_make
expect_nothing
: >said
number=0
while read -r word one rest; do
	number=$((number + 1))
	here="$(basename "$played"):$number: $word $one $rest"
	case $word in
	'' | '#'*) ;;
	usage)
		event reads "$one" "line-$number" "${day}T${rest%% *}:00Z" "${rest#* }" >usage.jsonl
		apollo meter take --now "${day}T${rest%% *}:30Z" usage.jsonl >/dev/null || fail "$here"
		;;
	other) if [ "$one" = well ]; then faults_end; else fault "$one${rest:+ $rest}"; fi ;;
	run)
		clock "${day}T$one:00Z"
		status=0
		apollo meter run --now "${day}T$one:00Z" >said 2>&1 || status=$?
		[ "$status" = "$rest" ] || fail "$here: it left with $status and said: $(cat said)"
		;;
	says)
		if [ "$one" = nothing ]; then
			[ ! -s said ] || fail "$here: it said: $(cat said)"
		else
			grep -qF -- "$one${rest:+ $rest}" said || fail "$here: it said: $(cat said)"
		fi
		;;
	holds)
		[ "$(usage_of "$one" "${rest%% *}")" = "${rest#* }" ] || fail "$here: it is $(usage_of "$one" "${rest%% *}")"
		;;
	books)
		[ -f totals ] || books_totals >totals
		grep -qxF "$one${rest:+ $rest}" totals || fail "$here: they hold: $(cat totals)"
		;;
	*) fail "$here: no such word" ;;
	esac
done <"$played"
apollo ledger verify >verify.log 2>&1 || fail "the ledger: $(cat verify.log)"
