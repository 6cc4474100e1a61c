/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_SCENE_JUDGE_H
#define TENON_SIM_SCENE_JUDGE_H

/* Private to the scene runner: what happened against what was expected. */

#include "scene.h"

/* All that happened in a run, in order. */
struct tn_scene_log {
    struct tn_watch_event *events;
    size_t count;
    size_t cap;
    uint64_t end_us; /* when the run ended */
};

/* Sets `failed` and `instead` of every expectation; how many failed. */
size_t tn_scene_judge(struct tn_scene *scene, const struct tn_scene_log *log);

#endif
