/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_TAPES_H
#define TENON_TOOLS_TAPES_H

/*
 * What a run leaves behind: the sound of all bricks as one WAV, a trace (JSON
 * Lines, docs/spec/trace.md), a recording a brick (docs/spec/recording.md).
 * Files appear only when they are whole.
 */

#include <sim/scene.h>

#include "outfile.h"

/* Paths; null: not wanted. */
struct tn_tapes_config {
    const char *wav;
    const char *trace;
    const char *record;
};

struct tn_tape {
    struct tn_outfile out;
    uint64_t last_us;
    uint64_t digest;
    uint32_t step_count;
};

struct tn_tapes {
    struct tn_tapes_config config;
    const struct tn_scene *scene;
    struct tn_outfile wav;
    void *sound; /* libsndfile's handle */
    struct tn_outfile trace;
    struct tn_tape *recordings; /* one a brick, or null */
    int32_t mix[TN_AUDIO_LEN];  /* of the frame under way */
    char why[256];              /* what failed first, or "" */
    bool clash;                 /* two of the files would be one */
};

/* Begins the files. False: tapes->why says why not. */
bool tn_tapes_init(struct tn_tapes *tapes, const struct tn_tapes_config *config,
                   const struct tn_scene *scene, uint64_t seed);

/* A happening, for the trace. */
void tn_tapes_post(struct tn_tapes *tapes, const struct tn_watch_event *event);

/* A brick has stepped: its sound, its recording. */
void tn_tapes_step(struct tn_tapes *tapes, const struct tn_world *world,
                   size_t brick);

/* A frame is over: its sound goes to the WAV, and to `audio`. */
void tn_tapes_push(struct tn_tapes *tapes, int16_t *audio);

/* Completes the files. False: tapes->why says what failed. */
bool tn_tapes_finish(struct tn_tapes *tapes,
                     const struct tn_scene_report *report);

/* Throws away what is not finished. */
void tn_tapes_reset(struct tn_tapes *tapes);

/* The name of a brick's recording: the path given, or with several bricks the
 * path with "-NAME" before its ending. The caller frees it. */
char *tn_tapes_get_record_path(const struct tn_tapes *tapes, size_t brick);

#endif
