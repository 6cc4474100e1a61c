/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_parse.h"

#include <stdlib.h>
#include <string.h>

/* After the last thing that happens or is expected, if no end is given. */
#define TAIL_US 1000000u

static int compare(const void *a, const void *b)
{
    const struct tn_scene_action *x = a;
    const struct tn_scene_action *y = b;

    if (x->at_us != y->at_us) {
        return x->at_us < y->at_us ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

static uint64_t get_length(const struct tn_scene *scene,
                           const struct tn_scene_action *action)
{
    switch (action->verb) {
    case TN_SCENE_MOVES:
        return action->lasts_us > 0
                   ? action->lasts_us
                   : tn_body_get_lasts_ms(action->motion) * UINT64_C(1000);
    case TN_SCENE_SHOWN:
        return tn_window_get_lasts_us(action->lasts_us);
    case TN_SCENE_SLIDES:
    case TN_SCENE_TURNS:
    case TN_SCENE_FACES:
        return action->lasts_us;
    case TN_SCENE_REPLAYS:
        return action->to_us - action->from_us;
    case TN_SCENE_HEARS:
        return scene->files[action->item].count * UINT64_C(1000000) /
               TN_SAMPLE_HZ;
    default:
        return 0;
    }
}

static void set_end(struct tn_scene *scene)
{
    uint64_t last = 0;

    for (size_t i = 0; i < scene->action_count; i++) {
        const struct tn_scene_action *action = &scene->actions[i];
        uint64_t over = action->at_us + get_length(scene, action);

        last = over > last ? over : last;
    }
    for (size_t i = 0; i < scene->expect_count; i++) {
        const struct tn_scene_expect *e = &scene->expects[i];
        uint64_t over = e->to_us == TN_SCENE_FOREVER ? e->from_us : e->to_us;

        last = over > last ? over : last;
    }
    scene->end_us = last + TAIL_US;
}

static void fail_late(struct tn_scene *scene,
                      const struct tn_scene_place *place)
{
    tn_scene_fail_place(scene, place,
                        tn_scene_format("the scene ends at %.3f s before this",
                                        (double)scene->end_us * 1e-6),
                        tn_scene_format("move the end or this line"));
}

static void check_end(struct tn_scene *scene)
{
    for (size_t i = 0; i < scene->action_count; i++) {
        if (scene->actions[i].at_us >= scene->end_us) {
            fail_late(scene, &scene->actions[i].place);
        }
    }
    for (size_t i = 0; i < scene->expect_count; i++) {
        const struct tn_scene_expect *e = &scene->expects[i];

        if (e->from_us >= scene->end_us ||
            (e->to_us != TN_SCENE_FOREVER && e->to_us > scene->end_us)) {
            fail_late(scene, &e->place);
        }
    }
}

static size_t count_on(const struct tn_scene *scene, size_t brick)
{
    size_t count = 0;

    for (size_t i = 0; i < scene->tag_count; i++) {
        count += scene->tags[i]->on == brick;
    }
    return count;
}

static void check_gets(struct tn_scene *scene, struct tn_scene_action *action)
{
    struct tn_scene_tag *tag = scene->tags[action->item];

    if (tag->on != SIZE_MAX) {
        tn_scene_fail_place(
            scene, &action->place,
            tn_scene_format("%s is on %s at this time", tag->label,
                            scene->bricks[tag->on]),
            tn_scene_format("%s must lose it first", scene->bricks[tag->on]));
    } else if (count_on(scene, action->brick) == TN_SIM_FIELD_CAP) {
        tn_scene_fail_place(
            scene, &action->place,
            tn_scene_format("no more than %u tags find room at a brick",
                            TN_SIM_FIELD_CAP),
            NULL);
    }
    tag->on = action->brick;
}

static void check_loses(struct tn_scene *scene, struct tn_scene_action *action)
{
    const char *label = action->label;

    /* The same program may be on several chips; the one that is there goes. */
    for (size_t i = 0; i < scene->tag_count; i++) {
        if (scene->tags[i]->on == action->brick &&
            strcmp(scene->tags[i]->label, label) == 0) {
            scene->tags[i]->on = SIZE_MAX;
            action->item = i;
            return;
        }
    }
    tn_scene_fail_place(scene, &action->place,
                        tn_scene_format("%s is not on %s at this time", label,
                                        scene->bricks[action->brick]),
                        NULL);
}

/* Where each tag is, from the first action to the last. */
static void check_tags(struct tn_scene *scene)
{
    for (size_t i = 0; i < scene->action_count; i++) {
        struct tn_scene_action *action = &scene->actions[i];

        if (action->verb == TN_SCENE_GETS) {
            check_gets(scene, action);
        } else if (action->verb == TN_SCENE_LOSES) {
            check_loses(scene, action);
        }
        for (size_t j = 0;
             action->verb == TN_SCENE_LOSES_ALL && j < scene->tag_count; j++) {
            if (scene->tags[j]->on == action->brick) {
                scene->tags[j]->on = SIZE_MAX;
            }
        }
    }
}

/* Power goes and comes in turn. */
static void check_power(struct tn_scene *scene)
{
    bool *off = tn_scene_need(calloc(scene->brick_count + 1, sizeof *off));

    for (size_t i = 0; i < scene->action_count; i++) {
        const struct tn_scene_action *action = &scene->actions[i];
        bool lost = action->verb == TN_SCENE_POWER_LOST;

        if (!lost && action->verb != TN_SCENE_POWER_BACK) {
            continue;
        }
        if (off[action->brick] == lost) {
            tn_scene_fail_place(scene, &action->place,
                                tn_scene_format("%s %s power at this time",
                                                scene->bricks[action->brick],
                                                lost ? "has no" : "has"),
                                NULL);
        }
        off[action->brick] = lost;
    }
    free(off);
}

void tn_scene_check(struct tn_scene *scene, bool has_end)
{
    if (scene->action_count > 0) {
        qsort(scene->actions, scene->action_count, sizeof *scene->actions,
              compare);
    }
    if (!has_end) {
        set_end(scene);
    }
    if (scene->error_count > 0) {
        return; /* what follows would only repeat it */
    }
    check_end(scene);
    check_tags(scene);
    check_power(scene);
}
