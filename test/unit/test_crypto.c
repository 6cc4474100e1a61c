/* SPDX-License-Identifier: Apache-2.0 */
/* libsodium behind the brick's crypto interface, against vectors of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ports/crypto/sodium.h>

static uint16_t unhex(const char *hex, uint8_t *bytes)
{
    uint16_t len = 0;

    for (; hex[0] && hex[1]; hex += 2) {
        char digits[3] = {hex[0], hex[1], 0};

        bytes[len++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return len;
}

static void assert_hex(const uint8_t *bytes, const char *hex)
{
    uint8_t wanted[256];
    uint16_t len = unhex(hex, wanted);

    assert_memory_equal(bytes, wanted, len);
}

/* RFC 7693, appendix A: BLAKE2b-512 of "abc". */
static void hash_is_blake2b(void **state)
{
    const struct tn_crypto *crypto = tn_crypto_sodium();
    uint8_t hash[64];

    (void)state;
    crypto->hash(crypto->ctx, NULL, (const uint8_t *)"abc", 3, hash, 64);
    assert_hex(hash, "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6f"
                     "dbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925a"
                     "b92386edd4009923");
}

/* Bytes 0 to 43 under the key of bytes 0 to 31, 32 bytes: as the reference
 * implementation in Python's hashlib gives it. */
static void hash_takes_a_key(void **state)
{
    const struct tn_crypto *crypto = tn_crypto_sodium();
    uint8_t bytes[44];
    uint8_t hash[32];

    (void)state;
    for (uint8_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = i;
    }
    crypto->hash(crypto->ctx, bytes, bytes, sizeof bytes, hash, sizeof hash);
    assert_hex(hash, "35472ab6733f02639145e741fca9254ff6c685107ce23422bd3eb291"
                     "ea2e330a");
}

/* draft-irtf-cfrg-xchacha-03, A.3.1. */
static const char plain[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one "
    "tip for the future, sunscreen would be it.";

static struct tn_crypto_box draft_box(uint8_t *text)
{
    static uint8_t key[32];
    static uint8_t nonce[24];
    static uint8_t head[12];
    struct tn_crypto_box box = {.key = key,
                                .nonce = nonce,
                                .head = head,
                                .text = text,
                                .head_len = sizeof head,
                                .len = sizeof plain - 1};

    (void)unhex("808182838485868788898a8b8c8d8e8f"
                "909192939495969798999a9b9c9d9e9f",
                key);
    (void)unhex("404142434445464748494a4b4c4d4e4f5051525354555657", nonce);
    (void)unhex("50515253c0c1c2c3c4c5c6c7", head);
    return box;
}

static void seal_is_xchacha20_poly1305(void **state)
{
    const struct tn_crypto *crypto = tn_crypto_sodium();
    uint8_t text[256];
    struct tn_crypto_box box = draft_box(text);

    (void)state;
    memcpy(text, plain, sizeof plain - 1);
    crypto->seal(crypto->ctx, &box);
    assert_hex(text, "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c"
                     "21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216"
                     "cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2b"
                     "c369488f76b2383565d3fff921f9664c97637da9768812f615c68b13"
                     "b52ec0875924c1c7987947deafd8780acf49");
    assert_int_equal(crypto->open(crypto->ctx, &box), TN_OK);
    assert_memory_equal(text, plain, sizeof plain - 1);
}

static void open_refuses_every_turned_bit(void **state)
{
    const struct tn_crypto *crypto = tn_crypto_sodium();
    uint8_t sealed[256];
    uint8_t text[256];
    struct tn_crypto_box box = draft_box(text);
    uint32_t bits = (uint32_t)(sizeof plain - 1 + TN_CRYPTO_SEAL_LEN) * 8u;

    (void)state;
    memcpy(text, plain, sizeof plain - 1);
    crypto->seal(crypto->ctx, &box);
    memcpy(sealed, text, sizeof sealed);
    for (uint32_t i = 0; i < bits; i++) {
        memcpy(text, sealed, sizeof text);
        text[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_int_equal(crypto->open(crypto->ctx, &box), TN_ERR_CHECKSUM);
    }
    memcpy(text, sealed, sizeof text);
    box.head_len--;
    assert_int_equal(crypto->open(crypto->ctx, &box), TN_ERR_CHECKSUM);
}

static struct tn_crypto_answer run(uint8_t op, const char *key,
                                   const char *data)
{
    struct tn_crypto_job job;
    struct tn_crypto_answer answer;

    memset(&job, 0, sizeof job);
    job.op = op;
    job.id = 7;
    (void)unhex(key, job.key);
    job.len = unhex(data, job.data);
    tn_crypto_sodium_run(&job, &answer);
    assert_int_equal(answer.id, 7);
    return answer;
}

/* RFC 7748, 5.2 and 6.1. */
static void x25519_gives_the_shared_key(void **state)
{
    struct tn_crypto_answer answer =
        run(TN_CRYPTO_X25519_SHARED,
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");

    (void)state;
    assert_int_equal(answer.status, TN_CRYPTO_OK);
    assert_hex(
        answer.data,
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    answer = run(
        TN_CRYPTO_X25519_PUBLIC,
        "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", "");
    assert_int_equal(answer.status, TN_CRYPTO_OK);
    assert_hex(
        answer.data,
        "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
}

static void x25519_refuses_a_useless_public_key(void **state)
{
    struct tn_crypto_answer answer =
        run(TN_CRYPTO_X25519_SHARED,
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "00000000000000000000000000000000"
            "00000000000000000000000000000000");

    (void)state;
    assert_int_equal(answer.status, TN_CRYPTO_REFUSED);
    answer = run(TN_CRYPTO_X25519_SHARED, "00", "0011");
    assert_int_equal(answer.status, TN_CRYPTO_REFUSED);
}

/* RFC 8032, 7.1, test 3: the message af82. */
#define PUBLIC                                                                 \
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
#define SIGNATURE                                                              \
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"         \
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"

static void ed25519_checks_signatures(void **state)
{
    struct tn_crypto_answer answer =
        run(TN_CRYPTO_ED25519_CHECK, PUBLIC, SIGNATURE "af82");

    (void)state;
    assert_int_equal(answer.status, TN_CRYPTO_OK);
    answer = run(TN_CRYPTO_ED25519_CHECK, PUBLIC, SIGNATURE "af83");
    assert_int_equal(answer.status, TN_CRYPTO_REFUSED);
    answer = run(TN_CRYPTO_ED25519_CHECK, PUBLIC, "af82");
    assert_int_equal(answer.status, TN_CRYPTO_REFUSED);
}

static void unknown_jobs_are_refused(void **state)
{
    struct tn_crypto_answer answer = run(99, "00", "");

    (void)state;
    assert_int_equal(answer.status, TN_CRYPTO_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_blake2b),
        cmocka_unit_test(hash_takes_a_key),
        cmocka_unit_test(seal_is_xchacha20_poly1305),
        cmocka_unit_test(open_refuses_every_turned_bit),
        cmocka_unit_test(x25519_gives_the_shared_key),
        cmocka_unit_test(x25519_refuses_a_useless_public_key),
        cmocka_unit_test(ed25519_checks_signatures),
        cmocka_unit_test(unknown_jobs_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
