/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CORTEXM_CIPHER_H
#define TENON_CORTEXM_CIPHER_H

/* libsodium with a stopwatch (ticks.h), so that what it takes can be told from
 * the brick's own. No call may come from an interrupt. */

#include <stdint.h>

#include <tenon/crypto.h>

/* Its operations, which are counted. */
const struct tn_crypto *tn_cipher_get(void);

/* Ticks that they took since the last call of this. */
uint32_t tn_cipher_pop_ticks(void);

/* Instructions of one box: to seal it, to open it, to find that it was
 * altered. */
struct tn_cipher_cost {
    uint32_t seal;
    uint32_t open;
    uint32_t refuse;
};

/* Weighs a text of `len` (at most 240) bytes with `head_len` (at most
 * TN_CRYPTO_KEY_LEN) bytes in the clear; `overhead` as tn_ticks_init gave it.
 */
void tn_cipher_weigh(uint16_t len, uint16_t head_len, uint32_t overhead,
                     struct tn_cipher_cost *cost);

#endif
