/* SPDX-License-Identifier: Apache-2.0 */
/* Tunes: what their bytes mean, when their notes begin, and how they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice_kit.h"

#define NOTE(length, step) ((length) << 5 | ((step) + 14))
#define REST(length) ((length) << 5 | TN_TUNE_REST)
#define QUARTER 3u
#define EIGHTH 1u
#define HALF 5u
#define OTHER TN_TUNE_LENGTH_OTHER

static struct tn_voice voice;
static int16_t take[TAKE_CAP * 2];

/* A tune of 120 quarters a minute, 500 ms each, on a held triangle. */
static struct patch make_tune(const uint8_t *notes, uint8_t len)
{
    struct patch p = make_tone(TN_SOUND_TRIANGLE, 500);

    put_const(&p, TN_SOUND_TUNE, 120);
    for (uint8_t i = 0; i < len; i++) {
        put_byte(&p, notes[i]);
    }
    return p;
}

#define TUNE(...)                                                              \
    make_tune((const uint8_t[]){__VA_ARGS__},                                  \
              sizeof((const uint8_t[]){__VA_ARGS__}))

static void begin(const struct patch *p, bool again)
{
    struct tn_voice_req req = make_req(p, 0, TN_VOICE_UNBOUND);

    tn_voice_init(&voice, 1);
    if (again) {
        tn_voice_hum(&voice, &req);
    } else {
        tn_voice_play(&voice, &req);
    }
}

/* The pitch heard from `from_ms` on, over 200 ms. */
static double hear(uint32_t from_ms)
{
    return get_hz(take + from_ms * 16 + 320, 200 * 16);
}

static void a_melody_goes_by_steps_and_leaps(void **state)
{
    /* g4, b4, g3 by a leap */
    struct patch p =
        TUNE(NOTE(QUARTER, 0), NOTE(QUARTER, 4), 3u << 5 | TN_TUNE_LEAP, 55);

    (void)state;
    begin(&p, false);
    render(&voice, take, 375);
    assert_true(fabs(hear(0) - 392.0) < 0.5);
    assert_true(fabs(hear(500) - 493.88) < 0.5);
    assert_true(fabs(hear(1000) - 196.0) < 0.5);
    assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len), 1500);
}

static void every_length_is_as_long_as_it_says(void **state)
{
    static const uint32_t ticks[] = {6, 12, 18, 24, 36, 48, 96};

    (void)state;
    for (uint32_t i = 0; i < 7; i++) {
        struct patch p = TUNE((uint8_t)NOTE(i, 0));

        assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len),
                         ticks[i] * 500 / 24);
    }
    struct patch p = TUNE(NOTE(OTHER, 0), 0x81, 0x02); /* 257 ticks */

    assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len), 257 * 500 / 24);
}

static void a_rest_is_silent_and_the_tune_goes_on(void **state)
{
    struct patch p = TUNE(NOTE(EIGHTH, 0), REST(HALF), NOTE(EIGHTH, 0));

    (void)state;
    begin(&p, false);
    render(&voice, take, 400);
    assert_true(get_peak(take, 250 * 16) > 5000);
    assert_int_equal(get_peak(take + 320 * 16, 900 * 16), 0);
    assert_true(get_peak(take + 1260 * 16, 200 * 16) > 5000);
    assert_int_equal(get_peak(take + 1560 * 16, 40 * 16), 0);
    assert_int_equal(tn_voice_get_count(&voice), 0);
}

static void a_tune_in_a_rest_is_no_silence_yet(void **state)
{
    struct patch p = TUNE(NOTE(EIGHTH, 0), REST(HALF), NOTE(EIGHTH, 0));

    (void)state;
    begin(&p, false);
    pass(&voice, 200);
    assert_int_equal(get_peak(take, 0), 0);
    assert_int_equal(tn_voice_get_count(&voice), 1);
}

static void a_chord_sounds_together(void **state)
{
    struct patch p = TUNE(TN_TUNE_CHORD, 71, TN_TUNE_CHORD, 74,
                          NOTE(QUARTER, 0)); /* g4 b4 d5 */

    (void)state;
    begin(&p, false);
    render(&voice, take, 100);
    assert_int_equal(tn_voice_get_count(&voice), 4); /* three, and the tune */
    assert_true(get_tone(take + 800, 4800, 392.0) > 2000);
    assert_true(get_tone(take + 800, 4800, 493.88) > 2000);
    assert_true(get_tone(take + 800, 4800, 587.33) > 2000);
    assert_true(get_tone(take + 800, 4800, 440.0) < 300);
}

/* Where the second of two eighths begins: the step of the amplitude. */
static void swing_makes_the_first_eighth_longer(void **state)
{
    struct patch p = make_tone(TN_SOUND_TRIANGLE, 500);
    struct patch even = TUNE(REST(EIGHTH), NOTE(EIGHTH, 0), NOTE(QUARTER, 0));
    static const uint8_t notes[] = {REST(EIGHTH), NOTE(EIGHTH, 0),
                                    NOTE(QUARTER, 0)};

    (void)state;
    put_leveled(&p, TN_SOUND_TUNE, 120, 60);
    memcpy(p.bytes + p.len, notes, sizeof notes);
    p.len += sizeof notes;
    begin(&p, false);
    render(&voice, take, 100);
    assert_int_equal(get_peak(take, 300 * 16), 0);
    assert_true(get_peak(take + 304 * 16, 40 * 16) > 5000);
    assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len), 1000);
    begin(&even, false);
    render(&voice, take, 100);
    assert_int_equal(get_peak(take, 248 * 16), 0);
    assert_true(get_peak(take + 252 * 16, 40 * 16) > 5000);
}

static void humming_goes_round_without_drifting(void **state)
{
    struct patch p = TUNE(NOTE(EIGHTH, 0), REST(EIGHTH)); /* 500 ms */

    (void)state;
    begin(&p, true);
    for (uint32_t round = 0; round < 100; round++) {
        render(&voice, take, 125);
        assert_true(get_peak(take + 8 * 16, 230 * 16) > 5000);
        assert_int_equal(get_peak(take + 310 * 16, 180 * 16), 0);
    }
    tn_voice_stop(&voice, 0, 0);
    pass(&voice, 100);
    assert_int_equal(tn_voice_get_count(&voice), 0);
}

/* 454 ms a round, which is no multiple of a block. */
static void a_round_that_is_no_whole_block_does_not_drift(void **state)
{
    struct patch p = make_tone(TN_SOUND_TRIANGLE, 500);

    (void)state;
    put_const(&p, TN_SOUND_TUNE, 132);
    put_byte(&p, NOTE(EIGHTH, 0));
    put_byte(&p, REST(EIGHTH));
    begin(&p, true);
    pass(&voice, 100 * 454 / 4 - 2);
    render(&voice, take, 20);
    assert_int_equal(get_peak(take, 4 * 16), 0);
    assert_true(get_peak(take + 12 * 16, 60 * 16) > 5000);
}

static void a_tune_brings_its_own_sound_or_gets_one(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_TUNE, 120);
    put_byte(&p, NOTE(QUARTER, 2)); /* a4 */
    begin(&p, false);
    render(&voice, take, 125);
    assert_true(get_tone(take + 800, 4800, 440.0) > 3000);
    assert_true(get_peak(take + 400 * 16, 90 * 16) > 1000);
}

static void played_anew_it_begins_anew(void **state)
{
    struct patch p = TUNE(NOTE(QUARTER, 0), NOTE(QUARTER, 4));
    struct tn_voice_req req;

    (void)state;
    begin(&p, false);
    pass(&voice, 125); /* the second note begins now */
    req = make_req(&p, 0, TN_VOICE_UNBOUND);
    tn_voice_play(&voice, &req);
    render(&voice, take, 125);
    assert_true(fabs(hear(100) - 392.0) < 0.5);
}

static void a_third_tune_takes_the_oldest_place(void **state)
{
    struct patch p = TUNE(NOTE(HALF, 0), NOTE(HALF, 0), NOTE(HALF, 0));
    struct tn_voice_req req = make_req(&p, 0, TN_VOICE_UNBOUND);

    (void)state;
    tn_voice_init(&voice, 1);
    for (uint8_t i = 0; i < 3; i++) {
        req.sound = i;
        tn_voice_play(&voice, &req);
        pass(&voice, 2);
    }
    pass(&voice, 20);
    /* Two notes and two tunes. */
    assert_int_equal(tn_voice_get_count(&voice), 4);
    tn_voice_stop(&voice, 0, 0); /* is no more there */
    pass(&voice, 50);
    assert_int_equal(tn_voice_get_count(&voice), 4);
}

static void a_held_tune_lasts_until_it_is_released(void **state)
{
    struct patch p = TUNE(NOTE(EIGHTH, 0), REST(EIGHTH));

    (void)state;
    tn_voice_init(&voice, 1);
    for (uint32_t i = 0; i < 1000; i++) { /* 4 s, eight times */
        hold(&voice, &p, 0, 3);
        tn_voice_render(&voice, take + i * TN_AUDIO_LEN);
    }
    for (uint32_t round = 0; round < 8; round++) {
        assert_true(get_peak(take + (round * 500 + 20) * 16, 200 * 16) > 5000);
    }
    tn_voice_release(&voice, 0, 3);
    pass(&voice, 100);
    assert_int_equal(tn_voice_get_count(&voice), 0);
}

static void fading_takes_as_long_as_is_said(void **state)
{
    struct patch p = make_tone(TN_SOUND_TRIANGLE, 500);

    (void)state;
    begin(&p, false);
    pass(&voice, 50);
    tn_voice_fade(&voice, 0, 0, 1000);
    render(&voice, take, 260);
    assert_true(get_peak(take + 450 * 16, 50 * 16) > 2500);
    assert_true(get_peak(take + 450 * 16, 50 * 16) < 4500);
    assert_true(get_peak(take + 940 * 16, 50 * 16) > 10);
    assert_int_equal(get_peak(take + 1004 * 16, 30 * 16), 0);
    assert_true(get_max_step(take, 16000) < 4000);
}

static void of_a_tune_that_fades_no_further_notes_begin(void **state)
{
    struct patch p = TUNE(NOTE(QUARTER, 0), NOTE(QUARTER, 4));

    (void)state;
    begin(&p, true);
    pass(&voice, 100);
    tn_voice_fade(&voice, 0, 0, 800);
    render(&voice, take, 220);
    assert_true(get_tone(take + 200 * 16, 4800, 392.0) > 500);
    assert_true(get_tone(take + 200 * 16, 4800, 493.88) < 300);
    assert_int_equal(tn_voice_get_count(&voice), 0);
}

static void a_program_can_be_quieter(void **state)
{
    struct patch p = make_tone(TN_SOUND_TRIANGLE, 500);
    int full, half;

    (void)state;
    begin(&p, false);
    pass(&voice, 10);
    render(&voice, take, 10);
    full = get_peak(take, 640);
    tn_voice_set_volume(&voice, 0, TN_Q16_ONE / 2);
    pass(&voice, 2);
    render(&voice, take, 10);
    half = get_peak(take, 640);
    assert_true(half > full / 2 - 200 && half < full / 2 + 200);
    tn_voice_set_volume(&voice, 0, 9 * TN_Q16_ONE); /* not louder than all */
    pass(&voice, 2);
    render(&voice, take, 10);
    assert_true(get_peak(take, 640) < full + 200);
    tn_voice_set_volume(&voice, 0, 0);
    pass(&voice, 2);
    render(&voice, take, 10);
    assert_int_equal(get_peak(take, 640), 0);
}

static void bad_tunes_are_refused_where_they_are_wrong(void **state)
{
    static const struct {
        uint8_t at;
        uint8_t len;
        uint8_t bytes[12];
    } bad[] = {
        {2, 2, {0xC0, 120}},                         /* no note */
        {3, 3, {0xC0, 120, REST(3)}},                /* rests only */
        {1, 3, {0xC0, 19, NOTE(3, 0)}},              /* too slow */
        {1, 4, {0xC0, 0x91, 0x03, NOTE(3, 0)}},      /* too fast: 401 */
        {2, 4, {0xC4, 120, 49, NOTE(3, 0)}},         /* swings backwards */
        {2, 4, {0xC4, 120, 76, NOTE(3, 0)}},         /* swings too far */
        {3, 4, {0xC0, 120, 0x60 | 31, 11}},          /* too low */
        {3, 4, {0xC0, 120, 0x60 | 31, 120}},         /* too high */
        {3, 4, {0xC0, 120, NOTE(7, 0), 0}},          /* lasts no time */
        {3, 5, {0xC0, 120, NOTE(7, 0), 0x81, 0x0C}}, /* 1537 ticks */
        {2, 4, {0xC0, 120, 30, 60}},                 /* a chord of one */
        {4, 5, {0xC0, 120, 30, 60, REST(3)}},        /* a chord with a rest */
        {2, 5, {0xC0, 120, 0x60 | 30, 60, NOTE(3, 0)}}, /* with a length */
        {8,
         11,
         {0xC0, 120, 30, 60, 30, 61, 30, 62, 30, 63, NOTE(3, 0)}}, /* five */
        {4, 5, {0xC0, 120, 0x60 | 31, 119, NOTE(3, 1)}}, /* climbs too high */
        {4, 4, {0xC0, 120, NOTE(3, 0), 0x60 | 31}},      /* cut off */
        {4, 4, {0x80, 2, 0xC0, 120}},    /* nothing that sounds */
        {0, 3, {0xC1, 120, NOTE(3, 0)}}, /* a mode it has not */
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t at = 99;
        uint8_t len = bad[i].len;

        assert_int_equal(tn_voice_check(bad[i].bytes, len, &at), TN_ERR_PATCH);
        assert_int_equal(at, bad[i].at);
    }
}

static void the_longest_tune_is_bounded(void **state)
{
    struct patch p = {.len = 0};
    uint8_t at = 0;

    (void)state;
    put_const(&p, TN_SOUND_TUNE, 120);
    for (uint32_t i = 0; i < 39; i++) { /* 42 times 1536 are 64,512 */
        put_byte(&p, NOTE(OTHER, 0));
        put_value(&p, 1536);
    }
    assert_int_equal(tn_voice_check(p.bytes, p.len, &at), TN_OK);
    assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len), 39 * 1536 * 500 / 24);
}

/* Lengths of other sounds: what `then` waits for. */
static void a_sound_says_when_it_ends(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);
    struct patch last = {.len = 0};
    struct patch decay = {.len = 0};

    (void)state;
    assert_int_equal(tn_voice_get_len_ms(p.bytes, p.len), UINT32_MAX);
    put_const(&last, TN_SOUND_SINE, 1760);
    put_const(&last, TN_SOUND_LAST, 320);
    assert_int_equal(tn_voice_get_len_ms(last.bytes, last.len), 320);
    put_const(&decay, TN_SOUND_SINE, 1760);
    put_leveled(&decay, TN_SOUND_DECAY, 100, 0);
    put_const(&decay, TN_SOUND_LAST, 500);
    assert_int_equal(tn_voice_get_len_ms(decay.bytes, decay.len), 102);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_melody_goes_by_steps_and_leaps),
        cmocka_unit_test(every_length_is_as_long_as_it_says),
        cmocka_unit_test(a_rest_is_silent_and_the_tune_goes_on),
        cmocka_unit_test(a_tune_in_a_rest_is_no_silence_yet),
        cmocka_unit_test(a_chord_sounds_together),
        cmocka_unit_test(swing_makes_the_first_eighth_longer),
        cmocka_unit_test(humming_goes_round_without_drifting),
        cmocka_unit_test(a_round_that_is_no_whole_block_does_not_drift),
        cmocka_unit_test(a_tune_brings_its_own_sound_or_gets_one),
        cmocka_unit_test(played_anew_it_begins_anew),
        cmocka_unit_test(a_third_tune_takes_the_oldest_place),
        cmocka_unit_test(a_held_tune_lasts_until_it_is_released),
        cmocka_unit_test(fading_takes_as_long_as_is_said),
        cmocka_unit_test(of_a_tune_that_fades_no_further_notes_begin),
        cmocka_unit_test(a_program_can_be_quieter),
        cmocka_unit_test(bad_tunes_are_refused_where_they_are_wrong),
        cmocka_unit_test(the_longest_tune_is_bounded),
        cmocka_unit_test(a_sound_says_when_it_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
