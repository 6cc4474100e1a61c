/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: numbers that survive the removal of their tag, programs that wait
 * for them, and the kinds that a brick shows. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

/* Numbers 1 and 6 are kept; TAPPED counts 0, LIFTED counts 6, SHAKEN sets 1 to
 * 4, the end counts 1. */
static void begin_kit(void)
{
    kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
    kit_keep(&kit, 1);
    kit_keep(&kit, 6);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(COUNT(0)));
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED, CODE(COUNT(6)));
    kit_on(&kit, ALWAYS, TN_EVENT_SHAKEN, CODE(LDV(0, 4), STN(0, 1)));
    kit_on(&kit, ALWAYS, TN_TRIGGER_LEAVE, CODE(COUNT(1)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_AFTER, 8, NO_CODE, CODE(COUNT(3)));
    kit_finish(&kit);
}

static enum tn_err prepare(uint8_t slot)
{
    struct tn_image_info info;

    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    return tn_play_prepare(&stage.play, slot, 7, kit.image, &info);
}

static void happen(uint8_t number)
{
    stage_post(&stage, number, 0xFF);
    stage_step(&stage);
}

static void the_verifier_counts_kept_numbers(void **state)
{
    struct tn_image_info info;

    (void)state;
    begin_kit();
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    assert_int_equal(info.keep_count, 2);
}

static void a_prepared_program_is_not_there_until_it_starts(void **state)
{
    static struct stage before;

    (void)state;
    stage_begin(&stage);
    kit_begin(&kit, TN_IMAGE_FIGURE, "watcher", 1);
    uint8_t boat = kit_name(&kit, "boat");
    uint8_t act = kit_name(&kit, "act");

    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, boat, NO_CODE,
              CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, boat, NO_CODE,
              CODE(COUNT(1)));
    kit_on(
        &kit, ALWAYS, TN_EVENT_TAPPED,
        CODE(TN_OP_HERE, 0, boat, STN(0, 2), TN_OP_ASK, TN_ROLE_ANYONE, act));
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    begin_kit();
    kit_react(&kit, ALWAYS, TN_EVENT_ACTION, kit_name(&kit, "act"), NO_CODE,
              CODE(COUNT(5)));
    assert_int_equal(prepare(0), TN_OK);
    for (int i = 0; i < 5; i++) {
        happen(TN_EVENT_TAPPED);
    }
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    assert_int_equal(stage_number(&stage, 0, 3), 0);
    assert_int_equal(stage_number(&stage, 0, 5), 0);
    assert_int_equal(stage_number(&stage, 1, 0), 0);
    assert_int_equal(stage_number(&stage, 1, 2), 0);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 0); /* nobody is asked */
    assert_true(tn_play_is_idle(&stage.play));
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    memcpy(&before, &stage, sizeof before);
    assert_int_equal(tn_play_start(&stage.play, 0, NULL, 0, stage.in.time_us),
                     TN_OK);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 1, 0), 1);
    assert_int_equal(stage_number(&stage, 1, 2), 1);
    stage_step(&stage); /* its timers count from its start: 8 ms */
    assert_int_equal(stage_number(&stage, 0, 3), 1);
    /* removed without a start, it was never there */
    memcpy(&stage, &before, sizeof stage);
    tn_play_unload(&stage.play, 0);
    assert_true(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 0);
    assert_int_equal(stage.out.effect_count, 0);
    assert_int_equal(tn_play_get_state(&stage.play, 0), NONE);
    assert_int_equal(stage_number(&stage, 1, 1), 0);
}

/* The watcher in slot 1 comes after the boat in slot 0 was prepared. */
static void others_that_come_meanwhile_do_not_see_it_either(void **state)
{
    (void)state;
    stage_begin(&stage);
    begin_kit();
    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, kit_name(&kit, "watcher"),
              NO_CODE, CODE(COUNT(5)));
    assert_int_equal(prepare(0), TN_OK);
    kit_begin(&kit, TN_IMAGE_FIGURE, "watcher", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_HERE, 0, kit_name(&kit, "boat"), STN(0, 2)));
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1); /* it is told nothing */
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 1, 2), 0);
    assert_int_equal(tn_play_start(&stage.play, 0, NULL, 0, stage.in.time_us),
                     TN_OK);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 1, 2), 1);
}

static void prepare_and_start_are_refused_out_of_order(void **state)
{
    static struct tn_play before;

    (void)state;
    stage_begin(&stage);
    begin_kit();
    assert_int_equal(tn_play_start(&stage.play, 0, NULL, 0, 0), TN_ERR_ARG);
    assert_int_equal(tn_play_start(&stage.play, TN_PROGRAM_CAP, NULL, 0, 0),
                     TN_ERR_ARG);
    assert_int_equal(prepare(TN_PROGRAM_CAP), TN_ERR_ARG);
    assert_int_equal(prepare(0), TN_OK);
    assert_int_equal(prepare(0), TN_ERR_ARG);
    assert_int_equal(tn_play_start(&stage.play, 0, NULL, 0, 0), TN_OK);
    memcpy(&before, &stage.play, sizeof before);
    assert_int_equal(tn_play_start(&stage.play, 0, NULL, 0, 0), TN_ERR_ARG);
    assert_int_equal(prepare(0), TN_ERR_ARG);
    assert_memory_equal(&before, &stage.play, sizeof before);
}

static void load_is_prepare_and_start(void **state)
{
    static struct stage other;

    (void)state;
    stage_begin(&stage);
    begin_kit();
    assert_int_equal(prepare(3), TN_OK);
    stage_step(&stage);
    memcpy(&other, &stage, sizeof other);
    assert_int_equal(tn_play_start(&stage.play, 3, NULL, 0, 5000), TN_OK);
    tn_play_unload(&other.play, 3);
    kit_finish(&kit);
    struct tn_image_info info;

    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    assert_int_equal(tn_play_load(&other.play, 3, 7, kit.image, &info, 5000),
                     TN_OK);
    assert_memory_equal(&other.play, &stage.play, sizeof other.play);
}

static void kept_numbers_are_set_in_the_images_order(void **state)
{
    static const tn_q16 kept[] = {11 * TN_Q16_ONE, 12 * TN_Q16_ONE,
                                  13 * TN_Q16_ONE};

    (void)state;
    for (uint8_t count = 0; count < 4; count++) {
        stage_begin(&stage);
        begin_kit();
        assert_int_equal(prepare(0), TN_OK);
        assert_int_equal(
            tn_play_start(&stage.play, 0, kept, count, stage.in.time_us),
            TN_OK);
        assert_false(tn_play_is_kept_changed(&stage.play, 0));
        happen(TN_EVENT_LIFTED);
        for (uint8_t n = 0; n < 8; n++) {
            int expected = n == 1 && count > 0   ? 11
                           : n == 6 && count > 1 ? 13
                           : n == 6              ? 1
                                                 : 0;

            assert_int_equal(stage_number(&stage, 0, n), expected);
        }
    }
}

static void a_change_of_a_kept_number_is_told_until_it_is_got(void **state)
{
    tn_q16 kept[TN_NUMBER_CAP];

    (void)state;
    stage_begin(&stage);
    begin_kit();
    stage_load(&stage, 2, &kit);
    stage_step(&stage);
    happen(TN_EVENT_TAPPED); /* of another number */
    assert_false(tn_play_is_kept_changed(&stage.play, 2));
    happen(TN_EVENT_SHAKEN);
    assert_true(tn_play_is_kept_changed(&stage.play, 2));
    assert_false(tn_play_is_kept_changed(&stage.play, 1));
    assert_false(tn_play_is_kept_changed(&stage.play, TN_PROGRAM_CAP));
    happen(TN_EVENT_LIFTED);
    assert_int_equal(tn_play_get_kept(&stage.play, 2, kept), 2);
    assert_int_equal(kept[0], 4 * TN_Q16_ONE);
    assert_int_equal(kept[1], 1 * TN_Q16_ONE);
    assert_false(tn_play_is_kept_changed(&stage.play, 2));
    happen(TN_EVENT_SHAKEN); /* it is 4 already: no need to save it */
    assert_false(tn_play_is_kept_changed(&stage.play, 2));
    assert_int_equal(tn_play_get_kept(&stage.play, 2, kept), 2);
    assert_int_equal(stage_number(&stage, 2, 1), 4);
    assert_int_equal(tn_play_get_kept(&stage.play, 1, kept), 0);
    assert_int_equal(tn_play_get_kept(&stage.play, TN_PROGRAM_CAP, kept), 0);
}

static void the_last_change_can_be_got_after_the_end(void **state)
{
    static struct tn_program empty;
    tn_q16 kept[TN_NUMBER_CAP];
    uint16_t len;

    (void)state;
    stage_begin(&stage);
    memcpy(&empty, &stage.play.programs[0], sizeof empty);
    begin_kit();
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    tn_play_unload(&stage.play, 0);
    stage_step(&stage); /* leaving counts number 1 */
    assert_null(tn_play_get_image(&stage.play, 0, &len));
    assert_int_equal(tn_play_get_number(&stage.play, 0, 1), TN_UNKNOWN);
    assert_true(tn_play_is_kept_changed(&stage.play, 0));
    assert_int_equal(tn_play_get_kept(&stage.play, 0, kept), 2);
    assert_int_equal(kept[0], TN_Q16_ONE);
    assert_false(tn_play_is_kept_changed(&stage.play, 0));
    assert_int_equal(tn_play_get_kept(&stage.play, 0, kept), 0);
    assert_memory_equal(&empty, &stage.play.programs[0], sizeof empty);
}

static void what_nobody_has_got_does_not_reach_the_next_program(void **state)
{
    static struct tn_play fresh;

    (void)state;
    stage_begin(&stage);
    begin_kit();
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    tn_play_unload(&stage.play, 0);
    stage_step(&stage);
    stage_load(&stage, 0, &kit);
    assert_false(tn_play_is_kept_changed(&stage.play, 0));
    memcpy(&fresh, &stage.play, sizeof fresh);
    stage_begin(&stage);
    stage_step_ms(&stage, 8);
    stage_load(&stage, 0, &kit);
    assert_memory_equal(&fresh.programs[0], &stage.play.programs[0],
                        sizeof fresh.programs[0]);
}

static void assert_kinds(const char *a, const char *b, const char *c,
                         const char *d)
{
    const char *words[] = {a, b, c, d};
    uint32_t kinds[TN_KIND_CAP];

    memset(kinds, 0xA5, sizeof kinds);
    tn_play_get_kinds(&stage.play, kinds);
    for (uint32_t i = 0; i < TN_KIND_CAP; i++) {
        assert_int_equal(kinds[i], words[i] ? kit_hash(words[i]) : 0);
    }
}

static void load_kinds(uint8_t slot, enum tn_image_kind kind, const char *a,
                       const char *b)
{
    kit_begin(&kit, kind, a, 1);
    kit.names[1] = kit_hash(b); /* its state is called like it */
    kit.kinds = 2;
    stage_load(&stage, slot, &kit);
}

static void a_brick_shows_the_kinds_of_tiles_before_those_of_figures(void **s)
{
    (void)s;
    stage_begin(&stage);
    assert_kinds(NULL, NULL, NULL, NULL);
    load_kinds(0, TN_IMAGE_FIGURE, "pilot", "lark");
    assert_kinds(NULL, NULL, NULL, NULL); /* has not begun */
    stage_step(&stage);
    assert_kinds("pilot", "lark", NULL, NULL);
    load_kinds(1, TN_IMAGE_TILE, "vehicle", "pilot");
    stage_step(&stage);
    assert_kinds("vehicle", "pilot", "lark", NULL);
    load_kinds(4, TN_IMAGE_TILE, "boat", "vehicle");
    stage_step(&stage);
    assert_kinds("vehicle", "pilot", "boat", "lark");
    load_kinds(2, TN_IMAGE_TILE, "car", "bus");
    stage_step(&stage);
    assert_kinds("vehicle", "pilot", "car", "bus");
    tn_play_unload(&stage.play, 1); /* its tag is gone, its REMOVED waits */
    assert_kinds("car", "bus", "boat", "vehicle");
    stage_step(&stage);
    assert_kinds("car", "bus", "boat", "vehicle");
    tn_play_unload(&stage.play, 4);
    stage_step(&stage);
    assert_kinds("car", "bus", "pilot", "lark");
    begin_kit();
    assert_int_equal(prepare(1), TN_OK);
    assert_kinds("car", "bus", "pilot", "lark");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_verifier_counts_kept_numbers),
        cmocka_unit_test(a_prepared_program_is_not_there_until_it_starts),
        cmocka_unit_test(others_that_come_meanwhile_do_not_see_it_either),
        cmocka_unit_test(prepare_and_start_are_refused_out_of_order),
        cmocka_unit_test(load_is_prepare_and_start),
        cmocka_unit_test(kept_numbers_are_set_in_the_images_order),
        cmocka_unit_test(a_change_of_a_kept_number_is_told_until_it_is_got),
        cmocka_unit_test(the_last_change_can_be_got_after_the_end),
        cmocka_unit_test(what_nobody_has_got_does_not_reach_the_next_program),
        cmocka_unit_test(
            a_brick_shows_the_kinds_of_tiles_before_those_of_figures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
