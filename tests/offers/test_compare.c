/* SPDX-License-Identifier: Apache-2.0 */
/* Cards and comparisons: months and prices worked by hand, what is not known, what is said beside them, and every error of a file of cards. */
#include "offers/compare.h"
#include "offers/forecast.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <string.h>

/* libconfig forgets a text that a syntax error stands behind; for a build with sanitizers. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

#define TIB (INT64_C(1) << 40)

static const char right[] =
	"old_after = \"6m\";\n"                                                                                                /* 1 */
	"services = (\n"                                                                                                       /* 2 */
	"  { name = \"files\"; region = \"here\"; currency = \"USD\";\n"                                                       /* 3 */
	"    price: { amount = \"0.1452\"; per = \"GiB-month\"; date = \"2026-10-01\"; source = \"a page\"; };\n"              /* 4 */
	"    performance: { read_per_tib = \"16MiB/s\"; write_per_tib = \"8MiB/s\"; date = \"2026-01-31\"; source = \"b\"; };\n" /* 5 */
	"    reduction = \"none\"; infrastructure = \"included\"; included = [ \"snapshots\" ]; not_included = [ \"backups\" ]; },\n" /* 6 */
	"  { name = \"hours\"; region = \"there\"; currency = \"USD\"; least = \"10TiB\"; step = \"2.5TiB\";\n"                 /* 7 */
	"    price: { amount = \"0.000403\"; per = \"GiB-hour\"; date = \"2026-10-01\"; source = \"c\"; unsure = true; };\n"   /* 8 */
	"    infrastructure = \"separate\"; },\n"                                                                              /* 9 */
	"  { name = \"bare\"; region = \"any\"; currency = \"EUR\"; infrastructure = \"included\"; reduction = \"same\";\n"    /* 10 */
	"    performance: { read_per_tib = \"260MiB/s\"; date = \"2026-10-01\"; source = \"d\"; }; } );\n"                     /* 11 */
	"hardware = (\n"                                                                                                       /* 12 */
	"  { name = \"racks\"; region = \"ours\"; currency = \"USD\"; usable = \"400TiB\"; capital = \"1200000\"; years = 5;\n" /* 13 */
	"    support_year = \"60000\"; power_kw = \"10\"; power_overhead = \"1.5\"; power_price = \"0.20\";\n"                 /* 14 */
	"    space_month = \"1000\"; people_month = \"2000\"; reduction = \"same\"; date = \"2026-10-01\"; source = \"q1\";\n" /* 15 */
	"    performance: { read = \"40GB/s\"; date = \"2026-10-01\"; source = \"q1\"; }; },\n"                                /* 16 */
	"  { name = \"thirds\"; region = \"ours\"; currency = \"USD\"; usable = \"1PiB\"; capital = \"1000\"; years = 3;\n"    /* 17 */
	"    date = \"2026-10-01\"; source = \"q2\"; } );\n";                                                                  /* 18 */

enum { FILES, HOURS, BARE, RACKS, THIRDS, CARDS };

static void cards_open(struct cards *cards)
{
	struct error error;

	UNIT_OK(cards_parse(right, "cards.cfg", cards, &error), &error);
	CU_ASSERT_EQUAL_FATAL(cards->count, CARDS);
}

/* ---- months ---- */

/* 500 TiB are 512,000 GiB: 74,342.40 at 0.1452; 730 hours of 0.000403 each come to 150,625.28.  11 TiB are bought as 12.5, 1 TiB as 10. */
static void services_by_hand(void)
{
	CARDS_CLEANUP struct cards cards;
	struct card_month month;

	cards_open(&cards);
	month = card_month(&cards.items[FILES], 500 * TIB, 2);
	CU_ASSERT_EQUAL(month.amount, 7434240);
	CU_ASSERT_EQUAL(month.usable, 500 * TIB);
	CU_ASSERT_EQUAL(month.read, INT64_C(500) * 16 * 1048576);
	CU_ASSERT_EQUAL(month.write, INT64_C(500) * 8 * 1048576);
	CU_ASSERT_EQUAL(month.systems, 0);
	month = card_month(&cards.items[HOURS], 500 * TIB, 2);
	CU_ASSERT_EQUAL(month.amount, 15062528);
	CU_ASSERT_EQUAL(month.read, CARD_UNKNOWN);
	CU_ASSERT_EQUAL(card_month(&cards.items[HOURS], 11 * TIB, 2).usable, TIB * 25 / 2);
	CU_ASSERT_EQUAL(card_month(&cards.items[HOURS], 1, 2).usable, 10 * TIB);
	/* 10,240 GiB at 0.29419 are 3,012.5056. */
	CU_ASSERT_EQUAL(card_month(&cards.items[HOURS], 10 * TIB, 2).amount, 301251);
	CU_ASSERT_EQUAL(card_month(&cards.items[HOURS], 10 * TIB, 4).amount, 30125056);
	CU_ASSERT_EQUAL(card_month(&cards.items[BARE], TIB, 2).amount, CARD_UNKNOWN);
}

/* A system: 1,200,000 / 60 = 20,000, support 5,000, power 10 * 1.5 * 730 * 0.20 = 2,190, space and people 3,000: 30,190.  500 TiB want two. */
static void hardware_by_hand(void)
{
	CARDS_CLEANUP struct cards cards;
	struct card_month month;

	cards_open(&cards);
	month = card_month(&cards.items[RACKS], 500 * TIB, 2);
	CU_ASSERT_EQUAL(month.systems, 2);
	CU_ASSERT_EQUAL(month.amount, 6038000);
	CU_ASSERT_EQUAL(month.usable, 800 * TIB);
	CU_ASSERT_EQUAL(month.read, INT64_C(80000000000));
	CU_ASSERT_EQUAL(month.write, CARD_UNKNOWN);
	CU_ASSERT_EQUAL(card_month(&cards.items[RACKS], 400 * TIB, 2).systems, 1);
	CU_ASSERT_EQUAL(card_month(&cards.items[RACKS], 400 * TIB + 1, 2).systems, 2);
	/* 1,000 / 36 is 27.777...: rounded once, of three systems 83.33 and not three times 27.78. */
	CU_ASSERT_EQUAL(card_month(&cards.items[THIRDS], TIB, 2).amount, 2778);
	CU_ASSERT_EQUAL(card_month(&cards.items[THIRDS], 3 * 1024 * TIB, 2).amount, 8333);
	CU_ASSERT_EQUAL(card_month(&cards.items[THIRDS], TIB, 0).amount, 28);
}

/* 60,380 for 800 TiB are 75.475, which goes up; by a reduction of 2, 37.7375; for 80 GB/s 754.75. */
static void prices_by_hand(void)
{
	CU_ASSERT_EQUAL(compare_usable_price(6038000, 800 * TIB), 7548);
	CU_ASSERT_EQUAL(compare_logical_price(6038000, 800 * TIB, 2000000), 3774);
	CU_ASSERT_EQUAL(compare_rate_price(6038000, INT64_C(80000000000)), 75475);
	CU_ASSERT_EQUAL(compare_usable_price(1, 2 * TIB), 1);
	CU_ASSERT_EQUAL(compare_usable_price(COMPARE_UNKNOWN, TIB), COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(compare_usable_price(1, COMPARE_UNKNOWN), COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(compare_rate_price(1, COMPARE_UNKNOWN), COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(compare_rate_price(1, 0), COMPARE_UNKNOWN);
	/* What does not fit is not known; it does not wrap. */
	CU_ASSERT_EQUAL(compare_usable_price(INT64_MAX, 1), COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(compare_usable_price(0, TIB), 0);
}

/* A triangle from 1.5 over 2 to 3: half of its first third's chance is below 1.5 + sqrt(1/6 * 1.5 * 0.5), and the last 5 % above 3 - sqrt(0.05 * 1.5). */
static void reductions_by_hand(void)
{
	const struct forecast forecast = {.reduction_low = 1.5, .reduction_likely = 2, .reduction_high = 3};
	const struct forecast sure = {.reduction_low = 2, .reduction_likely = 2, .reduction_high = 2};

	CU_ASSERT_DOUBLE_EQUAL(forecast_reduction(&forecast, 100.0 / 6), 1.8535533905932737, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(forecast_reduction(&forecast, 95), 2.7261387212474169, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(forecast_reduction(&forecast, 0), 1.5, 1e-12);
	CU_ASSERT_DOUBLE_EQUAL(forecast_reduction(&sure, 5), 2, 1e-12);
}

/* ---- rows ---- */

static const struct compare_cluster clusters[] = {
	{"8 machines, 1 year", "here", "USD", 100 * TIB, 3000000, INT64_C(20000000000), COMPARE_UNKNOWN, false, {"list of shapes", "2026-10-01", 0, false},
	 {"list of managers", "2026-10-02", 0, false}},
	{"8 machines of elsewhere", "here", "EUR", 100 * TIB, 3000000, INT64_C(20000000000), INT64_C(10000000000), true, {"shapes", "2026-10-01", 0, false},
	 {0}},
};

static void compare_open(struct scope *scope, struct cards *cards, struct compare_input *input, struct compare *compare)
{
	static struct compare_cluster dated[2];
	struct error error;

	cards_open(cards);
	for (int i = 0; i < 2; i++) {
		dated[i] = clusters[i];
		dated[i].source.time = dated[i].management.time = cards->items[FILES].source.time;
	}
	*input = (struct compare_input){.software = {{COMPARE_LIST, "the list", 1000000}, {COMPARE_OFFER, "ours", 900000}}, .software_count = 2, .usage = "10 TiB",
					.fee = "the fee", .clusters = dated, .cluster_count = 2, .cards = cards, .capacity = 90 * TIB,
					.reductions = {1250000, 2000000, 2500000}, .currency = "USD", .decimals = 2};
	/* The last instant at which nothing of October is old. */
	UNIT_OK(apollo_time_parse("2027-04-01T00:00:00Z", 20, 0, &input->now), &error);
	UNIT_OK(compare_make(scope, input, compare, &error), &error);
}

static bool warns(const struct compare_row *row, const char *text)
{
	for (size_t i = 0; i < row->warning_count; i++)
		if (strstr(row->warnings[i], text))
			return true;
	return false;
}

/* 10,000 of software and 30,000 of machines for 100 TiB: 400 a TiB, 320, 200 and 160 by reduction, 2,000 a GB/s of 20. */
static void rows_by_hand(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	CARDS_CLEANUP struct cards cards;
	struct compare_input input;
	struct compare compare;
	const struct compare_row *row;

	compare_open(&scope, &cards, &input, &compare);
	CU_ASSERT_EQUAL_FATAL(compare.count, 4 + CARDS);
	row = &compare.rows[0];
	CU_ASSERT_STRING_EQUAL(row->name, "the list on 8 machines, 1 year");
	CU_ASSERT_EQUAL(row->month, 4000000);
	CU_ASSERT_EQUAL(row->usable_price, 40000);
	CU_ASSERT_EQUAL(row->logical_prices[0], 32000);
	CU_ASSERT_EQUAL(row->logical_prices[1], 20000);
	CU_ASSERT_EQUAL(row->logical_prices[2], 16000);
	CU_ASSERT_EQUAL(row->read_price, 200000);
	CU_ASSERT_EQUAL(row->write_price, COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(row->warning_count, 0);
	UNIT_HOLDS(row->included, "paid to the cloud and not through the offer: prices of 2026-10-01 (list of shapes)");
	UNIT_HOLDS(row->included, "at its mean bill for 10 TiB; the fee");
	UNIT_HOLDS(row->included, "the management machine, on demand: prices of 2026-10-02 (list of managers)");
	CU_ASSERT_PTR_NULL(strstr(row->missing, "management"));
	UNIT_HOLDS(compare.rows[1].missing, "the management machine, whose price is not known; the network");
	CU_ASSERT_EQUAL(compare.rows[2].kind, COMPARE_OFFER);
	CU_ASSERT_EQUAL(compare.rows[2].usable_price, 39000);
	/* What is priced in another currency is not known, whatever else is. */
	row = &compare.rows[1];
	CU_ASSERT_EQUAL(row->month, COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(row->write_price, COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(row->software, 1000000);
	CU_ASSERT_TRUE(warns(row, "another currency"));
	CU_ASSERT_TRUE(warns(row, "a share of the raw one"));
}

static void others_by_hand(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	CARDS_CLEANUP struct cards cards;
	struct compare_input input;
	struct compare compare;
	const struct compare_row *rows;

	compare_open(&scope, &cards, &input, &compare);
	rows = compare.rows + 4;
	/* Nothing is reduced for the customer: written is usable.  16 MiB/s for a TiB at 148.6848: 8,862.30 a GB/s. */
	CU_ASSERT_EQUAL(rows[FILES].usable_price, 14868);
	CU_ASSERT_EQUAL(rows[FILES].logical_prices[0], 14868);
	CU_ASSERT_EQUAL(rows[FILES].read_price, 886230);
	CU_ASSERT_EQUAL(rows[FILES].write_price, 1772461);
	UNIT_HOLDS(rows[FILES].included, "infrastructure; snapshots; price of 2026-10-01 (a page); rates of 2026-01-31 (b)");
	CU_ASSERT_STRING_EQUAL(rows[FILES].missing, "backups");
	CU_ASSERT_TRUE(warns(&rows[FILES], "its throughput is of 2026-01-31: older than 6 months"));
	CU_ASSERT_EQUAL(rows[FILES].warning_count, 1);
	/* Whether it reduces is not said, so neither is what a written TiB costs. */
	CU_ASSERT_EQUAL(rows[HOURS].usable_price, 30125);
	CU_ASSERT_EQUAL(rows[HOURS].logical_prices[1], COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(rows[HOURS].read_price, COMPARE_UNKNOWN);
	UNIT_HOLDS(rows[HOURS].missing, "infrastructure, which is paid for separately");
	CU_ASSERT_TRUE(warns(&rows[HOURS], "the price is not sure"));
	CU_ASSERT_TRUE(warns(&rows[HOURS], "whether it reduces"));
	CU_ASSERT_TRUE(warns(&rows[HOURS], "another region"));
	CU_ASSERT_EQUAL(rows[BARE].month, COMPARE_UNKNOWN);
	CU_ASSERT_EQUAL(rows[BARE].read, INT64_C(90) * 260 * 1048576);
	CU_ASSERT_TRUE(warns(&rows[BARE], "its card has no price"));
	CU_ASSERT_TRUE(warns(&rows[BARE], "another currency"));
	CU_ASSERT_FALSE(warns(&rows[BARE], "another region"));
	/* One system of 30,190 for 400 TiB: 75.475. */
	CU_ASSERT_EQUAL(rows[RACKS].usable_price, 7548);
	CU_ASSERT_EQUAL(rows[RACKS].logical_prices[2], 3019);
	UNIT_HOLDS(rows[RACKS].included, "1 system, written off over 5 years; support; power and cooling; space; people; figures of 2026-10-01 (q1)");
	UNIT_HOLDS(rows[THIRDS].missing, "support; power and cooling; space; people; interest");
	CU_ASSERT_EQUAL(rows[RACKS].warning_count, 0);
}

/* A service of ours has its machines in its price; and an instant later October's figures are old. */
static void inside_and_old(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	CARDS_CLEANUP struct cards cards;
	struct compare_input input;
	struct compare compare;
	struct error error;

	compare_open(&scope, &cards, &input, &compare);
	input.inside = true;
	input.now++;
	UNIT_OK(compare_make(&scope, &input, &compare, &error), &error);
	CU_ASSERT_EQUAL(compare.rows[0].month, 1000000);
	CU_ASSERT_EQUAL(compare.rows[1].month, 1000000);
	CU_ASSERT_EQUAL(compare.rows[0].usable_price, 10000);
	UNIT_HOLDS(compare.rows[0].included, "the machines, which the vendor pays for");
	CU_ASSERT_STRING_EQUAL(compare.rows[0].missing, "");
	CU_ASSERT_FALSE(warns(&compare.rows[0], "older"));
	CU_ASSERT_TRUE(warns(&compare.rows[4 + RACKS], "the price is of 2026-10-01: older than 6 months"));
	input.inside = false;
	UNIT_OK(compare_make(&scope, &input, &compare, &error), &error);
	CU_ASSERT_TRUE(warns(&compare.rows[0], "the machines' price is of 2026-10-01: older than 6 months"));
	CU_ASSERT_TRUE(warns(&compare.rows[0], "the management machine's price is of 2026-10-02: older than 6 months"));
	CU_ASSERT_FALSE(warns(&compare.rows[1], "the management machine's price"));
}

/* Each form has each number. */
static void forms_have_the_same(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 20), json = buffer_init(1 << 20), csv = buffer_init(1 << 20);
	CARDS_CLEANUP struct cards cards;
	struct compare_input input;
	struct compare compare;

	compare_open(&scope, &cards, &input, &compare);
	compare_text(&compare, &text);
	compare_json(&compare, &json);
	compare_csv(&compare, &csv);
	UNIT_HOLDS(buffer_string(&text), "320.00    200.00    160.00     2000.00     unknown");
	UNIT_HOLDS(buffer_string(&text), "WARNING    its throughput is of 2026-01-31: older than 6 months");
	UNIT_HOLDS(buffer_string(&json), "\"usable_tib_month\":\"400.00\",\"logical_tib_month_p5\":\"320.00\",\"logical_tib_month_p50\":\"200.00\","
					 "\"logical_tib_month_p95\":\"160.00\",\"read_bytes_per_second\":20000000000,\"write_bytes_per_second\":null");
	UNIT_HOLDS(buffer_string(&csv), "40000.00,10000.00,30000.00,400.00,320.00,200.00,160.00,20000000000,,2000.00,,\"2026-10-01\"");
}

/* ---- every error ---- */

static const struct wrong {
	const char *part, *instead; /* the first of these in the file is replaced */
	int line;
	const char *said, *hint;    /* NULL: no matter */
} wrongs[] = {
	{"services = (", "services (", 2, "syntax error", NULL},
	{"old_after", "old_afer", 1, "\"old_afer\" is not known here", "did you mean \"old_after\"?"},
	{"\"6m\"", "\"6 m\"", 1, "not a period", "1m or 3y"},
	{"services = (\n", "services = ( 1,\n", 0, "services", NULL},
	{"name = \"files\"; ", "", 3, "\"name\" is missing", NULL},
	{"\"files\"", "\"fi\\tles\"", 3, "\"name\" has a line end, a tab or another control character", "on one line"},
	{"[ \"snapshots\" ]", "[ \"snap\\nshots\" ]", 6, "each on one line", NULL},
	{"region = \"here\"; ", "", 3, "\"region\" is missing", NULL},
	{"currency = \"USD\"", "currency = \"usd\"", 3, "three capital letters", NULL},
	{"currency = \"USD\"", "curency = \"USD\"", 3, "\"curency\" is not known here", "did you mean \"currency\"?"},
	{"\"0.1452\"", "0.1452", 4, "amount", NULL},
	{"\"0.1452\"", "\"0\"", 4, "amount", NULL},
	{"\"0.1452\"", "\"cheap\"", 4, "amount", NULL},
	{"GiB-month", "GiB", 4, "\"per\" is \"GiB\"", "TiB-month"},
	{"date = \"2026-10-01\"; source = \"a page\"; ", "", 4, "these numbers have no \"source\" and no \"date\"", "when they were looked up"},
	{" source = \"a page\";", "", 4, "these numbers have no \"source\"", NULL},
	{"\"2026-10-01\"; source = \"a page\"", "\"2026-13-01\"; source = \"a page\"", 4, "date", NULL},
	{"\"2026-10-01\"; source = \"a page\"", "\"2026-10-01T00:00:00Z\"; source = \"a page\"", 4, "is not a day", NULL},
	{"\"16MiB/s\"", "\"16MiB\"", 5, "\"read_per_tib\" is \"16MiB\", which is not an amount", "GB/s"},
	{"\"16MiB/s\"", "\"0MiB/s\"", 5, "which is not an amount", NULL},
	{"read_per_tib", "read", 5, "\"read\" is not known here", NULL},
	{"; source = \"b\"", "", 5, "these numbers have no \"source\"", NULL},
	{"reduction = \"none\"", "reduction = \"some\"", 6, "\"reduction\" is \"some\"", "unknown, none, same"},
	{"infrastructure = \"included\"", "infrastructure = \"free\"", 6, "\"infrastructure\" is \"free\"", "included, separate"},
	{" infrastructure = \"included\"; included", " included", 3, "\"infrastructure\" is missing", NULL},
	{"[ \"snapshots\" ]", "\"snapshots\"", 6, "is not an array of at most 16 texts", NULL},
	{"[ \"snapshots\" ]", "[ 1 ]", 6, "is not an array of texts", NULL},
	{"\"10TiB\"", "\"2048PiB\"", 7, "more than 1024PiB", NULL},
	{"\"2.5TiB\"", "\"2.5\"", 7, "\"step\" is \"2.5\", which is not an amount", "1.5TiB"},
	{"name = \"hours\"; region = \"there\"", "name = \"files\"; region = \"here\"", 7, "files in here has a card already, at configuration:3", NULL},
	{"    performance: { read_per_tib = \"260MiB/s\"; date = \"2026-10-01\"; source = \"d\"; };", "", 10, "bare has neither a \"price\" nor a \"performance\"",
	 "leave out a card"},
	{"usable = \"400TiB\"; ", "", 13, "\"usable\" is missing", NULL},
	{"capital = \"1200000\"; ", "", 13, "\"capital\" is missing", NULL},
	{"capital = \"1200000\"", "capital = \"99999999999\"", 13, "\"capital\" is too large", NULL},
	{"capital = \"1200000\"", "capital = 1200000", 13, "capital", NULL},
	{"years = 5", "years = 0", 13, "\"years\" is 0", NULL},
	{"power_kw = \"10\"; ", "", 13, "\"power_kw\" and \"power_price\" go together", "neither"},
	{" power_price = \"0.20\";", "", 13, "go together", NULL},
	{"power_overhead = \"1.5\"", "power_overhead = \"0.9\"", 14, "power_overhead", NULL},
	{"space_month = \"1000\"", "space_month = \"-1\"", 15, "space_month", NULL},
	{"date = \"2026-10-01\"; source = \"q1\";\n", "source = \"q1\";\n", 13, "these numbers have no \"source\" and no \"date\"", NULL},
	{"read = \"40GB/s\"", "read_per_tib = \"40GB/s\"", 16, "\"read_per_tib\" is not known here", NULL},
};

static void wrong_one(const struct wrong *wrong)
{
	char text[sizeof(right) + 200], place[40];
	const char *at = strstr(right, wrong->part);
	struct error error = {0};
	struct cards cards;
	int code;

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, wrong->instead, at + strlen(wrong->part));
	code = cards_parse(text, "cards.cfg", &cards, &error);
	(void)snprintf(place, sizeof(place), ":%d: ", wrong->line);
	UNIT_REFUSED(code, APOLLO_CONFIG, &error, wrong->said, wrong->line ? place : "", wrong->hint ? wrong->hint : "");
	if (code == 0)
		cards_release(&cards);
}

static void every_error(void)
{
	struct error error;
	struct cards cards;

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++)
		wrong_one(&wrongs[i]);
	UNIT_REFUSED(cards_read("/nowhere/cards.cfg", &cards, &error), ERROR_IO, &error, "/nowhere/cards.cfg");
	UNIT_REFUSED(cards_parse("@include \"x\"\n", "cards.cfg", &cards, &error), APOLLO_CONFIG, &error, "includes no files");
}

/* What is delivered is right, and every price in it has where it is from. */
static void delivered(void)
{
	CARDS_CLEANUP struct cards cards = {0};
	struct error error;

	UNIT_OK(cards_read(TEST_SOURCE_DIR "/templates/competitors.cfg", &cards, &error), &error);
	CU_ASSERT_TRUE(cards.count >= 4);
	for (size_t i = 0; i < cards.count; i++) {
		CU_ASSERT_EQUAL(cards.items[i].kind, CARD_SERVICE);
		CU_ASSERT_TRUE(cards.items[i].nano_price < 0 || cards.items[i].source.text);
	}
}

int main(void)
{
	static const struct unit_test tests[] = {
		{"months of services, by hand", services_by_hand},
		{"months of hardware, by hand", hardware_by_hand},
		{"prices, by hand", prices_by_hand},
		{"percentiles of the reduction, by hand", reductions_by_hand},
		{"rows of ours, by hand", rows_by_hand},
		{"rows of others, by hand", others_by_hand},
		{"a service of ours, and what is old", inside_and_old},
		{"every form has the same numbers", forms_have_the_same},
		{"every error of a card", every_error},
		{"the file that is delivered", delivered},
	};

	return UNIT_RUN("compare", tests);
}
