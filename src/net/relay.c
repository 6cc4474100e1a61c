/* SPDX-License-Identifier: Apache-2.0 */
/* The coordinator's events: numbered in the order in which all take them, held
 * until everyone meant has confirmed or their time is over. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

#define NOBODY 0xFEu
#define QUIET_COUNT 4u /* answers missed: others do not wait for it */

static struct tn_net_relay *relay_at(struct tn_net *net, uint8_t i)
{
    return &net->relay[(net->first + i) % TN_NET_RELAY_CAP];
}

static bool is_old(const struct tn_net_turn *turn,
                   const struct tn_net_relay *event)
{
    return tn_net_age_us(turn, event->stamp_ms) > TN_NET_LIFE_US;
}

/* Its sender may forget it. */
static void say_done(struct tn_net *net, const struct tn_net_relay *event)
{
    struct tn_net_seat *seat = &net->seats[event->origin];
    uint16_t back = (uint16_t)(seat->taken - event->seq);

    if (event->origin == net->index) {
        for (uint32_t i = 0; i < net->sent_count; i++) {
            if (net->sent[i].seq == event->seq) {
                net->sent[i].state = TN_NET_DONE;
            }
        }
    } else if (seat->id == event->id && back < 8u) {
        seat->done |= (uint8_t)(1u << back);
    }
}

static void note_taken(struct tn_net *net, const struct tn_net_relay *event)
{
    struct tn_net_seat *seat = &net->seats[event->origin];
    uint16_t step = (uint16_t)(event->seq - seat->taken);

    if (event->origin != net->index) {
        seat->done = (uint8_t)(step < 8u ? (uint32_t)seat->done << step : 0u);
        seat->taken = event->seq;
    }
}

bool tn_net_relay_push(struct tn_net_turn *turn,
                       const struct tn_net_relay *event)
{
    struct tn_net *net = turn->net;
    uint16_t members = tn_net_seats_meant(net);
    bool all = event->target == TN_NET_ALL;
    bool own = all || event->target == net->index;
    uint16_t bit =
        (uint16_t)(event->target < TN_NET_CAP ? 1u << event->target : 0u);
    uint16_t pending =
        (uint16_t)((all ? members : bit & members) & ~(1u << event->origin));

    TN_ASSERT(event->origin < TN_NET_CAP);
    if ((pending && net->count == TN_NET_RELAY_CAP) ||
        (own && !tn_net_deliver(turn, event))) {
        return false;
    }
    note_taken(net, event);
    if (pending) {
        struct tn_net_relay *held = relay_at(net, net->count);

        memcpy(held, event, sizeof *held);
        held->pending = pending;
        net->count++;
    } else if (own && !is_old(turn, event)) {
        say_done(net, event);
    }
    return true;
}

void tn_net_relay_expire(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    while (net->count > 0) {
        struct tn_net_relay *oldest = relay_at(net, 0);

        if (oldest->pending && !is_old(turn, oldest)) {
            return;
        }
        memset(oldest, 0, sizeof *oldest);
        net->first = (uint8_t)((net->first + 1u) % TN_NET_RELAY_CAP);
        net->base++;
        net->count--;
    }
}

/* Confirmed too late may mean refused as too old: that does not count. */
void tn_net_relay_ack(struct tn_net_turn *turn, uint8_t index, uint8_t ack)
{
    struct tn_net *net = turn->net;

    for (uint8_t i = 0; i < net->count; i++) {
        struct tn_net_relay *event = relay_at(net, i);
        uint16_t bit = (uint16_t)(1u << index);

        if (!tn_net_is_before((uint8_t)(net->base + i), ack)) {
            return;
        }
        if (event->pending & bit) {
            event->pending &= (uint16_t)~bit;
            event->spoilt |= is_old(turn, event);
            if (event->pending == 0 && !event->spoilt) {
                say_done(net, event);
            }
        }
    }
}

void tn_net_relay_leave(struct tn_net *net, uint8_t index)
{
    for (uint8_t i = 0; i < net->count; i++) {
        struct tn_net_relay *event = relay_at(net, i);
        uint16_t bit = (uint16_t)(1u << index);

        if (event->pending & bit) {
            event->pending &= (uint16_t)~bit;
            event->spoilt = 1;
        }
        if (event->target == index) {
            event->target = NOBODY; /* the index may get another holder */
        }
    }
}

/* How many at the front everyone has; `all`: even those who have been quiet. */
static uint8_t count_known(const struct tn_net *net, bool all)
{
    uint8_t known = net->count;

    for (uint32_t i = 0; i < TN_NET_CAP; i++) {
        const struct tn_net_seat *seat = &net->seats[i];
        uint32_t quiet = net->session.counter - seat->counter;
        uint8_t has = (uint8_t)(seat->ack - net->base);

        has = has > net->count ? 0 : has; /* some that are dropped by now */
        if (seat->state == TN_NET_SEAT_MEMBER &&
            (all || quiet <= QUIET_COUNT) && has < known) {
            known = has;
        }
    }
    return known;
}

uint8_t tn_net_relay_first(const struct tn_net *net)
{
    uint8_t known = count_known(net, false);

    known = known == net->count ? count_known(net, true) : known;
    return (uint8_t)(net->base + known);
}

const struct tn_net_relay *tn_net_relay_get(const struct tn_net *net,
                                            uint8_t number)
{
    uint8_t i = (uint8_t)(number - net->base);

    TN_ASSERT(i < net->count);
    return &net->relay[(net->first + i) % TN_NET_RELAY_CAP];
}
