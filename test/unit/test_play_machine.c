/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: events, states and programs together, step by step. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

/* Number 0 keeps what happened, in order: each mark is one more digit. */
#define MARK(digit)                                                            \
    LDN(0, 0), LDV(1, 10), PAIR(MUL, 0, 1), LDV(1, digit), PAIR(ADD, 0, 1),    \
        STN(0, 0)

static int marks(void)
{
    return stage_number(&stage, 0, 0);
}

static void clear_marks(void)
{
    stage.play.programs[0].numbers[0] = 0;
}

/* A tile alone on the stage, begun; what it marked on the way is cleared. */
static void begin_alone(void)
{
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    clear_marks();
}

static void a_program_enters_from_outside_in_and_then_is_placed(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit.states[0] = 1; /* 0, the start, is inside 1 */
    kit_on(&kit, ALWAYS, TN_EVENT_PLACED, CODE(MARK(4)));
    kit_on(&kit, 0, TN_TRIGGER_ENTER, CODE(MARK(3)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(MARK(2)));
    kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER, CODE(MARK(1)));
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    assert_int_equal(marks(), 0); /* in the next step, not before */
    assert_int_equal(tn_play_get_state(&stage.play, 0), 0);
    stage_step(&stage);
    assert_int_equal(marks(), 1234);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.events[0].number, TN_EVENT_PLACED);
    assert_int_equal(stage.out.events[0].source, 0);
    assert_int_equal(stage.out.handled[0], 1);
    stage_step(&stage);
    assert_int_equal(marks(), 1234);
}

static void reactions_run_innermost_first_in_the_order_written(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 3);
    kit.states[0] = 1;
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(MARK(5)));
    kit_on(&kit, 1, TN_EVENT_TAPPED, CODE(MARK(3)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(MARK(1)));
    kit_on(&kit, 2, TN_EVENT_TAPPED, CODE(MARK(9)));
    kit_on(&kit, 0, TN_EVENT_SHAKEN, CODE(MARK(8)));
    kit_react(&kit, 0, TN_EVENT_TAPPED, NO_ARG, CODE(LDV(0, 0)), CODE(MARK(7)));
    kit_react(&kit, 1, TN_EVENT_TAPPED, NO_ARG, CODE(LDV(0, 1)), CODE(MARK(4)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(MARK(2)));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(marks(), 12345);
    assert_int_equal(stage.out.handled[0], 1);
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.handled[0], 0);
}

static void the_first_change_asked_for_comes_after_all_reactions(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 3);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1), MARK(1)));
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(2)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(MARK(2)));
    kit_on(&kit, 0, TN_TRIGGER_LEAVE, CODE(MARK(3)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(MARK(4)));
    kit_on(&kit, 2, TN_TRIGGER_ENTER, CODE(MARK(9)));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(marks(), 1234);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
}

/* States 0 and 1 inside 2, 3 inside 4, all of them marking. */
static void make_nest(void)
{
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 5);
    kit.states[0] = 2;
    kit.states[2] = 2;
    kit.states[6] = 4;
    for (uint8_t s = 0; s < 5; s++) {
        kit_on(&kit, s, TN_TRIGGER_ENTER, CODE(MARK(s + 1)));
        kit_on(&kit, s, TN_TRIGGER_LEAVE, CODE(MARK(s + 1)));
    }
}

/* What is marked when the program goes from state `from` to state `to`. */
static int marks_of_change(uint8_t from, uint8_t to)
{
    make_nest();
    kit.start = from;
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(GO(to)));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), to);
    return marks();
}

static void
only_states_that_end_are_left_and_only_new_ones_entered(void **state)
{
    (void)state;
    assert_int_equal(marks_of_change(0, 1), 12);   /* within 2 */
    assert_int_equal(marks_of_change(0, 0), 11);   /* again */
    assert_int_equal(marks_of_change(0, 2), 1);    /* out to the parent */
    assert_int_equal(marks_of_change(2, 0), 1);    /* in from the parent */
    assert_int_equal(marks_of_change(2, 2), 33);   /* again, the outer one */
    assert_int_equal(marks_of_change(0, 3), 1354); /* inner 0, outer 2 */
    assert_int_equal(marks_of_change(4, 1), 532);
}

static void a_change_of_state_ends_the_step_for_events(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    kit_on(&kit, 1, TN_EVENT_TAPPED, CODE(MARK(1)));
    kit_on(&kit, 1, TN_EVENT_SHAKEN, CODE(MARK(2), GO(0)));
    begin_alone();
    stage_post(&stage, TN_EVENT_LIFTED, 0xFF);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_post(&stage, TN_EVENT_SHAKEN, 0xFF);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 2);
    assert_int_equal(marks(), 0);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 2);
    assert_int_equal(marks(), 12);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 0);
}

static void a_change_asked_for_on_entry_is_taken_in_the_next_step(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 3);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(GO(1)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(GO(2), PLAY(0)));
    kit_on(&kit, 1, TN_TRIGGER_LEAVE, CODE(GO(0))); /* is leaving already */
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 1);
    assert_int_equal(stage_count(&stage, TN_EFFECT_PLAY), 1);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 2);
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(tn_play_get_state(&stage.play, 0), 2);
}

static void two_that_change_for_ever_do_not_stop_the_events(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_on(&kit, 0, TN_TRIGGER_ENTER, CODE(GO(1)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(GO(0)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(COUNT(1)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 1, NO_CODE, CODE(COUNT(2)));
    begin_alone();
    for (int i = 1; i <= 20; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
        stage_step(&stage);
        assert_int_equal(tn_play_get_state(&stage.play, 0), i % 2 ? 0 : 1);
    }
    /* events and timers, one a step, take turns */
    assert_int_equal(stage_number(&stage, 0, 1), 10);
    assert_int_equal(stage_number(&stage, 0, 2), 10);
}

static void the_event_tells_its_arguments_to_its_reactions_only(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    kit_on(&kit, 0, TN_EVENT_TAPPED,
           CODE(LDA(0, 0), STN(0, 1), LDA(0, 1), STN(0, 2), GO(1)));
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(LDA(0, 0), STN(0, 3)));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 1), TN_Q16_ONE / 2);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 2), TN_UNKNOWN);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 3), TN_UNKNOWN);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 8), TN_UNKNOWN);
    assert_int_equal(tn_play_get_number(&stage.play, 1, 0), TN_UNKNOWN);
    assert_int_equal(tn_play_get_number(&stage.play, 9, 0), TN_UNKNOWN);
}

/* What `first` becomes by `op` with `second`, both in Q16.16. */
static tn_q16 compute(uint8_t op, tn_q16 first, tn_q16 second)
{
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LDN(3, 1), LDN(4, 2), op, 0x34, STN(3, 3), STN(4, 4)));
    begin_alone();
    stage.play.programs[0].numbers[1] = first;
    stage.play.programs[0].numbers[2] = second;
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 4), second);
    return tn_play_get_number(&stage.play, 0, 3);
}

static void instructions_compute_as_specified(void **state)
{
    const tn_q16 one = TN_Q16_ONE;
    const tn_q16 none = TN_UNKNOWN;
    static const struct {
        uint8_t op;
        tn_q16 first, second, result;
    } cases[] = {
        {TN_OP_MOV, one, 5 * one, 5 * one},
        {TN_OP_MOV, one, none, none},
        {TN_OP_ADD, one, one / 2, one * 3 / 2},
        {TN_OP_ADD, TN_Q16_MAX, one, TN_Q16_MAX},
        {TN_OP_ADD, none, one, none},
        {TN_OP_SUB, one, 3 * one, -2 * one},
        {TN_OP_MUL, 3 * one, one / 2, one * 3 / 2},
        {TN_OP_DIV, 3 * one, 2 * one, one * 3 / 2},
        {TN_OP_DIV, 3 * one, 0, 0},
        {TN_OP_LT, one, 2 * one, one},
        {TN_OP_LT, one, one, 0},
        {TN_OP_LT, none, one, 0},
        {TN_OP_LE, one, one, one},
        {TN_OP_LE, 2 * one, one, 0},
        {TN_OP_LE, one, none, 0},
        {TN_OP_EQ, one, one, one},
        {TN_OP_EQ, one, one + 1, 0},
        {TN_OP_EQ, none, none, 0},
        {TN_OP_NE, one, one + 1, one},
        {TN_OP_NE, one, one, 0},
        {TN_OP_NE, one, none, 0},
        {TN_OP_AND, one, 1, one},
        {TN_OP_AND, one, 0, 0},
        {TN_OP_AND, one, none, 0},
        {TN_OP_OR, 0, 1, one},
        {TN_OP_OR, 0, 0, 0},
        {TN_OP_OR, none, 0, 0},
        {TN_OP_OR, none, one, one},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(compute(cases[i].op, cases[i].first, cases[i].second),
                         cases[i].result);
    }
}

/* Number 1, made by `code` from number 0 = `v` in r0; the answer is in r0. */
static tn_q16 compute_one(struct code code, tn_q16 v)
{
    uint8_t body[32] = {LDN(0, 1)};

    memcpy(body + 3, code.bytes, code.len);
    body[3 + code.len] = TN_OP_STN;
    body[4 + code.len] = 0;
    body[5 + code.len] = 1;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, (struct code){body, 6 + code.len});
    begin_alone();
    stage.play.programs[0].numbers[1] = v;
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    return tn_play_get_number(&stage.play, 0, 1);
}

static void jumps_negation_and_constants_work(void **state)
{
    const struct code not = CODE(TN_OP_NOT, 0);
    const struct code neg = CODE(TN_OP_NEG, 0);
    const struct code jz = CODE(JZ(0, 5), LDV(0, 7), JMP(3), LDV(0, 9));
    const struct code half = CODE(TN_OP_LDV, 0, 0x81, 0x80, 0x08);

    (void)state;
    assert_int_equal(compute_one(not, 0), TN_Q16_ONE);
    assert_int_equal(compute_one(not, 3), 0);
    assert_int_equal(compute_one(not, TN_UNKNOWN), 0);
    assert_int_equal(compute_one(neg, 5), -5);
    assert_int_equal(compute_one(neg, TN_UNKNOWN), TN_UNKNOWN);
    assert_int_equal(compute_one(neg, TN_Q16_MAX), TN_Q16_MIN);
    assert_int_equal(compute_one(jz, 1), 7 * TN_Q16_ONE);
    assert_int_equal(compute_one(jz, 0), 9 * TN_Q16_ONE);
    assert_int_equal(compute_one(jz, TN_UNKNOWN), 9 * TN_Q16_ONE);
    assert_int_equal(compute_one(half, 0), TN_Q16_ONE / 2);
}

static void registers_begin_with_zero_in_every_piece_of_code(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_react(&kit, ALWAYS, TN_EVENT_TAPPED, NO_ARG, CODE(LDV(0, 1), LDV(7, 5)),
              CODE(STN(7, 1), STN(0, 2)));
    begin_alone();
    stage.play.programs[0].numbers[1] = 1;
    stage.play.programs[0].numbers[2] = 1;
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 1), 0);
    assert_int_equal(tn_play_get_number(&stage.play, 0, 2), 0);
}

static void effects_carry_what_was_asked_for(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(LDV(2, 3), TN_OP_PLAY, 1, 2, 0x12, 0x30, TN_OP_STOP, 1,
                TN_OP_STOPALL, GLOW(1), TN_OP_DARK));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    stage_step(&stage);

    const struct tn_effect *effect = stage.out.effects;
    const uint8_t numbers[] = {TN_EFFECT_PLAY, TN_EFFECT_STOP,
                               TN_EFFECT_STOP_ALL, TN_EFFECT_GLOW,
                               TN_EFFECT_DARK};

    assert_int_equal(stage.out.effect_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(effect[i].number, numbers[i]);
        assert_int_equal(effect[i].program, 0);
        assert_int_equal(effect[i].key, 0xFF);
    }
    assert_int_equal(effect[0].item, 1);
    assert_int_equal(effect[0].params[0], TN_UNKNOWN);
    assert_int_equal(effect[0].params[1], 3 * TN_Q16_ONE);
    assert_int_equal(effect[0].params[2], TN_UNKNOWN);
    assert_int_equal(effect[0].params[3], 0);
    assert_int_equal(effect[1].item, 1);
    assert_int_equal(effect[3].item, 1);
}

static void effects_that_end_something_find_room(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_STOPALL, PLAY(0), PLAY(0), PLAY(0), PLAY(1),
                TN_OP_STOPALL, PLAY(0), PLAY(0), PLAY(0), PLAY(1)));
    kit_on(&kit, ALWAYS, TN_EVENT_SHAKEN, CODE(TN_OP_DARK));
    begin_alone();
    for (int i = 0; i < 4; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    }
    stage_post(&stage, TN_EVENT_SHAKEN, 0xFF);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 5);
    assert_int_equal(stage.out.effect_count, TN_EFFECT_CAP);
    assert_int_equal(stage_count(&stage, TN_EFFECT_STOP_ALL), 8);
    assert_int_equal(stage_count(&stage, TN_EFFECT_DARK), 1);
    assert_int_equal(tn_play_get_dropped(&stage.play), 9);
}

static void events_go_to_all_or_to_their_target(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_RETURNED, CODE(COUNT(0)));
    stage_begin(&stage);
    stage_load(&stage, 1, &kit);
    stage_load(&stage, 3, &kit);
    stage_step(&stage);
    stage_post(&stage, TN_EVENT_RETURNED, 0xFF);
    stage_post(&stage, TN_EVENT_RETURNED, 3);
    stage_post(&stage, TN_EVENT_RETURNED, 2);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 3);
    assert_int_equal(stage.out.handled[0], 0x0A);
    assert_int_equal(stage.out.handled[1], 0x08);
    assert_int_equal(stage.out.handled[2], 0x00);
    assert_int_equal(stage_number(&stage, 1, 0), 1);
    assert_int_equal(stage_number(&stage, 3, 0), 2);
}

static void
what_only_the_machine_may_say_or_nobody_knows_is_dropped(void **state)
{
    const uint8_t numbers[] = {TN_EVENT_PLACED,
                               TN_EVENT_REMOVED,
                               TN_EVENT_PLACED_OTHER,
                               TN_EVENT_REMOVED_OTHER,
                               TN_TRIGGER_ENTER,
                               0,
                               0xFF};

    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    begin_alone();
    for (size_t i = 0; i < sizeof numbers; i++) {
        stage_post(&stage, numbers[i], 0);
    }
    stage_post(&stage, TN_EVENT_TAPPED, TN_PROGRAM_CAP);
    assert_int_equal(tn_play_get_dropped(&stage.play), sizeof numbers + 1);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_full_queue_drops_the_newest_of_the_least_important(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    begin_alone();
    for (uint32_t i = 0; i < TN_EVENT_CAP; i++) {
        stage_post(&stage, i ? TN_EVENT_TAPPED : TN_EVENT_LIFTED, 0xFF);
    }
    stage_post(&stage, TN_EVENT_SHAKEN, 0xFF); /* no more important */
    assert_int_equal(tn_play_get_dropped(&stage.play), 1);
    assert_int_equal(stage.play.queue[15].number, TN_EVENT_TAPPED);
    stage_post(&stage, TN_EVENT_MESSAGE, 0xFF);
    stage_post(&stage, TN_EVENT_RETURNED, 0xFF);
    tn_play_unload(&stage.play, 0);
    assert_int_equal(tn_play_get_dropped(&stage.play), 4);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, TN_EVENT_CAP - 1);
    for (uint32_t i = 0; i < TN_EVENT_CAP - 3; i++) {
        assert_int_equal(stage.out.events[i].number,
                         i ? TN_EVENT_TAPPED : TN_EVENT_LIFTED);
    }
    assert_int_equal(stage.out.events[13].number, TN_EVENT_MESSAGE);
    assert_int_equal(stage.out.events[14].number, TN_EVENT_RETURNED);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.events[0].number, TN_EVENT_REMOVED);
}

static void what_has_been_handled_does_not_count_as_waiting(void **state)
{
    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    begin_alone();
    for (uint32_t i = 0; i < TN_EVENT_CAP; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    }
    stage_step(&stage);
    for (uint32_t i = 0; i < TN_EVENT_CAP; i++) {
        stage_post(&stage, TN_EVENT_MESSAGE, 0xFF);
    }
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF); /* the least of all */
    assert_int_equal(stage.play.queue[15].number, TN_EVENT_MESSAGE);
    stage_post(&stage, TN_EVENT_RETURNED, 0xFF);
    assert_int_equal(stage.play.queue[15].number, TN_EVENT_RETURNED);
    assert_int_equal(stage.play.queue[14].number, TN_EVENT_MESSAGE);
    assert_int_equal(tn_play_get_dropped(&stage.play), 2);
}

static void a_step_takes_as_many_events_as_the_work_allows(void **state)
{
    struct tn_image_info info;
    uint32_t steps = 0;
    uint32_t handled = 0;
    uint32_t effects = 0;

    (void)state;
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 1);
    for (int i = 0; i < 11; i++) {
        kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(PLAY(0)));
    }
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    assert_int_equal(info.work_event, 7 + 11 * 12);
    stage_begin(&stage);
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        stage_load(&stage, p, &kit);
    }
    while (!tn_play_is_idle(&stage.play)) {
        stage_step(&stage); /* PLACED for each */
    }
    for (int i = 0; i < 6; i++) {
        stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    }
    for (; handled < 6; steps++) {
        stage_step(&stage);
        /* Three programs fit a step, the next goes on with the others. */
        assert_int_equal(stage.out.event_count, steps % 2);
        if (stage.out.event_count) {
            assert_int_equal(stage.out.handled[0], 0x1F);
        }
        effects += stage.out.effect_count;
        handled += stage.out.event_count;
    }
    assert_int_equal(steps, 12);
    assert_int_equal(effects, 6 * 5 * 11 - 6 * 1);
    assert_true(tn_play_is_idle(&stage.play));
}

static void a_copy_of_the_machine_goes_on_alike(void **state)
{
    static struct stage other;

    (void)state;
    make_nest();
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(GO(3), PLAY(0)));
    kit_react(&kit, 3, TN_TRIGGER_EVERY, 10, NO_CODE, CODE(COUNT(1)));
    begin_alone();
    stage_post(&stage, TN_EVENT_TAPPED, 0xFF);
    memcpy(&other, &stage, sizeof stage);
    for (int i = 0; i < 20; i++) {
        stage_step(&stage);
    }
    for (int i = 0; i < 20; i++) {
        stage_step(&other);
    }
    assert_memory_equal(&stage, &other, sizeof stage);
    assert_int_equal(stage_number(&stage, 0, 1), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_enters_from_outside_in_and_then_is_placed),
        cmocka_unit_test(reactions_run_innermost_first_in_the_order_written),
        cmocka_unit_test(the_first_change_asked_for_comes_after_all_reactions),
        cmocka_unit_test(
            only_states_that_end_are_left_and_only_new_ones_entered),
        cmocka_unit_test(a_change_of_state_ends_the_step_for_events),
        cmocka_unit_test(a_change_asked_for_on_entry_is_taken_in_the_next_step),
        cmocka_unit_test(two_that_change_for_ever_do_not_stop_the_events),
        cmocka_unit_test(the_event_tells_its_arguments_to_its_reactions_only),
        cmocka_unit_test(instructions_compute_as_specified),
        cmocka_unit_test(jumps_negation_and_constants_work),
        cmocka_unit_test(registers_begin_with_zero_in_every_piece_of_code),
        cmocka_unit_test(effects_carry_what_was_asked_for),
        cmocka_unit_test(effects_that_end_something_find_room),
        cmocka_unit_test(events_go_to_all_or_to_their_target),
        cmocka_unit_test(
            what_only_the_machine_may_say_or_nobody_knows_is_dropped),
        cmocka_unit_test(a_full_queue_drops_the_newest_of_the_least_important),
        cmocka_unit_test(what_has_been_handled_does_not_count_as_waiting),
        cmocka_unit_test(a_step_takes_as_many_events_as_the_work_allows),
        cmocka_unit_test(a_copy_of_the_machine_goes_on_alike),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
