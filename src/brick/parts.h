/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BRICK_PARTS_H
#define TENON_BRICK_PARTS_H

/* What the files of src/brick share: each introduces some parts to others. */

#include <tenon/brick.h>

/* A tag has come: its program is checked by every room that will read it, and
 * begins. A tag that is of no use leaves a notice. */
void tn_brick_load_program(struct tn_brick *brick, uint8_t slot,
                           uint64_t time_us, struct tn_out *out);

/* Notes in `out` that the tag in `slot` was refused. */
void tn_brick_push_notice(struct tn_out *out, uint8_t slot, enum tn_err err,
                          uint16_t at);

/* Hands the programs' effects of this step to voice and glow. */
void tn_brick_push_effects(struct tn_brick *brick, uint64_t time_us);

/* Decides whether the brick sleeps, and how long it may. `disturbed`: the step
 * brought something that no sleep survives. */
void tn_brick_set_power(struct tn_brick *brick, const struct tn_in *in,
                        bool disturbed, struct tn_out *out);

#endif
