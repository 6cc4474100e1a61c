/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records a brick that is flooded: bench_flood VICTIM BRICKS SECONDS FILE.
 * Somebody without the family's key, but who hears all and is fast, fills what
 * the radio input of each step still holds (TN_NET_RX_CAP frames,
 * TN_NET_RX_LEN bytes) with what costs most: every frame looks right until its
 * seal is checked. VICTIM: `lead` or `member`, flooded from when the group is
 * complete; `seek`: the first brick, flooded from its first step; `none`: the
 * coordinator, not flooded, to compare.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lively.h"
#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/prng.h>
#include <tenon/recording.h>

#define BEACON 0x11u /* docs/spec/bricknet.md */
#define JOIN 0x13u
#define STRANGER 0xC0u /* number of a train that nobody knows */

struct flood {
    struct lively lively;
    struct tn_prng prng;
    FILE *file;
    uint64_t from_us;
    uint64_t last_us;
    uint64_t digest;
    uint32_t steps;
    size_t victim;
};

static struct flood flood;

static void fail(const char *what)
{
    fprintf(stderr, "bench_flood: %s\n", what);
    exit(3);
}

/* A frame of random bytes; null if there is no room. */
static uint8_t *push(struct tn_net_radio_in *in, uint16_t len, uint8_t train)
{
    const struct tn_net_rx *last = &in->rx[in->rx_count - 1];
    uint16_t at =
        in->rx_count > 0 ? (uint16_t)(last->at + last->len) : (uint16_t)0;

    if (in->rx_count == TN_NET_RX_CAP || at + len > (int)TN_NET_RX_LEN) {
        return NULL;
    }

    struct tn_net_rx *rx = &in->rx[in->rx_count++];

    memset(rx, 0, sizeof *rx);
    rx->at = at;
    rx->len = len;
    rx->train = train;
    for (uint32_t i = 0; i < len; i++) {
        in->data[at + i] = (uint8_t)tn_prng_get(&flood.prng);
    }
    return in->data + at;
}

/* Beacons of a session that the brick knows, each newer than the last. */
static void push_beacons(struct tn_net_radio_in *in,
                         const struct tn_net_session *s)
{
    uint16_t len = TN_NET_RX_LEN / TN_NET_RX_CAP;
    uint8_t *data;

    while ((data = push(in, len, s->train)) != NULL) {
        data[0] = BEACON;
        tn_bytes_put_u64(data, 1, s->salt);
        tn_bytes_put_u32(data, 9, s->id);
        tn_bytes_put_u32(data, 13, s->counter + in->rx_count);
    }
}

static void push_strangers(struct tn_net_radio_in *in, uint32_t count)
{
    uint8_t *data;

    for (uint32_t i = 0; i < count; i++) {
        data = push(in, TN_NET_BEACON_CAP, (uint8_t)(STRANGER + i));
        if (data) {
            data[0] = BEACON;
        }
    }
}

static void push_joins(struct tn_net_radio_in *in,
                       const struct tn_net_session *s)
{
    uint8_t slot = 0;
    uint8_t *data;

    while ((data = push(in, TN_NET_ANSWER_CAP, 0)) != NULL) {
        in->rx[in->rx_count - 1].slot = slot++;
        data[0] = JOIN;
        tn_bytes_put_u32(data, 1, s->counter);
    }
}

static void push_junk(const struct tn_net *net, struct tn_net_radio_in *in)
{
    switch (net->state) {
    case TN_NET_LEADING:
        push_strangers(in, 2);
        push_joins(in, &net->session);
        break;
    case TN_NET_JOINED:
        push_beacons(in, &net->session);
        break;
    case TN_NET_JOINING:
        push_beacons(in, &net->other);
        break;
    default:
        push_strangers(in, 4);
        break;
    }
}

/* The linker puts this in the air's place. */
void __real_tn_sim_air_pull(struct tn_sim_air *air, uint32_t link,
                            struct tn_net_radio_in *in);
void __wrap_tn_sim_air_pull(struct tn_sim_air *air, uint32_t link,
                            struct tn_net_radio_in *in);
void __wrap_tn_sim_air_pull(struct tn_sim_air *air, uint32_t link,
                            struct tn_net_radio_in *in)
{
    const struct tn_world *world = flood.lively.world;

    __real_tn_sim_air_pull(air, link, in);
    if (flood.file && world->time_us >= flood.from_us &&
        world->bricks[flood.victim].link == link) {
        push_junk(&world->bricks[flood.victim].brick.net, in);
    }
}

static void record(void *ctx, const struct tn_world *world, size_t brick)
{
    const struct tn_world_brick *b = &world->bricks[brick];
    uint8_t data[TN_RECORDING_STEP_CAP];
    uint32_t len;

    (void)ctx;
    if (!flood.file || brick != flood.victim) {
        return;
    }
    if (flood.steps++ == 0) {
        len = tn_recording_put_header(data, &b->config);
        (void)fwrite(data, 1, len, flood.file);
        flood.digest = TN_FNV64_START;
    }
    flood.digest = tn_out_hash(flood.digest, &b->out);
    len = tn_recording_put_step(data, &b->in, flood.last_us, flood.digest);
    (void)fwrite(data, 1, len, flood.file);
    flood.last_us = b->in.time_us;
}

/* Who has that state once the group is complete. */
static size_t find(size_t count, enum tn_net_state state)
{
    size_t found = SIZE_MAX;

    lively_init(&flood.lively, count, true, record, NULL);
    lively_run(&flood.lively, LIVELY_READY_US);
    lively_check(&flood.lively, true);
    for (size_t i = count; i-- > 0;) {
        if (flood.lively.world->bricks[i].brick.net.state == state) {
            found = i;
        }
    }
    lively_free(&flood.lively);
    if (found == SIZE_MAX) {
        fail("no brick is in that state");
    }
    return found;
}

int main(int argc, char **argv)
{
    size_t count = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    uint64_t seconds = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
    uint8_t end[TN_RECORDING_END_LEN];

    if (count < 2 || count > LIVELY_CAP || seconds == 0) {
        fprintf(stderr, "use: bench_flood lead|member|seek|none "
                        "BRICKS(2-16) SECONDS FILE\n");
        return 2;
    }
    flood.from_us = LIVELY_READY_US;
    if (strcmp(argv[1], "seek") == 0) {
        flood.from_us = 0;
    } else if (strcmp(argv[1], "member") == 0) {
        flood.victim = find(count, TN_NET_JOINED);
    } else {
        flood.victim = find(count, TN_NET_LEADING);
    }
    if (strcmp(argv[1], "none") == 0) {
        flood.from_us = UINT64_MAX;
    }
    tn_prng_init(&flood.prng, 1, 0);
    lively_init(&flood.lively, count, true, record, NULL);
    flood.file = fopen(argv[4], "wb");
    if (!flood.file) {
        fail("the file cannot be written");
    }
    lively_run(&flood.lively, LIVELY_READY_US + seconds * 1000000u);
    (void)tn_recording_put_end(end, flood.steps);
    if (fwrite(end, 1, sizeof end, flood.file) != sizeof end ||
        fclose(flood.file)) {
        fail("the file cannot be written");
    }
    flood.file = NULL;
    lively_free(&flood.lively);
    return 0;
}
