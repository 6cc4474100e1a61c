/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include <tenon/config.h>
#include <tenon/vocabulary.h>

#include "vocab.h"

/* Dice, blocks that are repeated, lists, moods, numbers that are shown. Their
 * words are not reserved: they mean this only where the grammar says. */

static bool is_next_word(const struct tn_parser *p, const char *word)
{
    return p->next.kind == TN_TOKEN_NAME && strcmp(p->next.text, word) == 0;
}

static bool is_free_word(const struct tn_token *token)
{
    return token->kind == TN_TOKEN_NAME && !tn_vocab_is_reserved(token->text);
}

bool tn_parse_is_list(const struct tn_parser *p)
{
    if (!is_free_word(&p->now)) {
        return false;
    }
    return is_next_word(p, "has") ||
           (tn_parse_is_word(p, "count") && is_next_word(p, "of")) ||
           (tn_parse_is_word(p, "item") &&
            (p->next.kind == TN_TOKEN_NUMBER || p->next.kind == TN_TOKEN_LEFT ||
             (is_free_word(&p->next) && !is_next_word(p, "of")) ||
             is_next_word(p, "any")));
}

void tn_parse_list_value(struct tn_parser *p, struct tn_expr *expr)
{
    bool is_count = tn_parse_is_word(p, "count");
    bool is_has = is_next_word(p, "has");

    if (is_has) {
        expr->kind = TN_EXPR_HAS;
        expr->name = tn_parse_name(p, "a list");
        tn_parse_step(p);
        expr->right = tn_parse_sum(p);
    } else {
        expr->kind = is_count ? TN_EXPR_COUNT : TN_EXPR_ITEM;
        tn_parse_step(p);
        if (!is_count) {
            expr->right = tn_parse_sum(p);
        }
        if (!p->is_failed && !tn_parse_take_word(p, "of")) {
            tn_parse_fail(p, "write `item N of LIST`",
                          "`of` is needed here, not %s", tn_parse_describe(p));
        }
        expr->name = tn_parse_name(p, "a list");
    }
    if (expr->right) {
        expr->depth = expr->right->depth + 1;
    }
}

/* `any A..B`; the word is there. */
void tn_parse_any(struct tn_parser *p, struct tn_expr *expr)
{
    uint32_t left, right;

    expr->kind = TN_EXPR_ANY;
    tn_parse_step(p);
    expr->left = tn_parse_factor(p);
    if (!p->is_failed && !tn_parse_take(p, TN_TOKEN_RANGE)) {
        tn_parse_fail(p, "write `any 1..6`", "`..` is needed here, not %s",
                      tn_parse_describe(p));
    }
    expr->right =
        p->is_failed ? tn_parse_expr_init(p, TN_EXPR_BAD) : tn_parse_factor(p);
    left = expr->left->depth;
    right = expr->right->depth;
    expr->depth = 1 + (left > right ? left : right);
}

/* `X.n`; X is taken, the dot is there. */
void tn_parse_field(struct tn_parser *p, struct tn_expr *expr)
{
    tn_parse_step(p);
    expr->kind = TN_EXPR_FIELD;
    expr->state = tn_parse_name(p, "a shown number (or `id`)");
}

static struct tn_stmt *parse_pick(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_PICK);
    struct tn_stmt *list, **end;
    struct tn_pos open;

    tn_parse_step(p);
    if (!tn_parse_open(p, &open)) {
        return stmt;
    }
    list = tn_parse_stmt_init(p, TN_STMT_LIST);
    stmt->then = list;
    end = &list->then;
    while (tn_parse_more(p, open)) {
        struct tn_stmt *next;

        if (tn_parse_take(p, TN_TOKEN_BAR)) {
            list->next = tn_parse_stmt_init(p, TN_STMT_LIST);
            list = list->next;
            end = &list->then;
            continue;
        }
        next = tn_parse_stmt(p);
        if (!p->is_failed) {
            *end = next;
            end = &next->next;
        }
        p->has_bars = true;
        tn_parse_end(p);
        p->has_bars = false;
    }
    return stmt;
}

static struct tn_stmt *parse_repeat(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_REPEAT);
    int64_t micro;

    tn_parse_step(p);
    stmt->name.pos = p->now.pos;
    if (!tn_parse_is(p, TN_TOKEN_NUMBER)) {
        tn_parse_fail(p, "write a number down: `repeat 3 { ... }`",
                      "how often is needed here, not %s", tn_parse_describe(p));
        return stmt;
    }
    micro = tn_parse_quantity(p, TN_DIM_COUNT);
    /* What is not whole is too much, for the checker. */
    stmt->count = micro % 1000000 ? UINT32_MAX : (uint32_t)(micro / 1000000);
    stmt->then = tn_parse_block(p);
    return stmt;
}

static struct tn_stmt *parse_once(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_ONCE);

    tn_parse_step(p);
    stmt->then = tn_parse_block(p);
    return stmt;
}

static struct tn_stmt *parse_chance(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_CHANCE);

    if (!tn_parse_push(p)) {
        return stmt;
    }
    stmt->value = tn_parse_factor(p);
    tn_parse_take_word(p, "chance");
    stmt->then = tn_parse_block(p);
    if (!p->is_failed && tn_parse_take_word(p, "else")) {
        stmt->otherwise =
            tn_parse_is_word(p, "if") ? tn_parse_stmt(p) : tn_parse_block(p);
    }
    tn_parse_pop(p);
    return stmt;
}

static struct tn_stmt *parse_add(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_ADD);

    tn_parse_step(p);
    stmt->value = tn_parse_expr(p);
    if (!p->is_failed && !tn_parse_take_word(p, "to")) {
        tn_parse_fail(p, "write `add VALUE to LIST`",
                      "`to` is needed here, not %s", tn_parse_describe(p));
    }
    stmt->name = tn_parse_name(p, "a list");
    return stmt;
}

static struct tn_stmt *parse_clear(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_stmt_init(p, TN_STMT_CLEAR);

    tn_parse_step(p);
    stmt->name = tn_parse_name(p, "a list");
    return stmt;
}

struct tn_stmt *tn_parse_value_stmt(struct tn_parser *p)
{
    bool is_change =
        p->next.kind >= TN_TOKEN_SET && p->next.kind <= TN_TOKEN_DIV;

    if (is_next_word(p, "chance") &&
        (tn_parse_is(p, TN_TOKEN_NUMBER) || is_free_word(&p->now))) {
        return parse_chance(p);
    }
    if (tn_parse_is_word(p, "pick")) {
        return parse_pick(p);
    }
    if (tn_parse_is_word(p, "repeat")) {
        return parse_repeat(p);
    }
    if (tn_parse_is_word(p, "once")) {
        return parse_once(p);
    }
    if (tn_parse_is_word(p, "add") && !is_change) {
        return parse_add(p);
    }
    if (tn_parse_is_word(p, "clear") && !is_change) {
        return parse_clear(p);
    }
    return NULL;
}

bool tn_parse_is_number(const struct tn_parser *p)
{
    static const char *const words[] = {"number", "keep", "show", "mood",
                                        "list"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (tn_parse_is_word(p, words[i])) {
            return true;
        }
    }
    return false;
}

/* `mood NAME decays over TIME`; the first word is taken. */
static void parse_mood(struct tn_parser *p, struct tn_number *number)
{
    number->is_mood = true;
    number->has_dimension = true;
    number->value.dimension = TN_DIM_RATIO;
    number->name = tn_parse_new_name(p, "a mood");
    if (!p->is_failed &&
        !(tn_parse_take_word(p, "decays") && tn_parse_take_word(p, "over"))) {
        tn_parse_fail(p, "write `mood NAME decays over 20 s`",
                      "how a mood falls is needed here, not %s",
                      tn_parse_describe(p));
    }
    number->value_pos = p->now.pos;
    if (!p->is_failed) {
        number->fall_micro = tn_parse_quantity(p, TN_DIM_TIME);
    }
}

/* `list NAME of PLACES`; the first word is taken. */
static void parse_list(struct tn_parser *p, struct tn_number *number)
{
    int64_t places;

    number->name = tn_parse_new_name(p, "a list");
    if (!p->is_failed && !tn_parse_take_word(p, "of")) {
        tn_parse_fail(p, "write `list NAME of 8`",
                      "a list needs a number of places");
    }
    number->value_pos = p->now.pos;
    if (p->is_failed) {
        return;
    }
    places = tn_parse_quantity(p, TN_DIM_COUNT);
    if (!p->is_failed && (places % 1000000 || places < 1000000 ||
                          places > TN_PLACE_CAP * 1000000ll)) {
        tn_problem_error(&p->front->problems, number->value_pos, NULL,
                         "a list has 1 to %u places", TN_PLACE_CAP);
        places = 1000000;
    }
    number->places = (uint8_t)(places / 1000000);
}

/* `number NAME = VALUE`, what stands before it is taken. */
static void parse_plain(struct tn_parser *p, struct tn_number *number)
{
    if (!tn_parse_take_word(p, "number")) {
        tn_parse_fail(p,
                      tn_arena_print(&p->front->arena,
                                     "write `%s number NAME = VALUE`",
                                     number->is_shown ? "show" : "keep"),
                      "`number` is needed here, not %s", tn_parse_describe(p));
    }
    number->name = tn_parse_new_name(p, "a number");
    if (!p->is_failed && !tn_parse_take(p, TN_TOKEN_SET)) {
        tn_parse_fail(p, "write `number NAME = VALUE`",
                      "a number needs a value to start with");
    }
    number->value_pos = p->now.pos;
    number->value = tn_parse_start(p);
    number->has_dimension = true;
}

struct tn_number *tn_parse_number(struct tn_parser *p)
{
    struct tn_number *number = tn_arena_get(&p->front->arena, sizeof(*number));

    number->is_shown = tn_parse_take_word(p, "show");
    number->is_kept = tn_parse_take_word(p, "keep");
    number->is_shown = tn_parse_take_word(p, "show") || number->is_shown;
    if (!number->is_kept && tn_parse_take_word(p, "mood")) {
        parse_mood(p, number);
    } else if (!number->is_kept && !number->is_shown &&
               tn_parse_take_word(p, "list")) {
        parse_list(p, number);
    } else {
        parse_plain(p, number);
    }
    return p->is_failed ? NULL : number;
}

void tn_parse_like(struct tn_parser *p, struct tn_program_ast *program)
{
    struct tn_number **end = &program->changes;
    struct tn_pos open;

    program->like = tn_parse_name(p, "a tile or figure");
    if (p->is_failed || !tn_parse_is(p, TN_TOKEN_OPEN) ||
        !tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        struct tn_number *change =
            tn_arena_get(&p->front->arena, sizeof(*change));

        change->name = tn_parse_name(p, "a number");
        if (!p->is_failed && !tn_parse_take(p, TN_TOKEN_SET)) {
            tn_parse_fail(p, "write `NAME = VALUE`",
                          "only what its numbers start with may stand here");
        }
        change->value_pos = p->now.pos;
        change->value = tn_parse_start(p);
        if (!p->is_failed) {
            *end = change;
            end = &change->next;
        }
        tn_parse_end(p);
    }
}
