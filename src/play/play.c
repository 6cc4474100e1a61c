/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

_Static_assert(TN_PROGRAM_CAP <= 8, "programs have a bit each");
_Static_assert(sizeof(struct tn_play) <= 9728, "images take 4.5 kB of it");

void tn_play_init(struct tn_play *play)
{
    memset(play, 0, sizeof *play);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        play->programs[p].wanted = TN_STATE_NONE;
        play->next_us[p] = UINT64_MAX;
    }
}

/* Of all reactions, by their number in the image. */
struct order {
    uint16_t at[TN_REACTION_CAP];
    uint8_t chain[TN_REACTION_CAP]; /* and TIMED, for a COND_FOR */
};

#define TIMED 0x80u

static void put_reaction(struct tn_program *program, uint8_t place,
                         const struct order *order, uint8_t r)
{
    program->reaction_at[place] = order->at[r];
    if (order->chain[r] == TN_CHAIN_TIMER || (order->chain[r] & TIMED)) {
        TN_ASSERT(program->timer_count < TN_TIMER_CAP);
        program->timed[program->timer_count++] = place;
    }
}

/* Chain by chain, in each in the order written; the timers of COND_FORs come
 * behind the others. */
static void sort_reactions(struct tn_program *program,
                           const struct order *order)
{
    uint8_t count = program->image[TN_IMAGE_AT_REACTIONS];
    uint8_t counts[TN_CHAIN_COUNT] = {0};
    uint8_t place = 0;

    for (uint8_t r = 0; r < count; r++) {
        counts[order->chain[r] & ~TIMED]++;
    }
    for (uint8_t chain = 0; chain < TN_CHAIN_COUNT; chain++) {
        program->first[chain] = place;
        place = (uint8_t)(place + counts[chain]);
    }
    program->first[TN_CHAIN_COUNT] = place;
    memset(counts, 0, sizeof counts);
    for (uint8_t pass = 0; pass < 2; pass++) { /* COND_FORs in the second */
        for (uint8_t r = 0; r < count; r++) {
            uint8_t chain = order->chain[r] & (uint8_t)~TIMED;

            if (pass == (chain == TN_CHAIN_COND)) {
                place = (uint8_t)(program->first[chain] + counts[chain]++);
                put_reaction(program, place, order, r);
            }
        }
    }
}

static void set_reactions(struct tn_program *program, uint16_t reactions_at)
{
    struct tn_bytes b = tn_bytes_of(program->image, program->len);
    struct order order;

    b.at = reactions_at;
    for (uint8_t r = 0; r < program->image[TN_IMAGE_AT_REACTIONS]; r++) {
        struct tn_reaction reaction;

        order.at[r] = b.at;
        (void)tn_play_decode(&b, &reaction);
        order.chain[r] = reaction.chain;
        if (reaction.trigger == TN_TRIGGER_COND_FOR) {
            order.chain[r] |= TIMED;
        }
    }
    TN_ASSERT(!b.err && b.at == program->len);
    sort_reactions(program, &order);
    tn_play_set_scopes(program);
}

/* Moods come first, lists last: a list's places lie behind the numbers. */
static void set_numbers(struct tn_program *program, uint16_t numbers_at)
{
    struct tn_bytes b = tn_bytes_of(program->image, program->len);
    uint8_t cell = 0;
    uint8_t list = 0;

    b.at = numbers_at;
    for (uint8_t i = 0; i < program->image[TN_IMAGE_AT_NUMBERS]; i++) {
        struct tn_number number;

        tn_play_decode_number(&b, &number);
        if (number.flags & TN_NUMBER_LIST) {
            program->list_at[list++] = cell;
            cell = (uint8_t)(cell + number.places);
            continue;
        }
        if (number.flags & TN_NUMBER_MOOD) {
            program->mood_at[program->mood_count++] =
                (uint8_t)(number.time_at - numbers_at);
        }
        program->keeps |= (uint16_t)((number.flags & TN_NUMBER_KEEP) << i);
        program->numbers[cell++] = number.value;
    }
    TN_ASSERT(cell <= TN_CELL_CAP && list <= TN_LIST_CAP);
    while (list <= TN_LIST_CAP) {
        program->list_at[list++] = cell;
    }
}

static void set_up(struct tn_program *program, uint64_t identity,
                   const struct tn_image_info *info)
{
    const uint8_t *image = program->image;

    program->identity = identity;
    program->states_at = info->states_at;
    program->work_event = info->work_event;
    program->work_begin = info->work_begin;
    program->work_end = info->work_end;
    program->work_change = info->work_change;
    program->work_look = info->work_look;
    program->work_while = info->work_while;
    program->looks = tn_play_get_looks(image, info->reactions_at);
    program->state = image[TN_IMAGE_AT_START];
    program->light_key = TN_KEY_NONE;
    for (uint32_t i = 0; i < TN_TIMER_CAP; i++) {
        program->due_us[i] = UINT64_MAX;
    }
    set_numbers(program, info->numbers_at);
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

        if (p != slot && mask && tn_play_has(&play->programs[p], chain)) {
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
    play->wanting &= (uint8_t) ~(1u << slot);
    play->retimed &= (uint8_t) ~(1u << slot);
    play->next_us[slot] = UINT64_MAX;
    for (uint8_t chain = 0; chain < TN_CHAIN_COUNT; chain++) {
        play->listeners[chain] &= (uint8_t) ~(1u << slot);
    }
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        play->kin[slot][p] = 0;
        play->kin[p][slot] = 0;
    }
    tn_play_set_stale(play);
}

/* The slot's program ends: its states are left and the slot is empty. */
void tn_play_finish(struct tn_run *run)
{
    struct tn_program *program = &run->play->programs[run->slot];

    run->work += TN_COST_GONE;
    if (program->begun) {
        tn_play_end(run);
    }
    (void)tn_play_emit(run, TN_EFFECT_STOP_ALL, 0, 0);
    (void)tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
    clear(run->play, run->slot);
    tn_play_mind_bare(run->play);
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
    tn_play_finish(&run);
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

/* The place in the order of coming of who came last of those here. */
static uint32_t get_last(const struct tn_play *play)
{
    uint32_t last = 0;

    for (uint32_t p = 0; p < TN_PROGRAM_CAP; p++) {
        last = play->programs[p].came > last ? play->programs[p].came : last;
    }
    return last;
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
    for (uint8_t m = 0; m < program->mood_count; m++) {
        program->mood_us[m] = time_us;
    }
    program->prepared = 0;
    program->came = get_last(play) + 1;
    program->entered_us[TN_SCOPE_INNER] = time_us;
    program->entered_us[TN_SCOPE_OUTER] = time_us;
    set_kin(play, slot);
    tn_play_set_stale(play);
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
    tn_play_set_stale(play);
}

bool tn_play_is_idle(const struct tn_play *play)
{
    if (play->queue_count || play->ended || play->unsettled || play->phase) {
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
        for (uint8_t i = 0; i < program->later_count; i++) {
            uint64_t later_us = program->laters[i].due_us;

            due_us = later_us < due_us ? later_us : due_us;
        }
        if (program->begun && program->mood_due_us < due_us) {
            due_us = program->mood_due_us;
        }
    }
    return due_us;
}

uint8_t tn_play_get_state(const struct tn_play *play, uint8_t slot)
{
    return slot < TN_PROGRAM_CAP && play->programs[slot].len &&
                   !play->programs[slot].parked
               ? play->programs[slot].state
               : TN_STATE_NONE;
}

uint8_t tn_play_get_bare(const struct tn_play *play)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *program = &play->programs[p];

        if (program->len && !program->leaving &&
            program->image[TN_IMAGE_AT_KIND] == TN_IMAGE_BRICK) {
            return p;
        }
    }
    return 0xFF;
}

tn_q16 tn_play_get_number(const struct tn_play *play, uint8_t slot,
                          uint8_t number)
{
    if (slot >= TN_PROGRAM_CAP || !play->programs[slot].len ||
        number >= play->programs[slot].list_at[0]) {
        return TN_UNKNOWN;
    }

    const struct tn_program *program = &play->programs[slot];

    return number < program->mood_count
               ? tn_play_get_mood(program, number, play->time_us)
               : program->numbers[number];
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
    static const uint8_t order[] = {TN_IMAGE_TILE, TN_IMAGE_FIGURE,
                                    TN_IMAGE_BRICK};
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
