#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our books against the marketplace's: each state of a row, and the exit status.
. "${srcdir:-.}/tests/system/world.sh"
day=2026-10-01
resource=db9c58de-1c6e-4a7b-9d3f-2f1f0f6c5a01
sandbox_start --clock ${day}T03:05:00Z
world_make
expect_nothing
event reads contoso a ${day}T00:10:00Z 5 >u.jsonl
event reads fabrikam b ${day}T00:10:00Z 7 >>u.jsonl
apollo meter take --now ${day}T00:45:00Z u.jsonl >/dev/null
quiet apollo meter run --now ${day}T03:05:00Z

# reconcile ARG...: of the first day, with nothing but what differs.
reconcile() {
	apollo "$@" meter reconcile --market azure --from ${day}T00:00:00Z --to 2026-10-02T00:00:00Z --now ${day}T03:06:00Z \
		${record:+--record "$record"}
}
record=
# Microsoft processes what it took later: until then it is pending there, which is no disagreement.
expect 0 'azure: ' reconcile
grep -qE '(1 rows agree, 0|0 rows agree, 1) pending there, 0 missing there, 0 missing here, 0 different' said ||
	fail "the sandbox's record: $(cat said)"

row() {
	printf '{"day":"%s","resource":"%s","dimension":"tb_read","submitted":"%s"%s}' "$day" "$1" "$2" "${3:-}"
}
record=record.json
# compare STATUS SUMMARY ROW...: the record holds these rows.
compare() {
	wanted_status=$1
	summary=$2
	shift 2
	(IFS=, && printf '{"rows":[%s]}\n' "$*") >record.json
	expect "$wanted_status" "$summary" reconcile
}
compare 0 '1 rows agree, 0 pending there, 0 missing there, 0 missing here, 0 different, 0 rejected there' "$(row $resource 5)"
compare 3 '0 rows agree, 0 pending there, 0 missing there, 0 missing here, 1 different' "$(row $resource 4.999999)"
grep -q "$day $resource tb_read: ours 5, theirs 4.999999: different" said || fail "the row is not shown: $(cat said)"
compare 3 '0 rows agree, 0 pending there, 1 missing there'
compare 3 '1 rows agree, 0 pending there, 0 missing there, 1 missing here' "$(row $resource 5)" "$(row 00000000-0000-0000-0000-000000000001 2)"

# As JSON each row is a document, whatever the marketplace's names hold.
compare 3 'missing here' "$(row $resource 5)" "$(row 'a\"b\\c' 2)"
reconcile --json >said 2>&1 || :
grep -qF '"resource":"a\"b\\c","dimension":"tb_read","ours":"0","theirs":"2","state":"missing here"}' said || fail "as JSON: $(cat said)"
expect 1 'neither a day nor an operation' compare 1 '' '{"day":1}'
echo 'no record' >record.json
expect 1 '' reconcile
record=none.json
expect 1 'the record none.json cannot be opened' reconcile
expect 2 'goes with --market' apollo meter reconcile --record record.json --now ${day}T03:06:00Z
expect 2 'there is no market "nobody"' apollo meter reconcile --market nobody --now ${day}T03:06:00Z

# The other marketplace cannot be asked; it is compared by operation.
operation=$(curl -s "$url/sandbox/books" | tr -d ' \n' | sed 's/.*"operation":"\([^"]*\)".*/\1/')
expect 0 'keeps no record that can be asked for' apollo meter reconcile --from ${day}T00:00:00Z --to 2026-10-02T00:00:00Z --now ${day}T03:06:00Z
expect 2 'give it in a file: apollo meter reconcile --market gcp --record FILE' apollo meter reconcile --market gcp --now ${day}T03:06:00Z

# Events, as text and as JSON.
expect 0 '5 reads  a  from test' apollo meter statement contoso --events ${day}T00:00:00Z --now ${day}T03:06:00Z
expect 0 '{"time":"2026-10-01T00:10:00Z","meter":"reads","value":5000000,"decimals":6,"id":"a","source":"test"}' \
	apollo --json meter statement contoso --events ${day}T00:00:00Z --now ${day}T03:06:00Z
