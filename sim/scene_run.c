/* SPDX-License-Identifier: Apache-2.0 */
#include "scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scene_judge.h"
#include "scene_text.h"

/* One run of a scene. */
struct run {
    struct tn_scene *scene;
    const struct tn_scene_view *view;
    struct tn_world *world;
    struct tn_watch *watch;
    struct tn_scene_log log;
    size_t next;       /* action */
    size_t look_count; /* expectations that are still to be looked at */
};

static void note(void *ctx, const struct tn_watch_event *event)
{
    struct run *run = ctx;
    struct tn_scene_log *log = &run->log;

    if (log->count == log->cap) {
        log->cap = log->cap > 0 ? 2 * log->cap : 256;
        log->events =
            tn_scene_need(realloc(log->events, log->cap * sizeof *log->events));
    }
    log->events[log->count++] = *event;
    if (run->view->on_event) {
        run->view->on_event(run->view->ctx, event);
    }
}

static void watch_step(void *ctx, const struct tn_world *world, size_t brick)
{
    struct run *run = ctx;
    const struct tn_world_brick *b = &world->bricks[brick];

    tn_watch_step(run->watch, brick, &b->brick, &b->in, &b->out);
    if (run->view->on_step) {
        run->view->on_step(run->view->ctx, world, brick);
    }
}

static void lose_all(struct run *run, size_t brick)
{
    struct tn_scene *scene = run->scene;

    for (size_t i = 0; i < scene->tag_count; i++) {
        if (scene->tags[i]->on == brick) {
            (void)tn_world_take_tag(run->world, brick, &scene->tags[i]->tag);
            scene->tags[i]->on = SIZE_MAX;
        }
    }
}

static void act_on_tag(struct run *run, const struct tn_scene_action *action)
{
    struct tn_scene_tag *tag = run->scene->tags[action->item];

    /* tn_scene_check has made sure that these cannot fail. */
    if (action->verb == TN_SCENE_GETS) {
        (void)tn_world_put_tag(run->world, action->brick, &tag->tag);
        tag->on = action->brick;
    } else {
        (void)tn_world_take_tag(run->world, action->brick, &tag->tag);
        tag->on = SIZE_MAX;
    }
}

static void act_on_power(struct run *run, size_t brick, bool on)
{
    tn_world_set_power(run->world, brick, on);
    if (!on) {
        tn_watch_reset(run->watch, brick, run->world->time_us);
    }
}

static void act_on_spot(struct run *run, const struct tn_scene_action *action)
{
    struct tn_world *world = run->world;
    double facing_deg = action->facing_deg;

    if (action->verb == TN_SCENE_SLIDES) {
        tn_world_slide(world, action->brick, action->x_m, action->y_m,
                       action->lasts_us);
        return;
    }
    if (action->verb == TN_SCENE_FACES) {
        struct tn_spot own = tn_world_get_spot(world, action->brick);
        struct tn_spot other = tn_world_get_spot(world, action->other);

        facing_deg = tn_spot_get_direction(&own, &other);
    }
    tn_world_turn(world, action->brick, facing_deg, action->lasts_us);
}

static void act(struct run *run, const struct tn_scene_action *action)
{
    struct tn_scene *scene = run->scene;
    struct tn_world *world = run->world;
    struct tn_body *body = &world->bricks[action->brick].body;
    struct tn_window *window = &world->bricks[action->brick].window;
    const struct tn_scene_file *file; /* where the verb has one */

    switch (action->verb) {
    case TN_SCENE_GETS:
    case TN_SCENE_LOSES:
        act_on_tag(run, action);
        break;
    case TN_SCENE_LOSES_ALL:
        lose_all(run, action->brick);
        break;
    case TN_SCENE_MOVES:
        tn_body_move(body, action->motion, world->time_us, action->lasts_us);
        break;
    case TN_SCENE_REPLAYS:
        file = &scene->files[action->item];
        tn_body_replay(body, file->points, file->count,
                       (int64_t)action->from_us, (int64_t)action->to_us,
                       world->time_us);
        break;
    case TN_SCENE_HEARS:
        file = &scene->files[action->item];
        tn_world_set_sound(world, action->brick, file->samples, file->count);
        break;
    case TN_SCENE_SHOWN:
        tn_window_show(window, action->card, world->time_us, action->lasts_us);
        break;
    case TN_SCENE_ROOM:
        tn_window_set_room(window, action->room);
        break;
    case TN_SCENE_DOCKS:
    case TN_SCENE_UNDOCKS:
        tn_world_set_docked(world, action->brick,
                            action->verb == TN_SCENE_DOCKS);
        break;
    case TN_SCENE_BATTERY:
        tn_world_set_battery(world, action->brick, action->battery_pc);
        break;
    case TN_SCENE_POWER_LOST:
    case TN_SCENE_POWER_BACK:
        act_on_power(run, action->brick, action->verb == TN_SCENE_POWER_BACK);
        break;
    case TN_SCENE_SLIDES:
    case TN_SCENE_TURNS:
    case TN_SCENE_FACES:
        act_on_spot(run, action);
        break;
    }
}

static void act_due(struct run *run)
{
    const struct tn_scene *scene = run->scene;

    while (run->next < scene->action_count &&
           scene->actions[run->next].at_us <= run->world->time_us) {
        const struct tn_scene_action *action = &scene->actions[run->next++];
        struct tn_watch_event event = {
            .time_us = run->world->time_us,
            .brick = action->brick,
            .kind = TN_WATCH_DOES,
            .what = action->words,
            .other = SIZE_MAX,
            .value = TN_UNKNOWN,
        };

        act(run, action);
        note(run, &event);
    }
}

/* How far off the truth a pose is, m: in distance, or as a whole. */
static double get_error(const struct tn_place_pose *pose,
                        const struct tn_sim_pose *truth, bool whole)
{
    double distance_m = (double)pose->distance_mm * 1e-3;
    double true_m = 0.0;
    double off = 0.0;

    for (unsigned i = 0; i < 3; i++) {
        double d = distance_m * (double)pose->direction[i] - truth->at[i];

        off += d * d;
        true_m += truth->at[i] * truth->at[i];
    }
    return whole ? sqrt(off) : fabs(distance_m - sqrt(true_m));
}

static void look_at(struct run *run, struct tn_scene_expect *expect)
{
    bool whole = expect->wish == TN_SCENE_KNOWS_WHERE;
    const char *other = run->scene->bricks[expect->other];
    struct tn_neighbour neighbour;
    struct tn_sim_pose own;
    struct tn_sim_pose their;
    struct tn_sim_pose truth;

    free(expect->instead);
    expect->instead = NULL;
    if (!tn_world_find_neighbour(run->world, expect->brick, expect->other,
                                 &neighbour)) {
        expect->instead = tn_scene_format("it was not in touch with %s", other);
        return;
    }
    if (neighbour.pose.known != TN_PLACE_POSE ||
        (whole && !neighbour.pose.hemisphere)) {
        expect->instead =
            tn_scene_format("it did not know where %s was", other);
        return;
    }
    tn_world_get_pose(run->world, expect->brick, &own);
    tn_world_get_pose(run->world, expect->other, &their);
    tn_sim_pose_relate(&own, &their, &truth);

    double error_m = get_error(&neighbour.pose, &truth, whole);

    expect->failed = error_m > expect->bound_m;
    if (expect->failed) {
        expect->instead =
            tn_scene_format("it was wrong by %.1f mm, and took "
                            "the distance for %.1f mm",
                            error_m * 1e3, (double)neighbour.pose.distance_mm);
    }
}

static bool is_looked_at(const struct tn_scene_expect *expect)
{
    return expect->wish == TN_SCENE_KNOWS_FAR ||
           expect->wish == TN_SCENE_KNOWS_WHERE;
}

/* Expectations about what bricks know hold against the world as it is. */
static void look(struct run *run)
{
    for (size_t i = 0; run->look_count > 0 && i < run->scene->expect_count;
         i++) {
        struct tn_scene_expect *expect = &run->scene->expects[i];

        if (is_looked_at(expect) && expect->from_us < run->world->time_us &&
            expect->from_us + TN_FRAME_US >= run->world->time_us) {
            look_at(run, expect);
            run->look_count--;
        }
    }
}

static void begin_looks(struct run *run)
{
    for (size_t i = 0; i < run->scene->expect_count; i++) {
        struct tn_scene_expect *expect = &run->scene->expects[i];

        if (is_looked_at(expect)) {
            free(expect->instead);
            expect->instead = tn_scene_format("the run ended before");
            expect->failed = true;
            run->look_count++;
        }
    }
}

static void loop(struct run *run, const struct tn_scene_options *options,
                 struct tn_scene_report *report)
{
    uint64_t end_us = run->scene->end_us;

    if (options->timeout_us > 0 && options->timeout_us < end_us) {
        end_us = options->timeout_us;
        report->timed_out = true;
    }
    while (run->world->time_us < end_us) {
        act_due(run);
        report->err = tn_world_step(run->world);
        if (report->err) {
            return;
        }
        look(run);
        if (run->view->on_frame &&
            !run->view->on_frame(run->view->ctx, run->world, run->watch)) {
            report->stopped = true;
            return;
        }
    }
}

/* What the bare bricks do, if a set of the scene says so. */
static void set_bare(struct tn_world_config *config,
                     const struct tn_scene *scene)
{
    for (size_t i = 0; i < scene->program_count; i++) {
        if (scene->programs[i]->kind == TN_IMAGE_BRICK) {
            config->bare = scene->programs[i]->image;
            config->bare_len = (uint16_t)scene->programs[i]->image_len;
        }
    }
}

void tn_scene_run(struct tn_scene *scene,
                  const struct tn_scene_options *options,
                  const struct tn_scene_view *view,
                  struct tn_scene_report *report)
{
    static const struct tn_scene_view NO_VIEW;
    struct run run = {.scene = scene, .view = view ? view : &NO_VIEW};
    struct tn_world_config config = {
        .seed = options->has_seed ? options->seed : scene->seed,
        .brick_count = scene->brick_count,
        .places = scene->places,
        .crypto = options->crypto,
        .run_job = options->run_job,
        .on_step = watch_step,
        .ctx = &run,
    };

    set_bare(&config, scene);
    memset(report, 0, sizeof *report);
    report->seed = config.seed;
    for (size_t i = 0; i < scene->tag_count; i++) {
        scene->tags[i]->on = SIZE_MAX;
    }
    run.world = tn_scene_need(tn_world_new(&config));
    run.watch = tn_watch_new(scene->brick_count, scene->programs,
                             scene->program_count, note, &run);
    begin_looks(&run);
    loop(&run, options, report);
    report->time_us = run.world->time_us;
    run.log.end_us = run.world->time_us;
    for (size_t i = 0; i < scene->brick_count; i++) {
        report->step_count += run.world->bricks[i].step_count;
    }
    if (!report->stopped && !report->err) {
        report->failed = tn_scene_judge(scene, &run.log);
    }
    tn_watch_free(run.watch);
    tn_world_free(run.world);
    free(run.log.events);
}
