/* SPDX-License-Identifier: Apache-2.0 */
#include "ticks.h"

#include <stddef.h>

#include <ports/crypto/sodium.h>

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define SYST_MAX 0xFFFFFFu
#define SYST_ON_CPU_CLOCK 5u

static uint32_t crypto_ticks;

uint32_t tn_ticks_get(void)
{
    return SYST_CVR;
}

/* The counter runs down and wraps. */
uint32_t tn_ticks_since(uint32_t from)
{
    return (from - SYST_CVR) & SYST_MAX;
}

uint32_t tn_ticks_init(void)
{
    SYST_RVR = SYST_MAX;
    SYST_CVR = 0;
    SYST_CSR = SYST_ON_CPU_CLOCK;
    (void)SYST_CVR;
    return tn_ticks_since(tn_ticks_get());
}

uint32_t tn_ticks_to_instructions(uint32_t ticks, uint32_t overhead)
{
    return ticks > overhead ? (ticks - overhead) * 5u / 8u : 0;
}

static void hash(void *ctx, const uint8_t *key, const uint8_t *data,
                 uint16_t len, uint8_t *out, uint8_t out_len)
{
    uint32_t from = tn_ticks_get();

    tn_crypto_sodium()->hash(ctx, key, data, len, out, out_len);
    crypto_ticks += tn_ticks_since(from);
}

static void seal(void *ctx, const struct tn_crypto_box *box)
{
    uint32_t from = tn_ticks_get();

    tn_crypto_sodium()->seal(ctx, box);
    crypto_ticks += tn_ticks_since(from);
}

static enum tn_err open(void *ctx, const struct tn_crypto_box *box)
{
    uint32_t from = tn_ticks_get();
    enum tn_err err = tn_crypto_sodium()->open(ctx, box);

    crypto_ticks += tn_ticks_since(from);
    return err;
}

const struct tn_crypto *tn_ticks_crypto(void)
{
    static const struct tn_crypto crypto = {
        .ctx = NULL, .hash = hash, .seal = seal, .open = open};

    return &crypto;
}

uint32_t tn_ticks_pop_crypto(void)
{
    uint32_t ticks = crypto_ticks;

    crypto_ticks = 0;
    return ticks;
}
