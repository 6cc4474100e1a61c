/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_GLASS_H
#define TENON_TEST_GLASS_H

/*
 * Crypto that one can look through, for fuzz targets alone: nothing is hidden
 * and any seal is right but one that begins with GLASS_BROKEN, so that what
 * lies behind the seal is reached.
 */

#include <string.h>

#include <tenon/crypto.h>
#include <tenon/hash.h>

#define GLASS_BROKEN 0xEEu

static inline void glass_hash(void *ctx, const uint8_t *key,
                              const uint8_t *data, uint16_t len, uint8_t *out,
                              uint8_t out_len)
{
    (void)ctx;
    (void)key;
    memset(out, (int)(tn_hash_fnv32(TN_FNV32_START, data, len) & 0xFFu),
           out_len);
}

static inline void glass_seal(void *ctx, const struct tn_crypto_box *box)
{
    (void)ctx;
    memset(box->text + box->len, 0, TN_CRYPTO_SEAL_LEN);
}

static inline enum tn_err glass_open(void *ctx, const struct tn_crypto_box *box)
{
    (void)ctx;
    return box->text[box->len] == GLASS_BROKEN ? TN_ERR_CHECKSUM : TN_OK;
}

static const struct tn_crypto glass = {NULL, glass_hash, glass_seal,
                                       glass_open};

#endif
