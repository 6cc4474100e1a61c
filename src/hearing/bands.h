/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_HEARING_BANDS_H
#define TENON_HEARING_BANDS_H

#include <tenon/hearing.h>

#define BLOCK_LEN 32u /* samples a block: 2 ms */

/* Mean squares of one block, each at least 1. */
struct bands {
    float low;  /* about 40 to 340 Hz */
    float mid;  /* about 340 Hz to 1.8 kHz */
    float high; /* above about 1.8 kHz */
    float all;  /* above about 40 Hz */
};

/* As if `sample` had been there for long: nothing jumps. */
void tn_bands_init(struct tn_hearing_filter *filter, int16_t sample);

/* Takes BLOCK_LEN samples. */
void tn_bands_step(struct tn_hearing_filter *filter, const int16_t *samples,
                   struct bands *bands);

#endif
