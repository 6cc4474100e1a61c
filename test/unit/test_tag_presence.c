/* SPDX-License-Identifier: Apache-2.0 */
/* src/tag: who is here, who is away for a moment, who has gone. */
#include "support/near_rig.h"

#include <stdio.h>

static struct near_rig rig;
static struct tn_sim_tag tags[8];

static void make_tags(void)
{
    near_init(&rig);
    for (unsigned i = 0; i < 8; i++) {
        near_make(&tags[i], i % 3 == 1 ? TN_SIM_SLIX2 : TN_SIM_NTAG216, i + 1,
                  (uint16_t)(20 + i));
    }
}

/* Where the log says a tag is: the last of its events, and how many of each. */
struct story {
    unsigned placed;
    unsigned returned;
    unsigned removed;
    bool here;
};

/* Follows one tag through the log; events must come in an order that makes
 * sense: PLACED, any RETURNED, REMOVED, and so on. */
static struct story follow(uint64_t identity)
{
    struct story story = {0, 0, 0, false};
    uint8_t slot = TN_TAG_NO_SLOT;

    for (unsigned i = 0; i < rig.log_count; i++) {
        const struct near_log *log = &rig.log[i];

        assert_int_not_equal(log->number, 0); /* nothing is refused */
        if (log->number == TN_EVENT_PLACED && log->identity == identity) {
            assert_false(story.here);
            slot = log->slot;
            story.here = true;
            story.placed++;
        } else if (log->slot == slot) {
            assert_true(story.here);
            assert_int_not_equal(log->number, TN_EVENT_PLACED);
            if (log->number == TN_EVENT_RETURNED) {
                story.returned++;
            } else {
                story.removed++;
                story.here = false;
                slot = TN_TAG_NO_SLOT;
            }
        }
    }
    return story;
}

static void absences_up_to_270_ms_go_on_and_from_400_ms_begin_anew(void **state)
{
    unsigned last_placed = 1;

    (void)state;
    for (unsigned ms = 0; ms <= 600; ms += 4) {
        for (unsigned phase = 0; phase < 40; phase += 4) {
            make_tags();
            near_put(&rig, &tags[0]);
            near_run(&rig, 200 + phase);
            near_take(&rig, &tags[0]);
            near_run(&rig, ms);
            near_put(&rig, &tags[0]);
            near_run(&rig, 400);

            struct story story = follow(1);

            assert_true(story.here);
            assert_int_equal(story.placed, story.removed + 1);
            if (ms <= 270) {
                assert_int_equal(story.placed, 1);
                assert_in_range(story.returned, ms > 100, ms >= 40);
            } else if (ms >= 400) {
                assert_int_equal(story.placed, 2);
                assert_int_equal(story.returned, 0);
            }
            last_placed = story.placed;
        }
    }
    assert_int_equal(last_placed, 2);
}

static void one_poll_that_misses_a_tag_says_nothing(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_run(&rig, 400);
    for (unsigned i = 0; i < 20; i++) {
        near_take(&rig, &tags[0]);
        near_run(&rig, 36); /* one poll at most */
        near_put(&rig, &tags[0]);
        near_run(&rig, 80 + 4 * i);
    }
    assert_int_equal(rig.log_count, 1);
    assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
}

static void a_removed_tag_is_told_within_grace_and_two_polls(void **state)
{
    (void)state;
    for (unsigned phase = 0; phase < 40; phase += 4) {
        make_tags();
        near_put(&rig, &tags[0]);
        near_run(&rig, 200 + phase);

        uint64_t start = rig.time_us;

        near_take(&rig, &tags[0]);
        near_run(&rig, 800);
        assert_int_equal(rig.log_count, 2);
        assert_int_equal(rig.log[1].number, TN_EVENT_REMOVED);
        assert_in_range(rig.log[1].time_us - start, 280000, 400000);
    }
}

/* What is sure about one tag while two of them come and go. */
struct expected {
    uint64_t changed_us;
    unsigned placed_min;
    unsigned placed_max;
    bool in_field;
    bool known; /* its program runs for sure */
    bool maybe; /* it may or may not */
};

#define SURE_SEEN_US 240000u /* there for so long: it is read */
#define SURE_KEPT_US 240000u /* away for less: it goes on */
#define SURE_GONE_US 480000u /* away for more: it has gone */

static void toggle(struct expected *e, struct tn_sim_tag *tag)
{
    uint64_t span = rig.time_us - e->changed_us;

    if (e->in_field) {
        near_take(&rig, tag);
        if (span >= SURE_SEEN_US) {
            e->placed_min += !e->known && !e->maybe;
            e->placed_max += !e->known;
            e->known = true;
            e->maybe = false;
        } else if (!e->known) {
            e->placed_max++;
            e->maybe = true;
        }
    } else {
        near_put(&rig, tag);
        if (span > SURE_GONE_US) {
            e->known = false;
            e->maybe = false;
        } else if (span > SURE_KEPT_US) {
            e->maybe = e->maybe || e->known;
            e->known = false;
        }
    }
    e->in_field = !e->in_field;
    e->changed_us = rig.time_us;
}

/* Ends long after the last change, so that all is sure. */
static void check_end(struct expected *e, struct tn_sim_tag *tag,
                      uint64_t identity)
{
    struct story story = follow(identity);

    assert_int_equal(story.here, e->in_field);
    if (e->in_field) {
        toggle(e, tag);
    }
    assert_in_range(story.placed, e->placed_min, e->placed_max);
}

static void play(unsigned actions, unsigned count)
{
    static const unsigned waits_ms[] = {60, 240, 500, 900};
    struct expected expected[2] = {0};

    make_tags();
    for (unsigned i = 0; i < count; i++) {
        toggle(&expected[actions & 1u], &tags[actions & 1u]);
        near_run(&rig, waits_ms[actions >> 1 & 3u]);
        actions >>= 3;
    }
    near_run(&rig, 1000);
    check_end(&expected[0], &tags[0], 1);
    check_end(&expected[1], &tags[1], 2);
}

static void all_short_sequences_of_two_tags_make_sense(void **state)
{
    (void)state;
    for (unsigned count = 1; count <= 4; count++) {
        for (unsigned actions = 0; actions < 1u << 3 * count; actions++) {
            play(actions, count);
        }
    }
}

static void another_tag_in_its_place_gets_a_slot_of_its_own(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_run(&rig, 300);
    near_take(&rig, &tags[0]);
    near_put(&rig, &tags[2]);
    near_run(&rig, 800);
    assert_int_equal(rig.log_count, 3);
    assert_int_equal(rig.log[1].number, TN_EVENT_PLACED);
    assert_int_equal(rig.log[1].identity, 3);
    assert_int_not_equal(rig.log[1].slot, rig.log[0].slot);
    assert_int_equal(rig.log[2].number, TN_EVENT_REMOVED);
    assert_int_equal(rig.log[2].slot, rig.log[0].slot);
}

static void five_tags_at_once_are_all_read_and_a_sixth_waits(void **state)
{
    (void)state;
    make_tags();
    for (unsigned i = 0; i < 5; i++) {
        near_put(&rig, &tags[i]);
    }
    near_run(&rig, 800);
    assert_int_equal(near_count(&rig, TN_EVENT_PLACED), 5);
    assert_int_equal(rig.log_count, 5);
    near_put(&rig, &tags[5]);
    near_run(&rig, 1000);
    assert_int_equal(rig.log_count, 6); /* told once */
    assert_int_equal(rig.log[5].number, 0);
    assert_int_equal(rig.log[5].err, TN_ERR_FULL);
    assert_int_equal(rig.log[5].slot, TN_TAG_NO_SLOT);
    near_take(&rig, &tags[3]);
    near_run(&rig, 800);
    assert_int_equal(rig.log_count, 8);
    assert_int_equal(rig.log[6].number, TN_EVENT_REMOVED);
    assert_int_equal(rig.log[7].number, TN_EVENT_PLACED);
    assert_int_equal(rig.log[7].identity, 6);
    assert_int_equal(rig.log[7].slot, rig.log[6].slot);
}

static void a_useless_tag_that_is_away_gives_up_its_slot(void **state)
{
    (void)state;
    make_tags();
    for (unsigned i = 0; i < 5; i++) {
        tn_sim_tag_init(&tags[i], TN_SIM_NTAG213, 50 + i); /* blank */
        near_put(&rig, &tags[i]);
    }
    near_run(&rig, 1000);
    assert_int_equal(near_count(&rig, 0), 5);
    near_take(&rig, &tags[2]);
    near_put(&rig, &tags[6]);
    near_run(&rig, 150); /* less than the grace */
    assert_int_equal(near_count(&rig, TN_EVENT_PLACED), 1);
}

static void a_tag_pulled_away_in_mid_read_leaves_nothing_behind(void **state)
{
    (void)state;
    for (unsigned chip = 0; chip < TN_SIM_CHIP_COUNT; chip++) {
        for (unsigned ms = 4; ms < 240; ms += 4) {
            make_tags();
            near_make(&tags[7], (enum tn_sim_chip)chip, 8, 110);
            near_run(&rig, 100);
            near_put(&rig, &tags[7]);
            near_run(&rig, ms);
            near_take(&rig, &tags[7]);
            near_run(&rig, 800);

            struct story story = follow(8);

            assert_false(story.here);
            assert_int_equal(rig.log_count, 2 * story.placed);
            for (unsigned i = 0; i < TN_TAG_CAP; i++) {
                assert_int_equal(rig.tag.slots[i].state, 0);
            }
            near_put(&rig, &tags[7]); /* and is read when it comes back */
            near_run(&rig, 300);
            assert_true(follow(8).here);
        }
    }
}

static void a_long_read_does_not_hide_what_others_do(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_put(&rig, &tags[1]);
    near_run(&rig, 400);
    rig.log_count = 0;
    /* no multiple reads: some 80 blocks, each by itself */
    near_make(&tags[7], TN_SIM_SLIX2, 8, 285);
    tags[7].memory[3] = 0x00;
    near_put(&rig, &tags[7]);
    near_run(&rig, 60);
    near_take(&rig, &tags[0]); /* told while the other is being read */
    near_run(&rig, 1500);
    assert_int_equal(rig.log_count, 2);
    assert_int_equal(rig.log[0].number, TN_EVENT_REMOVED);
    assert_int_equal(rig.log[1].number, TN_EVENT_PLACED);
    assert_true(rig.log[1].time_us - rig.log[0].time_us > 40000);
    near_check_image(&rig, 8, 285);
}

static void steps_before_the_due_time_change_no_byte(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_run(&rig, 1000);
    for (unsigned round = 0; round < 50; round++) {
        struct tn_tag before;
        uint64_t due_us;

        while (!tn_tag_is_idle(&rig.tag)) {
            near_step(&rig);
        }
        before = rig.tag;
        rig.asleep = round & 1u;
        due_us = tn_tag_due_us(&rig.tag, rig.asleep);
        assert_int_equal(due_us - rig.tag.poll_us,
                         rig.asleep ? TN_POLL_ASLEEP_US : TN_POLL_US);
        while (rig.time_us + TN_FRAME_US < due_us) {
            near_step(&rig);
            assert_memory_equal(&rig.tag, &before, sizeof before);
        }
        near_step(&rig); /* the poll */
        assert_int_equal(rig.time_us, due_us);
        assert_int_equal(rig.out.cmd_count, 3);

        /* the same over the gap in one step */
        struct tn_tag_in in = rig.in;
        struct tn_tag_out out;

        tn_tag_step(&before, &in, &out);
        assert_memory_equal(&before, &rig.tag, sizeof before);
        assert_memory_equal(&out, &rig.out, sizeof out);
    }
}

static void asleep_a_tag_that_leaves_is_told_all_the_same(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_run(&rig, 1000);
    rig.asleep = true;
    near_run(&rig, 1000);

    uint64_t start = rig.time_us;

    near_take(&rig, &tags[0]);
    near_run(&rig, 1000);
    assert_int_equal(rig.log_count, 2);
    assert_int_equal(rig.log[1].number, TN_EVENT_REMOVED);
    assert_true(rig.log[1].time_us - start <= 600000);
}

static void asleep_the_field_is_on_for_a_small_share_of_the_time(void **state)
{
    (void)state;
    make_tags();
    for (unsigned count = 0; count < 3; count++) {
        if (count > 0) {
            near_put(&rig, &tags[count - 1]);
        }
        for (unsigned asleep = 0; asleep < 2; asleep++) {
            rig.asleep = asleep;
            near_run(&rig, 1600);
            rig.field.on_us = 0;
            near_run(&rig, 9600);
            printf("field on, %u tags, %s: %.1f %%\n", count,
                   asleep ? "asleep" : "awake",
                   (double)rig.field.on_us / 96000.0);
            assert_true(rig.field.on_us < (asleep ? 600000u : 7200000u));
        }
    }
}

static void after_a_refusal_the_field_goes_off_at_once(void **state)
{
    (void)state;
    near_init(&rig);
    tn_sim_tag_init(&tags[0], TN_SIM_NTAG213, 1); /* blank */
    near_put(&rig, &tags[0]);
    rig.asleep = true; /* the next poll is far away */
    while (rig.log_count == 0) {
        near_step(&rig);
    }
    near_run(&rig, 8);
    assert_int_equal(rig.log[0].err, TN_ERR_CONTENT);
    assert_true(tn_tag_is_idle(&rig.tag));
    assert_false(rig.field.on);
}

/* The front end hears noise instead of type A. */
static void garble_a(struct near_rig *r, const struct tn_nf_cmd *cmd,
                     struct tn_nf_reply *reply)
{
    if (cmd->op == TN_NF_FIND_A && reply->status != TN_NF_ABORTED) {
        r->spoil_count++;
        reply->status = TN_NF_GARBLED;
    }
}

static void noise_on_type_a_does_not_take_type_v_away(void **state)
{
    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    near_put(&rig, &tags[1]);
    near_run(&rig, 500);
    assert_int_equal(rig.log_count, 2);
    rig.spoil = garble_a;
    near_run(&rig, 2000);
    assert_true(rig.spoil_count > 20);
    assert_int_equal(rig.log_count, 3);
    assert_int_equal(rig.log[2].number, TN_EVENT_REMOVED);
    assert_true(follow(2).here);
    near_take(&rig, &tags[1]); /* nor hide that it goes */
    near_run(&rig, 600);
    assert_false(follow(2).here);
}

static void content_is_there_in_the_step_of_placed_only(void **state)
{
    struct tn_tag_content content;
    uint8_t slot;

    (void)state;
    make_tags();
    near_put(&rig, &tags[0]);
    while (rig.log_count == 0) {
        assert_int_equal(tn_tag_get_content(&rig.tag, 0, &content), TN_ERR_ARG);
        near_step(&rig);
    }
    slot = rig.log[0].slot;
    assert_int_equal(tn_tag_get_content(&rig.tag, slot, &content), TN_OK);
    assert_int_equal(
        tn_tag_get_content(&rig.tag, (uint8_t)(slot + 1), &content),
        TN_ERR_ARG);
    assert_int_equal(tn_tag_get_content(&rig.tag, TN_TAG_NO_SLOT, &content),
                     TN_ERR_ARG);
    assert_false(tn_tag_is_idle(&rig.tag));
    near_step(&rig);
    assert_int_equal(tn_tag_get_content(&rig.tag, slot, &content), TN_ERR_ARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            absences_up_to_270_ms_go_on_and_from_400_ms_begin_anew),
        cmocka_unit_test(one_poll_that_misses_a_tag_says_nothing),
        cmocka_unit_test(a_removed_tag_is_told_within_grace_and_two_polls),
        cmocka_unit_test(all_short_sequences_of_two_tags_make_sense),
        cmocka_unit_test(another_tag_in_its_place_gets_a_slot_of_its_own),
        cmocka_unit_test(five_tags_at_once_are_all_read_and_a_sixth_waits),
        cmocka_unit_test(a_useless_tag_that_is_away_gives_up_its_slot),
        cmocka_unit_test(a_tag_pulled_away_in_mid_read_leaves_nothing_behind),
        cmocka_unit_test(a_long_read_does_not_hide_what_others_do),
        cmocka_unit_test(steps_before_the_due_time_change_no_byte),
        cmocka_unit_test(asleep_a_tag_that_leaves_is_told_all_the_same),
        cmocka_unit_test(asleep_the_field_is_on_for_a_small_share_of_the_time),
        cmocka_unit_test(after_a_refusal_the_field_goes_off_at_once),
        cmocka_unit_test(noise_on_type_a_does_not_take_type_v_away),
        cmocka_unit_test(content_is_there_in_the_step_of_placed_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
