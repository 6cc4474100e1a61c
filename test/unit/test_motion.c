/* SPDX-License-Identifier: Apache-2.0 */
/* src/motion on made-up motion whose truth is known. */
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

static void init_rig(struct rig *rig, double rate_hz)
{
    memset(rig, 0, sizeof *rig);
    tn_motion_init(&rig->motion);
    tn_prng_init(&rig->prng, 7, (uint64_t)rate_hz);
    rig->t_us = 1000000;
    rig->rate_hz = rate_hz;
    rig->noise_mg = 2;
}

/* Roughly normal, rms 1. */
static double get_noise(struct rig *rig)
{
    double sum = 0;

    for (int i = 0; i < 4; i++) {
        sum += (double)tn_prng_get(&rig->prng) / 4294967296.0 - 0.5;
    }
    return sum * sqrt(3.0);
}

static int16_t get_mg(struct rig *rig, double mg)
{
    double felt = round(mg + get_noise(rig) * rig->noise_mg);

    return (int16_t)(felt > 16000 ? 16000 : felt < -16000 ? -16000 : felt);
}

static void feel(struct rig *rig, const double mg[3])
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

static double none(double t, double amount)
{
    (void)t;
    (void)amount;
    return 0;
}

static double sine_4hz(double t, double amount)
{
    return amount * sin(2 * PI * 4 * t);
}

static double sine_1hz(double t, double amount)
{
    return amount * sin(2 * PI * t);
}

/* One blow of 8 ms. */
static double blow(double t, double amount)
{
    return t < 0.008 ? amount : 0;
}

/* One smooth pull of 0.3 s. */
static double pull(double t, double amount)
{
    return t < 0.3 ? amount * sin(PI * t / 0.3) : 0;
}

/* Off and to a stop: speed at 0.25 s, stands at 0.5 s. */
static double lift(double t, double amount)
{
    return t < 0.5 ? amount * sin(2 * PI * t / 0.5) : 0;
}

static void run_along(struct rig *rig, double span_s, wave f, double amount,
                      const double along[3])
{
    int count = (int)(span_s * rig->rate_hz);

    for (int i = 0; i < count; i++) {
        double a = f((i + 0.5) / rig->rate_hz, amount);
        double mg[3] = {a * along[0], a * along[1], 1000 + a * along[2]};

        feel(rig, mg);
    }
}

static void run(struct rig *rig, double span_s, wave f, double amount)
{
    static const double up[3] = {0, 0, 1};

    run_along(rig, span_s, f, amount, up);
}

/* In a hand: 9 Hz tremor, a posture that wanders, turned to `tilt_deg`. */
static void hold(struct rig *rig, double span_s, double tilt_deg)
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

static void assert_counts(const struct rig *rig, unsigned lifted,
                          unsigned put_down, unsigned shaken, unsigned swung,
                          unsigned tapped)
{
    assert_int_equal(rig->count[0], lifted);
    assert_int_equal(rig->count[1], put_down);
    assert_int_equal(rig->count[2], shaken);
    assert_int_equal(rig->count[3], swung);
    assert_int_equal(rig->count[4], tapped);
}

static struct tn_motion_signals get_signals(const struct rig *rig)
{
    struct tn_motion_signals signals;

    tn_motion_get_signals(&rig->motion, &signals);
    return signals;
}

static const double rates_hz[] = {35, 50, 100, 200, 400, 500};
#define RATE_COUNT (sizeof rates_hz / sizeof rates_hz[0])
#define FIRST_TAP_RATE 2u /* the first index that can tell taps */

static void without_samples_nothing_changes(void **state)
{
    struct rig rig;
    struct tn_motion before;
    uint8_t count = 9;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, sine_4hz, 2000);
    memcpy(&before, &rig.motion, sizeof before);
    tn_motion_step(&rig.motion, rig.t_us + 5000000, NULL, 0, NULL, &count);
    assert_int_equal(count, 0);
    assert_memory_equal(&before, &rig.motion, sizeof before);
}

static void a_sample_that_is_not_later_is_skipped(void **state)
{
    struct rig rig;
    struct tn_motion before;
    struct tn_accel late = {.x_mg = 5000};
    uint8_t count = 0;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    memcpy(&before, &rig.motion, sizeof before);
    tn_motion_step(&rig.motion, rig.t_us, &late, 1, NULL, &count);
    tn_motion_step(&rig.motion, rig.t_us - 1, &late, 1, NULL, &count);
    assert_memory_equal(&before, &rig.motion, sizeof before);
}

static void how_samples_fall_into_frames_does_not_matter(void **state)
{
    struct tn_motion one;
    struct tn_motion many;
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 3, 3);
    tn_motion_init(&one);
    tn_motion_init(&many);
    for (uint64_t frame = 0; frame < 500; frame++) {
        struct tn_accel samples[TN_ACCEL_CAP];
        struct tn_event events[TN_MOTION_EVENT_CAP];
        uint8_t count = 0;

        for (uint16_t i = 0; i < 4; i++) {
            samples[i].x_mg = (int16_t)(tn_prng_below(&prng, 6000)) - 3000;
            samples[i].y_mg = (int16_t)(tn_prng_below(&prng, 600));
            samples[i].z_mg = 1000;
            samples[i].at_us = (uint16_t)(1000 * i);
        }
        tn_motion_step(&many, frame * 4000, samples, 4, events, &count);
        for (uint16_t i = 0; i < 4; i++) {
            tn_motion_step(&one, frame * 4000, &samples[i], 1, events, &count);
        }
        assert_memory_equal(&one, &many, sizeof one);
    }
}

static void on_a_table_it_is_still_and_tells_nothing(void **state)
{
    static const double noises_mg[] = {0.5, 2, 4};

    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        for (size_t n = 0; n < 3; n++) {
            struct rig rig;

            init_rig(&rig, rates_hz[r]);
            rig.noise_mg = noises_mg[n];
            run(&rig, 20, none, 0);
            assert_counts(&rig, 0, 0, 0, 0, 0);
            assert_int_equal(get_signals(&rig).still, 1);
            assert_int_equal(get_signals(&rig).moving, 0);
            assert_int_equal(get_signals(&rig).speed, 0);
            assert_true(tn_motion_is_resting(&rig.motion));
        }
    }
}

static void lifted_and_put_down_are_told_once_each_in_time(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        struct rig rig;
        uint64_t at_us;

        init_rig(&rig, rates_hz[r]);
        run(&rig, 2, none, 0);
        at_us = rig.t_us;
        run(&rig, 0.5, lift, 250);
        assert_int_equal(get_signals(&rig).moving, 1);
        hold(&rig, 3, 0);
        assert_counts(&rig, 1, 0, 0, 0, 0);
        assert_true(rig.told_us[0] - at_us < 350000);
        assert_false(tn_motion_is_resting(&rig.motion));
        run(&rig, 0.5, lift, -250);
        run(&rig, 0.05, blow, 800);
        at_us = rig.t_us;
        run(&rig, 3, none, 0);
        assert_counts(&rig, 1, 1, 0, 0, 0);
        /* A slow sensor cannot tell the knock, so quiet must last longer. */
        assert_true(rig.told_us[1] - at_us <
                    (rates_hz[r] < 80 ? 1100000 : 750000));
        assert_int_equal(get_signals(&rig).still, 1);
        assert_true(tn_motion_is_resting(&rig.motion));
    }
}

static void a_hand_that_holds_it_quietly_does_not_put_it_down(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    run(&rig, 0.5, lift, 250);
    hold(&rig, 20, 30);
    assert_counts(&rig, 1, 0, 0, 0, 0);
}

static void
a_steady_hand_that_turns_it_slowly_does_not_put_it_down(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    run(&rig, 0.5, lift, 250);
    for (int i = 0; i < 1000; i++) {
        double tilt = 4 * i / 100.0 * PI / 180;
        double mg[3] = {1000 * sin(tilt), 0, 1000 * cos(tilt)};

        feel(&rig, mg);
    }
    assert_counts(&rig, 1, 0, 0, 0, 0);
}

static void a_noisy_sensor_rests_too(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        struct rig rig;

        init_rig(&rig, rates_hz[r]);
        rig.noise_mg = 9;
        run(&rig, 60, none, 0);
        assert_true(tn_motion_is_resting(&rig.motion));
        run(&rig, 0.5, lift, 250);
        hold(&rig, 3, 20);
        run(&rig, 3, none, 0);
        assert_counts(&rig, 1, 1, 0, 0, 0);
    }
}

static void tilting_it_up_slowly_is_lifting(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    for (int deg = 0; deg < 40; deg++) {
        hold(&rig, 0.02, deg);
    }
    hold(&rig, 1, 40);
    assert_counts(&rig, 1, 0, 0, 0, 0);
}

static void a_knock_on_the_table_does_not_lift_or_move(void **state)
{
    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        struct rig rig;

        init_rig(&rig, rates_hz[r]);
        run(&rig, 1, none, 0);
        for (int i = 0; i < 10; i++) {
            run(&rig, 0.02, blow, i % 2 ? 1200 : -700);
            assert_int_equal(get_signals(&rig).moving, 0);
            run(&rig, 1, none, 0);
        }
        assert_int_equal(rig.count[0], 0);
        assert_int_equal(rig.count[1], 0);
        assert_int_equal(rig.count[3], 0);
    }
}

static void pushing_it_along_the_table_does_not_lift(void **state)
{
    static const double forward[3] = {1, 0, 0};
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    for (int i = 0; i < 5; i++) {
        run_along(&rig, 0.6, lift, 180, forward);
        run(&rig, 1, none, 0);
    }
    assert_counts(&rig, 0, 0, 0, 0, 0);
}

static void a_tap_is_told_once_and_two_taps_twice(void **state)
{
    static const double sideways[3] = {0.6, -0.8, 0};

    (void)state;
    for (size_t r = FIRST_TAP_RATE; r < RATE_COUNT; r++) {
        struct rig rig;
        uint64_t at_us;

        init_rig(&rig, rates_hz[r]);
        run(&rig, 1, none, 0);
        at_us = rig.t_us;
        run_along(&rig, 0.2, blow, 1800, sideways);
        assert_counts(&rig, 0, 0, 0, 0, 1);
        assert_true(rig.told_us[4] - at_us < 160000);
        run(&rig, 1, none, 0);
        run(&rig, 0.25, blow, 1500);
        run(&rig, 0.25, blow, 1500);
        run(&rig, 1, none, 0);
        assert_counts(&rig, 0, 0, 0, 0, 3);
    }
}

static void a_tap_on_a_held_brick_is_told(void **state)
{
    static const double sideways[3] = {0, 1, 0};
    struct rig rig;

    (void)state;
    init_rig(&rig, 200);
    hold(&rig, 2, 0);
    run_along(&rig, 0.01, blow, 2000, sideways);
    hold(&rig, 0.5, 0);
    assert_int_equal(rig.count[4], 1);
}

static void a_slow_sensor_tells_no_taps(void **state)
{
    static const double felt[3] = {1500, 0, 1000};
    struct rig rig;

    (void)state;
    init_rig(&rig, 50);
    run(&rig, 1, none, 0);
    for (int i = 0; i < 5; i++) {
        feel(&rig, felt);
        run(&rig, 1, none, 0);
    }
    assert_counts(&rig, 0, 0, 0, 0, 0);
}

static void touching_and_rattling_are_no_taps(void **state)
{
    static const double sideways[3] = {0, 1, 0};
    struct rig rig;

    (void)state;
    init_rig(&rig, 200);
    run(&rig, 1, none, 0);
    run_along(&rig, 1, blow, 250, sideways);
    assert_int_equal(rig.count[4], 0);
    for (int i = 0; i < 21; i++) {
        run_along(&rig, 0.07, blow, i % 2 ? 1500 : -1500, sideways);
    }
    run(&rig, 1, none, 0);
    assert_int_equal(rig.count[4], 0);
}

static void get_direction(struct tn_prng *prng, double along[3])
{
    double len = 0;

    while (len < 0.1) {
        len = 0;
        for (int i = 0; i < 3; i++) {
            along[i] = tn_prng_below(prng, 2001) / 1000.0 - 1;
            len += along[i] * along[i];
        }
    }
    for (int i = 0; i < 3; i++) {
        along[i] /= sqrt(len);
    }
}

static void shaking_is_told_once_in_any_direction(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 5, 5);
    for (int i = 0; i < 60; i++) {
        struct rig rig;
        double along[3];

        get_direction(&prng, along);
        init_rig(&rig, rates_hz[i % (int)RATE_COUNT]);
        run(&rig, 0.5, none, 0);

        uint64_t at_us = rig.t_us;

        run_along(&rig, 3, sine_4hz, 1100 + 20 * i, along);
        assert_int_equal(rig.count[2], 1);
        assert_int_equal(rig.count[3], 0);
        assert_int_equal(rig.count[4], 0);
        assert_true(rig.told_us[2] - at_us < 800000);
        assert_true(rig.strength > 0.25);
        hold(&rig, 1, 0);
        run_along(&rig, 2, sine_4hz, 1500, along);
        assert_int_equal(rig.count[2], 2);
    }
}

static void rocking_it_is_not_shaking(void **state)
{
    static const double forward[3] = {1, 0, 0};
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run_along(&rig, 10, sine_1hz, 900, forward);
    run_along(&rig, 10, sine_4hz, 300, forward);
    assert_int_equal(rig.count[2], 0);
    assert_int_equal(rig.count[3], 0);
}

static void a_swing_is_told_once_soon_and_as_strong_as_it_was(void **state)
{
    static const double outward[3] = {-1, 0, 0};

    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        double strength = 0;

        for (double amount = 2800; amount < 6500; amount += 600) {
            struct rig rig;

            init_rig(&rig, rates_hz[r]);
            hold(&rig, 1, 0);

            uint64_t peak_us = rig.t_us + 150000;

            run_along(&rig, 0.5, pull, amount, outward);
            hold(&rig, 1, 0);
            assert_int_equal(rig.count[3], 1);
            assert_int_equal(rig.count[2], 0);
            assert_int_equal(rig.count[4], 0);
            assert_true(rig.told_us[3] > peak_us);
            assert_true(rig.told_us[3] - peak_us < 160000);
            assert_true(rig.strength > strength);
            strength = rig.strength;
            assert_true(fabs(get_signals(&rig).strength / 65536.0 - strength) <
                        1e-4);
        }
    }
}

static void a_swing_and_its_recoil_are_one_gesture(void **state)
{
    static const double outward[3] = {-1, 0, 0};
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    hold(&rig, 1, 0);
    run_along(&rig, 0.5, pull, 4000, outward);
    run_along(&rig, 0.5, pull, 3000, outward);
    hold(&rig, 1, 0);
    assert_int_equal(rig.count[3], 1);
    run_along(&rig, 0.5, pull, 4000, outward);
    assert_int_equal(rig.count[3], 2);
}

static void turning_it_over_is_no_gesture(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    hold(&rig, 0.5, 0);
    for (int deg = 0; deg < 180; deg += 2) {
        hold(&rig, 0.01, deg);
    }
    hold(&rig, 1, 180);
    assert_int_equal(rig.count[2], 0);
    assert_int_equal(rig.count[3], 0);
    assert_int_equal(rig.count[4], 0);
    assert_int_equal(get_signals(&rig).upside_down, 1);
}

static void upside_down_has_hysteresis(void **state)
{
    static const struct {
        double deg;
        int expected;
    } steps[] = {{0, 0},   {120, 0}, {135, 1}, {120, 1},
                 {105, 0}, {120, 0}, {180, 1}};
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        double tilt = steps[i].deg * PI / 180;
        double mg[3] = {1000 * sin(tilt), 0, 1000 * cos(tilt)};

        for (int n = 0; n < 300; n++) {
            feel(&rig, mg);
        }
        assert_int_equal(get_signals(&rig).upside_down, steps[i].expected);
    }
}

static void pitch_is_nose_up_and_roll_right_side_down(void **state)
{
    struct rig rig;

    (void)state;
    for (int deg = -80; deg <= 80; deg += 20) {
        double tilt = deg * PI / 180;
        double nose[3] = {1000 * sin(tilt), 0, 1000 * cos(tilt)};
        double side[3] = {0, 1000 * sin(tilt), 1000 * cos(tilt)};

        init_rig(&rig, 100);
        for (int n = 0; n < 200; n++) {
            feel(&rig, nose);
        }
        assert_true(fabs(get_signals(&rig).pitch_deg / 65536.0 - deg) < 1);
        init_rig(&rig, 100);
        for (int n = 0; n < 200; n++) {
            feel(&rig, side);
        }
        assert_true(fabs(get_signals(&rig).roll_deg / 65536.0 - deg) < 1);
    }
}

/* Unrest between the two thresholds. */
static double between(double t, double amount)
{
    return amount * sin(2 * PI * 10 * t);
}

static void moving_and_still_wait_and_exclude_each_other(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 200);
    run(&rig, 3, between, 93);
    assert_int_equal(get_signals(&rig).still, 1);
    run(&rig, 0.15, sine_4hz, 400);
    assert_int_equal(get_signals(&rig).still, 1);
    run(&rig, 0.5, sine_4hz, 400);
    assert_int_equal(get_signals(&rig).moving, 1);
    assert_int_equal(get_signals(&rig).still, 0);
    run(&rig, 3, between, 93);
    assert_int_equal(get_signals(&rig).moving, 1);
    run(&rig, 0.2, none, 0);
    assert_int_equal(get_signals(&rig).moving, 1);
    run(&rig, 0.3, none, 0);
    assert_int_equal(get_signals(&rig).still, 1);
    assert_int_equal(get_signals(&rig).moving, 0);
}

static void speed_rises_and_falls_smoothly(void **state)
{
    static const double forward[3] = {1, 0, 0};

    (void)state;
    for (size_t r = 0; r < RATE_COUNT; r++) {
        struct rig rig;
        tn_q16 last = 0;
        double most = 0;
        int count = (int)(3 * rates_hz[r]);

        init_rig(&rig, rates_hz[r]);
        run(&rig, 1, none, 0);
        for (int i = 0; i < 2 * count; i++) {
            double t = i / rates_hz[r];
            double a = i < count ? 1000 * sin(2 * PI * 2 * t) : 0;
            double mg[3] = {a * forward[0], 0, 1000};

            feel(&rig, mg);

            tn_q16 speed = get_signals(&rig).speed;
            double change = fabs((double)(speed - last)) / 65536;

            /* An engine's sound follows: no step above 6 % in 10 ms. */
            assert_true(change < 0.06 * fmax(1, 100 / rates_hz[r]));
            most = fmax(most, speed / 65536.0);
            last = speed;
        }
        assert_true(most > 0.8);
        assert_true(last < 0.01 * 65536);
    }
}

static void energy_is_the_linear_acceleration_in_g(void **state)
{
    static const double forward[3] = {1, 0, 0};
    struct rig rig;
    double energy;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    assert_true(get_signals(&rig).energy < 0.02 * 65536);
    run_along(&rig, 1, sine_4hz, 2000, forward);
    energy = get_signals(&rig).energy / 65536.0;
    /* The mean of |2 g sin| is 1.27 g. */
    assert_true(energy > 1.0 && energy < 1.5);
}

static void a_silence_makes_no_gesture(void **state)
{
    struct rig rig;
    double mg[3] = {4000, 0, -2000};

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 1, none, 0);
    rig.t_us += 3000000;
    feel(&rig, mg);
    run(&rig, 2, none, 0);
    assert_counts(&rig, 0, 0, 0, 0, 0);
}

static void sleep_keeps_the_posture_and_nothing_else(void **state)
{
    struct rig rig;
    struct rig other;
    struct tn_motion_signals before;
    struct tn_motion_signals after;
    struct tn_motion once;

    (void)state;
    init_rig(&rig, 100);
    hold(&rig, 2, 30);
    run(&rig, 1, sine_4hz, 2000);
    before = get_signals(&rig);
    tn_motion_sleep(&rig.motion);
    memcpy(&once, &rig.motion, sizeof once);
    tn_motion_sleep(&rig.motion);
    assert_memory_equal(&once, &rig.motion, sizeof once);

    after = get_signals(&rig);
    assert_true(tn_motion_is_resting(&rig.motion));
    assert_int_equal(after.pitch_deg, before.pitch_deg);
    assert_int_equal(after.roll_deg, before.roll_deg);
    assert_int_equal(after.speed, 0);
    assert_int_equal(after.energy, 0);
    assert_int_equal(after.moving, 0);

    /* Awake again, a gap's length does not count. */
    memcpy(&other, &rig, sizeof other);
    other.t_us += 77000000;
    run(&rig, 2, sine_4hz, 2000);
    run(&other, 2, sine_4hz, 2000);
    assert_memory_equal(rig.count, other.count, sizeof rig.count);
    rig.motion.last_us = 0;
    other.motion.last_us = 0;
    assert_memory_equal(&rig.motion, &other.motion, sizeof rig.motion);
}

static void lifting_out_of_sleep_is_told(void **state)
{
    struct rig rig;

    (void)state;
    init_rig(&rig, 100);
    run(&rig, 3, none, 0);
    tn_motion_sleep(&rig.motion);
    rig.t_us += 9000000;
    /* The sensor wakes the brick when the lift has begun. */
    run(&rig, 0.5, lift, 300);
    hold(&rig, 1, 10);
    assert_counts(&rig, 1, 0, 0, 0, 0);
}

static void any_samples_keep_all_values_in_range(void **state)
{
    struct tn_motion motion;
    struct tn_prng prng;
    uint64_t t_us = 0;
    int held = 0;

    (void)state;
    tn_prng_init(&prng, 11, 1);
    tn_motion_init(&motion);
    for (int i = 0; i < 20000; i++) {
        struct tn_accel samples[TN_ACCEL_CAP];
        struct tn_event events[TN_MOTION_EVENT_CAP];
        struct tn_motion_signals s;
        uint8_t count = (uint8_t)tn_prng_below(&prng, TN_ACCEL_CAP + 1);
        uint8_t told = 0;
        uint32_t span = 1u << (1 + tn_prng_below(&prng, 16));

        for (uint8_t k = 0; k < count; k++) {
            samples[k].x_mg =
                (int16_t)((int)tn_prng_below(&prng, span) - (int)(span / 2));
            samples[k].y_mg =
                (int16_t)((int)tn_prng_below(&prng, span) - (int)(span / 2));
            samples[k].z_mg =
                (int16_t)((int)tn_prng_below(&prng, span) - (int)(span / 2));
            samples[k].at_us = (uint16_t)tn_prng_below(&prng, 65536);
        }
        t_us += tn_prng_below(&prng, 4) ? 4000 : tn_prng_below(&prng, 400000);
        tn_motion_step(&motion, t_us, samples, count, events, &told);
        tn_motion_get_signals(&motion, &s);
        assert_true(told <= TN_MOTION_EVENT_CAP);
        for (uint8_t k = 0; k < told; k++) {
            if (events[k].number == TN_EVENT_LIFTED) {
                assert_int_equal(held++, 0);
            } else if (events[k].number == TN_EVENT_PUT_DOWN) {
                assert_int_equal(held--, 1);
            } else {
                assert_in_range(events[k].args[0], 1, TN_Q16_ONE);
            }
        }
        assert_true(s.speed >= 0 && s.speed <= TN_Q16_ONE);
        assert_true(s.energy >= 0 && s.energy <= 4 * TN_Q16_ONE);
        assert_true(s.strength >= 0 && s.strength <= TN_Q16_ONE);
        assert_true(s.pitch_deg >= -90 * TN_Q16_ONE &&
                    s.pitch_deg <= 90 * TN_Q16_ONE);
        assert_true(s.roll_deg >= -180 * TN_Q16_ONE &&
                    s.roll_deg <= 180 * TN_Q16_ONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_samples_nothing_changes),
        cmocka_unit_test(a_sample_that_is_not_later_is_skipped),
        cmocka_unit_test(how_samples_fall_into_frames_does_not_matter),
        cmocka_unit_test(on_a_table_it_is_still_and_tells_nothing),
        cmocka_unit_test(lifted_and_put_down_are_told_once_each_in_time),
        cmocka_unit_test(a_hand_that_holds_it_quietly_does_not_put_it_down),
        cmocka_unit_test(
            a_steady_hand_that_turns_it_slowly_does_not_put_it_down),
        cmocka_unit_test(a_noisy_sensor_rests_too),
        cmocka_unit_test(tilting_it_up_slowly_is_lifting),
        cmocka_unit_test(a_knock_on_the_table_does_not_lift_or_move),
        cmocka_unit_test(pushing_it_along_the_table_does_not_lift),
        cmocka_unit_test(a_tap_is_told_once_and_two_taps_twice),
        cmocka_unit_test(a_tap_on_a_held_brick_is_told),
        cmocka_unit_test(a_slow_sensor_tells_no_taps),
        cmocka_unit_test(touching_and_rattling_are_no_taps),
        cmocka_unit_test(shaking_is_told_once_in_any_direction),
        cmocka_unit_test(rocking_it_is_not_shaking),
        cmocka_unit_test(a_swing_is_told_once_soon_and_as_strong_as_it_was),
        cmocka_unit_test(a_swing_and_its_recoil_are_one_gesture),
        cmocka_unit_test(turning_it_over_is_no_gesture),
        cmocka_unit_test(upside_down_has_hysteresis),
        cmocka_unit_test(pitch_is_nose_up_and_roll_right_side_down),
        cmocka_unit_test(moving_and_still_wait_and_exclude_each_other),
        cmocka_unit_test(speed_rises_and_falls_smoothly),
        cmocka_unit_test(energy_is_the_linear_acceleration_in_g),
        cmocka_unit_test(a_silence_makes_no_gesture),
        cmocka_unit_test(sleep_keeps_the_posture_and_nothing_else),
        cmocka_unit_test(lifting_out_of_sleep_is_told),
        cmocka_unit_test(any_samples_keep_all_values_in_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
