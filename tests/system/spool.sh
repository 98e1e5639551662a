#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The spool: nothing is lost, written over or in the way.
. "${srcdir:-.}/tests/system/world.sh"
sandbox_start --clock 2026-10-01T01:05:00Z
day=2026-10-01

# A sender that always uses one name: each file and its rejects stay, under one name together.
world_make
expect_nothing
for n in 1 2 3; do
	event reads contoso $n ${day}T00:1$n:00Z 1 >spool/u.jsonl
	[ $n = 3 ] || echo "nonsense $n" >>spool/u.jsonl
	if [ $n = 3 ]; then
		quiet apollo meter run --now ${day}T00:30:00Z
	else
		expect 4 "spool/taken/u.jsonl$([ $n = 1 ] || echo .1).rejected" apollo meter run --now ${day}T00:30:00Z
	fi
done
grep -q 'nonsense 1' spool/taken/u.jsonl.rejected || fail "the first rejects are lost"
grep -q 'nonsense 2' spool/taken/u.jsonl.1.rejected || fail "the second rejects are lost"
grep -q 'nonsense 1' spool/taken/u.jsonl && grep -q 'nonsense 2' spool/taken/u.jsonl.1 && [ -s spool/taken/u.jsonl.2 ] ||
	fail "a taken file was written over: $(ls -R spool)"
[ ! -e spool/u.jsonl ] && [ ! -e spool/taken/u.jsonl.2.rejected ] || fail "the spool holds: $(ls -R spool)"

# The reject file is mended and fed again; feeding it does not remove it.
event reads contoso mended ${day}T00:20:00Z 1 >good
{ grep '^#' spool/taken/u.jsonl.rejected && cat good; } >mended && mv mended spool/taken/u.jsonl.rejected
expect 0 '1 lines: 1 taken' apollo meter take --now ${day}T00:30:00Z spool/taken/u.jsonl.rejected
[ -s spool/taken/u.jsonl.rejected ] || fail "the mended file is gone"
mv spool/taken/u.jsonl.rejected spool/again.jsonl
quiet apollo meter run --now ${day}T00:30:00Z

# The same by hand: an older reject file is neither removed nor written over.
echo wrong >f.jsonl
expect 4 'f.jsonl.rejected' apollo meter take --now ${day}T00:30:00Z f.jsonl
cp f.jsonl.rejected before
event reads contoso f ${day}T00:20:00Z 1 >f.jsonl
expect 0 '1 taken' apollo meter take --now ${day}T00:30:00Z f.jsonl
cmp -s before f.jsonl.rejected || fail "the older reject file was touched"
echo wrong again >f.jsonl
expect 4 './f.jsonl.1.rejected' apollo meter take --now ${day}T00:30:00Z f.jsonl
cmp -s before f.jsonl.rejected || fail "the older reject file was written over"
# Byte for byte, a NUL too.
printf 'a\000b\n' >nul.jsonl
expect 4 'rejected' apollo meter take --now ${day}T00:30:00Z nul.jsonl
grep -av '^#' nul.jsonl.rejected | cmp -s - nul.jsonl || fail "a rejected line was cut at its NUL"

# A file that is still being written stays, and the rest of it comes.
event reads contoso p1 ${day}T00:25:00Z 10 >spool/p.jsonl
event reads contoso p2 ${day}T00:26:00Z 20 >line
dd if=line bs=1 count=40 status=none >>spool/p.jsonl
expect 4 'still being written' apollo meter run --now ${day}T00:30:00Z
[ -e spool/p.jsonl ] && [ ! -e spool/taken/p.jsonl ] && [ ! -e spool/taken/p.jsonl.rejected ] ||
	fail "a file that is being written was moved, or rejected: $(ls -R spool)"
dd if=line bs=1 skip=40 status=none >>spool/p.jsonl
quiet apollo meter run --now ${day}T00:30:00Z
[ -e spool/taken/p.jsonl ] || fail "the finished file was not moved"
: >spool/empty.jsonl
expect 4 'empty.jsonl' apollo meter run --now ${day}T00:30:00Z
rm spool/empty.jsonl

# What cannot be taken holds up neither the other files nor closing and reporting.
mkdir spool/a.jsonl
ln -s nowhere spool/b.jsonl
event reads contoso z ${day}T00:27:00Z 0.5 >spool/z.jsonl
expect 4 '2 files or folders of events could not be taken' apollo meter run --now ${day}T01:05:00Z
[ -e spool/taken/z.jsonl ] || fail "a file behind one that cannot be taken was not taken"
rmdir spool/a.jsonl
rm spool/b.jsonl
usage_is contoso accepted 35.5
mv spool elsewhere
clock ${day}T02:05:00Z
event reads contoso y ${day}T01:27:00Z 0.5 >y.jsonl
apollo meter take --now ${day}T01:30:00Z y.jsonl >/dev/null
expect 4 'hint: make it, or change intake.directory' apollo meter run --now ${day}T02:05:00Z
usage_is contoso accepted 36
apollo ledger verify >/dev/null
# By hand it is the command's own failure, and the others are taken all the same.
event reads contoso x ${day}T01:28:00Z 0.5 >x.jsonl
expect 1 'nothing.jsonl cannot be opened' apollo meter take --now ${day}T02:05:00Z nothing.jsonl x.jsonl
grep -q '1 taken' said || fail "the file behind a missing one was not taken: $(cat said)"

# Standard input, a pipe with a name, and a folder; of a folder only what is named as events.
event reads contoso w1 ${day}T02:01:00Z 1 | apollo meter take --now ${day}T02:30:00Z - >said || fail "standard input: $(cat said)"
grep -q '1 lines: 1 taken' said || fail "standard input: $(cat said)"
echo wrong >nonsense
cat x.jsonl nonsense | expect 4 'mend ./r.jsonl' apollo meter take --rejects r.jsonl --now ${day}T02:30:00Z -
[ "$(tail -n 1 r.jsonl)" = wrong ] || fail "the rejects of standard input are: $(cat r.jsonl)"
mkfifo named
event reads contoso w2 ${day}T02:02:00Z 1 >named &
expect 0 '1 lines: 1 taken' apollo meter take --now ${day}T02:30:00Z named
mkdir folder
event reads contoso w3 ${day}T02:03:00Z 1 >folder/a.jsonl
event reads contoso w4 ${day}T02:04:00Z 1 >folder/b.txt
expect 0 '1 lines: 1 taken' apollo meter take --now ${day}T02:30:00Z folder

# An input that never ends is left at SIGTERM; what was fed before is there, and nothing is half-written.
"$builddir/run" apollo meter take --now ${day}T02:30:00Z named >ended 2>&1 &
taking=$!
exec 9>named
event reads contoso w5 ${day}T02:05:00Z 1 >&9
kill -TERM $taking
status=0
wait $taking || status=$?
exec 9>&-
[ $status = 143 ] || fail "after SIGTERM: status $status: $(cat ended)"
apollo ledger verify >/dev/null || fail "the ledger is not whole after SIGTERM"
