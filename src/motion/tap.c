/* SPDX-License-Identifier: Apache-2.0 */
#include "detect.h"

#include <string.h>

#include "filter.h"

#define BLOW_MG 350u       /* a blow's jump from one sample to the next */
#define DT_MAX_US 13000u   /* slower sensors cannot tell a blow from a move */
#define CALM_MG 120u       /* before and after it nothing else moves */
#define CALM_US 80000u     /* so long before */
#define BLOW_US 50000u     /* so long it may ring */
#define CERTAIN_US 120000u /* so long after its begin it is known */

/* 0, or the blow's strength: it rang out in time and nothing followed. */
static uint32_t step_blow(struct tn_motion_tap *tap, const struct tn_view *view)
{
    int32_t off_mg[3];
    uint32_t off_len_mg;

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

    memset(tap, 0, sizeof *tap);
    tap->quiet_us = CALM_US;
    return strength_mg;
}

uint32_t tn_tap_step(struct tn_motion_tap *tap, const struct tn_view *view)
{
    if (view->dt_us > DT_MAX_US) {
        memset(tap, 0, sizeof *tap);
        return 0;
    }
    if (tap->age_us > 0) {
        return step_blow(tap, view);
    }
    if (!tn_vector_is_off(view->now_mg, view->slow_mg, CALM_MG)) {
        tap->quiet_us = tn_age_add(tap->quiet_us, view->dt_us);
    } else if (tap->quiet_us >= CALM_US &&
               tn_vector_is_longer(view->jolt_mg, BLOW_MG)) {
        memcpy(tap->base_mg, view->slow_mg, sizeof tap->base_mg);
        tap->peak_mg = CALM_MG;
        step_blow(tap, view);
    } else {
        tap->quiet_us = 0;
    }
    return 0;
}
