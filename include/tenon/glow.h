/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_GLOW_H
#define TENON_GLOW_H

/*
 * Lights: light patches to eight LEDs. Figures shine over tiles; of one layer
 * the latest is seen. Time is given, so that a step over a gap equals the steps
 * it stands for. The caller owns the struct. Patches: docs/spec/patches.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/err.h>
#include <tenon/maths.h>
#include <tenon/patch.h>

/* Linear light, 0 .. 255 each; a board applies its LEDs' own gamma. */
struct tn_rgb {
    uint8_t r;
    uint8_t g;
    uint8_t b;
};

/* Says whether `len` bytes are a light. On failure `at` (may be null) gets the
 * offset of what is wrong. Any bytes may come. */
enum tn_err tn_glow_check(const uint8_t *patch, uint8_t len, uint8_t *at);

/* One program's light; private to src/glow, here for its size. */
struct tn_glow_light {
    uint64_t since_us;
    tn_q16 part;      /* of the LEDs that is lit, 0 .. 1 */
    uint32_t dim_ms;  /* from level to end_level; 0: it stays */
    uint16_t per_min; /* 1 .. TN_LIGHT_MAX_PER_MIN; 0 if steady */
    uint8_t mode;     /* enum tn_light_mode */
    uint8_t colour;   /* enum tn_colour_number */
    uint8_t level;    /* per cent */
    uint8_t end_level;
    uint8_t layer;
    uint8_t rank; /* order of setting among those that are on, from 1 */
    uint8_t on;
    uint8_t pad[7]; /* 0 */
};

/* Private to src/glow; here for its size. */
struct tn_glow {
    struct tn_glow_light lights[TN_PROGRAM_CAP];
};

void tn_glow_init(struct tn_glow *glow);

/* Program `program` (slot) shows a checked patch from `time_us` on, in `layer`
 * (0 the bare brick, 1 tiles, 2 figures). The same patch again does not
 * restart, but counts as the latest. */
void tn_glow_set(struct tn_glow *glow, uint8_t program, uint8_t layer,
                 const uint8_t *patch, uint8_t len, uint64_t time_us);

/* Only this part of the LEDs, 0 .. 1, is lit of its light, as a bar from LED 0
 * on; all after tn_glow_set has shown another patch. TN_UNKNOWN: all. */
void tn_glow_set_part(struct tn_glow *glow, uint8_t program, tn_q16 part);

/* Program `program` shows nothing. */
void tn_glow_clear(struct tn_glow *glow, uint8_t program);

/* The LEDs, TN_LED_COUNT, at `time_us`. Flashes and breaths are held to 3 a
 * second. */
void tn_glow_render(const struct tn_glow *glow, uint64_t time_us,
                    struct tn_rgb *leds);

/* All dark at `time_us`, and staying so. */
bool tn_glow_is_dark(const struct tn_glow *glow, uint64_t time_us);

#endif
