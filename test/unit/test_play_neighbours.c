/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: other bricks that programs look at, and messages to them. */
#include "play_kit.h"

static struct kit kit;
static struct stage stage;

#define CM(n) ((tn_q16)((n)*TN_Q16_ONE / 100))
#define Q(n) ((tn_q16)((n)*TN_Q16_ONE))
#define ANY TN_NAME_ANY

/* A tile of kind "boat" that knows the name "car" (2) and has the code as its
 * reaction to TAPPED; it has begun in slot 0. */
static void begin(struct code tapped)
{
    stage_begin(&stage);
    kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
    assert_int_equal(kit_name(&kit, "car"), 2);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, tapped);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
}

static void tap(uint8_t slot)
{
    stage_post(&stage, TN_EVENT_TAPPED, slot);
    stage_step(&stage);
}

static void a_relation_holds_if_any_brick_of_that_kind_stands_so(void **state)
{
    struct tn_play_neighbour *near;

    (void)state;
    for (uint8_t relation = 0; relation < TN_RELATION_COUNT; relation++) {
        begin(CODE(TN_OP_REL, 0, relation, 2, STN(0, 0), TN_OP_REL, 1, relation,
                   ANY, STN(1, 1), TN_OP_REL, 2, relation, 0, STN(2, 2)));
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 1), 0); /* nobody there */
        (void)stage_meet(&stage, "car", TN_UNKNOWN);
        near = stage_meet(&stage, "car", TN_UNKNOWN);
        (void)stage_meet(&stage, "boat", CM(1));
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 0), 0);
        assert_int_equal(stage_number(&stage, 0, 1), 0);
        near->relations = ~(1u << relation);
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 0), 0);
        near->relations = 1u << relation;
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 0), 1);
        assert_int_equal(stage_number(&stage, 0, 1), 1);
        assert_int_equal(stage_number(&stage, 0, 2), 0);
        near->kinds[3] = kit_hash("boat"); /* the last kind counts, too */
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 2), 1);
        stage.in.neighbour_count = 0;
        tap(0);
        assert_int_equal(stage_number(&stage, 0, 0), 0);
    }
}

static void the_sixteenth_brick_is_seen_as_well(void **state)
{
    (void)state;
    begin(CODE(TN_OP_REL, 0, TN_RELATION_FACING, 2, STN(0, 0), TN_OP_MEASURE, 1,
               TN_MEASURE_DISTANCE, 2, STN(1, 1)));
    for (uint32_t i = 1; i < TN_NEIGHBOUR_CAP; i++) {
        (void)stage_meet(&stage, "boat", CM(1));
    }
    tap(0);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    stage_meet(&stage, "car", Q(3))->relations = 1u << TN_RELATION_FACING;
    tap(0);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 0, 1), 3);
}

/* No brick shows the kind 0: an entry without kind is not one. */
static void a_name_with_the_hash_0_is_nobodys_kind(void **state)
{
    (void)state;
    stage_begin(&stage);
    kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
    kit.names[kit.name_count++] = 0;
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_REL, 0, TN_RELATION_NEAR, 2, STN(0, 0)));
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    stage_meet(&stage, "car", CM(1))->relations = 1u << TN_RELATION_NEAR;
    tap(0);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
}

static tn_q16 measured(uint8_t number)
{
    tap(0);
    return tn_play_get_number(&stage.play, 0, number);
}

static void a_measure_is_of_the_nearest_brick_of_that_kind(void **state)
{
    struct tn_play_neighbour *far, *near;

    (void)state;
    begin(CODE(TN_OP_MEASURE, 0, TN_MEASURE_DISTANCE, 2, STN(0, 0),
               TN_OP_MEASURE, 1, TN_MEASURE_BEARING, 2, STN(1, 1),
               TN_OP_MEASURE, 2, TN_MEASURE_BEARING, ANY, STN(2, 2)));
    assert_int_equal(measured(0), TN_UNKNOWN);
    stage_meet(&stage, "car", TN_UNKNOWN)->measures[TN_MEASURE_BEARING] = Q(5);
    assert_int_equal(measured(0), TN_UNKNOWN); /* its place is not known */
    assert_int_equal(measured(1), TN_UNKNOWN);
    far = stage_meet(&stage, "car", CM(90));
    far->measures[TN_MEASURE_BEARING] = Q(-90);
    near = stage_meet(&stage, "car", CM(50));
    near->measures[TN_MEASURE_BEARING] = Q(30);
    (void)stage_meet(&stage, "car", CM(70));
    stage_meet(&stage, "boat", CM(10))->measures[TN_MEASURE_BEARING] = Q(44);
    assert_int_equal(measured(0), CM(50));
    assert_int_equal(measured(1), Q(30));
    assert_int_equal(measured(2), Q(44)); /* of whatever brick */
    near->measures[TN_MEASURE_DISTANCE] = CM(91);
    assert_int_equal(measured(1), TN_UNKNOWN); /* the one at 70 cm has none */
    near->measures[TN_MEASURE_DISTANCE] = 0;
    assert_int_equal(measured(1), Q(30));
}

static void conditions_follow_relations_and_the_last_word_knows_none(void **s)
{
    (void)s;
    stage_begin(&stage);
    kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
    uint8_t word = kit_name(&kit, "word");

    kit_react(&kit, ALWAYS, TN_TRIGGER_COND, NO_ARG,
              CODE(TN_OP_REL, 0, TN_RELATION_NEAR, ANY), CODE(COUNT(0)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED, NO_ARG,
              CODE(TN_OP_REL, 0, TN_RELATION_NEAR, ANY),
              CODE(TN_OP_SEND, word));
    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, word, NO_CODE, CODE(COUNT(1)));
    stage_load(&stage, 0, &kit);
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    stage_meet(&stage, "car", TN_UNKNOWN)->relations = 1u << TN_RELATION_NEAR;
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    /* ends on the spot, outside a step: there nothing is near */
    tn_play_unload(&stage.play, 1);
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 1), 0);
    /* ends in a step: there the brick is near */
    tn_play_unload(&stage.play, 1);
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
}

/* Three programs: slot 0 does `act` when tapped, and when it gets "go"; all
 * count "hit" in number 0, and keep its two numbers in 1 and 2. */
static void load_senders(struct code act)
{
    stage_begin(&stage);
    for (uint8_t p = 0; p < 3; p++) {
        kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
        uint8_t hit = kit_name(&kit, "hit");
        uint8_t go = kit_name(&kit, "go");

        assert_int_equal(hit, 2);
        kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, hit, NO_CODE,
                  CODE(COUNT(0), LDA(2, 0), STN(2, 1), LDA(2, 1), STN(2, 2)));
        kit_on(&kit, ALWAYS, TN_EVENT_LIFTED, CODE(TN_OP_SEND, go));
        if (p == 0) {
            kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, act);
            kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, go, NO_CODE, act);
        }
        stage_load(&stage, p, &kit);
    }
    stage_step(&stage);
}

static const struct tn_effect *get_sent(void)
{
    for (uint8_t i = 0; i < stage.out.effect_count; i++) {
        if (stage.out.effects[i].number == TN_EFFECT_SEND) {
            return &stage.out.effects[i];
        }
    }
    return NULL;
}

static void assert_heard(int first, int second, int third)
{
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), first);
    assert_int_equal(stage_number(&stage, 1, 0), second);
    assert_int_equal(stage_number(&stage, 2, 0), third);
}

static void plain_send_is_to_all_without_reach_or_numbers(void **state)
{
    const struct tn_effect *sent;

    (void)state;
    load_senders(CODE(TN_OP_SEND, 2));
    tap(0);
    sent = get_sent();
    assert_non_null(sent);
    assert_int_equal(sent->name, kit_hash("hit"));
    assert_int_equal(sent->item, TN_TARGET_ALL);
    assert_int_equal(sent->program, 0);
    assert_int_equal(sent->key, 0xFF);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(sent->params[i], TN_UNKNOWN);
    }
    assert_heard(0, 1, 1);
    assert_int_equal(tn_play_get_number(&stage.play, 1, 1), TN_UNKNOWN);
}

static void a_message_takes_its_reach_and_numbers_along(void **state)
{
    const struct tn_effect *sent;

    (void)state;
    load_senders(CODE(LDV(0, 5), LDV(1, 6), LDV(2, 7), TN_OP_SENDTO,
                      TN_TARGET_ALL, 2, 2, 2, 0x10, 0x01));
    tap(0);
    sent = get_sent();
    assert_int_equal(sent->params[0], Q(7));
    assert_int_equal(sent->params[1], Q(6));
    assert_int_equal(sent->params[2], Q(5));
    assert_int_equal(sent->params[3], TN_UNKNOWN);
    assert_heard(0, 1, 1);
    assert_int_equal(stage_number(&stage, 2, 1), 6);
    assert_int_equal(stage_number(&stage, 2, 2), 5);
    assert_int_equal(stage.out.events[0].args[2], TN_UNKNOWN);
    load_senders(CODE(LDV(3, 9), TN_OP_SENDTO, TN_TARGET_HERE, 2, TN_REG_NONE,
                      1, 0x13, COUNT(3)));
    tap(0);
    assert_int_equal(get_sent()->params[0], TN_UNKNOWN);
    assert_int_equal(stage_number(&stage, 0, 3), 1); /* the code goes on */
    assert_heard(0, 1, 1);
    assert_int_equal(tn_play_get_number(&stage.play, 1, 1), TN_UNKNOWN);
    assert_int_equal(stage_number(&stage, 1, 2), 9);
}

static void programs_here_are_served_if_the_target_means_them(void **state)
{
    (void)state;
    for (uint8_t target = 1; target < TN_TARGET_COUNT; target++) {
        int here = target == TN_TARGET_ALL || target == TN_TARGET_HERE;

        load_senders(CODE(TN_OP_SENDTO, target, 2, TN_REG_NONE, 0));
        tap(0);
        assert_non_null(get_sent());
        assert_int_equal(get_sent()->item, target);
        assert_heard(0, here, here);
    }
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_AIMED | TN_TARGET_NEAREST << 4, 2,
                      TN_REG_NONE, 0));
    tap(0);
    assert_int_equal(get_sent()->item,
                     TN_TARGET_AIMED + 16 * TN_TARGET_NEAREST);
    assert_heard(0, 0, 0);
}

/* Slot 1 sends "go", which slot 0 answers. */
static void go(void)
{
    stage_post(&stage, TN_EVENT_LIFTED, 1);
    stage_step(&stage);
    stage_step(&stage);
}

static void the_sender_here_gets_the_answer_alone(void **state)
{
    (void)state;
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_SENDER, 2, TN_REG_NONE, 0));
    go();
    assert_int_equal(get_sent()->item, TN_TARGET_SENDER);
    assert_int_equal(get_sent()->key, 1);
    assert_heard(0, 1, 0);
    tap(0); /* that has no sender */
    assert_int_equal(get_sent()->key, 0xFF);
    assert_heard(0, 1, 0);
}

static void a_sender_on_another_brick_is_named_by_the_effect(void **state)
{
    struct tn_event event = {.name = kit_hash("go"),
                             .args = {TN_UNKNOWN, TN_UNKNOWN, TN_UNKNOWN},
                             .number = TN_EVENT_MESSAGE,
                             .source = TN_SOURCE_PEER + 1,
                             .target = 0xFF};

    (void)state;
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_SENDER, 2, TN_REG_NONE, 0));
    tn_play_post(&stage.play, &event);
    stage_step(&stage);
    assert_int_equal(get_sent()->key, TN_SOURCE_PEER + 1);
    assert_heard(0, 0, 0);
}

static void an_answer_never_reaches_the_next_program_in_the_slot(void **state)
{
    (void)state;
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_SENDER, 2, TN_REG_NONE, 0));
    stage_post(&stage, TN_EVENT_LIFTED, 1);
    stage_step(&stage);
    tn_play_unload(&stage.play, 1);
    kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, kit_name(&kit, "hit"), NO_CODE,
              CODE(COUNT(0)));
    stage_load(&stage, 1, &kit);
    stage_step(&stage);
    assert_int_equal(get_sent()->key, 1);
    assert_heard(0, 0, 0);
    /* and one whose tag has gone is not answered any more */
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_SENDER, 2, TN_REG_NONE, 0));
    stage_post(&stage, TN_EVENT_LIFTED, 1);
    stage_step(&stage);
    tn_play_unload(&stage.play, 1);
    stage_step(&stage);
    stage_step(&stage);
    assert_heard(0, -32768, 0);
}

static void nobody_is_within_a_reach_that_is_unknown_or_negative(void **state)
{
    static const uint8_t targets[] = {TN_TARGET_ALL, TN_TARGET_HERE};

    (void)state;
    for (size_t i = 0; i < sizeof targets; i++) {
        load_senders(
            CODE(LDA(1, 1), TN_OP_SENDTO, targets[i], 2, 1, 0, COUNT(3)));
        tap(0); /* whose second argument is unknown */
        assert_int_equal(get_sent()->params[0], Q(-1));
        assert_heard(0, 0, 0);
        load_senders(
            CODE(LDV(1, 2), TN_OP_NEG, 1, TN_OP_SENDTO, targets[i], 2, 1, 0));
        tap(0);
        assert_int_equal(get_sent()->params[0], Q(-2));
        assert_heard(0, 0, 0);
        load_senders(CODE(TN_OP_SENDTO, targets[i], 2, 1, 0));
        tap(0);
        assert_int_equal(get_sent()->params[0], 0);
        assert_heard(0, 1, 1); /* they are 0 m away */
    }
}

static void sends_of_both_forms_are_four_a_second_together(void **state)
{
    (void)state;
    load_senders(CODE(TN_OP_SENDTO, TN_TARGET_NEAREST, 2, TN_REG_NONE, 0,
                      TN_OP_SEND, 2));
    for (int i = 0; i < 3; i++) {
        tap(0);
        assert_int_equal(stage_count(&stage, TN_EFFECT_SEND), i < 2 ? 2 : 0);
    }
    assert_int_equal(tn_play_get_dropped(&stage.play), 2);
    assert_heard(0, 2, 2);
    stage_step_ms(&stage, 1000);
    tap(0);
    assert_int_equal(stage_count(&stage, TN_EFFECT_SEND), 2);
}

/* Slot 1 says "hit" when tapped and as its last word, on the spot. */
static void a_last_word_on_the_spot_is_bounded_as_of_the_last_step(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        load_senders(CODE(TN_OP_DARK));
        kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
        uint8_t hit = kit_name(&kit, "hit");

        kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
               CODE(TN_OP_SEND, hit, TN_OP_SEND, hit, TN_OP_SEND, hit,
                    TN_OP_SEND, hit));
        kit_on(&kit, ALWAYS, TN_EVENT_REMOVED, CODE(TN_OP_SEND, hit));
        stage_load(&stage, 3, &kit);
        stage_step(&stage);
        tap(3);
        stage_step(&stage);
        stage_step_ms(&stage, late ? 1000 : 900);
        tn_play_unload(&stage.play, 3);
        stage_load(&stage, 3, &kit);
        assert_heard(4 + late, 4 + late, 4 + late);
    }
}

static void unheard_comes_to_the_one_it_is_for_by_name(void **state)
{
    struct tn_event event = {.name = kit_hash("hit"),
                             .args = {Q(3), TN_UNKNOWN, TN_UNKNOWN},
                             .number = TN_EVENT_UNHEARD,
                             .source = TN_SOURCE_SELF,
                             .target = 1};

    (void)state;
    stage_begin(&stage);
    for (uint8_t p = 0; p < 2; p++) {
        kit_begin(&kit, TN_IMAGE_TILE, "boat", 1);
        kit_react(&kit, ALWAYS, TN_EVENT_UNHEARD, kit_name(&kit, "hit"),
                  NO_CODE, CODE(COUNT(0), LDA(2, 0), STN(2, 1)));
        kit_react(&kit, ALWAYS, TN_EVENT_UNHEARD, kit_name(&kit, "go"), NO_CODE,
                  CODE(COUNT(2)));
        kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, 2, NO_CODE, CODE(COUNT(3)));
        stage_load(&stage, p, &kit);
    }
    stage_step(&stage);
    tn_play_post(&stage.play, &event);
    stage_step(&stage);
    assert_int_equal(stage.out.event_count, 1);
    assert_int_equal(stage.out.events[0].name, kit_hash("hit"));
    assert_int_equal(stage_number(&stage, 0, 0), 0);
    assert_int_equal(stage_number(&stage, 1, 0), 1);
    assert_int_equal(stage_number(&stage, 1, 1), 3);
    assert_int_equal(stage_number(&stage, 1, 2), 0);
    assert_int_equal(stage_number(&stage, 1, 3), 0);
}

static void unheard_stays_when_senses_flood_the_queue(void **state)
{
    struct tn_event event = {.name = kit_hash("hit"),
                             .number = TN_EVENT_UNHEARD,
                             .source = TN_SOURCE_SELF,
                             .target = 0};

    (void)state;
    begin(CODE(GLOW(0)));
    for (uint32_t i = 0; i < TN_EVENT_CAP; i++) {
        stage_post(&stage, TN_EVENT_SHAKEN, 0xFF);
    }
    tn_play_post(&stage.play, &event);
    assert_int_equal(tn_play_get_dropped(&stage.play), 1);
    assert_int_equal(stage.play.queue[TN_EVENT_CAP - 1].number,
                     TN_EVENT_UNHEARD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relation_holds_if_any_brick_of_that_kind_stands_so),
        cmocka_unit_test(the_sixteenth_brick_is_seen_as_well),
        cmocka_unit_test(a_name_with_the_hash_0_is_nobodys_kind),
        cmocka_unit_test(a_measure_is_of_the_nearest_brick_of_that_kind),
        cmocka_unit_test(
            conditions_follow_relations_and_the_last_word_knows_none),
        cmocka_unit_test(plain_send_is_to_all_without_reach_or_numbers),
        cmocka_unit_test(a_message_takes_its_reach_and_numbers_along),
        cmocka_unit_test(programs_here_are_served_if_the_target_means_them),
        cmocka_unit_test(the_sender_here_gets_the_answer_alone),
        cmocka_unit_test(a_sender_on_another_brick_is_named_by_the_effect),
        cmocka_unit_test(an_answer_never_reaches_the_next_program_in_the_slot),
        cmocka_unit_test(nobody_is_within_a_reach_that_is_unknown_or_negative),
        cmocka_unit_test(sends_of_both_forms_are_four_a_second_together),
        cmocka_unit_test(
            a_last_word_on_the_spot_is_bounded_as_of_the_last_step),
        cmocka_unit_test(unheard_comes_to_the_one_it_is_for_by_name),
        cmocka_unit_test(unheard_stays_when_senses_flood_the_queue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
