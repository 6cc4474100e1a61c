/* SPDX-License-Identifier: Apache-2.0 */
/* Beacons: what a coordinator says to all. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

#define ROOM (TN_NET_BEACON_CAP - TN_CRYPTO_SEAL_LEN)

_Static_assert(TN_NET_BEACON_HEAD + 20u + 2u * TN_NET_CAP +
                       2u * (2u + TN_NET_GRANT_LEN) + 2u + TN_NET_BEFORE_LEN +
                       3u * (2u + TN_NET_RELAY_LEN) <=
                   ROOM,
               "a full group's beacon holds two grants and three events");

static bool has_room(uint32_t at, uint32_t len)
{
    return at + 2u + len <= ROOM;
}

static uint32_t put_item(uint8_t *data, uint32_t at, uint8_t kind, uint8_t len)
{
    data[at] = kind;
    data[at + 1] = len;
    return at + 2;
}

static uint32_t put_head(const struct tn_net_turn *turn, uint8_t *data,
                         uint16_t present)
{
    const struct tn_net *net = turn->net;
    uint64_t start_us = turn->in->radio->next_us;
    uint32_t at = 0;
    uint8_t flags = 0;

    if (net->probing) {
        flags |= TN_NET_FLAG_PROBING;
    }
    if (tn_net_seats_mask(net, TN_NET_SEAT_MEMBER)) {
        flags |= TN_NET_FLAG_MEMBERS;
    }
    data[at++] = TN_NET_IS_BEACON;
    at = tn_bytes_put_u64(data, at, net->session.salt);
    at = tn_bytes_put_u32(data, at, net->session.id);
    at = tn_bytes_put_u32(data, at, net->session.counter);
    at = tn_bytes_put_u64(data, at, tn_net_clock_get(&net->clock, start_us));
    at = tn_bytes_put_u32(data, at, net->id);
    at = tn_bytes_put_u16(data, at, present);
    data[at++] = net->base;
    data[at++] = (uint8_t)(net->base + net->count);
    data[at++] = net->index;
    data[at++] = net->deputy;
    data[at++] = turn->in->battery_pc;
    data[at++] = flags;
    return at;
}

static uint32_t put_seats(const struct tn_net *net, uint8_t *data, uint32_t at,
                          uint16_t present)
{
    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        if (tn_net_is_set(present, i)) {
            data[at++] = (uint8_t)net->seats[i].taken;
            data[at++] = net->seats[i].done;
        }
    }
    return at;
}

static uint32_t put_grants(struct tn_net *net, uint8_t *data, uint32_t at)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < TN_NET_GRANT_CAP && count < 2; i++) {
        struct tn_net_grant *grant = &net->grants[i];

        if (grant->left > 0) {
            grant->left--;
            count++;
            at = put_item(data, at, TN_NET_ITEM_GRANT, TN_NET_GRANT_LEN);
            at = tn_bytes_put_u64(data, at, grant->challenge);
            at = tn_bytes_put_u32(data, at, grant->id);
            data[at++] = grant->index;
            data[at++] = net->seats[grant->index].ack;
        }
    }
    return at;
}

/* For a while after a takeover, so that its members know their seats. */
static uint32_t put_before(const struct tn_net *net, uint8_t *data, uint32_t at)
{
    if (net->before == 0 || net->session.counter > TN_NET_GRANTED_COUNT) {
        return at;
    }
    at = put_item(data, at, TN_NET_ITEM_BEFORE, TN_NET_BEFORE_LEN);
    return tn_bytes_put_u32(data, at, net->before);
}

static uint32_t put_relays(const struct tn_net *net, uint8_t *data, uint32_t at)
{
    uint8_t next = (uint8_t)(net->base + net->count);
    uint8_t number = tn_net_relay_first(net);

    for (uint32_t i = 0; i < TN_NET_BEACON_EVENTS && number != next &&
                         has_room(at, TN_NET_RELAY_LEN);
         i++, number++) {
        const struct tn_net_relay *event = tn_net_relay_get(net, number);

        at = put_item(data, at, TN_NET_ITEM_RELAY, TN_NET_RELAY_LEN);
        data[at++] = number;
        data[at++] = event->origin;
        at = tn_bytes_put_u32(data, at, event->id);
        at = tn_bytes_put_u16(data, at, event->seq);
        data[at++] = event->target;
        data[at++] = event->number;
        at = tn_bytes_put_u16(data, at, event->stamp_ms);
        at = tn_bytes_put_u32(data, at, event->name);
        for (uint32_t k = 0; k < 3; k++) {
            at = tn_bytes_put_u32(data, at, (uint32_t)event->args[k]);
        }
    }
    return at;
}

static uint32_t put_state(const struct tn_net_turn *turn, uint8_t *data,
                          uint32_t at, uint8_t index)
{
    const struct tn_net *net = turn->net;
    uint8_t peer = tn_net_peer_at(net, index);

    at = put_item(data, at, TN_NET_ITEM_STATE, TN_NET_STATE_LEN);
    data[at++] = index;
    at = tn_bytes_put_u32(data, at, net->seats[index].id);
    if (peer == TN_NET_NONE) {
        at = tn_net_body_encode(turn->in, data, at);
        return tn_net_kinds_encode(turn->in->kinds, data, at);
    }

    const struct tn_net_member *m = &net->peers[peer].m;

    data[at++] = m->battery_pc;
    for (uint32_t i = 0; i < 3; i++) {
        data[at++] = (uint8_t)m->gravity[i];
    }
    return tn_net_kinds_encode(m->kinds, data, at);
}

/* In rotation, as many as there is room for. */
static uint32_t put_states(const struct tn_net_turn *turn, uint8_t *data,
                           uint32_t at)
{
    struct tn_net *net = turn->net;
    uint16_t told = tn_net_seats_mask(net, TN_NET_SEAT_MEMBER);

    told |= (uint16_t)(1u << net->index);
    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        uint8_t index = (uint8_t)((net->turn + 1u) % TN_NET_CAP);

        if (!has_room(at, TN_NET_STATE_LEN)) {
            break;
        }
        net->turn = index;
        if (tn_net_is_set(told, index) &&
            (index == net->index ||
             tn_net_peer_at(net, index) != TN_NET_NONE)) {
            at = put_state(turn, data, at, index);
        }
    }
    return at;
}

void tn_net_beacon_seal(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    struct tn_net_radio_out *radio = &turn->out->radio;
    uint16_t present = (uint16_t)~tn_net_seats_mask(net, TN_NET_SEAT_FREE);
    struct tn_net_frame frame = {.data = radio->data,
                                 .head = TN_NET_BEACON_HEAD,
                                 .direction = TN_NET_DOWN};
    uint32_t at;

    net->session.counter++;
    net->session.beacon_us = turn->in->radio->next_us;
    net->present = present;
    net->deputy = tn_net_seats_deputy(net);
    at = put_head(turn, radio->data, present);
    at = put_seats(net, radio->data, at, present);
    at = put_grants(net, radio->data, at);
    at = put_before(net, radio->data, at);
    at = put_relays(net, radio->data, at);
    at = put_states(turn, radio->data, at);
    TN_ASSERT(at <= ROOM);
    frame.counter = net->session.counter;
    frame.len = (uint16_t)at;
    tn_net_seal(turn, &net->session, &frame);
    radio->tx = TN_NET_BEACON;
    radio->tx_us = turn->in->radio->next_us;
    radio->tx_len = frame.len;
    turn->sealed = 1;
}

enum tn_err tn_net_beacon_open(struct tn_net_turn *turn,
                               struct tn_net_session *s,
                               const struct tn_net_rx *rx, uint8_t *data,
                               struct tn_bytes *b)
{
    struct tn_net_frame frame = {.data = data,
                                 .head = TN_NET_BEACON_HEAD,
                                 .len = rx->len,
                                 .direction = TN_NET_DOWN};
    enum tn_err err;

    TN_ASSERT(rx->len <= TN_NET_BEACON_CAP);
    memcpy(data, turn->in->radio->data + rx->at, rx->len);
    *b = tn_bytes_of(data, rx->len);
    if (tn_bytes_get_u8(b) != TN_NET_IS_BEACON ||
        tn_bytes_get_u64(b) != s->salt || tn_bytes_get_u32(b) != s->id) {
        return TN_ERR_MAGIC;
    }
    frame.counter = tn_bytes_get_u32(b);
    if (b->err || frame.counter <= s->counter) {
        return TN_ERR_TIME; /* a replay */
    }
    err = tn_net_open(turn, s, &frame);
    if (err) {
        return err;
    }
    s->counter = frame.counter;
    s->beacon_us = rx->at_us;
    *b = tn_bytes_of(data, frame.len);
    (void)tn_bytes_get_block(b, TN_NET_BEACON_HEAD);
    return TN_OK;
}

enum tn_err tn_net_head_decode(struct tn_bytes *b, struct tn_net_head *head)
{
    memset(head, 0, sizeof *head);
    head->group_us = tn_bytes_get_u64(b);
    head->id = tn_bytes_get_u32(b);
    head->present = tn_bytes_get_u16(b);
    head->base = tn_bytes_get_u8(b);
    head->next = tn_bytes_get_u8(b);
    head->leader = tn_bytes_get_u8(b);
    head->deputy = tn_bytes_get_u8(b);
    head->battery_pc = tn_bytes_get_u8(b);
    head->flags = tn_bytes_get_u8(b);
    if (head->leader >= TN_NET_CAP || head->id == 0 ||
        (head->deputy >= TN_NET_CAP && head->deputy != TN_NET_NONE)) {
        return b->err ? (enum tn_err)b->err : TN_ERR_VALUE;
    }
    return (enum tn_err)b->err;
}

bool tn_net_item_get(struct tn_bytes *b, uint8_t *kind, struct tn_bytes *item)
{
    if (b->at == b->len) {
        return false;
    }
    *kind = tn_bytes_get_u8(b);

    uint8_t len = tn_bytes_get_u8(b);
    const uint8_t *data = tn_bytes_get_block(b, len);

    if (b->err) {
        return false;
    }
    *item = tn_bytes_of(data, len);
    return true;
}
