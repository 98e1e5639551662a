/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics - a Prometheus for tests that do not want a real one: it answers query_range with what follows from the time.
 *
 *   metrics FILE   writes its URL to FILE, and answers until it is killed
 *
 *   used          a gauge of 2 TiB and one GiB more with each minute of the hour; the minutes 20 to 49 have no value
 *   reads_total   counters of two nodes: a grows 3 a second; b grows 1 a second and begins at 0 with each hour's minute 30
 *   wrong(        is no PromQL
 *   many          three series
 */
#include "tests/unit/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPLY_MAX = 1 << 20, REPLIES = 16 };

#define TIB 1099511627776LL
#define GIB 1073741824LL

/* A reply is written after its handler returned, so the next one must be another. */
struct reply {
	char text[REPLY_MAX];
	size_t size;
};

struct replies {
	struct reply ring[REPLIES];
	size_t count;
};

static long long field(const char *form, const char *name)
{
	const char *at = strstr(form, name);

	return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void say(struct reply *reply, const char *text)
{
	reply->size += (size_t)snprintf(reply->text + reply->size, sizeof(reply->text) - reply->size, "%s", text);
}

static long long used(long long time)
{
	long long minute = time / 60 % 60;

	return minute >= 20 && minute < 50 ? -1 : 2 * TIB + minute * GIB;
}

static long long read_by_a(long long time)
{
	return 3 * (time - 1790000000);
}

static long long read_by_b(long long time)
{
	return (time - 1800) % 3600;
}

static void series(struct reply *reply, const char *metric, const char *form, long long (*value)(long long time))
{
	long long end = field(form, "end="), step = field(form, "step=");
	const char *comma = "";
	char row[64];

	say(reply, "{\"metric\":{");
	say(reply, metric);
	say(reply, "},\"values\":[");
	for (long long time = field(form, "start="); step > 0 && time <= end; time += step) {
		if (value(time) < 0)
			continue;
		(void)snprintf(row, sizeof(row), "%s[%lld,\"%lld\"]", comma, time, value(time));
		say(reply, row);
		comma = ",";
	}
	say(reply, "]}");
}

static void answer(void *context, const struct heard *heard, struct said *said)
{
	struct replies *replies = context;
	struct reply *reply = &replies->ring[replies->count++ % REPLIES];

	reply->size = 0;
	say(reply, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
	if (strcmp(heard->target, "/api/v1/query_range") != 0 || strcmp(heard->method, "POST") != 0) {
		said->status = 404;
	} else if (strstr(heard->body, "query=used&")) {
		series(reply, "", heard->body, used);
	} else if (strstr(heard->body, "query=reads_total&")) {
		series(reply, "\"__name__\":\"reads_total\",\"node\":\"a\"", heard->body, read_by_a);
		say(reply, ",");
		series(reply, "\"__name__\":\"reads_total\",\"node\":\"b\"", heard->body, read_by_b);
	} else if (strstr(heard->body, "query=many&")) {
		say(reply, "{\"metric\":{},\"values\":[]},{\"metric\":{},\"values\":[]},{\"metric\":{},\"values\":[]}");
	} else {
		said->status = 400;
		reply->size = 0;
		say(reply, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error: unclosed left parenthesis\",\"data\":{\"x\":[");
	}
	say(reply, "]}}");
	said->body = reply->text;
}

int main(int count, char **words)
{
	static struct replies replies;
	struct server *server;
	FILE *file;
	sigset_t ends;
	int number;

	if (count != 2)
		return 2;
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	server = server_start(answer, &replies, NULL, NULL);
	file = fopen(words[1], "w");
	if (!file || fprintf(file, "%s\n", server_url(server)) < 0 || fclose(file) != 0)
		return 1;
	(void)sigwait(&ends, &number);
	server_stop(server);
	return 0;
}
