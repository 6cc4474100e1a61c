/* SPDX-License-Identifier: Apache-2.0 */
/* src/hearing: what is a clap, what is not, how loud it is, and that no sound
 * stays. Sounds are made here; real ones are in test_hearing_recordings.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include <tenon/hash.h>
#include <tenon/hearing.h>
#include <tenon/prng.h>

#define LEN 32000 /* 2 s */
#define SECOND 16000

static struct tn_hearing hearing;
static struct tn_prng prng;
static int16_t mic[LEN];
static int16_t own[LEN];

struct told {
    unsigned count;
    double first_ms;
    double strength; /* of the last */
};

static int start(void **state)
{
    (void)state;
    tn_prng_init(&prng, 11, 0);
    memset(mic, 0, sizeof mic);
    memset(own, 0, sizeof own);
    tn_hearing_init(&hearing);
    return 0;
}

static double get_noise(void)
{
    return (double)(int32_t)tn_prng_get(&prng) / 2147483648.0;
}

static void add(int16_t *sound, int at, double v)
{
    if (at >= 0 && at < LEN) {
        v += sound[at];
        sound[at] = (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
    }
}

static void add_room(int16_t *sound, double level)
{
    for (int i = 0; i < LEN; i++) {
        add(sound, i, level * get_noise());
    }
}

/* White noise that dies with `tau_ms`, then `room` of it with 60 ms. */
static void add_burst(int16_t *sound, int at, double level, double tau_ms,
                      double room)
{
    for (int i = 0; i < SECOND / 2; i++) {
        double ms = i / 16.0;

        add(sound, at + i,
            level * get_noise() * (exp(-ms / tau_ms) + room * exp(-ms / 60)));
    }
}

static void add_clap(int16_t *sound, int at, double level)
{
    add_burst(sound, at, level, 4, 0.2);
}

static void add_tone(int16_t *sound, int at, int len, double hz, double level)
{
    for (int i = 0; i < len; i++) {
        add(sound, at + i, level * sin(i * hz * 6.283185307 / SECOND));
    }
}

/* Hears `mic` from `at_us` on, `own` sounding too if asked. */
static struct told hear(uint64_t at_us, int with_own)
{
    struct told told = {0};

    for (int i = 0; i < LEN; i += (int)TN_AUDIO_LEN) {
        struct tn_event events[TN_HEARING_EVENT_CAP];
        uint8_t count = 9;

        tn_hearing_step(&hearing, at_us, mic + i, with_own ? own + i : NULL,
                        events, &count);
        assert_true(count <= TN_HEARING_EVENT_CAP);
        if (count) {
            assert_int_equal(events[0].number, 0x20);
            assert_int_equal(events[0].source, TN_SOURCE_SELF);
            assert_int_equal(events[0].target, 0xFF);
            told.strength = events[0].args[0] / 65536.0;
            if (told.count++ == 0) {
                told.first_ms = i / 16.0 + events[0].at_us / 1000.0;
            }
        }
        at_us += TN_FRAME_US;
    }
    return told;
}

static struct tn_hearing_signals get_signals(void)
{
    struct tn_hearing_signals signals;

    tn_hearing_get_signals(&hearing, &signals);
    return signals;
}

static void clap_is_told_once_within_70_ms(void **state)
{
    (void)state;
    add_room(mic, 20);
    add_clap(mic, 8000, 12000);

    struct told told = hear(0, 0);

    assert_int_equal(told.count, 1);
    assert_true(told.first_ms > 500 && told.first_ms < 570);
}

static void every_clap_of_a_rhythm_is_told(void **state)
{
    (void)state;
    add_room(mic, 20);
    for (int i = 0; i < 5; i++) {
        add_clap(mic, 3000 + i * 5000, 9000);
    }
    assert_int_equal(hear(0, 0).count, 5);
}

static void strength_grows_with_the_clap(void **state)
{
    double last = 0;

    for (double level = 2000; level < 33000; level *= 2) {
        start(state);
        add_room(mic, 10);
        add_clap(mic, 8000, level);

        struct told told = hear(0, 0);

        assert_int_equal(told.count, 1);
        assert_true(told.strength > last + 0.1 && told.strength <= 1);
        last = told.strength;
    }
}

static void faint_clap_is_none(void **state)
{
    (void)state;
    add_clap(mic, 8000, 500);
    assert_int_equal(hear(0, 0).count, 0);
}

static void clap_must_stand_out_of_noise(void **state)
{
    (void)state;
    add_room(mic, 6000);
    add_clap(mic, 16000, 12000);
    assert_int_equal(hear(0, 0).count, 0);
    /* It rises out of this, but is not much louder than what goes before. */
    start(state);
    add_tone(mic, 0, LEN, 5000, 2500);
    add_clap(mic, 16000, 12000);
    assert_int_equal(hear(0, 0).count, 0);
}

static void click_without_a_room_is_none(void **state)
{
    (void)state;
    add_room(mic, 5);
    add_burst(mic, 8000, 4000, 0.7, 0);
    assert_int_equal(hear(0, 0).count, 0);
}

static void knock_is_none(void **state)
{
    (void)state;
    add_room(mic, 5);
    for (int i = 0; i < 3000; i++) {
        add(mic, 8000 + i,
            20000 * sin(i * 150 * 6.2832 / SECOND) * exp(-i / 400.0));
    }
    add_burst(mic, 8000, 1500, 3, 0.2); /* of its attack */
    assert_int_equal(hear(0, 0).count, 0);
}

static void voice_and_tone_and_hiss_are_none(void **state)
{
    (void)state;
    add_room(mic, 5);
    for (int h = 1; h < 25; h++) { /* swells in 40 ms, lasts */
        for (int i = 0; i < 6000; i++) {
            double swell = i < 640 ? i / 640.0 : 1;

            add(mic, 4000 + i,
                swell * 5000 / h * sin(i * 170.0 * h * 6.2832 / SECOND));
        }
    }
    add_tone(mic, 12000, 5000, 3000, 8000);
    add_burst(mic, 20000, 8000, 300, 0);
    assert_int_equal(hear(0, 0).count, 0);
}

/* Twelve and more a second is a machine's pace. */
static void bell_is_not_a_row_of_claps(void **state)
{
    (void)state;
    add_room(mic, 5);
    for (int at = 3000; at < LEN; at += 1100) {
        add_clap(mic, at, 9000);
    }
    assert_true(hear(0, 0).count <= 1);
}

/* Its loudspeaker is heard 3 ms late, with an echo. */
static void play_own(double coupling)
{
    for (int i = 0; i < LEN; i++) {
        add(mic, i + 48, coupling * own[i]);
        add(mic, i + 48 + 300, 0.2 * coupling * own[i]);
    }
}

static void own_claps_are_none(void **state)
{
    static const double couplings[] = {0.05, 0.3, 1, 1.5};

    for (int c = 0; c < 4; c++) {
        start(state);
        add_room(mic, 5);
        for (int i = 0; i < 4; i++) {
            add_clap(own, 2000 + 6000 * i, 12000);
        }
        play_own(couplings[c]);
        assert_int_equal(hear(0, 1).count, 0);
        tn_hearing_init(&hearing); /* and they were claps */
        assert_true(c == 0 || hear(0, 0).count >= 3);
    }
}

static void clap_is_told_while_the_brick_sounds(void **state)
{
    (void)state;
    add_tone(own, 0, LEN, 220, 9000);
    add_room(own, 1500);
    play_own(0.1);
    add_clap(mic, 16000, 12000);
    assert_int_equal(hear(0, 1).count, 1);
}

static void own_sound_does_not_make_it_loud(void **state)
{
    (void)state;
    add_tone(own, 0, LEN, 700, 12000);
    add_room(own, 3000);
    play_own(0.5);
    hear(0, 1);
    assert_int_equal(get_signals().loud, 0);
    tn_hearing_init(&hearing);
    hear(0, 0);
    assert_int_equal(get_signals().loud, 1);
}

static void loudness_follows_the_decibels(void **state)
{
    for (double db_spl = 45; db_spl <= 95; db_spl += 10) {
        double peak = 32767 * 1.41421 * pow(10, (db_spl - 120) / 20);

        start(state);
        add_tone(mic, 0, LEN, 1000, peak);
        hear(0, 0);
        assert_true(
            fabs(get_signals().loudness / 65536.0 - (db_spl - 40) / 60) < 0.05);
    }
}

static void full_scale_and_silence_are_the_ends(void **state)
{
    (void)state;
    hear(0, 0);
    assert_int_equal(get_signals().loudness, 0);
    for (int i = 0; i < LEN; i++) {
        mic[i] = i / 4 % 2 ? INT16_MIN : INT16_MAX;
    }
    hear(2000000, 0);
    assert_int_equal(get_signals().loudness, 65536);
}

static void loud_and_quiet_have_hysteresis(void **state)
{
    static const struct {
        double db_spl;
        int loud;
        int quiet;
    } walk[] = {{45, 0, 1}, {55, 0, 1}, {62, 0, 0}, {55, 0, 0}, {82, 0, 0},
                {88, 1, 0}, {82, 1, 0}, {74, 0, 0}, {45, 0, 1}};

    (void)state;
    for (unsigned k = 0; k < sizeof walk / sizeof walk[0]; k++) {
        memset(mic, 0, sizeof mic);
        add_tone(mic, 0, LEN, 1000,
                 32767 * 1.41421 * pow(10, (walk[k].db_spl - 120) / 20));
        hear(k * 2000000ull, 0);
        hear(k * 2000000ull, 0);
        assert_int_equal(get_signals().loud, walk[k].loud);
        assert_int_equal(get_signals().quiet, walk[k].quiet);
    }
}

static void quiet_takes_a_second(void **state)
{
    (void)state;
    add_tone(mic, 0, LEN, 1000, 58);
    hear(0, 0);
    memset(mic, 0, sizeof mic);
    add_tone(mic, 0, 400, 1000, 58); /* fades within 0.7 s */
    hear(2000000, 0);
    assert_int_equal(get_signals().quiet, 1);
    add_tone(mic, LEN - 24000, 400, 1000, 200); /* fades, then 0.3 s */
    hear(4000000, 0);
    assert_int_equal(get_signals().quiet, 0);
}

static void without_a_microphone_no_byte_changes(void **state)
{
    struct tn_hearing before;

    (void)state;
    add_clap(mic, LEN - 300, 9000); /* an onset is under way */
    hear(0, 0);
    before = hearing;
    for (uint64_t i = 0; i < 100; i++) {
        struct tn_event events[TN_HEARING_EVENT_CAP];
        uint8_t count = 9;

        tn_hearing_step(&hearing, 2000000 + i * TN_FRAME_US, NULL, own, events,
                        &count);
        assert_int_equal(count, 0);
        assert_memory_equal(&hearing, &before, sizeof before);
    }
}

/* An offset, and noise from the first sample on. */
static void microphone_switched_on_is_no_clap(void **state)
{
    (void)state;
    add_room(mic, 3000);
    for (int i = 0; i < LEN; i++) {
        add(mic, i, 2000);
    }
    assert_int_equal(hear(0, 0).count, 0);
    assert_int_equal(hear(90000000, 0).count, 0);
}

static void sleep_keeps_what_programs_look_at_alone(void **state)
{
    struct tn_hearing fresh = hearing;

    (void)state;
    add_room(mic, 3000);
    add_clap(mic, LEN - 300, 30000);
    hear(0, 0);
    assert_false(tn_hearing_is_resting(&hearing));
    assert_int_equal(hearing.quiet, 0);
    assert_true(hearing.loudness > 1000.0f);
    fresh.loudness = hearing.loudness;
    fresh.quiet = 0;
    tn_hearing_sleep(&hearing);
    assert_true(tn_hearing_is_resting(&hearing));
    assert_memory_equal(&hearing, &fresh, sizeof fresh);
}

/* All that is kept is smaller than a frame, holds no two samples that followed
 * each other, forwards or backwards, and cannot tell sound from its mirror
 * image but by the filters' last values. */
static void no_sound_stays(void **state)
{
    const uint8_t *bytes = (const uint8_t *)&hearing;
    struct tn_hearing heard;

    (void)state;
    assert_true(sizeof hearing < TN_AUDIO_LEN * sizeof mic[0]);
    add_room(mic, 20000);
    hear(0, 0);
    for (int i = 1; i < LEN; i++) {
        int16_t ways[2][2] = {{mic[i - 1], mic[i]}, {mic[i], mic[i - 1]}};
        int32_t wide[2][2] = {{mic[i - 1], mic[i]}, {mic[i], mic[i - 1]}};

        for (int w = 0; w < 2; w++) {
            for (size_t at = 0; at + sizeof ways[w] <= sizeof hearing; at++) {
                assert_memory_not_equal(bytes + at, ways[w], sizeof ways[w]);
            }
            for (size_t at = 0; at + sizeof wide[w] <= sizeof hearing; at++) {
                assert_memory_not_equal(bytes + at, wide[w], sizeof wide[w]);
            }
        }
    }
    heard = hearing;
    for (int i = 0; i < LEN; i++) {
        mic[i] = (int16_t)(mic[i] == INT16_MIN ? INT16_MAX : -mic[i]);
    }
    tn_hearing_init(&hearing);
    hear(0, 0);
    assert_memory_not_equal(&hearing.mic, &heard.mic, sizeof heard.mic);
    hearing.mic = heard.mic;
    assert_memory_equal(&hearing, &heard, sizeof heard);
}

static void same_sound_gives_the_same_bytes_everywhere(void **state)
{
    uint64_t h = TN_FNV64_START;

    (void)state;
    for (int i = 0; i < LEN; i++) {
        mic[i] = (int16_t)(tn_prng_get(&prng) >> (16 + (i >> 10) % 14));
        own[i] = (int16_t)(tn_prng_get(&prng) >> (16 + (i >> 9) % 15));
    }
    for (int run = 0; run < 4; run++) {
        hear((uint64_t)run * 2000000, run & 1);
        h = tn_hash_fnv64(h, &hearing, sizeof hearing);
    }
    assert_int_equal(h, 0x266912757edaed59ull);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(clap_is_told_once_within_70_ms, start),
        cmocka_unit_test_setup(every_clap_of_a_rhythm_is_told, start),
        cmocka_unit_test_setup(strength_grows_with_the_clap, start),
        cmocka_unit_test_setup(faint_clap_is_none, start),
        cmocka_unit_test_setup(clap_must_stand_out_of_noise, start),
        cmocka_unit_test_setup(click_without_a_room_is_none, start),
        cmocka_unit_test_setup(knock_is_none, start),
        cmocka_unit_test_setup(voice_and_tone_and_hiss_are_none, start),
        cmocka_unit_test_setup(bell_is_not_a_row_of_claps, start),
        cmocka_unit_test_setup(own_claps_are_none, start),
        cmocka_unit_test_setup(clap_is_told_while_the_brick_sounds, start),
        cmocka_unit_test_setup(own_sound_does_not_make_it_loud, start),
        cmocka_unit_test_setup(loudness_follows_the_decibels, start),
        cmocka_unit_test_setup(full_scale_and_silence_are_the_ends, start),
        cmocka_unit_test_setup(loud_and_quiet_have_hysteresis, start),
        cmocka_unit_test_setup(quiet_takes_a_second, start),
        cmocka_unit_test_setup(without_a_microphone_no_byte_changes, start),
        cmocka_unit_test_setup(microphone_switched_on_is_no_clap, start),
        cmocka_unit_test_setup(sleep_keeps_what_programs_look_at_alone, start),
        cmocka_unit_test_setup(no_sound_stays, start),
        cmocka_unit_test_setup(same_sound_gives_the_same_bytes_everywhere,
                               start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
