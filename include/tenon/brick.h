/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BRICK_H
#define TENON_BRICK_H

/*
 * The brick: a function from 4 ms of world to 4 ms of behaviour. It does no
 * I/O, asks no clock, holds no global, allocates nothing. The caller owns the
 * struct, may copy it with memcpy (a snapshot) and must not call from an
 * interrupt. The same inputs give the same outputs and the same bytes in
 * struct tn_brick on every machine. See docs/design/brick.md.
 */

#include <stddef.h>
#include <stdint.h>

#include <tenon/colour.h>
#include <tenon/config.h>
#include <tenon/err.h>
#include <tenon/event.h>
#include <tenon/glow.h>
#include <tenon/hearing.h>
#include <tenon/motion.h>
#include <tenon/play.h>
#include <tenon/tag.h>
#include <tenon/voice.h>

#define TN_BRICK_DOCKED 0x01u /* power flags: on its charger */

/* What the sensors say of one frame. */
struct tn_in {
    uint64_t time_us;    /* the frame's start on the brick's own clock */
    uint32_t entropy;    /* a fresh random word, for the programs' dice */
    uint16_t battery_pc; /* charge of the cell, 0 .. 100 */
    uint8_t power;       /* TN_BRICK_DOCKED or 0 */
    uint8_t accel_count; /* 0 .. TN_ACCEL_CAP */
    uint8_t mic_on;      /* 1: mic holds TN_AUDIO_LEN samples */
    uint8_t near_count;  /* 0 .. TN_NF_CAP */
    struct tn_accel accel[TN_ACCEL_CAP];
    int16_t mic[TN_AUDIO_LEN]; /* 16 kHz, full scale 32767 */
    struct tn_nf_reply near[TN_NF_CAP];
    struct tn_light light; /* completed in this frame; valid 0: none */
    uint8_t pad[2];        /* 0 */
};

/* A tag that was refused, or play that lost something: for logs and reports. */
struct tn_notice {
    int8_t err;   /* enum tn_err */
    uint8_t slot; /* tag slot */
    uint16_t at;  /* offset in the tag's memory or image */
};

/* What the brick does in one frame. */
struct tn_out {
    /* How long after this frame the next step may begin, if nothing happens
     * before: motion above wake_mg, a reply, power. 0: at once. */
    uint32_t sleep_us;
    int16_t audio[TN_AUDIO_LEN]; /* 16 kHz */
    /* 0: the accelerometer delivers every sample. Else it may doze until an
     * axis changes by so much, and microphone and light sensor may be off: the
     * brick does not listen to them. It may want steps meanwhile. */
    uint16_t wake_mg;
    struct tn_rgb leds[TN_LED_COUNT];
    uint8_t near_count;   /* 0 .. TN_NF_CAP */
    uint8_t notice_count; /* 0 .. TN_NOTICE_CAP */
    struct tn_nf_cmd near[TN_NF_CAP];
    struct tn_notice notices[TN_NOTICE_CAP];
};

struct tn_brick_config {
    uint64_t seed; /* the brick's own: a board's serial number hashed, say */
};

struct tn_brick {
    uint64_t time_us;        /* where the last frame ended */
    uint64_t quiet_since_us; /* nothing sounds, glows or moves since then */
    struct tn_motion motion;
    struct tn_hearing hearing;
    struct tn_colour colour;
    struct tn_tag tag;
    struct tn_play play;
    struct tn_voice voice;
    struct tn_glow glow;
    uint8_t started; /* 1: time_us is set */
    uint8_t quiet;   /* 1: quiet_since_us is set */
    uint8_t asleep;  /* 1: senses are frozen until something happens */
    uint8_t sounded; /* 1: `played` may hold a sound */
    int16_t played[TN_AUDIO_LEN]; /* the audio of the step before */
    /* Scratch of one step, kept so that reports may look. */
    struct tn_tag_out tag_out;
    struct tn_play_out play_out;
};

/* A brick that has just woken for the first time, on no clock yet. */
void tn_brick_init(struct tn_brick *brick,
                   const struct tn_brick_config *config);

/*
 * One frame. `out->sleep_us` is a multiple of TN_FRAME_US. `in->time_us` is the
 * last frame's + TN_FRAME_US, or later by at most out->sleep_us of the last
 * step; a later start stands for all the quiet frames between. TN_ERR_TIME if
 * it is earlier, TN_ERR_ARG if a count is out of range; then nothing has
 * changed.
 */
enum tn_err tn_brick_step(struct tn_brick *brick, const struct tn_in *in,
                          struct tn_out *out);

/* FNV-1a (64 bits) over the struct, and over an output in canonical order
 * (field by field, little-endian, used parts only), continuing from `h`. */
uint64_t tn_brick_hash(const struct tn_brick *brick);
uint64_t tn_out_hash(uint64_t h, const struct tn_out *out);

#endif
