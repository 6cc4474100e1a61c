/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

static bool is_in_state(const struct tn_program *program, uint32_t name)
{
    if (program->parked) {
        return false;
    }

    const uint8_t *states = program->image + program->states_at;
    const uint8_t *state = states + 2u * program->state;

    if (tn_play_get_name(program, state[1]) == name) {
        return true;
    }
    return state[0] != TN_STATE_NONE &&
           tn_play_get_name(program, states[2u * state[0] + 1]) == name;
}

/* The program in slot `p`, if it is here and `name` (an index of the running
 * program's names) is a kind of it; else null. */
static const struct tn_program *find_kin(const struct tn_run *run, uint8_t p,
                                         uint8_t name)
{
    const struct tn_program *other = &run->play->programs[p];
    uint32_t kin = run->play->kin[run->slot][p];

    return ((kin >> name) & 1u) && !other->leaving ? other : NULL;
}

bool tn_play_is(const struct tn_run *run, uint8_t kind, uint8_t state)
{
    uint32_t name = tn_play_get_name(&run->play->programs[run->slot], state);

    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *other = find_kin(run, p, kind);

        if (other && other->begun && is_in_state(other, name)) {
            return true;
        }
    }
    return false;
}

bool tn_play_is_here(const struct tn_run *run, uint8_t kind)
{
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        if (p != run->slot && find_kin(run, p, kind)) {
            return true;
        }
    }
    return false;
}

/* Which program of that kind is meant: the one that caused the event, else the
 * one that came last; null if there is none. Whose tag has gone is none, and
 * nobody stands in for it. */
static const struct tn_program *find_meant(const struct tn_run *run,
                                           uint8_t kind)
{
    const struct tn_event *event = run->event;
    const struct tn_program *latest = NULL;

    if (event && event->number == TN_EVENT_REMOVED_OTHER &&
        ((event->name >> kind) & 1u)) {
        return NULL;
    }
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        const struct tn_program *other = find_kin(run, p, kind);

        if (!other || !other->begun || p == run->slot) {
            continue;
        }
        if (event && event->source == p) {
            return other;
        }
        if (!latest || other->came > latest->came) {
            latest = other;
        }
    }
    return latest;
}

/* In 32 bits, none of them unknown. */
static tn_q16 get_identity(const struct tn_program *program)
{
    uint64_t identity = program->identity;
    uint32_t folded = (uint32_t)identity ^ (uint32_t)(identity >> 32);
    tn_q16 v;

    folded = folded == (uint32_t)INT32_MAX + 1u ? 0 : folded;
    memcpy(&v, &folded, sizeof v);
    return v;
}

/* Behind a compact number or a varint of a verified image. */
static uint16_t skip_varint(const uint8_t *image, uint16_t at)
{
    while (image[at] & 0x80u) {
        at++;
    }
    return (uint16_t)(at + 1);
}

/* The number that is shown by that name, or how many there are. */
static uint8_t find_shown(const struct tn_program *program, uint32_t name)
{
    const uint8_t *image = program->image;
    uint16_t at = tn_play_get_numbers_at(program);
    uint8_t count = program->list_at[0];

    for (uint8_t i = 0; i < count; i++) {
        uint8_t flags = image[at];

        at = skip_varint(image, (uint16_t)(at + 1));
        if (flags & TN_NUMBER_MOOD) {
            at = skip_varint(image, at);
        }
        if (flags & TN_NUMBER_SHOW) {
            if (tn_play_get_name(program, image[at]) == name) {
                return i;
            }
            at++;
        }
    }
    return count;
}

tn_q16 tn_play_peek(struct tn_run *run, uint8_t kind, uint8_t name)
{
    struct tn_program *own = &run->play->programs[run->slot];
    const struct tn_program *other = find_meant(run, kind);
    uint8_t number;

    if (!other || name == TN_NAME_ANY) {
        return other ? get_identity(other) : TN_UNKNOWN;
    }
    number = find_shown(other, tn_play_get_name(own, name));
    if (number == other->list_at[0]) {
        return TN_UNKNOWN;
    }
    if (number >= other->mood_count) {
        return other->numbers[number];
    }

    tn_q16 mood = tn_play_get_mood(other, number, run->now_us);

    own->clocked = own->clocked || mood; /* it falls without an event */
    return mood;
}

/* Other bricks, as many as can be looked at. */
static uint8_t count_neighbours(const struct tn_run *run)
{
    if (!run->in) {
        return 0;
    }
    TN_ASSERT(run->in->neighbour_count <= TN_NEIGHBOUR_CAP);
    return run->in->neighbour_count <= TN_NEIGHBOUR_CAP
               ? run->in->neighbour_count
               : TN_NEIGHBOUR_CAP;
}

/* 0, which is no kind, where any brick will do. */
static uint32_t get_kind(const struct tn_run *run, uint8_t name)
{
    return name == TN_NAME_ANY
               ? 0
               : tn_play_get_name(&run->play->programs[run->slot], name);
}

static bool has_kind(const struct tn_play_neighbour *neighbour, uint32_t kind)
{
    for (uint32_t k = 0; k < TN_KIND_CAP; k++) {
        if (kind && neighbour->kinds[k] == kind) {
            return true;
        }
    }
    return false;
}

bool tn_play_is_related(const struct tn_run *run, uint8_t relation,
                        uint8_t name)
{
    uint32_t kind = get_kind(run, name);
    uint8_t count = count_neighbours(run);

    for (uint8_t i = 0; i < count; i++) {
        const struct tn_play_neighbour *neighbour = &run->in->neighbours[i];

        if (((neighbour->relations >> relation) & 1u) &&
            (name == TN_NAME_ANY || has_kind(neighbour, kind))) {
            return true;
        }
    }
    return false;
}

tn_q16 tn_play_measure(const struct tn_run *run, uint8_t measure, uint8_t name)
{
    uint32_t kind = get_kind(run, name);
    uint8_t count = count_neighbours(run);
    tn_q16 nearest_m = TN_UNKNOWN;
    tn_q16 found = TN_UNKNOWN;

    for (uint8_t i = 0; i < count; i++) {
        const struct tn_play_neighbour *neighbour = &run->in->neighbours[i];
        tn_q16 distance_m = neighbour->measures[TN_MEASURE_DISTANCE];

        if (distance_m == TN_UNKNOWN ||
            (nearest_m != TN_UNKNOWN && distance_m >= nearest_m)) {
            continue;
        }
        if (name == TN_NAME_ANY || has_kind(neighbour, kind)) {
            nearest_m = distance_m;
            found = neighbour->measures[measure];
        }
    }
    return found;
}
