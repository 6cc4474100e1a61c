/* SPDX-License-Identifier: Apache-2.0 */
/* Dice, repeated blocks, moods, shown numbers and lists, as written and as
 * played. */
#include "lang_kit.h"

#include <tenon/image.h>
#include <tenon/play.h>

#include "support/load.h"

#define Q(x) ((tn_q16)((x)*TN_Q16_ONE))

static struct tn_play play;
static struct tn_play_in in;
static struct tn_play_out out;
static struct tn_lang_set *set;

static void step(void)
{
    in.time_us += TN_FRAME_US;
    in.entropy = in.entropy * 1664525u + 1013904223u;
    tn_play_step(&play, &in, &out);
}

static void wait_ms(uint32_t ms)
{
    for (uint32_t i = 0; i < ms; i += TN_FRAME_US / 1000) {
        step();
    }
}

static void put(uint8_t slot, const char *name)
{
    const struct tn_lang_program *p = tn_lang_find(set, name);
    struct tn_image_info info;

    assert_non_null(p);
    assert_int_equal(load_image(&play, slot, p->image, (uint16_t)p->image_len,
                                in.time_us, &info),
                     0);
    step();
    step();
}

static void begin_set(const char *text)
{
    set = compile_good(text);
    memset(&in, 0, sizeof(in));
    tn_play_init(&play);
}

/* A tile called t, and what it begins with. */
static void begin(const char *text)
{
    begin_set(text);
    put(0, "t");
}

static void end(void)
{
    tn_lang_free(set);
}

static void happen(uint8_t number)
{
    struct tn_event event = {.number = number,
                             .source = TN_SOURCE_SELF,
                             .target = 0xFF,
                             .args = {Q(0.5), TN_UNKNOWN, TN_UNKNOWN}};

    tn_play_post(&play, &event);
    step();
}

static tn_q16 number_of(uint8_t slot, uint8_t index)
{
    return tn_play_get_number(&play, slot, index);
}

static void any_gives_each_number_of_its_range(void **state)
{
    int counts[7] = {0};

    (void)state;
    begin("tile t { number n = 0; number m = 3\n"
          "when tapped { n = any 1..6 }\n"
          "when lifted { n = any m..(m * 2) + 0 }\n"
          "when shaken if any 1..2 = 1 { n += 100 } }");
    for (int i = 0; i < 600; i++) {
        happen(TN_EVENT_TAPPED);
        assert_in_range(number_of(0, 0), Q(1), Q(6));
        counts[number_of(0, 0) / TN_Q16_ONE]++;
    }
    for (int i = 1; i <= 6; i++) {
        assert_in_range(counts[i], 60, 140);
    }
    for (int i = 0; i < 100; i++) {
        happen(TN_EVENT_SHAKEN);
    }
    assert_in_range(number_of(0, 0), Q(3000), Q(7000));
    end();
}

static void a_chance_has_two_ways(void **state)
{
    (void)state;
    begin("tile t { number n = 0; number m = 0; number luck = 100%\n"
          "when tapped { 25% chance { n += 1 } else { m += 1 } }\n"
          "when lifted { luck chance { n = 0 } } }");
    for (int i = 0; i < 400; i++) {
        happen(TN_EVENT_TAPPED);
    }
    assert_int_equal(number_of(0, 0) + number_of(0, 1), Q(400));
    assert_in_range(number_of(0, 0), Q(70), Q(130));
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number_of(0, 0), 0);
    end();
}

static void a_pick_takes_lists_of_statements(void **state)
{
    tn_q16 last = 0;
    int sums = 0;

    (void)state;
    begin("tile t { number n = 0; number sum = 0\n"
          "when tapped { pick { n = 1; sum += 1 | n = 2\n sum += 1\n"
          "  | if n > 0 { n = 3 } else { n = 4 }\n sum += 1 | } } }");
    for (int i = 0; i < 200; i++) {
        tn_q16 sum = number_of(0, 1);

        happen(TN_EVENT_TAPPED);
        if (number_of(0, 1) == sum) { /* the empty one */
            last = -1;
            continue;
        }
        assert_int_not_equal(number_of(0, 0), last);
        last = number_of(0, 0);
        sums++;
    }
    assert_in_range(sums, 110, 190);
    end();
}

/* A `pick` and a `once` of `when A or B` are one and the same. */
static void or_does_not_make_two_memories(void **state)
{
    tn_q16 last = 0;

    (void)state;
    begin("tile t { number n = 0; number m = 0\n"
          "when tapped or lifted { once { m += 1 }\n"
          "  pick { n = 1 | n = 2 | n = 3 } } }");
    for (int i = 0; i < 60; i++) {
        happen(i % 2 ? TN_EVENT_TAPPED : TN_EVENT_LIFTED);
        assert_int_not_equal(number_of(0, 0), last);
        last = number_of(0, 0);
    }
    assert_int_equal(number_of(0, 1), Q(1));
    end();
}

static void blocks_are_repeated(void **state)
{
    (void)state;
    begin("tile t { number n = 0; number m = 0\n"
          "when tapped { repeat 3 { n += 1; repeat 2 { m += 1 } } }\n"
          "when lifted { repeat 1 { n = 7 }; repeat 4 { }\n"
          "  repeat 2 { if m > 6 { m = 0 } else { m += 10 } } } }");
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number_of(0, 0), Q(3));
    assert_int_equal(number_of(0, 1), Q(6));
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number_of(0, 0), Q(7));
    assert_int_equal(number_of(0, 1), 0);
    end();
}

static void a_mood_rises_and_falls(void **state)
{
    (void)state;
    begin("tile t { number n = 0; mood cheer decays over 2 s\n"
          "mood fear decays over 1 min\n"
          "when tapped { cheer += 50% }\nwhen lifted { fear = 100% / 2 }\n"
          "when cheer > 40% { n = 1 }\nwhen cheer <= 25% and n > 0 { n = 2 }\n"
          "when swung if fear > cheer { n = 9 } }");
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number_of(0, 0), Q(0.5)); /* moods come first */
    assert_int_equal(number_of(0, 2), Q(1));
    wait_ms(992);
    assert_int_equal(number_of(0, 2), Q(1));
    wait_ms(8);
    assert_int_equal(number_of(0, 0), Q(0.25));
    assert_int_equal(number_of(0, 2), Q(2));
    happen(TN_EVENT_LIFTED);
    happen(TN_EVENT_SWUNG);
    assert_int_equal(number_of(0, 2), Q(9));
    end();
}

static const char *const memory =
    "tile board {\n"
    "  list seen of 8; list first of 1; number n = 0; number m = 0\n"
    "  when placed card {\n"
    "    if seen has card.id { n += 100 } else { add card.id to seen }\n"
    "    m = card.pair\n"
    "  }\n"
    "  when tapped { n = count of seen; if card.id = item 2 of seen { m = 9 } "
    "}\n"
    "  when lifted { clear seen; n = count of seen }\n"
    "  when count of seen = 3 { n = 33 }\n"
    "}\n"
    "tile sun { kind card; show number pair = 1; keep number score = 5 }\n"
    "tile moon like sun { pair = 2 }\n"
    "tile star like sun { score = -3; pair = 3 }\n";

static void cards_are_told_apart_and_looked_at(void **state)
{
    (void)state;
    begin_set(memory);
    put(0, "board");
    put(1, "sun");
    assert_int_equal(number_of(0, 1), Q(1));
    put(3, "moon");
    assert_int_equal(number_of(0, 1), Q(2));
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number_of(0, 0), Q(2));
    assert_int_equal(number_of(0, 1), Q(9)); /* the latest is the second */
    tn_play_unload(&play, 1);
    step();
    step();
    put(1, "sun"); /* the same tag, as far as its slot goes */
    assert_int_equal(number_of(0, 0), Q(102));
    put(2, "star");
    assert_int_equal(number_of(0, 1), Q(3));
    assert_int_equal(number_of(0, 0), Q(33));
    assert_int_equal(number_of(2, 1), Q(-3));
    assert_int_equal(number_of(1, 1), Q(5));
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number_of(0, 0), 0);
    end();
}

static void a_copy_has_its_own_name_and_values_only(void **state)
{
    const struct tn_lang_program *sun, *moon;

    (void)state;
    begin_set(memory);
    sun = tn_lang_find(set, "sun");
    moon = tn_lang_find(set, "moon");
    assert_int_equal(sun->image_len, moon->image_len);
    assert_memory_not_equal(sun->image, moon->image, sun->image_len);
    assert_true(sun->identity != moon->identity);
    assert_string_equal(moon->names.list[1], "moon");
    assert_string_equal(moon->numbers.list[0], "pair");
    end();
}

/* Two programs with states and words of their own, made of one text. */
static void a_copy_plays_like_what_it_is_like(void **state)
{
    (void)state;
    begin_set("tile a { number n = 1; number top = 3\n"
              "state x { when n >= top -> y }\nstate y { enter { once { n = 0 "
              "} } }\nalways { when tapped { n += 1 } } }\n"
              "tile b like a { top = 5 }\n");
    put(0, "a");
    put(1, "b");
    happen(TN_EVENT_TAPPED);
    happen(TN_EVENT_TAPPED);
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 1);
    assert_int_equal(tn_play_get_state(&play, 1), 0);
    happen(TN_EVENT_TAPPED);
    happen(TN_EVENT_TAPPED);
    step();
    assert_int_equal(tn_play_get_state(&play, 1), 1);
    end();
}

static void what_a_list_holds_is_what_is_added(void **state)
{
    (void)state;
    begin("tile t { list times of 3; list speeds of 2; number n = 0 s\n"
          "number fast = 0%\n"
          "when lifted { if item 1 of times > 1 s { n = item 1 of times }\n"
          "  fast = item 1 of speeds }\n"
          "when tapped { add 2 s to times; add speed to speeds } }");
    in.signals[TN_SIGNAL_SPEED] = Q(0.25);
    happen(TN_EVENT_TAPPED);
    happen(TN_EVENT_LIFTED);
    assert_int_equal(number_of(0, 0), Q(2));
    assert_int_equal(number_of(0, 1), Q(0.25));
    end();
}

static void words_mean_these_things_only_where_they_can(void **state)
{
    (void)state;
    begin("tile t { number item = 1; number count = 2; number add = 3\n"
          "number mood = 4; number list = 5; list has of 2; number id = 6\n"
          "number of = 7; number chance = 50%; number clear = 8\n"
          "when tapped { add += item * count + of; clear = id + mood + list\n"
          "  add item to has; chance chance { item = item item of has } } }");
    happen(TN_EVENT_TAPPED);
    assert_int_equal(number_of(0, 2), Q(12));
    assert_int_equal(number_of(0, 8), Q(15));
    end();
}

static uint8_t features_of(const char *text)
{
    uint8_t features;

    set = compile_good(text);
    features = set->programs[0].image[TN_IMAGE_AT_FEATURES];
    end();
    return features;
}

static void an_image_says_what_a_brick_must_know(void **state)
{
    static const char *const items[] = {
        "when tapped { n = any 1..2 }",
        "when tapped { 9% chance { n = 1 } }",
        "when tapped { pick { n = 1 | n = 2 } }",
        "when tapped { once { n = 1 } }",
        "when tapped { repeat 2 { n += 1 } }",
        "when tapped { n = card.pair }",
        "mood m decays over 1 s",
        "show number x = 1",
        "list l of 2",
    };
    char text[200];

    (void)state;
    assert_int_equal(features_of("tile t { keep number n = 0\n"
                                 "when tapped { repeat 1 { n = 1 } } }"),
                     0);
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        snprintf(text, sizeof(text), "tile t { number n = 0\n%s }", items[i]);
        assert_int_equal(features_of(text), TN_FEATURE_VALUES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_gives_each_number_of_its_range),
        cmocka_unit_test(a_chance_has_two_ways),
        cmocka_unit_test(a_pick_takes_lists_of_statements),
        cmocka_unit_test(or_does_not_make_two_memories),
        cmocka_unit_test(blocks_are_repeated),
        cmocka_unit_test(a_mood_rises_and_falls),
        cmocka_unit_test(cards_are_told_apart_and_looked_at),
        cmocka_unit_test(a_copy_has_its_own_name_and_values_only),
        cmocka_unit_test(a_copy_plays_like_what_it_is_like),
        cmocka_unit_test(what_a_list_holds_is_what_is_added),
        cmocka_unit_test(words_mean_these_things_only_where_they_can),
        cmocka_unit_test(an_image_says_what_a_brick_must_know),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
