/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/assert.h>

#include "machine.h"

static bool is_in_state(const struct tn_program *program, uint32_t name)
{
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
