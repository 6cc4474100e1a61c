/* SPDX-License-Identifier: Apache-2.0 */
/* Other bricks: net says who they are, place where they are. Both know them by
 * net's peer numbers, so that the table is kept once in each room and joined
 * here. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

_Static_assert(TN_NET_PEER_CAP == TN_PLACE_CAP, "peers are places' slots");
_Static_assert(TN_NET_PEER_CAP == TN_NEIGHBOUR_CAP, "and what programs see");
_Static_assert(TN_NET_KIND_CAP == TN_KIND_CAP, "kinds go out as they are");
_Static_assert(TN_NET_PEER_CAP <= 0x7Fu, "a peer is an event's source");

uint64_t tn_brick_get_look_us(const struct tn_brick *brick)
{
    return brick->asleep ? brick->quiet_since_us + TN_DOZE_US : brick->time_us;
}

bool tn_brick_is_radio_wanted(const struct tn_brick *brick,
                              const struct tn_in *in)
{
    if (!brick->has_family || !in->crypto) {
        return false;
    }
    return !brick->asleep ||
           (tn_net_get_count(&brick->net) > 0 &&
            brick->time_us - brick->quiet_since_us < TN_DOZE_US + TN_LINGER_US);
}

/* Posture in 1/100 g while at rest; zeros say: moved, do not use it. */
static void put_gravity(const struct tn_motion *motion, int8_t *gravity)
{
    int16_t now_mg[3];
    bool still = tn_motion_get_posture(motion, now_mg);

    for (uint32_t i = 0; still && i < 3; i++) {
        gravity[i] = (int8_t)tn_clamp(now_mg[i] / 10, -127, 127);
    }
}

static void put_net_in(struct tn_brick *brick, const struct tn_in *in,
                       bool busy, struct tn_net_in *net_in)
{
    memset(net_in, 0, sizeof *net_in);
    net_in->time_us = in->time_us;
    net_in->radio = &in->radio;
    memcpy(net_in->entropy, in->secrets, sizeof net_in->entropy);
    tn_play_get_kinds(&brick->play, net_in->kinds);
    put_gravity(&brick->motion, net_in->gravity);
    net_in->battery_pc = (uint8_t)in->battery_pc;
    net_in->busy = busy;
    net_in->on = tn_brick_is_radio_wanted(brick, in);
    net_in->send_count = brick->send_count;
    memcpy(net_in->sends, brick->sends,
           brick->send_count * sizeof brick->sends[0]);
    memset(brick->sends, 0, sizeof brick->sends);
    brick->send_count = 0;
}

static void post_events(struct tn_brick *brick, const struct tn_net_out *out)
{
    for (uint8_t i = 0; i < out->event_count; i++) {
        const struct tn_net_event *event = &out->events[i];

        if (event->number == TN_EVENT_MESSAGE) {
            tn_brick_post(brick, event, TN_EVENT_MESSAGE,
                          (uint8_t)(TN_SOURCE_PEER + event->peer), 0xFF);
        }
    }
    for (uint8_t i = 0; i < out->unheard_count; i++) {
        const struct tn_net_event *event = &out->unheard[i];

        if (event->args[2] >= 0 && event->args[2] < (int32_t)TN_PROGRAM_CAP) {
            tn_brick_post(brick, event, TN_EVENT_UNHEARD, TN_SOURCE_SELF,
                          (uint8_t)event->args[2]);
        }
    }
}

static void forget_places(struct tn_brick *brick, uint16_t peers)
{
    for (uint8_t peer = 0; peer < TN_PLACE_CAP; peer++) {
        if ((peers >> peer) & 1u) {
            tn_place_reset(&brick->place, peer);
        }
    }
}

void tn_brick_step_net(struct tn_brick *brick, const struct tn_in *in,
                       bool busy, struct tn_out *out)
{
    struct tn_net_in *net_in = &brick->scratch.net.in;
    struct tn_net_out *net_out = &brick->scratch.net.out;

    /* Off the air and to stay so: net would do nothing. */
    if (brick->net.state == TN_NET_OFF && brick->send_count == 0 &&
        !tn_brick_is_radio_wanted(brick, in)) {
        return;
    }
    put_net_in(brick, in, busy, net_in);
    tn_net_step(&brick->net, in->crypto, net_in, net_out);
    post_events(brick, net_out);
    forget_places(brick, net_out->came | net_out->gone);
    memcpy(&out->radio, &net_out->radio, sizeof out->radio);
    tn_brick_note_turn(brick);
}

static bool has_gravity(const int8_t *gravity)
{
    return gravity[0] || gravity[1] || gravity[2];
}

static void push_report(struct tn_brick *brick,
                        const struct tn_coil_report *report)
{
    const struct tn_brick_turn *turn = tn_brick_find_turn(brick, report->at_us);
    struct tn_net_member member;
    struct tn_place_report place;
    int8_t own[3] = {0, 0, 0};

    if (!turn || turn->sender != report->turn ||
        tn_net_get_member(&brick->net, turn->peer, &member) != TN_OK) {
        return; /* a turn that was not planned so, or of one who has left */
    }
    memset(&place, 0, sizeof place);
    place.time_us = report->at_us + TN_COIL_TURN_US / 2;
    memcpy(place.couplings, report->couplings, sizeof place.couplings);
    place.sigma = report->sigma;
    put_gravity(&brick->motion, own);
    for (uint32_t i = 0; i < 3; i++) {
        place.own_mg[i] = (int16_t)(own[i] * 10);
        place.their_mg[i] = (int16_t)(member.gravity[i] * 10);
    }
    place.gravity = has_gravity(own) && has_gravity(member.gravity);
    /* What place refuses is the sensor's garbage: as if not measured. */
    (void)tn_place_push(&brick->place, turn->peer, &place);
}

void tn_brick_step_place(struct tn_brick *brick, const struct tn_in *in)
{
    struct tn_place_news news[TN_PLACE_NEWS_CAP];
    uint8_t count = 0;

    if (brick->asleep) {
        return;
    }
    for (uint8_t i = 0; i < in->coil_count; i++) {
        push_report(brick, &in->coils[i]);
    }
    /* Programs look at relations, not at news of them. */
    tn_place_step(&brick->place, news, &count);
}

uint32_t tn_brick_get_relations(const struct tn_place_signals *at)
{
    return (at->near == TN_PLACE_YES ? 1u << TN_RELATION_NEAR : 0u) |
           (at->far == TN_PLACE_YES ? 1u << TN_RELATION_FAR : 0u) |
           (at->touching == TN_PLACE_YES ? 1u << TN_RELATION_TOUCHING : 0u) |
           (at->facing == TN_PLACE_YES ? 1u << TN_RELATION_FACING : 0u) |
           (at->faced_by == TN_PLACE_YES ? 1u << TN_RELATION_FACED_BY : 0u);
}

void tn_brick_put_neighbours(const struct tn_brick *brick,
                             struct tn_play_in *play_in)
{
    uint64_t look_us = tn_brick_get_look_us(brick);

    for (uint8_t peer = 0; peer < TN_NET_PEER_CAP; peer++) {
        struct tn_play_neighbour *to =
            &play_in->neighbours[play_in->neighbour_count];
        struct tn_net_member member;
        struct tn_place_signals at;

        if (tn_net_get_member(&brick->net, peer, &member) != TN_OK ||
            !member.here) {
            continue;
        }
        tn_place_get_signals(&brick->place, peer, look_us, &at);
        memcpy(to->kinds, member.kinds, sizeof to->kinds);
        to->measures[TN_MEASURE_DISTANCE] = at.distance_m;
        to->measures[TN_MEASURE_BEARING] = at.bearing_deg;
        to->relations = tn_brick_get_relations(&at);
        play_in->neighbour_count++;
    }
}

enum tn_err tn_brick_get_neighbour(const struct tn_brick *brick, uint8_t peer,
                                   struct tn_neighbour *neighbour)
{
    uint64_t look_us = tn_brick_get_look_us(brick);

    memset(neighbour, 0, sizeof *neighbour);
    if (tn_net_get_member(&brick->net, peer, &neighbour->member) != TN_OK ||
        !neighbour->member.here) {
        return TN_ERR_INDEX;
    }
    (void)tn_place_get_pose(&brick->place, peer, look_us, &neighbour->pose);
    tn_place_get_signals(&brick->place, peer, look_us, &neighbour->place);
    return TN_OK;
}
