/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

_Static_assert(sizeof(struct tn_net) <= 3072u, "net's RAM");

void tn_net_init(struct tn_net *net, const struct tn_net_config *config)
{
    memset(net, 0, sizeof *net);
    memcpy(net->family, config->family, sizeof net->family);
    net->index = TN_NET_NONE;
    net->deputy = TN_NET_NONE;
    for (uint32_t i = 0; i < TN_NET_PEER_CAP; i++) {
        net->peers[i].m.index = TN_NET_NONE;
    }
}

static void turn_on(struct tn_net_turn *turn)
{
    struct tn_net *net = turn->net;

    net->id = turn->in->entropy[2] ? turn->in->entropy[2] : 1u;
    net->seq = 1;
    tn_net_seek(turn,
                TN_NET_LISTEN_MIN_US +
                    turn->in->entropy[3] % TN_NET_LISTEN_VARY_US,
                TN_NET_WHY_STARTED);
}

/* Nothing but the family stays; the others notice the silence. */
static void turn_off(struct tn_net_turn *turn)
{
    struct tn_net_config config;

    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        tn_net_peer_part(turn, i);
    }
    for (uint32_t i = 0; i < turn->net->sent_count; i++) {
        turn->out->unheard[turn->out->unheard_count++] =
            turn->net->sent[i].event;
    }
    memcpy(config.family, turn->net->family, sizeof config.family);
    tn_net_init(turn->net, &config);
}

static void take_frame(struct tn_net_turn *turn, const struct tn_net_rx *rx)
{
    const struct tn_net *net = turn->net;

    if (rx->at > TN_NET_RX_LEN || rx->len > TN_NET_RX_LEN - rx->at ||
        rx->len > TN_NET_BEACON_CAP || rx->at_us > turn->in->time_us) {
        turn->out->junk++;
    } else if (rx->train == 0) {
        if (net->state == TN_NET_LEADING) {
            tn_net_answer_take(turn, rx);
        } else {
            turn->out->junk++;
        }
    } else if (net->state == TN_NET_JOINED) {
        tn_net_follow(turn, rx);
    } else {
        tn_net_meet(turn, rx);
    }
}

/* From a random one on, so that junk cannot always come first; a member begins
 * with the first, which by the link's word is its own train's. */
static void take_frames(struct tn_net_turn *turn)
{
    const struct tn_net_radio_in *radio = turn->in->radio;
    uint32_t count =
        radio->rx_count < TN_NET_RX_CAP ? radio->rx_count : TN_NET_RX_CAP;
    uint32_t first =
        turn->net->state == TN_NET_JOINED ? 0 : turn->in->entropy[3];

    for (uint32_t i = 0; i < count; i++) {
        take_frame(turn, &radio->rx[(i + first % count) % count]);
    }
}

static void meet_deadline(struct tn_net_turn *turn)
{
    const struct tn_net *net = turn->net;

    if (net->state == TN_NET_LEADING || turn->in->time_us < net->deadline_us) {
        return;
    }
    if (net->state == TN_NET_SEEKING) {
        tn_net_lead(turn, TN_NET_WHY_NOBODY);
    } else if (net->state == TN_NET_JOINING) {
        tn_net_give_up(turn);
    } else {
        tn_net_seek_after(turn);
    }
}

static void say_wants(struct tn_net_turn *turn)
{
    const struct tn_net *net = turn->net;
    struct tn_net_radio_out *radio = &turn->out->radio;

    turn->out->state = net->state;
    turn->out->reason = net->reason;
    radio->listen = net->state == TN_NET_SEEKING;
    radio->train = net->state == TN_NET_LEADING;
    radio->scan = radio->train && !net->probing ? net->scan : TN_NET_SCAN_OFF;
    if (radio->train) {
        radio->slots = (uint16_t)(net->present & ~(1u << net->index));
    }
    if (net->state == TN_NET_JOINING || net->probing == 2) {
        radio->sync = net->other.train;
    } else if (net->state == TN_NET_JOINED) {
        radio->sync = net->session.train;
    }
}

void tn_net_step(struct tn_net *net, const struct tn_crypto *crypto,
                 const struct tn_net_in *in, struct tn_net_out *out)
{
    struct tn_net_turn turn = {.net = net,
                               .crypto = crypto,
                               .in = in,
                               .out = out,
                               .derive_left = 1,
                               .open_left = in->busy ? TN_NET_BUSY_UNITS
                                                     : TN_NET_OPEN_UNITS};
    uint32_t send_count =
        in->send_count < TN_NET_SEND_CAP ? in->send_count : TN_NET_SEND_CAP;

    memset(out, 0, sizeof *out);
    if (!in->on || !crypto) {
        if (net->state != TN_NET_OFF) {
            turn_off(&turn);
        }
        for (uint32_t i = 0; i < send_count; i++) {
            if (out->unheard_count < TN_NET_SENT_CAP) {
                out->unheard[out->unheard_count++] = in->sends[i];
            }
        }
        return;
    }
    if (net->state == TN_NET_OFF) {
        turn_on(&turn);
    }
    for (uint32_t i = 0; i < send_count; i++) {
        tn_net_post(&turn, &in->sends[i]);
    }
    take_frames(&turn);
    meet_deadline(&turn);
    if (net->state == TN_NET_LEADING) {
        tn_net_lead_step(&turn);
    }
    tn_net_peers_expire(&turn);
    tn_net_sent_expire(&turn);
    say_wants(&turn);
}

uint64_t tn_net_due_us(const struct tn_net *net)
{
    uint64_t due_us = tn_net_sent_due_us(net);

    if (net->state == TN_NET_OFF) {
        return UINT64_MAX;
    }
    if (net->state == TN_NET_LEADING) {
        return 0;
    }
    due_us = net->deadline_us < due_us ? net->deadline_us : due_us;
    if (net->grace_us && net->grace_us < due_us) {
        due_us = net->grace_us;
    }
    return due_us;
}

enum tn_err tn_net_get_member(const struct tn_net *net, uint8_t peer,
                              struct tn_net_member *member)
{
    if (peer >= TN_NET_PEER_CAP || net->peers[peer].m.id == 0) {
        return TN_ERR_INDEX;
    }
    memcpy(member, &net->peers[peer].m, sizeof *member);
    return TN_OK;
}

bool tn_net_get_pulse(const struct tn_net *net, struct tn_net_pulse *pulse)
{
    bool in_group = net->state == TN_NET_JOINED || net->state == TN_NET_LEADING;

    memset(pulse, 0, sizeof *pulse);
    if (!in_group || net->session.beacon_us == 0) {
        return false;
    }
    pulse->beacon_us = net->session.beacon_us;
    pulse->counter = net->session.counter;
    pulse->present = net->present;
    pulse->index = net->index;
    return true;
}

uint8_t tn_net_find_peer(const struct tn_net *net, uint8_t index)
{
    for (uint8_t i = 0; i < TN_NET_PEER_CAP; i++) {
        if (net->peers[i].m.here && net->peers[i].m.index == index) {
            return i;
        }
    }
    return TN_NET_NONE;
}

uint8_t tn_net_get_count(const struct tn_net *net)
{
    uint8_t count = 0;

    for (uint32_t i = 0; i < TN_NET_PEER_CAP; i++) {
        count = (uint8_t)(count + net->peers[i].m.here);
    }
    return count;
}
