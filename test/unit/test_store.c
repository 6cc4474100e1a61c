/* SPDX-License-Identifier: Apache-2.0 */
/* src/store: requests, room, wear, cost; test_store_rot.c has the damage,
 * test_store_powercut.c the cuts. */
#include "store_kit.h"

#include <stdio.h>

static struct kit kit;

static int ask(uint32_t key, enum tn_store_op op, uint8_t chunk, uint16_t len)
{
    struct tn_store_request request;

    kit_set_key(&request, key);
    request.op = (uint8_t)op;
    request.chunk = chunk;
    request.len = len;
    memset(request.data, (int)(key + chunk), len);
    assert_true(kit_ask(&kit, &request));
    return kit.out.result.status;
}

static void put_model(uint32_t key, uint32_t len)
{
    struct kit_object object = {++kit.serial, len};

    assert_int_equal(kit_put(&kit, key, &object), TN_STORE_OK);
    kit.model[key] = object;
}

/* CRC-32C bit by bit, as in RFC 3720 B.4; its check value is below. */
static uint32_t crc32c(uint32_t sum, const uint8_t *data, size_t len)
{
    sum = ~sum;
    for (size_t i = 0; i < 8 * len; i++) {
        uint32_t bit = (sum ^ (uint32_t)(data[i / 8] >> (i % 8))) & 1u;

        sum = (sum >> 1) ^ (bit ? 0x82F63B78u : 0u);
    }
    return ~sum;
}

static uint32_t le(const uint8_t *data, uint32_t len)
{
    uint32_t v = 0;

    while (len-- > 0) {
        v = v << 8 | data[len];
    }
    return v;
}

static void bytes_on_flash_are_as_specified(void **state)
{
    const uint8_t *head = kit.bytes;
    const uint8_t *slot = kit.bytes + 32;
    const uint8_t *data = kit.bytes + 254 * 16 - 16;

    (void)state;
    assert_int_equal(crc32c(0, (const uint8_t *)"123456789", 9), 0xE3069283u);
    kit_init(&kit, 4);
    assert_int_equal(ask(5, TN_STORE_COMMIT, 0, 10), TN_STORE_OK);
    assert_memory_equal(head, "\5\0\1\376", 4);
    assert_int_equal(le(head + 4, 4), 1);
    assert_int_equal(le(head + 8, 4), 1);
    assert_int_equal(le(head + 12, 4), 1);
    assert_memory_equal(head + 16, "TneS", 4);
    assert_int_equal(le(head + 20, 2), 4);
    assert_int_equal(le(head + 22, 4), 0);
    assert_int_equal(le(head + 26, 2), 0);
    assert_int_equal(le(head + 28, 4), crc32c(0, head, 28));
    assert_memory_equal(head, head + 4064, 32);
    assert_int_equal(slot[0], 2);
    assert_int_equal(slot[1], 5 % 3);
    assert_int_equal(slot[2], 0);
    assert_int_equal(slot[3], 253);
    assert_int_equal(le(slot + 4, 4), 6);
    assert_int_equal(le(slot + 8, 4), 5 << 8);
    assert_int_equal(le(slot + 12, 4), 1);
    assert_int_equal(le(slot + 16, 4), crc32c(0, data, 10));
    assert_int_equal(le(slot + 20, 2), 10);
    assert_int_equal(le(slot + 22, 2), 0xFFFF);
    assert_int_equal(le(slot + 24, 2), 0);
    assert_int_equal(le(slot + 26, 2), 3);
    assert_int_equal(le(slot + 28, 4), crc32c(1, slot, 28));
    assert_int_equal(data[9], 5);
    assert_int_equal(data[10], 0xFF);
}

static void objects_of_any_length_come_back(void **state)
{
    (void)state;
    kit_init(&kit, 16);
    for (uint32_t len = 0; len <= KIT_OBJECT_CAP; len += len < 600 ? 1 : 97) {
        put_model(1, len);
        assert_int_equal(kit_compare(&kit, 1, &kit.model[1]), KIT_SAME);
    }
    put_model(2, KIT_OBJECT_CAP);
    put_model(3, 0);
    kit_mount(&kit);
    kit_check_all(&kit, 5);
}

static void an_empty_store_has_nothing(void **state)
{
    (void)state;
    kit_init(&kit, 2);
    assert_int_equal(ask(1, TN_STORE_GET, 0, 0), TN_STORE_ABSENT);
    assert_int_equal(kit.out.result.count, 0);
    assert_int_equal(kit_delete(&kit, 1), TN_STORE_ABSENT);
    kit_mount(&kit);
    assert_int_equal(ask(1, TN_STORE_GET, 0, 0), TN_STORE_ABSENT);
}

static void chunks_beyond_the_object_are_absent_and_counted(void **state)
{
    (void)state;
    kit_init(&kit, 4);
    put_model(1, 300);
    assert_int_equal(ask(1, TN_STORE_GET, 2, 0), TN_STORE_ABSENT);
    assert_int_equal(kit.out.result.count, 2);
    put_model(1, 20);
    assert_int_equal(ask(1, TN_STORE_GET, 1, 0), TN_STORE_ABSENT);
    assert_int_equal(kit.out.result.count, 1);
}

static void an_open_object_is_not_seen_before_its_commit(void **state)
{
    (void)state;
    kit_init(&kit, 6);
    put_model(1, 40);
    assert_int_equal(ask(1, TN_STORE_APPEND, 0, 256), TN_STORE_OK);
    assert_int_equal(ask(1, TN_STORE_APPEND, 1, 256), TN_STORE_OK);
    assert_int_equal(kit_compare(&kit, 1, &kit.model[1]), KIT_SAME);
    put_model(2, 30); /* others may come between */
    assert_int_equal(kit_delete(&kit, 3), TN_STORE_ABSENT);
    assert_int_equal(ask(1, TN_STORE_COMMIT, 2, 5), TN_STORE_OK);
    assert_int_equal(ask(1, TN_STORE_GET, 1, 0), TN_STORE_OK);
    assert_int_equal(kit.out.result.count, 3);
    assert_int_equal(kit.out.data[255], 2);
    assert_int_equal(kit_compare(&kit, 2, &kit.model[2]), KIT_SAME);
}

static void chunks_out_of_order_are_refused(void **state)
{
    (void)state;
    kit_init(&kit, 6);
    assert_int_equal(ask(1, TN_STORE_APPEND, 1, 256), TN_STORE_ORDER);
    assert_int_equal(ask(1, TN_STORE_COMMIT, 1, 1), TN_STORE_ORDER);
    assert_int_equal(ask(1, TN_STORE_APPEND, 0, 256), TN_STORE_OK);
    assert_int_equal(ask(1, TN_STORE_COMMIT, 2, 1), TN_STORE_ORDER);
    assert_int_equal(ask(2, TN_STORE_COMMIT, 1, 1), TN_STORE_ORDER);
    assert_int_equal(ask(2, TN_STORE_APPEND, 0, 256), TN_STORE_BUSY);
    assert_int_equal(ask(1, TN_STORE_APPEND, 0, 256), TN_STORE_OK);
    assert_int_equal(ask(2, TN_STORE_ABORT, 0, 0), TN_STORE_OK);
    assert_int_equal(ask(1, TN_STORE_COMMIT, 1, 1), TN_STORE_ORDER);
    assert_int_equal(ask(2, TN_STORE_APPEND, 0, 256), TN_STORE_OK);
    kit_mount(&kit);
    assert_int_equal(ask(2, TN_STORE_COMMIT, 1, 1), TN_STORE_ORDER);
    assert_int_equal(ask(1, TN_STORE_GET, 0, 0), TN_STORE_ABSENT);
}

static void requests_out_of_range_are_refused(void **state)
{
    struct tn_store_request request;

    (void)state;
    kit_init(&kit, 2);
    memset(&request, 0, sizeof request);
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.op = TN_STORE_FORMAT + 1;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.op = TN_STORE_GET;
    request.chunk = 16;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.op = TN_STORE_APPEND;
    request.chunk = 15;
    request.len = 256;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.chunk = 0;
    request.len = 255;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.op = TN_STORE_COMMIT;
    request.len = 257;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_ARG);
    request.len = 256;
    assert_int_equal(tn_store_post(&kit.store, &request), TN_OK);
    assert_int_equal(tn_store_post(&kit.store, &request), TN_ERR_FULL);
    assert_int_equal(tn_store_init(&kit.store, 1), TN_ERR_ARG);
    assert_int_equal(tn_store_init(&kit.store, 257), TN_ERR_ARG);
}

static void deleted_objects_stay_deleted(void **state)
{
    (void)state;
    kit_init(&kit, 3);
    put_model(1, 200);
    put_model(2, 200);
    put_model(1, 100);
    assert_int_equal(kit_delete(&kit, 1), TN_STORE_OK);
    kit.model[1].serial = 0;
    assert_int_equal(kit_delete(&kit, 1), TN_STORE_ABSENT);
    for (uint32_t i = 0; i < 300; i++) {
        put_model(3, i);
        kit_mount(&kit);
        kit_check_all(&kit, 4);
    }
}

/* Fills the store with objects of one size, then changes them for long. */
static void fill_and_change(uint16_t sectors, uint32_t len)
{
    uint32_t count = 0;
    uint32_t keys = KIT_KEY_CAP;
    struct tn_prng prng;

    kit_init(&kit, sectors);
    tn_prng_init(&prng, len, sectors);
    for (uint32_t key = 0; key < keys; key++) {
        struct kit_object object = {++kit.serial, len};
        int status = kit_put(&kit, key, &object);

        assert_true(status == TN_STORE_OK || status == TN_STORE_FULL);
        if (status == TN_STORE_OK) {
            kit.model[key] = object;
            count++;
        }
    }
    assert_true(count > 0);
    /* One must go, so that another has room while both of it exist. */
    for (uint32_t key = 0; key < 2; key++) {
        assert_true(kit_delete(&kit, key) >= 0);
        kit.model[key].serial = 0;
    }
    for (uint32_t i = 0; i < 400 && count > 2; i++) {
        put_model(2 + tn_prng_below(&prng, count - 2), len);
    }
    kit_check_all(&kit, keys);
    kit_mount(&kit);
    kit_check_all(&kit, keys);
}

static void a_full_store_refuses_and_lives_on(void **state)
{
    static const uint16_t sectors[] = {2, 3, 4, 5, 8, 13};
    static const uint32_t lens[] = {0, 1, 17, 255, 256, 257, 700, 1100};

    (void)state;
    for (uint32_t i = 0; i < 6; i++) {
        for (uint32_t j = 0; j < 8; j++) {
            fill_and_change(sectors[i], lens[j]);
        }
    }
    fill_and_change(8, KIT_OBJECT_CAP);
}

static void the_largest_flash_works(void **state)
{
    struct tn_prng prng;

    (void)state;
    kit_init(&kit, 256);
    tn_prng_init(&prng, 4, 4);
    for (uint32_t i = 0; i < 1500; i++) {
        put_model(tn_prng_below(&prng, 60), KIT_OBJECT_CAP - i % 300);
    }
    assert_true(kit.flash.erased > 2 * 256);
    kit_mount(&kit);
    kit_check_all(&kit, 60);
}

static void a_failed_job_is_told_and_does_no_harm(void **state)
{
    struct tn_prng prng;

    (void)state;
    kit_init(&kit, 4);
    tn_prng_init(&prng, 8, 8);
    for (uint32_t i = 0; i < 3000; i++) {
        uint32_t key = tn_prng_below(&prng, 6);
        struct tn_store_request request;
        struct kit_object object = {++kit.serial, tn_prng_below(&prng, 200)};
        uint32_t fail = kit.steps + 1u + tn_prng_below(&prng, 60);

        kit_set_key(&request, key);
        request.op = TN_STORE_COMMIT;
        request.len = kit_fill(request.data, key, &object, 0);
        assert_int_equal(tn_store_post(&kit.store, &request), TN_OK);
        do {
            if (kit.steps == fail && kit.in.answer) {
                kit.in.answer = TN_STORE_FAILED;
            }
            kit_step(&kit);
        } while (!kit.out.result.op);
        if (kit.out.result.status == TN_STORE_IO &&
            kit_compare(&kit, key, &object) != KIT_SAME) {
            object = kit.model[key];
        }
        kit.model[key] = object;
        kit_check_all(&kit, 6);
    }
}

static void answers_to_other_jobs_are_ignored(void **state)
{
    struct tn_store_in wrong;
    uint8_t id;

    (void)state;
    kit_init(&kit, 4);
    kit_step(&kit);
    id = kit.out.job.id;
    assert_int_equal(kit.out.job.op, TN_STORE_READ);
    memset(&wrong, 0, sizeof wrong);
    tn_store_step(&kit.store, &wrong, &kit.out);
    assert_int_equal(kit.out.job.op, TN_STORE_NO_JOB);
    wrong.answer = TN_STORE_DONE;
    wrong.len = kit.out.job.len ? kit.out.job.len : 32;
    wrong.id = (uint8_t)(id + 1u);
    tn_store_step(&kit.store, &wrong, &kit.out);
    assert_int_equal(kit.out.job.op, TN_STORE_NO_JOB);
    put_model(1, 5);
    kit_check_all(&kit, 2);
}

static void a_copy_goes_on_alike(void **state)
{
    static struct tn_store copy;
    static struct tn_store_out out;
    struct tn_store_request request;

    (void)state;
    kit_init(&kit, 3);
    put_model(1, 900);
    kit_set_key(&request, 1);
    request.op = TN_STORE_COMMIT;
    request.len = 100;
    for (uint32_t i = 0; i < 40; i++) {
        assert_int_equal(tn_store_post(&kit.store, &request), TN_OK);
        memcpy(&copy, &kit.store, sizeof copy);
        do {
            tn_store_step(&copy, &kit.in, &out);
            kit_step(&kit);
            assert_memory_equal(&out, &kit.out, sizeof out);
            assert_memory_equal(&copy, &kit.store, sizeof copy);
        } while (!out.result.op);
    }
}

/* The smallest, the largest and the mean count of erases. */
static void check_wear(uint16_t sectors)
{
    uint32_t low = UINT32_MAX;
    uint32_t high = 0;
    double mean = (double)kit.flash.erased / sectors;

    for (uint32_t i = 0; i < sectors; i++) {
        low = kit.erases[i] < low ? kit.erases[i] : low;
        high = kit.erases[i] > high ? kit.erases[i] : high;
        /* The counter in the header is the truth. */
        assert_int_equal(le(kit.bytes + 4096 * i + 8, 4), kit.erases[i]);
    }
    printf("  %u sectors: erases %u .. %u, mean %.1f\n", (unsigned)sectors,
           (unsigned)low, (unsigned)high, mean);
    assert_true(low >= 0.9 * mean && high <= 1.1 * mean);
}

/* Cold objects fill the store to the share, hot ones change. */
static void wear_out(uint16_t sectors, uint32_t share_pc, uint32_t commits)
{
    uint32_t cold = sectors * 40u * share_pc / 1000u;
    struct tn_sim_flash start;
    struct tn_prng prng;
    uint32_t programs;
    uint32_t reads;

    kit_init(&kit, sectors);
    tn_prng_init(&prng, 9, sectors);
    for (uint32_t key = 8; key < 8 + cold && key < KIT_KEY_CAP; key++) {
        put_model(key, 1024);
    }
    start = kit.flash;
    for (uint32_t i = 0; i < commits; i++) {
        put_model(tn_prng_below(&prng, 8), tn_prng_below(&prng, 100));
        kit_rest(&kit);
    }
    programs = kit.flash.programs - start.programs;
    reads = kit.flash.reads - start.reads;
    printf("  %u cold objects of 1 kB; a commit of 0 .. 99 bytes: %.2f reads, "
           "%.2f programs, %.4f erases\n",
           (unsigned)cold, (double)reads / commits, (double)programs / commits,
           (double)(kit.flash.erased - start.erased) / commits);
    check_wear(sectors);
    kit_mount(&kit);
    kit_check_all(&kit, KIT_KEY_CAP);
}

static void sectors_wear_evenly(void **state)
{
    (void)state;
    wear_out(16, 0, 60000);
    wear_out(16, 40, 60000);
    wear_out(16, 60, 60000);
    wear_out(5, 40, 30000);
}

static void a_lookup_costs_what_the_law_says(void **state)
{
    uint32_t records = 0;
    uint32_t start;

    (void)state;
    kit_init(&kit, 16);
    for (uint32_t i = 0; i < 1000; i++) {
        put_model(i % KIT_KEY_CAP, 20);
        records++;
    }
    start = kit.flash.reads;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(ask(1000 + i, TN_STORE_GET, 0, 0), TN_STORE_ABSENT);
    }

    double reads = (kit.flash.reads - start) / 1000.0;

    printf("  a miss over %u records: %.2f reads\n", (unsigned)records, reads);
    assert_true(reads < 1.5 * records / TN_STORE_BUCKET_COUNT);
    start = kit.flash.reads;
    kit_mount(&kit);
    while (!kit.store.mounted) {
        kit_step(&kit);
    }
    printf("  mounting: %u reads\n", (unsigned)(kit.flash.reads - start));
    assert_true(kit.flash.reads - start <= 2 * 16 + 16 * 16);
}

static void the_ram_is_within_its_budget(void **state)
{
    (void)state;
    printf("  sizeof(struct tn_store): %u\n",
           (unsigned)sizeof(struct tn_store));
    assert_true(sizeof(struct tn_store) <= 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_on_flash_are_as_specified),
        cmocka_unit_test(objects_of_any_length_come_back),
        cmocka_unit_test(an_empty_store_has_nothing),
        cmocka_unit_test(chunks_beyond_the_object_are_absent_and_counted),
        cmocka_unit_test(an_open_object_is_not_seen_before_its_commit),
        cmocka_unit_test(chunks_out_of_order_are_refused),
        cmocka_unit_test(requests_out_of_range_are_refused),
        cmocka_unit_test(deleted_objects_stay_deleted),
        cmocka_unit_test(a_full_store_refuses_and_lives_on),
        cmocka_unit_test(the_largest_flash_works),
        cmocka_unit_test(a_failed_job_is_told_and_does_no_harm),
        cmocka_unit_test(answers_to_other_jobs_are_ignored),
        cmocka_unit_test(a_copy_goes_on_alike),
        cmocka_unit_test(sectors_wear_evenly),
        cmocka_unit_test(a_lookup_costs_what_the_law_says),
        cmocka_unit_test(the_ram_is_within_its_budget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
