/* SPDX-License-Identifier: Apache-2.0 */
/* Files of Terraform's language and of YAML, as flat lists. */
#include "gcp/hcl.h"
#include "gcp/yaml.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 1 << 28 };

static void read_hcl(struct scope *scope, const char *text, struct hcl *hcl)
{
	struct archive_file file = {.name = "a.tf", .data = text, .size = strlen(text)};
	struct error error = {0};

	UNIT_OK(hcl_read(scope, &file, hcl, &error), &error);
}

static void read_yaml(struct scope *scope, const char *text, struct yaml *yaml)
{
	struct archive_file file = {.name = "a.yaml", .data = text, .size = strlen(text)};
	struct error error = {0};

	UNIT_OK(yaml_read(scope, &file, yaml, &error), &error);
}

/* The nodes of a file as one line, each behind its depth: blocks with their labels, attributes with their tokens. */
static void nodes_print(const struct hcl *hcl, struct buffer *buffer)
{
	for (size_t i = 0; i < hcl->node_count; i++) {
		const struct hcl_node *node = &hcl->nodes[i];
		int depth = 0;

		for (size_t at = node->parent; at != HCL_NONE; at = hcl->nodes[at].parent)
			depth++;
		(void)buffer_print(buffer, "%s%d:%s", i ? "; " : "", depth, node->name);
		for (int j = 0; j < HCL_LABELS_MAX && node->labels[j]; j++)
			(void)buffer_print(buffer, " %s", node->labels[j]);
		for (size_t t = node->from; t < node->to; t++)
			(void)buffer_print(buffer, " %c<%s>", "nd'psl"[hcl->tokens[t].kind], hcl->tokens[t].text);
	}
}

static void files_become_nodes(void)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"a = 1", "0:a d<1>"},
		{"a = true # b = 2\n// c\n/* d\n= */ e=\"x\"", "0:a n<true>; 0:e '<x>"},
		{"a {\n  b = 1\n  c \"d\" e {\n    f = 2\n  }\n  g = 3\n}\nh = 4\n", "0:a; 1:b d<1>; 1:c d e; 2:f d<2>; 1:g d<3>; 0:h d<4>"},
		{"a { b = 1 }\n", "0:a; 1:b d<1>"},
		{"a { }\nb {}\n", "0:a; 0:b"},
		{"a = [\n 1,\n 2.5 ]\nb = 2", "0:a s<[> l<> d<1> s<,> l<> d<2.5> s<]>; 0:b d<2>"},
		{"a = { b = 1 }", "0:a s<{> n<b> s<=> d<1> s<}>"},
		{"a = x == y ? f(z...) : !w", "0:a n<x> s<==> n<y> s<?> n<f> s<(> n<z> s<...> s<)> s<:> s<!> n<w>"},
		{"a = \"x${b.c}y\"", "0:a p<x> s<${> n<b> s<.> n<c> s<}> p<y>"},
		{"a = \"${f(\"}\")}\"", "0:a p<> s<${> n<f> s<(> '<}> s<)> s<}> p<>"},
		{"a = \"$${b} %%{c} $d\"", "0:a '<${b} %{c} $d>"},
		{"a = \"\\\"\\n\\t\\\\\"", "0:a '<\"\n\t\\>"},
		{"a = <<EOT\nx ${y}\n  z\nEOT\nb = 1", "0:a p<x > s<${> n<y> s<}> p<\n  z\n>; 0:b d<1>"},
		{"a = <<-EOT\n  x EOT\n  EOT\n", "0:a '<  x EOT\n>"},
		{"a = \"%{ if b ~}c%{ endif }\"", "0:a p<> s<%{> n<if> n<b> s<~> s<}> p<c> s<%{> n<endif> s<}> p<>"},
		{"a-b = provider::x::y()", "0:a-b n<provider> s<::> n<x> s<::> n<y> s<(> s<)>"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 16);
		struct hcl hcl;

		read_hcl(&scope, cases[i][0], &hcl);
		nodes_print(&hcl, &buffer);
		if (hcl.problem || strcmp(buffer_string(&buffer), cases[i][1]) != 0)
			(void)printf("\n    %s\n    is %s\n    %s\n", cases[i][0], buffer_string(&buffer), hcl.problem ? hcl.problem : "");
		CU_ASSERT(!hcl.problem);
		CU_ASSERT_STRING_EQUAL(buffer_string(&buffer), cases[i][1]);
	}
}

static void wrong_files_say_why(void)
{
	static const char *const cases[][2] = {
		{"a = \"x", "ends in a text"},
		{"\n\na = \"x\ny\"", "line 3: a text does not end"},
		{"a = (1", "ends in a text or in brackets"},
		{"a = (1]", "closed that is not open"},
		{"}", "closed that is not open"},
		{"a = \"\\q\"", "wrong escape"},
		{"a = <<\n", "heredoc"},
		{"a = <<EOT\nx", "ends in a text"},
		{"/* a", "comment"},
		{"a = 1 @", "no place"},
		{"a =\n", "no value"},
		{"a b = 1", "neither"},
		{"1 = a", "line 1: neither"},
		{"a = 1\n\"b\" = 2", "line 2: neither"},
		{"a b c d e { }", "too many labels"},
		{"a = \"${\"", "ends in a text"},
		{"a\xff = 1", "not UTF-8"},
		{"a = \"\xc3\"", "not UTF-8"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
		struct hcl hcl;

		read_hcl(&scope, cases[i][0], &hcl);
		if (!hcl.problem || !strstr(hcl.problem, cases[i][1]))
			(void)printf("\n    %s\n    says %s\n", cases[i][0], hcl.problem ? hcl.problem : "nothing");
		CU_ASSERT(hcl.problem && strstr(hcl.problem, cases[i][1]) && hcl.node_count == 0 && hcl.token_count == 0);
	}
}

static void repeated(struct buffer *buffer, const char *text, int times)
{
	for (int i = 0; i < times; i++)
		(void)buffer_text(buffer, text);
}

/* At a ceiling it is read; past it, it is told. */
static void ceilings_hold(void)
{
	static const struct {
		const char *before, *text, *behind;
		int times;
		const char *told;
	} cases[] = {
		{"a = ", "[", "]", HCL_DEPTH_MAX, NULL}, {"a = ", "[", "]", HCL_DEPTH_MAX + 1, "too many brackets"},
		{"a = ", "\"${", "}\"", HCL_DEPTH_MAX / 2, NULL}, {"a = ", "\"${", "}\"", HCL_DEPTH_MAX / 2 + 1, "too many brackets"},
		{"", "a { ", "}", HCL_DEPTH_MAX, NULL}, {"", "a { ", "}", HCL_DEPTH_MAX + 1, "too many brackets"},
		{"", "a{}", "", HCL_NODES_MAX, NULL}, {"", "a{}", "", HCL_NODES_MAX + 1, "too much"},
		{"a = [", "1,", "", (HCL_TOKENS_MAX - 6) / 2, NULL}, {"a = [", "1,", "", HCL_TOKENS_MAX / 2, "too much"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
		BUFFER_CLEANUP struct buffer buffer = buffer_init(HCL_BYTES_MAX);
		struct hcl hcl;

		(void)buffer_text(&buffer, cases[i].before);
		repeated(&buffer, cases[i].text, cases[i].times);
		if (cases[i].before[0] && cases[i].behind[0] && cases[i].text[0] == '"')
			(void)buffer_text(&buffer, "1");
		repeated(&buffer, cases[i].behind, cases[i].times);
		(void)buffer_text(&buffer, cases[i].behind[0] || !cases[i].before[0] ? "\n" : "]\n");
		read_hcl(&scope, buffer_string(&buffer), &hcl);
		if (cases[i].told ? !hcl.problem || !strstr(hcl.problem, cases[i].told) : hcl.problem != NULL)
			(void)printf("\n    case %zu: %s\n", i, hcl.problem ? hcl.problem : "no problem");
		CU_ASSERT(cases[i].told ? hcl.problem && strstr(hcl.problem, cases[i].told) : !hcl.problem);
	}
}

static void nodes_are_found(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
	struct hcl hcl;
	size_t block, node;

	read_hcl(&scope, "a \"x\" {\n b = \"1\"\n c {\n  b = 2\n }\n b = \"${d}\"\n}\nb = \"3\"\n", &hcl);
	block = hcl_next(&hcl, HCL_NONE, "a", HCL_NONE);
	node = hcl_next(&hcl, block, "b", HCL_NONE);
	CU_ASSERT_STRING_EQUAL(hcl_text(&hcl, node), "1");
	node = hcl_next(&hcl, block, "b", node);
	CU_ASSERT(hcl.nodes[node].line == 6 && hcl_text(&hcl, node) == NULL);
	CU_ASSERT(hcl_next(&hcl, block, "b", node) == HCL_NONE);
	CU_ASSERT_STRING_EQUAL(hcl_text(&hcl, hcl_next(&hcl, HCL_NONE, "b", HCL_NONE)), "3");
	CU_ASSERT(hcl_text(&hcl, HCL_NONE) == NULL && hcl_text(&hcl, block) == NULL);
}

static void yaml_is_found(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
	struct yaml yaml;
	size_t list, item;

	read_yaml(&scope, "a:\n  b:\n  - x\n  - c: \"1\"\n    d: []\n  e: 2\n", &yaml);
	CU_ASSERT_FATAL(!yaml.problem);
	list = yaml_path(&yaml, "a.b");
	item = yaml_next(&yaml, list, YAML_NONE);
	CU_ASSERT_STRING_EQUAL(yaml.nodes[item].text, "x");
	item = yaml_next(&yaml, list, item);
	CU_ASSERT_STRING_EQUAL(yaml_member_text(&yaml, item, "c"), "1");
	CU_ASSERT(yaml.nodes[yaml_member(&yaml, item, "c")].quoted && !yaml.nodes[yaml_path(&yaml, "a.e")].quoted);
	CU_ASSERT(yaml.nodes[yaml_member(&yaml, item, "d")].kind == YAML_LIST && yaml_member_text(&yaml, item, "d") == NULL);
	CU_ASSERT(yaml_next(&yaml, list, item) == YAML_NONE && yaml.nodes[item].line == 4);
	CU_ASSERT(yaml_path(&yaml, "a.f.g") == YAML_NONE && yaml_path(&yaml, "a.e.x") == YAML_NONE);
}

static void wrong_yaml_says_why(void)
{
	static const char *const cases[][2] = {
		{"a: &x 1\nb: *x\n", "line 2: an alias"},
		{"a: 1\na: 2\n", "line 2: a key is there twice"},
		{"? [a]\n: 1\n", "a key is no text"},
		{"a: [\n", "line"},
		{"a: 1\n---\nb: 2\n", "more than one document"},
		{"a: \"x\\0y\"\n", "NUL"},
	};
	SCOPE_CLEANUP struct scope scope = scope_init(MEMORY);
	BUFFER_CLEANUP struct buffer deep = buffer_init(1 << 16), many = buffer_init(1 << 20);
	struct yaml yaml;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		read_yaml(&scope, cases[i][0], &yaml);
		if (!yaml.problem || !strstr(yaml.problem, cases[i][1]))
			(void)printf("\n    %s says %s\n", cases[i][0], yaml.problem ? yaml.problem : "nothing");
		CU_ASSERT(yaml.problem && strstr(yaml.problem, cases[i][1]) && yaml.count == 0);
	}
	repeated(&deep, "[", YAML_DEPTH_MAX);
	repeated(&deep, "]", YAML_DEPTH_MAX);
	read_yaml(&scope, buffer_string(&deep), &yaml);
	CU_ASSERT(!yaml.problem && yaml.count == YAML_DEPTH_MAX);
	buffer_clear(&deep);
	repeated(&deep, "[", YAML_DEPTH_MAX + 1);
	read_yaml(&scope, buffer_string(&deep), &yaml);
	CU_ASSERT(yaml.problem && strstr(yaml.problem, "in each other"));
	repeated(&many, "- 1\n", YAML_NODES_MAX);
	read_yaml(&scope, buffer_string(&many), &yaml);
	CU_ASSERT(yaml.problem && strstr(yaml.problem, "too much"));
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"files become nodes", files_become_nodes},
		{"wrong files say why", wrong_files_say_why},
		{"ceilings", ceilings_hold},
		{"nodes are found", nodes_are_found},
		{"YAML is found", yaml_is_found},
		{"wrong YAML says why", wrong_yaml_says_why},
	};

	return UNIT_RUN("hcl", tests);
}
