/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/maths.h>

#include <stdbool.h>
#include <string.h>

static tn_q16 saturate(int64_t v)
{
    if (v > TN_Q16_MAX) {
        return TN_Q16_MAX;
    }
    return v < TN_Q16_MIN ? TN_Q16_MIN : (tn_q16)v;
}

static bool unknown(tn_q16 a, tn_q16 b)
{
    return a == TN_UNKNOWN || b == TN_UNKNOWN;
}

tn_q16 tn_q16_add(tn_q16 a, tn_q16 b)
{
    return unknown(a, b) ? TN_UNKNOWN : saturate((int64_t)a + b);
}

tn_q16 tn_q16_sub(tn_q16 a, tn_q16 b)
{
    return unknown(a, b) ? TN_UNKNOWN : saturate((int64_t)a - b);
}

tn_q16 tn_q16_mul(tn_q16 a, tn_q16 b)
{
    /* Division, not a shift: right shifts of negative values are the
     * compiler's choice. */
    return unknown(a, b) ? TN_UNKNOWN : saturate((int64_t)a * b / TN_Q16_ONE);
}

tn_q16 tn_q16_div(tn_q16 a, tn_q16 b)
{
    if (unknown(a, b)) {
        return TN_UNKNOWN;
    }
    return b == 0 ? 0 : saturate((int64_t)a * TN_Q16_ONE / b);
}

int32_t tn_clamp(int32_t v, int32_t lo, int32_t hi)
{
    if (v < lo) {
        return lo;
    }
    return v > hi ? hi : v;
}

float tn_clampf(float v, float lo, float hi)
{
    if (v < lo) {
        return lo;
    }
    return v > hi ? hi : v;
}

uint32_t tn_isqrt(uint32_t v)
{
    uint32_t root = 0;

    uint32_t bit = 1u << 30;

    /* Digit by digit, base 4, from the first that can be set. */
    while (bit > v) {
        bit >>= 2;
    }
    for (; bit; bit >>= 2) {
        if (v >= root + bit) {
            v -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

/* Arctangent of r (Q16.16, 0 .. 1) in degrees, Q16.16. The cubic of Rajan,
 * Wang, Inkol and Joyal (IEEE Signal Processing Magazine, May 2006), error
 * <= 0.0015 rad: pi/4 r + r (1 - r)(0.2447 + 0.0663 r). */
static int64_t atan_deg(int64_t r)
{
    int64_t inner = 918832 + 248952 * r / TN_Q16_ONE; /* degrees, Q16.16 */
    int64_t bend = r * (TN_Q16_ONE - r) / TN_Q16_ONE * inner / TN_Q16_ONE;

    return 45 * r + bend;
}

tn_q16 tn_atan2_deg(int32_t y, int32_t x)
{
    int64_t ax = x < 0 ? -(int64_t)x : x;
    int64_t ay = y < 0 ? -(int64_t)y : y;
    int64_t longer = ax > ay ? ax : ay;
    int64_t shorter = ax > ay ? ay : ax;

    if (longer == 0) {
        return 0;
    }

    int64_t deg = atan_deg(shorter * TN_Q16_ONE / longer);

    if (ay > ax) {
        deg = 90 * (int64_t)TN_Q16_ONE - deg;
    }
    if (x < 0) {
        deg = 180 * (int64_t)TN_Q16_ONE - deg;
    }
    return (tn_q16)(y < 0 ? -deg : deg);
}

/* The part of v above its floor, 0 <= . < 1 (v within +-2^30). */
static float fraction(float v)
{
    float part = v - (float)(int32_t)v;

    return part < 0.0f ? part + 1.0f : part;
}

float tn_sin_turns(float turns)
{
    float x = fraction(turns);

    /* Fold onto -1/4 .. 1/4 turn, where the polynomial (least squares on
     * Chebyshev points of sin(2 pi x) / x) holds to 1e-8. */
    if (x > 0.75f) {
        x -= 1.0f;
    } else if (x > 0.25f) {
        x = 0.5f - x;
    }

    float xx = x * x;
    float sum = 39.8099375f;

    sum = sum * xx - 76.5878715f;
    sum = sum * xx + 81.6027669f;
    sum = sum * xx - 41.3416850f;
    sum = sum * xx + 6.28318530f;
    return sum * x;
}

float tn_tan_pi(float f)
{
    float half = 0.5f * f;

    return tn_sin_turns(half) / tn_sin_turns(half + 0.25f);
}

float tn_exp2(float v)
{
    float clamped = tn_clampf(v, -24.0f, 24.0f);
    int32_t whole = (int32_t)(clamped + 24.5f) - 24;
    float x = clamped - (float)whole; /* -1/2 .. 1/2 */
    float sum = 0.00134004322f;

    sum = sum * x + 0.00967603710f;
    sum = sum * x + 0.0555032721f;
    sum = sum * x + 0.240221074f;
    sum = sum * x + 0.693147207f;
    sum = sum * x + 1.00000008f;

    /* 2^whole by its bits: IEEE 754 single, exponent biased by 127. */
    uint32_t bits = (uint32_t)(whole + 127) << 23;
    float scale;

    memcpy(&scale, &bits, sizeof scale);
    return sum * scale;
}
