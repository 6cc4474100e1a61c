/* SPDX-License-Identifier: Apache-2.0 */
/* src/store on flash that has rotted or never was a store. */
#include "store_kit.h"

#include "../../src/store/parts.h"

#include <stdio.h>

static struct kit kit;
static uint8_t image[KIT_SECTOR_CAP * TN_STORE_SECTOR_LEN];

#define SECTORS 6u
#define KEYS 24u

static void put_model(uint32_t key, uint32_t len)
{
    struct kit_object object = {++kit.serial, len};

    assert_int_equal(kit_put(&kit, key, &object), TN_STORE_OK);
    kit.model[key] = object;
}

/* A history with old, new, deleted and large objects, kept in image[]. Its
 * last sixteen records are a filler's, so that all others are vouched for. */
static void make_image(uint32_t seed)
{
    struct tn_prng prng;

    kit_init(&kit, SECTORS);
    tn_prng_init(&prng, seed, 1);
    for (uint32_t i = 0; i < 260; i++) {
        uint32_t key = tn_prng_below(&prng, KEYS);

        if (tn_prng_below(&prng, 6) == 0) {
            assert_true(kit_delete(&kit, key) >= 0);
            kit.model[key].serial = 0;
        } else if (tn_prng_below(&prng, 9) == 0) {
            put_model(key, 300 + tn_prng_below(&prng, 900));
        } else {
            put_model(key, tn_prng_below(&prng, 60));
        }
        if (i % 40 == 0) {
            kit_mount(&kit);
        }
    }
    do {
        put_model(KEYS, 3);
    } while (kit.serial % 16 != 0 || kit.store.head_pos < 18);
    memcpy(image, kit.bytes, sizeof image);
}

static void restore(void)
{
    memcpy(kit.bytes, image, sizeof image);
}

/* Mounts what is there; how many keys are damaged, none wrong. */
static uint32_t count_damaged(void)
{
    uint32_t damaged = 0;

    kit_mount(&kit);
    for (uint32_t key = 0; key < KEYS; key++) {
        enum kit_verdict verdict = kit_compare(&kit, key, &kit.model[key]);

        assert_int_not_equal(verdict, KIT_WRONG);
        damaged += verdict == KIT_DAMAGED;
    }
    return damaged;
}

/* Changes the filler until the log has gone round. */
static void go_round(void)
{
    uint32_t erased = kit.flash.erased;

    memset(kit.marks, 0, sizeof kit.marks);
    while (kit.flash.erased - erased < 2 * SECTORS) {
        put_model(KEYS, 90);
    }
}

static void any_single_flipped_bit_is_mended(void **state)
{
    struct tn_prng prng;
    uint32_t count = 0;

    (void)state;
    tn_prng_init(&prng, 2, 2);
    for (uint32_t seed = 0; seed < 8; seed++) {
        make_image(seed);
        for (uint32_t i = 0; i < 500; i++) {
            uint32_t bit = tn_prng_below(&prng, SECTORS * 4096u * 8u);

            restore();
            kit.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            assert_int_equal(count_damaged(), 0);
            count++;
            if (i % 50 == 0) {
                go_round();
                assert_int_equal(count_damaged(), 0);
            }
        }
    }
    printf("  flipped bits: %u\n", (unsigned)count);
}

static bool is_last_sixteen(uint32_t sector, uint32_t pos)
{
    return sector == kit.store.head && pos + 16u >= kit.store.head_pos;
}

static bool is_blank_slot(const uint8_t *slot)
{
    uint8_t all = 0xFF;

    for (uint32_t i = 0; i < 32; i++) {
        all &= slot[i];
    }
    return all == 0xFF;
}

static void trash(struct tn_prng *prng, uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        bytes[i] ^= (uint8_t)(tn_prng_get(prng) >> 24);
    }
}

/* One slot's bytes at random: its key says so, no other notices, and its old
 * value never comes back, not even when the log has gone round. */
static void a_lost_slot_is_an_error_of_its_key_alone(void **state)
{
    struct tn_prng prng;
    uint32_t count = 0;
    uint32_t damaged = 0;
    bool ended = false;

    (void)state;
    tn_prng_init(&prng, 3, 3);
    for (uint32_t seed = 20; seed < 26; seed++) {
        make_image(seed);

        struct tn_store store = kit.store;

        for (uint32_t i = 0; i < SECTORS * 127u; i++) {
            uint32_t pos = i % 127u;
            uint8_t *slot = kit.bytes + i / 127u * 4096u + 32u * pos;
            uint32_t lost;

            restore();
            kit.store = store;
            ended = pos == 0 ? false : ended || is_blank_slot(slot);
            if (pos == 0 || ended || is_last_sixteen(i / 127u, pos)) {
                continue;
            }
            trash(&prng, slot, 32);
            lost = count_damaged();
            assert_true(lost <= 1);
            damaged += lost;
            count++;
        }
    }
    printf("  slots lost: %u, keys damaged: %u\n", (unsigned)count,
           (unsigned)damaged);
    assert_true(damaged > 0);
}

/* The old value lies behind a lost slot; cleaning must not bring it to light.
 */
static void an_old_value_never_comes_back(void **state)
{
    struct tn_prng prng;
    uint8_t *slot;

    (void)state;
    tn_prng_init(&prng, 4, 4);
    kit_init(&kit, SECTORS);
    put_model(1, 20);
    put_model(1, 30);
    slot = kit.bytes + 32u * (kit.store.head_pos - 1u);
    for (uint32_t i = 0; i < 10; i++) {
        put_model(KEYS, 5);
    }
    trash(&prng, slot, 32);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
    kit_mount(&kit);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
    go_round();
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
    kit_mount(&kit);
    go_round();
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
    put_model(1, 8);
    assert_int_equal(kit_compare(&kit, 1, &kit.model[1]), KIT_SAME);
}

static void an_old_value_stays_back_though_the_newest_slot_is_lost(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 9, 9);
    kit_init(&kit, SECTORS);
    put_model(1, 20);
    put_model(1, 30);
    trash(&prng, kit.bytes + 32u * (kit.store.head_pos - 1u), 32);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
}

static void a_lost_slot_does_not_harm_a_newer_value(void **state)
{
    struct tn_prng prng;
    uint8_t *slot;

    (void)state;
    tn_prng_init(&prng, 10, 10);
    kit_init(&kit, SECTORS);
    put_model(1, 20);
    slot = kit.bytes + 32u * (kit.store.head_pos - 1u);
    put_model(2, 20);
    put_model(1, 30);
    for (uint32_t i = 0; i < 10; i++) {
        put_model(KEYS, 5);
    }
    trash(&prng, slot, 32);
    kit_mount(&kit);
    kit_check_all(&kit, KEYS);
    go_round();
    kit_check_all(&kit, KEYS);
}

static void rotten_data_stay_an_error_until_written_anew(void **state)
{
    (void)state;
    kit_init(&kit, SECTORS);
    put_model(1, 600);
    put_model(2, 600);
    kit.bytes[254 * 16 - 256 + 3] ^= 0x11; /* chunk 0 of key 1 */
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_DAMAGED);
        assert_int_equal(kit.out.result.count, 3);
        assert_int_equal(kit_get_chunk(&kit, 1, 1), TN_STORE_OK);
        assert_int_equal(kit_compare(&kit, 2, &kit.model[2]), KIT_SAME);
        go_round();
        kit_mount(&kit);
    }
    put_model(1, 300);
    assert_int_equal(kit_compare(&kit, 1, &kit.model[1]), KIT_SAME);
    assert_int_equal(kit_delete(&kit, 1), TN_STORE_OK);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_ABSENT);
}

static void a_lost_page_harms_only_what_lay_in_it(void **state)
{
    struct tn_prng prng;
    uint32_t worst = 0;

    (void)state;
    tn_prng_init(&prng, 5, 5);
    for (uint32_t seed = 40; seed < 50; seed++) {
        make_image(seed);

        struct tn_store store = kit.store;

        for (uint32_t page = 0; page < SECTORS * 16u; page++) {
            uint32_t lost;

            kit.store = store;
            if (page / 16u == store.head &&
                page % 16u * 8u + 24u > store.head_pos) {
                continue; /* also the data of the newest */
            }
            restore();
            trash(&prng, kit.bytes + 256u * page, 256);
            lost = count_damaged();
            worst = lost > worst ? lost : worst;
            assert_true(lost <= 16);
        }
    }
    printf("  keys damaged by a lost page: %u at most\n", (unsigned)worst);
}

/* The trim that ended the last cleaning is lost after others have written. */
static void a_lost_trim_loses_nothing(void **state)
{
    struct tn_prng prng;
    uint32_t trims = 0;

    (void)state;
    tn_prng_init(&prng, 6, 6);
    kit_init(&kit, 3);
    for (uint32_t i = 0; i < 400; i++) {
        put_model(tn_prng_below(&prng, 5), 150);
        memcpy(image, kit.bytes, sizeof image);
        for (uint32_t at = 32; at < 4096; at += 32) {
            uint8_t *slot = kit.bytes + kit.store.head * 4096u + at;

            if (slot[0] == 4 && slot[1] == 0 && slot[2] == 0) {
                trash(&prng, slot, 32);
                kit_mount(&kit);
                kit_check_all(&kit, 5);
                put_model(0, 100);
                kit_mount(&kit);
                kit_check_all(&kit, 5);
                trims++;
                break;
            }
        }
    }
    assert_true(trims > 100);
}

/* Cuts while cleaning leave copies behind; they must not multiply. */
static void copies_left_by_cuts_do_not_fill_the_flash(void **state)
{
    struct tn_prng prng;
    uint32_t made = 0;

    (void)state;
    kit_init(&kit, 8);
    tn_prng_init(&prng, 7, 7);
    for (uint32_t key = 1; key < 17; key++) {
        put_model(key, 900);
    }
    for (uint32_t i = 0; i < 4000; i++) {
        struct kit_object object = {++kit.serial, 200};
        bool on;

        tn_sim_flash_set_cut(&kit.flash, 1 + tn_prng_below(&prng, 60),
                             TN_SIM_FLASH_SUBSET);
        do {
            on = kit_put(&kit, 0, &object) == TN_STORE_OK;
            made += on;
            on = on && kit_rest(&kit);
        } while (on);
        assert_true(kit.flash.off);
        kit_mount(&kit);
        if (i % 100 == 0) {
            for (uint32_t key = 1; key < 17; key++) {
                assert_int_equal(kit_compare(&kit, key, &kit.model[key]),
                                 KIT_SAME);
            }
        }
    }
    /* Copies of copies would leave ever less room, so ever more cleaning and
     * ever fewer commits between cuts. */
    printf("  commits between 4000 cuts: %u\n", (unsigned)made);
    assert_true(made > 3000);
}

static void foreign_stores_are_refused_until_formatted(void **state)
{
    (void)state;
    kit_init(&kit, 8);
    put_model(1, 700);
    kit.flash.sectors = 6;
    kit_mount(&kit);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_FOREIGN);
    assert_int_equal(kit_delete(&kit, 1), TN_STORE_FOREIGN);
    kit.flash.sectors = 8;
    kit_mount(&kit);
    kit_check_all(&kit, 2);
    kit.flash.sectors = 6;
    kit_mount(&kit);

    struct tn_store_request request;

    kit_set_key(&request, 0);
    request.op = TN_STORE_FORMAT;
    assert_true(kit_ask(&kit, &request));
    assert_int_equal(kit.out.result.status, TN_STORE_OK);
    assert_int_equal(kit_get_chunk(&kit, 1, 0), TN_STORE_ABSENT);
    put_model(1, 900);
    assert_int_equal(kit.erases[0], 3); /* opened, formatted, opened */
    assert_int_equal(kit.bytes[8], 3);
    kit_mount(&kit);
    kit_check_all(&kit, 2);
}

/* Any bytes at all: the store mounts, answers, and works from then on. */
static void any_image_mounts(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 8, 8);
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t kind = i % 4u;

        make_image(60 + i);
        for (uint32_t at = 0; at < SECTORS * 4096u; at++) {
            uint8_t noise = (uint8_t)(tn_prng_get(&prng) >> 24);

            if (kind == 0) {
                kit.bytes[at] = noise;
            } else if (kind == 1) {
                kit.bytes[at] = 0;
            } else if (kind == 2 && tn_prng_below(&prng, 40) == 0) {
                kit.bytes[at] = noise;
            }
        }
        if (kind == 3) { /* sectors change places */
            uint32_t from = tn_prng_below(&prng, SECTORS);
            uint32_t to = tn_prng_below(&prng, SECTORS);

            memcpy(kit.bytes + to * 4096u, image + from * 4096u, 4096);
            memcpy(kit.bytes + from * 4096u, image + to * 4096u, 4096);
        }
        kit_mount(&kit);
        for (uint32_t key = 0; key < KEYS; key++) {
            (void)kit_get_chunk(&kit, key, 0);
        }
        memset(kit.marks, 0, sizeof kit.marks);
        for (uint32_t k = 0; k < 60; k++) {
            put_model(k % KEYS, 60);
        }
        kit_mount(&kit);
        kit_check_all(&kit, KEYS);
    }
}

/* Slots with right sums that all claim the same bytes: cleaning must not copy
 * more than a sector holds. */
static void an_image_made_to_burst_is_survived(void **state)
{
    struct tn_store_slot slot;

    (void)state;
    kit_init(&kit, 2);
    kit.store.tail_seq = 1;
    kit.store.erases = 1;
    tn_store_encode_head(kit.bytes, &kit.store);
    memset(&slot, 0, sizeof slot);
    slot.kind = TN_STORE_LAST;
    slot.part = 9;
    slot.len = 256;
    slot.at = 220;
    slot.prev = 0xFFFF;
    for (uint8_t pos = 1; pos < 100; pos++) {
        slot.id = pos;
        tn_store_encode_slot(kit.bytes + 32u * pos, &slot, 1);
    }
    for (uint32_t i = 0; i < 100; i++) {
        put_model(1 + i % 3, 200);
    }
    kit_check_all(&kit, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_single_flipped_bit_is_mended),
        cmocka_unit_test(a_lost_slot_is_an_error_of_its_key_alone),
        cmocka_unit_test(an_old_value_never_comes_back),
        cmocka_unit_test(
            an_old_value_stays_back_though_the_newest_slot_is_lost),
        cmocka_unit_test(a_lost_slot_does_not_harm_a_newer_value),
        cmocka_unit_test(rotten_data_stay_an_error_until_written_anew),
        cmocka_unit_test(a_lost_page_harms_only_what_lay_in_it),
        cmocka_unit_test(a_lost_trim_loses_nothing),
        cmocka_unit_test(copies_left_by_cuts_do_not_fill_the_flash),
        cmocka_unit_test(foreign_stores_are_refused_until_formatted),
        cmocka_unit_test(any_image_mounts),
        cmocka_unit_test(an_image_made_to_burst_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
