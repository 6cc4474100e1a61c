/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: dice that are fair and can be replayed, and blocks that are
 * repeated. */
#include "play_kit.h"

#include <tenon/prng.h>

#define COUNTS 8u

static struct kit kit;
static struct stage stage;
static struct stage other;

static void begin(struct code body)
{
    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, body);
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
}

static void tap(struct stage *at, uint32_t entropy)
{
    at->in.entropy = entropy;
    stage_post(at, TN_EVENT_TAPPED, 0);
    stage_step(at);
}

static void assert_refused(struct code body, enum tn_err err)
{
    struct tn_image_info info;

    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, body);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), err);
}

/* Pearson's statistic of `count` counters against equal shares. */
static double chi_square(const uint32_t *counters, uint32_t count)
{
    double all = 0, sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        all += counters[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        double gap = counters[i] - all / count;

        sum += gap * gap / (all / count);
    }
    return sum;
}

/* Two draws in a step: each is fair, and so is every pair of them. */
static void draws_are_fair_and_those_of_one_step_independent(void **state)
{
    uint32_t first[6] = {0}, pairs[36] = {0};
    struct tn_prng prng;

    (void)state;
    begin(CODE(LDV(0, 1), LDV(1, 6), PAIR(ANY, 0, 1), STN(0, 0), LDV(0, 1),
               PAIR(ANY, 0, 1), STN(0, 1)));
    tn_prng_init(&prng, 5, 1);
    for (int i = 0; i < 36000; i++) {
        tap(&stage, tn_prng_get(&prng));

        int a = stage_number(&stage, 0, 0), b = stage_number(&stage, 0, 1);

        assert_in_range(a, 1, 6);
        assert_in_range(b, 1, 6);
        first[a - 1]++;
        pairs[6 * (a - 1) + b - 1]++;
    }
    /* one in a thousand are beyond: 20.5 of 5, 66.6 of 35 degrees */
    assert_true(chi_square(first, 6) < 20.5);
    assert_true(chi_square(pairs, 36) < 66.6);
}

/* A brick without entropy still has dice; they are the same at each start. */
static void draws_differ_even_if_the_entropy_does_not(void **state)
{
    uint32_t counters[6] = {0};

    (void)state;
    begin(CODE(LDV(0, 1), LDV(1, 6), PAIR(ANY, 0, 1), STN(0, 0)));
    for (int i = 0; i < 6000; i++) {
        tap(&stage, 0);
        counters[stage_number(&stage, 0, 0) - 1]++;
    }
    assert_true(chi_square(counters, 6) < 20.5);
}

static void dice_are_the_same_in_a_replay_and_differ_otherwise(void **state)
{
    struct tn_image_info info;
    int by_entropy = 0, by_tag = 0;

    (void)state;
    begin(
        CODE(LDV(0, 1), TN_OP_LDV, 1, 0xA0, 0x1F, PAIR(ANY, 0, 1), STN(0, 0)));
    memcpy(&other, &stage, sizeof stage);
    tap(&stage, 77);
    tap(&other, 77);
    assert_memory_equal(&stage.play, &other.play, sizeof stage.play);
    for (uint32_t i = 0; i < 100; i++) {
        tap(&stage, i);
        tap(&other, i + 1000);
        by_entropy += stage_number(&stage, 0, 0) == stage_number(&other, 0, 0);
    }
    assert_true(by_entropy <= 3); /* of 1000 numbers */
    stage_begin(&other);
    assert_int_equal(
        load_image(&other.play, 1, kit.image, kit.len, other.in.time_us, &info),
        TN_OK); /* another identity */
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    stage_step(&other);
    for (uint32_t i = 0; i < 100; i++) {
        other.in.entropy = i;
        stage_post(&other, TN_EVENT_TAPPED, 1);
        stage_step(&other);
        tap(&stage, i);
        by_tag += stage_number(&stage, 0, 0) == stage_number(&other, 1, 0);
    }
    assert_true(by_tag <= 3);
}

/* What another program draws does not change what this one draws. */
static void dice_do_not_mind_who_else_draws(void **state)
{
    struct tn_image_info info;

    (void)state;
    begin(CODE(LDV(0, 1), LDV(1, 31), PAIR(ANY, 0, 1), STN(0, 0)));
    stage_begin(&other);
    stage_load(&other, 0, &kit);
    assert_int_equal(
        load_image(&other.play, 1, kit.image, kit.len, other.in.time_us, &info),
        TN_OK);
    stage_step(&other);
    for (uint32_t i = 0; i < 50; i++) {
        tap(&stage, i);
        stage_post(&other, TN_EVENT_TAPPED, 1);
        tap(&other, i);
        assert_int_equal(stage_number(&stage, 0, 0),
                         stage_number(&other, 0, 0));
    }
}

static void a_draw_keeps_to_whole_numbers_between_its_ends(void **state)
{
    (void)state;
    begin(CODE(LDV(0, 4), LDV(1, 4), PAIR(ANY, 0, 1), STN(0, 0), LDV(0, 9),
               LDV(1, 2), PAIR(ANY, 0, 1), STN(0, 1), LDA(2, 2), LDV(1, 2),
               PAIR(ANY, 2, 1), STN(2, 2)));
    tap(&stage, 1);
    assert_int_equal(stage_number(&stage, 0, 0), 4);
    assert_int_equal(stage_number(&stage, 0, 1), 9); /* the wrong way round */
    assert_int_equal(tn_play_get_number(&stage.play, 0, 2), TN_UNKNOWN);
    /* 0.5 .. 2.5: 1 or 2; -32767 .. 32767 fits */
    begin(CODE(LDV(0, 1), LDV(1, 2), PAIR(DIV, 0, 1), LDV(2, 2),
               PAIR(ADD, 2, 0), PAIR(ANY, 0, 2), STN(0, 0), TN_OP_LDV, 3, 0xFC,
               0xFF, 0x07, PAIR(MOV, 4, 3), TN_OP_NEG, 4, PAIR(ANY, 4, 3),
               STN(4, 1)));
    for (uint32_t i = 0; i < 200; i++) {
        tap(&stage, i * 7919);
        assert_in_range(stage_number(&stage, 0, 0), 1, 2);
        assert_int_equal(tn_play_get_number(&stage.play, 0, 1) % TN_Q16_ONE, 0);
    }
}

static void a_chance_comes_as_often_as_it_says(void **state)
{
    uint32_t hits = 0;
    struct tn_prng prng;

    (void)state;
    begin(CODE(LDV(0, 1), LDV(1, 5), PAIR(DIV, 0, 1), TN_OP_CHANCE, 0,
               STN(0, 0), LDV(0, 0), TN_OP_CHANCE, 0, STN(0, 1), LDV(0, 1),
               TN_OP_CHANCE, 0, STN(0, 2), LDA(0, 2), TN_OP_CHANCE, 0,
               STN(0, 3)));
    tn_prng_init(&prng, 9, 1);
    for (int i = 0; i < 10000; i++) {
        tap(&stage, tn_prng_get(&prng));
        hits += (uint32_t)stage_number(&stage, 0, 0);
        assert_int_equal(stage_number(&stage, 0, 1), 0);
        assert_int_equal(stage_number(&stage, 0, 2), 1);
        assert_int_equal(stage_number(&stage, 0, 3), 0);
    }
    assert_in_range(hits, 2000 - 132, 2000 + 132); /* 3.3 deviations */
}

/* Number 0 becomes what was picked; `place` is where that is remembered. */
#define PICK3(place)                                                           \
    TN_OP_PICK, place, 3, 0, 8, 16, LDV(0, 1), STN(0, 0), JMP(14), LDV(0, 2),  \
        STN(0, 0), JMP(6), LDV(0, 3), STN(0, 0)

static void a_pick_is_fair_and_never_the_same_again(void **state)
{
    uint32_t all[3] = {0}, steps[2] = {0};
    struct tn_prng prng;
    int last = 0;

    (void)state;
    begin(CODE(PICK3(15)));
    tn_prng_init(&prng, 3, 1);
    for (int i = 0; i < 6000; i++) {
        tap(&stage, tn_prng_get(&prng));

        int now = stage_number(&stage, 0, 0);

        assert_in_range(now, 1, 3);
        all[now - 1]++;
        if (last) {
            assert_int_not_equal(now, last);
            steps[(now - last + 3) % 3 - 1]++;
        }
        last = now;
    }
    assert_true(chi_square(all, 3) < 13.8);
    assert_true(chi_square(steps, 2) < 10.8);
}

static void picks_remember_each_for_itself(void **state)
{
    int last[2] = {0};

    (void)state;
    begin(CODE(PICK3(0), LDN(1, 0), STN(1, 1), PICK3(1)));
    for (uint32_t i = 0; i < 300; i++) {
        tap(&stage, i * 31);
        assert_int_not_equal(stage_number(&stage, 0, 1), last[0]);
        assert_int_not_equal(stage_number(&stage, 0, 0), last[1]);
        last[0] = stage_number(&stage, 0, 1);
        last[1] = stage_number(&stage, 0, 0);
    }
    assert_true(last[0] && last[1]);
}

static void once_is_once_since_the_program_came(void **state)
{
    (void)state;
    begin(CODE(TN_OP_ONCE, 3, 11, COUNT(0), COUNT(1), TN_OP_ONCE, 4, 11,
               COUNT(2)));
    for (int i = 0; i < 3; i++) {
        tap(&stage, 0);
    }
    assert_int_equal(stage_number(&stage, 0, 0), 1);
    assert_int_equal(stage_number(&stage, 0, 1), 3);
    assert_int_equal(stage_number(&stage, 0, 2), 1);
    tn_play_unload(&stage.play, 0);
    stage_step(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
    tap(&stage, 0);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
}

static void a_block_is_repeated_and_blocks_multiply(void **state)
{
    (void)state;
    begin(CODE(TN_OP_REPEAT, 3, 27, COUNT(0), TN_OP_REPEAT, 2, 13, COUNT(1),
               JMP(0), COUNT(2)));
    tap(&stage, 0);
    assert_int_equal(stage_number(&stage, 0, 0), 3);
    assert_int_equal(stage_number(&stage, 0, 1), 6);
    assert_int_equal(stage_number(&stage, 0, 2), 1);
    /* both end with the code; the inner one is left by a jump to its end */
    begin(CODE(TN_OP_REPEAT, 4, 21, TN_OP_REPEAT, 2, 18, COUNT(0), LDV(1, 0),
               JZ(1, 1), TN_OP_DARK));
    tap(&stage, 0);
    assert_int_equal(stage_number(&stage, 0, 0), 8);
    assert_int_equal(stage_count(&stage, TN_EFFECT_DARK), 0);
    /* nothing to repeat */
    begin(CODE(TN_OP_REPEAT, 8, 3, TN_OP_REPEAT, 8, 0, COUNT(0)));
    tap(&stage, 0);
    assert_int_equal(stage_number(&stage, 0, 0), 1);
}

static int work_of(struct code body)
{
    struct tn_image_info info;

    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, body);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    return info.work_event;
}

static void a_repeated_block_is_counted_as_often(void **state)
{
    /* of 8 blocks, lest rounding matter */
    int body = work_of(CODE(COUNT(0), COUNT(0), COUNT(0), COUNT(0), COUNT(0),
                            COUNT(0), COUNT(0), COUNT(0))) -
               work_of(NO_CODE);
    int rounds = work_of(CODE(TN_OP_REPEAT, 12, 11, COUNT(0))) -
                 work_of(CODE(TN_OP_REPEAT, 4, 11, COUNT(0)));

    (void)state;
    assert_int_equal(rounds, body + 8); /* one each for the round */
    assert_refused(CODE(TN_OP_REPEAT, 64, 11, COUNT(0)), TN_ERR_WORK);
}

static void what_is_repeated_is_verified(void **state)
{
    (void)state;
    assert_refused(CODE(TN_OP_REPEAT, 2, 0), TN_OK);
    assert_refused(CODE(TN_OP_REPEAT, 1, 0), TN_ERR_OPERAND);
    assert_refused(CODE(TN_OP_REPEAT, 65, 0), TN_ERR_OPERAND);
    assert_refused(CODE(TN_OP_REPEAT, 2, 3, GLOW(0)), TN_ERR_JUMP);
    assert_refused(CODE(TN_OP_REPEAT, 2, 1, GLOW(0)), TN_ERR_END);
    /* a jump out of it, into it */
    assert_refused(CODE(TN_OP_REPEAT, 2, 2, JMP(1), TN_OP_DARK), TN_ERR_JUMP);
    assert_refused(
        CODE(JMP(4), TN_OP_REPEAT, 2, 2, TN_OP_DARK, TN_OP_DARK, GLOW(0)),
        TN_ERR_JUMP);
    assert_refused(
        CODE(JMP(3), TN_OP_REPEAT, 2, 2, TN_OP_DARK, TN_OP_DARK, GLOW(0)),
        TN_ERR_JUMP);
    assert_refused(
        CODE(JMP(5), TN_OP_REPEAT, 2, 2, TN_OP_DARK, TN_OP_DARK, GLOW(0)),
        TN_OK);
    /* 64 rounds, six deep; 65 are too many */
    assert_refused(CODE(TN_OP_REPEAT, 2, 15, TN_OP_REPEAT, 2, 12, TN_OP_REPEAT,
                        2, 9, TN_OP_REPEAT, 2, 6, TN_OP_REPEAT, 2, 3,
                        TN_OP_REPEAT, 2, 0),
                   TN_OK);
    assert_refused(CODE(TN_OP_REPEAT, 8, 3, TN_OP_REPEAT, 8, 0), TN_OK);
    assert_refused(CODE(TN_OP_REPEAT, 8, 3, TN_OP_REPEAT, 9, 0), TN_ERR_FULL);
    /* one after the other do not multiply */
    assert_refused(CODE(TN_OP_REPEAT, 9, 0, TN_OP_REPEAT, 9, 0), TN_OK);
}

static void dice_are_verified(void **state)
{
    struct tn_image_info info;

    (void)state;
    assert_refused(CODE(TN_OP_PICK, 0, 2, 0, 0), TN_OK);
    assert_refused(CODE(TN_OP_PICK, 16, 2, 0, 0), TN_ERR_OPERAND);
    assert_refused(CODE(TN_OP_PICK, 0, 1, 0), TN_ERR_OPERAND);
    assert_refused(
        CODE(TN_OP_PICK, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        TN_ERR_OPERAND);
    assert_refused(
        CODE(TN_OP_PICK, 0, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        TN_OK);
    assert_refused(CODE(TN_OP_PICK, 0, 2, 0, 1, GLOW(0)), TN_ERR_JUMP);
    assert_refused(CODE(TN_OP_PICK, 0, 2, 0, 3, GLOW(0)), TN_ERR_JUMP);
    assert_refused(CODE(TN_OP_PICK, 0, 2, 0), TN_ERR_END);
    assert_refused(CODE(TN_OP_ONCE, 16, 0), TN_ERR_OPERAND);
    assert_refused(CODE(TN_OP_ONCE, 15, 0), TN_OK);
    /* an event's guard may draw; one that is asked in each step may not */
    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_react(&kit, 0, TN_EVENT_TAPPED, NO_ARG, CODE(TN_OP_CHANCE, 0), NO_CODE);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG, CODE(TN_OP_CHANCE, 0), NO_CODE);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_ERR_OPCODE);
    kit_begin(&kit, TN_IMAGE_TILE, "die", 1);
    kit_react(&kit, 0, TN_TRIGGER_WHILE, NO_ARG, CODE(PAIR(ANY, 0, 1)),
              NO_CODE);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_ERR_OPCODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_fair_and_those_of_one_step_independent),
        cmocka_unit_test(draws_differ_even_if_the_entropy_does_not),
        cmocka_unit_test(dice_are_the_same_in_a_replay_and_differ_otherwise),
        cmocka_unit_test(dice_do_not_mind_who_else_draws),
        cmocka_unit_test(a_draw_keeps_to_whole_numbers_between_its_ends),
        cmocka_unit_test(a_chance_comes_as_often_as_it_says),
        cmocka_unit_test(a_pick_is_fair_and_never_the_same_again),
        cmocka_unit_test(picks_remember_each_for_itself),
        cmocka_unit_test(once_is_once_since_the_program_came),
        cmocka_unit_test(a_block_is_repeated_and_blocks_multiply),
        cmocka_unit_test(a_repeated_block_is_counted_as_often),
        cmocka_unit_test(what_is_repeated_is_verified),
        cmocka_unit_test(dice_are_verified),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
