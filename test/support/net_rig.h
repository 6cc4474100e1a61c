/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_NET_RIG_H
#define TENON_TEST_NET_RIG_H

/*
 * Bricks' nets on simulated air: each steps every 4 ms of its own clock from a
 * random phase. Records what each took, sent and was told.
 */

#include <stdbool.h>
#include <stdint.h>

#include <sim/air.h>
#include <tenon/net.h>

#define NET_RIG_CAP 16u
#define NET_RIG_LOG_CAP 16384u

struct net_rig_got {
    uint64_t world_us;
    uint32_t serial; /* args[0] of the event */
    uint32_t age_us;
    uint8_t to;   /* brick */
    uint8_t from; /* brick, by its id; 0xFF if nobody has that id */
};

struct net_rig_sent {
    uint64_t world_us;
    uint64_t unheard_us; /* 0: never said */
    uint32_t meant;      /* bit a brick: was in the sender's group then */
    uint8_t from;
};

struct net_rig_brick {
    struct tn_net net;
    struct tn_net_out out;
    struct tn_net_radio_in radio;
    struct tn_net_in in;
    struct tn_prng entropy;
    uint64_t next_own_us;
    bool on;
    uint32_t junk;
    uint32_t changes; /* of peers: came or gone */
};

struct net_rig {
    struct tn_sim_air air;
    struct tn_prng prng;
    struct net_rig_brick bricks[NET_RIG_CAP];
    uint32_t count;
    const struct tn_crypto *crypto;
    struct net_rig_got got[NET_RIG_LOG_CAP];
    uint32_t got_count;
    struct net_rig_sent sent[NET_RIG_LOG_CAP]; /* by serial */
    uint32_t sent_count;
    void (*before)(void *ctx, uint32_t brick); /* each step; may be null */
    void *before_ctx;
};

void net_rig_init(struct net_rig *rig, uint64_t seed, uint32_t count,
                  const struct tn_crypto *crypto);

/* Wakes with the family's key made of `family`, 50 % charge. */
void net_rig_wake(struct net_rig *rig, uint32_t brick, uint8_t family);
void net_rig_kill(struct net_rig *rig, uint32_t brick);

void net_rig_run(struct net_rig *rig, uint64_t span_us);

/* Lets the brick send an event with a serial number to all, or to the brick
 * `to`, in its next step. Returns the serial. */
uint32_t net_rig_send(struct net_rig *rig, uint32_t from, uint32_t to);

/* How often a brick got that event; when first (0: never). */
uint32_t net_rig_got(const struct net_rig *rig, uint32_t serial, uint32_t to,
                     uint64_t *world_us);

/* One coordinator among the bricks of the mask, all others joined to it, and
 * all know each other. */
bool net_rig_is_group(const struct net_rig *rig, uint32_t mask);

/* True once that is so, within the span. */
bool net_rig_meet(struct net_rig *rig, uint32_t mask, uint64_t span_us);

/* The coordinator of a set, or 0xFF. */
uint32_t net_rig_leader(const struct net_rig *rig, uint32_t mask);

#endif
