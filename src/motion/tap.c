/* SPDX-License-Identifier: Apache-2.0 */
#include "detect.h"

#include <string.h>

#include "filter.h"
#include <tenon/assert.h>

#define BLOW_MG 350u       /* so far a blow jumps off what was before */
#define WOKEN_MG 180u      /* out of sleep only its end may be seen */
#define DT_MAX_US 13000u   /* slower sensors cannot tell a blow from a move */
#define CALM_MG 120u       /* before and after it nothing else moves */
#define CALM_US 80000u     /* so long before */
#define ONSET_US 15000u    /* so long calm may be over before it jumps */
#define BLOW_US 50000u     /* so long it may ring */
#define CERTAIN_US 120000u /* so long after its begin it is known */

_Static_assert(CALM_MG < WOKEN_MG && WOKEN_MG <= BLOW_MG, "calm is no blow");
_Static_assert(BLOW_US < CERTAIN_US && ONSET_US < BLOW_US, "in this order");

/* 0, or the blow's strength: it rang out in time and nothing followed. */
static uint32_t step_blow(struct tn_motion_tap *tap, const struct tn_view *view)
{
    int32_t off_mg[3];
    uint32_t off_len_mg;

    TN_ASSERT(tap->peak_mg >= CALM_MG && tap->age_us < CERTAIN_US);
    tn_vector_sub(off_mg, view->now_mg, tap->base_mg);
    off_len_mg = tn_vector_get_len(off_mg);
    tap->age_us = tn_age_add(tap->age_us, view->dt_us);
    if (tap->age_us <= BLOW_US) {
        tap->peak_mg = off_len_mg > tap->peak_mg ? off_len_mg : tap->peak_mg;
        return 0;
    }
    if (off_len_mg > CALM_MG) {
        memset(tap, 0, sizeof *tap);
        return 0;
    }
    if (tap->age_us < CERTAIN_US) {
        return 0;
    }

    uint32_t strength_mg = tap->peak_mg;

    TN_ASSERT(strength_mg >= WOKEN_MG);
    memset(tap, 0, sizeof *tap);
    tap->quiet_us = CALM_US;
    return strength_mg;
}

/* Calm is over. A sample may fall on the first moment of a blow and see little
 * of it, so that the next ones may show the jump too. */
static void step_onset(struct tn_motion_tap *tap, const struct tn_view *view,
                       uint32_t limit_mg)
{
    bool soon = tap->quiet_us >= CALM_US && tap->age_us <= ONSET_US;

    if (tap->age_us == 0) {
        memcpy(tap->base_mg, view->slow_mg, sizeof tap->base_mg);
    }
    if (soon && tn_vector_is_off(view->now_mg, tap->base_mg, limit_mg)) {
        tap->peak_mg = CALM_MG;
        step_blow(tap, view);
    } else {
        tap->age_us = tn_age_add(tap->age_us, view->dt_us);
    }
}

void tn_tap_wake(struct tn_motion_tap *tap, const struct tn_view *view)
{
    TN_ASSERT(tap->age_us == 0 && tap->peak_mg == 0);
    tap->quiet_us = CALM_US;
    if (tn_vector_is_off(view->now_mg, view->slow_mg, CALM_MG)) {
        step_onset(tap, view, WOKEN_MG);
    }
}

uint32_t tn_tap_step(struct tn_motion_tap *tap, const struct tn_view *view)
{
    TN_ASSERT(view->dt_us > 0);
    if (view->dt_us > DT_MAX_US) {
        memset(tap, 0, sizeof *tap);
        return 0;
    }
    if (tap->peak_mg > 0) {
        return step_blow(tap, view);
    }
    if (tn_vector_is_off(view->now_mg, view->slow_mg, CALM_MG)) {
        step_onset(tap, view, BLOW_MG);
        return 0;
    }
    if (tap->age_us > 0) {
        tap->age_us = 0;
        tap->quiet_us = 0;
    }
    tap->quiet_us = tn_age_add(tap->quiet_us, view->dt_us);
    return 0;
}
