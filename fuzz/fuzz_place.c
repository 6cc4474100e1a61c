/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of any bits, near and far, at any times: place refuses or solves them
 * in bounded steps, and what it says is a number in range or unknown. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/place.h>

#define STEPS_MAX 60u /* a report takes no more: docs/spec/placing.md */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(int ok)
{
    if (!ok) {
        abort();
    }
}

/* Any float, or (more often) one of a size that may be true. */
static float get_float(struct tn_bytes *b, uint8_t flags)
{
    uint32_t bits;
    float v;

    if (flags & 1u) {
        return (float)(int16_t)tn_bytes_get_u16(b) /
               (flags & 2u ? 0.5f : 64.0f);
    }
    bits = tn_bytes_get_u32(b);
    memcpy(&v, &bits, sizeof v);
    return v;
}

static void get_report(struct tn_bytes *b, struct tn_place_report *report)
{
    uint8_t flags = tn_bytes_get_u8(b);

    memset(report, 0, sizeof *report);
    for (uint32_t i = 0; i < 9; i++) {
        report->couplings[i] = get_float(b, flags);
    }
    report->sigma = get_float(b, flags);
    for (uint32_t i = 0; i < 3; i++) {
        report->own_mg[i] = (int16_t)tn_bytes_get_u16(b);
        report->their_mg[i] = (int16_t)tn_bytes_get_u16(b);
    }
    report->gravity = (flags >> 2) & 1u;
}

static void check_slot(const struct tn_place *place, uint8_t slot,
                       uint64_t time_us)
{
    struct tn_place_signals at;
    struct tn_place_pose pose;

    tn_place_get_signals(place, slot, time_us, &at);
    check(at.near <= TN_PLACE_UNKNOWN && at.far <= TN_PLACE_UNKNOWN);
    check(at.near != TN_PLACE_YES || at.far != TN_PLACE_YES);
    check(at.distance_m == TN_UNKNOWN || at.distance_m >= 0);
    if (tn_place_get_pose(place, slot, time_us, &pose) &&
        pose.known == TN_PLACE_POSE) {
        check(isfinite(pose.distance_mm) && pose.distance_mm >= 0);
        check(isfinite(pose.sigma_distance_mm));
        for (uint32_t i = 0; i < 9; i++) {
            check(fabsf(pose.turn[i]) <= 1.01f);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tn_place place;
    struct tn_place_layout layout;
    struct tn_bytes b = tn_bytes_of(data, (uint16_t)(len & 0xFFFFu));
    uint64_t time_us = 1000000;

    tn_place_get_layout(&layout);
    tn_place_init(&place, &layout);
    while (!b.err) {
        struct tn_place_report report;
        struct tn_place_news news[TN_PLACE_NEWS_CAP];
        uint8_t count = 0;
        uint8_t slot = tn_bytes_get_u8(&b) % TN_PLACE_CAP;
        uint32_t steps = 0;

        get_report(&b, &report);
        time_us += (uint64_t)tn_bytes_get_u8(&b) * 8000;
        report.time_us = time_us;
        (void)tn_place_push(&place, slot, &report);
        while (!tn_place_is_resting(&place)) {
            tn_place_step(&place, news, &count);
            check(count <= TN_PLACE_NEWS_CAP && ++steps <= STEPS_MAX);
        }
        check_slot(&place, slot, time_us);
    }
    return 0;
}
