/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the WebAssembly module exports for replays. No imports: JavaScript
 * writes a recording into the module's memory and reads the result. Not for
 * use by several threads.
 */
#include <stdint.h>

#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define FILE_CAP (16u << 20)

static uint8_t file[FILE_CAP];
static struct tn_brick brick;
static struct tn_recording_reader reader;
static uint64_t digest;

/* Where the recording is to be written, and how long it may be. */
EXPORT(tn_web_get_buffer) uint8_t *tn_web_get_buffer(void);
EXPORT(tn_web_get_buffer_cap) uint32_t tn_web_get_buffer_cap(void);

/* Replays `len` bytes of the buffer: enum tn_err. */
EXPORT(tn_web_replay) int32_t tn_web_replay(uint32_t len);

/* Runs the cipher and curves over many inputs, for a digest of the results. */
EXPORT(tn_web_probe_crypto) void tn_web_probe_crypto(void);

/* Of the last replay or probe: the digest's halves, steps done, offset reached.
 */
EXPORT(tn_web_get_digest_low) uint32_t tn_web_get_digest_low(void);
EXPORT(tn_web_get_digest_high) uint32_t tn_web_get_digest_high(void);
EXPORT(tn_web_get_step) uint32_t tn_web_get_step(void);
EXPORT(tn_web_get_offset) uint32_t tn_web_get_offset(void);

/* The words for an error: a C string in the module's memory. */
EXPORT(tn_web_get_error_text) const char *tn_web_get_error_text(int32_t err);

uint8_t *tn_web_get_buffer(void)
{
    return file;
}

uint32_t tn_web_get_buffer_cap(void)
{
    return FILE_CAP;
}

int32_t tn_web_replay(uint32_t len)
{
    if (len > FILE_CAP) {
        return TN_ERR_FULL;
    }
    return tn_recording_replay(&reader, file, len, tn_crypto_sodium(), &brick,
                               &digest);
}

void tn_web_probe_crypto(void)
{
    digest = tn_crypto_sodium_probe();
}

uint32_t tn_web_get_digest_low(void)
{
    return (uint32_t)digest;
}

uint32_t tn_web_get_digest_high(void)
{
    return (uint32_t)(digest >> 32);
}

uint32_t tn_web_get_step(void)
{
    return reader.step;
}

uint32_t tn_web_get_offset(void)
{
    return reader.at;
}

const char *tn_web_get_error_text(int32_t err)
{
    return tn_err_text((enum tn_err)err);
}
