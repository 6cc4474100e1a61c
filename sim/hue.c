/* SPDX-License-Identifier: Apache-2.0 */
#include "hue.h"

#include <stddef.h>

/* LEDs dimmer than this have no colour to speak of. */
#define COLOUR_FLOOR 12u

static const struct {
    int32_t r;
    int32_t g;
    int32_t b;
} COLOURS[] = {
#define COLOUR_ROW(name, number, word, r, g, b) {r, g, b},
    TN_COLOURS(COLOUR_ROW)
#undef COLOUR_ROW
};

enum tn_colour_number tn_hue_get(const struct tn_rgb *leds)
{
    int64_t r = 0;
    int64_t g = 0;
    int64_t b = 0;
    enum tn_colour_number nearest = TN_COLOUR_BLACK;
    int64_t best = INT64_MAX;

    for (size_t i = 0; i < TN_LED_COUNT; i++) {
        r += leds[i].r;
        g += leds[i].g;
        b += leds[i].b;
    }

    int64_t most = r > g ? r : g;

    most = most > b ? most : b;
    if (most < COLOUR_FLOOR) {
        return TN_COLOUR_BLACK;
    }
    for (size_t i = 1; i < TN_COLOUR_COUNT; i++) {
        /* All at full brightness, so that only the hue counts. */
        int64_t dr = r * 255 / most - COLOURS[i].r;
        int64_t dg = g * 255 / most - COLOURS[i].g;
        int64_t db = b * 255 / most - COLOURS[i].b;
        int64_t far = dr * dr + dg * dg + db * db;

        if (far < best) {
            best = far;
            nearest = (enum tn_colour_number)i;
        }
    }
    return nearest;
}
