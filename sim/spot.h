/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SPOT_H
#define TENON_SIM_SPOT_H

/*
 * Where a brick stands on the table and which way its front looks, as a
 * function of time: it may be slid and turned. Deterministic, no allocation.
 * Host only. See docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include "body.h"
#include "coils.h"

struct tn_spot {
    double x_m;
    double y_m;
    double facing_deg; /* from the x axis, counted to the left */
};

struct tn_spot_path {
    struct tn_spot from;
    struct tn_spot to;
    uint64_t slide_us; /* it slides from here */
    uint64_t slid_us;  /* to here */
    uint64_t turn_us;  /* and turns from here */
    uint64_t turned_us;
};

void tn_spot_init(struct tn_spot_path *path, const struct tn_spot *spot);

/* Begins to slide to a point or to turn, the shorter way round; lasts 0: is
 * there at once. What it did before ends where it is. */
void tn_spot_slide(struct tn_spot_path *path, double x_m, double y_m,
                   uint64_t time_us, uint64_t lasts_us);
void tn_spot_turn(struct tn_spot_path *path, double facing_deg,
                  uint64_t time_us, uint64_t lasts_us);

struct tn_spot tn_spot_get(const struct tn_spot_path *path, uint64_t time_us);

/* The direction from one spot to another, -180 .. 180; 0 if they are one. */
double tn_spot_get_direction(const struct tn_spot *from,
                             const struct tn_spot *to);

/* The pose of a brick that stands there with `up` (any length) upwards in its
 * own axes; its heading is the one that it would have, set level. */
void tn_spot_get_pose(const struct tn_spot *spot, struct tn_body_vec up,
                      struct tn_sim_pose *pose);

#endif
