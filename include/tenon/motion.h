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

/*
 * The rest is private to src/motion and stands here for its size. Vectors are
 * x, y, z; _mgf is mg with 12 fraction bits; ages count microseconds of samples
 * and stop at TN_MOTION_AGE_MAX_US.
 */
#define TN_MOTION_AGE_MAX_US 60000000u

/* A chain of reversals. */
struct tn_motion_shake {
    int32_t peak_mg[3];       /* the strongest pull of the present half */
    uint32_t peak_len_mg;     /* its magnitude; 0: no chain */
    uint32_t since_us;        /* the last reversal */
    uint32_t strength_sum_mg; /* over the reversals */
    uint8_t reversal_count;   /* up to those that make a shake certain */
    uint8_t fired;            /* 1: this chain was told */
    uint8_t pad[2];           /* 0 */
};

/* One strong pull. */
struct tn_motion_swing {
    int32_t force_mgf;   /* smoothed magnitude */
    uint32_t peak_mg;    /* of the pull under way */
    uint32_t over_us;    /* above the level so far */
    uint32_t peak_us;    /* since its peak */
    uint32_t waiting_us; /* since its shape was right */
    uint32_t hush_us;    /* no swing is told for so long */
    uint8_t phase;       /* private enum */
    uint8_t pad[3];      /* 0 */
};

/* One short blow. */
struct tn_motion_tap {
    int32_t base_mg[3]; /* when calm ended */
    uint32_t peak_mg;   /* of the blow; 0: none yet */
    uint32_t quiet_us;  /* nothing moved for so long, until calm ended */
    uint32_t age_us;    /* since calm ended; 0: it lasts */
};

/* On something firm, or in a hand. */
struct tn_motion_rest {
    int32_t anchor_mg[3]; /* posture when quiet began */
    int32_t home_mg[3];   /* posture of the last rest */
    int32_t level_mgf;    /* unrest, about 1 to 16 Hz */
    int32_t floor_mgf;    /* the sensor's own noise at rest */
    int32_t rise_um_s;    /* upward speed since rest ended */
    uint32_t quiet_us;    /* unrest is low and posture the same */
    uint32_t stir_us;     /* since rest ended */
    uint32_t tilt_us;     /* posture is another one since */
    uint32_t impact_us;   /* since the last knock */
    uint32_t unrest_us;   /* towards moving, or towards still */
    uint32_t still_us;    /* still for so long */
    uint8_t phase;        /* private enum */
    uint8_t moving;       /* 1: being moved */
    uint8_t upside_down;  /* 1: studs towards the floor */
    uint8_t pad;          /* 0 */
};

struct tn_motion {
    uint64_t last_us;       /* time of the last sample */
    int32_t last_mg[3];     /* that sample */
    int32_t gravity_mgf[3]; /* slow, and slower while forces act */
    int32_t fast_mgf[3];    /* below about 16 Hz */
    int32_t slow_mgf[3];    /* below about 1 Hz */
    int32_t energy_mgf;     /* smoothed linear acceleration */
    int32_t speed_mgf;      /* the same, smoothed longer */
    tn_q16 strength;        /* of the last gesture */
    uint8_t started;        /* 1: there was a sample since init */
    uint8_t fresh;          /* 1: the filters start at the next sample */
    uint8_t pad[2];         /* 0 */
    struct tn_motion_shake shake;
    struct tn_motion_swing swing;
    struct tn_motion_tap tap;
    struct tn_motion_rest rest;
};

/* At rest, level, awake. */
void tn_motion_init(struct tn_motion *motion);

/*
 * Takes `count` (0 .. TN_ACCEL_CAP) samples of the frame that begins at
 * `time_us`; 30 to 500 a second, and taps want 80 or more. Writes at most
 * TN_MOTION_EVENT_CAP events, oldest first, to `events` and how many to
 * `event_count`. Without samples nothing changes. A sample not later than the
 * one before it is skipped.
 */
void tn_motion_step(struct tn_motion *motion, uint64_t time_us,
                    const struct tn_accel *samples, uint8_t count,
                    struct tn_event *events, uint8_t *event_count);

void tn_motion_get_signals(const struct tn_motion *motion,
                           struct tn_motion_signals *signals);

/* The posture: what 1 g gives on each axis, smoothed, -16000 .. 16000 mg. True
 * if the brick is still, so that it is gravity alone. */
bool tn_motion_get_posture(const struct tn_motion *motion,
                           int16_t gravity_mg[3]);

/* At rest for so long that the brick may sleep as far as motion goes. */
bool tn_motion_is_resting(const struct tn_motion *motion);

/* Freezes the filters at a defined state: posture kept, all else at rest. The
 * sensor watches meanwhile: the next samples may be the end of a blow. */
void tn_motion_sleep(struct tn_motion *motion);

#endif
