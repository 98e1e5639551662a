#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The arrows of the house: who may include whom, banned calls, and what a plugin's file exports and imports.
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(cd "${builddir:-.}" && pwd)
cd "$srcdir" || exit 1
bad=0

say() {
	echo "$*" >&2
	bad=1
}

# arrows FOLDER PATTERN: every include in quotes below FOLDER matches the pattern.
arrows() {
	found=$(find "$1" -name '*.[ch]' -exec grep -Hn '^#include "' {} + | grep -vE "#include \"($2)")
	[ -z "$found" ] || say "$1 may not include this:
$found"
}
arrows core 'core/'
arrows kpi 'core/|deploy/|kpi/'
arrows deploy 'core/|deploy/'
arrows metering 'core/|metering/'
arrows package 'core/|package/'
arrows arm 'core/|package/|arm/'
arrows gcp 'core/|package/|gcp/'
arrows offers 'core/|offers/'
arrows sandbox 'core/|sandbox/'
arrows cli '(arm|gcp)/check\.h|package/|core/|deploy/|kpi/|metering/|offers/|sandbox/sandbox\.h|cli/'
arrows plugins 'plugins/'
found=$(grep -Hn '^#include' include/apollo/plugin.h | grep -vE '<std(def|int)\.h>')
[ -z "$found" ] || say "plugin.h includes more than stddef.h and stdint.h: $found"
for one in plugins/*/; do
	name=$(basename "$one")
	found=$(find "$one" -name '*.[ch]' -exec grep -Hn '^#include "plugins/' {} + | grep -vE "\"plugins/($name|common)/")
	[ -z "$found" ] || say "one plugin includes another: $found"
done

found=$(find core deploy kpi package arm gcp metering offers sandbox cli plugins include -name '*.[ch]' -exec grep -HnwE \
	'(strcpy|strcat|sprintf|atoi|strtok|gets|system|popen) *\(' {} + | grep -vE ':\s*(/?\*|//)|"[^"]*\b(system)\b')
[ -z "$found" ] || say "banned calls: $found"

# Writable globals and anything with an effect do not belong into a plugin.
found=$(find plugins -name '*.c' -exec grep -HnwE '(fopen|open|socket|time|clock_gettime|getenv|pthread_create|sleep|usleep|nanosleep|printf) *\(' {} +)
[ -z "$found" ] || say "a plugin has an effect: $found"
for file in "$builddir"/.libs/azure.so "$builddir"/.libs/gcp.so "$builddir"/.libs/prometheus.so; do
	[ -f "$file" ] || say "$file is not built"
	exported=$(nm -D --defined-only "$file" | awk '$2 ~ /[TDBRVW]/ {print $3}' | grep -vE '^(_init|_fini|__asan|__odr|__sanitizer|__ubsan)')
	[ "$exported" = apollo_plugin_descriptor ] || say "$file exports: $exported"
	imported=$(nm -D --undefined-only "$file" | awk '{print $2}' | grep '^apollo_')
	[ -z "$imported" ] || say "$file imports: $imported"
done
exit $bad
