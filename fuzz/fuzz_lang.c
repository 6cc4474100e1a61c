/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the source of a set: the compiler comes back with problems or
 * with programs, and a brick accepts every program that it makes.
 */
#include <stdint.h>
#include <stdlib.h>

#include <tenon/play.h>

#include "lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("fuzz.play", (const char *)data, len);

    if (set->error_count && set->program_count) {
        abort();
    }
    for (size_t i = 0; i < set->problem_count; i++) {
        const struct tn_lang_problem *problem = &set->problems[i];

        if (!problem->why[0] || problem->width == 0) {
            abort();
        }
    }
    for (size_t i = 0; i < set->program_count; i++) {
        const struct tn_lang_program *program = &set->programs[i];
        struct tn_image_info info;

        if (tn_play_verify(program->image, (uint16_t)program->image_len,
                           &info)) {
            abort();
        }
    }
    tn_lang_free(set);
    return 0;
}
