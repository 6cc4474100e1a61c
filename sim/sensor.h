/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SENSOR_H
#define TENON_SIM_SENSOR_H

/*
 * A model of one real accelerometer: ST LIS2DW12 at +-4 g in high-performance
 * mode, 200 samples a second on its own clock. Offset, clock error and noise
 * come from a seed. Host only, deterministic, no allocation. The figures are in
 * docs/spec/scene.md.
 */

#include <stdint.h>

#include "body.h"
#include <tenon/motion.h>
#include <tenon/prng.h>

struct tn_sensor {
    struct tn_prng prng;
    struct tn_body_vec offset_mg;
    uint32_t period_us; /* between samples, by the brick's clock */
    uint64_t next_us;   /* time of the next sample */
};

/* A sensor as it comes from the reel: which one, says the seed. */
void tn_sensor_init(struct tn_sensor *sensor, uint64_t seed);

/* One sample of `force`, `at_us` into the frame: offset, noise, the grid of
 * 0.488 mg and the limits of 14 bits. */
void tn_sensor_get(struct tn_sensor *sensor, struct tn_body_vec force,
                   uint16_t at_us, struct tn_accel *sample);

#endif
