/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tool.h"
#include <sim/scene.h>

static const char HELP[] =
    "Usage: tenon check [--json] FILE...\n"
    "\n"
    "Finds the mistakes in play files (*.play) and scenes (*.scene): for each\n"
    "the place, the line, why it is one and what to do.\n"
    "\n"
    "  --json   problems as JSON for editors, one object a line\n"
    "\n"
    "Example:\n"
    "  tenon check sets/starfighter/starfighter.play\n"
    "\n"
    "Exit codes: 0 no mistakes (there may be warnings); 2 mistakes.\n";

static void print_json(const struct tn_lang_problem *problem)
{
    cJSON *line = cJSON_CreateObject();
    char *text;

    (void)cJSON_AddStringToObject(line, "file", problem->file);
    (void)cJSON_AddNumberToObject(line, "line", problem->line);
    (void)cJSON_AddNumberToObject(line, "column", problem->column);
    (void)cJSON_AddNumberToObject(line, "width", problem->width);
    (void)cJSON_AddStringToObject(
        line, "severity",
        problem->severity == TN_LANG_ERROR ? "error" : "warning");
    (void)cJSON_AddStringToObject(line, "why", problem->why);
    (void)cJSON_AddStringToObject(line, "what", problem->what);
    text = cJSON_PrintUnformatted(line);
    if (text) {
        tn_lang_print_json(text, stdout);
        putchar('\n');
    }
    cJSON_free(text);
    cJSON_Delete(line);
}

static void print_problems(const struct tn_lang_problem *problems, size_t count,
                           bool json)
{
    if (!json) {
        tn_tool_print_problems(problems, count);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        print_json(&problems[i]);
    }
}

static bool is_scene(const char *path)
{
    size_t len = strlen(path);

    return len > 6 && strcmp(path + len - 6, ".scene") == 0;
}

static bool check_scene(const char *path, bool json)
{
    struct tn_scene *scene = tn_scene_load(path);
    bool good = scene->error_count == 0;

    print_problems(scene->problems, scene->problem_count, json);
    if (good && !json) {
        printf("%s: good: %zu bricks, %zu actions, %zu expectations, %.1f s\n",
               path, scene->brick_count, scene->action_count,
               scene->expect_count, (double)scene->end_us * 1e-6);
    }
    tn_scene_free(scene);
    return good;
}

static bool check_play(const char *path, bool json)
{
    struct tn_lang_set *set = tn_lang_compile_file(path);
    bool good = set->error_count == 0;

    print_problems(set->problems, set->problem_count, json);
    if (good && !json) {
        printf("%s: good: ", path);
        if (set->program_count == 0) {
            printf("parts for others to use, no tile or figure");
        } else {
            printf("%zu programs", set->program_count);
        }
        for (size_t i = 0; i < set->program_count; i++) {
            printf("%s %s", i > 0 ? "," : ":", set->programs[i].name);
        }
        putchar('\n');
    }
    tn_lang_free(set);
    return good;
}

int tn_tool_check(int argc, char **argv)
{
    bool json = false;
    bool good = true;
    int code =
        tn_tool_take_flag(argc, argv, "json", &json, HELP, "which file?");

    if (code) {
        return code;
    }
    for (int i = optind; i < argc; i++) {
        bool fine = is_scene(argv[i]) ? check_scene(argv[i], json)
                                      : check_play(argv[i], json);

        good = fine && good;
    }
    return good ? TN_TOOL_OK : TN_TOOL_BAD;
}
