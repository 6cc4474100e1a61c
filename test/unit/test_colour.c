/* SPDX-License-Identifier: Apache-2.0 */
/* src/colour before a modelled sensor (sim/light): what is told and what not,
 * how bright it is. bench_colour prints the confusions over many trials. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sim/light.h>
#include <tenon/colour.h>
#include <tenon/hash.h>
#include <tenon/prng.h>
#include <tenon/vocabulary.h>

#define FRAMES_A_SAMPLE 7
#define SAMPLE_US (FRAMES_A_SAMPLE * TN_FRAME_US)
#define SAMPLES_A_SECOND 36

static struct tn_colour colour;
static struct tn_light_sensor sensor;
static struct tn_light_scene scene;
static uint64_t now_us;
static unsigned told[TN_COLOUR_COUNT]; /* by colour */
static unsigned told_count;

static int start(void **state)
{
    (void)state;
    now_us = 0;
    tn_colour_init(&colour);
    tn_light_sensor_init(&sensor, 2, 24000);
    memset(&scene, 0, sizeof scene);
    memset(told, 0, sizeof told);
    told_count = 0;
    scene.lux = 300;
    scene.radius_mm = 18;
    scene.gloss = 0.02f;
    scene.distance_mm = 100;
    return 0;
}

static void step(const struct tn_light *sample)
{
    struct tn_event events[TN_COLOUR_EVENT_CAP];
    uint8_t count = 9;

    now_us += SAMPLE_US;
    tn_colour_step(&colour, now_us, sample, events, &count);
    assert_true(count <= TN_COLOUR_EVENT_CAP);
    if (count) {
        assert_int_equal(events[0].number, 0x28);
        assert_int_equal(events[0].args[0] % TN_Q16_ONE, 0);
        told[events[0].args[0] / TN_Q16_ONE]++;
        told_count++;
    }
}

static void see(double seconds)
{
    for (int i = 0; i < seconds * SAMPLES_A_SECOND; i++) {
        struct tn_light sample;

        tn_light_sensor_get(&sensor, &scene, &sample);
        step(&sample);
    }
}

/* The thing moves evenly from where it is. */
static void move(float to_mm, double seconds)
{
    int count = (int)(seconds * SAMPLES_A_SECOND);
    float from_mm = scene.distance_mm;

    for (int i = 1; i <= count; i++) {
        scene.distance_mm =
            from_mm + (to_mm - from_mm) * (float)i / (float)count;
        see(1.0 / SAMPLES_A_SECOND);
    }
}

static void show(enum tn_light_thing thing, float to_mm)
{
    scene.thing = thing;
    scene.distance_mm = 100;
    move(to_mm, 0.3);
    see(1);
    move(100, 0.3);
    scene.thing = TN_LIGHT_NOTHING;
    see(1);
}

static struct tn_colour_signals get_signals(void)
{
    struct tn_colour_signals signals;

    tn_colour_get_signals(&colour, &signals);
    return signals;
}

static void primaries_are_told_once_each_under_every_lamp(void **state)
{
    for (int lamp = 0; lamp < TN_LIGHT_LAMP_COUNT; lamp++) {
        start(state);
        scene.lamp = (enum tn_light_lamp)lamp;
        see(2);
        show(TN_LIGHT_RED, 10);
        assert_int_equal(told[TN_COLOUR_RED], 1);
        show(TN_LIGHT_BLUE, 10);
        assert_int_equal(told[TN_COLOUR_BLUE], 1);
        scene.lux = 800; /* green is the faintest */
        see(2);
        show(TN_LIGHT_GREEN, 10);
        assert_int_equal(told[TN_COLOUR_GREEN], 1);
        assert_int_equal(told_count, 3);
    }
}

static void other_things_are_not_told(void **state)
{
    (void)state;
    for (int lamp = 0; lamp < TN_LIGHT_LAMP_COUNT; lamp++) {
        scene.lamp = (enum tn_light_lamp)lamp;
        see(3);
        for (int t = TN_LIGHT_YELLOW; t < TN_LIGHT_THING_COUNT; t++) {
            show((enum tn_light_thing)t, 10);
        }
    }
    assert_int_equal(told_count, 0);
}

static void thing_is_told_within_a_third_of_a_second(void **state)
{
    (void)state;
    see(2);
    scene.thing = TN_LIGHT_RED;
    move(10, 0.2);
    see(0.3);
    assert_int_equal(told[TN_COLOUR_RED], 1);
}

static void thing_that_stays_is_told_once(void **state)
{
    (void)state;
    see(2);
    scene.thing = TN_LIGHT_RED;
    move(10, 0.3);
    see(15);
    assert_int_equal(told_count, 1);
    assert_int_equal(get_signals().seen, TN_COLOUR_RED);
    move(100, 0.3);
    see(1);
    assert_int_equal(get_signals().seen, 0);
    assert_int_equal(told_count, 1);
}

static void from_one_colour_to_another_both_are_told(void **state)
{
    (void)state;
    see(2);
    scene.thing = TN_LIGHT_RED;
    move(10, 0.3);
    see(1);
    scene.thing = TN_LIGHT_BLUE;
    see(1);
    assert_int_equal(told[TN_COLOUR_RED], 1);
    assert_int_equal(told[TN_COLOUR_BLUE], 1);
    assert_int_equal(told_count, 2);
}

static void lamps_that_change_are_no_things(void **state)
{
    static const struct {
        enum tn_light_lamp lamp;
        float lux;
    } walk[] = {{TN_LIGHT_DAY, 300},      {TN_LIGHT_BULB, 400},
                {TN_LIGHT_DAY, 150},      {TN_LIGHT_LED_WARM, 100},
                {TN_LIGHT_DAY, 50},       {TN_LIGHT_LED_COOL, 2000},
                {TN_LIGHT_BULB, 30},      {TN_LIGHT_DAY, 5000},
                {TN_LIGHT_LED_WARM, 500}, {TN_LIGHT_DAY, 200}};

    (void)state;
    for (size_t i = 0; i < sizeof walk / sizeof walk[0]; i++) {
        scene.lamp = walk[i].lamp;
        scene.lux = walk[i].lux;
        see(4);
    }
    assert_int_equal(told_count, 0);
    show(TN_LIGHT_RED, 10); /* and it still sees */
    assert_int_equal(told[TN_COLOUR_RED], 1);
}

static void too_dark_to_tell_is_not_told(void **state)
{
    (void)state;
    scene.lux = 3;
    see(2);
    for (int t = TN_LIGHT_RED; t < TN_LIGHT_THING_COUNT; t++) {
        show((enum tn_light_thing)t, 5);
    }
    assert_int_equal(told_count, 0);
}

static void brightness_goes_by_octaves_of_light(void **state)
{
    static const float lux[] = {3, 10, 100, 1000, 5000};

    (void)state;
    for (int i = 0; i < 5; i++) {
        for (int lamp = 0; lamp < TN_LIGHT_LAMP_COUNT; lamp++) {
            scene.lamp = (enum tn_light_lamp)lamp;
            scene.lux = lux[i];
            see(1.5);
            assert_true(fabs(get_signals().brightness / 65536.0 -
                             log10((double)lux[i]) / 4) < 0.05);
        }
    }
}

static void dark_and_bright_have_hysteresis(void **state)
{
    static const struct {
        float lux;
        int dark;
        int bright;
    } walk[] = {{300, 0, 0}, {7, 0, 0},    {2, 1, 0},    {7, 1, 0},
                {15, 0, 0},  {1400, 0, 0}, {3500, 0, 1}, {1400, 0, 1},
                {600, 0, 0}, {0.2f, 1, 0}, {9000, 0, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof walk / sizeof walk[0]; i++) {
        scene.lux = walk[i].lux;
        see(1.5);
        assert_int_equal(get_signals().dark, walk[i].dark);
        assert_int_equal(get_signals().bright, walk[i].bright);
    }
}

static void gain_and_time_of_the_sensor_do_not_matter(void **state)
{
    static const struct tn_light samples[] = {
        {1000, 1000, 900, 3000, 24000, 60, 1},
        {267, 267, 240, 800, 24000, 16, 1},
        {133, 133, 120, 400, 12000, 16, 1}};
    tn_q16 first = 0;

    for (int i = 0; i < 3; i++) {
        start(state);
        for (int k = 0; k < 100; k++) {
            step(&samples[i]);
        }
        first = i ? first : get_signals().brightness;
        assert_true(labs((long)get_signals().brightness - first) < 60);
    }
}

static void without_a_valid_sample_no_byte_changes(void **state)
{
    struct tn_light bad = {1, 2, 3, 4, 24000, 16, 0};
    struct tn_light nothing = {1, 2, 3, 4, 24000, 0, 1};
    struct tn_colour before;

    (void)state;
    see(1);
    before = colour;
    for (int i = 0; i < 100; i++) {
        step(NULL);
        step(&bad);
        step(&nothing);
    }
    bad.valid = 1;
    bad.integration_us = 0;
    step(&bad);
    assert_memory_equal(&colour, &before, sizeof before);
}

static void sleep_keeps_dark_and_bright_alone(void **state)
{
    struct tn_colour once;

    (void)state;
    scene.lux = 2;
    see(2);
    tn_colour_sleep(&colour);
    once = colour;
    tn_colour_sleep(&colour);
    assert_memory_equal(&colour, &once, sizeof once);
    assert_int_equal(get_signals().dark, 1);
    assert_int_equal(get_signals().seen, 0);
    assert_true(tn_colour_is_resting(&colour, 0));
    now_us += 3600000000ull; /* an hour later, in other light */
    scene.lux = 500;
    scene.lamp = TN_LIGHT_BULB;
    see(1);
    assert_int_equal(get_signals().dark, 0);
    assert_int_equal(told_count, 0);
}

/* Nobody knows what was white meanwhile. */
static void after_a_silence_white_is_learnt_anew(void **state)
{
    (void)state;
    scene.lamp = TN_LIGHT_BULB;
    see(3);
    now_us += 2000000;
    scene.lamp = TN_LIGHT_DAY; /* no brighter, but bluer */
    scene.lux = 260;
    see(1.0 / SAMPLES_A_SECOND);
    assert_memory_equal(colour.white, colour.now, sizeof colour.white);
    see(2);
    assert_int_equal(told_count, 0);
    show(TN_LIGHT_RED, 10);
    assert_int_equal(told_count, 1);
}

/* No sample, however wild, makes it tell a colour that does not exist. */
static void any_counts_are_borne(void **state)
{
    struct tn_prng prng;

    (void)state;
    tn_prng_init(&prng, 9, 0);
    for (int i = 0; i < 100000; i++) {
        uint32_t a = tn_prng_get(&prng);
        uint32_t b = tn_prng_get(&prng);
        struct tn_light wild = {
            .r = (uint16_t)(a >> (a & 15)),
            .g = (uint16_t)(b >> (a >> 4 & 15)),
            .b = (uint16_t)(tn_prng_get(&prng) >> (a >> 8 & 31)),
            .clear = (uint16_t)(tn_prng_get(&prng) >> (b & 31)),
            .integration_us = (uint16_t)tn_prng_get(&prng),
            .gain = (uint8_t)tn_prng_get(&prng),
            .valid = (uint8_t)(b >> 31),
        };

        step(&wild);
        assert_true(get_signals().brightness >= 0 &&
                    get_signals().brightness <= TN_Q16_ONE);
    }
    assert_int_equal(told_count, told[TN_COLOUR_RED] + told[TN_COLOUR_GREEN] +
                                     told[TN_COLOUR_BLUE]);
}

static void same_light_gives_the_same_bytes_everywhere(void **state)
{
    struct tn_prng prng;
    uint64_t h = TN_FNV64_START;

    (void)state;
    tn_prng_init(&prng, 3, 0);
    for (uint32_t i = 0; i < 5000; i++) {
        uint32_t level = 100 + i / 100 % 7 * 300u;
        struct tn_light sample = {
            .r = (uint16_t)(level + tn_prng_below(&prng, 40)),
            .g = (uint16_t)(level + tn_prng_below(&prng, 40)),
            .b = (uint16_t)(level / (1 + i / 300 % 3)),
            .clear = (uint16_t)(3 * level),
            .integration_us = 24000,
            .gain = 16,
            .valid = 1,
        };

        step(&sample);
        h = tn_hash_fnv64(h, &colour, sizeof colour);
    }
    assert_int_equal(h, 0x91f34e94aa57628full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(primaries_are_told_once_each_under_every_lamp,
                               start),
        cmocka_unit_test_setup(other_things_are_not_told, start),
        cmocka_unit_test_setup(thing_is_told_within_a_third_of_a_second, start),
        cmocka_unit_test_setup(thing_that_stays_is_told_once, start),
        cmocka_unit_test_setup(from_one_colour_to_another_both_are_told, start),
        cmocka_unit_test_setup(lamps_that_change_are_no_things, start),
        cmocka_unit_test_setup(too_dark_to_tell_is_not_told, start),
        cmocka_unit_test_setup(brightness_goes_by_octaves_of_light, start),
        cmocka_unit_test_setup(dark_and_bright_have_hysteresis, start),
        cmocka_unit_test_setup(gain_and_time_of_the_sensor_do_not_matter,
                               start),
        cmocka_unit_test_setup(without_a_valid_sample_no_byte_changes, start),
        cmocka_unit_test_setup(sleep_keeps_dark_and_bright_alone, start),
        cmocka_unit_test_setup(after_a_silence_white_is_learnt_anew, start),
        cmocka_unit_test_setup(any_counts_are_borne, start),
        cmocka_unit_test_setup(same_light_gives_the_same_bytes_everywhere,
                               start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
