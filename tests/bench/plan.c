/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan - what a verdict and a plan take on this machine, as rows of a table: the quickest and the median of BENCH_ROUNDS (else 21).
 *   srcdir   where templates/ is, else .
 */
#include "core/buffer.h"
#include "deploy/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SUBNETS = 10000, ROUTES = 5000, ROUNDS_MAX = 1000 };

static double now(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec * 1e-6;
}

static void must(int code, const struct error *error)
{
	if (code >= 0)
		return;
	(void)fprintf(stderr, "plan: %s: %s\n", error->message, error->detail);
	exit(1);
}

static int compare(const void *left, const void *right)
{
	const double *one = left, *other = right;

	return (*one > *other) - (*one < *other);
}

static void row_print(const char *what, double *times, int rounds)
{
	qsort(times, (size_t)rounds, sizeof(*times), compare);
	(void)printf("%-64s %9.2f ms %9.2f ms\n", what, times[0], times[rounds / 2]);
}

/* A /8 in which every second /22 is somebody's, and as many routes as a network has at most. */
static void snapshot_print(struct buffer *text)
{
	(void)buffer_text(text, "{\"apollo_network\":1,\"cloud\":\"gcp\",\"name\":\"large\",\"subnets\":[");
	for (int i = 0; i < SUBNETS; i++)
		(void)buffer_print(text, "%s{\"name\":\"s%d\",\"range\":\"10.%d.%d.0/24\",\"region\":\"here\"}", i ? "," : "", i, i / 128 + 64, i % 128 * 2);
	(void)buffer_text(text, "],\"routes\":[");
	for (int i = 0; i < ROUTES; i++)
		(void)buffer_print(text, "%s{\"name\":\"r%d\",\"destination\":\"10.%d.%d.0/28\",\"next_hop\":\"10.64.0.9\",\"priority\":1000}", i ? "," : "", i,
				   i / 256 + 200, i % 256);
	(void)buffer_text(text, "]}");
}

static void deployment_make(struct deployment *deployment, const char *settings)
{
	char path[] = "/tmp/apollo-bench-XXXXXX";
	int file = mkstemp(path);
	struct error error = {0};

	if (file < 0 || write(file, settings, strlen(settings)) != (ssize_t)strlen(settings)) {
		perror("plan");
		exit(1);
	}
	(void)close(file);
	must(deployment_read(path, deployment, &error), &error);
	(void)unlink(path);
}

static void plan_measure(const char *what, const struct deployment *deployment, const struct network *network, const struct facts *facts,
			 bool pack, int rounds)
{
	static double times[ROUNDS_MAX];
	struct error error = {0};

	for (int i = 0; i < rounds; i++) {
		SCOPE_CLEANUP struct scope scope = scope_init(1 << 30);
		double from = now();
		const struct pack_file *files;
		struct plan plan;
		size_t count;

		must(plan_make(&scope, deployment, network, facts, &plan, &error), &error);
		files = pack_files(&count);
		for (size_t j = 0; pack && j < count; j++) {
			BUFFER_CLEANUP struct buffer buffer = buffer_init(1 << 28);

			files[j].make(&plan, &buffer);
		}
		times[i] = now() - from;
	}
	row_print(what, times, rounds);
}

int main(void)
{
	const char *source = getenv("srcdir"), *wanted = getenv("BENCH_ROUNDS");
	int rounds = wanted && strtol(wanted, NULL, 10) > 0 && strtol(wanted, NULL, 10) <= ROUNDS_MAX ? (int)strtol(wanted, NULL, 10) : 21;
	BUFFER_CLEANUP struct buffer text = buffer_init(1 << 28);
	DEPLOYMENT_CLEANUP struct deployment small = {0}, large = {0};
	FACTS_CLEANUP struct facts facts = {0};
	static double times[ROUNDS_MAX];
	struct network network;
	struct error error = {0};
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/templates", source ? source : ".");
	must(facts_read(path, &facts, &error), &error);
	snapshot_print(&text);
	deployment_make(&small, "name = \"b\"; provisioner = \"gcp\"; region = \"here\"; zones = \"a\"; shape = \"z3-highmem-88-highlssd\"; nodes = 8;"
				"ranges = \"10.0.0.0/8\"; allow_public = false;");
	deployment_make(&large, "name = \"b\"; provisioner = \"gcp\"; region = \"here\"; zones = [ \"a\", \"b\", \"c\" ]; shape = \"z3-highmem-88-highlssd\"; nodes = 1000;"
				"ranges = \"10.0.0.0/18\"; machine_ranges = \"10.1.0.0/20\";");
	(void)printf("%-64s %12s %12s\n", "what", "quickest", "median");
	for (int i = 0; i < rounds; i++) {
		double from = now();

		must(network_parse(buffer_string(&text), text.size, "snapshot", &network, &error), &error);
		times[i] = now() - from;
		if (i + 1 < rounds)
			network_release(&network);
	}
	row_print("reading a snapshot of 10,000 subnets and 5,000 routes", times, rounds);
	plan_measure("a verdict for a /8 in it", &small, &network, &facts, false, rounds);
	network_release(&network);
	network = network_none(CLOUD_GCP);
	plan_measure("a plan of 1,000 machines", &large, &network, &facts, false, rounds);
	plan_measure("the same with its pack", &large, &network, &facts, true, rounds);
	return 0;
}
