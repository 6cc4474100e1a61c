/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LINUX_PACE_H
#define TENON_LINUX_PACE_H

/*
 * Simulated time against the monotonic clock, and Ctrl-C without a handler:
 * SIGINT and SIGTERM are blocked and asked for. One thread only.
 */

#include <stdbool.h>
#include <stdint.h>

struct tn_pace {
    int64_t start_us; /* monotonic clock at simulated time 0 */
};

/* Blocks the two signals; simulated time 0 is now. */
void tn_pace_init(struct tn_pace *pace);

/* Waits until simulated `time_us` has come. A machine that was late (or
 * suspended) by more than half a second goes on from now. False: someone wants
 * to end it. */
bool tn_pace_wait(struct tn_pace *pace, uint64_t time_us);

/* Does not wait. False: someone wants to end it. */
bool tn_pace_is_wanted(void);

/* Monotonic time. */
int64_t tn_pace_get_us(void);

#endif
