/* SPDX-License-Identifier: Apache-2.0 */
/* Bricks of a world among each other: radios, coils, places, power. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <sim/world.h>
#include <tenon/hash.h>

static struct tn_world *make(const struct tn_world_place *places, size_t count)
{
    struct tn_world_config config = {
        .seed = 1,
        .brick_count = count,
        .places = places,
        .crypto = tn_crypto_sodium(),
        .run_job = tn_crypto_sodium_run,
    };
    struct tn_world *world = tn_world_new(&config);

    assert_non_null(world);
    return world;
}

static void run_until(struct tn_world *world, uint64_t time_us)
{
    while (world->time_us < time_us) {
        assert_int_equal(tn_world_step(world), TN_OK);
    }
}

/* Keeps a brick awake: a hand holds it. */
static void hold(struct tn_world *world, size_t brick)
{
    tn_body_move(&world->bricks[brick].body, TN_BODY_LIFTED, world->time_us, 0);
}

static void bricks_of_one_family_meet_and_others_stay_apart(void **state)
{
    static const struct tn_world_place PLACES[] = {
        {.spot = {0.0, 0.0, 0.0}},
        {.spot = {0.5, 0.0, 0.0}},
        {.spot = {0.0, 0.5, 0.0}, .family = 1},
        {.spot = {0.5, 0.5, 0.0}, .mute = true},
    };
    struct tn_world *world = make(PLACES, 4);
    struct tn_neighbour n;

    (void)state;
    run_until(world, 1900000);
    assert_true(tn_world_find_neighbour(world, 0, 1, &n));
    assert_true(tn_world_find_neighbour(world, 1, 0, &n));
    assert_int_equal(tn_net_get_count(&world->bricks[0].brick.net), 1);
    assert_int_equal(tn_net_get_count(&world->bricks[2].brick.net), 0);
    assert_int_equal(world->bricks[2].brick.net.state, TN_NET_LEADING);
    assert_int_equal(world->bricks[3].brick.net.state, TN_NET_OFF);
    assert_int_equal(world->bricks[3].config.has_family, 0);
    assert_memory_equal(world->bricks[0].config.family,
                        world->bricks[1].config.family, TN_CRYPTO_KEY_LEN);
    assert_memory_not_equal(world->bricks[0].config.family,
                            world->bricks[2].config.family, TN_CRYPTO_KEY_LEN);
    tn_world_free(world);
}

static void another_seed_is_another_family(void **state)
{
    struct tn_world *one = make(NULL, 1);
    struct tn_world_config config = one->config;
    struct tn_world *two;

    (void)state;
    config.seed = 2;
    two = tn_world_new(&config);
    assert_memory_not_equal(one->bricks[0].config.family,
                            two->bricks[0].config.family, TN_CRYPTO_KEY_LEN);
    tn_world_free(one);
    tn_world_free(two);
}

static void without_crypto_all_play_alone(void **state)
{
    struct tn_world_config config = {.seed = 1, .brick_count = 2};
    struct tn_world *world = tn_world_new(&config);

    (void)state;
    run_until(world, 1500000);
    assert_null(world->room);
    assert_int_equal(world->bricks[0].brick.net.state, TN_NET_OFF);
    tn_world_free(world);
}

static void only_so_many_have_radios(void **state)
{
    struct tn_world *world = make(NULL, TN_WORLD_RADIO_CAP + 2);

    (void)state;
    assert_int_equal(world->link_count, TN_WORLD_RADIO_CAP);
    assert_int_equal(world->bricks[TN_WORLD_RADIO_CAP - 1].link,
                     TN_WORLD_RADIO_CAP - 1);
    assert_int_equal(world->bricks[TN_WORLD_RADIO_CAP].link, TN_WORLD_NO_LINK);
    run_until(world, 1000000);
    assert_int_equal(world->bricks[TN_WORLD_RADIO_CAP].brick.net.state,
                     TN_NET_OFF);
    tn_world_free(world);
}

static uint64_t run_group(void)
{
    struct tn_world *world = make(NULL, 3);
    uint64_t digest = TN_FNV64_START;

    hold(world, 1);
    while (world->time_us < 1500000) {
        assert_int_equal(tn_world_step(world), TN_OK);
        for (size_t i = 0; i < 3; i++) {
            digest = tn_out_hash(digest, &world->bricks[i].out);
        }
    }
    tn_world_free(world);
    return digest;
}

static void a_group_gives_the_same_each_time(void **state)
{
    (void)state;
    assert_true(run_group() == run_group());
}

/* How far a brick's picture of another is from the truth, mm; negative: it has
 * none. */
static double get_error_mm(struct tn_world *world, size_t brick, size_t other)
{
    struct tn_neighbour n;
    struct tn_sim_pose own;
    struct tn_sim_pose their;
    struct tn_sim_pose truth;
    double sum = 0.0;

    if (!tn_world_find_neighbour(world, brick, other, &n) ||
        n.pose.known != TN_PLACE_POSE || !n.pose.hemisphere) {
        return -1.0;
    }
    tn_world_get_pose(world, brick, &own);
    tn_world_get_pose(world, other, &their);
    tn_sim_pose_relate(&own, &their, &truth);
    for (unsigned i = 0; i < 3; i++) {
        double d = (double)(n.pose.distance_mm * n.pose.direction[i]) -
                   1e3 * truth.at[i];

        sum += d * d;
    }
    return sqrt(sum);
}

static void bricks_know_where_the_others_are(void **state)
{
    static const struct tn_world_place PLACES[] = {
        {.spot = {0.1, 0.2, 30.0}},
        {.spot = {0.5, 0.3, 170.0}},
    };
    struct tn_world *world = make(PLACES, 2);

    (void)state;
    run_until(world, 1500000);
    assert_in_range(get_error_mm(world, 0, 1) * 1000.0, 0, 2000);
    assert_in_range(get_error_mm(world, 1, 0) * 1000.0, 0, 2000);

    /* Slid and turned, they find each other anew. */
    tn_world_slide(world, 1, 0.3, -0.1, 400000);
    tn_world_turn(world, 1, 100.0, 400000);
    run_until(world, 2200000);
    assert_true(fabs(tn_world_get_spot(world, 1).x_m - 0.3) < 1e-12);
    assert_in_range(get_error_mm(world, 0, 1) * 1000.0, 0, 2000);
    tn_world_free(world);
}

static void who_lies_on_its_studs_is_found_so(void **state)
{
    static const struct tn_world_place PLACES[] = {
        {.spot = {0.0, 0.0, 0.0}},
        {.spot = {0.3, 0.0, 180.0}},
    };
    struct tn_world *world = make(PLACES, 2);
    struct tn_neighbour n;

    (void)state;
    tn_body_move(&world->bricks[1].body, TN_BODY_TURNED_OVER, 0, 0);
    tn_body_move(&world->bricks[0].body, TN_BODY_TAPPED, 900000, 0);
    run_until(world, 2500000);
    assert_true(tn_world_find_neighbour(world, 0, 1, &n));
    assert_int_equal(n.pose.known, TN_PLACE_POSE);
    assert_true(n.pose.turn[8] < -0.99f); /* its z axis points down */
    tn_world_free(world);
}

static void a_sleeping_brick_is_stepped_when_a_frame_is_for_it(void **state)
{
    struct tn_world *world = make(NULL, 2);
    uint64_t steps;

    (void)state;
    run_until(world, 5000000);
    assert_true(tn_world_is_asleep(world, 0));
    assert_true(tn_world_is_asleep(world, 1));
    steps = world->bricks[0].step_count + world->bricks[1].step_count;
    run_until(world, 6000000);
    steps = world->bricks[0].step_count + world->bricks[1].step_count - steps;
    /* 33 beacons and as many answers; 500 frames. */
    assert_in_range(steps, 100, 450);

    /* Then they leave the group, and sleep as if alone. */
    run_until(world, 66000000);
    assert_int_equal(world->bricks[0].brick.net.state, TN_NET_OFF);
    steps = world->bricks[0].step_count;
    run_until(world, 67000000);
    assert_in_range(world->bricks[0].step_count - steps, 1, 20);
    tn_world_free(world);
}

static void a_frame_at_the_link_ends_a_sleep_at_once(void **state)
{
    struct tn_net_rx rx = {.at_us = 1, .len = 4, .train = 9};
    const uint8_t junk[4] = {1, 2, 3, 4};
    struct tn_world *world = make(NULL, 1);
    struct tn_world_brick *b = &world->bricks[0];
    uint64_t steps;

    (void)state;
    run_until(world, 5000000);
    while (b->due_us < world->time_us + 100000) {
        run_until(world, world->time_us + TN_FRAME_US);
    }
    steps = b->step_count;
    run_until(world, world->time_us + TN_FRAME_US);
    assert_int_equal(b->step_count, steps);
    tn_sim_air_inject(&world->room->air, b->link, &rx, junk);
    run_until(world, world->time_us + TN_FRAME_US);
    assert_int_equal(b->step_count, steps + 1);
    assert_int_equal(b->in.radio.rx_count, 1);
    tn_world_free(world);
}

static void the_air_goes_along_with_who_slides(void **state)
{
    struct tn_world *world = make(NULL, 1);

    (void)state;
    tn_world_slide(world, 0, 7.0, 0.0, 100000);
    run_until(world, 52000);
    assert_true(fabsf(world->room->air.links[0].x_m - 3.5f) < 0.3f);
    run_until(world, 120000);
    assert_true(fabsf(world->room->air.links[0].x_m - 7.0f) < 0.001f);
    tn_world_free(world);
}

static void the_crypto_engine_answers_some_steps_later(void **state)
{
    struct tn_world *world = make(NULL, 1);
    struct tn_world_config config = world->config;
    uint8_t key[TN_CRYPTO_KEY_LEN];

    (void)state;
    run_until(world, 8000);
    assert_false(tn_brick_get_shown_key(&world->bricks[0].brick, key));
    run_until(world, 40000);
    assert_true(tn_brick_get_shown_key(&world->bricks[0].brick, key));
    tn_world_free(world);

    config.run_job = NULL;
    world = tn_world_new(&config);
    run_until(world, 40000);
    assert_false(tn_brick_get_shown_key(&world->bricks[0].brick, key));
    tn_world_free(world);
}

static void a_power_cut_ends_all_but_the_flash(void **state)
{
    struct tn_world *world = make(NULL, 2);
    struct tn_world_brick *b = &world->bricks[1];
    struct tn_neighbour n;
    uint64_t steps;
    uint32_t id;

    (void)state;
    run_until(world, 1500000);
    assert_true(tn_world_find_neighbour(world, 0, 1, &n));
    id = b->brick.net.id;
    steps = b->step_count;
    b->flash.bytes[77] = 0x12;
    tn_world_set_power(world, 1, false);
    hold(world, 0);
    run_until(world, 4000000);
    assert_int_equal(b->step_count, steps);
    assert_false(tn_world_find_neighbour(world, 0, 1, &n));

    tn_world_set_power(world, 1, true);
    run_until(world, 5500000);
    assert_int_equal(b->flash.bytes[77], 0x12);
    assert_true(b->brick.net.id != id);
    assert_true(tn_world_find_neighbour(world, 0, 1, &n));
    assert_int_equal(b->flash.faults, 0);
    tn_world_free(world);
}

/* --- The room by itself --------------------------------------------------- */

static struct tn_room room;

static void set_up_room(void)
{
    tn_room_init(&room, 1);
    for (uint32_t i = 0; i < 3; i++) {
        struct tn_spot spot = {.x_m = 0.4 * i};
        struct tn_sim_pose pose;

        tn_room_start(&room, i);
        tn_spot_get_pose(&spot, (struct tn_body_vec){0.0f, 0.0f, 1.0f}, &pose);
        tn_room_set_pose(&room, i, &pose);
    }
}

/* A turn from 20 ms on, as planned for the frames 20 to 32 ms. */
static void plan(uint32_t link, bool send, uint64_t from_us, uint64_t to_us)
{
    struct tn_coil_plan p = {
        .at_us = 20000, .lf = TN_COIL_PLACE, .turn = 3, .send = send};

    for (uint64_t t = from_us; t < to_us; t += TN_FRAME_US) {
        tn_room_push_plan(&room, link, &p, t);
    }
}

static bool pull(uint32_t link, struct tn_coil_report *report)
{
    assert_true(tn_room_is_due(&room, link, 30500));
    return tn_room_pull_report(&room, link, report);
}

static void who_listens_measures_the_one_that_sends(void **state)
{
    struct tn_coil_report report;

    (void)state;
    set_up_room();
    plan(0, false, 20000, 32000);
    plan(1, true, 20000, 32000);
    assert_false(tn_room_is_due(&room, 0, 30499));
    assert_false(tn_room_is_due(&room, 1, 90000)); /* it sends */
    assert_true(pull(0, &report));
    assert_int_equal(report.at_us, 20000);
    assert_int_equal(report.turn, 3);
    /* 0.4 m ahead: diag(2, -1, -1) / r^3 of far dipoles, roughly. */
    assert_true(fabsf(report.couplings[0] - 31.25f) < 4.0f);
    assert_true(fabsf(report.couplings[4] + 15.6f) < 4.0f);
    assert_true(report.sigma > 0.001f && report.sigma < 0.02f);
    assert_false(tn_room_is_due(&room, 0, 90000)); /* once */
}

static void nobody_is_measured_if_none_or_two_send(void **state)
{
    struct tn_coil_report report;

    (void)state;
    set_up_room();
    plan(0, false, 20000, 32000);
    assert_false(pull(0, &report));
    plan(0, false, 20000, 32000);
    plan(1, true, 20000, 32000);
    plan(2, true, 20000, 24000); /* for a moment, too */
    assert_false(pull(0, &report));
}

static void who_is_out_of_range_disturbs_nobody(void **state)
{
    struct tn_spot far = {.x_m = 20.0};
    struct tn_coil_report report;
    struct tn_sim_pose pose;

    (void)state;
    set_up_room();
    tn_spot_get_pose(&far, (struct tn_body_vec){0.0f, 0.0f, 1.0f}, &pose);
    tn_room_set_pose(&room, 2, &pose);
    plan(0, false, 20000, 32000);
    plan(1, true, 20000, 32000);
    plan(2, true, 20000, 32000);
    assert_true(pull(0, &report));
}

static void a_turn_with_a_gap_measures_nothing(void **state)
{
    struct tn_coil_report report;

    (void)state;
    set_up_room();
    plan(1, true, 20000, 32000);
    plan(0, false, 24000, 32000); /* came late */
    assert_false(pull(0, &report));
    plan(0, false, 20000, 28000); /* left early */
    assert_false(pull(0, &report));
    plan(0, false, 20000, 24000); /* did something else */
    plan(0, false, 28000, 32000);
    assert_false(pull(0, &report));
    plan(0, false, 20000, 32000);
    assert_true(pull(0, &report));
}

static void who_reads_tags_meanwhile_measures_nothing(void **state)
{
    struct tn_coil_plan both = {
        .at_us = 20000, .lf = TN_COIL_PLACE, .hf = TN_COIL_TAG, .turn = 3};
    struct tn_coil_report report;

    (void)state;
    set_up_room();
    plan(1, true, 20000, 32000);
    plan(0, false, 20000, 24000);
    tn_room_push_plan(&room, 0, &both, 24000);
    plan(0, false, 28000, 32000);
    assert_false(pull(0, &report));
}

static void without_its_sender_to_the_end_a_turn_is_void(void **state)
{
    struct tn_coil_report report;

    (void)state;
    set_up_room();
    plan(0, false, 20000, 32000);
    plan(1, true, 20000, 28000);
    assert_false(pull(0, &report));
}

/* --- Spots ---------------------------------------------------------------- */

static void a_brick_slides_and_turns_the_shorter_way(void **state)
{
    struct tn_spot start = {.x_m = 1.0, .y_m = 2.0, .facing_deg = 170.0};
    struct tn_spot_path path;
    struct tn_spot now;

    (void)state;
    tn_spot_init(&path, &start);
    tn_spot_slide(&path, 3.0, 2.0, 1000000, 1000000);
    tn_spot_turn(&path, -170.0, 1000000, 500000);
    now = tn_spot_get(&path, 1250000);
    assert_true(fabs(now.facing_deg + 180.0) < 1e-9);
    now = tn_spot_get(&path, 1500000);
    assert_true(fabs(now.x_m - 2.0) < 1e-9);
    assert_true(fabs(now.y_m - 2.0) < 1e-9);
    assert_true(fabs(now.facing_deg + 170.0) < 1e-9);

    /* Another hand takes it from where it is. */
    tn_spot_slide(&path, 2.0, 5.0, 1500000, 0);
    now = tn_spot_get(&path, 1500000);
    assert_true(fabs(now.x_m - 2.0) < 1e-9 && fabs(now.y_m - 5.0) < 1e-9);
}

static void directions_are_exact(void **state)
{
    struct tn_spot from = {.x_m = 0.2, .y_m = -0.1};

    (void)state;
    for (int deg = -179; deg < 180; deg += 7) {
        double turn = deg / 57.29577951308232;
        struct tn_spot to = {.x_m = 0.2 + 0.7 * cos(turn),
                             .y_m = -0.1 + 0.7 * sin(turn)};

        assert_true(fabs(tn_spot_get_direction(&from, &to) - deg) < 0.001);
    }
    assert_true(fabs(tn_spot_get_direction(&from, &from)) < 1e-9);
}

static void a_pose_is_a_rotation_with_up_upwards(void **state)
{
    static const struct tn_body_vec UPS[] = {{0.0f, 0.0f, 1000.0f},
                                             {0.0f, 0.0f, -1000.0f},
                                             {300.0f, -400.0f, 866.0f},
                                             {0.0f, 1000.0f, 0.0f},
                                             {0.0f, 0.0f, 0.0f}};

    (void)state;
    for (size_t k = 0; k < sizeof UPS / sizeof UPS[0]; k++) {
        struct tn_spot spot = {.facing_deg = 77.0};
        struct tn_sim_pose pose;
        double len = sqrt((double)(UPS[k].x * UPS[k].x + UPS[k].y * UPS[k].y +
                                   UPS[k].z * UPS[k].z));

        tn_spot_get_pose(&spot, UPS[k], &pose);
        for (unsigned i = 0; i < 9; i++) {
            double dot = 0.0;

            for (unsigned j = 0; j < 3; j++) {
                dot += pose.turn[3 * (i / 3) + j] * pose.turn[3 * (i % 3) + j];
            }
            assert_true(fabs(dot - (i / 3 == i % 3 ? 1.0 : 0.0)) < 1e-9);
        }
        assert_true(len == 0.0 ||
                    fabs(pose.turn[6] * (double)UPS[k].x +
                         pose.turn[7] * (double)UPS[k].y +
                         pose.turn[8] * (double)UPS[k].z - len) < 1e-3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bricks_of_one_family_meet_and_others_stay_apart),
        cmocka_unit_test(another_seed_is_another_family),
        cmocka_unit_test(without_crypto_all_play_alone),
        cmocka_unit_test(only_so_many_have_radios),
        cmocka_unit_test(a_group_gives_the_same_each_time),
        cmocka_unit_test(bricks_know_where_the_others_are),
        cmocka_unit_test(who_lies_on_its_studs_is_found_so),
        cmocka_unit_test(a_sleeping_brick_is_stepped_when_a_frame_is_for_it),
        cmocka_unit_test(a_frame_at_the_link_ends_a_sleep_at_once),
        cmocka_unit_test(the_air_goes_along_with_who_slides),
        cmocka_unit_test(the_crypto_engine_answers_some_steps_later),
        cmocka_unit_test(a_power_cut_ends_all_but_the_flash),
        cmocka_unit_test(who_listens_measures_the_one_that_sends),
        cmocka_unit_test(nobody_is_measured_if_none_or_two_send),
        cmocka_unit_test(who_is_out_of_range_disturbs_nobody),
        cmocka_unit_test(a_turn_with_a_gap_measures_nothing),
        cmocka_unit_test(who_reads_tags_meanwhile_measures_nothing),
        cmocka_unit_test(without_its_sender_to_the_end_a_turn_is_void),
        cmocka_unit_test(a_brick_slides_and_turns_the_shorter_way),
        cmocka_unit_test(directions_are_exact),
        cmocka_unit_test(a_pose_is_a_rotation_with_up_upwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
