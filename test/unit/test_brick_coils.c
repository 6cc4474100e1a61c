/* SPDX-License-Identifier: Apache-2.0 */
/* src/brick: who gets which winding of the coils. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../src/brick/parts.h"
#include "../../src/tag/parts.h"

static struct tn_brick brick;
static struct tn_in in;

static void set_up(void)
{
    struct tn_brick_config config;

    memset(&config, 0, sizeof config);
    memset(&in, 0, sizeof in);
    in.battery_pc = 50;
    tn_brick_init(&brick, &config);
}

static struct tn_coil_plan plan_at(uint64_t end_us)
{
    struct tn_coil_plan plan;

    memset(&plan, 0, sizeof plan);
    tn_brick_plan_coils(&brick, &in, end_us, &plan);
    return plan;
}

static void set_turn(uint64_t at_us, uint8_t sender, uint8_t peer)
{
    brick.coils.turn.at_us = at_us;
    brick.coils.turn.sender = sender;
    brick.coils.turn.peer = peer;
    brick.coils.turn.own = peer == TN_NET_NONE;
    brick.coils.turn.last = 1;
}

/* Each winding needs the other open. */
static void one_user_has_the_coils(void **state)
{
    (void)state;
    for (unsigned asked = 0; asked < 16; asked++) {
        struct tn_coil_wants wants = {
            .charge = asked & 1u,
            .touch = (asked >> 1) & 1u,
            .place = (asked >> 2) & 1u,
            .tag = (asked >> 3) & 1u,
        };
        struct tn_coil_plan plan;

        tn_coils_choose(&wants, &plan);
        assert_true(plan.lf == TN_COIL_IDLE || plan.hf == TN_COIL_IDLE);
        assert_int_equal(plan.lf != TN_COIL_IDLE || plan.hf != TN_COIL_IDLE,
                         asked != 0);
        if (wants.charge) {
            assert_int_equal(plan.lf, TN_COIL_CHARGE);
        } else if (wants.touch) {
            assert_int_equal(plan.lf, TN_COIL_TOUCH);
        } else if (wants.place) {
            assert_int_equal(plan.lf, TN_COIL_PLACE);
        } else if (wants.tag) {
            assert_int_equal(plan.hf, TN_COIL_TAG);
        }
    }
}

static void tags_have_the_coils_when_nobody_else_does(void **state)
{
    (void)state;
    set_up();
    assert_int_equal(plan_at(4000).hf, TN_COIL_TAG);
    assert_int_equal(plan_at(4000).lf, TN_COIL_IDLE);
}

static void a_turn_has_the_frames_that_it_touches_and_no_others(void **state)
{
    (void)state;
    set_up();
    set_turn(101000, 2, 5);
    for (uint64_t end_us = 60000; end_us < 140000; end_us += TN_FRAME_US) {
        struct tn_coil_plan plan = plan_at(end_us);
        bool touches =
            end_us + TN_FRAME_US > 101000 && end_us < 101000 + TN_COIL_TURN_US;

        assert_int_equal(plan.lf == TN_COIL_PLACE, touches);
        assert_int_equal(plan.at_us, touches ? 101000 : 0);
        assert_int_equal(plan.turn, touches ? 2 : TN_NET_NONE);
        assert_int_equal(plan.send, 0);
        /* No list of commands begins that could run into it. */
        assert_int_equal(plan.hf == TN_COIL_TAG,
                         end_us + 24000 <= 101000 ||
                             end_us >= 101000 + TN_COIL_TURN_US);
    }
    set_turn(101000, 1, TN_NET_NONE);
    assert_int_equal(plan_at(100000).send, 1);
}

/* A group of bricks with indices 1, 4 and 6, as net knows them. */
static void set_group(uint32_t counter)
{
    brick.net.state = TN_NET_JOINED;
    brick.net.session.beacon_us = 1000000 + counter * TN_NET_INTERVAL_US;
    brick.net.session.counter = counter;
    brick.net.present = 1u << 1 | 1u << 4 | 1u << 6;
    brick.net.index = 4;
    brick.net.peers[3].m.here = 1;
    brick.net.peers[3].m.index = 1;
    brick.net.peers[9].m.here = 1;
    brick.net.peers[9].m.index = 6;
}

/* A member that has not heard the next beacon yet keeps the time free. */
static void no_list_runs_into_a_turn_that_is_to_be_expected(void **state)
{
    (void)state;
    set_up();
    set_group(6);
    tn_brick_note_turn(&brick);

    uint64_t at_us = brick.coils.turn.at_us;
    uint64_t next_us = at_us + TN_NET_INTERVAL_US;

    assert_int_equal(plan_at(at_us + TN_COIL_TURN_US).hf, TN_COIL_IDLE);
    set_group(7);
    tn_brick_note_turn(&brick);
    assert_int_equal(plan_at(next_us + TN_COIL_TURN_US).hf, TN_COIL_TAG);
    assert_int_equal(plan_at(next_us + 2 * TN_NET_INTERVAL_US - 23000).hf,
                     TN_COIL_IDLE);
    assert_int_equal(plan_at(next_us + 2 * TN_NET_INTERVAL_US - 24000).hf,
                     TN_COIL_TAG);
}

/* A coordinator fixes the next beacon early. */
static void the_next_turn_does_not_end_the_present_one(void **state)
{
    (void)state;
    set_up();
    set_turn(101000, 2, 5);
    memcpy(&brick.coils.before, &brick.coils.turn, sizeof brick.coils.turn);
    set_turn(131000, 1, TN_NET_NONE);
    assert_int_equal(plan_at(104000).lf, TN_COIL_PLACE);
    assert_int_equal(plan_at(104000).at_us, 101000);
    assert_int_equal(plan_at(104000).send, 0);
    assert_int_equal(plan_at(132000).at_us, 131000);
    assert_int_equal(plan_at(132000).send, 1);
}

static void a_list_that_is_out_keeps_the_coils(void **state)
{
    (void)state;
    set_up();
    set_turn(101000, 2, 5);
    in.power = TN_BRICK_DOCKED;
    brick.tag.list.count = 2;
    for (uint64_t end_us = 60000; end_us < 140000; end_us += TN_FRAME_US) {
        assert_int_equal(plan_at(end_us).hf, TN_COIL_TAG);
    }
}

static void a_new_tag_goes_before_placing_for_400_ms(void **state)
{
    (void)state;
    set_up();
    brick.tag.slots[0].state = TN_TAG_READING;
    for (uint64_t end_us = 40000; end_us < 1000000; end_us += TN_FRAME_US) {
        set_turn(end_us, 2, 5);
        assert_int_equal(plan_at(end_us).hf == TN_COIL_TAG, end_us < 440000);
    }
    /* Once it is read, the next new one has its time again. */
    brick.tag.slots[0].state = TN_TAG_PRESENT;
    (void)plan_at(1000000);
    brick.tag.slots[0].state = TN_TAG_READING;
    set_turn(1004000, 2, 5);
    assert_int_equal(plan_at(1004000).hf, TN_COIL_TAG);
}

static void charging_excludes_all_but_pauses(void **state)
{
    unsigned others = 0;
    unsigned frames = 0;
    unsigned longest = 0;
    unsigned run = 0;

    (void)state;
    set_up();
    in.power = TN_BRICK_DOCKED;
    for (uint64_t end_us = 4000; end_us <= 2400000; end_us += TN_FRAME_US) {
        struct tn_coil_plan plan = plan_at(end_us);

        frames++;
        if (plan.lf == TN_COIL_CHARGE) {
            assert_int_equal(plan.hf, TN_COIL_IDLE);
            run++;
        } else {
            others++;
            run = 0;
        }
        longest = run > longest ? run : longest;
    }
    assert_int_equal(others * 4, frames);
    /* A tag that is asked for right after a pause is not taken for lost. */
    assert_true(longest * TN_FRAME_US + TN_POLL_US < TN_GRACE_US);
    in.battery_pc = 100;
    for (uint64_t end_us = 4000; end_us <= 480000; end_us += TN_FRAME_US) {
        assert_int_equal(plan_at(end_us).lf, TN_COIL_IDLE);
    }
}

static void asleep_it_lets_itself_be_found_but_does_not_look(void **state)
{
    (void)state;
    set_up();
    brick.asleep = 1;
    set_turn(101000, 2, 5);
    assert_int_equal(plan_at(100000).lf, TN_COIL_IDLE);
    set_turn(101000, 1, TN_NET_NONE);
    assert_int_equal(plan_at(100000).lf, TN_COIL_PLACE);
    assert_int_equal(plan_at(100000).send, 1);
}

static void members_take_turns_by_the_beacons_counter(void **state)
{
    /* Of three intervals, one is left to the tags. */
    static const uint8_t senders[] = {1, 4, 0, 6, 1, 0, 4, 6, 0};
    static const uint8_t peers[] = {3, TN_NET_NONE, 0, 9, 3,
                                    0, TN_NET_NONE, 9, 0};

    (void)state;
    set_up();
    for (uint32_t counter = 0; counter < 9; counter++) {
        uint64_t beacon_us = 1000000 + counter * TN_NET_INTERVAL_US;
        uint64_t before_us = brick.coils.turn.at_us;

        set_group(counter);
        tn_brick_note_turn(&brick);
        if (counter % 3 == 2) {
            assert_int_equal(brick.coils.turn.at_us, before_us);
            continue;
        }
        assert_int_equal(brick.coils.turn.at_us,
                         beacon_us + TN_COIL_TURN_AT_US);
        assert_int_equal(brick.coils.turn.sender, senders[counter]);
        assert_int_equal(brick.coils.turn.peer, peers[counter]);
        assert_int_equal(brick.coils.turn.own, senders[counter] == 4);
    }
    /* The turn before is still known, since its report comes late. */
    assert_int_equal(tn_brick_find_turn(&brick, 1000000 +
                                                    6 * TN_NET_INTERVAL_US +
                                                    TN_COIL_TURN_AT_US)
                         ->sender,
                     4);
    assert_null(tn_brick_find_turn(&brick, 1000000 + TN_COIL_TURN_AT_US));
    assert_null(tn_brick_find_turn(&brick, 0));
}

/* Who has just joined has an index before anybody knows it as a peer. */
static void nobody_sends_or_listens_in_a_strangers_turn(void **state)
{
    (void)state;
    set_up();
    set_group(0);
    brick.net.peers[3].m.here = 0;
    tn_brick_note_turn(&brick);
    assert_int_equal(brick.coils.turn.sender, 1);
    assert_int_equal(plan_at(brick.coils.turn.at_us).lf, TN_COIL_IDLE);
    assert_int_equal(plan_at(brick.coils.turn.at_us).send, 0);
}

/* Charging, it sends in its own turns, looks in every second round and leaves
 * time for tags once in a cycle. */
static void charging_leaves_room_for_a_group(void **state)
{
    unsigned sends = 0;
    unsigned looks = 0;
    unsigned tags = 0;
    unsigned charges = 0;

    (void)state;
    set_up();
    in.power = TN_BRICK_DOCKED;
    for (uint32_t counter = 0; counter < 90; counter++) {
        uint64_t beacon_us = 1000000 + counter * TN_NET_INTERVAL_US;

        set_group(counter);
        tn_brick_note_turn(&brick);
        for (uint64_t t = beacon_us + 2000; t < beacon_us + 32000; t += 4000) {
            struct tn_coil_plan plan = plan_at(t);

            sends += plan.lf == TN_COIL_PLACE && plan.send;
            looks += plan.lf == TN_COIL_PLACE && !plan.send;
            tags += plan.hf == TN_COIL_TAG;
            charges += plan.lf == TN_COIL_CHARGE;
        }
    }
    /* 60 turns, 20 of them own; 20 of the 40 others are looked at. */
    assert_in_range(sends, 20 * 3, 20 * 4);
    assert_in_range(looks, 20 * 3, 20 * 4);
    assert_in_range(tags, 30 * 4, 30 * 7);
    assert_in_range(charges, 360, 720); /* half of the time at least */
}

static void without_a_group_there_are_no_turns(void **state)
{
    (void)state;
    set_up();
    tn_brick_note_turn(&brick);
    assert_int_equal(brick.coils.turn.at_us, 0);
    set_group(1);
    brick.net.present = 1u << 4; /* nobody but this brick */
    tn_brick_note_turn(&brick);
    assert_int_equal(brick.coils.turn.at_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_user_has_the_coils),
        cmocka_unit_test(tags_have_the_coils_when_nobody_else_does),
        cmocka_unit_test(a_turn_has_the_frames_that_it_touches_and_no_others),
        cmocka_unit_test(no_list_runs_into_a_turn_that_is_to_be_expected),
        cmocka_unit_test(the_next_turn_does_not_end_the_present_one),
        cmocka_unit_test(a_list_that_is_out_keeps_the_coils),
        cmocka_unit_test(a_new_tag_goes_before_placing_for_400_ms),
        cmocka_unit_test(charging_excludes_all_but_pauses),
        cmocka_unit_test(asleep_it_lets_itself_be_found_but_does_not_look),
        cmocka_unit_test(members_take_turns_by_the_beacons_counter),
        cmocka_unit_test(nobody_sends_or_listens_in_a_strangers_turn),
        cmocka_unit_test(charging_leaves_room_for_a_group),
        cmocka_unit_test(without_a_group_there_are_no_turns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
