/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/place.h>

#include <stddef.h>
#include <string.h>

#include <tenon/assert.h>

#include "algebra.h"
#include "parts.h"

#define COUPLING_MAX 1e7f
#define SIGMA_MIN 1e-5f
#define SIGMA_MAX 1e3f
#define FORCE_MAX_MG 16000
#define WARM_MAX 15u /* poses in a row that try only the known hemisphere */

void tn_place_get_layout(struct tn_place_layout *layout)
{
    static const struct tn_place_layout reference = {
        .coils = {{.centre = {0.0070f, 0.0f, -0.0012f},
                   .normal = {1.0f, 0.0f, 0.0f},
                   .u = {0.0f, 0.002861f, 0.0f},
                   .v = {0.0f, 0.0f, 0.001698f}},
                  {.centre = {-0.0035f, 0.0f, -0.0012f},
                   .normal = {0.0f, 1.0f, 0.0f},
                   .u = {0.0f, 0.0f, 0.001719f},
                   .v = {0.004606f, 0.0f, 0.0f}},
                  {.centre = {0.0f, 0.0f, 0.0042f},
                   .normal = {0.0f, 0.0f, 1.0f},
                   .u = {0.007789f, 0.0f, 0.0f},
                   .v = {0.0f, 0.003165f, 0.0f}}},
        .half = {0.0159f, 0.0079f, 0.0065f},
        .contact_m = 0.0215f};

    memcpy(layout, &reference, sizeof reference);
}

void tn_place_init(struct tn_place *place, const struct tn_place_layout *layout)
{
    memset(place, 0, sizeof *place);
    memcpy(&place->layout, layout, sizeof *layout);
    for (uint32_t i = 0; i < TN_PLACE_CAP; i++) {
        place->neighbours[i].zone = TN_PLACE_UNKNOWN;
    }
}

/* Also false for what is no number. */
static bool is_within(float v, float lo, float hi)
{
    return v >= lo && v <= hi;
}

static bool is_force(const int16_t *mg)
{
    for (uint32_t i = 0; i < 3; i++) {
        if (mg[i] < -FORCE_MAX_MG || mg[i] > FORCE_MAX_MG) {
            return false;
        }
    }
    return true;
}

enum tn_err tn_place_push(struct tn_place *place, uint8_t slot,
                          const struct tn_place_report *report)
{
    if (slot >= TN_PLACE_CAP) {
        return TN_ERR_ARG;
    }

    struct tn_place_neighbour *neighbour = &place->neighbours[slot];

    if (!is_within(report->sigma, SIGMA_MIN, SIGMA_MAX) ||
        !is_force(report->own_mg) || !is_force(report->their_mg) ||
        report->gravity > 1) {
        return TN_ERR_VALUE;
    }
    for (uint32_t i = 0; i < 9; i++) {
        if (!is_within(report->couplings[i], -COUPLING_MAX, COUPLING_MAX)) {
            return TN_ERR_VALUE;
        }
    }
    if (neighbour->reported && report->time_us <= neighbour->report.time_us) {
        return TN_ERR_TIME;
    }
    memcpy(&neighbour->report, report, sizeof *report);
    memset(neighbour->report.pad, 0, sizeof neighbour->report.pad);
    neighbour->reported = 1;
    neighbour->waiting = 1;
    return TN_OK;
}

void tn_place_reset(struct tn_place *place, uint8_t slot)
{
    TN_ASSERT(slot < TN_PLACE_CAP);
    if (slot >= TN_PLACE_CAP) {
        return;
    }
    memset(&place->neighbours[slot], 0, sizeof place->neighbours[slot]);
    place->neighbours[slot].zone = TN_PLACE_UNKNOWN;
    if (place->job.phase != TN_PLACE_IDLE && place->job.slot == slot) {
        memset(&place->job, 0, sizeof place->job);
    }
}

/* Takes the next report that waits, neighbour after neighbour. */
static void take(struct tn_place *place)
{
    for (uint32_t i = 0; i < TN_PLACE_CAP; i++) {
        uint8_t slot = (uint8_t)((place->next + i) % TN_PLACE_CAP);
        struct tn_place_neighbour *neighbour = &place->neighbours[slot];

        if (!neighbour->waiting) {
            continue;
        }
        neighbour->waiting = 0;
        place->next = (uint8_t)((slot + 1u) % TN_PLACE_CAP);
        memcpy(&place->job.report, &neighbour->report,
               sizeof place->job.report);
        place->job.slot = slot;
        place->job.both = neighbour->warm_count == 0;
        place->job.phase = TN_PLACE_START;
        return;
    }
}

/* The job's end: the pose is kept if there is one. */
static void settle(struct tn_place *place, const struct tn_place_pose *pose,
                   uint8_t verdict, struct tn_place_news *news,
                   uint8_t *news_count)
{
    uint8_t slot = place->job.slot;
    struct tn_place_neighbour *neighbour = &place->neighbours[slot];

    neighbour->verdict = verdict;
    if (verdict != TN_PLACE_TAKEN || !pose->hemisphere) {
        neighbour->warm_count = 0;
    } else if (place->job.both) {
        neighbour->warm_count = WARM_MAX;
    } else {
        neighbour->warm_count--;
    }
    memset(&place->job, 0, sizeof place->job);
    if (pose->known == TN_PLACE_NOTHING) {
        return;
    }
    memcpy(&neighbour->pose, pose, sizeof *pose);
    tn_place_judge(neighbour, &place->layout, slot, news, news_count);
}

void tn_place_step(struct tn_place *place, struct tn_place_news *news,
                   uint8_t *news_count)
{
    struct tn_place_pose pose;
    uint8_t verdict = TN_PLACE_NONE;

    *news_count = 0;
    if (place->job.phase == TN_PLACE_IDLE) {
        take(place);
    }
    if (place->job.phase == TN_PLACE_IDLE) {
        return;
    }
    if (tn_place_work(&place->job, &place->layout,
                      &place->neighbours[place->job.slot].pose, &pose,
                      &verdict)) {
        settle(place, &pose, verdict, news, news_count);
    }
}

bool tn_place_get_pose(const struct tn_place *place, uint8_t slot,
                       uint64_t time_us, struct tn_place_pose *pose)
{
    memset(pose, 0, sizeof *pose);
    if (slot >= TN_PLACE_CAP) {
        return false;
    }

    const struct tn_place_pose *kept = &place->neighbours[slot].pose;

    if (kept->known == TN_PLACE_NOTHING ||
        (time_us > kept->time_us &&
         time_us - kept->time_us > TN_PLACE_FRESH_US)) {
        return false;
    }
    memcpy(pose, kept, sizeof *pose);
    return true;
}

/* Q16.16 of v, which must be within +-32767. */
static tn_q16 to_q16(float v)
{
    return (tn_q16)(v * (float)TN_Q16_ONE);
}

static tn_q16 get_angle_deg(float y, float x)
{
    return tn_atan2_deg((int32_t)(y * 1e6f), (int32_t)(x * 1e6f));
}

void tn_place_get_signals(const struct tn_place *place, uint8_t slot,
                          uint64_t time_us, struct tn_place_signals *signals)
{
    struct tn_place_pose pose;
    struct tn_place_answers answers;

    memset(signals, 0, sizeof *signals);
    signals->distance_m = TN_UNKNOWN;
    signals->bearing_deg = TN_UNKNOWN;
    signals->elevation_deg = TN_UNKNOWN;
    if (!tn_place_get_pose(place, slot, time_us, &pose)) {
        signals->near = TN_PLACE_UNKNOWN;
        signals->far = TN_PLACE_UNKNOWN;
        signals->touching = TN_PLACE_UNKNOWN;
        signals->facing = TN_PLACE_UNKNOWN;
        signals->faced_by = TN_PLACE_UNKNOWN;
        return;
    }
    tn_place_answer(&place->layout, &place->neighbours[slot], &pose, &answers);
    signals->near = answers.zone;
    signals->far =
        answers.zone == TN_PLACE_UNKNOWN ? TN_PLACE_UNKNOWN : answers.zone ^ 1u;
    signals->touching = answers.touching;
    signals->facing = answers.facing;
    signals->faced_by = answers.faced_by;
    if (pose.known != TN_PLACE_POSE) {
        return;
    }
    signals->distance_m = to_q16(1e-3f * pose.distance_mm);
    if (pose.hemisphere) {
        const float *n = pose.direction;

        signals->bearing_deg = get_angle_deg(n[1], n[0]);
        signals->elevation_deg =
            get_angle_deg(n[2], tn_place_sqrt(n[0] * n[0] + n[1] * n[1]));
    }
}

enum tn_place_verdict tn_place_get_verdict(const struct tn_place *place,
                                           uint8_t slot)
{
    TN_ASSERT(slot < TN_PLACE_CAP);
    return slot < TN_PLACE_CAP
               ? (enum tn_place_verdict)place->neighbours[slot].verdict
               : TN_PLACE_NONE;
}

bool tn_place_is_resting(const struct tn_place *place)
{
    for (uint32_t i = 0; i < TN_PLACE_CAP; i++) {
        if (place->neighbours[i].waiting) {
            return false;
        }
    }
    return place->job.phase == TN_PLACE_IDLE;
}
