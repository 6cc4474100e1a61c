/* SPDX-License-Identifier: Apache-2.0 */
#include "sound.h"

/*
 * Oscillators. A phase is 32 bits a turn, so that wrapping is exact and every
 * machine agrees. Steps and kinks are rounded by polynomials over the sample
 * before and after (polyBLEP and polyBLAMP, two points; Valimaki, Pekonen and
 * Nam 2012; Esqueda, Valimaki and Bilbao 2016). A better generator replaces
 * one add_ function and nothing else.
 */

#define TURN 4294967296.0f
#define HALF_TURN 0x80000000u
#define INC_MAX 0x7FFFFFFFu /* half the sample rate */

/* A block's way of the phase: the increment changes by `step` each sample. */
struct glide {
    uint32_t phase;
    uint32_t inc;
    uint32_t step; /* two's complement */
    float level;
};

static uint32_t get_inc(float freq)
{
    uint32_t inc = (uint32_t)(tn_clampf(freq, 0.0f, 0.5f) * TURN);

    return inc < INC_MAX ? inc : INC_MAX;
}

/* The turn's part that has passed, 0 <= . < 1; 24 bits, exact. */
static inline float get_part(uint32_t phase)
{
    return (float)(int32_t)(phase >> 8) * (1.0f / 16777216.0f);
}

static inline uint32_t advance(struct glide *glide)
{
    glide->inc += glide->step;
    glide->phase += glide->inc;
    return glide->phase;
}

/* Distance from the nearest multiple of a turn, in samples: true if below 1,
 * then 1 - distance in *near. `before`: the turn is about to end. */
static inline bool is_near(uint32_t phase, uint32_t inc, float *near,
                           bool *before)
{
    uint32_t away = phase < HALF_TURN ? phase : 0u - phase;

    if (away >= inc) {
        return false;
    }
    *near = 1.0f - (float)away / (float)inc;
    *before = phase >= HALF_TURN;
    return true;
}

/* What rounds a step of +2 at phase 0. */
static inline float get_blep(uint32_t phase, uint32_t inc)
{
    float near;
    bool before;

    if (!is_near(phase, inc, &near, &before)) {
        return 0.0f;
    }
    return before ? near * near : -(near * near);
}

/* What rounds a kink at phase 0, for a change of slope of 6 a sample. */
static inline float get_blamp(uint32_t phase, uint32_t inc)
{
    float near;
    bool before;

    if (!is_near(phase, inc, &near, &before)) {
        return 0.0f;
    }
    return near * near * near;
}

/* sin(2 pi x) = x (1 - 4 x^2) P(x^2) for |x| <= 1/2, P by interpolation at
 * Chebyshev points: error <= 2e-5, and 0 where turns join. */
static void add_sine(struct glide *glide, float *out)
{
    struct glide g = *glide;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        float x = 0.5f - get_part(advance(&g));
        float xx = x * x;
        float sum = -8.00361183f;

        sum = sum * xx + 16.5225345f;
        sum = sum * xx - 16.1967544f;
        sum = sum * xx + 6.28309014f;
        out[i] += g.level * (sum * x * (1.0f - 4.0f * xx));
    }
    *glide = g;
}

/* From +1 down to -1 at half a turn and up again. */
static void add_triangle(struct glide *glide, float *out)
{
    struct glide g = *glide;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        uint32_t phase = advance(&g);
        uint32_t folded = phase < HALF_TURN ? phase : 0u - phase;
        float v = 1.0f - 4.0f * get_part(folded);
        float bend =
            get_blamp(phase + HALF_TURN, g.inc) - get_blamp(phase, g.inc);

        /* The slope changes by 8 increments, blamps are for 6. */
        v += 8.0f / 6.0f * get_part(g.inc) * bend;
        out[i] += g.level * v;
    }
    *glide = g;
}

static void add_saw(struct glide *glide, float *out)
{
    struct glide g = *glide;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        uint32_t phase = advance(&g);
        float v = 2.0f * get_part(phase) - 1.0f;

        out[i] += g.level * (v - get_blep(phase, g.inc));
    }
    *glide = g;
}

static void add_square(struct glide *glide, float *out)
{
    struct glide g = *glide;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        uint32_t phase = advance(&g);
        float v = phase < HALF_TURN ? 1.0f : -1.0f;

        v += get_blep(phase, g.inc) - get_blep(phase + HALF_TURN, g.inc);
        out[i] += g.level * v;
    }
    *glide = g;
}

void tn_voice_render_osc(struct tn_voice_osc *osc, float freq, float *out)
{
    uint32_t inc = get_inc(osc->freq.now);
    int64_t rise = ((int64_t)get_inc(freq) - (int64_t)inc) / TN_AUDIO_LEN;
    struct glide glide = {osc->phase, inc, (uint32_t)rise, osc->level};

    switch (osc->type) {
    case TN_SOUND_SINE:
        add_sine(&glide, out);
        break;
    case TN_SOUND_TRIANGLE:
        add_triangle(&glide, out);
        break;
    case TN_SOUND_SAW:
        add_saw(&glide, out);
        break;
    default:
        add_square(&glide, out);
        break;
    }
    osc->phase = glide.phase;
    osc->freq.now = freq;
}
