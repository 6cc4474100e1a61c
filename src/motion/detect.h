/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SRC_MOTION_DETECT_H
#define TENON_SRC_MOTION_DETECT_H

/*
 * The detectors of src/motion. Each sees one sample after the other as struct
 * tn_view and answers whether its gesture has just become certain, and how
 * strong it was. Definitions and numbers: docs/spec/motion.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/motion.h>

struct tn_view {
    int32_t now_mg[3];
    int32_t linear_mg[3]; /* without gravity */
    int32_t slow_mg[3];   /* below about 1 Hz, without this sample */
    int32_t jolt_mg[3];   /* change since the sample before */
    uint32_t dt_us;       /* since the sample before; >= 1 */
    uint32_t force_mg;    /* magnitude of now */
    uint32_t linear_len_mg;
    uint32_t unrest_mgf; /* about 1 to 16 Hz, magnitude */
};

/* 0, or the strength in mg: this sample makes a shake certain. */
uint32_t tn_shake_step(struct tn_motion_shake *shake,
                       const struct tn_view *view);

/* To and fro often enough that a swing should wait for the verdict; certain
 * that it is no swing. */
bool tn_shake_is_likely(const struct tn_motion_shake *shake);
bool tn_shake_is_on(const struct tn_motion_shake *shake);

/* 0, or the strength in mg: this sample makes a swing certain. */
uint32_t tn_swing_step(struct tn_motion_swing *swing,
                       const struct tn_motion_shake *shake,
                       const struct tn_view *view);

/* 0, or the strength in mg: this sample makes a tap certain. */
uint32_t tn_tap_step(struct tn_motion_tap *tap, const struct tn_view *view);

/* The first sample after a sleep; until now nothing moved, as the sensor saw.
 */
void tn_tap_wake(struct tn_motion_tap *tap, const struct tn_view *view);

void tn_rest_init(struct tn_motion_rest *rest);

/* At rest in posture `posture_mg`; the sensor's own noise is not forgotten. */
void tn_rest_reset(struct tn_motion_rest *rest, const int32_t posture_mg[3]);

/* A blow is over, and what it did to speed and posture was no lift. */
void tn_rest_forget(struct tn_motion_rest *rest);

/* TN_EVENT_LIFTED or TN_EVENT_PUT_DOWN when this sample makes it certain, else
 * 0. Keeps `moving` too. */
uint8_t tn_rest_step(struct tn_motion_rest *rest, const struct tn_view *view);

bool tn_rest_is_long(const struct tn_motion_rest *rest);

#endif
