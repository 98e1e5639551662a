/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz.h - what the libFuzzer targets share.
 *
 * A target takes bytes from outside to the code that reads them and checks what must be true whatever they were: that it
 * does not crash, read beyond its end or leak is seen by the sanitizers, all else is a FUZZ_CHECK.  Where a target needs
 * to choose, the first bytes of the input choose, so that an input can be written by hand: see corpus/.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***words);

/* Ends the program, so that libFuzzer keeps the input. */
#define FUZZ_CHECK(CONDITION) ((CONDITION) ? (void)0 : fuzz_broken(#CONDITION, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *condition, const char *file, int line);

struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/* The next byte as a number below `below`; 0 where the input is over. */
unsigned fuzz_choose(struct fuzz_input *input, unsigned below);

/* The bytes up to the next newline (which is passed over) or the end, or all that is left, with a NUL behind them that
 * *size does not count; of a size of their own, so that reading past the end is seen.  For free(). */
char *fuzz_line(struct fuzz_input *input, size_t *size);
char *fuzz_rest(struct fuzz_input *input, size_t *size);

/* Checks a text for people: NULL, or UTF-8 without control characters. */
void fuzz_check_line(const char *text);

/* Whether two decimal texts are the same number, by their digits alone.  Both are decimals. */
bool fuzz_decimals_same(const char *a, size_t a_size, const char *b, size_t b_size);

#endif
