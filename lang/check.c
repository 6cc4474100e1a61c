/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/hash.h>
#include <tenon/image.h>
#include <tenon/vocabulary.h>

#define STEP_MICRO 4000 /* a brick's step */

/* Notes a name that images share; two with one hash could not be told apart. */
static void share(struct tn_front *front, enum tn_sort sort,
                  const struct tn_word *word)
{
    uint32_t hash =
        tn_hash_fnv32(TN_FNV32_START, word->text, strlen(word->text));
    char *key = tn_arena_print(&front->arena, "%08x", (unsigned)hash);
    const struct tn_word *known =
        tn_table_get(&front->names, TN_SORT_HASH, key);

    if (!known) {
        tn_table_push(&front->names, TN_SORT_HASH, key, (void *)word);
    } else if (strcmp(known->text, word->text) != 0) {
        tn_problem_error(&front->problems, word->pos, "choose another name",
                         "`%s` and `%s` cannot be told apart by a brick",
                         word->text, known->text);
    }
    if (sort != TN_SORT_MESSAGE &&
        !tn_table_get(&front->names, sort, word->text)) {
        tn_table_push(&front->names, sort, word->text, (void *)word);
    }
}

static void share_actions(struct tn_front *front, struct tn_reaction *reaction)
{
    for (; reaction; reaction = reaction->next) {
        if (reaction->occasions->cause == TN_CAUSE_ACTION) {
            share(front, TN_SORT_ACTION, &reaction->occasions->word);
        }
    }
}

static void share_program(struct tn_front *front,
                          struct tn_program_ast *program)
{
    if (program->kind != TN_IMAGE_BRICK) { /* which has no name of its own */
        share(front, TN_SORT_KIND, &program->name);
    }
    for (struct tn_number *n = program->numbers; n; n = n->next) {
        if (n->is_shown) {
            share(front, TN_SORT_SHOWN, &n->name);
        }
    }
    tn_check_shown(front, program);
    for (struct tn_kind *kind = program->kinds; kind; kind = kind->next) {
        share(front, TN_SORT_KIND, &kind->name);
    }
    for (struct tn_state *s = program->states; s; s = s->next) {
        share(front, TN_SORT_STATE, &s->name);
        share_actions(front, s->reactions);
    }
    share_actions(front, program->always);
}

static void warn_hidden(struct tn_front *front, const struct tn_word *word,
                        const char *of)
{
    tn_problem_warn(&front->problems, word->pos,
                    "choose another name if you need both",
                    "`%s` hides the %s of that name", word->text, of);
}

/* The set's own things: sounds and lights to bytes, messages. */
static void check_entry(struct tn_front *front, const struct tn_entry *entry)
{
    const struct tn_word *word = entry->value;

    switch (entry->sort) {
    case TN_SORT_SOUND:
        if (((const struct tn_sound *)entry->value)->is_tune) {
            tn_patch_tune(front, entry->value);
        } else {
            tn_patch_sound(front, entry->value);
        }
        break;
    case TN_SORT_LIGHT:
        tn_patch_light(front, entry->value);
        if (tn_vocab_get(tn_vocab_colours, word->text)) {
            warn_hidden(front, word, "colour");
        }
        break;
    case TN_SORT_MESSAGE:
        share(front, TN_SORT_MESSAGE, word);
        if (tn_vocab_get_event(word->text, false) ||
            tn_vocab_get(tn_vocab_signals, word->text)) {
            warn_hidden(front, word, "event or value");
        }
        break;
    default:
        break;
    }
}

void tn_check_names(struct tn_front *front)
{
    uint32_t count = front->names.count;

    tn_check_likes(front);
    for (uint32_t i = 0; i < count; i++) {
        struct tn_entry entry = front->names.entries[i];

        check_entry(front, &entry);
    }
    for (uint32_t i = 0; i < front->common.count; i++) {
        struct tn_entry entry = front->common.entries[i];

        check_entry(front, &entry);
    }
    for (struct tn_program_ast *p = front->ast.programs; p; p = p->next) {
        share_program(front, p);
    }
}

static void declare(struct tn_unit *unit, enum tn_sort sort,
                    const struct tn_word *word, void *value)
{
    const struct tn_word *known = tn_table_get(&unit->names, sort, word->text);

    if (!known) {
        tn_table_push(&unit->names, sort, word->text, value);
        return;
    }
    tn_problem_error(&unit->front->problems, word->pos, "choose another name",
                     "`%s` is already there, in line %u", word->text,
                     known->pos.line);
}

static void declare_all(struct tn_unit *unit)
{
    struct tn_problems *problems = &unit->front->problems;

    for (struct tn_number *n = unit->ast->numbers; n; n = n->next) {
        if (unit->number_count == TN_NUMBER_CAP) {
            tn_problem_error(problems, n->name.pos, "remove some",
                             "a program has at most %u numbers", TN_NUMBER_CAP);
        }
        n->index = (uint8_t)unit->number_count++;
        declare(unit, TN_SORT_NUMBER, &n->name, n);
        if (tn_vocab_get(tn_vocab_signals, n->name.text) ||
            tn_vocab_get_event(n->name.text, false)) {
            warn_hidden(unit->front, &n->name, "event or value");
        }
    }
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        if (unit->state_count == TN_STATE_CAP) {
            tn_problem_error(problems, s->name.pos, "remove some",
                             "a program has at most %u states", TN_STATE_CAP);
        }
        s->index = (uint8_t)unit->state_count++;
        declare(unit, TN_SORT_STATE, &s->name, s);
    }
}

struct tn_meaning tn_check_meaning(const struct tn_unit *unit,
                                   const struct tn_occasion *occasion)
{
    const char *word = occasion->word.text;
    const struct tn_vocab_word *signal;
    struct tn_meaning meaning = {0};

    if (occasion->subject.text) {
        meaning.event = tn_vocab_get_event(word, true);
        if (meaning.event && meaning.event->subject == TN_SUBJECT_NAME) {
            meaning.message = tn_table_get(&unit->front->names, TN_SORT_MESSAGE,
                                           occasion->subject.text);
        }
        return meaning;
    }
    meaning.is_condition = tn_table_get(&unit->names, TN_SORT_NUMBER, word);
    if (meaning.is_condition) {
        return meaning;
    }
    meaning.message = tn_table_get(&unit->front->names, TN_SORT_MESSAGE, word);
    if (meaning.message) {
        return meaning;
    }
    meaning.event = tn_vocab_get_event(word, false);
    signal = tn_vocab_get(tn_vocab_signals, word);
    meaning.is_condition = !meaning.event && signal;
    return meaning;
}

static void report_event(struct tn_unit *unit, const struct tn_word *word)
{
    struct tn_front *front = unit->front;
    struct tn_suggest suggest;
    const char *what;

    if (tn_check_look_alone(unit, word)) {
        return;
    }
    if (tn_vocab_get_event(word->text, true)) {
        bool is_colour =
            tn_vocab_get_event(word->text, true)->subject == TN_SUBJECT_COLOUR;

        tn_problem_error(
            &front->problems, word->pos,
            tn_arena_print(&front->arena, "say which: %s %s", word->text,
                           is_colour ? "red" : "MESSAGE"),
            "`%s` needs %s", word->text, is_colour ? "a colour" : "a message");
        return;
    }
    if (tn_vocab_is_later(word->text)) {
        tn_problem_error(&front->problems, word->pos, TN_PARSE_LATER,
                         "`%s` is not understood by this version", word->text);
        return;
    }
    tn_suggest_init(&suggest, word->text);
    tn_check_suggest(&suggest, &front->names, TN_SORT_MESSAGE);
    for (const struct tn_vocab_event *e = tn_vocab_events; e->word; e++) {
        tn_suggest_post(&suggest, e->word);
    }
    for (const struct tn_vocab_word *w = tn_vocab_signals; w->word; w++) {
        if (w->dimension == TN_DIM_LOGIC) {
            tn_suggest_post(&suggest, w->word);
        }
    }
    what = tn_check_mean(front, &suggest);
    tn_problem_error(&front->problems, word->pos,
                     what ? what
                          : "declare it if it is a message: message NAME",
                     "nothing called `%s` can happen", word->text);
}

/* `sees red`: a colour of the vocabulary, and one that a brick can see. */
static void check_colour(struct tn_unit *unit, struct tn_occasion *o)
{
    struct tn_front *front = unit->front;
    const char *name = o->subject.text;
    const struct tn_vocab_word *colour = tn_vocab_get(tn_vocab_colours, name);
    struct tn_suggest suggest;
    const char *what;

    if (!colour) {
        tn_suggest_init(&suggest, name);
        for (const struct tn_vocab_word *c = tn_vocab_colours; c->word; c++) {
            tn_suggest_post(&suggest, c->word);
        }
        what = tn_check_mean(front, &suggest);
        tn_problem_error(&front->problems, o->subject.pos,
                         what ? what : "a brick sees red, green and blue",
                         "there is no colour `%s`", name);
        o->cause = TN_CAUSE_BAD;
    } else if (!tn_vocab_is_seen(colour->number)) {
        tn_problem_warn(&front->problems, o->subject.pos,
                        "a brick sees red, green and blue",
                        "no brick can tell `%s` when it sees it", name);
    }
}

/* The word as a value: `when still`. */
static void make_condition(struct tn_unit *unit, struct tn_occasion *o)
{
    struct tn_expr *expr = tn_arena_get(&unit->front->arena, sizeof(*expr));

    expr->kind = TN_EXPR_NAME;
    expr->pos = o->pos;
    expr->name = o->word;
    expr->depth = 1;
    o->condition = expr;
    o->cause = TN_CAUSE_CONDITION;
}

static void check_time(struct tn_unit *unit, const struct tn_occasion *o)
{
    if (o->time_micro >= 0 && o->time_micro < STEP_MICRO &&
        (o->cause == TN_CAUSE_EVERY || o->cause == TN_CAUSE_CONDITION)) {
        tn_problem_error(&unit->front->problems, o->time_pos,
                         "choose a longer time",
                         "a brick looks every 4 ms; this is shorter");
    }
    if (o->time_micro >= 0 && o->cause == TN_CAUSE_WORD) {
        tn_problem_error(&unit->front->problems, o->time_pos,
                         "remove `for`, or wait for something that lasts, such "
                         "as still",
                         "`%s` happens in a moment, so it has no `for`",
                         o->word.text);
    }
}

/* Finds out what an alternative waits for. */
static void check_occasion(struct tn_unit *unit, struct tn_occasion *o)
{
    unit->event = NULL;
    unit->message = NULL;
    if (o->cause == TN_CAUSE_WORD) {
        struct tn_meaning meaning = tn_check_meaning(unit, o);

        unit->event = meaning.event;
        if (meaning.is_condition) {
            make_condition(unit, o);
        } else if (!meaning.event && !meaning.message) {
            report_event(unit, &o->word);
            o->cause = TN_CAUSE_BAD;
        } else if (meaning.event &&
                   meaning.event->subject == TN_SUBJECT_COLOUR) {
            check_colour(unit, o);
        } else if (meaning.event && meaning.event->subject == TN_SUBJECT_NAME &&
                   !tn_check_message(unit, &o->subject)) {
            o->cause = TN_CAUSE_BAD;
        }
    }
    if (o->cause == TN_CAUSE_CONDITION) {
        unit->is_waiting = true;
        tn_check_expr(unit, o->condition, TN_DIM_LOGIC);
        unit->is_waiting = false;
        if (o->condition->kind == TN_EXPR_BAD) {
            o->cause = TN_CAUSE_BAD;
        }
    }
}

void tn_check_reaction(struct tn_unit *unit, struct tn_reaction *r,
                       const struct tn_occasion *o)
{
    unit->place = o->cause == TN_CAUSE_WHILE   ? TN_PLACE_WHILE
                  : o->cause == TN_CAUSE_LEAVE ? TN_PLACE_LEAVE
                                               : TN_PLACE_BODY;
    unit->event = NULL;
    unit->message = NULL;
    unit->has_sender = o->cause == TN_CAUSE_ACTION;
    if (o->cause == TN_CAUSE_WORD) {
        struct tn_meaning meaning = tn_check_meaning(unit, o);

        unit->event = meaning.event;
        unit->message = meaning.message;
        unit->has_sender = meaning.message && !meaning.event;
    }
    if (r->guard) {
        tn_check_expr(unit, r->guard, TN_DIM_LOGIC);
    }
    tn_check_block(unit, r->body);
}

static void check_reactions(struct tn_unit *unit, struct tn_reaction *r)
{
    for (; r && !tn_problem_is_full(&unit->front->problems); r = r->next) {
        for (struct tn_occasion *o = r->occasions; o; o = o->next) {
            check_occasion(unit, o);
            check_time(unit, o);
            unit->reaction_count++;
            if (unit->reaction_count <= TN_REACTION_CAP) {
                tn_check_reaction(unit, r, o);
            }
        }
    }
}

static void check_start(struct tn_unit *unit)
{
    const struct tn_word *start = &unit->ast->start;
    struct tn_state *state = unit->ast->states;
    struct tn_suggest suggest;
    const char *what;

    if (start->text) {
        state = tn_table_get(&unit->names, TN_SORT_STATE, start->text);
        if (!state) {
            tn_suggest_init(&suggest, start->text);
            tn_check_suggest(&suggest, &unit->names, TN_SORT_STATE);
            what = tn_check_mean(unit->front, &suggest);
            tn_problem_error(&unit->front->problems, start->pos,
                             what ? what : "declare it: state NAME { ... }",
                             "`%s` has no state `%s`", unit->ast->name.text,
                             start->text);
        }
    }
    if (state) {
        state->is_reached = true;
    }
}

static void warn_states(struct tn_unit *unit)
{
    struct tn_problems *problems = &unit->front->problems;

    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        if (s->is_reached && s->parent) {
            s->parent->is_reached = true;
        }
    }
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        if (!s->is_reached) {
            tn_problem_warn(problems, s->name.pos,
                            "lead there with `->`, or remove it",
                            "nothing leads to the state `%s`", s->name.text);
        }
    }
}

void tn_check_program(struct tn_unit *unit)
{
    tn_table_init(&unit->names, &unit->front->arena);
    declare_all(unit);
    tn_check_numbers(unit);
    tn_check_lists(unit);
    check_start(unit);
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        check_reactions(unit, s->reactions);
    }
    check_reactions(unit, unit->ast->always);
    if (unit->reaction_count > TN_REACTION_CAP) {
        tn_problem_error(&unit->front->problems, unit->ast->name.pos,
                         "remove some; `or` counts as one more",
                         "`%s` has %u reactions; a program has at most %u",
                         unit->ast->name.text, (unsigned)unit->reaction_count,
                         TN_REACTION_CAP);
    }
    warn_states(unit);
}
