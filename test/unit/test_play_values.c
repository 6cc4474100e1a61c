/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: moods that fall, numbers that are shown, lists. */
#include "play_kit.h"

#include <tenon/prng.h>

static struct kit kit;
static struct stage stage;
static struct stage other;

/* An entry of the numbers' table, its start value 0. */
static void put_number(uint8_t flags, uint32_t time_ms, uint8_t name)
{
    kit.numbers[kit.numbers_len++] = flags;
    kit.numbers[kit.numbers_len++] = 0;
    if (flags & TN_NUMBER_MOOD) {
        kit.numbers_len =
            tn_bytes_put_varint(kit.numbers, kit.numbers_len, time_ms);
    }
    if (flags & TN_NUMBER_SHOW) {
        kit.numbers[kit.numbers_len++] = name;
    }
    kit.number_count++;
}

static void put_list(uint8_t places)
{
    kit.numbers[kit.numbers_len++] = TN_NUMBER_LIST;
    kit.numbers[kit.numbers_len++] = places;
    kit.number_count++;
}

/* A program without numbers. */
static void start(void)
{
    kit_begin(&kit, TN_IMAGE_TILE, "tile", 1);
    kit.number_count = 0;
    kit.numbers_len = 0;
}

/* Mood 0 that falls within 20 s, and a number; TAPPED adds half. */
static void start_moody(void)
{
    start();
    put_number(TN_NUMBER_MOOD, 20000, 0);
    put_number(0, 0, 0);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(TN_OP_MOOD, 0, 0, LDV(1, 1), LDV(2, 2), PAIR(DIV, 1, 2),
                PAIR(ADD, 0, 1), STN(0, 0)));
}

static void play(void)
{
    stage_begin(&stage);
    stage_load(&stage, 0, &kit);
    stage_step(&stage);
}

static void happen(uint8_t number)
{
    stage_post(&stage, number, 0xFF);
    stage_step(&stage);
}

static enum tn_err verify(void)
{
    struct tn_image_info info;

    kit_finish(&kit);
    return tn_play_verify(kit.image, kit.len, &info);
}

static tn_q16 number(uint8_t index)
{
    return tn_play_get_number(&stage.play, 0, index);
}

static void a_mood_falls_in_a_line_to_nothing(void **state)
{
    (void)state;
    start_moody();
    play();
    assert_int_equal(number(0), 0);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number(0), TN_Q16_ONE / 2);
    stage_step_ms(&stage, 10000);
    assert_int_equal(number(0), TN_Q16_ONE / 4);
    stage_step_ms(&stage, 9996);
    assert_true(number(0) > 0);
    stage_step(&stage);
    assert_int_equal(number(0), 0);
    stage_step_ms(&stage, 100);
    assert_int_equal(number(0), 0);
}

static void a_mood_renewed_falls_from_there_and_stays_within_its_range(void **s)
{
    (void)s;
    start_moody();
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED,
           CODE(LDV(0, 3), TN_OP_NEG, 0, STN(0, 0)));
    kit_on(&kit, ALWAYS, TN_EVENT_SHAKEN, CODE(LDA(0, 2), STN(0, 0)));
    play();
    happen(TN_EVENT_TAPPED);
    stage_step_ms(&stage, 10000);
    happen(TN_EVENT_TAPPED);
    assert_in_range(number(0), TN_Q16_ONE * 3 / 4 - 30, TN_Q16_ONE * 3 / 4);
    happen(TN_EVENT_TAPPED);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number(0), TN_Q16_ONE);
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number(0), 0);
    happen(TN_EVENT_TAPPED);
    happen(TN_EVENT_SHAKEN); /* unknown */
    assert_int_equal(number(0), 0);
}

/* Steps until number 1 counts one more, at most `ms`; when that was. */
static uint64_t wait(struct stage *at, uint32_t ms)
{
    int count = stage_number(at, 0, 1);

    for (uint32_t i = 0; i < ms / 4 && stage_number(at, 0, 1) == count; i++) {
        stage_step(at);
    }
    return at->in.time_us;
}

/* The same, but asleep: from one due time to the next. */
static uint64_t sleep_until(struct stage *at)
{
    int count = stage_number(at, 0, 1);

    for (int i = 0; i < 8 && stage_number(at, 0, 1) == count; i++) {
        uint64_t due_us = tn_play_due_us(&at->play);

        if (!tn_play_is_idle(&at->play)) {
            stage_step(at);
            continue;
        }
        assert_int_not_equal(due_us, UINT64_MAX);
        assert_true(due_us > at->in.time_us);
        /* the step whose end is not before it */
        due_us += TN_FRAME_US - 1 - (due_us - at->in.time_us - 1) % TN_FRAME_US;
        at->in.time_us = due_us - TN_FRAME_US;
        stage_step(at);
    }
    return at->in.time_us;
}

static void
a_sleeper_wakes_when_a_mood_passes_what_it_is_compared_with(void **s)
{
    /* by mood (r0) and 1/4 (r1), or the other way round */
    static const struct {
        uint8_t code[16];
        uint8_t len;
    } guards[] = {
        /* mood < number 2, mood <= number 2 */
        {{TN_OP_MOOD, 0, 0, LDN(1, 2), PAIR(LT, 0, 1)}, 8},
        {{TN_OP_MOOD, 0, 0, LDN(1, 2), PAIR(LE, 0, 1)}, 8},
        /* not (number 2 < mood) */
        {{LDN(0, 2), TN_OP_MOOD, 1, 0, PAIR(LT, 0, 1), TN_OP_NOT, 0}, 10},
        /* mood < signal */
        {{TN_OP_MOOD, 0, 0, LDS(1, SPEED), PAIR(LT, 0, 1)}, 8},
        /* mood <= 0 */
        {{TN_OP_MOOD, 0, 0, LDV(1, 0), PAIR(LE, 0, 1)}, 8},
        /* mood < 25 %, which it is exactly at the end of a step */
        {{TN_OP_MOOD, 0, 0, TN_OP_LDV, 1, 0x81, 0x80, 0x04, PAIR(LT, 0, 1)},
         10},
    };

    (void)s;
    for (size_t i = 0; i < sizeof guards / sizeof guards[0]; i++) {
        struct code guard = {guards[i].code, guards[i].len};

        start_moody();
        put_number(0, 0, 0);
        kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER,
               CODE(LDV(0, 1), LDV(1, 7), PAIR(DIV, 0, 1), STN(0, 2)));
        kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG, guard, CODE(COUNT(1)));
        play();
        stage.in.signals[TN_SIGNAL_SPEED] = TN_Q16_ONE / 3;
        happen(TN_EVENT_TAPPED);
        stage_step(&stage);
        stage_step(&stage);
        assert_true(tn_play_is_idle(&stage.play));
        memcpy(&other, &stage, sizeof stage);
        assert_int_equal(wait(&stage, 25000), sleep_until(&other));
        assert_memory_equal(&stage.play, &other.play, sizeof stage.play);
        assert_int_equal(stage_number(&stage, 0, 1),
                         stage_number(&other, 0, 1));
        assert_true(stage_number(&stage, 0, 1) >= 1);
    }
}

static void a_mood_that_is_reckoned_with_keeps_awake_until_it_is_gone(void **s)
{
    (void)s;
    start_moody();
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG,
              CODE(TN_OP_MOOD, 0, 0, LDV(1, 2), PAIR(MUL, 0, 1), LDV(1, 1),
                   PAIR(LT, 0, 1)),
              CODE(COUNT(1)));
    play();
    stage_step(&stage);
    assert_true(tn_play_is_idle(&stage.play));
    happen(TN_EVENT_TAPPED);
    stage_step_ms(&stage, 19996);
    assert_false(tn_play_is_idle(&stage.play));
    stage_step_ms(&stage, 8);
    assert_true(tn_play_is_idle(&stage.play));
    assert_int_equal(tn_play_due_us(&stage.play), UINT64_MAX);
}

static void moods_are_verified(void **state)
{
    (void)state;
    start();
    for (int i = 0; i < 4; i++) {
        put_number(TN_NUMBER_MOOD, 32768000, 0);
    }
    put_number(0, 0, 0);
    assert_int_equal(verify(), TN_OK);
    put_number(TN_NUMBER_MOOD, 1, 0); /* not first */
    assert_int_equal(verify(), TN_ERR_INDEX);
    start();
    for (int i = 0; i < 5; i++) {
        put_number(TN_NUMBER_MOOD, 1, 0);
    }
    assert_int_equal(verify(), TN_ERR_FULL);
    start();
    put_number(TN_NUMBER_MOOD, 0, 0);
    assert_int_equal(verify(), TN_ERR_VALUE);
    start();
    put_number(TN_NUMBER_MOOD, 32768001, 0);
    assert_int_equal(verify(), TN_ERR_VALUE);
    start();
    put_number(TN_NUMBER_MOOD | TN_NUMBER_KEEP, 1, 0);
    assert_int_equal(verify(), TN_ERR_FEATURE);
    start();
    put_number(TN_NUMBER_MOOD, 1, 0);
    kit.numbers[1] = INT(2); /* more than all */
    assert_int_equal(verify(), TN_ERR_VALUE);
    start();
    put_number(TN_NUMBER_MOOD, 1, 0);
    put_number(0, 0, 0);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_MOOD, 0, 0, LDN(0, 1)));
    assert_int_equal(verify(), TN_OK);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_MOOD, 0, 1));
    assert_int_equal(verify(), TN_ERR_OPERAND);
    start();
    put_number(TN_NUMBER_MOOD, 1, 0);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(LDN(0, 0)));
    assert_int_equal(verify(), TN_ERR_OPERAND);
}

/* A card in the slot, its shown number `pair` and its mood to look at. */
static void put_card(uint8_t slot, int pair)
{
    static struct kit card;

    kit_begin(&card, TN_IMAGE_TILE, "card", 1);
    card.number_count = 0;
    card.numbers_len = 0;

    uint8_t name = kit_name(&card, "pair");
    uint8_t cheer = kit_name(&card, "cheer");
    const uint8_t numbers[] = {TN_NUMBER_MOOD | TN_NUMBER_SHOW,
                               INT(1),
                               100,
                               cheer,
                               0,
                               INT(9),
                               TN_NUMBER_SHOW,
                               INT(pair),
                               name};

    memcpy(card.numbers, numbers, sizeof numbers);
    card.numbers_len = sizeof numbers;
    card.number_count = 3;
    kit_on(&card, ALWAYS, TN_EVENT_SHAKEN,
           CODE(LDN(0, 2), LDV(1, 10), PAIR(ADD, 0, 1), STN(0, 2)));
    kit_react(&card, ALWAYS, TN_EVENT_SWUNG, NO_ARG, NO_CODE,
              CODE(TN_OP_SEND, name));
    stage_load(&stage, slot, &card);
}

/* Slot 0 looks at cards: number 0 pair, 1 identity, 2 cheer. */
static void start_board(void)
{
    start();
    for (int i = 0; i < 4; i++) {
        put_number(0, 0, 0);
    }

    uint8_t card = kit_name(&kit, "card"), pair = kit_name(&kit, "pair");
    uint8_t cheer = kit_name(&kit, "cheer");
    struct code look =
        CODE(TN_OP_PEEK, 0, card, pair, STN(0, 0), TN_OP_PEEK, 0, card,
             TN_NAME_ANY, STN(0, 1), TN_OP_PEEK, 0, card, cheer, STN(0, 2));

    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, card, NO_CODE, look);
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, card, NO_CODE, look);
    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, pair, NO_CODE, look);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, look);
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED,
           CODE(TN_OP_PEEK, 0, card, pair, STN(0, 3)));
    play();
}

static void the_card_that_caused_the_event_is_looked_at(void **state)
{
    (void)state;
    start_board();
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number(0), TN_UNKNOWN);
    assert_int_equal(number(1), TN_UNKNOWN);
    stage_post(&stage, TN_EVENT_LIFTED, 0);
    put_card(3, 4);
    stage_step(&stage); /* it has not begun when that is handled */
    assert_int_equal(number(3), TN_UNKNOWN);
    put_card(1, 2);
    stage_step(&stage);
    stage_step(&stage);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 0), 2); /* came last */
    assert_int_equal(number(1), 1001);
    stage_post(&stage, TN_EVENT_SWUNG, 3); /* sends a message */
    stage_step(&stage);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 4);
    assert_int_equal(number(1), 1003);
    stage_post(&stage, TN_EVENT_SHAKEN, 1);
    stage_step(&stage);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 0), 12);
}

static void each_card_is_looked_at_as_it_comes_and_none_as_it_goes(void **state)
{
    (void)state;
    start_board();
    put_card(3, 4);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 4);
    assert_int_equal(number(1), 1003);
    put_card(1, 2);
    stage_step(&stage);
    assert_int_equal(stage_number(&stage, 0, 0), 2);
    tn_play_unload(&stage.play, 1);
    put_card(1, 7); /* in its place at once */
    stage_step(&stage);
    stage_step(&stage);
    stage_step(&stage);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 0), 7);
    tn_play_unload(&stage.play, 1);
    stage_step(&stage);
    assert_int_equal(number(0), TN_UNKNOWN); /* not the one that is left */
    assert_int_equal(number(1), TN_UNKNOWN);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 0), 4);
}

static void a_mood_is_shown_as_it_is_now(void **state)
{
    (void)state;
    start_board();
    put_card(3, 4);
    stage_step(&stage);
    stage_step_ms(&stage, 44);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number(2), TN_Q16_ONE * 48 / 100);
    stage_step_ms(&stage, 60);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number(2), 0);
}

static void identities_fold_without_becoming_unknown(void **state)
{
    static const struct {
        uint64_t identity;
        tn_q16 folded;
    } cases[] = {{0x0000000180000000u, -0x7FFFFFFF},
                 {0x8000000000000000u, 0},
                 {0x1234567800000001u, 0x12345679},
                 {0xFFFFFFFF00000000u, -1}};
    struct tn_image_info info;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_board();
        put_card(1, 0);
        stage_step(&stage);
        stage.play.programs[1].identity = cases[i].identity;
        happen(TN_EVENT_TAPPED);
        assert_int_equal(number(1), cases[i].folded);
    }
    start();
    put_number(TN_NUMBER_SHOW, 0, 2);
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_ERR_INDEX);
    assert_int_equal(info.err_at, info.numbers_at + 2);
    start();
    put_number(TN_NUMBER_SHOW | TN_NUMBER_KEEP, 0, 1);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_PEEK, 0, 1, 1));
    assert_int_equal(verify(), TN_OK);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_PEEK, 0, 1, 2));
    assert_int_equal(verify(), TN_ERR_OPERAND);
    start();
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_PEEK, 0, TN_NAME_ANY, 1));
    assert_int_equal(verify(), TN_ERR_OPERAND);
}

/* Two numbers, then lists of 3 and 1 places. TAPPED adds number 0 to the first
 * and looks what it has; SWUNG clears it. */
static void start_lists(void)
{
    start();
    put_number(0, 0, 0);
    put_number(0, 0, 0);
    put_number(0, 0, 0);
    put_number(0, 0, 0);
    put_list(3);
    put_list(1);
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(COUNT(0), TN_OP_PUSH, 0, 0, TN_OP_PUSH, 1, 0, TN_OP_COUNT, 1, 0,
                STN(1, 1)));
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED,
           CODE(LDV(0, 2), TN_OP_HAS, 0, 0, STN(0, 2), LDV(0, 4), TN_OP_HAS, 0,
                0, STN(0, 3)));
    kit_on(&kit, ALWAYS, TN_EVENT_SWUNG, CODE(TN_OP_CLEAR, 0));
    kit_on(&kit, ALWAYS, TN_EVENT_SHAKEN,
           CODE(LDA(0, 0), TN_OP_ITEM, 0, 0, STN(0, 2), LDV(0, 1), TN_OP_ITEM,
                0, 1, STN(0, 3)));
    play();
}

static int item(tn_q16 nth)
{
    struct tn_event event = {.number = TN_EVENT_SHAKEN,
                             .source = TN_SOURCE_SELF,
                             .target = 0,
                             .args = {nth, TN_UNKNOWN, TN_UNKNOWN}};

    tn_play_post(&stage.play, &event);
    stage_step(&stage);
    return number(2) == TN_UNKNOWN ? -1 : stage_number(&stage, 0, 2);
}

static void a_list_takes_what_fits_and_says_what_it_has(void **state)
{
    (void)state;
    start_lists();
    for (int i = 1; i <= 5; i++) {
        happen(TN_EVENT_TAPPED);
        assert_int_equal(stage_number(&stage, 0, 1), i < 3 ? i : 3);
    }
    happen(TN_EVENT_LIFTED);
    assert_int_equal(stage_number(&stage, 0, 2), 1); /* has 2 */
    assert_int_equal(stage_number(&stage, 0, 3), 0); /* has no 4: was full */
    assert_int_equal(item(0), 0);
    assert_int_equal(item(TN_Q16_ONE), 1);
    assert_int_equal(stage_number(&stage, 0, 3), 1); /* the other's first */
    assert_int_equal(item(TN_Q16_ONE / 2), 0);
    assert_int_equal(item(3 * TN_Q16_ONE), 3);
    assert_int_equal(item(3 * TN_Q16_ONE + 9), 3);
    assert_int_equal(item(4 * TN_Q16_ONE), 0);
    assert_int_equal(item(-TN_Q16_ONE), 0);
    assert_int_equal(item(TN_UNKNOWN), -1);
    happen(TN_EVENT_SWUNG);
    happen(TN_EVENT_LIFTED);
    assert_int_equal(stage_number(&stage, 0, 2), 0);
    happen(TN_EVENT_TAPPED);
    assert_int_equal(stage_number(&stage, 0, 1), 1);
    assert_int_equal(item(TN_Q16_ONE), 6);
    assert_int_equal(stage_number(&stage, 0, 3), 1); /* not cleared */
}

static void what_is_unknown_is_in_no_list(void **state)
{
    (void)state;
    start();
    put_number(0, 0, 0);
    put_list(2);
    kit_on(&kit, ALWAYS, TN_EVENT_LIFTED,
           CODE(LDA(0, 2), TN_OP_PUSH, 0, 0, TN_OP_HAS, 0, 0, TN_OP_COUNT, 1, 0,
                PAIR(ADD, 0, 1), STN(0, 0)));
    play();
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number(0), 0);
}

static void lists_are_verified(void **state)
{
    (void)state;
    start();
    put_list(16);
    put_list(14);
    put_list(1);
    put_list(1);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_CLEAR, 3));
    assert_int_equal(verify(), TN_OK);
    put_list(1);
    assert_int_equal(verify(), TN_ERR_FULL); /* a fifth */
    start();
    put_number(0, 0, 0);
    put_list(16);
    put_list(16);
    assert_int_equal(verify(), TN_ERR_FULL); /* 33 values */
    start();
    put_list(17);
    assert_int_equal(verify(), TN_ERR_VALUE);
    start();
    put_list(0);
    assert_int_equal(verify(), TN_ERR_VALUE);
    start();
    put_list(1);
    put_number(0, 0, 0);
    assert_int_equal(verify(), TN_ERR_INDEX); /* not last */
    start();
    put_list(1);
    kit.numbers[0] |= TN_NUMBER_KEEP;
    assert_int_equal(verify(), TN_ERR_FEATURE);
    start();
    put_number(0, 0, 0);
    put_list(1);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(LDN(0, 1)));
    assert_int_equal(verify(), TN_ERR_OPERAND);
    start();
    put_list(1);
    kit_on(&kit, 0, TN_EVENT_TAPPED, CODE(TN_OP_PUSH, 1, 0));
    assert_int_equal(verify(), TN_ERR_OPERAND);
    start();
    put_list(1);
    kit_react(&kit, 0, TN_EVENT_TAPPED, NO_ARG, CODE(TN_OP_PUSH, 0, 0),
              NO_CODE);
    assert_int_equal(verify(), TN_ERR_OPCODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mood_falls_in_a_line_to_nothing),
        cmocka_unit_test(
            a_mood_renewed_falls_from_there_and_stays_within_its_range),
        cmocka_unit_test(
            a_sleeper_wakes_when_a_mood_passes_what_it_is_compared_with),
        cmocka_unit_test(
            a_mood_that_is_reckoned_with_keeps_awake_until_it_is_gone),
        cmocka_unit_test(moods_are_verified),
        cmocka_unit_test(the_card_that_caused_the_event_is_looked_at),
        cmocka_unit_test(
            each_card_is_looked_at_as_it_comes_and_none_as_it_goes),
        cmocka_unit_test(a_mood_is_shown_as_it_is_now),
        cmocka_unit_test(identities_fold_without_becoming_unknown),
        cmocka_unit_test(a_list_takes_what_fits_and_says_what_it_has),
        cmocka_unit_test(what_is_unknown_is_in_no_list),
        cmocka_unit_test(lists_are_verified),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
