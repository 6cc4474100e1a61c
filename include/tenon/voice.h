/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_VOICE_H
#define TENON_VOICE_H

/*
 * The synthesizer: sound patches to audio, 64 samples at 16 kHz a call, float32
 * inside, the same bits on every machine. The caller owns the struct; no call
 * may come from an interrupt. Patches: docs/spec/patches.md. Where this says
 * `sound`, it may be a tune, whose notes take a voice each.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/err.h>
#include <tenon/maths.h>
#include <tenon/patch.h>

/* Says whether `len` bytes are a sound that can be played. On failure `at`
 * (may be null) gets the offset of what is wrong. Any bytes may come. */
enum tn_err tn_voice_check(const uint8_t *patch, uint8_t len, uint8_t *at);

/* When a checked sound ends by itself (then it fades), in milliseconds, or
 * UINT32_MAX if it waits to be let go. A tune ends with its last note. */
uint32_t tn_voice_get_len_ms(const uint8_t *patch, uint8_t len);

/* The structs down to tn_voice are private to src/voice; here for their size.
 * Frequencies are turns a sample, times milliseconds since the start. */

/* A value that may move: constant, sweeping from a to b, or live between. */
struct tn_voice_control {
    float a;
    float b;
    float now; /* at the end of the last block */
    uint16_t sweep_ms;
    uint8_t mode;  /* TN_PATCH_CONST, _SWEEP, _LIVE */
    uint8_t param; /* of _LIVE */
};

struct tn_voice_osc {
    struct tn_voice_control freq;
    uint32_t phase; /* 2^32 a turn */
    float level;    /* 0 .. 1 */
    uint8_t type;   /* enum tn_sound_type */
    uint8_t pad[3];
};

/* State-variable filter, trapezoidal. */
struct tn_voice_filter {
    struct tn_voice_control freq;
    float a1; /* coefficients at the end of the last block */
    float a2;
    float a3;
    float ic1; /* integrators */
    float ic2;
    uint8_t type; /* enum tn_sound_type */
    uint8_t pad[3];
};

#define TN_VOICE_FILTER_CAP 3u /* one of each type */

/* One sound that plays; all bytes 0 when free. */
struct tn_voice_sound {
    struct tn_voice_osc oscs[TN_SOUND_OSC_CAP];
    struct tn_voice_filter filters[TN_VOICE_FILTER_CAP];
    struct tn_voice_control noise;
    struct tn_voice_control level;
    float params[TN_PARAM_CAP];  /* smoothed, 0 .. 1 */
    float targets[TN_PARAM_CAP]; /* as last given */
    float sustain;               /* level after the decay, 0 .. 1 */
    float gain;                  /* reached at the end of the last block */
    uint32_t age_ms;
    uint32_t end_ms;  /* where it ends by itself, or UINT32_MAX */
    uint32_t fade_ms; /* where its fade begins, <= end_ms */
    uint32_t serial;  /* order of starting */
    uint16_t attack_len_ms;
    uint16_t decay_len_ms;
    uint16_t fade_len_ms;
    uint8_t osc_count;
    uint8_t filter_count;
    uint8_t on;
    uint8_t program;
    uint8_t sound;
    uint8_t key; /* TN_VOICE_UNBOUND once released */
};

/* A tune that plays; all bytes 0 when free. */
struct tn_voice_tune {
    tn_q16 params[TN_PARAM_CAP]; /* for its notes */
    int32_t age_ms;              /* since it began, this time round */
    uint32_t serial;             /* order of starting */
    uint16_t ticks;              /* where its next note begins */
    uint16_t per_min;            /* quarters */
    uint8_t swing;               /* per cent */
    uint8_t at;                  /* of its next note in the patch */
    uint8_t pitch;               /* of its last note */
    uint8_t patch_len;
    uint8_t program;
    uint8_t sound;
    uint8_t key;
    uint8_t again; /* 1: begins anew at its end */
    uint8_t on;
    uint8_t notes_at;  /* of its first note */
    uint8_t sound_len; /* of the sound before the notes; 0: the voice's own */
    uint8_t pad;
    uint8_t patch[TN_SOUND_LEN_CAP];
};

#define TN_VOICE_TUNE_COUNT 2u /* at once; a third takes the older's place */

struct tn_voice {
    struct tn_voice_sound sounds[TN_VOICE_COUNT];
    struct tn_voice_tune tunes[TN_VOICE_TUNE_COUNT];
    float volumes[TN_PROGRAM_CAP]; /* 0 .. 1 */
    float mix[TN_AUDIO_LEN];       /* scratch, 0 between calls */
    float work[TN_AUDIO_LEN];      /* scratch, 0 between calls */
    float tail[TN_AUDIO_LEN]; /* how stolen voices end, in the next block */
    uint32_t noise;           /* generator, never 0 */
    uint32_t serial;          /* sounds started */
    /* A bit for each sound, by program and `while` block: has begun since the
     * key was released; was then stolen, and comes back when a voice is free */
    uint16_t begun[TN_PROGRAM_CAP][TN_WHILE_CAP];
    uint16_t lost[TN_PROGRAM_CAP][TN_WHILE_CAP];
    uint8_t pad[4]; /* 0 */
};

#define TN_VOICE_UNBOUND 0xFFu

/* Who wants a sound and how. */
struct tn_voice_req {
    const uint8_t *patch; /* checked; copied before the call returns */
    uint8_t patch_len;
    uint8_t program; /* slot of its program */
    uint8_t sound;   /* index in its image */
    uint8_t key;     /* `while` block, < TN_WHILE_CAP, or TN_VOICE_UNBOUND */
    tn_q16 params[TN_PARAM_CAP]; /* 0 .. 100 %; TN_UNKNOWN: leave, or 0 */
    uint8_t pad[4];
};

/* `seed`: for noise. */
void tn_voice_init(struct tn_voice *voice, uint64_t seed);

/* Starts a sound; takes the quietest, then oldest voice if all sound. Without
 * HOLD and LAST it ends with its decay and its sweeps. A tune that this program
 * plays already begins anew. */
void tn_voice_play(struct tn_voice *voice, const struct tn_voice_req *req);

/* The same, but a tune goes on and on until it is stopped. */
void tn_voice_hum(struct tn_voice *voice, const struct tn_voice_req *req);

/* The sound of this program, sound and key goes on (and starts if it has not
 * since the key was released); its live parameters are set, smoothly. Without
 * LAST it lasts until the key is released. */
void tn_voice_hold(struct tn_voice *voice, const struct tn_voice_req *req);

/* What is bound to this program's `while` block fades, and may begin anew.
 * Whoever ends a program releases its keys. */
void tn_voice_release(struct tn_voice *voice, uint8_t program, uint8_t key);

/* A sound of this program fades; `sound` 0xFF: all of them. */
void tn_voice_stop(struct tn_voice *voice, uint8_t program, uint8_t sound);

/* A sound of this program ends and fades over `ms` from now on, at most
 * TN_SOUND_MAX_MS; of a tune no further notes begin. What fades already goes on
 * doing so. */
void tn_voice_fade(struct tn_voice *voice, uint8_t program, uint8_t sound,
                   uint32_t ms);

/* How loud this program's sounds are, 0 .. 1; 1 to begin with. */
void tn_voice_set_volume(struct tn_voice *voice, uint8_t program,
                         tn_q16 volume);

/* The next TN_AUDIO_LEN samples, mixed and limited. If nothing sounds they are
 * 0 and no byte of the struct changes. */
void tn_voice_render(struct tn_voice *voice, int16_t *audio);

/* Voices that sound, and tunes that play; 0: silence. */
uint8_t tn_voice_get_count(const struct tn_voice *voice);

#endif
