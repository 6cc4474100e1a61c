/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/colour.h>

#include <string.h>

#include "judge.h"
#include <tenon/assert.h>
#include <tenon/vocabulary.h>

_Static_assert(sizeof(struct tn_colour) <= 128, "the room's RAM budget");

#define SMOOTH_US 40000u
#define CLEAR_US 100000u
#define WHITE_US 3000000u /* white is learnt so slowly ... */
#define RELIT_US 60000u   /* ... or so fast, after a lamp was switched */
#define RELIT_FOR_US 300000u
#define STEADY_US 60000u      /* a colour must last so long to be told */
#define GONE_US 250000u       /* or be away, to be gone */
#define HELD_MAX_US 20000000u /* what lasts longer is the light itself */
#define GAP_US 1000000u       /* after a longer silence white is learnt anew */

/* The clear channel's level for 1 lux: a mean over daylight, filament and LED
 * (docs/spec/colour.md). 0 to 100 % of brightness is 1 to 10,000 lux. */
#define LEVEL_PER_LUX 190u
#define OCTAVES_FULL_Q16 870855u /* log2 of 10,000 */

#define DARK_ON 11449 /* 5 lux */
#define DARK_OFF 16371
#define BRIGHT_ON 54067 /* 2,000 lux */
#define BRIGHT_OFF 49145

void tn_colour_init(struct tn_colour *colour)
{
    memset(colour, 0, sizeof *colour);
    colour->clear = 100u * LEVEL_PER_LUX;
}

void tn_colour_sleep(struct tn_colour *colour)
{
    uint32_t clear = colour->clear;
    uint8_t dark = colour->dark;
    uint8_t bright = colour->bright;

    memset(colour, 0, sizeof *colour);
    colour->clear = clear;
    colour->dark = dark;
    colour->bright = bright;
}

static uint32_t get_level(uint16_t count, const struct tn_light *sample)
{
    uint64_t per_s = (uint64_t)count * 16000000u;

    return (uint32_t)(per_s /
                      ((uint32_t)sample->integration_us * sample->gain));
}

static void approach(uint32_t *value, uint32_t target, uint32_t dt_us,
                     uint32_t tau_us)
{
    int64_t way = (int64_t)target - *value;

    *value =
        (uint32_t)((int64_t)*value + way * dt_us / ((int64_t)dt_us + tau_us));
}

/* Log2 in Q16, linear between powers: at most 0.09 low. For v >= 1. */
static uint32_t get_octaves_q16(uint32_t v)
{
    uint32_t whole = 0;

    while (v >> whole > 1u) {
        whole++;
    }

    uint64_t part = ((uint64_t)v << 16) >> whole;

    return (whole << 16) + (uint32_t)part - 65536u;
}

static tn_q16 get_brightness(const struct tn_colour *colour)
{
    if (colour->clear <= LEVEL_PER_LUX) {
        return 0;
    }

    uint64_t octaves_q16 =
        get_octaves_q16(colour->clear) - get_octaves_q16(LEVEL_PER_LUX);
    uint64_t part_q16 = (octaves_q16 << 16) / OCTAVES_FULL_Q16;

    return part_q16 < TN_Q16_ONE ? (tn_q16)part_q16 : TN_Q16_ONE;
}

static void step_brightness(struct tn_colour *colour, uint32_t clear,
                            uint32_t dt_us)
{
    approach(&colour->clear, clear, dt_us, CLEAR_US);

    tn_q16 now = get_brightness(colour);

    colour->dark = now < (colour->dark ? DARK_OFF : DARK_ON);
    colour->bright = now >= (colour->bright ? BRIGHT_OFF : BRIGHT_ON);
}

static bool is_near(uint32_t a, uint32_t b)
{
    uint32_t off = a > b ? a - b : b - a;

    return off <= b / 16;
}

/* A thing comes and goes within some samples; a lamp goes out between two. */
static void step_lamp(struct tn_colour *colour, uint32_t clear, uint32_t dt_us)
{
    bool still = is_near(clear, colour->last);

    if (colour->dropped && still) {
        colour->relit_us = RELIT_FOR_US;
    } else {
        colour->relit_us -= colour->relit_us < dt_us ? colour->relit_us : dt_us;
    }
    colour->dropped = colour->still && clear < colour->last / 4 * 3;
    colour->still = still;
    colour->last = clear;
}

/* What light is white: learnt while nothing coloured is there. */
static void step_white(struct tn_colour *colour, bool held, uint32_t dt_us)
{
    colour->held_us = held ? colour->held_us + dt_us : 0;
    if (held && colour->held_us < HELD_MAX_US) {
        return;
    }
    for (uint8_t c = 0; c < 3; c++) {
        approach(&colour->white[c], colour->now[c], dt_us,
                 colour->relit_us ? RELIT_US : WHITE_US);
    }
    colour->held_us = held ? HELD_MAX_US : 0;
}

static void push_sees(uint8_t number, struct tn_event *events,
                      uint8_t *event_count)
{
    struct tn_event *event = &events[*event_count];

    TN_ASSERT(*event_count < TN_COLOUR_EVENT_CAP);
    memset(event, 0, sizeof *event);
    event->args[0] = (tn_q16)number * TN_Q16_ONE;
    event->args[1] = TN_UNKNOWN;
    event->args[2] = TN_UNKNOWN;
    event->number = TN_EVENT_SEES;
    event->source = TN_SOURCE_SELF;
    event->target = 0xFF;
    (*event_count)++;
}

/* True if a colour is to be told. From one to another it goes by none. */
static bool step_seen(struct tn_colour *colour, uint8_t verdict, uint32_t dt_us)
{
    if (verdict != colour->candidate) {
        colour->candidate = verdict;
        colour->steady_us = 0;
        return false;
    }
    if (colour->steady_us < (colour->seen ? GONE_US : STEADY_US)) {
        colour->steady_us += dt_us;
        return false;
    }
    if (colour->seen == verdict) {
        return false;
    }
    if (colour->seen) {
        colour->seen = 0;
        return false;
    }
    colour->seen = verdict;
    return true;
}

static void start(struct tn_colour *colour, const uint32_t levels[3],
                  uint32_t clear)
{
    memcpy(colour->white, levels, sizeof colour->white);
    memcpy(colour->now, levels, sizeof colour->now);
    colour->last = clear;
    colour->relit_us = RELIT_FOR_US;
    colour->steady_us = 0;
    colour->held_us = 0;
    colour->candidate = 0;
    colour->seen = 0;
    colour->started = 1;
}

/* Scatter of a count: the converter's one, and a third of light's own. */
static uint32_t get_noise(uint16_t count, const struct tn_light *sample)
{
    uint32_t thirds = 3u + tn_isqrt(count);

    return get_level((uint16_t)thirds, sample) / 3u;
}

static bool is_usable(const struct tn_colour *colour, uint64_t time_us,
                      const struct tn_light *sample)
{
    return sample && sample->valid && sample->gain > 0 &&
           sample->integration_us >= 2400 &&
           (!colour->started || time_us > colour->last_us);
}

/* What stands there now: what the judge says, unless a lamp was switched. Says
 * also whether white must be held. */
static uint8_t get_verdict(struct tn_colour *colour,
                           const struct tn_light *sample, bool *held)
{
    uint32_t noise[3] = {get_noise(sample->r, sample),
                         get_noise(sample->g, sample),
                         get_noise(sample->b, sample)};
    uint8_t verdict =
        tn_judge_get(colour->now, colour->white, noise, colour->seen != 0);

    if (verdict == JUDGE_LIGHTER) {
        colour->relit_us = RELIT_FOR_US;
    }
    *held = verdict != 0 && colour->relit_us == 0;
    return *held && verdict != JUDGE_ODD ? verdict : 0;
}

void tn_colour_step(struct tn_colour *colour, uint64_t time_us,
                    const struct tn_light *sample, struct tn_event *events,
                    uint8_t *event_count)
{
    *event_count = 0;
    if (!is_usable(colour, time_us, sample)) {
        return;
    }

    uint32_t levels[3] = {get_level(sample->r, sample),
                          get_level(sample->g, sample),
                          get_level(sample->b, sample)};
    uint32_t clear = get_level(sample->clear, sample);
    uint64_t gap_us = time_us - colour->last_us;
    uint32_t dt_us =
        gap_us < GAP_US ? (uint32_t)gap_us : sample->integration_us;

    if (!colour->started || gap_us >= GAP_US) {
        start(colour, levels, clear);
        dt_us = sample->integration_us;
    }
    colour->last_us = time_us;
    for (uint8_t c = 0; c < 3; c++) {
        approach(&colour->now[c], levels[c], dt_us, SMOOTH_US);
    }
    step_brightness(colour, clear, dt_us);
    step_lamp(colour, clear, dt_us);

    bool held;
    uint8_t verdict = get_verdict(colour, sample, &held);

    if (step_seen(colour, verdict, dt_us) && colour->seen) {
        push_sees(colour->seen, events, event_count);
    }
    step_white(colour, held || colour->seen, dt_us);
}

void tn_colour_get_signals(const struct tn_colour *colour,
                           struct tn_colour_signals *signals)
{
    memset(signals, 0, sizeof *signals);
    signals->brightness = get_brightness(colour);
    signals->dark = colour->dark;
    signals->bright = colour->bright;
    signals->seen = colour->seen;
}

bool tn_colour_is_resting(const struct tn_colour *colour, uint64_t time_us)
{
    return (!colour->candidate && !colour->seen) ||
           time_us - colour->last_us >= GAP_US;
}
