/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well src/colour names what is held before a modelled sensor: bench_colour
 * [SEED]. Things come to 5, 10, 15 or 20 mm under four lamps at 50 to 2,000
 * lux, stay a second and go. Right: told once, by its name (or not told, if it
 * has none of the names). Wrong: told by another name. Each trial has its own
 * part, pigment, gloss, speed and noise; even seeds were used to find
 * thresholds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sim/light.h>
#include <tenon/vocabulary.h>

#define TRIALS 40
#define INTEGRATION_US 24000
#define FRAMES_A_SAMPLE 7 /* 28 ms */
#define SAMPLE_COUNT 180
#define AWAY_MM 120.0f

static const float lux_steps[] = {50, 300, 2000};
static const float distances_mm[] = {5, 10, 15, 20};

enum column {
    TOLD_NONE,
    TOLD_RED,
    TOLD_GREEN,
    TOLD_BLUE,
    COLUMN_COUNT
};

static unsigned table[TN_LIGHT_THING_COUNT][COLUMN_COUNT];
static unsigned
    by_distance[4][4]; /* right, none, twice, wrong: named things only */
static unsigned by_lamp[TN_LIGHT_LAMP_COUNT][4];
static unsigned by_lux[3][4];

static float draw(struct tn_prng *prng, float low, float high)
{
    return low + (high - low) * (float)(tn_prng_get(prng) >> 8) / 16777216.0f;
}

/* One thing comes, stays and goes; tells names into `told`. */
static unsigned play(struct tn_light_scene *scene, uint64_t seed,
                     unsigned told[COLUMN_COUNT])
{
    struct tn_colour colour;
    struct tn_light_sensor sensor;
    struct tn_prng prng;
    float near_mm = scene->distance_mm;
    enum tn_light_thing thing = scene->thing;
    unsigned events = 0;

    tn_prng_init(&prng, seed, 3);
    scene->shift_nm = draw(&prng, -8, 8);
    scene->gloss = draw(&prng, 0.01f, 0.05f);
    scene->radius_mm = draw(&prng, 14, 25);

    float speed_mm = draw(&prng, 100, 400) * 0.028f; /* a sample */
    float mm = AWAY_MM;

    tn_colour_init(&colour);
    tn_light_sensor_init(&sensor, seed, INTEGRATION_US);
    for (unsigned i = 0; i < SAMPLE_COUNT; i++) {
        struct tn_event event;
        struct tn_light light;
        uint8_t count = 0;
        bool comes = i >= 70 && i < 130;

        mm += comes ? -speed_mm : speed_mm;
        mm = mm < near_mm ? near_mm : mm > AWAY_MM ? AWAY_MM : mm;
        scene->distance_mm = mm;
        scene->thing = mm < AWAY_MM ? thing : TN_LIGHT_NOTHING;
        tn_light_sensor_get(&sensor, scene, &light);
        tn_colour_step(&colour,
                       (uint64_t)(i + 1) * FRAMES_A_SAMPLE * TN_FRAME_US,
                       &light, &event, &count);
        if (count) {
            int number = event.args[0] / TN_Q16_ONE;

            told[number == TN_COLOUR_RED     ? TOLD_RED
                 : number == TN_COLOUR_GREEN ? TOLD_GREEN
                                             : TOLD_BLUE]++;
            events++;
        }
    }
    scene->distance_mm = near_mm;
    scene->thing = thing;
    return events;
}

static void run(uint64_t seed)
{
    for (unsigned n = 0; n < TRIALS * 4 * 4 * 3 * (TN_LIGHT_THING_COUNT - 1);
         n++) {
        unsigned told[COLUMN_COUNT] = {0};
        unsigned d = n % 4;
        unsigned lamp = n / 4 % 4;
        unsigned lux = n / 16 % 3;
        unsigned thing = 1 + n / 48 % (TN_LIGHT_THING_COUNT - 1);
        struct tn_light_scene scene = {
            .lux = lux_steps[lux],
            .distance_mm = distances_mm[d],
            .lamp = (enum tn_light_lamp)lamp,
            .thing = (enum tn_light_thing)thing,
        };
        unsigned events = play(&scene, seed + 2ull * n, told);
        unsigned right_column = thing <= TN_LIGHT_BLUE ? thing : TOLD_NONE;
        unsigned column = TOLD_NONE;

        for (unsigned c = TOLD_RED; c < COLUMN_COUNT; c++) {
            if (told[c] && (column == TOLD_NONE || column == right_column)) {
                column = c;
            }
        }
        table[thing][column]++;
        if (thing <= TN_LIGHT_BLUE) {
            unsigned k = column == TOLD_NONE      ? 1
                         : column != right_column ? 3
                         : events > 1             ? 2
                                                  : 0;

            by_distance[d][k]++;
            by_lamp[lamp][k]++;
            by_lux[lux][k]++;
        }
    }
}

static void print_row(const char *what, const unsigned k[4])
{
    double all = k[0] + k[1] + k[2] + k[3];

    printf("%-16s %6.1f %6.1f %6.2f %6.2f\n", what, 100 * k[0] / all,
           100 * k[1] / all, 100 * k[2] / all, 100 * k[3] / all);
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;

    run(seed);
    printf("told as             none    red  green   blue  (of %u)\n",
           TRIALS * 48);
    for (unsigned t = 1; t < TN_LIGHT_THING_COUNT; t++) {
        printf("%-16s", tn_light_thing_text((enum tn_light_thing)t));
        for (unsigned c = 0; c < COLUMN_COUNT; c++) {
            printf(" %6u", table[t][c]);
        }
        printf("\n");
    }
    printf("\nred, green, blue: right, none, twice, wrong, per cent\n");
    for (unsigned d = 0; d < 4; d++) {
        char text[16];

        snprintf(text, sizeof text, "at %.0f mm", distances_mm[d]);
        print_row(text, by_distance[d]);
    }
    for (unsigned l = 0; l < TN_LIGHT_LAMP_COUNT; l++) {
        print_row(tn_light_lamp_text((enum tn_light_lamp)l), by_lamp[l]);
    }
    for (unsigned l = 0; l < 3; l++) {
        char text[16];

        snprintf(text, sizeof text, "%.0f lux", lux_steps[l]);
        print_row(text, by_lux[l]);
    }
    return 0;
}
