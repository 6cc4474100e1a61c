/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_COLOUR_H
#define TENON_COLOUR_H

/*
 * From one light sensor to what was seen: a coloured thing that comes near as
 * an event, brightness as signals. Integers throughout. The caller owns the
 * struct; no call may come from an interrupt. Specified in docs/spec/colour.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/event.h>
#include <tenon/maths.h>

/* One sample as a TCS34725 or its like gives it: counts of four photodiodes. */
struct tn_light {
    uint16_t r;
    uint16_t g;
    uint16_t b;
    uint16_t clear;          /* no filter but the infrared cut */
    uint16_t integration_us; /* light was gathered for so long, 2400 .. 24000 */
    uint8_t gain;            /* 1, 4, 16 or 60 */
    uint8_t valid; /* 1: counts are new and below full scale; else 0 */
};

#define TN_COLOUR_EVENT_CAP 1u

/* Live values; the ratio is Q16.16 with 65536 = 100 %. */
struct tn_colour_signals {
    tn_q16 brightness; /* 0 .. 100 %: 1 to 10,000 lux, by the octave */
    uint8_t dark;      /* lasting, with hysteresis */
    uint8_t bright;    /* lasting, with hysteresis */
    uint8_t seen;      /* enum tn_colour_number; 0: none */
    uint8_t pad;       /* 0 */
};

/* Private to src/colour; here for its size. Levels are sixteenths of counts a
 * second at gain 1, of the channels r, g, b. */
struct tn_colour {
    uint64_t last_us;   /* the last sample's time */
    uint32_t white[3];  /* the light without a thing before the sensor */
    uint32_t now[3];    /* the light now, smoothed */
    uint32_t clear;     /* clear, smoothed */
    uint32_t last;      /* clear, as last sampled */
    uint32_t relit_us;  /* a lamp was switched: for so long white is learnt */
    uint32_t steady_us; /* the candidate has been the same for so long */
    uint32_t held_us;   /* there has been a candidate for so long */
    uint8_t candidate;  /* enum tn_colour_number; 0: none */
    uint8_t seen;       /* the same, told */
    uint8_t dark;
    uint8_t bright;
    uint8_t started; /* 1: there was a sample since init or sleep */
    uint8_t still;   /* the last two samples were alike */
    uint8_t dropped; /* the last was much darker than the one before */
    uint8_t pad[5];  /* 0 */
};

/* Awake in ordinary room light, no sample yet. */
void tn_colour_init(struct tn_colour *colour);

/*
 * Takes the sample that was completed in the frame that begins at `time_us`, or
 * null. Without a valid sample nothing changes. Writes at most
 * TN_COLOUR_EVENT_CAP events to `events` and how many to `event_count`;
 * args[0] of SEES is the colour's number (COUNT).
 */
void tn_colour_step(struct tn_colour *colour, uint64_t time_us,
                    const struct tn_light *sample, struct tn_event *events,
                    uint8_t *event_count);

void tn_colour_get_signals(const struct tn_colour *colour,
                           struct tn_colour_signals *signals);

/* No colour is there or may be coming, or no sample has come for a second: the
 * brick may sleep as far as colour goes. */
bool tn_colour_is_resting(const struct tn_colour *colour, uint64_t time_us);

/* Freezes at a defined state: dark and bright kept, no colour seen; what light
 * is white is learnt anew from the next sample. */
void tn_colour_sleep(struct tn_colour *colour);

#endif
