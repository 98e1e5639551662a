/* SPDX-License-Identifier: Apache-2.0 */
/*
 * measure.h - what a process has used until now: time, CPU, flushes to disk.
 *
 * measure.c stands before the system's fsync and fdatasync, linked in or by LD_PRELOAD.  Loaded so, it writes what the
 * process used to the file that BENCH_MEASURE names, when the process ends.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

struct measure {
	double time;     /* seconds; of a clock that only goes on */
	double cpu;      /* seconds, of all threads */
	double flushing; /* seconds within flushes */
	long flushes;
	double peak;     /* MiB of memory at most */
};

struct measure measure_now(void);

#endif
