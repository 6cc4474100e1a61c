/* SPDX-License-Identifier: Apache-2.0 */
/* Order in time inside a reaction, what sounds again and again, bars of light,
 * fades and volume. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

/* Instructions; times below 128 ms take one byte. */
#define LATER(ms, skip) TN_OP_LATER, ms, skip
#define LATER_500(skip) TN_OP_LATER, 0xF4, 0x03, skip
#define AGAIN(n, ms, skip) TN_OP_AGAIN, n, ms, skip
#define HUM(s) TN_OP_HUM, s, 0
#define STOP(s) TN_OP_STOP, s
#define METER(l) TN_OP_METER, l, 0x01
#define COUNT_LEN 11u

static void begin(int states)
{
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", states);
}

static void run(void)
{
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
}

static void tap(void)
{
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
}

static int number(uint8_t n)
{
    return stage_number(&stage, 0, n);
}

static const struct tn_effect *find(uint8_t effect)
{
    for (uint8_t i = 0; i < stage.out.effect_count; i++) {
        if (stage.out.effects[i].number == effect) {
            return &stage.out.effects[i];
        }
    }
    return NULL;
}

static void what_waits_runs_when_its_time_has_come(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LATER_500(COUNT_LEN), COUNT(0), COUNT(1)));
    run();
    tap();
    assert_int_equal(number(0), 0);
    assert_int_equal(number(1), 1); /* what stands behind it runs at once */
    stage_step_ms(&stage, 496);
    assert_int_equal(number(0), 0);
    stage_step(&stage);
    assert_int_equal(number(0), 1);
    stage_step_ms(&stage, 2000);
    assert_int_equal(number(0), 1);
    assert_int_equal(number(1), 1);
}

static void its_registers_begin_with_0(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LDV(0, 9), LDV(1, 9), LATER(8, 3), STN(1, 0), STN(1, 1)));
    run();
    tap();
    assert_int_equal(number(1), 9);
    stage_step(&stage);
    assert_int_equal(number(0), 0);
    stage_step(&stage);
    assert_int_equal(number(0), 0);
}

static void send_message(tn_q16 force)
{
    struct tn_event event = {.number = TN_EVENT_MESSAGE,
                             .name = kit_hash("hit"),
                             .source = TN_SOURCE_PEER + 3,
                             .target = 0xFF,
                             .args = {force, 7 * TN_Q16_ONE, TN_UNKNOWN}};

    tn_play_post(&stage.play, &event);
    stage_step(&stage);
}

static void the_message_and_its_sender_stay_known(void **state)
{
    uint8_t hit;

    (void)state;
    begin(1);
    hit = kit_name(&kit, "hit");
    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, hit, NO_CODE,
              CODE(LATER(100, 17), LDA(0, 0), STN(0, 0), LDA(0, 1), STN(0, 1),
                   TN_OP_SENDTO, TN_TARGET_SENDER, hit, TN_REG_NONE, 0));
    run();
    send_message(5 * TN_Q16_ONE);
    stage_step_ms(&stage, 60);
    send_message(6 * TN_Q16_ONE);
    stage_step_ms(&stage, 36);
    assert_int_equal(number(0), 5);
    assert_int_equal(number(1), 7);
    assert_non_null(find(TN_EFFECT_SEND));
    assert_int_equal(find(TN_EFFECT_SEND)->key, TN_SOURCE_PEER + 3);
    stage_step_ms(&stage, 64);
    assert_int_equal(number(0), 6);
}

static void without_an_event_there_is_nothing_to_know(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER,
           CODE(LATER(8, 6), LDA(0, 0), STN(0, 0)));
    run();
    stage_step_ms(&stage, 12);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 0), TN_UNKNOWN);
}

/* s0 and its inner s1; s2 outside. */
static void begin_nested(void)
{
    begin(1);
    (void)kit_state(&kit, 0, kit_name(&kit, "inner"));
    (void)kit_state(&kit, NONE, kit_name(&kit, "other"));
    kit.start = 1;
    kit_on(&kit, 1, TN_EVENT_TAPPED, CODE(LATER(100, COUNT_LEN), COUNT(0)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(LATER(100, COUNT_LEN), COUNT(1)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LATER(100, COUNT_LEN), COUNT(2)));
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED, CODE(GO(0)));
    kit_on(&kit, ALWAYS, TN_EVENT_PUT_DOWN, CODE(GO(2)));
}

static void leaving_a_state_cancels_what_waits_in_it(void **state)
{
    (void)state;
    begin_nested();
    run();
    tap();
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF); /* out of the inner one only */
    stage_step_ms(&stage, 200);
    assert_int_equal(number(0), 0);
    assert_int_equal(number(1), 1);
    assert_int_equal(number(2), 1);

    begin_nested();
    run();
    tap();
    stage_post(&stage, TN_EVENT_PUT_DOWN, 0xFF);
    stage_step_ms(&stage, 200);
    assert_int_equal(number(0), 0);
    assert_int_equal(number(1), 0);
    assert_int_equal(number(2), 1); /* `always` lasts */
}

static void what_a_leave_reaction_starts_never_comes(void **state)
{
    (void)state;
    begin(2);
    kit_on(&kit, 0, TN_TRIGGER_LEAVE, CODE(LATER(8, COUNT_LEN), COUNT(0)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    run();
    tap();
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    stage_step_ms(&stage, 100);
    assert_int_equal(number(0), 0);
}

static void four_can_wait_and_more_are_counted(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LATER(100, COUNT_LEN), COUNT(0)));
    run();
    for (int i = 0; i < 6; i++) {
        tap();
    }
    assert_int_equal(tn_play_get_dropped(&stage.play), 2);
    stage_step_ms(&stage, 200);
    assert_int_equal(number(0), 4);
    tap(); /* there is room again */
    stage_step_ms(&stage, 200);
    assert_int_equal(number(0), 5);
}

static void again_comes_so_often_and_does_not_drift(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(AGAIN(15, 7, COUNT_LEN), COUNT(0))); /* 7 ms: no whole step */
    run();
    tap();
    for (int ms = 4; ms <= 160; ms += 4) {
        stage_step(&stage);
        assert_int_equal(number(0), ms / 7 < 15 ? ms / 7 : 15);
    }
}

static void what_waits_can_make_more_wait(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LATER(40, 2 * COUNT_LEN + 3), COUNT(0), LATER(40, COUNT_LEN),
                COUNT(1)));
    run();
    tap();
    stage_step_ms(&stage, 40);
    assert_int_equal(number(0), 1);
    stage_step_ms(&stage, 36);
    assert_int_equal(number(1), 0);
    stage_step(&stage);
    assert_int_equal(number(1), 1);
    stage_step_ms(&stage, 200);
    assert_int_equal(number(0), 1);
    assert_int_equal(number(1), 1);
}

static void what_is_due_together_comes_in_the_order_of_beginning(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LATER(40, 6), LDV(0, 1), STN(0, 0), LATER(40, 10), LDN(0, 0),
                PAIR(ADD, 0, 0), PAIR(ADD, 0, 0), STN(0, 0)));
    run();
    tap();
    stage_step_ms(&stage, 60);
    assert_int_equal(number(0), 4);
}

static void a_change_of_state_is_taken(void **state)
{
    (void)state;
    begin(2);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(LATER(40, 2), GO(1)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(COUNT(0)));
    run();
    tap();
    stage_step_ms(&stage, 40);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    assert_int_equal(number(0), 1);
}

static void the_machine_sleeps_until_then(void **state)
{
    static struct stage other;

    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(LATER_500(COUNT_LEN), COUNT(0)));
    run();
    tap();
    stage_step(&stage);
    assert_true(tn_play_is_idle(&stage.play));
    assert_true(tn_play_due_us(&stage.play) ==
                stage.in.time_us - TN_FRAME_US + 500000);
    memcpy(&other, &stage, sizeof stage);
    stage_step_ms(&stage, 492);
    other.in.time_us += 488000;
    stage_step(&other);
    assert_memory_equal(&stage.play, &other.play, sizeof stage.play);
    stage_step(&stage);
    assert_int_equal(number(0), 1);
}

static void a_program_that_ends_takes_it_along(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(LATER_500(COUNT_LEN), COUNT(0)));
    run();
    tap();
    tn_play_unload(&stage.play, 0);
    stage_step(&stage);
    assert_true(tn_play_due_us(&stage.play) == UINT64_MAX);
    stage_load(&stage, 0, &kit);
    stage_step_ms(&stage, 600);
    assert_int_equal(number(0), 0);
}

static enum tn_err verify(struct code body, struct tn_image_info *info)
{
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, body);
    kit_finish(&kit);
    return tn_play_verify(kit.image, kit.len, info);
}

#define DEEP(skip) TN_OP_LATER, 8, skip
#define NOP TN_OP_MOV, 0

static void what_may_not_wait_is_refused(void **state)
{
    static const struct {
        enum tn_err err;
        uint8_t len;
        uint8_t at; /* in the body */
        uint8_t body[32];
    } bad[] = {
        {TN_ERR_VALUE, 5, 1, {LATER(0, 2), NOP}},
        {TN_ERR_VALUE, 8, 1, {TN_OP_LATER, 0x81, 0x80, 0xD0, 0x0F, 2, NOP}},
        {TN_ERR_VALUE, 6, 1, {AGAIN(0, 8, 2), NOP}},
        {TN_ERR_VALUE, 6, 1, {AGAIN(16, 8, 2), NOP}},
        {TN_ERR_JUMP, 5, 2, {LATER(8, 3), NOP}}, /* beyond the end */
        {TN_ERR_END, 5, 4, {LATER(8, 1), NOP}},  /* cuts one */
        {TN_ERR_END, 2, 2, {TN_OP_LATER, 8}},    /* is cut */
        {TN_ERR_JUMP, 9, 7, {JMP(5), LATER(8, 4), NOP, NOP}}, /* into it */
        {TN_ERR_JUMP, 9, 5, {JMP(3), LATER(8, 4), NOP, NOP}},
        {TN_ERR_JUMP, 9, 4, {LATER(8, 4), JMP(3), NOP, NOP}}, /* out of it */
        {TN_ERR_FULL,
         27,
         26,
         {DEEP(24), DEEP(21), DEEP(18), DEEP(15), DEEP(12), DEEP(9), DEEP(6),
          DEEP(3), DEEP(0)}},
        {TN_ERR_OPERAND, 3, 1, {TN_OP_HUM, 2, 0}},
        {TN_ERR_OPERAND, 3, 1, {TN_OP_FADE, 2, 9}},
        {TN_ERR_VALUE, 3, 2, {TN_OP_FADE, 1, 0}},
        {TN_ERR_OPERAND, 2, 1, {TN_OP_VOLUME, 8}},
        {TN_ERR_OPERAND, 3, 1, {TN_OP_METER, 2, 0x01}},
        {TN_ERR_OPERAND, 3, 2, {TN_OP_METER, 1, 0x80}},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct tn_image_info info;
        struct code body = {bad[i].body, bad[i].len};

        assert_int_equal(verify(body, &info), bad[i].err);
        assert_int_equal(info.err_at, kit.len - bad[i].len + bad[i].at);
    }
}

static void it_may_be_eight_deep_and_jump_to_its_end(void **state)
{
    struct tn_image_info info;

    (void)state;
    assert_int_equal(verify(CODE(DEEP(21), DEEP(18), DEEP(15), DEEP(12),
                                 DEEP(9), DEEP(6), DEEP(3), DEEP(0)),
                            &info),
                     TN_OK);
    assert_int_equal(verify(CODE(LATER(8, 4), JMP(2), NOP), &info), TN_OK);
    assert_int_equal(verify(CODE(JMP(5), LATER(8, 2), NOP, NOP), &info), TN_OK);
    assert_int_equal(verify(CODE(LATER(8, 2), NOP, LATER(8, 2), NOP), &info),
                     TN_OK);
}

static void guards_and_while_blocks_cannot_wait(void **state)
{
    static const uint8_t opcodes[][4] = {{LATER(8, 0)},
                                         {AGAIN(1, 8, 0)},
                                         {HUM(0)},
                                         {TN_OP_FADE, 0, 9},
                                         {TN_OP_VOLUME, 0}};
    static const uint8_t lens[] = {3, 4, 3, 3, 2};

    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        struct code code = {opcodes[i], lens[i]};
        struct tn_image_info info;

        begin(1);
        kit_on(&kit, ALWAYS, TN_TRIGGER_WHILE, code);
        kit_finish(&kit);
        assert_int_equal(tn_play_verify(kit.image, kit.len, &info),
                         TN_ERR_OPCODE);
        begin(1);
        kit_react(&kit, ALWAYS, TN_EVENT_TAPPED, NO_ARG, code, NO_CODE);
        kit_finish(&kit);
        assert_int_equal(tn_play_verify(kit.image, kit.len, &info),
                         TN_ERR_OPCODE);
    }
}

#define PLAYS                                                                  \
    PLAY(0), PLAY(0), PLAY(0), PLAY(0), PLAY(0), PLAY(0), PLAY(0), PLAY(0)

/* What waits is no part of its reaction's work, but of what a timer may do. */
static void work_that_waits_is_bounded_by_itself(void **state)
{
    struct tn_image_info none, once, twice, late, both;

    (void)state;
    assert_int_equal(verify(CODE(LATER(8, 0)), &none), TN_OK);
    assert_int_equal(verify(CODE(PLAYS), &once), TN_OK);
    assert_int_equal(verify(CODE(PLAYS, PLAYS), &twice), TN_OK);
    assert_int_equal(verify(CODE(LATER(8, 24), PLAYS), &late), TN_OK);
    assert_int_equal(
        verify(CODE(LATER(8, 24), PLAYS, LATER(8, 24), PLAYS), &both), TN_OK);
    assert_true(twice.work_event - once.work_event > 20);
    assert_true(late.work_event > none.work_event);
    assert_true(late.work_event < once.work_event + 4);
    assert_int_equal(both.work_event, late.work_event);
}

static void a_tune_hums_until_its_state_is_left(void **state)
{
    (void)state;
    begin(2);
    kit_on(&kit, 0, TN_TRIGGER_ENTER, CODE(HUM(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    run();
    assert_non_null(find(TN_EFFECT_HUM));
    assert_int_equal(find(TN_EFFECT_HUM)->item, 1);
    assert_int_equal(find(TN_EFFECT_HUM)->key, 0xFF);
    tap();
    assert_int_equal(stage_count(&stage, TN_EFFECT_STOP), 1);
    assert_int_equal(find(TN_EFFECT_STOP)->item, 1);
}

/* Hummed by `always` and then stopped, or played once, nothing is left to end
 * when the state is left. */
static void what_was_stopped_is_not_stopped_again(void **state)
{
    static const uint8_t ends[][3] = {
        {STOP(1)}, {TN_OP_STOPALL}, {PLAY(1)}, {TN_OP_FADE, 1, 9}};
    static const uint8_t lens[] = {2, 1, 3, 3};

    (void)state;
    for (uint32_t i = 0; i < 4; i++) {
        begin(2);
        kit_on(&kit, 0, TN_TRIGGER_ENTER, CODE(HUM(1)));
        kit_on(&kit, 0, TN_EVENT_LIFTED, (struct code){ends[i], lens[i]});
        kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
        run();
        stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
        stage_step(&stage);
        tap();
        assert_int_equal(stage_count(&stage, TN_EFFECT_STOP), 0);
    }
}

static void what_always_hums_survives_a_change_of_state(void **state)
{
    (void)state;
    begin(2);
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED, CODE(HUM(0)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    run();
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
    stage_step(&stage);
    tap();
    assert_int_equal(stage_count(&stage, TN_EFFECT_STOP), 0);
}

static void a_fade_says_its_seconds_and_a_volume_its_part(void **state)
{
    (void)state;
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_FADE, 1, 0xDC, 0x0B, LDV(2, 3), TN_OP_VOLUME, 2));
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED, CODE(LDA(0, 2), TN_OP_VOLUME, 0));
    run();
    tap();
    assert_int_equal(find(TN_EFFECT_FADE)->item, 1);
    assert_int_equal(find(TN_EFFECT_FADE)->params[0], TN_Q16_ONE * 3 / 2);
    assert_int_equal(find(TN_EFFECT_VOLUME)->params[0], TN_Q16_ONE);
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF); /* unknown: it stays */
    stage_step(&stage);
    assert_null(find(TN_EFFECT_VOLUME));
}

static tn_q16 meter_of(uint8_t lit, uint8_t full)
{
    begin(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_LDV, 0, lit, TN_OP_LDV, 1, full, METER(1)));
    run();
    tap();
    assert_int_equal(find(TN_EFFECT_GLOW)->item, 1);
    return find(TN_EFFECT_GLOW)->params[0];
}

static void a_bar_of_light_shows_a_part(void **state)
{
    (void)state;
    assert_int_equal(meter_of(INT(3), INT(6)), TN_Q16_ONE / 2);
    assert_int_equal(meter_of(INT(7), INT(6)), TN_Q16_ONE);
    assert_int_equal(meter_of(INT(0), INT(6)), 0);
    assert_int_equal(meter_of(INT(3), INT(0)), 0);
    assert_int_equal(meter_of(2, INT(6)), 0); /* -1 */
    assert_int_equal(meter_of(2, 2), 0);
}

static void a_bar_in_while_follows_its_value(void **state)
{
    (void)state;
    begin(2);
    kit_on(&kit, 0, TN_TRIGGER_WHILE, CODE(LDS(0, SPEED), LDV(1, 1), METER(0)));
    kit_on(&kit, 0, TN_EVENT_LIFTED, CODE(GLOW(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    run();
    assert_int_equal(find(TN_EFFECT_GLOW)->params[0], 0);
    stage.in.signals[TN_SIGNAL_SPEED] = TN_Q16_ONE / 4;
    stage_step(&stage);
    assert_null(find(TN_EFFECT_GLOW)); /* it does not come to the top again */
    assert_int_equal(find(TN_EFFECT_METER)->params[0], TN_Q16_ONE / 4);
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
    stage_step(&stage);
    assert_null(find(TN_EFFECT_METER)); /* another light is there now */
    tap();
    assert_null(find(TN_EFFECT_DARK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_runs_when_its_time_has_come),
        cmocka_unit_test(its_registers_begin_with_0),
        cmocka_unit_test(the_message_and_its_sender_stay_known),
        cmocka_unit_test(without_an_event_there_is_nothing_to_know),
        cmocka_unit_test(leaving_a_state_cancels_what_waits_in_it),
        cmocka_unit_test(what_a_leave_reaction_starts_never_comes),
        cmocka_unit_test(four_can_wait_and_more_are_counted),
        cmocka_unit_test(again_comes_so_often_and_does_not_drift),
        cmocka_unit_test(what_waits_can_make_more_wait),
        cmocka_unit_test(what_is_due_together_comes_in_the_order_of_beginning),
        cmocka_unit_test(a_change_of_state_is_taken),
        cmocka_unit_test(the_machine_sleeps_until_then),
        cmocka_unit_test(a_program_that_ends_takes_it_along),
        cmocka_unit_test(what_may_not_wait_is_refused),
        cmocka_unit_test(it_may_be_eight_deep_and_jump_to_its_end),
        cmocka_unit_test(guards_and_while_blocks_cannot_wait),
        cmocka_unit_test(work_that_waits_is_bounded_by_itself),
        cmocka_unit_test(a_tune_hums_until_its_state_is_left),
        cmocka_unit_test(what_was_stopped_is_not_stopped_again),
        cmocka_unit_test(what_always_hums_survives_a_change_of_state),
        cmocka_unit_test(a_fade_says_its_seconds_and_a_volume_its_part),
        cmocka_unit_test(a_bar_of_light_shows_a_part),
        cmocka_unit_test(a_bar_in_while_follows_its_value),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
