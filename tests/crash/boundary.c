/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boundary - preloaded into apollo by the crash campaigns: counts the calls after which the world may know something, and
 * ends the process with SIGKILL, or fails a call, at the Nth of them.
 *
 *   BOUNDARY_KILL=N    SIGKILL before the Nth boundary takes effect
 *   BOUNDARY_AFTER=N   SIGKILL right after the Nth took effect
 *   BOUNDARY_FAIL=N    the Nth flush to disk fails with EIO
 *   BOUNDARY_FULL=N    the disk is full from the Nth write on: writes fail with ENOSPC, and so does making files longer
 *   BOUNDARY_TIMER=N   SIGKILL after N microseconds, wherever the process is then
 *   BOUNDARY_COUNT=F   at exit, writes how many boundaries, flushes and writes there were to the file F
 *
 * A boundary is a flush to disk (fdatasync, fsync), a write to a file, a file that is renamed or removed, a piece of a
 * request that leaves (send on a socket) or a piece of a reply that comes (recv on a socket).
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <unistd.h>

static long boundary_count, flush_count, write_count;

static long setting(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

/* The real function of that name. */
#define REAL(POINTER, NAME) (*(void **)&(POINTER) = dlsym(RTLD_NEXT, NAME))
#define OVERRIDE __attribute__((visibility("default")))

static void boundary_before(void)
{
	if (++boundary_count == setting("BOUNDARY_KILL"))
		(void)kill(getpid(), SIGKILL);
}

static void boundary_after(void)
{
	if (boundary_count == setting("BOUNDARY_AFTER"))
		(void)kill(getpid(), SIGKILL);
}

static int flush(int (*real)(int), int file)
{
	int result;

	boundary_before();
	if (++flush_count == setting("BOUNDARY_FAIL")) {
		errno = EIO;
		return -1;
	}
	result = real(file);
	boundary_after();
	return result;
}

OVERRIDE int fdatasync(int file);
OVERRIDE int fdatasync(int file)
{
	int (*real)(int);

	REAL(real, "fdatasync");
	return flush(real, file);
}

OVERRIDE int fsync(int file);
OVERRIDE int fsync(int file)
{
	int (*real)(int);

	REAL(real, "fsync");
	return flush(real, file);
}

/* ---- writes ---- */

static int is_file(int file)
{
	struct stat status;

	return fstat(file, &status) == 0 && S_ISREG(status.st_mode);
}

/* 1 where the disk is full. */
static int write_before(void)
{
	long full = setting("BOUNDARY_FULL");

	boundary_before();
	write_count++;
	if (!full || write_count < full)
		return 0;
	errno = ENOSPC;
	return 1;
}

OVERRIDE ssize_t pwrite64(int file, const void *data, size_t size, off64_t at);
OVERRIDE ssize_t pwrite64(int file, const void *data, size_t size, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t);
	ssize_t result;

	REAL(real, "pwrite64");
	if (write_before())
		return -1;
	result = real(file, data, size, at);
	boundary_after();
	return result;
}

OVERRIDE ssize_t write(int file, const void *data, size_t size);
OVERRIDE ssize_t write(int file, const void *data, size_t size)
{
	ssize_t (*real)(int, const void *, size_t);
	ssize_t result;

	REAL(real, "write");
	if (!is_file(file))
		return real(file, data, size);
	if (write_before())
		return -1;
	result = real(file, data, size);
	boundary_after();
	return result;
}

OVERRIDE int ftruncate64(int file, off64_t size);
OVERRIDE int ftruncate64(int file, off64_t size)
{
	int (*real)(int, off64_t);
	int result;

	REAL(real, "ftruncate64");
	if (write_before())
		return -1;
	result = real(file, size);
	boundary_after();
	return result;
}

OVERRIDE int rename(const char *from, const char *to);
OVERRIDE int rename(const char *from, const char *to)
{
	int (*real)(const char *, const char *);
	int result;

	REAL(real, "rename");
	boundary_before();
	result = real(from, to);
	boundary_after();
	return result;
}

OVERRIDE int unlink(const char *path);
OVERRIDE int unlink(const char *path)
{
	int (*real)(const char *);
	int result;

	REAL(real, "unlink");
	boundary_before();
	result = real(path);
	boundary_after();
	return result;
}

/* ---- sockets ---- */

OVERRIDE ssize_t send(int file, const void *data, size_t size, int flags);
OVERRIDE ssize_t send(int file, const void *data, size_t size, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int);
	ssize_t result;

	REAL(real, "send");
	boundary_before();
	result = real(file, data, size, flags);
	boundary_after();
	return result;
}

OVERRIDE ssize_t recv(int file, void *data, size_t size, int flags);
OVERRIDE ssize_t recv(int file, void *data, size_t size, int flags)
{
	ssize_t (*real)(int, void *, size_t, int);
	ssize_t result;

	REAL(real, "recv");
	result = real(file, data, size, flags);
	if (result > 0) {
		boundary_before();
		boundary_after();
	}
	return result;
}

/* ---- begin and end ---- */

static void timer_rings(int number)
{
	(void)number;
	(void)kill(getpid(), SIGKILL);
}

__attribute__((constructor)) static void timer_begin(void)
{
	long microseconds = setting("BOUNDARY_TIMER");
	struct itimerval timer = {.it_value = {microseconds / 1000000, microseconds % 1000000}};

	if (microseconds <= 0)
		return;
	(void)signal(SIGALRM, timer_rings);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

__attribute__((destructor)) static void count_write(void)
{
	const char *path = getenv("BOUNDARY_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (file) {
		(void)fprintf(file, "%ld %ld %ld\n", boundary_count, flush_count, write_count);
		(void)fclose(file);
	}
}
