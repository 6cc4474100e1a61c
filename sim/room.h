/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_ROOM_H
#define TENON_SIM_ROOM_H

/*
 * What is between the bricks of a world: the air that carries their frames, and
 * what their coils measure of one another in placing turns. Bricks are known by
 * the numbers of their radio links. Deterministic, no allocation; the caller
 * owns the struct. Host only. See docs/spec/scene.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include "air.h"
#include "coils.h"
#include <tenon/coils.h>

/* A placing turn that a brick takes part in, as far as its plans go. */
struct tn_room_turn {
    uint64_t at_us;   /* 0: none */
    uint64_t kept_us; /* it has had its windings from at_us to here */
    uint8_t number;   /* as planned */
    bool send;
    bool whole; /* from the turn's very start, without a gap */
};

struct tn_room {
    struct tn_sim_air air;
    struct tn_sim_coils coils;
    struct tn_prng prng;
    struct tn_sim_pose poses[TN_SIM_AIR_CAP];
    struct tn_room_turn turns[TN_SIM_AIR_CAP];
};

void tn_room_init(struct tn_room *room, uint64_t seed);

/* A brick's radio is on, its own clock the world's; or it has lost power. */
void tn_room_start(struct tn_room *room, uint32_t link);
void tn_room_stop(struct tn_room *room, uint32_t link);

/* Where a brick is from now on. */
void tn_room_set_pose(struct tn_room *room, uint32_t link,
                      const struct tn_sim_pose *pose);

/* Takes the plan of a brick for the frame that starts at `from_us`. */
void tn_room_push_plan(struct tn_room *room, uint32_t link,
                       const struct tn_coil_plan *plan, uint64_t from_us);

/* A turn in which the brick listened is over by then. */
bool tn_room_is_due(const struct tn_room *room, uint32_t link,
                    uint64_t until_us);

/* What it has measured in that turn, of whoever sent. False if its windings
 * were taken away meanwhile, or if not exactly one brick in the air's range
 * sent, or sent at another time. The turn is forgotten. */
bool tn_room_pull_report(struct tn_room *room, uint32_t link,
                         struct tn_coil_report *report);

#endif
