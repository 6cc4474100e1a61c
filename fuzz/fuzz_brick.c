/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole brick on hostile senses: bytes become frames with any samples, any
 * sound and light, any near-field replies and any gaps in time. Nothing may
 * break, and a copy of the brick must come to the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/brick.h>
#include <tenon/bytes.h>

/* A few samples again and again, and any counts of light. */
static void get_senses(struct tn_bytes *b, struct tn_in *in, uint8_t flags)
{
    in->mic_on = (flags & 0x40u) ? 1 : 0;
    for (uint8_t i = 0; in->mic_on && i < 4; i++) {
        in->mic[i] = (int16_t)tn_bytes_get_u16(b);
    }
    for (uint32_t i = 4; i < TN_AUDIO_LEN; i++) {
        in->mic[i] = in->mic[i % 4];
    }
    in->light.valid = flags >> 7;
    if (in->light.valid) {
        in->light.r = tn_bytes_get_u16(b);
        in->light.g = tn_bytes_get_u16(b);
        in->light.b = tn_bytes_get_u16(b);
        in->light.clear = tn_bytes_get_u16(b);
        in->light.integration_us = tn_bytes_get_u16(b);
        in->light.gain = tn_bytes_get_u8(b);
    }
}

static void get_accel(struct tn_bytes *b, struct tn_in *in)
{
    uint8_t flags = tn_bytes_get_u8(b);

    in->accel_count = (flags & 0x3Fu) % (TN_ACCEL_CAP + 1);
    get_senses(b, in, flags);
    for (uint8_t i = 0; i < in->accel_count; i++) {
        in->accel[i].x_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].y_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].z_mg = (int16_t)tn_bytes_get_u16(b);
        in->accel[i].at_us = tn_bytes_get_u16(b);
    }
}

static void get_near(struct tn_bytes *b, struct tn_in *in)
{
    in->near_count = tn_bytes_get_u8(b) % (TN_NF_CAP + 1);
    for (uint8_t i = 0; i < in->near_count; i++) {
        struct tn_nf_reply *reply = &in->near[i];

        reply->id = tn_bytes_get_u8(b);
        reply->status = tn_bytes_get_u8(b) % 5;
        reply->len = tn_bytes_get_u8(b) % (TN_NF_DATA_LEN + 1);
        for (uint8_t k = 0; k < reply->len; k++) {
            reply->data[k] = tn_bytes_get_u8(b);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tn_brick brick;
    static struct tn_brick copy;
    const struct tn_brick_config config = {.seed = 1};
    struct tn_bytes b = tn_bytes_of(data, (uint16_t)(len & 0xFFFFu));
    struct tn_in in = {.battery_pc = 50};
    struct tn_out out;
    struct tn_out out_copy;

    tn_brick_init(&brick, &config);
    memcpy(&copy, &brick, sizeof brick);
    while (!b.err) {
        uint8_t gap = tn_bytes_get_u8(&b);

        in.power = gap & 1u;
        get_accel(&b, &in);
        get_near(&b, &in);
        (void)tn_brick_step(&brick, &in, &out);
        (void)tn_brick_step(&copy, &in, &out_copy);
        if (tn_out_hash(0, &out) != tn_out_hash(0, &out_copy) ||
            out.sleep_us % TN_FRAME_US != 0) {
            abort();
        }
        in.time_us += TN_FRAME_US + (uint64_t)gap * out.sleep_us / 256;
    }
    if (memcmp(&brick, &copy, sizeof brick) != 0) {
        abort();
    }
    return 0;
}
