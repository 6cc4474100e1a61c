/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same calls of libsodium as `weigh costs` counts on a Cortex-M4F, for
 * callgrind: bench_seal seal|open|hash LEN COUNT [fast]. LEN: of the text;
 * fast: libsodium may choose what suits this processor. Collect bench_run only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium/core.h>

#include "ports/crypto/sodium.h"

struct work {
    const struct tn_crypto *crypto;
    struct tn_crypto_box box;
    uint8_t *sealed; /* the text, sealed */
    const char *what;
    unsigned count;
};

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(struct work *work);
static void (*volatile run)(struct work *) = bench_run;

void bench_run(struct work *work)
{
    static uint8_t hash[TN_CRYPTO_KEY_LEN];
    const struct tn_crypto *crypto = work->crypto;

    if (work->what[0] == 's') {
        crypto->seal(crypto->ctx, &work->box);
    } else if (work->what[0] == 'h') {
        crypto->hash(crypto->ctx, work->box.key, work->box.text, work->box.len,
                     hash, sizeof hash);
    } else if (crypto->open(crypto->ctx, &work->box)) {
        exit(3);
    }
}

int main(int argc, char **argv)
{
    static uint8_t text[256];
    static uint8_t sealed[256];
    static const uint8_t key[TN_CRYPTO_KEY_LEN] = {1};
    static const uint8_t nonce[TN_CRYPTO_NONCE_LEN] = {2};
    struct work work = {.crypto = tn_crypto_sodium(), .sealed = sealed};
    unsigned long len = argc >= 4 ? strtoul(argv[2], NULL, 10) : 0;

    if (argc > 5 || len == 0 || len > sizeof text - TN_CRYPTO_SEAL_LEN) {
        fprintf(stderr, "use: bench_seal seal|open|hash LEN COUNT [fast]\n");
        return 2;
    }
    if (argc == 5 && sodium_init() < 0) {
        return 3;
    }
    work.what = argv[1];
    work.count = (unsigned)strtoul(argv[3], NULL, 10);
    work.box = (struct tn_crypto_box){.key = key,
                                      .nonce = nonce,
                                      .head = key,
                                      .text = text,
                                      .head_len = 17,
                                      .len = (uint16_t)len};
    work.crypto->seal(NULL, &work.box);
    memcpy(sealed, text, sizeof sealed);
    for (unsigned i = 0; i < work.count; i++) {
        memcpy(text, sealed, sizeof text);
        run(&work);
    }
    return 0;
}
