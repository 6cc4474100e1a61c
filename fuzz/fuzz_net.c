/* SPDX-License-Identifier: Apache-2.0 */
/* Frames from anywhere, opened as if they carried the right seal, and steps in
 * between: net stays in bounds and keeps its counts right in every state. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/hash.h>
#include <tenon/net.h>

#include "support/glass.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tn_net net;
static struct tn_net_in in;
static struct tn_net_out out;
static struct tn_net_radio_in radio;

static void check(int ok)
{
    if (!ok) {
        abort();
    }
}

static void check_all(void)
{
    check(out.event_count <= TN_NET_EVENT_CAP);
    check(out.unheard_count <= TN_NET_SENT_CAP);
    check(out.junk <= TN_NET_RX_CAP);
    check(out.radio.tx_len <= (out.radio.tx == TN_NET_ANSWER
                                   ? TN_NET_ANSWER_CAP
                                   : TN_NET_BEACON_CAP));
    check(out.radio.tx_slot < TN_NET_CAP);
    check(net.count <= TN_NET_RELAY_CAP);
    check(net.sent_count <= TN_NET_SENT_CAP);
    check(net.index < TN_NET_CAP || net.index == TN_NET_NONE);
    check(net.state <= TN_NET_LEADING);
    check(net.state != TN_NET_JOINED || net.index < TN_NET_CAP);
    for (uint32_t i = 0; i < out.event_count; i++) {
        check(out.events[i].peer < TN_NET_PEER_CAP);
    }
}

static void step(void)
{
    for (uint32_t i = 0; i < 4; i++) {
        in.entropy[i] = in.entropy[i] * 1664525u + 1013904223u;
    }
    tn_net_step(&net, &glass, &in, &out);
    check_all();
    in.time_us += TN_FRAME_US;
    in.send_count = 0;
    radio.rx_count = 0;
    radio.next_us = out.radio.train ? (in.time_us / 28000 + 1) * 28000 : 0;
}

/* A frame of the input, made to fit what net waits for if `fit` says so. */
static void hear(const uint8_t *bytes, uint16_t len, uint8_t train, uint8_t fit)
{
    struct tn_net_rx *rx = &radio.rx[0];
    const struct tn_net_session *s =
        net.state == TN_NET_JOINING ? &net.other : &net.session;

    memset(rx, 0, sizeof *rx);
    memset(radio.data, 0, sizeof radio.data);
    memcpy(radio.data, bytes, len);
    rx->at_us = in.time_us - 1000;
    rx->len = len;
    rx->train = train % 4;
    rx->slot = train >> 4;
    radio.rx_count = 1;
    if ((fit & 1) && len > 16 && radio.data[0] == 0x11) {
        memcpy(radio.data + 1, &s->salt, 8);
        memcpy(radio.data + 9, &s->id, 4);
        radio.data[13] = (uint8_t)(s->counter + 1);
        rx->train = s->train;
    } else if ((fit & 1) && len > 5) {
        memcpy(radio.data + 1, &s->counter, 4);
        rx->train = 0;
    }
    /* A beacon that lets this brick in, at index 1 of two. */
    if ((fit & 2) && len > 80) {
        radio.data[29] = 3;
        radio.data[30] = 0;
        radio.data[33] %= TN_NET_CAP;
        radio.data[34] = TN_NET_NONE;
        if (net.state == TN_NET_JOINING) {
            radio.data[41] = 1;
            radio.data[42] = 14;
            memcpy(radio.data + 43, &net.challenge, 8);
            memcpy(radio.data + 51, &net.id, 4);
            radio.data[55] = 1;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct tn_net_config config = {{1}};

    tn_net_init(&net, &config);
    memset(&in, 0, sizeof in);
    memset(&radio, 0, sizeof radio);
    in.radio = &radio;
    in.on = 1;
    in.time_us = 4000;
    in.entropy[0] = 1;
    while (len >= 4) {
        uint16_t count = data[0];

        if (data[1] % 8 == 7) {
            in.send_count = data[2] % 6;
            in.sends[0].peer = data[3];
            in.sends[1].peer = TN_NET_ALL;
        }
        for (uint32_t i = data[1] >> 3; i > 0; i--) {
            step();
        }
        len -= 4;
        count = count < len ? count : (uint16_t)len;
        if (count > 0) {
            hear(data + 4, count, data[2], data[3]);
        }
        step();
        data += 4 + count;
        len -= count;
    }
    return 0;
}
