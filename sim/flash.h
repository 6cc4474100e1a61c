/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_FLASH_H
#define TENON_SIM_FLASH_H

/*
 * A serial NOR flash: 4 kB sectors, 256-byte pages, programs clear bits, an
 * erase sets a sector to 0xFF and wears it. It can lose power in the middle of
 * any program or erase, and it counts what a driver must never do. Without a
 * cut it is the RAM back end of a store. Host only, deterministic; the caller
 * owns all memory.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/prng.h>
#include <tenon/store.h>

/* Typical times of 3 V serial NOR of this geometry; erases as guaranteed. */
#define TN_SIM_FLASH_READ_US 60u
#define TN_SIM_FLASH_PROGRAM_US 700u
#define TN_SIM_FLASH_ERASE_US 45000u
#define TN_SIM_FLASH_ERASE_CAP 100000u

/* What a job that loses power leaves behind. */
enum tn_sim_flash_tear {
    TN_SIM_FLASH_NOTHING, /* as if it had not begun */
    TN_SIM_FLASH_PREFIX,  /* the first bytes are done, a byte half */
    TN_SIM_FLASH_SUBSET,  /* each bit that should change has or has not */
    TN_SIM_FLASH_NOISE,   /* program: as SUBSET; erase: random bits */
    TN_SIM_FLASH_ALL,     /* done, but nobody was told */
    TN_SIM_FLASH_TEAR_COUNT
};

struct tn_sim_flash {
    uint8_t *bytes;   /* sectors * TN_STORE_SECTOR_LEN */
    uint32_t *erases; /* of each sector */
    uint8_t *marks;   /* sectors * 256: 1 where 16 bytes were programmed */
    uint64_t ready_us;
    uint64_t busy_us; /* time that all jobs took */
    struct tn_prng prng;
    uint32_t reads;
    uint32_t programs;
    uint32_t programmed; /* bytes */
    uint32_t erased;     /* sectors */
    uint32_t faults;     /* jobs outside the port's contract */
    uint32_t worn;       /* erases beyond TN_SIM_FLASH_ERASE_CAP */
    uint32_t cut_in;     /* the power fails in this program or erase, from 1 */
    uint16_t sectors;
    uint8_t tear; /* enum tn_sim_flash_tear */
    bool off;     /* the power has failed */
    bool pending; /* `answer` waits for ready_us */
    struct tn_store_in answer;
};

/* A blank flash; `bytes`, `marks` (256 a sector) and `erases` are set. */
void tn_sim_flash_init(struct tn_sim_flash *flash, uint8_t *bytes,
                       uint8_t *marks, uint32_t *erases, uint16_t sectors);

/* Power again: nothing is pending, no cut is planned, bytes stay. */
void tn_sim_flash_reset(struct tn_sim_flash *flash);

/* The power will fail in the `count`th program or erase from now. */
void tn_sim_flash_set_cut(struct tn_sim_flash *flash, uint32_t count,
                          enum tn_sim_flash_tear tear);

/* Takes out->job, if there is one, at `time_us`. */
void tn_sim_flash_push(struct tn_sim_flash *flash,
                       const struct tn_store_out *out, uint64_t time_us);

/* The answer, if it is ready at `time_us`; else none. */
void tn_sim_flash_pull(struct tn_sim_flash *flash, uint64_t time_us,
                       struct tn_store_in *in);

#endif
