/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a report against what was worked out by hand, and against quotes. */
#include "core/buffer.h"
#include "offers/report.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdlib.h>
#include <string.h>

/* libconfig forgets a text that a syntax error stands behind; for a build with sanitizers. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

static const char plain[] =
	"offers = ( { name = \"o\"; product = \"saas\"; meters = ( { name = \"m\"; aggregation = \"sum\"; } ); dimensions = ( { name = \"a\"; meter = \"m\"; } );\n"
	"  plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"10\"; prices = ( { dimension = \"a\"; unit_price = \"2\"; } ); } ); } );\n"
	"private_offers = ( { name = \"x\"; market = \"gcp\"; offer = \"o\"; plan = \"p\"; start = \"2027-01-01\"; months = \"1y\"; discount = \"10\"; } );\n";

static const char tiers[] =
	"offers = ( { name = \"o\"; product = \"saas\"; meters = ( { name = \"m\"; aggregation = \"sum\"; } ); dimensions = ( { name = \"a\"; meter = \"m\"; } );\n"
	"  plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"10\"; included = ( { dimension = \"a\"; quantity = \"7.5\"; } ); prices = ( { dimension = \"a\"; model = \"volume\";\n"
	"    tiers = ( { up_to = \"90\"; unit_price = \"2.003\"; }, { unit_price = \"1.5\"; } ); } ); } ); } );\n"
	"private_offers = ( { name = \"x\"; market = \"gcp\"; offer = \"o\"; plan = \"p\"; start = \"2027-01-01\"; months = \"1y\"; discount = \"12.34\"; } );\n";

static const char goals_text[] =
	"offer = \"o\"; plans = [ \"p\" ]; market = \"gcp\"; fee = \"5\"; forecast: { paths = 1; dimensions = ( { dimension = \"a\"; level = \"100\"; } ); };\n"
	"cost: { prices = ( { dimension = \"a\"; unit_price = \"0.5\"; } ); }; levers: { discount: { from = \"0\"; to = \"20\"; step = \"5\"; }; };\n";

static const char noisy_text[] =
	"offer = \"o\"; plans = [ \"p\" ]; market = \"gcp\"; fee = \"3.5\"; risk = \"10\";\n"
	"forecast: { paths = 101; seed = 3; dimensions = ( { dimension = \"a\"; level = \"100\"; noise = \"30\"; spread = \"2\"; reduced = true; } );\n"
	"  reduction: { low = \"1\"; likely = \"2\"; high = \"4\"; }; };\n"
	"cost: { prices = ( { dimension = \"a\"; unit_price = \"0.33\"; } ); }; competitor: { name = \"them\"; prices = ( { dimension = \"a\"; unit_price = \"1.9\"; } ); };\n"
	"levers: { discount: { from = \"0\"; to = \"20\"; step = \"5\"; }; };\n";

/* ---- a world ---- */

struct world {
	struct catalog catalog;
	struct goals goals;
	struct forecast forecast;
	struct contract contract;
	struct scope scope;
	struct report report;
};

static void world_make(struct world *world, const char *offers, const char *goals)
{
	static const char *path; /* a path of the unit tests' is for ever, so one is enough */
	const struct usage none = {0};
	struct error error;

	path = path ? path : unit_path("goals.cfg");
	world->scope = scope_init(1 << 30);
	unit_write(path, goals, strlen(goals), 0600);
	UNIT_OK(catalog_parse(offers, strlen(offers), "offers.cfg", "/", CATALOG_SOLD, &world->catalog, &error), &error);
	UNIT_OK(goals_read(path, &world->catalog, &world->goals, &error), &error);
	UNIT_OK(forecast_fit(&world->scope, world->goals.offer, NULL, &none, &world->forecast, &error), &error);
	UNIT_OK(forecast_read(world->goals.forecast, world->goals.offer, &world->forecast, &error), &error);
	UNIT_OK(contract_find(&world->catalog, "x", &world->contract, &error), &error);
	UNIT_OK(contract_term(&world->scope, &world->contract, world->contract.start, 0, &error), &error);
	const struct report_input input = {&world->contract, &world->forecast, &world->goals, NULL};
	UNIT_OK(report_make(&world->scope, &input, &world->report, &error), &error);
}

static void world_end(struct world *world)
{
	goals_release(&world->goals);
	catalog_release(&world->catalog);
	scope_release(&world->scope);
}

static const struct report_table *table_of(const struct world *world, const char *name)
{
	const struct report_table *table = report_table(&world->report, name);

	CU_ASSERT_PTR_NOT_NULL_FATAL(table);
	return table;
}

static const char *text_at(const struct report_table *table, size_t row, const char *column)
{
	size_t index = report_column(table, column);

	CU_ASSERT_TRUE_FATAL(index != SIZE_MAX && row < table->row_count);
	return report_cell(table, row, index)->text;
}

static int64_t cents(const struct report_table *table, size_t row, const char *column)
{
	const char *text = text_at(table, row, column);
	bool negative = *text == '-';
	int64_t value = -1;

	CU_ASSERT_TRUE(apollo_decimal_read(text + negative, strlen(text) - negative, 2, APOLLO_EXACT, &value) >= 0);
	return negative ? -value : value;
}

/* ---- tests ---- */

static void waterfall_by_hand(void)
{
	static const struct {
		const char *what, *amount, *level;
	} bars[] = {{"list", "2520.00", "2520.00"},           {"discount", "-252.00", "2268.00"},   {"commitment breakage", "0.00", "2268.00"},
		    {"bill", "2268.00", "2268.00"},           {"marketplace's fee", "-113.40", "2154.60"}, {"our costs", "-600.00", "1554.60"},
		    {"net", "1554.60", "1554.60"}};
	struct world world;
	const struct report_table *table;

	world_make(&world, plain, goals_text);
	table = table_of(&world, "waterfall");
	CU_ASSERT_EQUAL_FATAL(table->row_count, sizeof(bars) / sizeof(*bars));
	for (size_t i = 0; i < table->row_count; i++) {
		CU_ASSERT_STRING_EQUAL(text_at(table, i, "what"), bars[i].what);
		CU_ASSERT_STRING_EQUAL(text_at(table, i, "amount"), bars[i].amount);
		CU_ASSERT_STRING_EQUAL(text_at(table, i, "level"), bars[i].level);
	}
	world_end(&world);
}

/* Each bar ends where the amounts so far add up to, and a total stands there too. */
static void waterfall_adds_up(void)
{
	const struct report_table *table;
	struct world world;
	int64_t height = 0;

	world_make(&world, tiers, noisy_text);
	table = table_of(&world, "waterfall");
	for (size_t i = 0; i < table->row_count; i++) {
		bool total = strcmp(text_at(table, i, "kind"), "total") == 0;

		if (!total || i == 0)
			height += cents(table, i, "amount");
		CU_ASSERT_EQUAL(cents(table, i, "level"), height);
		CU_ASSERT_TRUE(!total || cents(table, i, "amount") == height);
	}
	CU_ASSERT_STRING_EQUAL(text_at(table, table->row_count - 1, "amount"), text_at(table_of(&world, "net"), 1, "net"));
	world_end(&world);
}

static void tornado_by_hand(void)
{
	static const char *const rows[][5] = {{"level of a", "1409.40", "1699.80", "2052.00", "2484.00"},
					      {"discount", "1578.54", "1530.66", "2293.20", "2242.80"},
					      {"marketplace's fee", "1577.28", "1531.92", "2268.00", "2268.00"}};
	static const char *const columns[] = {"factor", "net_low", "net_high", "bill_low", "bill_high"};
	const struct report_table *table;
	struct world world;

	world_make(&world, plain, goals_text);
	table = table_of(&world, "tornado");
	CU_ASSERT_EQUAL_FATAL(table->row_count, 3);
	for (size_t row = 0; row < 3; row++)
		for (size_t i = 0; i < 5; i++)
			CU_ASSERT_STRING_EQUAL(text_at(table, row, columns[i]), rows[row][i]);
	world_end(&world);
}

/* A quote of the same usage in each month. */
static void quote_text(const struct world *world, const char *name, int64_t usage, char text[static EXACT_TEXT])
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	struct usage_row rows[12];
	struct contract contract;
	struct quote quote;
	struct error error;

	UNIT_OK(contract_find(&world->catalog, name, &contract, &error), &error);
	contract.start = world->contract.start;
	contract.end = world->contract.end;
	for (int i = 0; i < 12; i++)
		rows[i] = (struct usage_row){.time = calendar_add_months(contract.start, i), .quantity = usage};
	UNIT_OK(quote_make(&scope, &contract, &(struct usage){rows, 12}, &quote, &error), &error);
	CU_ASSERT_EQUAL(quote.outside, 0);
	(void)exact_text(quote.total, quote.decimals, quote.decimals, text);
}

static void bill_is_quote(void)
{
	const struct report_table *table;
	char text[EXACT_TEXT];
	struct world world;

	world_make(&world, tiers, noisy_text);
	table = table_of(&world, "bill");
	CU_ASSERT_EQUAL(table->row_count, REPORT_POINTS + 1);
	for (size_t i = 0; i < table->row_count; i++) {
		const char *usage = text_at(table, i, "usage");
		int64_t quantity = 0;

		CU_ASSERT_TRUE(apollo_decimal_read(usage, strlen(usage), 6, APOLLO_EXACT, &quantity) >= 0);
		quote_text(&world, "o/p", quantity, text);
		CU_ASSERT_STRING_EQUAL(text_at(table, i, "list"), text);
		quote_text(&world, "x", quantity, text);
		CU_ASSERT_STRING_EQUAL(text_at(table, i, "offer"), text);
	}
	world_end(&world);
}

static void density_is_all(void)
{
	const struct report_table *table;
	struct world world;
	double sum = 0;

	world_make(&world, tiers, noisy_text);
	table = table_of(&world, "density");
	for (size_t i = 0; i < table->row_count; i++)
		sum += report_cell(table, i, report_column(table, "share"))->position;
	CU_ASSERT_DOUBLE_EQUAL(sum, 100, 1e-9);
	CU_ASSERT_EQUAL(table_of(&world, "dead_zones")->row_count, 1);
	CU_ASSERT_EQUAL(table_of(&world, "months")->row_count, 12);
	world_end(&world);
}

static void same_bytes(void)
{
	void (*const forms[])(const struct report *report, struct buffer *buffer) = {report_page, report_json, report_csv};

	for (size_t i = 0; i < 3; i++) {
		BUFFER_CLEANUP struct buffer one = buffer_init(1 << 22), other = buffer_init(1 << 22);
		struct world worlds[2];

		world_make(&worlds[0], tiers, noisy_text);
		world_make(&worlds[1], tiers, noisy_text);
		forms[i](&worlds[0].report, &one);
		forms[i](&worlds[1].report, &other);
		CU_ASSERT_TRUE(one.size > 1000 && !buffer_failed(&one));
		CU_ASSERT_STRING_EQUAL(buffer_string(&one), buffer_string(&other));
		world_end(&worlds[0]);
		world_end(&worlds[1]);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {{"from the list to the net, by hand", waterfall_by_hand},
						 {"bars add up", waterfall_adds_up},
						 {"what the net depends on, by hand", tornado_by_hand},
						 {"bills against usage are quotes", bill_is_quote},
						 {"scenarios are all there", density_is_all},
						 {"the same bytes", same_bytes}};

	return UNIT_RUN("report", tests);
}
