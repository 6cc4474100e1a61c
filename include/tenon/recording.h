/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_RECORDING_H
#define TENON_RECORDING_H

/*
 * A recording: everything that went into one brick, and the digest of what came
 * out of each step. Replayed anywhere it must give the same digests. It holds
 * the family's key and all that session keys are made from. Pure encoders and
 * decoders over memory; the caller owns it. Specified in
 * docs/spec/recording.md.
 */

#include <stdint.h>

#include <tenon/brick.h>
#include <tenon/err.h>

#define TN_RECORDING_VERSION 3u
#define TN_RECORDING_HEADER_LEN 51u
#define TN_RECORDING_END_LEN 8u
/* Bytes of the longest step: flags to light; secrets, beacon, frames; coils,
 * flash, crypto engine; digest and checksum. */
#define TN_RECORDING_STEP_CAP                                                  \
    (2u + 10u + 4u + 1u + 1u + (1u + 8u * TN_ACCEL_CAP) + 2u * TN_AUDIO_LEN +  \
     (1u + TN_NF_CAP * (3u + TN_NF_DATA_LEN)) + 12u + 16u + 10u +              \
     (1u + 16u * TN_NET_RX_CAP + TN_NET_RX_LEN) + (1u + 51u * TN_COIL_CAP) +   \
     (4u + TN_STORE_PAGE_LEN) + (2u + TN_CRYPTO_KEY_LEN) + 6u)

/* Reads a recording that lies in memory. */
struct tn_recording_reader {
    const uint8_t *data;
    uint32_t len;
    uint32_t at;      /* offset of the next step */
    uint32_t step;    /* number of the next step, from 0 */
    uint64_t time_us; /* of the last step */
    uint64_t digest;  /* of all outputs so far */
};

/* Writes the header; returns its length. */
uint32_t tn_recording_put_header(uint8_t *data,
                                 const struct tn_brick_config *config);

/* Appends one step: its input, which a brick has accepted, and the digest of
 * all outputs so far (chained tn_out_hash, low 32 bits stored). `last_us` is
 * the time of the step before. Returns how many bytes were written, <=
 * TN_RECORDING_STEP_CAP. */
uint32_t tn_recording_put_step(uint8_t *data, const struct tn_in *in,
                               uint64_t last_us, uint64_t digest);

/* Completes a recording of `step_count` steps; one without it counts as cut
 * short. Returns TN_RECORDING_END_LEN. */
uint32_t tn_recording_put_end(uint8_t *data, uint32_t step_count);

/* Opens a recording; on failure reader->at is the offset of what is wrong. */
enum tn_err tn_recording_open(struct tn_recording_reader *reader,
                              const uint8_t *data, uint32_t len,
                              struct tn_brick_config *config);

/* The next step's input (crypto null) and the digest stored for it. TN_ERR_END
 * at the end of a whole recording (reader->at stays at its end record);
 * TN_ERR_LENGTH if it is cut short, wherever; others if garbled. reader->at
 * then is the offset of what is wrong. */
enum tn_err tn_recording_next(struct tn_recording_reader *reader,
                              struct tn_in *in, uint32_t *digest);

/*
 * Replays a whole recording on `brick` (whose content does not matter), with
 * `crypto` in each step, as the recorded brick had; null: it played alone.
 * Gives the digest of all outputs and of the brick at the end; TN_ERR_DIGEST at
 * the first step that differs (its number is in reader->step).
 */
enum tn_err tn_recording_replay(struct tn_recording_reader *reader,
                                const uint8_t *data, uint32_t len,
                                const struct tn_crypto *crypto,
                                struct tn_brick *brick, uint64_t *digest);

#endif
