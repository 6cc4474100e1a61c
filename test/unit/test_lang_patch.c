/* SPDX-License-Identifier: Apache-2.0 */
/* Words of sounds and lights become the bytes that docs/spec/patches.md says.
 */
#include "lang_kit.h"

#include <tenon/patch.h>

/* A program that plays the sound `body`; the patch stands after its length. */
static struct tn_lang_set *sound_of(const char *body)
{
    char text[512];

    snprintf(text, sizeof(text),
             "sound s { %s }\ntile t { when tapped { play s } }", body);
    return compile_good(text);
}

static struct tn_lang_set *light_of(const char *body)
{
    char text[512];

    snprintf(text, sizeof(text),
             "light l { %s }\ntile t { when tapped { glow l } }", body);
    return compile_good(text);
}

#define assert_sound(body, ...)                                                \
    do {                                                                       \
        struct tn_lang_set *set = sound_of(body);                              \
        assert_bytes(set, sizeof(BYTES(__VA_ARGS__)), __VA_ARGS__);            \
        tn_lang_free(set);                                                     \
    } while (0)

#define assert_light(body, ...)                                                \
    do {                                                                       \
        struct tn_lang_set *set = light_of(body);                              \
        assert_bytes(set, sizeof(BYTES(__VA_ARGS__)), __VA_ARGS__);            \
        tn_lang_free(set);                                                     \
    } while (0)

static void oscillators_have_frequencies_and_levels(void **state)
{
    (void)state;
    assert_sound("sine 1 Hz; hold", 8, 4, 160);
    assert_sound("triangle 32 Hz 40%; hold", 20, 0x80, 1, 40, 160);
    assert_sound("saw 0.25 Hz; hold", 24, 1, 160);
    assert_sound("square 8 kHz; hold", 32, 0x80, 0xFA, 1, 160);
    assert_sound("noise 20%; hold", 40, 20, 160);
}

static void sweeps_have_two_values_and_a_time(void **state)
{
    (void)state;
    assert_sound("sine 1 Hz rising to 2 Hz over 100 ms; hold", 9, 4, 8, 100,
                 160);
    assert_sound("sine 2 Hz falling to 1 Hz over 100 ms 30%; hold", 13, 8, 4,
                 100, 30, 160);
    assert_sound("noise 90% falling to 10% over 1 s; hold", 41, 90, 10, 0xE8, 7,
                 160);
}

static void ranges_have_parameters_in_order_of_appearance(void **state)
{
    (void)state;
    assert_sound("saw 1 Hz .. 2 Hz by a; noise 1% .. 2% by b; "
                 "lowpass 3 Hz .. 4 Hz by a; level 9% .. 8% by c; hold",
                 26, 4, 8, 0, 42, 1, 2, 1, 66, 12, 16, 0, 170, 9, 8, 2, 160);
}

static void filters_and_envelopes_are_elements(void **state)
{
    (void)state;
    assert_sound(
        "noise 1%; lowpass 10 Hz; highpass 11 Hz; bandpass 12 Hz; hold", 40, 1,
        64, 40, 72, 44, 80, 48, 160);
    assert_sound(
        "noise 1%; attack 5 ms; decay 6 ms to 7%; fade 8 ms; last 9 ms; "
        "level 10%",
        40, 1, 128, 5, 140, 6, 7, 144, 8, 152, 9, 168, 10);
}

static void a_sound_without_an_end_gets_one(void **state)
{
    (void)state;
    assert_sound("noise 1%", 40, 1, 152, 0xFA, 1);
    assert_sound("sine 1 Hz rising to 2 Hz over 100 ms; "
                 "sine 1 Hz rising to 2 Hz over 90 ms",
                 9, 4, 8, 100, 9, 4, 8, 90, 152, 100);
    assert_sound("noise 1%; attack 10 ms; decay 60 ms to 0%", 40, 1, 128, 10,
                 140, 60, 0, 152, 70);
}

static void values_are_rounded_to_what_a_patch_counts(void **state)
{
    (void)state;
    assert_sound("sine 1.1 Hz; fade 1.6 ms; level 12.5%; hold", 8, 4, 144, 2,
                 168, 13, 160);
}

static void lights_have_mode_colour_level_and_rate(void **state)
{
    (void)state;
    assert_light("red", 0, 3, 100);
    assert_light("steady pink 20%", 0, 10, 20);
    assert_light("breathe blue", 1, 8, 100, 15);
    assert_light("flash white", 2, 1, 100, 120);
    assert_light("flash red 4/s 50%", 2, 3, 50, 240, 1);
    assert_light("breathe green 50% 2 Hz", 1, 6, 50, 120);
    assert_light("breathe green 7/min", 1, 6, 100, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oscillators_have_frequencies_and_levels),
        cmocka_unit_test(sweeps_have_two_values_and_a_time),
        cmocka_unit_test(ranges_have_parameters_in_order_of_appearance),
        cmocka_unit_test(filters_and_envelopes_are_elements),
        cmocka_unit_test(a_sound_without_an_end_gets_one),
        cmocka_unit_test(values_are_rounded_to_what_a_patch_counts),
        cmocka_unit_test(lights_have_mode_colour_level_and_rate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
