/* SPDX-License-Identifier: Apache-2.0 */
/* Own events, kept until everyone meant has them or their time is over. A new
 * session's coordinator knows nothing of them: they are told again, oldest
 * first, and who has had them knows by sender and sequence number. */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

/* How long an event waits for its target to take its seat in a new session. */
#define WAIT_US 350000u

static void say_unheard(struct tn_net_out *out,
                        const struct tn_net_event *event)
{
    TN_ASSERT(out->unheard_count < TN_NET_SENT_CAP);
    out->unheard[out->unheard_count++] = *event;
}

void tn_net_post(struct tn_net_turn *turn, const struct tn_net_event *event)
{
    struct tn_net *net = turn->net;
    struct tn_net_sent *sent = &net->sent[net->sent_count];
    uint32_t target = 0;

    if (event->peer != TN_NET_ALL) {
        if (event->peer >= TN_NET_PEER_CAP || !net->peers[event->peer].m.here) {
            say_unheard(turn->out, event);
            return;
        }
        target = net->peers[event->peer].m.id;
    }
    if (net->sent_count == TN_NET_SENT_CAP) {
        say_unheard(turn->out, event);
        return;
    }
    net->sent_count++;
    memset(sent, 0, sizeof *sent);
    sent->time_us = turn->in->time_us;
    memcpy(sent->event.args, event->args, sizeof sent->event.args);
    sent->event.name = event->name;
    sent->event.number = event->number;
    sent->event.peer = event->peer;
    sent->target = target;
    sent->seq = net->seq++;
}

void tn_net_sent_reset(struct tn_net *net)
{
    for (uint32_t i = 0; i < net->sent_count; i++) {
        if (net->sent[i].state == TN_NET_TAKEN) {
            net->sent[i].state = TN_NET_WAITS;
        }
    }
}

void tn_net_sent_spoil(struct tn_net *net)
{
    for (uint32_t i = 0; i < net->sent_count; i++) {
        net->sent[i].partial |= net->sent[i].target == 0;
    }
}

void tn_net_sent_mark(struct tn_net *net, uint8_t taken, uint8_t done)
{
    for (uint32_t i = 0; i < net->sent_count; i++) {
        struct tn_net_sent *sent = &net->sent[i];
        uint8_t back = (uint8_t)(taken - sent->seq);

        if (back >= 0x80u || sent->state == TN_NET_DEAD) {
            continue; /* not taken yet */
        }
        sent->state = TN_NET_TAKEN;
        if (back < 8u && tn_net_is_set(done, back)) {
            sent->state = TN_NET_DONE;
        }
    }
}

static void drop(struct tn_net *net, uint32_t i)
{
    net->sent_count--;
    memmove(&net->sent[i], &net->sent[i + 1],
            (net->sent_count - i) * sizeof net->sent[0]);
    memset(&net->sent[net->sent_count], 0, sizeof net->sent[0]);
}

void tn_net_sent_expire(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    for (uint32_t i = 0; i < net->sent_count;) {
        struct tn_net_sent *sent = &net->sent[i];

        if (sent->state == TN_NET_DONE && !sent->partial) {
            drop(net, i);
        } else if (turn->in->time_us >= sent->time_us + TN_NET_UNHEARD_US &&
                   turn->out->unheard_count < TN_NET_SENT_CAP) {
            say_unheard(turn->out, &sent->event);
            drop(net, i);
        } else {
            i++;
        }
    }
}

uint64_t tn_net_sent_due_us(const struct tn_net *net)
{
    return net->sent_count ? net->sent[0].time_us + TN_NET_UNHEARD_US
                           : UINT64_MAX;
}

struct tn_net_sent *tn_net_sent_pop(struct tn_net_turn *turn, uint8_t *at,
                                    uint8_t *target)
{
    struct tn_net *net = turn->net;

    for (; *at < net->sent_count; ++*at) {
        struct tn_net_sent *sent = &net->sent[*at];
        uint8_t peer =
            sent->target ? tn_net_peer_find(net, sent->target) : TN_NET_NONE;

        if (sent->state != TN_NET_WAITS) {
            continue;
        }
        *target = TN_NET_ALL;
        sent->partial |= !sent->target && tn_net_peers_lack(net);
        if (sent->target) {
            *target =
                peer == TN_NET_NONE ? TN_NET_NONE : net->peers[peer].m.index;
        }
        if (!sent->target || *target != TN_NET_NONE) {
            ++*at;
            return sent;
        }
        /* Later ones must not overtake it: it waits, then it is given up. */
        if (turn->in->time_us < sent->time_us + WAIT_US) {
            return NULL;
        }
        sent->state = TN_NET_DEAD;
    }
    return NULL;
}
