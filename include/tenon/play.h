/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLAY_H
#define TENON_PLAY_H

/*
 * The play machine: verified program images that turn events and signals into
 * effects. It knows event and effect numbers, never a sensor. Up to
 * TN_PROGRAM_CAP programs run together, meet by kinds, names of states and
 * actions, and cannot run longer than the verifier allows. The caller owns the
 * struct; no call may come from an interrupt. Specified in
 * docs/spec/program-image.md and docs/spec/play-language.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/err.h>
#include <tenon/event.h>
#include <tenon/image.h>
#include <tenon/vocabulary.h>

/* What the verifier found out about an image. */
struct tn_image_info {
    uint16_t len;         /* of the image */
    uint16_t err_at;      /* offset of what is wrong, if it was refused */
    uint16_t work_event;  /* most work units for an event or a timer */
    uint16_t work_begin;  /* most for its coming */
    uint16_t work_end;    /* most for its going */
    uint16_t work_change; /* most for a change of state */
    uint16_t work_look;   /* most for a look at the conditions */
    uint16_t work_while;  /* most for the `while` blocks */
    uint16_t names_at;    /* offsets of the tables */
    uint16_t states_at;
    uint16_t numbers_at;
    uint16_t sounds_at;
    uint16_t lights_at;
    uint16_t reactions_at;
    uint8_t timer_count; /* reactions with a time */
    uint8_t while_count;
    uint8_t keep_count; /* numbers that survive removal */
    uint8_t pad;        /* 0 */
};

/*
 * Accepts an image or says why not (and `info->err_at` where). One pass, no
 * allocation; any bytes at all may come. Sound and light patches are only
 * bounded here; their own rooms check them (tn_voice_check, tn_glow_check).
 */
enum tn_err tn_play_verify(const uint8_t *image, uint16_t len,
                           struct tn_image_info *info);

/* The bytes of a sound or light of a verified image. TN_ERR_INDEX if none. */
enum tn_err tn_play_find_sound(const uint8_t *image, uint16_t len, uint8_t item,
                               const uint8_t **patch, uint8_t *patch_len);
enum tn_err tn_play_find_light(const uint8_t *image, uint16_t len, uint8_t item,
                               const uint8_t **patch, uint8_t *patch_len);

/* Each event and each kind of trigger has a chain: its reactions. */
enum tn_play_chain {
#define TN_PLAY_CHAIN_ENUM(name, number, word, subject, arg, dim, meaning)     \
    TN_CHAIN_##name,
    TN_EVENTS(TN_PLAY_CHAIN_ENUM)
#undef TN_PLAY_CHAIN_ENUM
    TN_CHAIN_ENTER,
    TN_CHAIN_LEAVE,
    TN_CHAIN_WHILE,
    TN_CHAIN_COND,  /* COND and COND_FOR */
    TN_CHAIN_TIMER, /* AFTER and EVERY */
    TN_CHAIN_COUNT,
    TN_CHAIN_NONE = 0xFF
};

#define TN_PLAY_SEND_CAP 4u /* messages a second that a program may send */

/* A piece of code that waits for its time, with the event that its reaction
 * answers; private to src/play, all bytes 0 when free. */
struct tn_later {
    uint64_t due_us;
    tn_q16 args[3];
    uint16_t at;    /* of its LATER or AGAIN in the image */
    uint8_t left;   /* times that it comes */
    uint8_t scope;  /* of the state that it belongs to */
    uint8_t number; /* of the event, 0: none */
    uint8_t source;
    uint8_t pad[6]; /* 0 */
};

/* One program and what it remembers; private to src/play. `len` 0: empty. */
struct tn_program {
    uint64_t identity;
    uint64_t entered_us[2];             /* the present inner and outer state */
    uint64_t free_us[TN_PLAY_SEND_CAP]; /* when it may send again; ascending */
    uint64_t due_us[TN_TIMER_CAP];      /* UINT64_MAX: not running */
    struct tn_later laters[TN_LATER_CAP]; /* in the order of their beginning */
    uint64_t scopes[3]; /* bit a place: of the inner, outer, any state */
    uint64_t held;      /* bit a place: its condition held when looked at */
    uint64_t mood_us[TN_MOOD_CAP]; /* when it was set; numbers[] has to what */
    uint64_t mood_due_us; /* when a mood passes what it is compared with */
    uint8_t picks[TN_PICK_CAP / 2]; /* 4 bits: last choice + 1, 0: none */
    tn_q16 numbers[TN_CELL_CAP]; /* moods, other numbers, the lists' places */
    uint32_t came;               /* place in the order of coming */
    uint32_t looks;              /* what its conditions look at */
    uint16_t reaction_at[TN_REACTION_CAP]; /* in the image; chain by chain */
    uint16_t len;
    uint16_t states_at;
    uint16_t work_event;
    uint16_t work_begin;
    uint16_t work_end;
    uint16_t work_change;
    uint16_t work_look;
    uint16_t work_while;
    uint16_t active;  /* bit a `while` block that is active */
    uint16_t keeps;   /* bit a number that survives removal */
    uint16_t onces;   /* bit a `once` that has been */
    uint16_t draws;   /* of its dice so far */
    uint16_t hums[3]; /* bit a sound: sounds again and again, by scope */
    uint8_t state;
    uint8_t wanted;    /* state asked for, or TN_STATE_NONE */
    uint8_t light_key; /* `while` block that set the light, or 0xFF */
    uint8_t begun;     /* PLACED has been handled */
    uint8_t leaving;   /* REMOVED waits */
    uint8_t stale;     /* its conditions may have changed */
    uint8_t clocked;   /* a condition looked at ELAPSED this step */
    uint8_t timer_count;
    uint8_t prepared; /* waits for tn_play_start */
    uint8_t unsaved;  /* a kept number has changed */
    uint8_t later_count;
    uint8_t parked; /* of the bare brick: tags are here, only `always` runs */
    uint8_t mood_count;
    uint8_t mood_at[TN_MOOD_CAP];     /* its time, from the numbers' table on */
    uint8_t list_at[TN_LIST_CAP + 1]; /* first place in numbers[]; the end */
    uint8_t list_count[TN_LIST_CAP];  /* places taken */
    uint8_t pad[3];
    uint8_t first[TN_CHAIN_COUNT + 1]; /* place of a chain's first reaction */
    uint8_t timed[TN_TIMER_CAP];       /* place of a timer's reaction */
    uint8_t image[TN_IMAGE_CAP];
};

/* Signals, rounded up so that no struct below has a gap. */
#define TN_PLAY_SIGNAL_CAP ((TN_SIGNAL_COUNT + 1) / 2 * 2)

/* Private to src/play; here for its size. */
struct tn_play {
    struct tn_program programs[TN_PROGRAM_CAP];
    struct tn_event queue[TN_EVENT_CAP]; /* a ring, from `head` on */
    struct tn_event turn_event;       /* that programs get, one after another */
    uint64_t time_us;                 /* of the last step */
    uint64_t next_us[TN_PROGRAM_CAP]; /* when a program's timers are due */
    tn_q16 signals[TN_PLAY_SIGNAL_CAP]; /* of the last step, but ELAPSED */
    /* Which names of a program are kinds of another: a bit each. */
    uint32_t kin[TN_PROGRAM_CAP][TN_PROGRAM_CAP];
    uint32_t dropped;
    uint8_t phase;        /* of the turn; 0: the next step begins one */
    uint8_t todo;         /* bit a slot: still to come in this phase */
    uint8_t retimed;      /* bit a slot: `next_us` has to be found out */
    uint8_t wanting;      /* bit a slot: has asked for a change of state */
    uint8_t turn_changed; /* bit a slot: has changed its state in this turn */
    uint8_t handled;      /* bit a slot: has reacted to `turn_event` */
    uint8_t head;         /* of the queue */
    uint8_t queue_count;
    uint8_t ready;       /* the first so many may be handled in this step */
    uint8_t ended;       /* bit a slot: its last program's end is to be said */
    uint8_t unsettled;   /* conditions must be looked at again */
    uint8_t timer_first; /* a timer had to wait: it comes before the events */
    uint8_t ranks[4];    /* how many wait, by importance */
    /* By chain, a bit a slot: begun, and has reactions of it. */
    uint8_t listeners[TN_CHAIN_COUNT];
    uint8_t pad[4];
};

void tn_play_init(struct tn_play *play);

/*
 * Copies `image`, which tn_play_verify has just accepted with this `info`,
 * into slot `slot` (0 .. TN_PROGRAM_CAP - 1, which is empty or unloaded) and
 * lets it begin: it enters its start state and gets its PLACED event in the
 * next tn_play_step; the others get PLACED_OTHER. A program that is unloaded
 * but still waits for its REMOVED gets it on the spot: what it sends and asks
 * is passed on, its sounds and light end in the next step. TN_ERR_ARG if the
 * slot is taken or out of range.
 */
enum tn_err tn_play_load(struct tn_play *play, uint8_t slot, uint64_t identity,
                         const uint8_t *image, const struct tn_image_info *info,
                         uint64_t time_us);

/*
 * The same in two acts, for a program whose kept numbers must be fetched first:
 * tn_play_prepare takes the slot; tn_play_start lets it begin as of `time_us`,
 * with the first `count` of its kept numbers, in the image's order, set to
 * `kept` (may be null if 0). In between nothing reaches it and others do not
 * see it; unloaded then, it just goes. TN_ERR_ARG if it is not prepared.
 */
enum tn_err tn_play_prepare(struct tn_play *play, uint8_t slot,
                            uint64_t identity, const uint8_t *image,
                            const struct tn_image_info *info);
enum tn_err tn_play_start(struct tn_play *play, uint8_t slot,
                          const tn_q16 *kept, uint8_t count, uint64_t time_us);

/* A kept number has changed since tn_play_get_kept was last called. Of a
 * program that has ended this can still be asked, and its numbers be got once,
 * until its slot is taken. */
bool tn_play_is_kept_changed(const struct tn_play *play, uint8_t slot);

/* The kept numbers of a program, in the image's order, as they are now; returns
 * how many, <= TN_NUMBER_CAP. */
uint8_t tn_play_get_kept(struct tn_play *play, uint8_t slot, tn_q16 *kept);

/* Kinds and names of the programs that have begun and whose tags are here,
 * tiles before figures, in the order of slots, none twice; 0 where there are
 * fewer. TN_KIND_CAP of them. */
void tn_play_get_kinds(const struct tn_play *play, uint32_t *kinds);

/* The slot's program gets REMOVED, handled in the next step, and ends; the
 * others get REMOVED_OTHER. */
void tn_play_unload(struct tn_play *play, uint8_t slot);

/* An event for every program, or the one in event->target. If no room is left
 * the newest of the least important is dropped and counted. PLACED, REMOVED and
 * their OTHER forms come from load and unload alone; posted, they are dropped
 * and counted, as unknown events are. */
void tn_play_post(struct tn_play *play, const struct tn_event *event);

/* Another brick, as programs may look at it. */
struct tn_play_neighbour {
    uint32_t kinds[TN_KIND_CAP]; /* FNV-1a of kinds and names, 0: none */
    tn_q16 measures[2];          /* enum tn_measure_number; or TN_UNKNOWN */
    uint32_t relations;          /* bit a relation that holds */
};

struct tn_play_in {
    uint64_t time_us;                   /* the end of this frame */
    tn_q16 signals[TN_PLAY_SIGNAL_CAP]; /* ELAPSED is the machine's own */
    struct tn_play_neighbour neighbours[TN_NEIGHBOUR_CAP];
    uint8_t neighbour_count;
    uint8_t pad[3];   /* 0 */
    uint32_t entropy; /* a fresh random word, for dice */
};

struct tn_play_out {
    uint8_t effect_count;
    uint8_t event_count; /* events handled this step, for reports */
    uint8_t pad[2];
    uint8_t handled[TN_EVENT_CAP]; /* bit per program slot that reacted */
    struct tn_effect effects[TN_EFFECT_CAP];
    struct tn_event events[TN_EVENT_CAP];
};

/*
 * Handles events singly in queue order, each followed by the conditions; then
 * timers; then `while` blocks. Stops taking events when a program has changed
 * its state or the step's work is used up; the rest waits. Effects beyond
 * TN_EFFECT_CAP are dropped and counted.
 */
void tn_play_step(struct tn_play *play, const struct tn_play_in *in,
                  struct tn_play_out *out);

/* Nothing waits, no `while` block is active and no condition looks at the
 * clock: before tn_play_due_us only an event or a signal can change it. */
bool tn_play_is_idle(const struct tn_play *play);

/* When a timer is next due, or a mood passes what a condition compares it with;
 * or UINT64_MAX. */
uint64_t tn_play_due_us(const struct tn_play *play);

/* The present state of a program, TN_STATE_NONE if the slot is empty or it is
 * the bare brick's while tags are here. */
uint8_t tn_play_get_state(const struct tn_play *play, uint8_t slot);

/* A program's number, for reports; TN_UNKNOWN if there is none. */
tn_q16 tn_play_get_number(const struct tn_play *play, uint8_t slot,
                          uint8_t number);

/* The slot of the bare brick's program (an image of that kind, which is in its
 * states only while no other has begun), or 0xFF. */
uint8_t tn_play_get_bare(const struct tn_play *play);

/* The image in a slot (null if empty) and its length. */
const uint8_t *tn_play_get_image(const struct tn_play *play, uint8_t slot,
                                 uint16_t *len);

/* Events and effects that found no room since the start. */
uint32_t tn_play_get_dropped(const struct tn_play *play);

#endif
