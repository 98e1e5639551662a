/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool room_make(struct findings *findings)
{
	size_t room = findings->room ? 2 * findings->room : 32;
	struct finding *items;

	if (findings->count < findings->room)
		return true;
	items = scope_alloc(findings->scope, room * sizeof(*items));
	if (!items)
		return false;
	if (findings->count)
		memcpy(items, findings->items, findings->count * sizeof(*items));
	findings->items = items;
	findings->room = room;
	return true;
}

static const char *text_keep(struct findings *findings, const char *text)
{
	const char *kept = text ? scope_text(findings->scope, text) : "";

	findings->failed = findings->failed || !kept;
	return kept;
}

void finding_add(struct findings *findings, const char *code, enum severity severity, const struct finding_parts *parts,
		 const char *format, ...)
{
	static const struct finding_parts none;
	struct finding finding = {.severity = severity};
	char both[RANGE_TEXT] = "";
	va_list arguments;

	findings->refused += severity == SEVERITY_REFUSED;
	findings->warned += severity == SEVERITY_WARNING;
	if (findings->count == FINDINGS_MAX) {
		findings->left_out++;
		return;
	}
	if (findings->failed || !room_make(findings)) {
		findings->failed = true;
		return;
	}
	parts = parts ? parts : &none;
	(void)snprintf(finding.code, sizeof(finding.code), "%s", code);
	va_start(arguments, format);
	finding.message = scope_vprint(findings->scope, format, arguments);
	va_end(arguments);
	findings->failed = !finding.message;
	finding.object = text_keep(findings, parts->object);
	finding.other = text_keep(findings, parts->other);
	finding.intersection = text_keep(findings, parts->both ? range_print(*parts->both, both) : NULL);
	finding.suggestion = text_keep(findings, parts->suggestion);
	if (!findings->failed)
		findings->items[findings->count++] = finding;
}

static int finding_compare(const void *left, const void *right)
{
	const struct finding *one = left, *other = right;
	int order;

	if (one->severity != other->severity)
		return one->severity < other->severity ? -1 : 1;
	if ((order = strcmp(one->code, other->code)) != 0 || (order = strcmp(one->object, other->object)) != 0 ||
	    (order = strcmp(one->other, other->other)) != 0)
		return order;
	return strcmp(one->message, other->message);
}

void findings_sort(struct findings *findings)
{
	if (findings->count)
		qsort(findings->items, findings->count, sizeof(*findings->items), finding_compare);
}

const char *severity_name(enum severity severity)
{
	static const char *const names[] = {"refused", "warning", "note"};

	return names[severity];
}
