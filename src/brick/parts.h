/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BRICK_PARTS_H
#define TENON_BRICK_PARTS_H

/* What the files of src/brick share: each introduces some parts to others. */

#include <tenon/brick.h>

/* A tag has come: its program is checked by every room that will read it, and
 * begins, or waits for its kept numbers. A tag that is of no use leaves a
 * notice. */
void tn_brick_load_program(struct tn_brick *brick, uint8_t slot,
                           uint64_t time_us, struct tn_out *out);

/* Notes in `out` that the tag in `slot` was refused, or what it lost. */
void tn_brick_push_notice(struct tn_out *out, uint8_t slot, enum tn_err err,
                          uint16_t at);

/* Hands the programs' effects of this step to voice, glow and net. */
void tn_brick_push_effects(struct tn_brick *brick, uint64_t time_us);

/* mail.c: a message to other bricks; one that reaches nobody is unheard. What
 * came from another brick, or went to it in vain, as an event for programs. */
void tn_brick_post(struct tn_brick *brick, const struct tn_net_event *message,
                   uint8_t number, uint8_t source, uint8_t target);
void tn_brick_send(struct tn_brick *brick, const struct tn_effect *effect);

/* neighbours.c: net's step, its events to the programs; a slice of placing;
 * what programs may look at. `busy`: a program has just been verified, which is
 * as much work as a crowd's frames. */
void tn_brick_step_net(struct tn_brick *brick, const struct tn_in *in,
                       bool busy, struct tn_out *out);
void tn_brick_step_place(struct tn_brick *brick, const struct tn_in *in);
void tn_brick_put_neighbours(const struct tn_brick *brick,
                             struct tn_play_in *play_in);
/* When neighbours are looked at: now, or when the brick fell asleep. */
uint64_t tn_brick_get_look_us(const struct tn_brick *brick);
/* The radio is to be on: awake, or asleep in a group not long since. */
bool tn_brick_is_radio_wanted(const struct tn_brick *brick,
                              const struct tn_in *in);

/* coils.c: the plan for the frame that begins at `end_us`, made before the
 * tags' step, which must not use what it has not got. */
void tn_brick_plan_coils(struct tn_brick *brick, const struct tn_in *in,
                         uint64_t end_us, struct tn_coil_plan *plan);
/* Net's last beacon has fixed a turn. */
void tn_brick_note_turn(struct tn_brick *brick);
/* Who sent in the turn that began at `at_us`; null if it is not known. */
const struct tn_brick_turn *tn_brick_find_turn(const struct tn_brick *brick,
                                               uint64_t at_us);

/* keep.c: kept numbers of programs, in the store. `content` and `info` are
 * those of a program that tn_play_prepare has just taken. */
void tn_brick_fetch_kept(struct tn_brick *brick, uint8_t slot,
                         const struct tn_tag_content *content,
                         const struct tn_image_info *info, uint64_t time_us);
void tn_brick_step_keep(struct tn_brick *brick, const struct tn_in *in,
                        struct tn_out *out);
/* Docked, and the cell is not full. */
bool tn_brick_is_charging(const struct tn_in *in);
bool tn_brick_is_keep_idle(const struct tn_brick *brick);

/* pair.c: the key pair to show to strangers, made by the crypto engine. */
void tn_brick_step_pair(struct tn_brick *brick, const struct tn_in *in,
                        struct tn_out *out);

/* Decides whether the brick sleeps, and how long it may. `disturbed`: the step
 * brought something that no sleep survives. */
void tn_brick_set_power(struct tn_brick *brick, const struct tn_in *in,
                        bool disturbed, struct tn_out *out);

#endif
