/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/bytes.h>

#define CODE_CAP 65536u /* far more than an image holds */
#define FIRST_CAP 256u

void tn_code_append(struct tn_unit *unit, struct tn_code *code,
                    const uint8_t *data, uint32_t len)
{
    if (code->full || len > CODE_CAP - code->len) {
        code->full = true;
        return;
    }
    if (code->len + len > code->cap) {
        uint32_t cap = code->cap ? code->cap * 2 : FIRST_CAP;
        uint8_t *grown;

        while (cap < code->len + len) {
            cap *= 2;
        }
        grown = tn_arena_get(&unit->front->arena, cap);
        if (code->len) {
            memcpy(grown, code->data, code->len);
        }
        code->data = grown;
        code->cap = cap;
    }
    if (len) {
        memcpy(code->data + code->len, data, len);
    }
    code->len += len;
}

void tn_code_push(struct tn_unit *unit, struct tn_code *code, uint32_t byte)
{
    uint8_t data = (uint8_t)byte;

    tn_code_append(unit, code, &data, 1);
}

void tn_code_varint(struct tn_unit *unit, struct tn_code *code, uint32_t v)
{
    uint8_t data[5];

    tn_code_append(unit, code, data, tn_bytes_put_varint(data, 0, v));
}

void tn_code_number(struct tn_unit *unit, struct tn_code *code, tn_q16 v)
{
    uint8_t data[5];

    tn_code_append(unit, code, data, tn_bytes_put_number(data, 0, v));
}

uint8_t tn_code_name(struct tn_unit *unit, const char *name, struct tn_pos pos)
{
    uint32_t i = 0;

    while (i < unit->shared_count && strcmp(unit->shared[i], name) != 0) {
        i++;
    }
    if (i == TN_NAME_CAP && unit->has_too_many) {
        return 0;
    }
    if (i == TN_NAME_CAP) {
        unit->has_too_many = true;
        tn_problem_error(&unit->front->problems, pos, "remove some",
                         "a program has at most %u names of kinds, states, "
                         "messages and actions",
                         TN_NAME_CAP);
        return 0;
    }
    if (i == unit->shared_count) {
        unit->shared[unit->shared_count++] = name;
    }
    return (uint8_t)i;
}

uint8_t tn_code_pool(struct tn_unit *unit, struct tn_pool *pool,
                     const uint8_t *data, uint8_t len, const char *label)
{
    for (uint32_t i = 0; i < pool->count; i++) {
        const uint8_t *known = pool->code.data + pool->at[i];

        if (known[0] == len && memcmp(known + 1, data, len) == 0) {
            return (uint8_t)i;
        }
    }
    if (pool->count == sizeof(pool->at) / sizeof(pool->at[0])) {
        tn_problem_error(&unit->front->problems, unit->ast->name.pos,
                         "remove some",
                         "a program has at most 16 sounds and 16 lights");
        return 0;
    }
    pool->at[pool->count] = pool->code.len;
    pool->labels[pool->count] = label;
    tn_code_push(unit, &pool->code, len);
    tn_code_append(unit, &pool->code, data, len);
    return (uint8_t)pool->count++;
}
