/* SPDX-License-Identifier: Apache-2.0 */
/* The bare brick's program beside those of tags. */
#include "play_kit.h"

static struct kit bare;
static struct kit tile;
static struct stage stage;

#define BARE 4

/* s0 with s1 inside it, s2: numbers count entering (0, 1), leaving s0 (2), what
 * `always` (3), s0 (4) and a timer of s0 (5) do. */
static void begin(void)
{
    kit_begin(&bare, TN_IMAGE_BRICK, "robot", 1);
    (void)kit_state(&bare, 0, kit_name(&bare, "inner"));
    (void)kit_state(&bare, NONE, kit_name(&bare, "other"));
    bare.start = 1;
    kit_on(&bare, 1, TN_TRIGGER_ENTER, CODE(COUNT(1)));
    kit_on(&bare, 0, TN_TRIGGER_ENTER, CODE(COUNT(0)));
    kit_on(&bare, 0, TN_TRIGGER_LEAVE, CODE(COUNT(2)));
    kit_on(&bare, 0, TN_EVENT_TAPPED, CODE(COUNT(4)));
    kit_react(&bare, 0, TN_TRIGGER_AFTER, 100, NO_CODE, CODE(COUNT(5)));
    kit_on(&bare, ALWAYS, TN_EVENT_TAPPED, CODE(COUNT(3)));
    kit_on(&bare, ALWAYS, TN_EVENT_LIFTED, CODE(GO(2)));
    kit_begin(&tile, TN_IMAGE_TILE, "vehicle", 1);
    stage_begin(&stage);
}

static void tap(void)
{
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
}

static int number(uint8_t n)
{
    return stage_number(&stage, BARE, n);
}

static void alone_it_is_a_program_like_others(void **state)
{
    (void)state;
    begin();
    stage_load(&stage, BARE, &bare);
    stage_step(&stage);
    assert_int_equal(tn_play_get_bare(&stage.play), BARE);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), 1);
    tap();
    assert_int_equal(number(3), 1);
    assert_int_equal(number(4), 1);
    stage_step_ms(&stage, 100);
    assert_int_equal(number(5), 1);
}

static void beside_a_tag_only_always_plays(void **state)
{
    (void)state;
    begin();
    stage_load(&stage, BARE, &bare);
    stage_step(&stage);
    stage_load(&stage, 0, &tile);
    stage_step(&stage);
    assert_int_equal(number(2), 1); /* it has left its state */
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
    tap();
    assert_int_equal(number(3), 1);
    assert_int_equal(number(4), 0);
    stage_step_ms(&stage, 200);
    assert_int_equal(number(5), 0);
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF); /* it has no state to go to */
    stage_step_ms(&stage, 8);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
    assert_true(tn_play_is_idle(&stage.play));
}

static void when_the_last_tag_has_gone_it_starts_again(void **state)
{
    (void)state;
    begin();
    stage_load(&stage, BARE, &bare);
    stage_load(&stage, 0, &tile);
    stage_load(&stage, 1, &tile);
    stage_step_ms(&stage, 20);
    tn_play_unload(&stage.play, 0);
    stage_step_ms(&stage, 8);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
    tn_play_unload(&stage.play, 1);
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), 1);
    assert_int_equal(number(0), number(1));
    tap();
    assert_int_equal(number(4), 1);
    stage_step_ms(&stage, 100);
    assert_int_equal(number(5), 1); /* its timers count from then */
}

static void loaded_beside_a_tag_it_begins_without_a_state(void **state)
{
    (void)state;
    begin();
    stage_load(&stage, 0, &tile);
    stage_step_ms(&stage, 8);
    stage_load(&stage, BARE, &bare);
    stage_step_ms(&stage, 8);
    assert_int_equal(number(0), 0);
    assert_int_equal(number(2), 0);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
    tn_play_unload(&stage.play, 0);
    stage_step(&stage);
    assert_int_equal(number(0), 1);
    assert_int_equal(number(1), 1);
}

static void a_tag_that_comes_as_another_goes_changes_nothing(void **state)
{
    (void)state;
    begin();
    stage_load(&stage, BARE, &bare);
    stage_load(&stage, 0, &tile);
    stage_step_ms(&stage, 20);
    tn_play_unload(&stage.play, 0);
    stage_load(&stage, 1, &tile);
    stage_step_ms(&stage, 20);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
    stage_load(&stage, 0, &tile);
    tn_play_unload(&stage.play, 1);
    stage_step_ms(&stage, 20);
    assert_int_equal(tn_play_get_state(&stage.play, BARE), NONE);
}

static void others_see_no_state_of_it_beside_them(void **state)
{
    uint8_t robot, inner;

    (void)state;
    begin();
    robot = kit_name(&tile, "robot");
    inner = kit_name(&tile, "inner");
    kit_on(&tile, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_IS, 0, robot, inner, STN(0, 0), TN_OP_HERE, 0, robot,
                STN(0, 1), TN_OP_ASK, TN_ROLE_BRICK, robot));
    kit_react(&bare, ALWAYS, TN_EVENT_ACTION, 0, NO_CODE, CODE(COUNT(7)));
    stage_load(&stage, BARE, &bare);
    stage_load(&stage, 0, &tile);
    stage_load(&stage, 1, &tile);
    stage_step_ms(&stage, 8);
    tap();
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
    assert_int_equal(number(7), 2); /* it alone has been asked, by both */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone_it_is_a_program_like_others),
        cmocka_unit_test(beside_a_tag_only_always_plays),
        cmocka_unit_test(when_the_last_tag_has_gone_it_starts_again),
        cmocka_unit_test(loaded_beside_a_tag_it_begins_without_a_state),
        cmocka_unit_test(a_tag_that_comes_as_another_goes_changes_nothing),
        cmocka_unit_test(others_see_no_state_of_it_beside_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
