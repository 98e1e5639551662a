/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Azure packages.  The first byte chooses: 0 expressions, one a line; 1 a main template, 2 a form, 3 a view, 4 a nested template or a parameter
 * file, each with small ones of the others beside it; 5 an archive.
 */
#include "arm/check.h"
#include "arm/expression.h"
#include "core/json.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 20782 };

#define MAIN "mainTemplate.json"
#define FORM "createUiDefinition.json"
#define VIEW "viewDefinition.json"

static const char template[] = "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\","
			       "\"parameters\":{\"location\":{\"type\":\"string\"},\"clusterSecret\":{\"type\":\"securestring\"},\"clusterName\":{\"type\":\"string\","
			       "\"allowedValues\":[\"a\"]}},\"resources\":[]}";
static const char form[] = "{\"parameters\":{\"basics\":[{\"name\":\"b\",\"type\":\"Microsoft.Common.TextBox\"}],\"steps\":[],"
			   "\"outputs\":{\"location\":\"[location()]\",\"clusterName\":\"[basics('b')]\"}}}";
static char data_folder[4096];

int LLVMFuzzerInitialize(int *count, char ***words)
{
	const char *folder = getenv("srcdir");
	(void)count, (void)words;
	(void)snprintf(data_folder, sizeof(data_folder), "%s/templates", folder ? folder : ".");
	return 0;
}

/* ---- expressions ---- */

static void check_terms(const struct expression *expression, size_t size)
{
	FUZZ_CHECK(expression->count >= 1 && expression->count <= EXPRESSION_TERMS_MAX);
	for (int i = 0; i < expression->count; i++) {
		const struct term *term = &expression->terms[i];

		FUZZ_CHECK(term->parent < i && (i == 0) == (term->parent == TERM_NONE));
		FUZZ_CHECK(term->text && term->members && term->from < term->to && term->to <= size);
		if (i == 0)
			continue;
		/* A part lies within its whole, and behind what comes before it. */
		FUZZ_CHECK(term->from >= expression->terms[term->parent].from && term->to <= expression->terms[term->parent].to);
		FUZZ_CHECK(term->from >= expression->terms[i - 1].from);
		if (term->place >= 0 && expression->terms[term->parent].kind == TERM_CALL)
			FUZZ_CHECK(expression_argument(expression, term->parent, term->place) == i);
	}
	for (int i = 0; i < expression->count; i++)
		for (int place = 0; expression->terms[i].kind == TERM_CALL && place < expression->terms[i].arguments; place++)
			FUZZ_CHECK(expression_argument(expression, i, place) > i);
}

static void check_line(const char *line, size_t size)
{
	struct scope scope = scope_init(1 << 24);
	struct expression expression;
	struct error error;
	int code = expression_parse(&scope, line, size, &expression, &error);

	FUZZ_CHECK(code == 0 || code == ERROR_INPUT || code == APOLLO_NOMEM);
	if (code == 0)
		check_terms(&expression, size);
	else
		FUZZ_CHECK(error.message[0]);
	scope_release(&scope);
}

/* ---- packages ---- */

static void check_findings(const struct package_check *check)
{
	struct buffer buffer = buffer_init(1 << 28);
	struct json_object *document = NULL;
	struct error error;
	size_t blocking = 0;

	for (size_t i = 0; i < check->count; i++) {
		const struct package_finding *finding = &check->findings[i];

		FUZZ_CHECK(*finding->message && *finding->hint);
		fuzz_check_line(finding->message);
		fuzz_check_line(finding->file);
		fuzz_check_line(finding->path);
		blocking += finding->rule->severity == PACKAGE_BLOCKING;
	}
	FUZZ_CHECK(check->left_out || blocking == check->blocking);
	package_check_text(&arm_package, check, &buffer);
	buffer_clear(&buffer);
	package_check_json(&arm_package, check, &buffer);
	FUZZ_CHECK(!buffer_failed(&buffer));
	FUZZ_CHECK(json_read(buffer_string(&buffer), buffer.size, "findings", &document, &error) == 0);
	json_object_put(document);
	buffer_release(&buffer);
}

static void check_package(const struct package *package)
{
	struct scope scope = scope_init(1 << 28);
	struct package_check check = {.scope = &scope, .package = package, .day = DAY, .data_folder = data_folder};
	struct error error;

	if (arm_package.is(package)) {
		if (package_check_run(&arm_package, &check, &error) == 0)
			check_findings(&check);
		else
			FUZZ_CHECK(error.code == APOLLO_NOMEM);
	}
	scope_release(&scope);
}

static void check_file(const char *name, const char *text, size_t size)
{
	struct archive_file files[3] = {{FORM, form, sizeof(form) - 1}, {MAIN, template, sizeof(template) - 1}};
	struct package package = {.path = "fuzz", .files = files, .count = 3};

	if (strcmp(name, FORM) == 0 || strcmp(name, MAIN) == 0)
		package.count--;
	files[strcmp(name, FORM) == 0 ? 0 : strcmp(name, MAIN) == 0 ? 1 : 2] = (struct archive_file){name, text, size};
	check_package(&package);
}

static void check_archive(const char *bytes, size_t size)
{
	struct package package;
	struct error error;

	if (package_unpack("fuzz.zip", bytes, size, &package, &error) < 0) {
		FUZZ_CHECK(error.code == ERROR_INPUT || error.code == APOLLO_NOMEM);
		fuzz_check_line(error.message);
		return;
	}
	for (size_t i = 0; i < package.count; i++) {
		const char *reason;

		FUZZ_CHECK(archive_name_fits(package.files[i].name, &reason) && package.files[i].data[package.files[i].size] == '\0');
		FUZZ_CHECK(i == 0 || strcmp(package.files[i - 1].name, package.files[i].name) < 0);
	}
	check_package(&package);
	package_release(&package);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {NULL, MAIN, FORM, VIEW, "nested.json"};
	struct fuzz_input input = {data, size};
	unsigned choice = fuzz_choose(&input, 6);
	size_t length;
	char *text;

	while (choice == 0 && input.size) {
		text = fuzz_line(&input, &length);
		check_line(text, length);
		free(text);
	}
	text = fuzz_rest(&input, &length);
	if (choice == 5)
		check_archive(text, length);
	else if (choice)
		check_file(names[choice], text, length);
	free(text);
	return 0;
}
