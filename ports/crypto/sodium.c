/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/crypto_generichash_blake2b.h>
#include <sodium/crypto_scalarmult_curve25519.h>
#include <sodium/crypto_sign_ed25519.h>

#include "sodium.h"

_Static_assert(
    TN_CRYPTO_KEY_LEN == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
        TN_CRYPTO_NONCE_LEN == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
        TN_CRYPTO_SEAL_LEN == crypto_aead_xchacha20poly1305_ietf_ABYTES,
    "the cipher's sizes");
_Static_assert(TN_CRYPTO_KEY_LEN == crypto_scalarmult_curve25519_BYTES &&
                   TN_CRYPTO_JOB_CAP ==
                       crypto_sign_ed25519_BYTES + TN_CRYPTO_MESSAGE_CAP,
               "the curves' sizes");

static void hash(void *ctx, const uint8_t *key, const uint8_t *data,
                 uint16_t len, uint8_t *out, uint8_t out_len)
{
    (void)ctx;
    (void)crypto_generichash_blake2b(out, out_len, data, len, key,
                                     key ? TN_CRYPTO_KEY_LEN : 0);
}

static void seal(void *ctx, const struct tn_crypto_box *box)
{
    (void)ctx;
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
        box->text, NULL, box->text, box->len, box->head, box->head_len, NULL,
        box->nonce, box->key);
}

static enum tn_err open(void *ctx, const struct tn_crypto_box *box)
{
    (void)ctx;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(
               box->text, NULL, NULL, box->text,
               (unsigned long long)box->len + TN_CRYPTO_SEAL_LEN, box->head,
               box->head_len, box->nonce, box->key) == 0
               ? TN_OK
               : TN_ERR_CHECKSUM;
}

const struct tn_crypto *tn_crypto_sodium(void)
{
    static const struct tn_crypto crypto = {
        .ctx = NULL, .hash = hash, .seal = seal, .open = open};

    return &crypto;
}

/* 0 as libsodium says it. */
static int run(const struct tn_crypto_job *job, uint8_t *data)
{
    switch (job->op) {
    case TN_CRYPTO_X25519_PUBLIC:
        return crypto_scalarmult_curve25519_base(data, job->key);
    case TN_CRYPTO_X25519_SHARED:
        if (job->len != crypto_scalarmult_curve25519_BYTES) {
            return -1;
        }
        /* Fails for a public key of small order. */
        return crypto_scalarmult_curve25519(data, job->key, job->data);
    case TN_CRYPTO_ED25519_CHECK:
        if (job->len < crypto_sign_ed25519_BYTES ||
            job->len > TN_CRYPTO_JOB_CAP) {
            return -1;
        }
        return crypto_sign_ed25519_verify_detached(
            job->data, job->data + crypto_sign_ed25519_BYTES,
            (unsigned long long)job->len - crypto_sign_ed25519_BYTES, job->key);
    default:
        return -1;
    }
}

void tn_crypto_sodium_run(const struct tn_crypto_job *job,
                          struct tn_crypto_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->id = job->id;
    if (run(job, answer->data) == 0) {
        answer->status = TN_CRYPTO_OK;
    } else {
        memset(answer->data, 0, sizeof answer->data);
        answer->status = TN_CRYPTO_REFUSED;
    }
}
