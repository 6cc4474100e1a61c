/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CORTEXM_ROOMS_H
#define TENON_CORTEXM_ROOMS_H

/* How much of each step every room takes, in ticks (ticks.h); net's include the
 * cipher's. */

#include <stdbool.h>
#include <stdint.h>

/* X(room, function of src/brick's step, parameters, arguments). Each returns
 * nothing; cmake/TenonRooms.cmake tells the linker the same. */
#define TN_ROOMS(X)                                                            \
    X(tag, tn_tag_step,                                                        \
      (struct tn_tag * t, const struct tn_tag_in *i, struct tn_tag_out *o),    \
      (t, i, o))                                                               \
    X(motion, tn_motion_step,                                                  \
      (struct tn_motion * m, uint64_t time_us, const struct tn_accel *a,       \
       uint8_t n, struct tn_event *e, uint8_t *c),                             \
      (m, time_us, a, n, e, c))                                                \
    X(hearing, tn_hearing_step,                                                \
      (struct tn_hearing * h, uint64_t time_us, const int16_t *mic,            \
       const int16_t *own, struct tn_event *e, uint8_t *c),                    \
      (h, time_us, mic, own, e, c))                                            \
    X(colour, tn_colour_step,                                                  \
      (struct tn_colour * k, uint64_t time_us, const struct tn_light *l,       \
       struct tn_event *e, uint8_t *c),                                        \
      (k, time_us, l, e, c))                                                   \
    X(net, tn_net_step,                                                        \
      (struct tn_net * n, const struct tn_crypto *c,                           \
       const struct tn_net_in *i, struct tn_net_out *o),                       \
      (n, c, i, o))                                                            \
    X(place, tn_place_step,                                                    \
      (struct tn_place * p, struct tn_place_news * n, uint8_t * c), (p, n, c)) \
    X(play, tn_play_step,                                                      \
      (struct tn_play * p, const struct tn_play_in *i, struct tn_play_out *o), \
      (p, i, o))                                                               \
    X(voice, tn_voice_render, (struct tn_voice * v, int16_t * audio),          \
      (v, audio))                                                              \
    X(glow, tn_glow_render,                                                    \
      (struct tn_glow * g, uint64_t time_us, struct tn_rgb * leds),            \
      (g, time_us, leds))                                                      \
    X(store, tn_store_step,                                                    \
      (struct tn_store * s, const struct tn_store_in *i,                       \
       struct tn_store_out *o),                                                \
      (s, i, o))

struct tn_rooms_figure {
    const char *name;
    uint64_t sum;  /* ticks over all steps */
    uint32_t most; /* ticks in the worst step */
    uint8_t pad[4];
};

void tn_rooms_end_step(void);

/* Room `i`, from 0; false if there is none. */
bool tn_rooms_get(uint32_t i, struct tn_rooms_figure *figure);

#endif
