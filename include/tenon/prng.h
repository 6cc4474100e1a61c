/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PRNG_H
#define TENON_PRNG_H

/*
 * A small deterministic generator: PCG-XSH-RR 64/32 (O'Neill 2014). For noise
 * and for dice, never for keys. The caller owns the struct; a copy goes on
 * independently.
 */

#include <stdint.h>

struct tn_prng {
    uint64_t state;
    uint64_t inc; /* odd */
};

/* Two generators with different `stream` never run in step. */
void tn_prng_init(struct tn_prng *p, uint64_t seed, uint64_t stream);

/* 32 fresh bits. */
uint32_t tn_prng_get(struct tn_prng *p);

/* Uniform in 0 .. bound-1, unbiased enough for play (bound >= 1). */
uint32_t tn_prng_below(struct tn_prng *p, uint32_t bound);

#endif
