/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/prng.h>

void tn_prng_init(struct tn_prng *p, uint64_t seed, uint64_t stream)
{
    p->state = 0;
    p->inc = (stream << 1) | 1;
    (void)tn_prng_get(p);
    p->state += seed;
    (void)tn_prng_get(p);
}

uint32_t tn_prng_get(struct tn_prng *p)
{
    uint64_t old = p->state;

    p->state = old * 6364136223846793005u + p->inc;

    uint32_t mixed = (uint32_t)(((old >> 18) ^ old) >> 27);
    uint32_t turn = (uint32_t)(old >> 59);

    return (mixed >> turn) | (mixed << ((32u - turn) & 31u));
}

uint32_t tn_prng_below(struct tn_prng *p, uint32_t bound)
{
    /* Multiply-shift (Lemire 2019) without the rejection: its bias of at most
     * bound / 2^32 does not show in play. */
    return (uint32_t)(((uint64_t)tn_prng_get(p) * bound) >> 32);
}
