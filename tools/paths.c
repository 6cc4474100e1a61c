/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool.h"

/* Takes `path` over. */
static void push(struct tn_paths *paths, char *path)
{
    paths->list =
        tn_tool_need(realloc(paths->list, (paths->count + 1) * sizeof(char *)));
    paths->list[paths->count++] = path;
}

static bool is_ending(const char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t tail = strlen(ending);

    return len > tail && strcmp(name + len - tail, ending) == 0;
}

static char *join(const char *folder, const char *name)
{
    size_t len = strlen(folder);
    size_t cap = len + strlen(name) + 2;
    char *path = tn_tool_need(malloc(cap));

    while (len > 1 && folder[len - 1] == '/') {
        len--;
    }
    snprintf(path, cap, "%.*s/%s", (int)len, folder, name);
    return path;
}

static int skip_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool post_folder(struct tn_paths *paths, const char *folder,
                        const char *ending)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, skip_hidden, alphasort);
    bool good = count >= 0;

    for (int i = 0; i < count; i++) {
        char *path = join(folder, entries[i]->d_name);
        struct stat info;

        free(entries[i]);
        /* Links are not followed: a ring of them would never end. */
        if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
            good = post_folder(paths, path, ending) && good;
            free(path);
        } else if (is_ending(path, ending)) {
            push(paths, path);
        } else {
            free(path);
        }
    }
    if (count >= 0) {
        free(entries);
    }
    return good;
}

bool tn_paths_post(struct tn_paths *paths, const char *path, const char *ending)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        return false;
    }
    if (S_ISDIR(info.st_mode)) {
        return post_folder(paths, path, ending);
    }
    push(paths, tn_tool_need(strdup(path)));
    return true;
}

void tn_paths_free(struct tn_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        free(paths->list[i]);
    }
    free(paths->list);
}
