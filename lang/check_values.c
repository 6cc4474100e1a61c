/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/vocabulary.h>

#define ROUNDS_CAP 64u /* of nested `repeat`s, multiplied */
#define ALTERNATIVES_CAP 15u

static void fail(struct tn_unit *unit, struct tn_expr *expr, const char *what,
                 const char *why)
{
    tn_problem_error(&unit->front->problems, expr->pos, what, "%s", why);
    expr->kind = TN_EXPR_BAD;
}

const struct tn_number *tn_check_list(struct tn_unit *unit,
                                      const struct tn_word *name)
{
    struct tn_front *front = unit->front;
    const struct tn_number *list =
        tn_table_get(&unit->names, TN_SORT_NUMBER, name->text);
    struct tn_suggest suggest;
    const char *what;

    if (list && list->places) {
        return list;
    }
    tn_suggest_init(&suggest, name->text);
    for (const struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        if (n->places) {
            tn_suggest_post(&suggest, n->name.text);
        }
    }
    what = tn_check_mean(front, &suggest);
    tn_problem_error(
        &front->problems, name->pos, what ? what : "declare it: list NAME of 8",
        list ? "`%s` is no list" : "there is no list called `%s`", name->text);
    return NULL;
}

/* A value for or of a list; the first one says what the list holds. */
static bool check_content(struct tn_unit *unit, const struct tn_number *list,
                          struct tn_expr *value)
{
    struct tn_number *known =
        tn_table_get(&unit->names, TN_SORT_NUMBER, list->name.text);

    if (!known->has_dimension) {
        tn_check_any(unit, value);
        if (value->kind != TN_EXPR_BAD && value->dimension == TN_DIM_LOGIC) {
            fail(unit, value, "add a number", "a list holds no yes or no");
        }
        if (value->kind != TN_EXPR_BAD) {
            known->has_dimension = true;
            known->value.dimension = value->dimension;
        }
    } else {
        tn_check_expr(unit, value, known->value.dimension);
    }
    return value->kind != TN_EXPR_BAD;
}

static void check_any(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_expr *left = expr->left, *right = expr->right;

    tn_check_expr(unit, left, TN_DIM_COUNT);
    tn_check_expr(unit, right, TN_DIM_COUNT);
    expr->dimension = TN_DIM_COUNT;
    if (unit->is_waiting || unit->place == TN_PLACE_WHILE) {
        fail(unit, expr, "draw it where something happens, into a number",
             "this is looked at in each moment, so nothing can be drawn here");
    } else if (left->kind == TN_EXPR_LITERAL &&
               right->kind == TN_EXPR_LITERAL && left->q16 > right->q16) {
        fail(unit, expr, "write the smaller one first",
             "there is no number between these two");
    }
}

/* `card.pair`, `card.id`. */
static void check_field(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_front *front = unit->front;
    const char *name = expr->state.text;
    const struct tn_number *shown =
        tn_table_get(&front->names, TN_SORT_SHOWN, name);
    struct tn_suggest suggest;

    tn_check_object(unit, expr);
    expr->dimension = TN_DIM_COUNT;
    if (strcmp(name, "id") == 0) {
        expr->dimension = TN_DIM_TAG;
    } else if (shown) {
        expr->dimension = shown->value.dimension;
    } else {
        tn_suggest_init(&suggest, name);
        tn_check_suggest(&suggest, &front->names, TN_SORT_SHOWN);
        if (suggest.best) {
            tn_problem_warn(&front->problems, expr->state.pos,
                            tn_check_mean(front, &suggest),
                            "no tile or figure of this set shows `%s`", name);
        }
    }
}

static void check_of_list(struct tn_unit *unit, struct tn_expr *expr)
{
    const struct tn_number *list = tn_check_list(unit, &expr->name);

    expr->dimension = TN_DIM_COUNT;
    if (!list) {
        expr->kind = TN_EXPR_BAD;
        return;
    }
    expr->index = list->index;
    if (expr->kind == TN_EXPR_HAS) {
        expr->dimension = TN_DIM_LOGIC;
        if (!check_content(unit, list, expr->right)) {
            expr->kind = TN_EXPR_BAD;
        }
    } else if (expr->kind == TN_EXPR_ITEM) {
        expr->dimension = list->value.dimension;
        tn_check_expr(unit, expr->right, TN_DIM_COUNT);
        if (expr->right->kind == TN_EXPR_BAD) {
            expr->kind = TN_EXPR_BAD;
        }
    }
}

void tn_check_value(struct tn_unit *unit, struct tn_expr *expr)
{
    switch (expr->kind) {
    case TN_EXPR_ANY:
        check_any(unit, expr);
        if (expr->left->kind == TN_EXPR_BAD ||
            expr->right->kind == TN_EXPR_BAD) {
            expr->kind = TN_EXPR_BAD;
        }
        break;
    case TN_EXPR_FIELD:
        check_field(unit, expr);
        break;
    default:
        check_of_list(unit, expr);
        break;
    }
}

static void check_chance(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_expr *value = stmt->value;

    tn_check_expr(unit, value, TN_DIM_RATIO);
    if (value->kind == TN_EXPR_LITERAL &&
        (value->q16 <= 0 || value->q16 >= TN_Q16_ONE)) {
        tn_problem_warn(&unit->front->problems, value->pos,
                        "a chance lies between 0% and 100%",
                        value->q16 <= 0 ? "this never happens"
                                        : "this always happens");
    }
    tn_check_block(unit, stmt->then);
    tn_check_block(unit, stmt->otherwise);
    stmt->is_good = value->kind != TN_EXPR_BAD;
}

static void check_pick(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_problems *problems = &unit->front->problems;

    stmt->count = 0;
    for (struct tn_stmt *list = stmt->then; list; list = list->next) {
        stmt->count++;
        tn_check_block(unit, list->then);
    }
    if (stmt->count < 2) {
        tn_problem_error(problems, stmt->pos, "write `pick { A | B }`",
                         "there is nothing to pick from");
    }
    if (stmt->count > ALTERNATIVES_CAP) {
        tn_problem_error(problems, stmt->pos, "remove some",
                         "a `pick` has at most %u alternatives",
                         ALTERNATIVES_CAP);
    }
    stmt->is_good = true;
}

static void check_repeat(struct tn_unit *unit, struct tn_stmt *stmt)
{
    struct tn_problems *problems = &unit->front->problems;
    uint32_t around = unit->rounds ? unit->rounds : 1;

    if (stmt->count == 0 || stmt->count > ROUNDS_CAP) {
        tn_problem_error(problems, stmt->name.pos, NULL,
                         "something is repeated 1 to %u times", ROUNDS_CAP);
        return;
    }
    if (around * stmt->count > ROUNDS_CAP) {
        tn_problem_error(problems, stmt->name.pos, "repeat it less often",
                         "this would come %u times, with the `repeat` around "
                         "it; %u are the most",
                         (unsigned)(around * stmt->count), ROUNDS_CAP);
        return;
    }
    unit->rounds = around * stmt->count;
    tn_check_block(unit, stmt->then);
    unit->rounds = around;
    stmt->is_good = true;
}

void tn_check_value_stmt(struct tn_unit *unit, struct tn_stmt *stmt)
{
    const struct tn_number *list;

    switch (stmt->kind) {
    case TN_STMT_CHANCE:
        check_chance(unit, stmt);
        break;
    case TN_STMT_PICK:
        check_pick(unit, stmt);
        break;
    case TN_STMT_REPEAT:
        check_repeat(unit, stmt);
        break;
    case TN_STMT_ONCE:
        tn_check_block(unit, stmt->then);
        stmt->is_good = true;
        break;
    default: /* TN_STMT_ADD, TN_STMT_CLEAR */
        list = tn_check_list(unit, &stmt->name);
        if (list) {
            stmt->index = list->index;
            stmt->is_good =
                !stmt->value || check_content(unit, list, stmt->value);
        } else if (stmt->value) {
            tn_check_any(unit, stmt->value);
        }
        break;
    }
}

/* What an expression measures, from its look alone; TN_DIM_LOGIC: not known. */
static uint8_t guess(struct tn_unit *unit, const struct tn_expr *expr)
{
    const struct tn_table *names = &unit->front->names;
    const struct tn_number *number;
    const struct tn_vocab_word *signal;

    while (expr->kind == TN_EXPR_UNARY && !expr->word) {
        expr = expr->right;
    }
    switch (expr->kind) {
    case TN_EXPR_LITERAL:
        return expr->value.dimension;
    case TN_EXPR_ANY:
    case TN_EXPR_COUNT:
        return TN_DIM_COUNT;
    case TN_EXPR_MEASURE:
        return tn_vocab_get_measure(expr->word)->dimension;
    case TN_EXPR_FIELD:
        number = tn_table_get(names, TN_SORT_SHOWN, expr->state.text);
        return strcmp(expr->state.text, "id") == 0 ? TN_DIM_TAG
               : number                            ? number->value.dimension
                                                   : TN_DIM_COUNT;
    case TN_EXPR_NAME:
        number = tn_table_get(&unit->names, TN_SORT_NUMBER, expr->name.text);
        signal = tn_vocab_get(tn_vocab_signals, expr->name.text);
        return number   ? number->value.dimension
               : signal ? signal->dimension
                        : TN_DIM_LOGIC;
    default:
        return TN_DIM_LOGIC;
    }
}

/* What is added in a block; its recursion is bounded by the parser's. */
static void look_at(struct tn_unit *unit, const struct tn_stmt *stmt)
{
    for (; stmt; stmt = stmt->next) {
        struct tn_number *list =
            stmt->kind == TN_STMT_ADD
                ? tn_table_get(&unit->names, TN_SORT_NUMBER, stmt->name.text)
                : NULL;

        if (list && list->places && !list->has_dimension) {
            list->value.dimension = guess(unit, stmt->value);
            list->has_dimension = list->value.dimension != TN_DIM_LOGIC;
            list->value.dimension *= list->has_dimension;
        }
        look_at(unit, stmt->then);
        look_at(unit, stmt->otherwise);
    }
}

void tn_check_lists(struct tn_unit *unit)
{
    if (unit->list_count == 0) {
        return;
    }
    for (const struct tn_state *s = unit->ast->states; s; s = s->next) {
        for (const struct tn_reaction *r = s->reactions; r; r = r->next) {
            look_at(unit, r->body);
        }
    }
    for (const struct tn_reaction *r = unit->ast->always; r; r = r->next) {
        look_at(unit, r->body);
    }
}
