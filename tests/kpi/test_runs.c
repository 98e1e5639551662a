/* SPDX-License-Identifier: Apache-2.0 */
/* The readers: what fio and elbencho write, and what they do not. */
#include "core/buffer.h"
#include "tests/kpi/world.h"

#include <string.h>

static struct scope scope = {.ceiling = 1 << 28};

static int read_text(const char *text, struct runs *runs, struct error *error)
{
	return runs_read(&scope, text, strlen(text), "result", runs, error);
}

static struct runs runs_of(const char *text)
{
	struct runs runs = {0};
	struct error error = {0};

	UNIT_OK(read_text(text, &runs, &error), &error);
	return runs;
}

#define EMPTY "{\"io_bytes\":0,\"total_ios\":0,\"runtime\":0,\"clat_ns\":{\"min\":0,\"max\":0,\"mean\":0.0,\"N\":0}}"
#define MOVED(BYTES, IOS, MS)                                                                                                          \
	"{\"io_bytes\":" BYTES ",\"total_ios\":" IOS ",\"runtime\":" MS ",\"iops\":1.5,\"clat_ns\":{\"min\":1,\"max\":9000,\"mean\":1234.56," \
	"\"percentile\":{\"50.000000\":1000,\"95.000000\":2000,\"99.000000\":3000,\"99.900000\":4000,\"99.990000\":8000}}}"
#define JOB(GROUP, OPTIONS, READ, WRITE)                                                                                              \
	"{\"jobname\":\"job\",\"groupid\":" GROUP ",\"error\":0,\"job options\":{" OPTIONS "},\"read\":" READ ",\"write\":" WRITE            \
	",\"usr_cpu\":1.5,\"sys_cpu\":2.25}"
#define FIO(JOBS) "{\n\"fio version\":\"fio-3.33\",\n\"jobs\":[" JOBS "]\n}\n"

static void fio_job_is_a_run(void)
{
	struct runs runs = runs_of(FIO(JOB("0", "\"rw\":\"randread\",\"bs\":\"4k\",\"direct\":\"1\"", MOVED("4219535360", "64385", "1001"), EMPTY)));
	const struct flow *flow;

	CU_ASSERT_EQUAL_FATAL(runs.count, 1);
	flow = &runs.items[0].flows[FLOW_READ];
	CU_ASSERT_EQUAL(flow->rate, INT64_C(4215320039));
	CU_ASSERT_EQUAL(flow->operations, 64320);
	CU_ASSERT_EQUAL(flow->latency[LATENCY_P50], 1000);
	CU_ASSERT_EQUAL(flow->latency[LATENCY_P999], 4000);
	CU_ASSERT_EQUAL(flow->latency[LATENCY_MEAN], 1235);
	CU_ASSERT_EQUAL(flow->latency[LATENCY_MAX], 9000);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_WRITE].rate, 0);
	CU_ASSERT_EQUAL(runs.items[0].milliseconds, 1001);
	CU_ASSERT_EQUAL(runs.items[0].block, 4096);
	CU_ASSERT_EQUAL(runs.items[0].gap, KPI_UNKNOWN);
	CU_ASSERT_EQUAL(runs.items[0].cpu, 4);
	CU_ASSERT(runs.items[0].random && !runs.items[0].cached && !runs.items[0].failure);
	CU_ASSERT_STRING_EQUAL(runs.items[0].tool, "fio-3.33");
	CU_ASSERT_STRING_EQUAL(runs.items[0].operation, "randread");
}

/* Jobs of a group ran together: what all moved, by the time of the longest; groups ran one after the other. */
static void fio_groups_are_runs(void)
{
	struct runs runs = runs_of(FIO(JOB("0", "\"rw\":\"write\"", EMPTY, MOVED("1000000", "10", "1000")) ","
				       JOB("0", "\"rw\":\"write\"", EMPTY, MOVED("1000000", "10", "2000")) ","
				       JOB("3", "\"rw\":\"read\",\"bs\":\"1M\"", MOVED("5000000", "5", "500"), EMPTY)));

	CU_ASSERT_EQUAL_FATAL(runs.count, 2);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_WRITE].rate, 1000000);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_WRITE].bytes, 2000000);
	CU_ASSERT_EQUAL(runs.items[0].milliseconds, 2000);
	CU_ASSERT_EQUAL(runs.items[0].gap, 500);
	CU_ASSERT(runs.items[0].cached);
	CU_ASSERT_EQUAL(runs.items[1].flows[FLOW_READ].rate, 10000000);
	CU_ASSERT_EQUAL(runs.items[1].block, 1 << 20);
}

/* Notes stand before, between and behind; of several documents the last has all; an error says so. */
static void fio_says_more_than_json(void)
{
	static const char text[] = "note: both iodepth >= 1 and synchronous I/O engine are selected\na: (g=0): rw=read\n"
				   FIO(JOB("0", "\"rw\":\"read\"", MOVED("1000", "1", "1000"), EMPTY)) "Jobs: 1 (f=1): [R(1)][50%]\n"
				   FIO(JOB("0", "\"rw\":\"read\"", MOVED("2000", "2", "1000"), EMPTY)) "\nRun status group 0 (all jobs):\n";
	struct runs runs = runs_of(text), failed = runs_of("fio: pid=1, err=28/file:io_u.c:1, func=io_u error, error=No space left on device\n"
							   FIO(JOB("0", "\"rw\":\"read\"", MOVED("1000", "1", "1000"), EMPTY)));

	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].bytes, 2000);
	CU_ASSERT_EQUAL(runs.items[0].line, 8);
	CU_ASSERT_PTR_NULL(runs.items[0].failure);
	CU_ASSERT_PTR_NOT_NULL_FATAL(failed.items[0].failure);
	UNIT_HOLDS(failed.items[0].failure, "No space left");
}

static void fio_error_of_a_job_is_kept(void)
{
	struct runs runs = runs_of("{\"jobs\":[{\"groupid\":0,\"error\":28,\"read\":" EMPTY ",\"write\":" MOVED("10", "1", "10") "}]}");

	CU_ASSERT_PTR_NOT_NULL_FATAL(runs.items[0].failure);
	UNIT_HOLDS(runs.items[0].failure, "job 1 ended with error 28");
	/* No options: fio's own are 4 KiB, reading. */
	CU_ASSERT_EQUAL(runs.items[0].block, 4096);
}

/* With --client each job is told with its machine, and then all of them again as one. */
static void fio_clients_are_counted_once(void)
{
#define CLIENT(NAME, HOST, BYTES)                                                                                                   \
	"{\"jobname\":\"" NAME "\",\"groupid\":0,\"error\":0,\"hostname\":\"" HOST "\",\"read\":" MOVED(BYTES, "10", "1000") ",\"write\":" EMPTY "}"
	struct runs runs = runs_of("{\"fio version\":\"fio-3.33\",\"global options\":{\"bs\":\"64k\",\"rw\":\"randread\"},\"client_stats\":["
				   CLIENT("j", "a", "1000") "," CLIENT("j", "b", "900") "," CLIENT("j", "a", "1000") "," CLIENT("All clients", "c", "2900") "]}");

	CU_ASSERT_EQUAL_FATAL(runs.count, 1);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].bytes, 2900);
	CU_ASSERT_EQUAL(runs.items[0].clients, 2);
	CU_ASSERT_EQUAL(runs.items[0].gap, 100);
	CU_ASSERT_EQUAL(runs.items[0].block, 65536);
	CU_ASSERT(runs.items[0].random);
}

static void fio_metadata_are_entries(void)
{
	struct runs runs = runs_of(FIO(JOB("0", "\"ioengine\":\"filestat\"", MOVED("0", "5000", "1000"), EMPTY)));

	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_ENTRIES].operations, 5000);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].operations, 0);
	CU_ASSERT_STRING_EQUAL(runs.items[0].operation, "stat");
}

static void elbencho_rows_are_runs(void)
{
	struct csv_row rows[] = {csv_usual(TEST_READ), csv_usual(TEST_SUSTAINED), csv_usual(TEST_MIXED)};
	struct runs runs = runs_of(csv_text(&scope, rows, 3, 1));

	CU_ASSERT_EQUAL_FATAL(runs.count, 3);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].rate, INT64_C(22984) << 20);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].bytes, INT64_C(2298400) << 20);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].latency[LATENCY_MAX], 90000000);
	CU_ASSERT_EQUAL(runs.items[0].milliseconds, 100000);
	CU_ASSERT_EQUAL(runs.items[0].gap, 20);
	CU_ASSERT_EQUAL(runs.items[0].clients, 16);
	CU_ASSERT_EQUAL(runs.items[0].line, 2);
	CU_ASSERT_STRING_EQUAL(runs.items[0].tool, "elbencho 3.0-24");
	CU_ASSERT_STRING_EQUAL(runs.items[0].command, "\"elbencho\" \"-r\" \"/mnt/file[1-256]\" ");
	CU_ASSERT_EQUAL(runs.items[1].flows[FLOW_WRITE].operations, 12302);
	CU_ASSERT_STRING_EQUAL(runs.items[1].label, "sustained");
	CU_ASSERT_EQUAL(runs.items[2].flows[FLOW_READ].operations, 700000);
	CU_ASSERT_EQUAL(runs.items[2].flows[FLOW_WRITE].operations, 300000);
	CU_ASSERT(runs.items[2].random);
}

/* Columns are found by name, in any order; a spreadsheet's quotation marks and line ends are taken too. */
static void elbencho_columns_go_by_name(void)
{
	struct runs runs = runs_of("ISO date,time ms [last],operation,MiB/s [last],unheard of,label,command\r\n"
				   "now,2000,READ,5,\"a, b\",\"one, \"\"two\"\"\",\"\"\"elbencho\"\" \"\"-r\"\"\"\r\n"
				   "now,2000,READ,6,,a\"b,\"elbencho\" \"-r\" \r\n");

	CU_ASSERT_EQUAL_FATAL(runs.count, 2);
	CU_ASSERT_EQUAL(runs.items[0].flows[FLOW_READ].rate, 5 << 20);
	CU_ASSERT_STRING_EQUAL(runs.items[0].label, "one, \"\"two\"\"");
	CU_ASSERT_EQUAL(runs.items[1].flows[FLOW_READ].rate, 6 << 20);
	CU_ASSERT_STRING_EQUAL(runs.items[1].label, "a\"b");
	CU_ASSERT_EQUAL(runs.items[0].gap, KPI_UNKNOWN);
}

static void wrong_files_are_refused_with_their_line(void)
{
#define HEAD "ISO date,operation,time ms [last],MiB/s [last]\n"
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "result:1: neither fio's JSON nor elbencho's CSV"},
		{"hello\nworld\n", "result:1: neither"},
		{"fio: pid=0, err=22/file:x\n", "fio said: pid=0, err=22"},
		{"note\n{\n\"jobs\":[\n", "result:2: the JSON that begins here does not end"},
		{"{\"jobs\":[}\n", "not JSON"},
		{"{\"a\":1}", "result:1: the JSON has no \"jobs\""},
		{"{\"jobs\":[1]}", "job 1 has no \"groupid\""},
		{"{\"jobs\":[{\"groupid\":0,\"error\":0,\"read\":{\"io_bytes\":-1}}]}", "job 1 has no \"io_bytes\""},
		{"{\"jobs\":[{\"groupid\":0,\"error\":0,\"read\":{\"io_bytes\":99999999999999999999}}]}", "job 1 has no \"io_bytes\""},
		{"ISO date,operation\nnow,READ\n", "result:1: elbencho's header has no column \"time ms [last]\""},
		{"ISO date,operation,operation,time ms [last]\n", "the column \"operation\" is there twice"},
		{HEAD "now,READ,1000,5\nnow,READ,1000\n", "result:3: 3 fields, the header has 4"},
		{HEAD "now,READ,1000,5,6\n", "result:2: 5 or more fields, the header has 4"},
		{HEAD "now,READ,1000,many\n", "result:2: \"MiB/s [last]\" is \"many\""},
		{HEAD "now,READ,1000,-5\n", "result:2: \"MiB/s [last]\" is \"-5\""},
		{HEAD "now,READ,1000,9223372036854775807\n", "not a number that can be"},
		{HEAD "now,,1000,5\n", "result:2: the row has no operation"},
		{HEAD "now,\xff,1000,5\n", "not UTF-8"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct error error = {0};
		struct runs runs;

		UNIT_REFUSED(read_text(cases[i].text, &runs, &error), ERROR_INPUT, &error, cases[i].message);
	}
}

/* What is too much is refused before it is kept. */
static void ceilings_hold(void)
{
	BUFFER_CLEANUP struct buffer jobs = buffer_init(1 << 26), rows = buffer_init(1 << 26), columns = buffer_init(1 << 26);
	struct error error = {0};
	struct runs runs;

	(void)buffer_text(&jobs, "{\"jobs\":[1");
	for (int i = 0; i < RESULT_JOBS_MAX; i++)
		(void)buffer_text(&jobs, ",1");
	(void)buffer_text(&jobs, "]}");
	UNIT_REFUSED(read_text(buffer_string(&jobs), &runs, &error), ERROR_INPUT, &error, "4097 jobs");
	(void)buffer_text(&rows, "ISO date,operation,time ms [last]\n");
	for (int i = 0; i <= RESULT_RUNS_MAX; i++)
		(void)buffer_text(&rows, "now,READ,1\n");
	UNIT_REFUSED(read_text(buffer_string(&rows), &runs, &error), ERROR_INPUT, &error, "result:1002: more than 1000 rows");
	(void)buffer_text(&columns, "ISO date");
	for (int i = 0; i < RESULT_COLUMNS_MAX; i++)
		(void)buffer_text(&columns, ",x");
	UNIT_REFUSED(read_text(buffer_string(&columns), &runs, &error), ERROR_INPUT, &error, "more than 128 columns");
}

static const struct unit_test tests[] = {
	{"fio: a job is a run", fio_job_is_a_run},
	{"fio: groups are runs", fio_groups_are_runs},
	{"fio: it says more than JSON", fio_says_more_than_json},
	{"fio: an error of a job is kept", fio_error_of_a_job_is_kept},
	{"fio: clients are counted once", fio_clients_are_counted_once},
	{"fio: metadata are entries", fio_metadata_are_entries},
	{"elbencho: rows are runs", elbencho_rows_are_runs},
	{"elbencho: columns go by name", elbencho_columns_go_by_name},
	{"wrong files are refused with their line", wrong_files_are_refused_with_their_line},
	{"ceilings hold", ceilings_hold},
};

int main(void)
{
	int status = UNIT_RUN("results of benchmarks", tests);

	scope_release(&scope);
	return status;
}
