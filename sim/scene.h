/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SCENE_H
#define TENON_SIM_SCENE_H

/*
 * A scene: who lies on the table, what hands do when, and what must come of it.
 * tn_scene_load reads a scene file and all it names; tn_scene_run plays it in a
 * world and checks its expectations. Host only: it allocates; out of memory
 * ends the process with a message. Language: docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "watch.h"
#include "world.h"
#include <lang/lang.h>

#define TN_SCENE_FOREVER UINT64_MAX
#define TN_SCENE_SEED_MAX UINT32_MAX

enum tn_scene_verb {
    TN_SCENE_GETS,
    TN_SCENE_LOSES,
    TN_SCENE_LOSES_ALL,
    TN_SCENE_MOVES,
    TN_SCENE_REPLAYS,
    TN_SCENE_HEARS,
    TN_SCENE_SHOWN, /* a card */
    TN_SCENE_ROOM,  /* other light */
    TN_SCENE_DOCKS,
    TN_SCENE_UNDOCKS,
    TN_SCENE_BATTERY,
    TN_SCENE_POWER_LOST,
    TN_SCENE_POWER_BACK,
    TN_SCENE_SLIDES,
    TN_SCENE_TURNS,
    TN_SCENE_FACES
};

/* A tag that the scene knows: one physical thing. */
struct tn_scene_tag {
    char *label; /* program's name, or the dump's file name */
    const struct tn_lang_program *program; /* null: from a dump */
    struct tn_sim_tag tag;
    size_t on; /* brick it is on, SIZE_MAX: none */
};

/* A recorded motion or sound, loaded once. */
struct tn_scene_file {
    char *path;
    struct tn_body_point *points;
    int16_t *samples;
    size_t count;
};

/* Where a statement stands, for messages. */
struct tn_scene_place {
    char *source; /* the source line, trimmed */
    unsigned line;
    unsigned column;
    unsigned width;
};

struct tn_scene_action {
    uint64_t at_us;
    size_t order; /* among those of the same time */
    size_t brick;
    enum tn_scene_verb verb;
    size_t item;      /* tag or file */
    uint64_t from_us; /* REPLAYS: span of the recording */
    uint64_t to_us;
    /* MOVES: 0 the motion's own; SHOWN: held so long; SLIDES, TURNS, FACES */
    uint64_t lasts_us;
    double x_m; /* SLIDES */
    double y_m;
    double facing_deg; /* TURNS */
    size_t other;      /* FACES: brick */
    enum tn_body_motion motion;
    enum tn_light_thing card;
    enum tn_window_room room;
    uint16_t battery_pc;
    char *label; /* LOSES: which tag, till tn_scene_check has found it */
    char *words; /* what is done, without time and brick */
    struct tn_scene_place place;
};

enum tn_scene_wish {
    TN_SCENE_PLAYS,
    TN_SCENE_GLOWS,
    TN_SCENE_SHOWS, /* glows COLOUR */
    TN_SCENE_FEELS,
    TN_SCENE_SEES,
    TN_SCENE_REFUSES,
    TN_SCENE_STATE, /* PROG on NAME is STATE, or gone */
    TN_SCENE_LASTING,
    TN_SCENE_ASLEEP,
    TN_SCENE_AWAKE,
    TN_SCENE_SILENT,
    TN_SCENE_HEARD,
    TN_SCENE_SENDS,
    TN_SCENE_VAIN,       /* sends in vain */
    TN_SCENE_TOLD,       /* hears a message */
    TN_SCENE_KNOWS_FAR,  /* the distance to another brick */
    TN_SCENE_KNOWS_WHERE /* distance and direction */
};

struct tn_scene_expect {
    enum tn_scene_wish wish;
    size_t brick;
    char *who;  /* program it is asked of, or null: any */
    char *what; /* sound, light, colour, event, state, lasting word, message */
    size_t other;   /* LASTING, TOLD, KNOWS: another brick; SIZE_MAX: none */
    double bound_m; /* KNOWS: within this */
    uint64_t from_us;
    uint64_t to_us; /* inclusive; TN_SCENE_FOREVER */
    uint32_t least; /* how often it must happen */
    uint32_t most;
    struct tn_scene_place place;
    /* of the last run */
    bool failed;
    char *instead; /* what happened instead, or null */
};

struct tn_scene {
    char *path;
    char *title; /* never null */
    uint64_t seed;
    uint64_t end_us;
    char **bricks; /* names */
    size_t brick_count;
    struct tn_world_place *places; /* one a brick */
    size_t place_count;
    char **families; /* names; families 1 and up, 0 has none */
    size_t family_count;
    struct tn_lang_set **sets;
    size_t set_count;
    const struct tn_lang_program **programs;
    size_t program_count;
    struct tn_scene_tag **tags; /* each alone, so that it stays in its place */
    size_t tag_count;
    struct tn_scene_file *files;
    size_t file_count;
    struct tn_scene_action *actions; /* by time */
    size_t action_count;
    struct tn_scene_expect *expects; /* as written */
    size_t expect_count;
    struct tn_lang_problem *problems;
    size_t problem_count;
    size_t error_count;
};

/* Reads a scene; never null. It cannot be run if scene->error_count > 0. */
struct tn_scene *tn_scene_load(const char *path);

/* The same for text in memory, which may be any bytes; `path` names it and is
 * where other files are looked for, unless `alone`: then nothing is opened. */
struct tn_scene *tn_scene_load_text(const char *path, const char *text,
                                    size_t len, bool alone);
void tn_scene_free(struct tn_scene *scene);

/* What a run tells while it goes. Each may be null. */
struct tn_scene_view {
    void *ctx;
    /* a brick has stepped */
    void (*on_step)(void *ctx, const struct tn_world *world, size_t brick);
    /* something happened */
    tn_watch_sink on_event;
    /* a frame of the whole world is over; false ends the run */
    bool (*on_frame)(void *ctx, const struct tn_world *world,
                     const struct tn_watch *watch);
};

struct tn_scene_options {
    uint64_t seed;       /* instead of the scene's, if has_seed */
    uint64_t timeout_us; /* of simulated time; 0: none */
    bool has_seed;
    /* As tn_world_config's: null, and all bricks play alone. */
    const struct tn_crypto *crypto;
    void (*run_job)(const struct tn_crypto_job *job,
                    struct tn_crypto_answer *answer);
};

/* How a run ended. */
struct tn_scene_report {
    uint64_t time_us; /* simulated */
    uint64_t seed;
    size_t step_count; /* of all bricks */
    size_t failed;     /* expectations */
    bool timed_out;    /* before the scene's end */
    bool stopped;      /* by on_frame */
    enum tn_err err;   /* the world broke: our own mistake */
};

/* Plays the scene from its beginning and checks its expectations; each tells
 * in `failed` and `instead` how it went. A run that was stopped checks none. */
void tn_scene_run(struct tn_scene *scene,
                  const struct tn_scene_options *options,
                  const struct tn_scene_view *view,
                  struct tn_scene_report *report);

#endif
