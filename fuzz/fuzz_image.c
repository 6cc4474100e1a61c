/* SPDX-License-Identifier: Apache-2.0 */
/* Program images: two bytes of length, the image, then what happens to two
 * copies of it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/play.h>

#include "../test/support/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct tn_play play;
static struct tn_play_out out;
static uint8_t image[TN_IMAGE_CAP];

/* One byte: an event, a signal, a gap, or a program that comes or goes. */
static void act(uint8_t byte, uint16_t image_len, struct tn_play_in *in)
{
    struct tn_image_info info;
    struct tn_event event = {.number = byte & 0x7Fu,
                             .source = byte & 0x40u ? TN_SOURCE_SELF : 1,
                             .target = byte & 0x80u ? 0xFF : 0};

    struct tn_play_neighbour *neighbour =
        &in->neighbours[byte % TN_NEIGHBOUR_CAP];

    in->signals[byte % TN_SIGNAL_COUNT] ^= TN_Q16_ONE;
    in->neighbour_count = byte % (TN_NEIGHBOUR_CAP + 1);
    neighbour->relations ^= byte;
    neighbour->measures[byte & 1u] =
        tn_q16_add(neighbour->measures[byte & 1u], byte * TN_Q16_ONE);
    in->time_us += byte % 16 == 15 ? byte * 100000ull : TN_FRAME_US;
    if (byte == 0xFE) {
        tn_play_unload(&play, 1);
    } else if (byte == 0xFF) {
        (void)load_image(&play, 1, image, image_len, in->time_us, &info);
    } else {
        tn_play_post(&play, &event);
    }
    tn_play_step(&play, in, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tn_play_in in = {.time_us = TN_FRAME_US};
    struct tn_image_info info;
    struct tn_bytes b = tn_bytes_of(data, (uint16_t)(len < 2048 ? len : 2048));
    uint16_t image_len = tn_bytes_get_u16(&b) % (TN_IMAGE_CAP + 1);

    if (len < 2 || image_len > b.len - b.at) {
        return 0;
    }
    memcpy(image, data + 2, image_len);
    if (image_len >= TN_IMAGE_HEADER_LEN) { /* else no image would pass */
        tn_bytes_put_u16(image, TN_IMAGE_AT_LENGTH, image_len);
        tn_bytes_put_u16(image, TN_IMAGE_AT_CHECKSUM,
                         tn_hash_crc16(image + TN_IMAGE_AT_NAMES,
                                       image_len - TN_IMAGE_AT_NAMES));
    }
    tn_play_init(&play);
    if (load_image(&play, 0, image, image_len, 0, &info)) {
        return 0;
    }
    (void)load_image(&play, 1, image, image_len, 0, &info);
    for (uint32_t i = image_len + 2u; i < b.len; i++) {
        act(data[i], image_len, &in);
    }
    return 0;
}
