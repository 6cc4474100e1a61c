/* SPDX-License-Identifier: Apache-2.0 */
#include "detect.h"

#include <string.h>

#include "filter.h"
#include <tenon/assert.h>
#include <tenon/maths.h>
#include <tenon/vocabulary.h>

#define SMOOTH_US 60000u /* of unrest */

/* A table is quieter than a hand. How quiet depends on the sensor's own noise,
 * which is learnt within bounds. */
#define FLOOR_MG 4
#define QUIET_MIN_MG 7
#define QUIET_MAX_MG 20
#define FLOOR_FALL_US 500000u
#define DRIFT_MG 25u           /* a hand's posture wanders further than this */
#define STIR_MG 35             /* unrest that ends rest */
#define STIR_DRIFT_MG 60u      /* or a posture that wandered off */
#define QUIET_KNOCK_US 250000u /* quiet that ends a hold, after a knock */
#define QUIET_US 600000u       /* and without one */
#define KNOCK_MG 150u          /* jolt of what is set down */
#define KNOCK_DT_MAX_US 13000u
#define KNOCK_MEMORY_US 800000u
#define LIFT_US 180000u       /* a knock on the table is over by then */
#define LIFT_RISE_UM_S 100000 /* upward speed that only a lift has */
#define LIFT_PULL_MG 400
#define RISE_LEAK_US 1000000u
#define TILT_MG 150u       /* 8.6 degrees from the posture of rest */
#define TILT_US 250000u    /* for so long: a push does not last */
#define UM_S_PER_MG_S 9807 /* 1 mg for 1 s, in micrometres a second */

#define MOVE_MG 60  /* unrest of something moved */
#define STILL_MG 40 /* a hand that tries to be still is below */
#define MOVE_US 200000u
#define STILL_US 250000u
#define LONG_REST_US 1000000u
#define LONG_STILL_US 20000000u

enum phase {
    RESTING,
    STIRRED,
    HELD
};

void tn_rest_init(struct tn_motion_rest *rest)
{
    static const int32_t level_mg[3] = {0, 0, 1000};

    rest->floor_mgf = FLOOR_MG * ONE_MGF;
    tn_rest_reset(rest, level_mg);
}

void tn_rest_reset(struct tn_motion_rest *rest, const int32_t posture_mg[3])
{
    int32_t floor_mgf = rest->floor_mgf;
    uint8_t upside_down = rest->upside_down;

    memset(rest, 0, sizeof *rest);
    memcpy(rest->anchor_mg, posture_mg, sizeof rest->anchor_mg);
    memcpy(rest->home_mg, posture_mg, sizeof rest->home_mg);
    rest->floor_mgf = floor_mgf;
    rest->upside_down = upside_down;
    rest->phase = RESTING;
    rest->quiet_us = LONG_REST_US;
    rest->still_us = LONG_STILL_US;
    rest->impact_us = TN_MOTION_AGE_MAX_US;
}

void tn_rest_forget(struct tn_motion_rest *rest)
{
    rest->rise_um_s = 0;
    rest->tilt_us = 0;
}

/* The sensor's own noise: falls fast, creeps up by about 0.1 mg a second
 * while it is quiet enough to be one. */
static void step_floor(struct tn_motion_rest *rest, uint32_t dt_us)
{
    if (rest->level_mgf < rest->floor_mgf) {
        rest->floor_mgf =
            tn_filter_step(rest->floor_mgf, rest->level_mgf,
                           tn_filter_get_share(dt_us, FLOOR_FALL_US));
    } else if (rest->level_mgf < QUIET_MAX_MG * ONE_MGF) {
        rest->floor_mgf += (int32_t)(dt_us / 2048 + 1);
    }
}

static void step_quiet(struct tn_motion_rest *rest, const struct tn_view *view)
{
    int32_t limit_mgf = tn_clamp(2 * rest->floor_mgf, QUIET_MIN_MG * ONE_MGF,
                                 QUIET_MAX_MG * ONE_MGF);

    if (rest->level_mgf > limit_mgf ||
        tn_vector_is_off(view->slow_mg, rest->anchor_mg, DRIFT_MG)) {
        memcpy(rest->anchor_mg, view->slow_mg, sizeof rest->anchor_mg);
        rest->quiet_us = 0;
    } else {
        rest->quiet_us = tn_age_add(rest->quiet_us, view->dt_us);
    }
}

/* Speed along what was up at rest, in um/s; slowly forgotten, since a small
 * tilt adds up otherwise. */
static void step_rise(struct tn_motion_rest *rest, const struct tn_view *view)
{
    int32_t home_len_mg = (int32_t)tn_vector_get_len(rest->home_mg);

    if (home_len_mg == 0) {
        return;
    }

    int32_t along_mg =
        (int32_t)(tn_vector_dot(view->now_mg, rest->home_mg) / home_len_mg);
    /* Limited, so that a blow does not add up to a lift. */
    int32_t up_mg =
        tn_clamp(along_mg - home_len_mg, -LIFT_PULL_MG, LIFT_PULL_MG);
    int32_t gain_um_s = (int32_t)((int64_t)up_mg * UM_S_PER_MG_S *
                                  (int64_t)view->dt_us / 1000000);
    int32_t rise_um_s =
        tn_clamp(rest->rise_um_s + gain_um_s, -10000000, 10000000);

    rest->rise_um_s = tn_filter_step(
        rise_um_s, 0, tn_filter_get_share(view->dt_us, RISE_LEAK_US));
}

static void step_resting(struct tn_motion_rest *rest,
                         const struct tn_view *view)
{
    rest->quiet_us = tn_age_add(rest->quiet_us, view->dt_us);
    if (rest->level_mgf > STIR_MG * ONE_MGF ||
        tn_vector_is_off(view->slow_mg, rest->anchor_mg, STIR_DRIFT_MG)) {
        memcpy(rest->home_mg, rest->anchor_mg, sizeof rest->home_mg);
        rest->phase = STIRRED;
        rest->stir_us = 0;
        rest->tilt_us = 0;
        rest->rise_um_s = 0;
        rest->quiet_us = 0;
    }
}

static uint8_t step_stirred(struct tn_motion_rest *rest,
                            const struct tn_view *view)
{
    step_quiet(rest, view);
    step_rise(rest, view);
    rest->stir_us = tn_age_add(rest->stir_us, view->dt_us);
    if (tn_vector_is_off(view->slow_mg, rest->home_mg, TILT_MG)) {
        rest->tilt_us = tn_age_add(rest->tilt_us, view->dt_us);
    } else {
        rest->tilt_us = 0;
    }
    if (rest->quiet_us >= QUIET_KNOCK_US) {
        /* Knocked, or pushed along: still on something firm. */
        rest->phase = RESTING;
    } else if (rest->stir_us >= LIFT_US &&
               (rest->rise_um_s > LIFT_RISE_UM_S || rest->tilt_us >= TILT_US)) {
        rest->phase = HELD;
        rest->impact_us = TN_MOTION_AGE_MAX_US;
        return TN_EVENT_LIFTED;
    }
    return 0;
}

static uint8_t step_held(struct tn_motion_rest *rest,
                         const struct tn_view *view)
{
    step_quiet(rest, view);
    /* Between samples far apart any motion changes as much. */
    bool knock = view->dt_us <= KNOCK_DT_MAX_US &&
                 tn_vector_is_longer(view->jolt_mg, KNOCK_MG);

    rest->impact_us = knock ? 0 : tn_age_add(rest->impact_us, view->dt_us);

    bool knocked = rest->impact_us < KNOCK_MEMORY_US;

    if (rest->quiet_us < (knocked ? QUIET_KNOCK_US : QUIET_US)) {
        return 0;
    }
    rest->phase = RESTING;
    return TN_EVENT_PUT_DOWN;
}

/* moving, with a threshold and a delay each way: a tap does not move. */
static void step_moving(struct tn_motion_rest *rest, uint32_t dt_us)
{
    bool towards = rest->moving ? rest->level_mgf < STILL_MG * ONE_MGF
                                : rest->level_mgf > MOVE_MG * ONE_MGF;

    rest->unrest_us = towards ? tn_age_add(rest->unrest_us, dt_us) : 0;
    if (rest->unrest_us >= (rest->moving ? STILL_US : MOVE_US)) {
        rest->moving = !rest->moving;
        rest->unrest_us = 0;
    }
    rest->still_us = rest->moving ? 0 : tn_age_add(rest->still_us, dt_us);
}

uint8_t tn_rest_step(struct tn_motion_rest *rest, const struct tn_view *view)
{
    rest->level_mgf =
        tn_filter_step(rest->level_mgf, (int32_t)view->unrest_mgf,
                       tn_filter_get_share(view->dt_us, SMOOTH_US));
    TN_ASSERT(rest->level_mgf >= 0 && rest->floor_mgf >= 0);
    step_floor(rest, view->dt_us);
    step_moving(rest, view->dt_us);
    TN_ASSERT(rest->phase <= HELD && rest->moving <= 1);
    switch (rest->phase) {
    case RESTING:
        step_resting(rest, view);
        return 0;
    case STIRRED:
        return step_stirred(rest, view);
    default:
        return step_held(rest, view);
    }
}

bool tn_rest_is_long(const struct tn_motion_rest *rest)
{
    return (rest->phase == RESTING && rest->quiet_us >= LONG_REST_US) ||
           rest->still_us >= LONG_STILL_US;
}
