/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_WORLD_H
#define TENON_SIM_WORLD_H

/*
 * The world: bricks on a table, the hands that move them, the tags that come
 * near, what their microphones hear and their light sensors see, the air and
 * the fields between them, each one's flash and crypto engine. It fills each
 * brick's tn_in, steps it and acts on its tn_out; it asks no clock and gives
 * the same for the same seed. tn_world_new allocates; steps do not. Not thread
 * safe. Host only. See docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "body.h"
#include "field.h"
#include "flash.h"
#include "room.h"
#include "sensor.h"
#include "spot.h"
#include "window.h"
#include <tenon/brick.h>

#define TN_WORLD_RADIO_CAP TN_SIM_AIR_CAP /* bricks that have a radio */
#define TN_WORLD_NO_LINK 0xFFu
#define TN_WORLD_ROW_M 0.4     /* between bricks that nobody has placed */
#define TN_WORLD_JOB_US 12000u /* a crypto job takes so long */

/* How a brick is at the beginning. */
struct tn_world_place {
    struct tn_spot spot;
    uint32_t family; /* bricks of the same number belong together */
    bool mute;       /* it has no radio */
};

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
    struct tn_sim_flash flash;
    struct tn_body body;
    struct tn_spot_path path;
    struct tn_sensor sensor;
    struct tn_window window;
    uint64_t words; /* seed of its entropy and secrets */
    struct tn_world_sound sound;
    struct tn_body_vec asleep_at; /* force when the sensor went to sleep */
    uint64_t due_us;              /* the next step, if nothing happens before */
    uint64_t answer_us; /* the crypto job's answer is there; 0: no job */
    uint64_t step_count;
    struct tn_brick_config config;
    struct tn_crypto_answer answer;
    uint16_t asked; /* near-field commands that are not answered yet */
    uint16_t battery_pc;
    uint8_t power;
    uint8_t link; /* its radio; TN_WORLD_NO_LINK: none */
    bool poked;   /* something happened that ends a sleep */
    bool off;     /* without power: not stepped */
    bool cut;     /* it has lost power before: not what it was at the start */
};

struct tn_world;

/* A brick has stepped: its `in` and `out` are those of this frame. */
typedef void (*tn_world_watch)(void *ctx, const struct tn_world *world,
                               size_t brick);

struct tn_world_config {
    uint64_t seed;
    size_t brick_count;
    /* One a brick; null: all of one family, in a row to the left, facing along
     * x. Not needed after tn_world_new. */
    const struct tn_world_place *places;
    const struct tn_crypto *crypto; /* null: no radios, all play alone */
    /* Does a crypto job to its end; null: each is refused. */
    void (*run_job)(const struct tn_crypto_job *job,
                    struct tn_crypto_answer *answer);
    tn_world_watch on_step; /* may be null */
    void *ctx;
    /* The program of every bare brick, which lasts as long as the world; null:
     * none. Loaded at once, and again when a fifth tag had taken its place. */
    const uint8_t *bare;
    uint16_t bare_len;
};

struct tn_world {
    struct tn_world_config config;
    uint64_t time_us;     /* start of the next frame */
    uint64_t slid_us;     /* nothing slides after this */
    struct tn_room *room; /* null: nobody has a radio */
    uint8_t *flash;       /* memory of all flashes */
    uint32_t link_count;
    struct tn_world_brick bricks[];
};

/* A world in which all bricks lie on the table, their batteries full, their
 * flashes blank. The first TN_WORLD_RADIO_CAP that are not mute have radios.
 * Null if memory is short. */
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

/* Without power a brick does nothing and forgets all but its flash; with power
 * again it begins anew. No change if it is as told already. */
void tn_world_set_power(struct tn_world *world, size_t brick, bool on);

/* A brick is slid to a point or turned, over `lasts_us` from now; its sensors
 * feel nothing of it. */
void tn_world_slide(struct tn_world *world, size_t brick, double x_m,
                    double y_m, uint64_t lasts_us);
void tn_world_turn(struct tn_world *world, size_t brick, double facing_deg,
                   uint64_t lasts_us);

/* Where it stands now, and its pose: that of its posture if it rests on the
 * table, else as if held level. */
struct tn_spot tn_world_get_spot(const struct tn_world *world, size_t brick);
void tn_world_get_pose(struct tn_world *world, size_t brick,
                       struct tn_sim_pose *pose);

/* What a brick knows of another; false: it is not in touch with it. */
bool tn_world_find_neighbour(const struct tn_world *world, size_t brick,
                             size_t other, struct tn_neighbour *neighbour);

/* Asleep: it is stepped only when something is due or happens. */
bool tn_world_is_asleep(const struct tn_world *world, size_t brick);

#endif
