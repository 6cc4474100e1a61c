/* SPDX-License-Identifier: Apache-2.0 */
/* sim/chip, sim/field: tags that answer like the chips, and their time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "sim/field.h"

static struct tn_sim_answer answer;

static bool ask(const struct tn_sim_tag *tag, const uint8_t *frame, uint8_t len)
{
    memset(&answer, 0xA5, sizeof answer);
    return tn_sim_chip_answer(tag, frame, len, &answer);
}

static void memories_have_the_published_sizes(void **state)
{
    static const struct {
        uint16_t memory_len;
        uint16_t area_len;
        uint8_t cc[4];
    } expected[TN_SIM_CHIP_COUNT] = {
        {180, 144, {0xE1, 0x10, 0x12, 0x00}},
        {540, 496, {0xE1, 0x10, 0x3E, 0x00}},
        {924, 872, {0xE1, 0x10, 0x6D, 0x00}},
        {320, 312, {0xE1, 0x40, 0x27, 0x01}},
    };

    (void)state;
    for (unsigned i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        enum tn_sim_chip chip = (enum tn_sim_chip)i;
        const struct tn_sim_chip_info *info = tn_sim_chip_get_info(chip);
        uint8_t area[1024] = {0};
        struct tn_sim_tag tag;

        tn_sim_tag_init(&tag, chip, 5);
        assert_int_equal(tag.len, expected[i].memory_len);
        assert_int_equal(info->memory_len, expected[i].memory_len);
        assert_int_equal(info->area_len, expected[i].area_len);
        assert_memory_equal(tag.memory + info->area_at - 4, expected[i].cc, 4);
        assert_int_equal(tn_sim_tag_write(&tag, area, info->area_len), TN_OK);
        assert_int_equal(tn_sim_tag_write(&tag, area, info->area_len + 1),
                         TN_ERR_FULL);
    }
}

static void blank_tags_hold_an_empty_message(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        enum tn_sim_chip chip = (enum tn_sim_chip)i;
        const struct tn_sim_chip_info *info = tn_sim_chip_get_info(chip);
        struct tn_sim_tag tag;
        uint16_t ndef_at = 0;
        uint16_t ndef_len = 9;

        tn_sim_tag_init(&tag, chip, 5);
        assert_int_equal(tn_tag_find_ndef(tag.memory + info->area_at,
                                          info->area_len, &ndef_at, &ndef_len,
                                          NULL),
                         TN_OK);
        assert_int_equal(ndef_len, 0);
    }
}

static void ntag_pages_0_to_2_hold_uid_and_check_bytes(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_tag other;
    const uint8_t *m = tag.memory;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG216, 77);
    tn_sim_tag_init(&other, TN_SIM_NTAG216, 78);
    assert_int_equal(m[0], 0x04);
    assert_int_equal(m[0] ^ m[1] ^ m[2] ^ 0x88, m[3]);
    assert_int_equal(m[4] ^ m[5] ^ m[6] ^ m[7], m[8]);
    assert_memory_equal(tag.uid, m, 3);
    assert_memory_equal(tag.uid + 3, m + 4, 4);
    assert_memory_not_equal(tag.uid, other.uid, 7);
}

static void ntag_read_gives_four_pages_and_rolls_over(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    assert_true(ask(&tag, (const uint8_t[]){0x30, 0x00}, 2));
    assert_int_equal(answer.len, 16);
    assert_memory_equal(answer.data, tag.memory, 16);
    assert_true(ask(&tag, (const uint8_t[]){0x30, 0x2A}, 2));
    assert_int_equal(answer.len, 16);
    assert_memory_equal(answer.data, tag.memory + 0x2A * 4, 12);
    assert_memory_equal(answer.data + 12, tag.memory, 4);
}

static void ntag_refuses_what_lies_outside_with_a_nak(void **state)
{
    static const struct {
        uint8_t frame[3];
        uint8_t len;
    } frames[] = {{{0x30, 0x2D}, 2},       {{0x3A, 0x04, 0x2D}, 3},
                  {{0x3A, 0x05, 0x04}, 3}, {{0x30}, 1},
                  {{0x30, 0, 0}, 3},       {{0x99, 0}, 2}};
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++) {
        assert_true(ask(&tag, frames[i].frame, frames[i].len));
        assert_true(answer.is_nak);
        assert_int_equal(answer.len, 1);
        assert_int_equal(answer.data[0], 0x0);
    }
}

static void ntag_fast_read_gives_the_range_without_the_password(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG215, 1);
    memset(tag.memory + 133 * 4, 0x77, 8); /* password and acknowledge */
    assert_true(ask(&tag, (const uint8_t[]){0x3A, 3, 134}, 3));
    assert_int_equal(answer.len, 132 * 4);
    assert_memory_equal(answer.data, tag.memory + 12, 130 * 4);
    for (uint16_t i = 130 * 4; i < answer.len; i++) {
        assert_int_equal(answer.data[i], 0);
    }
}

static void ntag_versions_are_the_published_ones(void **state)
{
    static const uint8_t code[] = {0x0F, 0x11, 0x13};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const uint8_t expected[] = {0, 4, 4, 2, 1, 0, code[i], 3};
        struct tn_sim_tag tag;

        tn_sim_tag_init(&tag, (enum tn_sim_chip)i, 1);
        assert_true(ask(&tag, (const uint8_t[]){0x60}, 1));
        assert_int_equal(answer.len, 8);
        assert_memory_equal(answer.data, expected, 8);
    }
}

/* Flags, command, UID of the tag, up to two more bytes. */
static bool ask_v(const struct tn_sim_tag *tag, uint8_t command, int block,
                  int count)
{
    uint8_t frame[12] = {0x22, command};
    uint8_t len = 10;

    memcpy(frame + 2, tag->uid, 8);
    if (block >= 0) {
        frame[len++] = (uint8_t)block;
    }
    if (count >= 0) {
        frame[len++] = (uint8_t)(count - 1);
    }
    return ask(tag, frame, len);
}

static void slix2_reads_blocks_and_leaves_out_what_is_not_there(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_SLIX2, 9);
    for (int i = 0; i < 320; i++) {
        tag.memory[i] = (uint8_t)(i * 7);
    }
    assert_true(ask_v(&tag, 0x20, 78, -1));
    assert_int_equal(answer.len, 5);
    assert_int_equal(answer.data[0], 0);
    assert_memory_equal(answer.data + 1, tag.memory + 78 * 4, 4);
    assert_true(ask_v(&tag, 0x23, 1, 17));
    assert_int_equal(answer.len, 1 + 17 * 4);
    assert_memory_equal(answer.data + 1, tag.memory + 4, 17 * 4);
    assert_true(ask_v(&tag, 0x23, 78, 4)); /* two of four are there */
    assert_int_equal(answer.len, 1 + 2 * 4);
    assert_true(ask(&tag, (const uint8_t[]){0x42, 0x23, 2, 1}, 4));
    assert_int_equal(answer.len, 1 + 2 * 5); /* with block security status */
    assert_int_equal(answer.data[1], 0);
    assert_memory_equal(answer.data + 2, tag.memory + 8, 4);
}

static void slix2_tells_its_geometry(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_SLIX2, 9);
    assert_int_equal(tag.uid[7], 0xE0);
    assert_int_equal(tag.uid[6], 0x04);
    assert_int_equal(tag.uid[5], 0x01);
    assert_true(ask_v(&tag, 0x2B, -1, -1));
    assert_int_equal(answer.len, 15);
    assert_int_equal(answer.data[1], 0x0F);
    assert_memory_equal(answer.data + 2, tag.uid, 8);
    assert_int_equal(answer.data[12], 79);
    assert_int_equal(answer.data[13], 3);
}

static void slix2_says_errors_only_when_addressed(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_SLIX2, 9);
    assert_true(ask_v(&tag, 0x20, 80, -1));
    assert_int_equal(answer.len, 2);
    assert_int_equal(answer.data[0], 0x01);
    assert_int_equal(answer.data[1], 0x10);
    assert_true(ask_v(&tag, 0x77, 0, -1));
    assert_int_equal(answer.data[1], 0x0F);
    assert_false(ask(&tag, (const uint8_t[]){0x02, 0x20, 80}, 3));
    assert_false(ask(&tag, (const uint8_t[]){0x02, 0x77, 0}, 3));
    assert_true(ask(&tag, (const uint8_t[]){0x02, 0x20, 79}, 3));
    assert_false(ask(&tag, (const uint8_t[]){0x12, 0x20, 0}, 3)); /* select */
    for (uint8_t len = 0; len < 3; len++) {
        assert_false(
            ask(&tag, (const uint8_t[]){0x02, 0x20}, len > 2 ? 2 : len));
    }
    tag.uid[0] ^= 1; /* somebody else is addressed */

    uint8_t frame[11] = {0x22, 0x20};

    memcpy(frame + 2, tag.uid, 8);
    tag.uid[0] ^= 1;
    assert_false(ask(&tag, frame, 11));
}

static void dumps_load_if_they_are_whole(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_tag copy;

    (void)state;
    for (unsigned i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        enum tn_sim_chip chip = (enum tn_sim_chip)i;

        tn_sim_tag_init(&tag, chip, 3);
        assert_int_equal(tn_sim_tag_load(&copy, chip, tag.memory, tag.len),
                         TN_OK);
        assert_memory_equal(copy.memory, tag.memory, tag.len);
        if (chip != TN_SIM_SLIX2) {
            assert_memory_equal(copy.uid, tag.uid, 7);
        }
        assert_int_equal(tn_sim_tag_load(&copy, chip, tag.memory, tag.len - 1u),
                         TN_ERR_LENGTH);
        for (unsigned at = 3; chip != TN_SIM_SLIX2 && at <= 8; at += 5) {
            uint8_t right = tag.memory[at];

            tag.memory[at] ^= 0x10u;
            assert_int_equal(tn_sim_tag_load(&copy, chip, tag.memory, tag.len),
                             TN_ERR_CHECKSUM);
            assert_int_equal(copy.memory[at], right);
            tag.memory[at] = right;
        }
    }
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 3);
    tag.memory[8] ^= 1;
    assert_int_equal(
        tn_sim_tag_load(&copy, TN_SIM_NTAG213, tag.memory, tag.len),
        TN_ERR_CHECKSUM);
}

/* Sends commands at 0 and gives all answers and when the last one came. */
static uint64_t run(struct tn_sim_field *field, const struct tn_nf_cmd *cmds,
                    uint8_t count, struct tn_nf_reply *replies)
{
    uint64_t start = field->busy_until_us;
    uint64_t time_us = start;
    uint8_t got = 0;

    tn_sim_field_push(field, cmds, count, start);
    while (got < count && time_us < start + 1000000) {
        time_us++;
        got = (uint8_t)(got + tn_sim_field_pull(field, time_us, replies + got));
    }
    assert_int_equal(got, count);
    for (uint8_t i = 0; i < count; i++) {
        assert_int_equal(replies[i].id, cmds[i].id);
    }
    return time_us - start;
}

static struct tn_nf_cmd select_of(const struct tn_sim_tag *tag)
{
    struct tn_nf_cmd cmd = {.id = 1, .op = TN_NF_SELECT_A, .len = 7};

    memcpy(cmd.data, tag->uid, 7);
    return cmd;
}

static const struct tn_nf_cmd find_a = {.id = 7, .op = TN_NF_FIND_A};
static const struct tn_nf_cmd find_v = {.id = 8, .op = TN_NF_FIND_V};
static const struct tn_nf_cmd off = {.id = 9, .op = TN_NF_FIELD_OFF};
static const struct tn_nf_cmd read_0 = {
    .id = 2, .op = TN_NF_EXCHANGE_A, .len = 2, .data = {0x30, 0}};

static bool has_uid(const struct tn_nf_reply *reply,
                    const struct tn_sim_tag *tag, uint8_t uid_len)
{
    for (uint8_t at = 0; at < reply->len; at = (uint8_t)(at + uid_len + 1)) {
        if (reply->data[at] == uid_len &&
            memcmp(reply->data + at + 1, tag->uid, uid_len) == 0) {
            return true;
        }
    }
    return false;
}

static void every_tag_in_the_field_is_found(void **state)
{
    const struct tn_nf_cmd cmds[] = {find_a, find_v};

    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct tn_sim_tag tags[8];
        struct tn_sim_field field;
        struct tn_nf_reply replies[2];
        unsigned count_v = (unsigned)(seed % 9);

        tn_sim_field_init(&field);
        for (unsigned i = 0; i < 8; i++) {
            tn_sim_tag_init(&tags[i],
                            i < count_v ? TN_SIM_SLIX2 : TN_SIM_NTAG213,
                            seed * 8 + i);
            assert_int_equal(tn_sim_field_put(&field, &tags[i]), TN_OK);
        }
        run(&field, cmds, 2, replies);
        assert_int_equal(replies[0].len, (8 - count_v) * 8);
        assert_int_equal(replies[1].len, count_v * 9);
        for (unsigned i = 0; i < 8; i++) {
            bool is_v = i < count_v;

            assert_true(has_uid(&replies[is_v], &tags[i], is_v ? 8 : 7));
        }
        assert_int_equal(replies[0].status,
                         count_v < 8 ? TN_NF_OK : TN_NF_TIMEOUT);
        assert_int_equal(replies[1].status,
                         count_v > 0 ? TN_NF_OK : TN_NF_TIMEOUT);
    }
}

static void twins_with_one_uid_are_a_collision_without_end(void **state)
{
    struct tn_sim_tag tags[2];
    struct tn_sim_field field;
    struct tn_nf_reply reply;

    (void)state;
    tn_sim_field_init(&field);
    for (unsigned i = 0; i < 2; i++) {
        tn_sim_tag_init(&tags[i], TN_SIM_SLIX2, 4);
        assert_int_equal(tn_sim_field_put(&field, &tags[i]), TN_OK);
    }
    run(&field, &find_v, 1, &reply);
    assert_int_equal(reply.status, TN_NF_GARBLED);
    assert_int_equal(reply.len, 0);
}

static void frames_take_their_time_on_the_air(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_tag tag_v;
    struct tn_sim_field field;
    struct tn_nf_reply replies[2];
    struct tn_nf_cmd read_v = {
        .id = 3, .op = TN_NF_EXCHANGE_V, .len = 11, .data = {0x22, 0x20}};

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    tn_sim_tag_init(&tag_v, TN_SIM_SLIX2, 1);
    memcpy(read_v.data + 2, tag_v.uid, 8);
    tn_sim_field_init(&field);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);
    assert_int_equal(tn_sim_field_put(&field, &tag_v), TN_OK);

    const struct tn_nf_cmd select = select_of(&tag);
    uint64_t first = run(&field, &select, 1, replies);

    /* power-up; WUPA and ATQA; two levels of select */
    assert_in_range(first, 5000 + 2000, 5000 + 4000);
    assert_true(run(&field, &select, 1, replies) == first - 5000);
    /* 38 bits out, 164 in, at 9.44 us; pauses of 91.15 and 86.43 us */
    assert_int_equal(run(&field, &read_0, 1, replies), 2085);
    assert_int_equal(replies[0].len, 16);
    /* 13 bytes out, 7 in, at 302.08 us; start, end, t1 and t2 */
    assert_int_equal(run(&field, &read_v, 1, replies), 7088);
    assert_int_equal(replies[0].len, 5);
    assert_int_equal(run(&field, &off, 1, replies), 1);
    assert_int_equal(run(&field, &read_v, 1, replies), 8088); /* wakes first */
    /* nobody there: one slot of 0.51 ms after a request of 5 bytes */
    assert_int_equal(tn_sim_field_take(&field, &tag_v), TN_OK);
    assert_int_equal(run(&field, &find_v, 1, replies), 2136);
}

static void a_failure_aborts_the_rest_of_its_list_only(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_field field;
    struct tn_nf_reply replies[8];

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    tn_sim_field_init(&field);

    const struct tn_nf_cmd cmds[] = {find_a, find_v, select_of(&tag), read_0,
                                     off};

    run(&field, cmds, 5, replies);
    assert_int_equal(replies[0].status, TN_NF_TIMEOUT); /* no failure */
    assert_int_equal(replies[1].status, TN_NF_TIMEOUT);
    assert_int_equal(replies[2].status, TN_NF_TIMEOUT);
    assert_int_equal(replies[3].status, TN_NF_ABORTED);
    assert_int_equal(replies[4].status, TN_NF_ABORTED);
    assert_true(field.on);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);
    run(&field, cmds + 2, 3, replies);
    assert_int_equal(replies[0].status, TN_NF_OK);
    assert_int_equal(replies[0].data[0], 0x00); /* SAK */
    assert_int_equal(replies[1].status, TN_NF_OK);
    assert_int_equal(replies[2].status, TN_NF_OK);
    assert_false(field.on);
}

static void a_tag_answers_reads_only_while_it_is_selected(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_field field;
    struct tn_nf_reply replies[8];

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    tn_sim_field_init(&field);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);

    const struct tn_nf_cmd select = select_of(&tag);
    const struct tn_nf_cmd wrong = {
        .id = 3, .op = TN_NF_EXCHANGE_A, .len = 2, .data = {0x30, 0xFF}};
    const struct tn_nf_cmd cmds[] = {select, read_0, find_a, read_0};

    run(&field, cmds, 4, replies);
    assert_int_equal(replies[1].status, TN_NF_OK);
    assert_int_equal(replies[3].status, TN_NF_TIMEOUT); /* halted by FIND_A */

    const struct tn_nf_cmd nak[] = {select, wrong, read_0};

    run(&field, nak, 3, replies);
    assert_int_equal(replies[1].status, TN_NF_OK);
    assert_int_equal(replies[1].len, 1);
    assert_int_equal(replies[2].status, TN_NF_TIMEOUT);

    run(&field, &select, 1, replies);
    assert_int_equal(tn_sim_field_take(&field, &tag), TN_OK);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);
    run(&field, &read_0, 1, replies);
    assert_int_equal(replies[0].status, TN_NF_TIMEOUT);
}

static void a_tag_that_leaves_is_not_waited_for(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_field field;
    struct tn_nf_reply reply;

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    tn_sim_field_init(&field);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);
    tn_sim_field_push(&field, &find_a, 1, 0);
    assert_int_equal(tn_sim_field_pull(&field, 6000, &reply), 0);
    assert_int_equal(tn_sim_field_take(&field, &tag), TN_OK);
    assert_int_equal(tn_sim_field_pull(&field, 6000, &reply), 1);
    assert_int_equal(reply.status, TN_NF_TIMEOUT);
}

static void two_tags_that_answer_at_once_are_garbled(void **state)
{
    const struct tn_nf_cmd read_all = {
        .id = 3, .op = TN_NF_EXCHANGE_V, .len = 3, .data = {0x02, 0x20, 0}};
    struct tn_sim_tag tags[2];
    struct tn_sim_field field;
    struct tn_nf_reply reply;

    (void)state;
    tn_sim_field_init(&field);
    for (unsigned i = 0; i < 2; i++) {
        tn_sim_tag_init(&tags[i], TN_SIM_SLIX2, i);
        assert_int_equal(tn_sim_field_put(&field, &tags[i]), TN_OK);
        run(&field, &read_all, 1, &reply);
        assert_int_equal(reply.status, i == 0 ? TN_NF_OK : TN_NF_GARBLED);
    }
}

static void answers_larger_than_the_buffer_are_garbled(void **state)
{
    struct tn_sim_tag tag;
    struct tn_sim_field field;
    struct tn_nf_reply replies[2];

    (void)state;
    tn_sim_tag_init(&tag, TN_SIM_NTAG213, 1);
    tn_sim_field_init(&field);
    assert_int_equal(tn_sim_field_put(&field, &tag), TN_OK);
    for (uint8_t pages = 18; pages <= 19; pages++) {
        const struct tn_nf_cmd cmds[] = {
            select_of(&tag),
            {.id = 3,
             .op = TN_NF_EXCHANGE_A,
             .len = 3,
             .data = {0x3A, 4, (uint8_t)(4 + pages - 1)}}};

        run(&field, cmds, 2, replies);
        assert_int_equal(replies[1].status,
                         pages == 18 ? TN_NF_OK : TN_NF_GARBLED);
    }
}

static void the_field_holds_eight_tags_and_two_full_lists(void **state)
{
    struct tn_sim_tag tags[9];
    struct tn_sim_field field;
    struct tn_nf_cmd cmds[8];
    struct tn_nf_reply replies[8];
    unsigned got = 0;

    (void)state;
    tn_sim_field_init(&field);
    for (unsigned i = 0; i < 9; i++) {
        tn_sim_tag_init(&tags[i], TN_SIM_NTAG213, i);
        assert_int_equal(tn_sim_field_put(&field, &tags[i]),
                         i < 8 ? TN_OK : TN_ERR_FULL);
    }
    assert_int_equal(tn_sim_field_put(&field, &tags[0]), TN_ERR_ARG);
    assert_int_equal(tn_sim_field_take(&field, &tags[8]), TN_ERR_ARG);
    assert_int_equal(tn_sim_field_take(&field, NULL), TN_ERR_ARG);
    for (unsigned i = 0; i < 8; i++) {
        cmds[i] = off;
    }
    for (unsigned i = 0; i < 3; i++) {
        tn_sim_field_push(&field, cmds, 8, 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        got += tn_sim_field_pull(&field, 1000000, replies);
    }
    assert_int_equal(got, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memories_have_the_published_sizes),
        cmocka_unit_test(blank_tags_hold_an_empty_message),
        cmocka_unit_test(ntag_pages_0_to_2_hold_uid_and_check_bytes),
        cmocka_unit_test(ntag_read_gives_four_pages_and_rolls_over),
        cmocka_unit_test(ntag_refuses_what_lies_outside_with_a_nak),
        cmocka_unit_test(ntag_fast_read_gives_the_range_without_the_password),
        cmocka_unit_test(ntag_versions_are_the_published_ones),
        cmocka_unit_test(slix2_reads_blocks_and_leaves_out_what_is_not_there),
        cmocka_unit_test(slix2_tells_its_geometry),
        cmocka_unit_test(slix2_says_errors_only_when_addressed),
        cmocka_unit_test(dumps_load_if_they_are_whole),
        cmocka_unit_test(every_tag_in_the_field_is_found),
        cmocka_unit_test(twins_with_one_uid_are_a_collision_without_end),
        cmocka_unit_test(frames_take_their_time_on_the_air),
        cmocka_unit_test(a_failure_aborts_the_rest_of_its_list_only),
        cmocka_unit_test(a_tag_answers_reads_only_while_it_is_selected),
        cmocka_unit_test(a_tag_that_leaves_is_not_waited_for),
        cmocka_unit_test(two_tags_that_answer_at_once_are_garbled),
        cmocka_unit_test(answers_larger_than_the_buffer_are_garbled),
        cmocka_unit_test(the_field_holds_eight_tags_and_two_full_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
