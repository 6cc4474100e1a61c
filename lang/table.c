/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <string.h>

#include <tenon/hash.h>

void tn_table_init(struct tn_table *table, struct tn_arena *arena)
{
    memset(table, 0, sizeof(*table));
    table->arena = arena;
}

static uint32_t *chain_of(const struct tn_table *table, enum tn_sort sort,
                          const char *name)
{
    uint32_t hash =
        tn_hash_fnv32(TN_FNV32_START + (uint32_t)sort, name, strlen(name));

    return &table->chains[hash & (table->cap - 1)];
}

void *tn_table_get(const struct tn_table *table, enum tn_sort sort,
                   const char *name)
{
    uint32_t at = table->cap ? *chain_of(table, sort, name) : 0;

    while (at) {
        const struct tn_entry *entry = &table->entries[at - 1];

        if (entry->sort == sort && strcmp(entry->name, name) == 0) {
            return entry->value;
        }
        at = entry->next;
    }
    return NULL;
}

static void link_entry(struct tn_table *table, uint32_t index)
{
    struct tn_entry *entry = &table->entries[index];
    uint32_t *chain = chain_of(table, entry->sort, entry->name);

    entry->next = *chain;
    *chain = index + 1;
}

static void grow(struct tn_table *table)
{
    uint32_t cap = table->cap ? table->cap * 2 : 32;
    struct tn_entry *entries =
        tn_arena_get(table->arena, cap * sizeof(*entries));

    if (table->count) {
        memcpy(entries, table->entries, table->count * sizeof(*entries));
    }
    table->entries = entries;
    table->chains = tn_arena_get(table->arena, cap * sizeof(*table->chains));
    table->cap = cap;
    for (uint32_t i = 0; i < table->count; i++) {
        link_entry(table, i);
    }
}

void tn_table_push(struct tn_table *table, enum tn_sort sort, const char *name,
                   void *value)
{
    if (table->count == table->cap) {
        grow(table);
    }
    table->entries[table->count].name = name;
    table->entries[table->count].sort = sort;
    table->entries[table->count].value = value;
    link_entry(table, table->count);
    table->count++;
}
