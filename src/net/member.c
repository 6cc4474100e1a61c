/* SPDX-License-Identifier: Apache-2.0 */
/* From seeking to joined, and what a member does with a beacon. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

#define JOIN_US 600000u        /* for a challenge to come back */
#define PROBE_REST_US 2000000u /* between two looks at another train */
#define LONE_REST_US 300000u   /* the same when nobody has to wait for it */
#define SHUN_SEAL_US 90000u    /* for a salt whose frame did not open */
#define SHUN_OTHER_US 500000u  /* for one that brought nothing */
#define TAKEOVER_US 120000u    /* a deputy's train is found in this time */
#define TAKEOVER_STEP_US 60000u

void tn_net_seek(struct tn_net_turn *turn, uint64_t wait_us, uint8_t reason)
{
    struct tn_net *net = turn->net;

    net->state = TN_NET_SEEKING;
    net->reason = reason;
    net->deadline_us = turn->in->time_us + wait_us;
    net->probing = 0;
    tn_net_sent_reset(net);
}

/* The coordinator is silent: the deputy leads at once, the others in the order
 * of their indices if its train does not show. */
void tn_net_seek_after(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;
    uint32_t rank = 0;

    for (uint32_t i = 0; i < net->index; i++) {
        rank += tn_net_is_set(net->present, i) && i != net->leader;
    }
    net->grace_us = turn->in->time_us + TN_NET_GRACE_US;
    if (net->moving) {
        tn_net_seek(turn,
                    TN_NET_LISTEN_MIN_US +
                        turn->in->entropy[3] % TN_NET_LISTEN_VARY_US,
                    TN_NET_WHY_LOST);
    } else if (net->deputy == net->index) {
        tn_net_lead(turn, TN_NET_WHY_DEPUTY);
    } else {
        tn_net_seek(turn, TAKEOVER_US + rank * TAKEOVER_STEP_US,
                    TN_NET_WHY_LOST);
    }
}

static void shun(struct tn_net_turn *turn, uint64_t salt, uint64_t span_us)
{
    struct tn_net *net = turn->net;
    struct tn_net_shun *entry = &net->shun[net->shun_next];

    entry->salt = salt;
    entry->until_us = turn->in->time_us + span_us;
    net->shun_next = (uint8_t)((net->shun_next + 1u) % TN_NET_SHUN_CAP);
}

static bool is_shunned(const struct tn_net_turn *turn, uint64_t salt)
{
    for (uint32_t i = 0; i < TN_NET_SHUN_CAP; i++) {
        const struct tn_net_shun *entry = &turn->net->shun[i];

        if (entry->salt == salt && entry->until_us > turn->in->time_us) {
            return true;
        }
    }
    return false;
}

void tn_net_give_up(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    shun(turn, net->other.salt, SHUN_OTHER_US);
    net->reason = TN_NET_WHY_REFUSED;
    if (net->state == TN_NET_LEADING) {
        net->probing = 0;
        net->probe_us =
            turn->in->time_us +
            (tn_net_seats_meant(net) ? PROBE_REST_US : LONE_REST_US);
    } else {
        net->state = TN_NET_SEEKING;
        net->deadline_us = net->since_us;
    }
}

static void take_relay(struct tn_net_turn *turn, struct tn_bytes *item)
{
    struct tn_net *net = turn->net;
    struct tn_net_relay event;
    uint8_t number = tn_bytes_get_u8(item);

    memset(&event, 0, sizeof event);
    event.origin = tn_bytes_get_u8(item);
    event.id = tn_bytes_get_u32(item);
    event.seq = tn_bytes_get_u16(item);
    event.target = tn_bytes_get_u8(item);
    event.number = tn_bytes_get_u8(item);
    event.stamp_ms = tn_bytes_get_u16(item);
    event.name = tn_bytes_get_u32(item);
    for (uint32_t i = 0; i < 3; i++) {
        event.args[i] = (tn_q16)tn_bytes_get_u32(item);
    }
    if (item->err || event.origin >= TN_NET_CAP || number != net->ack) {
        return; /* had it, or one before it is missing */
    }
    if ((event.target != TN_NET_ALL && event.target != net->index) ||
        tn_net_deliver(turn, &event)) {
        net->ack++;
    }
}

static void take_state(struct tn_net_turn *turn, struct tn_bytes *item)
{
    struct tn_net *net = turn->net;
    uint8_t index = tn_bytes_get_u8(item);
    uint32_t id = tn_bytes_get_u32(item);

    if (item->err || index >= TN_NET_CAP || id == net->id) {
        return;
    }

    uint8_t peer = tn_net_peer_meet(turn, id, index);

    if (peer != TN_NET_NONE) {
        tn_net_peer_body(&net->peers[peer], item);
        tn_net_peer_kinds(&net->peers[peer], item);
    }
}

static void take_seats(struct tn_net *net, struct tn_bytes *b, uint16_t present)
{
    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        if (!tn_net_is_set(present, i)) {
            continue;
        }

        uint8_t taken = tn_bytes_get_u8(b);
        uint8_t done = tn_bytes_get_u8(b);

        if (i == net->index && !b->err) {
            tn_net_sent_mark(net, taken, done);
        }
    }
}

/* An opened beacon of the own session, after its head; answered at once. */
static void take_beacon(struct tn_net_turn *turn,
                        const struct tn_net_head *head, struct tn_bytes *b)
{
    struct tn_net *net = turn->net;
    uint32_t lost = TN_NET_LOST_COUNT;
    struct tn_bytes item;
    uint8_t kind;

    tn_net_clock_step(&net->clock, net->session.beacon_us, head->group_us);
    net->present = head->present;
    net->leader = head->leader;
    net->deputy = head->deputy;
    net->moving = head->flags & TN_NET_FLAG_PROBING;
    if (net->moving) {
        lost = TN_NET_PROBE_LOST_COUNT;
    }
    net->deadline_us = net->session.beacon_us + lost * TN_NET_INTERVAL_US +
                       TN_NET_INTERVAL_US / 2;
    tn_net_peers_keep(turn, head->present);
    if (tn_net_is_before(net->ack, head->base)) {
        net->ack = head->base; /* too old by now, or never meant for us */
    }
    take_seats(net, b, head->present);
    while (tn_net_item_get(b, &kind, &item)) {
        if (kind == TN_NET_ITEM_STATE && item.len == TN_NET_STATE_LEN) {
            take_state(turn, &item);
        } else if (kind == TN_NET_ITEM_RELAY) {
            take_relay(turn, &item);
        }
    }
    tn_net_answer_seal(turn);
}

/* What a beacon of another session means to one who wants to join. */
struct offer {
    uint8_t index;  /* granted for the own challenge, or TN_NET_NONE */
    uint8_t ack;    /* number of the first event to take */
    bool continues; /* the own session or its heir: indices stay */
};

/* The session that was lost, or that was taken over by mistake. */
static bool is_before(const struct tn_net *net)
{
    if (net->state == TN_NET_LEADING) {
        return net->before != 0 && net->before == net->other.id;
    }
    return net->index < TN_NET_CAP && net->grace_us != 0 &&
           net->session.salt == net->other.salt;
}

static struct offer find_offer(const struct tn_net *net,
                               const struct tn_net_head *head,
                               struct tn_bytes b)
{
    struct offer offer = {.index = TN_NET_NONE, .continues = is_before(net)};
    struct tn_bytes item;
    uint8_t kind;

    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        if (tn_net_is_set(head->present, i)) {
            (void)tn_bytes_get_u16(&b);
        }
    }
    while (tn_net_item_get(&b, &kind, &item)) {
        if (kind == TN_NET_ITEM_GRANT &&
            tn_bytes_get_u64(&item) == net->challenge &&
            tn_bytes_get_u32(&item) == net->id) {
            uint8_t index = tn_bytes_get_u8(&item);

            offer.ack = tn_bytes_get_u8(&item);
            offer.index = !item.err && index < TN_NET_CAP ? index : TN_NET_NONE;
        } else if (kind == TN_NET_ITEM_BEFORE &&
                   tn_bytes_get_u32(&item) == net->session.id &&
                   net->index < TN_NET_CAP && net->grace_us != 0) {
            offer.continues = !item.err;
        }
    }
    return offer;
}

/* A beacon of the train to join, opened: the challenge is back, or it is asked
 * for (again). */
static void try_join(struct tn_net_turn *turn, const struct tn_net_head *head,
                     struct tn_bytes *b)
{
    struct tn_net *net = turn->net;
    struct offer offer = find_offer(net, head, *b);

    if (offer.index == TN_NET_NONE) {
        tn_net_join_seal(turn, head, offer.continues);
        return;
    }
    if (offer.continues && offer.index == net->index) {
        net->grace_us = 0;
    } else {
        tn_net_peers_unseat(turn);
    }

    tn_net_sent_reset(net);
    memcpy(&net->session, &net->other, sizeof net->session);
    memset(&net->other, 0, sizeof net->other);
    net->state = TN_NET_JOINED;
    net->reason = TN_NET_WHY_GRANTED;
    net->index = offer.index;
    net->ack = offer.ack;
    net->probing = 0;
    take_beacon(turn, head, b);
}

/* A beacon of an unknown train, opened: worth joining? */
static void consider(struct tn_net_turn *turn, const struct tn_net_session *s,
                     const struct tn_net_head *head, struct tn_bytes *b)
{
    struct tn_net *net = turn->net;
    bool leading = net->state == TN_NET_LEADING;

    if (head->id == net->id || (leading && !tn_net_is_better(turn, head))) {
        shun(turn, s->salt, SHUN_OTHER_US);
        return;
    }
    if (leading && turn->in->time_us < net->probe_us) {
        return;
    }
    memcpy(&net->other, s, sizeof net->other);
    net->challenge =
        (uint64_t)turn->in->entropy[1] << 32 | turn->in->entropy[0];
    if (leading) {
        net->probing = 1; /* the next beacon says so, then it is silent */
        return;
    }
    net->state = TN_NET_JOINING;
    net->reason = TN_NET_WHY_FOUND;
    net->since_us = net->deadline_us;
    net->deadline_us = turn->in->time_us + JOIN_US;
    try_join(turn, head, b);
}

void tn_net_meet(struct tn_net_turn *turn, const struct tn_net_rx *rx)
{
    struct tn_net *net = turn->net;
    uint8_t data[TN_NET_BEACON_CAP];
    struct tn_bytes b = tn_bytes_of(turn->in->radio->data + rx->at, rx->len);
    struct tn_net_session s;
    struct tn_net_head head;
    bool joining = net->state == TN_NET_JOINING || net->probing == 2;

    memset(&s, 0, sizeof s);
    (void)tn_bytes_get_u8(&b);
    s.salt = tn_bytes_get_u64(&b);
    s.id = tn_bytes_get_u32(&b);
    s.train = rx->train;
    if (joining && rx->train == net->other.train) {
        if (tn_net_beacon_open(turn, &net->other, rx, data, &b) == TN_OK &&
            tn_net_head_decode(&b, &head) == TN_OK) {
            try_join(turn, &head, &b);
            return;
        }
        turn->out->junk++;
        return;
    }
    if (joining || net->probing || b.err || turn->derive_left == 0 ||
        turn->open_left <= TN_NET_DERIVE_UNITS || is_shunned(turn, s.salt)) {
        turn->out->junk++;
        return;
    }
    turn->derive_left--;
    turn->open_left = (uint8_t)(turn->open_left - TN_NET_DERIVE_UNITS);
    tn_net_derive(turn, &s);
    if (tn_net_beacon_open(turn, &s, rx, data, &b) != TN_OK ||
        tn_net_head_decode(&b, &head) != TN_OK) {
        turn->out->junk++;
        shun(turn, s.salt, SHUN_SEAL_US);
        return;
    }
    consider(turn, &s, &head, &b);
}

void tn_net_follow(struct tn_net_turn *turn, const struct tn_net_rx *rx)
{
    struct tn_net *net = turn->net;
    uint8_t data[TN_NET_BEACON_CAP];
    struct tn_net_head head;
    struct tn_bytes b;

    if (rx->train != net->session.train ||
        tn_net_beacon_open(turn, &net->session, rx, data, &b) != TN_OK ||
        tn_net_head_decode(&b, &head) != TN_OK) {
        turn->out->junk++;
        return;
    }
    if (!tn_net_is_set(head.present, net->index)) {
        net->grace_us = turn->in->time_us + TN_NET_GRACE_US;
        tn_net_seek(turn,
                    TN_NET_LISTEN_MIN_US +
                        turn->in->entropy[3] % TN_NET_LISTEN_VARY_US,
                    TN_NET_WHY_REMOVED);
        return;
    }
    take_beacon(turn, &head, &b);
}
