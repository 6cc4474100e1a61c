/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_HEARING_H
#define TENON_HEARING_H

/*
 * From one microphone to what was heard: claps as events, loudness as signals.
 * Features only: no sound is kept beyond the call; the whole struct is smaller
 * than one frame of samples. The caller owns the struct; no call may come from
 * an interrupt. Specified in docs/spec/hearing.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/event.h>
#include <tenon/maths.h>

#define TN_HEARING_EVENT_CAP 1u

/* Live values; the ratio is Q16.16 with 65536 = 100 %. */
struct tn_hearing_signals {
    tn_q16 loudness; /* 0 .. 100 %: 40 to 100 dB SPL, by the decibel */
    uint8_t loud;    /* lasting, with hysteresis */
    uint8_t quiet;   /* lasting, with hysteresis */
    uint8_t pad[2];  /* 0 */
};

/*
 * The rest is private to src/hearing and stands here for its size. Energies are
 * mean squares of samples (full scale 32767), at least 1.
 */

/* Splits sound into bands: four lowpasses, 8 fraction bits. */
struct tn_hearing_filter {
    int32_t low_q8[4];
};

/* One onset under way; energies of the high band where nothing else is said. */
struct tn_hearing_clap {
    float ground; /* before it */
    float peak;   /* of its loudest block */
    float high;   /* sums over its head */
    float mid;    /* middle band */
    float low;    /* low band */
    float body;   /* sums over what follows */
    float tail;
    uint8_t block_count; /* so many blocks since it began; 0: no onset */
    uint8_t hush_count;  /* so many blocks until the next may begin */
    uint8_t since_count; /* so many blocks since one began, up to 255 */
    uint8_t train_count; /* so many have followed at a machine's pace */
};

struct tn_hearing {
    uint64_t next_us; /* where the next frame begins if none is missing */
    struct tn_hearing_filter mic;
    struct tn_hearing_filter own;
    struct tn_hearing_clap clap;
    float last[2];       /* high band of the last blocks, latest first */
    float ground;        /* high band, slow: what an onset stands out of */
    float loudness;      /* all bands, smoothed, without the brick's own */
    float own_high;      /* what the brick plays and its echo, high band */
    float own_all;       /* the same, all bands */
    float coupling;      /* energy heard for energy played, learnt */
    uint16_t calm_count; /* frames below the level of quiet */
    uint8_t loud;
    uint8_t quiet;
};

/* Awake in a quiet room. */
void tn_hearing_init(struct tn_hearing *hearing);

/*
 * Hears the frame that begins at `time_us`: `mic` holds TN_AUDIO_LEN samples,
 * 16 kHz, full scale 32767, or is null if the microphone is off: then nothing
 * changes. `own` is what the loudspeaker played in this frame (the audio of the
 * step before), TN_AUDIO_LEN samples, or null for silence. Writes at most
 * TN_HEARING_EVENT_CAP events to `events` and how many to `event_count`.
 */
void tn_hearing_step(struct tn_hearing *hearing, uint64_t time_us,
                     const int16_t *mic, const int16_t *own,
                     struct tn_event *events, uint8_t *event_count);

void tn_hearing_get_signals(const struct tn_hearing *hearing,
                            struct tn_hearing_signals *signals);

/* No onset waits for its verdict and it is not loud: the brick may sleep as
 * far as hearing goes. */
bool tn_hearing_is_resting(const struct tn_hearing *hearing);

/* Freezes the filters at a defined state: coupling, loudness and quiet kept,
 * not loud, no onset. */
void tn_hearing_sleep(struct tn_hearing *hearing);

#endif
