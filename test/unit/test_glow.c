/* SPDX-License-Identifier: Apache-2.0 */
/* src/glow: which lights are taken, which one is seen, and how it moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/glow.h>
#include <tenon/prng.h>
#include <tenon/vocabulary.h>

#define SECOND_US 1000000u

static struct tn_glow glow;
static struct tn_rgb leds[TN_LED_COUNT];

static int start(void **state)
{
    (void)state;
    tn_glow_init(&glow);
    return 0;
}

static void set(uint8_t program, uint8_t layer, const uint8_t *patch,
                uint8_t len, uint64_t time_us)
{
    assert_int_equal(tn_glow_check(patch, len, NULL), TN_OK);
    tn_glow_set(&glow, program, layer, patch, len, time_us);
}

static void set_steady(uint8_t program, uint8_t layer, uint8_t colour,
                       uint64_t time_us)
{
    const uint8_t patch[] = {TN_LIGHT_STEADY, colour, 100};

    set(program, layer, patch, sizeof patch, time_us);
}

static void assert_all(uint8_t r, uint8_t g, uint8_t b, uint64_t time_us)
{
    tn_glow_render(&glow, time_us, leds);
    for (uint32_t i = 0; i < TN_LED_COUNT; i++) {
        assert_int_equal(leds[i].r, r);
        assert_int_equal(leds[i].g, g);
        assert_int_equal(leds[i].b, b);
    }
}

static void good_lights_are_taken(void **state)
{
    static const struct {
        uint8_t len;
        uint8_t bytes[8];
    } good[] = {
        {3, {TN_LIGHT_STEADY, TN_COLOUR_PINK, 0}},
        {3, {TN_LIGHT_BREATHE, 0, 100}}, /* at the mode's own rate */
        {4, {TN_LIGHT_FLASH, 1, 100, 1}},
        {5, {TN_LIGHT_FLASH, 1, 100, 0xF0, 0x2E}}, /* 6000 */
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint8_t at = 9;

        assert_int_equal(tn_glow_check(good[i].bytes, good[i].len, &at), TN_OK);
        assert_int_equal(at, 0);
    }
}

static void bad_lights_are_refused_where_they_are_wrong(void **state)
{
    static const struct {
        uint8_t at;
        uint8_t len;
        uint8_t bytes[8];
    } bad[] = {
        {0, 0, {0}},
        {1, 1, {0}},
        {2, 2, {0, 1}},
        {0, 3, {3, 1, 100}},
        {1, 3, {0, TN_COLOUR_COUNT, 100}},
        {2, 3, {0, 1, 101}},
        {3, 4, {0, 1, 100, 60}}, /* steady has no rate */
        {3, 4, {1, 1, 100, 0}},
        {3, 5, {2, 1, 100, 0xF1, 0x2E}}, /* 6001 */
        {4, 4, {2, 1, 100, 0x80}},
        {4, 5, {2, 1, 100, 60, 0}},
        {3, 8, {2, 1, 100, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t at = 99;

        assert_int_equal(tn_glow_check(bad[i].bytes, bad[i].len, &at),
                         TN_ERR_PATCH);
        assert_int_equal(at, bad[i].at);
    }
}

static void nothing_set_is_dark(void **state)
{
    (void)state;
    memset(leds, 1, sizeof leds);
    assert_all(0, 0, 0, 5);
    assert_true(tn_glow_is_dark(&glow, 0));
}

static void every_colour_shines_as_listed(void **state)
{
    static const struct tn_rgb listed[] = {
#define LISTED(name, number, word, red, green, blue) {red, green, blue},
        TN_COLOURS(LISTED)
#undef LISTED
    };

    (void)state;
    for (uint8_t i = 0; i < TN_COLOUR_COUNT; i++) {
        set_steady(0, 0, i, 0);
        assert_all(listed[i].r, listed[i].g, listed[i].b, 0);
        assert_all(listed[i].r, listed[i].g, listed[i].b, 3600ull * SECOND_US);
    }
}

static void level_scales_the_light(void **state)
{
    static const uint8_t patch[] = {TN_LIGHT_STEADY, TN_COLOUR_WHITE, 40};

    (void)state;
    set(0, 0, patch, sizeof patch, 0);
    assert_all(102, 102, 102, 0);
}

static void latest_of_the_highest_layer_is_seen(void **state)
{
    (void)state;
    set_steady(0, 0, TN_COLOUR_RED, 0);
    set_steady(1, 0, TN_COLOUR_GREEN, 0); /* the same moment, but later */
    assert_all(0, 255, 0, 0);
    set_steady(0, 0, TN_COLOUR_RED, 4000); /* the same again is the latest */
    assert_all(255, 0, 0, 4000);
    set_steady(2, 1, TN_COLOUR_BLUE, 8000);
    set_steady(1, 0, TN_COLOUR_GREEN, 9000);
    assert_all(0, 0, 255, 9000);
    tn_glow_clear(&glow, 2);
    assert_all(0, 255, 0, 9000);
    tn_glow_clear(&glow, 1);
    assert_all(255, 0, 0, 9000);
    tn_glow_clear(&glow, 0);
    assert_all(0, 0, 0, 9000);
}

static void order_holds_through_any_sequence(void **state)
{
    struct tn_prng prng;
    uint32_t last[TN_PROGRAM_CAP] = {0};

    (void)state;
    tn_prng_init(&prng, 5, 0);
    for (uint32_t now = 1; now < 5000; now++) {
        uint8_t program = (uint8_t)tn_prng_below(&prng, TN_PROGRAM_CAP);
        uint32_t newest = 0;

        if (tn_prng_below(&prng, 4) == 0) {
            tn_glow_clear(&glow, program);
            last[program] = 0;
        } else {
            /* A program's level tells whose light it is. */
            const uint8_t patch[] = {0, TN_COLOUR_RED, (uint8_t)(program + 1)};

            set(program, 0, patch, sizeof patch, now);
            last[program] = now;
        }
        for (uint32_t i = 1; i < TN_PROGRAM_CAP; i++) {
            newest = last[i] > last[newest] ? i : newest;
        }
        tn_glow_render(&glow, now, leds);
        assert_int_equal(leds[0].r,
                         last[newest] ? (newest + 1) * 255 / 100.0 + 0.5 : 0);
    }
}

static void flash_goes_on_and_off_at_its_rate(void **state)
{
    static const uint8_t patch[] = {TN_LIGHT_FLASH, TN_COLOUR_RED, 100, 60};
    uint64_t t = 7 * SECOND_US;

    (void)state;
    set(0, 0, patch, sizeof patch, t);
    assert_all(255, 0, 0, t);
    assert_all(255, 0, 0, t + 499999);
    assert_all(0, 0, 0, t + 500001);
    assert_all(0, 0, 0, t + 999999);
    assert_all(255, 0, 0, t + 1000001);
}

static void same_light_again_does_not_restart(void **state)
{
    static const uint8_t flash[] = {TN_LIGHT_FLASH, TN_COLOUR_RED, 100, 60};
    static const uint8_t other[] = {TN_LIGHT_FLASH, TN_COLOUR_RED, 100, 61};

    (void)state;
    set(0, 0, flash, sizeof flash, 0);
    set(0, 0, flash, sizeof flash, 600000);
    assert_all(0, 0, 0, 600000);
    set(0, 0, other, sizeof other, 600000);
    assert_all(255, 0, 0, 600000);
}

/* How often LED 0 becomes bright within a second from `time_us`. */
static uint32_t count_flashes(uint64_t time_us)
{
    uint32_t count = 0;
    uint8_t last = 255;

    for (uint32_t i = 0; i <= 250; i++) {
        tn_glow_render(&glow, time_us + i * TN_FRAME_US, leds);
        if (leds[0].r > 127 && last <= 127) {
            count++;
        }
        last = leds[0].r;
    }
    return count;
}

static void no_light_flashes_more_than_three_times_a_second(void **state)
{
    (void)state;
    for (uint8_t mode = TN_LIGHT_BREATHE; mode <= TN_LIGHT_FLASH; mode++) {
        static const uint8_t rates[][2] = {
            {0x78, 0}, {0xB4, 0x01}, {0xB5, 0x01}, {0xF0, 0x2E}};

        for (uint32_t i = 0; i < 4; i++) {
            uint8_t patch[] = {mode, TN_COLOUR_RED, 100, rates[i][0],
                               rates[i][1]};

            set(0, 0, patch, rates[i][0] & 0x80 ? 5 : 4, 0);
            for (uint32_t k = 0; k < 500; k++) {
                uint32_t count = count_flashes(k * 6151u);

                assert_true(count <= 3 && count >= 1);
            }
        }
    }
    assert_int_equal(count_flashes(1000), 3); /* it does not stop either */
}

static void fourth_flash_begins_after_a_whole_second(void **state)
{
    static const uint8_t patch[] = {TN_LIGHT_FLASH, TN_COLOUR_RED, 100, 0xF0,
                                    0x2E};

    (void)state;
    set(0, 0, patch, sizeof patch, 0);
    /* The fourth begins after a whole second, not within it. */
    assert_all(0, 0, 0, SECOND_US - 1);
    assert_all(0, 0, 0, SECOND_US);
    assert_all(255, 0, 0, SECOND_US + 10);
}

static void breath_swells_and_fades_gently(void **state)
{
    static const uint8_t patch[] = {TN_LIGHT_BREATHE, TN_COLOUR_WHITE, 100};
    uint8_t last[TN_LED_COUNT] = {0};
    uint8_t peak = 0;

    (void)state;
    set(0, 0, patch, sizeof patch, 0);
    assert_all(0, 0, 0, 0);
    for (uint32_t t = 0; t <= 8 * SECOND_US; t += TN_FRAME_US) {
        tn_glow_render(&glow, t, leds);
        for (uint32_t i = 0; i < TN_LED_COUNT; i++) {
            assert_true(abs(leds[i].r - last[i]) <= 2);
            last[i] = leds[i].r;
        }
        peak = leds[0].r > peak ? leds[0].r : peak;
    }
    assert_int_equal(peak, 255);
    /* 15 a minute: a quarter after 1 s, bright after 2 s, dark after 4 s. */
    tn_glow_render(&glow, SECOND_US, leds);
    assert_int_equal(leds[0].r, 64);
    tn_glow_render(&glow, 2 * SECOND_US, leds);
    assert_int_equal(leds[0].r, 255);
    tn_glow_render(&glow, 4 * SECOND_US, leds);
    assert_int_equal(leds[0].r, 0);
}

static void breath_goes_round_both_sides_of_the_ring(void **state)
{
    static const uint8_t patch[] = {TN_LIGHT_BREATHE, TN_COLOUR_WHITE, 100};

    (void)state;
    set(0, 0, patch, sizeof patch, 0);
    tn_glow_render(&glow, SECOND_US, leds);
    for (uint32_t i = 1; i <= TN_LED_COUNT / 2; i++) {
        assert_true(leds[i].r < leds[i - 1].r);
        assert_int_equal(leds[i].r, leds[TN_LED_COUNT - i].r);
    }
}

static void only_what_can_shine_keeps_awake(void **state)
{
    static const uint8_t black[] = {TN_LIGHT_FLASH, TN_COLOUR_BLACK, 100, 60};
    static const uint8_t zero[] = {TN_LIGHT_BREATHE, TN_COLOUR_RED, 0};
    static const uint8_t flash[] = {TN_LIGHT_FLASH, TN_COLOUR_RED, 1, 60};

    (void)state;
    set(0, 0, black, sizeof black, 0);
    set(1, 1, zero, sizeof zero, 0);
    assert_true(tn_glow_is_dark(&glow, 0));
    set(2, 0, flash, sizeof flash, 0);
    assert_false(tn_glow_is_dark(&glow, 0));
    tn_glow_clear(&glow, 2);
    assert_true(tn_glow_is_dark(&glow, 0));
}

static void cleared_lights_leave_no_trace(void **state)
{
    struct tn_glow fresh;

    (void)state;
    tn_glow_init(&fresh);
    set_steady(3, 1, TN_COLOUR_RED, 77);
    set_steady(1, 0, TN_COLOUR_RED, 78);
    tn_glow_clear(&glow, 3);
    tn_glow_clear(&glow, 3);
    tn_glow_clear(&glow, 1);
    assert_memory_equal(&glow, &fresh, sizeof glow);
}

static void a_light_goes_evenly_to_its_end(void **state)
{
    /* red 100 % to 20 % over 2 s */
    static const uint8_t dim[] = {
        TN_LIGHT_DIM | TN_LIGHT_STEADY, TN_COLOUR_RED, 100, 20, 0xD0, 0x0F};
    static const uint8_t lower[] = {
        TN_LIGHT_DIM | TN_LIGHT_STEADY, TN_COLOUR_RED, 100, 10, 0xD0, 0x0F};
    static const uint8_t slower[] = {
        TN_LIGHT_DIM | TN_LIGHT_STEADY, TN_COLOUR_RED, 100, 10, 0xD0, 0x1F};

    (void)state;
    set(0, 0, dim, sizeof dim, 1000000);
    assert_all(255, 0, 0, 1000000);
    assert_all(153, 0, 0, 2000000);
    assert_all(51, 0, 0, 3000000);
    assert_all(51, 0, 0, 90000000);
    set(0, 0, dim, sizeof dim, 4000000); /* the same goes on */
    assert_all(51, 0, 0, 4000000);
    set(0, 0, lower, sizeof lower, 5000000); /* others begin */
    assert_all(255, 0, 0, 5000000);
    set(0, 0, slower, sizeof slower, 9000000);
    assert_all(255, 0, 0, 9000000);
}

static void what_has_dimmed_away_is_dark(void **state)
{
    static const uint8_t away[] = {
        TN_LIGHT_DIM | TN_LIGHT_FLASH, TN_COLOUR_RED, 100, 60, 0, 0xE8, 0x07};
    static const uint8_t rising[] = {
        TN_LIGHT_DIM | TN_LIGHT_STEADY, TN_COLOUR_RED, 0, 10, 0xE8, 0x07};

    (void)state;
    set(0, 0, away, sizeof away, 0);
    assert_false(tn_glow_is_dark(&glow, 999999));
    assert_true(tn_glow_is_dark(&glow, 1000000));
    set(0, 0, rising, sizeof rising, 0);
    assert_false(tn_glow_is_dark(&glow, 0));
    assert_false(tn_glow_is_dark(&glow, 2000000));
}

static void a_bar_lights_as_many_as_its_part_says(void **state)
{
    static const uint8_t red[] = {TN_LIGHT_STEADY, TN_COLOUR_RED, 100};
    static const uint8_t blue[] = {TN_LIGHT_STEADY, TN_COLOUR_BLUE, 100};

    (void)state;
    set(0, 0, red, sizeof red, 0);
    tn_glow_set_part(&glow, 0, TN_Q16_ONE * 5 / 16); /* two LEDs and a half */
    tn_glow_render(&glow, 0, leds);
    assert_int_equal(leds[0].r, 255);
    assert_int_equal(leds[1].r, 255);
    assert_int_equal(leds[2].r, 128);
    assert_int_equal(leds[3].r, 0);
    assert_int_equal(leds[7].r, 0);
    tn_glow_set_part(&glow, 0, 0);
    assert_true(tn_glow_is_dark(&glow, 0));
    tn_glow_set_part(&glow, 0, TN_UNKNOWN);
    assert_all(255, 0, 0, 0);
    tn_glow_set_part(&glow, 0, TN_Q16_ONE / 2);
    set(0, 0, blue, sizeof blue, 0); /* another light is whole again */
    assert_all(0, 0, 255, 0);
    tn_glow_set_part(&glow, 1, TN_Q16_ONE / 2); /* has no light */
    assert_all(0, 0, 255, 0);
}

static void bad_dims_are_refused_where_they_are_wrong(void **state)
{
    static const struct {
        uint8_t at;
        uint8_t len;
        uint8_t bytes[10];
    } bad[] = {
        {3, 3, {TN_LIGHT_DIM, 3, 100}},         /* cut off */
        {4, 4, {TN_LIGHT_DIM, 3, 100, 5}},      /* no time */
        {3, 5, {TN_LIGHT_DIM, 3, 100, 101, 9}}, /* too bright */
        {4, 5, {TN_LIGHT_DIM, 3, 100, 5, 0}},   /* at once */
        {4, 8, {TN_LIGHT_DIM, 3, 100, 5, 0x81, 0x80, 0xD0, 0x0F}},
        {5, 6, {TN_LIGHT_DIM, 3, 100, 5, 9, 0}}, /* more behind it */
        {0, 5, {TN_LIGHT_DIM + 3, 3, 100, 5, 9}},
        {0, 5, {0x20, 3, 100, 5, 9}},
    };

    (void)state;
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t at = 99;

        assert_int_equal(tn_glow_check(bad[i].bytes, bad[i].len, &at),
                         TN_ERR_PATCH);
        assert_int_equal(at, bad[i].at);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lights_are_taken),
        cmocka_unit_test(bad_lights_are_refused_where_they_are_wrong),
        cmocka_unit_test_setup(nothing_set_is_dark, start),
        cmocka_unit_test_setup(every_colour_shines_as_listed, start),
        cmocka_unit_test_setup(level_scales_the_light, start),
        cmocka_unit_test_setup(latest_of_the_highest_layer_is_seen, start),
        cmocka_unit_test_setup(order_holds_through_any_sequence, start),
        cmocka_unit_test_setup(flash_goes_on_and_off_at_its_rate, start),
        cmocka_unit_test_setup(same_light_again_does_not_restart, start),
        cmocka_unit_test_setup(no_light_flashes_more_than_three_times_a_second,
                               start),
        cmocka_unit_test_setup(fourth_flash_begins_after_a_whole_second, start),
        cmocka_unit_test_setup(breath_swells_and_fades_gently, start),
        cmocka_unit_test_setup(breath_goes_round_both_sides_of_the_ring, start),
        cmocka_unit_test_setup(only_what_can_shine_keeps_awake, start),
        cmocka_unit_test_setup(cleared_lights_leave_no_trace, start),
        cmocka_unit_test_setup(a_light_goes_evenly_to_its_end, start),
        cmocka_unit_test_setup(what_has_dimmed_away_is_dark, start),
        cmocka_unit_test_setup(a_bar_lights_as_many_as_its_part_says, start),
        cmocka_unit_test(bad_dims_are_refused_where_they_are_wrong),
    };

    return cmocka_run_group_tests_name("glow", tests, NULL, NULL);
}
