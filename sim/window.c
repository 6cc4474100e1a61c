/* SPDX-License-Identifier: Apache-2.0 */
#include "window.h"

#include <string.h>

#define INTEGRATION_US 24000u
#define PERIOD_US 28000u /* seven frames: the converter needs 2.4 ms more */

/* A card in a hand. */
#define NEAR_MM 10.0f
#define MM_PER_S 250.0f
#define COMES_US 440000u /* from away to near */
#define RADIUS_MM 25.0f
#define GLOSS 0.02f

static const struct {
    const char *word;
    float lux;
    enum tn_light_lamp lamp;
} ROOMS[] = {
#define ROOM_ROW(name, word, lux, lamp) {word, lux, TN_LIGHT_##lamp},
    TN_WINDOW_ROOMS(ROOM_ROW)
#undef ROOM_ROW
};

void tn_window_init(struct tn_window *window, uint64_t seed)
{
    memset(window, 0, sizeof *window);
    tn_light_sensor_init(&window->sensor, seed, INTEGRATION_US);
    window->next_us = PERIOD_US;
    window->scene.radius_mm = RADIUS_MM;
    window->scene.gloss = GLOSS;
    tn_window_set_room(window, TN_WINDOW_LIT);
}

void tn_window_set_room(struct tn_window *window, enum tn_window_room room)
{
    window->scene.lux = ROOMS[room].lux;
    window->scene.lamp = ROOMS[room].lamp;
}

void tn_window_show(struct tn_window *window, enum tn_light_thing card,
                    uint64_t time_us, uint64_t stays_us)
{
    window->card = card;
    window->shown_us = time_us;
    window->stays_us = stays_us;
}

uint64_t tn_window_get_lasts_us(uint64_t stays_us)
{
    return stays_us + 2 * COMES_US;
}

/* Where the card is now, if it is anywhere. */
static void put_card(struct tn_window *window, uint64_t time_us)
{
    uint64_t since_us = time_us - window->shown_us;
    uint64_t lasts_us = tn_window_get_lasts_us(window->stays_us);

    window->scene.thing = TN_LIGHT_NOTHING;
    if (since_us >= lasts_us) {
        window->card = TN_LIGHT_NOTHING;
    }
    if (window->card == TN_LIGHT_NOTHING) {
        return;
    }

    uint64_t left_us = lasts_us - since_us;
    uint64_t way_us = since_us < left_us ? since_us : left_us;

    if (way_us > COMES_US) {
        way_us = COMES_US;
    }
    window->scene.thing = window->card;
    window->scene.distance_mm =
        NEAR_MM + (float)(COMES_US - way_us) * 1e-6f * MM_PER_S;
}

void tn_window_get(struct tn_window *window, uint64_t time_us,
                   struct tn_light *light)
{
    if (time_us > window->next_us + PERIOD_US) {
        window->next_us = time_us + PERIOD_US;
    }
    if (time_us < window->next_us) {
        memset(light, 0, sizeof *light);
        return;
    }
    window->next_us += PERIOD_US;
    put_card(window, time_us);
    tn_light_sensor_get(&window->sensor, &window->scene, light);
}

const char *tn_window_get_word(enum tn_window_room room)
{
    return ROOMS[room].word;
}
