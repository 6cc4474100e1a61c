/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From poses to near, far, touching, facing and faced by: with hysteresis, and
 * unknown where the pose's uncertainty does not carry the answer.
 */
#include "algebra.h"
#include "parts.h"

#include <tenon/assert.h>

/* Coarser directions than these say nothing about facing. */
#define AIM_SIGMA_RAD 0.14f
#define AIM_TURN_SIGMA_RAD 0.28f

/* Coarser distances than this say nothing about touching. */
#define TOUCH_SIGMA_MM 5.0f

static uint8_t get_zone(const struct tn_place_pose *pose, uint8_t before)
{
    float margin = 2.0f * pose->sigma_distance_mm;

    if (pose->known == TN_PLACE_BEYOND) {
        return pose->distance_mm > TN_PLACE_FAR_MM ? TN_PLACE_NO
                                                   : TN_PLACE_UNKNOWN;
    }
    if (pose->distance_mm - margin > TN_PLACE_FAR_MM) {
        return TN_PLACE_NO;
    }
    if (pose->known == TN_PLACE_CONTACT ||
        pose->distance_mm + margin < TN_PLACE_NEAR_MM) {
        return TN_PLACE_YES;
    }
    /* Between the two limits it stays what it was, unless the distance is too
     * coarse to say that it is between them. */
    return margin < 0.5f * (TN_PLACE_FAR_MM - TN_PLACE_NEAR_MM)
               ? before
               : TN_PLACE_UNKNOWN;
}

static float get_size(float v)
{
    return v < 0.0f ? -v : v;
}

/* How far the bodies are apart along the unit vector `axis`. */
static float get_gap(const struct tn_place_layout *layout,
                     const struct tn_place_pose *pose, const float *axis)
{
    float back[3];
    float gap = 1e-3f * pose->distance_mm *
                get_size(tn_place_dot(axis, pose->direction));

    tn_place_turn_back(pose->turn, axis, back);
    for (uint32_t i = 0; i < 3; i++) {
        gap -= layout->half[i] * (get_size(axis[i]) + get_size(back[i]));
    }
    return gap;
}

/* The widest gap over the axes of both bodies and across their edges: boxes
 * are apart exactly if one of the fifteen separates them. */
static float get_widest_gap_mm(const struct tn_place_layout *layout,
                               const struct tn_place_pose *pose)
{
    float widest = -1.0f;

    for (uint32_t i = 0; i < 15; i++) {
        uint32_t k = i % 3u;
        float own[3] = {k == 0 ? 1.0f : 0.0f, k == 1 ? 1.0f : 0.0f,
                        k == 2 ? 1.0f : 0.0f};
        float axis[3] = {own[0], own[1], own[2]};

        if (i >= 3) {
            /* 3 .. 5: their axes; 6 .. 14: own x their. */
            uint32_t j = i < 6 ? k : i / 3u - 2u;
            float their[3] = {pose->turn[j], pose->turn[3 + j],
                              pose->turn[6 + j]};

            if (i < 6) {
                axis[0] = their[0];
                axis[1] = their[1];
                axis[2] = their[2];
            } else {
                tn_place_cross(own, their, axis);
            }
        }

        float len2 = tn_place_dot(axis, axis);

        if (len2 < 1e-4f) {
            continue; /* parallel edges */
        }

        float inverse = tn_place_rsqrt(len2);

        for (uint32_t j = 0; j < 3; j++) {
            axis[j] *= inverse;
        }

        float gap = get_gap(layout, pose, axis);

        widest = gap > widest ? gap : widest;
    }
    return 1e3f * widest;
}

static uint8_t get_touching(const struct tn_place_layout *layout,
                            const struct tn_place_pose *pose, uint8_t before)
{
    if (pose->known == TN_PLACE_CONTACT) {
        return TN_PLACE_YES;
    }
    if (pose->distance_mm > TN_PLACE_NEAR_MM) {
        return TN_PLACE_NO;
    }
    /* The bodies' gap is the same for both hemispheres: boxes are symmetric. */
    if (pose->known != TN_PLACE_POSE ||
        pose->sigma_distance_mm > TOUCH_SIGMA_MM) {
        return TN_PLACE_UNKNOWN;
    }

    float gap_mm = get_widest_gap_mm(layout, pose);

    if (gap_mm < TN_PLACE_TOUCH_MM) {
        return TN_PLACE_YES;
    }
    return gap_mm > TN_PLACE_APART_MM || before != TN_PLACE_YES ? TN_PLACE_NO
                                                                : TN_PLACE_YES;
}

static uint8_t get_aim(float cosine, uint8_t before)
{
    if (cosine > TN_PLACE_AIM_COS) {
        return TN_PLACE_YES;
    }
    return cosine < TN_PLACE_STRAY_COS || before != TN_PLACE_YES ? TN_PLACE_NO
                                                                 : TN_PLACE_YES;
}

static uint8_t get_facing(const struct tn_place_pose *pose, uint8_t before)
{
    if (pose->known != TN_PLACE_POSE || !pose->hemisphere ||
        pose->sigma_direction_rad > AIM_SIGMA_RAD) {
        return TN_PLACE_UNKNOWN;
    }
    return get_aim(pose->direction[0], before);
}

static uint8_t get_faced_by(const struct tn_place_pose *pose, uint8_t before)
{
    if (pose->known != TN_PLACE_POSE || !pose->hemisphere ||
        pose->sigma_direction_rad > AIM_SIGMA_RAD ||
        pose->sigma_turn_rad > AIM_TURN_SIGMA_RAD) {
        return TN_PLACE_UNKNOWN;
    }

    float front[3] = {pose->turn[0], pose->turn[3], pose->turn[6]};

    return get_aim(-tn_place_dot(front, pose->direction), before);
}

void tn_place_answer(const struct tn_place_layout *layout,
                     const struct tn_place_neighbour *neighbour,
                     const struct tn_place_pose *pose,
                     struct tn_place_answers *answers)
{
    answers->zone = get_zone(pose, neighbour->zone);
    answers->touching = get_touching(layout, pose, neighbour->touching);
    answers->facing = get_facing(pose, neighbour->facing);
    answers->faced_by = get_faced_by(pose, neighbour->faced_by);
}

static void tell(struct tn_place_news *news, uint8_t *news_count, uint8_t slot,
                 enum tn_place_what what)
{
    TN_ASSERT(*news_count < TN_PLACE_NEWS_CAP);
    news[*news_count].slot = slot;
    news[*news_count].what = (uint8_t)what;
    (*news_count)++;
}

/* Keeps a known answer; true if it has become yes. What is not known leaves
 * what was known last as it is, so that a gap tells nothing twice. */
static bool keep(uint8_t *told, uint8_t answer)
{
    if (answer == TN_PLACE_UNKNOWN || answer == *told) {
        return false;
    }
    *told = answer;
    return answer == TN_PLACE_YES;
}

void tn_place_judge(struct tn_place_neighbour *neighbour,
                    const struct tn_place_layout *layout, uint8_t slot,
                    struct tn_place_news *news, uint8_t *news_count)
{
    struct tn_place_answers answers;
    uint8_t zone = neighbour->zone;

    tn_place_answer(layout, neighbour, &neighbour->pose, &answers);
    if (keep(&neighbour->zone, answers.zone)) {
        tell(news, news_count, slot, TN_PLACE_WHAT_NEAR);
    } else if (zone == TN_PLACE_YES && neighbour->zone == TN_PLACE_NO) {
        tell(news, news_count, slot, TN_PLACE_WHAT_FAR);
    }
    if (keep(&neighbour->touching, answers.touching)) {
        tell(news, news_count, slot, TN_PLACE_WHAT_TOUCHING);
    }
    if (keep(&neighbour->facing, answers.facing)) {
        tell(news, news_count, slot, TN_PLACE_WHAT_FACING);
    }
    if (keep(&neighbour->faced_by, answers.faced_by)) {
        tell(news, news_count, slot, TN_PLACE_WHAT_FACED_BY);
    }
}
