/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/recording.h>

#include <string.h>

#include "format.h"
#include <tenon/bytes.h>
#include <tenon/hash.h>

uint32_t tn_recording_put_header(uint8_t *data,
                                 const struct tn_brick_config *config)
{
    memcpy(data, rec_magic, sizeof rec_magic);
    (void)tn_bytes_put_u16(data, REC_AT_VERSION, TN_RECORDING_VERSION);
    (void)tn_bytes_put_u64(data, REC_AT_SEED, config->seed);
    return tn_bytes_put_u16(data, REC_AT_CRC, tn_hash_crc16(data, REC_AT_CRC));
}

static uint32_t put_time(uint8_t *data, uint32_t at, uint64_t delta_us)
{
    while (delta_us >= 0x80u) {
        data[at++] = (uint8_t)(delta_us | 0x80u);
        delta_us >>= 7;
    }
    data[at++] = (uint8_t)delta_us;
    return at;
}

static uint32_t put_accel(uint8_t *data, uint32_t at, const struct tn_in *in)
{
    data[at++] = in->accel_count;
    for (uint8_t i = 0; i < in->accel_count; i++) {
        const struct tn_accel *accel = &in->accel[i];

        at = tn_bytes_put_u16(data, at, (uint16_t)accel->x_mg);
        at = tn_bytes_put_u16(data, at, (uint16_t)accel->y_mg);
        at = tn_bytes_put_u16(data, at, (uint16_t)accel->z_mg);
        at = tn_bytes_put_u16(data, at, accel->at_us);
    }
    return at;
}

static uint32_t put_near(uint8_t *data, uint32_t at, const struct tn_in *in)
{
    data[at++] = in->near_count;
    for (uint8_t i = 0; i < in->near_count; i++) {
        const struct tn_nf_reply *reply = &in->near[i];

        data[at++] = reply->id;
        data[at++] = reply->status;
        data[at++] = reply->len;
        memcpy(data + at, reply->data, reply->len);
        at += reply->len;
    }
    return at;
}

static uint32_t put_light(uint8_t *data, uint32_t at,
                          const struct tn_light *light)
{
    at = tn_bytes_put_u16(data, at, light->r);
    at = tn_bytes_put_u16(data, at, light->g);
    at = tn_bytes_put_u16(data, at, light->b);
    at = tn_bytes_put_u16(data, at, light->clear);
    at = tn_bytes_put_u16(data, at, light->integration_us);
    data[at++] = light->gain;
    data[at++] = light->valid;
    return at;
}

static uint8_t get_flags(const struct tn_in *in, uint64_t last_us)
{
    uint32_t flags = 0;

    flags |= in->time_us - last_us != TN_FRAME_US ? REC_TIME : 0;
    flags |= in->entropy ? REC_ENTROPY : 0;
    flags |= in->battery_pc != REC_BATTERY_FULL ? REC_BATTERY : 0;
    flags |= in->power ? REC_POWER : 0;
    flags |= in->accel_count ? REC_ACCEL : 0;
    flags |= in->mic_on ? REC_MIC : 0;
    flags |= in->near_count ? REC_NEAR : 0;
    flags |= in->light.valid ? REC_LIGHT : 0;
    return (uint8_t)flags;
}

uint32_t tn_recording_put_step(uint8_t *data, const struct tn_in *in,
                               uint64_t last_us, uint64_t digest)
{
    uint8_t flags = get_flags(in, last_us);
    uint32_t at = 0;

    data[at++] = flags;
    if (flags & REC_TIME) {
        at = put_time(data, at, in->time_us - last_us);
    }
    if (flags & REC_ENTROPY) {
        at = tn_bytes_put_u32(data, at, in->entropy);
    }
    if (flags & REC_BATTERY) {
        data[at++] = (uint8_t)in->battery_pc;
    }
    if (flags & REC_POWER) {
        data[at++] = in->power;
    }
    if (flags & REC_ACCEL) {
        at = put_accel(data, at, in);
    }
    for (uint32_t i = 0; (flags & REC_MIC) && i < TN_AUDIO_LEN; i++) {
        at = tn_bytes_put_u16(data, at, (uint16_t)in->mic[i]);
    }
    if (flags & REC_NEAR) {
        at = put_near(data, at, in);
    }
    if (flags & REC_LIGHT) {
        at = put_light(data, at, &in->light);
    }
    at = tn_bytes_put_u32(data, at, (uint32_t)digest);
    return tn_bytes_put_u16(data, at, tn_hash_crc16(data, at));
}

uint32_t tn_recording_put_end(uint8_t *data, uint32_t step_count)
{
    uint32_t at = 0;

    data[at++] = REC_END_FLAGS;
    data[at++] = REC_END_MARK;
    at = tn_bytes_put_u32(data, at, step_count);
    return tn_bytes_put_u16(data, at, tn_hash_crc16(data, at));
}
