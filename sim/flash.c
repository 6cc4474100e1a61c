/* SPDX-License-Identifier: Apache-2.0 */
#include "flash.h"

#include <string.h>

#define UNIT_LEN 16u /* programmed at most once between erases */

void tn_sim_flash_init(struct tn_sim_flash *flash, uint8_t *bytes,
                       uint8_t *marks, uint32_t *erases, uint16_t sectors)
{
    memset(flash, 0, sizeof *flash);
    memset(bytes, 0xFF, sectors * (size_t)TN_STORE_SECTOR_LEN);
    memset(marks, 0, sectors * (size_t)(TN_STORE_SECTOR_LEN / UNIT_LEN));
    memset(erases, 0, sectors * sizeof erases[0]);
    flash->bytes = bytes;
    flash->marks = marks;
    flash->erases = erases;
    flash->sectors = sectors;
    tn_prng_init(&flash->prng, 1, 7);
}

void tn_sim_flash_reset(struct tn_sim_flash *flash)
{
    flash->off = false;
    flash->pending = false;
    flash->cut_in = 0;
    flash->ready_us = 0;
}

void tn_sim_flash_set_cut(struct tn_sim_flash *flash, uint32_t count,
                          enum tn_sim_flash_tear tear)
{
    flash->cut_in = count;
    flash->tear = (uint8_t)tear;
}

static bool is_allowed(const struct tn_sim_flash *flash,
                       const struct tn_store_job *job)
{
    uint32_t size = flash->sectors * TN_STORE_SECTOR_LEN;

    if (job->at >= size || job->len == 0 || job->len > size - job->at) {
        return false;
    }
    switch (job->op) {
    case TN_STORE_READ:
        return job->len <= TN_STORE_PAGE_LEN;
    case TN_STORE_PROGRAM:
        for (uint32_t i = 0; i < job->len; i += UNIT_LEN) {
            if (flash->marks[(job->at + i) / UNIT_LEN]) {
                return false;
            }
        }
        return job->at % UNIT_LEN == 0 &&
               job->at % TN_STORE_PAGE_LEN + job->len <= TN_STORE_PAGE_LEN;
    case TN_STORE_ERASE:
        return job->at % TN_STORE_SECTOR_LEN == 0 &&
               job->len == TN_STORE_SECTOR_LEN;
    default:
        return false;
    }
}

/* One byte on its way from `now` to `then` when the power fails. */
static uint8_t tear_byte(struct tn_sim_flash *flash, uint8_t now, uint8_t then)
{
    uint8_t chosen = (uint8_t)(tn_prng_get(&flash->prng) >> 24);

    return (uint8_t)((now & ~chosen) | (then & chosen));
}

/* The job stops in the middle: bytes[i] goes to then(i), or partly, or not. */
static void tear(struct tn_sim_flash *flash, const struct tn_store_job *job,
                 const uint8_t *data)
{
    bool erase = job->op == TN_STORE_ERASE;
    uint8_t *bytes = flash->bytes + job->at;
    uint32_t stop = tn_prng_below(&flash->prng, job->len);

    for (uint32_t i = 0; i < job->len; i++) {
        uint8_t then = erase ? 0xFF : (uint8_t)(bytes[i] & data[i]);
        uint8_t now = bytes[i];

        switch ((enum tn_sim_flash_tear)flash->tear) {
        case TN_SIM_FLASH_NOTHING:
            break;
        case TN_SIM_FLASH_PREFIX:
            bytes[i] = i < stop ? then : now;
            if (i == stop) {
                bytes[i] = tear_byte(flash, now, then);
            }
            break;
        case TN_SIM_FLASH_NOISE:
            if (erase) {
                bytes[i] = (uint8_t)(tn_prng_get(&flash->prng) >> 24);
                break;
            }
            bytes[i] = tear_byte(flash, now, then);
            break;
        case TN_SIM_FLASH_SUBSET:
            bytes[i] = tear_byte(flash, now, then);
            break;
        default:
            bytes[i] = then;
            break;
        }
    }
}

static void wear(struct tn_sim_flash *flash, uint32_t at)
{
    uint32_t *erases = &flash->erases[at / TN_STORE_SECTOR_LEN];

    (*erases)++;
    flash->erased++;
    flash->worn += *erases > TN_SIM_FLASH_ERASE_CAP;
}

static uint64_t run(struct tn_sim_flash *flash, const struct tn_store_job *job,
                    const uint8_t *data)
{
    uint8_t *bytes = flash->bytes + job->at;
    uint8_t *marks = flash->marks + job->at / UNIT_LEN;

    switch (job->op) {
    case TN_STORE_READ:
        memcpy(flash->answer.data, bytes, job->len);
        flash->answer.len = job->len;
        flash->reads++;
        return TN_SIM_FLASH_READ_US;
    case TN_STORE_PROGRAM:
        for (uint32_t i = 0; i < job->len; i++) {
            bytes[i] &= data[i];
        }
        memset(marks, 1, (job->len + UNIT_LEN - 1u) / UNIT_LEN);
        flash->programs++;
        flash->programmed += job->len;
        return TN_SIM_FLASH_PROGRAM_US;
    default:
        memset(bytes, 0xFF, TN_STORE_SECTOR_LEN);
        memset(marks, 0, TN_STORE_SECTOR_LEN / UNIT_LEN);
        wear(flash, job->at);
        return TN_SIM_FLASH_ERASE_US;
    }
}

void tn_sim_flash_push(struct tn_sim_flash *flash,
                       const struct tn_store_out *out, uint64_t time_us)
{
    const struct tn_store_job *job = &out->job;
    uint64_t took_us = 0;

    if (job->op == TN_STORE_NO_JOB || flash->off) {
        return;
    }
    memset(&flash->answer, 0, sizeof flash->answer);
    flash->answer.id = job->id;
    flash->answer.answer = TN_STORE_DONE;
    if (flash->pending || !is_allowed(flash, job)) {
        flash->faults++;
        flash->answer.answer = TN_STORE_FAILED;
    } else {
        if (job->op != TN_STORE_READ && flash->cut_in > 0 &&
            --flash->cut_in == 0) {
            tear(flash, job, out->data);
            if (job->op == TN_STORE_ERASE) {
                wear(flash, job->at);
            } else {
                memset(flash->marks + job->at / UNIT_LEN, 1,
                       (job->len + UNIT_LEN - 1u) / UNIT_LEN);
            }
            flash->off = true;
            return;
        }
        took_us = run(flash, job, out->data);
    }
    flash->pending = true;
    flash->busy_us += took_us;
    flash->ready_us = time_us + took_us;
}

void tn_sim_flash_pull(struct tn_sim_flash *flash, uint64_t time_us,
                       struct tn_store_in *in)
{
    memset(in, 0, sizeof *in);
    if (flash->pending && time_us >= flash->ready_us) {
        *in = flash->answer;
        flash->pending = false;
    }
}
