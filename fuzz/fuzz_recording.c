/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a recording. What is accepted must encode to the same bytes
 * again. Checksums and digests are then put right, so that the rest is reached
 * too, and what was put right must replay as far as it can be read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/recording.h>

#define CRC_AT (TN_RECORDING_HEADER_LEN - 2u)

static uint8_t file[1u << 16];

/* One step, of which only the checksum may be wrong; then it is put right. */
static enum tn_err next_repaired(struct tn_recording_reader *reader,
                                 struct tn_in *in, uint32_t *digest)
{
    uint32_t start = reader->at;
    enum tn_err err = tn_recording_next(reader, in, digest);

    if (err == TN_ERR_CHECKSUM) {
        uint32_t len = reader->at - start;

        (void)tn_bytes_put_u16(file, reader->at,
                               tn_hash_crc16(file + start, len));
        reader->at = start;
        err = tn_recording_next(reader, in, digest);
    }
    return err;
}

/* Puts each step's digest right; gives how many steps a brick accepts. */
static uint32_t repair(uint32_t len, struct tn_brick *brick)
{
    struct tn_recording_reader reader;
    struct tn_brick_config config = {0};
    struct tn_in in;
    struct tn_out out;
    uint32_t digest;

    (void)tn_bytes_put_u16(file, CRC_AT, tn_hash_crc16(file, CRC_AT));
    if (tn_recording_open(&reader, file, len, &config)) {
        return 0;
    }
    tn_brick_init(brick, &config);
    for (;;) {
        uint32_t start = reader.at;
        uint64_t last_us = reader.time_us;
        uint32_t step = reader.step;

        if (next_repaired(&reader, &in, &digest)) {
            return step;
        }
        in.crypto = tn_crypto_sodium();
        if (tn_brick_step(brick, &in, &out)) {
            return step;
        }
        reader.digest = tn_out_hash(reader.digest, &out);

        uint8_t again[TN_RECORDING_STEP_CAP];
        uint32_t step_len =
            tn_recording_put_step(again, &in, last_us, reader.digest);

        /* All but digest and checksum must be as it was. */
        if (step_len != reader.at - start ||
            memcmp(again, file + start, step_len - 6) != 0) {
            abort();
        }
        memcpy(file + start, again, step_len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_brick brick;
    struct tn_recording_reader reader;
    uint32_t len = (uint32_t)(size < sizeof file ? size : sizeof file);
    uint64_t digest;

    (void)tn_recording_replay(&reader, data, len, NULL, &brick, &digest);
    if (reader.at > len) {
        abort();
    }
    if (len >= TN_RECORDING_HEADER_LEN) {
        memcpy(file, data, len);

        uint32_t steps = repair(len, &brick);
        enum tn_err err = tn_recording_replay(
            &reader, file, len, tn_crypto_sodium(), &brick, &digest);

        if (reader.step < steps || err == TN_ERR_DIGEST) {
            abort();
        }
    }
    return 0;
}
