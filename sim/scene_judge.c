/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene_text.h"

/* A hole of this length in what is heard is a silence. */
#define HEARD_HOLE_US 100000u
#define INSTEAD_CAP 400u

static bool is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool is_about(const struct tn_scene_expect *expect,
                     const struct tn_watch_event *event)
{
    return event->brick == expect->brick &&
           (!expect->who || is_same(expect->who, event->who));
}

/* The word under which a happening is felt, or null. */
static const char *get_felt(const struct tn_watch_event *event)
{
    switch (event->kind) {
    case TN_WATCH_FEELS:
        return event->what;
    case TN_WATCH_CAME:
        return "placed";
    case TN_WATCH_RETURNED:
        return "returned";
    case TN_WATCH_GONE:
        return "removed";
    default:
        return NULL;
    }
}

/* What of an event a wish looks at; null: not its kind. */
static const char *get_seen(const struct tn_scene_expect *expect,
                            const struct tn_watch_event *event)
{
    switch (expect->wish) {
    case TN_SCENE_PLAYS:
        return event->kind == TN_WATCH_PLAYS ? event->what : NULL;
    case TN_SCENE_GLOWS:
        return event->kind == TN_WATCH_GLOWS ? event->what : NULL;
    case TN_SCENE_SHOWS:
        return event->kind == TN_WATCH_SHOWS ? event->what : NULL;
    case TN_SCENE_FEELS:
        return get_felt(event);
    case TN_SCENE_SEES:
        return event->kind == TN_WATCH_SEES ? event->what : NULL;
    case TN_SCENE_REFUSES:
        return event->kind == TN_WATCH_REFUSED ? event->what : NULL;
    case TN_SCENE_SENDS:
        return event->kind == TN_WATCH_SENDS ? event->what : NULL;
    case TN_SCENE_VAIN:
        return event->kind == TN_WATCH_UNHEARD ? event->what : NULL;
    case TN_SCENE_TOLD:
        return event->kind == TN_WATCH_HEARS ? event->what : NULL;
    default:
        return NULL;
    }
}

static bool is_wanted(const struct tn_scene_expect *expect,
                      const struct tn_watch_event *event)
{
    const char *seen = get_seen(expect, event);

    return seen && (!expect->what || strcmp(expect->what, seen) == 0) &&
           (expect->other == SIZE_MAX || expect->other == event->other);
}

/* Text that grows in a buffer and stays inside it. */
struct tale {
    char text[INSTEAD_CAP];
    size_t len;
};

static void add(struct tale *tale, const char *before, const char *words,
                uint64_t time_us)
{
    size_t room = sizeof tale->text - tale->len;
    int n = snprintf(tale->text + tale->len, room, "%s%s%sat %.3f s", before,
                     words, words[0] ? " " : "", (double)time_us * 1e-6);

    tale->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

/* Times at which the wanted thing happened, wherever that was. */
static char *tell_times(const struct tn_scene_expect *expect,
                        const struct tn_scene_log *log)
{
    struct tale tale = {.len = 0};
    unsigned count = 0;

    for (size_t i = 0; i < log->count && count <= 5; i++) {
        const struct tn_watch_event *event = &log->events[i];

        if (is_about(expect, event) && is_wanted(expect, event)) {
            if (count++ == 5) {
                return tn_scene_format("it happened %s and later", tale.text);
            }
            add(&tale, count > 1 ? ", " : "", "", event->time_us);
        }
    }
    return count > 0 ? tn_scene_format("it happened %s", tale.text) : NULL;
}

/* Other things of the same kind, first those inside the window. */
static char *tell_others(const struct tn_scene_expect *expect,
                         const struct tn_scene_log *log)
{
    struct tale tale = {.len = 0};
    unsigned count = 0;

    for (size_t i = 0; i < log->count && count < 5; i++) {
        const struct tn_watch_event *event = &log->events[i];
        const char *seen = get_seen(expect, event);

        if (seen && is_about(expect, event) &&
            event->time_us + 1000000 >= expect->from_us &&
            (expect->to_us == TN_SCENE_FOREVER ||
             event->time_us <= expect->to_us + 1000000)) {
            add(&tale, count++ > 0 ? ", " : "", seen, event->time_us);
        }
    }
    if (count == 0) {
        return tn_scene_format("it never happened");
    }
    return tn_scene_format("it never happened; there was %s", tale.text);
}

static void judge_count(struct tn_scene_expect *expect,
                        const struct tn_scene_log *log)
{
    uint64_t count = 0;

    for (size_t i = 0; i < log->count; i++) {
        const struct tn_watch_event *event = &log->events[i];

        count += is_about(expect, event) && is_wanted(expect, event) &&
                 event->time_us >= expect->from_us &&
                 event->time_us <= expect->to_us;
    }
    expect->failed = count < expect->least || count > expect->most;
    if (expect->failed) {
        expect->instead = tell_times(expect, log);
        if (!expect->instead) {
            expect->instead = tell_others(expect, log);
        }
    }
}

static void judge_state(struct tn_scene_expect *expect,
                        const struct tn_scene_log *log)
{
    const char *now = "gone";

    for (size_t i = 0; i < log->count; i++) {
        const struct tn_watch_event *event = &log->events[i];

        if (event->time_us > expect->from_us) {
            break;
        }
        if (is_about(expect, event)) {
            now = event->kind == TN_WATCH_STATE  ? event->what
                  : event->kind == TN_WATCH_GONE ? "gone"
                                                 : now;
        }
    }
    expect->failed = strcmp(now, expect->what) != 0;
    if (expect->failed) {
        expect->instead = tn_scene_format("it was %s", now);
    }
}

/* Of two kinds of happening the last one before the moment counts. */
static bool get_last(const struct tn_scene_expect *expect,
                     const struct tn_scene_log *log, enum tn_watch_kind on,
                     enum tn_watch_kind off)
{
    bool now = false;

    for (size_t i = 0; i < log->count; i++) {
        const struct tn_watch_event *event = &log->events[i];

        if (event->time_us > expect->from_us) {
            break;
        }
        if (event->brick == expect->brick &&
            (event->kind == on || event->kind == off) &&
            event->other == expect->other &&
            (!expect->what || is_same(expect->what, event->what))) {
            now = event->kind == on;
        }
    }
    return now;
}

static void judge_lasting(struct tn_scene_expect *expect,
                          const struct tn_scene_log *log)
{
    expect->failed = !get_last(expect, log, TN_WATCH_BEGINS, TN_WATCH_ENDS);
    if (expect->failed) {
        expect->instead = tn_scene_format("it was not");
    }
}

static void judge_sleep(struct tn_scene_expect *expect,
                        const struct tn_scene_log *log)
{
    bool asleep = get_last(expect, log, TN_WATCH_SLEEPS, TN_WATCH_WAKES);

    expect->failed = asleep != (expect->wish == TN_SCENE_ASLEEP);
    if (expect->failed) {
        expect->instead =
            tn_scene_format(asleep ? "it was asleep" : "it was awake");
    }
}

static void fail_at(struct tn_scene_expect *expect, const char *words,
                    uint64_t time_us)
{
    if (!expect->failed) {
        expect->failed = true;
        expect->instead =
            tn_scene_format("%s at %.3f s", words, (double)time_us * 1e-6);
    }
}

/* A stretch of sound or of silence, from one time to another. */
static void judge_stretch(struct tn_scene_expect *expect, bool sounds,
                          uint64_t from_us, uint64_t to_us)
{
    uint64_t from = from_us > expect->from_us ? from_us : expect->from_us;
    uint64_t to = to_us < expect->to_us ? to_us : expect->to_us;

    if (from >= to) {
        return;
    }
    if (expect->wish == TN_SCENE_SILENT && sounds) {
        fail_at(expect, "it was heard", from);
    }
    if (expect->wish == TN_SCENE_HEARD && !sounds &&
        to - from > HEARD_HOLE_US) {
        fail_at(expect, "it was silent", from);
    }
}

static void judge_sound(struct tn_scene_expect *expect,
                        const struct tn_scene_log *log)
{
    bool sounds = false;
    uint64_t since_us = 0;

    for (size_t i = 0; i < log->count; i++) {
        const struct tn_watch_event *event = &log->events[i];

        if (event->brick == expect->brick &&
            (event->kind == TN_WATCH_HEARD || event->kind == TN_WATCH_SILENT)) {
            judge_stretch(expect, sounds, since_us, event->time_us);
            sounds = event->kind == TN_WATCH_HEARD;
            since_us = event->time_us;
        }
    }
    judge_stretch(expect, sounds, since_us, log->end_us);
}

/* What can only be looked at while the world runs has been judged then. */
static bool is_judged(const struct tn_scene_expect *expect)
{
    return expect->wish == TN_SCENE_KNOWS_FAR ||
           expect->wish == TN_SCENE_KNOWS_WHERE;
}

static void judge(struct tn_scene_expect *expect,
                  const struct tn_scene_log *log)
{
    switch (expect->wish) {
    case TN_SCENE_STATE:
        judge_state(expect, log);
        break;
    case TN_SCENE_LASTING:
        judge_lasting(expect, log);
        break;
    case TN_SCENE_ASLEEP:
    case TN_SCENE_AWAKE:
        judge_sleep(expect, log);
        break;
    case TN_SCENE_SILENT:
    case TN_SCENE_HEARD:
        judge_sound(expect, log);
        break;
    default:
        judge_count(expect, log);
        break;
    }
}

size_t tn_scene_judge(struct tn_scene *scene, const struct tn_scene_log *log)
{
    size_t failed = 0;

    for (size_t i = 0; i < scene->expect_count; i++) {
        struct tn_scene_expect *expect = &scene->expects[i];

        if (!is_judged(expect)) {
            expect->failed = false;
            free(expect->instead);
            expect->instead = NULL;
            judge(expect, log);
        }
        failed += expect->failed;
    }
    return failed;
}
