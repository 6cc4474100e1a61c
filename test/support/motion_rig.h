/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_MOTION_RIG_H
#define TENON_TEST_MOTION_RIG_H

/*
 * A brick's motion room with a noisy sensor, moved in ways whose truth is
 * known. For tests; cmocka's assertions fail inside.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <tenon/motion.h>
#include <tenon/prng.h>
#include <tenon/vocabulary.h>

#define PI 3.14159265358979323846
#define KIND_COUNT 5 /* LIFTED .. TAPPED */

/* A brick with a noisy sensor, and what it told. */
struct rig {
    struct tn_motion motion;
    struct tn_prng prng;
    uint64_t t_us;
    uint64_t told_us[KIND_COUNT]; /* when each kind was last told */
    unsigned count[KIND_COUNT];
    double rate_hz;
    double noise_mg; /* rms an axis */
    double strength; /* of the last event that has one */
};

static inline void init_rig(struct rig *rig, double rate_hz)
{
    memset(rig, 0, sizeof *rig);
    tn_motion_init(&rig->motion);
    tn_prng_init(&rig->prng, 7, (uint64_t)rate_hz);
    rig->t_us = 1000000;
    rig->rate_hz = rate_hz;
    rig->noise_mg = 2;
}

/* Roughly normal, rms 1. */
static inline double get_noise(struct rig *rig)
{
    double sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += (double)tn_prng_get(&rig->prng) / 4294967296.0 - 0.5;
    }
    return sum * sqrt(3.0);
}

static inline int16_t get_mg(struct rig *rig, double mg)
{
    double felt = round(mg + get_noise(rig) * rig->noise_mg);

    return (int16_t)(felt > 16000 ? 16000 : felt < -16000 ? -16000 : felt);
}

static inline void feel(struct rig *rig, const double mg[3])
{
    struct tn_accel sample = {.x_mg = get_mg(rig, mg[0]),
                              .y_mg = get_mg(rig, mg[1]),
                              .z_mg = get_mg(rig, mg[2])};
    struct tn_event events[TN_MOTION_EVENT_CAP];
    uint8_t count = 0;

    rig->t_us += (uint64_t)(1e6 / rig->rate_hz);
    tn_motion_step(&rig->motion, rig->t_us, &sample, 1, events, &count);
    for (uint8_t i = 0; i < count; i++) {
        unsigned kind = events[i].number - TN_EVENT_LIFTED;

        assert_true(kind < KIND_COUNT);
        assert_int_equal(events[i].source, TN_SOURCE_SELF);
        rig->count[kind]++;
        rig->told_us[kind] = rig->t_us;
        if (events[i].args[0] != TN_UNKNOWN) {
            rig->strength = events[i].args[0] / 65536.0;
        }
    }
}

/* Linear acceleration (mg) along a direction as a function of time (s). */
typedef double (*wave)(double t, double amount);

static inline double none(double t, double amount)
{
    (void)t;
    (void)amount;
    return 0;
}

static inline double sine_4hz(double t, double amount)
{
    return amount * sin(2 * PI * 4 * t);
}

static inline double sine_1hz(double t, double amount)
{
    return amount * sin(2 * PI * t);
}

/* One blow of 8 ms. */
static inline double blow(double t, double amount)
{
    return t < 0.008 ? amount : 0;
}

/* One smooth pull of 0.3 s. */
static inline double pull(double t, double amount)
{
    return t < 0.3 ? amount * sin(PI * t / 0.3) : 0;
}

/* Off and to a stop: speed at 0.25 s, stands at 0.5 s. */
static inline double lift(double t, double amount)
{
    return t < 0.5 ? amount * sin(2 * PI * t / 0.5) : 0;
}

static inline void run_along(struct rig *rig, double span_s, wave f,
                             double amount, const double along[3])
{
    int count = (int)(span_s * rig->rate_hz);

    for (int i = 0; i < count; i++) {
        double a = f((i + 0.5) / rig->rate_hz, amount);
        double mg[3] = {a * along[0], a * along[1], 1000 + a * along[2]};

        feel(rig, mg);
    }
}

static inline void run(struct rig *rig, double span_s, wave f, double amount)
{
    static const double up[3] = {0, 0, 1};

    run_along(rig, span_s, f, amount, up);
}

/* In a hand: 9 Hz tremor, a posture that wanders, turned to `tilt_deg`. */
static inline void hold(struct rig *rig, double span_s, double tilt_deg)
{
    int count = (int)(span_s * rig->rate_hz);

    for (int i = 0; i < count; i++) {
        double t = i / rig->rate_hz;
        double tilt = (tilt_deg + 4 * sin(2 * PI * 0.7 * t)) * PI / 180;
        double tremor = 35 * sin(2 * PI * 9 * t);
        double mg[3] = {1000 * sin(tilt) + tremor, tremor,
                        1000 * cos(tilt) + tremor};

        feel(rig, mg);
    }
}

static inline void assert_counts(const struct rig *rig, unsigned lifted,
                                 unsigned put_down, unsigned shaken,
                                 unsigned swung, unsigned tapped)
{
    assert_int_equal(rig->count[0], lifted);
    assert_int_equal(rig->count[1], put_down);
    assert_int_equal(rig->count[2], shaken);
    assert_int_equal(rig->count[3], swung);
    assert_int_equal(rig->count[4], tapped);
}

static inline struct tn_motion_signals get_signals(const struct rig *rig)
{
    struct tn_motion_signals signals;

    tn_motion_get_signals(&rig->motion, &signals);
    return signals;
}

static const double rates_hz[] = {35, 50, 100, 200, 400, 500};
#define RATE_COUNT (sizeof rates_hz / sizeof rates_hz[0])

#endif
