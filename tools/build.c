/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "outfile.h"
#include "tool.h"
#include <sim/tagware.h>

static const char HELP[] =
    "Usage: tenon build [-o FOLDER] FILE.play\n"
    "\n"
    "Makes what goes onto tags: for each tile and figure its program image\n"
    "(NAME.tni) and, for each chip it fits, the whole memory of such a tag\n"
    "(NAME.CHIP.bin). Prints their sizes.\n"
    "\n"
    "  -o, --output FOLDER   where to; made if it is missing (default: here)\n"
    "\n"
    "Example:\n"
    "  tenon build -o /tmp/tags sets/starfighter/starfighter.play\n"
    "\n"
    "Exit codes: 0 good; 2 the play file has mistakes, or no tile or figure;\n"
    "3 a file cannot be written.\n";

#define PATH_CAP 1024u

static int write_file(const char *path, const uint8_t *data, size_t len)
{
    struct tn_outfile out;

    if (!tn_outfile_init(&out, path)) {
        return tn_tool_fail(TN_TOOL_BROKEN, "%s: %s", path,
                            tn_outfile_get_why(&out));
    }
    tn_outfile_write(&out, data, len);
    if (!tn_outfile_finish(&out)) {
        return tn_tool_fail(TN_TOOL_BROKEN, "%s: %s", path,
                            tn_outfile_get_why(&out));
    }
    return TN_TOOL_OK;
}

/* FOLDER/NAME and what comes after it. */
static int make_path(char *path, const char *folder,
                     const struct tn_lang_program *program, const char *ending)
{
    int n = snprintf(path, PATH_CAP, "%s/%s%s", folder, program->name, ending);

    if (n < 0 || (size_t)n >= PATH_CAP) {
        return tn_tool_fail(TN_TOOL_BAD, "%s: this path is too long", folder);
    }
    return TN_TOOL_OK;
}

static int write_tag(const char *folder, const struct tn_lang_program *program,
                     enum tn_sim_chip chip)
{
    const char *name = tn_sim_chip_get_info(chip)->name;
    const char *blank = strrchr(name, ' ');
    struct tn_sim_tag tag;
    char ending[40];
    char path[PATH_CAP];
    int code;

    if (tn_tagware_encode(program, chip, program->identity, &tag) != TN_OK) {
        return TN_TOOL_OK; /* the table says that it does not fit */
    }
    snprintf(ending, sizeof ending, ".%s.bin", blank ? blank + 1 : name);
    code = make_path(path, folder, program, ending);
    return code ? code : write_file(path, tag.memory, tag.len);
}

static int write_program(const char *folder,
                         const struct tn_lang_program *program)
{
    char path[PATH_CAP];
    int code = make_path(path, folder, program, ".tni");

    if (!code) {
        code = write_file(path, program->image, program->image_len);
    }
    for (size_t i = 0; !code && i < TN_SIM_CHIP_COUNT; i++) {
        code = write_tag(folder, program, TN_TAGWARE_BY_SIZE[i]);
    }
    return code;
}

static void print_row(const struct tn_lang_program *program)
{
    bool first = true;

    printf("%-16s %-6s %6zu %6u   ", program->name, tn_tool_get_kind(program),
           program->image_len, (unsigned)tn_tagware_get_need(program));
    for (size_t i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        enum tn_sim_chip chip = TN_TAGWARE_BY_SIZE[i];
        const struct tn_sim_chip_info *info = tn_sim_chip_get_info(chip);

        if (tn_tagware_is_fit(program, chip)) {
            printf("%s%s (%u)", first ? "" : ", ", info->name,
                   (unsigned)info->area_len);
            first = false;
        }
    }
    if (program->kind == TN_IMAGE_BRICK) {
        puts("every brick, on no tag");
    } else {
        puts(first ? "no tag: make it smaller" : "");
    }
}

static int build(const char *path, const char *folder)
{
    struct tn_lang_set *set = tn_lang_compile_file(path);
    int code = TN_TOOL_OK;

    tn_tool_print_problems(set->problems, set->problem_count);
    if (set->error_count > 0) {
        code = TN_TOOL_BAD;
    } else if (set->program_count == 0) {
        code =
            tn_tool_fail(TN_TOOL_BAD, "%s: no tile or figure to build", path);
    } else if (mkdir(folder, 0777) != 0 && errno != EEXIST) {
        code = tn_tool_fail(TN_TOOL_BROKEN, "%s: %s", folder, strerror(errno));
    }
    for (size_t i = 0; !code && i < set->program_count; i++) {
        code = write_program(folder, &set->programs[i]);
    }
    if (!code) {
        printf("%-16s %-6s %6s %6s   fits (bytes for records)\n", "program",
               "kind", "image", "record");
        for (size_t i = 0; i < set->program_count; i++) {
            print_row(&set->programs[i]);
        }
    }
    tn_lang_free(set);
    return code;
}

int tn_tool_build(int argc, char **argv)
{
    static const struct option LONG[] = {
        {"help", no_argument, NULL, 'h'},
        {"output", required_argument, NULL, 'o'},
        {NULL, 0, NULL, 0}};
    const char *folder = ".";
    int option;

    while ((option = getopt_long(argc, argv, "ho:", LONG, NULL)) != -1) {
        if (option == 'o') {
            folder = optarg;
        } else if (option == 'h') {
            tn_tool_print_help(HELP);
        } else {
            return tn_tool_misuse("build", "that option is not known");
        }
    }
    if (optind + 1 != argc) {
        return tn_tool_misuse("build", optind == argc ? "which play file?"
                                                      : "one file at a time");
    }
    return build(argv[optind], folder);
}
