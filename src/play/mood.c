/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

/*
 * Moods: a mood is kept as what it was set to and when, so that nothing has to
 * be done while it falls, and a brick may sleep. A guard that compares one says
 * when the answer can change next; one that does anything else with it keeps
 * the brick awake until it has fallen to 0.
 */

/* From being set to 0. */
static uint64_t get_fall_us(const struct tn_program *program, uint8_t mood)
{
    uint16_t at =
        (uint16_t)(tn_play_get_numbers_at(program) + program->mood_at[mood]);

    return tn_play_get_varint(program->image, &at) * 1000ull;
}

tn_q16 tn_play_get_mood(const struct tn_program *program, uint8_t mood,
                        uint64_t now_us)
{
    uint64_t since_us = program->mood_us[mood];
    uint64_t gone_us = now_us > since_us ? now_us - since_us : 0;
    uint64_t fall_us = get_fall_us(program, mood);
    uint32_t from = (uint32_t)program->numbers[mood];

    return gone_us < fall_us && from
               ? (tn_q16)(from * (fall_us - gone_us) / fall_us)
               : 0;
}

void tn_play_set_mood(struct tn_run *run, uint8_t mood, tn_q16 v)
{
    struct tn_program *program = &run->play->programs[run->slot];

    program->numbers[mood] = tn_clamp(v, 0, TN_Q16_ONE); /* unknown: 0 */
    program->mood_us[mood] = run->now_us;
}

/* A constant, number or signal that the code at `at` loads; false if it does
 * something else. */
static bool get_other(struct tn_run *run, uint16_t at, uint16_t *next,
                      tn_q16 *other)
{
    const struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *x = &program->image[at];

    *next = (uint16_t)(at + 3);
    switch (x[0]) {
    case TN_OP_LDV:
        *next =
            tn_play_load_constant(program->image, (uint16_t)(at + 2), other);
        return true;
    case TN_OP_LDN:
        *other = program->numbers[x[2]];
        return true;
    case TN_OP_LDS:
        *other = run->in ? run->in->signals[x[2]] : TN_UNKNOWN;
        return x[2] != TN_SIGNAL_ELAPSED;
    default:
        return false;
    }
}

/*
 * What the mood in `reg` is compared with by the code that follows: at once
 * (with what a register holds), or after another load. False if it is not, or
 * with the mood itself. `at` .. `end` is verified code.
 */
static bool get_rival(struct tn_run *run, uint16_t at, uint16_t end,
                      uint8_t reg, tn_q16 *rival)
{
    const uint8_t *image = run->play->programs[run->slot].image;
    uint8_t other = TN_REG_NONE;
    uint16_t next = at;

    if (at < end && (image[at] < TN_OP_LT || image[at] > TN_OP_NE)) {
        if (!get_other(run, at, &next, rival)) {
            return false;
        }
        other = image[at + 1];
    }
    if (next >= end || image[next] < TN_OP_LT || image[next] > TN_OP_NE) {
        return false;
    }

    uint8_t high = image[next + 1] >> 4;
    uint8_t low = image[next + 1] & 15u;

    if (high == low || (high != reg && low != reg)) {
        return false;
    }
    high = high == reg ? low : high;
    if (other == TN_REG_NONE) {
        *rival = run->regs[high];
        return true;
    }
    return other == high;
}

/* The mood, now `v` > 0, is compared with `rival`: when the answer changes. */
static void note_due(struct tn_run *run, uint8_t mood, tn_q16 v, tn_q16 rival)
{
    struct tn_program *program = &run->play->programs[run->slot];
    uint32_t from = (uint32_t)program->numbers[mood];
    /* At `below` - 1 or at `below` it is not any more what it is now. */
    tn_q16 below = v > rival && rival != TN_UNKNOWN ? rival + 1 : rival;

    if (v < rival || below <= 0) {
        return;
    }

    uint64_t fall_us = get_fall_us(program, mood);
    uint64_t due_us =
        program->mood_us[mood] + fall_us * (from - (uint32_t)below) / from + 1;

    if (due_us < program->mood_due_us) {
        program->mood_due_us = due_us;
    }
}

/* MOOD; `at` is the instruction behind it. */
tn_q16 tn_play_read_mood(struct tn_run *run, const uint8_t *x, uint16_t at,
                         uint16_t end)
{
    struct tn_program *program = &run->play->programs[run->slot];
    tn_q16 v = tn_play_get_mood(program, x[1], run->now_us);
    tn_q16 rival = TN_UNKNOWN;

    if (v > 0 && get_rival(run, at, end, x[0], &rival)) {
        note_due(run, x[1], v, rival);
    } else if (v > 0) {
        program->clocked = 1;
    }
    return v;
}
