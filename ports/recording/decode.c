/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/recording.h>

#include <string.h>

#include "format.h"
#include <tenon/bytes.h>
#include <tenon/hash.h>

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
    if (len < TN_RECORDING_HEADER_LEN) {
        reader->at = len;
        return TN_ERR_LENGTH;
    }

    struct tn_bytes b = tn_bytes_of(data, TN_RECORDING_HEADER_LEN);

    b.at = REC_AT_VERSION;
    reader->at = REC_AT_VERSION;
    if (tn_bytes_get_u16(&b) != TN_RECORDING_VERSION) {
        return TN_ERR_VERSION;
    }
    config->seed = tn_bytes_get_u64(&b);
    reader->at = REC_AT_CRC;
    if (tn_bytes_get_u16(&b) != tn_hash_crc16(data, REC_AT_CRC)) {
        return TN_ERR_CHECKSUM;
    }
    reader->at = TN_RECORDING_HEADER_LEN;
    return TN_OK;
}

/* Notes that what begins at `at` is wrong, unless something was before. */
static void refuse(struct tn_bytes *b, uint16_t at, enum tn_err err)
{
    if (!b->err) {
        b->err = err;
        b->at = at;
    }
}

/* A 64-bit LEB128 without needless bytes, or an error. */
static uint64_t get_time(struct tn_bytes *b)
{
    uint16_t start = b->at;
    uint64_t v = 0;

    for (uint32_t i = 0; i < REC_TIME_LEN; i++) {
        uint8_t byte = tn_bytes_get_u8(b);

        v |= (uint64_t)(byte & 0x7Fu) << (7 * i);
        if (b->err) {
            return 0;
        }
        if (!(byte & 0x80u)) {
            /* The tenth byte holds one bit; a last byte of 0 adds nothing. */
            if ((i == REC_TIME_LEN - 1 && byte > 1) || (i > 0 && byte == 0)) {
                break;
            }
            return v;
        }
    }
    refuse(b, start, TN_ERR_VALUE);
    return 0;
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

        const uint8_t *data = tn_bytes_get_block(b, reply->len);

        if (data) {
            memcpy(reply->data, data, reply->len);
        }
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
    uint64_t delta_us = get_time(b);

    if (delta_us == TN_FRAME_US) {
        refuse(b, start, TN_ERR_VALUE);
    } else if (delta_us > UINT64_MAX - TN_FRAME_US - last_us) {
        refuse(b, start, TN_ERR_TIME);
    }
    return last_us + delta_us;
}

static void get_parts(struct tn_bytes *b, uint64_t last_us, struct tn_in *in)
{
    uint8_t flags = tn_bytes_get_u8(b);

    in->time_us =
        (flags & REC_TIME) ? get_step_time(b, last_us) : last_us + TN_FRAME_US;
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
    if (flags & REC_LIGHT) {
        get_light(b, &in->light);
    }
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
