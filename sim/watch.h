/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_WATCH_H
#define TENON_SIM_WATCH_H

/*
 * From steps to happenings: what a brick felt, who came, what it plays and
 * shows, in the words of the play files. Reads a brick after each step, changes
 * nothing. The caller owns programs and happenings; names live as long as the
 * watch and the programs. Host only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lang/lang.h>
#include <tenon/brick.h>

/* Kinds: X(NAME, word in a trace, meaning). */
#define TN_WATCH_KINDS(X)                                                      \
    X(CAME, "came", "a tag came and its program began")                        \
    X(RETURNED, "returned", "a tag came back within the grace time")           \
    X(GONE, "gone", "a tag is gone, its program has ended")                    \
    X(REFUSED, "refused", "a tag was read and is of no use")                   \
    X(FEELS, "feels", "a gesture or other event of the vocabulary")            \
    X(SEES, "sees", "a thing of some colour has come before the window")       \
    X(STATE, "state", "a program is in another state")                         \
    X(PLAYS, "plays", "a sound starts")                                        \
    X(STOPS, "stops", "a sound that was held is let go or stopped")            \
    X(GLOWS, "glows", "a program sets its light")                              \
    X(DARK, "dark", "a program takes its light away")                          \
    X(SHOWS, "shows", "the colour that is seen changes")                       \
    X(ASKS, "asks", "a program asks another for an action")                    \
    X(SENDS, "sends", "a program sends a message")                             \
    X(HEARS, "hears", "a program reacts to another brick's message")           \
    X(UNHEARD, "unheard", "a program learns that its message was in vain")     \
    X(JOINS, "joins", "another brick is in touch")                             \
    X(PARTS, "parts", "another brick is no longer in touch")                   \
    X(HEARD, "heard", "the loudspeaker begins to sound")                       \
    X(SILENT, "silent", "the loudspeaker has become silent")                   \
    X(BEGINS, "begins", "a lasting word has become true")                      \
    X(ENDS, "ends", "a lasting word has become false")                         \
    X(SLEEPS, "sleeps", "the brick falls asleep")                              \
    X(WAKES, "wakes", "the brick wakes up")                                    \
    X(DROPS, "drops", "events or effects found no room")                       \
    X(DOES, "does", "what the scene does to the brick")

enum tn_watch_kind {
#define TN_WATCH_ENUM(name, word, meaning) TN_WATCH_##name,
    TN_WATCH_KINDS(TN_WATCH_ENUM)
#undef TN_WATCH_ENUM
    TN_WATCH_KIND_COUNT
};

struct tn_watch_event {
    uint64_t time_us; /* start of the frame */
    size_t brick;
    enum tn_watch_kind kind;
    const char *who;  /* program's name, or null: the brick itself */
    const char *what; /* sound, light, event, state, reason ..., or null */
    const char *from; /* STATE: the one before, or null */
    const char *to;   /* SENDS: its target's word, or null */
    size_t other;     /* the other brick that it concerns; SIZE_MAX: none */
    tn_q16 value;     /* FEELS: strength; DROPS: how many; else TN_UNKNOWN */
    uint16_t at;      /* REFUSED: offset in the tag */
};

typedef void (*tn_watch_sink)(void *ctx, const struct tn_watch_event *event);

/* Another brick, as one is in touch with it. */
struct tn_watch_peer {
    size_t other;       /* SIZE_MAX: not known who it is */
    uint32_t id;        /* 0: nobody */
    uint32_t relations; /* bit a relation that holds */
};

/* What is known of one brick. */
struct tn_watch_brick {
    const char *names[TN_PROGRAM_CAP]; /* null: slot is empty */
    const struct tn_lang_program *programs[TN_PROGRAM_CAP];
    struct tn_watch_peer peers[TN_NET_PEER_CAP];
    uint32_t dropped;
    uint32_t id;        /* its own, among bricks */
    uint8_t peer_count; /* how many it is in touch with */
    uint8_t states[TN_PROGRAM_CAP];
    uint8_t held[TN_PROGRAM_CAP][TN_SOUND_CAP]; /* key + 1, 0: not held */
    uint8_t colour; /* enum tn_colour_number, of what is seen */
    uint8_t quiet;  /* frames that were silent, up to a few */
    bool asleep;
    bool lasting[TN_SIGNAL_COUNT];
};

struct tn_watch;

/* `programs` (of `program_count`) are those whose names are known. Out of
 * memory ends the process. */
struct tn_watch *tn_watch_new(size_t brick_count,
                              const struct tn_lang_program *const *programs,
                              size_t program_count, tn_watch_sink sink,
                              void *ctx);
void tn_watch_free(struct tn_watch *watch);

/* Looks at a brick that has just stepped. */
void tn_watch_step(struct tn_watch *watch, size_t number,
                   const struct tn_brick *brick, const struct tn_in *in,
                   const struct tn_out *out);

/* A brick has lost power at `time_us`: all that it had has come to an end. */
void tn_watch_reset(struct tn_watch *watch, size_t number, uint64_t time_us);

const struct tn_watch_brick *tn_watch_get(const struct tn_watch *watch,
                                          size_t brick);

/* The word of a kind in traces. */
const char *tn_watch_get_word(enum tn_watch_kind kind);

#endif
