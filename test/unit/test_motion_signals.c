/* SPDX-License-Identifier: Apache-2.0 */
/* src/motion: signals, sleep, and samples of any kind. */
#include <support/motion_rig.h>

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
        cmocka_unit_test(upside_down_has_hysteresis),
        cmocka_unit_test(pitch_is_nose_up_and_roll_right_side_down),
        cmocka_unit_test(moving_and_still_wait_and_exclude_each_other),
        cmocka_unit_test(speed_rises_and_falls_smoothly),
        cmocka_unit_test(energy_is_the_linear_acceleration_in_g),
        cmocka_unit_test(a_silence_makes_no_gesture),
        cmocka_unit_test(sleep_keeps_the_posture_and_nothing_else),
        cmocka_unit_test(any_samples_keep_all_values_in_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
