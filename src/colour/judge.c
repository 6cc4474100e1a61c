/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include <tenon/vocabulary.h>

/* What remains of white light is counted in these. */
#define WHOLE 4096

/* Contrast of the strongest third of the spectrum against the next, in
 * thousandths of their mean. */
#define CONTRAST 100
#define CONTRAST_SEEN 60
/* And so many quarters of what noise alone may do. */
#define NOISES 4
#define NOISES_SEEN 3
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

static const uint8_t names[3] = {TN_COLOUR_RED, TN_COLOUR_GREEN,
                                 TN_COLOUR_BLUE};

/* How far the middle third may lie between the weakest and the strongest, in
 * hundredths, by the strongest and the middle one. Skin, wood and orange are
 * strongest in red too, with green behind it. */
static const uint8_t limits[3][3] = {{0, 12, 30}, {45, 0, 45}, {30, 30, 0}};

/* One third: the part of white that is left, and its noise, in WHOLE. */
struct part {
    int32_t left;
    int32_t noise;
};

static int32_t get_ratio(int64_t have, int64_t had)
{
    int64_t ratio = have > 0 ? have * WHOLE / had : 0;

    return ratio < 8 * WHOLE ? (int32_t)ratio : 8 * WHOLE;
}

/* False if white has nothing of this third. */
static bool get_part(const uint32_t now[3], const uint32_t white[3],
                     const uint32_t noise[3], const int16_t row[3],
                     struct part *part)
{
    int64_t have = 0;
    int64_t had = 0;
    int64_t may_err = 0;

    for (uint8_t c = 0; c < 3; c++) {
        have += (int64_t)row[c] * now[c];
        had += (int64_t)row[c] * white[c];
        may_err += (int64_t)(row[c] < 0 ? -row[c] : row[c]) * noise[c];
    }
    if (had <= 0) {
        return false;
    }
    part->left = get_ratio(have, had);
    part->noise = get_ratio(may_err, had);
    return true;
}

static bool is_over_noise(const struct part *a, const struct part *b, bool seen)
{
    int32_t noises = seen ? NOISES_SEEN : NOISES;

    return (a->left - b->left) * 4 > noises * (a->noise + b->noise);
}

uint8_t tn_judge_get(const uint32_t now[3], const uint32_t white[3],
                     const uint32_t noise[3], bool seen)
{
    struct part parts[3];
    int32_t sum = 0;
    uint8_t top = 0;
    uint8_t low = 2;

    for (uint8_t i = 0; i < 3; i++) {
        if (!get_part(now, white, noise, unmix[i], &parts[i])) {
            return JUDGE_ODD;
        }
        sum += parts[i].left;
        top = parts[i].left > parts[top].left ? i : top;
    }
    for (uint8_t i = 0; i < 3; i++) {
        low = i != top && (low == top || parts[i].left < parts[low].left) ? i
                                                                          : low;
    }

    uint8_t mid = (uint8_t)(3 - top - low);
    int32_t contrast = parts[top].left - parts[mid].left;
    int32_t spread = parts[top].left - parts[low].left;
    int32_t limit = seen ? CONTRAST_SEEN : CONTRAST;

    if (sum > 3 * LIGHTER) {
        return JUDGE_LIGHTER;
    }
    if (sum < 3 * COVERED || spread * 3000 < ODD * sum ||
        !is_over_noise(&parts[top], &parts[low], seen)) {
        return 0;
    }
    if (contrast * 3000 < limit * sum ||
        !is_over_noise(&parts[top], &parts[mid], seen)) {
        return JUDGE_ODD;
    }
    if ((spread - contrast) * 100 > spread * (int32_t)limits[top][mid]) {
        return JUDGE_ODD;
    }
    return names[top];
}
