/* SPDX-License-Identifier: Apache-2.0 */
#include "lively.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lang/lang.h"
#include "ports/crypto/sodium.h"
#include "sim/tagware.h"

#define RING_M 0.35
#define TURN 6.283185307179586
#define SOUND_S 600u
#define CHIP_COUNT 2u /* tags of a brick */

static const char TOY[] =
    "set lively\n"
    "message hello with size = 1\n"
    "sound low { saw 55 Hz; noise 20%; lowpass 300 Hz .. 2 kHz by thrust;"
    " hold }\n"
    "sound high { square 110 Hz; lowpass 400 Hz .. 3 kHz by thrust; hold }\n"
    "tile toy { kind ship\n"
    "keep number shakes = 0\n"
    "start on\n"
    "state on { enter { glow breathe blue }\n"
    "while { play low with thrust = speed; play high with thrust = energy }\n"
    "every 1 s { send hello with size = 2 to all }\n"
    "when near brick { glow white 20% }\n"
    "when shaken { shakes += 1; glow red } } }\n"
    "figure friend { kind crew\n"
    "when placed { glow yellow 30% }\n"
    "when hello { glow green 30% }\n"
    "when clap { glow cyan } }\n";

static void fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(3);
}

static void make_tags(struct lively *lively, size_t count)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("lively.play", TOY, sizeof TOY - 1);

    lively->tags = calloc(CHIP_COUNT * count, sizeof *lively->tags);
    if (set->error_count || !lively->tags) {
        fail("the toy does not compile");
    }

    const struct tn_lang_program *toy = tn_lang_find(set, "toy");
    const struct tn_lang_program *friend = tn_lang_find(set, "friend");

    for (size_t i = 0; i < count; i++) {
        struct tn_sim_tag *tags = &lively->tags[CHIP_COUNT * i];

        if (tn_tagware_encode(toy, TN_SIM_NTAG216, 2 * i + 1, &tags[0]) ||
            tn_tagware_encode(friend, TN_SIM_SLIX2, 2 * i + 2, &tags[1])) {
            fail("the toy does not fit its tag");
        }
    }
    tn_lang_free(set);
}

/* A quiet hum, so that the ears have something to do. */
static void make_sound(struct lively *lively)
{
    size_t count = (size_t)SOUND_S * TN_SAMPLE_HZ;

    lively->sound = malloc(count * sizeof *lively->sound);
    if (!lively->sound) {
        fail("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        lively->sound[i] = (int16_t)(i % 160u * 4u);
    }
}

void lively_init(struct lively *lively, size_t count, bool radio,
                 tn_world_watch on_step, void *ctx)
{
    struct tn_world_place places[LIVELY_CAP] = {0};
    const struct tn_world_config config = {.seed = 1,
                                           .brick_count = count,
                                           .places = places,
                                           .crypto = tn_crypto_sodium(),
                                           .run_job = tn_crypto_sodium_run,
                                           .on_step = on_step,
                                           .ctx = ctx};

    for (size_t i = 0; i < count; i++) {
        double angle = TURN * (double)i / (double)count;

        places[i].spot.x_m = RING_M * cos(angle);
        places[i].spot.y_m = RING_M * sin(angle);
        places[i].spot.facing_deg = 360.0 * (double)i / (double)count + 180.0;
        places[i].mute = !radio;
    }
    lively->world = tn_world_new(&config);
    if (!lively->world) {
        fail("out of memory");
    }
    make_tags(lively, count);
    make_sound(lively);
    for (size_t i = 0; i < count; i++) {
        (void)tn_world_put_tag(lively->world, i, &lively->tags[CHIP_COUNT * i]);
        (void)tn_world_put_tag(lively->world, i,
                               &lively->tags[CHIP_COUNT * i + 1]);
        tn_body_move(&lively->world->bricks[i].body, TN_BODY_FLOWN, 0,
                     SOUND_S * 1000000u);
        tn_world_set_sound(lively->world, i, lively->sound,
                           (size_t)SOUND_S * TN_SAMPLE_HZ);
    }
}

void lively_run(struct lively *lively, uint64_t until_us)
{
    while (lively->world->time_us < until_us) {
        if (tn_world_step(lively->world)) {
            fail("a brick refused its input");
        }
    }
}

void lively_check(const struct lively *lively, bool radio)
{
    size_t count = lively->world->config.brick_count;

    for (size_t i = 0; i < count; i++) {
        const struct tn_world_brick *b = &lively->world->bricks[i];

        if (tn_voice_get_count(&b->brick.voice) != 2) {
            fail("not two voices on each brick");
        }
        if (tn_net_get_count(&b->brick.net) != (radio ? count - 1 : 0)) {
            fail("the bricks do not all know each other");
        }
    }
}

void lively_free(struct lively *lively)
{
    tn_world_free(lively->world);
    free(lively->tags);
    free(lively->sound);
}
