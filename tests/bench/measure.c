/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* One thread flushes: that of the database. */
static double flushing;
static long flushes;

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int flush(long call, int file)
{
	double begun = seconds();
	int code = (int)syscall(call, file);

	flushing += seconds() - begun;
	flushes++;
	return code;
}

/* Seen by the libraries, in place of the system's. */
#define OVERRIDE __attribute__((visibility("default")))

OVERRIDE int fsync(int file)
{
	return flush(SYS_fsync, file);
}

OVERRIDE int fdatasync(int file)
{
	return flush(SYS_fdatasync, file);
}

struct measure measure_now(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (struct measure){
		.time = seconds(),
		.cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
		.flushing = flushing,
		.flushes = flushes,
		.peak = (double)usage.ru_maxrss / 1024,
	};
}

__attribute__((destructor)) static void measure_write(void)
{
	const char *path = getenv("BENCH_MEASURE");
	FILE *file = path ? fopen(path, "w") : NULL;
	const struct measure now = measure_now();

	if (!file)
		return;
	(void)fprintf(file, "%.3f %.3f %ld %.0f\n", now.cpu, now.flushing, now.flushes, now.peak);
	(void)fclose(file);
}
