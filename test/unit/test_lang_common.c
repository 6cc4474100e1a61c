/* SPDX-License-Identifier: Apache-2.0 */
/* The library that every set has at hand. */
#include "lang_kit.h"

#include <stdlib.h>

#include <tenon/play.h>
#include <tenon/voice.h>

static const char *const names[] = {
    "alarm", "boing",     "chime",  "clang",     "clunk",
    "door",  "drop",      "engine", "explosion", "footstep",
    "laser", "powerdown", "purr",   "swoosh",    "wind"};
#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

static struct tn_lang_set *set;

static const uint8_t *get_patch(uint8_t *len)
{
    const struct tn_lang_program *p = &set->programs[0];
    const uint8_t *patch = NULL;

    assert_int_equal(
        tn_play_find_sound(p->image, (uint16_t)p->image_len, 0, &patch, len),
        TN_OK);
    return patch;
}

static void compile_play(const char *name, const char *before)
{
    char text[256];

    snprintf(text, sizeof(text), "%stile t { enter { play %s } }", before,
             name);
    set = compile_good(text);
}

static void every_sound_is_at_hand_and_small(void **state)
{
    uint8_t len;

    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        compile_play(names[i], "");
        assert_int_equal(set->programs[0].sounds.count, 1);
        assert_string_equal(set->programs[0].sounds.list[0], names[i]);
        (void)get_patch(&len);
        assert_in_range(len, 1, 60);
        tn_lang_free(set);
    }
}

/* Loud enough within 400 ms, and over within 3 s of being let go. */
static void every_sound_is_heard_and_ends(void **state)
{
    static struct tn_voice voice;
    int16_t audio[TN_AUDIO_LEN];

    (void)state;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        struct tn_voice_req req = {.key = TN_VOICE_UNBOUND};
        int peak = 0;

        compile_play(names[i], "");
        req.patch = get_patch(&req.patch_len);
        req.params[0] = TN_Q16_ONE / 2;
        tn_voice_init(&voice, 1);
        tn_voice_play(&voice, &req);
        for (int block = 0; block < 100; block++) {
            tn_voice_render(&voice, audio);
            for (uint32_t k = 0; k < TN_AUDIO_LEN; k++) {
                peak = abs(audio[k]) > peak ? abs(audio[k]) : peak;
            }
        }
        assert_in_range(peak, 3000, 32767);
        if (tn_voice_get_len_ms(req.patch, req.patch_len) == UINT32_MAX) {
            tn_voice_stop(&voice, 0, 0);
        }
        for (int block = 0; block < 750; block++) {
            tn_voice_render(&voice, audio);
        }
        assert_int_equal(tn_voice_get_count(&voice), 0);
        tn_lang_free(set);
    }
}

static void a_set_has_its_own_sound_instead(void **state)
{
    static const uint8_t own[] = {0x28, 3, 0x98, 0xE8, 0x07};
    const uint8_t *patch;
    uint8_t len;

    (void)state;
    compile_play("laser", "sound laser { noise 3%; last 1 s }\n");
    patch = get_patch(&len);
    assert_int_equal(len, sizeof(own));
    assert_memory_equal(patch, own, sizeof(own));
    tn_lang_free(set);
}

static void using_it_changes_nothing(void **state)
{
    struct tn_lang_set *plain;

    (void)state;
    compile_play("chime", "");
    plain = set;
    compile_play("chime", "use \"common\"\n");
    assert_int_equal(set->programs[0].image_len, plain->programs[0].image_len);
    assert_memory_equal(set->programs[0].image, plain->programs[0].image,
                        plain->programs[0].image_len);
    tn_lang_free(set);
    tn_lang_free(plain);
}

/* What it declares is no part of the set: no name is taken, no warning. */
static void nothing_of_it_is_left_where_it_is_not_used(void **state)
{
    (void)state;
    set = compile_good("tile engine { kind laser; enter { glow red } }");
    assert_int_equal(set->programs[0].sounds.count, 0);
    assert_string_equal(set->name, "");
    tn_lang_free(set);
}

/* A tune may be played by one of its sounds. */
static void tunes_can_be_played_with_it(void **state)
{
    const uint8_t *patch;
    uint8_t len;

    (void)state;
    compile_play("hero", "tune hero { with chime; c4 d4 }\n");
    patch = get_patch(&len);
    assert_int_equal(patch[0], TN_SOUND_SINE * 8);
    tn_lang_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sound_is_at_hand_and_small),
        cmocka_unit_test(every_sound_is_heard_and_ends),
        cmocka_unit_test(a_set_has_its_own_sound_instead),
        cmocka_unit_test(using_it_changes_nothing),
        cmocka_unit_test(nothing_of_it_is_left_where_it_is_not_used),
        cmocka_unit_test(tunes_can_be_played_with_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
