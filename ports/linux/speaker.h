/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LINUX_SPEAKER_H
#define TENON_LINUX_SPEAKER_H

/*
 * A loudspeaker: ALSA's default device, 16 kHz mono. It never blocks and never
 * prints: what finds no room in its buffer is dropped, an underrun is mended.
 * One thread only.
 */

#include <stdint.h>

#include <tenon/config.h>

struct tn_speaker;

/* Opens the default device. Null if none can be had; then `why` (which may be
 * null) gets words that live forever. */
struct tn_speaker *tn_speaker_new(const char **why);

/* Plays one frame, TN_AUDIO_LEN samples. */
void tn_speaker_push(struct tn_speaker *speaker, const int16_t *audio);

/* Lets the rest be heard, then closes. Null is fine. */
void tn_speaker_free(struct tn_speaker *speaker);

#endif
