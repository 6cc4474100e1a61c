/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler as a whole: its answers, its images, its limits. */
#include "lang_kit.h"

#include <stdlib.h>

#include <tenon/hash.h>
#include <tenon/play.h>

static void an_image_has_the_bytes_that_the_format_says(void **state)
{
    struct tn_lang_set *set =
        compile_good("set demo \"A title\"\n"
                     "message hit\n"
                     "tile t {\n"
                     "  kind seat\n"
                     "  number n = -3; number r = 50%\n"
                     "  start b\n"
                     "  state a { when hit if n < 5 -> b }\n"
                     "  state b { after 2 s { n += 1 } -> a }\n"
                     "}\n");
    const struct tn_lang_program *t = tn_lang_find(set, "t");
    uint8_t expected[] = {
        0x54, 1,    1,    0,    0,    0,    0,    0,    5,  2,    2,
        1,    2,    0,    0,    2, /* header */
        0,    0,    0,    0,    0,    0,    0,    0,    0,  0,    0,
        0,    0,    0,    0,    0,    0,    0,    0,    0, /* names */
        0xFF, 2,    0xFF, 3,                               /* states */
        0,    0x0A, 0,    0x81, 0x80, 0x08, /* -3; 0x8000 as Q16.16 */
        0,    0xE1, 4,    8,    2,    2,    0,    0,    1,  1,    0x14,
        0x18, 0x01, 0x22, 1,    1,    0x75, 0xD0, 0x0F, 13, 2,    0,
        0,    1,    1,    4,    0x10, 0x01, 3,    0,    0,  0x22, 0};
    static const char *const names[] = {"seat", "t", "a", "b", "hit"};

    (void)state;
    assert_non_null(t);
    for (size_t i = 0; i < 5; i++) {
        uint32_t h = tn_hash_fnv32(TN_FNV32_START, names[i], strlen(names[i]));

        assert_string_equal(t->names.list[i], names[i]);
        for (size_t k = 0; k < 4; k++) {
            expected[16 + 4 * i + k] = (uint8_t)(h >> (8 * k));
        }
    }
    expected[4] = sizeof(expected);
    uint16_t crc = tn_hash_crc16(expected + 8, sizeof(expected) - 8);
    expected[6] = (uint8_t)crc;
    expected[7] = (uint8_t)(crc >> 8);
    assert_int_equal(t->image_len, sizeof(expected));
    assert_memory_equal(t->image, expected, sizeof(expected));
    tn_lang_free(set);
}

static void a_set_has_names_titles_and_identities(void **state)
{
    struct tn_lang_set *set = compile_good(
        "set demo \"A title\"\nsound bang { noise 20% }\n"
        "tile t { number n = 1; state a { when tapped { play bong; play bang; "
        "glow flash red 2/s } } }\n"
        "sound bong { noise 30% }\n"
        "figure f { when tapped { glow red } }\n");

    (void)state;
    assert_string_equal(set->name, "demo");
    assert_string_equal(set->title, "A title");
    assert_int_equal(set->program_count, 2);
    assert_string_equal(set->programs[0].name, "t");
    assert_int_equal(set->programs[0].kind, TN_IMAGE_TILE);
    assert_int_equal(set->programs[1].kind, TN_IMAGE_FIGURE);
    assert_true(set->programs[0].identity ==
                tn_hash_fnv64(TN_FNV64_START, "demo:t", 6));
    assert_int_equal(set->programs[0].sounds.count, 2);
    assert_string_equal(set->programs[0].sounds.list[0], "bong");
    assert_string_equal(set->programs[0].sounds.list[1], "bang");
    assert_string_equal(set->programs[0].lights.list[0], "flash red 2/s");
    assert_string_equal(set->programs[0].states.list[0], "a");
    assert_string_equal(set->programs[0].numbers.list[0], "n");
    assert_string_equal(set->programs[1].states.list[0], "f");
    assert_null(tn_lang_find(set, "bang"));
    tn_lang_free(set);
}

static void equal_sounds_and_lights_are_written_once(void **state)
{
    struct tn_lang_set *set = compile_good(
        "sound a { noise 20%; last 1 s }\nsound b { noise 20%; last 1000 ms }\n"
        "light l { breathe red }\n"
        "tile t { when tapped { play a; play b; glow l; glow breathe red; "
        "glow breathe red 15/min; glow steady red; glow red } }\n");

    (void)state;
    assert_int_equal(set->programs[0].sounds.count, 1);
    assert_int_equal(set->programs[0].lights.count, 2);
    tn_lang_free(set);
}

static void equal_programs_have_equal_images(void **state)
{
    static const char a[] = "set x tile t { when tapped { glow red } }";
    static const char b[] =
        "# same\ntile t {\r\n\twhen tapped\n { glow red; }\n}";
    struct tn_lang_set *one = tn_lang_compile_text("a", a + 6, sizeof(a) - 7);
    struct tn_lang_set *two = tn_lang_compile_text("b", b, sizeof(b) - 1);

    (void)state;
    assert_int_equal(one->program_count, 1);
    assert_int_equal(two->program_count, 1);
    assert_int_equal(one->programs[0].image_len, two->programs[0].image_len);
    assert_memory_equal(one->programs[0].image, two->programs[0].image,
                        one->programs[0].image_len);
    tn_lang_free(one);
    tn_lang_free(two);
}

static void case_and_accents_count_in_names(void **state)
{
    struct tn_lang_set *set =
        compile_good("tile \xC3\xA9t\xC3\xA9 { number n = 1; number N = 2; "
                     "number \xE6\x98\x9F = 3; when n < N and \xE6\x98\x9F = 3 "
                     "{ stop all } }");

    (void)state;
    assert_non_null(tn_lang_find(set, "\xC3\xA9t\xC3\xA9"));
    assert_int_equal(set->programs[0].numbers.count, 3);
    tn_lang_free(set);
}

static void lines_go_on_where_the_small_print_says(void **state)
{
    struct tn_lang_set *set = compile_good(
        "sound s { sine 3 Hz,\n noise 3%\n fade 2 s }\n"
        "tile t\n{\n state a\n {\n when tapped\n\n # a comment\n {\n"
        "  if still\n {\n play s\n }\n else if moving\n {\n stop s }\n"
        "  else\n { stop all }\n }\n -> b\n }\n"
        " state b { when tapped\n -> a; enter { play s -> a } }\n}");

    (void)state;
    assert_int_equal(set->program_count, 1);
    tn_lang_free(set);
}

static void use_brings_in_the_declarations_of_a_file(void **state)
{
    struct tn_lang_set *set =
        tn_lang_compile_file("test/errors/parts/uses.play");

    (void)state;
    assert_int_equal(set->problem_count, 0);
    assert_string_equal(set->name, "uses");
    assert_int_equal(set->program_count, 2);
    assert_string_equal(set->programs[0].name, "lamp");
    tn_lang_free(set);
}

static void a_file_that_is_not_there_is_a_problem(void **state)
{
    struct tn_lang_set *set = tn_lang_compile_file("test/none.play");

    (void)state;
    assert_int_equal(set->error_count, 1);
    assert_int_equal(set->problems[0].line, 0);
    assert_string_equal(set->problems[0].source, "");
    tn_lang_free(set);
    set = tn_lang_compile_file("test");
    assert_int_equal(set->error_count, 1);
    tn_lang_free(set);
}

/* `count` times `part` between two others. */
static char *repeat(const char *before, const char *part, size_t count,
                    const char *after)
{
    size_t len = strlen(part);
    char *text = malloc(strlen(before) + len * count + strlen(after) + 1);
    char *at = text;

    assert_non_null(text);
    at += sprintf(at, "%s", before);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, part, len);
        at += len;
    }
    strcpy(at, after);
    return text;
}

static void assert_refused(char *text, const char *why)
{
    struct tn_lang_set *set = tn_lang_compile_text("t", text, strlen(text));
    bool is_there = false;

    assert_int_equal(set->program_count, 0);
    assert_true(set->error_count >= 1 && set->error_count <= 20);
    for (size_t i = 0; i < set->problem_count; i++) {
        is_there = is_there || strstr(set->problems[i].why, why);
    }
    if (!is_there) {
        print_message("not said: %s; but: %s\n", why, set->problems[0].why);
    }
    assert_true(is_there);
    tn_lang_free(set);
    free(text);
}

static void hostile_texts_are_refused_in_bounded_space(void **state)
{
    (void)state;
    assert_refused(repeat("tile t { ", "if still { ", 300000, ""), "closed");
    assert_refused(repeat("tile t { when tapped { ", "if still { ", 300000, ""),
                   "nested too deep");
    assert_refused(repeat("tile t { when tapped { if still { }",
                          "else if still { }", 200000, "} }"),
                   "nested too deep");
    assert_refused(repeat("tile t { when ", "(", 1000000, ""), "too deep");
    assert_refused(repeat("tile t { when ", "not ", 1000000, ""), "too deep");
    assert_refused(repeat("tile t { number n = 1; when tapped { n = ", "- ",
                          1000000, "1 } }"),
                   "too deep");
    assert_refused(
        repeat("tile t { when still", " or still", 400000, " { stop all } }"),
        "at most 64");
    assert_refused(
        repeat("tile t { when tapped {", " stop all;", 400000, " } }"),
        "needs more than 65536 bytes");
    assert_refused(repeat("", "}", 3000000, ""), "closes nothing");
    assert_refused(repeat("", "\xFF", 3000000, ""), "not UTF-8");
    assert_refused(repeat("", "# 4 MB are the most\n", 300000, ""),
                   "larger than 4 MB");
    assert_refused(repeat("tile ", "long", 100000, " { }"), "at most 64 bytes");
}

static void programs_that_could_work_too_long_are_refused(void **state)
{
    (void)state;
    assert_refused(repeat("sound s { noise 3% }\ntile t { when tapped { ",
                          "play s;", 80, " } }"),
                   "units of work at once; a program has 380");
    assert_refused(repeat("sound s { noise 3%; hold }\ntile t { ",
                          "while { play s; play s; play s; play s }; ", 16,
                          " }"),
                   "units of work at once; a program has 380");
}

static void a_set_has_at_most_256_programs(void **state)
{
    char text[300 * 16] = "", *at = text;

    (void)state;
    for (int i = 0; i < 256; i++) {
        at += sprintf(at, "tile t%d { }\n", i);
    }
    tn_lang_free(compile_good(text));
    sprintf(at, "tile u { }");
    at = malloc(sizeof(text));
    assert_non_null(at);
    memcpy(at, text, sizeof(text));
    assert_refused(at, "at most 256");
}

static void problems_come_in_the_order_of_the_text(void **state)
{
    static const char text[] =
        "tile t { when a -> b }\nsound s { sine 3 }\ntile u { wen }";
    struct tn_lang_set *set = tn_lang_compile_text("t", text, sizeof(text) - 1);

    (void)state;
    assert_int_equal(set->problem_count, 4);
    for (size_t i = 1; i < set->problem_count; i++) {
        const struct tn_lang_problem *p = &set->problems[i];

        assert_true(p[-1].line * 100 + p[-1].column <
                    p->line * 100 + p->column);
    }
    tn_lang_free(set);
}

/* ```play blocks of the specification are sets that compile. */
static void the_examples_of_the_specification_compile(void **state)
{
    static char text[65536];
    FILE *from = fopen("docs/spec/play-language.md", "rb");
    char *at = text;
    int count = 0;

    (void)state;
    assert_non_null(from);
    text[fread(text, 1, sizeof(text) - 1, from)] = '\0';
    fclose(from);
    while ((at = strstr(at, "```play\n"))) {
        char *close = strstr(at + 8, "\n```");

        assert_non_null(close);
        *close = '\0';
        tn_lang_free(compile_good(at + 8));
        at = close + 1;
        count++;
    }
    assert_true(count >= 1);
}

static void the_starfighter_fits_its_tags(void **state)
{
    struct tn_lang_set *set =
        tn_lang_compile_file("sets/starfighter/starfighter.play");

    (void)state;
    assert_int_equal(set->problem_count, 0);
    assert_int_equal(set->program_count, 3);
    assert_true(tn_lang_find(set, "starfighter")->image_len <= 440);
    assert_true(tn_lang_find(set, "lark")->image_len <= 126);
    assert_true(tn_lang_find(set, "moss")->image_len <= 126);
    tn_lang_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_has_the_bytes_that_the_format_says),
        cmocka_unit_test(a_set_has_names_titles_and_identities),
        cmocka_unit_test(equal_sounds_and_lights_are_written_once),
        cmocka_unit_test(equal_programs_have_equal_images),
        cmocka_unit_test(case_and_accents_count_in_names),
        cmocka_unit_test(lines_go_on_where_the_small_print_says),
        cmocka_unit_test(use_brings_in_the_declarations_of_a_file),
        cmocka_unit_test(a_file_that_is_not_there_is_a_problem),
        cmocka_unit_test(hostile_texts_are_refused_in_bounded_space),
        cmocka_unit_test(programs_that_could_work_too_long_are_refused),
        cmocka_unit_test(a_set_has_at_most_256_programs),
        cmocka_unit_test(problems_come_in_the_order_of_the_text),
        cmocka_unit_test(the_examples_of_the_specification_compile),
        cmocka_unit_test(the_starfighter_fits_its_tags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
