/* SPDX-License-Identifier: Apache-2.0 */
#include "sensor.h"

#define LSB_MG 0.488f
#define RAW_MAX 8191
#define RAW_MIN (-8192)
#define ODR_PERIOD_US 5000u
#define CLOCK_ERROR_PPM 10000u /* either way */
#define OFFSET_MG 20.0f        /* either way: the typical zero-g level */

/* 90 ug/sqrt(Hz) over half of 200 Hz. */
#define NOISE_MG 0.9f
/* Four bytes of one random word, summed: mean 510, deviation 147.8. */
#define SUM_MEAN 510
#define SUM_DEVIATION 147.8f

/* Nearly Gaussian, deviation 1. */
static float get_noise(struct tn_prng *prng)
{
    uint32_t v = tn_prng_get(prng);
    int32_t sum = (int32_t)((v & 255u) + ((v >> 8) & 255u) +
                            ((v >> 16) & 255u) + (v >> 24));

    return (float)(sum - SUM_MEAN) / SUM_DEVIATION;
}

static float get_offset(struct tn_prng *prng)
{
    return ((float)tn_prng_below(prng, 2001) / 1000.0f - 1.0f) * OFFSET_MG;
}

void tn_sensor_init(struct tn_sensor *sensor, uint64_t seed)
{
    tn_prng_init(&sensor->prng, seed, 2);
    sensor->offset_mg.x = get_offset(&sensor->prng);
    sensor->offset_mg.y = get_offset(&sensor->prng);
    sensor->offset_mg.z = get_offset(&sensor->prng);

    uint32_t ppm = tn_prng_below(&sensor->prng, 2 * CLOCK_ERROR_PPM + 1);

    sensor->period_us = ODR_PERIOD_US -
                        ODR_PERIOD_US * CLOCK_ERROR_PPM / 1000000 +
                        ODR_PERIOD_US * ppm / 1000000;
    sensor->next_us = tn_prng_below(&sensor->prng, ODR_PERIOD_US);
}

static int16_t quantise(float mg)
{
    float scaled = mg / LSB_MG;
    int32_t raw = (int32_t)(tn_clampf(scaled, RAW_MIN, RAW_MAX) +
                            (scaled < 0.0f ? -0.5f : 0.5f));
    float back = (float)tn_clamp(raw, RAW_MIN, RAW_MAX) * LSB_MG;

    return (int16_t)(back + (back < 0.0f ? -0.5f : 0.5f));
}

void tn_sensor_get(struct tn_sensor *sensor, struct tn_body_vec force,
                   uint16_t at_us, struct tn_accel *sample)
{
    struct tn_prng *prng = &sensor->prng;

    sample->x_mg =
        quantise(force.x + sensor->offset_mg.x + NOISE_MG * get_noise(prng));
    sample->y_mg =
        quantise(force.y + sensor->offset_mg.y + NOISE_MG * get_noise(prng));
    sample->z_mg =
        quantise(force.z + sensor->offset_mg.z + NOISE_MG * get_noise(prng));
    sample->at_us = at_us;
}
