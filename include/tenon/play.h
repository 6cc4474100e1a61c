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
    uint16_t err_at;     /* offset of what is wrong, if it was refused */
    uint16_t work_event; /* most work units for one event */
    uint16_t work_frame; /* most for the conditions and `while` blocks a step */
    uint16_t names_at;   /* offsets of the tables */
    uint16_t states_at;
    uint16_t numbers_at;
    uint16_t sounds_at;
    uint16_t lights_at;
    uint16_t reactions_at;
    uint8_t timer_count; /* reactions with a time */
    uint8_t while_count;
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

/* One program and what it remembers; private to src/play. */
struct tn_program {
    uint64_t identity;
    uint8_t image[TN_IMAGE_CAP];
};

/* Private to src/play; here for its size. */
struct tn_play {
    struct tn_program programs[TN_PROGRAM_CAP];
};

void tn_play_init(struct tn_play *play);

/*
 * Verifies `image`, copies it into slot `slot` (0 .. TN_PROGRAM_CAP - 1, which
 * is empty) and lets it begin: it enters its start state and gets its PLACED
 * event in the next tn_play_step; the others get PLACED_OTHER. `info->err_at`
 * says where a refused image is wrong.
 */
enum tn_err tn_play_load(struct tn_play *play, uint8_t slot, uint64_t identity,
                         const uint8_t *image, uint16_t len, uint64_t time_us,
                         struct tn_image_info *info);

/* The slot's program gets REMOVED, handled in the next step, and ends; the
 * others get REMOVED_OTHER. */
void tn_play_unload(struct tn_play *play, uint8_t slot);

/* An event for every program, or the one in event->target. If no room is left
 * it is dropped and counted. */
void tn_play_post(struct tn_play *play, const struct tn_event *event);

struct tn_play_in {
    uint64_t time_us;                /* the end of this frame */
    tn_q16 signals[TN_SIGNAL_COUNT]; /* ELAPSED is the machine's own */
};

struct tn_play_out {
    uint8_t effect_count;
    uint8_t event_count;           /* events handled this step, for reports */
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

/* Nothing waits and no `while` block is active: only time can change it. */
bool tn_play_is_idle(const struct tn_play *play);

/* When a timer is next due, or UINT64_MAX. */
uint64_t tn_play_due_us(const struct tn_play *play);

/* The present state of a program, TN_STATE_NONE if the slot is empty. */
uint8_t tn_play_get_state(const struct tn_play *play, uint8_t slot);

/* A program's number, for reports; TN_UNKNOWN if there is none. */
tn_q16 tn_play_get_number(const struct tn_play *play, uint8_t slot,
                          uint8_t number);

/* The image in a slot (null if empty) and its length. */
const uint8_t *tn_play_get_image(const struct tn_play *play, uint8_t slot,
                                 uint16_t *len);

/* Events and effects that found no room since the start. */
uint32_t tn_play_get_dropped(const struct tn_play *play);

#endif
