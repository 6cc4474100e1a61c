/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/patch.h>
#include <tenon/voice.h>

/* Tunes to bytes. */

#define TEMPO 120u /* where none is given */
#define ROOM 4096u

struct writer {
    struct tn_front *front;
    struct tn_sound *tune;
    uint32_t len;
    uint8_t last; /* pitch of the last note */
    bool is_bad;
    uint8_t data[ROOM];
};

static void fail(struct writer *w, struct tn_pos pos, const char *what,
                 const char *why)
{
    tn_problem_error(&w->front->problems, pos, what, "%s", why);
    w->is_bad = true;
}

static uint32_t length_of(uint32_t ticks)
{
    static const uint16_t lengths[] = {
#define LENGTH(number, ticks) [number] = ticks,
        TN_TUNE_LENGTHS(LENGTH)
#undef LENGTH
    };
    uint32_t i = 0;

    while (i < TN_TUNE_LENGTH_OTHER && lengths[i] != ticks) {
        i++;
    }
    return i;
}

static bool is_same(const struct tn_note *a, const struct tn_note *b)
{
    return b && a->count == b->count &&
           memcmp(a->pitches, b->pitches, a->count) == 0;
}

/* The length with all that is tied to it; `note` becomes the last of them. */
static uint32_t join_ties(struct writer *w, const struct tn_note **note)
{
    uint32_t ticks = (*note)->ticks;

    while ((*note)->is_tied) {
        if ((*note)->count == 0 || !is_same(*note, (*note)->next)) {
            fail(w, (*note)->pos, "write the same note again behind it",
                 "`-` joins a note to an equal one");
            break;
        }
        *note = (*note)->next;
        ticks += (*note)->ticks;
    }
    if (ticks > TN_TUNE_TICKS_MAX) {
        fail(w, (*note)->pos, "take it apart",
             "a note lasts at most 64 quarters");
        ticks = TN_TUNE_TICKS;
    }
    return ticks;
}

/* A chord's other notes come before the first, which the melody goes on from.
 */
static void put_note(struct writer *w, const struct tn_note *note,
                     uint32_t ticks)
{
    uint32_t head = length_of(ticks) << 5;
    uint8_t pitch = note->pitches[0];
    int32_t step = pitch - w->last + (int32_t)TN_TUNE_STEP;

    for (uint8_t i = 1; i < note->count; i++) {
        w->data[w->len++] = TN_TUNE_CHORD;
        w->data[w->len++] = note->pitches[i];
    }
    if (note->count == 0) {
        w->data[w->len++] = (uint8_t)(head | TN_TUNE_REST);
    } else if (step >= 0 && step < (int32_t)TN_TUNE_REST) {
        w->data[w->len++] = (uint8_t)(head | (uint32_t)step);
    } else {
        w->data[w->len++] = (uint8_t)(head | TN_TUNE_LEAP);
        w->data[w->len++] = pitch;
    }
    if (head >> 5 == TN_TUNE_LENGTH_OTHER) {
        w->len = tn_bytes_put_varint(w->data, w->len, ticks);
    }
    w->last = note->count ? pitch : w->last;
}

/* The sound that plays it; one without a pitch of its own would be a mistake.
 */
static void put_sound(struct writer *w)
{
    struct tn_sound *tune = w->tune;
    struct tn_sound *sound;
    bool has_pitch = false;

    if (!tune->instrument.text) {
        return;
    }
    sound = tn_check_sound(w->front, &tune->instrument);
    if (!sound || sound->is_tune) {
        if (sound) {
            fail(w, tune->instrument.pos, "name a sound",
                 "a tune cannot play a tune");
        }
        w->is_bad = true;
        return;
    }
    if (!sound->patch_len) {
        w->is_bad = true;
        return;
    }
    for (const struct tn_element *e = sound->elements; e; e = e->next) {
        has_pitch = has_pitch || e->type <= TN_SOUND_SQUARE;
    }
    if (!has_pitch) {
        tn_problem_warn(&w->front->problems, tune->instrument.pos,
                        "give it one of sine, triangle, saw and square",
                        "`%s` has no pitch, so all notes sound alike",
                        sound->name.text);
    }
    memcpy(w->data, sound->patch, sound->patch_len);
    w->len = sound->patch_len;
    memcpy(tune->params, sound->params, sizeof(tune->params));
    tune->param_count = sound->param_count;
}

static void put_notes(struct writer *w)
{
    for (const struct tn_note *note = w->tune->notes; note; note = note->next) {
        const struct tn_note *first = note;
        uint32_t ticks = join_ties(w, &note);

        if (w->len + 16 < ROOM) {
            put_note(w, first, ticks);
        }
    }
}

static bool has_notes(const struct tn_sound *tune)
{
    const struct tn_note *note = tune->notes;

    while (note && note->count == 0) {
        note = note->next;
    }
    return note;
}

void tn_patch_tune(struct tn_front *front, struct tn_sound *tune)
{
    struct writer w = {
        .front = front, .tune = tune, .last = TN_TUNE_PITCH_START};
    uint32_t tempo = tune->tempo ? tune->tempo : TEMPO;
    uint8_t at = 0;

    if (tune->is_broken) {
        return;
    }
    put_sound(&w);
    if (!has_notes(tune)) {
        tn_problem_error(&front->problems, tune->name.pos,
                         "such as { tempo 120; c4 e4 g4*2 }",
                         "`%s` has no notes", tune->name.text);
        return;
    }
    w.data[w.len++] = TN_SOUND_TUNE * 8u + (tune->swing ? TN_PATCH_LEVEL : 0u);
    w.len = tn_bytes_put_varint(w.data, w.len, tempo);
    if (tune->swing) {
        w.data[w.len++] = (uint8_t)tune->swing;
    }
    put_notes(&w);
    if (w.is_bad) {
        return;
    }
    if (w.len > TN_SOUND_LEN_CAP) {
        tn_problem_error(&front->problems, tune->name.pos,
                         "make two of it, and play one `then` the other",
                         "`%s` needs %u bytes; a tune has at most %u, with the "
                         "sound that plays it",
                         tune->name.text, (unsigned)w.len, TN_SOUND_LEN_CAP);
        return;
    }
    if (tn_voice_check(w.data, (uint8_t)w.len, &at)) {
        tn_problem_error(&front->problems, tune->name.pos,
                         "this is a mistake in the compiler; please report it",
                         "the voice refuses byte %u of this tune", at);
        return;
    }
    memcpy(tune->patch, w.data, w.len);
    tune->patch_len = (uint8_t)w.len;
}
