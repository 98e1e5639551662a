#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The options that `apollo sandbox --help` says and those of its manual page are the same, word for word.  The page knows every
# setting, action, route and control path that the code has, and has no warnings, where mandoc is there to tell.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
page=$srcdir/docs/man/apollo-sandbox.1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

# One line for an option: --NAME ARGUMENT: words.
"$builddir/apollo" sandbox --help | sed -n 's/^  \(--[a-z-]*\)\( [A-Z]*\)\{0,1\}  *\(.*\)/\1\2: \3/p' | sed 's/ :/:/' >"$scratch/help"
awk '/^\.It Fl -/ {
	option = "-" $3 ($4 == "Ar" ? " " toupper($5) : "")
	getline
	sub(/\.$/, "")
	print option ": " tolower(substr($0, 1, 1)) substr($0, 2)
}' "$page" >"$scratch/page"
[ -s "$scratch/help" ] || fail "the help has no options"
diff -u "$scratch/help" "$scratch/page" >&2 || fail "the help and the manual page have different options"

# Every word that the code knows stands in the page.
words() {
	sed -n "$2" "$srcdir/sandbox/$1"
}
{
	words settings.c 's/.*\(PLACE\|SECONDS\)(\([a-z_]*\)).*/\2/p' | grep -v '^NAME$'
	words faults.c '/action_words\[\]/,/};/p' | grep -o '"[a-z-]*"' | tr -d '"'
	words routes.c 's/^	\(MARKET\|TOKEN\)("\([a-z.]*\)".*/\2/p'
	words routes.c 's/^	CONTROL("[A-Z]*", "\([a-z\/]*\)".*/\/sandbox\/\1/p'
} | sort -u >"$scratch/words"
[ "$(wc -l <"$scratch/words")" -gt 50 ] || fail "the words of the code were not found: $(cat "$scratch/words")"
while read -r word; do
	grep -qF -- "$word" "$page" || fail "the manual page does not say $word"
done <"$scratch/words"

if command -v mandoc >/dev/null 2>&1; then
	mandoc -Tlint -W warning "$page" >&2 || fail "mandoc finds fault with the manual page"
	awk 'length > 80 && !/^\./ {exit 1}' "$page" || fail "the manual page has lines longer than 80 bytes"
fi
