/* SPDX-License-Identifier: Apache-2.0 */
/* What goes to the coordinator: answers in the own slot, requests to join in a
 * free one. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

#define ROOM (TN_NET_ANSWER_CAP - TN_CRYPTO_SEAL_LEN)

_Static_assert(TN_NET_ANSWER_HEAD + 1u + 2u + TN_NET_BODY_LEN +
                       TN_NET_ANSWER_EVENTS * (2u + TN_NET_EVENT_LEN) <=
                   ROOM,
               "an answer holds two events");

uint32_t tn_net_body_encode(const struct tn_net_in *in, uint8_t *data,
                            uint32_t at)
{
    data[at++] = in->battery_pc;
    for (uint32_t i = 0; i < 3; i++) {
        data[at++] = (uint8_t)in->gravity[i];
    }
    return at;
}

uint32_t tn_net_kinds_encode(const uint32_t *kinds, uint8_t *data, uint32_t at)
{
    for (uint32_t i = 0; i < TN_NET_KIND_CAP; i++) {
        at = tn_bytes_put_u32(data, at, kinds[i]);
    }
    return at;
}

static uint32_t put_kinds(const struct tn_net_turn *turn, uint8_t *data,
                          uint32_t at)
{
    if (at + 2u + TN_NET_KINDS_LEN > ROOM) {
        return at;
    }
    data[at++] = TN_NET_ITEM_KINDS;
    data[at++] = TN_NET_KINDS_LEN;
    return tn_net_kinds_encode(turn->in->kinds, data, at);
}

static uint32_t put_events(struct tn_net_turn *turn, uint8_t *data, uint32_t at)
{
    uint8_t place = 0;
    uint8_t target = TN_NET_NONE;

    for (uint32_t i = 0;
         i < TN_NET_ANSWER_EVENTS && at + 2u + TN_NET_EVENT_LEN <= ROOM; i++) {
        const struct tn_net_sent *sent = tn_net_sent_pop(turn, &place, &target);

        if (!sent) {
            break;
        }
        data[at++] = TN_NET_ITEM_EVENT;
        data[at++] = TN_NET_EVENT_LEN;
        at = tn_bytes_put_u16(data, at, sent->seq);
        data[at++] = target;
        data[at++] = sent->event.number;
        at = tn_bytes_put_u16(data, at,
                              tn_net_stamp_ms(turn->net, sent->time_us));
        at = tn_bytes_put_u32(data, at, sent->event.name);
        for (uint32_t k = 0; k < 3; k++) {
            at = tn_bytes_put_u32(data, at, (uint32_t)sent->event.args[k]);
        }
    }
    return at;
}

static void hand_over(struct tn_net_turn *turn, const struct tn_net_session *s,
                      const struct tn_net_frame *frame)
{
    struct tn_net_radio_out *radio = &turn->out->radio;

    radio->tx = TN_NET_ANSWER;
    radio->tx_us = s->beacon_us;
    radio->tx_len = frame->len;
    radio->tx_slot = frame->slot;
    radio->tx_train = s->train;
    turn->sealed = 1;
}

void tn_net_answer_seal(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    uint8_t *data = turn->out->radio.data;
    struct tn_net_frame frame = {.data = data,
                                 .counter = net->session.counter,
                                 .head = TN_NET_ANSWER_HEAD,
                                 .slot = net->index,
                                 .direction = TN_NET_UP};

    uint32_t at = 0;

    if (turn->sealed) {
        return;
    }
    data[at++] = TN_NET_IS_ANSWER;
    at = tn_bytes_put_u32(data, at, net->session.counter);
    data[at++] = net->ack;
    data[at++] = TN_NET_ITEM_BODY;
    data[at++] = TN_NET_BODY_LEN;
    at = tn_net_body_encode(turn->in, data, at);
    at = put_events(turn, data, at);
    at = put_kinds(turn, data, at); /* seldom change: if there is room */

    TN_ASSERT(at <= ROOM);
    frame.len = (uint16_t)at;
    tn_net_seal(turn, &net->session, &frame);
    hand_over(turn, &net->session, &frame);
}

/* A free slot, or the own one of before; TN_NET_NONE if the group is full. */
static uint8_t choose_slot(const struct tn_net_turn *turn, uint16_t present,
                           bool keep)
{
    const struct tn_net *net = turn->net;
    uint32_t free = 0;

    if (net->index < TN_NET_CAP &&
        (keep || (net->other.counter % 2u == 0 &&
                  !tn_net_is_set(present, net->index)))) {
        return net->index;
    }
    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        free += !tn_net_is_set(present, i);
    }
    if (free == 0) {
        return net->index; /* perhaps the coordinator still holds it for us */
    }

    uint32_t nth = turn->in->entropy[3] % free;

    for (uint8_t i = 0; i < TN_NET_CAP; i++) {
        if (!tn_net_is_set(present, i) && nth-- == 0) {
            return i;
        }
    }
    return TN_NET_NONE;
}

void tn_net_join_seal(struct tn_net_turn *turn, const struct tn_net_head *head,
                      bool keep)
{
    struct tn_net *net = turn->net;
    uint8_t *data = turn->out->radio.data;
    uint16_t oldest = net->sent_count ? net->sent[0].seq : net->seq;
    struct tn_net_frame frame = {.challenge = net->challenge,
                                 .data = data,
                                 .counter = net->other.counter,
                                 .head = TN_NET_JOIN_HEAD,
                                 .slot = choose_slot(turn, head->present, keep),
                                 .direction = TN_NET_JOINS};
    uint32_t at = 0;

    if (turn->sealed || frame.slot == TN_NET_NONE) {
        return;
    }
    data[at++] = TN_NET_IS_JOIN;
    at = tn_bytes_put_u32(data, at, net->other.counter);
    at = tn_bytes_put_u64(data, at, net->challenge);
    at = tn_bytes_put_u32(data, at, net->id);
    at = tn_bytes_put_u16(data, at, (uint16_t)(oldest - 1u));
    at = tn_net_body_encode(turn->in, data, at);
    at = tn_net_kinds_encode(turn->in->kinds, data, at);
    frame.len = (uint16_t)at;
    tn_net_seal(turn, &net->other, &frame);
    hand_over(turn, &net->other, &frame);
}

/* False: no room, later ones of this answer must wait too. */
static bool take_event(struct tn_net_turn *turn, struct tn_bytes *item,
                       uint8_t slot)
{
    const struct tn_net_seat *seat = &turn->net->seats[slot];
    struct tn_net_relay event;

    memset(&event, 0, sizeof event);
    event.id = seat->id;
    event.origin = slot;
    event.seq = tn_bytes_get_u16(item);
    event.target = tn_bytes_get_u8(item);
    event.number = tn_bytes_get_u8(item);
    event.stamp_ms = tn_bytes_get_u16(item);
    event.name = tn_bytes_get_u32(item);
    for (uint32_t i = 0; i < 3; i++) {
        event.args[i] = (tn_q16)tn_bytes_get_u32(item);
    }
    if (item->err || (uint16_t)(event.seq - seat->taken - 1u) >= 0x7FFFu) {
        return true; /* malformed, or here already */
    }
    return tn_net_relay_push(turn, &event);
}

static void take_items(struct tn_net_turn *turn, struct tn_bytes *b,
                       uint8_t slot, uint8_t peer)
{
    struct tn_bytes item;
    uint8_t kind;
    bool room = true;

    while (tn_net_item_get(b, &kind, &item)) {
        if (kind == TN_NET_ITEM_BODY && item.len == TN_NET_BODY_LEN) {
            tn_net_peer_body(&turn->net->peers[peer], &item);
        } else if (kind == TN_NET_ITEM_KINDS && item.len == TN_NET_KINDS_LEN) {
            tn_net_peer_kinds(&turn->net->peers[peer], &item);
        } else if (kind == TN_NET_ITEM_EVENT && room) {
            room = take_event(turn, &item, slot);
        }
    }
}

static void take_answer(struct tn_net_turn *turn, struct tn_bytes *b,
                        uint8_t slot)
{
    struct tn_net *net = turn->net;
    struct tn_net_seat *seat = &net->seats[slot];
    uint8_t ack = tn_bytes_get_u8(b);

    if (b->err || tn_net_is_before((uint8_t)(net->base + net->count), ack)) {
        return;
    }

    uint8_t peer = tn_net_peer_meet(turn, seat->id, slot);

    if (peer == TN_NET_NONE) {
        return;
    }
    seat->counter = net->session.counter;
    seat->state = TN_NET_SEAT_MEMBER;
    seat->ack = ack;
    tn_net_relay_ack(turn, slot, ack);
    take_items(turn, b, slot, peer);
}

static void take_join(struct tn_net_turn *turn, struct tn_bytes *b,
                      uint8_t slot, uint64_t challenge)
{
    uint32_t id = tn_bytes_get_u32(b);
    uint16_t taken = tn_bytes_get_u16(b);

    if (!b->err) {
        tn_net_seat_join(turn, slot, id, taken, challenge);
    }
}

void tn_net_answer_take(struct tn_net_turn *turn, const struct tn_net_rx *rx)
{
    struct tn_net *net = turn->net;
    uint8_t data[TN_NET_ANSWER_CAP];
    struct tn_net_frame frame = {.data = data, .len = rx->len};
    struct tn_bytes b;

    if (rx->len > TN_NET_ANSWER_CAP || rx->slot >= TN_NET_CAP) {
        turn->out->junk++;
        return;
    }
    memcpy(data, turn->in->radio->data + rx->at, rx->len);
    b = tn_bytes_of(data, rx->len);

    uint8_t kind = tn_bytes_get_u8(&b);
    const struct tn_net_seat *seat = &net->seats[rx->slot];
    bool seated =
        seat->state == TN_NET_SEAT_MEMBER || seat->state == TN_NET_SEAT_GRANTED;

    frame.counter = tn_bytes_get_u32(&b);
    frame.slot = rx->slot;
    frame.head = TN_NET_ANSWER_HEAD;
    frame.direction = TN_NET_UP;
    if (kind == TN_NET_IS_JOIN) {
        frame.challenge = tn_bytes_get_u64(&b);
        frame.head = TN_NET_JOIN_HEAD;
        frame.direction = TN_NET_JOINS;
    }
    /* Only the beacon just sent may be answered: anything else is a replay. */
    if (b.err || frame.counter != net->session.counter ||
        (kind != TN_NET_IS_JOIN && (kind != TN_NET_IS_ANSWER || !seated)) ||
        tn_net_open(turn, &net->session, &frame) != TN_OK) {
        turn->out->junk++;
        return;
    }
    b = tn_bytes_of(data, frame.len);
    (void)tn_bytes_get_block(&b, frame.head);
    if (kind == TN_NET_IS_JOIN) {
        take_join(turn, &b, rx->slot, frame.challenge);
    } else {
        take_answer(turn, &b, rx->slot);
    }
}
