/* SPDX-License-Identifier: Apache-2.0 */
#include "package/check.h"

#include <stdarg.h>
#include <string.h>

static bool room_make(struct package_check *check)
{
	size_t room = check->room ? 2 * check->room : 32;
	struct package_finding *findings;

	if (check->count < check->room)
		return true;
	findings = scope_alloc(check->scope, room * sizeof(*findings));
	if (!findings)
		return false;
	if (check->count)
		memcpy(findings, check->findings, check->count * sizeof(*findings));
	check->findings = findings;
	check->room = room;
	return true;
}

/* Names come from outside: what is told of them is one line, and not too long. */
static void line_make(char *text)
{
	enum { LINE = 400 };
	size_t size = strlen(text);

	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = ' ';
	if (size <= LINE)
		return;
	/* Not in the middle of a character. */
	for (size = LINE; size && ((unsigned char)text[size] & 0xc0) == 0x80;)
		size--;
	text[size] = '\0';
}

static const char *text_keep(struct package_check *check, const char *text)
{
	char *kept = scope_text(check->scope, text ? text : "");

	check->failed = check->failed || !kept;
	if (kept)
		line_make(kept);
	return kept;
}

void package_find(struct package_check *check, const struct package_rule *rule, struct package_place place, const char *hint,
		  const char *format, ...)
{
	struct package_finding finding = {.rule = rule};
	va_list arguments;
	char *message;

	check->blocking += rule->severity == PACKAGE_BLOCKING;
	check->warnings += rule->severity == PACKAGE_WARNING;
	if (check->count == PACKAGE_FINDINGS_MAX) {
		check->left_out++;
		return;
	}
	va_start(arguments, format);
	message = scope_vprint(check->scope, format, arguments);
	va_end(arguments);
	if (check->failed || !message || !room_make(check)) {
		check->failed = true;
		return;
	}
	line_make(message);
	finding.message = message;
	finding.file = text_keep(check, place.file);
	finding.path = text_keep(check, place.path);
	finding.hint = text_keep(check, hint);
	if (!check->failed)
		check->findings[check->count++] = finding;
}

const struct package_rule *package_rule(const struct package_kind *kind, const char *id)
{
	for (size_t i = 0; i < kind->rule_count; i++)
		if (strcmp(kind->rules[i].id, id) == 0)
			return &kind->rules[i];
	return NULL;
}

static int finding_compare(const void *left, const void *right)
{
	const struct package_finding *one = left, *other = right;
	int order;

	if (one->rule->severity != other->rule->severity)
		return one->rule->severity < other->rule->severity ? -1 : 1;
	if ((order = strcmp(one->file, other->file)) != 0 || (order = strcmp(one->path, other->path)) != 0 ||
	    (order = strcmp(one->rule->id, other->rule->id)) != 0)
		return order;
	return strcmp(one->message, other->message);
}

int package_check_run(const struct package_kind *kind, struct package_check *check, struct error *error)
{
	void *model;

	if (kind->open(check, &model, error) < 0)
		return error->code;
	for (size_t i = 0; i < kind->rule_count; i++)
		kind->rules[i].look(&kind->rules[i], check, model);
	kind->close(model);
	if (check->failed)
		return error_memory(error, "what was found");
	if (check->count)
		qsort(check->findings, check->count, sizeof(*check->findings), finding_compare);
	return 0;
}

const char *package_severity_name(enum package_severity severity)
{
	return severity == PACKAGE_BLOCKING ? "blocking" : "warning";
}

/* ---- text ---- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void findings_text(const struct package_check *check, enum package_severity severity, const char *title, struct buffer *buffer)
{
	bool any = false;

	for (size_t i = 0; i < check->count; i++) {
		const struct package_finding *finding = &check->findings[i];

		if (finding->rule->severity != severity)
			continue;
		(void)buffer_text(buffer, any ? "" : title);
		any = true;
		(void)buffer_print(buffer, "  %s\n    %s%s%s%s%s\n", finding->rule->id, finding->file, *finding->path ? " " : "", finding->path,
				   *finding->file ? ": " : "", finding->message);
		if (*finding->hint)
			(void)buffer_print(buffer, "    -> %s\n", finding->hint);
	}
}

void package_check_text(const struct package_kind *kind, const struct package_check *check, struct buffer *buffer)
{
	(void)buffer_print(buffer, "%s: a package for %s, %zu file%s, %llu bytes\n", check->package->path, kind->name, check->package->count,
			   plural(check->package->count), (unsigned long long)check->package->size);
	findings_text(check, PACKAGE_BLOCKING, "\nBlocking\n", buffer);
	findings_text(check, PACKAGE_WARNING, "\nWarnings\n", buffer);
	(void)buffer_print(buffer, "%s%zu rules: %zu blocking, %zu warning%s", check->count ? "\n" : "", kind->rule_count, check->blocking,
			   check->warnings, plural(check->warnings));
	if (check->left_out)
		(void)buffer_print(buffer, "; %zu more than are listed", check->left_out);
	(void)buffer_text(buffer, "\n");
}

void package_rules_text(const struct package_kind *kind, struct buffer *buffer)
{
	for (size_t i = 0; i < kind->rule_count; i++) {
		const struct package_rule *rule = &kind->rules[i];

		(void)buffer_print(buffer, "%-8s %-9s %s\n  %s [%s]\n", kind->name, package_severity_name(rule->severity), rule->id, rule->title,
				   rule->source);
	}
}

/* ---- JSON ---- */

static void member_text(struct buffer *buffer, const char *before, const char *name, const char *value)
{
	(void)buffer_print(buffer, "%s\"%s\":", before, name);
	(void)buffer_json(buffer, value);
}

void package_check_json(const struct package_kind *kind, const struct package_check *check, struct buffer *buffer)
{
	member_text(buffer, "{", "package", check->package->path);
	member_text(buffer, ",", "kind", kind->name);
	(void)buffer_print(buffer, ",\"files\":%zu,\"bytes\":%llu,\"blocking\":%zu,\"warnings\":%zu,\"left_out\":%zu,\n\"findings\":[",
			   check->package->count, (unsigned long long)check->package->size, check->blocking, check->warnings, check->left_out);
	for (size_t i = 0; i < check->count; i++) {
		const struct package_finding *finding = &check->findings[i];

		member_text(buffer, i ? ",\n{" : "\n{", "rule", finding->rule->id);
		member_text(buffer, ",", "severity", package_severity_name(finding->rule->severity));
		member_text(buffer, ",", "file", finding->file);
		member_text(buffer, ",", "path", finding->path);
		member_text(buffer, ",", "message", finding->message);
		member_text(buffer, ",", "hint", finding->hint);
		(void)buffer_text(buffer, "}");
	}
	(void)buffer_text(buffer, "]}\n");
}

void package_rules_json(const struct package_kind *kind, struct buffer *buffer)
{
	for (size_t i = 0; i < kind->rule_count; i++) {
		const struct package_rule *rule = &kind->rules[i];

		member_text(buffer, i ? ",\n{" : "{", "kind", kind->name);
		member_text(buffer, ",", "rule", rule->id);
		member_text(buffer, ",", "severity", package_severity_name(rule->severity));
		member_text(buffer, ",", "title", rule->title);
		member_text(buffer, ",", "source", rule->source);
		(void)buffer_text(buffer, "}");
	}
}
