/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_PATHS_H
#define TENON_TOOLS_PATHS_H

/* Files below folders, in the order of their names. */

#include <stdbool.h>
#include <stddef.h>

struct tn_paths {
    char **list;
    size_t count;
};

/* Adds `path` if it is a file, else all files below it whose names end in
 * `ending`. False: errno says why it cannot be looked at. Out of memory ends
 * the process. */
bool tn_paths_post(struct tn_paths *paths, const char *path,
                   const char *ending);

void tn_paths_free(struct tn_paths *paths);

#endif
