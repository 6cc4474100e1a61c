/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The play machine against Lua 5.4: one behaviour, once compiled from a play
 * file and once written in Lua, on the events and signals of recordings.
 *   bench_play_lua [-n RUNS] [-o play|lua] SET.play SET.lua RECORDING...
 * First both must give the same effects in each step, of the recordings and of
 * long random play; then they are timed in turns. -o runs one of them alone,
 * for callgrind: collect bench_run only. Prints JSON lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua_host.h"
#include "measure.h"
#include "stream.h"
#include <tenon/prng.h>

#define RUN_CAP 101
#define RUN_STEPS 300000u /* at least, a side and run */
#define RANDOM_STEPS 200000u

enum side {
    SIDE_PLAY,
    SIDE_LUA,
    SIDE_COUNT
};

/* The machine, with all programs of the set ready to be loaded. */
struct machine {
    struct tn_play play;
    struct tn_play_out out;
    const struct tn_lang_set *set;
    struct tn_image_info infos[16];
};

struct bench {
    struct machine machine;
    struct lua_host lua;
    enum side side;
    double ns;       /* inside bench_run */
    double clock_ns; /* what reading the clock takes */
};

/* What happened over streams, as the machine counts. */
struct counts {
    uint64_t steps;
    uint64_t events;
    uint64_t reacted;
    uint64_t effects;
};

static void fail(const char *what)
{
    fprintf(stderr, "bench_play_lua: %s\n", what);
    exit(3);
}

static double now_ns(void)
{
    return bench_clock_ns(CLOCK_MONOTONIC);
}

static void init_machine(struct machine *machine, const struct tn_lang_set *set)
{
    machine->set = set;
    if (set->program_count > 16) {
        fail("too many programs");
    }
    for (size_t i = 0; i < set->program_count; i++) {
        if (tn_play_verify(set->programs[i].image,
                           (uint16_t)set->programs[i].image_len,
                           &machine->infos[i])) {
            fail("an image is refused");
        }
    }
    tn_play_init(&machine->play);
}

static void load(struct machine *machine, const struct stream_op *op)
{
    for (size_t i = 0; i < machine->set->program_count; i++) {
        const struct tn_lang_program *program = &machine->set->programs[i];

        if (program->identity == op->identity &&
            (__real_tn_play_prepare(&machine->play, op->slot, op->identity,
                                    program->image, &machine->infos[i]) ||
             __real_tn_play_start(&machine->play, op->slot, NULL, 0,
                                  op->time_us))) {
            fail("a program does not load");
        }
    }
}

static void run_play(struct machine *machine, const struct stream_op *op)
{
    if (op->kind == STREAM_POST) {
        __real_tn_play_post(&machine->play, &op->of.event);
    } else {
        __real_tn_play_step(&machine->play, &op->of.in, &machine->out);
    }
}

static void run_lua(struct lua_host *lua, const struct stream_op *op)
{
    if (op->kind == STREAM_POST) {
        lua_host_post(lua, &op->of.event);
    } else {
        lua_host_step(lua, &op->of.in);
    }
}

/* Called through a pointer that the compiler cannot see through, so that it
 * stands as a function of its own and callgrind finds it. */
void bench_run(struct bench *bench, const struct stream_op *ops, size_t count);
static void (*volatile run_ops)(struct bench *, const struct stream_op *,
                                size_t) = bench_run;

void bench_run(struct bench *bench, const struct stream_op *ops, size_t count)
{
    if (bench->side == SIDE_PLAY) {
        for (size_t i = 0; i < count; i++) {
            run_play(&bench->machine, &ops[i]);
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            run_lua(&bench->lua, &ops[i]);
        }
    }
}

static bool is_running(const struct stream_op *op)
{
    return op->kind == STREAM_POST || op->kind == STREAM_STEP;
}

static void come_or_go(struct bench *bench, const struct stream_op *op,
                       bool play, bool lua)
{
    if (play && op->kind == STREAM_LOAD) {
        load(&bench->machine, op);
    } else if (play) {
        __real_tn_play_unload(&bench->machine.play, op->slot);
    }
    if (lua && op->kind == STREAM_LOAD) {
        lua_host_load(&bench->lua, op->slot, op->identity);
    } else if (lua) {
        lua_host_unload(&bench->lua, op->slot);
    }
}

/* One side plays a stream; coming and going is not timed. */
static void run_stream(struct bench *bench, const struct stream *stream)
{
    tn_play_init(&bench->machine.play);
    lua_host_reset(&bench->lua);
    bench->lua.event_limit = UINT32_MAX;
    for (size_t i = 0; i < stream->count;) {
        size_t end = i;

        while (end < stream->count && is_running(&stream->ops[end])) {
            end++;
        }
        if (end == i) {
            come_or_go(bench, &stream->ops[i], bench->side == SIDE_PLAY,
                       bench->side == SIDE_LUA);
            i++;
            continue;
        }

        double start = now_ns();

        run_ops(bench, stream->ops + i, end - i);
        bench->ns += now_ns() - start - bench->clock_ns;
        i = end;
    }
}

static bool is_same(const struct bench *bench)
{
    const struct tn_play_out *out = &bench->machine.out;
    const struct lua_host *lua = &bench->lua;

    return out->effect_count == lua->effect_count &&
           out->event_count <= lua->event_count &&
           memcmp(out->effects, lua->effects,
                  out->effect_count * sizeof out->effects[0]) == 0;
}

static void print_effects(const char *who, const struct tn_effect *effects,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fprintf(stderr, "  %s: program %u effect %u item %u key %u\n", who,
                effects[i].program, effects[i].number, effects[i].item,
                effects[i].key);
    }
}

static void count_step(struct counts *counts, const struct tn_play_out *out)
{
    counts->steps++;
    counts->events += out->event_count;
    counts->effects += out->effect_count;
    for (uint8_t i = 0; i < out->event_count; i++) {
        counts->reacted += out->handled[i] != 0;
    }
}

/* Both sides play the stream; each step must have the same effects. */
static void compare(struct bench *bench, const struct stream *stream,
                    struct counts *counts)
{
    tn_play_init(&bench->machine.play);
    lua_host_reset(&bench->lua);
    bench->lua.event_limit = UINT32_MAX;
    for (size_t i = 0; i < stream->count; i++) {
        const struct stream_op *op = &stream->ops[i];

        if (!is_running(op)) {
            come_or_go(bench, op, true, true);
            continue;
        }
        run_play(&bench->machine, op);
        /* Lua has no measure of its own for what fits a step. */
        bench->lua.event_limit = bench->machine.out.event_count;
        run_lua(&bench->lua, op);
        bench->lua.event_limit = UINT32_MAX;
        if (op->kind != STREAM_STEP) {
            continue;
        }
        count_step(counts, &bench->machine.out);
        if (!is_same(bench)) {
            fprintf(stderr, "at %llu us the effects differ\n",
                    (unsigned long long)op->of.in.time_us);
            print_effects("play", bench->machine.out.effects,
                          bench->machine.out.effect_count);
            print_effects("Lua", bench->lua.effects, bench->lua.effect_count);
            exit(1);
        }
    }
}

/* Leaves the steps out in which nothing comes and nothing is handled. */
static void thin_out(struct bench *bench, const struct stream *whole,
                     struct stream *busy)
{
    bool news = false;

    tn_play_init(&bench->machine.play);
    for (size_t i = 0; i < whole->count; i++) {
        const struct stream_op *op = &whole->ops[i];

        if (is_running(op)) {
            run_play(&bench->machine, op);
        } else {
            come_or_go(bench, op, true, false);
        }
        if (op->kind == STREAM_STEP && !news &&
            bench->machine.out.event_count == 0) {
            continue;
        }
        news = op->kind != STREAM_STEP;
        stream_push(busy, op);
    }
}

static void push_event(struct stream *stream, struct tn_prng *prng)
{
    static const uint8_t numbers[] = {TN_EVENT_LIFTED, TN_EVENT_PUT_DOWN,
                                      TN_EVENT_SHAKEN, TN_EVENT_SWUNG,
                                      TN_EVENT_TAPPED, TN_EVENT_CLAP};
    struct stream_op op = {.kind = STREAM_POST};

    op.of.event.number = numbers[tn_prng_below(prng, (uint32_t)sizeof numbers)];
    op.of.event.args[0] = (tn_q16)tn_prng_below(prng, 65537);
    op.of.event.args[1] = TN_UNKNOWN;
    op.of.event.args[2] = TN_UNKNOWN;
    op.of.event.source = TN_SOURCE_SELF;
    op.of.event.target = 0xFF;
    stream_push(stream, &op);
}

static void push_load(struct stream *stream, const struct tn_lang_set *set,
                      size_t program, uint8_t slot)
{
    struct stream_op op = {.kind = STREAM_LOAD, .slot = slot};

    op.identity = set->programs[program].identity;
    stream_push(stream, &op);
}

/* In hands that do whatever they like. */
static void push_random(struct stream *stream, uint64_t seed)
{
    struct stream_op step = {.kind = STREAM_STEP};
    tn_q16 *signals = step.of.in.signals;
    struct tn_prng prng;

    tn_prng_init(&prng, 7, seed);
    for (uint32_t i = 0; i < RANDOM_STEPS; i++) {
        if (tn_prng_below(&prng, 20) == 0) {
            push_event(stream, &prng);
        }
        if (tn_prng_below(&prng, 200) == 0) {
            signals[TN_SIGNAL_STILL] ^= TN_Q16_ONE;
        }
        if (tn_prng_below(&prng, 50) == 0) {
            signals[TN_SIGNAL_UPSIDE_DOWN] ^= TN_Q16_ONE;
        }
        signals[TN_SIGNAL_SPEED] = (tn_q16)tn_prng_below(&prng, 65537);
        step.of.in.time_us += TN_FRAME_US;
        stream_push(stream, &step);
    }
}

struct streams {
    struct stream *list;
    size_t count;
};

/* Nanoseconds that a side takes for all streams once. */
static double time_side(struct bench *bench, enum side side,
                        const struct streams *streams, uint64_t repeats)
{
    bench->side = side;
    bench->ns = 0;
    for (uint64_t r = 0; r < repeats; r++) {
        for (size_t i = 0; i < streams->count; i++) {
            run_stream(bench, &streams->list[i]);
        }
    }
    return bench->ns / (double)repeats;
}

static void time_both(struct bench *bench, const char *what,
                      const struct streams *streams, size_t runs,
                      const struct counts *counts)
{
    static double ns[SIDE_COUNT][RUN_CAP];
    uint64_t repeats = RUN_STEPS / counts->steps + 1;
    double events = (double)counts->events;

    for (size_t run = 0; run < runs; run++) {
        ns[SIDE_PLAY][run] = time_side(bench, SIDE_PLAY, streams, repeats);
        ns[SIDE_LUA][run] = time_side(bench, SIDE_LUA, streams, repeats);
    }

    double play = bench_get_median(ns[SIDE_PLAY], runs);
    double lua = bench_get_median(ns[SIDE_LUA], runs);

    printf("{\"stream\": \"%s\", \"steps\": %llu, \"events\": %llu, "
           "\"react_pc\": %.1f, \"effects\": %llu, \"play_per_s\": %.0f, "
           "\"lua_per_s\": %.0f, \"ratio\": %.2f}\n",
           what, (unsigned long long)counts->steps,
           (unsigned long long)counts->events,
           100.0 * (double)counts->reacted / events,
           (unsigned long long)counts->effects, events * 1e9 / play,
           events * 1e9 / lua, lua / play);
}

static double get_clock_ns(void)
{
    double least = 1e9;

    for (int i = 0; i < 1000; i++) {
        double start = now_ns();
        double ns = now_ns() - start;

        least = ns < least ? ns : least;
    }
    return least;
}

/* Bytes of a program's struct, and those that its image needs of them. */
static size_t get_used(const uint8_t *image, const struct tn_image_info *info)
{
    const struct tn_program *p = NULL;
    size_t reactions = image[TN_IMAGE_AT_REACTIONS];
    size_t fixed = sizeof *p - sizeof p->image - sizeof p->due_us -
                   sizeof p->numbers - sizeof p->reaction_at - sizeof p->timed;

    return fixed + info->timer_count * (sizeof p->due_us[0] + 1) +
           image[TN_IMAGE_AT_NUMBERS] * sizeof p->numbers[0] +
           reactions * sizeof p->reaction_at[0];
}

/* Lua's count while the programs play, on average of all steps. */
static double get_mean_bytes(struct lua_host *lua, const struct stream *stream)
{
    double sum = 0;
    double count = 0;

    for (size_t i = 0; i < stream->count; i++) {
        const struct stream_op *op = &stream->ops[i];

        if (op->kind == STREAM_LOAD) {
            lua_host_load(lua, op->slot, op->identity);
        } else {
            run_lua(lua, op);
        }
        if (i > stream->count / 2) {
            sum += lua_host_get_bytes(lua, false);
            count++;
        }
    }
    return sum / count;
}

/* All programs of the set at once. */
static void report_memory(struct bench *bench, double empty, double loaded)
{
    const struct tn_lang_set *set = bench->machine.set;
    double count = (double)set->program_count;
    struct stream all = {0};
    double used = 0;
    double images = 0;
    double mean;

    for (size_t i = 0; i < set->program_count; i++) {
        used +=
            (double)get_used(set->programs[i].image, &bench->machine.infos[i]);
        images += (double)set->programs[i].image_len;
        push_load(&all, set, i, (uint8_t)i);
    }
    push_random(&all, 3);
    lua_host_reset(&bench->lua);
    bench->lua.event_limit = UINT32_MAX;
    mean = get_mean_bytes(&bench->lua, &all);
    printf("{\"programs\": %.0f, \"play_bytes\": %zu, \"play_used\": %.0f, "
           "\"play_image\": %.0f, \"lua_bytes\": %.0f, \"lua_collected\": "
           "%.0f, \"lua_code\": %.0f, \"lua_share\": %.1f}\n",
           count, sizeof(struct tn_program) - TN_IMAGE_CAP, used / count,
           images / count, (mean - empty) / count,
           (lua_host_get_bytes(&bench->lua, true) - empty) / count,
           (loaded - empty) / count,
           (mean - empty) / count / (sizeof(struct tn_program) - TN_IMAGE_CAP));
}

static void add_streams(struct bench *bench, struct streams *whole,
                        struct streams *busy, char **paths, int count)
{
    whole->list = calloc((size_t)count, sizeof *whole->list);
    busy->list = calloc((size_t)count, sizeof *busy->list);
    if (!whole->list || !busy->list) {
        fail("out of memory");
    }
    for (int i = 0; i < count; i++) {
        stream_record(&whole->list[i], paths[i]);
        thin_out(bench, &whole->list[i], &busy->list[i]);
        whole->count++;
        busy->count++;
    }
}

/* The set's first program with each of the others: more would share the step's
 * work, of which Lua knows nothing. */
static void add_random(struct streams *random, const struct tn_lang_set *set)
{
    random->list = calloc(set->program_count, sizeof *random->list);
    if (!random->list || set->program_count < 2) {
        fail("no two programs");
    }
    random->count = set->program_count - 1;
    for (size_t i = 0; i < random->count; i++) {
        push_load(&random->list[i], set, 0, 0);
        push_load(&random->list[i], set, i + 1, 1);
        push_random(&random->list[i], i);
    }
}

static void count_all(struct bench *bench, const struct streams *streams,
                      struct counts *counts)
{
    for (size_t i = 0; i < streams->count; i++) {
        compare(bench, &streams->list[i], counts);
    }
}

/* Both sides must do the same before anything is timed. */
static void prove(struct bench *bench, const struct streams *busy,
                  const struct streams *whole, struct counts *counts)
{
    struct streams random = {0};

    add_random(&random, bench->machine.set);
    count_all(bench, busy, &counts[0]);
    count_all(bench, whole, &counts[1]);
    count_all(bench, &random, &counts[2]);
    printf("{\"same_effects\": %llu, \"steps\": %llu}\n",
           (unsigned long long)(counts[0].effects + counts[1].effects +
                                counts[2].effects),
           (unsigned long long)(counts[0].steps + counts[1].steps +
                                counts[2].steps));
}

static void run_once(struct bench *bench, const struct streams *streams,
                     enum side side)
{
    bench->side = side;
    for (size_t i = 0; i < streams->count; i++) {
        run_stream(bench, &streams->list[i]);
    }
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct streams whole = {0};
    struct streams busy = {0};
    struct counts counts[3] = {{0}};
    size_t runs = 11;
    const char *only = NULL;
    int option;

    while ((option = getopt(argc, argv, "n:o:")) != -1) {
        if (option == 'n') {
            runs = strtoul(optarg, NULL, 10);
        } else {
            only = option == 'o' ? optarg : "";
        }
    }
    if (argc - optind < 3 || runs == 0 || runs > RUN_CAP ||
        (only && strcmp(only, "play") != 0 && strcmp(only, "lua") != 0)) {
        fputs("use: bench_play_lua [-n RUNS] [-o play|lua] SET.play SET.lua "
              "RECORDING...\n",
              stderr);
        return 2;
    }

    struct tn_lang_set *set = tn_lang_compile_file(argv[optind]);

    if (set->error_count) {
        fail("the set does not compile");
    }
    init_machine(&bench.machine, set);
    lua_host_init(&bench.lua, set);

    double empty = lua_host_get_bytes(&bench.lua, true);

    lua_host_load_file(&bench.lua, argv[optind + 1]);

    double loaded = lua_host_get_bytes(&bench.lua, true);

    bench.clock_ns = get_clock_ns();
    add_streams(&bench, &whole, &busy, argv + optind + 2, argc - optind - 2);
    if (only) {
        run_once(&bench, &busy,
                 strcmp(only, "play") == 0 ? SIDE_PLAY : SIDE_LUA);
        return 0;
    }
    prove(&bench, &busy, &whole, counts);
    time_both(&bench, "busy", &busy, runs, &counts[0]);
    time_both(&bench, "whole", &whole, runs, &counts[1]);
    report_memory(&bench, empty, loaded);
    lua_host_free(&bench.lua);
    return 0;
}
