/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter of the coils: who has which winding in the next frame. */
#include <string.h>

#include "parts.h"

/* Without a group, a cell that is charged pauses so often and so long, so that
 * no tag's grace time passes unheard. In a group it pauses for turns, and after
 * the last one of a cycle for tags. */
#define CHARGE_PERIOD_US 240000u
#define CHARGE_PAUSE_US 60000u
#define GROUP_US 300000u /* a turn so long ago is of a group that was */
#define BATTERY_FULL_PC 100u
/* A look for tags takes up to 17 ms with one tag there, and two frames until
 * the brick knows; none begins so shortly before a placing turn. */
#define LIST_SPAN_US 24000u
/* Between two turns of neighbouring intervals no such look would fit: of so
 * many intervals one has no turn. */
#define TURN_CYCLE 3u
/* A new tag goes before placing, but no longer than this. */
#define READING_FIRST_US 400000u

void tn_coils_choose(const struct tn_coil_wants *wants,
                     struct tn_coil_plan *plan)
{
    plan->lf = TN_COIL_IDLE;
    plan->hf = TN_COIL_IDLE;
    if (wants->charge) {
        plan->lf = TN_COIL_CHARGE;
    } else if (wants->touch) {
        plan->lf = TN_COIL_TOUCH;
    } else if (wants->place) {
        plan->lf = TN_COIL_PLACE;
    } else if (wants->tag) {
        plan->hf = TN_COIL_TAG;
    }
}

/* Number `n` of the bits that are set, from 0. */
static uint8_t find_bit(uint16_t mask, uint32_t n)
{
    uint8_t bit = 0;

    while (bit < 16 && (!((mask >> bit) & 1u) || n-- > 0)) {
        bit++;
    }
    return bit;
}

static uint32_t count_bits(uint16_t mask)
{
    uint32_t count = 0;

    for (; mask; mask &= (uint16_t)(mask - 1)) {
        count++;
    }
    return count;
}

void tn_brick_note_turn(struct tn_brick *brick)
{
    struct tn_brick_coils *coils = &brick->coils;
    struct tn_net_pulse pulse;
    uint64_t at_us;

    if (!tn_net_get_pulse(&brick->net, &pulse)) {
        return;
    }
    at_us = pulse.beacon_us + TN_COIL_TURN_AT_US;

    uint32_t count = count_bits(pulse.present);
    uint32_t place = pulse.counter % TURN_CYCLE;
    uint32_t number = pulse.counter / TURN_CYCLE * (TURN_CYCLE - 1) + place;

    if (at_us == coils->turn.at_us || count < 2 || place == TURN_CYCLE - 1) {
        return;
    }
    memcpy(&coils->before, &coils->turn, sizeof coils->before);
    coils->turn.last = place == TURN_CYCLE - 2;
    coils->turn.odd = number / count % 2u;
    coils->turn.at_us = at_us;
    coils->turn.sender = find_bit(pulse.present, number % count);
    coils->turn.own = coils->turn.sender == pulse.index;
    coils->turn.peer = tn_net_find_peer(&brick->net, coils->turn.sender);
}

const struct tn_brick_turn *tn_brick_find_turn(const struct tn_brick *brick,
                                               uint64_t at_us)
{
    if (at_us == 0) {
        return NULL;
    }
    if (at_us == brick->coils.turn.at_us) {
        return &brick->coils.turn;
    }
    return at_us == brick->coils.before.at_us ? &brick->coils.before : NULL;
}

bool tn_brick_is_charging(const struct tn_in *in)
{
    return (in->power & TN_BRICK_DOCKED) && in->battery_pc < BATTERY_FULL_PC;
}

/* While charging: time for a look for tags. */
static bool is_pause(const struct tn_brick *brick, uint64_t end_us)
{
    const struct tn_brick_turn *turn = &brick->coils.turn;
    uint64_t over_us = turn->at_us + TN_COIL_TURN_US;

    if (turn->at_us == 0 || end_us > turn->at_us + GROUP_US) {
        return end_us % CHARGE_PERIOD_US < CHARGE_PAUSE_US;
    }
    return turn->last && end_us >= over_us && end_us < over_us + LIST_SPAN_US;
}

/* Asleep a brick lets itself be found, but does not look; charging it looks in
 * every second round of turns. Whoever is not known yet cannot be looked for.
 */
static bool is_taking_part(const struct tn_brick *brick, const struct tn_in *in,
                           const struct tn_brick_turn *turn)
{
    if (turn->at_us == 0 || turn->own) {
        return turn->at_us != 0;
    }
    return turn->peer != TN_NET_NONE && !brick->asleep &&
           !(turn->odd && tn_brick_is_charging(in));
}

static bool is_within(const struct tn_brick_turn *turn, uint64_t from_us,
                      uint64_t to_us)
{
    return turn->at_us < to_us && turn->at_us + TN_COIL_TURN_US > from_us;
}

/* The turn that overlaps the span and that this brick takes part in, or null.
 * A coordinator fixes the next beacon while the last one's turn still runs. */
static const struct tn_brick_turn *get_turn(const struct tn_brick *brick,
                                            const struct tn_in *in,
                                            uint64_t from_us, uint64_t to_us)
{
    const struct tn_brick_turn *turns[] = {&brick->coils.before,
                                           &brick->coils.turn};

    for (uint32_t i = 0; i < 2; i++) {
        if (is_taking_part(brick, in, turns[i]) &&
            is_within(turns[i], from_us, to_us)) {
            return turns[i];
        }
    }
    return NULL;
}

/* A turn begins in the span. One that no beacon has fixed yet may turn out to
 * be, or not to be, this brick's to look in: asleep it would not care. */
static bool is_turn_near(const struct tn_brick *brick, const struct tn_in *in,
                         uint64_t from_us, uint64_t to_us)
{
    const struct tn_brick_turn *turn = &brick->coils.turn;
    uint64_t next_us =
        turn->at_us + (turn->last ? 2 : 1) * (uint64_t)TN_NET_INTERVAL_US;

    return get_turn(brick, in, from_us, to_us) ||
           (turn->at_us && !brick->asleep && next_us >= from_us &&
            next_us < to_us);
}

/* A tag that is just being read goes first, for a while. */
static bool is_tag_first(struct tn_brick *brick, uint64_t end_us)
{
    struct tn_brick_coils *coils = &brick->coils;

    if (!tn_tag_is_reading(&brick->tag)) {
        coils->reading_us = 0;
        return false;
    }
    if (coils->reading_us == 0) {
        coils->reading_us = end_us;
    }
    return end_us - coils->reading_us < READING_FIRST_US;
}

void tn_brick_plan_coils(struct tn_brick *brick, const struct tn_in *in,
                         uint64_t end_us, struct tn_coil_plan *plan)
{
    const struct tn_brick_turn *turn =
        get_turn(brick, in, end_us, end_us + TN_FRAME_US);
    bool soon = is_turn_near(brick, in, end_us, end_us + LIST_SPAN_US);
    bool busy = tn_tag_is_listening(&brick->tag, in->near_count);
    bool first = is_tag_first(brick, end_us) || busy;
    struct tn_coil_wants wants = {
        .charge = !busy && !turn && tn_brick_is_charging(in) &&
                  !is_pause(brick, end_us),
        .place = !first && turn,
        .tag = first || !soon,
    };

    tn_coils_choose(&wants, plan);
    plan->turn = TN_NET_NONE;
    if (plan->lf == TN_COIL_PLACE) {
        plan->at_us = turn->at_us;
        plan->turn = turn->sender;
        plan->send = turn->own;
    }
}
