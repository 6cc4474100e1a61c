/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: conditions, timers, `while` blocks, and steps over a gap. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

static void begin_alone(void)
{
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
}

static void set_signal(uint8_t signal, tn_q16 v)
{
    stage.in.signals[signal] = v;
}

static void a_condition_fires_once_each_time_it_becomes_true(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, MOVING)),
              CODE(COUNT(0)));
    begin_alone();
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    for (int i = 1; i <= 3; i++) {
        set_signal(TN_SIGNAL_MOVING, TN_Q16_ONE);
        stage_step_ms(&stage, 20);
        assert_int_equal(stage_number(&stage, 0, 0), i);
        set_signal(TN_SIGNAL_MOVING, i == 1 ? TN_UNKNOWN : 0);
        stage_step_ms(&stage, 20);
        assert_int_equal(stage_number(&stage, 0, 0), i);
    }
}

static void a_condition_sees_the_number_after_each_event(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(COUNT(0)));
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG,
              CODE(LDN(0, 0), LDV(1, 2), PAIR(EQ, 0, 1)), CODE(GO(1)));
    begin_alone();
    stage_step(&stage);
    for (int i = 0; i < 3; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    }
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 2);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 3);
}

static void a_condition_that_holds_fires_on_every_entry(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_react(&kit, 1, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, DOCKED)),
              CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, DOCKED)),
              CODE(COUNT(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    kit_on(&kit, 1, TN_EVENT_TAPPED, CODE(GO(1)));
    begin_alone();
    set_signal(TN_SIGNAL_DOCKED, TN_Q16_ONE);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    for (int i = 1; i <= 3; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
        stage_step(&stage); /* in the very step of the entry */
        assert_int_equal(stage_number(&stage, 0, 0), i);
        stage_step(&stage);
        assert_int_equal(stage_number(&stage, 0, 0), i);
    }
    assert_int_equal(stage_number(&stage, 0, 1), 1);
}

static void
a_condition_entered_late_in_a_step_keeps_the_machine_awake(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 3);
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, DOCKED)),
              CODE(GO(1)));
    kit_react(&kit, 1, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, DOCKED)),
              CODE(GO(2)));
    begin_alone();
    set_signal(TN_SIGNAL_DOCKED, TN_Q16_ONE);
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 2);
    stage_step(&stage);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_lasting_condition_counts_from_beginning_or_entry(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_react(&kit, 1, TN_TRIGGER_COND_FOR, 100, CODE(LDS(0, STILL)),
              CODE(COUNT(0)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(GO(1)));
    begin_alone();
    set_signal(TN_SIGNAL_STILL, TN_Q16_ONE);
    stage_step_ms(&stage, 400); /* still, but not in state 1 */
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_due_us(&stage.play), stage.in.time_us + 100000);
    assert_true(tn_play_is_idle(&stage.play));
    stage_step_ms(&stage, 96);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    stage_step_ms(&stage, 400);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    set_signal(TN_SIGNAL_STILL, 0);
    stage_step(&stage);
    set_signal(TN_SIGNAL_STILL, TN_Q16_ONE);
    stage_step_ms(&stage, 100); /* interrupted */
    set_signal(TN_SIGNAL_STILL, 0);
    stage_step(&stage);
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    set_signal(TN_SIGNAL_STILL, TN_Q16_ONE);
    stage_step_ms(&stage, 100);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 2);
}

static void after_fires_once_and_leaving_cancels_it(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 40, NO_CODE, CODE(COUNT(0)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    kit_on(&kit, 1, TN_EVENT_TAPPED, CODE(GO(0)));
    begin_alone();
    stage_step_ms(&stage, 36);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    assert_int_equal(tn_play_due_us(&stage.play), 1040000);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    stage_step_ms(&stage, 100);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    for (int i = 0; i < 3; i++) { /* to 1, back to 0, to 1 in time */
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
        stage_step_ms(&stage, 20);
    }
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    stage_step_ms(&stage, 100);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
}

static void a_timer_s_guard_is_asked_when_it_is_due(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_EVERY, 20, CODE(LDS(0, MOVING)),
              CODE(COUNT(0)));
    begin_alone();
    stage_step_ms(&stage, 60);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    set_signal(TN_SIGNAL_MOVING, TN_Q16_ONE);
    stage_step_ms(&stage, 60);
    assert_int_equal(stage_number(&stage, 0, 0), 3);
}

static void every_fires_again_and_again(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 10, NO_CODE, CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 1, NO_CODE, CODE(COUNT(1)));
    begin_alone();
    stage_step_ms(&stage, 1000);
    assert_int_equal(stage_number(&stage, 0, 0), 100);
    assert_int_equal(stage_number(&stage, 0, 1), 1000);
    assert_int_equal(tn_play_due_us(&stage.play), stage.in.time_us + 1000);
}

static void timers_fire_in_the_order_in_which_they_are_due(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 7, NO_CODE, CODE(PLAY(1)));
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 6, NO_CODE, CODE(GLOW(0)));
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 6, NO_CODE, CODE(GLOW(1)));
    begin_alone();
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    stage_step(&stage);

    const struct tn_effect *effect = stage.out.effects;

    assert_int_equal(stage.out.effect_count, 6);
    for (uint8_t i = 0; i < 4; i++) {
        assert_int_equal(effect[i].number, TN_EFFECT_GLOW);
        assert_int_equal(effect[i].program, i / 2);
        assert_int_equal(effect[i].item, i % 2);
    }
    assert_int_equal(effect[4].number, TN_EFFECT_PLAY);
    assert_int_equal(effect[4].program, 0);
    assert_int_equal(effect[5].program, 1);
}

static void timers_come_before_conditions_that_have_lasted(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_COND_FOR, 1, CODE(LDS(0, STILL)),
              CODE(PLAY(0)));
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 8, NO_CODE, CODE(PLAY(1)));
    begin_alone();
    set_signal(TN_SIGNAL_STILL, TN_Q16_ONE);
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 2);
    assert_int_equal(stage.out.effects[0].item, 1);
    assert_int_equal(stage.out.effects[1].item, 0);
}

static void what_a_long_gap_left_undone_is_made_up_bit_by_bit(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_EVERY, 100, NO_CODE, CODE(COUNT(0)));
    begin_alone();
    stage_step(&stage);
    stage.in.time_us += 10000000;
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 8);
    assert_true(tn_play_due_us(&stage.play) < stage.in.time_us);
    stage_step_ms(&stage, 60);
    assert_int_equal(stage_number(&stage, 0, 0), 100);
    assert_true(tn_play_due_us(&stage.play) > stage.in.time_us);
    stage.in.time_us = UINT64_MAX / 2; /* no endless loop, whatever the gap */
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 100 + 8);
}

static void elapsed_counts_from_the_innermost_entry(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 3);
    kit.states[2] = 0; /* 1 is inside 0 */
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(LDS(0, ELAPSED), STN(0, 0)));
    kit_on(&kit, 0, TN_EVENT_LIFTED, CODE(GO(1)));
    kit_on(&kit, 1, TN_EVENT_SHAKEN, CODE(GO(0)));
    begin_alone();
    stage_step_ms(&stage, 1996);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 0), 2 * TN_Q16_ONE);
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
    stage_step(&stage);
    stage_step_ms(&stage, 496);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 0), TN_Q16_ONE / 2);
    stage_post(&stage, TN_EVENT_SHAKEN, 0xFF); /* out; 0 was never left */
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    stage.in.time_us = 4000000 - TN_FRAME_US;
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 0), 3 * TN_Q16_ONE);
    stage.in.time_us += 40000ull * 1000000;
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 0), TN_Q16_MAX);
}

/* The only effect of that sort in the last step. */
static const struct tn_effect *find_effect(uint8_t number)
{
    const struct tn_effect *found = NULL;

    assert_int_equal(stage_count(&stage, number), 1);
    for (uint8_t i = 0; i < stage.out.effect_count; i++) {
        if (stage.out.effects[i].number == number) {
            found = &stage.out.effects[i];
        }
    }
    return found;
}

static void
a_while_block_holds_with_live_parameters_until_released(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_on(&kit, 1, TN_TRIGGER_WHILE, CODE(TN_OP_HOLD, 0, 0));
    kit_react(&kit, 0, TN_TRIGGER_WHILE, NO_ARG, CODE(LDS(0, MOVING)),
              CODE(LDS(1, SPEED), TN_OP_HOLD, 1, 1, 0x01, GLOW(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    begin_alone();
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 0);
    assert_true(tn_play_is_idle(&stage.play));
    set_signal(TN_SIGNAL_MOVING, TN_Q16_ONE);
    for (int i = 0; i < 3; i++) {
        set_signal(TN_SIGNAL_SPEED, 100 + i);
        stage_step(&stage);
        assert_int_equal(find_effect(TN_EFFECT_HOLD)->item, 1);
        assert_int_equal(find_effect(TN_EFFECT_HOLD)->key, 1);
        assert_int_equal(find_effect(TN_EFFECT_HOLD)->params[0], 100 + i);
        assert_int_equal(find_effect(TN_EFFECT_HOLD)->params[1], TN_UNKNOWN);
        assert_int_equal(stage_count(&stage, TN_EFFECT_GLOW), i == 0);
        assert_false(tn_play_is_idle(&stage.play));
    }
    set_signal(TN_SIGNAL_MOVING, 0);
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 2);
    assert_int_equal(find_effect(TN_EFFECT_RELEASE)->key, 1);
    assert_int_equal(find_effect(TN_EFFECT_DARK)->key, 1);
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 0);
    set_signal(TN_SIGNAL_MOVING, TN_Q16_ONE);
    stage_step(&stage);
    assert_int_equal(stage_count(&stage, TN_EFFECT_GLOW), 1);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage); /* left: released at once, the other begins */
    assert_int_equal(find_effect(TN_EFFECT_RELEASE)->key, 1);
    assert_int_equal(find_effect(TN_EFFECT_HOLD)->key, 0);
}

static void a_while_block_takes_away_no_light_but_its_own(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, 0, TN_TRIGGER_WHILE, NO_ARG, CODE(LDS(0, MOVING)),
              CODE(GLOW(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GLOW(0)));
    begin_alone();
    set_signal(TN_SIGNAL_MOVING, TN_Q16_ONE);
    stage_step(&stage);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    set_signal(TN_SIGNAL_MOVING, 0);
    stage_step(&stage);
    assert_int_equal(stage_count(&stage, TN_EFFECT_RELEASE), 1);
    assert_int_equal(stage_count(&stage, TN_EFFECT_DARK), 0);
}

static void leaving_and_entering_again_releases_and_lights_again(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit.states[0] = 1; /* 0 is inside 1 */
    kit_on(&kit, 0, TN_TRIGGER_WHILE, CODE(GLOW(0)));
    kit_on(&kit, 1, TN_TRIGGER_WHILE, CODE(TN_OP_HOLD, 0, 0));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(0)));
    begin_alone();
    stage_step(&stage);
    assert_int_equal(find_effect(TN_EFFECT_GLOW)->key, 0);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(stage.out.effect_count, 4);
    assert_int_equal(stage.out.effects[0].number, TN_EFFECT_RELEASE);
    assert_int_equal(stage.out.effects[0].key, 0);
    assert_int_equal(stage.out.effects[1].number, TN_EFFECT_DARK);
    assert_int_equal(stage.out.effects[2].number, TN_EFFECT_GLOW);
    assert_int_equal(stage.out.effects[3].number, TN_EFFECT_HOLD);
}

static void a_condition_on_the_clock_keeps_the_machine_awake(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG,
              CODE(LDV(0, 1), LDS(1, ELAPSED), PAIR(LT, 0, 1)), CODE(GO(1)));
    begin_alone();
    stage_step_ms(&stage, 1000);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 0);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    stage_step(&stage);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_step_over_a_gap_equals_the_quiet_steps_in_it(void **state)
{
    static struct stage other;

    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_react(&kit, 0, TN_TRIGGER_AFTER, 5000, NO_CODE, CODE(GO(1)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 3000, NO_CODE, CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_COND_FOR, 2000, CODE(LDS(0, STILL)),
              CODE(COUNT(1)));
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, STILL)),
              CODE(COUNT(2)));
    kit_react(&kit, 0, TN_TRIGGER_WHILE, NO_ARG, CODE(LDS(0, MOVING)),
              CODE(TN_OP_HOLD, 0, 0));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(COUNT(3), PLAY(0)));
    begin_alone();
    set_signal(TN_SIGNAL_STILL, TN_Q16_ONE);
    stage_step_ms(&stage, 20);
    memcpy(&other, &stage, sizeof stage);
    for (int i = 0; i < 4; i++) {
        while (stage.in.time_us + TN_FRAME_US < tn_play_due_us(&stage.play)) {
            assert_true(tn_play_is_idle(&stage.play));
            stage_step(&stage);
        }
        other.in.time_us = stage.in.time_us - TN_FRAME_US;
        stage_step(&other);
        assert_memory_equal(&stage.play, &other.play, sizeof stage.play);
        stage_step_ms(&stage, 8);
        stage_step_ms(&other, 8);
        assert_memory_equal(&stage.play, &other.play, sizeof stage.play);
    }
    assert_int_equal(stage_number(&stage, 0, 0), 2);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
    assert_int_equal(stage_number(&stage, 0, 2), 1);
    assert_int_equal(stage_number(&stage, 0, 3), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_condition_fires_once_each_time_it_becomes_true),
        cmocka_unit_test(a_condition_sees_the_number_after_each_event),
        cmocka_unit_test(a_condition_that_holds_fires_on_every_entry),
        cmocka_unit_test(
            a_condition_entered_late_in_a_step_keeps_the_machine_awake),
        cmocka_unit_test(a_lasting_condition_counts_from_beginning_or_entry),
        cmocka_unit_test(after_fires_once_and_leaving_cancels_it),
        cmocka_unit_test(a_timer_s_guard_is_asked_when_it_is_due),
        cmocka_unit_test(every_fires_again_and_again),
        cmocka_unit_test(timers_fire_in_the_order_in_which_they_are_due),
        cmocka_unit_test(timers_come_before_conditions_that_have_lasted),
        cmocka_unit_test(what_a_long_gap_left_undone_is_made_up_bit_by_bit),
        cmocka_unit_test(elapsed_counts_from_the_innermost_entry),
        cmocka_unit_test(
            a_while_block_holds_with_live_parameters_until_released),
        cmocka_unit_test(a_while_block_takes_away_no_light_but_its_own),
        cmocka_unit_test(leaving_and_entering_again_releases_and_lights_again),
        cmocka_unit_test(a_condition_on_the_clock_keeps_the_machine_awake),
        cmocka_unit_test(a_step_over_a_gap_equals_the_quiet_steps_in_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
