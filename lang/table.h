/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_TABLE_H
#define TENON_LANG_TABLE_H

/*
 * Declared names of one scope: a hash table from sort and name to what was
 * declared. Keeps the order of declaration. Names are not copied.
 */

#include <stddef.h>
#include <stdint.h>

#include "memory.h"

enum tn_sort {
    TN_SORT_SOUND,
    TN_SORT_LIGHT,
    TN_SORT_MESSAGE,
    TN_SORT_PROGRAM,
    TN_SORT_NUMBER,
    TN_SORT_STATE,
    TN_SORT_ACTION,
    TN_SORT_KIND,
    TN_SORT_SHOWN, /* numbers that are shown */
    TN_SORT_HASH,  /* names by their 32-bit hash, to find collisions */
    TN_SORT_FILE
};

struct tn_entry {
    const char *name;
    void *value;
    enum tn_sort sort;
    uint32_t next; /* index + 1 of the next in its chain, 0: none */
};

struct tn_table {
    struct tn_arena *arena;
    struct tn_entry *entries;
    uint32_t *chains; /* index + 1 of the first */
    uint32_t count;
    uint32_t cap; /* of entries and of chains; a power of two */
};

void tn_table_init(struct tn_table *table, struct tn_arena *arena);

/* What was declared so, or null. */
void *tn_table_get(const struct tn_table *table, enum tn_sort sort,
                   const char *name);

/* Declares it; the name must not be there yet. */
void tn_table_push(struct tn_table *table, enum tn_sort sort, const char *name,
                   void *value);

#endif
