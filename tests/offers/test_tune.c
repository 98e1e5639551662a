/* SPDX-License-Identifier: Apache-2.0 */
/* The tuner against brute force, its front, and what a forecast promises. */
#include "offers/tune.h"
#include "tests/unit/unit.h"

#include <apollo/kit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* libconfig forgets a text that a syntax error stands behind; for a build with sanitizers. */
__attribute__((visibility("default"))) const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so\n";
}

#ifdef __SANITIZE_ADDRESS__
enum { ROUNDS = 200 };
#else
enum { ROUNDS = 2000 };
#endif

static const char offers[] =
	"offers = ( { name = \"o\"; meters = ( { name = \"m\"; aggregation = \"sum\"; }, { name = \"n\"; aggregation = \"sum\"; } );\n"
	"  dimensions = ( { name = \"a\"; meter = \"m\"; }, { name = \"b\"; meter = \"n\"; } );\n"
	"  plans = ( { name = \"p\"; term = \"1y\"; base_fee = \"100\"; included = ( { dimension = \"a\"; quantity = \"50\"; } );\n"
	"      prices = ( { dimension = \"a\"; tiers = ( { up_to = \"500\"; unit_price = \"2\"; }, { unit_price = \"1.5\"; } ); },\n"
	"                 { dimension = \"b\"; unit_price = \"0.75\"; } ); },\n"
	"    { name = \"q\"; term = \"1y\"; base_fee = \"400\"; prices = ( { dimension = \"a\"; unit_price = \"1.25\"; }, { dimension = \"b\"; unit_price = \"1\"; } ); } ); } );\n";

static uint64_t state;

static uint64_t random_next(uint64_t most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % most;
}

static void seed_print(void)
{
	const char *seed = getenv("APOLLO_SEED");

	state = seed ? strtoull(seed, NULL, 10) | 1 : ((uint64_t)time(NULL) << 1 | 1);
	(void)printf("\n    APOLLO_SEED=%llu ", (unsigned long long)state);
}

static int64_t fee_three(const void *context, int64_t total)
{
	(void)context;
	return (total * 3 + 50) / 100;
}

/* ---- a world ---- */

struct world {
	struct catalog catalog;
	struct goals goals;
	struct forecast forecast;
	struct scope scope;
	struct tune tune;
};

static void world_make(struct world *world, const char *goals, int threads)
{
	const struct usage none = {0};
	struct tune_input input = {.fee = fee_three, .start = INT64_C(1798761600) * APOLLO_MICRO, .threads = threads};
	static const char *path; /* a path of the unit tests' is for ever, so one is enough */
	struct error error;

	path = path ? path : unit_path("goals.cfg");
	world->scope = scope_init(1 << 30);
	unit_write(path, goals, strlen(goals), 0600);
	UNIT_OK(catalog_parse(offers, sizeof(offers) - 1, "offers.cfg", "/", CATALOG_SOLD, &world->catalog, &error), &error);
	UNIT_OK(goals_read(path, &world->catalog, &world->goals, &error), &error);
	UNIT_OK(forecast_fit(&world->scope, world->goals.offer, NULL, &none, &world->forecast, &error), &error);
	UNIT_OK(forecast_read(world->goals.forecast, world->goals.offer, &world->forecast, &error), &error);
	input.goals = &world->goals;
	input.forecast = &world->forecast;
	UNIT_OK(tune_make(&world->scope, &input, &world->tune, &error), &error);
}

static void world_end(struct world *world)
{
	goals_release(&world->goals);
	catalog_release(&world->catalog);
	scope_release(&world->scope);
}

/* One to four choices, some taken for longer than the shorter of the terms. */
static void infrastructure_random(char *text, size_t size)
{
	static const char *const bounds[] = {"", " bound = \"3m\";", " bound = \"4m\";", " bound = \"1y\";"};
	size_t count = random_next(4) + 1, at = 0;

	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, size - at, "%s{ name = \"i%zu\"; month = \"%d.5\";%s }", i ? ", " : "", i, (int)random_next(300),
				       bounds[random_next(4)]);
}

static void goals_random(char *text, size_t size, bool solve)
{
	bool gcp = random_next(2);
	char infrastructure[400];

	infrastructure_random(infrastructure, sizeof(infrastructure));

	(void)snprintf(text, size,
		       "offer = \"o\"; plans = [ \"p\", \"q\" ]; market = \"%s\"; risk = \"%d\";\n"
		       "forecast: { paths = %d; seed = %d; dimensions = ( { dimension = \"a\"; level = \"%d\"; growth = \"%d\"; spread = \"2\"; noise = \"20\"; reduced = true; },\n"
		       "   { dimension = \"b\"; level = \"%d\"; noise = \"50\"; } ); reduction: { low = \"1\"; likely = \"2\"; high = \"4\"; };\n"
		       "   events = ( { month = 4; factor = \"2\"; chance = \"0.5\"; } ); };\n"
		       "cost: { base_fee = \"30\"; prices = ( { dimension = \"a\"; unit_price = \"0.3\"; } ); };\n"
		       "bounds: { floor_margin = \"%d\"; customer_most = \"%d\"; };\n"
		       "levers: { discount: { from = \"0\"; to = \"60\"; step = \"%d\"; solve = %s; }; months = [ 3, 12 ];\n%s infrastructure = ( %s ); };\n",
		       gcp ? "gcp" : "azure", (int)random_next(40) + 5, (int)random_next(8) + 1, (int)random_next(1000), (int)random_next(900) + 10,
		       (int)random_next(10), (int)random_next(200) + 1, (int)random_next(60), (int)random_next(20000) + 500, (int)random_next(15) + 5,
		       solve ? "true" : "false",
		       gcp ? "  commitment: { quantiles = [ 10, 50, 90 ]; every = \"3m\"; discard = true; };" : "", infrastructure);
}

/* ---- never beaten ---- */

/* Every candidate again, by another way: bill by bill, with all their lines, and means and ranks by hand. */
static void candidate_check(const struct world *world, const struct tune_candidate *candidate)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 26);
	const struct tune_field *field = world->tune.fields;
	const struct catalog_offer *offer = world->goals.offer;
	int64_t sum = 0, bills[64], nets = 0;
	const struct phase phase = {0, candidate->tariff};
	struct schedule schedule;
	struct error error;
	struct term term;
	struct bill_line *lines;

	while (field->plan != candidate->plan || field->months != candidate->months)
		field++;
	UNIT_OK(schedule_make(&scope, &phase, 1, field->schedule.start, field->schedule.end, &schedule, &error), &error);
	UNIT_OK(term_make(&scope, &schedule, &term, &error), &error);
	lines = scope_alloc(&scope, bill_room(candidate->tariff) * sizeof(*lines));
	CU_ASSERT_PTR_NOT_NULL_FATAL(lines);
	for (size_t i = 0; i < world->forecast.paths; i++) {
		struct exact total = term_rate(&term, field->ground.quantities + i * schedule.slice_count * candidate->tariff->charge_count, lines, NULL, NULL);

		CU_ASSERT_TRUE_FATAL(exact_integer(total, &bills[i]));
		sum += bills[i];
		nets += bills[i] - fee_three(NULL, bills[i]) - field->ground.costs[i];
	}
	CU_ASSERT_EQUAL(candidate->outcome.bill.mean, llround((double)sum / (double)world->forecast.paths));
	CU_ASSERT_EQUAL(candidate->outcome.net.mean, llround((double)nets / (double)world->forecast.paths));
	CU_ASSERT_EQUAL(candidate->customer, candidate->outcome.bill.mean + (candidate->infrastructure ? candidate->infrastructure->month * candidate->months : 0));
	CU_ASSERT_PTR_EQUAL(offer, world->goals.offer);
}

static bool keeps(const struct goals *goals, const struct tune_candidate *candidate)
{
	return candidate->outcome.margin >= goals->bounds.floor && candidate->customer <= goals->bounds.customer;
}

static void front_check(const struct world *world)
{
	const struct tune *tune = &world->tune;
	size_t members = 0;

	for (size_t i = 0; i < tune->candidate_count; i++) {
		const struct tune_candidate *one = &tune->candidates[i];
		bool beaten = false, twin = false;

		CU_ASSERT_EQUAL(one->broken == BOUND_NONE, keeps(&world->goals, one));
		for (size_t j = 0; j < tune->candidate_count; j++) {
			const struct tune_candidate *other = &tune->candidates[j];

			if (other->broken)
				continue;
			beaten |= tune_beats(other, one);
			twin |= j < i && other->customer == one->customer && other->outcome.net.mean == one->outcome.net.mean &&
				other->outcome.at_risk == one->outcome.at_risk;
		}
		CU_ASSERT_EQUAL(one->front, one->broken == BOUND_NONE && !beaten && !twin);
		members += one->front;
		if (one->front)
			candidate_check(world, one);
		if (one->broken == BOUND_NONE)
			CU_ASSERT_TRUE(one->outcome.net.mean <= tune->candidates[tune->best].outcome.net.mean);
	}
	CU_ASSERT_EQUAL(members, tune->front_count);
	CU_ASSERT_EQUAL(tune->best == SIZE_MAX, members == 0);
}

/* What is tried, counted by another way: each plan and term on each choice that is not taken for longer, as often as the other levers turn. */
static void choices_check(const struct world *world)
{
	const struct tune *tune = &world->tune;
	const struct goals *goals = &world->goals;
	size_t forms = goals->levers.quantile_count ? 1 + 2 * goals->levers.quantile_count : 1, all = 0, out = 0;
	size_t each = forms * (goals->levers.discount.count + (goals->levers.solve ? 2 : 0));

	for (size_t i = 0; i < tune->field_count; i++)
		for (size_t j = 0; j < goals->levers.infrastructure_count; j++) {
			const struct goals_infrastructure *infrastructure = &goals->levers.infrastructure[j];
			size_t count = 0, wanted = infrastructure->bound > tune->fields[i].months ? 0 : each;

			for (size_t k = 0; k < tune->candidate_count; k++)
				count += tune->candidates[k].plan == tune->fields[i].plan && tune->candidates[k].months == tune->fields[i].months &&
					 tune->candidates[k].infrastructure == infrastructure;
			CU_ASSERT_EQUAL(count, wanted);
			all += count;
			out += each - wanted;
		}
	CU_ASSERT_EQUAL(all, tune->candidate_count);
	CU_ASSERT_EQUAL(out, tune->left_out);
}

/* The finest grid that a solved discount is on, tried whole. */
static void solved_check(const struct world *world)
{
	for (size_t i = 0; i < world->tune.candidate_count; i++) {
		const struct tune_candidate *solved = &world->tune.candidates[i];

		for (size_t j = 0; solved->solved == BOUND_CUSTOMER && solved->broken == BOUND_NONE && j < world->tune.candidate_count; j++) {
			const struct tune_candidate *other = &world->tune.candidates[j];

			/* Of the same choices, none with a smaller discount keeps the bound. */
			if (other->plan == solved->plan && other->months == solved->months && other->form == solved->form && other->quantile == solved->quantile &&
			    other->infrastructure == solved->infrastructure && other->base_fee == solved->base_fee && other->discount < solved->discount)
				CU_ASSERT_TRUE(other->customer > world->goals.bounds.customer);
		}
	}
}

static void brute_force(void)
{
	char goals[4096];
	int rounds = getenv("APOLLO_ROUNDS") ? (int)strtol(getenv("APOLLO_ROUNDS"), NULL, 10) : ROUNDS;

	seed_print();
	for (int i = 0; i < rounds; i++) {
		struct world world;

		goals_random(goals, sizeof(goals), random_next(2));
		world_make(&world, goals, 1);
		choices_check(&world);
		front_check(&world);
		solved_check(&world);
		world_end(&world);
	}
}

/* ---- machines in goals ---- */

static const char machines_goals[] =
	"offer = \"o\"; plans = [ \"p\" ]; market = \"gcp\"; risk = \"10\";\n"                                                /* 1 */
	"levers: { infrastructure = (\n"                                                                                       /* 2 */
	"  { name = \"fixed\"; month = \"12.5\"; bound = \"1y\"; },\n"                                                       /* 3 */
	"  { shape = \"s\"; region = \"r\"; terms = [ \"on demand\", \"3 years\" ]; capacity = \"500TiB\"; },\n"               /* 4 */
	"  { shape = \"t\"; region = \"r\"; logical = \"1PiB\"; reduction_percentile = \"20\"; usable_percent = \"68.5\"; },\n"  /* 5 */
	"  { shape = \"u\"; region = \"r\"; logical = \"1TB\"; },\n"                                                         /* 6 */
	"  { shape = \"v\"; region = \"r\"; nodes = 12; } ); };\n";                                                          /* 7 */

static int goals_of(const char *text, struct catalog *catalog, struct goals *goals, struct error *error)
{
	static const char *path;

	path = path ? path : unit_path("machines.cfg");
	unit_write(path, text, strlen(text), 0600);
	UNIT_OK(catalog_parse(offers, sizeof(offers) - 1, "offers.cfg", "/", CATALOG_SOLD, catalog, error), error);
	return goals_read(path, catalog, goals, error);
}

static void machines_are_read(void)
{
	struct catalog catalog;
	struct goals goals;
	struct error error;

	UNIT_OK(goals_of(machines_goals, &catalog, &goals, &error), &error);
	CU_ASSERT_EQUAL_FATAL(goals.levers.infrastructure_count, 1);
	CU_ASSERT_EQUAL_FATAL(goals.levers.machine_count, 4);
	CU_ASSERT_EQUAL(goals.levers.infrastructure[0].month, 1250);
	CU_ASSERT_EQUAL(goals.levers.infrastructure[0].bound, 12);
	CU_ASSERT_EQUAL(goals.levers.machines[0].term_count, 2);
	CU_ASSERT_STRING_EQUAL(goals.levers.machines[0].terms[1], "3 years");
	CU_ASSERT_EQUAL(goals.levers.machines[0].capacity, INT64_C(500) << 40);
	CU_ASSERT_EQUAL(goals.levers.machines[1].logical, INT64_C(1) << 50);
	CU_ASSERT_EQUAL(goals.levers.machines[1].percentile, 20);
	CU_ASSERT_EQUAL(goals.levers.machines[1].share, 68500);
	CU_ASSERT_EQUAL(goals.levers.machines[1].term_count, 0);
	CU_ASSERT_EQUAL(goals.levers.machines[2].logical, INT64_C(1000000000000));
	CU_ASSERT_EQUAL(goals.levers.machines[2].percentile, 10);
	CU_ASSERT_EQUAL(goals.levers.machines[3].nodes, 12);
	UNIT_HOLDS(goals.levers.machines[3].where, "machines.cfg:7");
	goals_release(&goals);
	catalog_release(&catalog);
}

static const struct wrong {
	const char *part, *instead;
	int line;
	const char *said, *hint;
} wrongs[] = {
	{"\"12.5\"", "\"99999999999999\"", 3, "\"month\" is too large", ""},
	{"\"fixed\"", "\"fix\\ted\"", 3, "\"name\" has a line end, a tab or another control character in it", "on one line"},
	{"\"3 years\"", "\"3\\nyears\"", 4, "\"terms\" are not texts on one line", ""},
	{"\"1y\"", "\"year\"", 3, "not a period", "1m or 3y"},
	{"month = \"12.5\"; ", "", 3, "\"month\" is missing", ""},
	{"bound", "bond", 3, "\"bond\" is not known here", "did you mean \"bound\"?"},
	{"region = \"r\"; terms", "terms", 4, "\"region\" is missing", ""},
	{"terms = [ \"on demand\", \"3 years\" ]", "terms = \"on demand\"", 4, "is not an array of at most 8 texts", ""},
	{"terms = [ \"on demand\", \"3 years\" ]", "terms = [ \"1 year\", \"1 year\" ]", 4, "\"1 year\" is there twice", ""},
	{"\"500TiB\"", "\"500\"", 4, "\"capacity\" is \"500\", which is not an amount", "1.5TiB"},
	{"\"500TiB\"", "\"600PiB\"", 4, "a capacity of more than 512PiB", ""},
	{" capacity = \"500TiB\";", "", 4, "none of \"capacity\", \"logical\", \"stores\" and \"nodes\" is there", "capacity = \"500TiB\""},
	{"capacity = \"500TiB\";", "capacity = \"500TiB\"; nodes = 8;", 4, "more than one of \"capacity\", \"logical\", \"stores\" and \"nodes\" is there", ""},
	{"capacity = \"500TiB\";", "capacity = \"500TiB\"; reduction_percentile = \"5\";", 4, "goes with \"logical\"", ""},
	{"\"20\"", "\"101\"", 5, "more than 100 percent", ""},
	{"\"68.5\"", "\"101\"", 5, "\"usable_percent\" is more than 100", ""},
	{"\"68.5\"", "\"0\"", 5, "usable_percent", ""},
	{"nodes = 12", "stores = \"c\"", 7, "dimension \"c\" is not one of offer o that plan p sells", ""},
	{"nodes = 12", "stores = \"a\"", 7, "dimension a is counted in unit, which is no capacity", "TiB-hour"},
	{"nodes = 12", "nodes = 0", 7, "\"nodes\" is 0", ""},
	{"nodes = 12", "node = 12", 7, "\"node\" is not known here", "did you mean \"nodes\"?"},
};

static void machines_that_are_wrong(void)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs); i++) {
		const char *at = strstr(machines_goals, wrongs[i].part);
		char text[sizeof(machines_goals) + 200], place[40];
		struct catalog catalog;
		struct goals goals;
		struct error error;

		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
		(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - machines_goals), machines_goals, wrongs[i].instead, at + strlen(wrongs[i].part));
		(void)snprintf(place, sizeof(place), "machines.cfg:%d: ", wrongs[i].line);
		UNIT_REFUSED(goals_of(text, &catalog, &goals, &error), APOLLO_CONFIG, &error, place, wrongs[i].said, wrongs[i].hint);
		goals_release(&goals);
		catalog_release(&catalog);
	}
}

/* 730,000 TiB-hours a month are 1,000 TiB.  Without growth or noise each path needs 1,000 TiB over its own reduction, so that what suffices for P percent of
 * paths is 1,000 TiB over the (100 - P)th percentile of the reduction: by 4,000 paths within some percent; after reduction all of them would be counted. */
static void stored_by_hand(void)
{
	static const char text[] = "offer = \"o\"; plans = [ \"p\" ]; market = \"azure\"; levers: {}; forecast: { paths = 4000; seed = 3;\n"
				   "  dimensions = ( { dimension = \"a\"; level = \"730000\"; } ); reduction: { low = \"1\"; likely = \"2\"; high = \"4\"; base = \"2\"; }; };\n";
	static const double percents[] = {5, 50, 95};
	const double tib = (double)(INT64_C(1) << 40);
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 26);
	const struct usage none = {0};
	struct phase phase = {0};
	struct schedule schedule;
	struct forecast forecast;
	struct catalog catalog;
	struct goals goals;
	struct error error;
	int64_t bytes, before = 0;

	UNIT_OK(goals_of(text, &catalog, &goals, &error), &error);
	UNIT_OK(forecast_fit(&scope, goals.offer, NULL, &none, &forecast, &error), &error);
	UNIT_OK(forecast_read(goals.forecast, goals.offer, &forecast, &error), &error);
	phase.tariff = &goals.plans[0]->tariff;
	UNIT_OK(schedule_make(&scope, &phase, 1, INT64_C(1798761600) * APOLLO_MICRO, INT64_C(1830297600) * APOLLO_MICRO, &schedule, &error), &error);
	for (int i = 0; i < 3; i++) {
		UNIT_OK(forecast_stored(&forecast, &schedule, goals.offer, &goals.offer->dimensions[0], percents[i], &bytes, &error), &error);
		CU_ASSERT_TRUE(fabs((double)bytes / tib * forecast_reduction(&forecast, 100 - percents[i]) / 1000 - 1) < 0.03);
		CU_ASSERT_TRUE(bytes > before);
		before = bytes;
	}
	/* All of the paths: never more than the lowest reduction asks for. */
	UNIT_OK(forecast_stored(&forecast, &schedule, goals.offer, &goals.offer->dimensions[0], 100, &bytes, &error), &error);
	CU_ASSERT_TRUE((double)bytes <= 1000 * tib && bytes > before);
	/* Counted after reduction, it is what is stored: on each path 1,000 TiB at the base of 2, over its reduction. */
	forecast.dimensions[0].reduced = true;
	UNIT_OK(forecast_stored(&forecast, &schedule, goals.offer, &goals.offer->dimensions[0], 50, &bytes, &error), &error);
	CU_ASSERT_TRUE(fabs((double)bytes / tib * forecast_reduction(&forecast, 50) / 2000 - 1) < 0.03);
	UNIT_OK(forecast_stored(&forecast, &schedule, goals.offer, &goals.offer->dimensions[1], 50, &bytes, &error), &error);
	CU_ASSERT_EQUAL(bytes, 0);
	goals_release(&goals);
	catalog_release(&catalog);
}

/* Where every choice is taken for longer, there is nothing to try, and that is said. */
static void nothing_short_enough(void)
{
	static const char text[] = "offer = \"o\"; plans = [ \"p\" ]; market = \"azure\"; forecast: { paths = 2; dimensions = ( { dimension = \"a\"; level = \"5\"; } ); };\n"
				   "levers: { months = [ 3 ]; infrastructure = ( { name = \"x\"; month = \"1\"; bound = \"4m\"; } ); };\n";
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 24);
	struct tune_input input = {.fee = fee_three, .start = INT64_C(1798761600) * APOLLO_MICRO, .threads = 1};
	const struct usage none = {0};
	struct forecast forecast;
	struct catalog catalog;
	struct goals goals;
	struct error error;
	struct tune tune;

	UNIT_OK(goals_of(text, &catalog, &goals, &error), &error);
	UNIT_OK(forecast_fit(&scope, goals.offer, NULL, &none, &forecast, &error), &error);
	UNIT_OK(forecast_read(goals.forecast, goals.offer, &forecast, &error), &error);
	input.goals = &goals;
	input.forecast = &forecast;
	UNIT_REFUSED(tune_make(&scope, &input, &tune, &error), ERROR_INPUT, &error, "is bound for longer than the offer", "on demand");
	goals_release(&goals);
	catalog_release(&catalog);
}

/* ---- the same whatever the threads, and the seed alone decides ---- */

static void threads(void)
{
	struct world one, many;
	char goals[4096];

	seed_print();
	goals_random(goals, sizeof(goals), true);
	world_make(&one, goals, 1);
	world_make(&many, goals, 7);
	CU_ASSERT_EQUAL_FATAL(one.tune.candidate_count, many.tune.candidate_count);
	for (size_t i = 0; i < one.tune.candidate_count; i++) {
		CU_ASSERT_EQUAL(one.tune.candidates[i].outcome.net.mean, many.tune.candidates[i].outcome.net.mean);
		CU_ASSERT_EQUAL(one.tune.candidates[i].discount, many.tune.candidates[i].discount);
		CU_ASSERT_EQUAL(one.tune.candidates[i].front, many.tune.candidates[i].front);
	}
	CU_ASSERT_EQUAL(one.tune.best, many.tune.best);
	world_end(&one);
	world_end(&many);
}

/* Common random numbers: a month of a short term is that of a long one, and a plan that sells less draws the same for what it sells. */
static void common_paths(void)
{
	struct world world;
	char goals[4096];
	const struct tune_field *shorter = NULL, *longer = NULL;

	seed_print();
	goals_random(goals, sizeof(goals), false);
	world_make(&world, goals, 1);
	for (size_t i = 0; i < world.tune.field_count; i++) {
		shorter = world.tune.fields[i].months == 3 ? &world.tune.fields[i] : shorter;
		longer = world.tune.fields[i].months == 12 ? &world.tune.fields[i] : longer;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(shorter);
	CU_ASSERT_PTR_NOT_NULL_FATAL(longer);
	for (size_t path = 0; path < world.forecast.paths; path++)
		for (size_t i = 0; i < 3 * 2; i++)
			CU_ASSERT_EQUAL(shorter->ground.quantities[path * 3 * 2 + i], longer->ground.quantities[path * 12 * 2 + i]);
	world_end(&world);
}

/* ---- history ---- */

static void history(void)
{
	SCOPE_CLEANUP struct scope scope = scope_init(1 << 20);
	struct usage_row rows[36];
	const struct usage usage = {rows, 36};
	struct forecast forecast;
	struct catalog catalog;
	struct error error;

	/* 3 percent a month, twice as much in December, nothing else. */
	UNIT_OK(catalog_parse(offers, sizeof(offers) - 1, "offers.cfg", "/", CATALOG_SOLD, &catalog, &error), &error);
	for (int i = 0; i < 36; i++)
		rows[i] = (struct usage_row){apollo_days(2024 + i / 12, i % 12 + 1, 1) * APOLLO_DAY, llround(1e9 * pow(1.03, i) * (i % 12 == 11 ? 2 : 1)), 0};
	UNIT_OK(forecast_fit(&scope, catalog_offer(&catalog, "o"), NULL, &usage, &forecast, &error), &error);
	CU_ASSERT_TRUE(forecast.dimensions[0].known);
	CU_ASSERT_FALSE(forecast.dimensions[1].known);
	CU_ASSERT_TRUE(fabs(forecast.dimensions[0].growth - log(1.03)) < 0.003);
	CU_ASSERT_TRUE(fabs(forecast.dimensions[0].season[11] / forecast.dimensions[0].season[5] - 2) < 0.1);
	CU_ASSERT_TRUE(forecast.dimensions[0].noise < 0.05);
	catalog_release(&catalog);
}

/* Means and deviations of what is drawn are those that were asked for. */
static void draws(void)
{
	double sum = 0, squares = 0;
	struct chance chance = draw_of(42, 0);
	const int count = 200000;

	for (int i = 0; i < count; i++) {
		double z = draw_normal(&chance);

		sum += z;
		squares += z * z;
	}
	CU_ASSERT_TRUE(fabs(sum / count) < 0.01);
	CU_ASSERT_TRUE(fabs(squares / count - 1) < 0.02);
	CU_ASSERT_NOT_EQUAL(draw_next(&(struct chance){draw_of(1, 0).state}), draw_next(&(struct chance){draw_of(1, 1).state}));
	CU_ASSERT_EQUAL(draw_of(7, 9).state, draw_of(7, 9).state);
}

static void shares(void)
{
	int64_t values[100];

	for (int i = 0; i < 100; i++)
		values[i] = (i * 37) % 100 + 1;
	CU_ASSERT_EQUAL(share_of(values, 100, 5), 5);
	CU_ASSERT_EQUAL(share_of(values, 100, 50), 50);
	CU_ASSERT_EQUAL(share_of(values, 100, 95), 95);
	CU_ASSERT_EQUAL(share_of(values, 100, 100), 100);
	CU_ASSERT_EQUAL(share_of(values, 100, 0), 1);
	CU_ASSERT_EQUAL(share_of(&(int64_t){7}, 1, 5), 7);
}

int main(void)
{
	static const struct unit_test tests[] = {{"never beaten by brute force, and the front has none that is", brute_force},
						 {"machines in goals", machines_are_read},
						 {"machines in goals that are wrong", machines_that_are_wrong},
						 {"what is stored, by hand", stored_by_hand},
						 {"infrastructure that is taken for longer", nothing_short_enough},
						 {"the same whatever the threads", threads},
						 {"the same paths for all", common_paths},
						 {"what history shows", history},
						 {"draws", draws},
						 {"percentiles", shares}};

	return UNIT_RUN("tune", tests);
}
