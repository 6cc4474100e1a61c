/* SPDX-License-Identifier: Apache-2.0 */
/* src/motion: taps, wherever the blow falls between the sensor's samples. */
#include <support/motion_rig.h>

#define PHASE_COUNT 100
#define DOZE_S 0.02    /* asleep the sensor compares so often */
#define WAKE_MG 80     /* and wakes the brick if the force differs by more */
#define RINGS_S 0.024  /* the blow of get_blow_mg */
#define BLOW_AT_S 0.05 /* from the begin of play_blow */

/* Half a sine of height 1 within 0 .. 1, 0 elsewhere. */
static double get_bump(double u)
{
    return u > 0 && u < 1 ? sin(PI * u) : 0;
}

/* A finger's blow at t = 0: a push of 6 ms, then what walls and table give
 * back; in the sum no speed is left. */
static double get_blow_mg(double t, double height_mg)
{
    return height_mg *
           (get_bump(t / 0.006) - 0.9375 * get_bump((t - 0.006) / 0.008) +
            0.15 * get_bump((t - 0.014) / 0.010));
}

/* What a sensor reads that takes the mean over its period. */
static double get_felt_mg(double t, double period_s, double height_mg)
{
    double sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += get_blow_mg(t - i * period_s / 4, height_mg);
    }
    return sum / 4;
}

/* From `t` (the blow falls at 0) on, for half a second. */
static void play_blow(struct rig *rig, double t, double height_mg,
                      const double along[3])
{
    double period_s = 1 / rig->rate_hz;

    for (double end = t + 0.5; t < end; t += period_s) {
        double a = get_felt_mg(t, period_s, height_mg);
        double mg[3] = {a * along[0], a * along[1], 1000 + a * along[2]};

        feel(rig, mg);
    }
}

/* Of PHASE_COUNT taps, each at another moment between two samples. */
static unsigned count_felt(double rate_hz, double height_mg,
                           const double along[3])
{
    unsigned felt = 0;

    for (int i = 0; i < PHASE_COUNT; i++) {
        struct rig rig;

        init_rig(&rig, rate_hz);
        rig.noise_mg = 0.9;
        run(&rig, 0.5, none, 0);
        play_blow(&rig, -BLOW_AT_S + i / (PHASE_COUNT * rate_hz), height_mg,
                  along);
        assert_in_range(rig.count[4], 0, 1);
        felt += rig.count[4];
        assert_counts(&rig, 0, 0, 0, 0, rig.count[4]);
    }
    return felt;
}

static const double directions[][3] = {
    {0, 0, -1}, {0, 0, 1}, {1, 0, 0}, {0.6, -0.8, 0}, {-0.48, 0.36, -0.8}};
#define DIRECTION_COUNT (sizeof directions / sizeof directions[0])

static void a_tap_is_felt_wherever_it_falls_between_two_samples(void **state)
{
    static const double fast_hz[] = {198, 200, 202, 400};

    (void)state;
    for (size_t r = 0; r < sizeof fast_hz / sizeof fast_hz[0]; r++) {
        for (size_t d = 0; d < DIRECTION_COUNT; d++) {
            for (double mg = 1500; mg <= 4500; mg += 1500) {
                unsigned felt = count_felt(fast_hz[r], mg, directions[d]);

                assert_in_range(felt, 98, PHASE_COUNT);
            }
        }
    }
}

/* Sleeps, and is struck when `phase_s` of the doze is over: 0, or 1 if the
 * sensor saw it. */
static unsigned strike_asleep(struct rig *rig, double phase_s, double height_mg,
                              const double along[3])
{
    init_rig(rig, 200);
    rig->noise_mg = 0.9;
    run(rig, 2, none, 0);
    tn_motion_sleep(&rig->motion);
    rig->t_us += 9000000;
    for (double t = phase_s; t < RINGS_S; t += DOZE_S) {
        double mg = fabs(get_blow_mg(t, height_mg));

        for (int i = 0; i < 3; i++) {
            if (mg * fabs(along[i]) > WAKE_MG) {
                play_blow(rig, t, height_mg, along);
                return 1;
            }
        }
    }
    return 0;
}

static void a_tap_that_wakes_it_is_felt_and_does_not_lift(void **state)
{
    unsigned woken = 0;
    unsigned felt = 0;

    (void)state;
    for (size_t d = 0; d < DIRECTION_COUNT; d++) {
        for (int i = 0; i < 2 * PHASE_COUNT; i++) {
            struct rig rig;

            woken += strike_asleep(&rig, i * DOZE_S / (2 * PHASE_COUNT), 3000,
                                   directions[d]);
            assert_in_range(rig.count[4], 0, 1);
            felt += rig.count[4];
            assert_counts(&rig, 0, 0, 0, 0, rig.count[4]);
        }
    }
    print_message("asleep: %u of %u taps wake it, %u are felt\n", woken,
                  (unsigned)DIRECTION_COUNT * 2 * PHASE_COUNT, felt);
    assert_true(woken > 190 * DIRECTION_COUNT);
    assert_true(felt * 100 >= woken * 98);
}

static void blows_of_any_strength_do_not_lift(void **state)
{
    (void)state;
    for (double mg = 250; mg < 30000; mg *= 1.3) {
        for (int i = 0; i < PHASE_COUNT; i++) {
            const double *along = directions[(size_t)i % DIRECTION_COUNT];
            double phase = (double)i / PHASE_COUNT;
            struct rig rig;

            strike_asleep(&rig, phase * DOZE_S, mg, along);
            assert_int_equal(rig.count[0], 0);
            run(&rig, 0.5, none, 0);
            play_blow(&rig, -BLOW_AT_S + phase / 200, mg, along);
            assert_int_equal(rig.count[0], 0);
        }
    }
}

/* Lifts, pushes, or takes hold of it. */
static double hold_off(double t, double amount)
{
    return t < 1 ? amount : 0;
}

static void waking_it_by_hand_is_no_tap(void **state)
{
    static const wave waves[] = {lift, pull, hold_off, sine_4hz};

    (void)state;
    for (size_t w = 0; w < sizeof waves / sizeof waves[0]; w++) {
        for (double mg = 100; mg < 1500; mg += 100) {
            for (size_t d = 0; d < DIRECTION_COUNT; d++) {
                struct rig rig;

                init_rig(&rig, 200);
                run(&rig, 2, none, 0);
                tn_motion_sleep(&rig.motion);
                rig.t_us += 9000000;
                run_along(&rig, 0.5, waves[w], mg, directions[d]);
                assert_int_equal(rig.count[4], 0);
            }
        }
    }
}

static void a_woken_brick_that_nothing_moves_tells_nothing(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        struct rig rig;

        init_rig(&rig, rates_hz[r]);
        run(&rig, 2, none, 0);
        tn_motion_sleep(&rig.motion);
        rig.t_us += 9000000;
        run(&rig, 3, none, 0);
        assert_counts(&rig, 0, 0, 0, 0, 0);
    }
}

/* 0.2 g for `lasts_s`, then one strong sample. */
static unsigned count_after_push(double lasts_s)
{
    static const double push[3] = {200, 0, 1000};
    static const double strong[3] = {2500, 0, 1000};
    struct rig rig;

    init_rig(&rig, 200);
    run(&rig, 1, none, 0);
    for (int i = 0; i < (int)(lasts_s * 200 + 0.5); i++) {
        feel(&rig, push);
    }
    feel(&rig, strong);
    run(&rig, 0.5, none, 0);
    return rig.count[4];
}

static void calm_must_last_until_shortly_before_the_blow(void **state)
{
    (void)state;
    assert_int_equal(count_after_push(0), 1);
    assert_int_equal(count_after_push(0.005), 1);
    assert_int_equal(count_after_push(0.015), 1);
    assert_int_equal(count_after_push(0.025), 0);
    assert_int_equal(count_after_push(0.045), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tap_is_felt_wherever_it_falls_between_two_samples),
        cmocka_unit_test(a_tap_that_wakes_it_is_felt_and_does_not_lift),
        cmocka_unit_test(blows_of_any_strength_do_not_lift),
        cmocka_unit_test(waking_it_by_hand_is_no_tap),
        cmocka_unit_test(a_woken_brick_that_nothing_moves_tells_nothing),
        cmocka_unit_test(calm_must_last_until_shortly_before_the_blow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
