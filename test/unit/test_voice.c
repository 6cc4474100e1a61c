/* SPDX-License-Identifier: Apache-2.0 */
/* src/voice: which patches are taken, who sounds and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "voice_kit.h"

static struct tn_voice voice;
static int16_t take[TAKE_CAP];

static int start(void **state)
{
    (void)state;
    tn_voice_init(&voice, 7);
    return 0;
}

#define HEAD(type, mode) (TN_SOUND_##type * 8 + (mode))

static void good_patches_are_taken(void **state)
{
    static const struct {
        uint8_t len;
        uint8_t bytes[15];
    } good[] = {
        {2, {HEAD(SINE, 0), 1}},
        {4, {HEAD(SAW, 0), 0x80, 0xFA, 0x01}}, /* 32000 */
        {3, {HEAD(SQUARE, 4), 1, 100}},
        {4, {HEAD(NOISE, 1), 0, 100, 0}},
        {4, {HEAD(NOISE, 2), 100, 0, 0}},
        {5, {HEAD(TRIANGLE, 6), 1, 2, 0, 0}},
        {5, {HEAD(NOISE, 0), 9, HEAD(DECAY, 4), 0, 0}},
        {4, {HEAD(NOISE, 0), 9, HEAD(DECAY, 0), 5}},
        {3, {HEAD(HOLD, 0), HEAD(NOISE, 0), 0}},
        {6, {HEAD(SINE, 0), 1, HEAD(SINE, 0), 1, HEAD(SINE, 0), 1}},
        /* live parameters 0, 1 and 0 again */
        {12,
         {HEAD(SINE, 2), 1, 1, 0, HEAD(SINE, 2), 1, 1, 1, HEAD(NOISE, 2), 1, 1,
          0}},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint8_t at = 99;

        assert_int_equal(tn_voice_check(good[i].bytes, good[i].len, &at),
                         TN_OK);
        assert_int_equal(at, 0);
        assert_int_equal(tn_voice_check(good[i].bytes, good[i].len, NULL),
                         TN_OK);
    }
}

static void bad_patches_are_refused_where_they_are_wrong(void **state)
{
    static const struct {
        uint8_t at;
        uint8_t len;
        uint8_t bytes[10];
    } bad[] = {
        {0, 0, {0}},                                        /* empty */
        {2, 2, {HEAD(ATTACK, 0), 5}},                       /* no source */
        {0, 2, {0, 1}},                                     /* type 0 */
        {2, 4, {HEAD(NOISE, 0), 1, 6 * 8, 1}},              /* type 6 */
        {0, 2, {31 * 8, 1}},                                /* type 31 */
        {0, 3, {HEAD(SINE, 3), 1, 1}},                      /* mode 3 */
        {0, 3, {HEAD(SINE, 7), 1, 1}},                      /* mode 3 */
        {1, 1, {HEAD(SINE, 0)}},                            /* no A */
        {2, 2, {HEAD(SINE, 0), 0x80}},                      /* half of A */
        {3, 3, {HEAD(SINE, 1), 1, 2}},                      /* no T */
        {2, 2, {HEAD(SINE, 4), 1}},                         /* no level */
        {1, 2, {HEAD(SINE, 0), 0}},                         /* 0 Hz */
        {1, 4, {HEAD(SINE, 0), 0x81, 0xFA, 0x01}},          /* 32001 */
        {2, 6, {HEAD(SINE, 1), 1, 0, 1, 0, 0}},             /* B 0 Hz */
        {3, 6, {HEAD(SINE, 1), 1, 1, 0xE1, 0xD4, 0x03}},    /* 60001 ms */
        {2, 3, {HEAD(SINE, 4), 1, 101}},                    /* level */
        {1, 2, {HEAD(NOISE, 0), 101}},                      /* level */
        {0, 3, {HEAD(NOISE, 4), 1, 1}},                     /* two levels */
        {2, 5, {HEAD(NOISE, 0), 1, HEAD(ATTACK, 1), 1, 1}}, /* moves */
        {2, 5, {HEAD(NOISE, 0), 1, HEAD(ATTACK, 4), 1, 1}}, /* level */
        {2, 4, {HEAD(NOISE, 0), 1, HEAD(HOLD, 4), 1}},      /* level */
        {3, 7, {HEAD(NOISE, 0), 1, HEAD(LAST, 0), 0xE1, 0xD4, 0x03, 0}},
        {2, 4, {HEAD(NOISE, 0), 1, HEAD(NOISE, 0), 1}}, /* twice */
        {4, 6, {HEAD(NOISE, 0), 1, HEAD(FADE, 0), 1, HEAD(FADE, 0), 1}},
        {3, 4, {HEAD(NOISE, 2), 1, 1, 1}}, /* gap */
        {7, 8, {HEAD(NOISE, 2), 1, 1, 0, HEAD(SINE, 2), 1, 1, 2}},
        {6,
         8,
         {HEAD(SINE, 0), 1, HEAD(SINE, 0), 1, HEAD(SAW, 0), 1, HEAD(SQUARE, 0),
          1}}, /* a fourth */
        {1, 7, {HEAD(SINE, 0), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t at = 99;

        assert_int_equal(tn_voice_check(bad[i].bytes, bad[i].len, &at),
                         TN_ERR_PATCH);
        assert_int_equal(at, bad[i].at);
    }
}

static void parameter_beyond_the_last_is_refused(void **state)
{
    uint8_t bytes[20];
    uint8_t at = 0;

    (void)state;
    for (uint8_t i = 0; i < 5; i++) {
        static const uint8_t types[] = {TN_SOUND_SINE, TN_SOUND_NOISE,
                                        TN_SOUND_LOWPASS, TN_SOUND_LEVEL,
                                        TN_SOUND_SAW};

        bytes[i * 4] = (uint8_t)(types[i] * 8 + TN_PATCH_LIVE);
        bytes[i * 4 + 1] = 1;
        bytes[i * 4 + 2] = 2;
        bytes[i * 4 + 3] = i;
    }
    assert_int_equal(tn_voice_check(bytes, 16, &at), TN_OK);
    assert_int_equal(tn_voice_check(bytes, 20, &at), TN_ERR_PATCH);
    assert_int_equal(at, 19);
}

static void patch_longer_than_a_sound_is_refused(void **state)
{
    uint8_t bytes[TN_SOUND_LEN_CAP + 1];
    uint8_t at = 0;

    (void)state;
    memset(bytes, 0x80, sizeof bytes);
    bytes[0] = HEAD(NOISE, 0);
    bytes[1] = 1;
    assert_int_equal(tn_voice_check(bytes, sizeof bytes, &at), TN_ERR_PATCH);
    assert_int_equal(at, TN_SOUND_LEN_CAP);
}

/* How many blocks until nothing sounds, at most 4000 (16 s). */
static uint32_t get_blocks_to_silence(void)
{
    uint32_t blocks = 0;

    while (tn_voice_get_count(&voice) > 0 && blocks < 4000) {
        pass(&voice, 1);
        blocks++;
    }
    return blocks;
}

static void sound_ends_when_its_times_say(void **state)
{
    static const uint32_t sweep[] = {4, 8, 200};
    struct patch p = {.len = 0};

    put_const(&p, TN_SOUND_SINE, 4000);
    put_const(&p, TN_SOUND_FADE, 0);
    play(&voice, &p);
    assert_int_equal(get_blocks_to_silence(), 250 / 4 + 1);

    start(state);
    put_leveled(&p, TN_SOUND_DECAY, 98, 50);
    play(&voice, &p);
    assert_int_equal(get_blocks_to_silence(), (2 + 98) / 4);

    start(state);
    put_moving(&p, TN_SOUND_LOWPASS, TN_PATCH_SWEEP, sweep);
    play(&voice, &p);
    assert_int_equal(get_blocks_to_silence(), 200 / 4);

    start(state);
    put_const(&p, TN_SOUND_LAST, 40);
    play(&voice, &p);
    assert_int_equal(get_blocks_to_silence(), 40 / 4);
}

static void decay_to_nothing_ends_even_a_held_sound(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    put_leveled(&p, TN_SOUND_DECAY, 98, 0);
    play(&voice, &p);
    assert_int_equal(get_blocks_to_silence(), (2 + 98) / 4);
}

static void hold_lasts_until_stopped(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    play(&voice, &p);
    pass(&voice, 1000);
    assert_int_equal(tn_voice_get_count(&voice), 1);
    tn_voice_stop(&voice, 0, 1); /* another sound of this program */
    tn_voice_stop(&voice, 1, 0); /* this sound of another program */
    pass(&voice, 50);
    assert_int_equal(tn_voice_get_count(&voice), 1);
    tn_voice_stop(&voice, 0, 0);
    assert_int_equal(get_blocks_to_silence(), 8); /* a fade of 30 ms */
    play(&voice, &p);
    pass(&voice, 10);
    tn_voice_stop(&voice, 0, 0xFF);
    assert_int_equal(get_blocks_to_silence(), 8);
}

static void held_sound_goes_on_and_ends_on_release(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SINE, 400 * 4);
    for (int i = 0; i < 500; i++) {
        hold(&voice, &p, 2, 5);
        render(&voice, take + i * 64, 1);
        assert_int_equal(tn_voice_get_count(&voice), 1);
    }
    /* One sound from beginning to end: its phase never jumps. */
    assert_true(fabs(get_tone(take + 16000, 16000, 400) / 13107 - 1) < 0.001);
    tn_voice_release(&voice, 0, 4);
    tn_voice_release(&voice, 1, 5);
    pass(&voice, 20);
    assert_int_equal(tn_voice_get_count(&voice), 1);
    tn_voice_release(&voice, 0, 5);
    assert_int_equal(get_blocks_to_silence(), 8);
}

static void two_keys_hold_two_sounds(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    hold(&voice, &p, 2, 5);
    hold(&voice, &p, 2, 6);
    hold(&voice, &p, 3, 6);
    assert_int_equal(tn_voice_get_count(&voice), 3);
    tn_voice_release(&voice, 0, 6);
    pass(&voice, 8);
    assert_int_equal(tn_voice_get_count(&voice), 1);
}

static void ended_sound_starts_again_only_after_release(void **state)
{
    struct patch p = {.len = 0};

    (void)state;
    put_const(&p, TN_SOUND_SINE, 4000);
    put_const(&p, TN_SOUND_LAST, 100);
    hold(&voice, &p, 0, 0);
    assert_int_equal(get_blocks_to_silence(), 33); /* 130 ms */
    for (int i = 0; i < 100; i++) {
        hold(&voice, &p, 0, 0);
        assert_int_equal(tn_voice_get_count(&voice), 0);
    }
    tn_voice_release(&voice, 0, 0);
    hold(&voice, &p, 0, 0);
    assert_int_equal(tn_voice_get_count(&voice), 1);
}

static void sound_held_again_while_it_fades_starts_anew(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    hold(&voice, &p, 0, 0);
    pass(&voice, 10);
    tn_voice_release(&voice, 0, 0);
    hold(&voice, &p, 0, 0);
    assert_int_equal(tn_voice_get_count(&voice), 2);
    pass(&voice, 8);
    assert_int_equal(tn_voice_get_count(&voice), 1);
}

static void stopped_sound_stays_away_while_it_is_held(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    hold(&voice, &p, 0, 0);
    pass(&voice, 10);
    tn_voice_stop(&voice, 0, 0);
    for (int i = 0; i < 20; i++) {
        hold(&voice, &p, 0, 0);
        pass(&voice, 1);
    }
    assert_int_equal(tn_voice_get_count(&voice), 0);
}

/* The sounds that play, as bits. */
static uint32_t get_sounds(void)
{
    uint32_t bits = 0;

    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        if (voice.sounds[i].on) {
            bits |= 1u << voice.sounds[i].sound;
        }
    }
    return bits;
}

static void quietest_voice_is_stolen_first(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct patch p = make_tone(TN_SOUND_SINE, 440);

        put_const(&p, TN_SOUND_LEVEL, i == 3 ? 20 : 60);
        hold(&voice, &p, i, 0);
    }
    pass(&voice, 10);

    struct patch p = make_tone(TN_SOUND_SINE, 440);

    hold(&voice, &p, 9, 0);
    assert_int_equal(get_sounds(), 1u << 9 | 0x37);
}

static void oldest_of_equal_voices_is_stolen(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);

    (void)state;
    for (uint8_t i = 0; i < TN_VOICE_COUNT; i++) {
        hold(&voice, &p, i, 0);
        pass(&voice, 1);
    }
    hold(&voice, &p, 9, 0);
    hold(&voice, &p, 10, 0);
    assert_int_equal(get_sounds(), 1u << 9 | 1u << 10 | 0x3C);
}

static void stolen_held_sound_returns_to_a_free_voice(void **state)
{
    struct patch p = make_tone(TN_SOUND_SINE, 440);
    struct patch shot = {.len = 0};

    (void)state;
    put_const(&shot, TN_SOUND_NOISE, 50);
    hold(&voice, &p, 0, 0);
    pass(&voice, 10);
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_req req = make_req(&shot, 1, TN_VOICE_UNBOUND);

        tn_voice_play(&voice, &req);
    }
    assert_int_equal(get_sounds(), 2);
    hold(&voice, &p, 0, 0);
    assert_int_equal(get_sounds(), 2); /* it does not steal back */
    get_blocks_to_silence();
    assert_int_equal(voice.lost[0][0], 1);
    hold(&voice, &p, 0, 0);
    assert_int_equal(get_sounds(), 1);
    assert_int_equal(voice.lost[0][0], 0);
}

static void silence_changes_no_byte(void **state)
{
    struct patch p = make_tone(TN_SOUND_SAW, 440);
    struct tn_voice before = voice;

    (void)state;
    memset(take, 1, sizeof take);
    render(&voice, take, 10);
    assert_int_equal(get_peak(take, 640), 0);
    assert_memory_equal(&voice, &before, sizeof voice);

    put_const(&p, TN_SOUND_LOWPASS, 4000);
    put_const(&p, TN_SOUND_NOISE, 40);
    for (int i = 0; i < 9; i++) {
        play(&voice, &p);
        pass(&voice, 3);
    }
    tn_voice_stop(&voice, 0, 0xFF);
    get_blocks_to_silence();
    before = voice;
    memset(take, 1, sizeof take);
    render(&voice, take, 10);
    assert_int_equal(get_peak(take, 640), 0);
    assert_memory_equal(&voice, &before, sizeof voice);

    /* Nothing lingers but the generator and what has been counted. */
    struct tn_voice fresh;

    tn_voice_init(&fresh, 7);
    fresh.noise = voice.noise;
    fresh.serial = voice.serial;
    assert_memory_equal(&voice, &fresh, sizeof voice);
}

static void copy_goes_on_alike(void **state)
{
    static const uint32_t sweep[] = {4, 8000, 400};
    struct patch p = make_tone(TN_SOUND_SQUARE, 440);
    struct tn_voice copy;

    (void)state;
    put_moving(&p, TN_SOUND_BANDPASS, TN_PATCH_SWEEP, sweep);
    put_const(&p, TN_SOUND_NOISE, 40);
    play(&voice, &p);
    pass(&voice, 50);
    memcpy(&copy, &voice, sizeof copy);
    render(&voice, take, 100);
    memset(&voice, 0xAA, sizeof voice);
    render(&copy, take + 6400, 100);
    assert_memory_equal(take, take + 6400, 6400 * sizeof *take);
}

/* A random element that is allowed; types may come twice, which is not. */
static void put_random(struct patch *p, struct tn_prng *prng, uint32_t *params)
{
    static const uint8_t types[] = {1,  2,  3,  4,  5,  8,  9,
                                    10, 16, 17, 18, 19, 20, 21};
    uint32_t type = types[tn_prng_below(prng, sizeof types)];
    bool level = type == TN_SOUND_NOISE || type == TN_SOUND_LEVEL;
    bool time = type >= TN_SOUND_ATTACK && type <= TN_SOUND_LAST;
    uint32_t mode = time ? 0 : tn_prng_below(prng, 3);
    uint32_t min = level || time ? 0 : 1;
    uint32_t max = level ? 100 : time ? 300 : TN_SOUND_MAX_QHZ;
    uint32_t abc[3];

    if (type == TN_SOUND_HOLD) {
        put_hold(p);
        return;
    }
    abc[0] = min + tn_prng_below(prng, max - min + 1);
    abc[1] = min + tn_prng_below(prng, max - min + 1);
    abc[2] = tn_prng_below(prng, 300);
    if (mode == TN_PATCH_LIVE) {
        abc[2] = tn_prng_below(prng, *params < 4 ? *params + 1 : 4);
        *params += abc[2] == *params;
    }
    if (mode != TN_PATCH_CONST) {
        put_moving(p, type, mode, abc);
    } else if (type <= TN_SOUND_SQUARE || type == TN_SOUND_DECAY) {
        put_leveled(p, type, abc[0], tn_prng_below(prng, 101));
    } else {
        put_const(p, type, abc[0]);
    }
}

static struct patch make_random(struct tn_prng *prng)
{
    for (;;) {
        struct patch p = {.len = 0};
        uint32_t params = 0;

        for (uint32_t n = 1 + tn_prng_below(prng, 8); n > 0; n--) {
            put_random(&p, prng, &params);
        }
        if (tn_voice_check(p.bytes, p.len, NULL) == TN_OK) {
            return p;
        }
    }
}

static void assert_finite(void)
{
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        const struct tn_voice_sound *s = &voice.sounds[i];

        assert_true(isfinite(s->gain) && s->gain >= 0 && s->gain <= 1.0001f);
        for (uint32_t k = 0; k < TN_VOICE_FILTER_CAP; k++) {
            assert_true(fabsf(s->filters[k].ic1) < 100);
            assert_true(fabsf(s->filters[k].ic2) < 100);
        }
    }
}

static void random_sounds_stay_finite_and_end(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 1, 0);
    for (uint32_t i = 0; i < 3000; i++) {
        struct patch p = make_random(&prng);
        uint8_t key = (uint8_t)tn_prng_below(&prng, 3);
        struct tn_voice_req req =
            make_req(&p, (uint8_t)tn_prng_below(&prng, TN_SOUND_CAP), key);

        for (uint32_t k = 0; k < TN_PARAM_CAP; k++) {
            req.params[k] = (tn_q16)tn_prng_get(&prng);
        }
        switch (tn_prng_below(&prng, 4)) {
        case 0:
            tn_voice_release(&voice, 0, key);
            break;
        case 1:
            tn_voice_play(&voice, &req);
            break;
        default:
            tn_voice_hold(&voice, &req);
        }
        pass(&voice, tn_prng_below(&prng, 20));
        assert_finite();
    }
    tn_voice_stop(&voice, 0, 0xFF);
    assert_true(get_blocks_to_silence() <= 300 / 4 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_patches_are_taken),
        cmocka_unit_test(bad_patches_are_refused_where_they_are_wrong),
        cmocka_unit_test(parameter_beyond_the_last_is_refused),
        cmocka_unit_test(patch_longer_than_a_sound_is_refused),
        cmocka_unit_test_setup(sound_ends_when_its_times_say, start),
        cmocka_unit_test_setup(decay_to_nothing_ends_even_a_held_sound, start),
        cmocka_unit_test_setup(hold_lasts_until_stopped, start),
        cmocka_unit_test_setup(held_sound_goes_on_and_ends_on_release, start),
        cmocka_unit_test_setup(two_keys_hold_two_sounds, start),
        cmocka_unit_test_setup(ended_sound_starts_again_only_after_release,
                               start),
        cmocka_unit_test_setup(sound_held_again_while_it_fades_starts_anew,
                               start),
        cmocka_unit_test_setup(stopped_sound_stays_away_while_it_is_held,
                               start),
        cmocka_unit_test_setup(quietest_voice_is_stolen_first, start),
        cmocka_unit_test_setup(oldest_of_equal_voices_is_stolen, start),
        cmocka_unit_test_setup(stolen_held_sound_returns_to_a_free_voice,
                               start),
        cmocka_unit_test_setup(silence_changes_no_byte, start),
        cmocka_unit_test_setup(copy_goes_on_alike, start),
        cmocka_unit_test_setup(random_sounds_stay_finite_and_end, start),
    };

    return cmocka_run_group_tests_name("voice", tests, NULL, NULL);
}
