/* SPDX-License-Identifier: Apache-2.0 */
#include "cipher.h"

#include <stddef.h>

#include <ports/crypto/sodium.h>

#include "ticks.h"

static uint32_t ticks_taken;

static void hash(void *ctx, const uint8_t *key, const uint8_t *data,
                 uint16_t len, uint8_t *out, uint8_t out_len)
{
    uint32_t from = tn_ticks_get();

    tn_crypto_sodium()->hash(ctx, key, data, len, out, out_len);
    ticks_taken += tn_ticks_since(from);
}

static void seal(void *ctx, const struct tn_crypto_box *box)
{
    uint32_t from = tn_ticks_get();

    tn_crypto_sodium()->seal(ctx, box);
    ticks_taken += tn_ticks_since(from);
}

static enum tn_err open(void *ctx, const struct tn_crypto_box *box)
{
    uint32_t from = tn_ticks_get();
    enum tn_err err = tn_crypto_sodium()->open(ctx, box);

    ticks_taken += tn_ticks_since(from);
    return err;
}

const struct tn_crypto *tn_cipher_get(void)
{
    static const struct tn_crypto crypto = {
        .ctx = NULL, .hash = hash, .seal = seal, .open = open};

    return &crypto;
}

uint32_t tn_cipher_pop_ticks(void)
{
    uint32_t ticks = ticks_taken;

    ticks_taken = 0;
    return ticks;
}

/* What a call takes, in instructions. */
static uint32_t since(uint32_t from, uint32_t overhead)
{
    return tn_ticks_to_instructions(tn_ticks_since(from), overhead);
}

void tn_cipher_weigh(uint16_t len, uint16_t head_len, uint32_t overhead,
                     struct tn_cipher_cost *cost)
{
    static uint8_t text[256];
    static const uint8_t key[TN_CRYPTO_KEY_LEN] = {1};
    static const uint8_t nonce[TN_CRYPTO_NONCE_LEN] = {2};
    const struct tn_crypto *crypto = tn_crypto_sodium();
    struct tn_crypto_box box = {.key = key,
                                .nonce = nonce,
                                .head = key,
                                .text = text,
                                .head_len = head_len,
                                .len = len};
    uint32_t from = tn_ticks_get();

    crypto->seal(crypto->ctx, &box);
    cost->seal = since(from, overhead);
    from = tn_ticks_get();
    (void)crypto->open(crypto->ctx, &box);
    cost->open = since(from, overhead);
    crypto->seal(crypto->ctx, &box);
    text[0] ^= 1u;
    from = tn_ticks_get();
    (void)crypto->open(crypto->ctx, &box);
    cost->refuse = since(from, overhead);
}
