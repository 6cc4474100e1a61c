/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "net_rig.h"

#define NUMBER 0x61u /* a message */

void net_rig_init(struct net_rig *rig, uint64_t seed, uint32_t count,
                  const struct tn_crypto *crypto)
{
    memset(rig, 0, sizeof *rig);
    tn_prng_init(&rig->prng, seed, 5);
    tn_sim_air_init(&rig->air, seed);
    rig->count = count;
    rig->crypto = crypto;
    for (uint32_t i = 0; i < count; i++) {
        tn_prng_init(&rig->bricks[i].entropy, seed * 100 + i, 9);
    }
}

void net_rig_wake(struct net_rig *rig, uint32_t brick, uint8_t family)
{
    struct net_rig_brick *b = &rig->bricks[brick];
    struct tn_net_config config;
    int32_t drift_ppm = (int32_t)tn_prng_below(&rig->prng, 101) - 50;

    memset(config.family, family, sizeof config.family);
    tn_sim_air_start(&rig->air, brick, drift_ppm);
    tn_net_init(&b->net, &config);
    b->next_own_us = tn_prng_below(&rig->prng, 4000);
    b->in.on = 1;
    b->in.battery_pc = 50;
    b->in.kinds[0] = 0xB0B00000u + brick;
    b->in.gravity[2] = 100;
    b->on = true;
}

void net_rig_kill(struct net_rig *rig, uint32_t brick)
{
    rig->bricks[brick].on = false;
    rig->bricks[brick].in.send_count = 0;
    tn_sim_air_stop(&rig->air, brick);
}

static uint8_t brick_of(const struct net_rig *rig, uint32_t id)
{
    for (uint32_t i = 0; i < rig->count; i++) {
        if (rig->bricks[i].net.id == id) {
            return (uint8_t)i;
        }
    }
    return 0xFF;
}

static uint8_t peer_brick(const struct net_rig *rig, uint32_t i, uint8_t peer)
{
    struct tn_net_member member;

    return tn_net_get_member(&rig->bricks[i].net, peer, &member) == TN_OK
               ? brick_of(rig, member.id)
               : 0xFF;
}

static void note(struct net_rig *rig, uint32_t i)
{
    struct net_rig_brick *b = &rig->bricks[i];

    for (uint32_t k = 0; k < b->out.event_count; k++) {
        const struct tn_net_event *event = &b->out.events[k];
        struct net_rig_got got = {.world_us = rig->air.time_us,
                                  .serial = (uint32_t)event->args[0],
                                  .age_us = event->age_us,
                                  .to = (uint8_t)i,
                                  .from = peer_brick(rig, i, event->peer)};

        if (rig->got_count == NET_RIG_LOG_CAP) {
            abort();
        }
        rig->got[rig->got_count++] = got;
    }
    for (uint32_t k = 0; k < b->out.unheard_count; k++) {
        uint32_t serial = (uint32_t)b->out.unheard[k].args[0];

        if (rig->sent[serial].unheard_us) {
            abort(); /* said twice */
        }
        rig->sent[serial].unheard_us = rig->air.time_us;
    }
    b->junk += b->out.junk;
    b->changes += b->out.came || b->out.gone;
}

static void step(struct net_rig *rig, uint32_t i)
{
    struct net_rig_brick *b = &rig->bricks[i];

    if (rig->before) {
        rig->before(rig->before_ctx, i);
    }
    tn_sim_air_pull(&rig->air, i, &b->radio);
    b->in.time_us = b->next_own_us;
    b->in.radio = &b->radio;
    for (uint32_t k = 0; k < 4; k++) {
        b->in.entropy[k] = tn_prng_get(&b->entropy);
    }
    tn_net_step(&b->net, rig->crypto, &b->in, &b->out);
    b->in.send_count = 0;
    tn_sim_air_push(&rig->air, i, &b->out.radio);
    note(rig, i);
    b->next_own_us += TN_FRAME_US;
}

void net_rig_run(struct net_rig *rig, uint64_t span_us)
{
    uint64_t until_us = rig->air.time_us + span_us;

    for (;;) {
        uint64_t first_us = until_us + 1;
        uint32_t who = 0;

        for (uint32_t i = 0; i < rig->count; i++) {
            uint64_t at_us =
                tn_sim_air_world_us(&rig->air, i, rig->bricks[i].next_own_us);

            if (rig->bricks[i].on && at_us < first_us) {
                first_us = at_us;
                who = i;
            }
        }
        if (first_us > until_us) {
            break;
        }
        if (first_us > rig->air.time_us) {
            tn_sim_air_run(&rig->air, first_us);
        }
        step(rig, who);
    }
    tn_sim_air_run(&rig->air, until_us);
}

uint32_t net_rig_send(struct net_rig *rig, uint32_t from, uint32_t to)
{
    struct net_rig_brick *b = &rig->bricks[from];
    uint32_t serial = rig->sent_count++;
    struct tn_net_event *event = &b->in.sends[b->in.send_count++];

    if (serial >= NET_RIG_LOG_CAP || b->in.send_count > TN_NET_SEND_CAP) {
        abort();
    }
    memset(event, 0, sizeof *event);
    event->args[0] = (tn_q16)serial;
    event->args[1] = TN_UNKNOWN;
    event->args[2] = -1;
    event->name = 0xABCDEF00u + from;
    event->number = NUMBER;
    event->peer = TN_NET_ALL;
    memset(&rig->sent[serial], 0, sizeof rig->sent[serial]);
    rig->sent[serial].from = (uint8_t)from;
    rig->sent[serial].world_us = rig->air.time_us;
    for (uint8_t p = 0; p < TN_NET_PEER_CAP; p++) {
        uint8_t brick =
            b->net.peers[p].m.here ? peer_brick(rig, from, p) : 0xFF;

        if (brick != 0xFF && (to == 0xFF || brick == to)) {
            rig->sent[serial].meant |= 1u << brick;
            event->peer = to == 0xFF ? event->peer : p;
        }
    }
    return serial;
}

uint32_t net_rig_got(const struct net_rig *rig, uint32_t serial, uint32_t to,
                     uint64_t *world_us)
{
    uint32_t count = 0;

    *world_us = 0;
    for (uint32_t i = 0; i < rig->got_count; i++) {
        if (rig->got[i].serial == serial && rig->got[i].to == to) {
            *world_us = count ? *world_us : rig->got[i].world_us;
            count++;
        }
    }
    return count;
}

uint32_t net_rig_leader(const struct net_rig *rig, uint32_t mask)
{
    uint32_t leader = 0xFF;

    for (uint32_t i = 0; i < rig->count; i++) {
        if ((mask >> i & 1u) && rig->bricks[i].on &&
            rig->bricks[i].net.state == TN_NET_LEADING) {
            if (leader != 0xFF) {
                return 0xFF;
            }
            leader = i;
        }
    }
    return leader;
}

bool net_rig_is_group(const struct net_rig *rig, uint32_t mask)
{
    uint32_t leader = net_rig_leader(rig, mask);

    if (leader == 0xFF) {
        return false;
    }
    for (uint32_t i = 0; i < rig->count; i++) {
        const struct tn_net *net = &rig->bricks[i].net;
        uint32_t known = 1u << i;

        if (!(mask >> i & 1u)) {
            continue;
        }
        if (i != leader &&
            (net->state != TN_NET_JOINED ||
             net->session.salt != rig->bricks[leader].net.session.salt)) {
            return false;
        }
        for (uint8_t p = 0; p < TN_NET_PEER_CAP; p++) {
            uint8_t brick =
                net->peers[p].m.here && net->peers[p].m.index != 0xFF
                    ? peer_brick(rig, i, p)
                    : 0xFF;

            known |= brick == 0xFF ? 0 : 1u << brick;
        }
        if (known != mask) {
            return false;
        }
    }
    return true;
}

bool net_rig_meet(struct net_rig *rig, uint32_t mask, uint64_t span_us)
{
    uint64_t until_us = rig->air.time_us + span_us;

    while (rig->air.time_us < until_us) {
        if (net_rig_is_group(rig, mask)) {
            return true;
        }
        net_rig_run(rig, 4000);
    }
    return net_rig_is_group(rig, mask);
}
