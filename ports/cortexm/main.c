/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replays a recording on a Cortex-M4F. Command line, by semihosting:
 *   conformance replay FILE   digest and steps, as on every other machine
 *   conformance count FILE    instructions a step and the stack below it; needs
 *                             QEMU's -icount shift=6
 *   conformance crypto        digest of what libsodium gives for many inputs
 * Exit code: 0; 1 the replay differs; 2 the file or command is of no use.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

#include "cipher.h"
#include "say.h"
#include "semihost.h"
#include "ticks.h"

#define FILE_CAP (12u << 20)
#define COUNT_CAP (1u << 18) /* steps: 17 minutes awake */
#define STACK_PAINT 0xA5u

extern uint8_t tn_stack_low[];

__attribute__((section(".psram"))) static uint8_t file[FILE_CAP];
__attribute__((section(".psram"))) static uint32_t counts[COUNT_CAP];
static struct tn_brick brick;
static struct tn_in in;
static struct tn_out out;

static int report_failure(const struct tn_recording_reader *reader,
                          enum tn_err err)
{
    tn_semihost_put_text(tn_err_text(err));
    tn_say_figure(": offset", reader->at);
    tn_say_figure("step", reader->step);
    return err == TN_ERR_DIGEST ? 1 : 2;
}

static int replay(uint32_t len)
{
    struct tn_recording_reader reader;
    uint64_t digest;
    enum tn_err err = tn_recording_replay(&reader, file, len,
                                          tn_crypto_sodium(), &brick, &digest);

    if (err) {
        return report_failure(&reader, err);
    }
    tn_say_hex(digest);
    tn_say_figure(" steps", reader.step);
    return 0;
}

static int probe(void)
{
    tn_say_hex(tn_crypto_sodium_probe());
    tn_semihost_put_text(" crypto\n");
    return 0;
}

/* Ascending; Shell's method with Ciura's gaps is enough for one run. */
static void sort(uint32_t *v, uint32_t count)
{
    static const uint32_t gaps[] = {29524, 9841, 3280, 1093, 364,
                                    121,   40,   13,   4,    1};

    for (uint32_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++) {
        uint32_t gap = gaps[g];

        for (uint32_t i = gap; i < count; i++) {
            uint32_t key = v[i];
            uint32_t at = i;

            for (; at >= gap && v[at - gap] > key; at -= gap) {
                v[at] = v[at - gap];
            }
            v[at] = key;
        }
    }
}

/* The largest of all steps, in instructions. */
struct most {
    uint32_t step;   /* number of the step with the most of our own */
    uint32_t whole;  /* with the cipher's */
    uint32_t crypto; /* the cipher's alone */
    uint32_t stack;  /* bytes */
};

static void report_counts(uint32_t count, const struct most *most)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        sum += counts[i];
    }
    sort(counts, count);
    tn_say_figure("steps", count);
    tn_say_figure("instructions_min", counts[0]);
    tn_say_figure("instructions_median", counts[count / 2]);
    tn_say_figure("instructions_mean", (uint32_t)(sum / count));
    tn_say_figure("instructions_p99",
                  counts[(uint32_t)((uint64_t)count * 99u / 100u)]);
    tn_say_figure("instructions_max", counts[count - 1]);
    tn_say_figure("max_at_step", most->step);
    tn_say_figure("whole_max", most->whole);
    tn_say_figure("crypto_max", most->crypto);
    tn_say_figure("stack_bytes", most->stack);
}

/* Where the stack pointer is, about: nothing below is in use. */
__attribute__((noinline)) static uint8_t *get_stack_at(void)
{
    return __builtin_frame_address(0);
}

static uint32_t get_depth(const uint8_t *top)
{
    const uint8_t *low = tn_stack_low;

    while (low < top && *low == STACK_PAINT) {
        low++;
    }
    return (uint32_t)(top - low);
}

static uint32_t get_max(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* One step, counted: our own instructions and those of the cipher. */
static enum tn_err count_step(uint32_t step, uint32_t overhead,
                              struct most *most)
{
    uint8_t *top = get_stack_at();

    memset(tn_stack_low, STACK_PAINT, (size_t)(top - tn_stack_low) - 64u);
    (void)tn_cipher_pop_ticks();

    uint32_t from = tn_ticks_get();
    enum tn_err err = tn_brick_step(&brick, &in, &out);
    uint32_t whole = tn_ticks_to_instructions(tn_ticks_since(from), overhead);
    uint32_t crypto = tn_ticks_to_instructions(tn_cipher_pop_ticks(), 0);

    counts[step] = whole - crypto;
    most->step = counts[step] > counts[most->step] ? step : most->step;
    most->whole = get_max(most->whole, whole);
    most->crypto = get_max(most->crypto, crypto);
    most->stack = get_max(most->stack, get_depth(top));
    return err;
}

static int count_steps(uint32_t len)
{
    struct tn_recording_reader reader;
    struct tn_brick_config config = {0};
    struct most most = {0};
    uint32_t stored;
    uint32_t overhead = tn_ticks_init();
    enum tn_err err = tn_recording_open(&reader, file, len, &config);

    tn_brick_init(&brick, &config);
    while (!err && reader.step < COUNT_CAP) {
        uint32_t step = reader.step;

        err = tn_recording_next(&reader, &in, &stored);
        if (err) {
            break;
        }
        in.crypto = tn_cipher_get();
        err = count_step(step, overhead, &most);
    }
    if ((err && err != TN_ERR_END) || reader.step == 0) {
        return report_failure(&reader, err);
    }
    report_counts(reader.step, &most);
    return 0;
}

/* The text behind the first `word` and a blank, or null. */
static const char *get_rest(const char *text, const char *word)
{
    size_t len = strlen(word);

    return strncmp(text, word, len) == 0 && text[len] == ' ' ? text + len + 1
                                                             : NULL;
}

int main(void)
{
    static char command[1024];
    uint32_t len = 0;

    if (!tn_semihost_get_command(command, sizeof command)) {
        return 2;
    }
    if (strcmp(command, "conformance crypto") == 0) {
        return probe();
    }

    const char *rest = get_rest(command, "conformance");
    const char *path = rest ? get_rest(rest, "replay") : NULL;
    bool counting = false;

    if (rest && !path) {
        path = get_rest(rest, "count");
        counting = path != NULL;
    }
    if (!path || !tn_semihost_get_file(path, file, sizeof file, &len)) {
        tn_semihost_put_text("usage: conformance replay|count FILE, or crypto; "
                             "no such file, or it is too large\n");
        return 2;
    }
    return counting ? count_steps(len) : replay(len);
}
