/* SPDX-License-Identifier: Apache-2.0 */
/* The language's words for other bricks, from text to what a brick does. */
#include "lang_play_kit.h"

#include <tenon/hash.h>

#define Q(x) ((tn_q16)((x)*TN_Q16_ONE))

static uint32_t hash_of(const char *word)
{
    return tn_hash_fnv32(TN_FNV32_START, word, strlen(word));
}

/* To all programs; numbers a and b. */
static void happen(uint8_t number, const char *name, tn_q16 a, tn_q16 b)
{
    struct tn_event event;

    memset(&event, 0, sizeof(event));
    event.number = number;
    event.name = name ? hash_of(name) : 0;
    event.source = TN_SOURCE_PEER + 3;
    event.target = 0xFF;
    event.args[0] = a;
    event.args[1] = b;
    event.args[2] = TN_UNKNOWN;
    tn_play_post(&play, &event);
    step();
}

static void tap(void)
{
    happen(TN_EVENT_TAPPED, NULL, TN_UNKNOWN, TN_UNKNOWN);
}

static tn_q16 number_of(uint8_t slot)
{
    return tn_play_get_number(&play, slot, 0);
}

static struct tn_play_neighbour *meet(const char *kind)
{
    struct tn_play_neighbour *n = &in.neighbours[in.neighbour_count++];

    n->kinds[0] = hash_of(kind);
    n->measures[TN_MEASURE_DISTANCE] = TN_UNKNOWN;
    n->measures[TN_MEASURE_BEARING] = TN_UNKNOWN;
    return n;
}

static const struct tn_effect *get_sent(void)
{
    for (uint8_t i = 0; i < out.effect_count; i++) {
        if (out.effects[i].number == TN_EFFECT_SEND) {
            return &out.effects[i];
        }
    }
    return NULL;
}

static void every_relation_is_a_lasting_word_with_a_kind(void **state)
{
    static const char *const words[] = {"near", "far", "touching", "facing",
                                        "faced_by"};
    char text[256];

    (void)state;
    for (uint32_t i = 0; i < TN_RELATION_COUNT; i++) {
        struct tn_play_neighbour *other;

        snprintf(text, sizeof(text),
                 "tile t { number n = 0; when %s car { n += 1 }; "
                 "when %s brick { n += 10 }; when %s lark for 8 ms { n += 100 "
                 "} }",
                 words[i], words[i], words[i]);
        begin(text);
        step();
        other = meet("car");
        other->relations = ~(1u << i);
        step();
        assert_int_equal(number_of(0), 0);
        other->relations = 1u << i;
        step();
        step();
        assert_int_equal(number_of(0), Q(11));
        other->kinds[1] = hash_of("lark");
        step();
        step();
        assert_int_equal(number_of(0), Q(11));
        step();
        assert_int_equal(number_of(0), Q(111));
        end();
    }
}

static void relations_lead_to_states_and_stand_in_conditions(void **state)
{
    struct tn_play_neighbour *car;

    (void)state;
    begin("sound hum_ { noise 5%; hold }\n"
          "tile t {\n"
          "  number n = 0\n"
          "  state a { when near car or facing car and still -> b }\n"
          "  state b { while if not touching brick { play hum_ }\n"
          "    when lifted if far car { n = 1 }\n"
          "    when tapped { if near car and not far brick { n = 2 } } } }");
    car = meet("car");
    car->relations = 1u << TN_RELATION_FACING;
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 0);
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 1);
    step();
    assert_int_equal(out.effects[0].number, TN_EFFECT_HOLD);
    car->relations = 1u << TN_RELATION_TOUCHING;
    step();
    assert_int_equal(out.effects[0].number, TN_EFFECT_RELEASE);
    happen(TN_EVENT_LIFTED, NULL, 0, 0);
    assert_int_equal(number_of(0), 0);
    car->relations = 1u << TN_RELATION_FAR | 1u << TN_RELATION_NEAR;
    tap();
    assert_int_equal(number_of(0), 0);
    happen(TN_EVENT_LIFTED, NULL, 0, 0);
    assert_int_equal(number_of(0), Q(1));
    car->relations = 1u << TN_RELATION_NEAR;
    tap();
    assert_int_equal(number_of(0), Q(2));
    end();
}

static void measures_are_lengths_and_angles(void **state)
{
    struct tn_play_neighbour *car;

    (void)state;
    begin("tile t { number d = 0 m; number a = 0 deg\n"
          "when tapped { d = 2 * (distance to car - 10 cm)\n"
          "  a = bearing of car / 2 }\n"
          "when distance to car < 30 cm { d = 9 m }\n"
          "when bearing of brick > 170 deg { d = 8 m } }");
    car = meet("car");
    tap();
    assert_int_equal(number_of(0), TN_UNKNOWN);
    car->measures[TN_MEASURE_DISTANCE] = Q(0.5);
    car->measures[TN_MEASURE_BEARING] = Q(-30);
    tap();
    assert_in_range(number_of(0), Q(0.8) - 3, Q(0.8) + 3);
    assert_int_equal(tn_play_get_number(&play, 0, 1), Q(-15));
    car->measures[TN_MEASURE_DISTANCE] = Q(0.25);
    step();
    assert_int_equal(number_of(0), Q(9));
    car->measures[TN_MEASURE_BEARING] = Q(171);
    step();
    assert_int_equal(number_of(0), Q(8));
    end();
}

static void alone_and_joined_are_lasting_words(void **state)
{
    (void)state;
    begin("tile t { number n = 0; when alone { n = 1 }; when joined { n = 2 } "
          "}");
    in.signals[TN_SIGNAL_ALONE] = TN_Q16_ONE;
    step();
    assert_int_equal(number_of(0), Q(1));
    in.signals[TN_SIGNAL_ALONE] = 0;
    in.signals[TN_SIGNAL_JOINED] = TN_Q16_ONE;
    step();
    assert_int_equal(number_of(0), Q(2));
    end();
}

/* What `send` with this behind it becomes. */
static void send(const char *rest)
{
    char text[256];

    snprintf(text, sizeof(text),
             "message hit\ntile t { number r = 25 cm; when hit { send hit %s } "
             "}\nfigure f { number n = 0; when hit { n += 1 } }",
             rest);
    begin(text);
    happen(TN_EVENT_MESSAGE, "hit", TN_UNKNOWN, TN_UNKNOWN);
    assert_non_null(get_sent());
    assert_int_equal(get_sent()->name, hash_of("hit"));
    assert_int_equal(get_sent()->key, TN_SOURCE_PEER + 3);
    assert_int_equal(get_sent()->params[1], TN_UNKNOWN);
    assert_int_equal(get_sent()->params[2], TN_UNKNOWN);
}

static void assert_send(const char *rest, uint32_t item, tn_q16 reach_m)
{
    send(rest);
    assert_int_equal(get_sent()->item, item);
    assert_int_equal(get_sent()->params[0], reach_m);
    end();
}

static void send_says_whom_and_how_far(void **state)
{
    (void)state;
    assert_send("", TN_TARGET_ALL, TN_UNKNOWN);
    assert_send("to all", TN_TARGET_ALL, TN_UNKNOWN);
    assert_send("to others", TN_TARGET_OTHERS, TN_UNKNOWN);
    assert_send("to here", TN_TARGET_HERE, TN_UNKNOWN);
    assert_send("to nearest", TN_TARGET_NEAREST, TN_UNKNOWN);
    assert_send("to aimed", TN_TARGET_AIMED, TN_UNKNOWN);
    assert_send("to near", TN_TARGET_NEAR, TN_UNKNOWN);
    assert_send("to facing", TN_TARGET_FACING, TN_UNKNOWN);
    assert_send("to touching", TN_TARGET_TOUCHING, TN_UNKNOWN);
    assert_send("to sender", TN_TARGET_SENDER, TN_UNKNOWN);
    assert_send("within 2 m", TN_TARGET_ALL, Q(2));
    assert_send("to aimed within r * 2", TN_TARGET_AIMED, Q(0.5));
    assert_send("to aimed within distance to brick", TN_TARGET_AIMED, Q(-1));
    assert_send("to aimed or nearest", TN_TARGET_AIMED | TN_TARGET_NEAREST << 4,
                TN_UNKNOWN);
    assert_send("to near or others within 3 m",
                TN_TARGET_NEAR | TN_TARGET_OTHERS << 4, Q(3));
}

static void what_needs_no_target_stays_short(void **state)
{
    (void)state;
    send("");
    assert_bytes(set, TN_OP_SEND, 1);
    end();
    send("to all");
    assert_bytes(set, TN_EVENT_MESSAGE, 1, 2, TN_OP_SEND, 1);
    end();
    send("to sender");
    assert_bytes(set, TN_OP_SENDTO, TN_TARGET_SENDER, 1, TN_REG_NONE, 0);
    end();
}

static void programs_here_hear_what_is_for_all_here_or_them(void **state)
{
    static const struct {
        const char *rest;
        int heard;
    } cases[] = {{"", 1},          {"within 1 m", 1}, {"to here", 1},
                 {"to others", 0}, {"to near", 0},    {"to sender", 0}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        send(cases[i].rest);
        assert_int_equal(number_of(1), Q(1)); /* what came from outside */
        step();
        assert_int_equal(number_of(1), Q(1 + cases[i].heard));
        end();
    }
}

static void a_message_carries_two_numbers_by_their_names(void **state)
{
    const struct tn_effect *sent;

    (void)state;
    begin("message hit with force, angle = 15 deg\n"
          "tile t { number n = 3\n"
          "  when tapped { send hit with angle = 30 deg, force = n + 1 to here "
          "}\n"
          "  when lifted { send hit with force = 2 within 3 m }\n"
          "  when shaken { send hit } }\n"
          "figure f { number n = 0; number a = 0 deg\n"
          "  when hit if force != 99 { n = force; a = angle }\n"
          "  when unheard hit { n = force * 10 } }");
    tap();
    step();
    assert_int_equal(number_of(1), Q(4));
    assert_int_equal(tn_play_get_number(&play, 1, 1), Q(30));
    happen(TN_EVENT_LIFTED, NULL, 0, 0);
    sent = get_sent();
    assert_int_equal(sent->params[0], Q(3));
    assert_int_equal(sent->params[1], Q(2));
    assert_int_equal(sent->params[2], Q(15)); /* as declared */
    step();
    assert_int_equal(number_of(1), Q(2));
    assert_int_equal(tn_play_get_number(&play, 1, 1), Q(15));
    happen(TN_EVENT_SHAKEN, NULL, 0, 0);
    assert_int_equal(get_sent()->params[0], TN_UNKNOWN);
    assert_int_equal(get_sent()->params[1], TN_UNKNOWN); /* no one says */
    assert_int_equal(get_sent()->params[2], Q(15));
    step();
    assert_int_equal(number_of(1), Q(2)); /* unknown is not known to differ */
    happen(TN_EVENT_MESSAGE, "hit", Q(99), Q(1));
    assert_int_equal(number_of(1), Q(2));
    happen(TN_EVENT_MESSAGE, "hit", Q(7), Q(1));
    assert_int_equal(number_of(1), Q(7));
    assert_int_equal(tn_play_get_number(&play, 1, 1), Q(1));
    happen(TN_EVENT_UNHEARD, "hit", Q(5), Q(1));
    assert_int_equal(number_of(1), Q(50));
    end();
}

static void the_message_of_each_alternative_has_its_own_numbers(void **state)
{
    (void)state;
    begin("message one with a, b\nmessage two with b = 3\nmessage three\n"
          "tile t { number n = 0; when one or two { n = b }\n"
          "  when three { n = 4 } }");
    happen(TN_EVENT_MESSAGE, "one", Q(10), Q(20));
    assert_int_equal(number_of(0), Q(20));
    happen(TN_EVENT_MESSAGE, "two", Q(30), Q(40));
    assert_int_equal(number_of(0), Q(30));
    end();
}

static void
an_own_number_goes_before_a_messages_and_that_before_a_signal(void **state)
{
    (void)state;
    begin("message hit with force = 0%, speed = 0%\n"
          "tile t { number n = 0%; number force = 5%\n"
          "  when hit { n = force + speed } }");
    in.signals[TN_SIGNAL_SPEED] = Q(0.5);
    happen(TN_EVENT_MESSAGE, "hit", Q(1), Q(0.25));
    assert_in_range(number_of(0), Q(0.3) - 2, Q(0.3) + 2);
    end();
}

static void unheard_is_of_one_message(void **state)
{
    (void)state;
    begin("message hit\nmessage go\n"
          "tile t { number n = 0; when unheard hit { n += 1 }\n"
          "  when unheard go or hit { n += 10 } }");
    happen(TN_EVENT_UNHEARD, "hit", TN_UNKNOWN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(1));
    happen(TN_EVENT_UNHEARD, "go", TN_UNKNOWN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(11));
    happen(TN_EVENT_MESSAGE, "hit", TN_UNKNOWN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(21));
    end();
}

static void keep_marks_a_number_in_the_image(void **state)
{
    struct tn_image_info info;
    tn_q16 kept[TN_NUMBER_CAP] = {Q(12), Q(13)};
    const struct tn_lang_program *t;

    (void)state;
    set = compile_good("tile t { number a = 1; keep number wins = -2\n"
                       "keep number b = 3\nwhen tapped { wins += 1 } }");
    t = &set->programs[0];
    assert_bytes(set, 0, 4, TN_NUMBER_KEEP, 6, TN_NUMBER_KEEP, 12);
    assert_int_equal(tn_play_verify(t->image, (uint16_t)t->image_len, &info),
                     0);
    assert_int_equal(info.keep_count, 2);
    memset(&in, 0, sizeof(in));
    tn_play_init(&play);
    assert_int_equal(tn_play_prepare(&play, 0, 1, t->image, &info), 0);
    assert_int_equal(tn_play_start(&play, 0, kept, 2, 0), 0);
    step();
    tap();
    assert_int_equal(number_of(0), Q(1));
    assert_int_equal(tn_play_get_number(&play, 0, 1), Q(13));
    assert_int_equal(tn_play_get_number(&play, 0, 2), Q(13));
    assert_true(tn_play_is_kept_changed(&play, 0));
    end();
}

/* Words that mean something in one place only are names elsewhere. */
static void words_of_other_bricks_can_be_names(void **state)
{
    (void)state;
    begin("message near\nmessage aimed\n"
          "tile keep { kind sender; kind near\n"
          "  number distance = 0; number nearest = 2; number of = 3\n"
          "  when near { distance = nearest + of }\n"
          "  when near near { send aimed to aimed } }");
    happen(TN_EVENT_MESSAGE, "near", TN_UNKNOWN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(5));
    meet("near")->relations = 1u << TN_RELATION_NEAR;
    step();
    assert_int_equal(get_sent()->item, TN_TARGET_AIMED);
    assert_int_equal(get_sent()->name, hash_of("aimed"));
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_relation_is_a_lasting_word_with_a_kind),
        cmocka_unit_test(relations_lead_to_states_and_stand_in_conditions),
        cmocka_unit_test(measures_are_lengths_and_angles),
        cmocka_unit_test(alone_and_joined_are_lasting_words),
        cmocka_unit_test(send_says_whom_and_how_far),
        cmocka_unit_test(what_needs_no_target_stays_short),
        cmocka_unit_test(programs_here_hear_what_is_for_all_here_or_them),
        cmocka_unit_test(a_message_carries_two_numbers_by_their_names),
        cmocka_unit_test(the_message_of_each_alternative_has_its_own_numbers),
        cmocka_unit_test(
            an_own_number_goes_before_a_messages_and_that_before_a_signal),
        cmocka_unit_test(unheard_is_of_one_message),
        cmocka_unit_test(keep_marks_a_number_in_the_image),
        cmocka_unit_test(words_of_other_bricks_can_be_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
