/* SPDX-License-Identifier: Apache-2.0 */
#include "bands.h"

/* Towards the target by 1 / part of the way. Division, not a shift: it
 * rounds to zero, so sound and its mirror image give the same energies. */
#define APPROACH(value, target, part) ((value) += ((target) - (value)) / (part))

/* Mean of squares of 8 fraction bits each, over a block; never 0, so that
 * ratios exist and nothing decays into subnormal numbers. */
static float get_mean(uint64_t sum)
{
    uint64_t mean = sum / ((uint64_t)BLOCK_LEN << 16);

    return (float)(mean < UINT32_MAX ? (uint32_t)mean : UINT32_MAX) + 1.0f;
}

static uint64_t get_square(int32_t v)
{
    return (uint64_t)((int64_t)v * v);
}

void tn_bands_init(struct tn_hearing_filter *filter, int16_t sample)
{
    int32_t x = sample * 256;

    filter->low_q8[0] = x;
    filter->low_q8[1] = 0;
    filter->low_q8[2] = x;
    filter->low_q8[3] = x;
}

void tn_bands_step(struct tn_hearing_filter *filter, const int16_t *samples,
                   struct bands *bands)
{
    int32_t bright = filter->low_q8[0];
    int32_t edge = filter->low_q8[1];
    int32_t warm = filter->low_q8[2];
    int32_t dull = filter->low_q8[3];
    uint64_t low = 0;
    uint64_t mid = 0;
    uint64_t high = 0;
    uint64_t all = 0;

    for (uint32_t i = 0; i < BLOCK_LEN; i++) {
        int32_t x = samples[i] * 256;

        APPROACH(bright, x, 2);        /* -3 dB at 1.8 kHz */
        APPROACH(edge, x - bright, 2); /* once more, for a steeper edge */
        APPROACH(warm, x, 8);          /* 340 Hz */
        APPROACH(dull, x, 64);         /* 40 Hz: wind, handling, offset */
        high += get_square(x - bright - edge);
        mid += get_square(bright - warm);
        low += get_square(warm - dull);
        all += get_square(x - dull);
    }
    filter->low_q8[0] = bright;
    filter->low_q8[1] = edge;
    filter->low_q8[2] = warm;
    filter->low_q8[3] = dull;
    bands->low = get_mean(low);
    bands->mid = get_mean(mid);
    bands->high = get_mean(high);
    bands->all = get_mean(all);
}
