/* SPDX-License-Identifier: Apache-2.0 */
/* src/motion: gestures, made up, whose truth is known. */
#include <support/motion_rig.h>

#define FIRST_TAP_RATE 2u /* the first index that can tell taps */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        cmocka_unit_test(lifting_out_of_sleep_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
