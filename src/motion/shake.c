/* SPDX-License-Identifier: Apache-2.0 */
#include "detect.h"

#include <string.h>

#include "filter.h"
#include <tenon/assert.h>

#define PULL_MG 750u          /* weaker pulls do not count */
#define HALF_MIN_US 30000u    /* faster is ringing, not a hand */
#define HALF_MAX_US 260000u   /* slower is walking or carrying about, */
#define STRONG_MG 1500u       /* unless a pull is this strong: */
#define STRONG_MAX_US 450000u /* then it may take so long */
#define REVERSALS_CERTAIN 4u  /* makes a shake */
#define LIKELY_US 200000u     /* the next reversal is due within */

static void start_half(struct tn_motion_shake *shake,
                       const struct tn_view *view)
{
    memcpy(shake->peak_mg, view->linear_mg, sizeof shake->peak_mg);
    shake->peak_len_mg = view->linear_len_mg;
    shake->since_us = 0;
}

/*
 * A chain of pulls, each against the one before: no axis is chosen, so that it
 * does not matter how the brick is held. A pull's peak may grow until the next
 * pull against it.
 */
uint32_t tn_shake_step(struct tn_motion_shake *shake,
                       const struct tn_view *view)
{
    shake->since_us = tn_age_add(shake->since_us, view->dt_us);
    if (shake->since_us >
        (shake->peak_len_mg < STRONG_MG ? HALF_MAX_US : STRONG_MAX_US)) {
        memset(shake, 0, sizeof *shake);
    }
    if (shake->peak_len_mg == 0) {
        if (view->linear_len_mg > PULL_MG) {
            start_half(shake, view);
        }
        return 0;
    }

    int64_t along = tn_vector_dot(view->linear_mg, shake->peak_mg);

    if (along > 0) {
        if (view->linear_len_mg > shake->peak_len_mg) {
            memcpy(shake->peak_mg, view->linear_mg, sizeof shake->peak_mg);
            shake->peak_len_mg = view->linear_len_mg;
        }
        return 0;
    }
    if (-along < (int64_t)PULL_MG * shake->peak_len_mg ||
        shake->since_us < HALF_MIN_US) {
        return 0;
    }
    if (!shake->fired) {
        shake->strength_sum_mg += shake->peak_len_mg;
        shake->reversal_count++;
        TN_ASSERT(shake->reversal_count <= REVERSALS_CERTAIN);
    }
    start_half(shake, view);
    if (shake->fired || shake->reversal_count < REVERSALS_CERTAIN) {
        return 0;
    }
    shake->fired = 1;
    TN_ASSERT(shake->strength_sum_mg >= PULL_MG);
    return shake->strength_sum_mg / REVERSALS_CERTAIN;
}

bool tn_shake_is_likely(const struct tn_motion_shake *shake)
{
    return shake->reversal_count >= 1 && shake->since_us < LIKELY_US;
}

bool tn_shake_is_on(const struct tn_motion_shake *shake)
{
    return shake->fired;
}
