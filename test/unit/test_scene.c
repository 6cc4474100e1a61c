/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <sim/scene.h>

#define HEAD                                                                   \
    "use \"small.play\"\n"                                                     \
    "brick one on the table\n"

#define TALK                                                                   \
    "use \"talk.play\"\n"                                                      \
    "brick one at 0 cm, 0 cm\n"                                                \
    "brick two at 25 cm, 5 cm facing 170 deg\n"

static struct tn_scene *load(const char *text)
{
    return tn_scene_load_text("test/scenes/in-memory.scene", text, strlen(text),
                              false);
}

/* Wrong scenes: the text (its last line is the wrong one), where, and a part of
 * what is said. */
static const struct {
    const char *text;
    unsigned line;
    unsigned column;
    const char *why;
    const char *what;
} WRONG[] = {
    {"brick one on the table\natt 1 s one is lifted", 2, 1,
     "no statement begins with att", "did you mean at?"},
    {"brick one on the table\nat 1 s ona is lifted", 2, 8,
     "there is no brick ona", "did you mean one?"},
    {"brick one on the table\nat 1 one is lifted", 2, 6, "needs its unit",
     "ms, s, min"},
    {"brick one on the table\nat 1 s one is shakn", 2, 15, "no hand can",
     "did you mean shaken?"},
    {"brick one on the table\nat 1 s one is lifted now", 2, 22,
     "complete before this", "one statement a line"},
    {"brick one on the table\nat 1 s one has battery 101%", 2, 24, "0% to 100%",
     ""},
    {"brick one on the table\nbrick one on the table", 2, 7,
     "there is a brick one already", ""},
    {"brick one on the table\nscene \"no end", 2, 7, "has no end", ""},
    {"brick one on the table\nscene !", 2, 7, "means nothing", ""},
    {"brick one on the table\nat 2 s one is lifted\nend at 1 s", 2, 12,
     "ends at 1.000 s before this", ""},
    {"brick one on the table\nexpect one feels liftd", 2, 18, "no event liftd",
     "did you mean lifted?"},
    {"brick one on the table\nexpect one is happy at 1 s", 2, 15, "never happy",
     ""},
    {"brick one on the table\nexpect one is silent from 2 s to 1 s", 2, 22,
     "empty", ""},
    {"brick one on the table\nseed 1.5", 2, 6, "whole number", ""},
    {"brick one on the table\nseed 4294967296", 2, 6, "up to 4294967295", ""},
    {"brick one on the table\nend at 0 s", 2, 8, "without time", ""},
    {"brick one on the table\nscene \"a\033[2J\"", 2, 9, "a byte 27 is no text",
     "plain text"},
    {"brick one on the table\n# a\302\233b", 2, 4, "no text", "plain text"},
    {"brick one on the table\n# a\377b", 2, 4, "no text", "plain text"},
    {"brick one on the table\nat 25 h one is lifted", 2, 4, "at most 24 h", ""},
    {"scene \"nobody\"", 0, 0, "no brick", "brick one on the table"},
    {"use \"missing.play\"\nbrick one on the table", 1, 5, "has errors", ""},
    {HEAD "at 1 s one gets tile bel", 3, 22, "no play file declares bel",
     "did you mean bell?"},
    {HEAD "at 1 s one gets figure bell", 3, 24, "bell is a tile", ""},
    {HEAD "at 1 s one gets tile bell on NTAG999", 3, 30, "no chip NTAG999",
     "NTAG213"},
    {HEAD "at 1 s one gets tag \"small.play\" on NTAG216", 3, 21,
     "the whole memory of an NTAG216 has", "name the chip"},
    {HEAD "at 1 s one gets tag \"mouse.SLIX2.bin\"", 3, 38, "which chip", ""},
    {HEAD "at 1 s one loses bell", 3, 12, "bell is not on one at this time",
     ""},
    {HEAD "at 2 s one gets tile bell\nat 1 s one loses bell", 4, 12,
     "bell is not on one at this time", ""},
    {HEAD "at 1 s one gets tile bell\nat 2 s one gets tile bell", 4, 12,
     "bell is on one at this time", "one must lose it first"},
    {HEAD "at 1 s one moves as recorded in \"small.play\"", 3, 33,
     "this motion cannot be read", ""},
    {HEAD "at 1 s one hears \"small.play\"", 3, 18, "cannot be heard", ""},
    {HEAD "expect one plays dingg", 3, 18,
     "no program of this scene has a sound dingg", "did you mean ding?"},
    {HEAD "expect mouse on one plays ding", 3, 27, "mouse has no sound ding",
     ""},
    {HEAD "at 1 s one is shown a rad card", 3, 23, "there is no rad card",
     "did you mean red?"},
    {HEAD "at 1 s one is shown red", 3, 21, "", "is shown a red card"},
    {HEAD "at 1 s one is in a bare room", 3, 20, "what room",
     "dark, dim, lit or bright"},
    {HEAD "expect one feels sees", 3, 18, "which colour", "write: sees red"},
    {HEAD "expect one sees orange", 3, 17, "no brick can see orange",
     "red, green or blue"},
    {HEAD "expect mouse on one sees red", 3, 21, "what is expected", ""},
    {HEAD "expect one is noisy at 1 s", 3, 15, "never noisy", "loud"},
    {"brick one under the table", 1, 11, "where does it begin", "on the table"},
    {"brick one at 5 cm", 1, 18, "\",\" is missing", "60 cm, 0 cm"},
    {"brick one at 5 cm, 0", 1, 21, "unit is missing", "mm, cm or m"},
    {"brick one at 5 cm, up", 1, 20, "a number is missing", "60 cm"},
    {"brick one at -1001 m, 0 cm", 1, 14, "too much", "1000 m"},
    {"brick one at 5 cm, 0 cm facing 90", 1, 34, "unit is missing", "90 deg"},
    {"brick one at 5 cm, 0 cm facing 361 deg", 1, 32, "too much", "360 deg"},
    {"brick one on the table of family", 1, 33, "which family",
     "of family guests"},
    {"brick one on the table of kin", 1, 24, "complete before this", ""},
    {"brick one on the table\nat 1 s one faces one", 2, 18, "faces itself", ""},
    {"brick one on the table\nat 1 s one faces two", 2, 18, "no brick two", ""},
    {"brick one on the table\nat 1 s one moves to 2 cm", 2, 25,
     "\",\" is missing", ""},
    {"brick one on the table\nat 1 s one turns 90 deg", 2, 18,
     "\"to\" is missing", "turns to 90 deg"},
    {"brick one on the table\nat 1 s one gets power", 2, 12,
     "one has power at this time", ""},
    {"brick one on the table\nat 1 s one loses power\nat 2 s one loses power",
     3, 12, "one has no power at this time", ""},
    {"brick one on the table\nat -1 s one is lifted", 2, 4, "a time is missing",
     ""},
    {"brick one on the table\nexpect one is near one at 1 s", 2, 20,
     "another brick", ""},
    {"brick one on the table\nexpect one is near at 1 s", 2, 20, "no brick at",
     ""},
    {"brick one on the table\nbrick two on the table\n"
     "expect one knows two at 1 s",
     3, 18, "is missing here", "knows the distance to"},
    {"brick one on the table\nbrick two on the table\n"
     "expect one knows where two is within -1 cm at 1 s",
     3, 38, "less than 0", ""},
    {"brick one on the table\nexpect one feels message", 2, 18,
     "no event message", ""},
    {TALK "expect one hears pin", 4, 18, "has a message pin",
     "did you mean ping?"},
    {TALK "expect echo on one sends peng", 4, 26, "echo has no message peng",
     ""},
    {TALK "expect one hears ball from one", 4, 28, "another brick", ""},
    {TALK "expect one never knows where two is within 1 cm at 1 s", 4, 18,
     "what is expected", ""},
    {HEAD "expect one glows greeen", 3, 18,
     "no program of this scene has a light greeen", "did you mean green?"},
    {HEAD "expect bell on one is ringing at 1 s", 3, 23,
     "bell has no state ringing", ""},
    {HEAD "expect one never plays ding at least 2 times", 3, 29,
     "never is no time", ""},
};

static const struct tn_lang_problem *find(const struct tn_scene *scene,
                                          const char *why)
{
    for (size_t i = 0; i < scene->problem_count; i++) {
        if (strstr(scene->problems[i].why, why)) {
            return &scene->problems[i];
        }
    }
    return NULL;
}

static void wrong_scenes_are_refused_with_place_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        struct tn_scene *scene = load(WRONG[i].text);
        const struct tn_lang_problem *p = find(scene, WRONG[i].why);

        if (!p || p->line != WRONG[i].line || p->column != WRONG[i].column ||
            !strstr(p->what, WRONG[i].what)) {
            for (size_t j = 0; j < scene->problem_count; j++) {
                tn_lang_print_problem(&scene->problems[j], stderr, false);
            }
            fail_msg("wrong scene %zu: %s", i, WRONG[i].text);
        }
        assert_true(scene->error_count > 0);
        assert_int_equal(p->severity, TN_LANG_ERROR);
        assert_true(p->width >= 1);
        tn_scene_free(scene);
    }
}

static void several_mistakes_are_told_in_one_go(void **state)
{
    struct tn_scene *scene = load("brick one on the table\n"
                                  "at 1 s two is lifted\n"
                                  "foo\n"
                                  "at 1 s one is lifted lifted lifted\n"
                                  "at one is lifted\n");

    (void)state;
    assert_int_equal(scene->error_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(scene->problems[i].line, i + 2);
    }
    tn_scene_free(scene);
}

static void columns_count_characters(void **state)
{
    struct tn_scene *scene = load("brick größe on the table\n"
                                  "at 1 s größe is liftedd\n");

    (void)state;
    assert_int_equal(scene->problem_count, 1);
    assert_int_equal(scene->problems[0].column, 17);
    tn_scene_free(scene);
}

static void run(struct tn_scene *scene, struct tn_scene_report *report)
{
    struct tn_scene_options options = {
        .timeout_us = 60000000,
        .crypto = tn_crypto_sodium(),
        .run_job = tn_crypto_sodium_run,
    };

    for (size_t i = 0; i < scene->problem_count; i++) {
        tn_lang_print_problem(&scene->problems[i], stderr, false);
    }
    assert_int_equal(scene->error_count, 0);
    tn_scene_run(scene, &options, NULL, report);
    assert_int_equal(report->err, TN_OK);
}

static void a_scene_without_end_lasts_until_all_is_over(void **state)
{
    struct tn_scene *scene = load("brick one on the table\n"
                                  "at 1 s one is flown for 4 s\n");
    struct tn_scene_report report;

    (void)state;
    run(scene, &report);
    assert_int_equal(report.time_us, 6000000);
    tn_scene_free(scene);
}

static void actions_happen_in_the_order_of_their_times(void **state)
{
    struct tn_scene *scene = load(HEAD "at 3 s one loses bell\n"
                                       "at 1 s one gets tile bell\n"
                                       "expect bell on one is waiting at 2 s\n"
                                       "expect bell on one is gone at 4 s\n");
    struct tn_scene_report report;

    (void)state;
    run(scene, &report);
    assert_int_equal(report.failed, 0);
    tn_scene_free(scene);
}

/* Each pair: the expectation holds, and its contrary does not. */
struct pair {
    const char *holds;
    const char *fails;
    const char *instead;
};

static const struct pair PAIRS[] = {
    {"one plays ding", "one never plays ding", "it happened at 2."},
    {"one plays ding within 300 ms after 2 s",
     "one plays ding within 300 ms after 3 s", "it happened at 2."},
    {"one plays ding before 3 s", "one plays ding before 2 s",
     "it happened at 2."},
    {"one plays ding after 2 s", "one plays ding after 3 s",
     "it happened at 2."},
    {"one plays ding once", "one plays ding at least 2 times",
     "it happened at 2."},
    {"one plays ding at most 1 time", "one plays ding exactly 3 times",
     "it happened at 2."},
    {"one never plays peep", "one plays peep", "it never happened"},
    {"one glows green", "one never glows green", "it happened at 2."},
    {"one glows blue before 2 s", "one glows green before 2 s",
     "it happened at 2."},
    {"one feels tapped after 2 s", "one feels shaken after 2 s",
     "it never happened; there was tapped"},
    {"one feels placed", "one feels returned", "it never happened"},
    {"bell on one is waiting at 1.5 s", "bell on one is rung_once at 1.5 s",
     "it was waiting"},
    {"mouse on one is gone at 2 s", "bell on one is gone at 2 s",
     "it was waiting"},
    {"one is silent from 0 s to 2 s", "one is silent from 2 s to 3 s",
     "it was heard at 2."},
    {"one is heard from 2.2 s to 2.3 s", "one is heard from 1 s to 3 s",
     "it was silent at 1.000 s"},
    {"one is awake at 2 s", "one is asleep at 2 s", "it was awake"},
    {"one is still at 1 s", "one is moving at 1 s", "it was not"},
    {"one never refuses a tag", "one refuses a tag", "it never happened"},
};

static void check_pair(const char *head, const struct pair *pair)
{
    char text[1000];
    struct tn_scene_report report;

    snprintf(text, sizeof text, "%sexpect %s\nexpect %s\n", head, pair->holds,
             pair->fails);

    struct tn_scene *scene = load(text);

    run(scene, &report);
    if (scene->expects[0].failed || !scene->expects[1].failed ||
        !strstr(scene->expects[1].instead, pair->instead)) {
        fail_msg(
            "%s: %s / %s: %s", pair->holds,
            scene->expects[0].failed ? scene->expects[0].instead : "(holds)",
            pair->fails,
            scene->expects[1].failed ? scene->expects[1].instead : "(holds)");
    }
    assert_int_equal(report.failed, 1);
    tn_scene_free(scene);
}

static void expectations_hold_or_fail_as_what_happened_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
        check_pair(HEAD "seed 2\nat 0.5 s one gets tile bell\n"
                        "at 2 s one is tapped\nend at 4 s\n",
                   &PAIRS[i]);
    }
}

/* The same of two bricks that talk; the first is turned away later. */
static const struct pair TALKS[] = {
    {"one is joined at 2 s", "one is alone at 2 s", "it was not"},
    {"one is near two at 2 s", "one is far two at 2 s", "it was not"},
    {"one is facing two at 2 s", "one is facing two at 5.5 s", "it was not"},
    {"two is faced_by one at 2 s", "two is faced_by one at 5.5 s",
     "it was not"},
    {"caller on one sends ping", "echo on two sends ping",
     "it never happened; there was ball at 2."},
    {"two hears ping", "two never hears ping", "it happened at 2."},
    {"two hears ping from one once", "one hears ping from two",
     "it never happened; there was ball at 2."},
    {"one hears ball from two within 500 ms after 2 s",
     "one hears ball from 1 s to 2 s", "it happened at 2."},
    {"one never sends ping in vain before 4 s",
     "one sends ping in vain before 4 s", "it happened at 6."},
    {"one knows the distance to two within 2 mm at 2 s",
     "one knows the distance to two within 0 mm at 2 s", "it was wrong by 0."},
    {"one knows where two is within 1 cm at 2 s",
     "one knows where two is within 1 cm at 6.9 s",
     "it was not in touch with two"},
    {"one knows where two is within 1 cm at 1.9 s",
     "one knows where two is within 0 mm at 1.9 s", "it was wrong by 0."},
    {"two is joined at 5.5 s", "two is joined at 5.7 s", "it was not"},
};

static void expectations_about_other_bricks_do_so_too(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof TALKS / sizeof TALKS[0]; i++) {
        check_pair(TALK "at 0.2 s one gets tile caller on NTAG216\n"
                        "at 0.2 s two gets tile echo on NTAG216\n"
                        "at 0.6 s one gets figure ear on SLIX2\n"
                        "at 2 s one is tapped\n"
                        "at 4 s one turns to 90 deg for 1 s\n"
                        "at 5.6 s two loses power\n"
                        "at 6.5 s one is tapped\nend at 8 s\n",
                   &TALKS[i]);
    }
}

/* Looking the same way, one behind the other, they know how far, not where. */
static void an_open_hemisphere_is_no_place(void **state)
{
    static const struct pair PAIR = {
        "one knows the distance to two within 2 mm at 1.5 s",
        "one knows where two is within 1000 m at 1.5 s",
        "it did not know where two was"};

    (void)state;
    check_pair("brick one at 0 cm, 0 cm\nbrick two at 30 cm, 0 cm\n", &PAIR);
}

/* What of two runs is compared. */
struct count {
    size_t joins;
    size_t parts;
};

static void count_event(void *ctx, const struct tn_watch_event *event)
{
    struct count *count = ctx;

    count->joins += event->kind == TN_WATCH_JOINS && event->other == 1;
    count->parts += event->kind == TN_WATCH_PARTS && event->other == 1;
}

static void who_joins_and_parts_is_told_by_name(void **state)
{
    struct tn_scene *scene = load(TALK "at 0 s one is lifted\n"
                                       "at 2 s two loses power\n"
                                       "at 4 s two gets power\nend at 6 s\n");
    struct tn_scene_options options = {.crypto = tn_crypto_sodium()};
    struct count count = {0, 0};
    struct tn_scene_view view = {.ctx = &count, .on_event = count_event};
    struct tn_scene_report report;

    (void)state;
    tn_scene_run(scene, &options, &view, &report);
    assert_int_equal(count.joins, 2);
    assert_int_equal(count.parts, 1);

    /* Without crypto nobody meets anybody. */
    options.crypto = NULL;
    count = (struct count){0, 0};
    tn_scene_run(scene, &options, &view, &report);
    assert_int_equal(count.joins, 0);
    tn_scene_free(scene);
}

static void a_scene_can_be_played_again(void **state)
{
    struct tn_scene *scene = tn_scene_load("test/scenes/grace.scene");
    struct tn_scene_report first;
    struct tn_scene_report again;

    (void)state;
    run(scene, &first);
    run(scene, &again);
    assert_int_equal(first.failed, 0);
    assert_int_equal(again.failed, 0);
    assert_int_equal(first.step_count, again.step_count);
    tn_scene_free(scene);
}

static void a_timeout_ends_it_early_and_says_so(void **state)
{
    struct tn_scene *scene = load("brick one on the table\nend at 9 s\n");
    struct tn_scene_options options = {.timeout_us = 1000000};
    struct tn_scene_report report;

    (void)state;
    tn_scene_run(scene, &options, NULL, &report);
    assert_true(report.timed_out);
    assert_int_equal(report.time_us, 1000000);
    tn_scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_scenes_are_refused_with_place_and_reason),
        cmocka_unit_test(several_mistakes_are_told_in_one_go),
        cmocka_unit_test(columns_count_characters),
        cmocka_unit_test(a_scene_without_end_lasts_until_all_is_over),
        cmocka_unit_test(actions_happen_in_the_order_of_their_times),
        cmocka_unit_test(expectations_hold_or_fail_as_what_happened_says),
        cmocka_unit_test(expectations_about_other_bricks_do_so_too),
        cmocka_unit_test(an_open_hemisphere_is_no_place),
        cmocka_unit_test(who_joins_and_parts_is_told_by_name),
        cmocka_unit_test(a_scene_can_be_played_again),
        cmocka_unit_test(a_timeout_ends_it_early_and_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
