/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each step of a recording takes on a Cortex-M4F, in instructions; needs
 * QEMU's -icount shift=6. Command line, by semihosting:
 *   steps each FILE  a line a step, columns as in its first line
 *   steps cipher     what libsodium takes for texts of several lengths
 * Exit code: 0; 2 the file or command is of no use.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ports/cortexm/cipher.h>
#include <ports/cortexm/rooms.h>
#include <ports/cortexm/say.h>
#include <ports/cortexm/semihost.h>
#include <ports/cortexm/ticks.h>
#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

#define FILE_CAP (12u << 20)
#define LINE_CAP 400u
#define IMAGE_KIND_AT 2u /* docs/spec/program-image.md */
#define IMAGE_TILE 1u
#define ROOM_CAP 16u

/* Counts of what was in a step, most of them what its name says. `loads`:
 * programs that came; `near`: near-field replies; `tx`: enum tn_net_tx. */
static const char HEAD[] =
    "ms own cipher asleep net_state others voices tiles figures rx rx_bytes tx "
    "events effects sends loads near coil flash jobs";

__attribute__((section(".psram"))) static uint8_t file[FILE_CAP];
static struct tn_brick brick;
static struct tn_in in;
static struct tn_out out;
static uint32_t overhead;
static char line[LINE_CAP];
static uint32_t line_len;

static void put_number(uint32_t v)
{
    char text[11];
    uint32_t at = sizeof text;

    do {
        text[--at] = (char)('0' + v % 10u);
        v /= 10u;
    } while (v);
    memcpy(line + line_len, text + at, sizeof text - at);
    line_len += sizeof text - at;
    line[line_len++] = ' ';
}

static void end_line(void)
{
    line[line_len - 1] = '\n';
    line[line_len] = 0;
    tn_semihost_put_text(line);
    line_len = 0;
}

/* Programs on the brick: tiles, figures. */
static void count_programs(uint32_t *counts)
{
    counts[0] = 0;
    counts[1] = 0;
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        uint16_t len;
        const uint8_t *image = tn_play_get_image(&brick.play, slot, &len);

        if (image && len > IMAGE_KIND_AT) {
            counts[image[IMAGE_KIND_AT] == IMAGE_TILE ? 0 : 1]++;
        }
    }
}

static uint32_t count_sends(void)
{
    uint32_t sends = 0;

    for (uint32_t i = 0; i < brick.play_out.effect_count; i++) {
        sends += brick.play_out.effects[i].number == TN_EFFECT_SEND;
    }
    return sends;
}

/* What each room has taken of this step, the cipher in net's; 0 without
 * stopwatches. */
static void put_rooms(void)
{
    static uint64_t before[ROOM_CAP];
    struct tn_rooms_figure figure;

    tn_rooms_end_step();
    for (uint32_t i = 0; i < ROOM_CAP && tn_rooms_get(i, &figure); i++) {
        put_number((uint32_t)((figure.sum - before[i]) * 5u / 8u));
        before[i] = figure.sum;
    }
}

static void say_step(uint32_t whole, uint32_t cipher, uint32_t programs_before)
{
    uint32_t programs[2];
    uint32_t rx_bytes = 0;

    count_programs(programs);
    for (uint32_t i = 0; i < in.radio.rx_count; i++) {
        rx_bytes += in.radio.rx[i].len;
    }
    put_number((uint32_t)(in.time_us / 1000u));
    put_number(whole > cipher ? whole - cipher : 0);
    put_number(cipher);
    put_number(brick.asleep);
    put_number(brick.net.state);
    put_number(tn_net_get_count(&brick.net));
    put_number(tn_voice_get_count(&brick.voice));
    put_number(programs[0]);
    put_number(programs[1]);
    put_number(in.radio.rx_count);
    put_number(rx_bytes);
    put_number(out.radio.tx);
    put_number(brick.play_out.event_count);
    put_number(brick.play_out.effect_count);
    put_number(count_sends());
    put_number(programs[0] + programs[1] > programs_before
                   ? programs[0] + programs[1] - programs_before
                   : 0);
    put_number(in.near_count);
    put_number(in.coil_count);
    put_number((out.store.op ? 1u : 0u) + (in.store.answer ? 1u : 0u));
    put_number((out.job.op ? 1u : 0u) + (in.answer.status ? 1u : 0u));
    put_rooms();
    end_line();
}

static enum tn_err weigh_step(void)
{
    uint32_t before[2];
    uint32_t from;

    count_programs(before);
    in.crypto = tn_cipher_get();
    (void)tn_cipher_pop_ticks();
    from = tn_ticks_get();

    enum tn_err err = tn_brick_step(&brick, &in, &out);
    uint32_t whole = tn_ticks_to_instructions(tn_ticks_since(from), overhead);

    say_step(whole, tn_ticks_to_instructions(tn_cipher_pop_ticks(), 0),
             before[0] + before[1]);
    return err;
}

static void say_head(void)
{
    struct tn_rooms_figure figure;

    tn_semihost_put_text(HEAD);
    for (uint32_t i = 0; tn_rooms_get(i, &figure); i++) {
        tn_semihost_put_text(" ");
        tn_semihost_put_text(figure.name);
    }
    tn_semihost_put_text("\n");
}

static int weigh_each(uint32_t len)
{
    struct tn_recording_reader reader;
    struct tn_brick_config config = {0};
    uint32_t stored;
    enum tn_err err = tn_recording_open(&reader, file, len, &config);

    say_head();
    tn_brick_init(&brick, &config);
    while (!err) {
        err = tn_recording_next(&reader, &in, &stored);
        if (!err) {
            err = weigh_step();
        }
    }
    if (err != TN_ERR_END || reader.step == 0) {
        tn_semihost_put_text(tn_err_text(err));
        tn_say_figure(": offset", reader.at);
        return 2;
    }
    return 0;
}

/* The session key of a beacon. */
static void weigh_hash(void)
{
    static const uint8_t data[28] = {3};
    uint8_t hash[TN_CRYPTO_KEY_LEN];
    const struct tn_crypto *crypto = tn_crypto_sodium();
    uint32_t from = tn_ticks_get();

    crypto->hash(crypto->ctx, data, data, sizeof data, hash, sizeof hash);
    tn_say_figure("hash",
                  tn_ticks_to_instructions(tn_ticks_since(from), overhead));
}

/* len seal open refuse: `len` of a whole frame, as net makes them. */
static void weigh_cipher(void)
{
    static const uint16_t lens[] = {40, 72, 88, 128, 170, 204, 228, 244};

    weigh_hash();
    for (uint32_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        uint16_t head_len = lens[i] <= 88u ? 5u : 17u;
        struct tn_cipher_cost cost;

        tn_cipher_weigh((uint16_t)(lens[i] - head_len - TN_CRYPTO_SEAL_LEN),
                        head_len, overhead, &cost);
        tn_semihost_put_text("frame ");
        put_number(lens[i]);
        put_number(cost.seal);
        put_number(cost.open);
        put_number(cost.refuse);
        end_line();
    }
}

int main(void)
{
    static const char each[] = "steps each ";
    static char command[1024];
    uint32_t len = 0;

    overhead = tn_ticks_init();
    if (tn_semihost_get_command(command, sizeof command)) {
        if (strcmp(command, "steps cipher") == 0) {
            weigh_cipher();
            return 0;
        }
        if (strncmp(command, each, sizeof each - 1) == 0 &&
            tn_semihost_get_file(command + sizeof each - 1, file, sizeof file,
                                 &len)) {
            return weigh_each(len);
        }
    }
    tn_semihost_put_text("usage: steps each FILE, or cipher; no such file, or "
                         "it is too large\n");
    return 2;
}
