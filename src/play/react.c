/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/assert.h>

#include "machine.h"

static struct tn_program *get_program(const struct tn_run *run)
{
    return &run->play->programs[run->slot];
}

uint8_t tn_play_get_outer(const struct tn_program *program, uint8_t state)
{
    uint8_t parent = program->image[program->states_at + 2u * state];

    return parent == TN_STATE_NONE ? state : parent;
}

/* Sorts the reactions out anew: which belong to the present states. */
void tn_play_set_scopes(struct tn_program *program)
{
    uint8_t outer = tn_play_get_outer(program, program->state);
    uint64_t bit = 1;

    program->stale = 1;
    for (uint32_t i = 0; i < TN_SCOPE_COUNT; i++) {
        program->scopes[i] = 0;
    }
    for (uint8_t r = 0; r < program->image[TN_IMAGE_AT_REACTIONS]; r++) {
        uint8_t state = program->image[program->reaction_at[r]];

        if (state == TN_STATE_ALWAYS) {
            program->scopes[TN_SCOPE_ALWAYS] |= bit;
        } else if (program->parked) {
            /* none of its states holds */
        } else if (state == outer) {
            program->scopes[TN_SCOPE_OUTER] |= bit;
        } else if (state == program->state) {
            program->scopes[TN_SCOPE_INNER] |= bit;
        }
        bit <<= 1;
    }
}

/* The lowest reaction of a set that is not empty: its bit alone, times a de
 * Bruijn sequence, has a pattern of its own in the top six bits (Leiserson,
 * Prokop and Randall, 1998). */
static uint8_t get_lowest(uint64_t set)
{
    static const uint8_t places[64] = {
        0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28,
        62, 5,  39, 46, 44, 42, 22, 9,  24, 35, 59, 56, 49, 18, 29, 11,
        63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10,
        51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
    };

    TN_ASSERT(set);
    return places[((set & (~set + 1)) * 0x022fdd63cc95386dull) >> 58];
}

/* Takes the next reaction, in the order written, out of the set. */
static uint8_t pop_lowest(uint64_t *set)
{
    uint8_t lowest = get_lowest(*set);

    *set &= *set - 1;
    return lowest;
}

/* Of all states. */
static uint64_t get_all(const struct tn_program *program, uint8_t chain)
{
    uint8_t first = program->first[chain];
    uint8_t count = (uint8_t)(program->first[chain + 1] - first);

    return count ? (UINT64_MAX >> (64u - count)) << first : 0;
}

static uint64_t get_set(const struct tn_program *program, uint8_t chain,
                        uint8_t scope)
{
    return get_all(program, chain) & program->scopes[scope];
}

/* A `while` block's number. */
static uint8_t get_key(const struct tn_program *program, uint8_t r)
{
    return (uint8_t)(r - program->first[TN_CHAIN_WHILE]);
}

/* A COND_FOR's timer: behind those that fire by themselves. */
static uint8_t get_timer(const struct tn_program *program, uint8_t r)
{
    uint8_t t = tn_play_count_timers(program);

    while (program->timed[t] != r) {
        t++;
        TN_ASSERT(t < program->timer_count);
    }
    return t;
}

/* What tn_play_decode does, without the checks: the image is verified. */
static void open_reaction(struct tn_run *run, uint8_t r,
                          struct tn_reaction *reaction)
{
    const struct tn_program *program = get_program(run);
    const uint8_t *image = program->image;
    uint16_t at = program->reaction_at[r];
    uint16_t guard_len = 0;

    run->work += TN_COST_REACTION;
    reaction->trigger = image[at + 1] & (uint8_t)~TN_TRIGGER_GUARD;
    reaction->guarded = (image[at + 1] & TN_TRIGGER_GUARD) ? 1 : 0;
    reaction->time_ms = 0;
    reaction->named = 0;
    at = (uint16_t)(at + 2);
    if (reaction->trigger < TN_TRIGGER_ENTER) {
        reaction->named = tn_play_is_named(reaction->trigger);
    } else if (tn_play_is_timed(reaction->trigger)) {
        reaction->time_ms = tn_play_get_varint(image, &at);
    }
    if (reaction->named) {
        reaction->name = image[at++];
    }
    if (reaction->guarded) {
        guard_len = image[at++];
    }

    uint32_t body_len = image[at];

    if (body_len < 0x80u) {
        at++;
    } else {
        body_len = tn_play_get_varint(image, &at);
    }

    reaction->guard_at = at;
    reaction->body_at = (uint16_t)(at + guard_len);
    reaction->end_at = (uint16_t)(at + guard_len + body_len);
    TN_ASSERT(reaction->end_at <= program->len);
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
    if (event->number == TN_EVENT_ACTION || event->number == TN_EVENT_MESSAGE ||
        event->number == TN_EVENT_UNHEARD) {
        return tn_play_get_name(get_program(run), reaction->name) ==
               event->name;
    }
    return (event->name >> reaction->name) & 1u;
}

/* All reactions of a set, in the order written. True if one ran. */
static bool react_all(struct tn_run *run, uint64_t set)
{
    bool any = false;

    while (set) {
        struct tn_reaction reaction;

        open_reaction(run, pop_lowest(&set), &reaction);
        if (is_meant(run, &reaction) && is_guard_true(run, &reaction)) {
            if (reaction.body_at < reaction.end_at) {
                tn_play_run(run, reaction.body_at, reaction.end_at);
            }
            any = true;
        }
    }
    return any;
}

bool tn_play_react(struct tn_run *run, uint8_t chain)
{
    const struct tn_program *program = get_program(run);
    uint64_t all = get_all(program, chain);
    bool any = false;

    for (uint8_t scope = 0; all && scope < TN_SCOPE_COUNT; scope++) {
        uint64_t set = all & program->scopes[scope];

        run->scope = scope;
        any = (set && react_all(run, set)) || any;
    }
    return any;
}

/* A `while` block stops being active: its sounds and its light end. */
static void release(struct tn_run *run, uint8_t key)
{
    struct tn_program *program = get_program(run);
    uint16_t bit = (uint16_t)(1u << key);

    if (!(program->active & bit)) {
        return;
    }
    run->work += TN_COST_RELEASE;
    program->active &= (uint16_t)~bit;
    run->key = key;
    (void)tn_play_emit(run, TN_EFFECT_RELEASE, 0, 0);
    if (program->light_key == key) {
        (void)tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
        program->light_key = TN_KEY_NONE;
    }
    run->key = TN_KEY_NONE;
}

/* The state's timers begin at `at_us`. */
static void enter(struct tn_run *run, uint8_t scope, uint64_t at_us)
{
    struct tn_program *program = get_program(run);
    uint64_t set = get_set(program, TN_CHAIN_TIMER, scope);

    while (set) {
        uint8_t r = pop_lowest(&set);
        struct tn_reaction reaction;

        open_reaction(run, r, &reaction);
        program->due_us[r - program->first[TN_CHAIN_TIMER]] =
            at_us + reaction.time_ms * 1000ull;
    }
    run->scope = scope;
    (void)react_all(run, get_set(program, TN_CHAIN_ENTER, scope));
}

/* The state's timers stop, what waits in it is cancelled, what sounds again and
 * again in it and its `while` blocks end, and its conditions will fire anew on
 * the next entry. */
static void leave(struct tn_run *run, uint8_t scope)
{
    struct tn_program *program = get_program(run);
    uint64_t set = get_set(program, TN_CHAIN_TIMER, scope) |
                   get_set(program, TN_CHAIN_COND, scope);

    run->scope = scope;
    (void)react_all(run, get_set(program, TN_CHAIN_LEAVE, scope));
    tn_play_cancel_later(program, scope);
    tn_play_end_hums(run, scope);
    program->held &= ~set;
    for (uint8_t t = 0; set && t < program->timer_count; t++) {
        if (set >> program->timed[t] & 1u) {
            run->work += TN_COST_FORGET;
            program->due_us[t] = UINT64_MAX;
        }
    }
    set = get_set(program, TN_CHAIN_WHILE, scope);
    while (set) {
        release(run, get_key(program, pop_lowest(&set)));
    }
}

static bool is_bare(const struct tn_program *program)
{
    return program->len && program->image[TN_IMAGE_AT_KIND] == TN_IMAGE_BRICK;
}

/* Programs of tags have begun. */
static bool has_tags(const struct tn_play *play)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (play->programs[p].begun && !is_bare(&play->programs[p])) {
            return true;
        }
    }
    return false;
}

void tn_play_mind_bare(struct tn_play *play)
{
    bool tags = has_tags(play);

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        struct tn_program *program = &play->programs[p];

        if (program->begun && is_bare(program) && !program->leaving) {
            uint8_t start = program->image[TN_IMAGE_AT_START];

            if (tags != (program->parked != 0)) {
                program->wanted = tags ? TN_STATE_PARK : start;
                play->wanting |= (uint8_t)(1u << p);
            } else if (program->wanted == TN_STATE_PARK || tags) {
                program->wanted = TN_STATE_NONE; /* it came and went */
                play->wanting &= (uint8_t) ~(1u << p);
            }
        }
    }
}

/* Enters the start state, as of the time of loading. */
void tn_play_begin(struct tn_run *run)
{
    struct tn_program *program = get_program(run);
    uint64_t at_us = program->entered_us[TN_SCOPE_OUTER];

    run->event = NULL;
    run->work += TN_COST_BEGIN;
    program->begun = 1;
    program->mood_due_us = UINT64_MAX;
    run->play->retimed |= (uint8_t)(1u << run->slot);
    for (uint8_t chain = 0; chain < TN_CHAIN_COUNT; chain++) {
        if (tn_play_has(program, chain)) {
            run->play->listeners[chain] |= (uint8_t)(1u << run->slot);
        }
    }
    tn_play_set_stale(run->play);
    if (is_bare(program) && has_tags(run->play)) {
        program->parked = 1;
        tn_play_set_scopes(program);
    }
    for (uint8_t scope = TN_SCOPE_COUNT; scope-- > 0;) {
        enter(run, scope, at_us);
    }
    tn_play_mind_bare(run->play);
}

/* Leaves all states for good. */
void tn_play_end(struct tn_run *run)
{
    run->event = NULL;
    for (uint8_t scope = 0; scope < TN_SCOPE_COUNT; scope++) {
        leave(run, scope);
    }
}

/* Takes the change of state that the program asked for. */
void tn_play_change(struct tn_run *run)
{
    struct tn_program *program = get_program(run);
    uint8_t from = program->state;
    bool parks = program->wanted == TN_STATE_PARK;
    uint8_t to = parks ? from : program->wanted;
    uint8_t outer_from = tn_play_get_outer(program, from);
    uint8_t outer_to = tn_play_get_outer(program, to);
    bool is_outer_left = parks || program->parked || outer_from != outer_to ||
                         (from == to && outer_from == from);

    run->event = NULL;
    run->work += TN_COST_CHANGE;
    leave(run, TN_SCOPE_INNER);
    if (is_outer_left) {
        leave(run, TN_SCOPE_OUTER);
    }
    program->state = to;
    program->parked = parks ? 1 : 0;
    program->wanted = TN_STATE_NONE;
    run->play->wanting &= (uint8_t) ~(1u << run->slot);
    run->play->retimed |= (uint8_t)(1u << run->slot);
    tn_play_set_scopes(program);
    tn_play_set_stale(run->play);
    if (is_outer_left) {
        program->entered_us[TN_SCOPE_OUTER] = run->now_us;
        enter(run, TN_SCOPE_OUTER, run->now_us);
    }
    if (outer_to != to) {
        program->entered_us[TN_SCOPE_INNER] = run->now_us;
        enter(run, TN_SCOPE_INNER, run->now_us);
    }
    run->changed |= (uint8_t)(1u << run->slot);
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

    uint64_t *due_us = &program->due_us[get_timer(program, r)];

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
        if (reaction.trigger == TN_TRIGGER_COND_FOR) {
            program->due_us[get_timer(program, r)] = UINT64_MAX;
        }
    } else if (is_firing(run, r, &reaction)) {
        tn_play_run(run, reaction.body_at, reaction.end_at);
        run->play->unsettled = 1;
    }
}

void tn_play_look(struct tn_run *run)
{
    struct tn_program *program = get_program(run);

    run->event = NULL;
    program->stale = (uint8_t)(program->looks >> 31); /* TN_LOOKS_ALWAYS */
    for (uint8_t scope = 0; scope < TN_SCOPE_COUNT; scope++) {
        uint64_t set = get_set(program, TN_CHAIN_COND, scope);

        run->scope = scope;
        while (set) {
            look_at(run, pop_lowest(&set));
        }
    }
}

static void hold_one(struct tn_run *run, uint8_t r)
{
    struct tn_program *program = get_program(run);
    struct tn_reaction reaction;
    uint8_t key = get_key(program, r);
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

    run->event = NULL;
    for (uint8_t scope = 0; scope < TN_SCOPE_COUNT; scope++) {
        uint64_t set = get_set(program, TN_CHAIN_WHILE, scope);

        while (set) {
            hold_one(run, pop_lowest(&set));
        }
    }
}

void tn_play_fire(struct tn_run *run, uint8_t timer)
{
    struct tn_program *program = get_program(run);
    struct tn_reaction reaction;

    run->event = NULL;
    open_reaction(run, program->timed[timer], &reaction);
    if (reaction.trigger == TN_TRIGGER_EVERY) {
        program->due_us[timer] += reaction.time_ms * 1000ull;
    } else {
        program->due_us[timer] = UINT64_MAX;
    }
    run->scope = 0;
    while (!(program->scopes[run->scope] >> program->timed[timer] & 1u)) {
        run->scope++;
        TN_ASSERT(run->scope < TN_SCOPE_COUNT);
    }
    if (is_guard_true(run, &reaction)) {
        tn_play_run(run, reaction.body_at, reaction.end_at);
    }
}
