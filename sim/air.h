/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_AIR_H
#define TENON_SIM_AIR_H

/*
 * Simulated radio: a link for each brick and the air between them. Beacons,
 * answers and the adverts by which trains are found take air time at 2 Mbit/s;
 * frames reach as far as the range, collide on one channel unless one is much
 * nearer (capture), get lost by a seeded chance, and who sends is deaf. Each
 * link has its own clock with its own drift. No fading, no bursts, no window
 * widening: a link that follows a train always listens at the right time. Host
 * only, deterministic; the caller owns the struct.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/net.h>
#include <tenon/prng.h>

#define TN_SIM_AIR_CAP 32u    /* links */
#define TN_SIM_AIR_TX_CAP 64u /* frames in the air at once */
#define TN_SIM_AIR_QUEUE_CAP 64u

#define TN_SIM_AIR_ADVERT_US 45000u      /* between adverts of a train */
#define TN_SIM_AIR_ADVERT_VARY_US 10000u /* and a random part */
#define TN_SIM_AIR_ADVERT_LEN_US 1200u   /* one advert with its pointer */

enum tn_sim_air_kind {
    TN_SIM_AIR_BEACON = 1,
    TN_SIM_AIR_ANSWER = 2,
    TN_SIM_AIR_ADVERT = 3
};

/* A frame in the air. Times are the world's. */
struct tn_sim_tx {
    uint64_t start_us;
    uint64_t end_us;
    uint32_t ears; /* bit a link: would hear it if nothing went wrong */
    uint16_t len;
    uint8_t kind; /* enum tn_sim_air_kind */
    uint8_t from;
    uint8_t train; /* link whose train it belongs to */
    uint8_t slot;
    uint8_t channel;
    bool ended;
    uint8_t data[TN_NET_BEACON_CAP];
};

struct tn_sim_heard {
    struct tn_net_rx rx;
    uint8_t data[TN_NET_BEACON_CAP];
};

struct tn_sim_link {
    uint64_t boot_us; /* own clock 0 */
    int32_t drift_ppm;
    float x_m;
    float y_m;
    bool on;
    struct tn_net_radio_out want; /* as last pushed, without its frame */
    uint64_t next_own_us;         /* own train: next beacon */
    uint64_t scan_from_us;        /* after its beacon, own train */
    uint64_t advert_us;           /* next advert */
    uint32_t train_event;
    bool running;
    struct tn_net_radio_out beacon; /* handed over; tx 0: none */
    struct tn_net_radio_out answer;
    uint32_t found; /* bit a link: its train is known */
    uint32_t fresh; /* bit a link: a scan found it, its beacon is awaited */
    uint64_t sent_from_us; /* its last own frame: deaf then */
    uint64_t sent_to_us;
    uint64_t sent_us; /* air time so far */
    uint32_t late;    /* frames handed over too late */
    uint32_t dropped; /* frames that found no room */
    uint32_t queue_count;
    struct tn_sim_heard queue[TN_SIM_AIR_QUEUE_CAP];
};

struct tn_sim_air {
    uint64_t time_us;
    struct tn_prng prng;
    uint32_t loss_permille;
    float range_m;
    float capture;   /* an interferer this many times farther does no harm */
    uint32_t lag_us; /* from a step's time to its frames being with the link */
    uint32_t tx_count;
    struct tn_sim_tx tx[TN_SIM_AIR_TX_CAP];
    struct tn_sim_link links[TN_SIM_AIR_CAP];
    /* Told of each frame that begins; may be null. */
    void (*tap)(void *ctx, const struct tn_sim_tx *tx);
    void *tap_ctx;
};

/* No loss, 15 m range, capture at 2.1 times the distance (8 dB with a path
 * loss exponent of 2.5), 1 ms lag. All links off. */
void tn_sim_air_init(struct tn_sim_air *air, uint64_t seed);

/* A link whose own clock starts at 0 now, |drift| <= 100 ppm. */
void tn_sim_air_start(struct tn_sim_air *air, uint32_t link, int32_t drift_ppm);

/* Its radio is gone at once. */
void tn_sim_air_stop(struct tn_sim_air *air, uint32_t link);

uint64_t tn_sim_air_own_us(const struct tn_sim_air *air, uint32_t link,
                           uint64_t world_us);
uint64_t tn_sim_air_world_us(const struct tn_sim_air *air, uint32_t link,
                             uint64_t own_us);

/* The world goes on until then. */
void tn_sim_air_run(struct tn_sim_air *air, uint64_t until_us);

/* What the link has for a step at the present time. */
void tn_sim_air_pull(struct tn_sim_air *air, uint32_t link,
                     struct tn_net_radio_in *in);

/* Takes a step's wants and frame at the present time. */
void tn_sim_air_push(struct tn_sim_air *air, uint32_t link,
                     const struct tn_net_radio_out *out);

/* Puts a frame into a receiver's queue, as if heard now; `train` is a link's
 * number + 1, or 0 for the own train. */
void tn_sim_air_inject(struct tn_sim_air *air, uint32_t link,
                       const struct tn_net_rx *rx, const uint8_t *data);

#endif
