/* SPDX-License-Identifier: Apache-2.0 */
/* The one form of a play file: stable, with every comment, of one meaning. */
#include "lang_kit.h"

#include <dirent.h>
#include <stdlib.h>

#include <tenon/prng.h>

#include "fmt.h"

static void assert_form(const char *text, const char *expected)
{
    size_t len = 0, again_len = 0;
    char *form = tn_fmt_text(text, strlen(text), &len);
    char *again;

    assert_non_null(form);
    assert_string_equal(form, expected);
    assert_int_equal(strlen(form), len);
    again = tn_fmt_text(form, len, &again_len);
    assert_non_null(again);
    assert_string_equal(again, form);
    free(again);
    free(form);
}

static void statements_get_lines_and_words_get_blanks(void **state)
{
    (void)state;
    assert_form("set   x\t\"a  b\";message hit\r\n\n\n\nmessage  miss;",
                "set x \"a  b\"\nmessage hit\n\nmessage miss\n");
    assert_form("tile t {\nnumber a=20  %;number b=4/s;number c=250ms\n}",
                "tile t {\n  number a = 20%\n  number b = 4/s\n"
                "  number c = 250 ms\n}\n");
    assert_form("tile t {\nwhen -pitch>3   deg and(a+ - b)*2<=c/ 4{ }\n}",
                "tile t {\n"
                "  when -pitch > 3 deg and (a + -b) * 2 <= c / 4 { }\n}\n");
    assert_form("x { a . b=any 1 .. 6\n s 1 Hz..2 kHz by q,t }",
                "x {\n  a.b = any 1..6\n  s 1 Hz .. 2 kHz by q, t\n}\n");
    assert_form("", "");
    assert_form("\n\n", "");
}

static void blocks_in_one_line_stay_if_they_fit(void **state)
{
    (void)state;
    assert_form("t {a;b{c};d}", "t { a; b { c }; d }\n");
    assert_form("t {a\nb{c};d}", "t {\n  a\n  b { c }\n  d\n}\n");
    assert_form(
        "t { aaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb; "
        "cccccccccccccc { d } }",
        "t {\n  aaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
        "b\n  cccccccccccccc { d }\n}\n");
    assert_form("if a { b }\nelse {\nc\n}\n-> d",
                "if a {\n  b\n} else {\n  c\n} -> d\n");
    assert_form("pick {a|b;c|d}", "pick { a | b; c | d }\n");
    assert_form("pick {\na\n|b;c\n|d}",
                "pick {\n    a\n  | b\n    c\n  | d\n}\n");
}

static void arrows_and_blocks_stand_below_each_other(void **state)
{
    (void)state;
    assert_form("t {\nenter { a }\nwhen lifted -> b\n\nwhen x { c }\n}",
                "t {\n  enter       { a }\n  when lifted -> b\n\n"
                "  when x { c }\n}\n");
    /* One that would push the others out of the page stands apart. */
    assert_form("t {\n"
                "enter { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbb }\n"
                "when i { a }\n"
                "when put_down or still for 2 s and more { a }\n}",
                "t {\n"
                "  enter  { aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbb "
                "}\n"
                "  when i { a }\n"
                "  when put_down or still for 2 s and more { a }\n}\n");
    assert_form("sound a { b }\nsound long { c }\n# x\nlight z { red }",
                "sound a    { b }\nsound long { c }\n# x\nlight z { red }\n");
}

static void comments_stay_where_they_belong(void **state)
{
    (void)state;
    assert_form("# top\n\n\n\n  a # one\n# two\n\nb;# three\nc\n#four",
                "# top\n\na  # one\n# two\n\nb  # three\nc\n#four\n");
    assert_form("t {#in\n\n#lead\na\n\n#tail\n\n} #out",
                "t {  #in\n  #lead\n  a\n\n  #tail\n}  #out\n");
    assert_form("when x # why\n# more\n-> y\nz",
                "when x  # why\n    # more\n    -> y\nz\n");
    assert_form("t { }\nu {\n# only\n}", "t { }\nu {\n  # only\n}\n");
}

static void what_is_no_source_has_no_form(void **state)
{
    static const char *const bad[] = {"{",       "}",    "a }", "\"open",
                                      "5parsec", "\xFF", "?"};
    size_t len;
    char deep[200];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(tn_fmt_text(bad[i], strlen(bad[i]), &len));
    }
    memset(deep, '{', 100);
    memset(deep + 100, '}', 100);
    assert_null(tn_fmt_text(deep, sizeof(deep), &len));
}

/* The comments of a text, one after the other. */
static char *comments_of(const char *text, size_t len)
{
    char *all = calloc(1, len + 2);
    size_t at = 0;
    bool in_text = false;

    assert_non_null(all);
    for (size_t i = 0; i < len; i++) {
        in_text = text[i] == '"' ? !in_text : in_text && text[i] != '\n';
        if (text[i] == '#' && !in_text) {
            while (i < len && text[i] != '\n') {
                all[at++] = text[i++];
            }
            while (at > 0 && strchr(" \t\r", all[at - 1])) {
                at--;
            }
            all[at++] = '\n';
        }
    }
    all[at] = '\0';
    return all;
}

static void assert_same_images(const struct tn_lang_set *a,
                               const struct tn_lang_set *b)
{
    assert_int_equal(b->error_count, 0);
    assert_int_equal(a->program_count, b->program_count);
    for (size_t i = 0; i < a->program_count; i++) {
        assert_int_equal(a->programs[i].image_len, b->programs[i].image_len);
        assert_memory_equal(a->programs[i].image, b->programs[i].image,
                            a->programs[i].image_len);
    }
}

/* Formats a file's text; false if it has no form. */
static bool check_text(const char *path, const char *text, size_t len)
{
    struct tn_lang_set *before = tn_lang_compile_text(path, text, len);
    size_t form_len = 0, again_len = 0;
    char *form = tn_fmt_text(text, len, &form_len);

    if (before->error_count == 0) {
        assert_non_null(form); /* what compiles has a form */
    }
    if (form) {
        char *again = tn_fmt_text(form, form_len, &again_len);
        char *old = comments_of(text, len);
        char *new = comments_of(form, form_len);

        assert_non_null(again);
        assert_int_equal(form_len, again_len);
        assert_memory_equal(form, again, form_len);
        assert_string_equal(old, new);
        if (before->error_count == 0) {
            struct tn_lang_set *after =
                tn_lang_compile_text(path, form, form_len);

            assert_same_images(before, after);
            tn_lang_free(after);
        }
        free(again);
        free(old);
        free(new);
        free(form);
    }
    tn_lang_free(before);
    return form;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *data = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_non_null(data);
    *len = fread(data, 1, 1 << 20, file);
    fclose(file);
    return data;
}

/* All play files of a folder, each also with line ends and blanks put in and
 * taken out by chance. */
static unsigned check_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    struct tn_prng prng;
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(dir);
    tn_prng_init(&prng, 7, 1);
    while ((entry = readdir(dir))) {
        char path[600];
        char *data;
        size_t len;

        if (!strstr(entry->d_name, ".play")) {
            continue;
        }
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        data = read_file(path, &len);
        count += check_text(path, data, len);
        for (int round = 0; round < 40; round++) {
            for (int change = 0; change < 4 && len > 0; change++) {
                static const char some[] = " \n;#{}\t";
                size_t at = tn_prng_below(&prng, (uint32_t)len);

                data[at] = some[tn_prng_below(&prng, sizeof(some) - 1)];
            }
            (void)check_text(path, data, len);
        }
        free(data);
    }
    closedir(dir);
    return count;
}

static void any_source_keeps_its_meaning_and_comments(void **state)
{
    (void)state;
    assert_true(check_folder("sets/starfighter") == 1);
    assert_true(check_folder("test/scenes") >= 2);
    assert_true(check_folder("fuzz/corpus/lang") >= 3);
    assert_true(check_folder("test/errors") >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_get_lines_and_words_get_blanks),
        cmocka_unit_test(blocks_in_one_line_stay_if_they_fit),
        cmocka_unit_test(arrows_and_blocks_stand_below_each_other),
        cmocka_unit_test(comments_stay_where_they_belong),
        cmocka_unit_test(what_is_no_source_has_no_form),
        cmocka_unit_test(any_source_keeps_its_meaning_and_comments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
