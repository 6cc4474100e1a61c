/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many instructions a step of the play machine can take on a Cortex-M4F.
 * Five programs lie on the brick, sixteen bricks around it, sixteen events
 * wait. Command line, by semihosting; needs QEMU's -icount shift=6:
 *   worst units          instructions of each thing that costs work units
 *   worst search ROUNDS  looks for the dearest program that the verifier takes
 *   worst step FILE      one program, as `search` has written it, in hex
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ports/cortexm/say.h>
#include <ports/cortexm/semihost.h>
#include <ports/cortexm/ticks.h>

#include "genome.h"

#define STEPS 12u
#define UNIT_GENES 40u

static struct tn_play play;
static struct tn_play_in in;
static struct tn_play_out out;
static uint8_t image[GENOME_IMAGE_CAP];
static uint32_t overhead;

/* The dearest step of a program. */
struct worst {
    uint32_t instructions;
    uint32_t step;
    struct tn_image_info info;
    uint32_t steady;  /* the most while nobody comes or goes */
    uint32_t handled; /* events in that step */
    uint32_t load;    /* the dearest tn_play_load, with the verifier */
};

static uint32_t since(uint32_t from)
{
    return tn_ticks_to_instructions(tn_ticks_since(from), overhead);
}

/* All around are of the fourth kind, each nearer than the one before. */
static void set_up(void)
{
    memset(&in, 0, sizeof in);
    in.neighbour_count = TN_NEIGHBOUR_CAP;
    for (uint32_t i = 0; i < TN_NEIGHBOUR_CAP; i++) {
        struct tn_play_neighbour *neighbour = &in.neighbours[i];

        for (uint32_t k = 0; k < TN_KIND_CAP; k++) {
            neighbour->kinds[k] = 0x33323130u + k;
        }
        neighbour->kinds[3] = 0x34333231u; /* genome.c's name 3 */
        neighbour->measures[0] = TN_Q16_ONE * (tn_q16)(17 - i);
        neighbour->measures[1] = TN_Q16_ONE;
        neighbour->relations = i == TN_NEIGHBOUR_CAP - 1 ? 0xFFu : 0xF8u;
    }
    tn_play_init(&play);
}

static void post(uint32_t step, uint32_t count)
{
    struct tn_event event;

    memset(&event, 0, sizeof event);
    event.target = 0xFF;
    event.source = TN_SOURCE_SELF;
    for (uint32_t i = 0; i < 3; i++) {
        event.args[i] = TN_UNKNOWN;
    }
    event.number = TN_EVENT_LIFTED;
    if (step % 3 == 2) {
        event.number = TN_EVENT_MESSAGE;
        event.name = 0x04030201u; /* genome.c's name 0 */
    }
    for (uint32_t i = 0; i < count; i++) {
        tn_play_post(&play, &event);
    }
}

/* Named in traces: what is between is the step that is counted. */
void worst_step(void);
__attribute__((noinline)) void worst_step(void)
{
    tn_play_step(&play, &in, &out);
}

static void count_step(uint32_t step, struct worst *worst)
{
    in.time_us += TN_FRAME_US;
    for (uint32_t i = 0; i < TN_SIGNAL_COUNT; i++) {
        in.signals[i] = step & 1u ? TN_Q16_ONE : 0;
    }

    uint32_t from = tn_ticks_get();

    worst_step();

    uint32_t count = since(from);

    if (step > 1 && step < STEPS - 2 && count > worst->steady) {
        worst->steady = count;
        worst->handled = out.event_count;
    }
    if (count > worst->instructions) {
        worst->instructions = count;
        worst->step = step;
    }
}

static bool load_all(const struct genome *genome, struct worst *worst)
{
    uint16_t len = genome_put_image(genome, image);
    struct tn_image_info info;

    if (len > TN_IMAGE_CAP) {
        return false;
    }
    for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
        uint32_t from = tn_ticks_get();

        if (tn_play_verify(image, len, &info) ||
            tn_play_load(&play, p, p, image, &info, in.time_us)) {
            return false;
        }

        uint32_t count = since(from);

        worst->load = count > worst->load ? count : worst->load;
    }
    worst->info = info;
    return true;
}

/* With so many events before each step but the first. False if the verifier
 * refuses the program. */
static bool run(const struct genome *genome, uint32_t events,
                struct worst *worst)
{
    memset(worst, 0, sizeof *worst);
    set_up();
    if (!load_all(genome, worst)) {
        return false;
    }
    for (uint32_t step = 0; step < STEPS; step++) {
        if (step > 0) {
            post(step, events);
        }
        if (step == STEPS - 2) {
            for (uint8_t p = 0; p < TN_PROGRAM_CAP; p++) {
                tn_play_unload(&play, p);
            }
        }
        count_step(step, worst);
    }
    return true;
}

static void put_genome(const struct genome *genome)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = (const uint8_t *)genome;
    char text[2 * sizeof *genome + 2];

    for (uint32_t i = 0; i < sizeof *genome; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15u];
    }
    text[2 * sizeof *genome] = '\n';
    text[2 * sizeof *genome + 1] = 0;
    tn_semihost_put_text("genome ");
    tn_semihost_put_text(text);
}

static void report(const struct genome *genome, const struct worst *worst)
{
    tn_say_figure("worst_instructions", worst->instructions);
    tn_say_figure("worst_at_step", worst->step);
    tn_say_figure("steady_instructions", worst->steady);
    tn_say_figure("work_event", worst->info.work_event);
    tn_say_figure("work_begin", worst->info.work_begin);
    tn_say_figure("work_end", worst->info.work_end);
    tn_say_figure("work_change", worst->info.work_change);
    tn_say_figure("work_look", worst->info.work_look);
    tn_say_figure("work_while", worst->info.work_while);
    tn_say_figure("limit_units", TN_WORK_CAP);
    tn_say_figure("load_instructions", worst->load);
    put_genome(genome);
}

/* Where the search begins, cut to what is legal: effects that begin something,
 * then such as end something and have to take their place. */
static void begin_with_effects(struct genome *genome)
{
    memset(genome, 0, sizeof *genome);
    genome_add_reaction(genome, TN_STATE_ALWAYS, TN_EVENT_LIFTED);
    for (uint32_t i = 0; i < 6; i++) {
        genome_add(genome, TN_OP_PLAY, 0);
    }
    for (uint32_t i = 0; i < 20; i++) {
        genome_add(genome, TN_OP_STOP, 0);
    }
}

/* Where it begins again: arithmetic and conditions. */
static void begin_with_numbers(struct genome *genome)
{
    memset(genome, 0, sizeof *genome);
    genome_add_reaction(genome, TN_STATE_ALWAYS, TN_EVENT_LIFTED);
    for (uint32_t i = 0; i < 12; i++) {
        genome_add(genome, TN_OP_LDV, (uint8_t)i);
        genome_add(genome, TN_OP_DIV, (uint8_t)(i * 9));
    }
    genome_add_reaction(genome, TN_STATE_ALWAYS, TN_TRIGGER_WHILE);
    for (uint32_t i = 0; i < 20; i++) {
        genome_add(genome, TN_OP_HOLD, 1);
    }
}

/* Climbs from one beginning; now and then it accepts what is not better. */
static void climb(struct genome *best, struct worst *most, uint32_t rounds,
                  uint64_t seed)
{
    struct genome now = *best;
    struct worst at = *most;
    struct tn_prng prng;

    tn_prng_init(&prng, seed, 0);
    for (uint32_t i = 0; i < rounds; i++) {
        struct genome next = now;
        struct worst worst;

        genome_mutate(&next, &prng);
        if (!run(&next, TN_EVENT_CAP, &worst)) {
            continue;
        }
        if (worst.instructions + tn_prng_below(&prng, 150) >= at.instructions) {
            now = next;
            at = worst;
        }
        if (worst.instructions > most->instructions) {
            *best = next;
            *most = worst;
        }
    }
}

static int search(uint32_t rounds)
{
    static void (*const beginnings[])(struct genome *) = {begin_with_effects,
                                                          begin_with_numbers};
    struct genome best;
    struct worst most = {0};

    memset(&best, 0, sizeof best);
    for (uint32_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
        struct genome genome;
        struct worst worst = {0};

        beginnings[i](&genome);
        while (!run(&genome, TN_EVENT_CAP, &worst) && genome.gene_count) {
            genome_drop(&genome);
        }
        tn_say_figure("begins_at", worst.instructions);
        climb(&genome, &worst, rounds, i);
        tn_say_figure("climbs_to", worst.instructions);
        if (worst.instructions > most.instructions) {
            best = genome;
            most = worst;
        }
    }
    report(&best, &most);
    return 0;
}

/* The dearest step of a program that has `count` times an instruction. */
static uint32_t count_opcode(uint8_t opcode, uint8_t form, uint8_t trigger,
                             uint32_t count)
{
    struct genome genome;
    struct worst worst;

    memset(&genome, 0, sizeof genome);
    genome_add_reaction(&genome, TN_STATE_ALWAYS, trigger);
    for (uint32_t i = 0; i < count; i++) {
        genome_add(&genome, opcode, form);
    }
    return run(&genome, 1, &worst) ? worst.steady : 0;
}

/* Programs that only hear of an event; how many of these a step takes. */
static uint32_t count_empty(uint32_t events, uint32_t *handled)
{
    struct genome genome;
    struct worst worst;

    memset(&genome, 0, sizeof genome);
    genome_add_reaction(&genome, TN_STATE_ALWAYS, TN_EVENT_LIFTED);
    (void)run(&genome, events, &worst);
    *handled = worst.handled;
    return worst.steady;
}

/* As many as fit the work of a program, in all five: what one of them takes,
 * the dearest of all its forms. */
static void put_unit(const char *name, uint8_t opcode, uint32_t cost)
{
    uint8_t trigger = opcode == TN_OP_HOLD ? TN_TRIGGER_WHILE : TN_EVENT_LIFTED;
    uint32_t count = 70u / cost;
    uint32_t empty = count_opcode(opcode, 0, trigger, 0);
    uint32_t most = 0;

    for (uint32_t form = 0; form < 64; form++) {
        uint32_t all = count_opcode(opcode, (uint8_t)form, trigger, count);

        most = all > most ? all : most;
    }
    tn_say_figure(name, most > empty
                            ? (most - empty) / (count * cost * TN_PROGRAM_CAP)
                            : 0);
}

/* An event and an empty reaction to it in all five programs. */
static void put_events(void)
{
    uint32_t few;
    uint32_t many;
    uint32_t one = count_empty(1, &few);
    uint32_t all = count_empty(TN_EVENT_CAP, &many);

    tn_say_figure("EVENT",
                  many > few
                      ? (all - one) / ((many - few) * (20 + 8 * TN_PROGRAM_CAP))
                      : 0);
}

static int units(void)
{
    put_events();
#define UNIT(name, number, operands, cost, meaning)                            \
    put_unit(#name, number, cost);
    TN_OPCODES(UNIT)
#undef UNIT
    return 0;
}

static int get_digit(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c - '0';
}

static int step(const char *path)
{
    static uint8_t text[4096];
    struct genome genome;
    struct worst worst;
    uint32_t len = 0;
    uint8_t *bytes = (uint8_t *)&genome;

    if (!tn_semihost_get_file(path, text, sizeof text, &len) ||
        len < 2 * sizeof genome) {
        return 2;
    }
    for (uint32_t i = 0; i < sizeof genome; i++) {
        bytes[i] = (uint8_t)(get_digit((char)text[2 * i]) * 16 +
                             get_digit((char)text[2 * i + 1]));
    }
    if (!run(&genome, TN_EVENT_CAP, &worst)) {
        tn_semihost_put_text("the program is refused\n");
        return 1;
    }
    report(&genome, &worst);
    return 0;
}

static const char *get_rest(const char *text, const char *word)
{
    size_t len = strlen(word);

    return strncmp(text, word, len) == 0 ? text + len : NULL;
}

int main(void)
{
    static char command[1024];
    const char *rest;
    uint32_t rounds = 0;

    if (!tn_semihost_get_command(command, sizeof command)) {
        return 2;
    }
    overhead = tn_ticks_init();
    if (strcmp(command, "worst units") == 0) {
        return units();
    }
    if ((rest = get_rest(command, "worst step "))) {
        return step(rest);
    }
    if ((rest = get_rest(command, "worst search "))) {
        while (*rest >= '0' && *rest <= '9') {
            rounds = rounds * 10 + (uint32_t)(*rest++ - '0');
        }
        return search(rounds);
    }
    tn_semihost_put_text("usage: worst units | search ROUNDS | step FILE\n");
    return 2;
}
