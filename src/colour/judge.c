/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include <tenon/vocabulary.h>

/* What remains of white light is counted in these. */
#define WHOLE 4096

/* Contrast of the strongest third of the spectrum against the next, in
 * thousandths of their mean. */
#define CONTRAST 100
#define CONTRAST_SEEN 60
/* As many counts must stand behind it: noise is 1 to 3. */
#define COUNTS 5

#define ODD 40 /* white light wanders less than this in a while */

/* A thing takes light away. */
#define LIGHTER (WHOLE + WHOLE / 8)

/* Almost covered: what is left is noise and glimmer. */
#define COVERED (WHOLE / 32)

/*
 * From the channels, which overlap, to thirds of the spectrum: the inverse of
 * the sensor's typical responses to light of 615, 525 and 465 nm, times 256.
 */
static const int16_t unmix[3][3] = {
    {302, -30, 6}, {-18, 456, -129}, {-40, -129, 489}};

/* The colour if a third is strongest, and how far the middle one may lie
 * between the weakest and the strongest, in hundredths: skin, wood and orange
 * are stronger in red, but lie further than a red. */
static const struct {
    uint8_t colour;
    uint8_t limit;
} thirds[3] = {
    {TN_COLOUR_RED, 12}, {TN_COLOUR_GREEN, 45}, {TN_COLOUR_BLUE, 30}};

/* The part of white that is left in a third, in WHOLE; -1 if white has none. */
static int32_t get_left(const uint32_t now[3], const uint32_t white[3],
                        uint8_t third)
{
    int64_t have = 0;
    int64_t had = 0;

    for (uint8_t c = 0; c < 3; c++) {
        have += (int64_t)unmix[third][c] * now[c];
        had += (int64_t)unmix[third][c] * white[c];
    }
    if (had <= 0) {
        return -1;
    }
    if (have <= 0) {
        return 0;
    }

    int64_t left = have * WHOLE / had;

    return left < 8 * WHOLE ? (int32_t)left : 8 * WHOLE;
}

uint8_t tn_judge_get(const uint32_t now[3], const uint32_t white[3],
                     uint16_t least_count, bool seen)
{
    int32_t left[3];
    int32_t sum = 0;
    uint8_t top = 0;
    uint8_t low = 0;

    for (uint8_t i = 0; i < 3; i++) {
        left[i] = get_left(now, white, i);
        if (left[i] < 0) {
            return JUDGE_ODD;
        }
        sum += left[i];
        top = left[i] > left[top] ? i : top;
        low = left[i] < left[low] ? i : low;
    }

    int32_t mid = sum - left[top] - left[low];
    int32_t contrast = left[top] - mid;
    int32_t spread = left[top] - left[low];
    int32_t limit = seen ? CONTRAST_SEEN : CONTRAST;

    if (sum > 3 * LIGHTER) {
        return JUDGE_LIGHTER;
    }
    if (sum < 3 * COVERED || spread * 3000 < ODD * sum) {
        return 0;
    }
    if (contrast * 3000 < limit * sum ||
        contrast * 3 * (int32_t)least_count < COUNTS * sum) {
        return JUDGE_ODD;
    }
    if ((mid - left[low]) * 100 > spread * (int32_t)thirds[top].limit) {
        return JUDGE_ODD;
    }
    return thirds[top].colour;
}
