/* SPDX-License-Identifier: Apache-2.0 */
#include "filter.h"

#include <tenon/assert.h>
#include <tenon/maths.h>
#include <tenon/motion.h>

#define LONGEST 37000u /* component of a vector */

uint32_t tn_filter_get_share(uint32_t dt_us, uint32_t tau_us)
{
    TN_ASSERT(dt_us < 1u << 18 && tau_us >= 4 && tau_us < 1u << 24);

    /* Backward Euler: stable for any dt. In steps of 4 us it fits 32 bits. */
    return ((dt_us >> 2) << 16) / ((dt_us + tau_us) >> 2);
}

void tn_filter_step3(int32_t value_mgf[3], const int32_t target_mg[3],
                     uint32_t share)
{
    for (uint8_t i = 0; i < 3; i++) {
        value_mgf[i] =
            tn_filter_step(value_mgf[i], target_mg[i] * ONE_MGF, share);
    }
}

/* The square of v, which counts as at most LONGEST: three fit 32 bits. */
static inline uint32_t get_square1(int32_t v)
{
    uint32_t size = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;

    size = size < LONGEST ? size : LONGEST;
    return size * size;
}

static uint32_t get_square(const int32_t v[3])
{
    return get_square1(v[0]) + get_square1(v[1]) + get_square1(v[2]);
}

uint32_t tn_vector_get_len(const int32_t v[3])
{
    return tn_isqrt(get_square(v));
}

bool tn_vector_is_longer(const int32_t v[3], uint32_t limit)
{
    TN_ASSERT(limit < LONGEST);
    return get_square(v) > limit * limit;
}

bool tn_vector_is_off(const int32_t a[3], const int32_t b[3], uint32_t limit)
{
    TN_ASSERT(limit < LONGEST);
    return get_square1(a[0] - b[0]) + get_square1(a[1] - b[1]) +
               get_square1(a[2] - b[2]) >
           limit * limit;
}

void tn_vector_sub(int32_t out[3], const int32_t a[3], const int32_t b[3])
{
    for (uint8_t i = 0; i < 3; i++) {
        out[i] = a[i] - b[i];
    }
}

void tn_vector_get_mg(int32_t out_mg[3], const int32_t v_mgf[3])
{
    for (uint8_t i = 0; i < 3; i++) {
        out_mg[i] = v_mgf[i] / ONE_MGF;
    }
}

int64_t tn_vector_dot(const int32_t a[3], const int32_t b[3])
{
    int64_t sum = 0;

    for (uint8_t i = 0; i < 3; i++) {
        sum += (int64_t)a[i] * b[i];
    }
    return sum;
}

uint32_t tn_age_add(uint32_t age_us, uint32_t dt_us)
{
    uint32_t age = age_us + dt_us;

    return age < TN_MOTION_AGE_MAX_US ? age : TN_MOTION_AGE_MAX_US;
}
