/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <langinfo.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tool.h"
#include <sim/tagware.h>
#include <tenon/play.h>

static const char HELP[] =
    "Usage: tenon size [--json] FILE.play...\n"
    "\n"
    "Says for each tile and figure how many bytes each part of its image\n"
    "takes, and how full that makes the tags. To make one smaller: drop\n"
    "elements of sounds, share sounds and lights, use fewer names.\n"
    "\n"
    "  --json   the same as JSON, one object a program and line\n"
    "\n"
    "Example:\n"
    "  tenon size sets/starfighter/starfighter.play\n"
    "\n"
    "Exit codes: 0 good, 2 a play file has mistakes, or no tile or figure.\n";

#define PART_COUNT 8u
#define BAR_LEN 40u
#define CHIP_BAR_LEN 20u

struct part {
    const char *name;
    unsigned len;
};

/* The parts of a program as a tag holds it; their sum is what it needs. */
static void get_parts(const struct tn_lang_program *program,
                      struct part parts[PART_COUNT])
{
    struct tn_image_info info;
    unsigned need = tn_tagware_get_need(program);
    unsigned ends[PART_COUNT];
    static const char *const names[PART_COUNT] = {
        "header", "names",  "states",    "numbers",
        "sounds", "lights", "reactions", "tag's record"};

    (void)tn_play_verify(program->image, (uint16_t)program->image_len, &info);
    ends[0] = info.names_at;
    ends[1] = info.states_at;
    ends[2] = info.numbers_at;
    ends[3] = info.sounds_at;
    ends[4] = info.lights_at;
    ends[5] = info.reactions_at;
    ends[6] = (unsigned)program->image_len;
    ends[7] = need;
    for (size_t i = 0; i < PART_COUNT; i++) {
        parts[i].name = names[i];
        parts[i].len = ends[i] - (i > 0 ? ends[i - 1] : 0);
    }
}

/* `len` of `most` as a bar of `width` cells; what is there has at least one. */
static void print_bar(unsigned len, unsigned most, unsigned width)
{
    bool is_plain =
        !tn_tool_is_rich(stdout) || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    unsigned cells = most ? (len * width + most / 2) / most : 0;

    cells = cells == 0 && len > 0 ? 1 : cells;
    cells = cells > width ? width : cells;
    for (unsigned i = 0; i < cells; i++) {
        fputs(is_plain ? "#" : "\xE2\x96\x88", stdout);
    }
}

static void print_chips(const struct tn_lang_program *program)
{
    unsigned need = tn_tagware_get_need(program);

    for (size_t i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        const struct tn_sim_chip_info *info =
            tn_sim_chip_get_info(TN_TAGWARE_BY_SIZE[i]);
        unsigned room = info->area_len;

        printf("  %-13s %5u  ", info->name, room);
        if (need <= room) {
            printf("%3u %% full, %u left  ", need * 100 / room, room - need);
            print_bar(need, room, CHIP_BAR_LEN);
        } else {
            printf("too small by %u", need - room);
        }
        putchar('\n');
    }
}

static void print_program(const struct tn_lang_program *program)
{
    struct part parts[PART_COUNT];
    unsigned need = tn_tagware_get_need(program);
    unsigned most = 1;

    get_parts(program, parts);
    for (size_t i = 0; i < PART_COUNT; i++) {
        most = parts[i].len > most ? parts[i].len : most;
    }
    if (program->kind == TN_IMAGE_BRICK) {
        printf("the bare brick: image %zu bytes\n", program->image_len);
    } else {
        printf("%s %s: image %zu bytes, %u on a tag\n",
               tn_tool_get_kind(program), program->name, program->image_len,
               need);
    }
    for (size_t i = 0; i < PART_COUNT; i++) {
        printf("  %-13s %5u%s", parts[i].name, parts[i].len,
               parts[i].len ? "  " : "");
        print_bar(parts[i].len, most, BAR_LEN);
        putchar('\n');
    }
    if (program->kind != TN_IMAGE_BRICK) {
        print_chips(program);
    }
}

static void print_json(const char *path, const struct tn_lang_program *program)
{
    cJSON *line = cJSON_CreateObject();
    cJSON *bytes = cJSON_AddObjectToObject(line, "parts");
    cJSON *fits = cJSON_AddArrayToObject(line, "fits");
    struct part parts[PART_COUNT];
    char *text;

    get_parts(program, parts);
    (void)cJSON_AddStringToObject(line, "file", path);
    (void)cJSON_AddStringToObject(line, "program", program->name);
    (void)cJSON_AddStringToObject(line, "kind", tn_tool_get_kind(program));
    (void)cJSON_AddNumberToObject(line, "image", (double)program->image_len);
    (void)cJSON_AddNumberToObject(line, "need", tn_tagware_get_need(program));
    for (size_t i = 0; i < PART_COUNT; i++) {
        (void)cJSON_AddNumberToObject(
            bytes, i + 1 == PART_COUNT ? "record" : parts[i].name,
            parts[i].len);
    }
    for (size_t i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        enum tn_sim_chip chip = TN_TAGWARE_BY_SIZE[i];

        if (tn_tagware_is_fit(program, chip)) {
            (void)cJSON_AddItemToArray(
                fits, cJSON_CreateString(tn_sim_chip_get_info(chip)->name));
        }
    }
    text = tn_tool_need(cJSON_PrintUnformatted(line));
    tn_lang_print_json(text, stdout);
    putchar('\n');
    cJSON_free(text);
    cJSON_Delete(line);
}

static int size(const char *path, bool json, bool is_first)
{
    struct tn_lang_set *set = tn_lang_compile_file(path);
    int code = TN_TOOL_OK;

    tn_tool_print_problems(set->problems, set->problem_count);
    if (set->error_count > 0) {
        code = TN_TOOL_BAD;
    } else if (set->program_count == 0) {
        code = tn_tool_fail(TN_TOOL_BAD, "%s: no tile or figure to size", path);
    }
    for (size_t i = 0; !code && i < set->program_count; i++) {
        if (json) {
            print_json(path, &set->programs[i]);
        } else {
            fputs(i > 0 || !is_first ? "\n" : "", stdout);
            print_program(&set->programs[i]);
        }
    }
    tn_lang_free(set);
    return code;
}

int tn_tool_size(int argc, char **argv)
{
    bool json = false;
    int worst =
        tn_tool_take_flag(argc, argv, "json", &json, HELP, "which play file?");

    if (worst) {
        return worst;
    }
    for (int i = optind; i < argc; i++) {
        int code = size(argv[i], json, i == optind);

        worst = code > worst ? code : worst;
    }
    return worst;
}
