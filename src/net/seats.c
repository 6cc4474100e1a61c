/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds which index, as the coordinator keeps it. */
#include <string.h>

#include "parts.h"

uint16_t tn_net_seats_mask(const struct tn_net *net, uint8_t state)
{
    uint32_t mask = 0;

    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        mask |= (uint32_t)(net->seats[i].state == state) << i;
    }
    return (uint16_t)mask;
}

uint16_t tn_net_seats_meant(const struct tn_net *net)
{
    return tn_net_seats_mask(net, TN_NET_SEAT_MEMBER) |
           tn_net_seats_mask(net, TN_NET_SEAT_GRANTED);
}

void tn_net_seats_reserve(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        const struct tn_net_member *m = &net->peers[i].m;

        if (m->here && m->index < TN_NET_CAP && m->index != net->index) {
            net->seats[m->index].id = m->id;
            net->seats[m->index].state = TN_NET_SEAT_GRANTED;
        }
    }
}

/* An index rests before it changes hands: its last holder either hears that it
 * is free or hears nothing and gives up, so no two ever seal for one slot. */
static bool is_open(const struct tn_net *net, uint8_t i, uint32_t id)
{
    const struct tn_net_seat *seat = &net->seats[i];

    return seat->state == TN_NET_SEAT_FREE &&
           (seat->id == 0 || seat->id == id ||
            net->session.counter - seat->counter >= TN_NET_FREED_COUNT);
}

static uint8_t find_seat(const struct tn_net *net, uint8_t slot, uint32_t id)
{
    for (uint8_t i = 0; i < TN_NET_CAP; i++) {
        if (net->seats[i].state != TN_NET_SEAT_FREE && net->seats[i].id == id) {
            return i;
        }
    }
    if (is_open(net, slot, id)) {
        return slot;
    }
    for (uint8_t i = 0; i < TN_NET_CAP; i++) {
        if (is_open(net, i, id)) {
            return i;
        }
    }
    return TN_NET_NONE;
}

/* The same joiner's earlier grant, a free place, or null. */
static struct tn_net_grant *find_grant(struct tn_net *net, uint32_t id)
{
    struct tn_net_grant *free = NULL;

    for (uint32_t i = 0; i < TN_NET_GRANT_CAP; i++) {
        if (net->grants[i].left > 0 && net->grants[i].id == id) {
            return &net->grants[i];
        }
        if (net->grants[i].left == 0) {
            free = &net->grants[i];
        }
    }
    return free;
}

void tn_net_seat_join(struct tn_net_turn *turn, uint8_t slot, uint32_t id,
                      uint16_t taken, uint64_t challenge)
{
    struct tn_net *net = turn->net;
    uint8_t index = find_seat(net, slot, id);
    struct tn_net_grant *grant = find_grant(net, id);

    if (index == TN_NET_NONE || !grant || id == 0 || id == net->id) {
        return; /* it will ask again */
    }

    struct tn_net_seat *seat = &net->seats[index];

    if (seat->state == TN_NET_SEAT_FREE) {
        seat->ack = (uint8_t)(net->base + net->count);
    }
    seat->id = id;
    seat->counter = net->session.counter;
    seat->taken = taken;
    seat->done = 0;
    seat->state = TN_NET_SEAT_GRANTED;
    grant->challenge = challenge;
    grant->id = id;
    grant->index = index;
    grant->left = 3;
}

void tn_net_seats_expire(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    for (uint8_t i = 0; i < TN_NET_CAP; i++) {
        struct tn_net_seat *seat = &net->seats[i];
        uint32_t quiet = net->session.counter - seat->counter;
        bool silent = (seat->state == TN_NET_SEAT_MEMBER &&
                       quiet > TN_NET_SILENT_COUNT) ||
                      (seat->state == TN_NET_SEAT_GRANTED &&
                       quiet > TN_NET_GRANTED_COUNT);

        if (silent) {
            uint8_t peer = tn_net_peer_at(net, i);

            tn_net_relay_leave(net, i);
            seat->state = TN_NET_SEAT_FREE;
            seat->counter = net->session.counter;
            if (peer != TN_NET_NONE) {
                tn_net_peer_part(turn, peer);
            }
        }
    }
}

uint8_t tn_net_seats_deputy(const struct tn_net *net)
{
    uint8_t best = TN_NET_NONE;
    uint32_t best_id = 0;
    uint8_t best_pc = 0;

    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        const struct tn_net_member *m = &net->peers[i].m;
        uint8_t level = m->battery_pc / 10u;

        if (m->index >= TN_NET_CAP ||
            net->seats[m->index].state != TN_NET_SEAT_MEMBER) {
            continue;
        }
        if (best == TN_NET_NONE || level > best_pc ||
            (level == best_pc && m->id < best_id)) {
            best = m->index;
            best_id = m->id;
            best_pc = level;
        }
    }
    return best;
}
