/* SPDX-License-Identifier: Apache-2.0 */
/* The bare brick's program, and sounds and lights in time, on a whole brick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>

#include "support/rig.h"

static struct rig rig;

static const char SET[] = "set bare\n"
                          "brick { state idle { enter { glow blue } } }\n"
                          "tile t { enter { glow red } }\n"
                          "tile kept { keep number n = 1 }\n";

static enum tn_err load(const struct tn_lang_set *set, const char *name,
                        uint16_t *at)
{
    const struct tn_lang_program *program = tn_lang_find(set, name);

    assert_non_null(program);
    return tn_brick_load_bare(&rig.brick, 7, program->image,
                              (uint16_t)program->image_len, at);
}

static void it_shines_under_tags_and_again_after_them(void **state)
{
    struct tn_lang_set *set = rig_compile(SET);

    (void)state;
    rig_init(&rig, 1);
    assert_false(tn_brick_has_bare(&rig.brick));
    assert_int_equal(load(set, "brick", NULL), TN_OK);
    assert_true(tn_brick_has_bare(&rig.brick));
    rig_rest(&rig, 100);
    assert_int_equal(rig.out.leds[0].b, 255);
    rig_put(&rig, 0, set, "t");
    rig_rest(&rig, 1000);
    assert_int_equal(rig.out.leds[0].r, 255);
    assert_int_equal(rig.out.leds[0].b, 0);
    rig_take(&rig, 0);
    rig_rest(&rig, 1000);
    assert_int_equal(rig.out.leds[0].r, 0);
    assert_int_equal(rig.out.leds[0].b, 255);
    tn_lang_free(set);
}

static void what_is_no_bare_bricks_program_is_refused(void **state)
{
    struct tn_lang_set *set = rig_compile(SET);
    const struct tn_lang_program *kept = tn_lang_find(set, "kept");
    uint8_t image[TN_IMAGE_CAP];
    uint16_t at = 99;

    (void)state;
    rig_init(&rig, 1);
    assert_int_equal(load(set, "t", &at), TN_ERR_VALUE);
    assert_int_equal(at, TN_IMAGE_AT_KIND);
    memcpy(image, kept->image, kept->image_len);
    image[TN_IMAGE_AT_KIND] = TN_IMAGE_BRICK; /* the checksum is behind it */
    assert_int_equal(tn_brick_load_bare(&rig.brick, 7, image,
                                        (uint16_t)kept->image_len, &at),
                     TN_ERR_FEATURE);
    assert_int_equal(tn_brick_load_bare(&rig.brick, 7, image, 9, &at),
                     TN_ERR_END);
    assert_false(tn_brick_has_bare(&rig.brick));
    tn_lang_free(set);
}

static void a_tag_with_such_a_program_is_refused(void **state)
{
    struct tn_lang_set *set = rig_compile(SET);
    bool refused = false;

    (void)state;
    rig_init(&rig, 1);
    rig_put(&rig, 0, set, "brick");
    for (int i = 0; i < 250; i++) {
        rig_step(&rig);
        refused = refused || (rig.out.notice_count > 0 &&
                              rig.out.notices[0].err == TN_ERR_VALUE);
    }
    assert_true(refused);
    assert_false(tn_brick_has_bare(&rig.brick));
    tn_lang_free(set);
}

static void loaded_again_it_takes_its_own_place(void **state)
{
    struct tn_lang_set *set = rig_compile(SET);

    (void)state;
    rig_init(&rig, 1);
    for (int i = 0; i < 9; i++) {
        assert_int_equal(load(set, "brick", NULL), TN_OK);
        rig_step(&rig);
    }
    assert_int_equal(tn_play_get_bare(&rig.brick.play),
                     (uint8_t)(TN_PROGRAM_CAP - 1));
    for (uint8_t slot = 0; slot + 1u < TN_PROGRAM_CAP; slot++) {
        uint16_t len;

        assert_null(tn_play_get_image(&rig.brick.play, slot, &len));
    }
    tn_lang_free(set);
}

static void a_brick_whose_light_has_dimmed_away_sleeps(void **state)
{
    struct tn_lang_set *set = rig_compile(
        "brick { enter { glow red dim to 0% over 3 s; volume 20% } }");

    (void)state;
    rig_init(&rig, 1);
    assert_int_equal(load(set, "brick", NULL), TN_OK);
    rig_rest(&rig, 1500);
    assert_in_range(rig.out.leds[0].r, 120, 135);
    assert_false(rig_doze(&rig, 3000));
    assert_true(rig_doze(&rig, 3000));
    tn_lang_free(set);
}

/* The loudest sample of the next 100 ms. */
static int hear(void)
{
    int peak = 0;

    for (int i = 0; i < 25; i++) {
        rig_step(&rig);
        for (int k = 0; k < (int)TN_AUDIO_LEN; k++) {
            int size = rig.out.audio[k];

            size = size < 0 ? -size : size;
            peak = size > peak ? size : peak;
        }
    }
    return peak;
}

static void a_tune_a_fade_and_a_volume_are_heard(void **state)
{
    struct tn_lang_set *set =
        rig_compile("tune x { with tone; a4*8 }\n"
                    "sound tone { triangle 440 Hz; hold }\n"
                    "brick { enter { hum x again; after 1 s { volume 25% }\n"
                    "  after 2 s { fade x over 1 s } } }");
    int full;

    (void)state;
    rig_init(&rig, 1);
    assert_int_equal(load(set, "brick", NULL), TN_OK);
    (void)hear();
    full = hear();
    assert_in_range(full, 10000, 16000);
    for (int i = 0; i < 10; i++) {
        (void)hear();
    }
    assert_in_range(hear(), full / 4 - 300, full / 4 + 300);
    for (int i = 0; i < 12; i++) {
        (void)hear();
    }
    assert_in_range(hear(), full / 64, full / 8);
    for (int i = 0; i < 6; i++) {
        (void)hear();
    }
    assert_int_equal(hear(), 0);
    tn_lang_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_shines_under_tags_and_again_after_them),
        cmocka_unit_test(what_is_no_bare_bricks_program_is_refused),
        cmocka_unit_test(a_tag_with_such_a_program_is_refused),
        cmocka_unit_test(loaded_again_it_takes_its_own_place),
        cmocka_unit_test(a_brick_whose_light_has_dimmed_away_sleeps),
        cmocka_unit_test(a_tune_a_fade_and_a_volume_are_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
