/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sim/world.h>
#include <tenon/hash.h>

/* What the watcher of a run keeps: a digest of all that went in and out. */
struct tally {
    uint64_t digest;
    uint64_t steps;
    uint64_t samples;
    uint64_t last_us;
    uint64_t last_sample_us;
    uint64_t least_us; /* between two samples */
    uint64_t most_us;
    uint8_t most_count; /* samples in one frame */
};

static void watch(void *ctx, const struct tn_world *world, size_t brick)
{
    struct tally *t = ctx;
    const struct tn_world_brick *b = &world->bricks[brick];

    t->steps++;
    t->last_us = b->in.time_us;
    t->digest = tn_out_hash(t->digest, &b->out);
    t->digest = tn_hash_fnv64(t->digest, &b->in.time_us, 8);
    t->digest = tn_hash_fnv64(t->digest, &b->in.entropy, 4);
    for (uint8_t i = 0; i < b->in.accel_count; i++) {
        const struct tn_accel *a = &b->in.accel[i];
        uint64_t at_us = b->in.time_us + a->at_us;
        uint64_t gap_us = at_us - t->last_sample_us;

        assert_true(a->at_us < TN_FRAME_US);
        t->digest = tn_hash_fnv64(t->digest, a, sizeof *a);
        if (t->samples > 0) {
            t->least_us = gap_us < t->least_us ? gap_us : t->least_us;
            t->most_us = gap_us > t->most_us ? gap_us : t->most_us;
        }
        t->last_sample_us = at_us;
        t->samples++;
    }
    if (b->in.accel_count > t->most_count) {
        t->most_count = b->in.accel_count;
    }
}

static struct tn_world *make(struct tally *tally, size_t count, uint64_t seed)
{
    struct tn_world_config config = {
        .seed = seed, .brick_count = count, .on_step = watch, .ctx = tally};

    *tally = (struct tally){.digest = TN_FNV64_START, .least_us = UINT64_MAX};
    return tn_world_new(&config);
}

static void run_until(struct tn_world *world, uint64_t time_us)
{
    while (world->time_us < time_us) {
        assert_int_equal(tn_world_step(world), TN_OK);
    }
}

static uint64_t run_shaken(uint64_t seed)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 2, seed);

    run_until(world, 1000000);
    tn_body_move(&world->bricks[1].body, TN_BODY_SHAKEN, 1000000, 0);
    run_until(world, 3000000);
    tn_world_free(world);
    return tally.digest;
}

static void same_seed_same_world_other_seed_another(void **state)
{
    (void)state;
    assert_true(run_shaken(7) == run_shaken(7));
    assert_true(run_shaken(7) != run_shaken(8));
}

static void samples_fall_on_the_sensors_clock(void **state)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 5);

    (void)state;
    tn_body_move(&world->bricks[0].body, TN_BODY_FLOWN, 0, 4000000);
    run_until(world, 4000000);
    assert_int_equal(tally.most_count, 1);
    assert_in_range(tally.samples, 790, 810);
    /* Evenly apart, within 1 % of 5 ms. */
    assert_int_equal(tally.least_us, tally.most_us);
    assert_in_range(tally.most_us, 4950, 5050);
    tn_world_free(world);
}

static void at_rest_the_sensor_reads_gravity_and_its_noise(void **state)
{
    struct tn_sensor sensor;
    struct tn_body_vec force = {0.0f, 0.0f, 1000.0f};
    double sum = 0.0;
    double squares = 0.0;
    const int n = 20000;

    (void)state;
    tn_sensor_init(&sensor, 3);
    for (int i = 0; i < n; i++) {
        struct tn_accel a;

        tn_sensor_get(&sensor, force, 0, &a);
        sum += a.z_mg;
        squares += (double)a.z_mg * a.z_mg;
    }

    double mean = sum / n;
    double deviation = sqrt(squares / n - mean * mean);

    assert_true(fabs(mean - 1000.0 - (double)sensor.offset_mg.z) < 0.4);
    assert_true(fabs((double)sensor.offset_mg.z) <= 20.0);
    /* 0.9 mg of noise, and rounding to whole mg. */
    assert_true(deviation > 0.85 && deviation < 1.05);
}

static void the_sensor_clips_at_four_g(void **state)
{
    struct tn_sensor sensor;
    struct tn_accel a;

    (void)state;
    tn_sensor_init(&sensor, 1);
    tn_sensor_get(&sensor, (struct tn_body_vec){9000.0f, -9000.0f, 0.0f}, 9,
                  &a);
    assert_int_equal(a.x_mg, 3997);  /* 8191 steps of 0.488 mg */
    assert_int_equal(a.y_mg, -3998); /* 8192 */
    assert_int_equal(a.at_us, 9);
}

static void a_brick_left_alone_sleeps_and_is_hardly_stepped(void **state)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);

    (void)state;
    run_until(world, 5000000);
    assert_true(tn_world_is_asleep(world, 0));

    uint64_t before = tally.steps;
    uint64_t samples = tally.samples;

    run_until(world, 15000000);
    /* 2,500 frames; looks for tags twice a second. */
    assert_in_range(tally.steps - before, 10, 200);
    assert_int_equal(tally.samples, samples);
    tn_world_free(world);
}

static void motion_wakes_a_sleeping_brick_in_time(void **state)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);

    (void)state;
    run_until(world, 5000000);
    tn_body_move(&world->bricks[0].body, TN_BODY_LIFTED, 5000000, 0);
    run_until(world, 5200000);
    assert_false(tn_world_is_asleep(world, 0));
    tn_world_free(world);
}

static void a_small_push_does_not_wake_it(void **state)
{
    static const struct tn_body_point PUSH[] = {
        {0, 0.0f, 0.0f, 1000.0f},
        {100000, 60.0f, 0.0f, 1000.0f},
        {200000, 0.0f, 0.0f, 1000.0f},
    };
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);

    (void)state;
    run_until(world, 5000000);
    tn_body_replay(&world->bricks[0].body, PUSH, 3, 0, 200000, 5000000);
    run_until(world, 5200000);
    assert_true(tn_world_is_asleep(world, 0));
    tn_world_free(world);
}

static void power_wakes_a_sleeping_brick_at_once(void **state)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);

    (void)state;
    run_until(world, 5000000);
    tn_world_set_docked(world, 0, true);
    run_until(world, 5004000);
    assert_int_equal(tally.last_us, 5000000);
    assert_int_equal(world->bricks[0].in.power, TN_BRICK_DOCKED);

    /* Once: it is not stepped on and on. */
    uint64_t before = tally.steps;

    run_until(world, 9000000);
    assert_in_range(tally.steps - before, 0, 100);
    tn_world_free(world);
}

static void the_microphone_hears_all_samples_once(void **state)
{
    int16_t sound[200];
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);
    const struct tn_in *in = &world->bricks[0].in;

    (void)state;
    for (int i = 0; i < 200; i++) {
        sound[i] = (int16_t)(i + 1);
    }
    run_until(world, 8000);
    assert_int_equal(in->mic_on, 0);
    tn_body_move(&world->bricks[0].body, TN_BODY_SHAKEN, 8000, 6000000);
    tn_world_set_sound(world, 0, sound, 200);
    for (int frame = 0; frame < 4; frame++) {
        assert_int_equal(tn_world_step(world), TN_OK);
        assert_int_equal(in->mic_on, 1);
        assert_int_equal(in->mic[0], 64 * frame + 1);
    }
    assert_int_equal(in->mic[7], 200);
    assert_int_equal(in->mic[8], 0);

    /* Then silence, so that what was loud fades; then nothing. */
    for (int frame = 0; frame < 1000; frame++) {
        assert_int_equal(tn_world_step(world), TN_OK);
        assert_int_equal(in->mic_on, 1);
        assert_int_equal(in->mic[7], 0);
    }
    assert_int_equal(tn_world_step(world), TN_OK);
    assert_int_equal(in->mic_on, 0);
    tn_world_free(world);
}

static void the_light_sensor_is_on_while_the_brick_is_awake(void **state)
{
    struct tally tally;
    struct tn_world *world = make(&tally, 1, 1);
    const struct tn_in *in = &world->bricks[0].in;
    unsigned count = 0;

    (void)state;
    for (int frame = 0; frame < 70; frame++) {
        assert_int_equal(tn_world_step(world), TN_OK);
        count += in->light.valid;
    }
    assert_in_range(count, 9, 10);
    while (!tn_world_is_asleep(world, 0)) {
        assert_int_equal(tn_world_step(world), TN_OK);
    }
    for (int frame = 0; frame < 500; frame++) {
        assert_int_equal(tn_world_step(world), TN_OK);
        if (world->bricks[0].in.time_us + TN_FRAME_US == world->time_us &&
            frame > 0) {
            assert_int_equal(in->light.valid, 0);
        }
    }
    tn_world_free(world);
}

/* What the light sensor's levels are, relative to each other, with a card at
 * its nearest. */
static void a_card_comes_stays_and_goes(void **state)
{
    struct tn_window window;
    struct tn_light before;
    struct tn_light red = {0};
    struct tn_light after = {0};

    (void)state;
    tn_window_init(&window, 1);
    tn_window_get(&window, 28000, &before);
    tn_window_get(&window, 56000, &before); /* the gain has settled */
    assert_int_equal(before.valid, 1);
    tn_window_show(&window, TN_LIGHT_RED, 60000, 500000);
    for (uint64_t us = 60000; us < 600000; us += TN_FRAME_US) {
        struct tn_light light;

        tn_window_get(&window, us, &light);
        red = light.valid ? light : red;
    }
    assert_true(red.gain >= before.gain);
    assert_true((double)red.g / red.r < 0.8 * before.g / before.r);
    for (uint64_t us = 600000; us < 1500000; us += TN_FRAME_US) {
        struct tn_light light;

        tn_window_get(&window, us, &light);
        after = light.valid ? light : after;
    }
    assert_int_equal(after.gain, before.gain);
    assert_true(after.g > before.g * 9 / 10 && after.g < before.g * 11 / 10);
    tn_window_set_room(&window, TN_WINDOW_DARK);
    tn_window_get(&window, 1540000, &after);
    assert_true(after.clear < before.clear / 100);
}

static double get_length(struct tn_body_vec v)
{
    return sqrt((double)v.x * (double)v.x + (double)v.y * (double)v.y +
                (double)v.z * (double)v.z);
}

/* No motion may jump: the sensor's user would feel a blow that nobody gave. */
static void motions_are_smooth(void **state)
{
    (void)state;
    for (int m = 0; m < TN_BODY_MOTION_COUNT; m++) {
        struct tn_body body;
        struct tn_body_vec last;
        /* Blows are steep; what is laid still is so at once, blended. */
        double limit =
            m == TN_BODY_TAPPED || m == TN_BODY_PUT_DOWN ? 1700.0 : 80.0;

        tn_body_init(&body, 0.4f);
        tn_body_move(&body, TN_BODY_LIFTED, 0, 0);
        last = tn_body_get_force(&body, 1000000);
        tn_body_move(&body, (enum tn_body_motion)m, 1000000, 0);
        for (uint64_t t = 1000000; t < 5000000; t += 1000) {
            struct tn_body_vec now = tn_body_get_force(&body, t);
            struct tn_body_vec step = {now.x - last.x, now.y - last.y,
                                       now.z - last.z};

            assert_true(get_length(step) < limit);
            last = now;
        }
    }
}

static void a_motion_cut_short_gives_way_smoothly(void **state)
{
    struct tn_body body;
    struct tn_body_vec last;

    (void)state;
    tn_body_init(&body, 0.4f);
    tn_body_move(&body, TN_BODY_SHAKEN, 0, 0);
    last = tn_body_get_force(&body, 650000); /* far out */
    assert_true(get_length(last) > 1500.0);
    tn_body_move(&body, TN_BODY_FLOWN, 650000, 0);
    for (uint64_t t = 650000; t < 800000; t += 1000) {
        struct tn_body_vec now = tn_body_get_force(&body, t);
        struct tn_body_vec step = {now.x - last.x, now.y - last.y,
                                   now.z - last.z};

        assert_true(get_length(step) < 80.0);
        last = now;
    }
}

static void a_lift_rises_and_comes_to_rest_in_the_hand(void **state)
{
    struct tn_body body;
    double speed = 0.0; /* m/s */
    double fastest = 0.0;
    double height = 0.0; /* m */

    (void)state;
    tn_body_init(&body, 0.0f);
    tn_body_move(&body, TN_BODY_LIFTED, 0, 0);
    for (uint64_t t = 0; t < 600000; t += 1000) {
        struct tn_body_vec f = tn_body_get_force(&body, t);

        speed += (get_length(f) - 1000.0) * 9.80665e-3 * 1e-3;
        fastest = speed > fastest ? speed : fastest;
        height += speed * 1e-3;
    }
    assert_true(fabs(height - 0.25) < 0.02);
    assert_true(fabs(speed) < 0.05);
    assert_true(fastest > 0.6);
    assert_false(tn_body_is_resting(&body, 2000000));
}

static void turned_over_lies_on_its_studs(void **state)
{
    struct tn_body body;

    (void)state;
    tn_body_init(&body, 0.0f);
    tn_body_move(&body, TN_BODY_TURNED_OVER, 0, 0);

    struct tn_body_vec f = tn_body_get_force(&body, 2000000);

    assert_true(fabs((double)f.z + 1000.0) < 1.0);
    assert_true(tn_body_is_resting(&body, 2000000));
}

static void a_recording_is_felt_as_recorded(void **state)
{
    static const struct tn_body_point POINTS[] = {
        {0, 0.0f, 0.0f, 1000.0f},
        {1000000, 0.0f, 0.0f, 1000.0f},
        {2000000, 400.0f, -200.0f, 800.0f},
        {3000000, 0.0f, 1000.0f, 0.0f},
    };
    struct tn_body body;
    struct tn_body_vec f;

    (void)state;
    tn_body_init(&body, 0.0f);
    tn_body_replay(&body, POINTS, 4, 0, 3000000, 500000);
    f = tn_body_get_force(&body, 2000000); /* half way from 1 to 2 s */
    assert_true(fabs((double)f.x - 200.0) < 0.5);
    assert_true(fabs((double)f.y + 100.0) < 0.5);
    assert_true(fabs((double)f.z - 900.0) < 0.5);
    /* Afterwards a hand holds it as it was last. */
    f = tn_body_get_force(&body, 3600000);
    assert_true(fabs((double)f.y - 1000.0) < 80.0);
    assert_false(tn_body_is_resting(&body, 9000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_world_other_seed_another),
        cmocka_unit_test(samples_fall_on_the_sensors_clock),
        cmocka_unit_test(at_rest_the_sensor_reads_gravity_and_its_noise),
        cmocka_unit_test(the_sensor_clips_at_four_g),
        cmocka_unit_test(a_brick_left_alone_sleeps_and_is_hardly_stepped),
        cmocka_unit_test(motion_wakes_a_sleeping_brick_in_time),
        cmocka_unit_test(a_small_push_does_not_wake_it),
        cmocka_unit_test(power_wakes_a_sleeping_brick_at_once),
        cmocka_unit_test(the_microphone_hears_all_samples_once),
        cmocka_unit_test(the_light_sensor_is_on_while_the_brick_is_awake),
        cmocka_unit_test(a_card_comes_stays_and_goes),
        cmocka_unit_test(motions_are_smooth),
        cmocka_unit_test(a_motion_cut_short_gives_way_smoothly),
        cmocka_unit_test(a_lift_rises_and_comes_to_rest_in_the_hand),
        cmocka_unit_test(turned_over_lies_on_its_studs),
        cmocka_unit_test(a_recording_is_felt_as_recorded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
