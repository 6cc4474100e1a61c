/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "outfile.h"
#include "tool.h"
#include <lang/fmt.h>

static const char HELP[] =
    "Usage: tenon fmt [--check] FILE.play...\n"
    "\n"
    "Writes play files in the one form that all share: two spaces a level, a\n"
    "line a statement, arrows and blocks of neighbouring lines below each\n"
    "other. A block that stands on one line and fits 80 columns stays there.\n"
    "Comments and single empty lines stay; what the programs do never "
    "changes.\n"
    "Says which files it has changed. A file with mistakes is left alone.\n"
    "`-` reads the standard input and prints the result.\n"
    "\n"
    "  --check   change nothing; name the files that are not in this form\n"
    "\n"
    "Examples:\n"
    "  tenon fmt sets/mine/mine.play\n"
    "  tenon fmt --check sets/*/*.play\n"
    "\n"
    "Exit codes: 0 good; 1 with --check, a file is not in this form; 2 a file\n"
    "has mistakes or cannot be read; 3 a file cannot be written.\n";

#define LEN_CAP (4u << 20u) /* what the compiler takes */

static bool is_same(const struct tn_lang_set *a, const struct tn_lang_set *b)
{
    if (b->error_count || a->program_count != b->program_count) {
        return false;
    }
    for (size_t i = 0; i < a->program_count; i++) {
        const struct tn_lang_program *x = &a->programs[i];
        const struct tn_lang_program *y = &b->programs[i];

        if (x->image_len != y->image_len || x->identity != y->identity ||
            memcmp(x->image, y->image, x->image_len) != 0) {
            return false;
        }
    }
    return true;
}

/* The form of a file that compiles; null, and said why, else. */
static char *make_form(const char *name, const char *text, size_t len,
                       size_t *form_len)
{
    struct tn_lang_set *set = tn_lang_compile_text(name, text, len);
    struct tn_lang_set *again = NULL;
    char *form = NULL;

    if (set->error_count) {
        tn_tool_print_problems(set->problems, set->problem_count);
    } else {
        form = tn_fmt_text(text, len, form_len);
        again = form ? tn_lang_compile_text(name, form, *form_len) : NULL;
        if (!again || !is_same(set, again)) {
            free(form);
            form = NULL;
            (void)tn_tool_fail(TN_TOOL_BROKEN,
                               "%s: its form would mean something else; please "
                               "report this",
                               name);
        }
    }
    if (again) {
        tn_lang_free(again);
    }
    tn_lang_free(set);
    return form;
}

static int write_form(const char *path, const char *form, size_t len)
{
    struct tn_outfile out;
    bool good = tn_outfile_init(&out, path);

    if (good) {
        tn_outfile_write(&out, form, len);
        good = tn_outfile_finish(&out);
    }
    if (!good) {
        return tn_tool_fail(TN_TOOL_BROKEN, "%s: %s", path,
                            tn_outfile_get_why(&out));
    }
    puts(path);
    return TN_TOOL_OK;
}

static int format(const char *path, bool check)
{
    bool is_input = strcmp(path, "-") == 0;
    const char *name = is_input ? "standard input" : path;
    const char *why = "";
    size_t len, form_len = 0;
    char *text = (char *)tn_tool_read_file(is_input ? "/dev/stdin" : path,
                                           LEN_CAP, &len, &why);
    char *form;
    int code = TN_TOOL_OK;

    if (!text) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: %s", name, why);
    }
    form = make_form(name, text, len, &form_len);
    if (!form) {
        code = TN_TOOL_BAD;
    } else if (is_input && !check) {
        (void)fwrite(form, 1, form_len, stdout);
    } else if (len != form_len || memcmp(text, form, len) != 0) {
        if (check) {
            puts(name);
            code = TN_TOOL_FAILED;
        } else {
            code = write_form(path, form, form_len);
        }
    }
    free(form);
    free(text);
    return code;
}

int tn_tool_fmt(int argc, char **argv)
{
    bool check = false;
    int worst = tn_tool_take_flag(argc, argv, "check", &check, HELP,
                                  "which play file?");

    if (worst) {
        return worst;
    }
    for (int i = optind; i < argc; i++) {
        int code = format(argv[i], check);

        worst = code > worst ? code : worst;
    }
    return worst;
}
