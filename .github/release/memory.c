/* memcpy and memmove of the static program for x86_64, in place of musl's: those start `rep movsq`
 * for every copy, which costs more than a short copy itself. JSON is written in short pieces: a
 * response of 100 MB took 2.3 times the CPU time.
 *
 * Up to 128 bytes, everything is loaded before anything is stored, so that overlap does not matter. */
#include <emmintrin.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t __attribute__((may_alias, aligned(1))) two;
typedef uint32_t __attribute__((may_alias, aligned(1))) four;
typedef uint64_t __attribute__((may_alias, aligned(1))) eight;

static inline __m128i load(const char *from) { return _mm_loadu_si128((const __m128i *)from); }
static inline void store(char *to, __m128i block) { _mm_storeu_si128((__m128i *)to, block); }

/* Four blocks of 16 bytes. */
struct line { __m128i a, b, c, d; };

static inline struct line load_line(const char *from) {
    return (struct line){load(from), load(from + 16), load(from + 32), load(from + 48)};
}

static inline void store_line(char *to, struct line line) {
    store(to, line.a);
    store(to + 16, line.b);
    store(to + 32, line.c);
    store(to + 48, line.d);
}

/* Copies `size` bytes, from half to the whole of two values of a type, which may overlap. */
#define COPY_ENDS(type, to, from, size)                              \
    do {                                                             \
        type first = *(const type *)(from);                          \
        type last = *(const type *)((from) + (size) - sizeof(type)); \
        *(type *)(to) = first;                                       \
        *(type *)((to) + (size) - sizeof(type)) = last;              \
    } while (0)

static inline void copy_up_to_16(char *to, const char *from, size_t size) {
    if (size >= 8) {
        COPY_ENDS(eight, to, from, size);
    } else if (size >= 4) {
        COPY_ENDS(four, to, from, size);
    } else if (size >= 2) {
        COPY_ENDS(two, to, from, size);
    } else if (size == 1) {
        *to = *from;
    }
}

static inline void copy_up_to_128(char *to, const char *from, size_t size) {
    if (size <= 32) {
        __m128i first = load(from), last = load(from + size - 16);
        store(to, first);
        store(to + size - 16, last);
    } else if (size <= 64) {
        __m128i first = load(from), second = load(from + 16);
        __m128i third = load(from + size - 32), last = load(from + size - 16);
        store(to, first);
        store(to + 16, second);
        store(to + size - 32, third);
        store(to + size - 16, last);
    } else {
        struct line first = load_line(from), last = load_line(from + size - 64);
        store_line(to, first);
        store_line(to + size - 64, last);
    }
}

/* For more than 128 bytes. Both ends are loaded first, so that `to` may overlap from below. */
static void copy_forward(char *to, const char *from, size_t size) {
    __m128i first = load(from);
    struct line last = load_line(from + size - 64);
    size_t at = 16 - ((uintptr_t)to & 15);
    for (; at < size - 64; at += 64) store_line(to + at, load_line(from + at));
    store(to, first);
    store_line(to + size - 64, last);
}

/* For more than 128 bytes. The start is loaded first, so that `to` may overlap from above. */
static void copy_backward(char *to, const char *from, size_t size) {
    struct line first = load_line(from);
    for (size_t at = size; at > 64; at -= 64) store_line(to + at - 64, load_line(from + at - 64));
    store_line(to, first);
}

void *memmove(void *to, const void *from, size_t size) {
    if (size <= 16) {
        copy_up_to_16(to, from, size);
    } else if (size <= 128) {
        copy_up_to_128(to, from, size);
    } else if ((uintptr_t)to - (uintptr_t)from >= size) {
        copy_forward(to, from, size);
    } else {
        copy_backward(to, from, size);
    }
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size) {
    return memmove(to, from, size);
}
