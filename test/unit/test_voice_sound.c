/* SPDX-License-Identifier: Apache-2.0 */
/* src/voice: what is heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tenon/hash.h>

#include "voice_kit.h"

#define ONE_PEAK 13107 /* an oscillator at full level: 0.4 of full scale */

static struct tn_voice voice;
static int16_t take[TAKE_CAP];

static int start(void **state)
{
    (void)state;
    tn_voice_init(&voice, 7);
    return 0;
}

static void oscillators_are_in_tune(void **state)
{
    static const uint32_t hz[] = {20, 55, 440, 1000, 2637, 5000};

    for (uint32_t type = TN_SOUND_SINE; type <= TN_SOUND_SQUARE; type++) {
        for (uint32_t i = 0; i < sizeof hz / sizeof hz[0]; i++) {
            struct patch p = make_tone(type, hz[i]);

            start(state);
            play(&voice, &p);
            render(&voice, take, 500);
            assert_true(fabs(get_hz(take, 500 * 64) / hz[i] - 1) < 0.005);
        }
    }
}

static void oscillators_have_their_shape_and_level(void **state)
{
    /* Amplitudes of the fundamental and the third harmonic of unit shapes. */
    static const double first[] = {1, 8 / (3.14159265 * 3.14159265),
                                   2 / 3.14159265, 4 / 3.14159265};
    static const double third[] = {0, 1.0 / 9, 1.0 / 3, 1.0 / 3};

    for (uint32_t type = TN_SOUND_SINE; type <= TN_SOUND_SQUARE; type++) {
        struct patch p = {.len = 0};
        uint32_t i = type - TN_SOUND_SINE;

        start(state);
        put_leveled(&p, type, 200 * 4, 50);
        put_hold(&p);
        play(&voice, &p);
        pass(&voice, 10);
        render(&voice, take, 250);

        double fundamental = get_tone(take, 16000, 200);

        assert_true(fabs(fundamental / (ONE_PEAK * 0.5 * first[i]) - 1) < 0.01);
        assert_true(fabs(get_tone(take, 16000, 600) / fundamental - third[i]) <
                    0.01);
        assert_true(get_peak(take, 16000) <= ONE_PEAK / 2 + 1);
    }
}

/* Power beside the harmonics of `hz`, relative to all, in dB. */
static double get_alias_db(uint32_t hz)
{
    double all = get_rms(take, 16000);
    double clean = 0;

    for (uint32_t f = hz; f < TN_SAMPLE_HZ / 2; f += hz) {
        double amplitude = get_tone(take, 16000, f);

        clean += amplitude * amplitude / 2;
    }
    return 10 * log10((all * all - clean) / (all * all));
}

static void corners_are_rounded_against_aliasing(void **state)
{
    /* Without rounding: triangle -31 dB, saw -10 dB, square -12 dB. */
    static const struct {
        uint32_t type;
        double db;
    } cases[] = {{TN_SOUND_SINE, -70},
                 {TN_SOUND_TRIANGLE, -45},
                 {TN_SOUND_SAW, -23},
                 {TN_SOUND_SQUARE, -28}};

    for (uint32_t i = 0; i < 4; i++) {
        struct patch p = make_tone(cases[i].type, 1471);

        start(state);
        play(&voice, &p);
        pass(&voice, 10);
        render(&voice, take, 250);
        assert_true(get_alias_db(1471) < cases[i].db);
    }
}

static void noise_is_white_and_as_loud_as_said(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_NOISE, 50);
    put_hold(&p);
    play(&voice, &p);
    pass(&voice, 10);
    render(&voice, take, 1000);

    double rms = get_rms(take, 64000);
    double sum = 0;
    double product = 0;

    for (uint32_t i = 1; i < 64000; i++) {
        sum += take[i];
        product += (double)take[i] * take[i - 1];
    }
    assert_true(fabs(rms / (ONE_PEAK * 0.5 / sqrt(3)) - 1) < 0.02);
    assert_true(fabs(sum / 64000) < 0.02 * rms);
    assert_true(fabs(product / 64000) < 0.02 * rms * rms);
}

static void noise_differs_by_seed(void **state)
{
    struct patch p = {.len = 0};
    int16_t other[TN_AUDIO_LEN];

    (void)state;
    put_const(&p, TN_SOUND_NOISE, 50);
    play(&voice, &p);
    render(&voice, take, 1);
    tn_voice_init(&voice, 8);
    play(&voice, &p);
    render(&voice, other, 1);
    assert_memory_not_equal(take, other, sizeof other);
}

/* Amplitude of a sine of `hz` behind a filter at 1 kHz, 1 is unfiltered. */
static double get_response(uint32_t filter, uint32_t hz)
{
    struct patch p = {.len = 0};

    tn_voice_init(&voice, 7);
    put_const(&p, TN_SOUND_SINE, hz * 4);
    put_const(&p, filter, 1000 * 4);
    put_hold(&p);
    play(&voice, &p);
    pass(&voice, 50);
    render(&voice, take, 250);
    return get_tone(take, 16000, hz) / ONE_PEAK;
}

static void filters_pass_and_stop_what_they_should(void **state)
{
    (void)state;
    assert_true(fabs(get_response(TN_SOUND_LOWPASS, 100) - 1) < 0.03);
    assert_true(fabs(get_response(TN_SOUND_LOWPASS, 1000) - 1.25) < 0.02);
    assert_true(get_response(TN_SOUND_LOWPASS, 4000) < 0.06);
    assert_true(get_response(TN_SOUND_HIGHPASS, 100) < 0.02);
    assert_true(fabs(get_response(TN_SOUND_HIGHPASS, 1000) - 1.25) < 0.02);
    assert_true(fabs(get_response(TN_SOUND_HIGHPASS, 6000) - 1) < 0.05);
    assert_true(get_response(TN_SOUND_BANDPASS, 100) < 0.1);
    assert_true(fabs(get_response(TN_SOUND_BANDPASS, 1000) - 1) < 0.01);
    assert_true(get_response(TN_SOUND_BANDPASS, 7000) < 0.1);
}

static void filters_follow_one_another(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SINE, 1000 * 4);
    put_const(&p, TN_SOUND_LOWPASS, 200 * 4);
    put_const(&p, TN_SOUND_HIGHPASS, 5000 * 4);
    put_hold(&p);
    play(&voice, &p);
    pass(&voice, 50);
    render(&voice, take, 250);
    /* Each alone leaves 4 %. */
    assert_true(get_tone(take, 16000, 1000) < 0.003 * ONE_PEAK);
}

/* Peak of the 4 ms around `ms`; the tone has one each half millisecond. */
static double get_level_at(uint32_t ms)
{
    return get_peak(take + ms * 16 - 8, 16) / (double)ONE_PEAK;
}

static void envelope_keeps_its_times(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SINE, 1000 * 4);
    put_const(&p, TN_SOUND_ATTACK, 100);
    put_leveled(&p, TN_SOUND_DECAY, 100, 40);
    put_const(&p, TN_SOUND_LAST, 300);
    put_const(&p, TN_SOUND_FADE, 80);
    play(&voice, &p);
    render(&voice, take, 100);
    assert_true(fabs(get_level_at(50) - 0.5) < 0.02);
    assert_true(fabs(get_level_at(100) - 1.0) < 0.02);
    assert_true(fabs(get_level_at(150) - (0.4 + 0.6 * 0.25)) < 0.02);
    assert_true(fabs(get_level_at(200) - 0.4) < 0.02);
    assert_true(fabs(get_level_at(299) - 0.4) < 0.02);
    assert_true(fabs(get_level_at(340) - 0.4 * 0.25) < 0.02);
}

static void fade_ends_in_exact_silence_on_time(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SQUARE, 1000 * 4);
    put_const(&p, TN_SOUND_LAST, 102);
    put_const(&p, TN_SOUND_FADE, 80);
    play(&voice, &p);
    render(&voice, take, 45);
    assert_int_equal(tn_voice_get_count(&voice), 1);
    render(&voice, take + 45 * 64, 5);
    assert_int_equal(tn_voice_get_count(&voice), 0);
    assert_true(get_peak(take + 170 * 16, 160) > 20);
    assert_true(get_peak(take + 181 * 16, 15) > 0);
    assert_int_equal(get_peak(take + 182 * 16, 18 * 16), 0);
}

static void sweep_is_linear_and_reaches_its_end(void **state)
{
    static const uint32_t abc[] = {2000 * 4, 400 * 4, 1000};
    struct patch p = {.len = 0};

    (void)state;
    put_moving(&p, TN_SOUND_SINE, TN_PATCH_SWEEP, abc);
    put_hold(&p);
    play(&voice, &p);
    render(&voice, take, 500);
    /* Over 20 ms it moves by 32 Hz: the middle is what the ear hears. */
    assert_true(fabs(get_hz(take + 240 * 16, 320) - 1600) < 12);
    assert_true(fabs(get_hz(take + 740 * 16, 320) - 800) < 12);
    assert_true(fabs(get_hz(take + 16000, 16000) / 400 - 1) < 0.005);

    /* 1200 turns in the second of the sweep, if it moves at every sample. */
    uint32_t turns = 0;

    for (uint32_t i = 1; i < 16000; i++) {
        turns += take[i - 1] < 0 && take[i] >= 0;
    }
    assert_in_range(turns, 1199, 1201);
}

static double get_brightness(void)
{
    double sum = 0;

    for (uint32_t i = 1; i < 16000; i++) {
        double step = take[i] - take[i - 1];

        sum += step * step;
    }
    return sqrt(sum / 16000) / get_rms(take, 16000);
}

static void live_parameter_moves_the_filter(void **state)
{
    static const uint32_t abc[] = {300 * 4, 6000 * 4, 0};
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_NOISE, 100);
    put_moving(&p, TN_SOUND_LOWPASS, TN_PATCH_LIVE, abc);
    hold_at(&voice, &p, 0);
    pass(&voice, 20);
    render(&voice, take, 250);

    double dull = get_brightness();

    hold_at(&voice, &p, 100);
    pass(&voice, 20);
    render(&voice, take, 250);

    double bright = get_brightness();

    hold_at(&voice, &p, 0);
    pass(&voice, 20);
    render(&voice, take, 250);
    assert_true(bright > 5 * dull);
    assert_true(fabs(get_brightness() / dull - 1) < 0.1);
}

static void live_frequency_and_noise_reach_both_ends(void **state)
{
    static const uint32_t tone[] = {200 * 4, 800 * 4, 0};
    struct patch p = {.len = 0};

    (void)state;
    put_moving(&p, TN_SOUND_SINE, TN_PATCH_LIVE, tone);
    hold_at(&voice, &p, 50);
    pass(&voice, 10);
    render(&voice, take, 250);
    assert_true(fabs(get_hz(take, 16000) / 500 - 1) < 0.005);
    hold_at(&voice, &p, 130); /* no more than 100 % */
    pass(&voice, 40);
    render(&voice, take, 250);
    assert_true(fabs(get_hz(take, 16000) / 800 - 1) < 0.005);
}

static void live_jump_makes_no_step(void **state)
{
    static const uint32_t abc[] = {0, 100, 0};
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SINE, 50 * 4);
    put_moving(&p, TN_SOUND_LEVEL, TN_PATCH_LIVE, abc);
    hold_at(&voice, &p, 0);
    for (uint32_t i = 0; i < 200; i++) {
        /* At every phase of the tone, up and down. */
        if (i % 13 == 0) {
            hold_at(&voice, &p, i % 2 ? 0 : 100);
        }
        render(&voice, take + i * 64, 1);
    }
    /* The tone's own step is 257; a ramp as slow as 13107 * 0.33 / 64 stands at
     * right angles to it. */
    assert_true(get_max_step(take, 200 * 64) < 280);
    assert_true(get_peak(take, 200 * 64) > ONE_PEAK * 95 / 100);
    hold_at(&voice, &p, 0);
    pass(&voice, 40);
    render(&voice, take, 10);
    assert_int_equal(get_peak(take, 640), 0);
}

/* The largest change of slope: what a step in a filter shows as. */
static int get_max_bend(const int16_t *audio, uint32_t len)
{
    int max = 0;

    for (uint32_t i = 2; i < len; i++) {
        int bend = audio[i] - 2 * audio[i - 1] + audio[i - 2];

        bend = bend < 0 ? -bend : bend;
        max = bend > max ? bend : max;
    }
    return max;
}

static void filter_moves_without_a_step(void **state)
{
    static const uint32_t abc[] = {100 * 4, 1500 * 4, 0};
    struct patch p = make_tone(TN_SOUND_SINE, 200);

    (void)state;
    put_moving(&p, TN_SOUND_LOWPASS, TN_PATCH_LIVE, abc);
    hold_at(&voice, &p, 0);
    for (uint32_t i = 0; i < 400; i++) {
        if (i % 13 == 0) {
            hold_at(&voice, &p, i % 2 ? 0 : 100);
        }
        render(&voice, take + i * 64, 1);
    }
    assert_true(get_max_bend(take + 640, 390 * 64) < 235);
}

static void sound_begins_at_its_parameter(void **state)
{
    static const uint32_t abc[] = {500 * 4, 2000 * 4, 0};
    struct patch p = {.len = 0};

    (void)state;
    put_moving(&p, TN_SOUND_SINE, TN_PATCH_LIVE, abc);
    hold_at(&voice, &p, 100);
    render(&voice, take, 3);
    assert_true(fabs(get_hz(take, 192) / 2000 - 1) < 0.005);
}

static void stolen_voice_ends_without_a_click(void **state)
{
    int worst = 0;

    /* 20 Hz tones move by 104 a sample at most together; a voice cut off at
     * its crest would jump by 2621. */
    for (uint32_t moment = 10; moment < 40; moment++) {
        struct patch p = {.len = 0};

        start(state);
        put_leveled(&p, TN_SOUND_SINE, 20 * 4, 20);
        put_const(&p, TN_SOUND_ATTACK, 40);
        put_hold(&p);
        for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
            play(&voice, &p);
        }
        render(&voice, take, moment);
        play(&voice, &p);
        play(&voice, &p);
        assert_int_equal(tn_voice_get_count(&voice), TN_VOICE_COUNT);
        render(&voice, take + moment * 64, 20);

        int step = get_max_step(take, (moment + 20) * 64);

        worst = step > worst ? step : worst;
    }
    assert_true(worst < 104 + 2 * 2621 / 64 + 30);
}

static void loudest_mix_is_bounded_and_never_folds_over(void **state)
{
    int last = 0;

    for (uint32_t count = 1; count <= TN_VOICE_COUNT; count++) {
        struct patch p = {.len = 0};

        start(state);
        for (int i = 0; i < 3; i++) {
            put_const(&p, TN_SOUND_SQUARE, 100 * 4);
        }
        put_hold(&p);
        for (uint32_t i = 0; i < count; i++) {
            play(&voice, &p);
        }
        pass(&voice, 5);
        render(&voice, take, 50);

        int peak = get_peak(take, 3200);

        assert_true(peak <= 32767 && peak > last);
        assert_true(fabs(get_hz(take, 3200) / 100 - 1) < 0.005);
        last = peak;
    }
}

static void limiter_leaves_soft_sounds_untouched(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 500);

    (void)state;
    play(&voice, &p);
    pass(&voice, 5);
    render(&voice, take, 250);
    assert_true(fabs(get_tone(take, 16000, 500) / ONE_PEAK - 1) < 0.001);
    assert_true(get_tone(take, 16000, 1500) < ONE_PEAK * 1e-4);
}

/* Sounds of every kind, played over one another with moving parameters. The
 * figure was computed on x86-64 with gcc and clang, Cortex-M4F and WebAssembly;
 * it changes with any change of what is heard, and only then. */
#define GOLDEN 0x065b99fe0a8ef33cull

static uint64_t get_scene_hash(void)
{
    static const uint32_t sweep[] = {1800 * 4, 200 * 4, 180};
    static const uint32_t live[] = {300 * 4, 2000 * 4, 0};
    static const uint32_t level[] = {20, 100, 1};
    struct patch engine = {.len = 0};
    struct patch laser = {.len = 0};
    struct patch bell = {.len = 0};
    uint64_t h = TN_FNV64_START;

    put_leveled(&engine, TN_SOUND_SAW, 55 * 4, 80);
    put_const(&engine, TN_SOUND_NOISE, 20);
    put_moving(&engine, TN_SOUND_LOWPASS, TN_PATCH_LIVE, live);
    put_moving(&engine, TN_SOUND_LEVEL, TN_PATCH_LIVE, level);
    put_moving(&laser, TN_SOUND_SQUARE, TN_PATCH_SWEEP, sweep);
    put_const(&laser, TN_SOUND_HIGHPASS, 400 * 4);
    put_const(&laser, TN_SOUND_FADE, 60);
    put_leveled(&bell, TN_SOUND_SINE, 880 * 4, 60);
    put_leveled(&bell, TN_SOUND_TRIANGLE, 1320 * 4, 40);
    put_const(&bell, TN_SOUND_BANDPASS, 1000 * 4);
    put_leveled(&bell, TN_SOUND_DECAY, 300, 10);

    struct tn_voice_req req = make_req(&engine, 0, 3);

    for (uint32_t i = 0; i < 500; i++) {
        req.params[0] = (int32_t)(i * 7919 % 65537);
        req.params[1] = (int32_t)(i * 104729 % 65537);
        tn_voice_hold(&voice, &req);
        if (i % 23 == 0) {
            play(&voice, &laser);
        }
        if (i % 7 == 3) {
            play(&voice, &bell);
        }
        render(&voice, take, 1);
        for (uint32_t k = 0; k < TN_AUDIO_LEN; k++) {
            uint8_t bytes[2];

            tn_bytes_put_u16(bytes, 0, (uint16_t)take[k]);
            h = tn_hash_fnv64(h, bytes, sizeof bytes);
        }
    }
    return tn_hash_fnv64(h, &voice, sizeof voice);
}

static void sound_has_the_same_bits_on_every_machine(void **state)
{
    (void)state;
    assert_true(get_scene_hash() == GOLDEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(oscillators_are_in_tune, start),
        cmocka_unit_test_setup(oscillators_have_their_shape_and_level, start),
        cmocka_unit_test_setup(corners_are_rounded_against_aliasing, start),
        cmocka_unit_test_setup(noise_is_white_and_as_loud_as_said, start),
        cmocka_unit_test_setup(noise_differs_by_seed, start),
        cmocka_unit_test_setup(filters_pass_and_stop_what_they_should, start),
        cmocka_unit_test_setup(filters_follow_one_another, start),
        cmocka_unit_test_setup(envelope_keeps_its_times, start),
        cmocka_unit_test_setup(fade_ends_in_exact_silence_on_time, start),
        cmocka_unit_test_setup(sweep_is_linear_and_reaches_its_end, start),
        cmocka_unit_test_setup(live_parameter_moves_the_filter, start),
        cmocka_unit_test_setup(live_frequency_and_noise_reach_both_ends, start),
        cmocka_unit_test_setup(live_jump_makes_no_step, start),
        cmocka_unit_test_setup(filter_moves_without_a_step, start),
        cmocka_unit_test_setup(sound_begins_at_its_parameter, start),
        cmocka_unit_test_setup(stolen_voice_ends_without_a_click, start),
        cmocka_unit_test_setup(loudest_mix_is_bounded_and_never_folds_over,
                               start),
        cmocka_unit_test_setup(limiter_leaves_soft_sounds_untouched, start),
        cmocka_unit_test_setup(sound_has_the_same_bits_on_every_machine, start),
    };

    return cmocka_run_group_tests_name("voice_sound", tests, NULL, NULL);
}
