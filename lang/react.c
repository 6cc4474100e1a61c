/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/image.h>
#include <tenon/vocabulary.h>

/* The trigger byte of an alternative, without the guard's bit. */
static uint32_t trigger_of(const struct tn_unit *unit,
                           const struct tn_occasion *o)
{
    struct tn_meaning meaning;

    switch (o->cause) {
    case TN_CAUSE_ENTER:
        return TN_TRIGGER_ENTER;
    case TN_CAUSE_LEAVE:
        return TN_TRIGGER_LEAVE;
    case TN_CAUSE_WHILE:
        return TN_TRIGGER_WHILE;
    case TN_CAUSE_AFTER:
        return TN_TRIGGER_AFTER;
    case TN_CAUSE_EVERY:
        return TN_TRIGGER_EVERY;
    case TN_CAUSE_ACTION:
        return TN_EVENT_ACTION;
    case TN_CAUSE_CONDITION:
        return o->time_micro >= 0 ? TN_TRIGGER_COND_FOR : TN_TRIGGER_COND;
    default:
        meaning = tn_check_meaning(unit, o);
        return meaning.event ? meaning.event->number : TN_EVENT_MESSAGE;
    }
}

/* The reaction's head: state, trigger, arguments. */
static void put_head(struct tn_unit *unit, const struct tn_occasion *o,
                     uint32_t trigger)
{
    struct tn_code *code = &unit->reactions;
    const struct tn_word *name = o->subject.text ? &o->subject : &o->word;

    tn_code_push(unit, code, trigger);
    switch (trigger & ~TN_TRIGGER_GUARD) {
    case TN_EVENT_ACTION:
    case TN_EVENT_MESSAGE:
    case TN_EVENT_UNHEARD:
    case TN_EVENT_PLACED_OTHER:
    case TN_EVENT_REMOVED_OTHER:
        tn_code_push(unit, code, tn_code_name(unit, name->text, name->pos));
        break;
    case TN_TRIGGER_COND_FOR:
    case TN_TRIGGER_AFTER:
    case TN_TRIGGER_EVERY:
        tn_code_varint(unit, code, (uint32_t)((o->time_micro + 500) / 1000));
        break;
    default:
        break;
    }
}

/* What waits for a condition looks at its `if` when that has come true. */
static void emit_body(struct tn_unit *unit, struct tn_code *body,
                      const struct tn_reaction *r, const struct tn_occasion *o)
{
    bool is_inside = o->cause == TN_CAUSE_CONDITION && r->guard;
    uint32_t skip = 0;

    if (is_inside) {
        tn_emit_expr(unit, body, r->guard, 0);
        tn_code_push(unit, body, TN_OP_JZ);
        tn_code_push(unit, body, 0);
        skip = tn_emit_skip(unit, body);
    }
    tn_emit_block(unit, body, r->body, o->cause == TN_CAUSE_WHILE);
    if (is_inside) {
        tn_emit_land(unit, body, skip, r->pos);
    }
}

static void count_item(struct tn_unit *unit, uint32_t trigger,
                       struct tn_pos pos)
{
    bool is_timer = trigger == TN_TRIGGER_AFTER ||
                    trigger == TN_TRIGGER_EVERY ||
                    trigger == TN_TRIGGER_COND_FOR;

    unit->timer_count += is_timer;
    unit->while_count += trigger == TN_TRIGGER_WHILE;
    if (is_timer && unit->timer_count == TN_TIMER_CAP + 1) {
        tn_problem_error(&unit->front->problems, pos, "remove some",
                         "a program has at most %u of after, every and for",
                         TN_TIMER_CAP);
    }
    if (trigger == TN_TRIGGER_WHILE && unit->while_count == TN_WHILE_CAP + 1) {
        tn_problem_error(&unit->front->problems, pos, "remove some",
                         "a program has at most %u `while` blocks",
                         TN_WHILE_CAP);
    }
}

/* The `if` of an event of a colour: the colour is the event's argument. */
static void emit_colour(struct tn_unit *unit, struct tn_code *guard,
                        const struct tn_occasion *o, bool has_more)
{
    const struct tn_vocab_word *colour =
        tn_vocab_get(tn_vocab_colours, o->subject.text);
    uint32_t reg = has_more ? 1 : 0;

    tn_code_push(unit, guard, TN_OP_LDA);
    tn_code_push(unit, guard, reg);
    tn_code_push(unit, guard, 0);
    tn_code_push(unit, guard, TN_OP_LDV);
    tn_code_push(unit, guard, reg + 1);
    tn_code_number(unit, guard, colour->number * TN_Q16_ONE);
    tn_code_push(unit, guard, TN_OP_EQ);
    tn_code_push(unit, guard, reg << 4 | (reg + 1));
    if (has_more) {
        tn_code_push(unit, guard, TN_OP_AND);
        tn_code_push(unit, guard, reg);
    }
}

/* What must hold: the condition waited for, or the `if`, and the colour. */
static void emit_guard(struct tn_unit *unit, struct tn_code *guard,
                       const struct tn_reaction *r, const struct tn_occasion *o)
{
    const struct tn_expr *condition =
        o->cause == TN_CAUSE_CONDITION ? o->condition : r->guard;

    if (condition) {
        tn_emit_expr(unit, guard, condition, 0);
    }
    if (o->cause == TN_CAUSE_WORD && unit->event &&
        unit->event->subject == TN_SUBJECT_COLOUR) {
        emit_colour(unit, guard, o, condition);
    }
    if (guard->len > 255) {
        tn_problem_error(&unit->front->problems,
                         condition ? condition->pos : o->pos, "make it shorter",
                         "this condition is too long for a brick");
    }
}

static void emit_reaction(struct tn_unit *unit, uint32_t state,
                          struct tn_reaction *r, struct tn_occasion *o)
{
    struct tn_code guard = {0}, body = {0};
    uint32_t trigger = trigger_of(unit, o);

    /* Names mean what they mean for this alternative. */
    tn_check_reaction(unit, r, o);
    count_item(unit, trigger, r->pos);
    emit_guard(unit, &guard, r, o);
    emit_body(unit, &body, r, o);
    if (guard.len > 255) {
        return;
    }
    trigger |= guard.len ? TN_TRIGGER_GUARD : 0;
    tn_code_push(unit, &unit->reactions, state);
    put_head(unit, o, trigger);
    if (guard.len) {
        tn_code_push(unit, &unit->reactions, guard.len);
    }
    tn_code_varint(unit, &unit->reactions, body.len);
    tn_code_append(unit, &unit->reactions, guard.data, guard.len);
    tn_code_append(unit, &unit->reactions, body.data, body.len);
    unit->reactions.full = unit->reactions.full || body.full;
}

static void emit_all(struct tn_unit *unit, uint32_t state,
                     struct tn_reaction *r)
{
    for (; r && !unit->reactions.full; r = r->next) {
        for (struct tn_occasion *o = r->occasions; o; o = o->next) {
            emit_reaction(unit, state, r, o);
        }
    }
}

void tn_react_emit(struct tn_unit *unit)
{
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        if (s->parent) {
            emit_all(unit, s->index, s->reactions);
        }
    }
    for (struct tn_state *s = unit->ast->states; s; s = s->next) {
        if (!s->parent) {
            emit_all(unit, s->index, s->reactions);
        }
    }
    emit_all(unit, TN_STATE_ALWAYS, unit->ast->always);
}
