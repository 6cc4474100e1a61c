/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_VOICE_KIT_H
#define TENON_TEST_VOICE_KIT_H

/* Sound patches by hand, and blocks one after another, for tests of the voice.
 * Include after cmocka. */

#include <math.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/prng.h>
#include <tenon/voice.h>

#define BLOCK_MS 4u
#define TAKE_CAP (16000u * 4u)

struct patch {
    uint8_t bytes[TN_SOUND_LEN_CAP];
    uint8_t len;
};

static inline void put_byte(struct patch *p, uint32_t v)
{
    p->bytes[p->len++] = (uint8_t)v;
}

static inline void put_value(struct patch *p, uint32_t v)
{
    p->len = (uint8_t)tn_bytes_put_varint(p->bytes, p->len, v);
}

static inline void put_const(struct patch *p, uint32_t type, uint32_t a)
{
    put_byte(p, type * 8 + TN_PATCH_CONST);
    put_value(p, a);
}

static inline void put_leveled(struct patch *p, uint32_t type, uint32_t a,
                               uint32_t level)
{
    put_byte(p, type * 8 + TN_PATCH_CONST + TN_PATCH_LEVEL);
    put_value(p, a);
    put_value(p, level);
}

/* mode TN_PATCH_SWEEP: c is milliseconds; TN_PATCH_LIVE: the parameter. */
static inline void put_moving(struct patch *p, uint32_t type, uint32_t mode,
                              const uint32_t abc[3])
{
    put_byte(p, type * 8 + mode);
    for (int i = 0; i < 3; i++) {
        put_value(p, abc[i]);
    }
}

static inline void put_hold(struct patch *p)
{
    put_byte(p, TN_SOUND_HOLD * 8);
}

/* A held sine with a fast attack: the plainest lasting sound. */
static inline struct patch make_tone(uint32_t type, uint32_t hz)
{
    struct patch p = {.len = 0};

    put_const(&p, type, hz * 4);
    put_hold(&p);
    return p;
}

static inline struct tn_voice_req make_req(const struct patch *p, uint8_t sound,
                                           uint8_t key)
{
    struct tn_voice_req req;
    uint8_t at = 0;

    memset(&req, 0, sizeof req);
    assert_int_equal(tn_voice_check(p->bytes, p->len, &at), TN_OK);
    req.patch = p->bytes;
    req.patch_len = p->len;
    req.sound = sound;
    req.key = key;
    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        req.params[i] = TN_UNKNOWN;
    }
    return req;
}

static inline void play(struct tn_voice *voice, const struct patch *p)
{
    struct tn_voice_req req = make_req(p, 0, TN_VOICE_UNBOUND);

    tn_voice_play(voice, &req);
}

static inline void hold(struct tn_voice *voice, const struct patch *p,
                        uint8_t sound, uint8_t key)
{
    struct tn_voice_req req = make_req(p, sound, key);

    tn_voice_hold(voice, &req);
}

/* The same with the first parameter given, in per cent. */
static inline void hold_at(struct tn_voice *voice, const struct patch *p,
                           int percent)
{
    struct tn_voice_req req = make_req(p, 0, 0);

    req.params[0] = percent * TN_Q16_ONE / 100;
    tn_voice_hold(voice, &req);
}

static inline void render(struct tn_voice *voice, int16_t *out, uint32_t blocks)
{
    for (uint32_t i = 0; i < blocks; i++) {
        tn_voice_render(voice, out + i * TN_AUDIO_LEN);
    }
}

static inline void pass(struct tn_voice *voice, uint32_t blocks)
{
    int16_t out[TN_AUDIO_LEN];

    for (uint32_t i = 0; i < blocks; i++) {
        tn_voice_render(voice, out);
    }
}

static inline int get_peak(const int16_t *audio, uint32_t len)
{
    int peak = 0;

    for (uint32_t i = 0; i < len; i++) {
        int size = audio[i] < 0 ? -audio[i] : audio[i];

        peak = size > peak ? size : peak;
    }
    return peak;
}

static inline int get_max_step(const int16_t *audio, uint32_t len)
{
    int max = 0;

    for (uint32_t i = 1; i < len; i++) {
        int step = audio[i] - audio[i - 1];

        step = step < 0 ? -step : step;
        max = step > max ? step : max;
    }
    return max;
}

static inline double get_rms(const int16_t *audio, uint32_t len)
{
    double sum = 0;

    for (uint32_t i = 0; i < len; i++) {
        sum += (double)audio[i] * audio[i];
    }
    return sqrt(sum / len);
}

/* Goertzel's algorithm: the amplitude of one frequency. */
static inline double get_tone(const int16_t *audio, uint32_t len, double hz)
{
    double turn = 2 * 3.14159265358979 * hz / TN_SAMPLE_HZ;
    double one = 0;
    double two = 0;

    for (uint32_t i = 0; i < len; i++) {
        double next = audio[i] + 2 * cos(turn) * one - two;

        two = one;
        one = next;
    }
    return sqrt(one * one + two * two - 2 * cos(turn) * one * two) * 2 / len;
}

/* Frequency by the first and last rising crossing of zero, 0 if too few. */
static inline double get_hz(const int16_t *audio, uint32_t len)
{
    double first = -1;
    double last = -1;
    uint32_t count = 0;

    for (uint32_t i = 1; i < len; i++) {
        if (audio[i - 1] < 0 && audio[i] >= 0) {
            last = i - (double)audio[i] / (audio[i] - audio[i - 1]);
            first = count == 0 ? last : first;
            count++;
        }
    }
    return count < 2 ? 0 : (count - 1) * (double)TN_SAMPLE_HZ / (last - first);
}

#endif
