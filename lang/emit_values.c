/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <tenon/image.h>
#include <tenon/vocabulary.h>

static void put_two(struct tn_unit *unit, struct tn_code *code, uint32_t opcode,
                    uint32_t operand)
{
    tn_code_push(unit, code, opcode);
    tn_code_push(unit, code, operand);
}

void tn_emit_value(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_expr *expr, uint32_t reg)
{
    unit->features |= TN_FEATURE_VALUES;
    switch (expr->kind) {
    case TN_EXPR_ANY:
        tn_emit_expr(unit, code, expr->left, reg);
        tn_emit_expr(unit, code, expr->right, reg + 1);
        put_two(unit, code, TN_OP_ANY, reg << 4 | (reg + 1));
        break;
    case TN_EXPR_FIELD:
        put_two(unit, code, TN_OP_PEEK, reg);
        tn_code_push(unit, code,
                     tn_code_name(unit, expr->name.text, expr->name.pos));
        tn_code_push(
            unit, code,
            expr->dimension == TN_DIM_TAG
                ? TN_NAME_ANY
                : tn_code_name(unit, expr->state.text, expr->state.pos));
        break;
    case TN_EXPR_COUNT:
        put_two(unit, code, TN_OP_COUNT, reg);
        tn_code_push(unit, code, expr->index);
        break;
    default: /* TN_EXPR_HAS, TN_EXPR_ITEM */
        tn_emit_expr(unit, code, expr->right, reg);
        put_two(unit, code, expr->kind == TN_EXPR_HAS ? TN_OP_HAS : TN_OP_ITEM,
                reg);
        tn_code_push(unit, code, expr->index);
        break;
    }
}

/* Where the program remembers what it did here: the same for each reaction that
 * `or` makes of one. */
static uint32_t place_of(struct tn_unit *unit, const struct tn_stmt **places,
                         const struct tn_stmt *stmt)
{
    for (uint32_t i = 0; i < TN_PICK_CAP; i++) {
        if (!places[i]) {
            places[i] = stmt;
        }
        if (places[i] == stmt) {
            return i;
        }
    }
    tn_problem_error(&unit->front->problems, stmt->pos, "remove some",
                     "a program has at most %u `%s`", TN_PICK_CAP,
                     stmt->kind == TN_STMT_PICK ? "pick" : "once");
    return 0;
}

/* The last alternative needs no jump: it ends where all go on. */
static void emit_pick(struct tn_unit *unit, struct tn_code *code,
                      const struct tn_stmt *stmt)
{
    uint32_t table, from, i = 0;
    uint32_t skips[16] = {0};

    put_two(unit, code, TN_OP_PICK, place_of(unit, unit->picks, stmt));
    tn_code_push(unit, code, stmt->count);
    table = code->len;
    for (uint32_t k = 0; k < stmt->count; k++) {
        tn_code_push(unit, code, 0);
    }
    from = code->len;
    for (const struct tn_stmt *list = stmt->then; list && !code->full;
         list = list->next, i++) {
        if (code->len - from > 255) {
            tn_problem_error(&unit->front->problems, stmt->pos,
                             "make it shorter",
                             "what stands before an alternative takes %u "
                             "bytes; a brick can skip 255",
                             (unsigned)(code->len - from));
            return;
        }
        code->data[table + i] = (uint8_t)(code->len - from);
        tn_emit_block(unit, code, list->then, false);
        if (list->next) {
            tn_code_push(unit, code, TN_OP_JMP);
            skips[i] = tn_emit_skip(unit, code);
        }
    }
    for (uint32_t k = 0; k + 1 < stmt->count; k++) {
        tn_emit_land(unit, code, skips[k], stmt->pos);
    }
}

/* `opcode`, its operand, and a block that it may skip. */
static void emit_over(struct tn_unit *unit, struct tn_code *code,
                      const struct tn_stmt *stmt, uint32_t opcode,
                      uint32_t operand)
{
    uint32_t skip;

    put_two(unit, code, opcode, operand);
    skip = tn_emit_skip(unit, code);
    tn_emit_block(unit, code, stmt->then, false);
    tn_emit_land(unit, code, skip, stmt->pos);
}

void tn_emit_value_stmt(struct tn_unit *unit, struct tn_code *code,
                        const struct tn_stmt *stmt)
{
    if (stmt->kind == TN_STMT_REPEAT && stmt->count == 1) {
        tn_emit_block(unit, code, stmt->then, false);
        return;
    }
    unit->features |= TN_FEATURE_VALUES;
    switch (stmt->kind) {
    case TN_STMT_PICK:
        emit_pick(unit, code, stmt);
        break;
    case TN_STMT_ONCE:
        emit_over(unit, code, stmt, TN_OP_ONCE,
                  place_of(unit, unit->onces, stmt));
        break;
    case TN_STMT_REPEAT:
        emit_over(unit, code, stmt, TN_OP_REPEAT, stmt->count);
        break;
    case TN_STMT_ADD:
        tn_emit_expr(unit, code, stmt->value, 0);
        put_two(unit, code, TN_OP_PUSH, stmt->index);
        tn_code_push(unit, code, 0);
        break;
    default: /* TN_STMT_CLEAR */
        put_two(unit, code, TN_OP_CLEAR, stmt->index);
        break;
    }
}
