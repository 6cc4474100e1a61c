/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include "vocab.h"

static struct tn_expr *expr_of(struct tn_parser *p, enum tn_expr_kind kind)
{
    struct tn_expr *expr = tn_arena_get(&p->front->arena, sizeof(*expr));

    expr->kind = kind;
    expr->pos = p->now.pos;
    expr->depth = 1;
    return expr;
}

static struct tn_expr *parse_or(struct tn_parser *p);

struct tn_expr *tn_parse_expr_init(struct tn_parser *p, enum tn_expr_kind kind)
{
    return expr_of(p, kind);
}

/* From the first byte of `from` to the last token taken. */
static struct tn_pos span(const struct tn_parser *p, struct tn_pos from)
{
    if (p->last.file == from.file && p->last.line == from.line &&
        p->last.at + p->last.len > from.at) {
        from.len = p->last.at + p->last.len - from.at;
    }
    return from;
}

/* A word with something that belongs to it. */
static bool is_later_value(const struct tn_parser *p)
{
    return tn_vocab_is_later(p->now.text) &&
           (p->next.kind == TN_TOKEN_NUMBER ||
            (p->next.kind == TN_TOKEN_NAME &&
             (!tn_vocab_is_reserved(p->next.text) ||
              strcmp(p->next.text, "to") == 0)));
}

/* A kind or name, or `brick`, may stand here. */
static bool is_object(const struct tn_token *token)
{
    return token->kind == TN_TOKEN_NAME &&
           (!tn_vocab_is_reserved(token->text) ||
            strcmp(token->text, "brick") == 0);
}

/* `near 30 cm` and `near tile` too, which are reported. */
static bool is_relation(const struct tn_parser *p)
{
    const struct tn_token *next = &p->next;

    return tn_vocab_get(tn_vocab_relations, p->now.text) &&
           (is_object(next) || next->kind == TN_TOKEN_NUMBER ||
            (next->kind == TN_TOKEN_NAME &&
             (strcmp(next->text, "tile") == 0 ||
              strcmp(next->text, "figure") == 0)));
}

/* `distance to`; `distance of` too, which is reported. */
static bool is_measure(const struct tn_parser *p)
{
    return tn_vocab_get_measure(p->now.text) &&
           (is_object(&p->next) ||
            (p->next.kind == TN_TOKEN_NAME && strcmp(p->next.text, "to") == 0));
}

bool tn_parse_is_look(const struct tn_parser *p)
{
    return tn_parse_is(p, TN_TOKEN_NAME) &&
           (is_relation(p) || is_measure(p) || tn_parse_is_list(p));
}

/* The brick that is looked at: no name for `brick`. */
static void parse_object(struct tn_parser *p, struct tn_expr *expr)
{
    expr->name.pos = p->now.pos;
    if (!p->is_failed && !tn_parse_take_word(p, "brick")) {
        expr->name =
            tn_parse_name(p, "a kind, or of a tile or figure (or `brick`),");
    }
    if (!p->is_failed && tn_parse_is_word(p, "is")) {
        tn_parse_fail(p, "let it send a message",
                      "the states of other bricks' programs cannot be seen");
    }
}

static void parse_measure(struct tn_parser *p, struct tn_expr *expr)
{
    const struct tn_vocab_measure *measure = tn_vocab_get_measure(p->now.text);

    expr->kind = TN_EXPR_MEASURE;
    expr->word = measure->word;
    tn_parse_step(p);
    if (!tn_parse_take_word(p, measure->preposition)) {
        tn_parse_fail(p,
                      tn_arena_print(&p->front->arena, "write `%s %s ...`",
                                     measure->word, measure->preposition),
                      "`%s` is needed here, not %s", measure->preposition,
                      tn_parse_describe(p));
    }
    parse_object(p, expr);
}

static struct tn_expr *parse_word(struct tn_parser *p)
{
    struct tn_expr *expr = expr_of(p, TN_EXPR_NAME);

    if (is_later_value(p)) {
        tn_parse_later(p);
    }
    if (tn_parse_take_word(p, "aboard")) {
        expr->kind = TN_EXPR_ABOARD;
        expr->name = tn_parse_name(p, "a kind, or of a tile or figure,");
    } else if (is_relation(p)) {
        expr->kind = TN_EXPR_RELATION;
        expr->word = p->now.text;
        tn_parse_step(p);
        parse_object(p, expr);
    } else if (is_measure(p)) {
        parse_measure(p, expr);
    } else if (tn_parse_is_word(p, "any")) {
        tn_parse_any(p, expr);
    } else if (tn_parse_is_list(p)) {
        tn_parse_list_value(p, expr);
    } else {
        expr->name = tn_parse_name(p, "a value");
        if (tn_parse_is(p, TN_TOKEN_DOT)) {
            tn_parse_field(p, expr);
        } else if (tn_parse_take_word(p, "is")) {
            expr->kind = TN_EXPR_IS;
            if (!tn_parse_is(p, TN_TOKEN_NAME)) {
                tn_parse_fail(p, "compare values with `=`",
                              "the name of a state is needed here, not %s",
                              tn_parse_describe(p));
            }
            expr->state = tn_parse_name(p, "a state");
        }
    }
    if (p->is_failed) {
        expr->kind = TN_EXPR_BAD;
    }
    expr->pos = span(p, expr->pos);
    return expr;
}

static struct tn_expr *parse_primary(struct tn_parser *p)
{
    struct tn_expr *expr;

    if (tn_parse_is(p, TN_TOKEN_NUMBER)) {
        expr = expr_of(p, TN_EXPR_LITERAL);
        expr->value = p->now.value;
        tn_parse_step(p);
        return expr;
    }
    if (tn_parse_is(p, TN_TOKEN_NAME) &&
        (!tn_vocab_is_reserved(p->now.text) || tn_parse_is_word(p, "aboard") ||
         tn_parse_is_word(p, "any"))) {
        return parse_word(p);
    }
    if (tn_parse_is(p, TN_TOKEN_LEFT)) {
        struct tn_pos from = p->now.pos;

        tn_parse_step(p);
        expr = parse_or(p);
        if (!p->is_failed && !tn_parse_take(p, TN_TOKEN_RIGHT)) {
            tn_parse_fail(p, NULL, "a `)` is needed here, not %s",
                          tn_parse_describe(p));
        }
        expr->pos = span(p, from);
        return expr;
    }
    tn_parse_fail(p, NULL, "a value is needed here, not %s",
                  tn_parse_describe(p));
    return expr_of(p, TN_EXPR_BAD);
}

/* A prefix and what it stands before. */
static struct tn_expr *
parse_prefix(struct tn_parser *p, const char *word,
             struct tn_expr *(*operand)(struct tn_parser *))
{
    struct tn_expr *expr = expr_of(p, TN_EXPR_UNARY);

    expr->word = word;
    expr->sign = p->now.kind;
    if (!tn_parse_push(p)) {
        expr->kind = TN_EXPR_BAD;
        return expr;
    }
    tn_parse_step(p);
    expr->right = operand(p);
    expr->depth = expr->right->depth + 1;
    expr->pos = span(p, expr->pos);
    tn_parse_pop(p);
    return expr;
}

static struct tn_expr *parse_unary(struct tn_parser *p)
{
    struct tn_expr *expr;

    if (tn_parse_is(p, TN_TOKEN_MINUS)) {
        return parse_prefix(p, NULL, parse_unary);
    }
    if (!tn_parse_push(p)) {
        return expr_of(p, TN_EXPR_BAD);
    }
    expr = parse_primary(p);
    tn_parse_pop(p);
    return expr;
}

/* `left` and an operator, whose token is the present one, and its right side;
 * a long chain becomes a deep tree, so that is bounded too. */
static struct tn_expr *
parse_right(struct tn_parser *p, struct tn_expr *left, const char *word,
            struct tn_expr *(*operand)(struct tn_parser *))
{
    struct tn_expr *expr = expr_of(p, TN_EXPR_BINARY);
    struct tn_expr *right;

    expr->sign = p->now.kind;
    expr->word = word;
    expr->left = left;
    if (left->depth >= TN_PARSE_DEPTH_CAP) {
        tn_parse_fail(p, "take it apart", "this expression is too long");
    }
    tn_parse_step(p);
    right = operand(p);
    expr->right = right;
    expr->depth = 1 + (left->depth > right->depth ? left->depth : right->depth);
    expr->pos = span(p, left->pos);
    if (p->is_failed) {
        expr->kind = TN_EXPR_BAD;
    }
    return expr;
}

static struct tn_expr *parse_mul(struct tn_parser *p)
{
    struct tn_expr *expr = parse_unary(p);

    while (!p->is_failed &&
           (tn_parse_is(p, TN_TOKEN_STAR) || tn_parse_is(p, TN_TOKEN_SLASH))) {
        expr = parse_right(p, expr, NULL, parse_unary);
    }
    return expr;
}

static struct tn_expr *parse_add(struct tn_parser *p)
{
    struct tn_expr *expr = parse_mul(p);

    while (!p->is_failed &&
           (tn_parse_is(p, TN_TOKEN_PLUS) || tn_parse_is(p, TN_TOKEN_MINUS))) {
        expr = parse_right(p, expr, NULL, parse_mul);
    }
    return expr;
}

static bool is_comparison(const struct tn_parser *p)
{
    return tn_parse_is(p, TN_TOKEN_SET) ||
           (p->now.kind >= TN_TOKEN_LT && p->now.kind <= TN_TOKEN_NE);
}

static struct tn_expr *parse_comparison(struct tn_parser *p)
{
    struct tn_expr *expr = parse_add(p);

    if (!p->is_failed && is_comparison(p)) {
        expr = parse_right(p, expr, NULL, parse_add);
        if (!p->is_failed && is_comparison(p)) {
            tn_parse_fail(p, "write two of them with `and` between",
                          "comparisons cannot be chained");
        }
    }
    return expr;
}

static struct tn_expr *parse_not(struct tn_parser *p)
{
    if (tn_parse_is_word(p, "not")) {
        return parse_prefix(p, "not", parse_not);
    }
    return parse_comparison(p);
}

static struct tn_expr *parse_and(struct tn_parser *p)
{
    struct tn_expr *expr = parse_not(p);

    while (!p->is_failed && tn_parse_is_word(p, "and")) {
        expr = parse_right(p, expr, "and", parse_not);
    }
    return expr;
}

static struct tn_expr *parse_or(struct tn_parser *p)
{
    struct tn_expr *expr = parse_and(p);

    while (!p->is_failed && tn_parse_is_word(p, "or")) {
        expr = parse_right(p, expr, "or", parse_and);
    }
    return expr;
}

struct tn_expr *tn_parse_expr(struct tn_parser *p)
{
    return parse_or(p);
}

struct tn_expr *tn_parse_sum(struct tn_parser *p)
{
    return parse_add(p);
}

struct tn_expr *tn_parse_factor(struct tn_parser *p)
{
    return parse_unary(p);
}

struct tn_expr *tn_parse_condition(struct tn_parser *p)
{
    return parse_and(p);
}
