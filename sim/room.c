/* SPDX-License-Identifier: Apache-2.0 */
#include "room.h"

#include <string.h>

#include <tenon/config.h>

/* Clocks of a group agree so well that turns begin together. */
#define TOGETHER_US 100u

void tn_room_init(struct tn_room *room, uint64_t seed)
{
    struct tn_sim_coil_layout layout;

    memset(room, 0, sizeof *room);
    tn_sim_air_init(&room->air, seed);
    tn_sim_coils_get_layout(&layout, TN_SIM_COILS_SEPARATE);
    tn_sim_coils_init(&room->coils, &layout);
    tn_prng_init(&room->prng, seed, 78);
}

void tn_room_start(struct tn_room *room, uint32_t link)
{
    tn_sim_air_start(&room->air, link, 0);
    room->air.links[link].boot_us = 0; /* its clock is the world's */
    memset(&room->turns[link], 0, sizeof room->turns[link]);
}

void tn_room_stop(struct tn_room *room, uint32_t link)
{
    tn_sim_air_stop(&room->air, link);
    memset(&room->turns[link], 0, sizeof room->turns[link]);
}

void tn_room_set_pose(struct tn_room *room, uint32_t link,
                      const struct tn_sim_pose *pose)
{
    room->poses[link] = *pose;
    room->air.links[link].x_m = (float)pose->at[0];
    room->air.links[link].y_m = (float)pose->at[1];
}

void tn_room_push_plan(struct tn_room *room, uint32_t link,
                       const struct tn_coil_plan *plan, uint64_t from_us)
{
    struct tn_room_turn *turn = &room->turns[link];

    if (plan->lf != TN_COIL_PLACE) {
        return;
    }
    if (plan->at_us != turn->at_us) {
        turn->at_us = plan->at_us;
        turn->number = plan->turn;
        turn->send = plan->send;
        turn->whole = from_us <= plan->at_us;
    } else if (from_us != turn->kept_us || plan->send != turn->send) {
        turn->whole = false;
    }
    turn->whole = turn->whole && plan->hf == TN_COIL_IDLE;
    turn->kept_us = from_us + TN_FRAME_US;
}

static uint64_t get_end_us(const struct tn_room_turn *turn)
{
    return turn->at_us + TN_COIL_TURN_US;
}

static bool is_kept(const struct tn_room_turn *turn)
{
    return turn->whole && turn->kept_us >= get_end_us(turn);
}

bool tn_room_is_due(const struct tn_room *room, uint32_t link,
                    uint64_t until_us)
{
    const struct tn_room_turn *turn = &room->turns[link];

    return turn->at_us && !turn->send && get_end_us(turn) <= until_us;
}

static bool in_range(const struct tn_room *room, uint32_t a, uint32_t b)
{
    double sum = 0.0;

    for (unsigned i = 0; i < 3; i++) {
        double d = room->poses[a].at[i] - room->poses[b].at[i];

        sum += d * d;
    }
    return sum <= (double)(room->air.range_m * room->air.range_m);
}

/* The link that sent during a turn, TN_SIM_AIR_CAP if none or several did. */
static uint32_t find_sender(const struct tn_room *room, uint32_t link,
                            const struct tn_room_turn *turn)
{
    uint32_t sender = TN_SIM_AIR_CAP;

    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        const struct tn_room_turn *other = &room->turns[i];

        if (i == link || !other->at_us || !other->send ||
            other->at_us >= get_end_us(turn) || other->kept_us <= turn->at_us ||
            !in_range(room, i, link)) {
            continue;
        }
        if (sender != TN_SIM_AIR_CAP) {
            return TN_SIM_AIR_CAP;
        }
        sender = i;
    }
    return sender;
}

static bool is_together(uint64_t a_us, uint64_t b_us)
{
    return (a_us < b_us ? b_us - a_us : a_us - b_us) <= TOGETHER_US;
}

bool tn_room_pull_report(struct tn_room *room, uint32_t link,
                         struct tn_coil_report *report)
{
    struct tn_room_turn turn = room->turns[link];
    uint32_t sender = find_sender(room, link, &turn);
    struct tn_sim_pose pose;

    memset(&room->turns[link], 0, sizeof room->turns[link]);
    memset(report, 0, sizeof *report);
    if (!is_kept(&turn) || sender == TN_SIM_AIR_CAP ||
        !is_kept(&room->turns[sender]) ||
        !is_together(turn.at_us, room->turns[sender].at_us)) {
        return false;
    }
    tn_sim_pose_relate(&room->poses[link], &room->poses[sender], &pose);
    tn_sim_coils_measure(tn_sim_coils_get(&room->coils, link, sender, &pose),
                         TN_SIM_COIL_L, TN_COIL_TURN_US / 3, &room->prng,
                         report->couplings, &report->sigma);
    report->at_us = turn.at_us;
    report->turn = turn.number;
    return true;
}
