/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_LOAD_H
#define TENON_TEST_LOAD_H

/* Verifies an image and lets it begin, as a brick does. */

#include <tenon/play.h>

static inline enum tn_err load_image(struct tn_play *play, uint8_t slot,
                                     const uint8_t *image, uint16_t len,
                                     uint64_t time_us,
                                     struct tn_image_info *info)
{
    enum tn_err err = tn_play_verify(image, len, info);

    return err ? err
               : tn_play_load(play, slot, 1000u + slot, image, info, time_us);
}

#endif
