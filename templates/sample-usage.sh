#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints a month of usage of two customers as CloudEvents, one JSON object a line: contoso (2 PiB, growing) and fabrikam
# (600 TiB, growing).  Capacity is sampled every ten minutes, with some samples missing; what was read is summed every
# hour.  The same month always gives the same lines.  Use: sample-usage.sh 2026-10 >usage.jsonl
set -eu
month=${1:?which month? for example 2026-10}
case $month in
[0-9][0-9][0-9][0-9]-[01][0-9]) ;;
*)
	echo "sample-usage.sh: \"$month\" is not a month such as 2026-10" >&2
	exit 2
	;;
esac
exec awk -v month="$month" '
function event(meter, customer, stamp, value) {
	printf "{\"specversion\":\"1.0\",\"type\":\"%s\",\"subject\":\"%s\",\"source\":\"sample/%s\",\"id\":\"%s@%s\",\"time\":\"%s\",\"data\":{\"value\":%s}}\n",
		meter, customer, customer, meter, stamp, stamp, value
}
function days(year, of) {
	if (of == 2)
		return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
	return of == 4 || of == 6 || of == 9 || of == 11 ? 30 : 31
}
# A small generator of its own, so that every awk gives the same.
function dice(below) {
	seed = (seed * 1103 + 12347) % 1048573
	return seed % below
}
BEGIN {
	seed = 4711
	split(month, part, "-")
	last = days(part[1] + 0, part[2] + 0)
	size["contoso"] = 2251799813685248
	grow["contoso"] = 137438953472
	size["fabrikam"] = 659706976665600
	grow["fabrikam"] = 68719476736
	split("contoso fabrikam", customers, " ")
	for (day = 1; day <= last; day++)
		for (hour = 0; hour < 24; hour++)
			for (n = 1; n <= 2; n++) {
				customer = customers[n]
				for (minute = 0; minute < 60; minute += 10) {
					size[customer] += grow[customer] / 6 + dice(1000) * 65536
					size[customer] -= size[customer] % 1
					if (dice(50) > 0)
						event("capacity", customer, sprintf("%s-%02dT%02d:%02d:%02dZ", month, day, hour, minute, dice(60)),
							sprintf("%.0f", size[customer]))
				}
				event("reads", customer, sprintf("%s-%02dT%02d:59:00Z", month, day, hour),
					sprintf("%d.%03d", 3 + dice(20), dice(1000)))
			}
}'
