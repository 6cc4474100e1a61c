/* SPDX-License-Identifier: Apache-2.0 */
/* Who else is there. A peer's number outlives sessions, so that a takeover or
 * a merge is no news to programs; ids tell who is who. */
#include <string.h>

#include "parts.h"

uint8_t tn_net_peer_find(const struct tn_net *net, uint32_t id)
{
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        if (id != 0 && net->peers[i].m.id == id) {
            return i;
        }
    }
    return TN_NET_NONE;
}

uint8_t tn_net_peer_at(const struct tn_net *net, uint8_t index)
{
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        if (index != TN_NET_NONE && net->peers[i].m.index == index &&
            net->peers[i].m.id != 0) {
            return i;
        }
    }
    return TN_NET_NONE;
}

void tn_net_peer_part(struct tn_net_turn *turn, uint8_t peer)
{
    struct tn_net_member *m = &turn->net->peers[peer].m;

    if (m->here) {
        turn->out->gone |= (uint16_t)(1u << peer);
        tn_net_sent_spoil(turn->net);
    }
    m->here = 0;
    m->index = TN_NET_NONE;
}

/* Free, else gone longest, else without a seat longest: one always is, since
 * fifteen others at most have a seat. */
static uint8_t find_room(const struct tn_net *net)
{
    uint8_t best = TN_NET_NONE;
    uint64_t best_rank = UINT64_MAX;

    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        const struct tn_net_member *m = &net->peers[i].m;
        uint64_t rank = m->heard_us >> 1;

        if (m->id == 0) {
            return i;
        }
        rank |= m->here ? (uint64_t)1 << 63 : 0;
        if (m->index == TN_NET_NONE && rank < best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

uint8_t tn_net_peer_meet(struct tn_net_turn *turn, uint32_t id, uint8_t index)
{
    struct tn_net *net = turn->net;
    uint8_t peer = tn_net_peer_find(net, id);
    uint8_t sitter = tn_net_peer_at(net, index);

    if (sitter != TN_NET_NONE && sitter != peer) {
        tn_net_peer_part(turn, sitter);
    }
    if (peer == TN_NET_NONE) {
        peer = find_room(net);
        if (peer == TN_NET_NONE || id == 0) {
            return TN_NET_NONE;
        }
        tn_net_peer_part(turn, peer);
        memset(&net->peers[peer], 0, sizeof net->peers[peer]);
        net->peers[peer].m.id = id;
    }
    if (!net->peers[peer].m.here) {
        turn->out->came |= (uint16_t)(1u << peer);
    }
    net->peers[peer].m.here = 1;
    net->peers[peer].m.index = index;
    net->peers[peer].m.heard_us = turn->in->time_us;
    return peer;
}

void tn_net_peers_keep(struct tn_net_turn *turn, uint16_t present)
{
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        const struct tn_net_member *m = &turn->net->peers[i].m;

        if (m->index < TN_NET_CAP && !tn_net_is_set(present, m->index)) {
            tn_net_peer_part(turn, i);
        }
    }
}

void tn_net_peers_unseat(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    for (uint32_t i = 0; i < TN_NET_PEER_CAP; i++) {
        net->peers[i].m.index = TN_NET_NONE;
    }
    if (net->grace_us == 0) {
        net->grace_us = turn->in->time_us + TN_NET_GRACE_US;
    }
}

bool tn_net_peers_lack(const struct tn_net *net)
{
    for (uint32_t i = 0; i < TN_NET_PEER_CAP; i++) {
        if (net->peers[i].m.here && net->peers[i].m.index == TN_NET_NONE) {
            return true;
        }
    }
    return false;
}

void tn_net_peers_expire(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    if (net->grace_us == 0 || turn->in->time_us < net->grace_us) {
        return;
    }

    bool grouped = net->state == TN_NET_JOINED || net->state == TN_NET_LEADING;

    net->grace_us = 0;
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        if (!grouped || net->peers[i].m.index == TN_NET_NONE) {
            tn_net_peer_part(turn, i);
        }
    }
}

void tn_net_peer_body(struct tn_net_peer *peer, struct tn_bytes *b)
{
    uint8_t battery_pc = tn_bytes_get_u8(b);

    peer->m.battery_pc = battery_pc > 100u ? 100u : battery_pc;
    for (uint32_t i = 0; i < 3; i++) {
        peer->m.gravity[i] = (int8_t)tn_bytes_get_u8(b);
    }
}

void tn_net_peer_kinds(struct tn_net_peer *peer, struct tn_bytes *b)
{
    for (uint32_t i = 0; i < TN_NET_KIND_CAP; i++) {
        peer->m.kinds[i] = tn_bytes_get_u32(b);
    }
}

bool tn_net_deliver(struct tn_net_turn *turn, const struct tn_net_relay *event)
{
    struct tn_net_out *out = turn->out;
    uint32_t age_us = tn_net_age_us(turn, event->stamp_ms);

    if (event->id == turn->net->id || age_us > TN_NET_LIFE_US) {
        return true;
    }
    if (out->event_count == TN_NET_EVENT_CAP) {
        return false;
    }

    uint8_t peer = tn_net_peer_meet(turn, event->id, event->origin);

    if (peer == TN_NET_NONE) {
        return true;
    }

    struct tn_net_peer *from = &turn->net->peers[peer];

    if (from->seq_known && (uint16_t)(event->seq - from->seq - 1u) >= 0x7FFFu) {
        return true; /* had it in this or an earlier session */
    }
    from->seq = event->seq;
    from->seq_known = 1;

    struct tn_net_event *got = &out->events[out->event_count++];

    memcpy(got->args, event->args, sizeof got->args);
    got->name = event->name;
    got->age_us = age_us;
    got->number = event->number;
    got->peer = peer;
    return true;
}
