/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_PROBLEM_H
#define TENON_LANG_PROBLEM_H

/*
 * Problems as they are found, at places in files. At most TN_PROBLEM_CAP of
 * each severity are kept, each once.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lang.h"
#include "memory.h"

#define TN_PROBLEM_CAP 20u

struct tn_file {
    char *path;
    const char *text;
    uint32_t len;
    uint32_t order; /* files in the order they were opened */
    bool busy;      /* is being read, so it must not be used again */
};

/* A place: `len` bytes from `at`. */
struct tn_pos {
    const struct tn_file *file;
    uint32_t at;
    uint32_t len;
    uint32_t line; /* from 1; 0: the file as a whole */
};

struct tn_found {
    struct tn_pos pos;
    const char *why;
    const char *what;
    enum tn_lang_severity severity;
};

struct tn_problems {
    struct tn_arena *arena; /* lives as long as the result */
    struct tn_found found[2 * TN_PROBLEM_CAP];
    uint32_t count;
    uint32_t errors;
    uint32_t warnings;
};

/* `what` may be null; both texts are copied. */
void tn_problem_error(struct tn_problems *problems, struct tn_pos pos,
                      const char *what, const char *why, ...);
void tn_problem_warn(struct tn_problems *problems, struct tn_pos pos,
                     const char *what, const char *why, ...);

/* No further error would be kept: time to stop. */
bool tn_problem_is_full(const struct tn_problems *problems);

/* Writes them to the result, in the order of the text; warnings only where
 * there is no error. */
void tn_problem_encode(struct tn_problems *problems, struct tn_lang_set *set);

#endif
