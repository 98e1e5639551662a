/* SPDX-License-Identifier: Apache-2.0 */
/* Azure's expressions: how they are read, and what of them is refused where. */
#include "arm/expression.h"
#include "arm/functions.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Terms as one text: kind, text, parent, place and members of each. */
static const char *terms_print(struct scope *scope, const struct expression *expression)
{
	static const char kinds[] = {'c', 't', 'n', 'w', 'l'};
	const char *text = "";

	for (int i = 0; i < expression->count; i++) {
		const struct term *term = &expression->terms[i];

		text = scope_print(scope, "%s%s%c:%s%s%s@%d.%d", text, i ? " " : "", kinds[term->kind], term->text, term->members, term->indexed ? "[]" : "",
				   term->parent, term->place);
		CU_ASSERT_FATAL(text != NULL);
	}
	return text;
}

static void expressions_are_read(void)
{
	static const struct {
		const char *text, *terms;
	} cases[] = {
		{"true()", "c:true@-1.0"},
		{" 'it''s' ", "t:it's@-1.0"},
		{"-12", "n:-12@-1.0"},
		{"add(1, mul( 2 ,3))", "c:add@-1.0 n:1@0.0 c:mul@0.1 n:2@2.0 n:3@2.1"},
		{"parameters('a').b.c", "c:parameters.b.c@-1.0 t:a@0.0"},
		{"parameters('a')[copyIndex()].name", "c:parameters[]@-1.0 t:a@0.0 c:copyIndex@0.-1"},
		{"a('x').b[0][1].c", "c:a.b[]@-1.0 t:x@0.0 n:0@0.-1 n:1@0.-1"},
		{"contoso.name('x')", "c:contoso.name@-1.0 t:x@0.0"},
		{"filter(f(), (one) => equals(one.kind, 'data'))", "c:filter@-1.0 c:f@0.0 l:one@0.1 c:equals@2.0 w:one.kind@3.0 t:data@3.1"},
		{"map(f(), (one, two) => two)", "c:map@-1.0 c:f@0.0 l:one,two@0.1 w:two@2.0"},
		{"map(map(f(), (x) => x), (y) => g(y))", "c:map@-1.0 c:map@0.0 c:f@1.0 l:x@1.1 w:x@3.0 l:y@0.1 c:g@5.0 w:y@6.0"},
		{"concat('(', ')', '[', ',')", "c:concat@-1.0 t:(@0.0 t:)@0.1 t:[@0.2 t:,@0.3"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
		struct expression expression = {0};
		struct error error = {0};

		UNIT_OK(expression_parse(&scope, cases[i].text, strlen(cases[i].text), &expression, &error), &error);
		CU_ASSERT_STRING_EQUAL(terms_print(&scope, &expression), cases[i].terms);
	}
}

static void wrong_ones_are_refused(void)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{"", "a value is wanted at character 1"},
		{"f(", "a value is wanted at character 3"},
		{"f(1", "a closing bracket is missing at character 4"},
		{"f(1,)", "a value is wanted at character 5"},
		{"f(1]", "belongs to nothing at character 4"},
		{"f())", "belongs to nothing at character 4"},
		{"f()[1", "a closing bracket is missing"},
		{"f()[1)", "belongs to nothing"},
		{"f().", "a member's name is wanted"},
		{"f() g()", "a comma or a bracket is wanted at character 5"},
		{"'it", "a text has no end at character 1"},
		{"f('it''s)", "a text has no end at character 3"},
		{"f(\"x\")", "a value is wanted at character 3"},
		{"()", "a value or the name of a parameter is wanted"},
		{"(a b) => a", "a closing bracket is wanted"},
		{"(a) a", "=> is wanted"},
		{"1, 2", "belongs to nothing at character 2"},
		{"f(1) + 2", "a comma or a bracket is wanted"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
		struct expression expression;
		struct error error = {0};

		UNIT_REFUSED(expression_parse(&scope, cases[i].text, strlen(cases[i].text), &expression, &error), ERROR_INPUT, &error, cases[i].told);
	}
}

/* So deep, so long, so many: and not one more. */
static void ceilings_hold(void)
{
	static char text[EXPRESSION_BYTES_MAX + 16];
	SCOPE_CLEANUP struct scope scope = scope_init(64 << 20);
	struct expression expression;
	struct error error = {0};
	size_t at = 0;

	for (int i = 0; i < EXPRESSION_DEPTH_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "f(");
	at += (size_t)snprintf(text + at, sizeof(text) - at, "1");
	for (int i = 0; i < EXPRESSION_DEPTH_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, ")");
	UNIT_OK(expression_parse(&scope, text, at, &expression, &error), &error);
	memmove(text + 2, text, at);
	memcpy(text, "f(", 2);
	UNIT_REFUSED(expression_parse(&scope, text, at + 2, &expression, &error), ERROR_INPUT, &error, "too deep");

	at = (size_t)snprintf(text, sizeof(text), "f(1");
	for (int i = 2; i < EXPRESSION_TERMS_MAX; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, ",1");
	text[at] = ')';
	UNIT_OK(expression_parse(&scope, text, at + 1, &expression, &error), &error);
	memcpy(text + at, ",1)", 3);
	UNIT_REFUSED(expression_parse(&scope, text, at + 3, &expression, &error), ERROR_INPUT, &error, "too many terms");

	memset(text, ' ', sizeof(text));
	text[0] = '1';
	UNIT_OK(expression_parse(&scope, text, EXPRESSION_BYTES_MAX, &expression, &error), &error);
	UNIT_REFUSED(expression_parse(&scope, text, EXPRESSION_BYTES_MAX + 1, &expression, &error), ERROR_INPUT, &error, "24576 are the most");
}

static void texts_are_told_apart(void)
{
	CU_ASSERT(expression_is("[a]") && expression_is("[]"));
	CU_ASSERT(!expression_is("") && !expression_is("[") && !expression_is("[[a]") && !expression_is("a]") && !expression_is("[a] b"));
}

static void arguments_are_found(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	static const char text[] = "resourceId(f('x', 1), 'type', concat('a'))";
	struct expression expression = {0};
	struct error error = {0};

	UNIT_OK(expression_parse(&scope, text, sizeof(text) - 1, &expression, &error), &error);
	CU_ASSERT(expression.terms[0].arguments == 3 && expression_argument(&expression, 0, 3) == TERM_NONE);
	CU_ASSERT_PTR_NULL(expression_text(&expression, 0, 0));
	CU_ASSERT_STRING_EQUAL(expression_text(&expression, 0, 1), "type");
	CU_ASSERT(term_calls(&expression.terms[0], "RESOURCEID") && term_calls(&expression.terms[0], "resource*"));
	CU_ASSERT(expression.terms[1].from == 11 && expression.terms[1].to == 20);
}

/* The search is by halves: a list out of order would hide functions. */
static void functions_are_found(void)
{
	static const char *const templates[] = {"add", "base64ToJson", "concat", "copyIndex", "if", "int", "list", "variables", "zzz"};
	static const char *const forms[] = {"add", "steps", "basics", "parse", "utcNow", "parameters"};
	const bool in_templates[] = {true, true, true, true, true, true, false, true, false}, in_forms[] = {true, true, true, true, true, false};

	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		CU_ASSERT((function_find(templates[i], false) != NULL) == in_templates[i]);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		CU_ASSERT((function_find(forms[i], true) != NULL) == in_forms[i]);
	CU_ASSERT(functions_sorted(false) && functions_sorted(true));
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"expressions are read", expressions_are_read},
		{"wrong ones are refused, with the place", wrong_ones_are_refused},
		{"ceilings", ceilings_hold},
		{"what is an expression", texts_are_told_apart},
		{"arguments", arguments_are_found},
		{"functions", functions_are_found},
	};

	return UNIT_RUN("arm expression", tests);
}
