/* SPDX-License-Identifier: Apache-2.0 */
/* One or two nets, step by step, frames carried by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ports/crypto/sodium.h>
#include <tenon/net.h>
#include <tenon/prng.h>

struct brick {
    struct tn_net net;
    struct tn_net_in in;
    struct tn_net_out out;
    struct tn_net_radio_in radio;
    struct tn_prng entropy;
};

static struct brick a;
static struct brick b;

static void start(struct brick *k, uint64_t seed, uint8_t family)
{
    struct tn_net_config config;

    memset(k, 0, sizeof *k);
    memset(config.family, family, sizeof config.family);
    tn_net_init(&k->net, &config);
    tn_prng_init(&k->entropy, seed, 1);
    k->in.radio = &k->radio;
    k->in.on = 1;
    k->in.battery_pc = 70;
}

/* One step; what came in is used up. */
static void step(struct brick *k)
{
    for (uint32_t i = 0; i < 4; i++) {
        k->in.entropy[i] = tn_prng_get(&k->entropy);
    }
    tn_net_step(&k->net, tn_crypto_sodium(), &k->in, &k->out);
    k->in.time_us += TN_FRAME_US;
    k->in.send_count = 0;
    k->radio.rx_count = 0;
    /* A train that runs has a beacon each 28 ms, seven steps. */
    k->radio.next_us = 0;
    if (k->out.radio.train) {
        k->radio.next_us = (k->in.time_us / 28000 + 1) * 28000;
    }
}

static void step_until(struct brick *k, uint8_t state)
{
    for (uint32_t i = 0; i < 1000 && k->out.state != state; i++) {
        step(k);
    }
    assert_int_equal(k->out.state, state);
}

/* Steps until a frame is handed over, which is returned. */
static const struct tn_net_radio_out *step_to_frame(struct brick *k)
{
    for (uint32_t i = 0; i < 20; i++) {
        step(k);
        if (k->out.radio.tx) {
            return &k->out.radio;
        }
    }
    fail();
    return NULL;
}

static void hear(struct brick *k, const struct tn_net_radio_out *from,
                 uint8_t train)
{
    struct tn_net_rx *rx = &k->radio.rx[k->radio.rx_count];

    memset(rx, 0, sizeof *rx);
    rx->at = (uint16_t)(k->radio.rx_count++ * TN_NET_BEACON_CAP);
    rx->at_us = k->in.time_us - 2000;
    rx->len = from->tx_len;
    rx->train = train;
    rx->slot = from->tx == TN_NET_ANSWER ? from->tx_slot : 0;
    memcpy(k->radio.data + rx->at, from->data, from->tx_len);
}

/* `a` leads, `b` has joined it. */
static void join_two(void)
{
    start(&a, 1, 9);
    start(&b, 2, 9);
    step_until(&a, TN_NET_LEADING);
    step(&b);
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_JOINING);
    assert_int_equal(b.out.radio.sync, 3);
    hear(&a, &b.out.radio, 0);
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_JOINED);
    assert_int_equal(b.out.radio.tx, TN_NET_ANSWER);
    hear(&a, &b.out.radio, 0);
    step(&a);
    assert_int_equal(a.out.came, 1);
}

static void without_crypto_it_stays_off(void **state)
{
    (void)state;
    start(&a, 1, 9);
    memcpy(&b.net, &a.net, sizeof b.net);
    a.in.send_count = 1;
    a.in.sends[0].peer = TN_NET_ALL;
    tn_net_step(&a.net, NULL, &a.in, &a.out);
    assert_int_equal(a.out.state, TN_NET_OFF);
    assert_int_equal(a.out.unheard_count, 1);
    assert_memory_equal(&a.net, &b.net, sizeof a.net);
    assert_true(tn_net_due_us(&a.net) == UINT64_MAX);
}

static void quiet_steps_before_it_is_due_change_no_byte(void **state)
{
    uint64_t due_us;

    (void)state;
    start(&a, 1, 9);
    step(&a);
    assert_int_equal(a.out.state, TN_NET_SEEKING);
    assert_int_equal(a.out.radio.listen, 1);
    memcpy(&b.net, &a.net, sizeof b.net);
    due_us = tn_net_due_us(&a.net);
    while (a.in.time_us < due_us) {
        step(&a);
        assert_memory_equal(&a.net, &b.net, sizeof a.net);
    }
    step(&a);
    assert_int_equal(a.out.state, TN_NET_LEADING);
    assert_true(due_us >= TN_NET_LISTEN_MIN_US);
    assert_true(due_us < TN_NET_LISTEN_MIN_US + TN_NET_LISTEN_VARY_US);
}

static void it_does_not_lead_without_entropy(void **state)
{
    (void)state;
    start(&a, 1, 9);
    for (uint32_t i = 0; i < 1000; i++) {
        tn_net_step(&a.net, tn_crypto_sodium(), &a.in, &a.out);
        a.in.time_us += TN_FRAME_US;
        assert_int_not_equal(a.out.state, TN_NET_LEADING);
    }
}

static void a_beacon_is_sealed_once_and_before_its_time(void **state)
{
    uint64_t last_us = 0;
    uint32_t count = 0;

    (void)state;
    start(&a, 1, 9);
    step_until(&a, TN_NET_LEADING);
    for (uint32_t i = 0; i < 700; i++) {
        step(&a);
        if (a.out.radio.tx) {
            assert_int_equal(a.out.radio.tx, TN_NET_BEACON);
            assert_true(a.out.radio.tx_us > last_us);
            assert_true(a.out.radio.tx_us >=
                        a.in.time_us - TN_FRAME_US + TN_NET_CLOSE_US);
            last_us = a.out.radio.tx_us;
            count++;
        }
    }
    assert_int_equal(count, 100);
}

static void two_join_by_a_challenge(void **state)
{
    struct tn_net_member member;

    (void)state;
    join_two();
    assert_int_equal(tn_net_get_count(&a.net), 1);
    assert_int_equal(tn_net_get_member(&a.net, 0, &member), TN_OK);
    assert_int_equal(member.id, b.net.id);
    assert_int_equal(member.battery_pc, 70);
    assert_int_equal(tn_net_get_member(&a.net, 1, &member), TN_ERR_INDEX);
}

static void a_beacon_without_the_challenge_lets_nobody_in(void **state)
{
    (void)state;
    start(&a, 1, 9);
    start(&b, 2, 9);
    step_until(&a, TN_NET_LEADING);
    step(&b);
    for (uint32_t i = 0; i < 40; i++) {
        hear(&b, step_to_frame(&a), 3);
        step(&b);
        assert_int_not_equal(b.out.state, TN_NET_JOINED);
    }
}

/* The same brick with other randomness, and all that it heard last time. */
static void an_old_grant_lets_nobody_in_again(void **state)
{
    static struct brick before;
    static struct tn_net_radio_out beacons[2];

    (void)state;
    start(&a, 1, 9);
    start(&b, 2, 9);
    step_until(&a, TN_NET_LEADING);
    step(&b);
    memcpy(&before, &b, sizeof before);
    memcpy(&beacons[0], step_to_frame(&a), sizeof beacons[0]);
    hear(&b, &beacons[0], 3);
    step(&b);
    hear(&a, &b.out.radio, 0);
    memcpy(&beacons[1], step_to_frame(&a), sizeof beacons[1]);
    hear(&b, &beacons[1], 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_JOINED);
    memcpy(&b, &before, sizeof b);
    tn_prng_init(&b.entropy, 3, 1);
    hear(&b, &beacons[0], 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_JOINING);
    hear(&b, &beacons[1], 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_JOINING);
}

static void a_stranger_gets_nothing(void **state)
{
    (void)state;
    start(&a, 1, 9);
    start(&b, 2, 8);
    step_until(&a, TN_NET_LEADING);
    step(&b);
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    assert_int_equal(b.out.state, TN_NET_SEEKING);
    assert_int_equal(b.out.radio.tx, TN_NET_NO_TX);
    assert_int_equal(b.out.junk, 1);
}

/* Offers a frame with each of its bits turned, and each prefix of it; then the
 * frame itself, which must still count. */
static void offer_damaged(struct brick *k, const struct tn_net_radio_out *frame,
                          uint8_t train)
{
    static struct brick before;
    static struct tn_net_radio_out bad;

    memcpy(&before, k, sizeof before);
    for (uint32_t i = 0; i < frame->tx_len * 9u; i++) {
        memcpy(k, &before, sizeof before);
        memcpy(&bad, frame, sizeof bad);
        if (i < frame->tx_len * 8u) {
            bad.data[i / 8] ^= (uint8_t)(1u << i % 8);
        } else {
            bad.tx_len = (uint16_t)(i - frame->tx_len * 8u);
        }
        hear(k, &bad, train);
        k->radio.next_us = 0;
        tn_net_step(&k->net, tn_crypto_sodium(), &k->in, &k->out);
        assert_int_equal(k->out.junk, 1);
        assert_int_equal(k->out.radio.tx, TN_NET_NO_TX);
        assert_memory_equal(&k->net, &before.net, sizeof k->net);
    }
    memcpy(k, &before, sizeof before);
}

static void a_damaged_beacon_changes_no_byte_of_a_member(void **state)
{
    (void)state;
    join_two();
    offer_damaged(&b, step_to_frame(&a), 3);
    hear(&b, &a.out.radio, 3);
    step(&b);
    assert_int_equal(b.out.junk, 0);
    assert_int_equal(b.out.radio.tx, TN_NET_ANSWER);
}

static void a_damaged_answer_changes_no_byte_of_the_coordinator(void **state)
{
    (void)state;
    join_two();
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    assert_int_equal(b.out.radio.tx, TN_NET_ANSWER);
    offer_damaged(&a, &b.out.radio, 0);
    hear(&a, &b.out.radio, 0);
    step(&a);
    assert_int_equal(a.out.junk, 0);
}

static void a_damaged_join_changes_no_byte_of_the_coordinator(void **state)
{
    (void)state;
    start(&a, 1, 9);
    start(&b, 2, 9);
    step_until(&a, TN_NET_LEADING);
    step(&b);
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    offer_damaged(&a, &b.out.radio, 0);
    hear(&a, &b.out.radio, 0);
    step(&a);
    assert_int_equal(a.out.junk, 0);
}

static void a_frame_counts_once(void **state)
{
    static struct tn_net_radio_out beacon;
    static struct tn_net_radio_out answer;

    (void)state;
    join_two();
    b.in.send_count = 1;
    b.in.sends[0].peer = TN_NET_ALL;
    b.in.sends[0].number = 0x61;
    step(&b);
    memcpy(&beacon, step_to_frame(&a), sizeof beacon);
    hear(&b, &beacon, 3);
    step(&b);
    memcpy(&answer, &b.out.radio, sizeof answer);
    hear(&b, &beacon, 3);
    step(&b);
    assert_int_equal(b.out.junk, 1);
    assert_int_equal(b.out.radio.tx, TN_NET_NO_TX);
    hear(&a, &answer, 0);
    step(&a);
    assert_int_equal(a.out.event_count, 1);
    hear(&a, &answer, 0);
    step(&a);
    assert_int_equal(a.out.event_count, 0);
    (void)step_to_frame(&a);
    hear(&a, &answer, 0); /* answers an older beacon by now */
    step(&a);
    assert_int_equal(a.out.junk, 1);
}

static void an_answer_counts_in_its_own_slot_only(void **state)
{
    (void)state;
    join_two();
    hear(&b, step_to_frame(&a), 3);
    step(&b);
    for (uint8_t slot = 0; slot < TN_NET_CAP; slot++) {
        struct tn_net_radio_out moved = b.out.radio;

        if (a.net.seats[slot].state == 0) { /* as if others sat there */
            memcpy(&a.net.seats[slot], &a.net.seats[moved.tx_slot],
                   sizeof a.net.seats[slot]);
            a.net.seats[slot].id = slot + 1000u;
        }

        moved.tx_slot = slot;
        hear(&a, &moved, 0);
        a.radio.next_us = 0;
        tn_net_step(&a.net, tn_crypto_sodium(), &a.in, &a.out);
        assert_int_equal(a.out.junk, slot != b.out.radio.tx_slot);
        a.radio.rx_count = 0;
    }
}

/* Else two bricks could seal for one slot. */
static void an_index_rests_before_it_changes_hands(void **state)
{
    static struct brick c;
    uint32_t freed = 0;

    (void)state;
    join_two();
    start(&c, 5, 9);
    step(&c);
    c.net.index = b.net.index; /* which it would like to have again */
    while (c.out.state != TN_NET_JOINED) {
        const struct tn_net_radio_out *beacon = step_to_frame(&a);

        freed += a.net.seats[b.net.index].state == 0;
        if (freed > 0) {
            hear(&c, beacon, 3);
            step(&c);
            if (c.out.radio.tx) {
                hear(&a, &c.out.radio, 0);
            }
        }
    }
    assert_true(freed < 12);
    assert_int_not_equal(c.net.index, b.net.index);
}

static void a_copy_goes_on_as_the_original(void **state)
{
    static struct brick copy;

    (void)state;
    join_two();
    memcpy(&copy, &a, sizeof copy);
    copy.in.radio = &copy.radio;
    for (uint32_t i = 0; i < 300; i++) {
        step(&a);
        step(&copy);
        assert_memory_equal(&a.net, &copy.net, sizeof a.net);
        assert_memory_equal(&a.out, &copy.out, sizeof a.out);
    }
}

static void switched_off_it_forgets_all_but_the_family(void **state)
{
    (void)state;
    join_two();
    a.in.on = 0;
    step(&a);
    assert_int_equal(a.out.state, TN_NET_OFF);
    assert_int_equal(a.out.gone, 1);
    start(&b, 1, 9);
    assert_memory_equal(&a.net, &b.net, sizeof a.net);
}

static void nonsense_from_the_link_is_harmless(void **state)
{
    (void)state;
    join_two();
    for (uint32_t i = 0; i < 20000; i++) {
        struct tn_prng *p = &a.entropy;

        a.radio.rx_count = (uint8_t)tn_prng_get(p);
        for (uint32_t k = 0; k < TN_NET_RX_CAP; k++) {
            a.radio.rx[k].at = (uint16_t)tn_prng_get(p);
            a.radio.rx[k].len = (uint16_t)(tn_prng_get(p) % 300);
            a.radio.rx[k].train = (uint8_t)tn_prng_below(p, 3);
            a.radio.rx[k].slot = (uint8_t)tn_prng_get(p);
            a.radio.rx[k].at_us = tn_prng_get(p);
        }
        a.radio.data[tn_prng_below(p, TN_NET_RX_LEN)] = (uint8_t)tn_prng_get(p);
        step(&a);
        assert_true(a.out.junk <= TN_NET_RX_CAP);
        assert_int_equal(a.out.came, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_crypto_it_stays_off),
        cmocka_unit_test(quiet_steps_before_it_is_due_change_no_byte),
        cmocka_unit_test(it_does_not_lead_without_entropy),
        cmocka_unit_test(a_beacon_is_sealed_once_and_before_its_time),
        cmocka_unit_test(two_join_by_a_challenge),
        cmocka_unit_test(a_beacon_without_the_challenge_lets_nobody_in),
        cmocka_unit_test(an_old_grant_lets_nobody_in_again),
        cmocka_unit_test(a_stranger_gets_nothing),
        cmocka_unit_test(a_damaged_beacon_changes_no_byte_of_a_member),
        cmocka_unit_test(a_damaged_answer_changes_no_byte_of_the_coordinator),
        cmocka_unit_test(a_damaged_join_changes_no_byte_of_the_coordinator),
        cmocka_unit_test(a_frame_counts_once),
        cmocka_unit_test(an_answer_counts_in_its_own_slot_only),
        cmocka_unit_test(an_index_rests_before_it_changes_hands),
        cmocka_unit_test(a_copy_goes_on_as_the_original),
        cmocka_unit_test(switched_off_it_forgets_all_but_the_family),
        cmocka_unit_test(nonsense_from_the_link_is_harmless),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
