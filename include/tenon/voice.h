/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_VOICE_H
#define TENON_VOICE_H

/*
 * The synthesizer: sound patches to audio, 64 samples at 16 kHz a call, float32
 * inside, the same bits on every machine. The caller owns the struct; no call
 * may come from an interrupt. Patches: docs/spec/patches.md.
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

/* Private to src/voice; here for its size. */
struct tn_voice {
    uint32_t noise;
};

#define TN_VOICE_UNBOUND 0xFFu

/* Who wants a sound and how. */
struct tn_voice_req {
    const uint8_t *patch; /* checked; copied before the call returns */
    uint8_t patch_len;
    uint8_t program; /* slot of its program */
    uint8_t sound;   /* index in its image */
    uint8_t key;     /* `while` block it is bound to, or TN_VOICE_UNBOUND */
    tn_q16 params[TN_PARAM_CAP]; /* 0 .. 100 %; TN_UNKNOWN: leave, or 0 */
};

/* `seed`: for noise. */
void tn_voice_init(struct tn_voice *voice, uint64_t seed);

/* Starts a sound; takes the quietest, then oldest voice if all sound. */
void tn_voice_play(struct tn_voice *voice, const struct tn_voice_req *req);

/* The sound of this program, sound and key goes on (and starts if it has not
 * since the key was released); its live parameters are set, smoothly. */
void tn_voice_hold(struct tn_voice *voice, const struct tn_voice_req *req);

/* What is bound to this program's `while` block fades. */
void tn_voice_release(struct tn_voice *voice, uint8_t program, uint8_t key);

/* A sound of this program fades; `sound` 0xFF: all of them. */
void tn_voice_stop(struct tn_voice *voice, uint8_t program, uint8_t sound);

/* The next TN_AUDIO_LEN samples, mixed and limited. */
void tn_voice_render(struct tn_voice *voice, int16_t *audio);

/* Voices that sound, 0 .. TN_VOICE_COUNT. */
uint8_t tn_voice_get_count(const struct tn_voice *voice);

#endif
