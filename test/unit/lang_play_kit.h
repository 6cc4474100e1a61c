/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_LANG_PLAY_KIT_H
#define TENON_TEST_LANG_PLAY_KIT_H

/* A play machine with all programs of a text, for tests of what is written and
 * then played. */

#include "lang_kit.h"

#include <tenon/play.h>

#include "support/load.h"

static struct tn_play play;
static struct tn_play_in in;
static struct tn_play_out out;
static struct tn_lang_set *set;

static inline void step(void)
{
    in.time_us += TN_FRAME_US;
    tn_play_step(&play, &in, &out);
}

/* Program i is in slot i, and has begun. */
static inline void begin(const char *text)
{
    struct tn_image_info info;

    set = compile_good(text);
    memset(&in, 0, sizeof(in));
    tn_play_init(&play);
    for (size_t i = 0; i < set->program_count; i++) {
        const struct tn_lang_program *p = &set->programs[i];

        assert_int_equal(load_image(&play, (uint8_t)i, p->image,
                                    (uint16_t)p->image_len, 0, &info),
                         0);
    }
    step();
}

static inline void end(void)
{
    tn_lang_free(set);
}

#endif
