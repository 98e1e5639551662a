/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* It is 12:00, and what is younger than a minute is left for later. */
static const char *const plain[] = {"url", "http://127.0.0.1:9090/prom", NULL};
static const char *const undelayed[] = {"delay", "0", NULL};

#define DAY "2025-12-04T"
#define TASK(AGGREGATION, DECIMALS, FROM, TO, OPTIONS, CURSOR) \
	"{\"subscription\":\"contoso\",\"meter\":\"capacity\",\"aggregation\":\"" AGGREGATION "\",\"decimals\":" DECIMALS \
	",\"hold\":1200,\"from\":\"" DAY FROM "Z\",\"to\":\"" DAY TO "Z\",\"options\":{" OPTIONS "},\"cursor\":" CURSOR "}"
#define GAUGE(FROM, TO) TASK("time_weighted", "0", FROM, TO, "\"query\":\"sum(size{a=\\\"b c\\\"})\",\"kind\":\"gauge\",\"step\":\"300\"", "null")
#define COUNTER_OPTIONS "\"query\":\"read_total\",\"kind\":\"counter\",\"step\":\"60\""
#define COUNTER(FROM, TO, CURSOR) TASK("sum", "0", FROM, TO, COUNTER_OPTIONS, CURSOR)

/* Prometheus speaks seconds since 1970: 1764842400 is 10:00. */

static int ask(struct subject *subject, const char *task, struct apollo_move *move)
{
	return turn_run(subject, subject->plugin->source->converse, "collect", task, NULL, NULL, move);
}

/* Asks, and hears that; the code of the second turn. */
static int hear(struct subject *subject, const char *task, int status, const char *body, struct apollo_move *move)
{
	struct apollo_reply reply = reply_make(status, body);
	int code = ask(subject, task, move);

	if (code < 0)
		return code;
	CU_ASSERT_EQUAL_FATAL(move->kind, APOLLO_SEND);
	return turn_run(subject, subject->plugin->source->converse, "collect", task, move->state, &reply, move);
}

/* ---- options ----------------------------------------------------------------------------------------------- */

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static void test_open(void)
{
	static const char *const bad[][9] = {
		{"auth", "digest"},
		{"auth", "basic", "user", "u"},
		{"auth", "basic", "secret", "env:S"},
		{"auth", "basic", "user", "u:v", "secret", "env:S"},
		{"auth", "bearer"},
		{"auth", "bearer", "user", "u", "secret", "env:S"},
		{"user", "u"},
		{"secret", "env:S"},
		{"ca_file", "/ca.pem"},
		{"pinned_key", PIN},
		{"url", "https://p", "pinned_key", "sha256//AAAA="},
		{"url", "https://p", "pinned_key", "md5//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		{"delay", "3601"},
		{"delay", "-1"},
	};
	struct subject subject;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(subject_open(&subject, "prometheus", bad[i]), APOLLO_CONFIG);
		CU_ASSERT(subject.host.message[0] != '\0');
		subject_close(&subject);
	}
	CU_ASSERT_EQUAL(subject_open(&subject, "prometheus", NULL), 0);
	CU_ASSERT_PTR_NULL(subject.plugin->market);
	CU_ASSERT_PTR_NULL(subject.plugin->issuer);
	CU_ASSERT_PTR_NOT_NULL(subject.plugin->source);
	subject_close(&subject);
}

static void test_auth(void)
{
	static const struct {
		const char *settings[11];
		int auth;
		const char *user, *secret, *ca_file, *pinned_key;
	} cases[] = {
		{{"url", "http://p"}, APOLLO_AUTH_NONE, NULL, NULL, NULL, NULL},
		{{"url", "http://p", "auth", "basic", "user", "u", "secret", "env:S"}, APOLLO_AUTH_BASIC, "u", "env:S", NULL, NULL},
		{{"url", "https://p", "auth", "bearer", "secret", "file:/s", "ca_file", "/ca.pem", "pinned_key", PIN},
		 APOLLO_AUTH_BEARER, NULL, "file:/s", "/ca.pem", PIN},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		SUBJECT_CLEANUP struct subject subject;
		struct apollo_move move;

		CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", cases[i].settings), 0);
		CU_ASSERT_EQUAL_FATAL(ask(&subject, GAUGE("10:00:00", "11:00:00"), &move), 0);
		CU_ASSERT_EQUAL(move.request->auth, cases[i].auth);
		CHECK_TEXT(move.request->user, cases[i].user);
		CHECK_TEXT(move.request->secret, cases[i].secret);
		CHECK_TEXT(move.request->ca_file, cases[i].ca_file);
		CHECK_TEXT(move.request->pinned_key, cases[i].pinned_key);
		CU_ASSERT_EQUAL(move.request->flags, 0);
	}
}

/* What is told of options that do not fit the meter. */
static void test_meters(void)
{
#define OPTIONS(KIND, STEP) "\"query\":\"q\",\"kind\":\"" KIND "\",\"step\":\"" STEP "\""
#define METER(AGGREGATION, REST) TASK(AGGREGATION, "6", "10:00:00", "11:00:00", REST, "null")
	static const struct {
		const char *task;
		int code;
		const char *message;
	} cases[] = {
		{METER("time_weighted", OPTIONS("gauge", "60")), 0, NULL},
		{METER("time_weighted", OPTIONS("gauge", "1200")), 0, NULL},
		{METER("max", OPTIONS("gauge", "3600")), 0, NULL},
		{METER("last", OPTIONS("gauge", "1")), 0, NULL},
		{METER("unique", OPTIONS("gauge", "900")), 0, NULL},
		{METER("sum", OPTIONS("counter", "15")), 0, NULL},
		{METER("sum", OPTIONS("gauge", "60")), APOLLO_CONFIG, "kind is gauge, and the meter's aggregation is sum"},
		{METER("max", OPTIONS("counter", "60")), APOLLO_CONFIG, "kind is counter, and the meter's aggregation is max"},
		{METER("time_weighted", OPTIONS("counter", "60")), APOLLO_CONFIG, "aggregation is time_weighted"},
		{METER("max", OPTIONS("rate", "60")), APOLLO_CONFIG, "kind is \"rate\", not gauge or counter"},
		{METER("max", "\"query\":\"q\",\"step\":\"60\""), APOLLO_CONFIG, "kind is \"\""},
		{METER("max", OPTIONS("gauge", "0")), APOLLO_CONFIG, "option step"},
		{METER("max", OPTIONS("gauge", "7200")), APOLLO_CONFIG, "option step"},
		{METER("max", OPTIONS("gauge", "420")), APOLLO_CONFIG, "of which no whole number makes an hour"},
		{METER("time_weighted", OPTIONS("gauge", "1800")), APOLLO_CONFIG, "the meter believes a sample for 1200s only"},
		{METER("max", "\"query\":\"  \",\"kind\":\"gauge\",\"step\":\"60\""), APOLLO_CONFIG, "query is empty"},
		{METER("max", "\"kind\":\"gauge\",\"step\":\"60\""), APOLLO_CONFIG, "query is empty"},
		{"", APOLLO_BUG, "no JSON"},
		{"[]", APOLLO_BUG, "not whole"},
		{"{}", APOLLO_BUG, "not whole"},
		{TASK("max", "7", "10:00:00", "11:00:00", OPTIONS("gauge", "60"), "null"), APOLLO_BUG, "not whole"},
		{TASK("max", "0", "11:00:00", "11:00:00", OPTIONS("gauge", "60"), "null"), APOLLO_BUG, "not whole"},
		{TASK("max", "0", "11:00", "11:00:00", OPTIONS("gauge", "60"), "null"), APOLLO_BUG, "not whole"},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct apollo_move move;

		host_clear(&subject.host);
		CU_ASSERT_EQUAL(subject.plugin->source->check_collect(subject.instance, &subject.host.call, cases[i].task), cases[i].code);
		CU_ASSERT_EQUAL(ask(&subject, cases[i].task, &move), cases[i].code);
		if (cases[i].message && !strstr(subject.host.message, cases[i].message)) {
			(void)printf("\n    wanted \"%s\", got \"%s\"\n", cases[i].message, subject.host.message);
			CU_FAIL("another message");
		}
	}
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->source->converse, "audit", "{}", NULL, NULL, &(struct apollo_move){0}),
		    APOLLO_UNSUPPORTED);
}

/* ---- what is asked ----------------------------------------------------------------------------------------- */

static void test_request(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL_FATAL(ask(&subject, GAUGE("10:00:00", "11:00:00"), &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_SEND);
	CHECK_TEXT(move.request->method, "POST");
	CHECK_TEXT(move.request->url, "http://127.0.0.1:9090/prom/api/v1/query_range");
	CHECK_TEXT(move.request->body, "query=sum%28size%7Ba%3D%22b%20c%22%7D%29&start=1764842400&end=1764845700&step=300&timeout=25s");
	CU_ASSERT_EQUAL(move.request->body_size, strlen(move.request->body));
	CU_ASSERT_EQUAL_FATAL(move.request->header_count, 1);
	CHECK_TEXT(move.request->headers[0].name, "Content-Type");
	CHECK_TEXT(move.request->headers[0].value, "application/x-www-form-urlencoded");
	CHECK_TEXT(move.state, "{\"first\":\"2025-12-04T10:00:00Z\",\"last\":\"2025-12-04T10:55:00Z\",\"until\":\"2025-12-04T11:00:00Z\"}");
}

/* The instants that are asked for, and how far the answer goes.  first 0: nothing is asked. */
static void test_spans(void)
{
#define ROW(AGGREGATION, KIND, STEP, FROM, TO, CURSOR) \
	TASK(AGGREGATION, "0", FROM, TO, "\"query\":\"q\",\"kind\":\"" KIND "\",\"step\":\"" STEP "\"", CURSOR)
#define GAUGE_ROW(STEP, FROM, TO) ROW("max", "gauge", STEP, FROM, TO, "null")
#define COUNT_ROW(STEP, FROM, TO) ROW("sum", "counter", STEP, FROM, TO, "null")
#define GO_ON_ROW(STEP, FROM, TO) ROW("sum", "counter", STEP, FROM, TO, "{\"query\":\"q\",\"counters\":[]}")
	static const struct {
		const char *task, *first, *last, *until;
	} cases[] = {
		/* A gauge: the instants of [from, to). */
		{GAUGE_ROW("300", "10:00:00", "11:00:00"), "10:00:00", "10:55:00", "11:00:00"},
		{GAUGE_ROW("300", "10:00:01", "11:00:01"), "10:05:00", "11:00:00", "11:00:01"},
		{GAUGE_ROW("300", "10:00:00.000001", "10:05:00.9"), "", "", "10:05:00"},
		{GAUGE_ROW("300", "10:01:00", "10:05:00"), "", "", "10:05:00"},
		{GAUGE_ROW("300", "10:01:00", "10:05:01"), "10:05:00", "10:05:00", "10:05:01"},
		{GAUGE_ROW("300", "11:00:00", "12:00:00"), "11:00:00", "11:55:00", "11:59:00"},
		{GAUGE_ROW("60", "11:58:00", "12:00:00"), "11:58:00", "11:58:00", "11:59:00"},
		{GAUGE_ROW("60", "11:59:00", "12:00:00"), "", "", "11:59:00"},
		{GAUGE_ROW("60", "11:59:30", "12:00:00"), "", "", "11:59:30"},
		{GAUGE_ROW("1", "00:00:00", "11:00:00"), "00:00:00", "02:46:39", "02:46:40"},
		{GAUGE_ROW("1", "00:00:00", "02:46:40"), "00:00:00", "02:46:39", "02:46:40"},
		{GAUGE_ROW("1", "02:46:40", "11:00:00"), "02:46:40", "05:33:19", "05:33:20"},
		/* A counter that begins: the window's beginning is where counting begins. */
		{COUNT_ROW("300", "10:00:00", "11:00:00"), "10:00:00", "11:00:00", "11:00:00"},
		{COUNT_ROW("300", "10:01:00", "11:01:00"), "10:05:00", "11:00:00", "11:00:00"},
		{COUNT_ROW("300", "10:01:00", "10:04:00"), "", "", "10:01:00"},
		{COUNT_ROW("300", "10:00:00", "10:04:00"), "", "", "10:00:00"},
		{COUNT_ROW("60", "11:58:00", "12:00:00"), "11:58:00", "11:59:00", "11:59:00"},
		{COUNT_ROW("60", "11:59:00", "12:00:00"), "", "", "11:59:00"},
		/* A counter that goes on: the instants of (from, to]. */
		{GO_ON_ROW("300", "10:00:00", "11:00:00"), "10:05:00", "11:00:00", "11:00:00"},
		{GO_ON_ROW("300", "10:01:00", "11:00:00"), "10:05:00", "11:00:00", "11:00:00"},
		{GO_ON_ROW("300", "10:00:00", "10:04:00"), "", "", "10:00:00"},
		{GO_ON_ROW("60", "11:58:00", "12:00:00"), "11:59:00", "11:59:00", "11:59:00"},
		{GO_ON_ROW("60", "10:00:00", "11:59:00"), "10:01:00", "11:40:00", "11:40:00"},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct apollo_move move;
		char wanted[200];
		bool asks = *cases[i].first;

		host_clear(&subject.host);
		CU_ASSERT_EQUAL_FATAL(ask(&subject, cases[i].task, &move), 0);
		CU_ASSERT_EQUAL(move.kind, asks ? APOLLO_SEND : APOLLO_DONE);
		(void)snprintf(wanted, sizeof(wanted), asks ? "{\"first\":\"" DAY "%sZ\",\"last\":\"" DAY "%sZ\",\"until\":\"" DAY "%sZ\"}"
							    : "{\"samples\":[]%s%s,\"until\":\"" DAY "%sZ\"}",
			       cases[i].first, cases[i].last, cases[i].until);
		CHECK_TEXT(asks ? move.state : move.result, wanted);
	}
}

/* A resume without a reply asks again; a reply belongs to what was asked, however late it is read. */
static void test_resume(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_reply reply = reply_make(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}");
	const char *task = GAUGE("11:00:00", "12:00:00");
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL_FATAL(ask(&subject, task, &move), 0);
	subject.host.call.now += APOLLO_HOUR;
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->source->converse, "collect", task, move.state, &reply, &move), 0);
	CHECK_TEXT(move.result, "{\"until\":\"2025-12-04T11:59:00Z\",\"samples\":[]}");
	CU_ASSERT_EQUAL(turn_run(&subject, subject.plugin->source->converse, "collect", task, "{}", NULL, &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_SEND);
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->source->converse, "collect", task, NULL, &reply, &move), APOLLO_BUG);
	CHECK_FAILS(&subject, turn_run(&subject, subject.plugin->source->converse, "collect", task, "{}", &reply, &move), APOLLO_BUG);
}

/* ---- gauges ------------------------------------------------------------------------------------------------ */

#define MATRIX(SERIES) "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[" SERIES "]}}"
#define SERIES(METRIC, VALUES) "{\"metric\":{" METRIC "},\"values\":[" VALUES "]}"
#define SAMPLE(ID, TIME, VALUE) "{\"id\":\"" DAY ID "Z\",\"time\":\"" DAY TIME "Z\",\"value\":\"" VALUE "\"}"
#define LEVEL(TIME, VALUE) SAMPLE(TIME, TIME, VALUE)
#define ANSWER(UNTIL, SAMPLES) "{\"until\":\"" DAY UNTIL "Z\",\"samples\":[" SAMPLES "]"

static void test_gauge(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, GAUGE("10:00:00", "10:30:00"), 200,
				   MATRIX(SERIES("", "[1764842400,\"1125899906842624\"],[1764842700.000,\"1.5e+12\"],[1764843000,\"0\"],"
						     "[1764843300,\"NaN\"],[1764843600,\"-Inf\"],[1764843900,\"1e+18\"]")), &move), 0);
	CU_ASSERT_EQUAL(move.kind, APOLLO_DONE);
	CHECK_TEXT(move.result, ANSWER("10:30:00", LEVEL("10:00:00", "1125899906842624") "," LEVEL("10:05:00", "1500000000000") ","
				       LEVEL("10:10:00", "0") "," LEVEL("10:25:00", "1000000000000000000")) "}");
	CU_ASSERT_EQUAL(subject.host.notes, 1);
	/* No series: nothing is known of the window. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, GAUGE("10:00:00", "10:30:00"), 200, MATRIX(""), &move), 0);
	CHECK_TEXT(move.result, ANSWER("10:30:00", "") "}");
	/* Decimals of the meter, exactly. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, TASK("max", "3", "10:00:00", "10:01:00", "\"query\":\"q\",\"kind\":\"gauge\",\"step\":\"15\"", "null"), 200,
				   MATRIX(SERIES("", "[1764842400,\"0.001\"],[1764842415,\"12.5\"],[1764842430,\"7\"],[1764842445,\"1e-3\"]")), &move), 0);
	CHECK_TEXT(move.result, ANSWER("10:01:00", LEVEL("10:00:00", "0.001") "," LEVEL("10:00:15", "12.500") "," LEVEL("10:00:30", "7.000") ","
				       LEVEL("10:00:45", "0.001")) "}");
}

/* The same window asked again, and cut in another way, gives the same samples. */
static void test_gauge_windows(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;
	char *first;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, GAUGE("10:00:00", "10:10:00"), 200, MATRIX(SERIES("", "[1764842400,\"1\"],[1764842700,\"2\"]")), &move), 0);
	first = strdup(move.result);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, GAUGE("10:00:00", "10:10:00"), 200, MATRIX(SERIES("", "[1764842400,\"1\"],[1764842700,\"2\"]")), &move), 0);
	CHECK_TEXT(move.result, first);
	free(first);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, GAUGE("10:02:00", "10:08:00"), 200, MATRIX(SERIES("", "[1764842700,\"2\"]")), &move), 0);
	CHECK_TEXT(move.result, ANSWER("10:08:00", LEVEL("10:05:00", "2")) "}");
}

/* ---- counters ---------------------------------------------------------------------------------------------- */

#define READ(LABELS) "\"__name__\":\"read_total\"" LABELS
#define CURSOR(COUNTERS) "{\"query\":\"read_total\",\"counters\":[" COUNTERS "]}"
#define SEEN(LABELS, TIME, VALUE) "{\"labels\":\"{\\\"__name__\\\":\\\"read_total\\\"" LABELS "}\",\"time\":\"" DAY TIME "Z\",\"value\":\"" VALUE "\"}"
#define COUNTED(UNTIL, SAMPLES, COUNTERS) ANSWER(UNTIL, SAMPLES) ",\"cursor\":" CURSOR(COUNTERS) "}"

static void test_counter(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	/* The first value is where counting begins; what was read until 10:01 belongs before it. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:04:00", "null"), 200,
				   MATRIX(SERIES(READ(""), "[1764842400,\"100\"],[1764842460,\"130\"],[1764842520,\"130\"],[1764842580,\"131\"],[1764842640,\"140\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:04:00", SAMPLE("10:01:00", "10:00:00", "30") "," SAMPLE("10:02:00", "10:01:00", "0") ","
					SAMPLE("10:03:00", "10:02:00", "1") "," SAMPLE("10:04:00", "10:03:00", "9"), SEEN("", "10:04:00", "140")));
	/* The next window goes on from there: a reset to 7, then nothing for two instants, then more. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:04:00", "10:10:00", CURSOR(SEEN("", "10:04:00", "140"))), 200,
				   MATRIX(SERIES(READ(""), "[1764842700,\"150\"],[1764842760,\"7\"],[1764842940,\"27\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:10:00", SAMPLE("10:05:00", "10:04:00", "10") "," SAMPLE("10:06:00", "10:05:00", "7") ","
					SAMPLE("10:09:00", "10:08:00", "20"), SEEN("", "10:09:00", "27")));
	/* A gap over windows loses nothing, nor does NaN. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:10:00", "10:12:00", CURSOR(SEEN("", "10:09:00", "27"))), 200,
				   MATRIX(SERIES(READ(""), "[1764843060,\"NaN\"],[1764843120,\"+Inf\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:12:00", "", SEEN("", "10:09:00", "27")));
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:12:00", "10:14:00", CURSOR(SEEN("", "10:09:00", "27"))), 200,
				   MATRIX(SERIES(READ(""), "[1764843240,\"30\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:14:00", SAMPLE("10:14:00", "10:13:00", "3"), SEEN("", "10:14:00", "30")));
	/* The window began within a step: nothing is timed before it. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:14:30", "10:16:00", CURSOR(SEEN("", "10:14:00", "30"))), 200,
				   MATRIX(SERIES(READ(""), "[1764843300,\"31\"],[1764843360,\"33\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:16:00", SAMPLE("10:15:00", "10:14:30", "1") "," SAMPLE("10:16:00", "10:15:00", "2"), SEEN("", "10:16:00", "33")));
	/* Nothing at all. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:04:00", "null"), 200, MATRIX(""), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:04:00", "", ""));
	CU_ASSERT_EQUAL(subject.host.notes, 0);
}

/* Each counter by itself: what one of them loses in a restart is not taken for growth of the others. */
static void test_counters(void)
{
#define A ",\\\"node\\\":\\\"a\\\""
#define B ",\\\"node\\\":\\\"b\\\""
	static const char *const bodies[] = {
		MATRIX(SERIES(READ(",\"node\":\"a\""), "[1764842460,\"1005\"],[1764842520,\"1010\"]") ","
		       SERIES(READ(",\"node\":\"b\""), "[1764842460,\"3\"],[1764842520,\"4\"]")),
		/* The same, with labels and series in another order. */
		MATRIX(SERIES("\"node\":\"b\"," READ(""), "[1764842460,\"3\"],[1764842520,\"4\"]") ","
		       SERIES("\"node\":\"a\"," READ(""), "[1764842460,\"1005\"],[1764842520,\"1010\"]")),
	};
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (size_t i = 0; i < 2; i++) {
		CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:02:00", CURSOR(SEEN(A, "10:00:00", "1000") "," SEEN(B, "10:00:00", "50"))),
					   200, bodies[i], &move), 0);
		CHECK_TEXT(move.result, COUNTED("10:02:00", SAMPLE("10:01:00", "10:00:00", "8") "," SAMPLE("10:02:00", "10:01:00", "6"),
						SEEN(A, "10:02:00", "1010") "," SEEN(B, "10:02:00", "4")));
	}
	/* A new one begins at its first value; one that is away is remembered. */
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:02:00", CURSOR(SEEN(A, "10:00:00", "1000"))), 200,
				   MATRIX(SERIES(READ(",\"node\":\"b\""), "[1764842460,\"3\"],[1764842520,\"4\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:02:00", SAMPLE("10:02:00", "10:01:00", "1"), SEEN(A, "10:00:00", "1000") "," SEEN(B, "10:02:00", "4")));
}

/* Two windows give what one window gives: the same ids, times and values, and the same cursor. */
static void test_counter_windows_join(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;
	char task[1000], *cursor;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:02:00", "null"), 200,
				   MATRIX(SERIES(READ(""), "[1764842400,\"5\"],[1764842460,\"9\"],[1764842520,\"2\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:02:00", SAMPLE("10:01:00", "10:00:00", "4") "," SAMPLE("10:02:00", "10:01:00", "2"), SEEN("", "10:02:00", "2")));
	cursor = strdup(strstr(move.result, "\"cursor\":") + strlen("\"cursor\":"));
	cursor[strlen(cursor) - 1] = '\0';
	(void)snprintf(task, sizeof(task), COUNTER("10:02:00", "10:04:00", "%s"), cursor);
	free(cursor);
	CU_ASSERT_EQUAL_FATAL(hear(&subject, task, 200, MATRIX(SERIES(READ(""), "[1764842580,\"3\"],[1764842640,\"6\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:04:00", SAMPLE("10:03:00", "10:02:00", "1") "," SAMPLE("10:04:00", "10:03:00", "3"), SEEN("", "10:04:00", "6")));
	CU_ASSERT_EQUAL_FATAL(hear(&subject, COUNTER("10:00:00", "10:04:00", "null"), 200,
				   MATRIX(SERIES(READ(""), "[1764842400,\"5\"],[1764842460,\"9\"],[1764842520,\"2\"],[1764842580,\"3\"],[1764842640,\"6\"]")), &move), 0);
	CHECK_TEXT(move.result, COUNTED("10:04:00", SAMPLE("10:01:00", "10:00:00", "4") "," SAMPLE("10:02:00", "10:01:00", "2") ","
					SAMPLE("10:03:00", "10:02:00", "1") "," SAMPLE("10:04:00", "10:03:00", "3"), SEEN("", "10:04:00", "6")));
}

static void test_cursors(void)
{
	static const struct {
		const char *cursor;
		const char *wanted; /* the amount at 10:01; NULL: counting begins there or before */
		size_t notes;
	} cases[] = {
		{CURSOR(SEEN("", "10:00:00", "40")), "\"value\":\"60\"", 0},
		{"{\"query\":\"another\",\"counters\":[" SEEN("", "10:00:00", "40") "]}", NULL, 1},
		{"{\"counters\":[" SEEN("", "10:00:00", "40") "]}", NULL, 1},
		{"{\"query\":\"read_total\"}", NULL, 1},
		{"7", NULL, 1},
		{CURSOR(SEEN("", "10:00:00", "40.5")), NULL, 0},
		{CURSOR(SEEN("", "10:00:00", "many")), NULL, 0},
		{CURSOR(SEEN("", "noon", "40")), NULL, 0},
		{CURSOR("7,null,{}"), NULL, 0},
		{CURSOR(SEEN(",\\\"x\\\":\\\"y\\\"", "10:00:00", "40")), NULL, 0},
		{CURSOR("{\"labels\":\"{\\\"__name__\\\":\\\"read_total\\\"}\",\"time\":\"2025-10-25T10:00:00Z\",\"value\":\"40\"}"), "\"value\":\"60\"", 0},
		{CURSOR("{\"labels\":\"{\\\"__name__\\\":\\\"read_total\\\"}\",\"time\":\"2025-10-25T09:59:59Z\",\"value\":\"40\"}"), NULL, 0},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char task[2000];
		struct apollo_move move;

		host_clear(&subject.host);
		(void)snprintf(task, sizeof(task), COUNTER("10:00:00", "10:01:00", "%s"), cases[i].cursor);
		CU_ASSERT_EQUAL_FATAL(hear(&subject, task, 200, MATRIX(SERIES(READ(""), "[1764842460,\"100\"]")), &move), 0);
		if (!cases[i].wanted != !strstr(move.result, "\"samples\":[{"))
			(void)printf("\n    case %zu: %s\n", i, move.result);
		CU_ASSERT_EQUAL(!cases[i].wanted, !strstr(move.result, "\"samples\":[{"));
		CU_ASSERT(!cases[i].wanted || strstr(move.result, cases[i].wanted));
		CU_ASSERT_EQUAL(subject.host.notes, cases[i].notes);
	}
}

/* Very many counters: as many as are taken, and one more; and labels larger than a cursor may be. */
static void test_many_counters(void)
{
	enum { MOST = 1000 };
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;
	size_t room = 4 << 20;
	char *body = malloc(room);

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (int extra = 0; extra < 3; extra++) {
		int count = MOST + (extra == 1), wide = extra == 2 ? 600 : 1, size = 0;

		size += snprintf(body, room, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
		for (int i = 0; i < count; i++)
			size += snprintf(body + size, room - (size_t)size, "%s" SERIES(READ(",\"n\":\"%0*d\""), "[1764842400,\"0\"],[1764842460,\"3\"]"),
					 i ? "," : "", wide, i);
		(void)snprintf(body + size, room - (size_t)size, "]}}");
		host_clear(&subject.host);
		CU_ASSERT_EQUAL(hear(&subject, COUNTER("10:00:00", "10:01:00", "null"), 200, body, &move), extra ? APOLLO_REJECTED : 0);
		CU_ASSERT_PTR_NOT_NULL(extra == 0   ? strstr(move.result, SAMPLE("10:01:00", "10:00:00", "3000"))
				       : extra == 1 ? strstr(subject.host.message, "more than 1000 counters")
						    : strstr(subject.host.message, "are more than 524288 bytes"));
	}
	free(body);
}

/* ---- failures ---------------------------------------------------------------------------------------------- */

#define FAILURE(WORD) "{\"status\":\"error\",\"errorType\":\"" WORD "\",\"error\":\"because\"}"
#define WITH(MEMBER) "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}," MEMBER "}"
#define ONE(VALUES) MATRIX(SERIES("", VALUES))

static const struct failure_case {
	int status;
	const char *body;
	int code;
	const char *message, *detail, *hint; /* parts; NULL: any */
} failures[] = {
	{400, FAILURE("bad_data"), APOLLO_REJECTED, "meter capacity of contoso: HTTP 400, bad_data", "because", "correct it"},
	{422, FAILURE("execution"), APOLLO_REJECTED, "HTTP 422, execution", "because", "correct it"},
	{503, FAILURE("timeout"), APOLLO_RETRY, "HTTP 503, timeout", "because", "cheaper"},
	{503, FAILURE("canceled"), APOLLO_RETRY, "HTTP 503, canceled", "because", NULL},
	{503, FAILURE("unavailable"), APOLLO_RETRY, "HTTP 503, unavailable", "because", NULL},
	{500, FAILURE("internal"), APOLLO_RETRY, "HTTP 500, internal", "because", NULL},
	{404, FAILURE("not_found"), APOLLO_REJECTED, "HTTP 404", "because", "url"},
	{429, FAILURE("too_many_requests"), APOLLO_THROTTLED, "HTTP 429", "because", NULL},
	{200, FAILURE("bad_data"), APOLLO_REJECTED, "HTTP 200, bad_data", "because", NULL},
	{200, FAILURE("newer"), APOLLO_REJECTED, "HTTP 200, newer", "because", NULL},
	{502, FAILURE("newer"), APOLLO_RETRY, "HTTP 502, newer", "because", NULL},
	{422, "{\"status\":\"error\",\"error\":\"because\"}", APOLLO_REJECTED, "an error without a type", "because", NULL},
	{401, "Unauthorized\n", APOLLO_AUTH, "HTTP 401", "Unauthorized", "auth, user and secret"},
	{403, FAILURE("forbidden"), APOLLO_AUTH, "HTTP 403", "because", "auth, user and secret"},
	{302, "", APOLLO_REJECTED, "HTTP 302", NULL, NULL},
	{404, "404 page not found", APOLLO_REJECTED, "HTTP 404", "page not found", NULL},
	{429, "slow down", APOLLO_THROTTLED, "HTTP 429", "slow down", NULL},
	{502, "<html>\n<body>bad gateway</body>", APOLLO_RETRY, "HTTP 502", "<html> <body>bad gateway", NULL},
	{200, "<html>log in here</html>", APOLLO_REJECTED, "cannot be read", "log in here", "endpoint"},
	{200, "", APOLLO_REJECTED, "cannot be read", NULL, NULL},
	{200, "[]", APOLLO_REJECTED, "cannot be read", NULL, NULL},
	{200, "{\"status\":\"success\"", APOLLO_REJECTED, "cannot be read", NULL, NULL},
	{200, "{\"status\":\"success\"}", APOLLO_REJECTED, "no matrix", NULL, "url"},
	{200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}", APOLLO_REJECTED, "no matrix", NULL, NULL},
	{200, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":{}}}", APOLLO_REJECTED, "no matrix", NULL, NULL},
	{200, "{\"status\":\"success\",\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}", APOLLO_REJECTED, "cannot be read", NULL, NULL},
	{0, "", APOLLO_RETRY, "no answer", "connection reset", NULL},
	/* answers that are not whole */
	{200, WITH("\"warnings\":[\"remote read: no route\"]"), APOLLO_RETRY, "may not be whole", "no route", "storage"},
	{200, WITH("\"warnings\":[\"PromQL warning: x\",\"partial\"]"), APOLLO_RETRY, "may not be whole", "partial", NULL},
	{200, WITH("\"warnings\":[null]"), APOLLO_RETRY, "may not be whole", NULL, NULL},
	{200, WITH("\"isPartial\":true"), APOLLO_RETRY, "may not be whole", NULL, NULL},
	{200, WITH("\"isPartial\":\"no\""), APOLLO_RETRY, "may not be whole", NULL, NULL},
	/* series */
	{200, MATRIX(SERIES("", "") "," SERIES("\"a\":\"b\"", "") "," SERIES("\"a\":\"c\"", "")), APOLLO_REJECTED, "gives 3 series", NULL, "sum()"},
	{200, MATRIX("7"), APOLLO_REJECTED, "no metric or no values", NULL, NULL},
	{200, MATRIX("{\"metric\":{}}"), APOLLO_REJECTED, "no metric or no values", NULL, NULL},
	{200, MATRIX("{\"values\":[]}"), APOLLO_REJECTED, "no metric or no values", NULL, NULL},
	{200, MATRIX("{\"metric\":{},\"histograms\":[]}"), APOLLO_REJECTED, "histogram", NULL, "histogram_count()"},
	/* values */
	{200, ONE("7"), APOLLO_REJECTED, "value 1 of the answer is not", NULL, NULL},
	{200, ONE("[1764842400,\"1\"],[]"), APOLLO_REJECTED, "value 2 of the answer is not", NULL, NULL},
	{200, ONE("[1764842400,\"1\",2]"), APOLLO_REJECTED, "is not a time and a text", NULL, NULL},
	{200, ONE("[1764842400,1]"), APOLLO_REJECTED, "is not a time and a text", NULL, NULL},
	{200, ONE("[\"1764842400\",\"1\"]"), APOLLO_REJECTED, "is not a time and a text", NULL, NULL},
	{200, ONE("[1764842400,\"1\\u00002\"]"), APOLLO_REJECTED, "an answer that cannot be read", NULL, NULL},
	{200, ONE("[1764842100,\"1\"]"), APOLLO_REJECTED, "not asked for", NULL, NULL},
	{200, ONE("[1764846000,\"1\"]"), APOLLO_REJECTED, "not asked for", NULL, NULL},
	{200, ONE("[1764842401,\"1\"]"), APOLLO_REJECTED, "not asked for", NULL, NULL},
	{200, ONE("[1764842400.0000001,\"1\"]"), APOLLO_REJECTED, "not asked for", NULL, NULL},
	{200, ONE("[1764842700,\"1\"],[1764842400,\"1\"]"), APOLLO_REJECTED, "out of order", NULL, NULL},
	{200, ONE("[1764842700,\"1\"],[1764842700,\"1\"]"), APOLLO_REJECTED, "out of order", NULL, NULL},
	{200, ONE("[1764842400,\"-1\"]"), APOLLO_REJECTED, "\"-1\" at 2025-12-04T10:00:00Z is negative", NULL, NULL},
	{200, ONE("[1764842400,\"1.5\"]"), APOLLO_REJECTED, "\"1.5\" at 2025-12-04T10:00:00Z does not fit 0 decimals", NULL, "round"},
	{200, ONE("[1764842400,\"1e+19\"]"), APOLLO_REJECTED, "too large", NULL, "divide"},
	{200, ONE("[1764842400,\"\"]"), APOLLO_REJECTED, "does not fit", NULL, NULL},
	{200, ONE("[1764842400,\"0x10\"]"), APOLLO_REJECTED, "does not fit", NULL, NULL},
	{200, ONE("[1764842400,\"NaNs\"]"), APOLLO_REJECTED, "does not fit", NULL, NULL},
}, counter_failures[] = {
	{200, MATRIX(SERIES("", "[1764842400,\"1\"]")), APOLLO_REJECTED, "computes its values", NULL, "without sum()"},
	{200, MATRIX(SERIES("\"__name__\":7", "[1764842400,\"1\"]")), APOLLO_REJECTED, "computes its values", NULL, NULL},
	{200, MATRIX(SERIES(READ(""), "[1764842400,\"1\"]") "," SERIES(READ(""), "[1764842400,\"1\"]")), APOLLO_REJECTED, "one series twice", "read_total", NULL},
	{200, MATRIX(SERIES(READ(""), "[1764842400,\"1.5\"]")), APOLLO_REJECTED, "does not fit", NULL, NULL},
	{200, MATRIX(SERIES(READ(""), "[1764842400,\"0\"],[1764842460,\"9000000000000000000\"]") ","
		     SERIES(READ(",\"a\":\"b\""), "[1764842400,\"0\"],[1764842460,\"9000000000000000000\"]")), APOLLO_REJECTED, "too large", NULL, "larger unit"},
};

static void failures_check(const char *task, const struct failure_case *cases, size_t count)
{
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	for (size_t i = 0; i < count; i++) {
		struct apollo_move move;
		int code;

		host_clear(&subject.host);
		code = hear(&subject, task, cases[i].status, cases[i].body, &move);
		if (code != cases[i].code || !strstr(subject.host.message, cases[i].message) ||
		    (cases[i].detail && !strstr(subject.host.detail, cases[i].detail)) ||
		    (cases[i].hint && !strstr(subject.host.hint, cases[i].hint))) {
			(void)printf("\n    HTTP %d %s: %d \"%s\" \"%s\" \"%s\"\n", cases[i].status, cases[i].body, code, subject.host.message,
				     subject.host.detail, subject.host.hint);
			CU_FAIL("another failure");
		}
	}
}

static void test_failures(void)
{
	failures_check(GAUGE("10:00:00", "11:00:00"), failures, sizeof(failures) / sizeof(failures[0]));
	failures_check(COUNTER("10:00:00", "11:00:00", "null"), counter_failures, sizeof(counter_failures) / sizeof(counter_failures[0]));
}

static void test_notes(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	CU_ASSERT_EQUAL(hear(&subject, GAUGE("10:00:00", "11:00:00"), 200,
			     WITH("\"warnings\":[\"PromQL warning: mixed\"],\"infos\":[\"PromQL info: a\",\"b\",\"c\",\"d\",7]"), &move), 0);
	CU_ASSERT_EQUAL(subject.host.notes, 1 + 3);
	CHECK_TEXT(subject.host.note, "c");
	host_clear(&subject.host);
	CU_ASSERT_EQUAL(hear(&subject, GAUGE("10:00:00", "11:00:00"), 200, WITH("\"warnings\":null,\"infos\":{},\"isPartial\":false"), &move), 0);
	CU_ASSERT_EQUAL(subject.host.notes, 0);
}

/* A good answer with bytes changed, cut out and put in: whatever it is, it is an answer or a failure with a reason. */
static void test_hostile(void)
{
	enum { ROUNDS = 5000 };
	static const char good[] = MATRIX(SERIES(READ(",\"n\":\"a\""), "[1764842400,\"5\"],[1764842460,\"9.5\"],[1764842520,\"2e3\"]") ","
					  SERIES(READ(",\"n\":\"b\""), "[1764842400.000,\"NaN\"],[1764842460,\"7\"]"));
	static const char bytes[] = "\"{}[],:.-+e0919\\u\0 \x80\xff";
	unsigned seed = getenv("APOLLO_SEED") ? (unsigned)strtoul(getenv("APOLLO_SEED"), NULL, 10) : 20251204;
	SUBJECT_CLEANUP struct subject subject;
	char task[1000];
	int answers = 0;

	(void)printf("[APOLLO_SEED=%u] ", seed);
	srand(seed);
	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", undelayed), 0);
	(void)snprintf(task, sizeof(task), "%s", TASK("sum", "1", "10:00:00", "10:03:00", COUNTER_OPTIONS, "null"));
	for (int round = 0; round < ROUNDS; round++) {
		struct apollo_reply reply = reply_make(200, good);
		struct apollo_move move;
		char body[sizeof(good)];
		size_t size = sizeof(good) - 1;
		int code, changes = rand() % 4;

		memcpy(body, good, sizeof(good));
		for (; changes >= 0; changes--) {
			size_t at = (size_t)rand() % size, cut = (size_t)rand() % 8;

			if (rand() % 2) {
				body[at] = bytes[(size_t)rand() % (sizeof(bytes) - 1)];
			} else if (cut < size - at) {
				memmove(body + at, body + at + cut, size - at - cut);
				size -= cut;
			}
		}
		body[size] = '\0';
		reply.body = body;
		reply.body_size = size;
		host_clear(&subject.host);
		code = turn_run(&subject, subject.plugin->source->converse, "collect", task,
				"{\"first\":\"2025-12-04T10:00:00Z\",\"last\":\"2025-12-04T10:03:00Z\",\"until\":\"2025-12-04T10:03:00Z\"}", &reply, &move);
		answers += code == 0;
		if (code == 0) {
			struct json_object *result = json_tokener_parse(move.result);

			CU_ASSERT_PTR_NOT_NULL(result);
			json_object_put(result);
		} else {
			CU_ASSERT(code == APOLLO_REJECTED || code == APOLLO_RETRY);
			CU_ASSERT(subject.host.fails > 0);
		}
	}
	CU_ASSERT(answers > 0 && answers < ROUNDS);
}

static void test_deep(void)
{
	SUBJECT_CLEANUP struct subject subject;
	struct apollo_move move;
	static char body[200000];

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	memset(body, '[', sizeof(body) - 1);
	CHECK_FAILS(&subject, hear(&subject, GAUGE("10:00:00", "11:00:00"), 200, body, &move), APOLLO_REJECTED);
}

/* ---- memory ------------------------------------------------------------------------------------------------ */

static int open_run(struct subject *subject, const void *context)
{
	const char **values = host_values(&subject->host, subject->plugin->options, subject->plugin->option_count, plain);
	void *instance = NULL;
	int code;

	(void)context;
	CU_ASSERT_PTR_NOT_NULL_FATAL(values);
	/* The call's own memory is not used, so that its failure changes nothing. */
	if (!subject->host.call.alloc(&subject->host.call, 1)) {
		free(values);
		return subject->host.call.fail(&subject->host.call, APOLLO_NOMEM, "not the plugin's", NULL, NULL);
	}
	code = subject->plugin->open(&subject->host.call, "test", values, &instance);
	subject->plugin->close(instance);
	free(values);
	return code;
}

struct heard_case {
	const char *task, *state, *body;
};

static int turn_ordeal(struct subject *subject, const void *context)
{
	const struct heard_case *heard = context;
	struct apollo_reply reply = reply_make(200, heard->body ? heard->body : "");
	struct apollo_move move;

	return turn_run(subject, subject->plugin->source->converse, "collect", heard->task, heard->state, heard->body ? &reply : NULL,
			&move);
}

static void test_memory(void)
{
#define STATE "{\"first\":\"2025-12-04T10:00:00Z\",\"last\":\"2025-12-04T10:55:00Z\",\"until\":\"2025-12-04T11:00:00Z\"}"
	static const struct heard_case cases[] = {
		{GAUGE("10:00:00", "11:00:00"), NULL, NULL},
		{GAUGE("11:59:00", "12:00:00"), NULL, NULL},
		{GAUGE("10:00:00", "11:00:00"), STATE, ONE("[1764842400,\"1\"],[1764842700,\"NaN\"],[1764843000,\"1\"]")},
		{COUNTER("10:00:00", "11:00:00", CURSOR(SEEN(A, "10:00:00", "1000"))), STATE,
		 MATRIX(SERIES(READ(",\"node\":\"a\""), "[1764842460,\"1005\"],[1764842520,\"1010\"]") "," SERIES(READ(",\"node\":\"b\""), "[1764842460,\"3\"]"))},
		{GAUGE("10:00:00", "11:00:00"), STATE, WITH("\"warnings\":[\"PromQL warning: x\"]")},
	};
	SUBJECT_CLEANUP struct subject subject;

	CU_ASSERT_EQUAL_FATAL(subject_open(&subject, "prometheus", plain), 0);
	ordeal_run(&subject, open_run, NULL, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ordeal_run(&subject, turn_ordeal, &cases[i], 0);
}

CU_TestInfo prometheus_tests[] = {
	{"open", test_open},
	{"auth", test_auth},
	{"meters", test_meters},
	{"request", test_request},
	{"spans", test_spans},
	{"resume", test_resume},
	{"gauge", test_gauge},
	{"gauge windows", test_gauge_windows},
	{"counter", test_counter},
	{"counters", test_counters},
	{"counter windows join", test_counter_windows_join},
	{"cursors", test_cursors},
	{"many counters", test_many_counters},
	{"failures", test_failures},
	{"notes", test_notes},
	{"hostile answers", test_hostile},
	{"deep answers", test_deep},
	{"memory", test_memory},
	CU_TEST_INFO_NULL,
};
