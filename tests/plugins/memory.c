/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plugins/memory.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 100000, RANGES_MAX = 8 };

static void call_memory(struct subject *subject, ordeal run, const void *context, int also)
{
	size_t n;

	for (n = 1; n < ROUNDS_MAX; n++) {
		int code;

		host_clear(&subject->host);
		subject->host.fail_at = n;
		code = run(subject, context);
		subject->host.fail_at = 0;
		if (subject->host.allocs < n) {
			CU_ASSERT(code >= 0);
			break;
		}
		CU_ASSERT(code == APOLLO_NOMEM || (also && code == also));
		CU_ASSERT(subject->host.fails > 0);
	}
	CU_ASSERT(n > 1 && n < ROUNDS_MAX);
	host_clear(&subject->host);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)

void ordeal_run(struct subject *subject, ordeal run, const void *context, int also)
{
	call_memory(subject, run, context, also);
}

#else

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void __libc_free(void *block);

static struct {
	int armed;
	long live;          /* blocks taken minus blocks given back */
	size_t count;       /* allocations of the ranges below */
	size_t fail_at;
	size_t range_count; /* code whose allocations may fail */
	struct {
		uintptr_t from, to;
	} ranges[RANGES_MAX];
} heap;

static int heap_fails(const void *caller)
{
	for (size_t i = 0; heap.armed && i < heap.range_count; i++)
		if ((uintptr_t)caller >= heap.ranges[i].from && (uintptr_t)caller < heap.ranges[i].to)
			return ++heap.count == heap.fail_at;
	return 0;
}

#define INTERPOSED __attribute__((visibility("default"), noinline))
INTERPOSED void *malloc(size_t size);
INTERPOSED void *calloc(size_t count, size_t size);
INTERPOSED void *realloc(void *block, size_t size);
INTERPOSED void free(void *block);

INTERPOSED void *malloc(size_t size)
{
	void *block = heap_fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);

	heap.live += block && heap.armed;
	return block;
}

INTERPOSED void *calloc(size_t count, size_t size)
{
	void *block = heap_fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);

	heap.live += block && heap.armed;
	return block;
}

INTERPOSED void *realloc(void *block, size_t size)
{
	void *grown = heap_fails(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);

	heap.live += grown && !block && heap.armed;
	return grown;
}

INTERPOSED void free(void *block)
{
	heap.live -= block && heap.armed;
	__libc_free(block);
}

static int range_add(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	if (!strstr(info->dlpi_name, TEST_PLUGIN_DIR) && !strstr(info->dlpi_name, "libcrypto"))
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type != PT_LOAD || !(header->p_flags & PF_X) || heap.range_count == RANGES_MAX)
			continue;
		heap.ranges[heap.range_count].from = info->dlpi_addr + header->p_vaddr;
		heap.ranges[heap.range_count++].to = info->dlpi_addr + header->p_vaddr + header->p_memsz;
	}
	return 0;
}

/* Every N once; the live blocks that are left. */
static long heap_round(struct subject *subject, ordeal run, const void *context, int also)
{
	size_t n;

	heap.live = 0;
	for (n = 1; n < ROUNDS_MAX; n++) {
		int code;

		heap.count = 0;
		heap.fail_at = n;
		heap.armed = 1;
		code = run(subject, context);
		heap.fail_at = 0;
		CU_ASSERT(code >= 0 || code == APOLLO_NOMEM || (also && code == also));
		CU_ASSERT(code >= 0 || subject->host.fails > 0);
		host_clear(&subject->host);
		heap.armed = 0;
		if (heap.count < n) {
			CU_ASSERT(code >= 0);
			break;
		}
	}
	CU_ASSERT(n < ROUNDS_MAX);
	return heap.live;
}

void ordeal_run(struct subject *subject, ordeal run, const void *context, int also)
{
	call_memory(subject, run, context, also);
	heap.range_count = 0;
	(void)dl_iterate_phdr(range_add, NULL);
	CU_ASSERT(heap.range_count > 0);
	/* OpenSSL fills tables of its own at first use, which stay; the second round must leave nothing. */
	(void)run(subject, context);
	host_clear(&subject->host);
	(void)heap_round(subject, run, context, also);
	CU_ASSERT_EQUAL(heap_round(subject, run, context, also), 0);
}

#endif
