/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/tagware.h"

void rig_init(struct rig *rig, uint64_t seed)
{
    const struct tn_brick_config config = {.seed = seed};

    memset(rig, 0, sizeof *rig);
    tn_brick_init(&rig->brick, &config);
    tn_sim_field_init(&rig->field);
    rig->in.battery_pc = 100;
}

struct tn_lang_set *rig_compile(const char *text)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("rig.play", text, strlen(text));

    for (size_t i = 0; i < set->problem_count; i++) {
        tn_lang_print_problem(&set->problems[i], stderr, false);
    }
    if (set->error_count) {
        exit(EXIT_FAILURE);
    }
    return set;
}

static void fail_if(int err, const char *what)
{
    if (err) {
        fprintf(stderr, "%s: %s\n", what, tn_err_text((enum tn_err)err));
        exit(EXIT_FAILURE);
    }
}

void rig_put(struct rig *rig, unsigned tag, const struct tn_lang_set *set,
             const char *name)
{
    const struct tn_lang_program *program = tn_lang_find(set, name);

    if (!program) {
        fprintf(stderr, "no program %s\n", name);
        exit(EXIT_FAILURE);
    }
    fail_if(
        tn_tagware_encode(program, TN_SIM_NTAG216, tag + 1, &rig->tags[tag]),
        name);
    fail_if(tn_sim_field_put(&rig->field, &rig->tags[tag]), name);
}

void rig_take(struct rig *rig, unsigned tag)
{
    fail_if(tn_sim_field_take(&rig->field, &rig->tags[tag]), "take");
}

void rig_step(struct rig *rig)
{
    rig->in.near_count =
        tn_sim_field_pull(&rig->field, rig->in.time_us, rig->in.near);
    fail_if(tn_brick_step(&rig->brick, &rig->in, &rig->out), "step");
    rig->in.time_us += TN_FRAME_US;
    tn_sim_field_push(&rig->field, rig->out.near, rig->out.near_count,
                      rig->in.time_us);
    rig->in.accel_count = 0;
}

void rig_step_feeling(struct rig *rig, int x_mg, int y_mg, int z_mg)
{
    const struct tn_accel sample = {.x_mg = (int16_t)x_mg,
                                    .y_mg = (int16_t)y_mg,
                                    .z_mg = (int16_t)z_mg,
                                    .at_us = 0};

    rig->in.accel[0] = sample;
    rig->in.accel_count = 1;
    rig_step(rig);
}

void rig_rest(struct rig *rig, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += 4) {
        int noise = (int)(rig->noise++ * 7 % 5) - 2;

        rig_step_feeling(rig, noise, -noise, 1000 + noise);
    }
}

void rig_shake(struct rig *rig, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += 4) {
        float force = 1800.0f * tn_sin_turns((float)t / 180.0f);

        rig_step_feeling(rig, (int)force, 0, 1000);
    }
}

bool rig_doze(struct rig *rig, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += 4) {
        rig_step(rig);
        if (rig->out.sleep_us > 0) {
            return true;
        }
    }
    return false;
}
