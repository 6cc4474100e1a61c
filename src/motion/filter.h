/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SRC_MOTION_FILTER_H
#define TENON_SRC_MOTION_FILTER_H

/* Integer filters and vectors of src/motion. Pure. */

#include <stdbool.h>
#include <stdint.h>

#define ONE_MGF 4096 /* 1 mg with 12 fraction bits */

/* Share (Q16) by which a one-pole low-pass of time constant `tau_us` moves in
 * `dt_us`; dt_us < 2^18, tau_us < 2^24. */
uint32_t tn_filter_get_share(uint32_t dt_us, uint32_t tau_us);

/* value + (target - value) * share. */
static inline int32_t tn_filter_step(int32_t value, int32_t target,
                                     uint32_t share)
{
    /* Rounded towards zero by shifting magnitudes: a signed shift is the
     * compiler's choice, a 64-bit division costs a hundred instructions. */
    uint32_t way = target > value ? (uint32_t)target - (uint32_t)value
                                  : (uint32_t)value - (uint32_t)target;
    int32_t step = (int32_t)(uint32_t)((uint64_t)way * share >> 16);

    return target > value ? value + step : value - step;
}

/* The same for a vector; `target_mg` has no fraction bits. */
void tn_filter_step3(int32_t value_mgf[3], const int32_t target_mg[3],
                     uint32_t share);

/* Magnitude; components beyond +-37000 count as that. */
uint32_t tn_vector_get_len(const int32_t v[3]);

/* Whether the magnitude is above `limit`; no square root. */
bool tn_vector_is_longer(const int32_t v[3], uint32_t limit);

/* Whether a and b are further apart than `limit`. */
bool tn_vector_is_off(const int32_t a[3], const int32_t b[3], uint32_t limit);

/* a - b. */
void tn_vector_sub(int32_t out[3], const int32_t a[3], const int32_t b[3]);

/* mgf to mg. */
void tn_vector_get_mg(int32_t out_mg[3], const int32_t v_mgf[3]);

int64_t tn_vector_dot(const int32_t a[3], const int32_t b[3]);

/* age + dt_us, held at TN_MOTION_AGE_MAX_US. */
uint32_t tn_age_add(uint32_t age_us, uint32_t dt_us);

#endif
