/* SPDX-License-Identifier: Apache-2.0 */
/* src/place: what becomes of poses, what stays unknown, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "place_kit.h"

#define WALK_DIGEST 0x1dfa79d688a19203u

#define BIT(what) (1u << TN_PLACE_WHAT_##what)

static struct tn_place place;
static struct tn_place before;
static struct tn_place_layout layout;
static struct tn_place_pose pose;
static struct tn_place_signals signals;
static const struct kit_pose ahead = {{0.2f, 0, 0},
                                      {1, 0, 0, 0, 1, 0, 0, 0, 1}};

static int start(void **state)
{
    (void)state;
    tn_place_get_layout(&layout);
    tn_place_init(&place, &layout);
    return 0;
}

/* Every coil in the body's centre: the hemisphere cannot be told. */
static void gather_coils(void)
{
    for (unsigned i = 0; i < 3; i++) {
        memset(layout.coils[i].centre, 0, sizeof layout.coils[i].centre);
    }
    tn_place_init(&place, &layout);
}

/* The news that a report at `time_ms` brings; pose and signals at that time. */
static unsigned see(uint8_t slot, const struct kit_pose *seen, uint64_t time_ms)
{
    struct tn_place_report report;
    unsigned slices;

    kit_report(&layout, seen, 1000 * time_ms, NULL, &report);
    assert_int_equal(tn_place_push(&place, slot, &report), TN_OK);

    unsigned bits = kit_run(&place, &slices);

    tn_place_get_pose(&place, slot, 1000 * time_ms, &pose);
    tn_place_get_signals(&place, slot, 1000 * time_ms, &signals);
    return bits;
}

static unsigned see_at(float x, float y, float z, uint64_t time_ms)
{
    struct kit_pose seen = ahead;

    seen.at[0] = x;
    seen.at[1] = y;
    seen.at[2] = z;
    return see(0, &seen, time_ms);
}

static void poses_come_back_from_their_couplings(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 1, 1);
    for (unsigned n = 0; n < 300; n++) {
        struct kit_pose seen;
        float distance = 0.07f + 0.003f * (float)n;

        kit_random_pose(&prng, distance, &seen);
        start(NULL);
        see(3, &seen, 5);
        assert_int_equal(tn_place_get_verdict(&place, 3), TN_PLACE_TAKEN);
        assert_int_equal(pose.known, TN_PLACE_POSE);
        assert_true(fabsf(pose.distance_mm / (1e3f * distance) - 1.0f) < 1e-3f);
        assert_true(pose.hemisphere || distance > 0.2f);
        if (pose.hemisphere) {
            assert_true(kit_dot(pose.direction, seen.at) > 0.99999f * distance);
        }
        for (unsigned i = 0; i < 9; i++) {
            assert_true(fabsf(pose.turn[i] - seen.turn[i]) < 3e-3f ||
                        !pose.hemisphere);
        }
        assert_true(pose.sigma_distance_mm > 0.0f);
        assert_int_equal(pose.time_us, 5000);
    }
}

static void coils_of_one_centre_leave_the_hemisphere_open(void **state)
{
    (void)state;
    gather_coils();
    assert_int_equal(see(0, &ahead, 1), BIT(NEAR));
    assert_int_equal(pose.known, TN_PLACE_POSE);
    assert_int_equal(pose.hemisphere, 0);
    assert_true(fabsf(pose.direction[0]) > 0.9999f);
    assert_true(signals.distance_m != TN_UNKNOWN);
    assert_int_equal(signals.bearing_deg, TN_UNKNOWN);
    assert_int_equal(signals.elevation_deg, TN_UNKNOWN);
    assert_int_equal(signals.near, TN_PLACE_YES);
    assert_int_equal(signals.facing, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.faced_by, TN_PLACE_UNKNOWN);
}

/* Couplings of separate coils near, then of one centre: what decides is gone,
 * but nobody jumps through the brick. */
static void a_track_carries_the_hemisphere_where_couplings_do_not(void **state)
{
    struct kit_pose seen = ahead;

    (void)state;
    seen.at[0] = -0.15f;
    see(0, &seen, 1);
    assert_int_equal(pose.hemisphere, 1);
    for (unsigned i = 0; i < 3; i++) {
        memset(layout.coils[i].centre, 0, sizeof layout.coils[i].centre);
    }
    memcpy(&place.layout, &layout, sizeof layout);
    for (unsigned i = 1; i < 40; i++) {
        seen.at[1] += 0.001f;
        see(0, &seen, 1 + 20 * i);
        assert_int_equal(pose.hemisphere, 1);
        assert_true(pose.direction[0] < -0.95f);
    }
    /* Too long not seen: it may have gone round. */
    see(0, &seen, 1 + 20 * 39 + 900);
    assert_int_equal(pose.known, TN_PLACE_POSE);
    assert_int_equal(pose.hemisphere, 0);
}

static void evidence_turns_a_wrong_track_round(void **state)
{
    (void)state;
    see_at(0.2f, 0.0f, 0.0f, 1);
    assert_true(pose.direction[0] > 0.99f);
    /* What was believed so far is made wrong. */
    place.neighbours[0].pose.direction[0] = -1.0f;
    for (unsigned i = 1; i <= 17; i++) {
        see_at(0.2f, 0.0f, 0.0f, 1 + 10 * i);
    }
    assert_int_equal(pose.hemisphere, 1);
    assert_true(pose.direction[0] > 0.99f);
}

static void the_unmeasurable_is_far_and_nothing_else(void **state)
{
    (void)state;
    assert_int_equal(see_at(0.2f, 0.0f, 0.0f, 1), BIT(NEAR) | BIT(FACING));
    assert_int_equal(see_at(9.0f, 0.0f, 0.0f, 100), BIT(FAR));
    assert_int_equal(tn_place_get_verdict(&place, 0), TN_PLACE_WEAK);
    assert_int_equal(pose.known, TN_PLACE_BEYOND);
    assert_true(pose.distance_mm > 1000.0f && pose.distance_mm < 9000.0f);
    assert_int_equal(signals.far, TN_PLACE_YES);
    assert_int_equal(signals.near, TN_PLACE_NO);
    assert_int_equal(signals.touching, TN_PLACE_NO);
    assert_int_equal(signals.facing, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.distance_m, TN_UNKNOWN);
}

static void near_and_far_have_a_band_between_them(void **state)
{
    (void)state;
    assert_int_equal(see_at(0.0f, 0.40f, 0.0f, 10), 0);
    assert_int_equal(signals.near, TN_PLACE_UNKNOWN); /* neither yet */
    assert_int_equal(signals.far, TN_PLACE_UNKNOWN);
    assert_int_equal(see_at(0.0f, 0.50f, 0.0f, 20), 0); /* far from the first */
    assert_int_equal(signals.far, TN_PLACE_YES);
    assert_int_equal(see_at(0.0f, 0.32f, 0.0f, 30), 0);
    assert_int_equal(signals.far, TN_PLACE_YES);
    assert_int_equal(see_at(0.0f, 0.28f, 0.0f, 40), BIT(NEAR));
    assert_int_equal(signals.near, TN_PLACE_YES);
    assert_int_equal(see_at(0.0f, 0.40f, 0.0f, 50), 0);
    assert_int_equal(signals.near, TN_PLACE_YES);
    assert_int_equal(signals.far, TN_PLACE_NO);
    assert_int_equal(see_at(0.0f, 0.47f, 0.0f, 60), BIT(FAR));
    assert_int_equal(see_at(0.0f, 0.25f, 0.0f, 70), BIT(NEAR));
}

static void facing_and_faced_by_are_within_twenty_degrees(void **state)
{
    static const struct kit_pose opposite = {{0.2f, 0, 0},
                                             {-1, 0, 0, 0, -1, 0, 0, 0, 1}};
    const float d = 0.2f;

    (void)state;
    assert_int_equal(see(0, &opposite, 1000),
                     BIT(NEAR) | BIT(FACING) | BIT(FACED_BY));
    assert_int_equal(see_at(d * 0.9272f, d * 0.3746f, 0, 3000), 0); /* 22 deg */
    assert_int_equal(signals.facing, TN_PLACE_YES);
    assert_int_equal(signals.faced_by, TN_PLACE_NO);
    assert_int_equal(see_at(d * 0.8910f, d * 0.4540f, 0, 5000), 0); /* 27 deg */
    assert_int_equal(signals.facing, TN_PLACE_NO);
    assert_int_equal(see_at(d * 0.9272f, d * 0.3746f, 0, 7000), 0);
    assert_int_equal(signals.facing, TN_PLACE_NO);
    assert_int_equal(see_at(d * 0.9511f, 0, d * 0.3090f, 9000), BIT(FACING));
    assert_true(abs(signals.elevation_deg - 18 * 65536) < 65536 / 4);
    assert_int_equal(see_at(-d, 0.001f, 0, 11000), BIT(FACED_BY)); /* behind */
    assert_int_equal(signals.facing, TN_PLACE_NO);
    assert_int_equal(see_at(0, d, 0, 13000), 0);
    assert_true(abs(signals.bearing_deg - 90 * 65536) < 65536 / 4);
    assert_true(abs(signals.distance_m - 13107) < 20);
}

/* Bodies made 36 mm wide, so that they touch where poses are still found; of
 * the real ones see test_sim_coils.c. */
static void touching_is_of_the_bodies_not_of_their_centres(void **state)
{
    (void)state;
    layout.half[1] = 0.018f;
    tn_place_init(&place, &layout);
    assert_int_equal(see_at(0.0f, 0.060f, 0.0f, 10), BIT(NEAR));
    assert_int_equal(signals.touching, TN_PLACE_NO);
    assert_int_equal(see_at(0.0f, 0.042f, 0.0f, 1000), 0);
    assert_int_equal(signals.touching, TN_PLACE_NO); /* 6 mm, from apart */
    assert_int_equal(see_at(0.0f, 0.038f, 0.0f, 2000), BIT(TOUCHING));
    assert_int_equal(see_at(0.0f, 0.042f, 0.0f, 3000), 0);
    assert_int_equal(signals.touching, TN_PLACE_YES);
    assert_int_equal(see_at(0.0f, 0.046f, 0.0f, 4000), 0);
    assert_int_equal(signals.touching, TN_PLACE_NO);
    assert_int_equal(see_at(0.0f, 0.0f, 0.034f, 5000), 0); /* 21 mm above */
    assert_int_equal(signals.touching, TN_PLACE_NO);
}

static void what_is_too_strong_for_any_distance_touches(void **state)
{
    struct tn_place_report report;
    unsigned slices;

    (void)state;
    memset(&report, 0, sizeof report);
    report.time_us = 1000;
    report.sigma = KIT_SIGMA;
    for (unsigned i = 0; i < 9; i++) {
        report.couplings[i] = i % 4 ? 0.0f : 150000.0f; /* no dipoles' */
    }
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    assert_int_equal(kit_run(&place, &slices), BIT(NEAR) | BIT(TOUCHING));
    assert_int_equal(tn_place_get_verdict(&place, 0), TN_PLACE_UNLIKE);
    assert_true(tn_place_get_pose(&place, 0, 1000, &pose));
    assert_int_equal(pose.known, TN_PLACE_CONTACT);
    tn_place_get_signals(&place, 0, 1000, &signals);
    assert_int_equal(signals.touching, TN_PLACE_YES);
    assert_int_equal(signals.near, TN_PLACE_YES);
    assert_int_equal(signals.facing, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.distance_m, TN_UNKNOWN);
}

static void old_poses_are_unknown_and_nothing_is_told_twice(void **state)
{
    (void)state;
    see_at(0.2f, 0.0f, 0.0f, 1);
    memcpy(&before, &place, sizeof place);
    assert_true(tn_place_get_pose(&place, 0, 1001000, &pose));
    assert_false(tn_place_get_pose(&place, 0, 1001001, &pose));
    assert_int_equal(pose.known, TN_PLACE_NOTHING);
    tn_place_get_signals(&place, 0, 1001001, &signals);
    assert_int_equal(signals.near, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.far, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.touching, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.facing, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.faced_by, TN_PLACE_UNKNOWN);
    assert_int_equal(signals.distance_m, TN_UNKNOWN);
    assert_memory_equal(&before, &place, sizeof place);
    assert_int_equal(see_at(0.2f, 0.0f, 0.0f, 5000), 0);
    assert_int_equal(signals.near, TN_PLACE_YES);
}

static void couplings_that_no_pose_explains_are_refused(void **state)
{
    struct tn_place_report report;
    struct tn_place_pose kept;
    struct tn_prng prng;
    unsigned slices;
    unsigned refused = 0;

    (void)state;
    see_at(0.2f, 0.0f, 0.0f, 1);
    memcpy(&kept, &pose, sizeof kept);
    tn_prng_init(&prng, 2, 1);
    for (unsigned n = 0; n < 100; n++) {
        kit_report(&layout, &ahead, 2000 + 2000 * n, NULL, &report);
        report.couplings[tn_prng_below(&prng, 9)] += 100.0f;
        assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
        assert_int_equal(kit_run(&place, &slices), 0);
        refused += tn_place_get_verdict(&place, 0) == TN_PLACE_UNLIKE;
    }
    assert_true(refused >= 90);
    if (refused == 100) {
        tn_place_get_pose(&place, 0, 2000, &pose);
        assert_memory_equal(&kept, &pose, sizeof pose);
    }
}

static void a_pose_against_gravity_is_refused(void **state)
{
    struct tn_place_report report;
    unsigned slices;

    (void)state;
    kit_report(&layout, &ahead, 1000, NULL, &report);
    report.their_mg[0] = 500;
    report.their_mg[2] = 866;
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    kit_run(&place, &slices);
    assert_int_equal(tn_place_get_verdict(&place, 0), TN_PLACE_TILTED);
    assert_false(tn_place_get_pose(&place, 0, 1000, &pose));

    report.time_us = 2000;
    report.gravity = 0; /* the neighbour is being swung */
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    kit_run(&place, &slices);
    assert_int_equal(tn_place_get_verdict(&place, 0), TN_PLACE_TAKEN);

    report.time_us = 3000;
    report.gravity = 1; /* claimed, but more than gravity is felt */
    report.their_mg[0] = 1500;
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    kit_run(&place, &slices);
    assert_int_equal(tn_place_get_verdict(&place, 0), TN_PLACE_TAKEN);
}

static void bad_reports_are_refused_and_change_nothing(void **state)
{
    struct tn_place_report good;
    struct tn_place_report bad;

    (void)state;
    see_at(0.2f, 0.0f, 0.0f, 1);
    kit_report(&layout, &ahead, 2000, NULL, &good);
    memcpy(&before, &place, sizeof place);
    assert_int_equal(tn_place_push(&place, TN_PLACE_CAP, &good), TN_ERR_ARG);

    const float worst[] = {NAN, INFINITY, -INFINITY, 1.1e7f, -1.1e7f};

    for (unsigned i = 0; i < 9; i++) {
        for (unsigned k = 0; k < sizeof worst / sizeof worst[0]; k++) {
            bad = good;
            bad.couplings[i] = worst[k];
            assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_VALUE);
        }
    }

    const float sigmas[] = {NAN, 0.0f, -1.0f, 1e-6f, 2e3f};

    for (unsigned k = 0; k < sizeof sigmas / sizeof sigmas[0]; k++) {
        bad = good;
        bad.sigma = sigmas[k];
        assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_VALUE);
    }
    bad = good;
    bad.own_mg[1] = 16001;
    assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_VALUE);
    bad = good;
    bad.their_mg[2] = INT16_MIN;
    assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_VALUE);
    bad = good;
    bad.gravity = 2;
    assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_VALUE);
    bad = good;
    bad.time_us = 1000;
    assert_int_equal(tn_place_push(&place, 0, &bad), TN_ERR_TIME);
    assert_memory_equal(&before, &place, sizeof place);
    assert_int_equal(tn_place_push(&place, 0, &good), TN_OK);
}

static void garbage_ends_in_bounded_time_with_numbers(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 3, 1);
    for (unsigned n = 0; n < 4000; n++) {
        struct tn_place_report report;
        unsigned slices;

        memset(&report, 0, sizeof report);
        report.time_us = 1 + 50000u * n;
        report.sigma = ldexpf(1.0f, (int)tn_prng_below(&prng, 26) - 16);
        report.gravity = (uint8_t)tn_prng_below(&prng, 2);
        for (unsigned i = 0; i < 9; i++) {
            int scale = (int)tn_prng_below(&prng, n % 3 ? 4 : 40) - 17;

            report.couplings[i] = ldexpf((float)(int32_t)tn_prng_get(&prng),
                                         scale < -8 ? scale - 14 : -8);
            if (n % 5 == 0) {
                report.couplings[i] = (float)(int)(n % 7) * 1e6f;
            }
        }
        for (unsigned i = 0; i < 3; i++) {
            report.own_mg[i] = (int16_t)(tn_prng_below(&prng, 2000) - 1000u);
            report.their_mg[i] = (int16_t)(tn_prng_below(&prng, 2000) - 1000u);
        }
        assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
        kit_run(&place, &slices);
        assert_in_range(slices, 1, KIT_SLICES_MAX);
        assert_true(tn_place_get_verdict(&place, 0) != TN_PLACE_NONE);
        if (!tn_place_get_pose(&place, 0, report.time_us, &pose)) {
            continue;
        }
        assert_true(isfinite(pose.distance_mm));
        assert_true(pose.distance_mm > 0.0f || pose.known == TN_PLACE_CONTACT);
        assert_true(isfinite(pose.sigma_distance_mm));
        if (pose.known == TN_PLACE_POSE) {
            assert_true(fabsf(kit_dot(pose.direction, pose.direction) - 1.0f) <
                        1e-5f);
            assert_true(fabsf(kit_dot(pose.turn, pose.turn) - 1.0f) < 1e-4f);
            assert_true(fabsf(kit_dot(pose.turn, pose.turn + 3)) < 1e-4f);
        }
        tn_place_get_signals(&place, 0, report.time_us, &signals);
        assert_true(signals.near <= TN_PLACE_UNKNOWN);
    }
}

static void without_reports_nothing_changes(void **state)
{
    struct tn_place_news news[TN_PLACE_NEWS_CAP];
    uint8_t count = 9;

    (void)state;
    see_at(0.2f, 0.0f, 0.0f, 1);
    memcpy(&before, &place, sizeof place);
    for (unsigned i = 0; i < 100; i++) {
        tn_place_step(&place, news, &count);
        assert_int_equal(count, 0);
    }
    assert_memory_equal(&before, &place, sizeof place);
    assert_true(tn_place_is_resting(&place));
}

static void sixteen_neighbours_take_turns(void **state)
{
    struct tn_place_report report;
    struct tn_prng prng;
    unsigned slices;

    (void)state;
    tn_prng_init(&prng, 4, 1);
    for (uint8_t slot = 0; slot < TN_PLACE_CAP; slot++) {
        struct kit_pose seen;

        kit_random_pose(&prng, 0.1f + 0.01f * slot, &seen);
        kit_report(&layout, &seen, 1000, NULL, &report);
        assert_int_equal(tn_place_push(&place, slot, &report), TN_OK);
    }
    assert_false(tn_place_is_resting(&place));
    kit_run(&place, &slices);
    assert_in_range(slices, 16 * 10, 16 * KIT_SLICES_MAX);
    for (uint8_t slot = 0; slot < TN_PLACE_CAP; slot++) {
        assert_true(tn_place_get_pose(&place, slot, 1000, &pose));
        assert_true(fabsf(pose.distance_mm - 100.0f - 10.0f * slot) < 1.0f);
    }
    assert_false(tn_place_get_pose(&place, TN_PLACE_CAP, 1000, &pose));
}

static void one_who_has_left_is_forgotten(void **state)
{
    struct tn_place_report report;
    struct tn_place_news news[TN_PLACE_NEWS_CAP];
    uint8_t count;

    (void)state;
    memcpy(&before, &place, sizeof place);
    kit_report(&layout, &ahead, 1000, NULL, &report);
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    for (unsigned i = 0; i < 3; i++) {
        tn_place_step(&place, news, &count); /* in the middle of its work */
    }
    tn_place_reset(&place, 0);
    assert_true(tn_place_is_resting(&place));
    place.next = 0;
    assert_memory_equal(&before, &place, sizeof place);
    assert_int_equal(see(0, &ahead, 1), BIT(NEAR) | BIT(FACING));
}

static void a_copy_goes_on_alike(void **state)
{
    struct tn_place_report report;
    struct tn_place_news news[TN_PLACE_NEWS_CAP];
    uint8_t count;
    unsigned slices;

    (void)state;
    kit_report(&layout, &ahead, 1000, NULL, &report);
    assert_int_equal(tn_place_push(&place, 0, &report), TN_OK);
    for (unsigned i = 0; i < 7; i++) {
        tn_place_step(&place, news, &count);
    }
    memcpy(&before, &place, sizeof place);

    unsigned bits = kit_run(&place, &slices);

    assert_int_equal(kit_run(&before, &slices), bits);
    assert_memory_equal(&before, &place, sizeof place);
}

/* gcc and clang at any optimisation, Cortex-M4F and WebAssembly come to it. */
static void a_walk_gives_the_same_bytes_on_every_machine(void **state)
{
    uint64_t digest = kit_walk(&place, 200);

    (void)state;
    if (digest != WALK_DIGEST) {
        print_message("digest 0x%016llx\n", (unsigned long long)digest);
    }
    assert_true(digest == WALK_DIGEST);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, start)
    const struct CMUnitTest tests[] = {
        TEST(poses_come_back_from_their_couplings),
        TEST(coils_of_one_centre_leave_the_hemisphere_open),
        TEST(a_track_carries_the_hemisphere_where_couplings_do_not),
        TEST(evidence_turns_a_wrong_track_round),
        TEST(the_unmeasurable_is_far_and_nothing_else),
        TEST(near_and_far_have_a_band_between_them),
        TEST(facing_and_faced_by_are_within_twenty_degrees),
        TEST(touching_is_of_the_bodies_not_of_their_centres),
        TEST(what_is_too_strong_for_any_distance_touches),
        TEST(old_poses_are_unknown_and_nothing_is_told_twice),
        TEST(couplings_that_no_pose_explains_are_refused),
        TEST(a_pose_against_gravity_is_refused),
        TEST(bad_reports_are_refused_and_change_nothing),
        TEST(garbage_ends_in_bounded_time_with_numbers),
        TEST(without_reports_nothing_changes),
        TEST(sixteen_neighbours_take_turns),
        TEST(one_who_has_left_is_forgotten),
        TEST(a_copy_goes_on_alike),
        TEST(a_walk_gives_the_same_bytes_on_every_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
