/* SPDX-License-Identifier: Apache-2.0 */
#include "pace.h"

#include <signal.h>
#include <time.h>

#define LATE_US 500000

int64_t tn_pace_get_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static sigset_t get_signals(void)
{
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    return set;
}

void tn_pace_init(struct tn_pace *pace)
{
    sigset_t set = get_signals();

    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    pace->start_us = tn_pace_get_us();
}

/* Waits at most `us` for one of the signals. False: it came. */
static bool wait_us(int64_t us)
{
    sigset_t set = get_signals();
    struct timespec span = {.tv_sec = (time_t)(us / 1000000),
                            .tv_nsec = (long)(us % 1000000) * 1000};

    return sigtimedwait(&set, NULL, &span) < 0;
}

bool tn_pace_wait(struct tn_pace *pace, uint64_t time_us)
{
    int64_t left = pace->start_us + (int64_t)time_us - tn_pace_get_us();

    if (left < -LATE_US) {
        pace->start_us -= left;
    }
    while (left > 0) {
        if (!wait_us(left)) {
            return false;
        }
        left = pace->start_us + (int64_t)time_us - tn_pace_get_us();
    }
    return tn_pace_is_wanted();
}

bool tn_pace_is_wanted(void)
{
    return wait_us(0);
}
