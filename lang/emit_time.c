/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <tenon/image.h>
#include <tenon/patch.h>

/* Code of statements that order things in time. */

static void begin(struct tn_unit *unit, struct tn_code *code, uint32_t opcode)
{
    unit->features |= TN_FEATURE_TIMES;
    tn_code_push(unit, code, opcode);
}

/* LATER and the code that it makes wait. */
static void emit_later(struct tn_unit *unit, struct tn_code *code, uint32_t ms,
                       const struct tn_stmt *body, struct tn_pos pos)
{
    uint32_t skip;

    begin(unit, code, TN_OP_LATER);
    tn_code_varint(unit, code, ms);
    skip = tn_emit_skip(unit, code);
    tn_emit_block(unit, code, body, false);
    tn_emit_land(unit, code, skip, pos);
}

void tn_emit_after(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_stmt *stmt)
{
    emit_later(unit, code, (uint32_t)((stmt->time_micro + 500) / 1000),
               stmt->then, stmt->pos);
}

uint32_t tn_emit_sound(struct tn_unit *unit, const struct tn_sound *sound)
{
    if (sound->is_tune) {
        unit->features |= TN_FEATURE_TIMES;
    }
    return tn_code_pool(unit, &unit->sounds, sound->patch, sound->patch_len,
                        sound->name.text);
}

/* How often a sound comes, and what comes behind it: its length is known. */
void tn_emit_play_more(struct tn_unit *unit, struct tn_code *code,
                       const struct tn_stmt *stmt)
{
    uint32_t ms, skip;

    if (stmt->times > 1) {
        ms = tn_check_len_ms(stmt);
        begin(unit, code, TN_OP_AGAIN);
        tn_code_push(unit, code, stmt->times - 1u);
        tn_code_varint(unit, code, ms);
        skip = tn_emit_skip(unit, code);
        tn_emit_play(unit, code, stmt, false);
        tn_emit_land(unit, code, skip, stmt->pos);
    }
    if (stmt->then) {
        emit_later(unit, code, tn_check_len_ms(stmt) * stmt->times, stmt->then,
                   stmt->pos);
    }
}

void tn_emit_fade(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt)
{
    begin(unit, code, TN_OP_FADE);
    tn_code_push(unit, code, tn_emit_sound(unit, stmt->sound));
    tn_code_varint(unit, code, (uint32_t)((stmt->time_micro + 500) / 1000));
}

void tn_emit_volume(struct tn_unit *unit, struct tn_code *code,
                    const struct tn_stmt *stmt)
{
    tn_emit_expr(unit, code, stmt->value, 0);
    begin(unit, code, TN_OP_VOLUME);
    tn_code_push(unit, code, 0);
}

/* `glow LIGHT`, and as a bar: `meter N of M`. */
void tn_emit_glow(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt)
{
    const struct tn_light *light = stmt->light;
    uint32_t item = tn_code_pool(unit, &unit->lights, light->patch,
                                 light->patch_len, light->label);

    if (light->patch[0] & TN_LIGHT_DIM) {
        unit->features |= TN_FEATURE_TIMES;
    }
    if (!stmt->value) {
        tn_code_push(unit, code, TN_OP_GLOW);
        tn_code_push(unit, code, item);
        return;
    }
    tn_emit_expr(unit, code, stmt->value, 0);
    tn_emit_expr(unit, code, stmt->second, 1);
    begin(unit, code, TN_OP_METER);
    tn_code_push(unit, code, item);
    tn_code_push(unit, code, 0x01);
}
