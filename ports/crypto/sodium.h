/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PORTS_CRYPTO_SODIUM_H
#define TENON_PORTS_CRYPTO_SODIUM_H

/*
 * libsodium behind <tenon/crypto.h>. No call allocates or keeps state; any
 * thread may call.
 */

#include <tenon/crypto.h>

/* The pure operations; valid for ever. */
const struct tn_crypto *tn_crypto_sodium(void);

/* Does a job to the end: some 20 to 100 us on a PC. */
void tn_crypto_sodium_run(const struct tn_crypto_job *job,
                          struct tn_crypto_answer *answer);

/* A digest of what all of the above give for many inputs: the same on every
 * machine, if libsodium was compiled rightly there. */
uint64_t tn_crypto_sodium_probe(void);

#endif
