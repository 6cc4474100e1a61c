/* SPDX-License-Identifier: Apache-2.0 */
/* Group time as a line over own time, mended by each beacon: a second-order
 * loop, gains 1/4 on the offset and 1/32 on the rate (damping close to 0.7). */
#include "parts.h"

#define JUMP_US 2000 /* a larger error is another time, not drift */
#define RATE_CAP_PPB 200000

void tn_net_clock_set(struct tn_net_clock *clock, uint64_t own_us,
                      uint64_t group_us)
{
    clock->own_us = own_us;
    clock->group_us = group_us;
    clock->rate_ppb = 0;
    clock->set = 1;
}

uint64_t tn_net_clock_get(const struct tn_net_clock *clock, uint64_t own_us)
{
    int64_t span_us = (int64_t)(own_us - clock->own_us);
    /* Whole milliseconds, so that the product fits for 1,000 years. */
    int64_t drift_us = span_us / 1000 * clock->rate_ppb / 1000000;

    return clock->group_us + (uint64_t)(span_us + drift_us);
}

void tn_net_clock_step(struct tn_net_clock *clock, uint64_t own_us,
                       uint64_t group_us)
{
    uint64_t guess_us = tn_net_clock_get(clock, own_us);
    int64_t error_us = (int64_t)(group_us - guess_us);
    int64_t span_us = (int64_t)(own_us - clock->own_us);

    if (!clock->set || span_us <= 0 || error_us > JUMP_US ||
        error_us < -JUMP_US) {
        tn_net_clock_set(clock, own_us, group_us);
        return;
    }
    clock->own_us = own_us;
    clock->group_us = guess_us + (uint64_t)(error_us / 4);
    clock->rate_ppb += (int32_t)(error_us * 1000000000 / 32 / span_us);
    clock->rate_ppb = tn_clamp(clock->rate_ppb, -RATE_CAP_PPB, RATE_CAP_PPB);
}

uint16_t tn_net_stamp_ms(const struct tn_net *net, uint64_t own_us)
{
    return (uint16_t)(tn_net_clock_get(&net->clock, own_us) / 1000);
}

uint32_t tn_net_age_us(const struct tn_net_turn *turn, uint16_t stamp_ms)
{
    uint16_t age_ms =
        (uint16_t)(tn_net_stamp_ms(turn->net, turn->in->time_us) - stamp_ms);

    return age_ms < 0x8000u ? age_ms * 1000u : 0;
}

bool tn_net_get_group_us(const struct tn_net *net, uint64_t own_us,
                         uint64_t *group_us)
{
    *group_us = net->clock.set ? tn_net_clock_get(&net->clock, own_us) : own_us;
    return net->clock.set == 1;
}
