/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_LEN 16384u

struct tn_arena_block {
    struct tn_arena_block *before;
    size_t used;
    size_t cap;
    _Alignas(max_align_t) unsigned char data[];
};

static struct tn_arena_block *block_of(size_t cap,
                                       struct tn_arena_block *before)
{
    struct tn_arena_block *block = malloc(sizeof(*block) + cap);

    if (!block) {
        fputs("tenon: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    block->before = before;
    block->used = 0;
    block->cap = cap;
    return block;
}

void *tn_arena_get(struct tn_arena *arena, size_t len)
{
    size_t align = _Alignof(max_align_t);
    size_t need = (len + align - 1) / align * align;
    struct tn_arena_block *block = arena->last;
    void *data;

    if (!block || block->cap - block->used < need) {
        block = block_of(need > BLOCK_LEN ? need : BLOCK_LEN, block);
        arena->last = block;
    }
    data = block->data + block->used;
    block->used += need;
    memset(data, 0, need);
    return data;
}

char *tn_arena_copy(struct tn_arena *arena, const char *text, size_t len)
{
    char *copy = tn_arena_get(arena, len + 1);

    if (len) {
        memcpy(copy, text, len);
    }
    return copy;
}

char *tn_arena_print(struct tn_arena *arena, const char *format, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = tn_arena_get(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

void tn_arena_reset(struct tn_arena *arena)
{
    while (arena->last) {
        struct tn_arena_block *before = arena->last->before;

        free(arena->last);
        arena->last = before;
    }
}
