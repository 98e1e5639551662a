/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/envelope.h"
#include "tests/metering/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct world_terms plain = {.step = 1};

static void test_an_event_is_taken_once(void)
{
	struct world world;
	struct intake_counts counts;
	int64_t postings;

	world_init(&world, &plain);
	world_event(&world, "calls", "1", world_time(0, 1), "1", &counts);
	CU_ASSERT_EQUAL(counts.taken, 1);
	postings = world_query(&world, "SELECT COUNT(*) FROM posting");
	world_event(&world, "calls", "1", world_time(0, 1), "1", &counts);
	CU_ASSERT_EQUAL(counts.taken, 0);
	CU_ASSERT_EQUAL(counts.duplicates, 1);
	/* The same id with another time is the same event: a sender that stamps its retries bills once. */
	world_event(&world, "calls", "1", world_time(5, 1), "1", &counts);
	CU_ASSERT_EQUAL(counts.duplicates, 1);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM posting WHERE kind > 0 AND seq > 0"), postings);
	world_release(&world);
}

#define EVENT(ID, REST) "{\"specversion\":\"1.0\",\"source\":\"s\",\"id\":\"" ID "\"," REST "}\n"
#define GOOD(ID) EVENT(ID, "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:01Z\",\"data\":{\"value\":1.5}")

static const struct {
	const char *line;
	const char *reason; /* a part of it */
} wrong[] = {
	{"nonsense\n", "not JSON"},
	{"[1]\n", "not a JSON object"},
	{"{\"specversion\":\"1.0\",\"id\":\"\xed\xa0\x80\"}\n", "not UTF-8"},
	{"{\"specversion\":\"1.0\",\"id\":\"\xc0\xaf\"}\n", "not UTF-8"},
	{"{\"specversion\":\"1.0\"\n", "ends too early"},
	{"{} {}\n", "stands behind"},
	{"{}\n", "\"specversion\" is missing"},
	{"{\"specversion\":\"0.3\",\"source\":\"s\",\"id\":\"1\"}\n", "only 1.0"},
	{EVENT("w1", "\"type\":\"calls\",\"subject\":\"nobody\""), "unknown subscription \"nobody\""},
	{EVENT("w2", "\"type\":\"volts\",\"subject\":\"acme\""), "unknown meter \"volts\""},
	{EVENT("w3", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"yesterday\""), "not an RFC 3339 time"},
	{EVENT("w4", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-02-30T00:00:00Z\""), "not an RFC 3339 time"},
	{EVENT("w5", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2027-01-01T00:00:00Z\""), "in the future"},
	{EVENT("w6", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2025-12-31T23:59:59Z\""), "before the subscription"},
	{EVENT("w7", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2020-12-31T23:59:59Z\""), "dedupe window"},
	{EVENT("w8", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\""), "\"data.value\" is missing"},
	{EVENT("w9", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":\"x\"}"), "not a decimal"},
	{EVENT("wa", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":0.0000001}"), "at most 6 decimals"},
	{EVENT("wb", "\"type\":\"peak\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":-1}"), "negative"},
	{EVENT("wc", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":1e30}"), "too large"},
	{EVENT("we", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":1000000000000.000001}"), "too large"},
	{EVENT("wd", "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{\"value\":true}"), "not a number or a text"},
	{EVENT("", "\"type\":\"calls\""), "\"id\" has 0 bytes"},
};

/* Two senders that number alike do not meet, however their names are put together. */
static void test_an_id_is_its_sources_own(void)
{
	static const char *const names[][2] = {{"s", "11"}, {"s1", "1"}, {"s", "1"}, {"s11", ""}};
	struct intake_counts counts = {0};
	struct world world;
	char text[2048] = "";

	world_init(&world, &plain);
	world.options.now = world_time(0, 10);
	INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

	for (size_t i = 0, used = 0; i < sizeof(names) / sizeof(names[0]); i++, used = strlen(text))
		(void)snprintf(text + used, sizeof(text) - used, "{\"specversion\":\"1.0\",\"source\":\"%s\",\"id\":\"%s\","
			       "\"type\":\"calls\",\"subject\":\"acme\",\"time\":\"2026-01-01T00:00:01Z\",\"data\":{\"value\":1}}\n",
			       names[i][0], names[i][1]);
	WORLD_OK(&world, intake_text(&intake, text, strlen(text), "in", NULL, &counts, &world.error));
	CU_ASSERT_EQUAL(counts.taken, 3);
	CU_ASSERT_EQUAL(counts.duplicates, 0);
	CU_ASSERT_EQUAL(counts.rejected, 1); /* the empty id */
	world_release(&world);
}

static void test_each_wrong_line_is_rejected_with_its_reason(void)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char text[2048], *rejects = NULL, number[32];
		size_t size = 0;
		struct world world;
		struct intake_counts counts = {0};
		FILE *file = open_memstream(&rejects, &size);

		world_init(&world, &plain);
		world.options.now = world_time(0, 10);
		INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

		(void)snprintf(text, sizeof(text), "%s%s%s", GOOD("1"), wrong[i].line, GOOD("2"));
		WORLD_OK(&world, intake_text(&intake, text, strlen(text), "in", file, &counts, &world.error));
		(void)fclose(file);
		CU_ASSERT_EQUAL(counts.taken, 2);
		CU_ASSERT_EQUAL(counts.rejected, 1);
		(void)snprintf(number, sizeof(number), "# in line 2: ");
		if (!strstr(rejects, wrong[i].reason) || !strstr(rejects, number) || !strstr(rejects, wrong[i].line)) {
			(void)fprintf(stderr, "case %zu: wanted \"%s\", got: %s\n", i, wrong[i].reason, rejects);
			CU_FAIL("wrong reason");
		}
		free(rejects);
		world_release(&world);
	}
}

/* The reject file is itself an input: comments are passed over, mended lines are taken. */
static void test_reject_file_can_be_fed_again(void)
{
	static const char mended[] = "# in line 2: unknown meter\n" GOOD("9") "\n  \n";
	struct world world;
	struct intake_counts counts = {0};

	world_init(&world, &plain);
	world.options.now = world_time(0, 10);
	INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

	WORLD_OK(&world, intake_text(&intake, mended, sizeof(mended) - 1, "in", NULL, &counts, &world.error));
	CU_ASSERT_EQUAL(counts.taken, 1);
	CU_ASSERT_EQUAL(counts.lines, 1);
	world_release(&world);
}

static void test_oversize_line_is_passed_over(void)
{
	struct world world;
	struct intake_counts counts = {0};
	size_t size = 3 << 20;
	char *text = malloc(size + 4096);
	int good;

	world_init(&world, &plain);
	world.options.now = world_time(0, 10);
	INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

	memset(text, 'x', size);
	good = snprintf(text + size, 4096, "\n%s", GOOD("1"));
	WORLD_OK(&world, intake_text(&intake, text, size + (size_t)good, "in", NULL, &counts, &world.error));
	CU_ASSERT_EQUAL(counts.rejected, 1);
	CU_ASSERT_EQUAL(counts.taken, 1);
	CU_ASSERT_EQUAL(counts.lines, 2);
	free(text);
	world_release(&world);
}

/* What is of the usual shape is read without json-c, and as json-c reads it; all else is left to json-c. */
static void test_usual_lines_are_scanned(void)
{
	static const struct {
		const char *line;
		bool scanned;
	} lines[] = {
		{GOOD("1"), true},
		{" {\t\"id\" : \"a b\" ,\"data\":{ \"unit\":\"B\", \"value\" : -0.50 } } \r", true},
		{"{\"id\":\"\",\"extra\":7,\"more\":\"x\"}", true},
		{"{\"data\":{\"value\":\"1e5\"}}", true},
		{"{\"data\":{\"value\":123456789012345678}}", true},
		{"{\"data\":{\"value\":1234567890123456789}}", false},
		{"{\"data\":{\"value\":-0}}", false},
		{"{\"data\":{\"value\":007}}", false},
		{"{\"data\":{\"value\":1.}}", false},
		{"{\"data\":{\"value\":1e5}}", false},
		{"{\"data\":{\"value\":1,\"value\":2}}", false},
		{"{\"data\":{\"value\":1},\"data\":{\"value\":2}}", false},
		{"{\"data\":{\"value\":1},\"data\":7}", false},
		{"{\"data\":{\"other\":1}}", false},
		{"{\"data\":{\"value\":[1]}}", false},
		{"{\"id\":\"1\",\"id\":\"2\"}", false},
		{"{\"id\":7}", false},
		{"{\"id\":null}", false},
		{"{\"id\":\"\\u0041\"}", false},
		{"{\"\\u0069d\":\"1\"}", false},
		{"{\"id\":\"\xc3\xa4\"}", false},
		{"{\"id\":\"a\tb\"}", false},
		{"{\"id\":\"1\",}", false},
		{"{\"id\":\"1\"", false},
		{"{\"id\":\"1", false},
		{"{\"id\":\"1\"} x", false},
		{"{}", false},
		{"", false},
	};
	struct json_tokener *tokener = envelope_tokener();

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *line = lines[i].line;
		size_t size = strcspn(line, "\n");
		ENVELOPE_CLEANUP struct envelope parsed = {0};
		struct envelope scanned = {0};
		char reason[REASON_TEXT];
		bool same = envelope_scan(line, size, &scanned) == lines[i].scanned;

		if (lines[i].scanned && same) {
			same = envelope_parse(tokener, line, size, &parsed, reason) == 1;
			for (int a = 0; same && a < ATTRIBUTES; a++)
				same = scanned.attributes[a].size == parsed.attributes[a].size && !scanned.attributes[a].text == !parsed.attributes[a].text &&
				       memcmp(scanned.attributes[a].size ? scanned.attributes[a].text : "", parsed.attributes[a].size ? parsed.attributes[a].text : "",
					      scanned.attributes[a].size) == 0;
		}
		if (!same)
			(void)printf("\n    %s", line);
		CU_ASSERT(same);
	}
	json_tokener_free(tokener);
}

static int place_compare(const struct event *left, const struct event *right)
{
	int64_t differences[] = {hour_of(left->time) - hour_of(right->time), left->series - right->series, left->time - right->time};

	for (size_t i = 0; i < 3; i++)
		if (differences[i])
			return differences[i] < 0 ? -1 : 1;
	return memcmp(left->key, right->key, EVENT_KEY_BYTES);
}

/* Random batches, with keys that meet in their first half or altogether. */
static void test_batches_are_sorted(void)
{
	enum { EVENTS = 3000, ROUNDS = 20 };
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260101;
	static struct event events[EVENTS];
	struct sorter sorter = {0};
	struct error error;
	int64_t sum = 0;

	(void)printf("[APOLLO_SEED=%u] ", seed);
	srand(seed);
	CU_ASSERT_FATAL(sorter_reserve(&sorter, EVENTS, &error) == 0);
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = round ? (size_t)(rand() % EVENTS) : 0;
		bool sorted = true;

		for (size_t i = 0; i < count; i++) {
			events[i] = (struct event){.time = world_time(rand() % 3, rand() % 3600), .series = rand() % (1 << rand() % 20), .value = (int64_t)i};
			events[i].key[rand() % 2] = (uint8_t)rand();
			events[i].key[8 + rand() % 8] = (uint8_t)(rand() % 3);
			sum += events[i].value;
		}
		sorter_by_key(&sorter, events, count);
		for (size_t i = 1; i < count; i++) {
			int order = memcmp(events[i - 1].key, events[i].key, EVENT_KEY_BYTES);

			sorted &= order < 0 || (order == 0 && events[i - 1].time <= events[i].time);
		}
		sorter_by_place(&sorter, events, count);
		for (size_t i = 1; i < count; i++)
			sorted &= place_compare(&events[i - 1], &events[i]) <= 0;
		for (size_t i = 0; i < count; i++)
			sum -= events[i].value;
		CU_ASSERT(sorted);
	}
	CU_ASSERT_EQUAL(sum, 0);
	sorter_release(&sorter);
}

/* Any order, any batching and any repetition of the same events give the same totals. */
static void test_order_batching_and_repetition_do_not_matter(void)
{
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20260101;
	enum { EVENTS = 400, ROUNDS = 6 };
	int64_t expected[2] = {0};

	(void)printf("[APOLLO_SEED=%u] ", seed);
	for (int round = 0; round < ROUNDS; round++) {
		struct world world;
		int order[EVENTS * 2];

		world_init(&world, &plain);
		world.options.now = world_time(12, 0);
		for (int i = 0; i < EVENTS * 2; i++)
			order[i] = i % EVENTS;
		srand(seed + (unsigned)round);
		for (int i = EVENTS * 2 - 1; round && i > 0; i--) {
			int j = rand() % (i + 1), kept = order[i];

			order[i] = order[j];
			order[j] = kept;
		}
		for (int at = 0; at < EVENTS * 2;) {
			static char text[EVENTS * 2 * 256];
			int batch = round ? 1 + rand() % 97 : EVENTS * 2, size = 0;
			struct intake_counts counts;
			INTAKE_CLEANUP struct intake intake = intake_init(&world.ledger, &world.book, &world.options);

			for (; batch > 0 && at < EVENTS * 2; batch--, at++) {
				int n = order[at];
				char time[APOLLO_TIME_TEXT];

				size += snprintf(text + size, sizeof(text) - (size_t)size,
						 "{\"specversion\":\"1.0\",\"type\":\"%s\",\"subject\":\"acme\",\"source\":\"s\","
						 "\"id\":\"%d\",\"time\":\"%s\",\"data\":{\"value\":%d}}\n",
						 n % 2 ? "capacity" : "calls", n,
						 apollo_time_format(world_time(0, n * 97), time), n * 31 % 1009);
			}
			WORLD_OK(&world, intake_text(&intake, text, (size_t)size, "in", NULL, &counts, &world.error));
		}
		world_close(&world, world_time(12, 300));
		if (round == 0) {
			expected[0] = world_balance(&world, "calls", METERED);
			expected[1] = world_balance(&world, "capacity", METERED);
			CU_ASSERT(expected[0] > 0 && expected[1] > 0);
		}
		CU_ASSERT_EQUAL(world_balance(&world, "calls", METERED), expected[0]);
		CU_ASSERT_EQUAL(world_balance(&world, "capacity", METERED), expected[1]);
		world_release(&world);
	}
}

/* Takes an event at `now`, with a window; gives the counts. */
static struct intake_counts take_at(struct world *world, const char *id, int64_t time, int64_t now, int64_t window)
{
	static const char format[] = "{\"specversion\":\"1.0\",\"type\":\"calls\",\"subject\":\"acme\",\"source\":\"test\","
				     "\"id\":\"%s\",\"time\":\"%s\",\"data\":{\"value\":1}}\n";
	char line[512], text[APOLLO_TIME_TEXT];
	int size = snprintf(line, sizeof(line), format, id, apollo_time_format(time, text));
	INTAKE_CLEANUP struct intake intake;
	struct intake_counts counts = {0};

	world->options.now = now;
	world->options.window = window;
	intake = intake_init(&world->ledger, &world->book, &world->options);
	WORLD_OK(world, intake_text(&intake, line, (size_t)size, "test", NULL, &counts, &world->error));
	return counts;
}

/* Closes the newest generation of keys, as a million of them would, and forgets what the window allows. */
static void prune_at(struct world *world, int64_t now, int64_t window)
{
	struct intake intake;

	world->options.now = now;
	world->options.window = window;
	intake = intake_init(&world->ledger, &world->book, &world->options);
	WORLD_OK(world, ledger_begin(&world->ledger, &world->error));
	WORLD_OK(world, db_exec(world->ledger.db, "UPDATE key_generation SET filter = zeroblob(64)", &world->error));
	WORLD_OK(world, intake_prune(&intake, &world->error));
	WORLD_OK(world, ledger_commit(&world->ledger, &world->error));
	intake_release(&intake);
}

static void test_a_key_is_kept_as_long_as_its_event_is_taken(void)
{
	const int64_t day = APOLLO_DAY, taken = world_time(24, 0), ahead = 300 * APOLLO_MICRO;
	struct world world;

	world_init(&world, &plain);
	CU_ASSERT_EQUAL(take_at(&world, "1", taken + ahead, taken, day).taken, 1);
	/* Taken more than a window ago, but its time is not: it would be taken again. */
	prune_at(&world, taken + day + ahead / 2, day);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM event_key"), 1);
	prune_at(&world, taken + day + ahead + 1, day);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT COUNT(*) FROM event_key"), 0);
	CU_ASSERT_EQUAL(take_at(&world, "1", taken + ahead, taken + day + ahead + 1, day).rejected, 1);
	/* Nor is it where the window is made longer afterwards. */
	CU_ASSERT_EQUAL(take_at(&world, "1", taken + ahead, taken + day + ahead + 2, 2 * day).rejected, 1);
	CU_ASSERT_EQUAL(take_at(&world, "2", taken + ahead + 2, taken + day + ahead + 2, 2 * day).taken, 1);
	world_release(&world);
}

static void test_a_clock_that_went_back_does_not_age_the_keys(void)
{
	struct world world;

	world_init(&world, &plain);
	(void)take_at(&world, "1", world_time(1, 0), world_time(48, 0), APOLLO_DAY * 40);
	(void)take_at(&world, "2", world_time(1, 0), world_time(2, 0), APOLLO_DAY * 40);
	CU_ASSERT_EQUAL(world_query(&world, "SELECT newest FROM key_generation"), world_time(48, 0));
	world_release(&world);
}

void intake_tests(void)
{
	CU_pSuite suite = CU_add_suite("intake", NULL, NULL);

	CU_ADD_TEST(suite, test_an_event_is_taken_once);
	CU_ADD_TEST(suite, test_an_id_is_its_sources_own);
	CU_ADD_TEST(suite, test_each_wrong_line_is_rejected_with_its_reason);
	CU_ADD_TEST(suite, test_reject_file_can_be_fed_again);
	CU_ADD_TEST(suite, test_oversize_line_is_passed_over);
	CU_ADD_TEST(suite, test_usual_lines_are_scanned);
	CU_ADD_TEST(suite, test_batches_are_sorted);
	CU_ADD_TEST(suite, test_order_batching_and_repetition_do_not_matter);
	CU_ADD_TEST(suite, test_a_key_is_kept_as_long_as_its_event_is_taken);
	CU_ADD_TEST(suite, test_a_clock_that_went_back_does_not_age_the_keys);
}
