/* SPDX-License-Identifier: Apache-2.0 */
/* The variables of the Terraform module: they are those of gcp/variables.tf, of their types, and growth changes none that is there. */
#include "core/file.h"
#include "core/json.h"
#include "deploy/export_gcp.h"
#include "gcp/hcl.h"
#include "tests/deploy/world.h"

#include <stdio.h>
#include <string.h>

#define ROUTED "zones = [ \"us-central1-a\" ]; vip_mode = \"routed\"; machine_subnet = \"nodes\"; clients = \"10.50.0.0/16\"; on_premises = \"192.168.0.0/16\"; dns_suffix = \"a.example\";"
#define SEVERAL "zones = [ \"us-central1-a\", \"us-central1-b\", \"us-central1-c\" ]; vip_mode = \"routed\"; machine_subnet = \"nodes\";"
#define NOWHERE "vip_mode = \"routed\"; machine_subnet = \"nodes\";"
#define INSIDE "vip_mode = \"in-subnet\"; machine_subnet = \"nodes\"; zones = [ \"us-central1-a\" ];"
#define NODES "\"project\":\"p\",\"mtu\":8896,\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\",\"google_access\":true}]"
#define SHARED "\"project\":\"p\",\"host_project\":\"h\",\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\"}]"
#define WITHIN "\"project\":\"p\",\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.20.0.0/24\"}]"

struct exported {
	struct planned planned;
	struct buffer buffer;
	struct json_object *variables;
};

static void exported_make(struct exported *exported, const char *more, const char *network)
{
	struct error error = {0};

	planned_make(&exported->planned, CLOUD_GCP, more, network);
	exported->buffer = buffer_init(1 << 26);
	exported->variables = NULL;
	CU_ASSERT_FATAL(plan_gcp_wanted(&exported->planned.plan));
	plan_gcp_variables(&exported->planned.plan, &exported->buffer);
	CU_ASSERT_FATAL(!buffer_failed(&exported->buffer));
	UNIT_OK(json_read(buffer_string(&exported->buffer), exported->buffer.size, "variables", &exported->variables, &error), &error);
	CU_ASSERT_FATAL(exported->variables != NULL);
}

static void exported_release(struct exported *exported)
{
	json_object_put(exported->variables);
	buffer_release(&exported->buffer);
	planned_release(&exported->planned);
}

static void module_read(struct scope *scope, struct buffer *buffer, struct hcl *hcl)
{
	struct archive_file file = {.name = "variables.tf"};
	struct error error = {0};

	UNIT_OK(file_read(TEST_SOURCE_DIR "/gcp/variables.tf", buffer, &error), &error);
	file.data = buffer_string(buffer);
	file.size = buffer->size;
	UNIT_OK(hcl_read(scope, &file, hcl, &error), &error);
	CU_ASSERT_FATAL(!hcl->problem && hcl->node_count > 0);
}

static size_t variable_find(const struct hcl *hcl, const char *name)
{
	size_t node = hcl_next(hcl, HCL_NONE, "variable", HCL_NONE);

	while (node != HCL_NONE && strcmp(hcl->nodes[node].labels[0], name) != 0)
		node = hcl_next(hcl, HCL_NONE, "variable", node);
	return node;
}

/* ---- types ---- */

static size_t lines_skip(const struct hcl *hcl, size_t token)
{
	while (token < hcl->token_count && (hcl->tokens[token].kind == HCL_LINE || hcl_is(hcl, token, ",")))
		token++;
	return token;
}

/* Whether a value is of the type at *token, which is moved behind it; value NULL: it is only passed over. */
static bool type_fits(const struct hcl *hcl, size_t *token, struct json_object *value)
{
	size_t at = *token, first = at + 2;
	bool fits = true;

	*token = at + 1;
	if (hcl_is(hcl, at, "string"))
		return !value || json_object_is_type(value, json_type_string);
	if (hcl_is(hcl, at, "number"))
		return !value || json_object_is_type(value, json_type_int);
	if (hcl_is(hcl, at, "bool"))
		return !value || json_object_is_type(value, json_type_boolean);
	if (hcl_is(hcl, at, "list")) {
		fits = !value || json_object_is_type(value, json_type_array);
		*token = first;
		(void)type_fits(hcl, token, NULL);
		for (size_t i = 0; value && fits && i < json_object_array_length(value); i++) {
			*token = first;
			fits = type_fits(hcl, token, json_object_array_get_idx(value, i));
		}
		++*token; /* ) */
		return fits;
	}
	if (hcl_is(hcl, at, "object")) {
		size_t members = 0;

		/* object ( { NAME = TYPE ... } ) */
		for (*token = lines_skip(hcl, at + 3); !hcl_is(hcl, *token, "}"); *token = lines_skip(hcl, *token)) {
			struct json_object *member = value ? json_member(value, hcl->tokens[*token].text) : NULL;

			fits = fits && (!value || member);
			members++;
			*token += 2;
			fits = type_fits(hcl, token, member) && fits;
		}
		*token += 2;
		return fits && (!value || (json_object_is_type(value, json_type_object) && (size_t)json_object_object_length(value) == members));
	}
	return false;
}

static void types_are_told_apart(void)
{
	static const struct {
		const char *type, *value;
		bool fits;
	} cases[] = {{"string", "\"a\"", true}, {"string", "1", false}, {"number", "1", true}, {"list(string)", "[\"a\"]", true}, {"list(string)", "[1]", false},
		     {"list(string)", "\"a\"", false}, {"object({a = string, b = number})", "{\"a\":\"\",\"b\":1}", true}, {"object({a = string})", "{}", false},
		     {"object({a = string})", "{\"a\":\"\",\"b\":1}", false}, {"list(object({a = list(number)}))", "[{\"a\":[1]},{\"a\":[]}]", true},
		     {"list(object({a = list(number)}))", "[{\"a\":[1]},{\"a\":[\"\"]}]", false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
		struct json_object *value JSON_CLEANUP = json_tokener_parse(cases[i].value);
		const char *text = scope_print(&scope, "type = %s\n", cases[i].type);
		struct archive_file file = {.name = "a", .data = text, .size = strlen(text)};
		struct error error = {0};
		struct hcl hcl;
		size_t token = 2;

		UNIT_OK(hcl_read(&scope, &file, &hcl, &error), &error);
		CU_ASSERT(type_fits(&hcl, &token, value) == cases[i].fits);
	}
}

static const char *const cases[][2] = {{ROUTED, NODES}, {SEVERAL " compute_nodes = 3;", NODES}, {NOWHERE, NODES}, {INSIDE, WITHIN}, {ROUTED " nodes = 1;", SHARED}};

enum { CASES = sizeof(cases) / sizeof(*cases) };

/* Every member is a variable of the module, of its type. */
static void members_are_variables(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 26);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
	struct hcl hcl;

	module_read(&scope, &buffer, &hcl);
	for (size_t i = 0; i < CASES; i++) {
		struct exported exported;

		exported_make(&exported, cases[i][0], cases[i][1]);
		json_object_object_foreach(exported.variables, name, value) {
			size_t node = variable_find(&hcl, name), token;
			bool fits;

			CU_ASSERT_FATAL(node != HCL_NONE);
			token = hcl.nodes[hcl_next(&hcl, node, "type", HCL_NONE)].from;
			fits = type_fits(&hcl, &token, value);
			if (!fits)
				(void)printf("\n    %s is not of the module's type\n", name);
			CU_ASSERT(fits);
		}
		exported_release(&exported);
	}
}

/* Every variable without a default is a member; with a snapshot, nothing is left to be asked for. */
static void variables_are_members(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 26);
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
	struct hcl hcl;

	module_read(&scope, &buffer, &hcl);
	for (size_t i = 0; i < CASES; i++) {
		struct exported exported;

		exported_make(&exported, cases[i][0], cases[i][1]);
		for (size_t node = hcl_next(&hcl, HCL_NONE, "variable", HCL_NONE); node != HCL_NONE; node = hcl_next(&hcl, HCL_NONE, "variable", node)) {
			bool there = json_member(exported.variables, hcl.nodes[node].labels[0]) || hcl_next(&hcl, node, "default", HCL_NONE) != HCL_NONE;

			if (!there)
				(void)printf("\n    %s is wanted\n", hcl.nodes[node].labels[0]);
			CU_ASSERT(there);
		}
		exported_release(&exported);
	}
}

/* ---- what is said ---- */

static struct json_object *machine_of(const struct exported *exported, size_t index)
{
	return json_object_array_get_idx(json_member(exported->variables, "machines"), index);
}

static int64_t number_of(struct json_object *object, const char *name)
{
	int64_t value = -99;

	CU_ASSERT(json_integer(object, name, &value));
	return value;
}

static void machines_have_their_places(void)
{
	static const char *const zones[] = {"us-central1-a", "us-central1-b", "us-central1-c"};
	struct exported several, nowhere;

	exported_make(&several, SEVERAL, NODES);
	exported_make(&nowhere, NOWHERE, NODES);
	CU_ASSERT_STRING_EQUAL(json_text(json_member(several.variables, "management"), "zone"), zones[0]);
	CU_ASSERT_STRING_EQUAL(json_text(json_member(nowhere.variables, "management"), "zone"), "");
	for (size_t i = 0; i < 8; i++) {
		CU_ASSERT_STRING_EQUAL(json_text(machine_of(&several, i), "zone"), zones[i % 3]);
		CU_ASSERT(number_of(machine_of(&several, i), "domain") == (int64_t)i / 3 + 1);
		CU_ASSERT_STRING_EQUAL(json_text(machine_of(&nowhere, i), "zone"), "");
		CU_ASSERT(number_of(machine_of(&nowhere, i), "domain") == (int64_t)i + 1);
		CU_ASSERT(number_of(machine_of(&nowhere, i), "number") == (int64_t)i + 1);
	}
	exported_release(&several);
	exported_release(&nowhere);
}

static size_t length_of(struct json_object *object, const char *name)
{
	return json_object_array_length(json_member(object, name));
}

/* Each address of the map is once in the variables, with what it is for. */
static void addresses_are_the_maps(void)
{
	for (size_t i = 0; i < CASES; i++) {
		struct exported exported;
		size_t seats[SEAT_SPARE + 1] = {0}, machines, virtual, held;
		struct json_object *management;

		exported_make(&exported, cases[i][0], cases[i][1]);
		for (size_t s = 0; s < exported.planned.plan.seat_count; s++)
			seats[exported.planned.plan.seats[s].role]++;
		management = json_member(exported.variables, "management");
		machines = length_of(exported.variables, "machines");
		virtual = length_of(management, "vips");
		held = length_of(management, "held");
		for (size_t m = 0; m < machines; m++) {
			virtual += length_of(machine_of(&exported, m), "vips");
			held += length_of(machine_of(&exported, m), "held");
		}
		CU_ASSERT(machines + 1 == seats[SEAT_MACHINE] && held == seats[SEAT_HELD]);
		CU_ASSERT(virtual == seats[SEAT_MANAGEMENT] + seats[SEAT_INNER] + seats[SEAT_DNS] + seats[SEAT_REPLICATION] + seats[SEAT_PROTOCOL]);
		CU_ASSERT(length_of(exported.variables, "reserved") == seats[SEAT_CHECKER] + seats[SEAT_SPARE]);
		CU_ASSERT(length_of(exported.variables, "routes") == exported.planned.plan.route_count);
		exported_release(&exported);
	}
}

/* What the snapshot says, and what it does not. */
static void the_network_is_named(void)
{
	struct exported own, shared;

	exported_make(&own, ROUTED, NODES);
	exported_make(&shared, ROUTED, SHARED);
	CU_ASSERT(json_member(own.variables, "network_project") == NULL);
	CU_ASSERT_STRING_EQUAL(json_text(shared.variables, "network_project"), "h");
	CU_ASSERT_STRING_EQUAL(json_text(shared.variables, "project_id"), "p");
	CU_ASSERT(number_of(own.variables, "mtu") == 8896 && number_of(shared.variables, "mtu") == 0);
	exported_release(&own);
	exported_release(&shared);
}

/* A machine or a route that is changed is made anew, or stopped: growth has none. */
static void growth_changes_nothing(void)
{
	static const char *const lists[] = {"machines", "routes", "reserved"};
	struct exported small, grown;

	exported_make(&small, ROUTED " nodes = 8; compute_nodes = 2;", NODES);
	exported_make(&grown, ROUTED " nodes = 14; compute_nodes = 3;", NODES);
	for (size_t l = 0; l < 3; l++)
		for (size_t i = 0; i < length_of(small.variables, lists[l]); i++) {
			struct json_object *one = json_object_array_get_idx(json_member(small.variables, lists[l]), i), *more = json_member(grown.variables, lists[l]);
			bool found = false;

			for (size_t j = 0; !found && j < json_object_array_length(more); j++)
				found = json_object_equal(one, json_object_array_get_idx(more, j));
			CU_ASSERT(found);
		}
	CU_ASSERT(json_object_equal(json_member(small.variables, "management"), json_member(grown.variables, "management")));
	CU_ASSERT(json_object_equal(json_member(small.variables, "availability_domains"), json_member(grown.variables, "availability_domains")));
	exported_release(&small);
	exported_release(&grown);
}

/* Aliases of a secondary range are asked for by its name; those of the subnet's own range by none. */
static void a_secondary_range_is_named(void)
{
	static const char subnets[] = "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\",\"google_access\":true,"
				      "\"secondary\":[{\"name\":\"pods\",\"range\":\"10.8.0.0/24\"},{\"name\":\"vips\",\"range\":\"10.9.0.0/24\"}]}]";
	struct exported secondary, own;

	exported_make(&secondary, INSIDE "ranges = \"10.9.0.0/25\";", subnets);
	exported_make(&own, INSIDE "ranges = \"10.1.0.0/25\";", subnets);
	CU_ASSERT_STRING_EQUAL(json_text(secondary.variables, "subnetwork_range_name"), "vips");
	CU_ASSERT_PTR_NULL(json_member(own.variables, "subnetwork_range_name"));
	exported_release(&secondary);
	exported_release(&own);
}

static void others_have_none(void)
{
	static const struct {
		enum cloud cloud;
		const char *more, *network, *lacks;
	} others[] = {
		{CLOUD_AZURE, "vip_mode = \"routed\"; machine_subnet = \"nodes\";", NULL, NULL},
		{CLOUD_GCP, "vip_mode = \"routed\";", NULL, "where the machines are is not known"},
		{CLOUD_GCP, "vip_mode = \"bgp\"; machine_subnet = \"nodes\";", NODES, "bgp is not carried out"},
		{CLOUD_GCP, "machine_ranges = \"fd00:1::/120\"; ranges = \"fd00:2::/120\";", NULL, "the addresses are IPv6"},
		{CLOUD_GCP, "vip_mode = \"in-subnet\"; ranges = [ \"10.9.0.0/25\", \"10.1.0.0/25\" ];", "\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\",\"google_access\":true,"
		 "\"secondary\":[{\"name\":\"vips\",\"range\":\"10.9.0.0/24\"}]}]", "several ranges of the subnet"},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
		struct planned planned PLANNED_CLEANUP;

		planned_make(&planned, others[i].cloud, others[i].more, others[i].network);
		CU_ASSERT(!plan_gcp_wanted(&planned.plan));
		if (others[i].lacks)
			UNIT_HOLDS(plan_gcp_lacks(&planned.plan), others[i].lacks);
		else
			CU_ASSERT_PTR_NULL(plan_gcp_lacks(&planned.plan));
		plan_gcp_variables(&planned.plan, &buffer);
		CU_ASSERT(buffer.size == 0);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"types are told apart", types_are_told_apart},
		{"every member is a variable, of its type", members_are_variables},
		{"every variable that is wanted is a member", variables_are_members},
		{"zones and availability domains", machines_have_their_places},
		{"addresses are the map's", addresses_are_the_maps},
		{"the network", the_network_is_named},
		{"growth changes nothing that is there", growth_changes_nothing},
		{"a secondary range is named", a_secondary_range_is_named},
		{"other plans have none", others_have_none},
	};

	return UNIT_RUN("gcp variables", tests);
}
