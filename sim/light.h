/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_LIGHT_H
#define TENON_SIM_LIGHT_H

/*
 * A model of one light sensor (ams TCS34725) behind a brick's window, with a
 * thing before it: spectra in steps of 20 nm, lamps, pigments, distance. A part
 * differs from the next by its seed. Host only, deterministic, no allocation.
 * Figures and their sources: docs/spec/colour.md.
 */

#include <stdint.h>

#include <tenon/colour.h>
#include <tenon/prng.h>

enum tn_light_lamp {
    TN_LIGHT_DAY,      /* CIE D65 */
    TN_LIGHT_BULB,     /* CIE A: a filament */
    TN_LIGHT_LED_COOL, /* about 4000 K */
    TN_LIGHT_LED_WARM, /* about 2700 K */
    TN_LIGHT_LAMP_COUNT
};

enum tn_light_thing {
    TN_LIGHT_NOTHING,
    TN_LIGHT_RED,
    TN_LIGHT_GREEN,
    TN_LIGHT_BLUE,
    TN_LIGHT_YELLOW,
    TN_LIGHT_ORANGE,
    TN_LIGHT_WHITE,
    TN_LIGHT_GREY,
    TN_LIGHT_BLACK,
    TN_LIGHT_SKIN,
    TN_LIGHT_WOOD,
    TN_LIGHT_THING_COUNT
};

/* What is before the sensor. */
struct tn_light_scene {
    float lux;         /* on the brick, without the thing */
    float distance_mm; /* of the thing, > 0 */
    float radius_mm;   /* of the thing, taken as a disc */
    float shift_nm;    /* its pigment differs from the model's, -20 .. 20 */
    float gloss;       /* it mirrors so much of all light, 0 .. 0.1 */
    enum tn_light_lamp lamp;
    enum tn_light_thing thing;
};

struct tn_light_sensor {
    struct tn_prng prng;
    float part[4];           /* sensitivity of r, g, b, clear against typical */
    uint16_t integration_us; /* a multiple of 2400 */
    uint8_t gain;            /* at present; follows the light */
};

/* A sensor as it comes from the reel: which one, says the seed. */
void tn_light_sensor_init(struct tn_light_sensor *sensor, uint64_t seed,
                          uint16_t integration_us);

/* One sample: noise, whole counts, full scale. Not valid if it overflowed;
 * the next has another gain, as a driver would choose it. */
void tn_light_sensor_get(struct tn_light_sensor *sensor,
                         const struct tn_light_scene *scene,
                         struct tn_light *sample);

/* English names for reports. */
const char *tn_light_lamp_text(enum tn_light_lamp lamp);
const char *tn_light_thing_text(enum tn_light_thing thing);

#endif
