/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include "text.h"
#include "vocab.h"

static struct tn_stmt *stmt_of(struct tn_parser *p, enum tn_stmt_kind kind)
{
    struct tn_stmt *stmt = tn_arena_get(&p->front->arena, sizeof(*stmt));

    stmt->kind = kind;
    stmt->pos = p->now.pos;
    return stmt;
}

struct tn_stmt *tn_parse_stmt_init(struct tn_parser *p, enum tn_stmt_kind kind)
{
    return stmt_of(p, kind);
}

struct tn_arg *tn_parse_args(struct tn_parser *p, const char *of)
{
    struct tn_arg *first = NULL, **end = &first;

    do {
        struct tn_arg *arg = tn_arena_get(&p->front->arena, sizeof(*arg));

        arg->name = tn_parse_name(p, of);
        if (!p->is_failed && !tn_parse_take(p, TN_TOKEN_SET)) {
            tn_parse_fail(p, "write `with NAME = VALUE`",
                          "`=` is needed here, not %s", tn_parse_describe(p));
        }
        if (p->is_failed) {
            return first;
        }
        arg->value = tn_parse_expr(p);
        *end = arg;
        end = &arg->next;
    } while (tn_parse_take(p, TN_TOKEN_COMMA));
    return first;
}

static struct tn_stmt *parse_stop(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_STOP);

    tn_parse_step(p);
    if (tn_parse_take_word(p, "all")) {
        stmt->kind = TN_STMT_STOP_ALL;
    } else {
        stmt->name = tn_parse_name(p, "a sound (or `all`)");
    }
    return stmt;
}

static struct tn_stmt *parse_glow(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_GLOW);

    tn_parse_step(p);
    if (tn_parse_take_word(p, "off")) {
        stmt->kind = TN_STMT_GLOW_OFF;
        return stmt;
    }
    stmt->light = tn_parse_light_init(p);
    tn_parse_light(p, stmt->light);
    tn_parse_meter(p, stmt);
    return stmt;
}

static struct tn_stmt *parse_ask(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_ASK);

    tn_parse_step(p);
    if (tn_parse_is_word(p, "brick")) {
        stmt->role = (struct tn_word){p->now.text, p->now.pos};
        tn_parse_step(p);
    } else {
        stmt->role = tn_parse_name(p, "a role");
    }
    if (!p->is_failed && !tn_parse_take_word(p, "to")) {
        tn_parse_fail(p, "write `ask ROLE to ACTION`",
                      "`to` is needed here, not %s", tn_parse_describe(p));
    }
    stmt->name = tn_parse_name(p, "an action");
    return stmt;
}

/* A target's word; `all` is reserved elsewhere. */
static struct tn_word parse_target(struct tn_parser *p)
{
    struct tn_word word = {NULL, p->now.pos};

    if (p->is_failed) {
        return word;
    }
    if (!tn_parse_is(p, TN_TOKEN_NAME) ||
        (tn_vocab_is_reserved(p->now.text) && !tn_parse_is_word(p, "all"))) {
        tn_parse_fail(p, "such as all, nearest, aimed or sender",
                      "whom it is for is needed here, not %s",
                      tn_parse_describe(p));
        return word;
    }
    word.text = p->now.text;
    tn_parse_step(p);
    return word;
}

/* What follows the target in a wrong order. */
static void fail_order(struct tn_parser *p)
{
    if (p->is_failed) {
        return;
    }
    if (tn_parse_is_word(p, "with")) {
        tn_parse_fail(
            p, "write `send MESSAGE with NAME = VALUE to ...`",
            "the numbers of a message stand before `to` and `within`");
    } else if (tn_parse_is_word(p, "to")) {
        tn_parse_fail(p, "write `send MESSAGE to ... within LENGTH`",
                      "`to` stands before `within`");
    }
}

static struct tn_stmt *parse_send(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_SEND);

    tn_parse_step(p);
    stmt->name = tn_parse_name(p, "a message");
    if (!p->is_failed && tn_parse_take_word(p, "with")) {
        stmt->args = tn_parse_args(p, "a number of the message");
    }
    if (!p->is_failed && tn_parse_take_word(p, "to")) {
        stmt->target = parse_target(p);
        if (!p->is_failed && tn_parse_take_word(p, "or")) {
            stmt->instead = parse_target(p);
        }
    }
    if (!p->is_failed && tn_parse_take_word(p, "within")) {
        stmt->value = tn_parse_expr(p);
    }
    fail_order(p);
    return stmt;
}

struct tn_stmt *tn_parse_go(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_GO);

    tn_parse_step(p);
    stmt->name = tn_parse_name(p, "a state");
    return stmt;
}

static struct tn_stmt *parse_if(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_IF);

    tn_parse_step(p);
    if (!tn_parse_push(p)) {
        return stmt;
    }
    stmt->value = tn_parse_expr(p);
    stmt->then = tn_parse_block(p);
    if (!p->is_failed && tn_parse_take_word(p, "else")) {
        stmt->otherwise =
            tn_parse_is_word(p, "if") ? parse_if(p) : tn_parse_block(p);
    }
    tn_parse_pop(p);
    return stmt;
}

static struct tn_stmt *parse_assign(struct tn_parser *p)
{
    struct tn_stmt *stmt = stmt_of(p, TN_STMT_ASSIGN);

    stmt->name = tn_parse_name(p, "a number");
    stmt->sign = p->now.kind;
    tn_parse_step(p);
    stmt->value = tn_parse_expr(p);
    return stmt;
}

static const struct {
    const char *word;
    struct tn_stmt *(*parse)(struct tn_parser *p);
} statements[] = {{"play", tn_parse_play},   {"stop", parse_stop},
                  {"glow", parse_glow},      {"ask", parse_ask},
                  {"send", parse_send},      {"if", parse_if},
                  {"after", tn_parse_after}, {"hum", tn_parse_hum},
                  {"fade", tn_parse_fade},   {"volume", tn_parse_volume}};

/* Nothing that a statement can begin with: says what it could be. */
static void fail_stmt(struct tn_parser *p)
{
    static const char *const reactions[] = {"when",  "every", "while",
                                            "enter", "leave", "action"};
    static const char *const more[] = {"pick", "repeat", "once", "add",
                                       "clear"};
    struct tn_suggest suggest;

    for (size_t i = 0; i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        if (tn_parse_is_word(p, reactions[i])) {
            tn_parse_fail(p, "close the block before it",
                          "a reaction (`%s`) cannot stand inside another",
                          reactions[i]);
            return;
        }
    }
    tn_suggest_init(&suggest, tn_parse_is(p, TN_TOKEN_NAME) ? p->now.text : "");
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        tn_suggest_post(&suggest, statements[i].word);
    }
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        tn_suggest_post(&suggest, more[i]);
    }
    tn_parse_fail(
        p,
        suggest.best
            ? tn_arena_print(&p->front->arena, "did you mean %s?", suggest.best)
            : "begin with play, stop, glow, ask, send, if, pick, repeat, "
              "once, `->`, or change a number: `NAME = VALUE`",
        "%s does not begin anything that can be done", tn_parse_describe(p));
}

struct tn_stmt *tn_parse_stmt(struct tn_parser *p)
{
    struct tn_stmt *stmt = tn_parse_value_stmt(p);

    if (stmt) {
        return stmt;
    }
    if (tn_parse_is(p, TN_TOKEN_ARROW)) {
        return tn_parse_go(p);
    }
    if (tn_parse_is(p, TN_TOKEN_NAME)) {
        bool is_number = p->next.kind >= TN_TOKEN_SET &&
                         p->next.kind <= TN_TOKEN_DIV &&
                         !tn_vocab_is_reserved(p->now.text);

        for (size_t i = 0;
             !is_number && i < sizeof(statements) / sizeof(statements[0]);
             i++) {
            if (strcmp(p->now.text, statements[i].word) == 0) {
                return statements[i].parse(p);
            }
        }
        if (p->next.kind >= TN_TOKEN_SET && p->next.kind <= TN_TOKEN_DIV) {
            return parse_assign(p);
        }
    }
    fail_stmt(p);
    return stmt_of(p, TN_STMT_STOP_ALL);
}

struct tn_stmt *tn_parse_block(struct tn_parser *p)
{
    struct tn_stmt *first = NULL, **end = &first;
    struct tn_pos open;

    if (!tn_parse_open(p, &open)) {
        return NULL;
    }
    while (tn_parse_more(p, open)) {
        struct tn_stmt *stmt = tn_parse_stmt(p);

        if (!p->is_failed) {
            *end = stmt;
            end = &stmt->next;
        }
        tn_parse_end(p);
    }
    return first;
}
