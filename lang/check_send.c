/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/vocabulary.h>

const struct tn_message *tn_check_message(struct tn_unit *unit,
                                          const struct tn_word *name)
{
    struct tn_front *front = unit->front;
    const struct tn_message *message =
        tn_table_get(&front->names, TN_SORT_MESSAGE, name->text);
    struct tn_suggest suggest;
    const char *what;

    if (!message) {
        tn_suggest_init(&suggest, name->text);
        tn_check_suggest(&suggest, &front->names, TN_SORT_MESSAGE);
        what = tn_check_mean(front, &suggest);
        tn_problem_error(&front->problems, name->pos,
                         what ? what : "declare it: message NAME",
                         "there is no message called `%s`", name->text);
    }
    return message;
}

static void report_cargo(struct tn_unit *unit, const struct tn_message *message,
                         const struct tn_arg *arg)
{
    struct tn_front *front = unit->front;
    struct tn_suggest suggest;
    const char *what;

    tn_suggest_init(&suggest, arg->name.text);
    for (uint8_t i = 0; i < message->cargo_count; i++) {
        tn_suggest_post(&suggest, message->cargo[i].name.text);
    }
    what = tn_check_mean(front, &suggest);
    if (!what && message->cargo_count) {
        what = tn_arena_print(&front->arena, "its first number is %s",
                              message->cargo[0].name.text);
    }
    if (!what) {
        what = tn_arena_print(&front->arena, "declare it: message %s with %s",
                              message->name.text, arg->name.text);
    }
    tn_problem_error(&front->problems, arg->name.pos, what,
                     "the message `%s` has no number `%s`", message->name.text,
                     arg->name.text);
}

/* A number without a value in its declaration is a count. */
static void check_cargo_value(struct tn_unit *unit,
                              const struct tn_message *message,
                              const struct tn_arg *arg)
{
    const struct tn_cargo *cargo = &message->cargo[arg->index];
    struct tn_expr *value = arg->value;

    tn_check_any(unit, value);
    if (cargo->has_value || value->kind == TN_EXPR_BAD ||
        value->dimension == TN_DIM_COUNT || value->dimension >= TN_DIM_LOGIC) {
        tn_check_expr(unit, value, cargo->value.dimension);
        return;
    }
    tn_problem_error(&unit->front->problems, value->pos,
                     tn_arena_print(&unit->front->arena,
                                    "declare it so: message %s with %s = %s",
                                    message->name.text, cargo->name.text,
                                    tn_vocab_example(value->dimension)),
                     "this is %s, but `%s` was declared as a count",
                     tn_vocab_dimension(value->dimension), cargo->name.text);
    value->kind = TN_EXPR_BAD;
}

static bool find_cargo(const struct tn_message *message, struct tn_arg *arg)
{
    for (uint8_t i = 0; i < message->cargo_count; i++) {
        if (strcmp(message->cargo[i].name.text, arg->name.text) == 0) {
            arg->index = i;
            return true;
        }
    }
    return false;
}

static bool check_numbers(struct tn_unit *unit, struct tn_stmt *stmt)
{
    uint32_t seen = 0;
    bool is_good = true;

    for (struct tn_arg *arg = stmt->args; arg; arg = arg->next) {
        if (!find_cargo(stmt->message, arg)) {
            report_cargo(unit, stmt->message, arg);
            is_good = false;
            continue;
        }
        if (seen >> arg->index & 1u) {
            tn_problem_error(&unit->front->problems, arg->name.pos,
                             "remove one of them", "`%s` is given twice",
                             arg->name.text);
            is_good = false;
        }
        seen |= 1u << arg->index;
        check_cargo_value(unit, stmt->message, arg);
        is_good = is_good && arg->value->kind != TN_EXPR_BAD;
    }
    return is_good;
}

/* 0 after a mistake. */
static uint8_t find_target(struct tn_unit *unit, const struct tn_word *word)
{
    struct tn_front *front = unit->front;
    const struct tn_vocab_word *target =
        tn_vocab_get(tn_vocab_targets, word->text);
    struct tn_suggest suggest;
    const char *what;

    if (target) {
        return target->number;
    }
    tn_suggest_init(&suggest, word->text);
    for (target = tn_vocab_targets; target->word; target++) {
        tn_suggest_post(&suggest, target->word);
    }
    what = tn_check_mean(front, &suggest);
    tn_problem_error(&front->problems, word->pos,
                     what ? what
                          : "it can be all, others, here, nearest, aimed, "
                            "near, facing, touching or sender",
                     "a message cannot go to `%s`", word->text);
    return 0;
}

/* Whether a target depends on where bricks are. */
static bool looks_at_places(uint8_t target)
{
    return target >= TN_TARGET_NEAREST && target <= TN_TARGET_TOUCHING;
}

static bool check_first(struct tn_unit *unit, const struct tn_stmt *stmt,
                        uint8_t target)
{
    struct tn_problems *problems = &unit->front->problems;

    if (target == TN_TARGET_SENDER && !unit->has_sender) {
        tn_problem_error(problems, stmt->target.pos,
                         "`sender` is known in `when MESSAGE` and in `action`",
                         "nobody has sent what this reacts to");
        return false;
    }
    if (target == TN_TARGET_HERE && stmt->value) {
        tn_problem_error(problems, stmt->value->pos, "remove `within`",
                         "`here` is this brick; it is not far");
        return false;
    }
    return target != 0;
}

/* `aimed or nearest`: the second counts where a place is unknown. */
static bool check_second(struct tn_unit *unit, const struct tn_stmt *stmt,
                         uint8_t target, uint8_t instead)
{
    struct tn_problems *problems = &unit->front->problems;

    if (instead && target && !looks_at_places(target)) {
        tn_problem_error(problems, stmt->instead.pos, "remove it",
                         "`%s` needs no second target: it does not depend on "
                         "where bricks are",
                         stmt->target.text);
        return false;
    }
    if (instead && instead != TN_TARGET_OTHERS && !looks_at_places(instead)) {
        tn_problem_error(problems, stmt->instead.pos,
                         "`others` are all other bricks",
                         "`%s` cannot stand after `or`", stmt->instead.text);
        return false;
    }
    return instead != 0;
}

static bool check_targets(struct tn_unit *unit, struct tn_stmt *stmt)
{
    uint8_t target = TN_TARGET_ALL, instead = 0;
    bool is_good = true;

    if (stmt->target.text) {
        target = find_target(unit, &stmt->target);
        is_good = check_first(unit, stmt, target);
    }
    if (stmt->instead.text) {
        instead = find_target(unit, &stmt->instead);
        is_good = check_second(unit, stmt, target, instead) && is_good;
    }
    stmt->index = (uint8_t)(target | instead << 4);
    return is_good;
}

void tn_check_send(struct tn_unit *unit, struct tn_stmt *stmt)
{
    stmt->message = tn_check_message(unit, &stmt->name);
    stmt->is_good = stmt->message && check_numbers(unit, stmt);
    stmt->is_good = check_targets(unit, stmt) && stmt->is_good;
    if (stmt->value) {
        tn_check_expr(unit, stmt->value, TN_DIM_LENGTH);
        stmt->is_good = stmt->is_good && stmt->value->kind != TN_EXPR_BAD;
    }
}
