/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <string.h>

/*
 * How much a program can do at most. The sums are taken for each state (what is
 * in scope there), the maxima over the states apart from each other: coarse,
 * but never too small. docs/spec/program-image.md gives the formula.
 */

/* Maxima over all states. */
struct bound {
    uint16_t event; /* reactions to one event, or one timer's */
    uint16_t begin; /* coming */
    uint16_t end;   /* going */
    uint16_t enter;
    uint16_t leave;
    uint16_t conds;
    uint16_t whiles;
};

static void keep_max(uint16_t *max, uint32_t v)
{
    if (v > *max) {
        *max = (uint16_t)v;
    }
}

/* Sums, by chain, of what can run while the program is in `state`. */
static void sum_state(const uint8_t *image, uint16_t states_at, uint8_t state,
                      const struct tn_cost *costs, uint16_t *sums)
{
    uint8_t parent = image[states_at + 2u * state];

    for (uint8_t i = 0; i < image[TN_IMAGE_AT_REACTIONS]; i++) {
        const struct tn_cost *cost = &costs[i];
        uint16_t *sum = &sums[cost->chain];
        uint32_t work = 2u * cost->pairs;

        if (cost->state != TN_STATE_ALWAYS && cost->state != state &&
            cost->state != parent) {
            continue;
        }
        if (cost->chain == TN_CHAIN_TIMER) {
            keep_max(sum, work);                      /* they fire one by one */
            sums[TN_CHAIN_ENTER] += TN_COST_REACTION; /* they are set there */
        } else {
            *sum = (uint16_t)(*sum + work);
        }
        if (cost->chain == TN_CHAIN_WHILE) {
            sums[TN_CHAIN_LEAVE] += TN_COST_RELEASE;
        }
        if (cost->chain == TN_CHAIN_COND || cost->chain == TN_CHAIN_TIMER) {
            sums[TN_CHAIN_LEAVE] += TN_COST_FORGET;
        }
    }
}

static void add_state(struct bound *bound, const uint16_t *sums)
{
    for (uint32_t chain = 0; chain < TN_CHAIN_COUNT; chain++) {
        uint32_t sum = sums[chain];

        switch (chain) {
        case TN_CHAIN_ENTER:
            keep_max(&bound->enter, sum);
            break;
        case TN_CHAIN_LEAVE:
            keep_max(&bound->leave, sum);
            break;
        case TN_CHAIN_COND:
            keep_max(&bound->conds, sum);
            break;
        case TN_CHAIN_WHILE:
            keep_max(&bound->whiles, sum);
            break;
        case TN_CHAIN_PLACED: /* enters the start state as well */
            keep_max(&bound->begin, sum + sums[TN_CHAIN_ENTER] + TN_COST_BEGIN);
            break;
        case TN_CHAIN_REMOVED: /* leaves its states as well */
            keep_max(&bound->end, sum + sums[TN_CHAIN_LEAVE] + TN_COST_GONE);
            break;
        default:
            keep_max(&bound->event, sum);
            break;
        }
    }
}

enum tn_err tn_play_get_bounds(const uint8_t *image, uint16_t states_at,
                               const struct tn_cost *costs, uint16_t later,
                               struct tn_image_info *info)
{
    struct bound bound = {0};
    uint16_t sums[TN_CHAIN_COUNT];

    keep_max(&bound.event, later);
    for (uint8_t s = 0; s < image[TN_IMAGE_AT_STATES]; s++) {
        memset(sums, 0, sizeof sums);
        sum_state(image, states_at, s, costs, sums);
        add_state(&bound, sums);
    }

    info->work_event = (uint16_t)(TN_COST_ACT + bound.event);
    info->work_begin = (uint16_t)(TN_COST_ACT + bound.begin);
    info->work_end = (uint16_t)(TN_COST_ACT + bound.end);
    info->work_change =
        (uint16_t)(TN_COST_ACT + TN_COST_CHANGE + bound.enter + bound.leave);
    info->work_look = (uint16_t)(TN_COST_ACT + bound.conds);
    info->work_while = (uint16_t)(TN_COST_ACT + bound.whiles);

    uint16_t most = info->work_event;

    keep_max(&most, info->work_begin);
    keep_max(&most, info->work_end);
    keep_max(&most, info->work_change);
    keep_max(&most, info->work_look);
    keep_max(&most, info->work_while);
    return most > TN_PROGRAM_WORK_CAP ? TN_ERR_WORK : TN_OK;
}
