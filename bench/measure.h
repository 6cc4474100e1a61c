/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_MEASURE_H
#define TENON_BENCH_MEASURE_H

/* The time that benchmarks take, ns: CLOCK_PROCESS_CPUTIME_ID, so that others
 * on the machine count less, or CLOCK_MONOTONIC, which is cheaper to read. */

#include <time.h>

static inline double bench_clock_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts `v`. */
static inline double bench_get_median(double *v, size_t count)
{
    qsort(v, count, sizeof *v, bench_compare);
    return v[count / 2];
}

#endif
