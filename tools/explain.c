/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"
#include <lang/explain.h>

static const char HELP[] =
    "Usage: tenon explain [--names FILE.play] FILE...\n"
    "\n"
    "Shows what programs do, as a table: kinds, numbers, sounds, lights, and\n"
    "for each state its reactions in the order in which they are tried, with\n"
    "the work that each may take. FILE is a play file (*.play), a program\n"
    "image (as `tenon build` writes, *.tni) or the memory of a tag.\n"
    "\n"
    "An image holds no names, only their hashes: they are shown as ?1a2b3c4d\n"
    "unless they belong to the vocabulary or are found in a play file.\n"
    "\n"
    "  --names FILE.play   take names from this play file\n"
    "\n"
    "Examples:\n"
    "  tenon explain sets/starfighter/starfighter.play\n"
    "  tenon explain --names sets/starfighter/starfighter.play tag.bin\n"
    "\n"
    "Exit codes: 0 good; 2 a file has mistakes, or is nothing that a brick\n"
    "would run.\n";

#define FILE_CAP 65535u /* of an image or a tag's memory */

static bool is_play(const char *path)
{
    size_t len = strlen(path);

    return len > 5 && strcmp(path + len - 5, ".play") == 0;
}

/* The set of a play file without mistakes, or null, and said why. */
static struct tn_lang_set *compile(const char *path)
{
    struct tn_lang_set *set = tn_lang_compile_file(path);

    tn_tool_print_problems(set->problems, set->problem_count);
    if (set->error_count) {
        tn_lang_free(set);
        return NULL;
    }
    return set;
}

static int show(const char *path, const struct tn_explain *explain,
                size_t image_at)
{
    struct tn_builder text = {0};
    uint16_t at = 0;
    enum tn_err err = tn_explain_print(explain, &text, &at);

    if (err) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: byte %zu: a brick refuses it: %s",
                            path, image_at + at, tn_err_text(err));
    }
    (void)fwrite(text.data, 1, text.len, stdout);
    tn_builder_reset(&text);
    return TN_TOOL_OK;
}

static int explain_play(const char *path)
{
    struct tn_lang_set *set = compile(path);
    int code = TN_TOOL_OK;

    if (!set) {
        return TN_TOOL_BAD;
    }
    if (set->program_count == 0) {
        code =
            tn_tool_fail(TN_TOOL_BAD, "%s: no tile or figure to explain", path);
    }
    for (size_t i = 0; !code && i < set->program_count; i++) {
        const struct tn_lang_program *program = &set->programs[i];
        struct tn_explain explain = {.image = program->image,
                                     .len = (uint16_t)program->image_len,
                                     .has_identity = true,
                                     .identity = program->identity,
                                     .set = set};

        fputs(i > 0 ? "\n" : "", stdout);
        code = show(path, &explain, 0);
    }
    tn_lang_free(set);
    return code;
}

static int explain_bytes(const char *path, const struct tn_lang_set *names)
{
    const char *why = "";
    size_t len, at = 0;
    uint8_t *data = tn_tool_read_file(path, FILE_CAP, &len, &why);
    struct tn_explain explain = {.set = names};
    enum tn_err err;
    int code;

    if (!data) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: %s", path, why);
    }
    err = tn_explain_find(data, len, &explain, &at);
    if (err) {
        code = tn_tool_fail(TN_TOOL_BAD,
                            "%s: byte %zu: neither a program image nor a tag's "
                            "memory with one: %s",
                            path, at, tn_err_text(err));
    } else {
        code = show(path, &explain, (size_t)(explain.image - data));
    }
    free(data);
    return code;
}

static int explain_all(int count, char **paths, const struct tn_lang_set *names)
{
    int worst = TN_TOOL_OK;

    for (int i = 0; i < count; i++) {
        int code;

        fputs(i > 0 ? "\n" : "", stdout);
        code = is_play(paths[i]) ? explain_play(paths[i])
                                 : explain_bytes(paths[i], names);
        worst = code > worst ? code : worst;
    }
    return worst;
}

int tn_tool_explain(int argc, char **argv)
{
    static const struct option LONG[] = {
        {"help", no_argument, NULL, 'h'},
        {"names", required_argument, NULL, 'n'},
        {NULL, 0, NULL, 0}};
    const char *names_path = NULL;
    struct tn_lang_set *names = NULL;
    int option, code;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        if (option == 'n') {
            names_path = optarg;
        } else if (option == 'h') {
            tn_tool_print_help(HELP);
        } else {
            return tn_tool_misuse("explain", "that option is not known");
        }
    }
    if (optind == argc) {
        return tn_tool_misuse("explain", "which file?");
    }
    if (names_path) {
        names = compile(names_path);
        if (!names) {
            return TN_TOOL_BAD;
        }
    }
    code = explain_all(argc - optind, argv + optind, names);
    if (names) {
        tn_lang_free(names);
    }
    return code;
}
