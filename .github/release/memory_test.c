/* Compares memory.c with a copy byte by byte: every size up to 400, at every alignment, apart and
 * overlapping by every distance up to 150 in both directions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define memcpy tested_memcpy
#define memmove tested_memmove
#include "memory.c"

enum { SIZES = 400, DISTANCES = 150, APART = 1024, LENGTH = 4096 };

static char before[LENGTH], expected[LENGTH], found[LENGTH];

static void check(size_t to, size_t from, size_t size) {
    for (size_t at = 0; at < LENGTH; at++) expected[at] = found[at] = before[at];
    for (size_t at = 0; at < size; at++) expected[to + at] = before[from + at];
    if (tested_memmove(found + to, found + from, size) != found + to || memcmp(expected, found, LENGTH)) {
        fprintf(stderr, "memory_test: %zu bytes from %zu to %zu are wrong\n", size, from, to);
        _Exit(1);
    }
}

int main(void) {
    for (size_t at = 0; at < LENGTH; at++) before[at] = (char)(at * 131 + at / 251);
    for (size_t size = 0; size <= SIZES; size++) {
        for (size_t to = 0; to < 16; to++) check(to, APART + size % 16, size);
        for (size_t distance = 0; distance <= DISTANCES; distance++) {
            check(APART, APART + distance, size);
            check(APART + distance, APART, size);
        }
    }
    return 0;
}
