/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/package/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void shipped_read(const struct package_kind *kind, struct package *package)
{
	struct error error = {0};
	static char folder[4096]; /* the package names it */
	size_t wanted = 0;

	(void)snprintf(folder, sizeof(folder), "%s/%s", TEST_SOURCE_DIR, kind->folder);
	UNIT_OK(package_read(folder, package, &error), &error);
	CU_ASSERT_FATAL(error.code == 0);
	package_keep(package, kind->shipped);
	while (kind->shipped[wanted])
		wanted++;
	CU_ASSERT_FATAL(package->count == wanted);
}

/* A text with the first `find` in it exchanged; NULL where it is not in it. */
static const char *exchanged(struct scope *scope, const char *text, const char *find, const char *put)
{
	const char *at = strstr(text, find);

	return at ? scope_print(scope, "%.*s%s%s", (int)(at - text), text, put, at + strlen(find)) : NULL;
}

void fault_make(struct package *package, const struct fault *fault)
{
	struct archive_file *file = (struct archive_file *)(uintptr_t)package_file(package, fault->file);

	if (!fault->find) {
		CU_ASSERT_FATAL(!file);
		file = &package->files[package->count++];
		*file = (struct archive_file){fault->file, fault->put, strlen(fault->put)};
		return;
	}
	CU_ASSERT_FATAL(file != NULL);
	if (!fault->put) {
		file->name = fault->find;
		return;
	}
	file->data = exchanged(&package->scope, file->data, fault->find, fault->put);
	if (!file->data)
		(void)printf("\n    not in the file: %s\n", fault->find);
	CU_ASSERT_FATAL(file->data != NULL);
	file->size = strlen(file->data);
}

void check_make(const struct package_kind *kind, struct package_check *check, struct scope *scope, const struct package *package)
{
	struct error error = {0};

	*check = (struct package_check){.scope = scope, .package = package, .day = FAULTS_DAY, .data_folder = TEST_SOURCE_DIR "/templates"};
	UNIT_OK(package_check_run(kind, check, &error), &error);
	CU_ASSERT_FATAL(error.code == 0);
}

static bool told(const struct package_check *check, const struct fault *fault)
{
	for (size_t i = 0; i < check->count; i++) {
		const struct package_finding *finding = &check->findings[i];

		if (strcmp(finding->rule->id, fault->rule) == 0 &&
		    (strstr(finding->file, fault->told) || strstr(finding->path, fault->told) || strstr(finding->message, fault->told)) && *finding->hint)
			return true;
	}
	return false;
}

void shipped_is_clean(const struct package_kind *kind)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
	PACKAGE_CLEANUP struct package package = {0};
	struct package_check check;

	shipped_read(kind, &package);
	check_make(kind, &check, &scope, &package);
	package_check_text(kind, &check, &text);
	if (check.count)
		(void)printf("\n%s", buffer_string(&text));
	CU_ASSERT(check.count == 0);
}

void faults_are_found(const struct fault_table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
		BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20);
		PACKAGE_CLEANUP struct package package = {0};
		struct package_check check;

		shipped_read(table->kind, &package);
		fault_make(&package, &table->faults[i]);
		check_make(table->kind, &check, &scope, &package);
		package_check_text(table->kind, &check, &text);
		if (!told(&check, &table->faults[i]))
			(void)printf("\n    %s (%s) was not found, but:\n%s", table->faults[i].rule, table->faults[i].told, buffer_string(&text));
		CU_ASSERT(told(&check, &table->faults[i]));
	}
}

void rules_have_faults(const struct fault_table *table)
{
	for (size_t i = 0; i < table->kind->rule_count; i++) {
		bool found = false;

		for (size_t j = 0; j < table->count; j++)
			found = found || strcmp(table->faults[j].rule, table->kind->rules[i].id) == 0;
		for (size_t j = 0; table->elsewhere[j]; j++)
			found = found || strcmp(table->elsewhere[j], table->kind->rules[i].id) == 0;
		if (!found)
			(void)printf("\n    no fault for %s\n", table->kind->rules[i].id);
		CU_ASSERT(found);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT(strcmp(table->kind->rules[i].id, table->kind->rules[j].id) != 0);
		CU_ASSERT(*table->kind->rules[i].title && *table->kind->rules[i].source);
	}
	for (size_t j = 0; j < table->count; j++)
		CU_ASSERT(package_rule(table->kind, table->faults[j].rule) != NULL);
}

size_t count_of(const struct package_check *check, const char *rule)
{
	size_t count = 0;

	for (size_t i = 0; i < check->count; i++)
		count += strcmp(check->findings[i].rule->id, rule) == 0;
	return count;
}

void findings_are_sorted(const struct fault_table *table)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 28);
	PACKAGE_CLEANUP struct package package = {0};
	struct package_check check;

	shipped_read(table->kind, &package);
	for (size_t i = 0; i < table->count; i++) {
		const struct archive_file *file = package_file(&package, table->faults[i].file);

		if (file && table->faults[i].find && table->faults[i].put && strstr(file->data, table->faults[i].find))
			fault_make(&package, &table->faults[i]);
	}
	check_make(table->kind, &check, &scope, &package);
	CU_ASSERT(check.blocking > 10 && check.blocking + check.warnings == check.count);
	for (size_t i = 1; i < check.count; i++) {
		const struct package_finding *one = &check.findings[i - 1], *other = &check.findings[i];

		CU_ASSERT(one->rule->severity <= other->rule->severity);
		if (one->rule->severity == other->rule->severity)
			CU_ASSERT(strcmp(one->file, other->file) <= 0);
	}
}
