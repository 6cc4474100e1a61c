/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/glow.h>

#include <stddef.h>
#include <string.h>

#include <tenon/assert.h>
#include <tenon/bytes.h>
#include <tenon/maths.h>
#include <tenon/vocabulary.h>

#define MINUTE_US 60000000u
/* WCAG 2.3.1: more than three flashes in any one second may cause seizures. */
#define PER_MIN_MAX 180u
#define BREATHE_PER_MIN 15u
#define FLASH_PER_MIN 120u
/* A breath reaches the far side of the ring this part of a turn later. */
#define RING_LAG (1.0f / 12.0f)

static const struct tn_rgb colours[TN_COLOUR_COUNT] = {
#define GLOW_COLOUR(name, number, word, red, green, blue)                      \
    [number] = {red, green, blue},
    TN_COLOURS(GLOW_COLOUR)
#undef GLOW_COLOUR
};

/* The next byte, at most `max`. */
static uint8_t read_u8(struct tn_bytes *b, uint8_t max)
{
    uint16_t at = b->at;
    uint8_t v = tn_bytes_get_u8(b);

    if (!b->err && v > max) {
        b->err = TN_ERR_PATCH;
        b->at = at;
    }
    return v;
}

/* The rate, or the mode's own if the patch ends before it. */
static uint16_t read_rate(struct tn_bytes *b, uint8_t mode)
{
    uint16_t at = b->at;

    if (b->err || mode == TN_LIGHT_STEADY) {
        return 0;
    }
    if (b->at == b->len) {
        return mode == TN_LIGHT_BREATHE ? BREATHE_PER_MIN : FLASH_PER_MIN;
    }

    uint32_t v = tn_bytes_get_varint(b);

    if (!b->err && (v < 1 || v > TN_LIGHT_MAX_PER_MIN)) {
        b->err = TN_ERR_PATCH;
        b->at = at;
    }
    return b->err ? 0 : (uint16_t)v;
}

/* Where the level goes, and how long that takes. */
static void read_dim(struct tn_bytes *b, struct tn_glow_light *light)
{
    light->end_level = read_u8(b, 100);

    uint16_t at = b->at;
    uint32_t ms = tn_bytes_get_varint(b);

    if (!b->err && (ms < 1 || ms > TN_LIGHT_MAX_DIM_MS)) {
        b->err = TN_ERR_PATCH;
        b->at = at;
    }
    light->dim_ms = ms;
}

/* What a patch says into `light`; offset of the fault, or -1. */
static int32_t decode(struct tn_glow_light *light, const uint8_t *patch,
                      uint8_t len)
{
    struct tn_bytes b = tn_bytes_of(patch, len);

    bool dims = len > 0 && (patch[0] & TN_LIGHT_DIM);

    light->mode =
        read_u8(&b, dims ? TN_LIGHT_DIM | TN_LIGHT_FLASH : TN_LIGHT_FLASH);
    light->mode &= (uint8_t)~TN_LIGHT_DIM;
    light->colour = read_u8(&b, TN_COLOUR_COUNT - 1);
    light->level = read_u8(&b, 100);
    light->per_min = read_rate(&b, light->mode);
    light->end_level = light->level;
    light->part = TN_Q16_ONE;
    if (dims) {
        read_dim(&b, light);
    }
    return b.err || b.at < b.len ? b.at : -1;
}

enum tn_err tn_glow_check(const uint8_t *patch, uint8_t len, uint8_t *at)
{
    struct tn_glow_light light = {0};
    int32_t fault_at = decode(&light, patch, len);

    if (at) {
        *at = fault_at < 0 ? 0 : (uint8_t)fault_at;
    }
    return fault_at < 0 ? TN_OK : TN_ERR_PATCH;
}

void tn_glow_init(struct tn_glow *glow)
{
    memset(glow, 0, sizeof *glow);
}

/* Takes a light out of the order; ranks stay 1, 2, ... without gaps, so that
 * they never overflow. */
static void drop_rank(struct tn_glow *glow, uint8_t program)
{
    uint8_t rank = glow->lights[program].rank;

    for (uint32_t i = 0; rank > 0 && i < TN_PROGRAM_CAP; i++) {
        if (glow->lights[i].rank > rank) {
            glow->lights[i].rank--;
        }
    }
    glow->lights[program].rank = 0;
}

static uint8_t get_top_rank(const struct tn_glow *glow)
{
    uint8_t count = 0;

    for (uint32_t i = 0; i < TN_PROGRAM_CAP; i++) {
        count = (uint8_t)(count + glow->lights[i].on);
    }
    return count;
}

void tn_glow_set(struct tn_glow *glow, uint8_t program, uint8_t layer,
                 const uint8_t *patch, uint8_t len, uint64_t time_us)
{
    struct tn_glow_light next = {0};

    TN_ASSERT(program < TN_PROGRAM_CAP);
    if (program >= TN_PROGRAM_CAP || decode(&next, patch, len) >= 0) {
        return;
    }
    next.since_us = time_us;
    next.layer = layer;
    next.on = 1;

    struct tn_glow_light *light = &glow->lights[program];
    bool same = light->on && light->layer == next.layer &&
                light->mode == next.mode && light->colour == next.colour &&
                light->level == next.level && light->per_min == next.per_min &&
                light->end_level == next.end_level &&
                light->dim_ms == next.dim_ms;

    drop_rank(glow, program);
    if (!same) {
        *light = next;
    }
    light->rank = get_top_rank(glow);
}

void tn_glow_set_part(struct tn_glow *glow, uint8_t program, tn_q16 part)
{
    TN_ASSERT(program < TN_PROGRAM_CAP);
    if (program < TN_PROGRAM_CAP && glow->lights[program].on) {
        glow->lights[program].part =
            part == TN_UNKNOWN ? TN_Q16_ONE : tn_clamp(part, 0, TN_Q16_ONE);
    }
}

void tn_glow_clear(struct tn_glow *glow, uint8_t program)
{
    TN_ASSERT(program < TN_PROGRAM_CAP);
    if (program >= TN_PROGRAM_CAP) {
        return;
    }
    drop_rank(glow, program);
    memset(&glow->lights[program], 0, sizeof glow->lights[program]);
}

/* The latest of the highest layer, or null. */
static const struct tn_glow_light *find_shown(const struct tn_glow *glow)
{
    const struct tn_glow_light *shown = NULL;

    for (uint32_t i = 0; i < TN_PROGRAM_CAP; i++) {
        const struct tn_glow_light *light = &glow->lights[i];

        if (light->on &&
            (!shown || light->layer > shown->layer ||
             (light->layer == shown->layer && light->rank > shown->rank))) {
            shown = light;
        }
    }
    return shown;
}

/* Rounded up, so that a fourth flash never falls into the same second. */
static uint32_t get_period_us(const struct tn_glow_light *light)
{
    uint32_t rate = light->per_min < PER_MIN_MAX ? light->per_min : PER_MIN_MAX;

    return (MINUTE_US + rate - 1u) / rate;
}

/* Brightness of an LED, 0 .. 1. */
static float get_brightness(const struct tn_glow_light *light,
                            uint64_t since_us, uint32_t led)
{
    if (light->mode == TN_LIGHT_STEADY) {
        return 1.0f;
    }

    uint32_t period_us = get_period_us(light);
    float turn = (float)(uint32_t)(since_us % period_us) / (float)period_us;

    if (light->mode == TN_LIGHT_FLASH) {
        return turn < 0.5f ? 1.0f : 0.0f;
    }

    /* The breath begins at LED 0 and goes round both sides. */
    uint32_t away = led <= TN_LED_COUNT / 2 ? led : TN_LED_COUNT - led;

    turn -= RING_LAG * (float)away / (float)(TN_LED_COUNT / 2);
    if (turn < 0.0f && since_us < period_us) {
        return 0.0f; /* it has not come there yet */
    }

    /* sin^2(pi turn) is the raised cosine; squared again, because eyes find
     * half the light nearly as bright. */
    float swell = tn_sin_turns(0.5f * turn);

    swell *= swell;
    return swell * swell;
}

/* Level, 0 .. 1. */
static float get_level(const struct tn_glow_light *light, uint64_t since_us)
{
    float level = (float)light->level / 100.0f;
    float end = (float)light->end_level / 100.0f;

    if (since_us >= light->dim_ms * 1000ull) {
        return end;
    }
    return level + (end - level) * ((float)(uint32_t)(since_us / 1000u) /
                                    (float)light->dim_ms);
}

/* How much of an LED the bar covers, 0 .. 1. */
static float get_cover(const struct tn_glow_light *light, uint32_t led)
{
    float bar = (float)light->part / (float)TN_Q16_ONE * (float)TN_LED_COUNT;

    return tn_clampf(bar - (float)led, 0.0f, 1.0f);
}

static uint8_t get_scaled(uint8_t full, float part)
{
    return (uint8_t)((float)full * part + 0.5f);
}

void tn_glow_render(const struct tn_glow *glow, uint64_t time_us,
                    struct tn_rgb *leds)
{
    const struct tn_glow_light *light = find_shown(glow);

    memset(leds, 0, TN_LED_COUNT * sizeof *leds);
    if (!light) {
        return;
    }

    const struct tn_rgb *colour = &colours[light->colour];
    uint64_t since_us =
        time_us > light->since_us ? time_us - light->since_us : 0;

    for (uint32_t i = 0; i < TN_LED_COUNT; i++) {
        float part = get_brightness(light, since_us, i) *
                     get_level(light, since_us) * get_cover(light, i);

        leds[i].r = get_scaled(colour->r, part);
        leds[i].g = get_scaled(colour->g, part);
        leds[i].b = get_scaled(colour->b, part);
    }
}

/* It can still be seen, now or later. */
static bool is_lit(const struct tn_glow_light *light, uint64_t time_us)
{
    bool is_over = time_us >= light->since_us + light->dim_ms * 1000ull;
    uint8_t level = is_over ? 0 : light->level;

    return light->on && light->colour != TN_COLOUR_BLACK && light->part > 0 &&
           (level > 0 || light->end_level > 0);
}

bool tn_glow_is_dark(const struct tn_glow *glow, uint64_t time_us)
{
    for (uint32_t i = 0; i < TN_PROGRAM_CAP; i++) {
        if (is_lit(&glow->lights[i], time_us)) {
            return false;
        }
    }
    return true;
}
