/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <tenon/assert.h>

void tn_brick_push_notice(struct tn_out *out, uint8_t slot, enum tn_err err,
                          uint16_t at)
{
    if (out->notice_count < TN_NOTICE_CAP) {
        struct tn_notice *notice = &out->notices[out->notice_count++];

        notice->err = (int8_t)err;
        notice->slot = slot;
        notice->at = at;
    }
}

/* Every sound, then every light, by the room that will play it. `at` gets the
 * offset in the image of what is wrong. */
static enum tn_err check_patches(const uint8_t *image, uint16_t len,
                                 uint16_t *at)
{
    const uint8_t *patch;
    uint8_t patch_len;
    uint8_t patch_at = 0;
    enum tn_err err = TN_OK;

    for (uint8_t i = 0; !err && i < image[TN_IMAGE_AT_SOUNDS]; i++) {
        err = tn_play_find_sound(image, len, i, &patch, &patch_len);
        if (err) {
            return err;
        }
        err = tn_voice_check(patch, patch_len, &patch_at);
        *at = (uint16_t)(patch - image + patch_at);
    }
    for (uint8_t i = 0; !err && i < image[TN_IMAGE_AT_LIGHTS]; i++) {
        err = tn_play_find_light(image, len, i, &patch, &patch_len);
        if (err) {
            return err;
        }
        err = tn_glow_check(patch, patch_len, &patch_at);
        *at = (uint16_t)(patch - image + patch_at);
    }
    return err;
}

void tn_brick_load_program(struct tn_brick *brick, uint8_t slot,
                           uint64_t time_us, struct tn_out *out)
{
    struct tn_tag_content content;
    struct tn_image_info info;
    uint16_t at = 0;
    enum tn_err err = tn_tag_get_content(&brick->tag, slot, &content);

    TN_ASSERT(!err);
    if (err) {
        return;
    }
    err = tn_play_verify(content.image, content.image_len, &info);
    if (err) {
        at = info.err_at;
    } else {
        err = check_patches(content.image, content.image_len, &at);
    }
    if (!err) {
        err = tn_play_prepare(&brick->play, slot, content.identity,
                              content.image, &info);
    }
    if (err) {
        tn_brick_push_notice(out, slot, err, (uint16_t)(content.image_at + at));
        return;
    }
    tn_brick_fetch_kept(brick, slot, &content, &info, time_us);
    /* What the slot's last program held must not keep the new one silent. */
    for (uint8_t key = 0; key < TN_WHILE_CAP; key++) {
        tn_voice_release(&brick->voice, slot, key);
    }
}
