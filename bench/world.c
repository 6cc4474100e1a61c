/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many bricks a core can play: bench_world BRICKS SECONDS. Every brick has
 * a tile that holds two sounds and a light, is carried about by a hand, its
 * sensor and near field on. Prints simulated seconds a second.
 * Under callgrind, collect bench_run only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/lang.h"
#include "measure.h"
#include "sim/tagware.h"
#include "sim/world.h"

static const char TOY[] =
    "set bench\n"
    "sound low { saw 55 Hz; noise 20%; lowpass 300 Hz .. 2 kHz by thrust;"
    " hold }\n"
    "sound high { square 110 Hz; lowpass 400 Hz .. 3 kHz by thrust; hold }\n"
    "tile toy { start on\n"
    "state on { enter { glow breathe blue }\n"
    "while { play low with thrust = speed; play high with thrust = energy }\n"
    "when shaken { glow red } } }\n";

static double now_s(void)
{
    return bench_clock_ns(CLOCK_PROCESS_CPUTIME_ID) * 1e-9;
}

static void fail(const char *what)
{
    fprintf(stderr, "bench_world: %s\n", what);
    exit(3);
}

/* The toy's tile, on an NTAG216, one for each brick. */
static struct tn_sim_tag *make_tags(size_t count)
{
    struct tn_lang_set *set =
        tn_lang_compile_text("bench.play", TOY, sizeof TOY - 1);
    struct tn_sim_tag *tags = calloc(count, sizeof *tags);

    if (set->error_count || !tags) {
        fail("the toy does not compile");
    }

    const struct tn_lang_program *toy = tn_lang_find(set, "toy");

    for (size_t i = 0; i < count; i++) {
        if (tn_tagware_encode(toy, TN_SIM_NTAG216, i + 1, &tags[i])) {
            fail("the toy does not fit its tag");
        }
    }
    tn_lang_free(set);
    return tags;
}

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(struct tn_world *world, uint64_t until_us);
static void (*volatile run_world)(struct tn_world *, uint64_t) = bench_run;

void bench_run(struct tn_world *world, uint64_t until_us)
{
    while (world->time_us < until_us) {
        if (tn_world_step(world)) {
            fail("a brick refused its input");
        }
    }
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 10;
    const struct tn_world_config config = {.seed = 1, .brick_count = count};

    if (argc > 3 || count == 0 || count > 100000 || !(seconds > 0)) {
        fprintf(stderr, "use: bench_world BRICKS SECONDS\n");
        return 2;
    }

    struct tn_world *world = tn_world_new(&config);
    struct tn_sim_tag *tags = make_tags(count);

    if (!world) {
        fail("out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        tn_world_put_tag(world, i, &tags[i]);
        tn_body_move(&world->bricks[i].body, TN_BODY_FLOWN, 0,
                     (uint64_t)(seconds * 1e6) + 2000000u);
    }
    run_world(world, 1000000u);
    for (size_t i = 0; i < count; i++) {
        if (tn_voice_get_count(&world->bricks[i].brick.voice) != 2) {
            fail("not two voices on each brick");
        }
    }

    double start = now_s();

    run_world(world, 1000000u + (uint64_t)(seconds * 1e6));

    double took = now_s() - start;
    double steps = seconds * 1e6 / TN_FRAME_US * (double)count;

    printf("{\"bricks\": %zu, \"times_real_time\": %.2f, \"ns_brick_step\": "
           "%.1f}\n",
           count, seconds / took, took * 1e9 / steps);
    tn_world_free(world);
    free(tags);
    return 0;
}
