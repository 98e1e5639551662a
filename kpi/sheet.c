/* SPDX-License-Identifier: Apache-2.0 */
#include "kpi/sheet.h"

#include "core/nearest.h"
#include "core/read.h"
#include "deploy/deployment.h"

#include <stdio.h>
#include <string.h>

enum { SHEET_CEILING = 16 << 20, STRIPS_MOST = 1000, CLIENTS_MOST = 1000000, REDUCTION_MOST = 100000 };

#define GIGA INT64_C(1000000000)
#define KNOWN(...) ((const char *const[]){__VA_ARGS__, NULL})

const struct test kpi_tests[TESTS] = {
	[TEST_READ] = {"read", 1 << FLOW_READ, 0, MEASURE_RATE, BOUND_READ, 850, false, false, false},
	[TEST_BURST] = {"burst-write", 1 << FLOW_WRITE, 0, MEASURE_RATE, BOUND_BURST, 800, false, false, false},
	[TEST_SUSTAINED] = {"sustained-write", 1 << FLOW_WRITE, 0, MEASURE_RATE, BOUND_SUSTAINED, 750, false, false, false},
	[TEST_RANDOM_READ] = {"random-read", 1 << FLOW_READ, 1, MEASURE_OPERATIONS, BOUND_NONE, 0, true, false, false},
	[TEST_RANDOM_WRITE] = {"random-write", 1 << FLOW_WRITE, 1, MEASURE_OPERATIONS, BOUND_NONE, 0, true, false, false},
	[TEST_MIXED] = {"mixed", 1 << FLOW_READ | 1 << FLOW_WRITE, 1, MEASURE_OPERATIONS, BOUND_NONE, 0, true, false, false},
	[TEST_METADATA] = {"metadata", 1 << FLOW_ENTRIES, -1, MEASURE_OPERATIONS, BOUND_NONE, 0, false, false, false},
	[TEST_CLIENT_READ] = {"single-client-read", 1 << FLOW_READ, 0, MEASURE_RATE, BOUND_NONE, 0, false, true, false},
	[TEST_CLIENT_WRITE] = {"single-client-write", 1 << FLOW_WRITE, 0, MEASURE_RATE, BOUND_NONE, 0, false, true, false},
	[TEST_DEGRADED_READ] = {"degraded-read", 1 << FLOW_READ, 0, MEASURE_RATE, BOUND_NONE, 0, false, false, true},
	[TEST_DEGRADED_WRITE] = {"degraded-write", 1 << FLOW_WRITE, 0, MEASURE_RATE, BOUND_NONE, 0, false, false, true},
};

const char *const kpi_causes[CAUSES + 1] = {
	[CAUSE_CLIENT] = "client-limited", [CAUSE_NIC] = "nic-limited", [CAUSE_SSD] = "ssd-steady-state", [CAUSE_CPU] = "cpu-reduction",
	[CAUSE_IMBALANCE] = "imbalance",
};

const char *const sheet_identity_names[SHEET_IDENTITY] = {"offer", "plan", "market", "region", "zones", "date", "software", "networking", "placement", "quota"};
const char *const sheet_load_names[SHEET_LOAD] = {"tool", "threads", "depth", "block", "warm_up", "compressibility", "command"};

/* ---- texts ---- */

/* A text, or a whole number as one; without control characters. */
static int words_read(struct sheet *sheet, const config_setting_t *group, const char *name, int need, const char **kept, struct error *error)
{
	const config_setting_t *member = config_setting_get_member(group, name);
	const char *text = NULL;
	int found = 1;

	if (member && config_setting_type(member) == CONFIG_TYPE_INT)
		text = scope_print(&sheet->scope, "%d", config_setting_get_int(member));
	else if ((found = read_text(group, name, need, &text, error)) <= 0)
		return found;
	else if (strlen(text) > SHEET_TEXT_MAX && strcmp(name, "command") != 0)
		return read_fail(member, error, "\"%s\" has more than %d bytes", name, SHEET_TEXT_MAX);
	for (const char *at = text ? text : ""; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			return read_fail(member, error, "\"%s\" has a line break or another control character", name);
	*kept = scope_text(&sheet->scope, text);
	return *kept ? 1 : error_memory(error, "the sheet");
}

static int identity_read(struct sheet *sheet, const config_setting_t *root, struct error *error)
{
	const config_setting_t *group = NULL;
	char time[40];
	int64_t micro;
	int found = read_group(root, "identity", &group, error);

	if (found <= 0)
		return found < 0 ? found : read_fail(root, error, "\"identity\" is missing");
	if (read_known(group, KNOWN("offer", "plan", "market", "region", "zones", "date", "software", "networking", "placement", "quota"), error) < 0)
		return error->code;
	for (int i = 0; i < SHEET_IDENTITY; i++)
		if (words_read(sheet, group, sheet_identity_names[i], strcmp(sheet_identity_names[i], "date") == 0, &sheet->identity[i], error) < 0)
			return error->code;
	for (int i = 0; i < SHEET_IDENTITY; i++)
		if (strcmp(sheet_identity_names[i], "region") == 0 && sheet->identity[i])
			sheet->region = sheet->identity[i];
		else if (strcmp(sheet_identity_names[i], "date") == 0 &&
			 (snprintf(time, sizeof(time), "%.12sT00:00:00Z", sheet->identity[i]) < 0 || strlen(sheet->identity[i]) != 10 ||
			  apollo_time_parse(time, strlen(time), 0, &micro) < 0))
			return read_fail(config_setting_get_member(group, "date"), error, "\"date\" is not a day such as 2026-11-20");
	return 0;
}

/* ---- numbers ---- */

/* A decimal of `unit`s; *value stays where it is not there. */
static int amount_read(const config_setting_t *group, const char *name, int64_t unit, int64_t least, int64_t most, int64_t *value, struct error *error)
{
	/* As many decimals as the unit has, and no more than leave room before the point. */
	const int places = unit >= GIGA / 8 ? 9 : unit >= 1000000 ? 6 : 3;
	const int64_t parts = places == 9 ? GIGA : places == 6 ? 1000000 : 1000;
	int64_t count = 0;
	int found = read_quantity(group, name, READ_OPTIONAL, places, 0, &count, error);
	wide_t whole;

	if (found <= 0)
		return found;
	whole = (wide_t)count * unit / parts;
	if (whole < least || whole > most)
		return read_fail(config_setting_get_member(group, name), error, "\"%s\" is too small or too large", name);
	*value = (int64_t)whole;
	return 1;
}

/* "6+2": data and parity; "3x": copies, which are one strip of data and the rest of parity. */
static bool code_parse(const char *text, int64_t *data, int64_t *parity)
{
	size_t digits = strspn(text, "0123456789"), more;
	const char *rest = text + digits;

	*data = 1;
	if (apollo_decimal_read(text, digits, 0, APOLLO_EXACT, strcmp(rest, "x") == 0 ? parity : data) < 0)
		return false;
	if (strcmp(rest, "x") == 0) {
		--*parity;
		return *parity >= 0 && *parity <= STRIPS_MOST;
	}
	more = *rest == '+' ? strspn(rest + 1, "0123456789") : 0;
	return more && !rest[1 + more] && apollo_decimal_read(rest + 1, more, 0, APOLLO_EXACT, parity) == 0 && *data >= 1 && *data <= STRIPS_MOST &&
	       *parity >= 0 && *parity <= STRIPS_MOST;
}

/* As many machines as strips. */
static int code_read(struct sheet *sheet, const config_setting_t *group, const char *name, struct ratio *ratio, const char **kept, struct error *error)
{
	const config_setting_t *member = config_setting_get_member(group, name);
	int64_t data = 0, parity = 0;

	if (words_read(sheet, group, name, READ_REQUIRED, kept, error) < 0)
		return error->code;
	if (!code_parse(*kept, &data, &parity)) {
		(void)read_fail(member, error, "\"%s\" is \"%.40s\", not a code", name, *kept);
		return error_hint(error, "write data and parity strips as 6+2, copies as 3x");
	}
	if (data + parity > sheet->nodes)
		return read_fail(member, error, "\"%s\" is %s, which needs %lld machines; the cluster has %lld", name, *kept, (long long)(data + parity),
				 (long long)sheet->nodes);
	*ratio = (struct ratio){data + parity, data};
	return 0;
}

static int shape_find(struct sheet *sheet, const config_setting_t *group, const struct facts *facts, struct error *error)
{
	const char *name = NULL;
	struct nearest nearest;

	if (words_read(sheet, group, "shape", READ_REQUIRED, &name, error) < 0)
		return error->code;
	nearest = nearest_init(name);
	sheet->shape = facts_shape(facts, name);
	if (sheet->shape && strcmp(sheet->shape->role, "data") == 0)
		return 0;
	for (size_t i = 0; i < facts->shape_count; i++)
		if (strcmp(facts->shapes[i].role, "data") == 0)
			nearest_offer(&nearest, facts->shapes[i].name);
	(void)read_fail(config_setting_get_member(group, "shape"), error, "shapes.cfg has no data machine \"%s\"", name);
	return nearest.name ? error_hint(error, "did you mean \"%s\"?", nearest.name) : error_hint(error, "apollo size --read 1GB/s lists those that are known");
}

/* What the shape can do, and over it what the sheet says better. */
static int rates_read(struct sheet *sheet, const config_setting_t *group, struct error *error)
{
	struct rates *rates = &sheet->rates;

	*rates = rates_of_shape(sheet->shape);
	if (read_boolean(group, "paid_network", &sheet->paid_network, error) < 0)
		return error->code;
	if (sheet->paid_network && sheet->shape->network_best < 0)
		return read_fail(group, error, "\"paid_network\" is true, but shapes.cfg knows no better network of %s", sheet->shape->name);
	if (sheet->paid_network)
		rates->egress = sheet->shape->network_best / 8;
	if (amount_read(group, "egress_gb", GIGA, 1, RATE_MOST, &rates->egress, error) < 0 ||
	    amount_read(group, "ingress_gb", GIGA, 1, RATE_MOST, &rates->ingress, error) < 0 ||
	    amount_read(group, "disk_read_gb", GIGA, 1, RATE_MOST, &rates->disk_read, error) < 0 ||
	    amount_read(group, "disk_write_gb", GIGA, 1, RATE_MOST, &rates->disk_write, error) < 0 ||
	    amount_read(group, "cpu_read_gb", GIGA, 1, RATE_MOST, &rates->cpu_read, error) < 0 ||
	    amount_read(group, "cpu_write_gb", GIGA, 1, RATE_MOST, &rates->cpu_write, error) < 0)
		return error->code;
	return 0;
}

static int cluster_read(struct sheet *sheet, const config_setting_t *root, const struct facts *facts, struct error *error)
{
	const config_setting_t *group = NULL;
	int64_t amplification = 1000;
	int found = read_group(root, "cluster", &group, error);

	if (found <= 0)
		return found < 0 ? found : read_fail(root, error, "\"cluster\" is missing");
	if (read_known(group, KNOWN("shape", "nodes", "buffer_code", "capacity_code", "buffer_tb", "usable_tb", "fill_percent", "reduction",
				    "reduction_method", "paid_network", "egress_gb", "ingress_gb", "disk_read_gb", "disk_write_gb", "cpu_read_gb",
				    "cpu_write_gb", "read_amplification", "rebuild", "replicated"), error) < 0 ||
	    read_boolean(group, "replicated", &sheet->codes.replicated, error) < 0 ||
	    shape_find(sheet, group, facts, error) < 0 ||
	    read_integer(group, "nodes", READ_REQUIRED, 1, DEPLOYMENT_NODES_MAX, &sheet->nodes, error) < 0 ||
	    code_read(sheet, group, "buffer_code", &sheet->codes.buffer, &sheet->buffer_code, error) < 0 ||
	    code_read(sheet, group, "capacity_code", &sheet->codes.capacity, &sheet->capacity_code, error) < 0 ||
	    amount_read(group, "buffer_tb", 1000 * GIGA, 1, INT64_MAX / 4, &sheet->buffer, error) < 0 ||
	    amount_read(group, "usable_tb", 1000 * GIGA, 1, INT64_MAX / 4, &sheet->usable, error) < 0 ||
	    amount_read(group, "fill_percent", 1000, 0, 100000, &sheet->fill, error) < 0 ||
	    amount_read(group, "reduction", 1000, 1, REDUCTION_MOST, &sheet->reduction, error) < 0 ||
	    words_read(sheet, group, "reduction_method", READ_OPTIONAL, &sheet->reduction_method, error) < 0 ||
	    words_read(sheet, group, "rebuild", READ_OPTIONAL, &sheet->rebuild, error) < 0 ||
	    amount_read(group, "read_amplification", 1000, 1000, RATIO_MOST, &amplification, error) < 0 || rates_read(sheet, group, error) < 0)
		return error->code;
	if (sheet->reduction >= 0 && !sheet->reduction_method)
		return read_fail(group, error, "\"reduction\" needs \"reduction_method\": how it was measured");
	sheet->codes.read = (struct ratio){amplification, 1000};
	return 0;
}

static int load_read(struct sheet *sheet, const config_setting_t *root, struct error *error)
{
	const config_setting_t *group = NULL;
	int64_t reduction = sheet->reduction >= 0 ? sheet->reduction : 1000;
	int found = read_group(root, "load", &group, error);

	sheet->codes.reduction = (struct ratio){reduction, 1000};
	if (found <= 0)
		return found;
	if (read_known(group, KNOWN("tool", "threads", "depth", "block", "warm_up", "compressibility", "command", "clients", "client_network_gbit",
				    "client_memory_gb", "data_set_tb", "reduction"), error) < 0 ||
	    read_integer(group, "clients", READ_OPTIONAL, 1, CLIENTS_MOST, &sheet->clients, error) < 0 ||
	    amount_read(group, "client_network_gbit", GIGA / 8, 1, GIGA * 1000, &sheet->client_rate, error) < 0 ||
	    amount_read(group, "client_memory_gb", GIGA, 1, GIGA * 1000000, &sheet->client_memory, error) < 0 ||
	    amount_read(group, "data_set_tb", 1000 * GIGA, 1, INT64_MAX / 4, &sheet->data_set, error) < 0 ||
	    amount_read(group, "reduction", 1000, 1, REDUCTION_MOST, &reduction, error) < 0)
		return error->code;
	sheet->codes.reduction = (struct ratio){reduction, 1000};
	for (int i = 0; i < SHEET_LOAD; i++)
		if (words_read(sheet, group, sheet_load_names[i], READ_OPTIONAL, &sheet->load[i], error) < 0)
			return error->code;
	if (sheet->clients > 0 && sheet->client_rate > 0)
		sheet->rates.clients = sheet->clients * sheet->client_rate > RATE_MOST ? RATE_MOST : sheet->clients * sheet->client_rate;
	return 0;
}

static int prices_read(struct sheet *sheet, const config_setting_t *root, struct error *error)
{
	const config_setting_t *group = NULL;
	int found = read_group(root, "prices", &group, error);

	if (found <= 0)
		return found;
	if (read_known(group, KNOWN("infrastructure_hour", "software_hour", "currency"), error) < 0 ||
	    amount_read(group, "infrastructure_hour", 1000000, 0, INT64_C(1) << 50, &sheet->infrastructure_hour, error) < 0 ||
	    amount_read(group, "software_hour", 1000000, 0, INT64_C(1) << 50, &sheet->software_hour, error) < 0 ||
	    words_read(sheet, group, "currency", READ_REQUIRED, &sheet->currency, error) < 0)
		return error->code;
	return 0;
}

/* What the sheet does not say of itself, the shape's facts may. */
static int facts_fill(struct sheet *sheet, const config_setting_t *root, struct error *error)
{
	const struct estimate estimate = estimate_make(sheet->shape, sheet->nodes, sheet->codes.buffer, sheet->codes.capacity, sheet->codes.reduction, sheet->region);

	if (sheet->usable < 0)
		sheet->usable = estimate.usable;
	if (sheet->infrastructure_hour >= 0 || estimate.micro_month < 0)
		return 0;
	if (sheet->currency && estimate.currency && strcmp(sheet->currency, estimate.currency) != 0)
		return read_fail(config_setting_get_member(root, "prices"), error, "the currency is %s, shapes.cfg has %s in %s: say \"infrastructure_hour\"",
				 sheet->currency, sheet->shape->name, estimate.currency);
	sheet->infrastructure_hour = estimate.micro_month / 730;
	sheet->currency = sheet->currency ? sheet->currency : scope_text(&sheet->scope, estimate.currency);
	return sheet->currency ? 0 : error_memory(error, "the sheet");
}

/* ---- results ---- */

static int file_add(struct sheet *sheet, const char *path, size_t *index, struct error *error)
{
	for (*index = 0; *index < sheet->file_count; ++*index)
		if (strcmp(sheet->files[*index], path) == 0)
			return 0;
	if (sheet->file_count == SHEET_FILES_MAX)
		return error_set(error, APOLLO_CONFIG, "more than %d files of results", SHEET_FILES_MAX);
	sheet->files[sheet->file_count] = scope_text(&sheet->scope, path);
	return sheet->files[sheet->file_count++] ? 0 : error_memory(error, "the sheet");
}

static int result_add(struct sheet *sheet, struct result result, const char *path, struct error *error)
{
	if (sheet->result_count == SHEET_RESULTS_MAX)
		return error_set(error, APOLLO_CONFIG, "more than %d results", SHEET_RESULTS_MAX);
	if (file_add(sheet, path, &result.file, error) < 0)
		return error->code;
	sheet->results[sheet->result_count++] = result;
	return 0;
}

static const struct test *test_find(const char *name, struct error *error)
{
	struct nearest nearest = nearest_init(name);

	for (int i = 0; i < TESTS; i++) {
		if (strcmp(kpi_tests[i].name, name) == 0)
			return &kpi_tests[i];
		nearest_offer(&nearest, kpi_tests[i].name);
	}
	(void)error_set(error, APOLLO_CONFIG, "there is no test \"%.60s\"", name);
	(void)(nearest.name ? error_hint(error, "did you mean \"%s\"?", nearest.name)
			    : error_hint(error, "there are read, burst-write, sustained-write, random-read and others: see apollo-kpi(1)"));
	return NULL;
}

/* A file's path: relative to the sheet's folder. */
static const char *path_of(struct sheet *sheet, const char *base, const char *file)
{
	const char *slash = strrchr(base, '/');

	return file[0] == '/' || !slash ? scope_text(&sheet->scope, file) : scope_print(&sheet->scope, "%.*s/%s", (int)(slash - base), base, file);
}

static int files_read(struct sheet *sheet, const config_setting_t *group, const char *base, struct result result, struct error *error)
{
	const config_setting_t *list = config_setting_get_member(group, "files");
	int count = list ? config_setting_length(list) : 0;
	bool one = list && config_setting_type(list) == CONFIG_TYPE_STRING;

	if (!one && (!list || count < 1 || (config_setting_type(list) != CONFIG_TYPE_ARRAY && config_setting_type(list) != CONFIG_TYPE_LIST)))
		return read_fail(list ? list : group, error, "\"files\" is missing, or not a text or an array of texts: [ \"...\", \"...\" ]");
	for (int i = 0; i < (one ? 1 : count); i++) {
		const char *file = one ? config_setting_get_string(list) : config_setting_get_string_elem(list, i), *path;

		if (!file || !*file || !apollo_text_valid(file, strlen(file)))
			return read_fail(list, error, "an element of \"files\" is not a text in quotes");
		if (!(path = path_of(sheet, base, file)))
			return error_memory(error, "the sheet");
		if (result_add(sheet, result, path, error) < 0)
			return error->code;
	}
	return 0;
}

static struct result result_none(void)
{
	return (struct result){.cause = -1, .cpu_busy = KPI_UNKNOWN, .network_busy = KPI_UNKNOWN, .data_set = KPI_UNKNOWN};
}

static int result_read(struct sheet *sheet, const config_setting_t *group, const char *base, struct error *error)
{
	struct result result = result_none();
	const char *test = NULL;

	if (read_known(group, KNOWN("test", "files", "label", "operation", "cause", "cpu_busy_percent", "network_busy_percent", "data_set_tb"), error) < 0 ||
	    words_read(sheet, group, "test", READ_REQUIRED, &test, error) < 0)
		return error->code;
	if (!(result.test = test_find(test, error))) {
		char hint[ERROR_TEXT];

		(void)snprintf(hint, sizeof(hint), "%s", error->hint);
		(void)read_fail(config_setting_get_member(group, "test"), error, "there is no test \"%.60s\"", test);
		return error_hint(error, "%s", hint);
	}
	if (words_read(sheet, group, "label", READ_OPTIONAL, &result.label, error) < 0 ||
	    words_read(sheet, group, "operation", READ_OPTIONAL, &result.operation, error) < 0 ||
	    read_choice(group, "cause", READ_OPTIONAL, kpi_causes, &result.cause, error) < 0 ||
	    read_integer(group, "cpu_busy_percent", READ_OPTIONAL, 0, 100, &result.cpu_busy, error) < 0 ||
	    read_integer(group, "network_busy_percent", READ_OPTIONAL, 0, 100, &result.network_busy, error) < 0 ||
	    amount_read(group, "data_set_tb", 1000 * GIGA, 1, INT64_MAX / 4, &result.data_set, error) < 0)
		return error->code;
	if (!(result.where = read_where(group, &sheet->scope)))
		return error_memory(error, "the sheet");
	return files_read(sheet, group, base, result, error);
}

int sheet_add(struct sheet *sheet, const char *text, struct error *error)
{
	const char *equals = strchr(text, '=');
	struct result result = result_none();
	char name[64];

	if (!equals || equals == text || !equals[1]) {
		(void)error_set(error, ERROR_USAGE, "%s is not TEST=FILE", text);
		return error_hint(error, "such as read=fio-read.json");
	}
	(void)snprintf(name, sizeof(name), "%.*s", equals - text > 60 ? 60 : (int)(equals - text), text);
	if (!(result.test = test_find(name, error)))
		return error->code = ERROR_USAGE;
	result.where = "the command line";
	return result_add(sheet, result, equals + 1, error);
}

/* ---- the whole ---- */

static int root_read(struct sheet *sheet, const config_setting_t *root, const char *path, const struct facts *facts, struct error *error)
{
	const config_setting_t *list = NULL;
	size_t count = 0;

	if (read_known(root, KNOWN("name", "identity", "cluster", "load", "prices", "results"), error) < 0 ||
	    words_read(sheet, root, "name", READ_REQUIRED, &sheet->name, error) < 0 || identity_read(sheet, root, error) < 0 ||
	    cluster_read(sheet, root, facts, error) < 0 || load_read(sheet, root, error) < 0 || prices_read(sheet, root, error) < 0 ||
	    facts_fill(sheet, root, error) < 0 || read_groups(root, "results", READ_OPTIONAL, &list, &count, error) < 0)
		return error->code;
	for (size_t i = 0; i < count; i++)
		if (result_read(sheet, config_setting_get_elem(list, (unsigned)i), path, error) < 0)
			return error->code;
	return 0;
}

int sheet_read(const char *path, const struct facts *facts, struct sheet *sheet, struct error *error)
{
	config_t config;
	int code;

	*sheet = (struct sheet){.scope = scope_init(SHEET_CEILING), .region = "", .buffer = KPI_UNKNOWN, .usable = KPI_UNKNOWN, .fill = KPI_UNKNOWN,
				.reduction = KPI_UNKNOWN, .clients = KPI_UNKNOWN, .client_rate = KPI_UNKNOWN, .client_memory = KPI_UNKNOWN,
				.data_set = KPI_UNKNOWN, .infrastructure_hour = KPI_UNKNOWN, .software_hour = KPI_UNKNOWN};
	config_init(&config);
	if (config_read_file(&config, path) != CONFIG_TRUE) {
		if (config_error_type(&config) == CONFIG_ERR_FILE_IO)
			code = error_set(error, APOLLO_CONFIG, "%s cannot be read", path);
		else
			code = error_set(error, APOLLO_CONFIG, "%s:%d: %s", config_error_file(&config) ? config_error_file(&config) : path,
					 config_error_line(&config), config_error_text(&config));
	} else {
		code = root_read(sheet, config_root_setting(&config), path, facts, error);
	}
	config_destroy(&config);
	if (code < 0)
		sheet_release(sheet);
	return code;
}

void sheet_release(struct sheet *sheet)
{
	scope_release(&sheet->scope);
	*sheet = (struct sheet){0};
}
