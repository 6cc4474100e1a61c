/* SPDX-License-Identifier: Apache-2.0 */
#include "summary.h"

#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* What is counted of a happening, or null. */
static const char *get_what(const struct tn_watch_event *event)
{
    switch (event->kind) {
    case TN_WATCH_CAME:
        return event->who;
    case TN_WATCH_FEELS:
    case TN_WATCH_SEES:
    case TN_WATCH_PLAYS:
    case TN_WATCH_SENDS:
    case TN_WATCH_HEARS:
    case TN_WATCH_UNHEARD:
    case TN_WATCH_REFUSED:
        return event->what;
    case TN_WATCH_SHOWS:
        return strcmp(event->what, "black") == 0 ? NULL : event->what;
    case TN_WATCH_SLEEPS:
        return "";
    default:
        return NULL;
    }
}

void tn_summary_post(struct tn_summary *summary,
                     const struct tn_watch_event *event)
{
    const char *what = get_what(event);

    if (!what) {
        return;
    }
    for (size_t i = 0; i < summary->count; i++) {
        struct tn_summary_item *item = &summary->items[i];

        if (item->brick == event->brick && item->kind == event->kind &&
            strcmp(item->what, what) == 0) {
            item->count++;
            return;
        }
    }
    summary->items = tn_tool_need(
        realloc(summary->items, (summary->count + 1) * sizeof *summary->items));
    summary->items[summary->count++] = (struct tn_summary_item){
        .brick = event->brick,
        .kind = event->kind,
        .what = tn_tool_need(strdup(what)),
        .count = 1,
    };
}

void tn_summary_free(struct tn_summary *summary)
{
    for (size_t i = 0; i < summary->count; i++) {
        free(summary->items[i].what);
    }
    free(summary->items);
}

/* A vocabulary word as people write it. */
static void print_what(const char *what, FILE *to)
{
    for (; *what; what++) {
        fputc(*what == '_' ? ' ' : *what, to);
    }
}

static void print_kind(const struct tn_summary *summary, size_t brick,
                       enum tn_watch_kind kind, const char *words, FILE *to)
{
    bool first = true;

    for (size_t i = 0; i < summary->count; i++) {
        const struct tn_summary_item *item = &summary->items[i];

        if (item->brick != brick || item->kind != kind) {
            continue;
        }
        fputs(first ? words : ", ", to);
        print_what(item->what, to);
        if (item->count > 1) {
            fprintf(to, " %u times", item->count);
        }
        first = false;
    }
    if (!first) {
        fputc('\n', to);
    }
}

void tn_summary_print_failure(const struct tn_scene *scene,
                              const struct tn_scene_expect *expect, FILE *to)
{
    const char *source = expect->place.source;

    while (*source == ' ' || *source == '\t') {
        source++;
    }
    fprintf(to, "%s:%u: %s\n    not so: %s\n", scene->path, expect->place.line,
            source, expect->instead ? expect->instead : "it was otherwise");
}

void tn_summary_print(const struct tn_summary *summary,
                      const struct tn_scene *scene,
                      const struct tn_scene_report *report, FILE *to)
{
    fprintf(to, "\nWhat happened in %.1f s of \"%s\"\n",
            (double)report->time_us * 1e-6,
            scene->title[0] ? scene->title : scene->path);
    for (size_t i = 0; i < scene->brick_count; i++) {
        fprintf(to, "  brick %s\n", scene->bricks[i]);
        print_kind(summary, i, TN_WATCH_CAME, "    met ", to);
        print_kind(summary, i, TN_WATCH_REFUSED, "    refused a tag: ", to);
        print_kind(summary, i, TN_WATCH_FEELS, "    felt: ", to);
        print_kind(summary, i, TN_WATCH_SEES, "    saw ", to);
        print_kind(summary, i, TN_WATCH_SENDS, "    sent ", to);
        print_kind(summary, i, TN_WATCH_UNHEARD, "    in vain: ", to);
        print_kind(summary, i, TN_WATCH_HEARS, "    heard of others: ", to);
        print_kind(summary, i, TN_WATCH_PLAYS, "    played ", to);
        print_kind(summary, i, TN_WATCH_SHOWS, "    glowed ", to);
        print_kind(summary, i, TN_WATCH_SLEEPS, "    fell asleep", to);
    }
    if (report->stopped) {
        fputs("  You ended it early, so nothing was checked.\n", to);
        return;
    }
    if (scene->expect_count > 0) {
        fprintf(to, "  %zu of %zu expectations hold.\n",
                scene->expect_count - report->failed, scene->expect_count);
    }
    for (size_t i = 0; i < scene->expect_count; i++) {
        if (scene->expects[i].failed) {
            tn_summary_print_failure(scene, &scene->expects[i], to);
        }
    }
}
