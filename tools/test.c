/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"
#include "summary.h"
#include "tool.h"
#include <ports/crypto/sodium.h>
#include <ports/linux/pace.h>

static const char HELP[] =
    "Usage: tenon test [OPTION]... PATH...\n"
    "\n"
    "Plays scenes as fast as it can and checks what they expect: files, or "
    "all\n"
    "*.scene files below folders. Prints one line a scene, and for each\n"
    "expectation that does not hold what happened instead.\n"
    "\n"
    "  --timeout S   a scene that lasts longer than S simulated seconds fails\n"
    "                (default 600)\n"
    "  --seed N      other noise: N (up to 4294967295) instead of the scenes'\n"
    "                own seeds\n"
    "\n"
    "Examples:\n"
    "  tenon test sets test/scenes\n"
    "  for n in 1 2 3 4 5; do tenon test --seed $n sets; done\n"
    "\n"
    "Exit codes: 0 all hold; 1 one does not, or a scene has none; 2 a scene\n"
    "is wrong.\n";

static int test_scene(const char *path, const struct tn_scene_options *options)
{
    int64_t start_us = tn_pace_get_us();
    struct tn_scene *scene = tn_scene_load(path);
    struct tn_scene_report report;

    if (scene->error_count > 0) {
        printf("wrong   %s\n", path);
        fflush(stdout);
        tn_tool_print_problems(scene->problems, scene->problem_count);
        tn_scene_free(scene);
        return TN_TOOL_BAD;
    }
    tn_scene_run(scene, options, NULL, &report);

    double took_s = (double)(tn_pace_get_us() - start_us) * 1e-6;
    bool good = !report.err && !report.timed_out && report.failed == 0 &&
                scene->expect_count > 0;

    printf("%s  %s (%zu expectations, %.1f s in %.2f s)\n",
           good ? "ok    " : "FAILED", path, scene->expect_count,
           (double)report.time_us * 1e-6, took_s);
    if (report.timed_out) {
        printf("    not over after %.1f s of its %.1f s (--timeout)\n",
               (double)report.time_us * 1e-6, (double)scene->end_us * 1e-6);
    }
    if (scene->expect_count == 0) {
        puts("    it has no expectations, so nothing was tested");
    }
    if (report.err) {
        printf("    a brick gave up: %s\n", tn_err_text(report.err));
    }
    for (size_t i = 0; !report.err && i < scene->expect_count; i++) {
        if (scene->expects[i].failed) {
            tn_summary_print_failure(scene, &scene->expects[i], stdout);
        }
    }
    tn_scene_free(scene);
    return report.err ? TN_TOOL_BROKEN : good ? TN_TOOL_OK : TN_TOOL_FAILED;
}

static int take_option(int option, struct tn_scene_options *options)
{
    uint64_t seconds;

    switch (option) {
    case 'h':
        tn_tool_print_help(HELP);
    case 't':
        if (!tn_tool_get_number(optarg, 86400, &seconds) || seconds == 0) {
            return tn_tool_misuse("test", "--timeout wants seconds, not %s",
                                  optarg);
        }
        options->timeout_us = seconds * 1000000;
        return TN_TOOL_OK;
    case 's':
        options->has_seed = true;
        return tn_tool_take_seed("test", optarg, &options->seed);
    default:
        return tn_tool_misuse("test", "that option is not known");
    }
}

static int find_scenes(int argc, char **argv, struct tn_paths *paths)
{
    if (optind == argc) {
        return tn_tool_misuse("test", "which scenes or folders?");
    }
    for (int i = optind; i < argc; i++) {
        if (!tn_paths_post(paths, argv[i], ".scene")) {
            return tn_tool_fail(TN_TOOL_BAD, "%s: %s", argv[i],
                                strerror(errno));
        }
    }
    if (paths->count == 0) {
        return tn_tool_fail(TN_TOOL_BAD, "there is no *.scene file there");
    }
    return TN_TOOL_OK;
}

static int test_all(const struct tn_paths *paths,
                    const struct tn_scene_options *options)
{
    int worst = TN_TOOL_OK;
    size_t good = 0;

    for (size_t i = 0; i < paths->count; i++) {
        int code = test_scene(paths->list[i], options);

        (void)fflush(stdout);
        good += code == TN_TOOL_OK;
        worst = code > worst ? code : worst;
    }
    if (paths->count > 1) {
        printf("%zu of %zu scenes are as expected\n", good, paths->count);
    }
    return worst;
}

int tn_tool_test(int argc, char **argv)
{
    static const struct option LONG[] = {
        {"help", no_argument, NULL, 'h'},
        {"timeout", required_argument, NULL, 't'},
        {"seed", required_argument, NULL, 's'},
        {NULL, 0, NULL, 0},
    };
    struct tn_scene_options options = {
        .timeout_us = 600000000,
        .crypto = tn_crypto_sodium(),
        .run_job = tn_crypto_sodium_run,
    };
    struct tn_paths paths = {NULL, 0};
    int option;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        int code = take_option(option, &options);

        if (code) {
            return code;
        }
    }

    int worst = find_scenes(argc, argv, &paths);

    if (!worst) {
        worst = test_all(&paths, &options);
    }
    tn_paths_free(&paths);
    return worst;
}
