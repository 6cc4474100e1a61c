/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/motion.h>

#include <string.h>

#include "detect.h"
#include "filter.h"
#include <tenon/assert.h>
#include <tenon/vocabulary.h>

#define GAP_US 200000u   /* after a longer silence the filters start afresh */
#define WAKE_DT_US 5000u /* a sample's worth, for the first after sleep */
#define FAST_US 10000u
#define SLOW_US 100000u
#define GRAVITY_US 200000u         /* while only gravity acts */
#define GRAVITY_FORCED_US 1500000u /* while a hand pulls */
#define FORCED_MG 120              /* off 1 g by more: a hand pulls */
#define ENERGY_US 150000u
#define SPEED_US 350000u
#define TREMOR_MG 40u /* a hand that tries to be still is not speed */

/* 100 % of the strengths, mg. */
#define SHAKE_FULL_MG 3000u
#define SWING_FULL_MG 6000u
#define TAP_FULL_MG 3000u

#define UPSIDE_DOWN_MG (-600)
#define UPRIGHT_MG (-400)

_Static_assert(sizeof(struct tn_motion) <= 1024, "the room's RAM budget");
_Static_assert(TN_MOTION_EVENT_CAP >= 4, "room for all gestures of a sample");

void tn_motion_init(struct tn_motion *motion)
{
    memset(motion, 0, sizeof *motion);
    motion->gravity_mgf[2] = 1000 * ONE_MGF;
    motion->fresh = 1;
    tn_rest_init(&motion->rest);
}

/* Starts the filters after a silence, from the posture known before; the very
 * first sample says how the brick lies. The first one after a sleep may be all
 * that is left of the blow that ended it. */
static void start_filters(struct tn_motion *motion, struct tn_view *view)
{
    uint32_t force_mg = tn_vector_get_len(view->now_mg);
    bool woken = motion->started && motion->fresh;

    if (!motion->started && force_mg > 500 && force_mg < 1500) {
        for (uint8_t i = 0; i < 3; i++) {
            motion->gravity_mgf[i] = view->now_mg[i] * ONE_MGF;
        }
        tn_rest_reset(&motion->rest, view->now_mg);
    }
    memcpy(motion->fast_mgf, motion->gravity_mgf, sizeof motion->fast_mgf);
    memcpy(motion->slow_mgf, motion->gravity_mgf, sizeof motion->slow_mgf);
    memcpy(motion->last_mg, view->now_mg, sizeof motion->last_mg);
    memset(&motion->shake, 0, sizeof motion->shake);
    memset(&motion->swing, 0, sizeof motion->swing);
    memset(&motion->tap, 0, sizeof motion->tap);
    motion->started = 1;
    motion->fresh = 0;
    if (woken) {
        view->dt_us = WAKE_DT_US;
        tn_vector_get_mg(view->slow_mg, motion->slow_mgf);
        tn_tap_wake(&motion->tap, view);
    }
}

static void step_filters(struct tn_motion *motion, struct tn_view *view)
{
    int32_t gravity_mg[3];
    int32_t band[3];
    uint32_t dt_us = view->dt_us;
    int32_t off_mg = (int32_t)view->force_mg - 1000;
    bool forced = off_mg > FORCED_MG || off_mg < -FORCED_MG;

    tn_filter_step3(
        motion->gravity_mgf, view->now_mg,
        tn_filter_get_share(dt_us, forced ? GRAVITY_FORCED_US : GRAVITY_US));
    tn_filter_step3(motion->fast_mgf, view->now_mg,
                    tn_filter_get_share(dt_us, FAST_US));
    tn_vector_get_mg(view->slow_mg, motion->slow_mgf);
    tn_filter_step3(motion->slow_mgf, view->now_mg,
                    tn_filter_get_share(dt_us, SLOW_US));
    tn_vector_get_mg(gravity_mg, motion->gravity_mgf);
    tn_vector_sub(view->linear_mg, view->now_mg, gravity_mg);
    view->linear_len_mg = tn_vector_get_len(view->linear_mg);
    tn_vector_sub(view->jolt_mg, view->now_mg, motion->last_mg);
    memcpy(motion->last_mg, view->now_mg, sizeof motion->last_mg);

    /* A sixteenth of a mg matters here, more than 2.3 g does not. */
    for (uint8_t i = 0; i < 3; i++) {
        band[i] = (motion->fast_mgf[i] - motion->slow_mgf[i]) / (ONE_MGF / 16);
    }
    view->unrest_mgf = tn_vector_get_len(band) * (ONE_MGF / 16);
}

static void step_signals(struct tn_motion *motion, const struct tn_view *view)
{
    uint32_t len_mg = view->linear_len_mg;
    uint32_t brisk_mg = len_mg > TREMOR_MG ? len_mg - TREMOR_MG : 0;
    int32_t z_mg = motion->gravity_mgf[2] / ONE_MGF;

    motion->energy_mgf =
        tn_filter_step(motion->energy_mgf, (int32_t)len_mg * ONE_MGF,
                       tn_filter_get_share(view->dt_us, ENERGY_US));
    motion->speed_mgf =
        tn_filter_step(motion->speed_mgf, (int32_t)brisk_mg * ONE_MGF,
                       tn_filter_get_share(view->dt_us, SPEED_US));
    motion->rest.upside_down =
        z_mg < (motion->rest.upside_down ? UPRIGHT_MG : UPSIDE_DOWN_MG);
}

/* Where events of one step gather. */
struct sink {
    struct tn_event *events;
    uint8_t *count;
};

static void push_event(struct sink *sink, uint8_t number, tn_q16 strength)
{
    TN_ASSERT(*sink->count <= TN_MOTION_EVENT_CAP);
    if (*sink->count == TN_MOTION_EVENT_CAP) {
        return;
    }

    struct tn_event *event = &sink->events[(*sink->count)++];

    memset(event, 0, sizeof *event);
    for (uint8_t i = 0; i < 3; i++) {
        event->args[i] = TN_UNKNOWN;
    }
    if (strength > 0) {
        event->args[0] = strength;
    }
    event->number = number;
    event->source = TN_SOURCE_SELF;
    event->target = 0xFF;
}

static void push_gesture(struct tn_motion *motion, struct sink *sink,
                         uint8_t number, tn_q16 strength)
{
    TN_ASSERT(strength > 0);
    motion->strength = strength < TN_Q16_ONE ? strength : TN_Q16_ONE;
    push_event(sink, number, motion->strength);
}

static tn_q16 get_ratio(uint32_t part_mg, uint32_t full_mg)
{
    uint32_t part = part_mg < full_mg ? part_mg : full_mg;

    TN_ASSERT(full_mg > 0 && full_mg < 1u << 15);

    return (tn_q16)((part << 16) / full_mg);
}

static void step_gestures(struct tn_motion *motion, const struct tn_view *view,
                          struct sink *sink)
{
    uint32_t shake_mg = tn_shake_step(&motion->shake, view);
    uint32_t swing_mg = tn_swing_step(&motion->swing, &motion->shake, view);
    uint32_t tap_mg = tn_tap_step(&motion->tap, view);

    if (tap_mg > 0) {
        tn_rest_forget(&motion->rest);
    }

    uint8_t rest_event = tn_rest_step(&motion->rest, view);

    if (rest_event) {
        push_event(sink, rest_event, 0);
    }
    if (shake_mg > 0) {
        push_gesture(motion, sink, TN_EVENT_SHAKEN,
                     get_ratio(shake_mg, SHAKE_FULL_MG));
    }
    if (swing_mg > 0) {
        push_gesture(motion, sink, TN_EVENT_SWUNG,
                     get_ratio(swing_mg, SWING_FULL_MG));
    }
    if (tap_mg > 0) {
        push_gesture(motion, sink, TN_EVENT_TAPPED,
                     get_ratio(tap_mg, TAP_FULL_MG));
    }
}

void tn_motion_step(struct tn_motion *motion, uint64_t time_us,
                    const struct tn_accel *samples, uint8_t count,
                    struct tn_event *events, uint8_t *event_count)
{
    struct sink sink = {.events = events, .count = event_count};

    *event_count = 0;
    for (uint8_t i = 0; i < count; i++) {
        const struct tn_accel *sample = &samples[i];
        uint64_t now_us = time_us + sample->at_us;
        struct tn_view view = {
            .now_mg = {sample->x_mg, sample->y_mg, sample->z_mg}};

        if (motion->started && now_us <= motion->last_us) {
            continue;
        }
        if (motion->fresh || now_us - motion->last_us > GAP_US) {
            start_filters(motion, &view);
            motion->last_us = now_us;
            continue;
        }
        view.dt_us = (uint32_t)(now_us - motion->last_us);
        TN_ASSERT(view.dt_us > 0 && view.dt_us <= GAP_US);
        view.force_mg = tn_vector_get_len(view.now_mg);
        motion->last_us = now_us;
        step_filters(motion, &view);
        step_signals(motion, &view);

        uint8_t before = *event_count;

        step_gestures(motion, &view, &sink);
        for (uint8_t n = before; n < *event_count; n++) {
            events[n].at_us = sample->at_us;
        }
    }
}

void tn_motion_get_signals(const struct tn_motion *motion,
                           struct tn_motion_signals *signals)
{
    int32_t g_mg[3];

    memset(signals, 0, sizeof *signals);
    tn_vector_get_mg(g_mg, motion->gravity_mgf);

    int32_t across_mg = (int32_t)tn_isqrt((uint32_t)(g_mg[1] * g_mg[1]) +
                                          (uint32_t)(g_mg[2] * g_mg[2]));

    /* What the motion of the last third of a second adds up to is
     * speed * SPEED_US; 2 m/s of it, 583 mg, are 100 %. */
    int64_t speed = (int64_t)motion->speed_mgf * 16 / 583;
    int64_t energy = (int64_t)motion->energy_mgf * 16 / 1000;

    signals->speed = speed < TN_Q16_ONE ? (tn_q16)speed : TN_Q16_ONE;
    signals->energy = energy < 4 * TN_Q16_ONE ? (tn_q16)energy : 4 * TN_Q16_ONE;
    signals->pitch_deg = tn_atan2_deg(g_mg[0], across_mg);
    signals->roll_deg = tn_atan2_deg(g_mg[1], g_mg[2]);
    signals->strength = motion->strength;
    signals->still = !motion->rest.moving;
    signals->moving = motion->rest.moving;
    signals->upside_down = motion->rest.upside_down;
}

bool tn_motion_get_posture(const struct tn_motion *motion,
                           int16_t gravity_mg[3])
{
    int32_t g_mg[3];

    tn_vector_get_mg(g_mg, motion->gravity_mgf);
    for (uint32_t i = 0; i < 3; i++) {
        gravity_mg[i] = (int16_t)tn_clamp(g_mg[i], -16000, 16000);
    }
    return !motion->rest.moving;
}

bool tn_motion_is_resting(const struct tn_motion *motion)
{
    return tn_rest_is_long(&motion->rest);
}

void tn_motion_sleep(struct tn_motion *motion)
{
    struct tn_motion asleep;
    int32_t posture_mg[3];

    memset(&asleep, 0, sizeof asleep);
    asleep.last_us = motion->last_us;
    asleep.started = motion->started;
    asleep.fresh = 1;
    asleep.rest.floor_mgf = motion->rest.floor_mgf;
    asleep.rest.upside_down = motion->rest.upside_down;
    memcpy(asleep.gravity_mgf, motion->gravity_mgf, sizeof asleep.gravity_mgf);
    tn_vector_get_mg(posture_mg, motion->gravity_mgf);
    tn_rest_reset(&asleep.rest, posture_mg);
    memcpy(motion, &asleep, sizeof *motion);
}
