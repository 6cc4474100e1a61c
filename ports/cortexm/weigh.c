/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parts of a brick cost on a Cortex-M4F, in instructions; needs QEMU's
 * -icount shift=6. Command line, by semihosting:
 *   weigh rooms FILE  each room's share of a recording's steps
 *   weigh costs       a sealed and an opened frame, a commit to the store
 * Exit code: 0; 2 the file or command is of no use.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ports/crypto/sodium.h>
#include <tenon/recording.h>

#include "cipher.h"
#include "rooms.h"
#include "say.h"
#include "semihost.h"
#include "ticks.h"

#define FILE_CAP (12u << 20)
#define SECTORS 8u
#define COMMITS 400u
#define HEAD_LEN 17u /* of a beacon: in the clear */
#define KEPT_LEN 70u /* sixteen kept numbers */

__attribute__((section(".psram"))) static uint8_t file[FILE_CAP];
static uint8_t flash[SECTORS * TN_STORE_SECTOR_LEN];
static struct tn_brick brick;
static struct tn_in in;
static struct tn_out out;
static struct tn_store store;
static struct tn_store_out job;
static struct tn_store_in answer;
static uint32_t overhead;

static uint32_t to_instructions(uint64_t ticks)
{
    return (uint32_t)(ticks * 5u / 8u);
}

static void say_rooms(uint32_t steps)
{
    struct tn_rooms_figure figure;

    for (uint32_t i = 0; tn_rooms_get(i, &figure); i++) {
        tn_semihost_put_text("room ");
        tn_semihost_put_text(figure.name);
        tn_semihost_put_text(" mean ");
        tn_say_number(to_instructions(figure.sum) / steps);
        tn_say_figure(" most", to_instructions(figure.most));
    }
    tn_say_figure("steps", steps);
}

static int weigh_rooms(uint32_t len)
{
    struct tn_recording_reader reader;
    struct tn_brick_config config = {0};
    uint32_t stored;
    enum tn_err err = tn_recording_open(&reader, file, len, &config);

    tn_brick_init(&brick, &config);
    while (!err) {
        err = tn_recording_next(&reader, &in, &stored);
        if (!err) {
            in.crypto = tn_crypto_sodium();
            err = tn_brick_step(&brick, &in, &out);
            tn_rooms_end_step();
        }
    }
    if (err != TN_ERR_END || reader.step == 0) {
        tn_semihost_put_text(tn_err_text(err));
        tn_say_figure(": offset", reader.at);
        return 2;
    }
    say_rooms(reader.step);
    return 0;
}

static void weigh_frame(const char *sealed, const char *opened, uint16_t len)
{
    struct tn_cipher_cost cost;

    tn_cipher_weigh(len, HEAD_LEN, overhead, &cost);
    tn_say_figure(sealed, cost.seal);
    tn_say_figure(opened, cost.open);
}

/* Flash that is ready at once. */
static void do_job(void)
{
    memset(&answer, 0, sizeof answer);
    if (job.job.op == TN_STORE_NO_JOB) {
        return;
    }
    answer.answer = TN_STORE_DONE;
    answer.id = job.job.id;
    if (job.job.op == TN_STORE_READ) {
        answer.len = job.job.len;
        memcpy(answer.data, flash + job.job.at, job.job.len);
    } else if (job.job.op == TN_STORE_ERASE) {
        memset(flash + job.job.at, 0xFF, TN_STORE_SECTOR_LEN);
    } else {
        memcpy(flash + job.job.at, job.data, job.job.len);
    }
}

/* Steps until a result comes; counts instructions, steps and jobs. */
struct commits {
    uint64_t ticks;
    uint32_t most; /* ticks of one step */
    uint32_t jobs;
};

static bool step_store(struct commits *sum)
{
    uint32_t from = tn_ticks_get();

    tn_store_step(&store, &answer, &job);

    uint32_t ticks = tn_ticks_since(from) - overhead;

    sum->ticks += ticks;
    sum->most = ticks > sum->most ? ticks : sum->most;
    sum->jobs += job.job.op != TN_STORE_NO_JOB;
    do_job();
    return job.result.op != 0;
}

static void weigh_store(void)
{
    static struct tn_store_request request;
    struct commits sum = {0};

    memset(flash, 0xFF, sizeof flash);
    (void)tn_store_init(&store, SECTORS);
    for (uint32_t i = 0; i < COMMITS; i++) {
        request.op = TN_STORE_COMMIT;
        request.part = TN_STORE_PART_KEEP;
        request.id = i % 20u;
        request.len = KEPT_LEN;
        request.data[0] = (uint8_t)i;
        (void)tn_store_post(&store, &request);
        while (!step_store(&sum)) {
        }
    }
    tn_say_figure("commit", to_instructions(sum.ticks) / COMMITS);
    tn_say_figure("commit_step_most", to_instructions(sum.most));
    tn_say_figure("commit_jobs_of_100", sum.jobs * 100u / COMMITS);
}

static int weigh_costs(void)
{
    weigh_frame("seal_72", "open_72", 72);
    weigh_frame("seal_228", "open_228", 228);
    weigh_store();
    return 0;
}

int main(void)
{
    static const char rooms[] = "weigh rooms ";
    static char command[1024];
    uint32_t len = 0;

    overhead = tn_ticks_init();
    if (tn_semihost_get_command(command, sizeof command)) {
        if (strcmp(command, "weigh costs") == 0) {
            return weigh_costs();
        }
        if (strncmp(command, rooms, sizeof rooms - 1) == 0 &&
            tn_semihost_get_file(command + sizeof rooms - 1, file, sizeof file,
                                 &len)) {
            return weigh_rooms(len);
        }
    }
    tn_semihost_put_text("usage: weigh rooms FILE, or costs; no such file, or "
                         "it is too large\n");
    return 2;
}
