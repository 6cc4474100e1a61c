/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_MEMORY_H
#define TENON_LANG_MEMORY_H

/*
 * Memory that is given back all at once. Everything that one compilation needs
 * lives in an arena; running out of memory ends the process with a message.
 */

#include <stddef.h>

struct tn_arena_block;

struct tn_arena {
    struct tn_arena_block *last;
};

/* `len` zeroed bytes, aligned for anything. */
void *tn_arena_get(struct tn_arena *arena, size_t len);

/* A copy of `len` bytes with a 0 after them. */
char *tn_arena_copy(struct tn_arena *arena, const char *text, size_t len);

/* A formatted string. */
char *tn_arena_print(struct tn_arena *arena, const char *format, ...);

/* Frees all that came from it. */
void tn_arena_reset(struct tn_arena *arena);

#endif
