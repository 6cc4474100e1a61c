/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/assert.h>

#include "machine.h"

/* The states that hold, innermost first; TN_STATE_ALWAYS is the last. */
struct scopes {
    uint8_t list[3];
    uint8_t count;
};

static struct tn_program *get_program(const struct tn_run *run)
{
    return &run->play->programs[run->slot];
}

static uint8_t get_parent(const struct tn_program *program, uint8_t state)
{
    return program->image[program->states_at + 2u * state];
}

static uint8_t get_outer(const struct tn_program *program, uint8_t state)
{
    uint8_t parent = get_parent(program, state);

    return parent == TN_STATE_NONE ? state : parent;
}

static struct scopes get_scopes(const struct tn_program *program)
{
    struct scopes scopes = {{program->state, 0, 0}, 1};
    uint8_t parent = get_parent(program, program->state);

    if (parent != TN_STATE_NONE) {
        scopes.list[scopes.count++] = parent;
    }
    scopes.list[scopes.count++] = TN_STATE_ALWAYS;
    return scopes;
}

/* The chain's first reaction of `state` at or after `r`. */
static uint8_t find_next(const struct tn_program *program, uint8_t r,
                         uint8_t state)
{
    while (r != TN_CHAIN_END &&
           program->image[program->reaction_at[r]] != state) {
        r = program->next[r];
    }
    return r;
}

static void open_reaction(struct tn_run *run, uint8_t r,
                          struct tn_reaction *reaction)
{
    const struct tn_program *program = get_program(run);
    struct tn_bytes b = tn_bytes_of(program->image, program->len);
    enum tn_err err;

    b.at = program->reaction_at[r];
    err = tn_play_decode(&b, reaction);
    TN_ASSERT(!err);
    (void)err;
    run->work += TN_COST_REACTION;
}

static bool is_guard_true(struct tn_run *run,
                          const struct tn_reaction *reaction)
{
    if (!reaction->guarded) {
        return true;
    }
    tn_play_run(run, reaction->guard_at, reaction->body_at);
    return run->regs[0] != 0 && run->regs[0] != TN_UNKNOWN;
}

/* Names of messages and actions are compared; for other tags the event says
 * by a bit which of this program's names are theirs. */
static bool is_meant(const struct tn_run *run,
                     const struct tn_reaction *reaction)
{
    const struct tn_event *event = run->event;

    if (!reaction->named) {
        return true;
    }
    TN_ASSERT(event);
    if (event->number == TN_EVENT_ACTION || event->number == TN_EVENT_MESSAGE) {
        return tn_play_get_name(get_program(run), reaction->name) ==
               event->name;
    }
    return (event->name >> reaction->name) & 1u;
}

static bool react_to(struct tn_run *run, uint8_t r)
{
    struct tn_reaction reaction;

    open_reaction(run, r, &reaction);
    if (!is_meant(run, &reaction) || !is_guard_true(run, &reaction)) {
        return false;
    }
    tn_play_run(run, reaction.body_at, reaction.end_at);
    return true;
}

/* All reactions of one state in a chain, in the order written. */
static bool react_in(struct tn_run *run, uint8_t chain, uint8_t state)
{
    const struct tn_program *program = get_program(run);
    uint8_t r = find_next(program, program->head[chain], state);
    bool any = false;

    while (r != TN_CHAIN_END) {
        any = react_to(run, r) || any;
        r = find_next(program, program->next[r], state);
    }
    return any;
}

bool tn_play_react(struct tn_run *run, uint8_t chain)
{
    struct scopes scopes = get_scopes(get_program(run));
    bool any = false;

    for (uint8_t i = 0; i < scopes.count; i++) {
        any = react_in(run, chain, scopes.list[i]) || any;
    }
    return any;
}

static void arm_timers(struct tn_run *run, uint8_t state, uint64_t at_us)
{
    struct tn_program *program = get_program(run);
    uint8_t r = find_next(program, program->head[TN_CHAIN_TIMER], state);

    while (r != TN_CHAIN_END) {
        struct tn_reaction reaction;

        open_reaction(run, r, &reaction);
        program->due_us[program->item[r]] = at_us + reaction.time_ms * 1000ull;
        r = find_next(program, program->next[r], state);
    }
}

/* A state's timers stop; its conditions fire anew on the next entry. */
static void disarm(struct tn_program *program, uint8_t chain, uint8_t state)
{
    uint8_t r = find_next(program, program->head[chain], state);

    while (r != TN_CHAIN_END) {
        if (program->item[r] != TN_ITEM_NONE) {
            program->due_us[program->item[r]] = UINT64_MAX;
        }
        program->held &= ~(1ull << r);
        r = find_next(program, program->next[r], state);
    }
}

/* A `while` block stops being active: its sounds and its light end. */
static void release(struct tn_run *run, uint8_t key)
{
    struct tn_program *program = get_program(run);
    uint16_t bit = (uint16_t)(1u << key);

    if (!(program->active & bit)) {
        return;
    }
    program->active &= (uint16_t)~bit;
    run->key = key;
    tn_play_emit(run, TN_EFFECT_RELEASE, 0, 0);
    if (program->light_key == key) {
        tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
        program->light_key = TN_KEY_NONE;
    }
    run->key = TN_KEY_NONE;
}

static void release_all(struct tn_run *run, uint8_t state)
{
    const struct tn_program *program = get_program(run);
    uint8_t r = find_next(program, program->head[TN_CHAIN_WHILE], state);

    while (r != TN_CHAIN_END) {
        release(run, program->item[r]);
        r = find_next(program, program->next[r], state);
    }
}

static void enter(struct tn_run *run, uint8_t state, uint64_t at_us)
{
    arm_timers(run, state, at_us);
    (void)react_in(run, TN_CHAIN_ENTER, state);
}

static void leave(struct tn_run *run, uint8_t state)
{
    struct tn_program *program = get_program(run);

    (void)react_in(run, TN_CHAIN_LEAVE, state);
    disarm(program, TN_CHAIN_TIMER, state);
    disarm(program, TN_CHAIN_COND, state);
    release_all(run, state);
}

/* Enters the start state, as of the time of loading. */
void tn_play_begin(struct tn_run *run)
{
    struct tn_program *program = get_program(run);
    uint8_t outer = get_outer(program, program->state);
    uint64_t at_us = program->entered_us[0];

    run->event = NULL;
    program->begun = 1;
    enter(run, TN_STATE_ALWAYS, at_us);
    enter(run, outer, at_us);
    if (outer != program->state) {
        enter(run, program->state, at_us);
    }
}

/* Leaves all states for good. */
void tn_play_end(struct tn_run *run)
{
    struct tn_program *program = get_program(run);
    struct scopes scopes = get_scopes(program);

    run->event = NULL;
    for (uint8_t i = 0; i < scopes.count; i++) {
        leave(run, scopes.list[i]);
    }
}

/* Takes the change of state that the program asked for. */
void tn_play_change(struct tn_run *run)
{
    struct tn_program *program = get_program(run);
    uint8_t from = program->state;
    uint8_t to = program->wanted;
    uint8_t outer_from = get_outer(program, from);
    uint8_t outer_to = get_outer(program, to);
    bool is_outer_left =
        outer_from != outer_to || (from == to && outer_from == from);

    run->event = NULL;
    if (outer_from != from) {
        leave(run, from);
    }
    if (is_outer_left) {
        leave(run, outer_from);
    }
    program->state = to;
    program->wanted = TN_STATE_NONE;
    if (is_outer_left) {
        program->entered_us[0] = run->now_us;
        enter(run, outer_to, run->now_us);
    }
    if (outer_to != to) {
        program->entered_us[1] = run->now_us;
        enter(run, to, run->now_us);
    }
    run->changed |= (uint8_t)(1u << run->slot);
    run->play->unsettled = 1;
}

/* Whether a condition that holds fires now. */
static bool is_firing(struct tn_run *run, uint8_t r,
                      const struct tn_reaction *reaction)
{
    struct tn_program *program = get_program(run);
    bool was = (program->held >> r) & 1u;

    program->held |= 1ull << r;
    if (reaction->trigger == TN_TRIGGER_COND) {
        return !was;
    }

    uint64_t *due_us = &program->due_us[program->item[r]];

    if (!was) {
        *due_us = run->now_us + reaction->time_ms * 1000ull;
    }
    if (*due_us > run->now_us) {
        return false;
    }
    *due_us = UINT64_MAX;
    return true;
}

static void look_at(struct tn_run *run, uint8_t r)
{
    struct tn_program *program = get_program(run);
    struct tn_reaction reaction;

    open_reaction(run, r, &reaction);
    if (!is_guard_true(run, &reaction)) {
        program->held &= ~(1ull << r);
        if (program->item[r] != TN_ITEM_NONE) {
            program->due_us[program->item[r]] = UINT64_MAX;
        }
    } else if (is_firing(run, r, &reaction)) {
        tn_play_run(run, reaction.body_at, reaction.end_at);
        run->play->unsettled = 1;
    }
}

void tn_play_look(struct tn_run *run)
{
    const struct tn_program *program = get_program(run);
    struct scopes scopes = get_scopes(program);

    run->event = NULL;
    for (uint8_t i = 0; i < scopes.count; i++) {
        uint8_t r =
            find_next(program, program->head[TN_CHAIN_COND], scopes.list[i]);

        while (r != TN_CHAIN_END) {
            look_at(run, r);
            r = find_next(program, program->next[r], scopes.list[i]);
        }
    }
}

static void hold_one(struct tn_run *run, uint8_t r)
{
    struct tn_program *program = get_program(run);
    struct tn_reaction reaction;
    uint8_t key = program->item[r];
    uint16_t bit = (uint16_t)(1u << key);

    open_reaction(run, r, &reaction);
    if (!is_guard_true(run, &reaction)) {
        release(run, key);
        return;
    }
    run->first = !(program->active & bit);
    program->active |= bit;
    run->key = key;
    tn_play_run(run, reaction.body_at, reaction.end_at);
    run->key = TN_KEY_NONE;
}

void tn_play_hold(struct tn_run *run)
{
    const struct tn_program *program = get_program(run);
    struct scopes scopes = get_scopes(program);

    run->event = NULL;
    for (uint8_t i = 0; i < scopes.count; i++) {
        uint8_t r =
            find_next(program, program->head[TN_CHAIN_WHILE], scopes.list[i]);

        while (r != TN_CHAIN_END) {
            hold_one(run, r);
            r = find_next(program, program->next[r], scopes.list[i]);
        }
    }
}

void tn_play_fire(struct tn_run *run, uint8_t timer)
{
    struct tn_program *program = get_program(run);
    uint8_t r = program->head[TN_CHAIN_TIMER];
    struct tn_reaction reaction;

    while (program->item[r] != timer) {
        r = program->next[r];
        TN_ASSERT(r != TN_CHAIN_END);
    }
    run->event = NULL;
    open_reaction(run, r, &reaction);
    if (reaction.trigger == TN_TRIGGER_EVERY) {
        program->due_us[timer] += reaction.time_ms * 1000ull;
    } else {
        program->due_us[timer] = UINT64_MAX;
    }
    if (is_guard_true(run, &reaction)) {
        tn_play_run(run, reaction.body_at, reaction.end_at);
    }
}
