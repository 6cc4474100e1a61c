/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

static bool has(const tn_q16 *places, uint8_t count, tn_q16 v)
{
    for (uint8_t i = 0; i < count; i++) {
        if (places[i] == v) {
            return true;
        }
    }
    return false;
}

static tn_q16 get_item(const tn_q16 *places, uint8_t count, tn_q16 nth)
{
    if (nth == TN_UNKNOWN) {
        return TN_UNKNOWN;
    }
    return nth >= TN_Q16_ONE && nth / TN_Q16_ONE <= count
               ? places[nth / TN_Q16_ONE - 1]
               : 0;
}

/* HAS, COUNT and ITEM, of the value `v`. */
tn_q16 tn_play_look_into(const struct tn_program *program, uint8_t opcode,
                         uint8_t list, tn_q16 v)
{
    const tn_q16 *places = &program->numbers[program->list_at[list]];
    uint8_t count = program->list_count[list];

    switch (opcode) {
    case TN_OP_HAS:
        return has(places, count, v) ? TN_Q16_ONE : 0;
    case TN_OP_COUNT:
        return count * TN_Q16_ONE;
    default:
        TN_ASSERT(opcode == TN_OP_ITEM);
        return get_item(places, count, v);
    }
}

void tn_play_push_item(struct tn_program *program, uint8_t list, tn_q16 v)
{
    uint8_t at = program->list_at[list];
    uint8_t count = program->list_count[list];

    if (v != TN_UNKNOWN && at + count < program->list_at[list + 1]) {
        program->numbers[at + count] = v;
        program->list_count[list]++;
    }
}

void tn_play_clear_list(struct tn_program *program, uint8_t list)
{
    uint8_t at = program->list_at[list];

    /* What was there must not tell two equal machines apart. */
    memset(&program->numbers[at], 0,
           (size_t)(program->list_at[list + 1] - at) * sizeof(tn_q16));
    program->list_count[list] = 0;
}
