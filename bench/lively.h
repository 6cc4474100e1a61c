/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_LIVELY_H
#define TENON_BENCH_LIVELY_H

/*
 * Bricks with everything on: in a ring, all of one family, each with a tile
 * that holds two sounds and tells the others every second, keeps a number and
 * looks at who is near, and a figure; carried about by hands, light sensor and
 * microphone on. Ends the process if anything fails.
 */

#include <stdbool.h>
#include <stddef.h>

#include "sim/world.h"

#define LIVELY_CAP 16u
#define LIVELY_READY_US 6000000u /* by then the group is complete */

struct lively {
    struct tn_world *world;
    struct tn_sim_tag *tags;
    int16_t *sound;
};

/* Without `radio` the same bricks play alone. `on_step` may be null. */
void lively_init(struct lively *lively, size_t count, bool radio,
                 tn_world_watch on_step, void *ctx);

/* Plays until then. */
void lively_run(struct lively *lively, uint64_t until_us);

/* Ends the process unless each knows all the others and sounds twice. */
void lively_check(const struct lively *lively, bool radio);
void lively_free(struct lively *lively);

#endif
