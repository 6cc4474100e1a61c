/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/assert.h>

#include "machine.h"

_Static_assert(TN_PICK_CAP <= 16, "a `once` has a bit");

/*
 * A fresh word. It follows from the tag, the brick's entropy and how many words
 * this program has drawn: alike in every replay, different for two draws in one
 * step, and for two programs whatever the order in which they came. The mixing
 * is that of SplitMix64 (Steele, Lea and Flood, 2014).
 */
static uint32_t draw(struct tn_run *run)
{
    struct tn_program *program = &run->play->programs[run->slot];
    uint64_t entropy = run->in ? run->in->entropy : 0;
    uint64_t x = program->identity;

    x += (entropy << 16 | program->draws) * 0x9E3779B97F4A7C15u;
    program->draws++;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return (uint32_t)((x ^ x >> 31) >> 32);
}

/* One of 0 .. count - 1; of 65536 none is likelier than another by 2^-16. */
static uint32_t draw_below(struct tn_run *run, uint32_t count)
{
    return (uint32_t)((uint64_t)draw(run) * count >> 32);
}

tn_q16 tn_play_draw(struct tn_run *run, tn_q16 from, tn_q16 to)
{
    if (from == TN_UNKNOWN || to == TN_UNKNOWN) {
        return TN_UNKNOWN;
    }

    int32_t lo = from / TN_Q16_ONE + (from % TN_Q16_ONE > 0);
    int32_t hi = to / TN_Q16_ONE - (to % TN_Q16_ONE < 0);

    if (hi < lo) {
        return from;
    }
    lo += (int32_t)draw_below(run, (uint32_t)(hi - lo + 1));
    return lo < 32768 ? lo * TN_Q16_ONE : TN_Q16_MAX;
}

bool tn_play_chance(struct tn_run *run, tn_q16 ratio)
{
    /* Drawn in any case: what comes after it is the same for each ratio. */
    tn_q16 word = (tn_q16)(draw(run) >> 16);

    return ratio > word;
}

bool tn_play_once(struct tn_run *run, uint8_t place)
{
    struct tn_program *program = &run->play->programs[run->slot];
    uint16_t bit = (uint16_t)(1u << place);
    bool first = !(program->onces & bit);

    program->onces |= bit;
    return first;
}

/* PICK; `at` is its first operand. Returns where the code goes on. */
uint16_t tn_play_pick(struct tn_run *run, uint16_t at)
{
    struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *x = &program->image[at];
    uint8_t *memory = &program->picks[x[0] / 2u];
    uint32_t shift = 4u * (x[0] & 1u);
    uint32_t last = (uint32_t)*memory >> shift & 15u;
    uint32_t count = x[1];
    uint32_t choice = draw_below(run, last ? count - 1 : count);

    if (last && choice >= last - 1) {
        choice++;
    }
    TN_ASSERT(choice < count);
    *memory = (uint8_t)((*memory & ~(15u << shift)) | (choice + 1) << shift);
    return (uint16_t)(at + 2u + count + x[2 + choice]);
}
