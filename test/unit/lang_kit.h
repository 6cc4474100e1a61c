/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_LANG_KIT_H
#define TENON_TEST_LANG_KIT_H

/* What the compiler's tests share. */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lang.h"

/* A set from text that must compile without a warning. */
static inline struct tn_lang_set *compile_good(const char *text)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("test.play", text, strlen(text));

    for (size_t i = 0; i < set->problem_count; i++) {
        tn_lang_print_problem(&set->problems[i], stdout, false);
    }
    assert_int_equal(set->problem_count, 0);
    return set;
}

/* The bytes `part` stand in the image of the set's program `index`. */
static inline bool has_bytes(const struct tn_lang_set *set, size_t index,
                             const uint8_t *part, size_t len)
{
    const struct tn_lang_program *program = &set->programs[index];

    for (size_t at = 0; at + len <= program->image_len; at++) {
        if (memcmp(program->image + at, part, len) == 0) {
            return true;
        }
    }
    return false;
}

#define BYTES(...) ((const uint8_t[]){__VA_ARGS__})
#define assert_bytes(set, ...)                                                 \
    assert_true(                                                               \
        has_bytes(set, 0, BYTES(__VA_ARGS__), sizeof(BYTES(__VA_ARGS__))))

#endif
