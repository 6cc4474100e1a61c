/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "parts.h"

/* A program's sound as the voice wants it; false if the slot is empty. */
static bool make_request(const struct tn_play *play,
                         const struct tn_effect *effect,
                         struct tn_voice_req *req)
{
    uint16_t len = 0;
    const uint8_t *image = tn_play_get_image(play, effect->program, &len);

    memset(req, 0, sizeof *req);
    if (!image || tn_play_find_sound(image, len, effect->item, &req->patch,
                                     &req->patch_len) != TN_OK) {
        return false;
    }
    req->program = effect->program;
    req->sound = effect->item;
    req->key = effect->key;
    memcpy(req->params, effect->params, sizeof req->params);
    return true;
}

static void push_sound(struct tn_brick *brick, const struct tn_effect *effect)
{
    struct tn_voice_req req;

    if (!make_request(&brick->play, effect, &req)) {
        return;
    }
    if (effect->number == TN_EFFECT_HOLD) {
        tn_voice_hold(&brick->voice, &req);
    } else if (effect->number == TN_EFFECT_HUM) {
        tn_voice_hum(&brick->voice, &req);
    } else {
        tn_voice_play(&brick->voice, &req);
    }
}

/* Figures shine over tiles, tiles over the bare brick. */
static uint8_t get_layer(const uint8_t *image)
{
    switch (image[TN_IMAGE_AT_KIND]) {
    case TN_IMAGE_TILE:
        return 1;
    case TN_IMAGE_FIGURE:
        return 2;
    default:
        return 0;
    }
}

static uint32_t get_ms(tn_q16 seconds)
{
    return seconds > 0 ? (uint32_t)((uint64_t)seconds * 1000u / TN_Q16_ONE) : 0;
}

static void push_light(struct tn_brick *brick, const struct tn_effect *effect,
                       uint64_t time_us)
{
    uint16_t len = 0;
    const uint8_t *image =
        tn_play_get_image(&brick->play, effect->program, &len);
    const uint8_t *patch;
    uint8_t patch_len;

    if (!image || tn_play_find_light(image, len, effect->item, &patch,
                                     &patch_len) != TN_OK) {
        return;
    }

    tn_glow_set(&brick->glow, effect->program, get_layer(image), patch,
                patch_len, time_us);
    tn_glow_set_part(&brick->glow, effect->program, effect->params[0]);
}

void tn_brick_push_effects(struct tn_brick *brick, uint64_t time_us)
{
    const struct tn_play_out *play = &brick->play_out;

    for (uint8_t i = 0; i < play->effect_count; i++) {
        const struct tn_effect *effect = &play->effects[i];

        switch (effect->number) {
        case TN_EFFECT_PLAY:
        case TN_EFFECT_HOLD:
        case TN_EFFECT_HUM:
            push_sound(brick, effect);
            break;
        case TN_EFFECT_FADE:
            tn_voice_fade(&brick->voice, effect->program, effect->item,
                          get_ms(effect->params[0]));
            break;
        case TN_EFFECT_VOLUME:
            tn_voice_set_volume(&brick->voice, effect->program,
                                effect->params[0]);
            break;
        case TN_EFFECT_METER:
            tn_glow_set_part(&brick->glow, effect->program, effect->params[0]);
            break;
        case TN_EFFECT_STOP:
            tn_voice_stop(&brick->voice, effect->program, effect->item);
            break;
        case TN_EFFECT_STOP_ALL:
            tn_voice_stop(&brick->voice, effect->program, 0xFF);
            break;
        case TN_EFFECT_RELEASE:
            tn_voice_release(&brick->voice, effect->program, effect->key);
            break;
        case TN_EFFECT_GLOW:
            push_light(brick, effect, time_us);
            break;
        case TN_EFFECT_DARK:
            tn_glow_clear(&brick->glow, effect->program);
            break;
        case TN_EFFECT_SEND:
            tn_brick_send(brick, effect);
            break;
        default:
            break; /* ASK: src/play has passed it on */
        }
    }
}
