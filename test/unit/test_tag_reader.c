/* SPDX-License-Identifier: Apache-2.0 */
/* src/tag: reading memories through lists of commands; docs/spec/tag.md. */
#include "support/near_rig.h"

#include <stdio.h>
#include <stdlib.h>

#include <tenon/prng.h>

static struct near_rig rig;

/* Largest image for a chip: its area less 22, 24 or 27 bytes. */
static uint16_t get_image_cap(enum tn_sim_chip chip)
{
    static const uint16_t caps[] = {144 - 22, 496 - 27, 872 - 27, 312 - 27};

    return caps[chip];
}

/* Puts a tag on and steps until something is said of it; how long, in us. */
static uint64_t place(struct tn_sim_tag *tag)
{
    uint64_t start = rig.time_us;

    near_put(&rig, tag);
    while (rig.log_count == 0 && rig.time_us - start < 3000000) {
        near_step(&rig);
    }
    assert_int_equal(rig.log_count, 1);
    return rig.time_us - start;
}

static void every_chip_and_size_is_read_byte_for_byte(void **state)
{
    (void)state;
    for (unsigned c = 0; c < TN_SIM_CHIP_COUNT; c++) {
        enum tn_sim_chip chip = (enum tn_sim_chip)c;
        uint16_t at = tn_sim_chip_get_info(chip)->area_at;

        for (uint16_t size = 0; size <= get_image_cap(chip); size++) {
            struct tn_sim_tag tag;

            near_init(&rig);
            near_make(&tag, chip, 0xABCD00u + size, size);
            place(&tag);
            assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
            assert_true(rig.log[0].identity == 0xABCD00u + size);
            near_check_image(&rig, 0xABCD00u + size, size);
            /* where it lies in the memory, for error reports */
            assert_int_equal(rig.image_at, at + (size <= 235   ? 21
                                                 : size <= 246 ? 23
                                                               : 26));
        }
    }
}

/* Records the last memory byte that is asked for. */
static void note_last_byte(struct near_rig *r, const struct tn_nf_cmd *cmd,
                           struct tn_nf_reply *reply)
{
    int last = 0;

    (void)reply;
    if (cmd->op == TN_NF_EXCHANGE_A) {
        last = (cmd->data[0] == 0x3A ? cmd->data[2] + 1 : cmd->data[1] + 4) * 4;
    } else if (cmd->op == TN_NF_EXCHANGE_V && cmd->data[1] != 0x2B) {
        last = cmd->data[10] + 1 + (cmd->len > 11 ? cmd->data[11] : 0);
        last *= 4;
    }
    if (last > r->spoil_count) {
        r->spoil_count = last;
    }
}

static void no_more_is_read_than_the_message_needs(void **state)
{
    static const enum tn_sim_chip chips[] = {TN_SIM_NTAG216, TN_SIM_SLIX2};

    (void)state;
    for (unsigned c = 0; c < 2; c++) {
        for (uint16_t size = 0; size <= get_image_cap(chips[c]); size++) {
            struct tn_sim_tag tag;
            int first = c == 0 ? 64 : 20;

            near_init(&rig);
            rig.spoil = note_last_byte;
            near_make(&tag, chips[c], 1, size);
            place(&tag);

            int end = rig.image_at + size; /* the terminator is not needed */

            end = (end + 3) / 4 * 4;
            assert_int_equal(rig.spoil_count, end > first ? end : first);
        }
    }
}

/* Garbles the answer that `spoil_count` counts down to. */
static void garble_one(struct near_rig *r, const struct tn_nf_cmd *cmd,
                       struct tn_nf_reply *reply)
{
    (void)cmd;
    if (r->spoil_count-- == 0) {
        reply->status = TN_NF_GARBLED;
    }
}

static void lose_one(struct near_rig *r, const struct tn_nf_cmd *cmd,
                     struct tn_nf_reply *reply)
{
    (void)cmd;
    if (r->spoil_count-- == 0) {
        reply->status = TN_NF_TIMEOUT;
    }
}

static void shorten_one(struct near_rig *r, const struct tn_nf_cmd *cmd,
                        struct tn_nf_reply *reply)
{
    (void)cmd;
    if (r->spoil_count-- == 0 && reply->len > 0) {
        reply->len--;
        reply->data[reply->len] ^= 0x55; /* it is not there */
    }
}

static void lengthen_one(struct near_rig *r, const struct tn_nf_cmd *cmd,
                         struct tn_nf_reply *reply)
{
    (void)cmd;
    if (r->spoil_count-- == 0 && reply->len < TN_NF_DATA_LEN) {
        reply->len++;
    }
}

static void any_single_fault_is_overcome(void **state)
{
    void (*const faults[])(struct near_rig *, const struct tn_nf_cmd *,
                           struct tn_nf_reply *) = {garble_one, lose_one,
                                                    shorten_one, lengthen_one};

    (void)state;
    for (unsigned c = 0; c < TN_SIM_CHIP_COUNT; c++) {
        for (unsigned f = 0; f < 4; f++) {
            for (int n = 0; n < 40; n++) {
                struct tn_sim_tag tag;

                near_init(&rig);
                near_make(&tag, (enum tn_sim_chip)c, 9, 100);
                near_put(&rig, &tag);
                rig.spoil = faults[f];
                rig.spoil_count = n;
                near_run(&rig, 600);
                assert_int_equal(rig.log_count, 1);
                assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
                near_check_image(&rig, 9, 100);
            }
        }
    }
}

static void noise_never_gives_wrong_content(void **state)
{
    unsigned placed = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct tn_sim_tag tag;

        near_init(&rig);
        near_make(&tag, (enum tn_sim_chip)(seed % TN_SIM_CHIP_COUNT), seed,
                  (uint16_t)(seed % 120));
        tn_prng_init(&rig.field.prng, seed, 2);
        rig.field.garble_permille = 150;
        near_put(&rig, &tag);
        near_run(&rig, 1000);
        for (unsigned i = 0; i < rig.log_count; i++) {
            if (rig.log[i].number == TN_EVENT_PLACED) {
                placed++;
                near_check_image(&rig, seed, (uint16_t)(seed % 120));
            } else if (rig.log[i].number == 0) {
                assert_int_equal(rig.log[i].err, TN_ERR_IO);
            }
        }
    }
    assert_in_range(placed, 190, 400); /* of 200: nearly all, sooner or later */
}

static void garble_reads(struct near_rig *r, const struct tn_nf_cmd *cmd,
                         struct tn_nf_reply *reply)
{
    if (cmd->op == TN_NF_EXCHANGE_A || cmd->op == TN_NF_EXCHANGE_V) {
        r->spoil_count++;
        reply->status = TN_NF_GARBLED;
    }
}

static void after_three_retries_the_reader_gives_up(void **state)
{
    static const enum tn_sim_chip chips[] = {TN_SIM_NTAG213, TN_SIM_SLIX2};

    (void)state;
    for (unsigned c = 0; c < 2; c++) {
        struct tn_sim_tag tag;

        near_init(&rig);
        near_make(&tag, chips[c], 9, 30);
        rig.spoil = garble_reads;
        place(&tag);
        assert_int_equal(rig.log[0].number, 0);
        assert_int_equal(rig.log[0].err, TN_ERR_IO);
        assert_int_equal(rig.spoil_count, 4);
        /* not tried again while it stays */
        rig.spoil = NULL;
        near_run(&rig, 2000);
        assert_int_equal(rig.log_count, 1);
        /* but after it was away */
        near_take(&rig, &tag);
        near_run(&rig, 600);
        assert_int_equal(rig.log_count, 1);
        near_put(&rig, &tag);
        near_run(&rig, 300);
        assert_int_equal(rig.log_count, 2);
        assert_int_equal(rig.log[1].number, TN_EVENT_PLACED);
    }
}

/* Refuses several pages or blocks at once, as older chips do. */
static void refuse_several(struct near_rig *r, const struct tn_nf_cmd *cmd,
                           struct tn_nf_reply *reply)
{
    bool fast = cmd->op == TN_NF_EXCHANGE_A && cmd->data[0] == 0x3A;
    bool multi = cmd->op == TN_NF_EXCHANGE_V && cmd->data[1] == 0x23;
    bool info = cmd->op == TN_NF_EXCHANGE_V && cmd->data[1] == 0x2B;

    r->spoil_count += fast || multi;
    if (fast) {
        reply->len = 1;
        reply->data[0] = 0x00;
    } else if (multi) {
        reply->len = 2;
        reply->data[0] = 0x01;
        reply->data[1] = 0x0F;
    } else if (info) {
        reply->status = TN_NF_TIMEOUT;
        reply->len = 0;
    }
}

static void chips_without_the_fast_commands_are_read_slowly(void **state)
{
    (void)state;
    for (unsigned c = 0; c < TN_SIM_CHIP_COUNT; c++) {
        enum tn_sim_chip chip = (enum tn_sim_chip)c;
        struct tn_sim_tag tag;

        near_init(&rig);
        rig.spoil = refuse_several;
        near_make(&tag, chip, 5, get_image_cap(chip));
        place(&tag);
        assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
        near_check_image(&rig, 5, get_image_cap(chip));
        assert_in_range(rig.spoil_count, 1, 2);
    }
}

/* A Type 5 tag of other geometry: any block length, CC of 8 bytes. */
static struct {
    uint8_t memory[2048];
    uint8_t block_len;
    uint16_t block_count;
} odd;

static void answer_oddly(struct near_rig *r, const struct tn_nf_cmd *cmd,
                         struct tn_nf_reply *reply)
{
    uint32_t count = cmd->len > 11 ? cmd->data[11] + 1u : 1u;
    uint32_t len = odd.block_len;

    (void)r;
    if (cmd->op != TN_NF_EXCHANGE_V) {
        return;
    }
    if (cmd->data[1] == 0x2B) {
        reply->data[12] = (uint8_t)(odd.block_count - 1);
        reply->data[13] = (uint8_t)(len - 1);
        return;
    }
    assert_true(1 + count * len <= TN_NF_DATA_LEN);
    reply->status = TN_NF_OK;
    reply->data[0] = 0;
    if (cmd->data[10] + count > odd.block_count) {
        reply->data[0] = 1;
        reply->data[1] = 0x10;
        reply->len = 2;
        return;
    }
    memcpy(reply->data + 1, odd.memory + cmd->data[10] * len, count * len);
    reply->len = (uint8_t)(1 + count * len);
}

/* Fills `odd` with a CC and an image of `size` bytes; returns a body for it. */
static void make_odd(struct tn_sim_tag *tag, uint8_t block_len, uint8_t cc_len,
                     uint16_t size)
{
    static const uint8_t cc_4[] = {0xE1, 0x40, 0xFF, 0x01};
    static const uint8_t cc_8[] = {0xE2, 0x40, 0, 1, 0, 0, 0x01, 0x00};
    uint8_t image[TN_IMAGE_CAP];
    uint16_t len = 0;

    memset(&odd, 0, sizeof odd);
    memset(image, 0x3C, sizeof image);
    odd.block_len = block_len;
    odd.block_count = (uint16_t)(1024 / block_len);
    memcpy(odd.memory, cc_len == 8 ? cc_8 : cc_4, cc_len);
    assert_int_equal(
        tn_tag_encode(77, image, size, odd.memory + cc_len, 1000, &len), TN_OK);
    tn_sim_tag_init(tag, TN_SIM_SLIX2, 1);
}

static void other_block_lengths_and_long_ccs_are_read(void **state)
{
    static const uint8_t lens[] = {4, 8, 16, 32};

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        for (uint8_t cc_len = 4; cc_len <= 8; cc_len += 4) {
            for (uint16_t size = 0; size <= TN_IMAGE_CAP; size += 37) {
                struct tn_sim_tag tag;

                near_init(&rig);
                rig.spoil = answer_oddly;
                make_odd(&tag, lens[i], cc_len, size);
                place(&tag);
                assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
                assert_true(rig.log[0].identity == 77);
                assert_int_equal(rig.image_len, size);
                assert_int_equal(rig.image[size ? size - 1 : 0],
                                 size ? 0x3C : 0);
            }
        }
    }
}

struct refusal {
    enum tn_sim_chip chip;
    uint16_t at; /* bytes are written there in its memory */
    uint8_t len;
    uint8_t bytes[16];
    enum tn_err err;
    uint16_t err_at;
};

static const struct refusal refusals[] = {
    {TN_SIM_NTAG213, 0, 0, {0}, TN_ERR_CONTENT, 16 + 7}, /* as delivered */
    {TN_SIM_NTAG216, 0, 0, {0}, TN_ERR_CONTENT, 16 + 2},
    {TN_SIM_SLIX2, 0, 0, {0}, TN_ERR_CONTENT, 4 + 2},
    {TN_SIM_NTAG213, 12, 1, {0x00}, TN_ERR_MEMORY, 12},
    {TN_SIM_NTAG213, 13, 1, {0x20}, TN_ERR_MEMORY, 13},
    {TN_SIM_NTAG213, 14, 1, {0x00}, TN_ERR_MEMORY, 14},
    {TN_SIM_NTAG213, 15, 1, {0xF0}, TN_ERR_MEMORY, 15},
    {TN_SIM_SLIX2, 0, 4, {0}, TN_ERR_MEMORY, 0},
    {TN_SIM_SLIX2, 1, 1, {0x80}, TN_ERR_MEMORY, 1},
    {TN_SIM_SLIX2, 1, 1, {0x4C}, TN_ERR_MEMORY, 1},
    {TN_SIM_NTAG213, 16, 4, {0x03, 0xFF, 0xFF, 0xFF}, TN_ERR_LENGTH, 16},
    {TN_SIM_NTAG213, 16, 2, {0x03, 200}, TN_ERR_LENGTH, 16},
    /* the CC promises more than there is */
    {TN_SIM_NTAG213, 14, 6, {0xFF, 0, 0x03, 0xFF, 1, 0}, TN_ERR_MEMORY, 0},
    {TN_SIM_SLIX2, 2, 6, {0xFF, 1, 3, 0xFF, 1, 0x80}, TN_ERR_MEMORY, 320},
    /* larger than any image may be */
    {TN_SIM_NTAG216, 14, 6, {0xFF, 0, 0x03, 0xFF, 0x04, 0x00}, TN_ERR_FULL, 16},
    {TN_SIM_NTAG216,
     14,
     6,
     {0xFF, 0, 0xFD, 0xFF, 0x04, 0x00},
     TN_ERR_FULL,
     16 + 4 + 1024}, /* what comes next */
    {TN_SIM_NTAG216,
     16,
     8,
     {0x03, 0x05, 0xD1, 1, 1, 'T', 0, 0xFE},
     TN_ERR_CONTENT,
     16 + 2 + 5},
    {TN_SIM_SLIX2,
     4,
     8,
     {0x03, 0x05, 0x51, 1, 1, 'T', 0, 0xFE},
     TN_ERR_MAGIC,
     4 + 2},
};

static void useless_tags_are_refused_once_with_reason_and_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct tn_sim_tag tag;

        near_init(&rig);
        tn_sim_tag_init(&tag, refusals[i].chip, 1);
        memcpy(tag.memory + refusals[i].at, refusals[i].bytes, refusals[i].len);
        /* soon: what cannot be there is not even asked for */
        assert_true(place(&tag) < 200000);
        near_run(&rig, 500);
        assert_int_equal(rig.log_count, 1);
        assert_int_equal(rig.log[0].number, 0);
        assert_int_equal(rig.log[0].err, refusals[i].err);
        if (refusals[i].err_at) {
            assert_int_equal(rig.log[0].at, refusals[i].err_at);
        }
        for (unsigned k = 0; k < 10 && !tn_tag_is_idle(&rig.tag); k++) {
            near_step(&rig);
        }
        assert_true(tn_tag_is_idle(&rig.tag));
        assert_false(rig.field.on);
    }
}

/* Everybody in the field is a telephone: a new random UID each time. */
static void find_random(struct near_rig *r, const struct tn_nf_cmd *cmd,
                        struct tn_nf_reply *reply)
{
    if (cmd->op == TN_NF_FIND_A) {
        const uint8_t uid[] = {4, 0x08, (uint8_t)r->spoil_count++, 2, 3};

        reply->status = TN_NF_OK;
        memmove(reply->data + 5, reply->data, reply->len);
        memcpy(reply->data, uid, 5);
        reply->len = (uint8_t)(reply->len + 5);
    }
}

static void random_uids_do_not_take_the_slots(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    near_init(&rig);
    rig.spoil = find_random;
    near_run(&rig, 1000);
    assert_in_range(rig.spoil_count, 10, 40);
    assert_int_equal(rig.log_count, 0);
    near_make(&tag, TN_SIM_NTAG213, 3, 10);
    assert_true(place(&tag) < 150000);
    assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
}

static void sak_of_a_processor_card(struct near_rig *r,
                                    const struct tn_nf_cmd *cmd,
                                    struct tn_nf_reply *reply)
{
    (void)r;
    if (cmd->op == TN_NF_SELECT_A) {
        reply->data[0] = 0x20;
    }
}

static void cards_that_are_no_type_2_are_refused(void **state)
{
    struct tn_sim_tag tag;

    (void)state;
    near_init(&rig);
    rig.spoil = sak_of_a_processor_card;
    near_make(&tag, TN_SIM_NTAG213, 3, 10);
    place(&tag);
    assert_int_equal(rig.log[0].err, TN_ERR_MEMORY);
}

/* From entry to PLACED over all phases of the poll: printed, and a bar. */
static void measure(enum tn_sim_chip chip, uint64_t bar_us)
{
    uint64_t worst_us = 0;
    uint64_t sum_us = 0;
    uint64_t best_us = UINT64_MAX;

    for (unsigned phase = 0; phase < 20; phase++) {
        struct tn_sim_tag tag;

        near_init(&rig);
        near_make(&tag, chip, 1, get_image_cap(chip));
        near_run(&rig, 200 + 4 * phase);

        uint64_t us = place(&tag);

        assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
        near_check_image(&rig, 1, get_image_cap(chip));
        worst_us = us > worst_us ? us : worst_us;
        best_us = us < best_us ? us : best_us;
        sum_us += us;
    }
    printf("%s, %u bytes: PLACED after %u to %u ms, mean %u ms\n",
           tn_sim_chip_get_info(chip)->name,
           (unsigned)tn_sim_chip_get_info(chip)->area_len,
           (unsigned)(best_us / 1000), (unsigned)(worst_us / 1000),
           (unsigned)(sum_us / 20000));
    assert_true(worst_us <= bar_us);
}

static void full_tags_are_read_in_time(void **state)
{
    (void)state;
    measure(TN_SIM_NTAG213, 150000);
    measure(TN_SIM_SLIX2, 400000);
    measure(TN_SIM_NTAG216, 400000);
}

static void a_list_without_answers_is_given_up_after_400_ms(void **state)
{
    struct tn_sim_tag tag;
    uint64_t first_us;

    (void)state;
    near_init(&rig);
    near_step_with(&rig, 0);
    assert_int_equal(rig.out.cmd_count, 3);
    first_us = rig.time_us;
    do {
        near_step_with(&rig, 0);
    } while (rig.out.cmd_count == 0 && rig.time_us < 5000000);
    assert_int_equal(rig.time_us - first_us, 400000);
    /* the port comes back: all is well */
    near_make(&tag, TN_SIM_NTAG213, 3, 10);
    place(&tag);
    assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
}

static void answers_that_nobody_asked_for_are_ignored(void **state)
{
    struct tn_tag before;

    (void)state;
    near_init(&rig);
    near_step_with(&rig, 0);
    before = rig.tag;
    for (unsigned id = 0; id < 256; id++) {
        if (id == rig.tag.list.id) {
            continue;
        }
        rig.replies[0] = (struct tn_nf_reply){
            .id = (uint8_t)id, .len = 8, .data = {7, 4, 1, 2, 3, 4, 5, 6}};
        rig.in.replies = rig.replies;
        rig.in.reply_count = 1;
        tn_tag_step(&rig.tag, &rig.in, &rig.out);
        assert_memory_equal(&rig.tag, &before, sizeof before);
    }
}

/* Any bytes at all, often with the right id. */
static uint8_t make_garbage(struct tn_prng *prng)
{
    uint8_t count = (uint8_t)tn_prng_below(prng, TN_NF_CAP + 1);

    for (uint8_t i = 0; i < count; i++) {
        struct tn_nf_reply *reply = &rig.replies[i];

        for (uint8_t k = 0; k < TN_NF_DATA_LEN; k++) {
            reply->data[k] = (uint8_t)tn_prng_get(prng);
        }
        reply->id = (uint8_t)(rig.tag.list.id + rig.tag.list.got + i);
        reply->status = (uint8_t)tn_prng_below(prng, 5);
        reply->len = (uint8_t)tn_prng_below(prng, TN_NF_DATA_LEN + 8);
        if (tn_prng_below(prng, 4) > 0) {
            /* plausible: a UID found, a SAK, pages, blocks */
            static const uint8_t lens[] = {1, 8, 9, 16, 48, 5, 72};
            static const uint8_t starts[] = {0, 7, 8, 0xE1, 0x03, 0};
            uint32_t kind = tn_prng_below(prng, 6);

            reply->status = 0;
            reply->len = lens[tn_prng_below(prng, 7)];
            reply->data[0] = starts[kind];
        }
    }
    return count;
}

static void a_hundred_thousand_steps_of_garbage_do_no_harm(void **state)
{
    struct tn_prng prng;
    struct tn_sim_tag tag;

    (void)state;
    near_init(&rig);
    tn_prng_init(&prng, 3, 3);
    for (unsigned step = 0; step < 100000; step++) {
        near_step_with(&rig, make_garbage(&prng));
        rig.log_count = 0;
        assert_true(rig.out.cmd_count <= TN_NF_CAP);
        assert_true(rig.out.event_count <= TN_TAG_CAP);
        assert_true(rig.out.refused_count <= TN_TAG_CAP);
        for (uint8_t i = 0; i < rig.out.cmd_count; i++) {
            assert_true(rig.out.cmds[i].len <= TN_NF_CMD_LEN);
        }
    }
    for (unsigned ms = 0; ms < 2000; ms += 4) {
        near_step(&rig); /* the garbage stops */
    }
    rig.log_count = 0;
    near_make(&tag, TN_SIM_SLIX2, 3, 10);
    assert_true(place(&tag) < 400000);
    assert_int_equal(rig.log[0].number, TN_EVENT_PLACED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_chip_and_size_is_read_byte_for_byte),
        cmocka_unit_test(no_more_is_read_than_the_message_needs),
        cmocka_unit_test(any_single_fault_is_overcome),
        cmocka_unit_test(noise_never_gives_wrong_content),
        cmocka_unit_test(after_three_retries_the_reader_gives_up),
        cmocka_unit_test(chips_without_the_fast_commands_are_read_slowly),
        cmocka_unit_test(other_block_lengths_and_long_ccs_are_read),
        cmocka_unit_test(useless_tags_are_refused_once_with_reason_and_place),
        cmocka_unit_test(random_uids_do_not_take_the_slots),
        cmocka_unit_test(cards_that_are_no_type_2_are_refused),
        cmocka_unit_test(full_tags_are_read_in_time),
        cmocka_unit_test(a_list_without_answers_is_given_up_after_400_ms),
        cmocka_unit_test(answers_that_nobody_asked_for_are_ignored),
        cmocka_unit_test(a_hundred_thousand_steps_of_garbage_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
