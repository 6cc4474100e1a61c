/* SPDX-License-Identifier: Apache-2.0 */
#include "detect.h"

#include "filter.h"
#include <tenon/assert.h>
#include <tenon/event.h>

#define SMOOTH_US 15000u   /* blows are shorter than this counts */
#define LEVEL_MG 1600      /* a pull begins and ends here */
#define PEAK_MG 2300u      /* weaker pulls are no swing */
#define LASTS_US 80000u    /* shorter pulls are blows */
#define AFTER_US 100000u   /* past its peak a pull is known */
#define VERDICT_US 700000u /* how long a likely shake may take to be one */
#define HUSH_US 700000u    /* one gesture is one event */

enum phase {
    IDLE,
    PULLING,
    WAITING
};

static void start_pull(struct tn_motion_swing *swing)
{
    swing->phase = PULLING;
    swing->peak_mg = 0;
    swing->over_us = 0;
    swing->peak_us = 0;
    swing->waiting_us = 0;
}

/* Whether the pull has the shape of a swing and its peak is past. */
static bool is_shaped(const struct tn_motion_swing *swing)
{
    return swing->peak_mg >= PEAK_MG && swing->over_us >= LASTS_US &&
           swing->peak_us >= AFTER_US;
}

static void step_pull(struct tn_motion_swing *swing, const struct tn_view *view)
{
    bool over = swing->force_mgf > LEVEL_MG * ONE_MGF;
    uint32_t force_mg = (uint32_t)(swing->force_mgf / ONE_MGF);

    TN_ASSERT(swing->phase == PULLING && swing->force_mgf >= 0);

    swing->peak_us = tn_age_add(swing->peak_us, view->dt_us);
    if (over) {
        swing->over_us = tn_age_add(swing->over_us, view->dt_us);
    }
    if (force_mg > swing->peak_mg) {
        swing->peak_mg = force_mg;
        swing->peak_us = 0;
    }
    if (is_shaped(swing)) {
        swing->phase = WAITING;
    } else if (!over && swing->peak_us > AFTER_US) {
        swing->phase = IDLE;
    }
}

uint32_t tn_swing_step(struct tn_motion_swing *swing,
                       const struct tn_motion_shake *shake,
                       const struct tn_view *view)
{
    uint32_t share = tn_filter_get_share(view->dt_us, SMOOTH_US);

    swing->force_mgf = tn_filter_step(swing->force_mgf,
                                      (int32_t)view->force_mg * ONE_MGF, share);
    if (tn_shake_is_on(shake)) {
        swing->phase = IDLE;
        swing->hush_us = HUSH_US;
        return 0;
    }
    if (swing->hush_us > 0) {
        swing->hush_us -=
            swing->hush_us < view->dt_us ? swing->hush_us : view->dt_us;
        return 0;
    }
    if (swing->phase == IDLE && swing->force_mgf > LEVEL_MG * ONE_MGF) {
        start_pull(swing);
    }
    if (swing->phase == PULLING) {
        step_pull(swing, view);
    }
    if (swing->phase != WAITING) {
        return 0;
    }
    TN_ASSERT(swing->peak_mg >= PEAK_MG);
    if (tn_shake_is_likely(shake) && swing->waiting_us < VERDICT_US) {
        swing->waiting_us = tn_age_add(swing->waiting_us, view->dt_us);
        return 0;
    }
    swing->phase = IDLE;
    swing->hush_us = HUSH_US;
    return swing->peak_mg;
}
