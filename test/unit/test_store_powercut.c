/* SPDX-License-Identifier: Apache-2.0 */
/* src/store when the power fails: in every single program and erase, with every
 * way a job can tear, and over and over. */
#include "store_kit.h"

#include <stdio.h>

static struct kit kit;
/* Under sanitizers every fifth operation is cut, and lives are fewer. */
#ifdef TN_BRIEF
#define SPARE 5u
#else
#define SPARE 1u
#endif

static uint32_t cut_count;
static uint32_t full_count;
static uint32_t change_count;
static uint32_t erase_count;

/* The change that was under way when the power failed. */
struct change {
    uint32_t key;
    struct kit_object object;
    bool made; /* the store has said so */
};

/* Begins an object and does not end it: it must never be seen. */
static int leave_open(struct tn_prng *prng, uint32_t key)
{
    struct kit_object object = {++kit.serial, KIT_OBJECT_CAP};
    struct tn_store_request request;

    for (uint8_t chunk = 0; chunk < 1u + tn_prng_below(prng, 3); chunk++) {
        kit_set_key(&request, key);
        request.op = TN_STORE_APPEND;
        request.chunk = chunk;
        request.len = kit_fill(request.data, key, &object, chunk);
        if (!kit_ask(&kit, &request)) {
            return -1;
        }
    }
    return 0;
}

/* One random change; false if the power failed, then `change` is open. */
static bool make_change(struct tn_prng *prng, uint32_t keys, uint32_t len_cap,
                        struct change *change)
{
    int status;

    change->key = tn_prng_below(prng, keys);
    change->made = false;
    change->object = kit.model[change->key];
    change_count++;
    if (tn_prng_below(prng, 12) == 0) {
        change->made = leave_open(prng, change->key) == 0;
        return change->made;
    }
    if (tn_prng_below(prng, 6) == 0) {
        memset(&change->object, 0, sizeof change->object);
        status = kit_delete(&kit, change->key);
    } else {
        change->object = kit_make(&kit, prng, len_cap);
        status = kit_put(&kit, change->key, &change->object);
    }
    if (status < 0) {
        return false;
    }
    if (status == TN_STORE_OK) {
        kit.model[change->key] = change->object;
    } else if (change->object.serial == 0) {
        assert_int_equal(status, TN_STORE_ABSENT);
        assert_int_equal(kit.model[change->key].serial, 0);
    } else {
        assert_int_equal(status, TN_STORE_FULL);
        full_count++;
    }
    change->made = true;
    /* Sometimes there is time to clean ahead. */
    return tn_prng_below(prng, 3) > 0 || kit_rest(&kit);
}

/* After a cut: old or new for the key in flight, all others as they were. */
static void check_after_cut(uint32_t keys, const struct change *change)
{
    for (uint32_t key = 0; key < keys; key++) {
        enum kit_verdict verdict = kit_compare(&kit, key, &kit.model[key]);

        if (verdict != KIT_SAME && !change->made && key == change->key) {
            verdict = kit_compare(&kit, key, &change->object);
            kit.model[key] = change->object;
        }
        assert_int_equal(verdict, KIT_SAME);
    }
}

struct plan {
    uint16_t sectors;
    uint32_t keys;
    uint32_t len_cap;
    uint32_t changes;
    uint32_t seed;
};

/* A history that is cut in its `at`th program or erase, then goes on. False if
 * it came to its end uncut. */
static bool run_cut_at(const struct plan *plan, uint32_t at,
                       enum tn_sim_flash_tear tear)
{
    struct tn_prng prng;
    struct change change;
    bool cut = false;

    kit_init(&kit, plan->sectors);
    tn_prng_init(&prng, plan->seed, 3);
    tn_prng_init(&kit.flash.prng, at, tear);
    tn_sim_flash_set_cut(&kit.flash, at, tear);
    for (uint32_t i = 0; i < plan->changes && !cut; i++) {
        cut = !make_change(&prng, plan->keys, plan->len_cap, &change);
    }
    if (!cut) {
        return false;
    }
    cut_count++;
    erase_count += kit.flash.erased;
    kit_mount(&kit);
    check_after_cut(plan->keys, &change);
    for (uint32_t i = 0; i < 6; i++) {
        assert_true(make_change(&prng, plan->keys, plan->len_cap, &change));
    }
    kit_mount(&kit);
    kit_check_all(&kit, plan->keys);
    return true;
}

static void cut_everywhere(const struct plan *plan)
{
    bool cut = true;

    for (uint32_t at = 1; cut; at += SPARE) {
        for (int tear = 0; tear < TN_SIM_FLASH_TEAR_COUNT; tear++) {
            cut = run_cut_at(plan, at, (enum tn_sim_flash_tear)tear);
        }
    }
}

static void every_cut_leaves_old_or_new_on_two_sectors(void **state)
{
    const struct plan plan = {2, 4, 500, 250, 11};

    (void)state;
    cut_everywhere(&plan);
}

static void every_cut_leaves_old_or_new_on_few_sectors(void **state)
{
    const struct plan plan = {3, 5, 700, 250, 12};

    (void)state;
    cut_everywhere(&plan);
}

static void every_cut_leaves_old_or_new_of_whole_objects(void **state)
{
    const struct plan plan = {6, 5, KIT_OBJECT_CAP, 110, 13};

    (void)state;
    cut_everywhere(&plan);
}

/* A life of cuts: random histories, each cut somewhere, never formatted. */
static void live_with_cuts(const struct plan *plan, uint32_t lives,
                           uint32_t cut_cap)
{
    struct tn_prng prng;
    struct change change;

    kit_init(&kit, plan->sectors);
    tn_prng_init(&prng, plan->seed, 5);
    for (uint32_t life = 0; life < lives; life++) {
        uint32_t tear = tn_prng_below(&prng, TN_SIM_FLASH_TEAR_COUNT);

        tn_sim_flash_set_cut(&kit.flash, 1u + tn_prng_below(&prng, cut_cap),
                             (enum tn_sim_flash_tear)tear);
        while (make_change(&prng, plan->keys, plan->len_cap, &change)) {
        }
        cut_count++;
        kit_mount(&kit);
        check_after_cut(plan->keys, &change);
    }
    erase_count += kit.flash.erased;
    /* And it still takes what it should. */
    for (uint32_t key = 0; key < plan->keys; key++) {
        assert_true(kit_delete(&kit, key) >= 0);
        kit.model[key].serial = 0;
    }
    change.object = kit_make(&kit, &prng, plan->len_cap);
    change.object.len = plan->len_cap;
    assert_int_equal(kit_put(&kit, 0, &change.object), TN_STORE_OK);
    kit.model[0] = change.object;
    kit_mount(&kit);
    kit_check_all(&kit, plan->keys);
}

static void thousands_of_cuts_in_one_life_lose_nothing(void **state)
{
    const struct plan plan = {8, 24, 3000, 0, 21};

    (void)state;
    live_with_cuts(&plan, 4000 / SPARE, 120);
}

static void cuts_that_come_at_once_lose_nothing(void **state)
{
    const struct plan plan = {4, 12, 900, 0, 22};

    (void)state;
    live_with_cuts(&plan, 6000 / SPARE, 4);
}

static void cuts_on_two_sectors_lose_nothing(void **state)
{
    const struct plan plan = {2, 30, 400, 0, 23};

    (void)state;
    live_with_cuts(&plan, 6000 / SPARE, 60);
}

static int print_count(void **state)
{
    (void)state;
    printf("power cuts: %u; changes: %u, of which no room for: %u; erases: "
           "%u\n",
           (unsigned)cut_count, (unsigned)change_count, (unsigned)full_count,
           (unsigned)erase_count);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_leaves_old_or_new_on_two_sectors),
        cmocka_unit_test(every_cut_leaves_old_or_new_on_few_sectors),
        cmocka_unit_test(every_cut_leaves_old_or_new_of_whole_objects),
        cmocka_unit_test(thousands_of_cuts_in_one_life_lose_nothing),
        cmocka_unit_test(cuts_that_come_at_once_lose_nothing),
        cmocka_unit_test(cuts_on_two_sectors_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, print_count);
}
