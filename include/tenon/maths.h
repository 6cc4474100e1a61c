/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_MATHS_H
#define TENON_MATHS_H

/*
 * Deterministic arithmetic: the same bits on x86-64, Arm and WebAssembly. No
 * libm. Q16.16 saturates; TN_UNKNOWN marks a value that is absent, and what is
 * computed from it is TN_UNKNOWN too. Pure.
 */

#include <stdint.h>

typedef int32_t tn_q16; /* Q16.16, base units of its dimension */

#define TN_Q16_ONE 65536
#define TN_UNKNOWN INT32_MIN
#define TN_Q16_MAX INT32_MAX
#define TN_Q16_MIN (-INT32_MAX)

/* a + b, a - b, a * b, saturating. */
tn_q16 tn_q16_add(tn_q16 a, tn_q16 b);
tn_q16 tn_q16_sub(tn_q16 a, tn_q16 b);
tn_q16 tn_q16_mul(tn_q16 a, tn_q16 b);

/* a / b, rounded towards zero, saturating; 0 where b is 0. */
tn_q16 tn_q16_div(tn_q16 a, tn_q16 b);

/* v limited to lo .. hi. */
int32_t tn_clamp(int32_t v, int32_t lo, int32_t hi);
float tn_clampf(float v, float lo, float hi);

/* Floor of the square root. */
uint32_t tn_isqrt(uint32_t v);

/* Angle of (x, y) in degrees, Q16.16, -180 .. 180; error <= 0.1 degree.
 * atan2(0, 0) is 0. */
tn_q16 tn_atan2_deg(int32_t y, int32_t x);

/* Sine of `turns` full turns (any value within +-8192), error <= 2e-6. */
float tn_sin_turns(float turns);

/* tan(pi * f) for 0 <= f <= 0.49: the prewarp of a state-variable filter;
 * relative error <= 1e-4. */
float tn_tan_pi(float f);

/* 2 to the power v, for -24 <= v <= 24; relative error <= 2e-6. */
float tn_exp2(float v);

#endif
