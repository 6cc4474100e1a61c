/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_SUMMARY_H
#define TENON_TOOLS_SUMMARY_H

/* What happened in a run, counted, in words for someone who is new to it. */

#include <sim/scene.h>
#include <stdio.h>

/* How often one thing happened to one brick. */
struct tn_summary_item {
    size_t brick;
    enum tn_watch_kind kind;
    char *what;
    unsigned count;
};

struct tn_summary {
    struct tn_summary_item *items;
    size_t count;
};

/* Counts a happening. Out of memory ends the process. */
void tn_summary_post(struct tn_summary *summary,
                     const struct tn_watch_event *event);

/* Prints the counts, and how the expectations went. */
void tn_summary_print(const struct tn_summary *summary,
                      const struct tn_scene *scene,
                      const struct tn_scene_report *report, FILE *to);

/* Prints an expectation that failed and what happened instead. */
void tn_summary_print_failure(const struct tn_scene *scene,
                              const struct tn_scene_expect *expect, FILE *to);

void tn_summary_free(struct tn_summary *summary);

#endif
