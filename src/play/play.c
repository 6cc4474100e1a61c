/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

/* The earliest timer that is running. */
struct next_timer {
    uint64_t due_us; /* UINT64_MAX: none */
    uint8_t slot;
    uint8_t timer;
    uint8_t pad[6];
};

_Static_assert(TN_PROGRAM_CAP <= 8, "programs have a bit each");
_Static_assert(sizeof(struct tn_play) <= 9 * 1024, "images take 4.5 kB of it");

void tn_play_init(struct tn_play *play)
{
    memset(play, 0, sizeof *play);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        play->programs[p].wanted = TN_STATE_NONE;
    }
}

/* Gives a reaction its timer or its `while` block. */
static void set_item(struct tn_program *program, uint8_t r,
                     const struct tn_reaction *reaction, uint8_t *while_count)
{
    uint8_t timer = program->timer_count;

    program->item[r] = TN_ITEM_NONE;
    if (tn_play_is_timed(reaction->trigger)) {
        TN_ASSERT(timer < TN_TIMER_CAP);
        program->item[r] = timer;
        program->timed[timer] = r;
        program->timer_count++;
    }
    if (reaction->trigger == TN_TRIGGER_COND_FOR) {
        program->cond_fors |= (uint16_t)(1u << timer);
    }
    if (reaction->chain == TN_CHAIN_WHILE) {
        program->item[r] = (*while_count)++;
    }
}

static void set_reactions(struct tn_program *program, uint16_t reactions_at)
{
    struct tn_bytes b = tn_bytes_of(program->image, program->len);
    uint8_t while_count = 0;

    b.at = reactions_at;
    for (uint8_t r = 0; r < program->image[TN_IMAGE_AT_REACTIONS]; r++) {
        struct tn_reaction reaction;

        program->reaction_at[r] = b.at;
        (void)tn_play_decode(&b, &reaction);
        program->chains[reaction.chain] |= 1ull << r;
        set_item(program, r, &reaction, &while_count);
    }
    TN_ASSERT(!b.err && b.at == program->len);
    tn_play_set_scopes(program);
}

static void set_up(struct tn_program *program, uint64_t identity,
                   const struct tn_image_info *info)
{
    const uint8_t *image = program->image;
    struct tn_bytes b = tn_bytes_of(image, program->len);

    program->identity = identity;
    program->states_at = info->states_at;
    program->work_event = info->work_event;
    program->work_frame = info->work_frame;
    program->state = image[TN_IMAGE_AT_START];
    program->light_key = TN_KEY_NONE;
    for (uint32_t i = 0; i < TN_TIMER_CAP; i++) {
        program->due_us[i] = UINT64_MAX;
    }
    b.at = info->numbers_at;
    for (uint8_t i = 0; i < image[TN_IMAGE_AT_NUMBERS]; i++) {
        uint32_t keep = tn_bytes_get_u8(&b) & TN_NUMBER_KEEP;

        program->keeps |= (uint16_t)(keep << i);
        program->numbers[i] = tn_bytes_get_number(&b);
    }
    set_reactions(program, info->reactions_at);
}

static void push_own(struct tn_play *play, uint8_t number, uint8_t slot,
                     uint8_t target, uint32_t name)
{
    struct tn_event event;

    memset(&event, 0, sizeof event);
    event.name = name;
    for (uint32_t i = 0; i < 3; i++) {
        event.args[i] = TN_UNKNOWN;
    }
    event.number = number;
    event.source = slot;
    event.target = target;
    tn_play_push(play, &event);
}

/* A bit for each of `program`'s names that is a kind of `other`. Compared as
 * they stand in the images: equality does not mind the order of bytes. */
static uint32_t match_names(const struct tn_program *program,
                            const struct tn_program *other)
{
    const uint8_t *names = program->image + TN_IMAGE_HEADER_LEN;
    const uint8_t *kinds = other->image + TN_IMAGE_HEADER_LEN;
    uint32_t kinds_len = 4u * other->image[TN_IMAGE_AT_KINDS];
    uint32_t mask = 0;

    if (program->prepared || other->prepared) {
        return 0; /* to others it is not here yet */
    }
    for (uint32_t i = 0; i < program->image[TN_IMAGE_AT_NAMES]; i++) {
        uint32_t name;

        memcpy(&name, names + 4 * i, sizeof name);
        for (uint32_t k = 0; k < kinds_len; k += 4) {
            uint32_t kind;

            memcpy(&kind, kinds + k, sizeof kind);
            if (name == kind) {
                mask |= 1u << i;
                break;
            }
        }
    }
    return mask;
}

static void set_kin(struct tn_play *play, uint8_t slot)
{
    const struct tn_program *program = &play->programs[slot];

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *other = &play->programs[p];

        play->kin[slot][p] = match_names(program, other);
        play->kin[p][slot] = match_names(other, program);
    }
}

/*
 * Tells the slot's program and the others that it comes or goes. The others are
 * told what to compare, since the slot may hold another program by then.
 */
static void push_news(struct tn_play *play, uint8_t slot, uint8_t own,
                      uint8_t others)
{
    uint8_t chain = tn_play_get_chain(others);

    push_own(play, own, slot, slot, 0);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        uint32_t mask = play->kin[p][slot];

        if (p != slot && mask && play->programs[p].chains[chain]) {
            push_own(play, others, slot, p, mask);
        }
    }
}

/* Empties the slot. Kept numbers that nobody has got yet stay in it. */
static void clear(struct tn_play *play, uint8_t slot)
{
    struct tn_program *program = &play->programs[slot];
    tn_q16 numbers[TN_NUMBER_CAP];
    uint16_t keeps = program->unsaved ? program->keeps : 0;

    memcpy(numbers, program->numbers, sizeof numbers);
    tn_play_forget(play, slot);
    memset(program, 0, sizeof *program);
    program->wanted = TN_STATE_NONE;
    if (keeps) {
        memcpy(program->numbers, numbers, sizeof numbers);
        program->keeps = keeps;
        program->unsaved = 1;
    }
    set_kin(play, slot);
}

/* The slot's program ends: its states are left and the slot is empty. */
static void finish(struct tn_run *run)
{
    struct tn_program *program = &run->play->programs[run->slot];

    if (program->begun) {
        tn_play_end(run);
    }
    (void)tn_play_emit(run, TN_EFFECT_STOP_ALL, 0, 0);
    (void)tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
    clear(run->play, run->slot);
}

/* A program that waits for its REMOVED gets it now, because the slot is needed.
 * Whom it tells anything is told; its sounds and light are void anyway. */
static void finish_early(struct tn_play *play, uint8_t slot)
{
    struct tn_run run;

    memset(&run, 0, sizeof run);
    run.now_us = play->time_us;
    run.play = play;
    run.slot = slot;
    run.key = TN_KEY_NONE;
    if (play->programs[slot].begun) {
        (void)tn_play_react(&run, TN_CHAIN_REMOVED);
    }
    finish(&run);
    play->ended |= (uint8_t)(1u << slot);
}

enum tn_err tn_play_prepare(struct tn_play *play, uint8_t slot,
                            uint64_t identity, const uint8_t *image,
                            const struct tn_image_info *info)
{
    TN_ASSERT(info->len <= TN_IMAGE_CAP && !info->err_at);
    if (slot >= TN_PROGRAM_CAP) {
        return TN_ERR_ARG;
    }

    struct tn_program *program = &play->programs[slot];

    if (program->len && !program->leaving) {
        return TN_ERR_ARG;
    }
    if (program->len) {
        finish_early(play, slot);
    }
    memset(program, 0, sizeof *program);
    program->wanted = TN_STATE_NONE;
    program->len = info->len;
    memcpy(program->image, image, info->len);
    program->prepared = 1;
    set_up(program, identity, info);
    return TN_OK;
}

enum tn_err tn_play_start(struct tn_play *play, uint8_t slot,
                          const tn_q16 *kept, uint8_t count, uint64_t time_us)
{
    if (slot >= TN_PROGRAM_CAP || !play->programs[slot].prepared) {
        return TN_ERR_ARG;
    }

    struct tn_program *program = &play->programs[slot];
    uint8_t next = 0;

    for (uint32_t i = 0; i < TN_NUMBER_CAP && next < count; i++) {
        if ((program->keeps >> i) & 1u) {
            program->numbers[i] = kept[next++];
        }
    }
    program->prepared = 0;
    program->entered_us[TN_SCOPE_INNER] = time_us;
    program->entered_us[TN_SCOPE_OUTER] = time_us;
    set_kin(play, slot);
    push_news(play, slot, TN_EVENT_PLACED, TN_EVENT_PLACED_OTHER);
    return TN_OK;
}

enum tn_err tn_play_load(struct tn_play *play, uint8_t slot, uint64_t identity,
                         const uint8_t *image, const struct tn_image_info *info,
                         uint64_t time_us)
{
    enum tn_err err = tn_play_prepare(play, slot, identity, image, info);

    return err ? err : tn_play_start(play, slot, NULL, 0, time_us);
}

void tn_play_unload(struct tn_play *play, uint8_t slot)
{
    if (slot >= TN_PROGRAM_CAP || !play->programs[slot].len ||
        play->programs[slot].leaving) {
        return;
    }
    if (play->programs[slot].prepared) {
        clear(play, slot); /* nobody has seen it */
        return;
    }
    push_news(play, slot, TN_EVENT_REMOVED, TN_EVENT_REMOVED_OTHER);
    play->programs[slot].leaving = 1;
}

static bool is_meant_for(const struct tn_play *play, uint8_t slot,
                         const struct tn_event *event)
{
    const struct tn_program *program = &play->programs[slot];
    bool word =
        event->number == TN_EVENT_ACTION || event->number == TN_EVENT_MESSAGE;

    if (!program->len || (event->target != 0xFF && event->target != slot)) {
        return false;
    }
    if (word && event->source == slot) {
        return false;
    }
    return program->begun || event->number == TN_EVENT_PLACED;
}

/* One event for one program. True if it reacted. */
static bool deliver(struct tn_run *run, const struct tn_event *event)
{
    uint8_t chain = tn_play_get_chain(event->number);
    bool reacted;

    TN_ASSERT(chain < TN_CHAIN_ENTER);
    if (event->number == TN_EVENT_PLACED) {
        tn_play_begin(run);
    }
    run->event = event;
    reacted = tn_play_react(run, chain);
    run->event = NULL;
    if (event->number == TN_EVENT_REMOVED) {
        finish(run);
    }
    return reacted;
}

static void change_states(struct tn_run *run)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (run->play->programs[p].wanted != TN_STATE_NONE &&
            !(run->changed & (1u << p))) {
            run->slot = p;
            tn_play_change(run);
        }
    }
}

/* Changes of state, then conditions, then the changes that these ask for. */
static void settle(struct tn_run *run)
{
    change_states(run);
    run->play->unsettled = 0;
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (run->play->programs[p].begun &&
            run->play->programs[p].chains[TN_CHAIN_COND]) {
            run->slot = p;
            tn_play_look(run);
        }
    }
    change_states(run);
}

static void handle_event(struct tn_run *run)
{
    struct tn_play_out *out = run->out;
    struct tn_event event;
    uint8_t handled = 0;

    tn_play_pop(run->play, &event);
    run->work += TN_COST_EVENT;
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        run->slot = p;
        if (is_meant_for(run->play, p, &event) && deliver(run, &event)) {
            handled |= (uint8_t)(1u << p);
        }
    }
    settle(run);
    if (event.number == TN_EVENT_PLACED_OTHER ||
        event.number == TN_EVENT_REMOVED_OTHER) {
        event.name = 0; /* is a mask in the queue */
    }
    TN_ASSERT(out->event_count < TN_EVENT_CAP);
    out->handled[out->event_count] = handled;
    memcpy(&out->events[out->event_count++], &event, sizeof event);
}

/* The next timer of those that fire by themselves: not a COND_FOR's. */
static struct next_timer find_timer(const struct tn_play *play)
{
    struct next_timer next = {UINT64_MAX, 0, 0, {0}};

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *program = &play->programs[p];

        for (uint8_t t = 0; program->begun && t < program->timer_count; t++) {
            if (program->due_us[t] < next.due_us &&
                !(program->cond_fors & (1u << t))) {
                next.due_us = program->due_us[t];
                next.slot = p;
                next.timer = t;
            }
        }
    }
    return next;
}

static bool fire_timer(struct tn_run *run)
{
    struct next_timer next = find_timer(run->play);

    if (next.due_us > run->now_us) {
        return false;
    }
    run->slot = next.slot;
    run->work += TN_COST_EVENT;
    tn_play_fire(run, next.timer);
    settle(run);
    return true;
}

/* The most that one event (or timer) and the step's end can cost. */
static uint32_t sum_work(const struct tn_play *play)
{
    uint32_t sum = TN_COST_EVENT;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        sum += (uint32_t)play->programs[p].work_event +
               play->programs[p].work_frame;
    }
    return sum;
}

/* Events, then timers; one of either at least, in turns if there is room for
 * one only, so that neither can starve the other. */
static void handle_all(struct tn_run *run)
{
    struct tn_play *play = run->play;
    uint32_t need = sum_work(play);
    uint8_t was_first = play->timer_first;
    bool any = was_first && fire_timer(run);
    uint32_t fired = any ? 1 : 0;
    bool due = true;

    play->ready = play->queue_count;
    while (play->ready &&
           (!any || (!run->changed && run->work + need <= TN_WORK_CAP))) {
        handle_event(run);
        any = true;
    }
    play->ready = 0;
    while (fired < TN_EVENT_CAP &&
           (!any || (!run->changed && run->work + need <= TN_WORK_CAP)) &&
           (due = fire_timer(run))) {
        fired++;
        any = true;
    }
    if (!any) {
        settle(run);
    }
    due = due && find_timer(play).due_us <= run->now_us;
    play->timer_first = due && !was_first;
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

void tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                  struct tn_play_out *out)
{
    struct tn_run run;
    uint32_t need = sum_work(play);

    memset(&run, 0, sizeof run);
    run.now_us = in->time_us;
    play->time_us = in->time_us;
    run.play = play;
    run.in = in;
    run.out = out;
    run.key = TN_KEY_NONE;
    out->effect_count = 0;
    out->event_count = 0;
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        play->programs[p].clocked = 0;
    }
    say_ends(&run);
    change_states(&run); /* asked for after the last step's change */
    handle_all(&run);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        run.slot = p;
        if (play->programs[p].begun &&
            play->programs[p].chains[TN_CHAIN_WHILE]) {
            tn_play_hold(&run);
        }
    }
    TN_ASSERT(run.work <= TN_WORK_CAP || run.work <= need);
    (void)need;
}

bool tn_play_is_idle(const struct tn_play *play)
{
    if (play->queue_count || play->ended || play->unsettled) {
        return false;
    }
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *program = &play->programs[p];

        if (program->len && (program->active || program->clocked ||
                             program->wanted != TN_STATE_NONE)) {
            return false;
        }
    }
    return true;
}

uint64_t tn_play_due_us(const struct tn_play *play)
{
    uint64_t due_us = UINT64_MAX;

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *program = &play->programs[p];

        for (uint8_t t = 0; program->begun && t < program->timer_count; t++) {
            due_us = program->due_us[t] < due_us ? program->due_us[t] : due_us;
        }
    }
    return due_us;
}

uint8_t tn_play_get_state(const struct tn_play *play, uint8_t slot)
{
    return slot < TN_PROGRAM_CAP && play->programs[slot].len
               ? play->programs[slot].state
               : TN_STATE_NONE;
}

tn_q16 tn_play_get_number(const struct tn_play *play, uint8_t slot,
                          uint8_t number)
{
    if (slot >= TN_PROGRAM_CAP || !play->programs[slot].len ||
        number >= play->programs[slot].image[TN_IMAGE_AT_NUMBERS]) {
        return TN_UNKNOWN;
    }
    return play->programs[slot].numbers[number];
}

const uint8_t *tn_play_get_image(const struct tn_play *play, uint8_t slot,
                                 uint16_t *len)
{
    if (slot >= TN_PROGRAM_CAP || !play->programs[slot].len) {
        *len = 0;
        return NULL;
    }
    *len = play->programs[slot].len;
    return play->programs[slot].image;
}

bool tn_play_is_kept_changed(const struct tn_play *play, uint8_t slot)
{
    return slot < TN_PROGRAM_CAP && play->programs[slot].unsaved;
}

uint8_t tn_play_get_kept(struct tn_play *play, uint8_t slot, tn_q16 *kept)
{
    uint8_t count = 0;

    if (slot >= TN_PROGRAM_CAP) {
        return 0;
    }

    struct tn_program *program = &play->programs[slot];

    for (uint32_t i = 0; i < TN_NUMBER_CAP; i++) {
        if ((program->keeps >> i) & 1u) {
            kept[count++] = program->numbers[i];
        }
    }
    program->unsaved = 0;
    if (!program->len) {
        program->keeps = 0;
        memset(program->numbers, 0, sizeof program->numbers);
    }
    return count;
}

/* Adds a program's kinds that are not there yet, as many as there is room. */
static uint32_t add_kinds(const struct tn_program *program, uint32_t *kinds,
                          uint32_t count)
{
    for (uint8_t i = 0; i < program->image[TN_IMAGE_AT_KINDS]; i++) {
        uint32_t kind = tn_play_get_name(program, i);
        uint32_t k = 0;

        while (k < count && kinds[k] != kind) {
            k++;
        }
        if (k == count && count < TN_KIND_CAP) {
            kinds[count++] = kind;
        }
    }
    return count;
}

void tn_play_get_kinds(const struct tn_play *play, uint32_t *kinds)
{
    static const uint8_t order[] = {TN_IMAGE_TILE, TN_IMAGE_FIGURE};
    uint32_t count = 0;

    memset(kinds, 0, TN_KIND_CAP * sizeof *kinds);
    for (uint32_t i = 0; i < sizeof order; i++) {
        for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
            const struct tn_program *program = &play->programs[p];

            if (program->begun && !program->leaving &&
                program->image[TN_IMAGE_AT_KIND] == order[i]) {
                count = add_kinds(program, kinds, count);
            }
        }
    }
}

uint32_t tn_play_get_dropped(const struct tn_play *play)
{
    return play->dropped;
}
