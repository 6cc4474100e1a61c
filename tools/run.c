/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"
#include "tapes.h"
#include "tool.h"
#include "view.h"
#include <ports/crypto/sodium.h>
#include <ports/linux/pace.h>
#include <ports/linux/speaker.h>

static const char HELP[] =
    "Usage: tenon run [OPTION]... SCENE\n"
    "\n"
    "Plays a scene in real time: what hands do, what each brick feels, plays\n"
    "and shows. Sound comes out of the loudspeaker, if there is one. In a\n"
    "terminal each brick has a line with its eight lights. At the end it says\n"
    "what happened and whether the scene's expectations hold.\n"
    "\n"
    "  --fast          as fast as the machine can, without sound\n"
    "  --mute          in real time, without sound\n"
    "  --wav FILE      the sound of all bricks, as a WAV file\n"
    "  --trace FILE    everything that happens, as JSON Lines\n"
    "  --record FILE   all that went into the brick, for tenon replay; with\n"
    "                  several bricks each has its own, FILE-NAME.tnr\n"
    "  --seed N        other noise: N (up to 4294967295) instead of the\n"
    "                  scene's seed\n"
    "  --quiet         print failures only\n"
    "\n"
    "Examples:\n"
    "  tenon run sets/starfighter/first-flight.scene\n"
    "  tenon run --fast --wav /tmp/flight.wav --trace /tmp/flight.jsonl \\\n"
    "      sets/starfighter/first-flight.scene\n"
    "\n"
    "Exit codes: 0 the expectations hold; 1 one does not; 2 the scene or a\n"
    "file it names is wrong; 3 a file cannot be written.\n";

struct options {
    struct tn_tapes_config tapes;
    struct tn_scene_options scene;
    bool fast;
    bool mute;
    bool quiet;
};

struct session {
    const struct options *options;
    struct tn_tapes tapes;
    struct tn_view view;
    struct tn_summary summary;
    struct tn_pace pace;
    struct tn_speaker *speaker;
    uint64_t frame_count;
};

enum {
    OPT_FAST = 256,
    OPT_MUTE,
    OPT_WAV,
    OPT_TRACE,
    OPT_RECORD,
    OPT_SEED,
    OPT_QUIET
};

static int take_path(const char *option, const char **path)
{
    if (optarg[0] == '\0') {
        return tn_tool_misuse("run", "%s wants a file's name", option);
    }
    *path = optarg;
    return TN_TOOL_OK;
}

static int take_option(int option, struct options *options)
{
    switch (option) {
    case 'h':
        tn_tool_print_help(HELP);
    case OPT_FAST:
        options->fast = true;
        break;
    case OPT_MUTE:
        options->mute = true;
        break;
    case OPT_WAV:
        return take_path("--wav", &options->tapes.wav);
    case OPT_TRACE:
        return take_path("--trace", &options->tapes.trace);
    case OPT_RECORD:
        return take_path("--record", &options->tapes.record);
    case OPT_SEED:
        options->scene.has_seed = true;
        return tn_tool_take_seed("run", optarg, &options->scene.seed);
    case OPT_QUIET:
        options->quiet = true;
        break;
    default:
        return tn_tool_misuse("run", "that option is not known");
    }
    return TN_TOOL_OK;
}

static int take_options(int argc, char **argv, struct options *options)
{
    static const struct option LONG[] = {
        {"help", no_argument, NULL, 'h'},
        {"fast", no_argument, NULL, OPT_FAST},
        {"mute", no_argument, NULL, OPT_MUTE},
        {"wav", required_argument, NULL, OPT_WAV},
        {"trace", required_argument, NULL, OPT_TRACE},
        {"record", required_argument, NULL, OPT_RECORD},
        {"seed", required_argument, NULL, OPT_SEED},
        {"quiet", no_argument, NULL, OPT_QUIET},
        {NULL, 0, NULL, 0},
    };
    int option;

    while ((option = getopt_long(argc, argv, "h", LONG, NULL)) != -1) {
        int code = take_option(option, options);

        if (code) {
            return code;
        }
    }
    if (optind + 1 != argc) {
        return tn_tool_misuse("run", optind == argc ? "which scene?"
                                                    : "one scene at a time");
    }
    return TN_TOOL_OK;
}

static void on_step(void *ctx, const struct tn_world *world, size_t brick)
{
    struct session *session = ctx;

    tn_tapes_step(&session->tapes, world, brick);
    tn_view_step(&session->view, brick, &world->bricks[brick].out);
}

static void on_event(void *ctx, const struct tn_watch_event *event)
{
    struct session *session = ctx;

    tn_tapes_post(&session->tapes, event);
    tn_summary_post(&session->summary, event);
    if (!session->options->quiet) {
        tn_view_post(&session->view, event);
    }
}

static bool on_frame(void *ctx, const struct tn_world *world,
                     const struct tn_watch *watch)
{
    struct session *session = ctx;
    int16_t audio[TN_AUDIO_LEN];

    tn_tapes_push(&session->tapes, audio);
    if (session->options->fast) {
        return ++session->frame_count % 64 != 0 || tn_pace_is_wanted();
    }
    if (session->speaker) {
        tn_speaker_push(session->speaker, audio);
    }
    if (!session->options->quiet) {
        tn_view_draw(&session->view, world, watch);
    }
    return tn_pace_wait(&session->pace, world->time_us);
}

static void open_speaker(struct session *session)
{
    const char *why = NULL;

    if (session->options->fast || session->options->mute) {
        return;
    }
    session->speaker = tn_speaker_new(&why);
    if (!session->speaker && !session->options->quiet) {
        fprintf(stderr, "No sound device (%s): playing on without%s.\n", why,
                session->options->tapes.wav ? "; the WAV file will have it"
                                            : "; --wav FILE keeps the sound");
    }
}

/* Says which files there are now, and what to do with them. */
static void print_files(const struct session *session,
                        const struct tn_scene *scene)
{
    const struct tn_tapes_config *files = &session->options->tapes;

    if (files->wav) {
        printf("  Its sound:     %s\n", files->wav);
    }
    if (files->trace) {
        printf("  Its trace:     %s (a line a happening, JSON)\n",
               files->trace);
    }
    for (size_t i = 0; files->record && i < scene->brick_count; i++) {
        char *path = tn_tapes_get_record_path(&session->tapes, i);

        if (path) {
            printf("  Its recording: %s (tenon replay plays it again)\n", path);
        }
        free(path);
    }
}

static int report_run(struct session *session, struct tn_scene *scene,
                      const struct tn_scene_report *report)
{
    if (report->err) {
        return tn_tool_fail(TN_TOOL_BROKEN,
                            "at %.3f s a brick gave up: %s. This is a mistake "
                            "in tenon, not in the scene",
                            (double)report->time_us * 1e-6,
                            tn_err_text(report->err));
    }
    if (session->options->quiet) {
        for (size_t i = 0; i < scene->expect_count; i++) {
            if (scene->expects[i].failed) {
                tn_summary_print_failure(scene, &scene->expects[i], stdout);
            }
        }
    } else {
        tn_summary_print(&session->summary, scene, report, stdout);
        print_files(session, scene);
    }
    return report->failed > 0 ? TN_TOOL_FAILED : TN_TOOL_OK;
}

static int play(struct session *session, struct tn_scene *scene)
{
    const struct options *options = session->options;
    struct tn_scene_report report;
    struct tn_scene_view view = {session, on_step, on_event, on_frame};
    uint64_t seed = options->scene.has_seed ? options->scene.seed : scene->seed;

    if (!tn_tapes_init(&session->tapes, &options->tapes, scene, seed)) {
        tn_tapes_reset(&session->tapes);
        if (session->tapes.clash) {
            return tn_tool_misuse("run", "%s", session->tapes.why);
        }
        return tn_tool_fail(TN_TOOL_BROKEN, "%s", session->tapes.why);
    }
    open_speaker(session);
    tn_view_init(&session->view, scene, stdout,
                 !options->fast && tn_tool_is_rich(stdout));
    tn_pace_init(&session->pace);
    tn_scene_run(scene, &options->scene, &view, &report);
    tn_view_finish(&session->view);
    tn_speaker_free(session->speaker);
    if (!tn_tapes_finish(&session->tapes, &report)) {
        return tn_tool_fail(TN_TOOL_BROKEN, "%s", session->tapes.why);
    }
    return report_run(session, scene, &report);
}

int tn_tool_run(int argc, char **argv)
{
    struct options options = {
        .scene.crypto = tn_crypto_sodium(),
        .scene.run_job = tn_crypto_sodium_run,
    };
    struct session session = {.options = &options};
    int code = take_options(argc, argv, &options);

    if (code) {
        return code;
    }

    struct tn_scene *scene = tn_scene_load(argv[optind]);

    tn_tool_print_problems(scene->problems, scene->problem_count);
    code = scene->error_count > 0 ? TN_TOOL_BAD : play(&session, scene);
    tn_summary_free(&session.summary);
    tn_scene_free(scene);
    return code;
}
