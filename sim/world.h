/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_WORLD_H
#define TENON_SIM_WORLD_H

/*
 * The world: bricks on a table, the hands that move them, the tags that come
 * near, what their microphones hear and their light sensors see. It fills each
 * brick's tn_in, steps it and acts on its tn_out; it asks no clock and gives
 * the same for the same seed. tn_world_new allocates; steps do not. Not thread
 * safe. Host only. See docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"
#include "field.h"
#include "sensor.h"
#include "window.h"
#include <tenon/brick.h>

/* Sound that a microphone hears; the samples stay the caller's. */
struct tn_world_sound {
    const int16_t *samples; /* 16 kHz */
    size_t count;
    size_t at; /* the next sample */
};

struct tn_world_brick {
    struct tn_brick brick;
    struct tn_in in;   /* of the last step */
    struct tn_out out; /* of the last step */
    struct tn_sim_field field;
    struct tn_body body;
    struct tn_sensor sensor;
    struct tn_window window;
    struct tn_prng entropy;
    struct tn_world_sound sound;
    struct tn_body_vec asleep_at; /* force when the sensor went to sleep */
    uint64_t due_us;              /* the next step, if nothing happens before */
    uint64_t step_count;
    struct tn_brick_config config;
    uint16_t asked; /* near-field commands that are not answered yet */
    uint16_t battery_pc;
    uint8_t power;
    bool poked; /* something happened that ends a sleep */
};

struct tn_world;

/* A brick has stepped: its `in` and `out` are those of this frame. */
typedef void (*tn_world_watch)(void *ctx, const struct tn_world *world,
                               size_t brick);

struct tn_world_config {
    uint64_t seed;
    size_t brick_count;
    tn_world_watch on_step; /* may be null */
    void *ctx;
};

struct tn_world {
    struct tn_world_config config;
    uint64_t time_us; /* start of the next frame */
    struct tn_world_brick bricks[];
};

/* A world in which all bricks lie on the table, their batteries full. Null if
 * memory is short. */
struct tn_world *tn_world_new(const struct tn_world_config *config);
void tn_world_free(struct tn_world *world);

/* One frame of every brick that is awake or has something to do. What a brick
 * refuses is our own mistake; it is returned. */
enum tn_err tn_world_step(struct tn_world *world);

/* A tag is laid to a brick or taken away, from the next frame on; the tag
 * stays the caller's. Errors as tn_sim_field_put and _take. */
enum tn_err tn_world_put_tag(struct tn_world *world, size_t brick,
                             struct tn_sim_tag *tag);
enum tn_err tn_world_take_tag(struct tn_world *world, size_t brick,
                              struct tn_sim_tag *tag);

/* The microphone hears these samples from the next frame on. */
void tn_world_set_sound(struct tn_world *world, size_t brick,
                        const int16_t *samples, size_t count);

void tn_world_set_battery(struct tn_world *world, size_t brick,
                          uint16_t battery_pc);
void tn_world_set_docked(struct tn_world *world, size_t brick, bool docked);

/* Asleep: it is stepped only when something is due or happens. */
bool tn_world_is_asleep(const struct tn_world *world, size_t brick);

#endif
