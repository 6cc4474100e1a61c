/* SPDX-License-Identifier: Apache-2.0 */
#include "sound.h"

#include <string.h>

#include <tenon/assert.h>

#define SMOOTHING 0.33f /* a block: 1 - exp(-4 ms / 10 ms) */
#define SETTLED 1e-4f   /* parameters nearer than this have arrived */
#define DAMPING 0.8f    /* 1 / Q of the filters: a mild resonance */
#define CUTOFF_MAX 0.49f
#define TINY 1e-20f
#define VOICE_GAIN 0.4f /* of full scale, one oscillator at full level */
#define KNEE 0.5f       /* the limiter leaves what is below untouched */

float tn_voice_get_control(const struct tn_voice_control *control,
                           uint32_t age_ms, const float *params)
{
    float way = control->b - control->a;

    switch (control->mode) {
    case TN_PATCH_SWEEP:
        if (age_ms >= control->sweep_ms) {
            return control->b;
        }
        return control->a + way * ((float)age_ms / (float)control->sweep_ms);
    case TN_PATCH_LIVE:
        return control->a + way * params[control->param];
    default:
        return control->a;
    }
}

/* Before the fade. Decays are parabolas, which arrive without a corner. */
static float get_body(const struct tn_voice_sound *sound, uint32_t age_ms)
{
    if (age_ms < sound->attack_len_ms) {
        return (float)age_ms / (float)sound->attack_len_ms;
    }

    uint32_t since_ms = age_ms - sound->attack_len_ms;

    if (since_ms >= sound->decay_len_ms) {
        return sound->sustain;
    }

    float left =
        (float)(sound->decay_len_ms - since_ms) / (float)sound->decay_len_ms;

    return sound->sustain + (1.0f - sound->sustain) * (left * left);
}

float tn_voice_get_envelope(const struct tn_voice_sound *sound, uint32_t age_ms)
{
    if (age_ms < sound->fade_ms) {
        return get_body(sound, age_ms);
    }

    uint32_t since_ms = age_ms - sound->fade_ms;

    if (since_ms >= sound->fade_len_ms) {
        return 0.0f;
    }

    float left =
        (float)(sound->fade_len_ms - since_ms) / (float)sound->fade_len_ms;

    return get_body(sound, sound->fade_ms) * (left * left);
}

static void smooth_params(struct tn_voice_sound *sound)
{
    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        float way = sound->targets[i] - sound->params[i];

        if (way < SETTLED && way > -SETTLED) {
            sound->params[i] = sound->targets[i];
        } else {
            sound->params[i] += SMOOTHING * way;
        }
    }
}

/* Marsaglia's xorshift (2003): 13, 17, 5. */
static void add_noise(struct tn_voice *voice, struct tn_voice_control *level,
                      float to, float *out)
{
    uint32_t x = voice->noise;
    float now = level->now;
    float step = (to - now) / (float)TN_AUDIO_LEN;

    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        now += step;
        out[i] +=
            now * ((float)(int32_t)(x >> 8) * (2.0f / 16777216.0f) - 1.0f);
    }
    voice->noise = x;
    level->now = to;
}

/* Coefficients of the trapezoidal state-variable filter (Zavalishin 2012;
 * Simper 2013). */
static void set_filter(struct tn_voice_filter *filter, float freq)
{
    float g = tn_tan_pi(tn_clampf(freq, 0.0f, CUTOFF_MAX));

    filter->a1 = 1.0f / (1.0f + g * (g + DAMPING));
    filter->a2 = g * filter->a1;
    filter->a3 = g * filter->a2;
    filter->freq.now = freq;
}

/* The filter's coefficients go evenly to those of their end. Mixtures of
 * stable coefficients are stable here: see docs/design/voice.md. */
struct course {
    float a[3];
    float step[3];
};

static void start_course(struct course *course, struct tn_voice_filter *filter,
                         float freq)
{
    const float per_sample = 1.0f / (float)TN_AUDIO_LEN;

    if (filter->freq.now <= 0.0f) {
        set_filter(filter, freq); /* its first block */
    }
    course->a[0] = filter->a1;
    course->a[1] = filter->a2;
    course->a[2] = filter->a3;
    if (freq < filter->freq.now || freq > filter->freq.now) {
        set_filter(filter, freq);
    }
    course->step[0] = (filter->a1 - course->a[0]) * per_sample;
    course->step[1] = (filter->a2 - course->a[1]) * per_sample;
    course->step[2] = (filter->a3 - course->a[2]) * per_sample;
}

/* How much of input, band and low make the output. */
struct blend {
    float in;
    float band;
    float low;
};

static struct blend get_blend(uint8_t type)
{
    struct blend blend = {0.0f, 0.0f, 1.0f};

    if (type == TN_SOUND_HIGHPASS) {
        blend = (struct blend){1.0f, -DAMPING, -1.0f};
    } else if (type == TN_SOUND_BANDPASS) {
        blend = (struct blend){0.0f, DAMPING, 0.0f};
    }
    return blend;
}

/* Numbers too small to hear become 0: the smallest of them are slow. */
static float drop_tiny(float v)
{
    return v < TINY && v > -TINY ? 0.0f : v;
}

static void apply_filter(struct tn_voice_filter *filter, float freq,
                         float *work)
{
    const struct blend blend = get_blend(filter->type);
    struct course c;
    float ic1 = filter->ic1;
    float ic2 = filter->ic2;

    start_course(&c, filter, freq);
    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        float in = work[i];
        float rest = in - ic2;

        c.a[0] += c.step[0];
        c.a[1] += c.step[1];
        c.a[2] += c.step[2];

        float band = c.a[0] * ic1 + c.a[1] * rest;
        float low = ic2 + (c.a[1] * ic1 + c.a[2] * rest);

        ic1 = 2.0f * band - ic1;
        ic2 = 2.0f * low - ic2;
        work[i] = blend.in * in + blend.band * band + blend.low * low;
    }
    filter->ic1 = drop_tiny(ic1);
    filter->ic2 = drop_tiny(ic2);
}

/* Sources and filters into voice->work. */
static void render_work(struct tn_voice *voice, struct tn_voice_sound *sound,
                        uint32_t end_ms)
{
    const float *params = sound->params;
    float *work = voice->work;

    memset(work, 0, sizeof voice->work);
    for (uint32_t i = 0; i < sound->osc_count; i++) {
        struct tn_voice_osc *osc = &sound->oscs[i];

        tn_voice_render_osc(
            osc, tn_voice_get_control(&osc->freq, end_ms, params), work);
    }

    float noise = tn_voice_get_control(&sound->noise, end_ms, params);

    if (noise > 0.0f || sound->noise.now > 0.0f) {
        add_noise(voice, &sound->noise, noise, work);
    }
    for (uint32_t i = 0; i < sound->filter_count; i++) {
        struct tn_voice_filter *filter = &sound->filters[i];

        apply_filter(filter,
                     tn_voice_get_control(&filter->freq, end_ms, params), work);
    }
}

void tn_voice_render_sound(struct tn_voice *voice, struct tn_voice_sound *sound,
                           float *out, bool last)
{
    const float *work = voice->work;
    uint32_t end_ms = sound->age_ms + TN_VOICE_BLOCK_MS;
    float gain = sound->gain;
    float level = sound->level.now;

    smooth_params(sound);
    render_work(voice, sound, end_ms);
    sound->level.now =
        tn_voice_get_control(&sound->level, end_ms, sound->params);

    float level_step = (sound->level.now - level) / (float)TN_VOICE_BLOCK_MS;

    for (uint32_t ms = 1; ms <= TN_VOICE_BLOCK_MS; ms++) {
        level += level_step;

        float to = level * tn_voice_get_envelope(sound, sound->age_ms + ms);

        to *= voice->volumes[sound->program];

        if (last) {
            to *= (float)(TN_VOICE_BLOCK_MS - ms) / (float)TN_VOICE_BLOCK_MS;
        }

        float step = (to - gain) / (float)TN_VOICE_MS_LEN;

        for (uint32_t i = 0; i < TN_VOICE_MS_LEN; i++) {
            gain += step;
            *out++ += *work++ * gain;
        }
        gain = to;
    }
    sound->gain = gain;
    /* An age beyond half its range tells nothing more. */
    sound->age_ms = end_ms < TN_VOICE_NEVER / 2 ? end_ms : sound->age_ms;
}

/* Untouched below the knee, then ever flatter towards full scale; value and
 * slope are continuous. */
static float limit(float v)
{
    float size = v < 0.0f ? -v : v;

    if (size <= KNEE) {
        return v;
    }

    float over = (size - KNEE) * (1.0f / (1.0f - KNEE));
    float bent = KNEE + (1.0f - KNEE) * (over / (1.0f + over));

    return v < 0.0f ? -bent : bent;
}

/* Rounds by an offset that makes truncation a floor. */
static int16_t get_sample(float v)
{
    return (int16_t)((int32_t)(v * 32767.0f + 32768.5f) - 32768);
}

void tn_voice_render(struct tn_voice *voice, int16_t *audio)
{
    if (tn_voice_get_count(voice) == 0) {
        memset(audio, 0, TN_AUDIO_LEN * sizeof *audio);
        return;
    }
    tn_voice_step_tunes(voice);
    /* Stolen voices end here; the thief holds a voice, so count is not 0. */
    memcpy(voice->mix, voice->tail, sizeof voice->mix);
    memset(voice->tail, 0, sizeof voice->tail);
    for (uint32_t i = 0; i < TN_VOICE_COUNT; i++) {
        struct tn_voice_sound *sound = &voice->sounds[i];

        if (!sound->on) {
            continue;
        }
        tn_voice_render_sound(voice, sound, voice->mix, false);
        if (sound->age_ms >= sound->fade_ms && sound->gain <= 0.0f) {
            memset(sound, 0, sizeof *sound);
        }
    }
    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        audio[i] = get_sample(limit(VOICE_GAIN * voice->mix[i]));
    }
    memset(voice->mix, 0, sizeof voice->mix);
    memset(voice->work, 0, sizeof voice->work);
}
