/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <stdio.h>
#include <string.h>

static int encode_tag(const struct tn_watch_event *e, char *text, size_t cap)
{
    switch (e->kind) {
    case TN_WATCH_CAME:
        return snprintf(text, cap, "meets: %s", e->who);
    case TN_WATCH_RETURNED:
        return snprintf(text, cap, "has it back: %s", e->who);
    case TN_WATCH_GONE:
        return snprintf(text, cap, "lost: %s", e->who);
    default:
        return snprintf(text, cap, "refuses a tag: %s (at byte %u)", e->what,
                        (unsigned)e->at);
    }
}

/* What a hand does, of a file's path its name only. */
static int encode_hand(const char *what, char *text, size_t cap)
{
    const char *quote = strchr(what, '"');
    const char *slash = quote ? strrchr(quote, '/') : NULL;

    if (!slash) {
        return snprintf(text, cap, "(a hand: %s)", what);
    }
    return snprintf(text, cap, "(a hand: %.*s%s)", (int)(quote + 1 - what),
                    what, slash + 1);
}

static int encode_own(const struct tn_watch_event *e, char *text, size_t cap)
{
    switch (e->kind) {
    case TN_WATCH_DOES:
        return encode_hand(e->what, text, cap);
    case TN_WATCH_FEELS:
        if (e->value == TN_UNKNOWN) {
            return snprintf(text, cap, "feels: %s", e->what);
        }
        return snprintf(text, cap, "feels: %s, strength %d %%", e->what,
                        (int)((int64_t)e->value * 100 / TN_Q16_ONE));
    case TN_WATCH_SEES:
        return snprintf(text, cap, "sees: %s", e->what);
    case TN_WATCH_SLEEPS:
        return snprintf(text, cap, "falls asleep");
    case TN_WATCH_WAKES:
        return snprintf(text, cap, "wakes up");
    case TN_WATCH_DROPS:
        return snprintf(text, cap, "too much at once: %d words lost",
                        (int)e->value);
    default:
        return 0;
    }
}

static int encode_program(const struct tn_watch_event *e, char *text,
                          size_t cap)
{
    switch (e->kind) {
    case TN_WATCH_STATE:
        if (!e->from) {
            return snprintf(text, cap, "%s: begins %s", e->who, e->what);
        }
        return snprintf(text, cap, "%s: %s -> %s", e->who, e->from, e->what);
    case TN_WATCH_PLAYS:
        return snprintf(text, cap, "%s plays %s", e->who, e->what);
    case TN_WATCH_STOPS:
        return snprintf(text, cap, "%s ends %s", e->who, e->what);
    case TN_WATCH_GLOWS:
        return snprintf(text, cap, "%s glows %s", e->who, e->what);
    case TN_WATCH_DARK:
        return snprintf(text, cap, "%s goes dark", e->who);
    case TN_WATCH_ASKS:
        return snprintf(text, cap, "%s asks for %s", e->who, e->what);
    default:
        return 0;
    }
}

static const char *get_brick(const struct tn_watch_event *e,
                             char *const *bricks)
{
    return e->other == SIZE_MAX ? "another" : bricks[e->other];
}

static int encode_message(const struct tn_watch_event *e, char *const *bricks,
                          char *text, size_t cap)
{
    switch (e->kind) {
    case TN_WATCH_SENDS:
        if (!e->to) {
            return snprintf(text, cap, "%s sends %s", e->who, e->what);
        }
        return snprintf(text, cap, "%s sends %s to %s", e->who, e->what, e->to);
    case TN_WATCH_HEARS:
        return snprintf(text, cap, "%s hears %s from %s", e->who, e->what,
                        get_brick(e, bricks));
    case TN_WATCH_UNHEARD:
        return snprintf(text, cap, "%s sent %s in vain", e->who, e->what);
    default:
        return 0;
    }
}

/* The vocabulary's word for a relation, with what it takes before a name. */
static const char *get_relation(const char *word)
{
    return strcmp(word, "far") == 0        ? "far from"
           : strcmp(word, "faced_by") == 0 ? "faced by"
                                           : word;
}

/* How it stands to another brick. */
static int encode_other(const struct tn_watch_event *e, char *const *bricks,
                        char *text, size_t cap)
{
    const char *other = get_brick(e, bricks);

    switch (e->kind) {
    case TN_WATCH_JOINS:
        return snprintf(text, cap, "is in touch with %s", other);
    case TN_WATCH_PARTS:
        return snprintf(text, cap, "loses touch with %s", other);
    case TN_WATCH_BEGINS:
        return snprintf(text, cap, "is %s %s", get_relation(e->what), other);
    case TN_WATCH_ENDS:
        return snprintf(text, cap, "is no longer %s %s", get_relation(e->what),
                        other);
    default:
        return 0;
    }
}

bool tn_words_encode(const struct tn_watch_event *event, char *const *bricks,
                     char *text, size_t cap)
{
    switch (event->kind) {
    case TN_WATCH_CAME:
    case TN_WATCH_RETURNED:
    case TN_WATCH_GONE:
    case TN_WATCH_REFUSED:
        return encode_tag(event, text, cap) > 0;
    case TN_WATCH_DOES:
    case TN_WATCH_FEELS:
    case TN_WATCH_SEES:
    case TN_WATCH_SLEEPS:
    case TN_WATCH_WAKES:
    case TN_WATCH_DROPS:
        return encode_own(event, text, cap) > 0;
    case TN_WATCH_BEGINS:
    case TN_WATCH_ENDS:
        return event->other != SIZE_MAX &&
               encode_other(event, bricks, text, cap) > 0;
    case TN_WATCH_JOINS:
    case TN_WATCH_PARTS:
        return encode_other(event, bricks, text, cap) > 0;
    case TN_WATCH_SENDS:
    case TN_WATCH_HEARS:
    case TN_WATCH_UNHEARD:
        return event->who && encode_message(event, bricks, text, cap) > 0;
    default:
        return event->who && encode_program(event, text, cap) > 0;
    }
}
