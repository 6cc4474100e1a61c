/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

/*
 * A step, and a turn: usually one step. A turn goes through phases, and in each
 * through the programs; what a program may do in a phase is bounded. Where that
 * does not fit the rest of the step's work the next step goes on from there, so
 * that a program may need nearly all of a step's work for one thing.
 */

enum phase {
    PHASE_DEFERRED, /* changes of state left over from the last turn */
    PHASE_EVENT,    /* what `turn_event` is for */
    PHASE_CHANGE,   /* changes of state that are asked for */
    PHASE_LOOK,     /* conditions */
    PHASE_AGAIN,    /* changes of state that these ask for */
    PHASE_HOLD      /* `while` blocks */
};

/* The earliest timer that is running. */
struct next_timer {
    uint64_t due_us; /* UINT64_MAX: none */
    uint8_t slot;
    uint8_t timer; /* or piece of code that waits */
    uint8_t later; /* 1: the latter */
    uint8_t pad[5];
};

/* A bit for each slot whose program reacts to the event. */
static uint8_t get_targets(const struct tn_play *play,
                           const struct tn_event *event, uint8_t chain)
{
    bool ends =
        event->number == TN_EVENT_PLACED || event->number == TN_EVENT_REMOVED;
    bool word =
        event->number == TN_EVENT_ACTION || event->number == TN_EVENT_MESSAGE;
    uint32_t targets = play->listeners[chain];

    if (ends) {
        return (uint8_t)(1u << event->target);
    }
    if (event->target != 0xFF) {
        targets &= 1u << event->target;
    }
    if (word && event->source < TN_PROGRAM_CAP) {
        targets &= ~(1u << event->source);
    }
    return (uint8_t)targets;
}

/* What an event can cost the slot's program. */
static uint32_t get_event_need(const struct tn_program *program, uint8_t number)
{
    if (number == TN_EVENT_PLACED) {
        return program->work_begin;
    }
    if (number == TN_EVENT_REMOVED) {
        return program->work_end;
    }
    return program->work_event;
}

/* A COND_FOR may fire though nothing has changed. */
static bool is_cond_due(const struct tn_run *run,
                        const struct tn_program *program)
{
    uint8_t t = tn_play_count_timers(program);

    for (; t < program->timer_count; t++) {
        if (program->due_us[t] <= run->now_us) {
            return true;
        }
    }
    return false;
}

/* The most that the slot's program can do in this phase; 0: nothing. */
static uint32_t get_need(const struct tn_run *run, uint8_t slot)
{
    const struct tn_program *program = &run->play->programs[slot];

    switch (run->play->phase) {
    case PHASE_EVENT:
        return get_event_need(program, run->play->turn_event.number);
    case PHASE_LOOK:
        return program->stale || is_cond_due(run, program) ? program->work_look
                                                           : 0;
    case PHASE_HOLD:
        return program->work_while;
    default:
        return program->work_change;
    }
}

/* The event for one program. */
static void deliver(struct tn_run *run)
{
    const struct tn_event *event = &run->play->turn_event;
    uint8_t chain = tn_play_get_chain(event->number);

    TN_ASSERT(chain < TN_CHAIN_ENTER);
    if (event->number == TN_EVENT_PLACED) {
        tn_play_begin(run);
    }
    run->event = event;
    if (tn_play_react(run, chain)) {
        run->play->handled |= (uint8_t)(1u << run->slot);
    }
    run->event = NULL;
    if (event->number == TN_EVENT_REMOVED) {
        tn_play_finish(run);
    }
}

static void act(struct tn_run *run)
{
    switch (run->play->phase) {
    case PHASE_EVENT:
        deliver(run);
        break;
    case PHASE_LOOK:
        tn_play_look(run);
        break;
    case PHASE_HOLD:
        tn_play_hold(run);
        break;
    default:
        tn_play_change(run);
        break;
    }
}

static bool has_room(const struct tn_run *run, uint32_t need)
{
    return run->work + need <= TN_WORK_CAP;
}

/* Slots whose programs may have something to do in the present phase. */
static uint8_t get_todo(const struct tn_run *run)
{
    const struct tn_play *play = run->play;

    switch (play->phase) {
    case PHASE_EVENT:
        return get_targets(play, &play->turn_event,
                           tn_play_get_chain(play->turn_event.number));
    case PHASE_LOOK:
        return play->listeners[TN_CHAIN_COND];
    case PHASE_HOLD:
        return play->listeners[TN_CHAIN_WHILE];
    default:
        return play->wanting & (uint8_t)~run->changed;
    }
}

static void begin_phase(struct tn_run *run, enum phase phase)
{
    run->play->phase = (uint8_t)phase;
    run->play->todo = get_todo(run);
    if (phase == PHASE_LOOK) {
        run->play->unsettled = 0;
    }
}

/* The rest of a phase. False if it does not fit this step. */
static bool pass(struct tn_run *run)
{
    struct tn_play *play = run->play;

    for (uint8_t slot = 0; play->todo >> slot; slot++) {
        if (!((play->todo >> slot) & 1u)) {
            continue;
        }

        uint32_t need = get_need(run, slot);

        if (!has_room(run, need)) {
            return false;
        }
        run->slot = slot;
        if (need) {
            run->work += TN_COST_ACT;
            act(run);
        }
        play->todo &= (uint8_t) ~(1u << slot);
    }
    return true;
}

static void report(struct tn_run *run)
{
    static const struct tn_event no_event;
    struct tn_play *play = run->play;
    struct tn_play_out *out = run->out;
    struct tn_event *event = &out->events[out->event_count];

    TN_ASSERT(out->event_count < TN_EVENT_CAP);
    *event = play->turn_event;
    if (event->number == TN_EVENT_PLACED_OTHER ||
        event->number == TN_EVENT_REMOVED_OTHER) {
        event->name = 0; /* is a mask in the queue */
    }
    out->handled[out->event_count++] = play->handled;
    play->turn_event = no_event;
    play->handled = 0;
}

/* From the present phase to the last before the `while` blocks: the rest of an
 * event, changes of state, conditions, changes that these ask for. */
static bool settle(struct tn_run *run)
{
    while (run->play->phase < PHASE_HOLD) {
        if (!pass(run)) {
            return false;
        }
        if (run->play->phase == PHASE_EVENT) {
            report(run);
        }
        begin_phase(run, (enum phase)(run->play->phase + 1));
    }
    return true;
}

static bool handle_event(struct tn_run *run)
{
    tn_play_pop(run->play, &run->play->turn_event);
    run->work += TN_COST_EVENT;
    begin_phase(run, PHASE_EVENT);
    return settle(run);
}

/* The program's next timer of those that fire by themselves (not a COND_FOR's);
 * what waits for later comes behind the timers. */
static struct next_timer find_own(const struct tn_program *program,
                                  uint8_t slot)
{
    struct next_timer next = {UINT64_MAX, slot, 0, 0, {0}};
    uint8_t count = program->begun ? tn_play_count_timers(program) : 0;

    for (uint8_t t = 0; t < count; t++) {
        if (program->due_us[t] < next.due_us) {
            next.due_us = program->due_us[t];
            next.timer = t;
        }
    }
    for (uint8_t i = 0; i < program->later_count; i++) {
        if (program->laters[i].due_us < next.due_us) {
            next.due_us = program->laters[i].due_us;
            next.timer = i;
            next.later = 1;
        }
    }
    return next;
}

/* The slot whose timer is next due. */
static uint8_t find_slot(struct tn_play *play)
{
    uint8_t next = 0;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if ((play->retimed >> p) & 1u) {
            play->next_us[p] = find_own(&play->programs[p], p).due_us;
        }
        if (play->next_us[p] < play->next_us[next]) {
            next = p;
        }
    }
    play->retimed = 0;
    return next;
}

static bool fire(struct tn_run *run, const struct next_timer *next)
{
    run->slot = next->slot;
    run->work += TN_COST_TIMER;
    run->play->retimed |= (uint8_t)(1u << next->slot);
    if (next->later) {
        tn_play_fire_later(run, next->timer);
    } else {
        tn_play_fire(run, next->timer);
    }
    begin_phase(run, PHASE_CHANGE);
    return settle(run);
}

/* The most that the conditions and `while` blocks can cost. */
static uint32_t get_end_need(const struct tn_play *play)
{
    uint32_t need = 0;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if ((play->listeners[TN_CHAIN_COND] >> p) & 1u) {
            need += play->programs[p].work_look;
        }
        if ((play->listeners[TN_CHAIN_WHILE] >> p) & 1u) {
            need += play->programs[p].work_while;
        }
    }
    return need;
}

/* The most that the next event can cost. */
static uint32_t get_next_need(const struct tn_play *play)
{
    const struct tn_event *event = &play->queue[play->head];
    uint32_t targets =
        get_targets(play, event, tn_play_get_chain(event->number));
    uint32_t need = TN_COST_EVENT;

    for (uint8_t p = 0; targets >> p; p++) {
        if ((targets >> p) & 1u) {
            need += get_event_need(&play->programs[p], event->number);
        }
    }
    return need;
}

/* What a turn takes. */
struct taking {
    uint32_t end_need;
    uint8_t any;   /* it has taken an event or a timer */
    uint8_t fired; /* timers */
    uint8_t due;   /* 0: no other timer is */
    uint8_t pad;
};

/* Whether the turn takes another event or timer, which costs so much. */
static bool may_take(const struct tn_run *run, const struct taking *taking,
                     uint32_t need)
{
    return !taking->any ||
           (!run->changed && has_room(run, need + taking->end_need));
}

/* False if the turn does not fit this step. */
static bool take_timer(struct tn_run *run, struct taking *taking)
{
    uint8_t slot = find_slot(run->play);

    taking->due = run->play->next_us[slot] <= run->now_us;
    if (!taking->due) {
        return true;
    }

    const struct tn_program *program = &run->play->programs[slot];
    uint32_t need = TN_COST_TIMER + program->work_event;

    if (!may_take(run, taking, need)) {
        taking->due = 0; /* for this turn */
        return true;
    }
    if (!has_room(run, need)) {
        return false;
    }
    taking->any = 1;
    taking->fired++;

    struct next_timer next = find_own(program, slot);

    return fire(run, &next);
}

static bool take_events(struct tn_run *run, struct taking *taking)
{
    struct tn_play *play = run->play;
    bool fits = true;

    play->ready = play->queue_count;
    while (fits && play->ready && may_take(run, taking, get_next_need(play))) {
        fits = has_room(run, TN_COST_EVENT);
        if (fits) {
            taking->any = 1;
            fits = handle_event(run);
        }
    }
    play->ready = 0;
    return fits;
}

/* Events, then timers; one of either at least, in turns if there is room for
 * one only, so that neither can starve the other. False if the turn goes on in
 * the next step; where nothing has been taken it just begins anew. */
static bool take_all(struct tn_run *run)
{
    struct tn_play *play = run->play;
    struct taking taking = {get_end_need(play), 0, 0, 1, 0};

    if (play->timer_first && !take_timer(run, &taking)) {
        return false;
    }
    if (!take_events(run, &taking)) {
        return false;
    }
    for (taking.due = 1; taking.due && taking.fired < TN_EVENT_CAP;) {
        if (!take_timer(run, &taking)) {
            return false;
        }
    }
    if (!taking.any) {
        begin_phase(run, PHASE_CHANGE);
        return settle(run);
    }
    return true;
}

/* Where the turn has come to, until its end. */
static bool go_on(struct tn_run *run)
{
    if (run->play->phase == PHASE_DEFERRED) {
        if (!pass(run)) {
            return false;
        }
        if (!take_all(run)) {
            return false;
        }
    }
    return settle(run) && pass(run);
}

static void end_turn(struct tn_run *run)
{
    struct tn_play *play = run->play;
    bool due = play->next_us[find_slot(play)] <= run->now_us;

    play->timer_first = due && !play->timer_first;
    play->turn_changed = 0;
    begin_phase(run, PHASE_DEFERRED);
}

/* Ends what programs started whose slot has been loaded anew. */
static void say_ends(struct tn_run *run)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        run->slot = p;
        if (run->play->ended & (1u << p)) {
            (void)tn_play_emit(run, TN_EFFECT_STOP_ALL, 0, 0);
            (void)tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
        }
    }
    run->play->ended = 0;
}

/* Conditions are looked at when what they look at has changed. */
static void compare_signals(struct tn_play *play, const struct tn_play_in *in)
{
    uint32_t changed = TN_LOOKS_ALWAYS;

    for (uint32_t i = 0; i < TN_SIGNAL_COUNT; i++) {
        if (play->signals[i] != in->signals[i]) {
            play->signals[i] = in->signals[i];
            changed |= 1u << i;
        }
    }
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (play->programs[p].looks & changed) {
            play->programs[p].stale = 1;
        }
    }
}

static void begin_turn(struct tn_play *play)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (play->programs[p].begun) {
            play->programs[p].clocked = 0;
            play->programs[p].mood_due_us = UINT64_MAX;
        }
    }
}

void tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                  struct tn_play_out *out)
{
    struct tn_run run;

    memset(&run, 0, sizeof run);
    run.now_us = in->time_us;
    play->time_us = in->time_us;
    run.play = play;
    run.in = in;
    run.out = out;
    run.key = TN_KEY_NONE;
    run.work = TN_COST_STEP;
    run.changed = play->turn_changed;
    out->effect_count = 0;
    out->event_count = 0;
    compare_signals(play, in);
    if (play->phase == PHASE_DEFERRED) {
        begin_turn(play);
        begin_phase(&run, PHASE_DEFERRED);
    }
    say_ends(&run);
    if (go_on(&run)) {
        end_turn(&run);
    } else {
        play->turn_changed = run.changed;
    }
    TN_ASSERT(run.work <= TN_WORK_CAP);
}
