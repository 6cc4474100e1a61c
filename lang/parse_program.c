/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <string.h>

#include <tenon/image.h>
#include <tenon/vocabulary.h>

#include "text.h"
#include "vocab.h"

/* Where the next of each list goes. */
struct ends {
    struct tn_program_ast *program;
    struct tn_state *state; /* that is being read, or null */
    struct tn_kind **kind;
    struct tn_number **number;
    struct tn_state **next_state;
    struct tn_reaction **always;
    struct tn_reaction **reaction; /* of what is being read */
};

static bool is_next_word(const struct tn_parser *p, const char *word)
{
    return p->next.kind == TN_TOKEN_NAME && strcmp(p->next.text, word) == 0;
}

/* A word alone: what follows ends the trigger. */
static bool is_alone(const struct tn_parser *p)
{
    switch (p->next.kind) {
    case TN_TOKEN_LINE:
    case TN_TOKEN_OPEN:
    case TN_TOKEN_CLOSE:
    case TN_TOKEN_ARROW:
    case TN_TOKEN_EOF:
        return true;
    case TN_TOKEN_NAME:
        return is_next_word(p, "if") || is_next_word(p, "for") ||
               is_next_word(p, "or");
    default:
        return false;
    }
}

static struct tn_occasion *occasion_of(struct tn_parser *p, enum tn_cause cause)
{
    struct tn_occasion *o = tn_arena_get(&p->front->arena, sizeof(*o));

    o->cause = cause;
    o->pos = p->now.pos;
    o->time_micro = -1;
    return o;
}

/* Something follows a word that nothing can follow. */
static void fail_object(struct tn_parser *p, const char *word)
{
    struct tn_suggest suggest;

    tn_suggest_init(&suggest, word);
    for (const struct tn_vocab_event *e = tn_vocab_events; e->word; e++) {
        if (tn_vocab_get_event(e->word, true)) {
            tn_suggest_post(&suggest, e->word);
        }
    }
    for (const struct tn_vocab_word *r = tn_vocab_relations; r->word; r++) {
        tn_suggest_post(&suggest, r->word);
    }
    tn_parse_fail(
        p,
        suggest.best
            ? tn_arena_print(&p->front->arena, "did you mean %s?", suggest.best)
            : NULL,
        "%s cannot follow `%s`", tn_parse_describe(p), word);
}

static struct tn_occasion *parse_occasion(struct tn_parser *p)
{
    struct tn_occasion *o = occasion_of(p, TN_CAUSE_WORD);
    bool is_name = tn_parse_is(p, TN_TOKEN_NAME) &&
                   !tn_vocab_is_reserved(p->now.text) && !tn_parse_is_look(p);
    bool has_object =
        p->next.kind == TN_TOKEN_NAME && !tn_vocab_is_reserved(p->next.text);

    if (is_name && has_object && tn_vocab_is_later(p->now.text)) {
        tn_parse_later(p);
        return o;
    }
    if (is_name && (is_alone(p) || has_object)) {
        o->word = tn_parse_name(p, "an event");
        if (has_object && tn_vocab_get_event(o->word.text, true)) {
            o->subject = tn_parse_name(p, "a kind, colour or message");
        } else if (has_object) {
            fail_object(p, o->word.text);
        }
        return o;
    }
    o->cause = TN_CAUSE_CONDITION;
    o->condition = tn_parse_condition(p);
    if (!p->is_failed) {
        o->pos = o->condition->pos;
    }
    return o;
}

static void parse_when(struct tn_parser *p, struct tn_reaction *r)
{
    struct tn_occasion **end = &r->occasions;

    tn_parse_step(p);
    do {
        struct tn_occasion *o = parse_occasion(p);

        if (!p->is_failed && tn_parse_take_word(p, "for")) {
            o->time_pos = p->now.pos;
            o->time_micro = tn_parse_quantity(p, TN_DIM_TIME);
        }
        *end = o;
        end = &o->next;
    } while (!p->is_failed && tn_parse_take_word(p, "or"));
    if (!p->is_failed && tn_parse_take_word(p, "if")) {
        r->guard = tn_parse_expr(p);
    }
}

static void parse_timer(struct tn_parser *p, struct tn_reaction *r,
                        enum tn_cause cause)
{
    r->occasions = occasion_of(p, cause);
    tn_parse_step(p);
    r->occasions->time_pos = p->now.pos;
    r->occasions->time_micro = tn_parse_quantity(p, TN_DIM_TIME);
    if (!p->is_failed && tn_parse_take_word(p, "if")) {
        r->guard = tn_parse_expr(p);
    }
}

static void parse_header(struct tn_parser *p, struct tn_reaction *r)
{
    if (tn_parse_is_word(p, "when")) {
        parse_when(p, r);
    } else if (tn_parse_is_word(p, "after")) {
        parse_timer(p, r, TN_CAUSE_AFTER);
    } else if (tn_parse_is_word(p, "every")) {
        parse_timer(p, r, TN_CAUSE_EVERY);
    } else if (tn_parse_is_word(p, "action")) {
        r->occasions = occasion_of(p, TN_CAUSE_ACTION);
        tn_parse_step(p);
        r->occasions->word = tn_parse_new_name(p, "an action");
    } else if (tn_parse_is_word(p, "while")) {
        r->occasions = occasion_of(p, TN_CAUSE_WHILE);
        tn_parse_step(p);
        if (tn_parse_take_word(p, "if")) {
            r->guard = tn_parse_expr(p);
        }
    } else {
        r->occasions = occasion_of(
            p, tn_parse_is_word(p, "enter") ? TN_CAUSE_ENTER : TN_CAUSE_LEAVE);
        tn_parse_step(p);
    }
}

/* `{ }`, `-> STATE`, or both. */
static void parse_effect(struct tn_parser *p, struct tn_reaction *r)
{
    struct tn_stmt **end = &r->body;
    bool has_block = tn_parse_is(p, TN_TOKEN_OPEN);

    if (has_block) {
        r->body = tn_parse_block(p);
        while (*end) {
            end = &(*end)->next;
        }
    }
    if (!p->is_failed && tn_parse_is(p, TN_TOKEN_ARROW)) {
        struct tn_stmt *go = tn_parse_go(p);

        *end = p->is_failed ? NULL : go;
    } else if (!has_block) {
        tn_parse_fail(p, "say what happens: `{ ... }` or `-> STATE`",
                      "`{` or `->` is needed here, not %s",
                      tn_parse_describe(p));
    }
}

static void parse_reaction(struct tn_parser *p, struct ends *ends)
{
    struct tn_reaction *r = tn_arena_get(&p->front->arena, sizeof(*r));

    r->pos = p->now.pos;
    parse_header(p, r);
    if (!p->is_failed && !tn_parse_is(p, TN_TOKEN_OPEN) &&
        !tn_parse_is(p, TN_TOKEN_ARROW)) {
        parse_effect(p, r); /* reports it */
    }
    if (p->is_failed && p->is_unwinding) {
        return;
    }
    if (p->is_failed) {
        /* What is in the block can still be looked at. */
        while (
            !tn_parse_is(p, TN_TOKEN_OPEN) && !tn_parse_is(p, TN_TOKEN_LINE) &&
            !tn_parse_is(p, TN_TOKEN_CLOSE) && !tn_parse_is(p, TN_TOKEN_EOF)) {
            tn_parse_step(p);
        }
        if (!tn_parse_is(p, TN_TOKEN_OPEN)) {
            return;
        }
        p->is_failed = false;
        r->occasions = occasion_of(p, TN_CAUSE_BAD);
        r->guard = NULL;
    }
    parse_effect(p, r);
    *ends->reaction = r;
    ends->reaction = &r->next;
}

static const char *const reactions[] = {"when",  "after", "every", "while",
                                        "enter", "leave", "action"};

static bool is_reaction(const struct tn_parser *p)
{
    for (size_t i = 0; i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        if (tn_parse_is_word(p, reactions[i])) {
            return true;
        }
    }
    return false;
}

static void fail_item(struct tn_parser *p, const char *where,
                      const char *const *items)
{
    struct tn_suggest suggest;

    tn_suggest_init(&suggest, tn_parse_is(p, TN_TOKEN_NAME) ? p->now.text : "");
    for (size_t i = 0; i < sizeof(reactions) / sizeof(reactions[0]); i++) {
        tn_suggest_post(&suggest, reactions[i]);
    }
    for (; *items; items++) {
        tn_suggest_post(&suggest, *items);
    }
    tn_parse_fail(
        p,
        suggest.best
            ? tn_arena_print(&p->front->arena, "did you mean %s?", suggest.best)
            : "begin with when, after, every, while, enter, "
              "leave or action",
        "%s has no place in %s", tn_parse_describe(p), where);
}

static void parse_state(struct tn_parser *p, struct ends *ends);

/* Reactions, and in a state of the first level, states. */
static void parse_body(struct tn_parser *p, struct ends *ends,
                       const char *where)
{
    static const char *const items[] = {"state", NULL};
    struct tn_pos open;

    if (!tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        if (is_reaction(p)) {
            parse_reaction(p, ends);
        } else if (ends->state && tn_parse_is_word(p, "state")) {
            if (ends->state->parent) {
                tn_parse_fail(p, "write it beside the state around it",
                              "states nest one level only");
            } else {
                parse_state(p, ends);
            }
        } else {
            fail_item(p, where, items);
        }
        tn_parse_end(p);
    }
}

static void parse_state(struct tn_parser *p, struct ends *ends)
{
    struct tn_state *state = tn_arena_get(&p->front->arena, sizeof(*state));
    struct ends inner = *ends;

    tn_parse_step(p);
    state->name = tn_parse_new_name(p, "a state");
    if (p->is_failed) {
        return;
    }
    state->parent = ends->state;
    *ends->next_state = state;
    inner.next_state = &state->next;
    inner.state = state;
    inner.reaction = &state->reactions;
    parse_body(p, &inner, "a state");
    ends->next_state = inner.next_state;
}

static void parse_kinds(struct tn_parser *p, struct ends *ends)
{
    tn_parse_step(p);
    do {
        struct tn_kind *kind = tn_arena_get(&p->front->arena, sizeof(*kind));

        kind->name = tn_parse_new_name(p, "a kind");
        if (p->is_failed) {
            return;
        }
        *ends->kind = kind;
        ends->kind = &kind->next;
        tn_parse_take(p, TN_TOKEN_COMMA);
    } while (tn_parse_is(p, TN_TOKEN_NAME));
}

struct tn_quantity tn_parse_start(struct tn_parser *p)
{
    bool is_negative = !p->is_failed && tn_parse_take(p, TN_TOKEN_MINUS);
    struct tn_quantity value = p->now.value;

    if (!p->is_failed && !tn_parse_is(p, TN_TOKEN_NUMBER)) {
        tn_parse_fail(p, NULL, "a plain value is needed here, not %s",
                      tn_parse_describe(p));
    }
    if (p->is_failed) {
        return (struct tn_quantity){0};
    }
    value.micro *= is_negative ? -1 : 1;
    tn_parse_step(p);
    return value;
}

static void parse_number(struct tn_parser *p, struct ends *ends)
{
    struct tn_number *number = tn_parse_number(p);

    if (number) {
        *ends->number = number;
        ends->number = &number->next;
    }
}

static void parse_start(struct tn_parser *p, struct tn_program_ast *program)
{
    if (program->start.text) {
        tn_parse_fail(p, "remove one of them",
                      "`start` has been given already");
        return;
    }
    tn_parse_step(p);
    program->start = tn_parse_name(p, "a state");
}

static void parse_always(struct tn_parser *p, struct ends *ends)
{
    ends->reaction = ends->always;
    parse_body(p, ends, "`always`");
    ends->always = ends->reaction;
}

static void parse_item(struct tn_parser *p, struct ends *ends)
{
    static const char *const items[] = {"kind",   "number", "keep",  "show",
                                        "mood",   "list",   "start", "state",
                                        "always", NULL};

    ends->reaction = ends->always;
    if (is_reaction(p)) {
        parse_reaction(p, ends);
        ends->always = ends->reaction;
    } else if (tn_parse_is_word(p, "kind")) {
        parse_kinds(p, ends);
    } else if (tn_parse_is_number(p)) {
        parse_number(p, ends);
    } else if (tn_parse_is_word(p, "start")) {
        parse_start(p, ends->program);
    } else if (tn_parse_is_word(p, "state")) {
        parse_state(p, ends);
    } else if (tn_parse_take_word(p, "always")) {
        parse_always(p, ends);
    } else {
        fail_item(p,
                  ends->program->kind == TN_IMAGE_TILE     ? "a tile"
                  : ends->program->kind == TN_IMAGE_FIGURE ? "a figure"
                                                           : "`brick`",
                  items);
    }
}

void tn_parse_program(struct tn_parser *p, struct tn_program_ast *program)
{
    struct ends ends = {.program = program,
                        .kind = &program->kinds,
                        .number = &program->numbers,
                        .next_state = &program->states,
                        .always = &program->always};
    struct tn_pos open;

    if (!tn_parse_open(p, &open)) {
        return;
    }
    while (tn_parse_more(p, open)) {
        parse_item(p, &ends);
        tn_parse_end(p);
    }
}
