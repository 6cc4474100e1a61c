/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/recording.h>

#include <string.h>

#include "format.h"
#include <tenon/bytes.h>
#include <tenon/hash.h>

/* Notes that what begins at `at` is wrong, unless something was before. */
static void refuse(struct tn_bytes *b, uint16_t at, enum tn_err err)
{
    if (!b->err) {
        b->err = err;
        b->at = at;
    }
}

/* A 64-bit LEB128 without needless bytes, or an error. */
static uint64_t get_leb(struct tn_bytes *b)
{
    uint16_t start = b->at;
    uint64_t v = 0;

    for (uint32_t i = 0; i < REC_LEB_LEN; i++) {
        uint8_t byte = tn_bytes_get_u8(b);

        v |= (uint64_t)(byte & 0x7Fu) << (7 * i);
        if (b->err) {
            return 0;
        }
        if (!(byte & 0x80u)) {
            /* The tenth byte holds one bit; a last byte of 0 adds nothing. */
            if ((i == REC_LEB_LEN - 1 && byte > 1) || (i > 0 && byte == 0)) {
                break;
            }
            return v;
        }
    }
    refuse(b, start, TN_ERR_VALUE);
    return 0;
}

/* A moment, as its distance from the step's time: zigzag, modulo 2^64. */
static uint64_t get_moment(struct tn_bytes *b, uint64_t time_us)
{
    uint64_t zigzag = get_leb(b);

    return time_us + ((zigzag >> 1) ^ (0 - (zigzag & 1u)));
}

/* `len` bytes to `to`, if they are there. */
static void get_block(struct tn_bytes *b, uint8_t *to, uint16_t len)
{
    const uint8_t *data = tn_bytes_get_block(b, len);

    if (data) {
        memcpy(to, data, len);
    }
}

static void get_config(struct tn_bytes *b, struct tn_brick_config *config)
{
    memset(config, 0, sizeof *config);
    config->seed = tn_bytes_get_u64(b);
    config->flash_sectors = tn_bytes_get_u16(b);
    config->has_family = tn_bytes_get_u8(b);
    get_block(b, config->family, sizeof config->family);
}

enum tn_err tn_recording_open(struct tn_recording_reader *reader,
                              const uint8_t *data, uint32_t len,
                              struct tn_brick_config *config)
{
    memset(reader, 0, sizeof *reader);
    reader->data = data;
    reader->len = len;
    reader->digest = TN_FNV64_START;
    if (len < sizeof rec_magic ||
        memcmp(data, rec_magic, sizeof rec_magic) != 0) {
        return TN_ERR_MAGIC;
    }

    struct tn_bytes b =
        tn_bytes_of(data, (uint16_t)(len < TN_RECORDING_HEADER_LEN
                                         ? len
                                         : TN_RECORDING_HEADER_LEN));

    b.at = REC_AT_VERSION;

    uint16_t version = tn_bytes_get_u16(&b);

    if (!b.err && version != TN_RECORDING_VERSION) {
        reader->at = REC_AT_VERSION;
        return TN_ERR_VERSION;
    }
    if (len < TN_RECORDING_HEADER_LEN) {
        reader->at = len;
        return TN_ERR_LENGTH;
    }
    get_config(&b, config);
    if (tn_bytes_get_u16(&b) != tn_hash_crc16(data, REC_AT_CRC)) {
        reader->at = REC_AT_CRC;
        return TN_ERR_CHECKSUM;
    }
    reader->at = TN_RECORDING_HEADER_LEN;
    if (config->flash_sectors > TN_STORE_SECTOR_CAP ||
        (config->flash_sectors > 0 && config->flash_sectors < REC_SECTOR_MIN)) {
        reader->at = REC_AT_SECTORS;
    } else if (config->has_family > 1) {
        reader->at = REC_AT_HAS_FAMILY;
    }
    return reader->at == TN_RECORDING_HEADER_LEN ? TN_OK : TN_ERR_VALUE;
}

/* A byte that must lie between `min` and `max`. */
static uint8_t get_u8_within(struct tn_bytes *b, uint32_t min, uint32_t max)
{
    uint16_t start = b->at;
    uint8_t v = tn_bytes_get_u8(b);

    if (v < min || v > max) {
        refuse(b, start, TN_ERR_VALUE);
    }
    return b->err ? 0 : v;
}

static void get_accel(struct tn_bytes *b, struct tn_in *in)
{
    in->accel_count = get_u8_within(b, 1, TN_ACCEL_CAP);
    for (uint8_t i = 0; i < in->accel_count; i++) {
        struct tn_accel *accel = &in->accel[i];

        accel->x_mg = (int16_t)tn_bytes_get_u16(b);
        accel->y_mg = (int16_t)tn_bytes_get_u16(b);
        accel->z_mg = (int16_t)tn_bytes_get_u16(b);
        accel->at_us = tn_bytes_get_u16(b);
    }
}

static void get_mic(struct tn_bytes *b, struct tn_in *in)
{
    in->mic_on = 1;
    for (uint32_t i = 0; i < TN_AUDIO_LEN; i++) {
        in->mic[i] = (int16_t)tn_bytes_get_u16(b);
    }
}

static void get_near(struct tn_bytes *b, struct tn_in *in)
{
    in->near_count = get_u8_within(b, 1, TN_NF_CAP);
    for (uint8_t i = 0; i < in->near_count; i++) {
        struct tn_nf_reply *reply = &in->near[i];

        reply->id = tn_bytes_get_u8(b);
        reply->status = tn_bytes_get_u8(b);
        reply->len = get_u8_within(b, 0, TN_NF_DATA_LEN);
        get_block(b, reply->data, reply->len);
    }
}

static void get_light(struct tn_bytes *b, struct tn_light *light)
{
    light->r = tn_bytes_get_u16(b);
    light->g = tn_bytes_get_u16(b);
    light->b = tn_bytes_get_u16(b);
    light->clear = tn_bytes_get_u16(b);
    light->integration_us = tn_bytes_get_u16(b);
    light->gain = tn_bytes_get_u8(b);
    light->valid = get_u8_within(b, 1, 1);
}

/* The time of a step that says its distance from the one before. */
static uint64_t get_step_time(struct tn_bytes *b, uint64_t last_us)
{
    uint16_t start = b->at;
    uint64_t delta_us = get_leb(b);

    if (delta_us == TN_FRAME_US) {
        refuse(b, start, TN_ERR_VALUE);
    } else if (delta_us > UINT64_MAX - TN_FRAME_US - last_us) {
        refuse(b, start, TN_ERR_TIME);
    }
    return last_us + delta_us;
}

static void get_secrets(struct tn_bytes *b, uint32_t *secrets)
{
    uint16_t start = b->at;
    uint32_t any = 0;

    for (uint32_t i = 0; i < REC_SECRET_COUNT; i++) {
        secrets[i] = tn_bytes_get_u32(b);
        any |= secrets[i];
    }
    if (any == 0) {
        refuse(b, start, TN_ERR_VALUE);
    }
}

static void get_next(struct tn_bytes *b, struct tn_in *in)
{
    uint16_t start = b->at;

    in->radio.next_us = get_moment(b, in->time_us);
    if (in->radio.next_us == 0) {
        refuse(b, start, TN_ERR_VALUE);
    }
}

static void get_frames(struct tn_bytes *b, struct tn_in *in)
{
    struct tn_net_radio_in *radio = &in->radio;
    uint32_t len = 0;

    radio->rx_count = get_u8_within(b, 1, TN_NET_RX_CAP);
    for (uint8_t i = 0; i < radio->rx_count; i++) {
        struct tn_net_rx *rx = &radio->rx[i];

        rx->at_us = get_moment(b, in->time_us);
        rx->at = tn_bytes_get_u16(b);
        rx->len = tn_bytes_get_u16(b);
        rx->train = tn_bytes_get_u8(b);
        rx->slot = tn_bytes_get_u8(b);

        uint32_t end = (uint32_t)rx->at + rx->len;

        len = end > len ? end : len;
    }
    len = len < TN_NET_RX_LEN ? len : TN_NET_RX_LEN;
    get_block(b, radio->data, (uint16_t)len);
}

/* The bits, so that even what is no number comes as it was. */
static void get_float(struct tn_bytes *b, float *v)
{
    uint32_t bits = tn_bytes_get_u32(b);

    memcpy(v, &bits, sizeof bits);
}

static void get_coils(struct tn_bytes *b, struct tn_in *in)
{
    in->coil_count = get_u8_within(b, 1, TN_COIL_CAP);
    for (uint8_t i = 0; i < in->coil_count; i++) {
        struct tn_coil_report *report = &in->coils[i];

        report->at_us = get_moment(b, in->time_us);
        for (uint32_t k = 0; k < REC_COUPLING_COUNT; k++) {
            get_float(b, &report->couplings[k]);
        }
        get_float(b, &report->sigma);
        report->turn = tn_bytes_get_u8(b);
    }
}

static void get_store(struct tn_bytes *b, struct tn_store_in *store)
{
    store->answer = get_u8_within(b, 1, UINT8_MAX);
    store->id = tn_bytes_get_u8(b);

    uint16_t start = b->at;

    store->len = tn_bytes_get_u16(b);
    if (store->len > TN_STORE_PAGE_LEN) {
        refuse(b, start, TN_ERR_VALUE);
        return;
    }
    get_block(b, store->data, store->len);
}

static void get_answer(struct tn_bytes *b, struct tn_crypto_answer *answer)
{
    answer->status = get_u8_within(b, 1, UINT8_MAX);
    answer->id = tn_bytes_get_u8(b);
    get_block(b, answer->data, sizeof answer->data);
}

static uint32_t get_flags(struct tn_bytes *b)
{
    uint32_t flags = tn_bytes_get_u8(b);

    if (flags & REC_MORE) {
        flags |= (uint32_t)get_u8_within(b, 1, REC_MORE - 1u) << 8;
    }
    return flags;
}

/* What the first byte of flags announces. */
static void get_senses(struct tn_bytes *b, uint32_t flags, struct tn_in *in)
{
    if (flags & REC_ENTROPY) {
        uint16_t start = b->at;

        in->entropy = tn_bytes_get_u32(b);
        if (in->entropy == 0) {
            refuse(b, start, TN_ERR_VALUE);
        }
    }
    in->battery_pc = (flags & REC_BATTERY)
                         ? get_u8_within(b, 0, REC_BATTERY_FULL - 1)
                         : REC_BATTERY_FULL;
    if (flags & REC_POWER) {
        in->power = get_u8_within(b, 1, UINT8_MAX);
    }
    if (flags & REC_ACCEL) {
        get_accel(b, in);
    }
    if (flags & REC_MIC) {
        get_mic(b, in);
    }
    if (flags & REC_NEAR) {
        get_near(b, in);
    }
}

/* What the second announces. */
static void get_more(struct tn_bytes *b, uint32_t flags, struct tn_in *in)
{
    if (flags & REC_LIGHT) {
        get_light(b, &in->light);
    }
    if (flags & REC_SECRETS) {
        get_secrets(b, in->secrets);
    }
    if (flags & REC_NEXT) {
        get_next(b, in);
    }
    if (flags & REC_FRAMES) {
        get_frames(b, in);
    }
    if (flags & REC_COILS) {
        get_coils(b, in);
    }
    if (flags & REC_STORE) {
        get_store(b, &in->store);
    }
    if (flags & REC_ANSWER) {
        get_answer(b, &in->answer);
    }
}

static void get_parts(struct tn_bytes *b, uint64_t last_us, struct tn_in *in)
{
    uint32_t flags = get_flags(b);

    in->time_us =
        (flags & REC_TIME) ? get_step_time(b, last_us) : last_us + TN_FRAME_US;
    get_senses(b, flags, in);
    get_more(b, flags, in);
}

/* The end record at reader->at: TN_ERR_END if it is as it must be. */
static enum tn_err check_end(struct tn_recording_reader *reader)
{
    const uint8_t *data = reader->data + reader->at;
    uint32_t left = reader->len - reader->at;

    if (left < TN_RECORDING_END_LEN) {
        reader->at = reader->len;
        return TN_ERR_LENGTH;
    }

    struct tn_bytes b = tn_bytes_of(data, TN_RECORDING_END_LEN);

    b.at = REC_END_AT_COUNT;

    uint32_t count = tn_bytes_get_u32(&b);

    if (tn_bytes_get_u16(&b) != tn_hash_crc16(data, REC_END_AT_CRC)) {
        reader->at += REC_END_AT_CRC;
        return TN_ERR_CHECKSUM;
    }
    if (count != reader->step) {
        reader->at += REC_END_AT_COUNT;
        return TN_ERR_VALUE;
    }
    if (left > TN_RECORDING_END_LEN) {
        reader->at += TN_RECORDING_END_LEN;
        return TN_ERR_LENGTH;
    }
    return TN_ERR_END;
}

enum tn_err tn_recording_next(struct tn_recording_reader *reader,
                              struct tn_in *in, uint32_t *digest)
{
    const uint8_t *data = reader->data + reader->at;
    uint32_t left = reader->len - reader->at;

    memset(in, 0, sizeof *in);
    *digest = 0;
    if (left == 0) {
        return TN_ERR_LENGTH;
    }
    if (left > 1 && data[0] == REC_END_FLAGS && data[1] == REC_END_MARK) {
        return check_end(reader);
    }

    uint16_t window =
        (uint16_t)(left < TN_RECORDING_STEP_CAP ? left : TN_RECORDING_STEP_CAP);
    struct tn_bytes b = tn_bytes_of(data, window);

    if (reader->time_us > UINT64_MAX - 2 * (uint64_t)TN_FRAME_US) {
        return TN_ERR_TIME; /* the brick's clock would overflow */
    }
    get_parts(&b, reader->time_us, in);
    *digest = tn_bytes_get_u32(&b);

    uint16_t end = b.at;
    uint16_t crc = tn_bytes_get_u16(&b);

    if (!b.err && crc != tn_hash_crc16(data, end)) {
        refuse(&b, end, TN_ERR_CHECKSUM);
    }
    if (b.err == TN_ERR_END) {
        reader->at = reader->len;
        return TN_ERR_LENGTH;
    }
    reader->at += b.at;
    if (b.err) {
        return (enum tn_err)b.err;
    }
    reader->time_us = in->time_us;
    reader->step++;
    return TN_OK;
}

/* Outputs and the brick as they are at the end, in one number. */
static uint64_t finish(uint64_t digest, const struct tn_brick *brick)
{
    uint8_t bytes[8];

    (void)tn_bytes_put_u64(bytes, 0, tn_brick_hash(brick));
    return tn_hash_fnv64(digest, bytes, sizeof bytes);
}

enum tn_err tn_recording_replay(struct tn_recording_reader *reader,
                                const uint8_t *data, uint32_t len,
                                const struct tn_crypto *crypto,
                                struct tn_brick *brick, uint64_t *digest)
{
    struct tn_brick_config config = {0};
    struct tn_in in;
    struct tn_out out;
    uint32_t stored = 0;
    enum tn_err err = tn_recording_open(reader, data, len, &config);

    *digest = 0;
    if (err) {
        return err;
    }
    tn_brick_init(brick, &config);
    for (;;) {
        uint32_t start = reader->at;

        err = tn_recording_next(reader, &in, &stored);
        if (err) {
            break;
        }
        in.crypto = crypto;
        err = tn_brick_step(brick, &in, &out);
        if (!err) {
            reader->digest = tn_out_hash(reader->digest, &out);
            err = (uint32_t)reader->digest == stored ? TN_OK : TN_ERR_DIGEST;
        }
        if (err) {
            reader->at = start;
            reader->step--;
            return err;
        }
    }
    *digest = finish(reader->digest, brick);
    return err == TN_ERR_END ? TN_OK : err;
}
