/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_RIG_H
#define TENON_TEST_RIG_H

/*
 * A brick on a bench: real tag memories in its near field, an accelerometer
 * that the test drives. What tests and benchmarks of whole bricks share.
 */

#include <tenon/brick.h>

#include "lang/lang.h"
#include "sim/field.h"

struct rig {
    struct tn_brick brick;
    struct tn_in in;
    struct tn_out out;
    struct tn_sim_field field;
    struct tn_sim_tag tags[4];
    uint32_t noise; /* counts samples, for a sensor that is never quite still */
};

void rig_init(struct rig *rig, uint64_t seed);

/* Compiles `text`; ends the program with the problems if it is wrong. */
struct tn_lang_set *rig_compile(const char *text);

/* Puts the program `name` of `set`, on an NTAG216, into the field. */
void rig_put(struct rig *rig, unsigned tag, const struct tn_lang_set *set,
             const char *name);
void rig_take(struct rig *rig, unsigned tag);

/* One frame without accelerometer samples, and one that feels `x y z` mg. */
void rig_step(struct rig *rig);
void rig_step_feeling(struct rig *rig, int x_mg, int y_mg, int z_mg);

/* Lies on the table for `ms`, with a sensor's noise; shaken for `ms`. */
void rig_rest(struct rig *rig, unsigned ms);
void rig_shake(struct rig *rig, unsigned ms);

/* Steps without samples until the brick says that it may sleep, or `ms`. */
bool rig_doze(struct rig *rig, unsigned ms);

#endif
