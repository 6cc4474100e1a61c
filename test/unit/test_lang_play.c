/* SPDX-License-Identifier: Apache-2.0 */
/* What is written in the language happens when a brick plays it. */
#include "lang_play_kit.h"

static void happen(uint8_t number, tn_q16 strength)
{
    struct tn_event event;

    memset(&event, 0, sizeof(event));
    event.number = number;
    event.source = TN_SOURCE_SELF;
    event.target = 0xFF;
    event.args[0] = strength;
    event.args[1] = TN_UNKNOWN;
    event.args[2] = TN_UNKNOWN;
    tn_play_post(&play, &event);
    step();
}

static tn_q16 number_of(uint8_t slot)
{
    return tn_play_get_number(&play, slot, 0);
}

static const struct tn_effect *find(uint8_t number)
{
    for (uint8_t i = 0; i < out.effect_count; i++) {
        if (out.effects[i].number == number) {
            return &out.effects[i];
        }
    }
    return NULL;
}

/* The value of an expression; n is 7, speed 50 %, still so, moving not. */
static tn_q16 value_of(const char *expression, const char *first)
{
    char text[512];
    tn_q16 value;

    snprintf(text, sizeof(text),
             "tile t { number x = %s; number n = 7; "
             "when tapped { x = %s } }",
             first, expression);
    begin(text);
    in.signals[TN_SIGNAL_SPEED] = TN_Q16_ONE / 2;
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    happen(TN_EVENT_TAPPED, TN_Q16_ONE);
    value = number_of(0);
    end();
    return value;
}

/* Is a condition so? */
static bool is_so(const char *condition)
{
    char text[512];
    tn_q16 value;

    snprintf(text, sizeof(text),
             "tile t { number x = 0; number n = 7; "
             "when tapped { if %s { x = 1 } else { x = 2 } } }",
             condition);
    begin(text);
    in.signals[TN_SIGNAL_SPEED] = TN_Q16_ONE / 2;
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    happen(TN_EVENT_TAPPED, TN_Q16_ONE);
    value = number_of(0);
    end();
    assert_true(value == TN_Q16_ONE || value == 2 * TN_Q16_ONE);
    return value == TN_Q16_ONE;
}

#define Q(x) ((tn_q16)((x)*TN_Q16_ONE))

static void arithmetic_has_the_usual_precedence(void **state)
{
    (void)state;
    assert_int_equal(value_of("n + 2 * 3", "0"), Q(13));
    assert_int_equal(value_of("(n + 2) * 3", "0"), Q(27));
    assert_int_equal(value_of("n - 2 - 3", "0"), Q(2));
    assert_int_equal(value_of("n / 2 * 3", "0"), Q(10.5));
    assert_int_equal(value_of("-n + 2", "0"), Q(-5));
    assert_int_equal(value_of("2 - -n", "0"), Q(9));
    assert_int_equal(value_of("2 + 3 * 4", "0"), Q(14));
    assert_int_equal(value_of("n * speed", "0"), Q(3.5));
    assert_int_equal(value_of("speed * 50%", "0%"), Q(0.25));
    assert_int_equal(value_of("2 s * 3", "0 s"), Q(6));
    assert_int_equal(value_of("n / 2 s", "0 Hz"), Q(3.5));
    assert_int_equal(value_of("250 ms * 8 Hz", "0"), Q(2));
    assert_int_equal(value_of("3 m / 150 cm", "0%"), Q(2));
}

static void conditions_have_the_usual_precedence(void **state)
{
    (void)state;
    assert_true(is_so("n = 7"));
    assert_false(is_so("n != 7"));
    assert_true(is_so("n > 6"));
    assert_false(is_so("n > 7"));
    assert_true(is_so("n >= 7"));
    assert_true(is_so("n < 8"));
    assert_false(is_so("n < 7"));
    assert_true(is_so("n <= 7"));
    assert_false(is_so("n <= 6"));
    assert_true(is_so("n <= 8"));
    assert_false(is_so("n >= 8"));
    assert_true(is_so("n >= 6"));
    assert_true(is_so("n + 1 > 7 and speed = 50%"));
    assert_true(is_so("not n = 6"));
    assert_true(is_so("not still or n = 7"));
    assert_false(is_so("not (still or n = 7)"));
    assert_true(is_so("still or moving and moving"));
    assert_false(is_so("(still or moving) and moving"));
    assert_false(is_so("not still and moving or moving"));
    assert_true(is_so("not 1 > 2"));
    assert_true(is_so("still = (n = 7)"));
    assert_true(is_so("still != moving"));
}

static void literals_have_their_units(void **state)
{
    (void)state;
    assert_int_equal(value_of("1 min", "0 s"), Q(60));
    assert_int_equal(value_of("9 h", "0 s"), Q(32400));
    assert_int_equal(value_of("250 ms", "0 s"), Q(0.25));
    assert_int_equal(value_of("5 mm", "0 m"), 328);
    assert_int_equal(value_of("30 cm", "0 m"), 19661);
    assert_int_equal(value_of("1.5 kHz", "0 Hz"), Q(1500));
    assert_int_equal(value_of("4/s", "0 Hz"), Q(4));
    assert_int_equal(value_of("30/min", "0 Hz"), Q(0.5));
    assert_int_equal(value_of("-90 deg", "0 deg"), Q(-90));
    assert_int_equal(value_of("12.5%", "0%"), Q(0.125));
    assert_int_equal(value_of("32767", "0"), Q(32767));
    assert_int_equal(value_of("12.5", "0"), Q(12.5));
}

static void numbers_change(void **state)
{
    (void)state;
    begin("tile t { number x = 6; when tapped { x -= 1 }\n"
          "when lifted { x += 3 }\nwhen shaken { x *= 50% }\n"
          "when swung { x /= 4 }\nwhen put_down { x = 100 } }");
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(5));
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(8));
    happen(TN_EVENT_SHAKEN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(4));
    happen(TN_EVENT_SWUNG, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(1));
    happen(TN_EVENT_PUT_DOWN, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(100));
    end();
}

static void a_gesture_has_its_own_strength(void **state)
{
    (void)state;
    begin("tile t { number x = 0%\n"
          "when swung if strength > 30% { x = strength }\n"
          "when lifted { x = strength } }");
    in.signals[TN_SIGNAL_STRENGTH] = Q(0.125);
    happen(TN_EVENT_SWUNG, Q(0.25));
    assert_int_equal(number_of(0), 0);
    happen(TN_EVENT_SWUNG, Q(0.75));
    assert_int_equal(number_of(0), Q(0.75));
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(0.125));
    end();
}

static void see(enum tn_colour_number colour)
{
    happen(TN_EVENT_SEES, (tn_q16)colour * TN_Q16_ONE);
}

static void a_colour_is_told_from_another(void **state)
{
    (void)state;
    begin("tile t { number n = 0; when sees red { n += 1 } }");
    see(TN_COLOUR_BLUE);
    assert_int_equal(number_of(0), 0);
    see(TN_COLOUR_RED);
    assert_int_equal(number_of(0), Q(1));
    end();
    begin("tile t { number n = 0; when sees red or sees blue { n += 1 } }");
    see(TN_COLOUR_GREEN);
    assert_int_equal(number_of(0), 0);
    see(TN_COLOUR_BLUE);
    see(TN_COLOUR_RED);
    assert_int_equal(number_of(0), Q(2));
    end();
}

static void a_colour_and_an_if_must_both_hold(void **state)
{
    (void)state;
    begin("tile t { number n = 0; when sees green if dark { n += 1 } }");
    see(TN_COLOUR_GREEN);
    in.signals[TN_SIGNAL_DARK] = TN_Q16_ONE;
    see(TN_COLOUR_RED);
    assert_int_equal(number_of(0), 0);
    see(TN_COLOUR_GREEN);
    assert_int_equal(number_of(0), Q(1));
    end();
}

static void ears_and_eyes_have_words(void **state)
{
    (void)state;
    begin("tile t { number n = 0;\n"
          "when clap if strength > 50% { n = 1 }\n"
          "when loud { n = 2 }\n"
          "when quiet and loudness < 10% { n = 3 }\n"
          "when bright for 8 ms { n = 4 }\n"
          "when dark or brightness > 90% { n = 5 } }");
    happen(TN_EVENT_CLAP, Q(0.4));
    assert_int_equal(number_of(0), 0);
    happen(TN_EVENT_CLAP, Q(0.6));
    assert_int_equal(number_of(0), Q(1));
    in.signals[TN_SIGNAL_LOUD] = TN_Q16_ONE;
    step();
    assert_int_equal(number_of(0), Q(2));
    in.signals[TN_SIGNAL_QUIET] = TN_Q16_ONE;
    in.signals[TN_SIGNAL_LOUDNESS] = Q(0.05);
    step();
    assert_int_equal(number_of(0), Q(3));
    in.signals[TN_SIGNAL_BRIGHT] = TN_Q16_ONE;
    step();
    assert_int_equal(number_of(0), Q(3));
    step();
    step();
    assert_int_equal(number_of(0), Q(4));
    in.signals[TN_SIGNAL_BRIGHTNESS] = Q(0.95);
    step();
    assert_int_equal(number_of(0), Q(5));
    end();
}

static void or_makes_two_reactions(void **state)
{
    (void)state;
    begin("tile t { number x = 0; when lifted or tapped or still { x += 1 } }");
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(2));
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    step();
    step();
    assert_int_equal(number_of(0), Q(3));
    end();
}

static void a_condition_fires_when_it_comes_true_and_if_is_asked_then(void **s)
{
    (void)s;
    begin("tile t { number x = 0; number n = 1\n"
          "when still if n > 1 { x += 1 }\nwhen tapped { n = 2 } }");
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    step();
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    step();
    assert_int_equal(number_of(0), 0);
    in.signals[TN_SIGNAL_STILL] = 0;
    step();
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    step();
    assert_int_equal(number_of(0), TN_Q16_ONE);
    end();
}

static void for_waits_and_states_change(void **state)
{
    (void)state;
    begin("tile t { state a { when still for 40 ms -> b }\n"
          "state b { after 100 ms -> c; state c { every 20 ms { glow red } } } "
          "}");
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    for (int i = 0; i < 8; i++) {
        step();
        assert_int_equal(tn_play_get_state(&play, 0), 0);
    }
    for (int i = 0; i < 6; i++) {
        step();
    }
    assert_int_equal(tn_play_get_state(&play, 0), 1);
    for (int i = 0; i < 25; i++) {
        step();
    }
    assert_int_equal(tn_play_get_state(&play, 0), 2);
    end();
}

static void inner_states_react_first_and_the_first_change_counts(void **state)
{
    (void)state;
    begin("tile t { number x = 1\n"
          "always { when tapped { x = x + 1 -> c } }\n"
          "start b\n"
          "state a { when tapped { x = x * 10 }\n"
          "  state b { when tapped { x = x + 4 -> a; -> c } } }\n"
          "state c { } }");
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(51));
    assert_int_equal(tn_play_get_state(&play, 0), 0);
    end();
}

static void while_holds_a_sound_and_sets_its_parameters(void **state)
{
    const struct tn_effect *effect;

    (void)state;
    begin(
        "sound e { noise 1% .. 9% by a; saw 1 Hz .. 2 Hz by b; hold }\n"
        "tile t { while if moving { play e with b = speed, a = speed / 2 } }");
    assert_null(find(TN_EFFECT_HOLD));
    in.signals[TN_SIGNAL_MOVING] = TN_Q16_ONE;
    in.signals[TN_SIGNAL_SPEED] = Q(0.5);
    step();
    effect = find(TN_EFFECT_HOLD);
    assert_non_null(effect);
    assert_int_equal(effect->params[0], Q(0.25));
    assert_int_equal(effect->params[1], Q(0.5));
    assert_int_equal(effect->params[2], TN_UNKNOWN);
    end();
}

static void programs_meet_by_kinds_actions_messages_and_states(void **state)
{
    (void)state;
    begin(
        "message hit\n"
        "tile t { kind boat; state dry { when tapped { ask pilot to sing; "
        "send hit } -> wet }; state wet { when tapped -> dry } }\n"
        "figure f { number x = 0; action sing { x += 1 }; when hit { x += 10 }"
        "; when boat is wet { x += 100 }; when aboard t { x += 1000 }; "
        "when placed boat { x += 2000 } }");
    step();
    step();
    assert_int_equal(number_of(1) % Q(2000), Q(1000));
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    step();
    step();
    assert_int_equal(number_of(1) % Q(1000), Q(111));
    end();
}

static void if_else_takes_one_way(void **state)
{
    (void)state;
    begin("tile t { number x = 0; number n = 0\n when tapped { n += 1\n"
          "if n = 1 { x = 10 } else if n = 2 { x = 20 } else { x = 30 }\n"
          "x += 1 } }");
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(11));
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(21));
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(number_of(0), Q(31));
    end();
}

static void sounds_stop_and_lights_go_out(void **state)
{
    (void)state;
    begin(
        "sound a { noise 1%; hold }\nsound b { noise 2%; hold }\n"
        "tile t { when tapped { play a; play b; stop b; glow red; glow off }\n"
        "when lifted { stop all } }");
    happen(TN_EVENT_TAPPED, TN_UNKNOWN);
    assert_int_equal(out.effect_count, 5);
    assert_int_equal(find(TN_EFFECT_STOP)->item, 1);
    assert_non_null(find(TN_EFFECT_DARK));
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    assert_non_null(find(TN_EFFECT_STOP_ALL));
    end();
}

/* Loads programs of the starfighter's set into slots 0, 1 ... */
static void board(const char *first, const char *second)
{
    struct tn_image_info info;
    const char *names[] = {first, second};

    set = tn_lang_compile_file("sets/starfighter/starfighter.play");
    memset(&in, 0, sizeof(in));
    tn_play_init(&play);
    for (uint8_t i = 0; i < 2 && names[i]; i++) {
        const struct tn_lang_program *p = tn_lang_find(set, names[i]);

        assert_non_null(p);
        assert_int_equal(
            load_image(&play, i, p->image, (uint16_t)p->image_len, 0, &info),
            0);
    }
    step();
    step();
}

/* Does the program in `slot` play the sound `name` in this step? */
static bool plays(uint8_t slot, const char *program, const char *name)
{
    const struct tn_lang_program *p = tn_lang_find(set, program);

    for (uint8_t i = 0; i < out.effect_count; i++) {
        const struct tn_effect *e = &out.effects[i];

        if (e->number == TN_EFFECT_PLAY && e->program == slot &&
            strcmp(p->sounds.list[e->item], name) == 0) {
            return true;
        }
    }
    return false;
}

static void the_starfighter_plays_three_plays(void **state)
{
    (void)state;
    board("starfighter", NULL);
    happen(TN_EVENT_TAPPED, TN_Q16_ONE);
    assert_true(plays(0, "starfighter", "clunk"));
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    assert_true(plays(0, "starfighter", "takeoff"));
    assert_int_equal(tn_play_get_state(&play, 0), 1);
    step();
    assert_non_null(find(TN_EFFECT_HOLD));
    for (int i = 0; i < 4; i++) {
        happen(TN_EVENT_SHAKEN, TN_Q16_ONE);
    }
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 2);
    tn_lang_free(set);

    board("lark", NULL);
    happen(TN_EVENT_SWUNG, TN_Q16_ONE);
    assert_true(plays(0, "lark", "chirp"));
    tn_lang_free(set);

    board("starfighter", "moss");
    happen(TN_EVENT_TAPPED, TN_Q16_ONE);
    assert_true(plays(0, "starfighter", "laser"));
    happen(TN_EVENT_LIFTED, TN_UNKNOWN);
    for (int i = 0; i < 3 && !plays(1, "moss", "groan"); i++) {
        step();
    }
    assert_true(plays(1, "moss", "groan"));
    tn_lang_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_has_the_usual_precedence),
        cmocka_unit_test(conditions_have_the_usual_precedence),
        cmocka_unit_test(literals_have_their_units),
        cmocka_unit_test(numbers_change),
        cmocka_unit_test(a_gesture_has_its_own_strength),
        cmocka_unit_test(a_colour_is_told_from_another),
        cmocka_unit_test(a_colour_and_an_if_must_both_hold),
        cmocka_unit_test(ears_and_eyes_have_words),
        cmocka_unit_test(or_makes_two_reactions),
        cmocka_unit_test(
            a_condition_fires_when_it_comes_true_and_if_is_asked_then),
        cmocka_unit_test(for_waits_and_states_change),
        cmocka_unit_test(inner_states_react_first_and_the_first_change_counts),
        cmocka_unit_test(while_holds_a_sound_and_sets_its_parameters),
        cmocka_unit_test(programs_meet_by_kinds_actions_messages_and_states),
        cmocka_unit_test(if_else_takes_one_way),
        cmocka_unit_test(sounds_stop_and_lights_go_out),
        cmocka_unit_test(the_starfighter_plays_three_plays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
