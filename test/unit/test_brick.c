/* SPDX-License-Identifier: Apache-2.0 */
/* src/brick: whole bricks, with real tag memories and compiled programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <tenon/hash.h>
#include <tenon/prng.h>

#include "sim/window.h"
#include "support/rig.h"

static const char TOY[] =
    "set toy\n"
    "sound drone { saw 110 Hz; hold }\n"
    "sound beep { square 880 Hz; fade 40 ms; last 80 ms }\n"
    "tile toy {\n"
    "  start idle\n"
    "  state idle {\n"
    "    when shaken -> awake\n"
    "    after 7 s -> waiting\n"
    "  }\n"
    "  state awake {\n"
    "    while { play drone }\n"
    "    enter { glow red }\n"
    "    leave { glow off }\n"
    "    when still for 1 s -> idle\n"
    "  }\n"
    "  state waiting {\n"
    "    enter { play beep }\n"
    "    after 11 s -> idle\n"
    "  }\n"
    "}\n";

static uint64_t hash_out(const struct tn_out *out)
{
    return tn_out_hash(TN_FNV64_START, out);
}

static bool is_loud(const struct tn_out *out)
{
    for (unsigned i = 0; i < TN_AUDIO_LEN; i++) {
        if (out->audio[i] > 500 || out->audio[i] < -500) {
            return true;
        }
    }
    return false;
}

/* A rig with the toy's tile on it, at rest. */
static void init_toy(struct rig *rig)
{
    struct tn_lang_set *set = rig_compile(TOY);

    rig_init(rig, 5);
    rig_put(rig, 0, set, "toy");
    tn_lang_free(set);
    rig_rest(rig, 1500);
}

static void a_placed_tile_begins_in_its_start_state(void **state)
{
    struct rig rig;

    (void)state;
    init_toy(&rig);
    assert_int_equal(tn_play_get_state(&rig.brick.play, 0), 0);
    assert_int_equal(tn_play_get_state(&rig.brick.play, 1), TN_STATE_NONE);
}

static void a_shake_is_heard_and_seen(void **state)
{
    struct rig rig;

    (void)state;
    init_toy(&rig);
    assert_false(is_loud(&rig.out));
    assert_int_equal(rig.out.leds[0].r, 0);
    rig_shake(&rig, 1500);
    assert_true(is_loud(&rig.out));
    assert_true(rig.out.leds[0].r > 0);
    rig_rest(&rig, 4000);
    assert_false(is_loud(&rig.out));
    assert_int_equal(rig.out.leds[0].r, 0);
}

static void a_tile_taken_away_falls_silent(void **state)
{
    struct rig rig;

    (void)state;
    init_toy(&rig);
    rig_shake(&rig, 1500);
    assert_true(is_loud(&rig.out));
    rig_take(&rig, 0);
    rig_shake(&rig, 1000);
    assert_false(is_loud(&rig.out));
    assert_int_equal(tn_play_get_state(&rig.brick.play, 0), TN_STATE_NONE);
}

static void time_that_runs_backwards_changes_nothing(void **state)
{
    struct rig rig;

    (void)state;
    init_toy(&rig);

    uint64_t before = tn_brick_hash(&rig.brick);

    rig.in.time_us -= 1;
    assert_int_equal(tn_brick_step(&rig.brick, &rig.in, &rig.out), TN_ERR_TIME);
    rig.in.time_us += 1;
    rig.in.accel_count = TN_ACCEL_CAP + 1;
    assert_int_equal(tn_brick_step(&rig.brick, &rig.in, &rig.out), TN_ERR_ARG);
    assert_true(tn_brick_hash(&rig.brick) == before);
}

static void a_copy_of_the_struct_goes_on_the_same(void **state)
{
    static struct rig rig;
    static struct rig copy;

    (void)state;
    init_toy(&rig);
    rig_shake(&rig, 700);
    memcpy(&copy.brick, &rig.brick, sizeof rig.brick);

    /* The same inputs without a near field, since the field is not copied. */
    rig_take(&rig, 0);
    tn_sim_field_init(&rig.field);
    tn_sim_field_init(&copy.field);
    copy.in = rig.in;
    copy.noise = rig.noise;
    for (int i = 0; i < 500; i++) {
        rig_step_feeling(&rig, i * 13 % 900, i * 7 % 1100, 1000);
        rig_step_feeling(&copy, i * 13 % 900, i * 7 % 1100, 1000);
        assert_true(hash_out(&rig.out) == hash_out(&copy.out));
    }
    assert_true(tn_brick_hash(&rig.brick) == tn_brick_hash(&copy.brick));
}

static void a_quiet_brick_sleeps_and_a_moved_one_does_not(void **state)
{
    struct rig rig;

    (void)state;
    init_toy(&rig);
    rig_rest(&rig, 2000);
    assert_true(rig_doze(&rig, 3000));
    assert_int_equal(rig.out.sleep_us % TN_FRAME_US, 0);
    rig_step_feeling(&rig, 900, 0, 300);
    assert_int_equal(rig.out.sleep_us, 0);
}

/* The heart of sleep: for the whole life of a quiet brick, a step over the gap
 * (or any part of it) leaves the same bytes and the same output as all the
 * steps that it stands for. */
static void one_step_over_a_gap_equals_the_quiet_steps(void **state)
{
    static struct rig many;
    static struct rig one;
    struct tn_prng prng;
    unsigned gaps = 0;

    (void)state;
    tn_prng_init(&prng, 3, 1);
    init_toy(&many);
    rig_rest(&many, 2000);
    assert_true(rig_doze(&many, 3000));
    for (unsigned i = 0; i < TN_AUDIO_LEN; i++) {
        many.in.mic[i] = (int16_t)tn_prng_below(&prng, 60);
    }
    many.in.mic_on = 1;
    many.in.light = (struct tn_light){900, 800, 700, 2000, 24000, 16, 1};
    memcpy(&one, &many, sizeof many);
    one.field.tags[0] = &one.tags[0];

    while (gaps < 300) {
        uint32_t frames = one.out.sleep_us / TN_FRAME_US;

        if (frames > 0) {
            frames = tn_prng_below(&prng, 4) ? frames
                                             : tn_prng_below(&prng, frames + 1);
            one.in.time_us += (uint64_t)frames * TN_FRAME_US;
            gaps++;
        }
        /* Microphone and light sensor are off in a sleep, or as if they were.
         */
        one.in.mic_on = !one.brick.asleep;
        one.in.light.valid = !one.brick.asleep;
        rig_step(&one);
        for (uint32_t i = 0; i <= frames; i++) {
            rig_step(&many);
        }
        assert_true(tn_brick_hash(&many.brick) == tn_brick_hash(&one.brick));
        assert_true(hash_out(&many.out) == hash_out(&one.out));
    }
    /* The timers of the program ran all the same: 300 gaps of <= 480 ms. */
    assert_true(one.in.time_us > 30000000u);
}

static void show(struct rig *rig, struct tn_window *window,
                 enum tn_light_thing card)
{
    tn_window_show(window, card, rig->in.time_us, 500000);
    for (int i = 0; i < 250; i++) {
        tn_window_get(window, rig->in.time_us, &rig->in.light);
        rig_step_feeling(rig, 0, 0, 1000);
    }
}

static void a_card_before_the_window_is_seen_by_its_colour(void **state)
{
    struct tn_lang_set *set =
        rig_compile("tile t { when sees red { glow red }\n"
                    "when sees blue { glow blue } }");
    struct tn_window window;
    struct rig rig;

    (void)state;
    rig_init(&rig, 5);
    rig_put(&rig, 0, set, "t");
    tn_window_init(&window, 1);
    show(&rig, &window, TN_LIGHT_NOTHING);
    show(&rig, &window, TN_LIGHT_YELLOW);
    assert_int_equal(rig.out.leds[0].r, 0);
    show(&rig, &window, TN_LIGHT_RED);
    assert_true(rig.out.leds[0].r > 0 && rig.out.leds[0].b == 0);
    show(&rig, &window, TN_LIGHT_BLUE);
    assert_true(rig.out.leds[0].b > 0 && rig.out.leds[0].r == 0);
    tn_lang_free(set);
}

/* What the brick itself plays comes back to its microphone a frame later. */
static void a_brick_does_not_hear_itself(void **state)
{
    static struct rig rig;
    static struct rig other;
    struct tn_hearing_signals own;
    struct tn_hearing_signals strange;

    (void)state;
    init_toy(&rig);
    rig_init(&other, 6);
    rig_shake(&rig, 700);
    rig.in.mic_on = 1;
    other.in.mic_on = 1;
    for (int i = 0; i < 200; i++) {
        memcpy(rig.in.mic, rig.out.audio, sizeof rig.in.mic);
        memcpy(other.in.mic, rig.out.audio, sizeof rig.in.mic);
        rig_step_feeling(&rig, i * 13 % 900, i * 7 % 1100, 1000);
        rig_step_feeling(&other, 0, 0, 1000);
        assert_true(is_loud(&rig.out));
    }
    tn_hearing_get_signals(&rig.brick.hearing, &own);
    tn_hearing_get_signals(&other.brick.hearing, &strange);
    assert_true(own.loudness < TN_Q16_ONE / 10);
    assert_true(strange.loudness > TN_Q16_ONE / 2);
    assert_int_equal(own.quiet, 1);
    assert_int_equal(strange.quiet, 0);
}

static void
what_is_heard_keeps_a_brick_awake_until_the_microphone_is_off(void **state)
{
    static struct rig rig;

    (void)state;
    rig_init(&rig, 5);
    rig_rest(&rig, 2000);
    for (unsigned i = 0; i < TN_AUDIO_LEN; i++) {
        rig.in.mic[i] = i % 2 ? 20000 : -20000;
    }
    rig.in.mic_on = 1;
    assert_false(rig_doze(&rig, 4000));
    rig.in.mic_on = 0;
    assert_true(rig_doze(&rig, 4000));
    assert_int_equal(rig.brick.hearing.loud, 0);
    assert_int_equal(rig.brick.hearing.quiet, 0);
}

static void a_program_that_is_garbled_is_refused_with_its_place(void **state)
{
    struct rig rig;
    struct tn_lang_set *set = rig_compile(TOY);
    unsigned notices = 0;

    (void)state;
    rig_init(&rig, 5);
    set->programs[0].image[TN_IMAGE_AT_MAGIC] ^= 1;
    rig_put(&rig, 0, set, "toy");
    tn_lang_free(set);
    for (int i = 0; i < 300; i++) {
        rig_rest(&rig, 4);
        if (rig.out.notice_count) {
            notices++;
            assert_int_equal(rig.out.notices[0].err, TN_ERR_MAGIC);
            assert_int_equal(rig.out.notices[0].slot, 0);
            assert_true(rig.out.notices[0].at > 0);
        }
    }
    assert_int_equal(notices, 1);
    assert_int_equal(tn_play_get_state(&rig.brick.play, 0), TN_STATE_NONE);
}

static void a_sound_that_no_voice_can_play_is_refused(void **state)
{
    struct rig rig;
    struct tn_lang_set *set = rig_compile(TOY);
    struct tn_lang_program *program = &set->programs[0];
    const uint8_t *patch;
    uint8_t len;
    unsigned notices = 0;

    (void)state;
    rig_init(&rig, 5);
    assert_int_equal(tn_play_find_sound(program->image,
                                        (uint16_t)program->image_len, 0, &patch,
                                        &len),
                     TN_OK);
    program->image[patch - program->image] = 0xFF;

    uint16_t crc = tn_hash_crc16(program->image + 8, program->image_len - 8);

    program->image[TN_IMAGE_AT_CHECKSUM] = (uint8_t)crc;
    program->image[TN_IMAGE_AT_CHECKSUM + 1] = (uint8_t)(crc >> 8);
    rig_put(&rig, 0, set, "toy");
    tn_lang_free(set);
    for (int i = 0; i < 300; i++) {
        rig_rest(&rig, 4);
        if (rig.out.notice_count) {
            notices++;
            assert_int_equal(rig.out.notices[0].err, TN_ERR_PATCH);
        }
    }
    assert_int_equal(notices, 1);
}

/* One input with one number out of range, all others right. */
static void refuse_one(struct rig *rig, uint8_t *field, uint8_t wrong)
{
    uint8_t right = *field;
    uint64_t before = tn_brick_hash(&rig->brick);

    *field = wrong;
    assert_int_equal(tn_brick_step(&rig->brick, &rig->in, &rig->out),
                     TN_ERR_ARG);
    assert_true(tn_brick_hash(&rig->brick) == before);
    *field = right;
}

static void every_count_out_of_range_is_refused_by_itself(void **state)
{
    struct rig rig;

    (void)state;
    rig_init(&rig, 5);
    rig_rest(&rig, 40);
    refuse_one(&rig, &rig.in.accel_count, TN_ACCEL_CAP + 1);
    refuse_one(&rig, &rig.in.near_count, TN_NF_CAP + 1);
    refuse_one(&rig, &rig.in.coil_count, TN_COIL_CAP + 1);
    refuse_one(&rig, &rig.in.radio.rx_count, TN_NET_RX_CAP + 1);
    refuse_one(&rig, &rig.in.mic_on, 2);
    refuse_one(&rig, &rig.in.light.valid, 2);
    rig.in.battery_pc = 101;
    assert_int_equal(tn_brick_step(&rig.brick, &rig.in, &rig.out), TN_ERR_ARG);
    rig.in.battery_pc = 100;
    rig.in.store.len = TN_STORE_PAGE_LEN + 1;
    assert_int_equal(tn_brick_step(&rig.brick, &rig.in, &rig.out), TN_ERR_ARG);
    rig.in.store.len = 0;
    assert_int_equal(tn_brick_step(&rig.brick, &rig.in, &rig.out), TN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_out_of_range_is_refused_by_itself),
        cmocka_unit_test(a_placed_tile_begins_in_its_start_state),
        cmocka_unit_test(a_shake_is_heard_and_seen),
        cmocka_unit_test(a_tile_taken_away_falls_silent),
        cmocka_unit_test(time_that_runs_backwards_changes_nothing),
        cmocka_unit_test(a_copy_of_the_struct_goes_on_the_same),
        cmocka_unit_test(a_quiet_brick_sleeps_and_a_moved_one_does_not),
        cmocka_unit_test(one_step_over_a_gap_equals_the_quiet_steps),
        cmocka_unit_test(a_card_before_the_window_is_seen_by_its_colour),
        cmocka_unit_test(a_brick_does_not_hear_itself),
        cmocka_unit_test(
            what_is_heard_keeps_a_brick_awake_until_the_microphone_is_off),
        cmocka_unit_test(a_program_that_is_garbled_is_refused_with_its_place),
        cmocka_unit_test(a_sound_that_no_voice_can_play_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
