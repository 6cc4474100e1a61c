/* SPDX-License-Identifier: Apache-2.0 */
#include "sound.h"

#include <stddef.h>
#include <string.h>

#include <tenon/assert.h>
#include <tenon/prng.h>

_Static_assert(sizeof(struct tn_voice) <= 5 * 1024, "the voice's share of RAM");
_Static_assert(sizeof(struct tn_voice) % 8 == 0, "no padding after it");
_Static_assert(TN_SOUND_CAP <= 16, "a bit for each sound");

void tn_voice_init(struct tn_voice *voice, uint64_t seed)
{
    struct tn_prng prng;

    memset(voice, 0, sizeof *voice);
    for (uint32_t i = 0; i < TN_PROGRAM_CAP; i++) {
        voice->volumes[i] = 1.0f;
    }
    tn_prng_init(&prng, seed, 0);
    voice->noise = tn_prng_get(&prng) | 1u;
}

static bool is_bound(const struct tn_voice_req *req)
{
    return req->key != TN_VOICE_UNBOUND;
}

static bool is_set(uint16_t bits, uint8_t sound)
{
    return (uint32_t)bits >> sound & 1u;
}

static void set_bit(uint16_t *bits, uint8_t sound)
{
    *bits = (uint16_t)(*bits | 1u << sound);
}

static void clear_bit(uint16_t *bits, uint8_t sound)
{
    *bits = (uint16_t)(*bits & ~(1u << sound));
}

static void fade(struct tn_voice_sound *sound)
{
    if (sound->fade_ms > sound->age_ms) {
        sound->fade_ms = sound->age_ms;
    }
}

static void set_params(struct tn_voice_sound *sound, const tn_q16 *params)
{
    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        if (params[i] != TN_UNKNOWN) {
            sound->targets[i] =
                (float)tn_clamp(params[i], 0, TN_Q16_ONE) / (float)TN_Q16_ONE;
        }
    }
}

/* Controls begin where they are, without a glide from 0. */
static void set_controls(struct tn_voice_sound *sound)
{
    const float *params = sound->params;

    for (uint32_t i = 0; i < TN_SOUND_OSC_CAP; i++) {
        struct tn_voice_control *freq = &sound->oscs[i].freq;

        freq->now = tn_voice_get_control(freq, 0, params);
    }
    sound->noise.now = tn_voice_get_control(&sound->noise, 0, params);
    sound->level.now = tn_voice_get_control(&sound->level, 0, params);
    /* Filters: `now` stays 0, which their first block takes for a start. */
}

static void shift_one(struct tn_voice_control *freq, float ratio)
{
    freq->a *= ratio;
    freq->b *= ratio;
}

/* So that its first oscillator begins at `hz`; noise alone has no pitch. */
static void shift(struct tn_voice_sound *sound, float hz)
{
    if (sound->osc_count == 0) {
        return;
    }

    float ratio = hz / sound->oscs[0].freq.a;

    for (uint32_t i = 0; i < sound->osc_count; i++) {
        shift_one(&sound->oscs[i].freq, ratio);
    }
    for (uint32_t i = 0; i < sound->filter_count; i++) {
        shift_one(&sound->filters[i].freq, ratio);
    }
}

void tn_voice_start(struct tn_voice *voice, struct tn_voice_sound *sound,
                    const struct tn_voice_req *req, float hz)
{
    memset(sound, 0, sizeof *sound);
    tn_voice_decode(sound, req->patch, req->patch_len, is_bound(req));
    if (hz > 0.0f) {
        shift(sound, hz);
    }
    set_params(sound, req->params);
    memcpy(sound->params, sound->targets, sizeof sound->params);
    set_controls(sound);
    sound->program = req->program;
    sound->sound = req->sound;
    sound->key = req->key;
    sound->serial = voice->serial++;
    sound->on = 1;
}

static struct tn_voice_sound *find_free(struct tn_voice *voice)
{
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        if (!voice->sounds[i].on) {
            return &voice->sounds[i];
        }
    }
    return NULL;
}

/* How much would be missed: a sound that is still rising counts as risen, so
 * that the newest does not lose its place at once. */
static float get_weight(const struct tn_voice_sound *sound)
{
    bool rises =
        sound->age_ms < sound->attack_len_ms && sound->age_ms < sound->fade_ms;

    return rises || sound->age_ms == 0 ? sound->level.now : sound->gain;
}

static struct tn_voice_sound *find_least(struct tn_voice *voice)
{
    struct tn_voice_sound *least = &voice->sounds[0];
    float least_weight = get_weight(least);

    for (uint32_t i = 1; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *sound = &voice->sounds[i];
        float weight = get_weight(sound);
        bool older =
            voice->serial - sound->serial > voice->serial - least->serial;

        if (weight < least_weight || (weight <= least_weight && older)) {
            least = sound;
            least_weight = weight;
        }
    }
    return least;
}

/* A free voice, or the one that is missed least: what remains of its sound is
 * brought to silence in the next block. */
struct tn_voice_sound *tn_voice_take(struct tn_voice *voice)
{
    struct tn_voice_sound *sound = find_free(voice);

    if (sound) {
        return sound;
    }
    sound = find_least(voice);
    if (sound->gain > 0.0f) {
        tn_voice_render_sound(voice, sound, voice->tail, true);
    }
    if (sound->key != TN_VOICE_UNBOUND && sound->fade_ms == TN_VOICE_NEVER) {
        set_bit(&voice->lost[sound->program][sound->key], sound->sound);
    }
    return sound;
}

static bool is_tune(const struct tn_voice_req *req)
{
    return tn_voice_get_score(req->patch, req->patch_len).notes_at > 0;
}

static void begin(struct tn_voice *voice, const struct tn_voice_req *req,
                  bool again)
{
    if (is_tune(req)) {
        (void)tn_voice_start_tune(voice, req, again, true);
    } else {
        tn_voice_start(voice, tn_voice_take(voice), req, 0.0f);
    }
}

void tn_voice_play(struct tn_voice *voice, const struct tn_voice_req *req)
{
    struct tn_voice_req loose = *req;

    loose.key = TN_VOICE_UNBOUND;
    begin(voice, &loose, false);
}

void tn_voice_hum(struct tn_voice *voice, const struct tn_voice_req *req)
{
    struct tn_voice_req loose = *req;

    loose.key = TN_VOICE_UNBOUND;
    begin(voice, &loose, true);
}

static struct tn_voice_sound *find_bound(struct tn_voice *voice,
                                         const struct tn_voice_req *req)
{
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *sound = &voice->sounds[i];

        if (sound->on && sound->program == req->program &&
            sound->sound == req->sound && sound->key == req->key) {
            return sound;
        }
    }
    return NULL;
}

static bool is_in_range(const struct tn_voice_req *req)
{
    return req->program < TN_PROGRAM_CAP && req->key < TN_WHILE_CAP &&
           req->sound < TN_SOUND_CAP;
}

/* A held sound that was stolen: only into a free place, or held sounds would
 * steal in turns. */
static bool resume(struct tn_voice *voice, const struct tn_voice_req *req)
{
    if (is_tune(req)) {
        return tn_voice_start_tune(voice, req, true, false);
    }

    struct tn_voice_sound *sound = find_free(voice);

    if (sound) {
        tn_voice_start(voice, sound, req, 0.0f);
    }
    return sound;
}

void tn_voice_hold(struct tn_voice *voice, const struct tn_voice_req *req)
{
    TN_ASSERT(is_in_range(req));
    if (!is_in_range(req)) {
        return;
    }

    struct tn_voice_tune *tune = tn_voice_find_tune(voice, req);
    struct tn_voice_sound *sound = tune ? NULL : find_bound(voice, req);
    uint16_t *begun = &voice->begun[req->program][req->key];
    uint16_t *lost = &voice->lost[req->program][req->key];

    if (tune) { /* its notes take them when they begin */
        memcpy(tune->params, req->params, sizeof tune->params);
    } else if (sound && !is_set(*lost, req->sound)) {
        set_params(sound, req->params);
    } else if (!is_set(*begun, req->sound)) {
        begin(voice, req, true);
        set_bit(begun, req->sound);
    } else if (is_set(*lost, req->sound) && resume(voice, req)) {
        clear_bit(lost, req->sound);
    }
}

void tn_voice_release(struct tn_voice *voice, uint8_t program, uint8_t key)
{
    TN_ASSERT(program < TN_PROGRAM_CAP && key < TN_WHILE_CAP);
    if (program >= TN_PROGRAM_CAP || key >= TN_WHILE_CAP) {
        return;
    }
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *sound = &voice->sounds[i];

        if (sound->on && sound->program == program && sound->key == key) {
            sound->key = TN_VOICE_UNBOUND;
            fade(sound);
        }
    }
    tn_voice_end_tunes(voice, program, 0xFF, key);
    voice->begun[program][key] = 0;
    voice->lost[program][key] = 0;
}

/* What was stolen does not come back; no further notes begin. */
static void forget(struct tn_voice *voice, uint8_t program, uint8_t sound)
{
    tn_voice_end_tunes(voice, program, sound, 0xFF);
    for (uint32_t key = 0; key < TN_WHILE_CAP; key++) {
        if (sound == 0xFF) {
            voice->lost[program][key] = 0;
        } else {
            clear_bit(&voice->lost[program][key], sound);
        }
    }
}

void tn_voice_stop(struct tn_voice *voice, uint8_t program, uint8_t sound)
{
    bool all = sound == 0xFF;

    TN_ASSERT(program < TN_PROGRAM_CAP && (all || sound < TN_SOUND_CAP));
    if (program >= TN_PROGRAM_CAP || (!all && sound >= TN_SOUND_CAP)) {
        return;
    }
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *s = &voice->sounds[i];

        if (s->on && s->program == program && (all || s->sound == sound)) {
            fade(s);
        }
    }
    forget(voice, program, sound);
}

void tn_voice_fade(struct tn_voice *voice, uint8_t program, uint8_t sound,
                   uint32_t ms)
{
    TN_ASSERT(program < TN_PROGRAM_CAP && sound < TN_SOUND_CAP);
    if (program >= TN_PROGRAM_CAP || sound >= TN_SOUND_CAP) {
        return;
    }
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *s = &voice->sounds[i];

        if (s->on && s->program == program && s->sound == sound &&
            s->fade_ms > s->age_ms) {
            s->fade_ms = s->age_ms;
            s->fade_len_ms =
                (uint16_t)(ms < TN_SOUND_MAX_MS ? ms : TN_SOUND_MAX_MS);
        }
    }
    forget(voice, program, sound);
}

void tn_voice_set_volume(struct tn_voice *voice, uint8_t program, tn_q16 volume)
{
    TN_ASSERT(program < TN_PROGRAM_CAP);
    if (program < TN_PROGRAM_CAP) {
        voice->volumes[program] =
            (float)tn_clamp(volume, 0, TN_Q16_ONE) / (float)TN_Q16_ONE;
    }
}

uint8_t tn_voice_get_count(const struct tn_voice *voice)
{
    uint8_t count = 0;

    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        count = (uint8_t)(count + voice->sounds[i].on);
    }
    for (uint32_t i = 0; i < TN_VOICE_TUNE_COUNT; i++) {
        count = (uint8_t)(count + voice->tunes[i].on);
    }
    return count;
}
