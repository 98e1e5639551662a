/* SPDX-License-Identifier: Apache-2.0 */
/* The parameters of the managed application: they are those of its template, and growth changes none. */
#include "core/file.h"
#include "core/json.h"
#include "deploy/capture.h"
#include "deploy/export_azure.h"
#include "tests/deploy/world.h"

#include <stdio.h>
#include <string.h>

#define ZONAL "zones = [ \"1\", \"2\", \"3\" ]; vip_mode = \"routed\"; machine_subnet = \"nodes\"; clients = \"10.50.0.0/16\"; dns_suffix = \"a.example\";"
#define REGIONAL "vip_mode = \"routed\"; machine_subnet = \"nodes\";"
#define SUBNETS "\"space\":[\"10.1.0.0/16\"],\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\"}]"
#define TABLE "\"space\":[\"10.1.0.0/16\"],\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.1.0.0/24\",\"route_table\":\"own\"}],\"route_tables\":[{\"name\":\"own\",\"routes\":2}]"
#define INSIDE "\"space\":[\"10.20.0.0/16\"],\"subnets\":[{\"name\":\"nodes\",\"range\":\"10.20.0.0/24\"}]"

/* What a plan does not know. */
static const char *const customers[] = {"virtualNetworkResourceGroup", "managementVmSize", "adminUsername", "adminPublicKey", "clusterSecret", "image"};

struct exported {
	struct planned planned;
	struct buffer buffer;
	struct json_object *document;
	struct json_object *parameters;
};

static void exported_make(struct exported *exported, const char *more, const char *network)
{
	struct error error = {0};

	planned_make(&exported->planned, CLOUD_AZURE, more, network);
	exported->buffer = buffer_init(1 << 26);
	exported->document = NULL;
	CU_ASSERT_FATAL(plan_azure_wanted(&exported->planned.plan));
	plan_azure_parameters(&exported->planned.plan, &exported->buffer);
	CU_ASSERT_FATAL(!buffer_failed(&exported->buffer));
	UNIT_OK(json_read(buffer_string(&exported->buffer), exported->buffer.size, "parameters", &exported->document, &error), &error);
	CU_ASSERT_FATAL(exported->document != NULL);
	exported->parameters = json_member(exported->document, "parameters");
}

static void exported_release(struct exported *exported)
{
	json_object_put(exported->document);
	buffer_release(&exported->buffer);
	planned_release(&exported->planned);
}

static struct json_object *value_of(const struct exported *exported, const char *name)
{
	return json_member(json_member(exported->parameters, name), "value");
}

static struct json_object *template_read(struct buffer *buffer)
{
	struct json_object *template = NULL;
	struct error error = {0};

	*buffer = buffer_init(1 << 22);
	UNIT_OK(file_read(TEST_SOURCE_DIR "/arm/mainTemplate.json", buffer, &error), &error);
	UNIT_OK(json_read(buffer_string(buffer), buffer->size, "template", &template, &error), &error);
	CU_ASSERT_FATAL(template != NULL);
	return template;
}

static bool type_fits(const char *type, struct json_object *value)
{
	static const struct {
		const char *name;
		enum json_type type;
	} types[] = {{"string", json_type_string}, {"int", json_type_int}, {"bool", json_type_boolean}, {"array", json_type_array}, {"object", json_type_object}};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(types[i].name, type) == 0)
			return json_object_is_type(value, types[i].type);
	return false;
}

/* A value is allowed, and within its parameter's bounds. */
static void value_fits(const char *name, struct json_object *parameter, struct json_object *value)
{
	struct json_object *allowed = json_member(parameter, "allowedValues");
	int64_t least, most, size = json_object_is_type(value, json_type_array) ? (int64_t)json_object_array_length(value)
				    : json_object_is_type(value, json_type_string) ? json_object_get_string_len(value) : 0;
	bool found = !allowed;

	if (!type_fits(json_text(parameter, "type"), value))
		(void)printf("\n    %s is not of the template's type\n", name);
	CU_ASSERT(type_fits(json_text(parameter, "type"), value));
	for (size_t i = 0; allowed && i < json_object_array_length(allowed); i++)
		found = found || json_object_equal(json_object_array_get_idx(allowed, i), value);
	CU_ASSERT(found);
	CU_ASSERT(!json_integer(parameter, "minLength", &least) || size >= least);
	CU_ASSERT(!json_integer(parameter, "maxLength", &most) || size <= most);
	CU_ASSERT(!json_integer(parameter, "minValue", &least) || json_object_get_int64(value) >= least);
	CU_ASSERT(!json_integer(parameter, "maxValue", &most) || json_object_get_int64(value) <= most);
}

static bool customers_has(const char *name)
{
	for (size_t i = 0; i < sizeof(customers) / sizeof(*customers); i++)
		if (strcmp(customers[i], name) == 0)
			return true;
	return false;
}

/* Every parameter is the template's, and each that the template wants is there or the customer's. */
static void parameters_are_the_templates(void)
{
	static const char *const cases[][2] = {{ZONAL, SUBNETS}, {REGIONAL, SUBNETS}, {ZONAL, TABLE}, {"vip_mode = \"in-subnet\"; machine_subnet = \"nodes\";", INSIDE}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		BUFFER_CLEANUP struct buffer buffer;
		struct json_object *template JSON_CLEANUP = template_read(&buffer), *declared = json_member(template, "parameters");
		struct exported exported;

		exported_make(&exported, cases[i][0], cases[i][1]);
		json_object_object_foreach(exported.parameters, name, given) {
			if (!json_member(declared, name))
				(void)printf("\n    %s is no parameter of the template\n", name);
			CU_ASSERT_FATAL(json_member(declared, name) != NULL);
			value_fits(name, json_member(declared, name), json_member(given, "value"));
			CU_ASSERT(!customers_has(name));
		}
		json_object_object_foreach(declared, wanted, parameter) {
			if (!json_member(exported.parameters, wanted) && !customers_has(wanted) && !json_object_object_get_ex(parameter, "defaultValue", NULL))
				(void)printf("\n    %s is wanted\n", wanted);
			CU_ASSERT(json_member(exported.parameters, wanted) || customers_has(wanted) || json_object_object_get_ex(parameter, "defaultValue", NULL));
		}
		exported_release(&exported);
	}
}

/* Each member that the template takes of a list's items is in each of them. */
static void members_are_there(const struct exported *exported, const char *template, const char *list, const char *index)
{
	char before[64], name[64];
	struct json_object *items = value_of(exported, list);
	int found = 0;

	(void)snprintf(before, sizeof(before), "parameters('%s')%s.", list, index);
	for (const char *at = template; (at = strstr(at, before)) != NULL; found++) {
		at += strlen(before);
		(void)snprintf(name, sizeof(name), "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"), at);
		if (!*index) {
			CU_ASSERT(json_member(items, name) != NULL);
			continue;
		}
		CU_ASSERT_FATAL(json_object_is_type(items, json_type_array) && json_object_array_length(items) > 0);
		for (size_t i = 0; i < json_object_array_length(items); i++)
			CU_ASSERT(json_member(json_object_array_get_idx(items, i), name) != NULL);
	}
	CU_ASSERT(found > 0);
}

static void members_are_the_templates(void)
{
	BUFFER_CLEANUP struct buffer buffer;
	struct json_object *template JSON_CLEANUP = template_read(&buffer);
	struct exported exported;

	CU_ASSERT(json_object_is_type(template, json_type_object));
	exported_make(&exported, ZONAL, SUBNETS);
	members_are_there(&exported, buffer_string(&buffer), "machines", "[copyIndex()]");
	members_are_there(&exported, buffer_string(&buffer), "routes", "[copyIndex('routes')]");
	members_are_there(&exported, buffer_string(&buffer), "management", "");
	exported_release(&exported);
}

/* ---- what is said of machines and routes ---- */

static const char *machine_text(const struct exported *exported, size_t index, const char *name)
{
	return json_text(json_object_array_get_idx(value_of(exported, "machines"), index), name);
}

static int64_t machine_number(const struct exported *exported, size_t index, const char *name)
{
	int64_t value = -99;

	CU_ASSERT(json_integer(json_object_array_get_idx(value_of(exported, "machines"), index), name, &value));
	return value;
}

static void machines_have_their_places(void)
{
	static const char *const zones[] = {"1", "2", "3"};
	struct exported zonal, regional;

	exported_make(&zonal, ZONAL, SUBNETS);
	exported_make(&regional, REGIONAL, SUBNETS);
	for (size_t i = 0; i < 8; i++) {
		CU_ASSERT_STRING_EQUAL(machine_text(&zonal, i, "zone"), zones[i % 3]);
		CU_ASSERT(machine_number(&zonal, i, "faultDomain") == -1);
		CU_ASSERT_STRING_EQUAL(machine_text(&regional, i, "zone"), "");
		CU_ASSERT(machine_number(&regional, i, "faultDomain") == (int64_t)(i % 3));
		CU_ASSERT(machine_number(&regional, i, "number") == (int64_t)i + 1);
	}
	CU_ASSERT(json_object_get_int64(value_of(&zonal, "faultDomains")) == 1);
	CU_ASSERT(json_object_get_int64(value_of(&regional, "faultDomains")) == 3);
	CU_ASSERT(json_object_array_length(value_of(&regional, "zones")) == 0);
	exported_release(&zonal);
	exported_release(&regional);
}

/* Addresses are the map's: each virtual address is at one machine, and each machine has its own. */
static void addresses_are_the_maps(void)
{
	struct exported exported;
	char text[RANGE_TEXT];
	size_t vips = 0, listed = 0;

	exported_make(&exported, ZONAL, SUBNETS);
	for (size_t i = 0; i < exported.planned.plan.seat_count; i++)
		vips += seat_role_virtual(exported.planned.plan.seats[i].role);
	listed += json_object_array_length(json_member(value_of(&exported, "management"), "vips"));
	for (size_t i = 0; i < 8; i++) {
		listed += json_object_array_length(json_member(json_object_array_get_idx(value_of(&exported, "machines"), i), "vips"));
		CU_ASSERT_STRING_EQUAL(machine_text(&exported, i, "address"), address_print(FAMILY_IPV4, exported.planned.plan.machines[i + 1].own, text));
	}
	CU_ASSERT(listed == vips && vips == 43);
	CU_ASSERT(json_object_array_length(value_of(&exported, "routes")) == exported.planned.plan.route_count);
	exported_release(&exported);
}

/* What a plan names, a capture of the network knows again as the deployment's own. */
static void routes_carry_the_mark(void)
{
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 24), snapshot = buffer_init(1 << 24), notes = buffer_init(1 << 20);
	NETWORK_CLEANUP struct network network = {0};
	struct exported exported;
	struct json_object *routes;
	struct error error = {0};

	exported_make(&exported, ZONAL, SUBNETS);
	routes = value_of(&exported, "routes");
	(void)buffer_text(&text, "{\"type\":\"Microsoft.Network/virtualNetworks\",\"id\":\"/g/net\",\"name\":\"net\",\"addressSpace\":{\"addressPrefixes\":[\"10.1.0.0/16\"]},"
				 "\"subnets\":[{\"id\":\"/g/net/subnets/nodes\",\"name\":\"nodes\",\"addressPrefix\":\"10.1.0.0/24\",\"routeTable\":{\"id\":\"/g/t\"}}]}"
				 "{\"type\":\"Microsoft.Network/routeTables\",\"id\":\"/g/t\",\"name\":\"t\",\"routes\":["
				 "{\"id\":\"/g/t/routes/x\",\"name\":\"x\",\"addressPrefix\":\"10.77.0.0/24\",\"nextHopType\":\"None\"}");
	for (size_t i = 0; i < json_object_array_length(routes); i++) {
		struct json_object *route = json_object_array_get_idx(routes, i);
		const char *name = json_text(route, "name");

		CU_ASSERT(strlen(name) <= 80);
		(void)buffer_print(&text, ",{\"id\":\"/g/t/routes/%s\",\"name\":\"%s\",\"addressPrefix\":\"%s\",\"nextHopType\":\"VirtualAppliance\",\"nextHopIpAddress\":\"%s\"}",
				   name, name, json_text(route, "destination"), json_text(route, "nextHop"));
	}
	(void)buffer_text(&text, "]}");
	UNIT_OK(capture_make(CLOUD_AZURE, "capture", buffer_string(&text), text.size, NULL, &snapshot, &notes, &error), &error);
	UNIT_OK(network_parse(buffer_string(&snapshot), snapshot.size, "snapshot", &network, &error), &error);
	CU_ASSERT_EQUAL(network.route_count, exported.planned.plan.route_count + 1);
	for (size_t i = 0; i < network.route_count; i++)
		CU_ASSERT(strcmp(network.routes[i].name, "x") == 0 ? !network.routes[i].owner
								    : network.routes[i].owner && strcmp(network.routes[i].owner, "test") == 0);
	exported_release(&exported);
}

static void tables_are_named(void)
{
	struct exported fresh, own;

	exported_make(&fresh, ZONAL, SUBNETS);
	exported_make(&own, ZONAL, TABLE);
	CU_ASSERT_STRING_EQUAL(json_object_get_string(value_of(&fresh, "routeTableName")), "test-routes");
	CU_ASSERT(!json_object_get_boolean(value_of(&fresh, "routeTableExisting")));
	CU_ASSERT_STRING_EQUAL(json_object_get_string(value_of(&own, "routeTableName")), "own");
	CU_ASSERT(json_object_get_boolean(value_of(&own, "routeTableExisting")));
	exported_release(&fresh);
	exported_release(&own);
}

/* Spans become prefixes, and one address is one too. */
static void ranges_are_prefixes(void)
{
	struct exported exported;

	exported_make(&exported, ZONAL " ranges = [ \"10.20.0.0-10.20.0.64\", \"10.21.0.7\" ];", SUBNETS);
	CU_ASSERT_STRING_EQUAL(json_object_to_json_string_ext(value_of(&exported, "vipRanges"), JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
			       "[\"10.20.0.0/26\",\"10.20.0.64/32\",\"10.21.0.7/32\"]");
	exported_release(&exported);
}

/* Azure refuses changes of a machine that is there: growth has none. */
static void growth_changes_nothing(void)
{
	static const char *const lists[] = {"machines", "routes"};
	struct exported small, grown;

	exported_make(&small, ZONAL " nodes = 8; compute_nodes = 2;", SUBNETS);
	exported_make(&grown, ZONAL " nodes = 14; compute_nodes = 3;", SUBNETS);
	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < json_object_array_length(value_of(&small, lists[l])); i++) {
			struct json_object *one = json_object_array_get_idx(value_of(&small, lists[l]), i), *more = value_of(&grown, lists[l]);
			bool found = false;

			for (size_t j = 0; !found && j < json_object_array_length(more); j++)
				found = json_object_equal(one, json_object_array_get_idx(more, j));
			CU_ASSERT(found);
		}
	CU_ASSERT(json_object_equal(value_of(&small, "management"), value_of(&grown, "management")));
	CU_ASSERT(json_object_equal(value_of(&small, "faultDomains"), value_of(&grown, "faultDomains")));
	exported_release(&small);
	exported_release(&grown);
}

static void others_have_none(void)
{
	BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 20);
	struct planned planned PLANNED_CLEANUP;

	planned_make(&planned, CLOUD_GCP, "vip_mode = \"routed\";", NULL);
	CU_ASSERT(!plan_azure_wanted(&planned.plan) && !plan_azure_lacks(&planned.plan));
	plan_azure_parameters(&planned.plan, &buffer);
	CU_ASSERT(buffer.size == 0);
}

/* Of this cloud it is said why there is nothing. */
static void what_is_lacking_is_told(void)
{
	static const char *const cases[][2] = {
		{"vip_mode = \"routed\";", "where the machines are is not known"},
		{"vip_mode = \"bgp\"; machine_ranges = \"10.1.0.0/24\";", "bgp is not carried out"},
		{"machine_ranges = \"10.1.0.0/24\"; ranges = \"10.20.0.0/30\";", "there is no map"},
		{"machine_ranges = \"fd00:1::/120\"; ranges = \"fd00:2::/120\";", "the addresses are IPv6"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		PLANNED_CLEANUP struct planned planned;

		planned_make(&planned, CLOUD_AZURE, cases[i][0], NULL);
		CU_ASSERT_FATAL(plan_azure_lacks(&planned.plan) != NULL);
		UNIT_HOLDS(plan_azure_lacks(&planned.plan), cases[i][1]);
		CU_ASSERT(!plan_azure_wanted(&planned.plan));
	}
}

/* The number of machines that a plan may have is the template's own. */
static void the_limit_is_the_templates(void)
{
	BUFFER_CLEANUP struct buffer buffer = {0};
	JSON_CLEANUP struct json_object *template = template_read(&buffer);
	FACTS_CLEANUP struct facts facts = {0};
	struct error error = {0};
	int64_t most = 0, limit = 0;

	UNIT_OK(facts_read(TEST_SOURCE_DIR "/templates", &facts, &error), &error);
	UNIT_OK(facts_value(&facts, "azure.machines_per_template", &limit, &error), &error);
	CU_ASSERT(json_integer(json_member(json_member(template, "parameters"), "machines"), "maxLength", &most) && most == limit);
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"the limit of machines is the template's", the_limit_is_the_templates},
		{"every parameter is the template's, and none is missing", parameters_are_the_templates},
		{"members of machines and routes", members_are_the_templates},
	{"routes carry apollo's mark", routes_carry_the_mark},
		{"zones and fault domains", machines_have_their_places},
		{"addresses are the map's", addresses_are_the_maps},
		{"route tables", tables_are_named},
		{"ranges are prefixes", ranges_are_prefixes},
		{"growth changes nothing that is there", growth_changes_nothing},
		{"other plans have none", others_have_none},
		{"what is lacking is told", what_is_lacking_is_told},
	};

	return UNIT_RUN("azure parameters", tests);
}
