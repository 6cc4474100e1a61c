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

/* By every room that will read it. `bare`: it must be of that kind, else of
 * another. */
static enum tn_err check_image(const uint8_t *image, uint16_t len, bool bare,
                               struct tn_image_info *info, uint16_t *at)
{
    enum tn_err err = tn_play_verify(image, len, info);

    if (err) {
        *at = info->err_at;
        return err;
    }
    if ((image[TN_IMAGE_AT_KIND] == TN_IMAGE_BRICK) != bare) {
        *at = TN_IMAGE_AT_KIND;
        return TN_ERR_VALUE;
    }
    return check_patches(image, len, at);
}

/* The bare brick's program gives way to a tag that has come to its slot. */
static void make_room(struct tn_brick *brick, uint8_t slot)
{
    if (tn_play_get_bare(&brick->play) == slot) {
        tn_play_unload(&brick->play, slot);
    }
}

/* What the slot's last program held must not keep the new one silent. */
static void reset_voice(struct tn_brick *brick, uint8_t slot)
{
    for (uint8_t key = 0; key < TN_WHILE_CAP; key++) {
        tn_voice_release(&brick->voice, slot, key);
    }
    tn_voice_set_volume(&brick->voice, slot, TN_Q16_ONE);
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
    err = check_image(content.image, content.image_len, false, &info, &at);
    if (!err) {
        make_room(brick, slot);
        err = tn_play_prepare(&brick->play, slot, content.identity,
                              content.image, &info);
    }
    if (err) {
        tn_brick_push_notice(out, slot, err, (uint16_t)(content.image_at + at));
        return;
    }
    tn_brick_fetch_kept(brick, slot, &content, &info, time_us);
    reset_voice(brick, slot);
}

bool tn_brick_has_bare(const struct tn_brick *brick)
{
    return tn_play_get_bare(&brick->play) != 0xFF;
}

/* The last slot without a program; tags come to the first. 0xFF: none. */
static uint8_t find_free(const struct tn_brick *brick)
{
    for (uint8_t slot = TN_PROGRAM_CAP; slot-- > 0;) {
        uint16_t len;

        if (!tn_play_get_image(&brick->play, slot, &len)) {
            return slot;
        }
    }
    return 0xFF;
}

enum tn_err tn_brick_load_bare(struct tn_brick *brick, uint64_t identity,
                               const uint8_t *image, uint16_t len, uint16_t *at)
{
    struct tn_image_info info;
    uint16_t wrong_at = 0;
    enum tn_err err = check_image(image, len, true, &info, &wrong_at);
    uint8_t slot = tn_play_get_bare(&brick->play);

    if (at) {
        *at = wrong_at;
    }
    if (err) {
        return err;
    }
    if (info.keep_count > 0) {
        return TN_ERR_FEATURE;
    }
    if (slot == 0xFF) {
        slot = find_free(brick);
    } else {
        tn_play_unload(&brick->play, slot);
    }
    if (slot == 0xFF) {
        return TN_ERR_FULL;
    }
    err = tn_play_load(&brick->play, slot, identity, image, &info,
                       brick->time_us);
    reset_voice(brick, slot);
    return err;
}
