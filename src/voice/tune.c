/* SPDX-License-Identifier: Apache-2.0 */
#include "sound.h"

#include <stddef.h>
#include <string.h>

#include <tenon/assert.h>

/*
 * The sequencer: tunes become sounds at the blocks in which their notes begin.
 * A tune keeps its own copy of its patch, since the notes outlive the call that
 * started them.
 */

_Static_assert(TN_SOUND_LEN_CAP < 256, "offsets are a byte");
/* A note of so many ticks takes three bytes. */
_Static_assert(TN_SOUND_LEN_CAP / 3 * TN_TUNE_TICKS_MAX <= UINT16_MAX,
               "a tune's ticks fit 16 bits");

#define PER_TICK 100u /* parts of a tick that swing is counted in */
#define QUARTER (TN_TUNE_TICKS * PER_TICK)

enum note_kind {
    NOTE_PLAIN,
    NOTE_CHORD, /* begins with the next */
    NOTE_REST
};

struct note {
    uint16_t ticks;
    uint8_t pitch;
    uint8_t kind;
};

/* What plays a tune that brings no sound: a soft plucked tone. */
static const uint8_t plain[] = {
    TN_SOUND_TRIANGLE * 8,
    0xE0,
    0x0D, /* 440 Hz */
    TN_SOUND_SINE * 8 + TN_PATCH_LEVEL,
    0xC0,
    0x1B,
    25, /* 880 Hz */
    TN_SOUND_ATTACK * 8,
    8,
    TN_SOUND_DECAY * 8 + TN_PATCH_LEVEL,
    0xDE,
    0x02,
    40, /* 350 ms */
    TN_SOUND_FADE * 8,
    90,
    TN_SOUND_HOLD * 8,
};

static void fail(struct tn_bytes *b, uint16_t at)
{
    if (!b->err) {
        b->err = TN_ERR_PATCH;
        b->at = at;
    }
}

static uint16_t read_ticks(struct tn_bytes *b, uint32_t length)
{
    static const uint8_t lengths[] = {
#define LENGTH(number, ticks) [number] = ticks,
        TN_TUNE_LENGTHS(LENGTH)
#undef LENGTH
    };
    uint16_t at = b->at;
    uint32_t ticks = length == TN_TUNE_LENGTH_OTHER ? tn_bytes_get_varint(b)
                                                    : lengths[length];

    if (!b->err && (ticks == 0 || ticks > TN_TUNE_TICKS_MAX)) {
        fail(b, at);
    }
    return b->err ? 1 : (uint16_t)ticks;
}

/* The next note; `last` is the pitch of the one before. */
static struct note read_note(struct tn_bytes *b, uint8_t last)
{
    struct note note = {0, 0, NOTE_PLAIN};
    uint16_t at = b->at;
    uint8_t head = tn_bytes_get_u8(b);
    uint32_t what = head & 31u;
    uint32_t pitch = last + what - TN_TUNE_STEP;

    if (what == TN_TUNE_CHORD || what == TN_TUNE_LEAP) {
        at = b->at;
        pitch = tn_bytes_get_u8(b);
    }
    if (what == TN_TUNE_REST) {
        note.kind = NOTE_REST;
    } else if (pitch < TN_TUNE_PITCH_MIN || pitch > TN_TUNE_PITCH_MAX) {
        fail(b, at);
    } else {
        note.pitch = (uint8_t)pitch;
    }
    if (what == TN_TUNE_CHORD) {
        note.kind = NOTE_CHORD;
        if (head != TN_TUNE_CHORD) {
            fail(b, (uint16_t)(b->at - 2));
        }
    } else {
        note.ticks = read_ticks(b, head >> 5);
    }
    return note;
}

int32_t tn_voice_check_notes(const uint8_t *patch, uint8_t len, uint8_t at)
{
    struct tn_bytes b = tn_bytes_of(patch, len);
    uint8_t last = TN_TUNE_PITCH_START;
    uint32_t chord = 0;
    bool any = false;

    b.at = at;
    while (!b.err && b.at < len) {
        uint16_t from = b.at;
        struct note note = read_note(&b, last);

        chord = note.kind == NOTE_CHORD ? chord + 1 : chord;
        if ((note.kind == NOTE_CHORD &&
             (chord == TN_TUNE_CHORD_CAP || b.at == len)) ||
            (note.kind == NOTE_REST && chord)) {
            fail(&b, from);
        }
        if (note.kind == NOTE_PLAIN) {
            last = note.pitch;
            chord = 0;
            any = true;
        }
    }
    return b.err ? b.at : any ? -1 : len;
}

struct tn_voice_score tn_voice_get_score(const uint8_t *patch, uint8_t len)
{
    struct tn_voice_score score = {0, 0, 0, 0, 0};
    struct tn_voice_reader reader;
    struct tn_voice_element e;
    uint16_t at = 0;

    tn_voice_read_start(&reader, patch, len);
    while (tn_voice_read_next(&reader, &e)) {
        if (e.type == TN_SOUND_TUNE) {
            score.per_min = (uint16_t)e.a;
            score.swing = e.has_level ? e.level : TN_TUNE_MIN_SWING;
            score.sound_len = (uint8_t)at;
            score.notes_at = (uint8_t)reader.bytes.at;
        }
        at = reader.bytes.at;
    }
    return score;
}

/* Milliseconds from the start to a tick, rounded down. Swing moves the middle
 * of each quarter, and all between evenly with it. */
static uint32_t get_ms(uint32_t ticks, uint32_t per_min, uint32_t swing)
{
    uint32_t half = TN_TUNE_TICKS / 2;
    uint32_t part = ticks % TN_TUNE_TICKS;
    uint32_t at = ticks / TN_TUNE_TICKS * QUARTER;

    at += part <= half
              ? part * 2 * swing
              : TN_TUNE_TICKS * swing + (part - half) * 2 * (100u - swing);
    return (uint32_t)((uint64_t)at * (60000u / QUARTER) / per_min);
}

_Static_assert(60000u % QUARTER == 0, "no rounding within a minute");

uint32_t tn_voice_get_tune_ms(const uint8_t *patch, uint8_t len,
                              const struct tn_voice_score *score)
{
    struct tn_bytes b = tn_bytes_of(patch, len);
    uint8_t last = TN_TUNE_PITCH_START;
    uint32_t ticks = 0;

    b.at = score->notes_at;
    while (!b.err && b.at < len) {
        struct note note = read_note(&b, last);

        last = note.kind == NOTE_PLAIN ? note.pitch : last;
        ticks += note.ticks;
    }
    return get_ms(ticks, score->per_min, score->swing);
}

static bool is_match(const struct tn_voice_tune *tune,
                     const struct tn_voice_req *req)
{
    return tune->on && tune->program == req->program &&
           tune->sound == req->sound;
}

struct tn_voice_tune *tn_voice_find_tune(struct tn_voice *voice,
                                         const struct tn_voice_req *req)
{
    for (uint32_t i = 0; i < TN_VOICE_TUNE_COUNT; i++) {
        struct tn_voice_tune *tune = &voice->tunes[i];

        if (is_match(tune, req) && tune->key == req->key) {
            return tune;
        }
    }
    return NULL;
}

/* Its own place, a free one, the older one's; null if none may be taken. */
static struct tn_voice_tune *
find_place(struct tn_voice *voice, const struct tn_voice_req *req, bool force)
{
    struct tn_voice_tune *place = NULL;

    for (uint32_t i = 0; i < TN_VOICE_TUNE_COUNT; i++) {
        struct tn_voice_tune *tune = &voice->tunes[i];

        if (is_match(tune, req)) {
            return tune;
        }
        if (!place || !tune->on ||
            (place->on &&
             voice->serial - tune->serial > voice->serial - place->serial)) {
            place = tune;
        }
    }
    TN_ASSERT(place);
    return place->on && !force ? NULL : place;
}

/* What a tune's place still sounds fades away; a held one comes back later. */
static void clear_place(struct tn_voice *voice,
                        const struct tn_voice_tune *tune,
                        const struct tn_voice_req *req)
{
    uint8_t program = tune->program;
    uint8_t sound = tune->sound;
    uint8_t key = tune->key;

    if (!tune->on) {
        return;
    }
    tn_voice_end_tunes(voice, program, sound, key);
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *s = &voice->sounds[i];

        if (s->on && s->program == program && s->sound == sound &&
            s->fade_ms > s->age_ms) {
            s->fade_ms = s->age_ms;
        }
    }
    if (key != TN_VOICE_UNBOUND &&
        !(program == req->program && sound == req->sound && key == req->key)) {
        voice->lost[program][key] |= (uint16_t)(1u << sound);
    }
}

bool tn_voice_start_tune(struct tn_voice *voice, const struct tn_voice_req *req,
                         bool again, bool force)
{
    struct tn_voice_score score =
        tn_voice_get_score(req->patch, req->patch_len);
    struct tn_voice_tune *tune = find_place(voice, req, force);

    if (!tune) {
        return false;
    }
    clear_place(voice, tune, req);
    memcpy(tune->params, req->params, sizeof tune->params);
    tune->serial = voice->serial;
    tune->per_min = score.per_min;
    tune->swing = score.swing;
    tune->at = score.notes_at;
    tune->notes_at = score.notes_at;
    tune->sound_len = score.sound_len;
    tune->pitch = TN_TUNE_PITCH_START;
    tune->patch_len = req->patch_len;
    tune->program = req->program;
    tune->sound = req->sound;
    tune->key = req->key;
    tune->again = again ? 1 : 0;
    tune->on = 1;
    memcpy(tune->patch, req->patch, req->patch_len);
    return true;
}

void tn_voice_end_tunes(struct tn_voice *voice, uint8_t program, uint8_t sound,
                        uint8_t key)
{
    for (uint32_t i = 0; i < TN_VOICE_TUNE_COUNT; i++) {
        struct tn_voice_tune *tune = &voice->tunes[i];

        if (tune->on && tune->program == program &&
            (sound == 0xFF || tune->sound == sound) &&
            (key == 0xFF || tune->key == key)) {
            memset(tune, 0, sizeof *tune);
        }
    }
}

/* Turns a sample. Octaves are halves, which are exact. */
static float get_freq(uint8_t pitch)
{
    static const float octave[] = {
        4186.00904f, 4434.92210f, 4698.63629f, 4978.03174f,
        5274.04091f, 5587.65170f, 5919.91076f, 6271.92698f,
        6644.87516f, 7040.0f,     7458.62018f, 7902.13282f,
    }; /* c8 to b8 */
    float hz = octave[pitch % 12u];

    for (uint32_t i = pitch / 12u; i < TN_TUNE_PITCH_MAX / 12u; i++) {
        hz *= 0.5f;
    }
    return hz / (float)TN_SAMPLE_HZ;
}

static void start_note(struct tn_voice *voice, const struct tn_voice_tune *tune,
                       uint8_t pitch, uint32_t len_ms)
{
    struct tn_voice_sound *sound = tn_voice_take(voice);
    struct tn_voice_req req;

    memset(&req, 0, sizeof req);
    req.patch = tune->sound_len ? tune->patch : plain;
    req.patch_len = tune->sound_len ? tune->sound_len : (uint8_t)sizeof plain;
    req.program = tune->program;
    req.sound = tune->sound;
    req.key = TN_VOICE_UNBOUND;
    memcpy(req.params, tune->params, sizeof req.params);
    tn_voice_start(voice, sound, &req, get_freq(pitch));
    sound->key = tune->key;
    if (sound->end_ms > len_ms) {
        sound->end_ms = len_ms;
        sound->fade_ms = len_ms;
    }
}

/* Starts the chord or note that comes next. */
static void start_next(struct tn_voice *voice, struct tn_voice_tune *tune,
                       uint32_t onset_ms)
{
    struct tn_bytes b = tn_bytes_of(tune->patch, tune->patch_len);
    uint8_t pitches[TN_TUNE_CHORD_CAP];
    uint32_t count = 0;
    struct note note;

    b.at = tune->at;
    do {
        note = read_note(&b, tune->pitch);
        if (note.kind != NOTE_REST && count < TN_TUNE_CHORD_CAP) {
            pitches[count++] = note.pitch;
        }
    } while (note.kind == NOTE_CHORD && !b.err);
    TN_ASSERT(!b.err);
    tune->at = (uint8_t)b.at;
    tune->ticks = (uint16_t)(tune->ticks + note.ticks);
    tune->pitch = note.kind == NOTE_PLAIN ? note.pitch : tune->pitch;

    uint32_t end_ms = get_ms(tune->ticks, tune->per_min, tune->swing);

    for (uint32_t i = 0; i < count; i++) {
        start_note(voice, tune, pitches[i], end_ms - onset_ms);
    }
}

/* A note begins with the block that its time falls into. */
static void step(struct tn_voice *voice, struct tn_voice_tune *tune)
{
    uint32_t onset_ms = get_ms(tune->ticks, tune->per_min, tune->swing);

    while ((int32_t)onset_ms < tune->age_ms + (int32_t)TN_VOICE_BLOCK_MS) {
        if (tune->at < tune->patch_len) {
            start_next(voice, tune, onset_ms);
        } else if (tune->again) {
            tune->age_ms -= (int32_t)onset_ms;
            tune->at = tune->notes_at;
            tune->ticks = 0;
            tune->pitch = TN_TUNE_PITCH_START;
        } else {
            memset(tune, 0, sizeof *tune);
            return;
        }
        onset_ms = get_ms(tune->ticks, tune->per_min, tune->swing);
    }
    tune->age_ms += (int32_t)TN_VOICE_BLOCK_MS;
}

void tn_voice_step_tunes(struct tn_voice *voice)
{
    for (uint32_t i = 0; i < TN_VOICE_TUNE_COUNT; i++) {
        if (voice->tunes[i].on) {
            step(voice, &voice->tunes[i]);
        }
    }
}
