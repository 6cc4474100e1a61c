/* SPDX-License-Identifier: Apache-2.0 */
#include "sound.h"

#include <stddef.h>
#include <string.h>

#include <tenon/assert.h>

#define ATTACK_MS 2u
#define FADE_MS 30u
#define PLAIN_MS 250u /* of a sound that says nothing about time */

#define CONST_ONLY (1u << TN_PATCH_CONST)
#define MOVING                                                                 \
    (1u << TN_PATCH_CONST | 1u << TN_PATCH_SWEEP | 1u << TN_PATCH_LIVE)

/* What an element may be. */
struct rule {
    uint16_t min;
    uint16_t max; /* of its values; 0: it has none */
    uint8_t type;
    uint8_t modes; /* bit of each */
    uint8_t level; /* 1: one may follow */
    uint8_t pad;
};

static const struct rule rules[] = {
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_SINE, MOVING, 1, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_TRIANGLE, MOVING, 1, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_SAW, MOVING, 1, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_SQUARE, MOVING, 1, 0},
    {0, 100, TN_SOUND_NOISE, MOVING, 0, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_LOWPASS, MOVING, 0, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_HIGHPASS, MOVING, 0, 0},
    {1, TN_SOUND_MAX_QHZ, TN_SOUND_BANDPASS, MOVING, 0, 0},
    {0, TN_SOUND_MAX_MS, TN_SOUND_ATTACK, CONST_ONLY, 0, 0},
    {0, TN_SOUND_MAX_MS, TN_SOUND_DECAY, CONST_ONLY, 1, 0},
    {0, TN_SOUND_MAX_MS, TN_SOUND_FADE, CONST_ONLY, 0, 0},
    {0, TN_SOUND_MAX_MS, TN_SOUND_LAST, CONST_ONLY, 0, 0},
    {0, 0, TN_SOUND_HOLD, CONST_ONLY, 0, 0},
    {0, 100, TN_SOUND_LEVEL, MOVING, 0, 0},
    {TN_TUNE_MIN_PER_MIN, TN_TUNE_MAX_PER_MIN, TN_SOUND_TUNE, CONST_ONLY, 1, 0},
};

static const struct rule *find_rule(uint8_t type)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].type == type) {
            return &rules[i];
        }
    }
    return NULL;
}

static bool is_osc(uint8_t type)
{
    return type >= TN_SOUND_SINE && type <= TN_SOUND_SQUARE;
}

static void fail(struct tn_bytes *b, uint16_t at)
{
    b->err = TN_ERR_PATCH;
    b->at = at;
}

static uint32_t read_value(struct tn_bytes *b, uint32_t min, uint32_t max)
{
    uint16_t at = b->at;
    uint32_t v = tn_bytes_get_varint(b);

    if (!b->err && (v < min || v > max)) {
        fail(b, at);
    }
    return v;
}

/* Each type but oscillators comes once, oscillators TN_SOUND_OSC_CAP times. */
static bool is_welcome(struct tn_voice_reader *reader, uint8_t type)
{
    uint32_t bit = 1u << type;

    if (is_osc(type)) {
        reader->osc_count++;
        reader->types |= bit;
        return reader->osc_count <= TN_SOUND_OSC_CAP;
    }
    if (reader->types & bit) {
        return false;
    }
    reader->types |= bit;
    return true;
}

static void read_values(struct tn_voice_reader *reader, const struct rule *rule,
                        struct tn_voice_element *e)
{
    struct tn_bytes *b = &reader->bytes;

    e->a = read_value(b, rule->min, rule->max);
    e->b = e->a;
    if (e->mode != TN_PATCH_CONST) {
        e->b = read_value(b, rule->min, rule->max);
    }
    if (e->mode == TN_PATCH_SWEEP) {
        e->c = read_value(b, 0, TN_SOUND_MAX_MS);
    } else if (e->mode == TN_PATCH_LIVE) {
        /* The next new parameter, or one that has come. */
        uint32_t max = reader->param_count;

        e->c = read_value(b, 0, max < TN_PARAM_CAP ? max : TN_PARAM_CAP - 1u);
        if (!b->err && e->c == max) {
            reader->param_count++;
        }
    }
    if (e->has_level) {
        e->level = (uint8_t)read_value(b, 0, 100);
    }
}

void tn_voice_read_start(struct tn_voice_reader *reader, const uint8_t *patch,
                         uint8_t len)
{
    memset(reader, 0, sizeof *reader);
    reader->bytes = tn_bytes_of(patch, len);
    if (len > TN_SOUND_LEN_CAP) {
        fail(&reader->bytes, TN_SOUND_LEN_CAP);
    }
}

bool tn_voice_read_next(struct tn_voice_reader *reader,
                        struct tn_voice_element *element)
{
    struct tn_bytes *b = &reader->bytes;
    uint16_t at = b->at;

    memset(element, 0, sizeof *element);
    if (b->err || b->at == b->len || (reader->types & 1u << TN_SOUND_TUNE)) {
        return false; /* notes follow a tune's element, nothing else */
    }

    uint8_t head = tn_bytes_get_u8(b);

    element->type = head / 8u;
    element->mode = head % 4u;
    element->has_level = (head & TN_PATCH_LEVEL) ? 1 : 0;

    const struct rule *rule = find_rule(element->type);

    if (!rule || !(rule->modes & 1u << element->mode) ||
        (element->has_level && !rule->level) ||
        !is_welcome(reader, element->type)) {
        fail(b, at);
        return false;
    }
    if (rule->max > 0) {
        read_values(reader, rule, element);
    }
    return !b->err;
}

/* What is read up to the end, or to a tune's notes, which are read now. */
static void check_whole(struct tn_voice_reader *reader, const uint8_t *patch,
                        uint8_t len, const struct tn_voice_element *last)
{
    const uint32_t sources = 1u << TN_SOUND_SINE | 1u << TN_SOUND_TRIANGLE |
                             1u << TN_SOUND_SAW | 1u << TN_SOUND_SQUARE |
                             1u << TN_SOUND_NOISE;
    const uint32_t tune = 1u << TN_SOUND_TUNE;
    struct tn_bytes *b = &reader->bytes;

    if (b->err) {
        return;
    }
    if (!(reader->types & sources) && reader->types != tune) {
        fail(b, len); /* nothing that sounds */
    } else if (reader->types & tune) {
        int32_t wrong_at = tn_voice_check_notes(patch, len, (uint8_t)b->at);

        if (last->has_level && (last->level < TN_TUNE_MIN_SWING ||
                                last->level > TN_TUNE_MAX_SWING)) {
            fail(b, (uint16_t)(b->at - 1));
        } else if (wrong_at >= 0) {
            fail(b, (uint16_t)wrong_at);
        }
    }
}

enum tn_err tn_voice_check(const uint8_t *patch, uint8_t len, uint8_t *at)
{
    struct tn_voice_reader reader;
    struct tn_voice_element element;
    struct tn_voice_element last;

    memset(&last, 0, sizeof last);
    tn_voice_read_start(&reader, patch, len);
    while (tn_voice_read_next(&reader, &element)) {
        last = element;
    }
    check_whole(&reader, patch, len, &last);
    if (at) {
        *at = reader.bytes.err ? (uint8_t)reader.bytes.at : 0;
    }
    return reader.bytes.err ? TN_ERR_PATCH : TN_OK;
}

/* `per_unit`: what the value is counted in, so many to one. */
static void set_control(struct tn_voice_control *control,
                        const struct tn_voice_element *e, float per_unit)
{
    control->a = (float)e->a / per_unit;
    control->b = (float)e->b / per_unit;
    control->mode = e->mode;
    if (e->mode == TN_PATCH_SWEEP) {
        control->sweep_ms = (uint16_t)e->c;
    } else {
        control->param = (uint8_t)e->c;
    }
}

#define QHZ_PER_SAMPLE_RATE (4.0f * (float)TN_SAMPLE_HZ)

static void add_osc(struct tn_voice_sound *sound,
                    const struct tn_voice_element *e)
{
    struct tn_voice_osc *osc = &sound->oscs[sound->osc_count++];

    set_control(&osc->freq, e, QHZ_PER_SAMPLE_RATE);
    osc->type = e->type;
    osc->level = e->has_level ? (float)e->level / 100.0f : 1.0f;
}

static void add_filter(struct tn_voice_sound *sound,
                       const struct tn_voice_element *e)
{
    struct tn_voice_filter *filter = &sound->filters[sound->filter_count++];

    set_control(&filter->freq, e, QHZ_PER_SAMPLE_RATE);
    filter->type = e->type;
}

static void add_element(struct tn_voice_sound *sound,
                        const struct tn_voice_element *e)
{
    switch (e->type) {
    case TN_SOUND_NOISE:
        set_control(&sound->noise, e, 100.0f);
        break;
    case TN_SOUND_LOWPASS:
    case TN_SOUND_HIGHPASS:
    case TN_SOUND_BANDPASS:
        add_filter(sound, e);
        break;
    case TN_SOUND_ATTACK:
        sound->attack_len_ms = (uint16_t)e->a;
        break;
    case TN_SOUND_DECAY:
        sound->decay_len_ms = (uint16_t)e->a;
        sound->sustain = (float)e->level / 100.0f;
        break;
    case TN_SOUND_FADE:
        sound->fade_len_ms = (uint16_t)e->a;
        break;
    case TN_SOUND_LAST:
        sound->end_ms = e->a;
        break;
    case TN_SOUND_LEVEL:
        set_control(&sound->level, e, 100.0f);
        break;
    case TN_SOUND_HOLD:
    case TN_SOUND_TUNE:
        break;
    default:
        add_osc(sound, e);
        break;
    }
}

/* When a sound ends by itself. `motion_ms`: its longest sweep. */
static void set_end(struct tn_voice_sound *sound, uint32_t types,
                    uint32_t motion_ms, bool bound)
{
    uint32_t envelope_ms = (uint32_t)sound->attack_len_ms + sound->decay_len_ms;
    bool decays = types & 1u << TN_SOUND_DECAY;

    if (types & 1u << TN_SOUND_HOLD) {
        sound->end_ms = TN_VOICE_NEVER;
    } else if (types & 1u << TN_SOUND_LAST) {
        /* as decoded */
    } else if (bound) {
        sound->end_ms = TN_VOICE_NEVER;
    } else if (decays || motion_ms > 0) {
        sound->end_ms = envelope_ms > motion_ms ? envelope_ms : motion_ms;
    } else {
        sound->end_ms = PLAIN_MS;
    }
    /* What has decayed to nothing is over. */
    if (decays && sound->sustain <= 0.0f && sound->end_ms > envelope_ms) {
        sound->end_ms = envelope_ms;
    }
    sound->fade_ms = sound->end_ms;
}

void tn_voice_decode(struct tn_voice_sound *sound, const uint8_t *patch,
                     uint8_t len, bool bound)
{
    struct tn_voice_reader reader;
    struct tn_voice_element e;
    uint32_t motion_ms = 0;

    sound->attack_len_ms = ATTACK_MS;
    sound->fade_len_ms = FADE_MS;
    sound->sustain = 1.0f;
    sound->level.a = 1.0f;
    sound->level.b = 1.0f;
    tn_voice_read_start(&reader, patch, len);
    while (tn_voice_read_next(&reader, &e)) {
        add_element(sound, &e);
        if (e.mode == TN_PATCH_SWEEP && e.c > motion_ms) {
            motion_ms = e.c;
        }
    }
    TN_ASSERT(!reader.bytes.err);
    set_end(sound, reader.types, motion_ms, bound);
}

uint32_t tn_voice_get_len_ms(const uint8_t *patch, uint8_t len)
{
    struct tn_voice_score score = tn_voice_get_score(patch, len);
    struct tn_voice_sound sound;

    if (score.notes_at) {
        return tn_voice_get_tune_ms(patch, len, &score);
    }
    memset(&sound, 0, sizeof sound);
    tn_voice_decode(&sound, patch, len, false);
    return sound.end_ms;
}
