/* SPDX-License-Identifier: Apache-2.0 */
/* Bricks of one family in a world: what each knows of the others, messages, and
 * sleep in a group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/hash.h>

#include "lang/lang.h"
#include "ports/crypto/sodium.h"
#include "sim/tagware.h"
#include "sim/world.h"

static const char TOY[] =
    "set toy\n"
    "message hit with force, sort\n"
    "message far_off\n"
    "message thanks\n"
    "message whisper\n"
    "tile toy {\n"
    "  kind target\n"
    "  number got = 0\n"
    "  number sum = 0\n"
    "  number lost = 0\n"
    "  number thanked = 0\n"
    "  when tapped { send hit with force = 2, sort = 3 "
    "to aimed within 1 m }\n"
    "  when shaken { send far_off to others within 5 cm }\n"
    "  when hit { got += 1; sum = force * 10 + sort; "
    "send thanks to sender; "
    "send whisper to sender within 5 cm }\n"
    "  when thanks { thanked += 1 }\n"
    "  when whisper { thanked += 100 }\n"
    "  when unheard whisper { lost += 100 }\n"
    "  when unheard hit { lost += 1 }\n"
    "  when unheard far_off { lost += 10 }\n"
    "}\n";

/* Each gesture sends the same to another target. */
static const char TARGETS[] =
    "set toy\n"
    "message ping\n"
    "tile toy {\n"
    "  number got = 0\n"
    "  number sum = 0\n"
    "  number lost = 0\n"
    "  when lifted { send ping to nearest }\n"
    "  when put_down { send ping to near }\n"
    "  when swung { send ping to facing }\n"
    "  when shaken { send ping to others }\n"
    "  when clap { send ping to others within 40 cm }\n"
    "  when tapped { send ping to aimed or nearest }\n"
    "  when ping { got += 1 }\n"
    "  when unheard ping { lost += 1 }\n"
    "}\n";

enum {
    GOT,
    SUM,
    LOST,
    THANKED
};

static struct tn_world *world;
static struct tn_sim_tag tags[4];

/* Bricks at these spots, each with the tile `toy` of a text. */
static void set_up_with(const char *text, const struct tn_world_place *places,
                        size_t count)
{
    struct tn_world_config config;
    struct tn_lang_set *set =
        tn_lang_compile_text("toy.play", text, strlen(text));
    const struct tn_lang_program *program = tn_lang_find(set, "toy");

    assert_non_null(program);
    memset(&config, 0, sizeof config);
    config.seed = 3;
    config.brick_count = count;
    config.places = places;
    config.crypto = tn_crypto_sodium();
    config.run_job = tn_crypto_sodium_run;
    world = tn_world_new(&config);
    assert_non_null(world);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(
            tn_tagware_encode(program, TN_SIM_NTAG216, i + 1, &tags[i]), TN_OK);
        assert_int_equal(tn_world_put_tag(world, i, &tags[i]), TN_OK);
    }
    tn_lang_free(set);
}

static void set_up(const struct tn_world_place *places, size_t count)
{
    set_up_with(TOY, places, count);
}

static void run(unsigned ms)
{
    for (unsigned i = 0; i < ms / 4; i++) {
        assert_int_equal(tn_world_step(world), TN_OK);
    }
}

static const struct tn_brick *brick(size_t i)
{
    return &world->bricks[i].brick;
}

/* A gesture, straight into the programs' queue. */
static void feel(size_t i, uint8_t number)
{
    struct tn_event event;

    memset(&event, 0, sizeof event);
    event.args[0] = TN_Q16_ONE;
    event.args[1] = TN_UNKNOWN;
    event.args[2] = TN_UNKNOWN;
    event.number = number;
    event.source = TN_SOURCE_SELF;
    event.target = 0xFF;
    tn_play_post(&world->bricks[i].brick.play, &event);
    world->bricks[i].poked = true;
}

static int get(size_t i, uint8_t number)
{
    return tn_play_get_number(&brick(i)->play, 0, number) / TN_Q16_ONE;
}

/* What brick `i` knows of brick `other`. */
static struct tn_neighbour know(size_t i, size_t other)
{
    struct tn_neighbour neighbour;

    if (!tn_world_find_neighbour(world, i, other, &neighbour)) {
        fail_msg("brick %zu does not know brick %zu", i, other);
    }
    return neighbour;
}

static bool has_kind(const struct tn_neighbour *neighbour, const char *name)
{
    uint32_t hash = tn_hash_fnv32(TN_FNV32_START, name, strlen(name));

    for (uint32_t i = 0; i < TN_NET_KIND_CAP; i++) {
        if (neighbour->member.kinds[i] == hash) {
            return true;
        }
    }
    return false;
}

static const struct tn_world_place FACE_TO_FACE[] = {
    {{0, 0, 0}, 1, false},
    {{0.6, 0, 180}, 1, false},
};

static void neighbours_are_known_by_kind_place_and_posture(void **state)
{
    struct tn_neighbour other;

    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(2500);
    for (size_t i = 0; i < 2; i++) {
        other = know(i, 1 - i);
        assert_true(has_kind(&other, "toy"));
        assert_true(has_kind(&other, "target"));
        assert_int_equal(other.member.kinds[2], 0);
        assert_in_range(other.member.gravity[2], 97, 103);
        assert_true(other.pose.distance_mm > 595.0f &&
                    other.pose.distance_mm < 605.0f);
        assert_int_equal(other.place.facing, TN_PLACE_YES);
        assert_int_equal(other.place.faced_by, TN_PLACE_YES);
        assert_int_equal(other.place.far, TN_PLACE_YES);
    }
    tn_world_free(world);
}

/* What a moved brick feels is not gravity alone: it says nothing of it. */
static void a_brick_that_is_moved_tells_no_posture(void **state)
{
    struct tn_neighbour other;

    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(2500);
    tn_body_move(&world->bricks[1].body, TN_BODY_FLOWN, world->time_us, 0);
    run(2000);
    other = know(0, 1);
    assert_int_equal(other.member.gravity[0], 0);
    assert_int_equal(other.member.gravity[1], 0);
    assert_int_equal(other.member.gravity[2], 0);
    tn_world_free(world);
}

static void a_message_carries_its_numbers_to_whom_it_is_aimed_at(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 0}, 1, false},
        {{0.5, 0, 180}, 1, false},
        {{0, 0.5, -90}, 1, false},
    };

    (void)state;
    set_up(places, 3);
    run(3000);
    feel(0, TN_EVENT_TAPPED);
    run(600);
    assert_int_equal(get(1, GOT), 1);
    assert_int_equal(get(1, SUM), 23);
    assert_int_equal(get(2, GOT), 0);
    assert_int_equal(get(0, GOT), 0);
    /* The answer goes to the sender alone, and not beyond its reach. */
    assert_int_equal(get(0, THANKED), 1);
    assert_int_equal(get(2, THANKED), 0);
    assert_int_equal(get(1, LOST), 100);
    assert_int_equal(get(0, LOST), 0);
    tn_world_free(world);
}

static void each_target_means_whom_it_says(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 0}, 1, false},
        {{0.25, 0, 180}, 1, false}, /* near, and ahead */
        {{0, 0.6, -90}, 1, false},  /* far, and aside */
    };
    static const struct {
        uint8_t gesture;
        int first; /* how many the first of the others gets */
        int second;
    } cases[] = {
        {TN_EVENT_LIFTED, 1, 0}, {TN_EVENT_PUT_DOWN, 1, 0},
        {TN_EVENT_SWUNG, 1, 0},  {TN_EVENT_SHAKEN, 1, 1},
        {TN_EVENT_CLAP, 1, 0},   {TN_EVENT_TAPPED, 1, 0},
    };

    (void)state;
    set_up_with(TARGETS, places, 3);
    run(3000);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int first = get(1, GOT);
        int second = get(2, GOT);

        feel(0, cases[i].gesture);
        run(800);
        assert_int_equal(get(1, GOT) - first, cases[i].first);
        assert_int_equal(get(2, GOT) - second, cases[i].second);
    }
    assert_int_equal(get(0, LOST), 0);
    assert_int_equal(get(0, GOT), 0);
    tn_world_free(world);
}

/* Same heading, one behind the other: which of them is ahead stays open. */
static void
the_second_target_is_taken_where_the_first_is_not_known(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 0}, 1, false},
        {{0.5, 0, 0}, 1, false},
    };

    (void)state;
    set_up_with(TARGETS, places, 2);
    run(3000);
    assert_int_equal(know(0, 1).place.facing, TN_PLACE_UNKNOWN);
    feel(0, TN_EVENT_TAPPED);
    run(600);
    assert_int_equal(get(1, GOT), 1);
    assert_int_equal(get(0, LOST), 0);
    tn_world_free(world);
}

static void
the_second_target_is_not_taken_where_the_first_is_known(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 90}, 1, false}, /* looks aside */
        {{0.5, 0, 180}, 1, false},
    };

    (void)state;
    set_up_with(TARGETS, places, 2);
    run(3000);
    assert_int_equal(know(0, 1).place.facing, TN_PLACE_NO);
    feel(0, TN_EVENT_TAPPED);
    run(600);
    assert_int_equal(get(1, GOT), 0);
    assert_int_equal(get(0, LOST), 1);
    tn_world_free(world);
}

/* Just before a minute of sleep is over it is in the group, just after not. */
static void a_sleeper_lingers_for_a_minute(void **state)
{
    uint64_t asleep_us;

    (void)state;
    set_up(FACE_TO_FACE, 2);
    while (!brick(0)->asleep) {
        run(4);
    }
    asleep_us = world->time_us;
    while (world->time_us < asleep_us + TN_LINGER_US - 500000) {
        run(4);
    }
    assert_int_not_equal(brick(0)->net.state, TN_NET_OFF);
    run(1000);
    assert_int_equal(brick(0)->net.state, TN_NET_OFF);
    tn_world_free(world);
}

static void what_reaches_nobody_is_unheard(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 90}, 1, false}, /* looks away */
        {{0.5, 0, 0}, 1, false},
    };

    (void)state;
    set_up(places, 2);
    run(3000);
    feel(0, TN_EVENT_TAPPED);
    run(40);
    assert_int_equal(get(0, LOST), 1);
    feel(0, TN_EVENT_SHAKEN); /* nobody within 5 cm */
    run(40);
    assert_int_equal(get(0, LOST), 11);
    assert_int_equal(get(1, GOT), 0);
    tn_world_free(world);
}

/* The other one loses its power in the middle of the message's way. */
static void
a_message_to_one_who_vanishes_is_unheard_within_a_second(void **state)
{
    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(2500);
    tn_world_set_power(world, 1, false);
    feel(0, TN_EVENT_TAPPED);
    run(1000);
    assert_int_equal(get(0, LOST), 1);
    tn_world_free(world);
}

static void strangers_neither_hear_nor_know_each_other(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 0}, 1, false},
        {{0.6, 0, 180}, 2, false},
    };

    (void)state;
    set_up(places, 2);
    run(3000);
    feel(0, TN_EVENT_TAPPED);
    run(600);
    assert_int_equal(get(1, GOT), 0);
    assert_int_equal(get(0, LOST), 1);
    assert_int_equal(tn_net_get_count(&brick(0)->net), 0);
    assert_int_equal(tn_net_get_count(&brick(1)->net), 0);
    tn_world_free(world);
}

/* One brick's clock and start differ from another's; its group's time does
 * not. */
static void a_group_has_one_time(void **state)
{
    uint64_t first_us = 0;
    uint64_t second_us = 0;

    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(400);
    tn_world_set_power(world, 1, false);
    run(400);
    tn_world_set_power(world, 1, true);
    run(3000);
    assert_true(tn_net_get_group_us(&brick(0)->net, world->time_us, &first_us));
    assert_true(
        tn_net_get_group_us(&brick(1)->net, world->time_us, &second_us));
    assert_in_range(first_us, second_us - 1000, second_us + 1000);
    tn_world_free(world);
}

/* Whoever dozes stays where the others can find and hit it. */
static void a_sleeper_is_found_hit_and_wakes(void **state)
{
    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(8000);
    assert_true(brick(0)->asleep);
    assert_true(brick(1)->asleep);
    tn_world_set_battery(world, 0, 99); /* something ends its sleep */
    feel(0, TN_EVENT_SHAKEN);
    run(700); /* awake it looks around */
    assert_int_equal(know(0, 1).place.facing, TN_PLACE_YES);
    assert_true(brick(1)->asleep);
    feel(0, TN_EVENT_TAPPED);
    run(300);
    assert_int_equal(get(1, GOT), 1);
    assert_false(brick(1)->asleep);
    tn_world_free(world);
}

/* Four in a row; the second stands on its charger. */
static void a_docked_brick_is_found_and_charges(void **state)
{
    static const struct tn_world_place places[] = {
        {{0, 0, 0}, 1, false},
        {{0.3, 0, 180}, 1, false},
        {{0.6, 0, 0}, 1, false},
        {{0, 0.4, -90}, 1, false},
    };
    unsigned frames = 0;
    unsigned charging = 0;
    unsigned known = 0;

    (void)state;
    set_up(places, 4);
    tn_world_set_battery(world, 1, 40);
    tn_world_set_docked(world, 1, true);
    run(3000);
    for (; frames < 1000; frames++) {
        feel(0, TN_EVENT_CLAP); /* keeps them awake */
        feel(1, TN_EVENT_CLAP);
        run(4);
        charging += world->bricks[1].out.coils.lf == TN_COIL_CHARGE;
        known += know(0, 1).pose.known == TN_PLACE_POSE &&
                 know(1, 0).pose.known == TN_PLACE_POSE;
    }
    assert_in_range(charging, 450, 1000);
    assert_in_range(known, 900, 1000); /* it wakes at first */
    /* Its tile is still there, and a new one is read in time. */
    assert_true(brick(1)->play.programs[0].begun);
    assert_int_equal(tn_world_take_tag(world, 1, &tags[1]), TN_OK);
    run(600);
    assert_int_equal(tn_play_get_state(&brick(1)->play, 0), TN_STATE_NONE);
    assert_int_equal(tn_world_put_tag(world, 1, &tags[1]), TN_OK);
    run(600);
    assert_true(brick(1)->play.programs[0].begun);
    tn_world_free(world);
}

static void a_docked_sleeper_charges(void **state)
{
    static const struct tn_world_place places[] = {{{0, 0, 0}, 1, false}};
    unsigned charging = 0;

    (void)state;
    set_up(places, 1);
    tn_world_set_battery(world, 0, 40);
    tn_world_set_docked(world, 0, true);
    run(10000);
    assert_true(brick(0)->asleep);
    for (unsigned i = 0; i < 1000; i++) {
        run(4);
        charging += world->bricks[0].out.coils.lf == TN_COIL_CHARGE;
    }
    assert_in_range(charging, 700, 1000);
    tn_world_free(world);
}

static void after_a_minute_of_sleep_the_radio_is_off(void **state)
{
    (void)state;
    set_up(FACE_TO_FACE, 2);
    run(20000);
    assert_int_equal(tn_net_get_count(&brick(0)->net), 1);
    run(50000);
    for (size_t i = 0; i < 2; i++) {
        uint64_t before = world->bricks[i].step_count;

        assert_int_equal(brick(i)->net.state, TN_NET_OFF);
        run(10000);
        assert_in_range(world->bricks[i].step_count - before, 1, 500);
    }
    tn_world_free(world);
}

/* The same world twice: once as it is, once with every frame stepped. */
static void quiet_steps_may_be_left_out_in_a_group(void **state)
{
    struct tn_world *lazy;
    struct tn_world *busy;
    uint64_t skipped = 0;

    (void)state;
    set_up(FACE_TO_FACE, 2);
    lazy = world;
    set_up(FACE_TO_FACE, 2);
    busy = world;
    for (unsigned n = 0; n < 80000 / 4; n++) {
        uint64_t time_us = lazy->time_us;

        busy->bricks[0].poked = true;
        busy->bricks[1].poked = true;
        assert_int_equal(tn_world_step(lazy), TN_OK);
        assert_int_equal(tn_world_step(busy), TN_OK);
        for (size_t i = 0; i < 2; i++) {
            if (lazy->bricks[i].in.time_us != time_us) {
                skipped++;
                continue;
            }
            assert_int_equal(tn_brick_hash(&lazy->bricks[i].brick),
                             tn_brick_hash(&busy->bricks[i].brick));
            assert_int_equal(tn_out_hash(0, &lazy->bricks[i].out),
                             tn_out_hash(0, &busy->bricks[i].out));
        }
    }
    assert_true(skipped > 10000);
    tn_world_free(lazy);
    tn_world_free(busy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_known_by_kind_place_and_posture),
        cmocka_unit_test(a_brick_that_is_moved_tells_no_posture),
        cmocka_unit_test(a_message_carries_its_numbers_to_whom_it_is_aimed_at),
        cmocka_unit_test(each_target_means_whom_it_says),
        cmocka_unit_test(
            the_second_target_is_taken_where_the_first_is_not_known),
        cmocka_unit_test(
            the_second_target_is_not_taken_where_the_first_is_known),
        cmocka_unit_test(a_sleeper_lingers_for_a_minute),
        cmocka_unit_test(what_reaches_nobody_is_unheard),
        cmocka_unit_test(
            a_message_to_one_who_vanishes_is_unheard_within_a_second),
        cmocka_unit_test(strangers_neither_hear_nor_know_each_other),
        cmocka_unit_test(a_group_has_one_time),
        cmocka_unit_test(a_sleeper_is_found_hit_and_wakes),
        cmocka_unit_test(a_docked_brick_is_found_and_charges),
        cmocka_unit_test(a_docked_sleeper_charges),
        cmocka_unit_test(after_a_minute_of_sleep_the_radio_is_off),
        cmocka_unit_test(quiet_steps_may_be_left_out_in_a_group),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
