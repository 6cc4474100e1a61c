/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/hash.h>

#include "sodium.h"

#define TEXT_CAP 244u /* the longest frame */
#define HEAD_LEN 12u
#define STRIDE 7u

struct probe {
    const struct tn_crypto *crypto;
    uint64_t digest;
    uint8_t key[TN_CRYPTO_KEY_LEN];
    uint8_t nonce[TN_CRYPTO_NONCE_LEN];
    uint8_t text[TEXT_CAP + TN_CRYPTO_SEAL_LEN];
};

static void add(struct probe *probe, const void *data, uint32_t len)
{
    probe->digest = tn_hash_fnv64(probe->digest, data, len);
}

static void add_hash(struct probe *probe, const uint8_t *key, uint16_t len,
                     uint8_t hash_len)
{
    const struct tn_crypto *crypto = probe->crypto;
    uint8_t hash[TN_CRYPTO_HASH_CAP];

    crypto->hash(crypto->ctx, key, probe->text, len, hash, hash_len);
    add(probe, hash, hash_len);
}

/* Sealed, opened, and refused with a bit turned. */
static void add_box(struct probe *probe, uint16_t len)
{
    const struct tn_crypto *crypto = probe->crypto;
    struct tn_crypto_box box;
    int32_t err;

    memset(&box, 0, sizeof box);
    box.key = probe->key;
    box.nonce = probe->nonce;
    box.head = probe->key;
    box.text = probe->text;
    box.head_len = (uint16_t)(len % HEAD_LEN);
    box.len = len;
    crypto->seal(crypto->ctx, &box);
    add(probe, probe->text, len + TN_CRYPTO_SEAL_LEN);
    err = crypto->open(crypto->ctx, &box);
    add(probe, &err, sizeof err);
    add(probe, probe->text, len);
    crypto->seal(crypto->ctx, &box);
    probe->text[len] ^= 1u;
    err = crypto->open(crypto->ctx, &box);
    add(probe, &err, sizeof err);
    memset(probe->text, (int)(len & 0xFFu), sizeof probe->text);
}

static void add_job(struct probe *probe, struct tn_crypto_job *job)
{
    struct tn_crypto_answer answer;

    tn_crypto_sodium_run(job, &answer);
    add(probe, &answer, sizeof answer);
    memcpy(job->data, answer.data, sizeof answer.data);
}

/* Keys from keys: a chain. */
static void add_curve(struct probe *probe)
{
    struct tn_crypto_job job;

    memset(&job, 0, sizeof job);
    memcpy(job.key, probe->key, sizeof job.key);
    for (uint8_t i = 0; i < 4; i++) {
        job.op = i % 2 ? TN_CRYPTO_X25519_SHARED : TN_CRYPTO_X25519_PUBLIC;
        job.id = i;
        job.len = i % 2 ? TN_CRYPTO_KEY_LEN : 0;
        add_job(probe, &job);
        job.key[i] ^= job.data[i];
    }
}

/* RFC 8032, 7.1, test 3; then with a bit turned. */
static void add_signature(struct probe *probe)
{
    static const uint8_t public_key[TN_CRYPTO_KEY_LEN] = {
        0xfc, 0x51, 0xcd, 0x8e, 0x62, 0x18, 0xa1, 0xa3, 0x8d, 0xa4, 0x7e,
        0xd0, 0x02, 0x30, 0xf0, 0x58, 0x08, 0x16, 0xed, 0x13, 0xba, 0x33,
        0x03, 0xac, 0x5d, 0xeb, 0x91, 0x15, 0x48, 0x90, 0x80, 0x25};
    static const uint8_t signed_text[] = {
        0x62, 0x91, 0xd6, 0x57, 0xde, 0xec, 0x24, 0x02, 0x48, 0x27, 0xe6,
        0x9c, 0x3a, 0xbe, 0x01, 0xa3, 0x0c, 0xe5, 0x48, 0xa2, 0x84, 0x74,
        0x3a, 0x44, 0x5e, 0x36, 0x80, 0xd7, 0xdb, 0x5a, 0xc3, 0xac, 0x18,
        0xff, 0x9b, 0x53, 0x8d, 0x16, 0xf2, 0x90, 0xae, 0x67, 0xf7, 0x60,
        0x98, 0x4d, 0xc6, 0x59, 0x4a, 0x7c, 0x15, 0xe9, 0x71, 0x6e, 0xd2,
        0x8d, 0xc0, 0x27, 0xbe, 0xce, 0xea, 0x1e, 0xc4, 0x0a, 0xaf, 0x82};
    struct tn_crypto_job job;

    memset(&job, 0, sizeof job);
    job.op = TN_CRYPTO_ED25519_CHECK;
    job.len = sizeof signed_text;
    memcpy(job.key, public_key, sizeof public_key);
    for (uint8_t i = 0; i < 2; i++) {
        memcpy(job.data, signed_text, sizeof signed_text);
        job.data[sizeof signed_text - 1] ^= i;
        add_job(probe, &job);
    }
}

uint64_t tn_crypto_sodium_probe(void)
{
    struct probe probe;

    memset(&probe, 0, sizeof probe);
    probe.crypto = tn_crypto_sodium();
    probe.digest = TN_FNV64_START;
    for (uint8_t i = 0; i < TN_CRYPTO_KEY_LEN; i++) {
        probe.key[i] = (uint8_t)(i * STRIDE + 1u);
        probe.nonce[i % TN_CRYPTO_NONCE_LEN] ^= (uint8_t)(i * i);
    }
    for (uint16_t len = 0; len <= TEXT_CAP; len = (uint16_t)(len + STRIDE)) {
        add_hash(&probe, len % 2u ? probe.key : NULL, len,
                 (uint8_t)(16u + len % 49u));
        add_box(&probe, len);
    }
    add_curve(&probe);
    add_signature(&probe);
    return probe.digest;
}
