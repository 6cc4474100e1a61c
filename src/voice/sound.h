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

/* A tune's element, and where its notes begin. */
struct tn_voice_score {
    uint16_t per_min;
    uint8_t swing;
    uint8_t sound_len; /* of what stands before it */
    uint8_t notes_at;  /* 0: it is no tune */
    uint8_t pad;
};

void tn_voice_read_start(struct tn_voice_reader *reader, const uint8_t *patch,
                         uint8_t len);

/* The next element, or false at the end or at an error (reader->bytes.err). */
bool tn_voice_read_next(struct tn_voice_reader *reader,
                        struct tn_voice_element *element);

/* Starts in `sound` what is asked for. `hz`: turns a sample that its first
 * oscillator begins with, the rest shifted likewise; 0: as it is. */
void tn_voice_start(struct tn_voice *voice, struct tn_voice_sound *sound,
                    const struct tn_voice_req *req, float hz);

/* A free voice, or the one that is missed least. */
struct tn_voice_sound *tn_voice_take(struct tn_voice *voice);

/* tune.c: the notes of a patch that has been read up to them; the offset of
 * what is wrong, or -1. */
int32_t tn_voice_check_notes(const uint8_t *patch, uint8_t len, uint8_t at);
struct tn_voice_score tn_voice_get_score(const uint8_t *patch, uint8_t len);
uint32_t tn_voice_get_tune_ms(const uint8_t *patch, uint8_t len,
                              const struct tn_voice_score *score);
struct tn_voice_tune *tn_voice_find_tune(struct tn_voice *voice,
                                         const struct tn_voice_req *req);
/* Starts a tune in the place of one that this program plays already, in a free
 * place, or (if `force`) in the older one's place. False if it cannot. */
bool tn_voice_start_tune(struct tn_voice *voice, const struct tn_voice_req *req,
                         bool again, bool force);
/* Tunes of this program end; `sound`, `key` 0xFF: whatever it is. */
void tn_voice_end_tunes(struct tn_voice *voice, uint8_t program, uint8_t sound,
                        uint8_t key);
/* Starts the notes that begin in the next block. */
void tn_voice_step_tunes(struct tn_voice *voice);

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
