/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/assert.h>

#include "machine.h"

/* Sounds and lights in time. */

void tn_play_unhum(struct tn_program *program, uint16_t sounds)
{
    for (uint32_t i = 0; i < TN_SCOPE_COUNT; i++) {
        program->hums[i] &= (uint16_t)~sounds;
    }
}

void tn_play_end_hums(struct tn_run *run, uint8_t scope)
{
    struct tn_program *program = &run->play->programs[run->slot];
    uint32_t sounds = program->hums[scope];

    program->hums[scope] = 0;
    for (uint8_t i = 0; sounds; i++, sounds >>= 1) {
        if (sounds & 1u) {
            (void)tn_play_emit(run, TN_EFFECT_STOP, i, 0);
        }
    }
}

static void fade(struct tn_run *run, uint8_t item, uint32_t ms)
{
    struct tn_effect *effect = tn_play_emit(run, TN_EFFECT_FADE, item, 0);

    tn_play_unhum(&run->play->programs[run->slot], (uint16_t)(1u << item));
    if (effect) {
        uint64_t q16 = (uint64_t)ms * TN_Q16_ONE / 1000u;

        effect->params[0] = q16 < TN_Q16_MAX ? (tn_q16)q16 : TN_Q16_MAX;
    }
}

/* A volume that is unknown changes nothing. */
static void set_volume(struct tn_run *run, tn_q16 volume)
{
    struct tn_effect *effect;

    if (volume == TN_UNKNOWN) {
        return;
    }
    effect = tn_play_emit(run, TN_EFFECT_VOLUME, 0, 0);
    if (effect) {
        effect->params[0] = tn_clamp(volume, 0, TN_Q16_ONE);
    }
}

/* `lit` of `full`: nothing if one of them is unknown. */
static tn_q16 get_part(tn_q16 lit, tn_q16 full)
{
    if (lit == TN_UNKNOWN || full == TN_UNKNOWN || full <= 0) {
        return 0;
    }
    return tn_clamp(tn_q16_div(lit, full), 0, TN_Q16_ONE);
}

/* In a `while` block the light is set once, then only its length. */
static void set_meter(struct tn_run *run, uint8_t item, tn_q16 part)
{
    struct tn_program *program = &run->play->programs[run->slot];
    bool begins = run->key == TN_KEY_NONE || run->first;
    struct tn_effect *effect;

    if (!begins && program->light_key != run->key) {
        return; /* another light has taken its place */
    }
    effect =
        tn_play_emit(run, begins ? TN_EFFECT_GLOW : TN_EFFECT_METER, item, 0);
    program->light_key = run->key;
    if (effect) {
        effect->params[0] = part;
    }
}

uint16_t tn_play_show(struct tn_run *run, uint8_t opcode, uint16_t at)
{
    const uint8_t *code = run->play->programs[run->slot].image;
    const tn_q16 *regs = run->regs;
    uint8_t item = code[at++];

    switch (opcode) {
    case TN_OP_FADE:
        fade(run, item, tn_play_get_varint(code, &at));
        return at;
    case TN_OP_VOLUME:
        set_volume(run, regs[item]);
        return at;
    default:
        TN_ASSERT(opcode == TN_OP_METER);
        set_meter(run, item,
                  get_part(regs[code[at] >> 4], regs[code[at] & 15u]));
        return (uint16_t)(at + 1);
    }
}
