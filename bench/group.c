/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a group costs on a host: bench_group BRICKS SECONDS [on|off]. The bricks
 * of lively.h play in turns with their radios and without, a second each, until
 * each has played SECONDS; on, off: only so. Under callgrind, collect
 * bench_run for the whole world or tn_brick_step for the bricks alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lively.h"
#include "measure.h"

static double now_s(void)
{
    return bench_clock_ns(CLOCK_PROCESS_CPUTIME_ID) * 1e-9;
}

/* A world, how long it has been played and how long that took. */
struct side {
    struct lively lively;
    double took_s;
    size_t steps;
    bool radio;
    bool wanted;
};

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(struct lively *lively, uint64_t until_us);
static void (*volatile run_world)(struct lively *, uint64_t) = bench_run;

void bench_run(struct lively *lively, uint64_t until_us)
{
    lively_run(lively, until_us);
}

static size_t count_steps(const struct tn_world *world)
{
    size_t sum = 0;

    for (size_t i = 0; i < world->config.brick_count; i++) {
        sum += world->bricks[i].step_count;
    }
    return sum;
}

static void begin(struct side *side, size_t count)
{
    lively_init(&side->lively, count, side->radio, NULL, NULL);
    lively_run(&side->lively, LIVELY_READY_US);
    lively_check(&side->lively, side->radio);
}

static void play_second(struct side *side)
{
    struct tn_world *world = side->lively.world;
    size_t before = count_steps(world);
    double start = now_s();

    run_world(&side->lively, world->time_us + 1000000u);
    side->took_s += now_s() - start;
    side->steps += count_steps(world) - before;
}

static void report(const struct side *side, size_t count, unsigned seconds)
{
    printf("{\"bricks\": %zu, \"radio\": \"%s\", \"steps_a_second\": %.0f, "
           "\"times_real_time\": %.2f, \"ns_brick_step\": %.1f, \"steps\": "
           "%zu}\n",
           count, side->radio ? "on" : "off",
           (double)side->steps / side->took_s, seconds / side->took_s,
           side->took_s * 1e9 / (double)side->steps, side->steps);
}

int main(int argc, char **argv)
{
    struct side sides[2] = {{.radio = true, .wanted = true},
                            {.radio = false, .wanted = true}};
    size_t count = argc > 2 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned seconds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

    if (count < 1 || count > LIVELY_CAP || seconds < 1 || seconds > 500 ||
        argc > 4) {
        fprintf(stderr,
                "use: bench_group BRICKS(1-%u) SECONDS(1-500) "
                "[on|off]\n",
                LIVELY_CAP);
        return 2;
    }
    if (argc == 4) {
        sides[0].wanted = strcmp(argv[3], "on") == 0;
        sides[1].wanted = !sides[0].wanted;
    }
    for (int k = 0; k < 2; k++) {
        if (sides[k].wanted) {
            begin(&sides[k], count);
        }
    }
    for (unsigned i = 0; i < seconds; i++) {
        for (int k = 0; k < 2; k++) {
            if (sides[k].wanted) {
                play_second(&sides[k]);
            }
        }
    }
    for (int k = 0; k < 2; k++) {
        if (sides[k].wanted) {
            lively_check(&sides[k].lively, sides[k].radio);
            report(&sides[k], count, seconds);
            lively_free(&sides[k].lively);
        }
    }
    return 0;
}
