/* SPDX-License-Identifier: Apache-2.0 */
/* Groups on simulated air: joining, events, takeover, merging, strangers,
 * replay, floods, and random histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ports/crypto/sodium.h>
#include <support/net_rig.h>
#include <tenon/bytes.h>
#include <tenon/hash.h>

#define ALL 0xFFu
#define MS 1000u
#define S 1000000u

static struct net_rig rig;

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void report(const char *what, uint64_t *us, uint32_t count)
{
    qsort(us, count, sizeof us[0], compare);
    print_message("%s: n %u, median %.1f ms, p99 %.1f ms, p99.9 %.1f ms, "
                  "most %.1f ms\n",
                  what, (unsigned)count, (double)us[count / 2] / 1e3,
                  (double)us[count * 99 / 100] / 1e3,
                  (double)us[(uint64_t)count * 999 / 1000] / 1e3,
                  (double)us[count - 1] / 1e3);
}

/* Wakes `count` bricks of one family within 100 ms and lets them meet. */
static void gather(uint64_t seed, uint32_t count, uint32_t loss_permille)
{
    net_rig_init(&rig, seed, count, tn_crypto_sodium());
    rig.air.loss_permille = loss_permille;
    for (uint32_t i = 0; i < count; i++) {
        net_rig_wake(&rig, i, 1);
        net_rig_run(&rig, tn_prng_below(&rig.prng, 100 * MS / count));
    }
    assert_true(net_rig_meet(&rig, (1u << count) - 1u, 20 * S));
}

/* Once at most everywhere, never at its sender, from whom it says; and who was
 * meant and is awake all the time has it, or the sender knows by now. */
static void check_events(uint32_t steady)
{
    for (uint32_t e = 0; e < rig.sent_count; e++) {
        const struct net_rig_sent *sent = &rig.sent[e];

        for (uint32_t i = 0; i < rig.count; i++) {
            uint64_t at_us;
            uint32_t got = net_rig_got(&rig, e, i, &at_us);

            /* Who has woken anew is another brick to the others. */
            if (steady >> i & 1u) {
                assert_true(got <= (i == sent->from ? 0u : 1u));
            }
            if (got == 0 && (sent->meant >> i & 1u) && (steady >> i & 1u) &&
                (steady >> sent->from & 1u)) {
                assert_true(sent->unheard_us != 0);
            }
        }
        if (sent->unheard_us) {
            assert_true(sent->unheard_us <= sent->world_us + S);
        }
    }
    for (uint32_t i = 0; i < rig.got_count; i++) {
        const struct net_rig_got *got = &rig.got[i];

        if (steady >> rig.sent[got->serial].from & 1u) {
            assert_int_equal(got->from, rig.sent[got->serial].from);
        }
    }
}

static uint32_t count_unheard(void)
{
    uint32_t count = 0;

    for (uint32_t e = 0; e < rig.sent_count; e++) {
        count += rig.sent[e].unheard_us != 0;
    }
    return count;
}

/* Each of them sends one event a second for so long. */
static void chat(uint32_t mask, uint32_t seconds)
{
    for (uint32_t t = 0; t < seconds * 100; t++) {
        for (uint32_t i = 0; i < rig.count; i++) {
            if ((mask >> i & 1u) && tn_prng_below(&rig.prng, 100) == 0) {
                (void)net_rig_send(&rig, i, ALL);
            }
        }
        net_rig_run(&rig, 10 * MS);
    }
    net_rig_run(&rig, 1100 * MS);
}

static uint32_t latencies(uint64_t *us)
{
    for (uint32_t i = 0; i < rig.got_count; i++) {
        us[i] = rig.got[i].world_us - rig.sent[rig.got[i].serial].world_us;
    }
    return rig.got_count;
}

static void two_bricks_share_an_event_soon_after_waking(void **state)
{
    static uint64_t us[200];

    (void)state;
    for (uint32_t seed = 0; seed < 200; seed++) {
        uint64_t woke_us;

        net_rig_init(&rig, seed, 2, tn_crypto_sodium());
        net_rig_wake(&rig, 0, 1);
        net_rig_run(&rig, tn_prng_below(&rig.prng, 100 * MS));
        net_rig_wake(&rig, 1, 1);
        woke_us = rig.air.time_us;
        while (rig.got_count == 0) {
            if (rig.bricks[1].net.sent_count == 0) {
                (void)net_rig_send(&rig, 1, ALL);
            }
            net_rig_run(&rig, 4 * MS);
            assert_true(rig.air.time_us < woke_us + 10 * S);
        }
        us[seed] = rig.air.time_us - woke_us;
    }
    report("two bricks, second awake to first shared event", us, 200);
    assert_true(us[100] <= 700 * MS);
    assert_true(us[198] <= 2 * S);
}

static void bricks_that_wake_together_become_one_group(void **state)
{
    static uint64_t us[100];

    (void)state;
    for (uint32_t n = 2; n <= 4; n++) {
        for (uint32_t seed = 0; seed < 100; seed++) {
            gather(seed, n, 0);
            us[seed] = rig.air.time_us;
        }
        report("all know all", us, 100);
        assert_true(us[50] <= 700 * MS);
    }
}

static void each_event_comes_once_to_everyone(void **state)
{
    static uint64_t us[NET_RIG_LOG_CAP];

    (void)state;
    for (uint32_t n = 2; n <= 8; n *= 2) {
        uint32_t count;

        gather(n, n, 0);
        rig.got_count = 0;
        chat((1u << n) - 1u, 30);
        check_events((1u << n) - 1u);
        assert_int_equal(count_unheard(), 0);
        count = latencies(us);
        assert_int_equal(count, rig.sent_count * (n - 1u));
        report("latency, no loss", us, count);
        assert_true(us[count / 2] <= 48 * MS);
        assert_true(us[count - 1] <= 68 * MS);
    }
}

static void at_20_percent_loss_nothing_is_lost_or_comes_twice(void **state)
{
    static uint64_t us[NET_RIG_LOG_CAP];
    uint32_t count = 0;

    (void)state;
    for (uint32_t seed = 0; seed < 10; seed++) {
        gather(seed, 4, 200);
        chat(0xF, 30);
        check_events(0xF);
        assert_true(count_unheard() <= rig.sent_count / 50);
        for (uint32_t i = 0; i < rig.got_count && count < NET_RIG_LOG_CAP;
             i++) {
            us[count++] =
                rig.got[i].world_us - rig.sent[rig.got[i].serial].world_us;
        }
    }
    report("latency, 20 % loss", us, count);
    assert_true(us[count * 99 / 100] <= 220 * MS);
}

static void an_event_for_one_brick_comes_to_it_alone(void **state)
{
    (void)state;
    gather(3, 4, 100);
    for (uint32_t i = 0; i < 40; i++) {
        uint32_t to = (i + 1 + i / 4 % 3) % 4;
        uint32_t serial = net_rig_send(&rig, i % 4, to);

        net_rig_run(&rig, 500 * MS);
        for (uint32_t k = 0; k < 4; k++) {
            uint64_t at_us;

            assert_int_equal(net_rig_got(&rig, serial, k, &at_us), k == to);
        }
    }
    assert_int_equal(count_unheard(), 0);
}

static void what_nobody_hears_is_said_to_be_unheard(void **state)
{
    uint32_t serial;

    (void)state;
    net_rig_init(&rig, 5, 1, tn_crypto_sodium());
    net_rig_wake(&rig, 0, 1);
    net_rig_run(&rig, 3 * S);
    serial = net_rig_send(&rig, 0, ALL);
    net_rig_run(&rig, S);
    assert_true(rig.sent[serial].unheard_us != 0);
    check_events(1);
}

static void an_event_for_a_dead_brick_is_unheard(void **state)
{
    (void)state;
    for (uint32_t dead = 0; dead < 3; dead++) {
        uint32_t serial;

        gather(7, 3, 0);
        serial = net_rig_send(&rig, (dead + 1) % 3, dead);
        net_rig_kill(&rig, dead);
        net_rig_run(&rig, S);
        assert_true(rig.sent[serial].unheard_us != 0);
        check_events(7u & ~(1u << dead));
        net_rig_run(&rig, S);
        assert_true(net_rig_is_group(&rig, 7u & ~(1u << dead)));
    }
}

static void play_goes_on_when_the_coordinator_vanishes(void **state)
{
    static uint64_t us[100];

    (void)state;
    for (uint32_t seed = 0; seed < 100; seed++) {
        uint32_t leader;
        uint32_t rest;
        uint64_t from_us;

        gather(seed, 4, 0);
        leader = net_rig_leader(&rig, 0xF);
        rest = 0xFu & ~(1u << leader);
        net_rig_run(&rig, tn_prng_below(&rig.prng, 30 * MS));
        for (uint32_t i = 0; i < 4; i++) {
            if (i != leader) {
                (void)net_rig_send(&rig, i, ALL); /* caught by the takeover */
            }
        }
        net_rig_kill(&rig, leader);
        from_us = rig.air.time_us;
        assert_true(net_rig_meet(&rig, rest, 5 * S));
        us[seed] = rig.air.time_us - from_us;
        net_rig_run(&rig, 1100 * MS);
        check_events(rest);
        for (uint32_t e = 0; e < rig.sent_count; e++) {
            for (uint32_t i = 0; i < 4; i++) {
                uint64_t at_us;

                assert_int_equal(net_rig_got(&rig, e, i, &at_us),
                                 i != leader && i != rig.sent[e].from);
            }
        }
    }
    report("coordinator gone, all know all again", us, 100);
    assert_true(us[50] <= 300 * MS);
    assert_true(us[99] <= 1 * S);
}

static void two_groups_of_a_family_become_one(void **state)
{
    static uint64_t us[50];

    (void)state;
    for (uint32_t seed = 0; seed < 50; seed++) {
        net_rig_init(&rig, seed, 4, tn_crypto_sodium());
        for (uint32_t i = 0; i < 4; i++) {
            rig.air.links[i].x_m = i < 2 ? 0.0f : 100.0f;
            net_rig_wake(&rig, i, 1);
        }
        assert_true(net_rig_meet(&rig, 0x3, 10 * S));
        assert_true(net_rig_meet(&rig, 0xC, 10 * S));
        net_rig_run(&rig, 5 * S);
        for (uint32_t i = 2; i < 4; i++) {
            rig.air.links[i].x_m = 1.0f;
        }
        us[seed] = rig.air.time_us;
        for (uint32_t t = 0; t < 2000 && !net_rig_is_group(&rig, 0xF); t++) {
            if (t % 20 == 0) {
                (void)net_rig_send(&rig, t / 20 % 4, ALL);
            }
            net_rig_run(&rig, 10 * MS);
        }
        us[seed] = rig.air.time_us - us[seed];
        assert_true(net_rig_is_group(&rig, 0xF));
        net_rig_run(&rig, 1100 * MS);
        check_events(0xF);
    }
    report("two groups meet, all know all", us, 50);
    assert_true(us[25] <= 3 * S);
}

static void a_stranger_neither_joins_nor_hears(void **state)
{
    (void)state;
    net_rig_init(&rig, 11, 5, tn_crypto_sodium());
    for (uint32_t i = 0; i < 5; i++) {
        net_rig_wake(&rig, i, i < 3 ? 1 : 2);
    }
    assert_true(net_rig_meet(&rig, 0x07, 10 * S));
    assert_true(net_rig_meet(&rig, 0x18, 10 * S));
    for (uint32_t i = 0; i < 100; i++) {
        (void)net_rig_send(&rig, i % 5, ALL);
        net_rig_run(&rig, 100 * MS);
        assert_true(net_rig_is_group(&rig, 0x07));
        assert_true(net_rig_is_group(&rig, 0x18));
    }
    net_rig_run(&rig, 1100 * MS);
    check_events(0x1F);
    for (uint32_t i = 0; i < rig.got_count; i++) {
        assert_int_equal(rig.got[i].to < 3, rig.got[i].from < 3);
    }
    assert_int_equal(count_unheard(), 0);
}

/* What went over the air, for those who replay it. */
struct tape {
    struct tn_sim_tx tx[600];
    uint32_t count;
};

static struct tape tape;

static void record(void *ctx, const struct tn_sim_tx *tx)
{
    (void)ctx;
    if (tx->kind != TN_SIM_AIR_ADVERT && tape.count < 600) {
        tape.tx[tape.count++] = *tx;
    }
}

/* An attacker's link sends recorded beacons as its own train. */
static void replay(uint32_t link, uint32_t *at)
{
    static struct tn_net_radio_in in;
    static struct tn_net_radio_out out;

    tn_sim_air_pull(&rig.air, link, &in);
    memset(&out, 0, sizeof out);
    out.train = 1;
    if (in.next_us) {
        while (*at + 1 < tape.count && tape.tx[*at].kind != TN_SIM_AIR_BEACON) {
            ++*at;
        }
        out.tx = TN_NET_BEACON;
        out.tx_us = in.next_us;
        out.tx_len = tape.tx[*at].len;
        memcpy(out.data, tape.tx[*at].data, out.tx_len);
    }
    tn_sim_air_push(&rig.air, link, &out);
}

static void a_late_brick_gets_what_is_sent_from_then_on(void **state)
{
    uint32_t before;

    (void)state;
    gather(41, 3, 0);
    rig.count = 4;
    tn_prng_init(&rig.bricks[3].entropy, 1, 1);
    chat(0x7, 60);
    before = rig.sent_count;
    /* Numbers of events have wrapped their half. */
    assert_true(rig.bricks[net_rig_leader(&rig, 0x7)].net.base > 140);
    net_rig_wake(&rig, 3, 1);
    assert_true(net_rig_meet(&rig, 0xF, 10 * S));
    chat(0xF, 5);
    check_events(0xF);
    assert_int_equal(count_unheard(), 0);
    for (uint32_t e = 0; e < rig.sent_count; e++) {
        uint64_t at_us;

        assert_int_equal(net_rig_got(&rig, e, 3, &at_us),
                         e >= before && rig.sent[e].from != 3);
    }
}

static void a_replayed_group_captures_nobody(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        uint32_t at = 0;
        uint32_t joined = 0;

        tape.count = 0;
        net_rig_init(&rig, seed, 3, tn_crypto_sodium());
        rig.air.tap = record;
        net_rig_wake(&rig, 0, 1);
        net_rig_wake(&rig, 1, 1);
        assert_true(net_rig_meet(&rig, 3, 10 * S));
        (void)net_rig_send(&rig, 0, ALL);
        net_rig_run(&rig, 3 * S);
        net_rig_kill(&rig, 0);
        net_rig_kill(&rig, 1);
        rig.air.tap = NULL;
        tn_sim_air_start(&rig.air, 5, 20);
        net_rig_wake(&rig, 2, 1);
        for (uint32_t t = 0; t < 1250; t++) {
            replay(5, &at);
            at += t % 7 == 0 && at + 1 < tape.count;
            net_rig_run(&rig, 4 * MS);
            joined += rig.bricks[2].net.state == TN_NET_JOINED;
        }
        assert_int_equal(joined, 0);
        assert_int_equal(rig.bricks[2].net.state, TN_NET_LEADING);
        assert_int_equal(rig.bricks[2].changes, 0);
        assert_int_equal(rig.got_count, 1);
    }
}

static void a_replayed_better_group_does_not_stop_play(void **state)
{
    uint32_t at = 0;
    uint32_t away = 0;
    uint32_t looks = 0;
    uint8_t last = 0;

    (void)state;
    tape.count = 0;
    net_rig_init(&rig, 51, 4, tn_crypto_sodium());
    rig.air.tap = record;
    net_rig_wake(&rig, 0, 1);
    net_rig_wake(&rig, 1, 1);
    rig.bricks[0].in.battery_pc = 100;
    rig.bricks[1].in.battery_pc = 100;
    assert_true(net_rig_meet(&rig, 3, 10 * S));
    tape.count = 0;
    net_rig_run(&rig, 3 * S);
    net_rig_kill(&rig, 0);
    net_rig_kill(&rig, 1);
    rig.air.tap = NULL;
    net_rig_wake(&rig, 2, 1);
    net_rig_wake(&rig, 3, 1);
    assert_true(net_rig_meet(&rig, 0xC, 10 * S));
    tn_sim_air_start(&rig.air, 5, 20);
    for (uint32_t t = 0; t < 5000; t++) {
        uint32_t leader = net_rig_leader(&rig, 0xC);

        replay(5, &at);
        at = t % 7 == 0 ? (at + 1) % (tape.count - 1) : at;
        if (t % 250 == 0) {
            (void)net_rig_send(&rig, 2 + t / 250 % 2, ALL);
        }
        net_rig_run(&rig, 4 * MS);
        assert_int_not_equal(leader, 0xFF);
        away += rig.bricks[leader].net.probing == 2;
        looks += rig.bricks[leader].net.probing == 2 && last != 2;
        last = rig.bricks[leader].net.probing;
    }
    net_rig_run(&rig, 1100 * MS);
    check_events(0xC);
    assert_int_equal(count_unheard(), 0);
    print_message("looked elsewhere %u times, %.1f %% of 20 s\n",
                  (unsigned)looks, (double)away / 50.0);
    assert_true(looks > 0);
    assert_true(looks <= 9);
}

/* Every key and nonce that anyone seals with: none twice. */
#define SEEN_CAP 65536u

struct seen {
    uint64_t keys[SEEN_CAP];
    uint32_t count;
    uint32_t twice;
};

static struct seen seen;

static void seal_and_note(void *ctx, const struct tn_crypto_box *box)
{
    uint64_t key = tn_hash_fnv64(TN_FNV64_START, box->key, TN_CRYPTO_KEY_LEN);
    uint32_t i;

    key = tn_hash_fnv64(key, box->nonce, TN_CRYPTO_NONCE_LEN) | 1u;
    for (i = (uint32_t)key % SEEN_CAP; seen.keys[i]; i = (i + 1) % SEEN_CAP) {
        seen.twice += seen.keys[i] == key;
    }
    seen.keys[i] = key;
    seen.count++;
    assert_true(seen.count < SEEN_CAP);
    tn_crypto_sodium()->seal(ctx, box);
}

/* Bricks wake and die, groups part and meet, at 30 % loss. */
static void wild_minute(uint64_t seed)
{
    struct tn_crypto crypto = *tn_crypto_sodium();
    uint32_t steady = 0x3F;

    crypto.seal = seal_and_note;
    net_rig_init(&rig, seed, 6, &crypto);
    rig.air.loss_permille = 300;
    memset(&seen, 0, sizeof seen);
    for (uint32_t t = 0; t < 2000; t++) {
        uint32_t i = tn_prng_below(&rig.prng, 6);

        if (!rig.bricks[i].on) {
            net_rig_wake(&rig, i, 1);
        } else if (i > 3 && tn_prng_below(&rig.prng, 50) == 0) {
            net_rig_kill(&rig, i);
            steady &= ~(1u << i);
        } else if (tn_prng_below(&rig.prng, 60) == 0) {
            rig.air.links[i].x_m = (float)tn_prng_below(&rig.prng, 2) * 100.0f;
        } else if (rig.bricks[i].net.sent_count < 4) {
            (void)net_rig_send(&rig, i,
                               tn_prng_below(&rig.prng, 4)
                                   ? ALL
                                   : tn_prng_below(&rig.prng, 6));
        }
        net_rig_run(&rig, 15 * MS);
    }
    net_rig_run(&rig, 1100 * MS);
    check_events(steady);
    assert_int_equal(seen.twice, 0);
    assert_true(seen.count > 2000);
    assert_true(rig.got_count > 500);
}

static void in_wild_histories_no_event_twice_and_no_nonce_twice(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 12; seed++) {
        wild_minute(seed);
    }
}

/* Counts what is asked of the crypto in one step. */
struct meter {
    const struct tn_crypto *inner;
    uint32_t calls;
    uint32_t most;
};

static struct meter meter;

static void metered_hash(void *ctx, const uint8_t *key, const uint8_t *data,
                         uint16_t len, uint8_t *hash, uint8_t hash_len)
{
    meter.calls++;
    meter.inner->hash(ctx, key, data, len, hash, hash_len);
}

static void metered_seal(void *ctx, const struct tn_crypto_box *box)
{
    meter.calls++;
    meter.inner->seal(ctx, box);
}

static enum tn_err metered_open(void *ctx, const struct tn_crypto_box *box)
{
    meter.calls++;
    return meter.inner->open(ctx, box);
}

/* A hundred times the frames of a group of four, in one step each: half with
 * the header of the train that is really there, half of other trains. */
static void flood(void *ctx, uint32_t brick)
{
    const struct tn_net *net = &rig.bricks[brick].net;
    uint8_t data[TN_NET_BEACON_CAP];

    (void)ctx;
    meter.most = meter.calls > meter.most ? meter.calls : meter.most;
    meter.calls = 0;
    for (uint32_t i = 0; i < 53; i++) {
        struct tn_net_rx rx;
        uint32_t at = 0;

        memset(&rx, 0, sizeof rx);
        for (uint32_t k = 0; k < sizeof data; k++) {
            data[k] = (uint8_t)tn_prng_get(&rig.prng);
        }
        rx.at_us = rig.bricks[brick].next_own_us - 1;
        rx.len = (uint16_t)(60 + tn_prng_below(&rig.prng, 180));
        rx.train = (uint8_t)(7 + i % 8);
        data[at++] = 0x11;
        if (i % 2 == 0) {
            at = tn_bytes_put_u64(data, at, net->session.salt);
            at = tn_bytes_put_u32(data, at, net->session.id);
            (void)tn_bytes_put_u32(data, at, net->session.counter + 1);
        }
        tn_sim_air_inject(&rig.air, brick, &rx, data);
    }
}

static void a_flood_of_junk_costs_bounded_work_and_play_goes_on(void **state)
{
    static uint64_t us[NET_RIG_LOG_CAP];
    const struct tn_crypto crypto = {NULL, metered_hash, metered_seal,
                                     metered_open};
    uint32_t count;

    (void)state;
    meter.inner = tn_crypto_sodium();
    net_rig_init(&rig, 21, 4, &crypto);
    rig.before = flood;
    for (uint32_t i = 0; i < 4; i++) {
        net_rig_wake(&rig, i, 1);
    }
    assert_true(net_rig_meet(&rig, 0xF, 10 * S));
    print_message("under the flood all know all after %.1f ms\n",
                  (double)rig.air.time_us / 1e3);
    rig.got_count = 0;
    chat(0xF, 30);
    check_events(0xF);
    assert_int_equal(count_unheard(), 0);
    assert_true(net_rig_is_group(&rig, 0xF));
    count = latencies(us);
    report("latency under the flood", us, count);
    assert_true(us[count - 1] <= 68 * MS);
    print_message("most crypto calls a step: %u\n", (unsigned)meter.most);
    assert_true(meter.most <= TN_NET_RX_CAP + 3u);
    assert_true(rig.bricks[1].junk > 30000);
}

static void group_time_is_the_same_everywhere(void **state)
{
    uint64_t worst_us = 0;
    uint64_t rounds_us[4] = {0};

    (void)state;
    gather(31, 4, 200);
    for (uint32_t i = 0; i < 4; i++) {
        rig.air.links[i].drift_ppm = i % 2 ? 50 : -50;
        rig.air.links[i].boot_us = rig.air.time_us - rig.bricks[i].next_own_us;
    }
    net_rig_run(&rig, 3 * S);
    for (uint32_t t = 0; t < 2000; t++) {
        uint64_t least_us = UINT64_MAX;
        uint64_t most_us = 0;

        net_rig_run(&rig, 10 * MS);
        for (uint32_t i = 0; i < 4; i++) {
            uint64_t us;

            assert_true(tn_net_get_group_us(
                &rig.bricks[i].net,
                tn_sim_air_own_us(&rig.air, i, rig.air.time_us), &us));
            assert_true(us >= rounds_us[i]);
            rounds_us[i] = us;
            least_us = us < least_us ? us : least_us;
            most_us = us > most_us ? us : most_us;
        }
        worst_us =
            most_us - least_us > worst_us ? most_us - least_us : worst_us;
    }
    print_message("group time apart, +-50 ppm, 20 %% loss: %u us\n",
                  (unsigned)worst_us);
    assert_true(worst_us <= 1000);
    /* They know each other's rates: it lasts without beacons. */
    for (uint32_t i = 0; i < 4; i++) {
        uint64_t later_us =
            tn_sim_air_own_us(&rig.air, i, rig.air.time_us + 10 * S);

        (void)tn_net_get_group_us(&rig.bricks[i].net, later_us, &rounds_us[i]);
    }
    for (uint32_t i = 0; i < 4; i++) {
        assert_in_range(rounds_us[i], rounds_us[0] - 300, rounds_us[0] + 300);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_bricks_share_an_event_soon_after_waking),
        cmocka_unit_test(bricks_that_wake_together_become_one_group),
        cmocka_unit_test(each_event_comes_once_to_everyone),
        cmocka_unit_test(at_20_percent_loss_nothing_is_lost_or_comes_twice),
        cmocka_unit_test(an_event_for_one_brick_comes_to_it_alone),
        cmocka_unit_test(what_nobody_hears_is_said_to_be_unheard),
        cmocka_unit_test(an_event_for_a_dead_brick_is_unheard),
        cmocka_unit_test(play_goes_on_when_the_coordinator_vanishes),
        cmocka_unit_test(two_groups_of_a_family_become_one),
        cmocka_unit_test(a_stranger_neither_joins_nor_hears),
        cmocka_unit_test(a_late_brick_gets_what_is_sent_from_then_on),
        cmocka_unit_test(a_replayed_group_captures_nobody),
        cmocka_unit_test(a_replayed_better_group_does_not_stop_play),
        cmocka_unit_test(in_wild_histories_no_event_twice_and_no_nonce_twice),
        cmocka_unit_test(a_flood_of_junk_costs_bounded_work_and_play_goes_on),
        cmocka_unit_test(group_time_is_the_same_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
