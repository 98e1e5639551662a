#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `make installcheck` runs: the example of a plugin out of the tree is built against what was installed, checked,
# installed beside apollo's own, and asked what it would send.  The makefile hands the folders in.
#   srcdir bindir includedir pkglibdir pkgconfigdir aclocaldir   of the installation, with DESTDIR before each
set -eu
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
step() {
	"$@" >"$work/step.log" 2>&1 || {
		cat "$work/step.log" >&2
		echo "installcheck: $* failed" >&2
		exit 1
	}
}

mkdir "$work/hello"
for file in hello.c configure.ac Makefile.am apollo.cfg; do
	cp "$srcdir/docs/examples/hello-market/$file" "$work/hello"
done
cd "$work/hello"
PATH="$bindir:$PATH"
PKG_CONFIG_PATH="$pkgconfigdir${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
ACLOCAL_PATH="$aclocaldir${ACLOCAL_PATH:+:$ACLOCAL_PATH}"
export PATH PKG_CONFIG_PATH ACLOCAL_PATH
[ -z "${DESTDIR:-}" ] || export APOLLO_PLUGIN_CFLAGS="-I$includedir" APOLLO_PLUGIN_LIBS=" "
step autoreconf -fi
# A sanitizer of apollo's own build is not the example's.
step env CFLAGS="-O2 -Werror" LDFLAGS= ./configure
[ -n "${DESTDIR:-}" ] || grep -q "^apolloplugindir = $pkglibdir\$" Makefile || {
	echo "installcheck: apollo-plugin.pc names another folder of plugins than $pkglibdir" >&2
	exit 1
}
step make
step make check
step make install plugindir="$work/plugins"

cat >usage.jsonl <<'USAGE'
{"specversion":"1.0","type":"reads","source":"example","id":"1","subject":"acme","time":"2026-10-01T00:20:00Z","data":{"value":"1.5"}}
{"specversion":"1.0","type":"reads","source":"example","id":"2","subject":"acme","time":"2026-10-01T00:40:00Z","data":{"value":"0.25"}}
USAGE
APOLLO_PLUGIN_PATH="$work/plugins"
SHOP_KEY=none
export APOLLO_PLUGIN_PATH SHOP_KEY
step apollo plugins hello
step apollo -c apollo.cfg ledger init --rehearsal --now 2026-10-01T00:00:00Z
step apollo -c apollo.cfg meter take --now 2026-10-01T01:10:00Z usage.jsonl
step apollo -c apollo.cfg meter close --now 2026-10-01T01:10:00Z
apollo -c apollo.cfg meter report --dry-run --now 2026-10-01T01:10:00Z >sent.json
grep -q '"hour\\":\\"2026-10-01T00:00:00Z\\",\\"quantity\\":1.75' sent.json || {
	echo "installcheck: the example would send this:" >&2
	cat sent.json >&2
	exit 1
}
