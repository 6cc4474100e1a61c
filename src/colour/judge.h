/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_COLOUR_JUDGE_H
#define TENON_COLOUR_JUDGE_H

#include <tenon/colour.h>

/* What it may be besides a colour's number; 0 is nothing coloured. */
#define JUDGE_ODD 0xFEu     /* some other colour, or uncertain */
#define JUDGE_LIGHTER 0xFFu /* more light than white: no thing does that */

/*
 * What stands before the sensor if `now` comes from there and `white` without
 * it (levels r, g, b): a colour's number or one of the above. `noise`: how far
 * the samples behind `now` scatter (levels). `seen`: asks less, to keep what
 * has been seen.
 */
uint8_t tn_judge_get(const uint32_t now[3], const uint32_t white[3],
                     const uint32_t noise[3], bool seen);

#endif
