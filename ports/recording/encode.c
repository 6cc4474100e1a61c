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
    (void)tn_bytes_put_u16(data, REC_AT_SECTORS, config->flash_sectors);
    data[REC_AT_HAS_FAMILY] = config->has_family;
    memcpy(data + REC_AT_FAMILY, config->family, sizeof config->family);
    return tn_bytes_put_u16(data, REC_AT_CRC, tn_hash_crc16(data, REC_AT_CRC));
}

static uint32_t put_leb(uint8_t *data, uint32_t at, uint64_t v)
{
    while (v >= 0x80u) {
        data[at++] = (uint8_t)(v | 0x80u);
        v >>= 7;
    }
    data[at++] = (uint8_t)v;
    return at;
}

/* A moment, as its distance from the step's time: zigzag, modulo 2^64. */
static uint32_t put_moment(uint8_t *data, uint32_t at, uint64_t time_us,
                           uint64_t moment_us)
{
    uint64_t delta_us = moment_us - time_us;
    uint64_t sign = delta_us >> 63;

    return put_leb(data, at, (delta_us << 1) ^ (0 - sign));
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

static uint32_t put_secrets(uint8_t *data, uint32_t at, const uint32_t *secrets)
{
    for (uint32_t i = 0; i < REC_SECRET_COUNT; i++) {
        at = tn_bytes_put_u32(data, at, secrets[i]);
    }
    return at;
}

/* Where the bytes that belong to frames end. */
static uint32_t get_frames_end(const struct tn_net_radio_in *radio)
{
    uint32_t end = 0;

    for (uint8_t i = 0; i < radio->rx_count; i++) {
        uint32_t rx_end = (uint32_t)radio->rx[i].at + radio->rx[i].len;

        end = rx_end > end ? rx_end : end;
    }
    return end < TN_NET_RX_LEN ? end : TN_NET_RX_LEN;
}

static uint32_t put_frames(uint8_t *data, uint32_t at, const struct tn_in *in)
{
    const struct tn_net_radio_in *radio = &in->radio;
    uint32_t len = get_frames_end(radio);

    data[at++] = radio->rx_count;
    for (uint8_t i = 0; i < radio->rx_count; i++) {
        const struct tn_net_rx *rx = &radio->rx[i];

        at = put_moment(data, at, in->time_us, rx->at_us);
        at = tn_bytes_put_u16(data, at, rx->at);
        at = tn_bytes_put_u16(data, at, rx->len);
        data[at++] = rx->train;
        data[at++] = rx->slot;
    }
    memcpy(data + at, radio->data, len);
    return at + len;
}

/* The bits, so that even what is no number comes back as it was. */
static uint32_t put_float(uint8_t *data, uint32_t at, const float *v)
{
    uint32_t bits;

    memcpy(&bits, v, sizeof bits);
    return tn_bytes_put_u32(data, at, bits);
}

static uint32_t put_coils(uint8_t *data, uint32_t at, const struct tn_in *in)
{
    data[at++] = in->coil_count;
    for (uint8_t i = 0; i < in->coil_count; i++) {
        const struct tn_coil_report *report = &in->coils[i];

        at = put_moment(data, at, in->time_us, report->at_us);
        for (uint32_t k = 0; k < REC_COUPLING_COUNT; k++) {
            at = put_float(data, at, &report->couplings[k]);
        }
        at = put_float(data, at, &report->sigma);
        data[at++] = report->turn;
    }
    return at;
}

static uint32_t put_store(uint8_t *data, uint32_t at,
                          const struct tn_store_in *store)
{
    data[at++] = store->answer;
    data[at++] = store->id;
    at = tn_bytes_put_u16(data, at, store->len);
    memcpy(data + at, store->data, store->len);
    return at + store->len;
}

static uint32_t put_answer(uint8_t *data, uint32_t at,
                           const struct tn_crypto_answer *answer)
{
    data[at++] = answer->status;
    data[at++] = answer->id;
    memcpy(data + at, answer->data, sizeof answer->data);
    return at + (uint32_t)sizeof answer->data;
}

static uint32_t get_flags(const struct tn_in *in, uint64_t last_us)
{
    const uint32_t *secrets = in->secrets;
    uint32_t flags = 0;

    flags |= in->time_us - last_us != TN_FRAME_US ? REC_TIME : 0;
    flags |= in->entropy ? REC_ENTROPY : 0;
    flags |= in->battery_pc != REC_BATTERY_FULL ? REC_BATTERY : 0;
    flags |= in->power ? REC_POWER : 0;
    flags |= in->accel_count ? REC_ACCEL : 0;
    flags |= in->mic_on ? REC_MIC : 0;
    flags |= in->near_count ? REC_NEAR : 0;
    flags |= in->light.valid ? REC_LIGHT : 0;
    flags |=
        secrets[0] | secrets[1] | secrets[2] | secrets[3] ? REC_SECRETS : 0;
    flags |= in->radio.next_us ? REC_NEXT : 0;
    flags |= in->radio.rx_count ? REC_FRAMES : 0;
    flags |= in->coil_count ? REC_COILS : 0;
    flags |= in->store.answer ? REC_STORE : 0;
    flags |= in->answer.status ? REC_ANSWER : 0;
    flags |= flags > UINT8_MAX ? REC_MORE : 0;
    return flags;
}

/* What the first byte of flags announces. */
static uint32_t put_senses(uint8_t *data, uint32_t at, const struct tn_in *in,
                           uint32_t flags)
{
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
    return (flags & REC_NEAR) ? put_near(data, at, in) : at;
}

/* What the second announces. */
static uint32_t put_more(uint8_t *data, uint32_t at, const struct tn_in *in,
                         uint32_t flags)
{
    if (flags & REC_LIGHT) {
        at = put_light(data, at, &in->light);
    }
    if (flags & REC_SECRETS) {
        at = put_secrets(data, at, in->secrets);
    }
    if (flags & REC_NEXT) {
        at = put_moment(data, at, in->time_us, in->radio.next_us);
    }
    if (flags & REC_FRAMES) {
        at = put_frames(data, at, in);
    }
    if (flags & REC_COILS) {
        at = put_coils(data, at, in);
    }
    if (flags & REC_STORE) {
        at = put_store(data, at, &in->store);
    }
    return (flags & REC_ANSWER) ? put_answer(data, at, &in->answer) : at;
}

uint32_t tn_recording_put_step(uint8_t *data, const struct tn_in *in,
                               uint64_t last_us, uint64_t digest)
{
    uint32_t flags = get_flags(in, last_us);
    uint32_t at = 0;

    data[at++] = (uint8_t)flags;
    if (flags & REC_MORE) {
        data[at++] = (uint8_t)(flags >> 8);
    }
    if (flags & REC_TIME) {
        at = put_leb(data, at, in->time_us - last_us);
    }
    at = put_senses(data, at, in, flags);
    at = put_more(data, at, in, flags);
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
