/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/image.h>
#include <tenon/vocabulary.h>

/* Registers are a stack: an expression's value goes to `reg`, what it needs
 * meanwhile to those above. */

static void put_two(struct tn_unit *unit, struct tn_code *code, uint32_t opcode,
                    uint32_t operand)
{
    tn_code_push(unit, code, opcode);
    tn_code_push(unit, code, operand);
}

static void emit_name(struct tn_unit *unit, struct tn_code *code,
                      const struct tn_expr *expr, uint32_t reg)
{
    static const uint8_t opcodes[] = {[TN_EXPR_NUMBER] = TN_OP_LDN,
                                      [TN_EXPR_MOOD] = TN_OP_MOOD,
                                      [TN_EXPR_SIGNAL] = TN_OP_LDS,
                                      [TN_EXPR_ARG] = TN_OP_LDA};

    put_two(unit, code, opcodes[expr->source], reg);
    tn_code_push(unit, code, expr->index);
}

/* A relation or measure of other bricks. */
static void emit_look(struct tn_unit *unit, struct tn_code *code,
                      uint32_t opcode, const struct tn_expr *expr, uint32_t reg)
{
    put_two(unit, code, opcode, reg);
    tn_code_push(unit, code, expr->index);
    tn_code_push(unit, code,
                 expr->name.text
                     ? tn_code_name(unit, expr->name.text, expr->name.pos)
                     : TN_NAME_ANY);
}

static uint32_t opcode_of(const struct tn_expr *expr)
{
    if (expr->word) {
        return strcmp(expr->word, "and") == 0 ? TN_OP_AND : TN_OP_OR;
    }
    switch (expr->sign) {
    case TN_TOKEN_PLUS:
        return TN_OP_ADD;
    case TN_TOKEN_MINUS:
        return TN_OP_SUB;
    case TN_TOKEN_STAR:
        return TN_OP_MUL;
    case TN_TOKEN_SLASH:
        return TN_OP_DIV;
    case TN_TOKEN_SET:
        return TN_OP_EQ;
    case TN_TOKEN_NE:
        return TN_OP_NE;
    case TN_TOKEN_LT:
    case TN_TOKEN_GT:
        return TN_OP_LT;
    default:
        return TN_OP_LE;
    }
}

/* a > b is b < a: the right side is worked out first, so that the answer
 * stands in the lower register. */
static void emit_binary(struct tn_unit *unit, struct tn_code *code,
                        const struct tn_expr *expr, uint32_t reg)
{
    bool is_swapped =
        !expr->word && (expr->sign == TN_TOKEN_GT || expr->sign == TN_TOKEN_GE);

    tn_emit_expr(unit, code, is_swapped ? expr->right : expr->left, reg);
    tn_emit_expr(unit, code, is_swapped ? expr->left : expr->right, reg + 1);
    put_two(unit, code, opcode_of(expr), reg << 4 | (reg + 1));
}

static void emit_unary(struct tn_unit *unit, struct tn_code *code,
                       const struct tn_expr *expr, uint32_t reg)
{
    tn_emit_expr(unit, code, expr->right, reg);
    put_two(unit, code, expr->word ? TN_OP_NOT : TN_OP_NEG, reg);
}

void tn_emit_expr(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_expr *expr, uint32_t reg)
{
    if (reg >= TN_REG_COUNT) {
        tn_problem_error(&unit->front->problems, expr->pos,
                         "put a part of it into a number first",
                         "this is nested too deep for a brick");
        return;
    }
    switch (expr->kind) {
    case TN_EXPR_LITERAL:
        put_two(unit, code, TN_OP_LDV, reg);
        tn_code_number(unit, code, expr->q16);
        break;
    case TN_EXPR_NAME:
        emit_name(unit, code, expr, reg);
        break;
    case TN_EXPR_IS:
        put_two(unit, code, TN_OP_IS, reg);
        tn_code_push(unit, code,
                     tn_code_name(unit, expr->name.text, expr->name.pos));
        tn_code_push(unit, code,
                     tn_code_name(unit, expr->state.text, expr->state.pos));
        break;
    case TN_EXPR_ABOARD:
        put_two(unit, code, TN_OP_HERE, reg);
        tn_code_push(unit, code,
                     tn_code_name(unit, expr->name.text, expr->name.pos));
        break;
    case TN_EXPR_RELATION:
        emit_look(unit, code, TN_OP_REL, expr, reg);
        break;
    case TN_EXPR_MEASURE:
        emit_look(unit, code, TN_OP_MEASURE, expr, reg);
        break;
    case TN_EXPR_FIELD:
    case TN_EXPR_ANY:
    case TN_EXPR_HAS:
    case TN_EXPR_COUNT:
    case TN_EXPR_ITEM:
        tn_emit_value(unit, code, expr, reg);
        break;
    case TN_EXPR_UNARY:
        emit_unary(unit, code, expr, reg);
        break;
    case TN_EXPR_BINARY:
        emit_binary(unit, code, expr, reg);
        break;
    case TN_EXPR_BAD:
        break;
    }
}

uint32_t tn_emit_skip(struct tn_unit *unit, struct tn_code *code)
{
    tn_code_push(unit, code, 0);
    return code->len;
}

void tn_emit_land(struct tn_unit *unit, struct tn_code *code, uint32_t skip,
                  struct tn_pos pos)
{
    uint32_t len = code->len - skip;

    if (code->full) {
        return;
    }
    if (len > 255) {
        tn_problem_error(&unit->front->problems, pos, "make it shorter",
                         "this block takes %u bytes; a brick can skip 255",
                         (unsigned)len);
        return;
    }
    code->data[skip - 1] = (uint8_t)len;
}

void tn_emit_play(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt, bool is_while)
{
    uint32_t count = 0, reg = 0;

    for (const struct tn_arg *arg = stmt->args; arg; arg = arg->next) {
        tn_emit_expr(unit, code, arg->value, count++);
    }
    put_two(unit, code,
            is_while         ? TN_OP_HOLD
            : stmt->is_again ? TN_OP_HUM
                             : TN_OP_PLAY,
            tn_emit_sound(unit, stmt->sound));
    tn_code_push(unit, code, count);
    for (const struct tn_arg *arg = stmt->args; arg; arg = arg->next) {
        tn_code_push(unit, code, (uint32_t)arg->index << 4 | reg++);
    }
}

/* The message's numbers, from register 0: what is given, else what the
 * declaration says; without either it stays unknown. Returns how many; bit i
 * of `places`: number i is among them. */
static uint32_t emit_cargo(struct tn_unit *unit, struct tn_code *code,
                           const struct tn_stmt *stmt, uint32_t *places)
{
    uint32_t reg = 0;

    for (uint8_t i = 0; i < stmt->message->cargo_count; i++) {
        const struct tn_cargo *cargo = &stmt->message->cargo[i];
        const struct tn_arg *arg = stmt->args;

        while (arg && arg->index != i) {
            arg = arg->next;
        }
        if (arg) {
            tn_emit_expr(unit, code, arg->value, reg);
        } else if (cargo->has_value) {
            put_two(unit, code, TN_OP_LDV, reg);
            tn_code_number(unit, code, tn_check_q16(cargo->value.micro));
        } else {
            continue;
        }
        *places |= 1u << i;
        reg++;
    }
    return reg;
}

static void emit_send(struct tn_unit *unit, struct tn_code *code,
                      const struct tn_stmt *stmt)
{
    uint32_t name = tn_code_name(unit, stmt->name.text, stmt->name.pos);
    uint32_t places = 0, reg = 0;
    uint32_t count;

    count = emit_cargo(unit, code, stmt, &places);
    if (stmt->index == TN_TARGET_ALL && count == 0 && !stmt->value) {
        put_two(unit, code, TN_OP_SEND, name);
        return;
    }
    if (stmt->value) {
        tn_emit_expr(unit, code, stmt->value, count);
    }
    put_two(unit, code, TN_OP_SENDTO, stmt->index);
    tn_code_push(unit, code, name);
    tn_code_push(unit, code, stmt->value ? count : TN_REG_NONE);
    tn_code_push(unit, code, count);
    for (uint32_t i = 0; i < TN_CARGO_CAP; i++) {
        if (places >> i & 1u) {
            tn_code_push(unit, code, i << 4 | reg++);
        }
    }
}

static void emit_assign(struct tn_unit *unit, struct tn_code *code,
                        const struct tn_stmt *stmt)
{
    static const struct {
        enum tn_token_kind sign;
        uint8_t opcode;
    } changes[] = {{TN_TOKEN_ADD, TN_OP_ADD},
                   {TN_TOKEN_SUB, TN_OP_SUB},
                   {TN_TOKEN_MUL, TN_OP_MUL},
                   {TN_TOKEN_DIV, TN_OP_DIV}};

    if (stmt->sign == TN_TOKEN_SET) {
        tn_emit_expr(unit, code, stmt->value, 0);
    } else {
        put_two(unit, code,
                stmt->index < unit->mood_count ? TN_OP_MOOD : TN_OP_LDN, 0);
        tn_code_push(unit, code, stmt->index);
        tn_emit_expr(unit, code, stmt->value, 1);
        for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
            if (changes[i].sign == stmt->sign) {
                put_two(unit, code, changes[i].opcode, 0x01);
            }
        }
    }
    put_two(unit, code, TN_OP_STN, 0);
    tn_code_push(unit, code, stmt->index);
}

static void emit_if(struct tn_unit *unit, struct tn_code *code,
                    const struct tn_stmt *stmt)
{
    uint32_t skip, end;

    tn_emit_expr(unit, code, stmt->value, 0);
    if (stmt->kind == TN_STMT_CHANCE) {
        unit->features |= TN_FEATURE_VALUES;
        put_two(unit, code, TN_OP_CHANCE, 0);
    }
    put_two(unit, code, TN_OP_JZ, 0);
    skip = tn_emit_skip(unit, code);
    tn_emit_block(unit, code, stmt->then, false);
    if (!stmt->otherwise) {
        tn_emit_land(unit, code, skip, stmt->pos);
        return;
    }
    tn_code_push(unit, code, TN_OP_JMP);
    end = tn_emit_skip(unit, code);
    tn_emit_land(unit, code, skip, stmt->pos);
    tn_emit_block(unit, code, stmt->otherwise, false);
    tn_emit_land(unit, code, end, stmt->pos);
}

static void emit_stmt(struct tn_unit *unit, struct tn_code *code,
                      const struct tn_stmt *stmt, bool is_while)
{
    switch (stmt->kind) {
    case TN_STMT_PLAY:
        tn_emit_play(unit, code, stmt, is_while);
        tn_emit_play_more(unit, code, stmt);
        break;
    case TN_STMT_STOP:
        put_two(unit, code, TN_OP_STOP, tn_emit_sound(unit, stmt->sound));
        break;
    case TN_STMT_LATER:
        tn_emit_after(unit, code, stmt);
        break;
    case TN_STMT_FADE:
        tn_emit_fade(unit, code, stmt);
        break;
    case TN_STMT_VOLUME:
        tn_emit_volume(unit, code, stmt);
        break;
    case TN_STMT_STOP_ALL:
        tn_code_push(unit, code, TN_OP_STOPALL);
        break;
    case TN_STMT_GLOW:
        tn_emit_glow(unit, code, stmt);
        break;
    case TN_STMT_GLOW_OFF:
        tn_code_push(unit, code, TN_OP_DARK);
        break;
    case TN_STMT_ASSIGN:
        emit_assign(unit, code, stmt);
        break;
    case TN_STMT_ASK:
        put_two(unit, code, TN_OP_ASK, stmt->index);
        tn_code_push(unit, code,
                     tn_code_name(unit, stmt->name.text, stmt->name.pos));
        break;
    case TN_STMT_SEND:
        emit_send(unit, code, stmt);
        break;
    case TN_STMT_IF:
    case TN_STMT_CHANCE:
        emit_if(unit, code, stmt);
        break;
    case TN_STMT_GO:
        put_two(unit, code, TN_OP_GO, stmt->index);
        break;
    case TN_STMT_PICK:
    case TN_STMT_LIST:
    case TN_STMT_REPEAT:
    case TN_STMT_ONCE:
    case TN_STMT_ADD:
    case TN_STMT_CLEAR:
        tn_emit_value_stmt(unit, code, stmt);
        break;
    }
}

void tn_emit_block(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_stmt *stmt, bool is_while)
{
    for (; stmt && !code->full; stmt = stmt->next) {
        emit_stmt(unit, code, stmt, is_while);
    }
}
