/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_VOICE_SOUND_H
#define TENON_VOICE_SOUND_H

/* What the files of this room share. */

#include <tenon/bytes.h>
#include <tenon/voice.h>

#define TN_VOICE_NEVER UINT32_MAX
#define TN_VOICE_MS_LEN (TN_SAMPLE_HZ / 1000u)             /* samples */
#define TN_VOICE_BLOCK_MS (TN_AUDIO_LEN / TN_VOICE_MS_LEN) /* of a block */

/* One element of a sound patch. */
struct tn_voice_element {
    uint32_t a;
    uint32_t b;   /* of a sweep or live value, else a */
    uint32_t c;   /* milliseconds of a sweep, parameter of a live value */
    uint8_t type; /* enum tn_sound_type */
    uint8_t mode; /* TN_PATCH_CONST, _SWEEP, _LIVE */
    uint8_t level;
    uint8_t has_level;
};

/* Reads a sound patch element by element. After an error, bytes.at is the
 * offset of what is wrong. */
struct tn_voice_reader {
    struct tn_bytes bytes;
    uint32_t types; /* bit of each type that has come */
    uint8_t osc_count;
    uint8_t param_count;
    uint8_t pad[2];
};

void tn_voice_read_start(struct tn_voice_reader *reader, const uint8_t *patch,
                         uint8_t len);

/* The next element, or false at the end or at an error (reader->bytes.err). */
bool tn_voice_read_next(struct tn_voice_reader *reader,
                        struct tn_voice_element *element);

/* Fills a free voice from a checked patch; `bound`: by a `while` block. */
void tn_voice_decode(struct tn_voice_sound *sound, const uint8_t *patch,
                     uint8_t len, bool bound);

/* The value of a control at an age. */
float tn_voice_get_control(const struct tn_voice_control *control,
                           uint32_t age_ms, const float *params);

/* Attack, decay, sustain and fade at an age: 0 .. 1. */
float tn_voice_get_envelope(const struct tn_voice_sound *sound,
                            uint32_t age_ms);

/* Adds an oscillator's next block to `out` (TN_AUDIO_LEN), its frequency going
 * evenly to `freq` (turns a sample). */
void tn_voice_render_osc(struct tn_voice_osc *osc, float freq, float *out);

/* Adds the sound's next block to `out` (TN_AUDIO_LEN). `last`: it is brought
 * to silence within this block. */
void tn_voice_render_sound(struct tn_voice *voice, struct tn_voice_sound *sound,
                           float *out, bool last);

#endif
