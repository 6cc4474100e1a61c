/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: programs that come and go, and what they say to each other. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

/* Name 0 is the kind; `word` becomes the next free name. */
static uint8_t begin_kit(enum tn_image_kind kind, const char *own_kind,
                         const char *word)
{
    kit_begin(&kit, kind, own_kind, 2);
    return kit_name(&kit, word);
}

static void others_hear_of_coming_and_going_by_kind(void **state)
{
    (void)state;
    stage_begin(&stage);
    uint8_t animal = begin_kit(TN_IMAGE_TILE, "vehicle", "animal");

    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, animal, NO_CODE,
              CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, animal, NO_CODE,
              CODE(COUNT(1)));
    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, 0, NO_CODE, CODE(COUNT(2)));
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    (void)begin_kit(TN_IMAGE_FIGURE, "animal", "nothing");
    stage_load(&stage, 1, &kit);
    (void)begin_kit(TN_IMAGE_FIGURE, "robot", "animal"); /* not its kind */
    stage_load(&stage, 2, &kit);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 3); /* two PLACED, one told */
    assert_int_equal(stage.out.events[1].number, TN_EVENT_PLACED_OTHER);
    assert_int_equal(stage.out.events[1].source, 1);
    assert_int_equal(stage.out.events[1].name, 0);
    assert_int_equal(stage.out.handled[1], 1);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    tn_play_unload(&stage.play, 1);
    tn_play_unload(&stage.play, 2);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
    assert_int_equal(stage_number(&stage, 0, 2), 0);
    assert_int_equal(tn_play_get_state(&stage.play, 1), NONE);
}

static void a_program_that_goes_has_a_last_word(void **state)
{
    const uint8_t numbers[] = {TN_EFFECT_PLAY, TN_EFFECT_GLOW,
                               TN_EFFECT_STOP_ALL, TN_EFFECT_DARK};
    uint16_t len;

    (void)state;
    (void)begin_kit(TN_IMAGE_TILE, "vehicle", "bye");
    kit_on(&kit, ALWAYS, TN_EVENT_REMOVED, CODE(PLAY(0), GO(1)));
    kit_on(&kit, 0, TN_TRIGGER_LEAVE, CODE(GLOW(0)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(PLAY(1)));
    stage_begin(&stage);
    stage_load(&stage, 2, &kit);
    stage_step(&stage);
    tn_play_unload(&stage.play, 2);
    tn_play_unload(&stage.play, 2); /* once is enough */
    assert_int_equal(tn_play_get_state(&stage.play, 2), 0);
    assert_non_null(tn_play_get_image(&stage.play, 2, &len));
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.effect_count, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(stage.out.effects[i].number, numbers[i]);
        assert_int_equal(stage.out.effects[i].program, 2);
    }
    assert_int_equal(tn_play_get_state(&stage.play, 2), NONE);
    assert_null(tn_play_get_image(&stage.play, 2, &len));
    assert_int_equal(len, 0);
    assert_true(tn_play_is_idle(&stage.play));
    tn_play_unload(&stage.play, 2);
    tn_play_unload(&stage.play, TN_PROGRAM_CAP);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_program_hears_nothing_from_before_its_placing(void **state)
{
    (void)state;
    (void)begin_kit(TN_IMAGE_TILE, "vehicle", "word");
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(COUNT(0)));
    stage_begin(&stage);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_load(&stage, 0, &kit);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 3);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
}

static void a_taken_slot_a_bad_slot_and_a_bad_image_are_refused(void **state)
{
    static struct tn_play before;
    struct tn_image_info info;

    (void)state;
    (void)begin_kit(TN_IMAGE_TILE, "vehicle", "word");
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    memcpy(&before, &stage.play, sizeof before);
    assert_int_equal(load_image(&stage.play, 0, kit.image, kit.len, 0, &info),
                     TN_ERR_ARG);
    assert_int_equal(
        load_image(&stage.play, TN_PROGRAM_CAP, kit.image, kit.len, 0, &info),
        TN_ERR_ARG);
    kit.image[1] = 9;
    assert_int_equal(load_image(&stage.play, 1, kit.image, kit.len, 0, &info),
                     TN_ERR_VERSION);
    assert_int_equal(info.err_at, 1);
    assert_memory_equal(&before, &stage.play, sizeof before);
}

/* Slot 0 changes its program within one step; slot 1 watches. */
static void a_slot_may_be_loaded_anew_before_its_end_was_handled(void **state)
{
    (void)state;
    stage_begin(&stage);
    uint8_t bye = begin_kit(TN_IMAGE_FIGURE, "watcher", "bye");
    uint8_t animal = kit_name(&kit, "animal");
    uint8_t robot = kit_name(&kit, "robot");

    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, bye, NO_CODE, CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, animal, NO_CODE,
              CODE(COUNT(1)));
    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, robot, NO_CODE,
              CODE(COUNT(2)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, robot, NO_CODE,
              CODE(COUNT(3)));
    stage_load(&stage, 1, &kit);
    bye = begin_kit(TN_IMAGE_TILE, "animal", "bye");
    kit_on(&kit, ALWAYS, TN_EVENT_REMOVED,
           CODE(PLAY(0), TN_OP_SEND, bye, LDS(0, MOVING), JZ(0, 2), GO(1)));
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    stage_post(&stage, TN_EVENT_RETURNED, 0); /* for the old one: void */
    tn_play_unload(&stage.play, 0);
    (void)begin_kit(TN_IMAGE_TILE, "robot", "bye");
    kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER, CODE(PLAY(1), COUNT(0)));
    kit_on(&kit, ALWAYS, TN_EVENT_RETURNED, CODE(COUNT(1)));
    stage_load(&stage, 0, &kit);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 1, 0), 1);
    assert_int_equal(stage_number(&stage, 1, 1), 1);
    assert_int_equal(stage_number(&stage, 1, 2), 1);
    assert_int_equal(stage_number(&stage, 1, 3), 0);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 0, 1), 0);
    assert_int_equal(stage.out.effect_count, 3);
    assert_int_equal(stage.out.effects[0].number, TN_EFFECT_STOP_ALL);
    assert_int_equal(stage.out.effects[1].number, TN_EFFECT_DARK);
    assert_int_equal(stage.out.effects[2].number, TN_EFFECT_PLAY);
    assert_int_equal(stage.out.effects[2].item, 1);
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 0);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_program_that_never_began_leaves_no_trace(void **state)
{
    (void)state;
    stage_begin(&stage);
    (void)begin_kit(TN_IMAGE_TILE, "vehicle", "word");
    kit_on(&kit, ALWAYS, TN_EVENT_REMOVED, CODE(TN_OP_SEND, 3));
    stage_load(&stage, 0, &kit);
    tn_play_unload(&stage.play, 0);
    kit_on(&kit, ALWAYS, TN_EVENT_PLACED, CODE(COUNT(0)));
    kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER, CODE(COUNT(1)));
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.events[0].number, TN_EVENT_PLACED);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
}

/* Three tiles and two figures, each counting `act` in number 0; the one in
 * slot 0 is a tile and asks when it is tapped. */
static void load_askers(uint8_t role)
{
    stage_begin(&stage);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        uint8_t act =
            begin_kit(p < 3 ? TN_IMAGE_TILE : TN_IMAGE_FIGURE, "thing", "act");

        kit_react(&kit, ALWAYS, TN_EVENT_ACTION, act, NO_CODE, CODE(COUNT(0)));
        kit_react(&kit, ALWAYS, TN_EVENT_ACTION, 0, NO_CODE, CODE(COUNT(1)));
        kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(TN_OP_ASK, role, act));
        stage_load(&stage, p, &kit);
    }
    stage_step(&stage);
    stage_post(&stage, TN_EVENT_TAPPED, 0);
    stage_step(&stage);
}

static void ask_reaches_the_others_of_that_role_in_the_next_step(void **state)
{
    static const struct {
        uint8_t role;
        uint8_t reached[TN_PROGRAM_CAP];
    } cases[] = {
        {TN_ROLE_ANYONE, {0, 1, 1, 1, 1}},
        {TN_ROLE_PILOT, {0, 0, 0, 1, 1}},
        {TN_ROLE_VEHICLE, {0, 1, 1, 0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        load_askers(cases[i].role);
        assert_int_equal(stage.out.effect_count, 1);
        assert_int_equal(stage.out.effects[0].number, TN_EFFECT_ASK);
        assert_int_equal(stage.out.effects[0].name, kit_hash("act"));
        assert_int_equal(stage.out.effects[0].item, cases[i].role);
        assert_int_equal(stage_number(&stage, 3, 0), 0);
        stage_step(&stage);
        for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
            assert_int_equal(stage_number(&stage, p, 0), cases[i].reached[p]);
            assert_int_equal(stage_number(&stage, p, 1), 0);
        }
        assert_int_equal(stage.out.events[0].source, 0);
        assert_int_equal(stage.out.events[0].name, kit_hash("act"));
    }
}

static void two_programs_cannot_chase_each_other_within_a_step(void **state)
{
    (void)state;
    stage_begin(&stage);
    for (uint8_t p = 0; p < 2; p++) {
        uint8_t ping = begin_kit(TN_IMAGE_TILE, "thing", "ping");

        kit_react(&kit, ALWAYS, TN_EVENT_ACTION, ping, NO_CODE,
                  CODE(COUNT(0), TN_OP_ASK, TN_ROLE_ANYONE, ping));
        kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
               CODE(TN_OP_ASK, TN_ROLE_ANYONE, ping));
        stage_load(&stage, p, &kit);
    }
    stage_step(&stage);
    stage_post(&stage, TN_EVENT_TAPPED, 0);
    stage_step(&stage);
    for (int i = 1; i <= 10; i++) {
        stage_step(&stage);
        assert_int_equal(stage.out.event_count, 1);
        assert_int_equal(
            stage_number(&stage, 0, 0) + stage_number(&stage, 1, 0), i);
    }
}

static void
a_message_reaches_all_but_its_sender_four_times_a_second(void **state)
{
    (void)state;
    stage_begin(&stage);
    for (uint8_t p = 0; p < 3; p++) {
        uint8_t hit = begin_kit(TN_IMAGE_TILE, "thing", "hit");

        kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, hit, NO_CODE, CODE(COUNT(0)));
        kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(TN_OP_SEND, hit));
        stage_load(&stage, p, &kit);
    }
    stage_step(&stage);
    for (int i = 0; i < 6; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 1);
        stage_step(&stage);
        assert_int_equal(stage_count(&stage, TN_EFFECT_SEND), i < 4);
    }
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 4);
    assert_int_equal(stage_number(&stage, 1, 0), 0);
    assert_int_equal(stage_number(&stage, 2, 0), 4);
    assert_int_equal(tn_play_get_dropped(&stage.play), 2);
    stage_step_ms(&stage, 968); /* the first was a second ago, less 8 ms */
    stage_post(&stage, TN_EVENT_TAPPED, 1);
    stage_step(&stage);
    assert_int_equal(stage_count(&stage, TN_EFFECT_SEND), 0);
    stage_post(&stage, TN_EVENT_TAPPED, 1);
    stage_step(&stage);
    assert_int_equal(stage_count(&stage, TN_EFFECT_SEND), 1);
    assert_int_equal(stage.out.effects[0].name, kit_hash("hit"));
}

static void here_and_is_look_at_the_other_programs(void **state)
{
    (void)state;
    stage_begin(&stage);
    uint8_t vehicle = begin_kit(TN_IMAGE_FIGURE, "pilot", "vehicle");
    uint8_t outer = kit_name(&kit, "outer");

    kit_on(
        &kit, ALWAYS, TN_EVENT_TAPPED,
        CODE(TN_OP_HERE, 0, vehicle, STN(0, 0), TN_OP_HERE, 0, 0, STN(0, 1)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_IS, 0, vehicle, 1, STN(0, 2), TN_OP_IS, 0, vehicle, 2,
                STN(0, 3)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_IS, 0, vehicle, outer, STN(0, 4), TN_OP_IS, 0, 0, 1,
                STN(0, 5)));
    stage_load(&stage, 4, &kit);
    stage_post(&stage, TN_EVENT_TAPPED, 4);
    stage_step(&stage);
    for (uint8_t n = 0; n < 5; n++) {
        assert_int_equal(stage_number(&stage, 4, n), 0);
    }
    assert_int_equal(stage_number(&stage, 4, 5), 1); /* it is itself in s0 */
    (void)begin_kit(TN_IMAGE_TILE, "vehicle", "x");
    kit.states[0] = kit_state(&kit, NONE, kit_name(&kit, "outer"));
    stage_post(&stage, TN_EVENT_TAPPED, 4);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 4, 0), 1); /* here, */
    assert_int_equal(stage_number(&stage, 4, 2), 0); /* but not begun */
    stage_post(&stage, TN_EVENT_TAPPED, 4);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 4, 0), 1);
    assert_int_equal(stage_number(&stage, 4, 1), 0); /* not itself */
    assert_int_equal(stage_number(&stage, 4, 2), 1);
    assert_int_equal(stage_number(&stage, 4, 3), 0);
    assert_int_equal(stage_number(&stage, 4, 4), 1); /* the state around */
    stage_post(&stage, TN_EVENT_TAPPED, 4);
    tn_play_unload(&stage.play, 0);
    for (int i = 0; i < 2; i++) {
        stage_step(&stage); /* handled before REMOVED, yet it is gone */
        assert_int_equal(stage_number(&stage, 4, 0), 0);
        assert_int_equal(stage_number(&stage, 4, 2), 0);
        stage_post(&stage, TN_EVENT_TAPPED, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(others_hear_of_coming_and_going_by_kind),
        cmocka_unit_test(a_program_that_goes_has_a_last_word),
        cmocka_unit_test(a_program_hears_nothing_from_before_its_placing),
        cmocka_unit_test(a_taken_slot_a_bad_slot_and_a_bad_image_are_refused),
        cmocka_unit_test(a_slot_may_be_loaded_anew_before_its_end_was_handled),
        cmocka_unit_test(a_program_that_never_began_leaves_no_trace),
        cmocka_unit_test(ask_reaches_the_others_of_that_role_in_the_next_step),
        cmocka_unit_test(two_programs_cannot_chase_each_other_within_a_step),
        cmocka_unit_test(
            a_message_reaches_all_but_its_sender_four_times_a_second),
        cmocka_unit_test(here_and_is_look_at_the_other_programs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
