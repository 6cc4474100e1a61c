/* SPDX-License-Identifier: Apache-2.0 */
#include "algebra.h"

#include <string.h>

#define AT(i, j) ((i) * ((i) + 1u) / 2u + (j))

static float of_bits(uint32_t bits)
{
    float v;

    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint32_t to_bits(float v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    return bits;
}

float tn_place_rsqrt(float v)
{
    /* Halving the exponent's bits starts within 3.5 %; three Newton steps
     * square that error each. */
    float y = of_bits(0x5F375A86u - (to_bits(v) >> 1));
    float half = 0.5f * v;

    y = y * (1.5f - half * y * y);
    y = y * (1.5f - half * y * y);
    return y * (1.5f - half * y * y);
}

float tn_place_rcbrt(float v)
{
    float y = of_bits(0x548C2B4Bu - to_bits(v) / 3u);

    for (uint32_t i = 0; i < 4; i++) {
        y = y * (4.0f - v * y * y * y) * (1.0f / 3.0f);
    }
    return y;
}

float tn_place_sqrt(float v)
{
    return v > 1e-30f ? v * tn_place_rsqrt(v) : 0.0f;
}

float tn_place_dot(const float *a, const float *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void tn_place_cross(const float *a, const float *b, float *out)
{
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

void tn_place_turn(const float *m, const float *v, float *out)
{
    for (uint32_t i = 0; i < 3; i++) {
        out[i] = tn_place_dot(m + 3 * i, v);
    }
}

void tn_place_turn_back(const float *m, const float *v, float *out)
{
    for (uint32_t i = 0; i < 3; i++) {
        out[i] = m[i] * v[0] + m[3 + i] * v[1] + m[6 + i] * v[2];
    }
}

void tn_place_multiply(const float *a, const float *b, float *out)
{
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t j = 0; j < 3; j++) {
            out[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] +
                             a[3 * i + 2] * b[6 + j];
        }
    }
}

/* m / trace m, in place; false if the trace is too small. */
static bool shrink(float *m)
{
    float trace = m[0] + m[4] + m[8];

    if (!(trace > 1e-30f)) {
        return false;
    }
    trace = 1.0f / trace;
    for (uint32_t i = 0; i < 9; i++) {
        m[i] *= trace;
    }
    return true;
}

void tn_place_main_axis(const float *m, float *axis)
{
    float a[9];
    float b[9];

    axis[0] = 1.0f;
    axis[1] = 0.0f;
    axis[2] = 0.0f;
    memcpy(a, m, sizeof a);
    if (!shrink(a)) {
        return;
    }
    /* Four squarings: the 16th power of a ratio of 4 is below float32. */
    for (uint32_t i = 0; i < 4; i++) {
        tn_place_multiply(a, a, b);
        memcpy(a, b, sizeof a);
        if (!shrink(a)) {
            return;
        }
    }

    uint32_t best = a[4] > a[0] ? 1 : 0;

    best = a[8] > a[4 * best] ? 2 : best;

    const float *row = a + 3 * best;
    float len = tn_place_rsqrt(tn_place_dot(row, row));

    for (uint32_t i = 0; i < 3; i++) {
        axis[i] = row[i] * len;
    }
}

bool tn_place_nearest_rotation(float *m)
{
    float c[9];

    /* Newton's iteration for the polar factor: the mean of m and its inverse
     * transposed, scaled by det^(-1/3), which is where it converges fastest. */
    for (uint32_t turn = 0; turn < 5; turn++) {
        tn_place_cross(m + 3, m + 6, c);
        tn_place_cross(m + 6, m, c + 3);
        tn_place_cross(m, m + 3, c + 6);

        float det = tn_place_dot(m, c);

        if (!(det > 1e-6f && det < 1e6f)) {
            return false;
        }

        float g = turn < 2 ? tn_place_rcbrt(det) : 1.0f;
        float h = 0.5f / (g * det);

        for (uint32_t i = 0; i < 9; i++) {
            m[i] = 0.5f * g * m[i] + h * c[i];
        }
    }
    return true;
}

void tn_place_rotate(float *m, const float *w)
{
    float v[3] = {0.5f * w[0], 0.5f * w[1], 0.5f * w[2]};
    float vv = tn_place_dot(v, v);
    float k = 1.0f / (1.0f + vv);
    float c[9];
    float out[9];

    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t j = 0; j < 3; j++) {
            c[3 * i + j] = 2.0f * k * v[i] * v[j];
        }
        c[4 * i] += k * (1.0f - vv);
    }
    c[1] -= 2.0f * k * v[2];
    c[2] += 2.0f * k * v[1];
    c[3] += 2.0f * k * v[2];
    c[5] -= 2.0f * k * v[0];
    c[6] -= 2.0f * k * v[1];
    c[7] += 2.0f * k * v[0];
    tn_place_multiply(c, m, out);
    memcpy(m, out, sizeof out);
}

bool tn_place_factor(float *n)
{
    for (uint32_t j = 0; j < 6; j++) {
        for (uint32_t i = j; i < 6; i++) {
            float sum = n[AT(i, j)];

            for (uint32_t k = 0; k < j; k++) {
                sum -= n[AT(i, k)] * n[AT(j, k)];
            }
            if (i > j) {
                n[AT(i, j)] = sum * n[AT(j, j)];
            } else if (sum > 1e-12f && sum < 1e12f) {
                n[AT(j, j)] = tn_place_rsqrt(sum);
            } else {
                return false;
            }
        }
    }
    return true;
}

void tn_place_solve(const float *factor, float *x)
{
    for (uint32_t i = 0; i < 6; i++) {
        for (uint32_t k = 0; k < i; k++) {
            x[i] -= factor[AT(i, k)] * x[k];
        }
        x[i] *= factor[AT(i, i)];
    }
    for (uint32_t i = 6; i-- > 0;) {
        for (uint32_t k = i + 1; k < 6; k++) {
            x[i] -= factor[AT(k, i)] * x[k];
        }
        x[i] *= factor[AT(i, i)];
    }
}

void tn_place_invert_factor(float *factor)
{
    for (uint32_t j = 0; j < 6; j++) {
        for (uint32_t i = j + 1; i < 6; i++) {
            float sum = 0.0f;

            for (uint32_t k = j; k < i; k++) {
                sum += factor[AT(i, k)] * factor[AT(k, j)];
            }
            factor[AT(i, j)] = -sum * factor[AT(i, i)];
        }
    }
}
