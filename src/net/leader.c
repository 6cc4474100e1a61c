/* SPDX-License-Identifier: Apache-2.0 */
/* The coordinator: a beacon an interval, and a look around for other groups of
 * the family. */
#include <string.h>

#include "parts.h"

#define LOOK_US 3000000u /* newly leading: others may have begun as well */
#define SEAL_US 9000u    /* a beacon is sealed in the step this close */
#define PROBE_US 250000u /* for a challenge to come back */

void tn_net_lead(struct tn_net_turn *turn, uint8_t reason)
{
    struct tn_net *net = turn->net;
    const uint32_t *entropy = turn->in->entropy;
    uint64_t now_us = turn->in->time_us;
    bool takes_over;

    if ((entropy[0] | entropy[1]) == 0) {
        tn_net_seek(turn, TN_NET_LISTEN_MIN_US, TN_NET_WHY_NOBODY);
        return; /* no randomness, no safe session */
    }
    /* Within the grace time this group goes on under another coordinator. */
    takes_over = net->grace_us != 0 && net->index < TN_NET_CAP;
    net->before = takes_over ? net->session.id : 0;
    memset(&net->session, 0, sizeof net->session);
    memset(&net->other, 0, sizeof net->other);
    memset(net->seats, 0, sizeof net->seats);
    memset(net->grants, 0, sizeof net->grants);
    memset(net->relay, 0, sizeof net->relay);
    net->session.salt = (uint64_t)entropy[1] << 32 | entropy[0];
    net->session.id = entropy[2];
    tn_net_derive(turn, &net->session);
    if (!net->clock.set) {
        tn_net_clock_set(&net->clock, now_us, now_us);
    }
    if (net->index >= TN_NET_CAP) {
        net->index = entropy[3] % TN_NET_CAP;
    }
    net->seats[net->index].id = net->id;
    net->seats[net->index].state = TN_NET_SEAT_OWN;
    if (takes_over) {
        uint8_t old = tn_net_peer_at(net, net->leader);

        if (old != TN_NET_NONE) {
            tn_net_peer_part(turn, old);
        }
        net->grace_us = 0;
        tn_net_seats_reserve(turn);
    } else {
        tn_net_peers_unseat(turn);
    }
    net->leader = net->index;
    net->deputy = TN_NET_NONE;
    net->present = (uint16_t)(1u << net->index);
    net->base = 0;
    net->count = 0;
    net->first = 0;
    net->scan = TN_NET_SCAN_ALL;

    net->probing = 0;
    net->probe_us = 0;
    net->moving = 0;
    net->since_us = now_us;
    net->state = TN_NET_LEADING;
    net->reason = reason;
    tn_net_sent_reset(net);
}

/* Members first, then charge, then the lower id: a lone brick does not move a
 * group. */
bool tn_net_is_better(const struct tn_net_turn *turn,
                      const struct tn_net_head *head)
{
    const struct tn_net *net = turn->net;
    bool own = tn_net_seats_mask(net, TN_NET_SEAT_MEMBER) != 0;
    bool theirs = (head->flags & TN_NET_FLAG_MEMBERS) != 0;
    uint8_t own_level = turn->in->battery_pc / 10u;
    uint8_t their_level = head->battery_pc / 10u;

    if (own != theirs) {
        return theirs;
    }
    if (own_level != their_level) {
        return their_level > own_level;
    }
    return head->id < net->id;
}

/* Own events join the others' in the order of all. */
static void take_own(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    uint8_t at = 0;
    uint8_t target = TN_NET_NONE;

    if (tn_net_seats_meant(net) == 0) {
        return;
    }
    for (uint32_t i = 0; i < TN_NET_SENT_CAP; i++) {
        struct tn_net_sent *sent = tn_net_sent_pop(turn, &at, &target);
        struct tn_net_relay event;

        if (!sent) {
            return;
        }
        memset(&event, 0, sizeof event);
        memcpy(event.args, sent->event.args, sizeof event.args);
        event.name = sent->event.name;
        event.id = net->id;
        event.seq = sent->seq;
        event.stamp_ms = tn_net_stamp_ms(net, sent->time_us);
        event.origin = net->index;
        event.target = target;
        event.number = sent->event.number;
        if (!tn_net_relay_push(turn, &event)) {
            return;
        }
        if (sent->state == TN_NET_WAITS) {
            sent->state = TN_NET_TAKEN;
        }
    }
}

static void choose_scan(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    bool lone = tn_net_seats_mask(net, TN_NET_SEAT_MEMBER) == 0;
    bool fresh = turn->in->time_us < net->since_us + LOOK_US;

    net->scan = TN_NET_SCAN_OFF;
    if (lone && fresh) {
        net->scan = TN_NET_SCAN_ALL;
    } else if (fresh || turn->in->entropy[3] % 4u == 0) {
        net->scan = TN_NET_SCAN_SOME;
    }
}

void tn_net_lead_step(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    uint64_t now_us = turn->in->time_us;
    uint64_t next_us = turn->in->radio->next_us;

    if (net->probing == 2) {
        if (now_us >= net->probe_us) {
            tn_net_give_up(turn);
        }
        return;
    }
    tn_net_relay_expire(turn);
    take_own(turn);
    if (turn->sealed || next_us <= net->session.beacon_us ||
        next_us > now_us + SEAL_US) {
        return;
    }
    if (net->session.counter == UINT32_MAX) {
        tn_net_lead(turn, TN_NET_WHY_STARTED);
        return;
    }
    tn_net_seats_expire(turn);
    choose_scan(turn);
    tn_net_beacon_seal(turn);
    if (net->probing == 1) {
        net->probing = 2;
        net->probe_us = next_us + PROBE_US;
    }
}
