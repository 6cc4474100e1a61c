/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_MOTION_H
#define TENON_MOTION_H

/*
 * From one accelerometer to what a hand did: gestures as events, posture and
 * liveliness as signals. Integers throughout. The caller owns the struct; no
 * call may come from an interrupt. Specified in docs/spec/motion.md.
 *
 * Axes of a brick: x to its front (the nose of what it is built into), y to
 * its left, z up through the studs. At rest on a table it reads (0, 0, 1000).
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/event.h>
#include <tenon/maths.h>

/* Specific force as the sensor feels it. */
struct tn_accel {
    int16_t x_mg; /* -16000 .. 16000 */
    int16_t y_mg;
    int16_t z_mg;
    uint16_t at_us; /* from the frame's start, 0 .. 3999, ascending */
};

#define TN_MOTION_EVENT_CAP 4u

/* Live values; all ratios Q16.16 with 65536 = 100 %. */
struct tn_motion_signals {
    tn_q16 speed;     /* 0 .. 100 % */
    tn_q16 energy;    /* 0 .. 400 % */
    tn_q16 pitch_deg; /* -90 .. 90 */
    tn_q16 roll_deg;  /* -180 .. 180 */
    tn_q16 strength;  /* of the last gesture, 0 .. 100 % */
    uint8_t still;
    uint8_t moving;
    uint8_t upside_down;
    uint8_t pad; /* 0 */
};

/* Private to src/motion; here for its size. */
struct tn_motion {
    uint64_t last_us; /* time of the last sample */
};

/* At rest, level, awake. */
void tn_motion_init(struct tn_motion *motion);

/*
 * Takes `count` (0 .. TN_ACCEL_CAP) samples of the frame that begins at
 * `time_us`; 100 to 500 a second. Writes at most TN_MOTION_EVENT_CAP events,
 * oldest first, to `events` and how many to `event_count`. Without samples
 * nothing changes. A sample not later than the one before it is skipped.
 */
void tn_motion_step(struct tn_motion *motion, uint64_t time_us,
                    const struct tn_accel *samples, uint8_t count,
                    struct tn_event *events, uint8_t *event_count);

void tn_motion_get_signals(const struct tn_motion *motion,
                           struct tn_motion_signals *signals);

/* At rest for so long that the brick may sleep as far as motion goes. */
bool tn_motion_is_resting(const struct tn_motion *motion);

/* Freezes the filters at a defined state: posture kept, all else at rest. */
void tn_motion_sleep(struct tn_motion *motion);

#endif
