/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CRYPTO_H
#define TENON_CRYPTO_H

/*
 * What the brick asks of cryptography. Hash, seal and open are pure calls of a
 * const struct of operations that the port supplies with each step; a brick's
 * structs never hold it, since a pointer would spoil copies and digests. What
 * takes longer than a step is a job: asked for in one step's output, answered
 * in a later step's input, so that a recording replays it. The caller owns all
 * memory. Reasons: docs/design/bricknet.md.
 */

#include <stdint.h>

#include <tenon/err.h>

#define TN_CRYPTO_KEY_LEN 32u
#define TN_CRYPTO_NONCE_LEN 24u
#define TN_CRYPTO_SEAL_LEN 16u /* what sealing adds */
#define TN_CRYPTO_HASH_CAP 64u

/* A text to seal or open, in place. */
struct tn_crypto_box {
    const uint8_t *key;   /* TN_CRYPTO_KEY_LEN */
    const uint8_t *nonce; /* TN_CRYPTO_NONCE_LEN; once for a key, ever */
    const uint8_t *head;  /* authenticated, not hidden */
    uint8_t *text;        /* room for len + TN_CRYPTO_SEAL_LEN */
    uint16_t head_len;
    uint16_t len;   /* of the plain text */
    uint8_t pad[4]; /* 0 */
};

/* None may block, keep a pointer or look at a clock; time must not depend on
 * secrets. */
struct tn_crypto {
    void *ctx; /* first argument of all */

    /* BLAKE2b (RFC 7693) of `len` bytes into `hash_len` (16 .. 64) bytes; `key`
     * of TN_CRYPTO_KEY_LEN or null. */
    void (*hash)(void *ctx, const uint8_t *key, const uint8_t *data,
                 uint16_t len, uint8_t *hash, uint8_t hash_len);

    /* XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): text becomes len +
     * TN_CRYPTO_SEAL_LEN bytes of cipher text and tag. */
    void (*seal)(void *ctx, const struct tn_crypto_box *box);

    /* The inverse: text holds len + TN_CRYPTO_SEAL_LEN bytes and becomes len.
     * TN_ERR_CHECKSUM if anything was altered; then text is of no use. */
    enum tn_err (*open)(void *ctx, const struct tn_crypto_box *box);
};

enum tn_crypto_op {
    TN_CRYPTO_NO_JOB = 0,
    TN_CRYPTO_X25519_PUBLIC = 1, /* RFC 7748: key (secret) -> public key */
    TN_CRYPTO_X25519_SHARED = 2, /* key (secret), data (public) -> shared */
    TN_CRYPTO_ED25519_CHECK = 3  /* RFC 8032: key (public), data: signature of
                                    64 bytes, then the message */
};

#define TN_CRYPTO_MESSAGE_CAP 64u /* longer messages are hashed before */
#define TN_CRYPTO_JOB_CAP (64u + TN_CRYPTO_MESSAGE_CAP)

/* At most one is under way; it is answered exactly once, any number of steps
 * later. */
struct tn_crypto_job {
    uint8_t op;   /* enum tn_crypto_op */
    uint8_t id;   /* the answer repeats it */
    uint16_t len; /* bytes in data */
    uint8_t key[TN_CRYPTO_KEY_LEN];
    uint8_t data[TN_CRYPTO_JOB_CAP];
};

enum tn_crypto_status {
    TN_CRYPTO_NO_ANSWER = 0,
    TN_CRYPTO_OK = 1,
    TN_CRYPTO_REFUSED = 2 /* wrong signature, useless public key, malformed */
};

struct tn_crypto_answer {
    uint8_t status; /* enum tn_crypto_status */
    uint8_t id;
    uint8_t pad[2];                  /* 0 */
    uint8_t data[TN_CRYPTO_KEY_LEN]; /* X25519: the key; else 0 */
};

#endif
