/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_VIEW_H
#define TENON_TOOLS_VIEW_H

/*
 * A scene as it is played, in the terminal: a line a happening, and below them
 * a line a brick with its lights, sound and states. Where there is no terminal,
 * the happenings alone.
 */

#include <sim/scene.h>
#include <stdio.h>

#define TN_VIEW_BRICK_CAP 8u /* bricks with a line of their own */

struct tn_view {
    FILE *to;
    const struct tn_scene *scene;
    uint64_t drawn_us;                /* when the lines were last drawn */
    unsigned lines;                   /* drawn below the happenings */
    int32_t peaks[TN_VIEW_BRICK_CAP]; /* of the sound since then */
    bool live;                        /* a terminal */
    bool unicode;
};

/* `live`: draw lines that move. */
void tn_view_init(struct tn_view *view, const struct tn_scene *scene, FILE *to,
                  bool live);

/* A happening. */
void tn_view_post(struct tn_view *view, const struct tn_watch_event *event);

/* A brick has stepped: its sound is noted. */
void tn_view_step(struct tn_view *view, size_t brick, const struct tn_out *out);

/* A frame is over: draws if it is time to. */
void tn_view_draw(struct tn_view *view, const struct tn_world *world,
                  const struct tn_watch *watch);

/* Takes the moving lines away. */
void tn_view_finish(struct tn_view *view);

#endif
