/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

/* What conditions look at, so that nobody need look where nothing changed. */

void tn_play_set_stale(struct tn_play *play)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (play->programs[p].len) {
            play->programs[p].stale = 1;
        }
    }
}

/* Behind a compact number. */
static uint16_t skip_constant(const uint8_t *image, uint16_t at)
{
    while (image[at] & 0x80u) {
        at++;
    }
    return (uint16_t)(at + 1);
}

/* Adds what the instruction at `*at` looks at and moves behind it. Own numbers,
 * and the programs here and their states, are told by tn_play_set_stale and by
 * `stale` itself. */
static uint32_t get_look(const uint8_t *image, uint16_t *at)
{
    uint8_t opcode = image[*at];
    uint16_t from = *at;

    *at = (uint16_t)(from + 3);
    switch (opcode) {
    case TN_OP_LDV:
        *at = skip_constant(image, (uint16_t)(from + 2));
        return 0;
    case TN_OP_LDS:
        return image[from + 2] == TN_SIGNAL_ELAPSED ? TN_LOOKS_ALWAYS
                                                    : 1u << image[from + 2];
    case TN_OP_LDN:
    case TN_OP_LDA:
    case TN_OP_JZ:
    case TN_OP_HERE:
        return 0;
    case TN_OP_IS:
        *at = (uint16_t)(from + 4);
        return 0;
    case TN_OP_MOV:
    case TN_OP_NEG:
    case TN_OP_NOT:
    case TN_OP_JMP:
        *at = (uint16_t)(from + 2);
        return 0;
    default:
        *at = (uint16_t)(from + 2);
        return opcode >= TN_OP_ADD && opcode <= TN_OP_OR ? 0 : TN_LOOKS_ALWAYS;
    }
}

uint32_t tn_play_get_looks(const uint8_t *image, uint16_t reactions_at)
{
    struct tn_bytes b = tn_bytes_of(image, TN_IMAGE_CAP);
    uint32_t looks = 0;

    b.at = reactions_at;
    for (uint8_t r = 0; r < image[TN_IMAGE_AT_REACTIONS]; r++) {
        struct tn_reaction reaction;

        if (tn_play_decode(&b, &reaction)) {
            return TN_LOOKS_ALWAYS;
        }
        if (reaction.chain != TN_CHAIN_COND) {
            continue;
        }
        for (uint16_t at = reaction.guard_at;
             at < reaction.body_at && !(looks & TN_LOOKS_ALWAYS);) {
            looks |= get_look(image, &at);
        }
    }
    return looks;
}
