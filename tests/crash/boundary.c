/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boundary - preloaded into apollo by the crash campaign: counts the calls after which the world may know something, and ends
 * the process with SIGKILL, or fails the call, at the Nth of them.
 *
 *   BOUNDARY_KILL=N    SIGKILL before the Nth boundary takes effect
 *   BOUNDARY_AFTER=N   SIGKILL right after the Nth took effect
 *   BOUNDARY_FAIL=N    the Nth flush to disk fails with EIO
 *   BOUNDARY_COUNT=F   at exit, writes how many there were to the file F
 *
 * A boundary is a flush to disk (fdatasync, fsync), a piece of a request that leaves (send on a socket) or a piece of a
 * reply that comes (recv on a socket).
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static long boundary_count, flush_count;

static long setting(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

static void *next_symbol(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

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

__attribute__((visibility("default"))) int fdatasync(int file);
__attribute__((visibility("default"))) int fdatasync(int file)
{
	int (*real)(int);

	*(void **)&real = next_symbol("fdatasync");
	return flush(real, file);
}

__attribute__((visibility("default"))) int fsync(int file);
__attribute__((visibility("default"))) int fsync(int file)
{
	int (*real)(int);

	*(void **)&real = next_symbol("fsync");
	return flush(real, file);
}

__attribute__((visibility("default"))) ssize_t send(int file, const void *data, size_t size, int flags);
__attribute__((visibility("default"))) ssize_t send(int file, const void *data, size_t size, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int);
	ssize_t result;

	*(void **)&real = next_symbol("send");
	boundary_before();
	result = real(file, data, size, flags);
	boundary_after();
	return result;
}

__attribute__((visibility("default"))) ssize_t recv(int file, void *data, size_t size, int flags);
__attribute__((visibility("default"))) ssize_t recv(int file, void *data, size_t size, int flags)
{
	ssize_t (*real)(int, void *, size_t, int);
	ssize_t result;

	*(void **)&real = next_symbol("recv");
	result = real(file, data, size, flags);
	if (result > 0) {
		boundary_before();
		boundary_after();
	}
	return result;
}

__attribute__((destructor)) static void count_write(void)
{
	const char *path = getenv("BOUNDARY_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (file) {
		(void)fprintf(file, "%ld %ld\n", boundary_count, flush_count);
		(void)fclose(file);
	}
}
