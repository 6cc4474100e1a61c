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
    } else {
        tn_voice_play(&brick->voice, &req);
    }
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

    uint8_t layer = image[TN_IMAGE_AT_KIND] == TN_IMAGE_FIGURE ? 1 : 0;

    tn_glow_set(&brick->glow, effect->program, layer, patch, patch_len,
                time_us);
}

void tn_brick_push_effects(struct tn_brick *brick, uint64_t time_us)
{
    const struct tn_play_out *play = &brick->play_out;

    for (uint8_t i = 0; i < play->effect_count; i++) {
        const struct tn_effect *effect = &play->effects[i];

        switch (effect->number) {
        case TN_EFFECT_PLAY:
        case TN_EFFECT_HOLD:
            push_sound(brick, effect);
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
