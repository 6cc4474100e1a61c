/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one step of a brick costs: bench_step VOICES STEPS. A tile holds VOICES
 * sounds (saw, noise, live filter), the sensor delivers 250 samples a second.
 * Prints the best of five runs; under callgrind, collect bench_run only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "support/rig.h"

static double now_ns(void)
{
    return bench_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* A tile that holds so many sounds for as long as it lies there. */
static struct tn_lang_set *compile_voices(unsigned voices)
{
    char text[4096] = "set bench\n";
    char *end = text + sizeof text;
    char *at = text + strlen(text);

    for (unsigned i = 0; i < voices; i++) {
        at += snprintf(at, (size_t)(end - at),
                       "sound v%u { saw %u Hz; noise 20%%; "
                       "lowpass 300 Hz .. 2 kHz by thrust; hold }\n",
                       i, 55 + 37 * i);
    }
    at += snprintf(at, (size_t)(end - at), "tile t { always { while {\n");
    for (unsigned i = 0; i < voices; i++) {
        at += snprintf(at, (size_t)(end - at), "play v%u with thrust = speed\n",
                       i);
    }
    snprintf(at, (size_t)(end - at), "} }\nstart s\nstate s { } }\n");
    return rig_compile(text);
}

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(struct rig *rig, unsigned steps);
static void (*volatile run_steps)(struct rig *, unsigned) = bench_run;

void bench_run(struct rig *rig, unsigned steps)
{
    for (unsigned i = 0; i < steps; i++) {
        rig_step_feeling(rig, (int)(i * 37 % 400) - 200, 100, 1000);
    }
}

int main(int argc, char **argv)
{
    static struct rig rig;
    unsigned voices = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 3;
    unsigned steps = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 100000;
    double best = 1e18;

    if (argc > 3 || voices > TN_VOICE_COUNT || steps == 0) {
        fprintf(stderr, "use: bench_step VOICES(0-%u) STEPS\n", TN_VOICE_COUNT);
        return 2;
    }

    struct tn_lang_set *set = compile_voices(voices);

    rig_init(&rig, 1);
    rig_put(&rig, 0, set, "t");
    tn_lang_free(set);
    rig_rest(&rig, 1000);
    if (tn_voice_get_count(&rig.brick.voice) != voices) {
        fprintf(stderr, "%u voices sound, not %u\n",
                tn_voice_get_count(&rig.brick.voice), voices);
        return 3;
    }
    for (int run = 0; run < 5; run++) {
        double start = now_ns();

        run_steps(&rig, steps);

        double each = (now_ns() - start) / steps;

        best = each < best ? each : best;
    }
    printf("{\"voices\": %u, \"ns_step\": %.1f, \"times_real_time\": %.0f}\n",
           voices, best, TN_FRAME_US * 1000.0 / best);
    return 0;
}
