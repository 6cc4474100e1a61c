/* SPDX-License-Identifier: Apache-2.0 */
#include "light.h"

#include <math.h>
#include <string.h>

#define BAND_COUNT 17 /* 400, 420 ... 720 nm */
#define STEP_NM 20.0f

/* Read off the data sheet's curves of relative responsivity, smoothed to the
 * steps; the infrared cut included. */
static const float channels[4][BAND_COUNT] = {
    {.01f, .09f, .02f, .01f, .01f, .01f, .04f, .08f, .12f, .43f, .73f, .82f,
     .35f, .18f, .06f, .05f, .06f},
    {.01f, .05f, .08f, .13f, .25f, .34f, .53f, .65f, .54f, .34f, .12f, .05f,
     .02f, .02f, .01f, .01f, .02f},
    {.12f, .43f, .51f, .56f, .52f, .38f, .20f, .13f, .08f, .09f, .09f, .08f,
     .04f, .04f, .01f, .01f, .01f},
    {.25f, .54f, .60f, .67f, .71f, .75f, .78f, .84f, .88f, .91f, .95f, .90f,
     .33f, .18f, .06f, .05f, .06f},
};

/* Counts of the clear channel at gain 16 and 24 ms, for 1 uW/cm2 where the
 * curve is 1: from the data sheet's 13.8, 16.6 and 19.5 at 465, 525, 615 nm. */
#define COUNTS_PER_UW_CM2 20.8f

/* Relative power by wavelength: CIE tables for D65 and A; the LEDs are typical
 * shapes (a blue peak and a phosphor's hill), not one product's. */
static const float lamps[TN_LIGHT_LAMP_COUNT][BAND_COUNT] = {
    [TN_LIGHT_DAY] = {82.75f, 93.43f, 104.86f, 117.81f, 115.92f, 109.35f,
                      104.79f, 104.41f, 100.f, 95.79f, 90.01f, 87.70f, 83.70f,
                      80.21f, 78.28f, 71.61f, 61.60f},
    [TN_LIGHT_BULB] = {14.71f, 20.99f, 28.70f, 37.81f, 48.24f, 59.86f, 72.50f,
                       85.95f, 100.f, 114.44f, 129.04f, 143.62f, 157.98f,
                       171.96f, 185.43f, 198.26f, 210.36f},
    [TN_LIGHT_LED_COOL] = {1, 8, 48, 70, 28, 35, 60, 80, 94, 100, 100, 92, 76,
                           58, 40, 27, 18},
    [TN_LIGHT_LED_WARM] = {1, 4, 20, 28, 16, 26, 48, 68, 84, 96, 100, 97, 86,
                           68, 50, 34, 23},
};

/* CIE 1924 luminous efficiency. */
static const float eye[BAND_COUNT] = {.0004f, .004f, .023f, .060f, .139f, .323f,
                                      .710f,  .954f, .995f, .870f, .631f, .381f,
                                      .175f,  .061f, .017f, .004f, .001f};

/* Reflectances: typical shapes of such pigments, not one product's. */
static const float things[TN_LIGHT_THING_COUNT][BAND_COUNT] = {
    [TN_LIGHT_RED] = {.05f, .05f, .05f, .05f, .05f, .05f, .05f, .05f, .06f,
                      .14f, .40f, .60f, .65f, .67f, .68f, .69f, .70f},
    [TN_LIGHT_GREEN] = {.05f, .05f, .06f, .08f, .13f, .25f, .38f, .36f, .24f,
                        .14f, .09f, .08f, .08f, .09f, .11f, .14f, .18f},
    [TN_LIGHT_BLUE] = {.22f, .32f, .38f, .36f, .26f, .15f, .08f, .06f, .05f,
                       .05f, .05f, .05f, .05f, .06f, .07f, .10f, .14f},
    [TN_LIGHT_YELLOW] = {.05f, .05f, .06f, .07f, .12f, .35f, .60f, .70f, .74f,
                         .77f, .79f, .80f, .80f, .81f, .81f, .82f, .82f},
    [TN_LIGHT_ORANGE] = {.05f, .05f, .05f, .05f, .06f, .07f, .10f, .20f, .40f,
                         .56f, .62f, .64f, .65f, .66f, .67f, .68f, .69f},
    [TN_LIGHT_WHITE] = {.70f, .84f, .86f, .86f, .86f, .86f, .86f, .86f, .86f,
                        .86f, .86f, .86f, .86f, .86f, .86f, .86f, .86f},
    [TN_LIGHT_GREY] = {.36f, .38f, .39f, .39f, .39f, .39f, .39f, .39f, .39f,
                       .38f, .38f, .38f, .38f, .38f, .38f, .38f, .38f},
    [TN_LIGHT_BLACK] = {.04f, .04f, .04f, .04f, .04f, .04f, .04f, .04f, .04f,
                        .04f, .04f, .04f, .04f, .04f, .04f, .04f, .04f},
    [TN_LIGHT_SKIN] = {.20f, .22f, .25f, .28f, .32f, .36f, .38f, .38f, .39f,
                       .46f, .55f, .60f, .62f, .64f, .65f, .66f, .67f},
    [TN_LIGHT_WOOD] = {.16f, .18f, .21f, .24f, .28f, .33f, .38f, .42f, .46f,
                       .50f, .53f, .55f, .57f, .59f, .61f, .63f, .64f},
};

/* The brick's own shadow: its half width. */
#define BRICK_MM 12.0f

static const uint8_t gains[] = {1, 4, 16, 60};
#define GAIN_COUNT 4

static float get_uniform(struct tn_prng *prng)
{
    return (float)(tn_prng_get(prng) >> 8) / 16777216.0f;
}

/* About normal, of spread 1: twelve uniform ones. */
static float get_normal(struct tn_prng *prng)
{
    float sum = -6.0f;

    for (int i = 0; i < 12; i++) {
        sum += get_uniform(prng);
    }
    return sum;
}

void tn_light_sensor_init(struct tn_light_sensor *sensor, uint64_t seed,
                          uint16_t integration_us)
{
    memset(sensor, 0, sizeof *sensor);
    tn_prng_init(&sensor->prng, seed, 7);
    for (int c = 0; c < 4; c++) {
        sensor->part[c] = 0.85f + 0.3f * get_uniform(&sensor->prng);
    }
    sensor->integration_us = integration_us;
    sensor->gain = 16;
}

/* The thing's reflectance, its pigment moved by some nanometres. */
static float get_reflectance(const struct tn_light_scene *scene, int band)
{
    const float *curve = things[scene->thing];
    float at = (float)band - scene->shift_nm / STEP_NM;
    int low = at < 0.0f ? 0 : (int)at;
    float part;

    low = low > BAND_COUNT - 2 ? BAND_COUNT - 2 : low;
    part = at - (float)low;
    part = part < 0.0f ? 0.0f : part > 1.0f ? 1.0f : part;
    return scene->gloss + curve[low] + part * (curve[low + 1] - curve[low]);
}

/* Light that comes through the window at one band, of 1 that would come
 * without the thing. A disc before a sensor that sees a half space fills
 * r^2 / (r^2 + d^2) of it; what lights the disc must pass by the brick. */
static float get_passing(const struct tn_light_scene *scene, int band)
{
    if (scene->thing == TN_LIGHT_NOTHING) {
        return 1.0f;
    }

    float d = scene->distance_mm * scene->distance_mm;
    float r = scene->radius_mm * scene->radius_mm;
    float covered = r / (r + d);
    float lit = d / (d + BRICK_MM * BRICK_MM);

    return 1.0f - covered + covered * lit * get_reflectance(scene, band);
}

/* Counts at gain 1 in 1 ms, without noise. */
static void get_rates(const struct tn_light_sensor *sensor,
                      const struct tn_light_scene *scene, float rates[4])
{
    const float *lamp = lamps[scene->lamp];
    float eyed = 0.0f;

    memset(rates, 0, 4 * sizeof *rates);
    for (int band = 0; band < BAND_COUNT; band++) {
        float light = lamp[band] * get_passing(scene, band);

        eyed += lamp[band] * eye[band];
        for (int c = 0; c < 4; c++) {
            rates[c] += light * channels[c][band];
        }
    }

    /* lux = 683 lm/W * W/m2; 1 W/m2 = 100 uW/cm2. */
    float scale = scene->lux / (683.0f * eyed) * 100.0f * COUNTS_PER_UW_CM2 /
                  (16.0f * 24.0f);

    for (int c = 0; c < 4; c++) {
        rates[c] *= scale * sensor->part[c];
    }
}

static uint8_t choose_gain(float clear, float full)
{
    uint8_t gain = gains[0];

    for (int i = 1; i < GAIN_COUNT; i++) {
        if (clear * (float)gains[i] < 0.7f * full) {
            gain = gains[i];
        }
    }
    return gain;
}

void tn_light_sensor_get(struct tn_light_sensor *sensor,
                         const struct tn_light_scene *scene,
                         struct tn_light *sample)
{
    float rates[4];
    uint16_t counts[4];
    float ms = (float)sensor->integration_us / 1000.0f;
    float full = (float)sensor->integration_us / 2400.0f * 1024.0f;
    uint8_t valid = 1;

    get_rates(sensor, scene, rates);
    full = full > 65535.0f ? 65535.0f : full;
    for (int c = 0; c < 4; c++) {
        float v = rates[c] * ms * (float)sensor->gain;

        /* One count, and a root's part of light's own grain. */
        v += get_normal(&sensor->prng) * (1.0f + 0.3f * sqrtf(v)) + 0.5f;
        v = v < 0.0f ? 0.0f : v;
        valid = v < full ? valid : 0;
        counts[c] = (uint16_t)(v < full ? v : full);
    }
    memset(sample, 0, sizeof *sample);
    sample->r = counts[0];
    sample->g = counts[1];
    sample->b = counts[2];
    sample->clear = counts[3];
    sample->integration_us = sensor->integration_us;
    sample->gain = sensor->gain;
    sample->valid = valid;
    sensor->gain = choose_gain(rates[3] * ms, full);
}

const char *tn_light_lamp_text(enum tn_light_lamp lamp)
{
    static const char *const texts[TN_LIGHT_LAMP_COUNT] = {
        [TN_LIGHT_DAY] = "daylight (D65)",
        [TN_LIGHT_BULB] = "filament (A)",
        [TN_LIGHT_LED_COOL] = "LED 4000 K",
        [TN_LIGHT_LED_WARM] = "LED 2700 K",
    };

    return texts[lamp];
}

const char *tn_light_thing_text(enum tn_light_thing thing)
{
    static const char *const texts[TN_LIGHT_THING_COUNT] = {
        [TN_LIGHT_NOTHING] = "nothing", [TN_LIGHT_RED] = "red",
        [TN_LIGHT_GREEN] = "green",     [TN_LIGHT_BLUE] = "blue",
        [TN_LIGHT_YELLOW] = "yellow",   [TN_LIGHT_ORANGE] = "orange",
        [TN_LIGHT_WHITE] = "white",     [TN_LIGHT_GREY] = "grey",
        [TN_LIGHT_BLACK] = "black",     [TN_LIGHT_SKIN] = "skin",
        [TN_LIGHT_WOOD] = "wood",
    };

    return texts[thing];
}
