/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrong programs and exactly what people are told about them:
 * test/errors/NAME.play and NAME.expect. With a directory and --update as
 * arguments it writes the expectations anew (look at them before you keep
 * them).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"

#define TEXT_CAP 65536u
#define CASE_MIN 40

static const char *folder = "test/errors";

/* What a compiler run over `path` prints, paths without the folder. */
static void print_case(const char *path, char *text)
{
    struct tn_lang_set *set = tn_lang_compile_file(path);
    size_t skip = strlen(folder) + 1;
    FILE *to = tmpfile();
    size_t len;

    assert_non_null(to);
    for (size_t i = 0; i < set->problem_count; i++) {
        struct tn_lang_problem problem = set->problems[i];

        assert_memory_equal(problem.file, folder, skip - 1);
        problem.file += skip;
        tn_lang_print_problem(&problem, to, false);
    }
    fprintf(to, "%zu errors, %zu programs\n", set->error_count,
            set->program_count);
    rewind(to);
    len = fread(text, 1, TEXT_CAP - 1, to);
    text[len] = '\0';
    fclose(to);
    tn_lang_free(set);
}

static void read_expected(const char *path, char *text)
{
    FILE *from = fopen(path, "rb");
    size_t len = 0;

    if (from) {
        len = fread(text, 1, TEXT_CAP - 1, from);
        fclose(from);
    }
    text[len] = '\0';
}

static void write_expected(const char *path, const char *text)
{
    FILE *to = fopen(path, "wb");

    assert_non_null(to);
    fputs(text, to);
    assert_int_equal(fclose(to), 0);
}

/* Calls back for every NAME.play in the folder; gives their count. */
static int walk(void (*visit)(const char *source, const char *expected))
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    int count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        const char *dot = strrchr(entry->d_name, '.');
        char source[512], expected[512];

        if (!dot || strcmp(dot, ".play") != 0) {
            continue;
        }
        snprintf(source, sizeof(source), "%s/%s", folder, entry->d_name);
        snprintf(expected, sizeof(expected), "%s/%.*s.expect", folder,
                 (int)(dot - entry->d_name), entry->d_name);
        visit(source, expected);
        count++;
    }
    closedir(dir);
    return count;
}

static int failures;

static void compare(const char *source, const char *expected)
{
    static char is[TEXT_CAP], should[TEXT_CAP];

    print_case(source, is);
    read_expected(expected, should);
    if (strcmp(is, should) != 0) {
        print_message("%s is not what is expected:\n%s", source, is);
        failures++;
    }
}

static void update(const char *source, const char *expected)
{
    static char is[TEXT_CAP];

    print_case(source, is);
    write_expected(expected, is);
}

static void wrong_programs_are_told_exactly(void **state)
{
    (void)state;
    failures = 0;
    assert_true(walk(compare) >= CASE_MIN);
    assert_int_equal(failures, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_programs_are_told_exactly),
    };

    if (argc == 3 && strcmp(argv[2], "--update") == 0) {
        folder = argv[1];
        return walk(update) == 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
