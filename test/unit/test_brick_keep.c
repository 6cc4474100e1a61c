/* SPDX-License-Identifier: Apache-2.0 */
/* src/brick: kept numbers, with a real tag, a compiled program and flash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "../../src/brick/parts.h"
#include "sim/flash.h"
#include "sim/tagware.h"
#include "support/rig.h"

#define SECTORS 8u

static const char COUNTER[] = "set counter\n"
                              "tile cup {\n"
                              "  keep number wins = 5\n"
                              "  number plain = 1\n"
                              "  when tapped { wins += 1; plain += 1 }\n"
                              "  when removed { wins += 100 }\n"
                              "}\n";
/* As long as COUNTER, byte by byte, and yet another program. */
static const char TWIN[] = "set counter\n"
                           "tile cup {\n"
                           "  keep number wins = 8\n"
                           "  number plain = 1\n"
                           "  when tapped { wins += 1; plain += 1 }\n"
                           "  when removed { wins += 100 }\n"
                           "}\n";
static const char OTHER[] = "set counter\n"
                            "tile cup {\n"
                            "  keep number wins = 7\n"
                            "  when tapped { wins += 1 }\n"
                            "}\n";

static struct rig rig;
static struct tn_sim_flash flash;
static uint8_t bytes[SECTORS * TN_STORE_SECTOR_LEN];
static uint8_t marks[SECTORS * 256];
static uint32_t erases[SECTORS];
static uint16_t sectors; /* that the board says it has */
static bool refusing;    /* it answers every job with a failure */
static unsigned jobs;
static bool dead; /* the flash does not answer */
static unsigned notices;
static unsigned programs_of_flash;

/* The brick wakes; what the flash holds stays. */
static void wake(const char *text)
{
    struct tn_brick_config config;

    memset(&config, 0, sizeof config);
    config.seed = 5;
    config.flash_sectors = sectors;
    rig_init(&rig, 5);
    tn_brick_init(&rig.brick, &config);
    tn_sim_flash_reset(&flash);
    notices = 0;
    if (text) {
        struct tn_lang_set *set = rig_compile(text);

        rig_put(&rig, 0, set, "cup");
        tn_lang_free(set);
    }
}

static void set_up(const char *text)
{
    tn_sim_flash_init(&flash, bytes, marks, erases, SECTORS);
    dead = false;
    refusing = false;
    jobs = 0;
    sectors = SECTORS;
    programs_of_flash = 0;
    wake(text);
}

static void step(void)
{
    struct tn_store_out job;

    rig_step_feeling(&rig, 0, 0, 1000);
    notices += rig.out.notice_count;
    if (dead) {
        return;
    }
    memset(&job, 0, sizeof job);
    memcpy(&job.job, &rig.out.store, sizeof job.job);
    memcpy(job.data, rig.out.store_data, sizeof job.data);
    programs_of_flash += job.job.op == TN_STORE_PROGRAM;
    tn_sim_flash_push(&flash, &job, rig.in.time_us);
    tn_sim_flash_pull(&flash, rig.in.time_us + TN_FRAME_US, &rig.in.store);
    if (refusing && rig.in.store.answer) {
        rig.in.store.answer = TN_STORE_FAILED;
        rig.in.store.len = 0;
        jobs++;
    }
}

static void run(unsigned ms)
{
    for (unsigned i = 0; i < ms / 4; i++) {
        step();
    }
}

/* A tap, straight into the programs' queue. */
static void tap(void)
{
    struct tn_event event;

    memset(&event, 0, sizeof event);
    event.args[0] = TN_Q16_ONE;
    event.args[1] = TN_UNKNOWN;
    event.args[2] = TN_UNKNOWN;
    event.number = TN_EVENT_TAPPED;
    event.source = TN_SOURCE_SELF;
    event.target = 0xFF;
    tn_play_post(&rig.brick.play, &event);
    step();
}

/* A number of the program that plays, wherever its slot is; TN_UNKNOWN if none
 * plays. */
static int get(uint8_t number)
{
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (rig.brick.play.programs[slot].begun) {
            tn_q16 v = tn_play_get_number(&rig.brick.play, slot, number);

            return v == TN_UNKNOWN ? -1 : v / TN_Q16_ONE;
        }
    }
    return -1;
}

static void go_and_come_back(void)
{
    rig_take(&rig, 0);
    run(1500);
    assert_int_equal(get(0), -1);
    tn_sim_field_put(&rig.field, &rig.tags[0]);
    run(1500);
}

static void a_kept_number_survives_removal_and_others_do_not(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    assert_int_equal(get(0), 5);
    tap();
    tap();
    assert_int_equal(get(0), 7);
    assert_int_equal(get(1), 3);
    go_and_come_back();
    /* What it did in `when removed` counts, too. */
    assert_int_equal(get(0), 107);
    assert_int_equal(get(1), 1);
    assert_int_equal(notices, 0);
}

static void a_kept_number_survives_a_power_cut(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    run(4000); /* saved within two seconds */
    wake(COUNTER);
    run(2500);
    assert_int_equal(get(0), 6);
}

/* The same program on another tag. */
static void put_copy(unsigned tag, uint64_t identity)
{
    struct tn_lang_set *set = rig_compile(COUNTER);
    struct tn_lang_program copy = *tn_lang_find(set, "cup");

    copy.identity = identity;
    assert_int_equal(
        tn_tagware_encode(&copy, TN_SIM_NTAG216, tag + 1, &rig.tags[tag]),
        TN_OK);
    assert_int_equal(tn_sim_field_put(&rig.field, &rig.tags[tag]), TN_OK);
    tn_lang_free(set);
}

static void each_tag_has_its_own(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    rig_take(&rig, 0);
    run(1500);
    put_copy(1, 4711);
    run(1500);
    assert_int_equal(get(0), 5);
}

static void another_program_on_the_same_tag_begins_anew(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    run(4000);
    wake(OTHER);
    run(2500);
    assert_int_equal(get(0), 7);
    wake(TWIN);
    run(2500);
    assert_int_equal(get(0), 8);
    assert_int_equal(notices, 0);
}

static void changes_are_saved_seldom(void **state)
{
    unsigned before;

    (void)state;
    set_up(COUNTER);
    run(4000);
    before = programs_of_flash;
    for (unsigned i = 0; i < 100; i++) {
        tap();
        run(40);
    }
    run(4000);
    /* 4.4 s of changes: at most four commits of two programs each, and a sector
     * that is opened for them. */
    assert_in_range(programs_of_flash - before, 2, 10);
    wake(COUNTER);
    run(2500);
    assert_int_equal(get(0), 105);
}

static void a_flash_that_is_silent_does_not_keep_it_from_playing(void **state)
{
    (void)state;
    set_up(COUNTER);
    dead = true;
    run(4000);
    assert_int_equal(get(0), -1);
    run(6000);
    assert_int_equal(get(0), 5);
    assert_int_equal(notices, 1);
    tap();
    assert_int_equal(get(0), 6);
}

/* What was to be saved is given up after some tries; the brick can sleep. */
static void a_flash_that_refuses_is_given_up(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    refusing = true;
    rig_take(&rig, 0);
    run(20000);
    assert_in_range(notices, 1, 2);
    assert_in_range(jobs, 1, 400);
    assert_true(tn_brick_is_keep_idle(&rig.brick));
}

static void a_flash_that_falls_silent_while_saving_is_given_up(void **state)
{
    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    dead = true;
    rig_take(&rig, 0);
    run(4000);
    assert_false(tn_brick_is_keep_idle(&rig.brick));
    run(6000);
    assert_true(tn_brick_is_keep_idle(&rig.brick));
    assert_int_equal(notices, 1);
}

/* A store that was made for more sectors than the board has. */
static void a_foreign_store_is_left_alone(void **state)
{
    static uint8_t before[SECTORS * TN_STORE_SECTOR_LEN];

    (void)state;
    set_up(COUNTER);
    run(2500);
    tap();
    run(4000);
    memcpy(before, bytes, sizeof before);
    sectors = SECTORS / 2;
    wake(COUNTER);
    run(4000);
    assert_int_equal(get(0), 5);
    assert_int_equal(notices, 1);
    tap();
    assert_int_equal(get(0), 6);
    run(4000);
    assert_memory_equal(bytes, before, sizeof before);
}

static void a_brick_without_flash_plays_from_the_declared_values(void **state)
{
    struct tn_brick_config config;

    (void)state;
    set_up(COUNTER);
    memset(&config, 0, sizeof config);
    tn_brick_init(&rig.brick, &config);
    run(600);
    assert_int_equal(get(0), 5);
    assert_int_equal(rig.out.store.op, TN_STORE_NO_JOB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_number_survives_removal_and_others_do_not),
        cmocka_unit_test(a_kept_number_survives_a_power_cut),
        cmocka_unit_test(each_tag_has_its_own),
        cmocka_unit_test(another_program_on_the_same_tag_begins_anew),
        cmocka_unit_test(changes_are_saved_seldom),
        cmocka_unit_test(a_flash_that_is_silent_does_not_keep_it_from_playing),
        cmocka_unit_test(a_flash_that_refuses_is_given_up),
        cmocka_unit_test(a_flash_that_falls_silent_while_saving_is_given_up),
        cmocka_unit_test(a_foreign_store_is_left_alone),
        cmocka_unit_test(a_brick_without_flash_plays_from_the_declared_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
