/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_WINDOW_H
#define TENON_SIM_WINDOW_H

/*
 * What comes through the window of a brick's light sensor: the light of its
 * room and, now and then, a card that a hand holds before it. Host only,
 * deterministic, no allocation. The figures are in docs/spec/scene.md.
 */

#include <stdint.h>

#include "light.h"

/* Rooms: X(NAME, word in a scene, lux, lamp). */
#define TN_WINDOW_ROOMS(X)                                                     \
    X(LIT, "lit", 300, LED_COOL)                                               \
    X(DIM, "dim", 50, LED_COOL)                                                \
    X(DARK, "dark", 1, LED_COOL)                                               \
    X(BRIGHT, "bright", 5000, DAY)

enum tn_window_room {
#define TN_WINDOW_ENUM(name, word, lux, lamp) TN_WINDOW_##name,
    TN_WINDOW_ROOMS(TN_WINDOW_ENUM)
#undef TN_WINDOW_ENUM
    TN_WINDOW_ROOM_COUNT
};

struct tn_window {
    struct tn_light_sensor sensor;
    struct tn_light_scene scene; /* as of the last sample */
    uint64_t next_us;            /* the next sample is complete */
    uint64_t shown_us;           /* a hand begins to bring the card */
    uint64_t stays_us;           /* it is held still for so long */
    enum tn_light_thing card;    /* that is being shown */
};

/* A lit room, nothing before the sensor; which part it is says the seed. */
void tn_window_init(struct tn_window *window, uint64_t seed);

void tn_window_set_room(struct tn_window *window, enum tn_window_room room);

/* A hand brings a card, holds it for `stays_us` and takes it away. */
void tn_window_show(struct tn_window *window, enum tn_light_thing card,
                    uint64_t time_us, uint64_t stays_us);

/* How long that takes in all. */
uint64_t tn_window_get_lasts_us(uint64_t stays_us);

/* The sample that was completed in the frame that begins at `time_us`; not
 * valid if none was. After a gap the sensor has been off. */
void tn_window_get(struct tn_window *window, uint64_t time_us,
                   struct tn_light *light);

/* The word of a room in a scene. */
const char *tn_window_get_word(enum tn_window_room room);

#endif
