/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/hearing.h>

#include <string.h>

#include "bands.h"
#include "clap.h"
#include <tenon/assert.h>
#include <tenon/vocabulary.h>

/* Not even one frame of sound fits into what is kept. */
_Static_assert(sizeof(struct tn_hearing) < TN_AUDIO_LEN * sizeof(int16_t),
               "hearing keeps features, not sound");
_Static_assert(TN_AUDIO_LEN % BLOCK_LEN == 0, "whole blocks");

#define NO_FRAME UINT64_MAX
#define LOUDEST 4.3e9f /* above any energy */

/* Loudness: octaves of energy. A digital MEMS microphone's full scale is about
 * 120 dB SPL (94 dB SPL at -26 dBFS): 0 % is 40 dB SPL, -80 dBFS. */
#define SILENCE_OCTAVE 3.4f
#define OCTAVES_FULL 19.93f /* 60 dB */
#define CLAP_OCTAVES 10.0f  /* from the least clap to 100 % */

#define ATTACK (1.0f / 8.0f)   /* a frame: 30 ms */
#define RELEASE (1.0f / 64.0f) /* 250 ms */

#define LOUD_ON 49152  /* 75 %: 85 dB SPL */
#define LOUD_OFF 42598 /* 65 % */
#define QUIET_ON 13107 /* 20 %: 52 dB SPL, for a second */
#define QUIET_OFF 19661
#define CALM_COUNT 250u

/* The brick's own sound: how its echo dies, how its coupling is learnt. */
#define ECHO 0.93f /* a block: 30 dB in 100 ms */
#define OWN_FLOOR 1000.0f
#define COUPLING_MIN 0.0001f
#define COUPLING_MAX 4.0f
#define COUPLING_LEAP 4.0f /* a clap meanwhile must not teach much */
#define COUPLING_UP (1.0f / 64.0f)
#define COUPLING_DOWN (1.0f / 256.0f)

void tn_hearing_init(struct tn_hearing *hearing)
{
    memset(hearing, 0, sizeof *hearing);
    hearing->coupling = 1.0f;
    hearing->loudness = 1.0f;
    hearing->quiet = 1;
    tn_hearing_sleep(hearing);
}

/* What programs look at stays, so that none wakes from the brick's falling
 * asleep. */
void tn_hearing_sleep(struct tn_hearing *hearing)
{
    float coupling = hearing->coupling;
    float loudness = hearing->loudness;
    uint8_t quiet = hearing->quiet;

    memset(hearing, 0, sizeof *hearing);
    hearing->next_us = NO_FRAME;
    hearing->clap.since_count = UINT8_MAX;
    hearing->last[0] = 1.0f;
    hearing->last[1] = 1.0f;
    hearing->ground = 1.0f;
    hearing->loudness = loudness;
    hearing->own_high = 1.0f;
    hearing->own_all = 1.0f;
    hearing->coupling = coupling;
    hearing->quiet = quiet;
}

/* After a silence of the microphone: what it says first is no onset. */
static void start_filters(struct tn_hearing *hearing, const int16_t *mic,
                          const int16_t *own)
{
    tn_bands_init(&hearing->mic, mic[0]);
    tn_bands_init(&hearing->own, own ? own[0] : 0);
    memset(&hearing->clap, 0, sizeof hearing->clap);
    hearing->clap.since_count = UINT8_MAX;
    hearing->last[0] = LOUDEST;
    hearing->last[1] = LOUDEST;
}

/* Log2 by the parts of the float, linear between powers: at most 0.09 low,
 * which is 0.3 dB. For v >= 1. */
static float get_octaves(float v)
{
    uint32_t bits;

    memcpy(&bits, &v, sizeof bits);
    return (float)bits / 8388608.0f - 127.0f;
}

static tn_q16 get_ratio(float octaves, float full)
{
    return (tn_q16)(tn_clampf(octaves / full, 0.0f, 1.0f) * 65536.0f);
}

/* What the brick plays, held while its echo may still be heard, and how much
 * of it the microphone hears. */
static void step_own(struct tn_hearing *hearing, const int16_t *own,
                     const struct bands *heard)
{
    struct bands played = {1.0f, 1.0f, 1.0f, 1.0f};

    if (own) {
        tn_bands_step(&hearing->own, own, &played);
    } else {
        memset(&hearing->own, 0, sizeof hearing->own);
    }

    float high = 1.0f + (hearing->own_high - 1.0f) * ECHO;
    float all = 1.0f + (hearing->own_all - 1.0f) * ECHO;

    hearing->own_high = played.high > high ? played.high : high;
    hearing->own_all = played.all > all ? played.all : all;
    if (played.high < OWN_FLOOR || played.high * 2.0f < hearing->own_high) {
        return;
    }

    float ratio = tn_clampf(heard->high / hearing->own_high, COUPLING_MIN,
                            COUPLING_LEAP * hearing->coupling);
    float way = ratio - hearing->coupling;

    hearing->coupling += way * (way > 0.0f ? COUPLING_UP : COUPLING_DOWN);
    hearing->coupling =
        tn_clampf(hearing->coupling, COUPLING_MIN, COUPLING_MAX);
}

static void push_clap(float peak, uint32_t sample, struct tn_event *events,
                      uint8_t *event_count)
{
    struct tn_event *event = &events[*event_count];
    tn_q16 strength =
        get_ratio(get_octaves(peak) - get_octaves(CLAP_FLOOR), CLAP_OCTAVES);

    TN_ASSERT(*event_count < TN_HEARING_EVENT_CAP);
    memset(event, 0, sizeof *event);
    event->args[0] = strength > 0 ? strength : 1;
    event->args[1] = TN_UNKNOWN;
    event->args[2] = TN_UNKNOWN;
    event->at_us = (uint16_t)(sample * (TN_FRAME_US / TN_AUDIO_LEN));
    event->number = TN_EVENT_CLAP;
    event->source = TN_SOURCE_SELF;
    event->target = 0xFF;
    (*event_count)++;
}

static tn_q16 get_loudness(const struct tn_hearing *hearing)
{
    return get_ratio(get_octaves(hearing->loudness) - SILENCE_OCTAVE,
                     OCTAVES_FULL);
}

/* `energy`: all bands, sum over the frame's blocks. */
static void step_loudness(struct tn_hearing *hearing, float energy)
{
    float way = energy / (float)(TN_AUDIO_LEN / BLOCK_LEN) - hearing->loudness;

    hearing->loudness += way * (way > 0.0f ? ATTACK : RELEASE);

    tn_q16 loudness = get_loudness(hearing);

    hearing->loud = loudness >= (hearing->loud ? LOUD_OFF : LOUD_ON);
    if (loudness >= (hearing->quiet ? QUIET_OFF : QUIET_ON)) {
        hearing->quiet = 0;
        hearing->calm_count = 0;
    } else if (hearing->calm_count < CALM_COUNT) {
        hearing->calm_count++;
    } else {
        hearing->quiet = 1;
    }
}

void tn_hearing_step(struct tn_hearing *hearing, uint64_t time_us,
                     const int16_t *mic, const int16_t *own,
                     struct tn_event *events, uint8_t *event_count)
{
    float energy = 0.0f;

    *event_count = 0;
    if (!mic) {
        return;
    }
    if (time_us != hearing->next_us) {
        start_filters(hearing, mic, own);
    }
    hearing->next_us = time_us + TN_FRAME_US;
    for (uint32_t i = 0; i < TN_AUDIO_LEN; i += BLOCK_LEN) {
        struct bands heard;

        tn_bands_step(&hearing->mic, mic + i, &heard);
        step_own(hearing, own ? own + i : NULL, &heard);

        float explained = 2.0f * hearing->coupling * hearing->own_all;
        float spare = heard.all - explained;
        float peak = tn_clap_step(hearing, &heard,
                                  hearing->coupling * hearing->own_high);

        energy += spare > 1.0f ? spare : 1.0f;
        if (peak > 0.0f) {
            push_clap(peak, i, events, event_count);
        }
    }
    step_loudness(hearing, energy);
}

void tn_hearing_get_signals(const struct tn_hearing *hearing,
                            struct tn_hearing_signals *signals)
{
    memset(signals, 0, sizeof *signals);
    signals->loudness = get_loudness(hearing);
    signals->loud = hearing->loud;
    signals->quiet = hearing->quiet;
}

bool tn_hearing_is_resting(const struct tn_hearing *hearing)
{
    return hearing->clap.block_count == 0 && !hearing->loud;
}
