/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/vocabulary.h>

tn_q16 tn_check_q16(int64_t micro)
{
    int64_t half = micro < 0 ? -500000 : 500000;

    return (tn_q16)((micro * TN_Q16_ONE + half) / 1000000);
}

void tn_check_suggest(struct tn_suggest *suggest, const struct tn_table *table,
                      enum tn_sort sort)
{
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->entries[i].sort == sort) {
            tn_suggest_post(suggest, table->entries[i].name);
        }
    }
}

const char *tn_check_mean(struct tn_front *front,
                          const struct tn_suggest *suggest)
{
    return suggest->best ? tn_arena_print(&front->arena, "did you mean %s?",
                                          suggest->best)
                         : NULL;
}

static void fail(struct tn_unit *unit, struct tn_expr *expr, const char *what,
                 const char *why)
{
    tn_problem_error(&unit->front->problems, expr->pos, what, "%s", why);
    expr->kind = TN_EXPR_BAD;
}

bool tn_check_look_alone(struct tn_unit *unit, const struct tn_word *word)
{
    struct tn_front *front = unit->front;
    const char *name = word->text;
    const struct tn_vocab_measure *measure = tn_vocab_get_measure(name);

    if (tn_vocab_get(tn_vocab_relations, name)) {
        tn_problem_error(&front->problems, word->pos,
                         tn_arena_print(&front->arena,
                                        "say of whom: %s KIND, or %s brick",
                                        name, name),
                         "`%s` needs a kind or name, or `brick`", name);
    } else if (measure) {
        tn_problem_error(&front->problems, word->pos,
                         tn_arena_print(&front->arena,
                                        "say of whom: %s %s KIND, or %s %s "
                                        "brick",
                                        name, measure->preposition, name,
                                        measure->preposition),
                         "`%s` needs a kind or name, or `brick`", name);
    } else if (tn_vocab_get(tn_vocab_targets, name)) {
        tn_problem_error(
            &front->problems, word->pos,
            tn_arena_print(&front->arena, "write `send MESSAGE to %s`", name),
            "`%s` says whom a message is for; it is nothing else", name);
    } else {
        return false;
    }
    return true;
}

/* "NAME comes with a message", or null. */
static const char *find_carrier(struct tn_unit *unit, const char *name)
{
    const struct tn_table *names = &unit->front->names;

    for (uint32_t i = 0; i < names->count; i++) {
        const struct tn_message *message = names->entries[i].value;

        if (names->entries[i].sort != TN_SORT_MESSAGE) {
            continue;
        }
        for (uint8_t c = 0; c < message->cargo_count; c++) {
            if (strcmp(message->cargo[c].name.text, name) == 0) {
                return tn_arena_print(&unit->front->arena,
                                      "it comes with `%s` and is known in "
                                      "`when %s`",
                                      message->name.text, message->name.text);
            }
        }
    }
    return NULL;
}

static void report_name(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_front *front = unit->front;
    const char *name = expr->name.text;
    struct tn_suggest suggest;
    const char *what;

    expr->kind = TN_EXPR_BAD;
    if (tn_vocab_is_later(name)) {
        tn_problem_error(&front->problems, expr->name.pos, TN_PARSE_LATER,
                         "`%s` is not understood by this version", name);
        return;
    }
    if (tn_check_look_alone(unit, &expr->name)) {
        return;
    }
    if (tn_vocab_get_event(name, false) || tn_vocab_get_event(name, true) ||
        tn_table_get(&front->names, TN_SORT_MESSAGE, name)) {
        tn_problem_error(&front->problems, expr->name.pos,
                         "react to it: when NAME { ... }",
                         "`%s` happens in a moment; it has no value", name);
        return;
    }
    tn_suggest_init(&suggest, name);
    tn_check_suggest(&suggest, &unit->names, TN_SORT_NUMBER);
    for (const struct tn_vocab_word *w = tn_vocab_signals; w->word; w++) {
        tn_suggest_post(&suggest, w->word);
    }
    what = find_carrier(unit, name);
    what = what ? what : tn_check_mean(front, &suggest);
    tn_problem_error(&front->problems, expr->name.pos,
                     what ? what : "declare it: number NAME = VALUE",
                     "there is no value called `%s`", name);
}

/* A number of the message that is being answered. */
static bool find_cargo(const struct tn_unit *unit, struct tn_expr *expr)
{
    uint8_t count = unit->message ? unit->message->cargo_count : 0;

    for (uint8_t i = 0; i < count; i++) {
        const struct tn_cargo *cargo = &unit->message->cargo[i];

        if (strcmp(cargo->name.text, expr->name.text) == 0) {
            expr->index = i;
            expr->dimension = cargo->value.dimension;
            return true;
        }
    }
    return false;
}

static void check_name(struct tn_unit *unit, struct tn_expr *expr)
{
    const char *name = expr->name.text;
    const struct tn_number *number =
        tn_table_get(&unit->names, TN_SORT_NUMBER, name);
    const struct tn_vocab_word *signal = tn_vocab_get(tn_vocab_signals, name);

    if (number && number->places) {
        fail(unit, expr, "say `count of`, `item N of`, or `has`",
             "this is a list; it has no value of its own");
    } else if (number) {
        expr->source = number->is_mood ? TN_EXPR_MOOD : TN_EXPR_NUMBER;
        expr->index = number->index;
        expr->dimension = number->value.dimension;
    } else if (find_cargo(unit, expr)) {
        expr->source = TN_EXPR_ARG;
    } else if (unit->event && unit->event->arg[0] &&
               strcmp(unit->event->arg, name) == 0) {
        expr->source = TN_EXPR_ARG;
        expr->index = 0;
        expr->dimension = unit->event->dimension;
    } else if (signal) {
        expr->source = TN_EXPR_SIGNAL;
        expr->index = signal->number;
        expr->dimension = signal->dimension;
    } else {
        report_name(unit, expr);
    }
}

/* `vehicle is flyin` cannot be refused, since other sets have other words; but
 * where this set knows the kind, a state that it lacks is worth a word. */
static void check_is(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_front *front = unit->front;
    struct tn_suggest suggest;

    expr->dimension = TN_DIM_LOGIC;
    if (tn_table_get(&unit->names, TN_SORT_NUMBER, expr->name.text) ||
        tn_vocab_get(tn_vocab_signals, expr->name.text)) {
        fail(unit, expr, "compare values with `=`",
             "`is` asks for the state of a tile or figure");
        return;
    }
    if (strcmp(expr->name.text, "anyone") == 0) {
        fail(unit, expr, "name a kind", "`anyone` has no state");
        return;
    }
    if ((tn_table_get(&front->names, TN_SORT_KIND, expr->name.text) ||
         tn_table_get(&front->names, TN_SORT_PROGRAM, expr->name.text)) &&
        !tn_table_get(&front->names, TN_SORT_STATE, expr->state.text)) {
        tn_suggest_init(&suggest, expr->state.text);
        tn_check_suggest(&suggest, &front->names, TN_SORT_STATE);
        tn_problem_warn(
            &front->problems, expr->state.pos, tn_check_mean(front, &suggest),
            "no tile or figure of this set has a state `%s`", expr->state.text);
    }
}

/* `near vehicle`: any word can be a kind, but what is a value is none. */
void tn_check_object(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_front *front = unit->front;
    const char *name = expr->name.text;
    struct tn_suggest suggest;

    if (!name) {
        return; /* whatever brick */
    }
    if (tn_table_get(&unit->names, TN_SORT_NUMBER, name) ||
        tn_vocab_get(tn_vocab_signals, name) || strcmp(name, "anyone") == 0) {
        tn_problem_error(&front->problems, expr->name.pos,
                         expr->kind == TN_EXPR_FIELD
                             ? "name a kind"
                             : "name a kind, or say `brick`",
                         "`%s` is no kind of brick", name);
        expr->kind = TN_EXPR_BAD;
        return;
    }
    if (!tn_table_get(&front->names, TN_SORT_KIND, name)) {
        tn_suggest_init(&suggest, name);
        tn_check_suggest(&suggest, &front->names, TN_SORT_KIND);
        if (suggest.best) {
            tn_problem_warn(&front->problems, expr->name.pos,
                            tn_check_mean(front, &suggest),
                            "no tile or figure of this set is a `%s`", name);
        }
    }
}

static void check_relation(struct tn_unit *unit, struct tn_expr *expr)
{
    expr->index = tn_vocab_get(tn_vocab_relations, expr->word)->number;
    expr->dimension = TN_DIM_LOGIC;
    tn_check_object(unit, expr);
}

static void check_measure(struct tn_unit *unit, struct tn_expr *expr)
{
    const struct tn_vocab_measure *measure = tn_vocab_get_measure(expr->word);

    expr->index = measure->number;
    expr->dimension = measure->dimension;
    tn_check_object(unit, expr);
}

static bool has_dimension(struct tn_unit *unit, struct tn_expr *expr,
                          uint8_t dimension)
{
    const char *have = tn_vocab_dimension(expr->dimension);

    if (expr->dimension == dimension) {
        return true;
    }
    if (dimension == TN_DIM_LOGIC) {
        tn_problem_error(&unit->front->problems, expr->pos,
                         "compare it with something, such as `speed > 20%`",
                         "this is %s; something that is so or not is needed",
                         have);
    } else {
        tn_problem_error(&unit->front->problems, expr->pos, NULL,
                         "this is %s; %s is needed, such as %s", have,
                         tn_vocab_dimension(dimension),
                         tn_vocab_example(dimension));
    }
    expr->kind = TN_EXPR_BAD;
    return false;
}

/* The dimension of a product; TN_DIM_LOGIC if it has none. */
static uint8_t product_of(uint8_t a, uint8_t b)
{
    if (a >= TN_DIM_LOGIC || b >= TN_DIM_LOGIC) {
        return TN_DIM_LOGIC;
    }
    if (a <= TN_DIM_RATIO && b <= TN_DIM_RATIO) {
        return a == TN_DIM_RATIO && b == TN_DIM_RATIO ? TN_DIM_RATIO
                                                      : TN_DIM_COUNT;
    }
    if (a <= TN_DIM_RATIO || b <= TN_DIM_RATIO) {
        return a <= TN_DIM_RATIO ? b : a;
    }
    if ((a == TN_DIM_TIME && b == TN_DIM_FREQUENCY) ||
        (a == TN_DIM_FREQUENCY && b == TN_DIM_TIME)) {
        return TN_DIM_COUNT;
    }
    return TN_DIM_LOGIC;
}

static uint8_t quotient_of(uint8_t a, uint8_t b)
{
    if (a >= TN_DIM_LOGIC || b >= TN_DIM_LOGIC) {
        return TN_DIM_LOGIC;
    }
    if (b <= TN_DIM_RATIO) {
        return a;
    }
    if (a == b) {
        return TN_DIM_RATIO;
    }
    if (a <= TN_DIM_RATIO && b == TN_DIM_TIME) {
        return TN_DIM_FREQUENCY;
    }
    if (a <= TN_DIM_RATIO && b == TN_DIM_FREQUENCY) {
        return TN_DIM_TIME;
    }
    return TN_DIM_LOGIC;
}

static void check_scaling(struct tn_unit *unit, struct tn_expr *expr)
{
    bool is_product = expr->sign == TN_TOKEN_STAR;
    uint8_t a = expr->left->dimension, b = expr->right->dimension;

    expr->dimension = is_product ? product_of(a, b) : quotient_of(a, b);
    if (expr->dimension == TN_DIM_LOGIC) {
        tn_problem_error(&unit->front->problems, expr->pos, NULL,
                         is_product ? "%s times %s has no meaning here"
                                    : "%s divided by %s has no meaning here",
                         tn_vocab_dimension(a), tn_vocab_dimension(b));
        expr->kind = TN_EXPR_BAD;
    }
}

static void check_binary(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_expr *left = expr->left, *right = expr->right;
    bool is_order = expr->sign >= TN_TOKEN_LT && expr->sign <= TN_TOKEN_GE;

    if (expr->word) {
        expr->dimension = TN_DIM_LOGIC;
        tn_check_expr(unit, left, TN_DIM_LOGIC);
        tn_check_expr(unit, right, TN_DIM_LOGIC);
        return;
    }
    tn_check_any(unit, left);
    tn_check_any(unit, right);
    if (left->kind == TN_EXPR_BAD || right->kind == TN_EXPR_BAD) {
        expr->kind = TN_EXPR_BAD;
        return;
    }
    if (expr->sign == TN_TOKEN_STAR || expr->sign == TN_TOKEN_SLASH) {
        check_scaling(unit, expr);
        return;
    }
    if (left->dimension == TN_DIM_LOGIC &&
        (is_order || expr->sign == TN_TOKEN_PLUS ||
         expr->sign == TN_TOKEN_MINUS)) {
        fail(unit, left, "use it with `and`, `or`, `not`",
             "this is yes or no; it has no size");
    }
    if (left->kind != TN_EXPR_BAD && left->dimension == TN_DIM_TAG &&
        (is_order || expr->sign == TN_TOKEN_PLUS ||
         expr->sign == TN_TOKEN_MINUS)) {
        fail(unit, left, "compare it with `=` or `!=`, or put it into a list",
             "this is the identity of a tag; it has no size");
    }
    if (left->kind == TN_EXPR_BAD ||
        !has_dimension(unit, right, left->dimension)) {
        expr->kind = TN_EXPR_BAD;
        return;
    }
    expr->dimension =
        expr->sign == TN_TOKEN_PLUS || expr->sign == TN_TOKEN_MINUS
            ? left->dimension
            : TN_DIM_LOGIC;
}

static tn_q16 logic(bool value)
{
    return value ? TN_Q16_ONE : 0;
}

static tn_q16 compute(const struct tn_expr *expr, tn_q16 a, tn_q16 b)
{
    if (expr->word) {
        bool is_and = strcmp(expr->word, "and") == 0;

        return logic(is_and ? a && b : a || b);
    }
    switch (expr->sign) {
    case TN_TOKEN_PLUS:
        return tn_q16_add(a, b);
    case TN_TOKEN_MINUS:
        return tn_q16_sub(a, b);
    case TN_TOKEN_STAR:
        return tn_q16_mul(a, b);
    case TN_TOKEN_SLASH:
        return tn_q16_div(a, b);
    case TN_TOKEN_SET:
        return logic(a == b);
    case TN_TOKEN_NE:
        return logic(a != b);
    case TN_TOKEN_LT:
        return logic(a < b);
    case TN_TOKEN_LE:
        return logic(a <= b);
    case TN_TOKEN_GT:
        return logic(a > b);
    default:
        return logic(a >= b);
    }
}

/* Works out what does not depend on anything. */
static void fold(struct tn_unit *unit, struct tn_expr *expr)
{
    const struct tn_expr *left = expr->left, *right = expr->right;
    tn_q16 value;

    if (!right || right->kind != TN_EXPR_LITERAL) {
        return;
    }
    if (expr->kind == TN_EXPR_BINARY && expr->sign == TN_TOKEN_SLASH &&
        right->q16 == 0) {
        tn_problem_warn(&unit->front->problems, right->pos,
                        "divide by something else",
                        "dividing by zero gives zero");
    }
    if (expr->kind == TN_EXPR_UNARY) {
        value = expr->word ? logic(!right->q16) : -right->q16;
    } else if (left->kind == TN_EXPR_LITERAL) {
        value = compute(expr, left->q16, right->q16);
        if (!expr->word && (value == TN_Q16_MAX || value == TN_Q16_MIN)) {
            tn_problem_warn(&unit->front->problems, expr->pos,
                            "no value goes beyond 32767",
                            "this is too large and stays at 32767");
        }
    } else {
        return;
    }
    expr->kind = TN_EXPR_LITERAL;
    expr->q16 = value;
    expr->value.micro = -1; /* worked out; q16 is what counts */
}

static void check_unary(struct tn_unit *unit, struct tn_expr *expr)
{
    struct tn_expr *right = expr->right;

    tn_check_any(unit, right);
    if (right->kind != TN_EXPR_BAD && expr->word) {
        has_dimension(unit, right, TN_DIM_LOGIC);
    } else if (right->kind != TN_EXPR_BAD && right->dimension == TN_DIM_LOGIC) {
        fail(unit, right, "write `not`", "this is yes or no; it has no minus");
    } else if (right->kind != TN_EXPR_BAD && right->dimension == TN_DIM_TAG) {
        fail(unit, right, NULL,
             "this is the identity of a tag; it has no minus");
    }
    expr->dimension = right->dimension;
    if (right->kind == TN_EXPR_BAD) {
        expr->kind = TN_EXPR_BAD;
    }
}

void tn_check_any(struct tn_unit *unit, struct tn_expr *expr)
{
    switch (expr->kind) {
    case TN_EXPR_LITERAL:
        if (!expr->right) {
            expr->dimension = expr->value.dimension;
            expr->q16 = tn_check_q16(expr->value.micro);
        }
        break;
    case TN_EXPR_NAME:
        check_name(unit, expr);
        break;
    case TN_EXPR_IS:
        check_is(unit, expr);
        break;
    case TN_EXPR_ABOARD:
        expr->dimension = TN_DIM_LOGIC;
        break;
    case TN_EXPR_RELATION:
        check_relation(unit, expr);
        break;
    case TN_EXPR_MEASURE:
        check_measure(unit, expr);
        break;
    case TN_EXPR_FIELD:
    case TN_EXPR_ANY:
    case TN_EXPR_HAS:
    case TN_EXPR_COUNT:
    case TN_EXPR_ITEM:
        tn_check_value(unit, expr);
        break;
    case TN_EXPR_UNARY:
        check_unary(unit, expr);
        fold(unit, expr);
        break;
    case TN_EXPR_BINARY:
        check_binary(unit, expr);
        if (expr->left->kind == TN_EXPR_BAD ||
            expr->right->kind == TN_EXPR_BAD) {
            expr->kind = TN_EXPR_BAD;
        }
        if (expr->kind == TN_EXPR_BINARY) {
            fold(unit, expr);
        }
        break;
    case TN_EXPR_BAD:
        break;
    }
}

void tn_check_expr(struct tn_unit *unit, struct tn_expr *expr,
                   uint8_t dimension)
{
    tn_check_any(unit, expr);
    if (expr->kind != TN_EXPR_BAD) {
        has_dimension(unit, expr, dimension);
    }
}
