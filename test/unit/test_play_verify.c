/* SPDX-License-Identifier: Apache-2.0 */
/* src/play: what the verifier accepts and refuses, and that nothing it accepts
 * can harm. */
#include "play_kit.h"

#include <tenon/patch.h>
#include <tenon/prng.h>

/* Images tried by each property test; many more were tried by hand. */
#ifndef MUTANT_COUNT
#define MUTANT_COUNT 20000u
#endif
#define STEP_COUNT 200u

static struct kit kit;

/* Lists of 4 and 2 places; the last number is shown. */
static void put_lists(void)
{
    static const uint8_t entries[] = {
        TN_NUMBER_SHOW, INT(2), 1, TN_NUMBER_LIST, 4, TN_NUMBER_LIST, 2};

    memcpy(kit.numbers + kit.numbers_len - 2, entries, sizeof entries);
    kit.numbers_len += (uint32_t)sizeof entries - 2;
    kit.number_count += 2;
}

/* A program that uses everything: nested states, all triggers, all opcodes. */
static void make_full(void)
{
    kit_begin(&kit, TN_IMAGE_TILE, "vehicle", 2);
    uint8_t word = kit_name(&kit, "word");
    uint8_t inner = kit_state(&kit, 1, kit_name(&kit, "inner"));

    kit_on(&kit, ALWAYS, TN_TRIGGER_ENTER, CODE(GLOW(0)));
    kit_on(&kit, 0, TN_TRIGGER_LEAVE, CODE(TN_OP_STOPALL, TN_OP_DARK));
    kit_react(&kit, 1, TN_TRIGGER_WHILE, NO_ARG, CODE(LDS(0, MOVING)),
              CODE(LDS(1, SPEED), TN_OP_HOLD, 0, 1, 0x01, GLOW(1)));
    kit_react(&kit, 0, TN_TRIGGER_COND, NO_ARG,
              CODE(LDV(0, 3), LDN(1, 0), PAIR(LE, 0, 1)), CODE(GO(inner)));
    kit_react(&kit, inner, TN_TRIGGER_COND_FOR, 20, CODE(LDS(0, STILL)),
              CODE(GO(0)));
    kit_react(&kit, 1, TN_TRIGGER_AFTER, 8, NO_CODE, CODE(PLAY(0), GO(inner)));
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 3, NO_CODE, CODE(COUNT(1)));
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED,
           CODE(COUNT(0), LDA(1, 0), TN_OP_PLAY, 1, 2, 0x10, 0x31));
    kit_react(&kit, ALWAYS, TN_EVENT_SHAKEN, NO_ARG,
              CODE(TN_OP_HERE, 0, 0, TN_OP_IS, 1, 0, 1, PAIR(OR, 0, 1)),
              CODE(LDV(0, 1), JZ(0, 2), JMP(2), TN_OP_STOP, 1, TN_OP_ASK,
                   TN_ROLE_ANYONE, word, TN_OP_SEND, word));
    kit_react(&kit, ALWAYS, TN_EVENT_MESSAGE, word, NO_CODE, CODE(COUNT(2)));
    kit_react(&kit, ALWAYS, TN_EVENT_UNHEARD, word, NO_CODE,
              CODE(TN_OP_REL, 0, TN_RELATION_NEAR, TN_NAME_ANY, TN_OP_MEASURE,
                   1, TN_MEASURE_BEARING, 0, TN_OP_SENDTO, 0x25, word, 1, 2,
                   0x00, 0x11));
    kit_react(&kit, ALWAYS, TN_EVENT_CLAP, NO_ARG, CODE(TN_OP_CHANCE, 0),
              CODE(LDV(1, 6), PAIR(ANY, 0, 1), TN_OP_PUSH, 0, 0, TN_OP_HAS, 0,
                   0, TN_OP_ITEM, 0, 1, TN_OP_COUNT, 1, 0, TN_OP_REPEAT, 3, 7,
                   TN_OP_ONCE, 2, 1, TN_OP_DARK, TN_OP_CLEAR, 1, TN_OP_DARK,
                   TN_OP_PICK, 1, 2, 0, 4, GLOW(0), JMP(2), GLOW(1), TN_OP_PEEK,
                   0, 0, word, TN_OP_PEEK, 1, 0, TN_NAME_ANY, STN(0, 3)));
    put_lists();
    kit_keep(&kit, 2);
    kit_react(&kit, 0, TN_EVENT_ACTION, word, NO_CODE, CODE(GO(1)));
    kit_react(&kit, ALWAYS, TN_EVENT_PLACED_OTHER, 0, NO_CODE, CODE(GO(1)));
    kit_react(&kit, ALWAYS, TN_EVENT_REMOVED_OTHER, 0, NO_CODE, CODE(GO(0)));
    kit_finish(&kit);
}

/* A plain program for one thing to go wrong in. */
static void make_plain(void)
{
    kit_begin(&kit, TN_IMAGE_FIGURE, "creature", 3);
}

static enum tn_err verify(uint16_t *at)
{
    struct tn_image_info info;
    enum tn_err err = tn_play_verify(kit.image, kit.len, &info);

    *at = info.err_at;
    return err;
}

/* The kit's image is refused with `err`; `at` counts from the reactions if it
 * is negative: -1 - offset. */
static void assert_refused(enum tn_err err, int at)
{
    uint16_t err_at;
    struct tn_image_info info;

    (void)tn_play_verify(kit.image, kit.len, &info);
    assert_int_equal(verify(&err_at), err);
    assert_int_equal(err_at, at < 0 ? info.reactions_at - 1 - at : at);
}

static void assert_accepted(void)
{
    uint16_t at;

    assert_int_equal(verify(&at), TN_OK);
    assert_int_equal(at, 0);
}

static void a_full_program_is_accepted_and_its_tables_found(void **state)
{
    struct tn_image_info info;
    const uint8_t *patch;
    uint8_t patch_len;

    (void)state;
    make_full();
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    assert_int_equal(info.names_at, 16);
    assert_int_equal(info.states_at, 16 + 5 * 4);
    assert_int_equal(info.numbers_at, 16 + 5 * 4 + 3 * 2);
    assert_int_equal(info.sounds_at, info.numbers_at + 8 * 2 + 1 + 2 * 2);
    assert_int_equal(info.lights_at, info.sounds_at + 4 + 6);
    assert_int_equal(info.reactions_at, info.lights_at + 4 + 6);
    assert_int_equal(info.timer_count, 3);
    assert_int_equal(info.while_count, 1);
    assert_int_equal(info.keep_count, 1);
    assert_int_equal(
        tn_play_find_sound(kit.image, kit.len, 1, &patch, &patch_len), TN_OK);
    assert_int_equal(patch_len, 5);
    assert_int_equal(patch[0], 2);
    assert_ptr_equal(patch, kit.image + info.sounds_at + 5);
    assert_int_equal(
        tn_play_find_light(kit.image, kit.len, 0, &patch, &patch_len), TN_OK);
    assert_ptr_equal(patch, kit.image + info.lights_at + 1);
    assert_int_equal(patch_len, 3);
    assert_int_equal(
        tn_play_find_sound(kit.image, kit.len, 2, &patch, &patch_len),
        TN_ERR_INDEX);
    assert_int_equal(
        tn_play_find_light(kit.image, kit.len, 2, &patch, &patch_len),
        TN_ERR_INDEX);
}

static void a_wrong_header_is_refused_at_the_byte(void **state)
{
    static const struct {
        uint8_t at;
        uint8_t value;
        int err;
    } wrong[] = {
        {TN_IMAGE_AT_MAGIC, 0x55, TN_ERR_MAGIC},
        {TN_IMAGE_AT_VERSION, 2, TN_ERR_VERSION},
        {TN_IMAGE_AT_KIND, 0, TN_ERR_VALUE},
        {TN_IMAGE_AT_KIND, 4, TN_ERR_VALUE},
        {TN_IMAGE_AT_FEATURES, 4, TN_ERR_FEATURE},
        {TN_IMAGE_AT_NAMES, TN_NAME_CAP + 1, TN_ERR_FULL},
        {TN_IMAGE_AT_KINDS, 5, TN_ERR_INDEX},
        {TN_IMAGE_AT_STATES, 0, TN_ERR_VALUE},
        {TN_IMAGE_AT_STATES, TN_STATE_CAP + 1, TN_ERR_FULL},
        {TN_IMAGE_AT_START, 3, TN_ERR_INDEX},
        {TN_IMAGE_AT_NUMBERS, TN_NUMBER_CAP + 1, TN_ERR_FULL},
        {TN_IMAGE_AT_SOUNDS, TN_SOUND_CAP + 1, TN_ERR_FULL},
        {TN_IMAGE_AT_LIGHTS, TN_LIGHT_CAP + 1, TN_ERR_FULL},
        {TN_IMAGE_AT_REACTIONS, TN_REACTION_CAP + 1, TN_ERR_FULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        make_plain();
        kit_finish(&kit);
        kit.image[wrong[i].at] = wrong[i].value;
        kit_seal(kit.image, kit.len);
        assert_refused((enum tn_err)wrong[i].err, wrong[i].at);
    }
}

static void a_wrong_length_or_checksum_is_refused(void **state)
{
    (void)state;
    make_plain();
    kit_finish(&kit);
    kit.len++;
    assert_refused(TN_ERR_LENGTH, TN_IMAGE_AT_LENGTH);
    kit.len--;
    kit.image[kit.len - 1] ^= 1u;
    assert_refused(TN_ERR_CHECKSUM, TN_IMAGE_AT_CHECKSUM);
    kit.image[kit.len - 1] ^= 1u;
    assert_accepted();
    kit_seal(kit.image, ++kit.len);
    assert_refused(TN_ERR_LENGTH, kit.len - 1);
    kit_seal(kit.image, TN_IMAGE_CAP + 1);
    kit.len = TN_IMAGE_CAP + 1;
    assert_refused(TN_ERR_LENGTH, TN_IMAGE_AT_LENGTH);
}

static void every_truncation_is_refused(void **state)
{
    uint16_t at;

    (void)state;
    make_full();
    for (uint16_t len = kit.len; len-- > 0;) {
        kit.len = len;
        if (len >= TN_IMAGE_HEADER_LEN) {
            kit_seal(kit.image, len);
        }
        assert_int_not_equal(verify(&at), TN_OK);
        assert_true(at <= len);
    }
}

static void a_parent_must_be_another_state_without_parent(void **state)
{
    static const struct {
        uint8_t parents[3];
        int err;
        int at;
    } cases[] = {
        {{NONE, 0, 0}, TN_OK, 0},
        {{1, NONE, 1}, TN_OK, 0},
        {{NONE, 1, NONE}, TN_ERR_INDEX, 1},
        {{NONE, 0, 1}, TN_ERR_INDEX, 2},
        {{1, 0, NONE}, TN_ERR_INDEX, 0},
        {{3, NONE, NONE}, TN_ERR_INDEX, 0},
        {{NONE, NONE, 254}, TN_ERR_INDEX, 2},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_plain();
        for (uint8_t s = 0; s < 3; s++) {
            kit.states[2 * s] = cases[i].parents[s];
        }
        kit_finish(&kit);
        assert_refused((enum tn_err)cases[i].err,
                       cases[i].err ? 16 + 4 * 4 + 2 * cases[i].at : 0);
    }
}

static void tables_are_checked_entry_by_entry(void **state)
{
    (void)state;
    make_plain();
    kit.states[3] = 4; /* there are names 0 .. 3 */
    kit_finish(&kit);
    assert_refused(TN_ERR_INDEX, 16 + 4 * 4 + 3);

    make_plain();
    kit_keep(&kit, 1);
    kit_keep(&kit, 7);
    kit_finish(&kit);
    assert_accepted();
    kit.numbers[2] = 0x10; /* flags of the second number */
    kit_finish(&kit);
    assert_refused(TN_ERR_FEATURE, 16 + 4 * 4 + 3 * 2 + 2);

    make_plain();
    (void)kit_patch(&kit, 0, TN_SOUND_LEN_CAP);
    (void)kit_patch(&kit, 1, TN_LIGHT_LEN_CAP);
    kit_finish(&kit);
    assert_accepted();
    (void)kit_patch(&kit, 1, TN_LIGHT_LEN_CAP + 1);
    kit_finish(&kit);
    assert_refused(TN_ERR_LENGTH, kit.len - (int)TN_LIGHT_LEN_CAP - 2);

    make_plain();
    (void)kit_patch(&kit, 0, TN_SOUND_LEN_CAP + 1);
    kit_finish(&kit);
    assert_refused(TN_ERR_LENGTH, 16 + 4 * 4 + 3 * 2 + 8 * 2 + 4 + 6);
}

/* One reaction alone in a plain program. */
static void put_alone(uint8_t state, uint8_t trigger, int64_t arg,
                      struct code guard, struct code body)
{
    make_plain();
    kit_react(&kit, state, trigger, arg, guard, body);
    kit_finish(&kit);
}

static void a_reaction_needs_a_known_trigger_and_its_arguments(void **state)
{
    const struct code empty = {(const uint8_t *)"", 0};
    const struct code yes = CODE(LDV(0, 1));

    (void)state;
    put_alone(3, TN_EVENT_TAPPED, NO_ARG, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_INDEX, -1);
    put_alone(2, TN_EVENT_TAPPED, NO_ARG, yes, NO_CODE);
    assert_accepted();
    put_alone(0, 0x7F, NO_ARG, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_TRIGGER, -2);
    put_alone(0, 0x00, NO_ARG, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_TRIGGER, -2);
    put_alone(0, TN_TRIGGER_COND, NO_ARG, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_TRIGGER, -2);
    put_alone(0, TN_TRIGGER_COND_FOR, 10, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_TRIGGER, -2);
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, empty, NO_CODE);
    assert_refused(TN_ERR_LENGTH, -5);
    put_alone(0, TN_EVENT_MESSAGE, 3, NO_CODE, NO_CODE);
    assert_accepted();
    put_alone(0, TN_EVENT_MESSAGE, 4, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_INDEX, -3);
    put_alone(0, TN_EVENT_PLACED_OTHER, 4, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_INDEX, -3);
    put_alone(0, TN_TRIGGER_EVERY, 0, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_VALUE, -3);
    put_alone(0, TN_TRIGGER_AFTER, 0, NO_CODE, NO_CODE);
    assert_accepted();
    put_alone(0, TN_TRIGGER_AFTER, 32768000, NO_CODE, NO_CODE);
    assert_accepted();
    put_alone(0, TN_TRIGGER_AFTER, 32768001, NO_CODE, NO_CODE);
    assert_refused(TN_ERR_VALUE, -3);
}

static void a_body_longer_than_the_image_is_refused(void **state)
{
    (void)state;
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, NO_CODE, CODE(GLOW(0)));
    kit.image[kit.len - 3] = 3;
    kit_seal(kit.image, kit.len);
    assert_refused(TN_ERR_END, -4);
}

/* The code as the body of a reaction in a plain program. */
static void put_body(struct code body)
{
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, NO_CODE, body);
}

static void operands_must_be_in_range(void **state)
{
    /* The last byte that is good; one more is not. */
    static const struct {
        uint8_t code[6];
        uint8_t len;
    } cases[] = {
        {{TN_OP_NEG, 7}, 2},
        {{TN_OP_LDN, 0, 7}, 3},
        {{TN_OP_STN, 0, 7}, 3},
        {{TN_OP_LDS, 0, TN_SIGNAL_COUNT - 1}, 3},
        {{TN_OP_LDA, 0, 2}, 3},
        {{TN_OP_ADD, 0x77}, 2},
        {{TN_OP_GO, 2}, 2},
        {{TN_OP_IS, 0, 0, 3}, 4},
        {{TN_OP_HERE, 0, 3}, 3},
        {{TN_OP_PLAY, 0, 1, 0x37}, 4},
        {{TN_OP_STOP, 1}, 2},
        {{TN_OP_GLOW, 1}, 2},
        {{TN_OP_ASK, 2, 3}, 3},
        {{TN_OP_SEND, 3}, 2},
        {{TN_OP_REL, 0, 0, 3}, 4},
        {{TN_OP_MEASURE, 0, 0, 3}, 4},
        {{TN_OP_SENDTO, 1, 0, 0, 1, 0x17}, 6},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct code code = {cases[i].code, cases[i].len};

        put_body(code);
        assert_accepted();
        kit.image[kit.len - 1]++;
        kit_seal(kit.image, kit.len);
        assert_refused(TN_ERR_OPERAND, kit.len - 1);
    }
    put_body(CODE(TN_OP_ASK, 4, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 2);
    put_body(CODE(TN_OP_ADD, 0x80));
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    put_body(CODE(TN_OP_PLAY, 0, 1, 0x40));
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    put_body(CODE(TN_OP_PLAY, 0, 5, 0, 0, 0, 0, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 6);
    put_body(CODE(TN_OP_PLAY, 2, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 2);
    put_body(CODE(TN_OP_LDV, 0, 0x80, 0x80, 0x80, 0x80, 0x80));
    assert_refused(TN_ERR_VALUE, kit.len - 5);
}

static void relations_measures_and_general_operands_are_checked(void **state)
{
    (void)state;
    put_body(CODE(TN_OP_REL, 7, TN_RELATION_COUNT - 1, TN_NAME_ANY));
    assert_accepted();
    put_body(CODE(TN_OP_REL, 0, TN_RELATION_COUNT, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 2);
    put_body(CODE(TN_OP_REL, 8, 0, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 3);
    put_body(CODE(TN_OP_MEASURE, 7, TN_MEASURE_COUNT - 1, TN_NAME_ANY));
    assert_accepted();
    put_body(CODE(TN_OP_MEASURE, 0, TN_MEASURE_COUNT, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 2);
    put_body(CODE(TN_OP_MEASURE, 0, 0, 0xFE));
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    /* only these two know any name */
    put_body(CODE(TN_OP_HERE, 0, TN_NAME_ANY));
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    put_body(CODE(TN_OP_SEND, TN_NAME_ANY));
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    put_body(CODE(TN_OP_SENDTO, 1, TN_NAME_ANY, TN_REG_NONE, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 3);
    put_body(CODE(TN_OP_SENDTO, 1, 0, TN_REG_NONE, 0));
    assert_accepted();
    put_body(CODE(TN_OP_SENDTO, 1, 0, 7, 2, 0x07, 0x10));
    assert_accepted();
    put_body(CODE(TN_OP_SENDTO, 1, 0, 8, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 2);
    put_body(CODE(TN_OP_SENDTO, 1, 0, 0, 3, 0, 0, 0));
    assert_refused(TN_ERR_OPERAND, kit.len - 4);
    put_body(CODE(TN_OP_SENDTO, 1, 0, 0, 1, 0x20)); /* a third number */
    assert_refused(TN_ERR_OPERAND, kit.len - 1);
    put_body(CODE(TN_OP_SENDTO, 1, 0, 0, 1));
    assert_refused(TN_ERR_END, kit.len);
    put_body(CODE(TN_OP_SENDTO));
    assert_refused(TN_ERR_END, kit.len);
}

/* What may follow which target, target by target. */
static void a_second_target_is_for_places_that_are_unknown(void **state)
{
    (void)state;
    for (uint32_t t = 0; t < 256; t++) {
        uint32_t first = t % 16, second = t / 16;
        bool is_first = first >= 1 && first <= 9;
        bool looks = first >= TN_TARGET_NEAREST && first <= TN_TARGET_TOUCHING;
        bool is_second =
            second == 0 || second == TN_TARGET_OTHERS ||
            (second >= TN_TARGET_NEAREST && second <= TN_TARGET_TOUCHING);

        put_body(CODE(TN_OP_SENDTO, (uint8_t)t, 0, TN_REG_NONE, 0));
        if (is_first && is_second && (second == 0 || looks)) {
            assert_accepted();
        } else {
            assert_refused(TN_ERR_OPERAND, kit.len - 4);
        }
    }
}

static void unknown_and_cut_instructions_are_refused(void **state)
{
    int known = 0;

    (void)state;
    for (uint32_t op = 0; op < 256; op++) {
        uint16_t at;
        struct code code = CODE((uint8_t)op);

        put_body(code);
        known += verify(&at) != TN_ERR_OPCODE;
    }
#define ONE(name, number, operands, cost, meaning) +1
    assert_int_equal(known, TN_OPCODES(ONE) - 1); /* all but HOLD */
#undef ONE
    put_body(CODE(GLOW(0), TN_OP_LDN, 0));
    assert_refused(TN_ERR_END, kit.len);
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, CODE(TN_OP_LDN, 0), CODE(GO(0)));
    assert_refused(TN_ERR_END, kit.len - 2); /* not on into the body */
}

static void jumps_lead_to_an_instruction_of_the_same_code(void **state)
{
    (void)state;
    put_body(CODE(JMP(0)));
    assert_accepted();
    put_body(CODE(JMP(3), LDN(0, 0)));
    assert_accepted(); /* to the end */
    put_body(CODE(JMP(4), LDN(0, 0)));
    assert_refused(TN_ERR_JUMP, kit.len - 4);
    put_body(CODE(JMP(255), LDN(0, 0)));
    assert_refused(TN_ERR_JUMP, kit.len - 4);
    for (uint8_t skip = 1; skip < 3; skip++) {
        put_body(CODE(JZ(0, skip), LDN(0, 0), GLOW(0)));
        assert_refused(TN_ERR_JUMP, kit.len - 5 + skip);
    }
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, CODE(JMP(1)), CODE(TN_OP_DARK));
    assert_refused(TN_ERR_JUMP, kit.len - 2); /* not from guard to body */
    put_body(
        CODE(JMP(2), JMP(2), JMP(2), TN_OP_STOPALL, TN_OP_DARK, TN_OP_STOPALL));
    assert_accepted(); /* several goals, and over each other */
}

static void code_may_only_do_what_makes_sense_where_it_stands(void **state)
{
    static const uint8_t acts[][5] = {
        {STN(0, 0), TN_OP_DARK, TN_OP_DARK},
        {GO(0), TN_OP_DARK, TN_OP_DARK, TN_OP_DARK},
        {PLAY(0), TN_OP_DARK, TN_OP_DARK},
        {TN_OP_STOP, 0, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK},
        {TN_OP_STOPALL, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK},
        {TN_OP_DARK, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK},
        {TN_OP_ASK, 0, 0, TN_OP_DARK, TN_OP_DARK},
        {TN_OP_SEND, 0, TN_OP_DARK, TN_OP_DARK, TN_OP_DARK},
        {TN_OP_SENDTO, 1, 0, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        struct code act = {acts[i], 5};

        put_body(act);
        assert_accepted();
        put_alone(0, TN_TRIGGER_WHILE, NO_ARG, NO_CODE, act);
        assert_refused(TN_ERR_OPCODE, kit.len - 5);
        put_alone(0, TN_EVENT_TAPPED, NO_ARG, act, NO_CODE);
        assert_refused(TN_ERR_OPCODE, kit.len - 5);
    }
    put_alone(0, TN_TRIGGER_WHILE, NO_ARG, NO_CODE,
              CODE(GLOW(0), TN_OP_HOLD, 0, 0));
    assert_accepted();
    put_body(CODE(TN_OP_HOLD, 0, 0));
    assert_refused(TN_ERR_OPCODE, kit.len - 3);
    put_alone(0, TN_TRIGGER_WHILE, NO_ARG, CODE(TN_OP_HOLD, 0, 0), NO_CODE);
    assert_refused(TN_ERR_OPCODE, kit.len - 3);
    put_alone(0, TN_EVENT_TAPPED, NO_ARG, CODE(GLOW(0)), NO_CODE);
    assert_refused(TN_ERR_OPCODE, kit.len - 2);
}

static void timers_and_while_blocks_are_counted(void **state)
{
    (void)state;
    make_plain();
    for (uint32_t i = 0; i < TN_TIMER_CAP; i++) {
        kit_react(&kit, 1, i % 2 ? TN_TRIGGER_AFTER : TN_TRIGGER_COND_FOR, 10,
                  i % 2 ? NO_CODE : CODE(LDS(0, STILL)), NO_CODE);
    }
    for (uint32_t i = 0; i < TN_WHILE_CAP; i++) {
        kit_on(&kit, (uint8_t)(i % 3), TN_TRIGGER_WHILE, NO_CODE);
    }
    kit_finish(&kit);
    assert_accepted();
    kit_on(&kit, 0, TN_TRIGGER_WHILE, NO_CODE);
    kit_finish(&kit);
    assert_refused(TN_ERR_FULL, kit.len - 3);
    kit.reaction_count--;
    kit.reactions_len -= 3;
    kit_react(&kit, 0, TN_TRIGGER_EVERY, 10, NO_CODE, NO_CODE);
    kit_finish(&kit);
    assert_refused(TN_ERR_FULL, kit.len - 4);
}

/* As docs/spec/program-image.md counts. */
#define ACT 7
#define REACTION 6
#define CHANGE (ACT + 40)
#define BEGIN 25
#define GONE 150

/* A plain program with `count` reactions like that, each costing 8. */
static enum tn_err verify_many(int count, uint8_t state, uint8_t trigger)
{
    uint16_t at;

    make_plain();
    for (int i = 0; i < count; i++) {
        kit_on(&kit, state, trigger, CODE(PAIR(MOV, 0, 0)));
    }
    kit_finish(&kit);
    return verify(&at);
}

static void the_work_of_an_event_is_bounded(void **state)
{
    struct tn_image_info info;

    (void)state;
    assert_int_equal(verify_many(46, 0, TN_EVENT_TAPPED), TN_OK);
    (void)tn_play_verify(kit.image, kit.len, &info);
    assert_int_equal(info.work_event, ACT + 46 * 8);
    assert_int_equal(info.work_begin, ACT + BEGIN);
    assert_int_equal(info.work_end, ACT + GONE);
    assert_int_equal(info.work_change, CHANGE);
    assert_int_equal(info.work_look, ACT);
    assert_int_equal(info.work_while, ACT);
    assert_int_equal(verify_many(47, 0, TN_EVENT_TAPPED), TN_ERR_WORK);
    assert_int_equal(verify_many(47, ALWAYS, TN_EVENT_TAPPED), TN_ERR_WORK);
    assert_int_equal(verify_many(16, 0, TN_TRIGGER_WHILE), TN_OK);
    (void)tn_play_verify(kit.image, kit.len, &info);
    assert_int_equal(info.work_while, ACT + 16 * 8);
    assert_int_equal(info.work_change, CHANGE + 16 * 6); /* what is released */
    /* ENTER counts for the start and for a change, LEAVE for the end too */
    assert_int_equal(verify_many(41, 0, TN_TRIGGER_ENTER), TN_OK);
    (void)tn_play_verify(kit.image, kit.len, &info);
    assert_int_equal(info.work_change, CHANGE + 41 * 8);
    assert_int_equal(verify_many(42, 0, TN_TRIGGER_ENTER), TN_ERR_WORK);
    assert_int_equal(verify_many(27, 0, TN_TRIGGER_LEAVE), TN_OK);
    (void)tn_play_verify(kit.image, kit.len, &info);
    assert_int_equal(info.work_end, ACT + GONE + 27 * 8);
    assert_int_equal(verify_many(28, 0, TN_TRIGGER_LEAVE), TN_ERR_WORK);
}

static void the_work_counts_what_is_in_scope_together(void **state)
{
    struct tn_image_info info;

    (void)state;
    make_plain();
    kit.states[2 * 1] = 0; /* 1 is inside 0; 2 stands alone */
    for (uint8_t s = 0; s < 3; s++) {
        kit_on(&kit, s, TN_EVENT_TAPPED, CODE(PLAY(0)));
        kit_on(&kit, s, TN_EVENT_SHAKEN, CODE(TN_OP_DARK));
    }
    kit_on(&kit, ALWAYS, TN_EVENT_TAPPED, CODE(PLAY(0), PLAY(0)));
    kit_on(&kit, ALWAYS, TN_TRIGGER_WHILE, CODE(TN_OP_HOLD, 0, 0));
    kit_react(&kit, 2, TN_TRIGGER_COND, NO_ARG, CODE(LDS(0, STILL)),
              CODE(GO(0)));
    kit_react(&kit, 2, TN_TRIGGER_AFTER, 10, NO_CODE, NO_CODE);
    kit_react(&kit, ALWAYS, TN_TRIGGER_EVERY, 10, NO_CODE, NO_CODE);
    kit_on(&kit, 0, TN_TRIGGER_ENTER, NO_CODE);
    kit_on(&kit, 1, TN_TRIGGER_ENTER, CODE(TN_OP_DARK));
    kit_finish(&kit);
    assert_int_equal(tn_play_verify(kit.image, kit.len, &info), TN_OK);
    /* TAPPED in 1, in 0 and always (what is odd is rounded up); entering 0 and
     * 1, with the timer that is always there; what 2 forgets and releases */
    assert_int_equal(info.work_event, ACT + 2 * (REACTION + 6) + REACTION + 10);
    assert_int_equal(info.work_look, ACT + REACTION + 4 + 2);
    assert_int_equal(info.work_while, ACT + REACTION + 6);
    assert_int_equal(info.work_change,
                     CHANGE + 2 * REACTION + 4 + REACTION + 6 + 3);
}

/* Some bytes change, go, come, or are overwritten by likely ones. */
static void mutate(struct tn_prng *prng, uint8_t *image, uint16_t *len)
{
    static const uint8_t likely[] = {
        0x00, 0x01, 0x07, 0x0F, 0x10, 0x20, 0x21, 0x22, 0x31, 0x38,
        0x70, 0x72, 0x74, 0x76, 0x7F, 0x80, 0x94, 0xF3, 0xF4, 0xFF,
    };
    uint32_t count = 1 + tn_prng_below(prng, 4);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = tn_prng_below(prng, *len);
        uint32_t way = tn_prng_below(prng, 10);

        if (way < 4) {
            image[at] = (uint8_t)tn_prng_get(prng);
        } else if (way < 8) {
            image[at] = likely[tn_prng_below(prng, sizeof likely)];
        } else if (way < 9 && *len > 20) {
            memmove(image + at, image + at + 1, *len - at - 1u);
            *len = (uint16_t)(*len - 1);
        } else {
            memmove(image + at + 1, image + at, (size_t)*len - at);
            *len = (uint16_t)(*len + 1);
        }
    }
}

/* Steps of random events, signals, gaps, and programs that come and go. */
static void play_at_random(struct tn_prng *prng, struct stage *stage)
{
    struct tn_image_info info;

    for (uint32_t i = 0; i < STEP_COUNT; i++) {
        uint32_t dice = tn_prng_below(prng, 100);

        for (uint32_t s = 0; s < TN_SIGNAL_COUNT; s++) {
            stage->in.signals[s] = (tn_q16)tn_prng_get(prng);
        }
        stage->in.neighbour_count =
            (uint8_t)tn_prng_below(prng, TN_NEIGHBOUR_CAP + 1);
        for (uint32_t n = 0; n < stage->in.neighbour_count; n++) {
            stage->in.neighbours[n].relations = tn_prng_get(prng);
            stage->in.neighbours[n].measures[0] = (tn_q16)tn_prng_get(prng);
        }
        for (uint32_t e = dice % 4; e > 0; e--) {
            stage_post(stage, (uint8_t)tn_prng_below(prng, 0x80), 0xFF);
        }
        if (dice == 0) {
            tn_play_unload(&stage->play, 1);
        } else if (dice == 1) {
            (void)load_image(&stage->play, 1, kit.image, kit.len,
                             stage->in.time_us, &info);
        } else if (dice == 2) {
            stage->in.time_us += tn_prng_get(prng);
        }
        stage_step(stage);
        assert_true(stage->out.effect_count <= TN_EFFECT_CAP);
        assert_true(stage->out.event_count <= TN_EVENT_CAP);
        for (uint8_t p = 0; p < 2; p++) {
            uint8_t now = tn_play_get_state(&stage->play, p);

            assert_true(now == NONE || now < kit.image[TN_IMAGE_AT_STATES]);
        }
    }
}

/* The asserts of src/play watch each step's work as this runs. */
static void any_bytes_are_refused_or_run_within_bounds(void **state)
{
    static struct stage stage;
    static uint8_t original[TN_IMAGE_CAP];
    struct tn_image_info info;
    struct tn_prng prng;
    uint32_t accepted = 0;

    (void)state;
    tn_prng_init(&prng, 2024, 1);
    make_full();
    uint16_t original_len = kit.len;

    memcpy(original, kit.image, kit.len);
    for (uint32_t i = 0; i < MUTANT_COUNT; i++) {
        kit.len = original_len;
        memcpy(kit.image, original, kit.len);
        mutate(&prng, kit.image, &kit.len);
        kit_seal(kit.image, kit.len);
        stage_begin(&stage);

        enum tn_err err = load_image(&stage.play, 0, kit.image, kit.len,
                                     stage.in.time_us, &info);

        assert_true(info.err_at <= kit.len);
        if (!err) {
            accepted++;
            assert_int_equal(load_image(&stage.play, 1, kit.image, kit.len,
                                        stage.in.time_us, &info),
                             TN_OK);
            play_at_random(&prng, &stage);
        }
    }
    /* Both outcomes must have been seen often, or this tested nothing. */
    assert_true(accepted > MUTANT_COUNT / 20);
    assert_true(accepted < MUTANT_COUNT / 2);
}

static void random_bytes_are_refused(void **state)
{
    struct tn_prng prng;
    uint16_t at;

    (void)state;
    tn_prng_init(&prng, 99, 1);
    for (uint32_t i = 0; i < MUTANT_COUNT; i++) {
        kit.len = (uint16_t)tn_prng_below(&prng, TN_IMAGE_CAP + 20);
        for (uint16_t b = 0; b < kit.len; b++) {
            kit.image[b] = (uint8_t)tn_prng_get(&prng);
        }
        if (kit.len >= TN_IMAGE_HEADER_LEN && i % 2) {
            kit.image[0] = TN_IMAGE_MAGIC;
            kit.image[1] = TN_IMAGE_VERSION;
            kit.image[2] = TN_IMAGE_TILE;
            kit.image[3] = 0;
            for (uint32_t c = TN_IMAGE_AT_NAMES; c < 16; c++) {
                kit.image[c] &= 3u;
            }
            kit_seal(kit.image, kit.len);
        }
        if (verify(&at) != TN_OK) {
            assert_true(at <= kit.len);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_program_is_accepted_and_its_tables_found),
        cmocka_unit_test(a_wrong_header_is_refused_at_the_byte),
        cmocka_unit_test(a_wrong_length_or_checksum_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(a_parent_must_be_another_state_without_parent),
        cmocka_unit_test(tables_are_checked_entry_by_entry),
        cmocka_unit_test(a_reaction_needs_a_known_trigger_and_its_arguments),
        cmocka_unit_test(a_body_longer_than_the_image_is_refused),
        cmocka_unit_test(operands_must_be_in_range),
        cmocka_unit_test(relations_measures_and_general_operands_are_checked),
        cmocka_unit_test(a_second_target_is_for_places_that_are_unknown),
        cmocka_unit_test(unknown_and_cut_instructions_are_refused),
        cmocka_unit_test(jumps_lead_to_an_instruction_of_the_same_code),
        cmocka_unit_test(code_may_only_do_what_makes_sense_where_it_stands),
        cmocka_unit_test(timers_and_while_blocks_are_counted),
        cmocka_unit_test(the_work_of_an_event_is_bounded),
        cmocka_unit_test(the_work_counts_what_is_in_scope_together),
        cmocka_unit_test(any_bytes_are_refused_or_run_within_bounds),
        cmocka_unit_test(random_bytes_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
