/* SPDX-License-Identifier: Apache-2.0 */
#include "common.h"

#include "unit.h"

/*
 * The library that is in scope in every set. It is part of the compiler, so
 * that a text compiles alike wherever it stands. Images hold what is used of
 * it.
 */

void tn_common_load(struct tn_front *front)
{
    struct tn_table own = front->names;
    struct tn_file *file;

    tn_table_init(&front->names, &front->arena);
    file = tn_parse_file_of(front, "common.play", (const char *)tn_common_text,
                            tn_common_text_len);
    tn_parse_file(front, file);
    front->common = front->names;
    front->names = own;
}

void *tn_common_get(const struct tn_front *front, enum tn_sort sort,
                    const char *name)
{
    void *own = tn_table_get(&front->names, sort, name);

    return own ? own : tn_table_get(&front->common, sort, name);
}
