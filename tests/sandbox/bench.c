/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench - how fast the sandbox alone is: a client that has its requests ready sends them over a few connections and
 * reads the replies, on the same machine.  Usage: bench [CLAIMS [CONNECTIONS]]; else 100000 and 8.
 */
#include "core/buffer.h"
#include "sandbox/sandbox.h"
#include "tests/sandbox/client.h"

#include <apollo/kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

enum { CONNECTIONS_MAX = 64, HOURS = 24 };

#define NOON "2026-11-01T12:00:00Z"

/* One way to report: what a request looks like. */
struct way {
	const char *name;
	const char *token; /* a request for one: method, target, headers and body */
	const char *target;
	int batch;
	void (*claim)(struct buffer *body, long number);
	const char *before, *after;
};

static int64_t noon(void)
{
	int64_t time = 0;

	(void)apollo_time_parse(NOON, strlen(NOON), 0, &time);
	return time;
}

/* A day of each resource, hour by hour. */
static void azure_claim(struct buffer *body, long number)
{
	char time[APOLLO_TIME_TEXT];

	(void)apollo_time_format(noon() - (1 + number % HOURS) * APOLLO_HOUR, time);
	(void)buffer_print(
		body,
		"{\"resourceUri\":\"/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g%ld/providers/"
		"Microsoft.Solutions/applications/vast\",\"quantity\":%ld.5,\"dimension\":\"tib_hours\","
		"\"effectiveStartTime\":\"%s\",\"planId\":\"standard\"}",
		number / HOURS, number % 1000 + 1, time);
}

static void google_claim(struct buffer *body, long number)
{
	char start[APOLLO_TIME_TEXT], end[APOLLO_TIME_TEXT];

	(void)apollo_time_format(noon() - (1 + number % HOURS) * APOLLO_HOUR, start);
	(void)apollo_time_format(noon() - number % HOURS * APOLLO_HOUR, end);
	(void)buffer_print(
		body,
		"{\"operationId\":\"6ba7b810-9dad-51d1-80b4-%012lx\",\"operationName\":\"vast.example.cloud.goog/"
		"report\","
		"\"consumerId\":\"project_number:%ld\",\"startTime\":\"%s\",\"endTime\":\"%s\",\"metricValueSets\":"
		"[{\"metricName\":\"vast.example.cloud.goog/tib_hours\",\"metricValues\":[{\"int64Value\":\"%ld\"}]}],"
		"\"userLabels\":{\"cloudmarketplace.googleapis.com/resource_name\":\"cluster-%ld\"}}",
		(unsigned long)number, number / HOURS, start, end, number % 1000, number / HOURS);
}

#define AZURE_TOKEN                                                                                                \
	"POST /t/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"           \
	"Content-Length: 103\r\n\r\ngrant_type=client_credentials&client_id=c&client_secret=s&resource="            \
	"20e940b3-4c77-4b0b-9a53-9e16a1b010a7"
#define GOOGLE_TOKEN                                                                                                   \
	"GET /computeMetadata/v1/instance/service-accounts/default/token HTTP/1.1\r\nHost: x\r\nMetadata-Flavor: "     \
	"Google\r\n\r\n"

static const struct way ways[] = {
	{"Azure, batches of 25", AZURE_TOKEN, "/api/batchUsageEvent?api-version=2018-08-31", 25, azure_claim,
	 "{\"request\":[", "]}"},
	{"Azure, one by one", AZURE_TOKEN, "/api/usageEvent?api-version=2018-08-31", 1, azure_claim, "", ""},
	{"Google, reports of 100", GOOGLE_TOKEN, "/v1/services/vast.example.cloud.goog:report", 100, google_claim,
	 "{\"operations\":[", "]}"},
};

static void must(bool good, const char *what)
{
	if (good)
		return;
	(void)fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static void token_get(struct client *client, const struct way *way, char *token, size_t room)
{
	struct answer answer = {0};
	const char *at;

	must(client_send(client, way->token, strlen(way->token)) && client_read(client, &answer) &&
		     answer.status == 200,
	     "no token was given");
	at = strstr(answer.body, "\"access_token\":\"");
	must(at != NULL, "no token was given");
	at += strlen("\"access_token\":\"");
	(void)snprintf(token, room, "%.*s", (int)strcspn(at, "\""), at);
	answer_release(&answer);
}

/* Every request, made beforehand. */
static struct buffer *requests_make(const struct way *way, const char *token, long claims, long *count)
{
	struct buffer *requests = calloc((size_t)claims, sizeof(*requests));
	struct buffer body BUFFER_CLEANUP = buffer_init(1 << 20);
	long made = 0;

	must(requests != NULL, "no memory");
	for (long first = 0; first < claims; first += way->batch, made++) {
		buffer_clear(&body);
		(void)buffer_text(&body, way->before);
		for (long i = first; i < first + way->batch && i < claims; i++) {
			(void)buffer_text(&body, i > first ? "," : "");
			way->claim(&body, i);
		}
		(void)buffer_text(&body, way->after);
		requests[made] = buffer_init(1 << 20);
		(void)buffer_print(
			&requests[made],
			"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n"
			"Content-Length: %zu\r\n\r\n%s",
			way->target, token, body.size, body.data);
		must(!buffer_failed(&requests[made]), "no memory");
	}
	*count = made;
	return requests;
}

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Processor seconds of all threads but this one: the server's. */
static double server_seconds(void)
{
	struct rusage all, own;
	struct timeval sum;

	(void)getrusage(RUSAGE_SELF, &all);
	(void)getrusage(RUSAGE_THREAD, &own);
	timeradd(&all.ru_utime, &all.ru_stime, &sum);
	timersub(&sum, &own.ru_utime, &sum);
	timersub(&sum, &own.ru_stime, &sum);
	return (double)sum.tv_sec + (double)sum.tv_usec / 1e6;
}

static void run(const struct way *way, long claims, int connections)
{
	struct sandbox_options options = {.open = true, .frozen = true, .clock = noon(), .seed = 1};
	struct client clients[CONNECTIONS_MAX];
	struct answer answer = {0};
	struct sandbox *sandbox = NULL;
	struct buffer *requests;
	struct error error;
	char token[4096];
	double begun, used;
	long count;

	must(sandbox_new(&options, &sandbox, &error) == 0, "the sandbox does not start");
	for (int i = 0; i < connections; i++)
		clients[i] = client_init(sandbox_port(sandbox));
	token_get(&clients[0], way, token, sizeof(token));
	requests = requests_make(way, token, claims, &count);
	used = server_seconds();
	begun = seconds();
	for (long i = 0; i < count + connections; i++) {
		struct client *client = &clients[i % connections];

		if (i >= connections)
			must(client_read(client, &answer) && answer.status == 200,
			     answer.body ? answer.body : "no reply");
		if (i < count)
			must(client_send(client, requests[i].data, requests[i].size), "a request could not be sent");
		if (i < count)
			buffer_release(&requests[i]);
	}
	begun = seconds() - begun;
	used = server_seconds() - used;
	(void)printf("%-24s %10ld %9.2f s %12.0f /s %9.2f s\n", way->name, claims, begun, (double)claims / begun, used);
	answer_release(&answer);
	for (int i = 0; i < connections; i++)
		client_close(&clients[i]);
	free(requests);
	sandbox_free(sandbox);
}

int main(int argc, char **argv)
{
	long claims = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
	int connections = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 8;

	must(claims > 0 && connections > 0 && connections <= CONNECTIONS_MAX,
	     "CLAIMS above 0, CONNECTIONS from 1 to 64");
	(void)printf("%-24s %10s %11s %15s %11s\n", "the sandbox alone", "claims", "time", "rate", "server CPU");
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		run(&ways[i], claims, connections);
	return 0;
}
