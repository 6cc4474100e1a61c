/* SPDX-License-Identifier: Apache-2.0 */
/* A flash image from anywhere, with or without right sums, then requests,
 * cuts and turned bits: the store never breaks the flash's rules, answers each
 * request in bounded steps, and takes a value afterwards. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sim/flash.h>
#include <tenon/bytes.h>
#include <tenon/store.h>

#include "../src/store/parts.h"

#define SECTOR_CAP 8u
#define STEP_CAP 400000u

static uint8_t bytes[SECTOR_CAP * TN_STORE_SECTOR_LEN];
static uint8_t marks[SECTOR_CAP * 256u];
static uint32_t erases[SECTOR_CAP];
static struct tn_sim_flash flash;
static struct tn_store store;
static struct tn_store_in in;
static struct tn_store_out out;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* -1 if the power failed. */
static int ask(const struct tn_store_request *request)
{
    if (tn_store_post(&store, request) != TN_OK) {
        return -2;
    }
    for (uint32_t i = 0; i < STEP_CAP; i++) {
        tn_store_step(&store, &in, &out);
        tn_sim_flash_push(&flash, &out, 0);
        tn_sim_flash_pull(&flash, UINT64_MAX, &in);
        if (flash.faults) {
            abort();
        }
        if (flash.off) {
            return -1;
        }
        if (out.result.op) {
            return out.result.status;
        }
    }
    abort();
}

static void mount(uint16_t sectors)
{
    tn_sim_flash_reset(&flash);
    memset(&in, 0, sizeof in);
    (void)tn_store_init(&store, sectors);
}

/* Each sector begins with the image's bytes; sums are put right if asked. */
static void lay(const uint8_t *image, size_t len, uint16_t sectors, bool sums)
{
    for (uint32_t i = 0; i < sectors; i++) {
        uint8_t *sector = bytes + i * TN_STORE_SECTOR_LEN;
        size_t part = len / sectors;

        part = part < TN_STORE_SECTOR_LEN ? part : TN_STORE_SECTOR_LEN;
        memcpy(sector, image + i * part, part);
        for (uint32_t at = 0; sums && at + 32 <= part; at += 32) {
            uint32_t seed = 0;

            for (uint32_t k = 0; at > 0 && k < 4; k++) {
                seed |= (uint32_t)sector[12 + k] << (8 * k);
            }
            tn_bytes_put_u32(sector, at + 28,
                             tn_store_sum(seed, sector + at, 28));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct tn_store_request request;

    if (len < 8) {
        return 0;
    }

    uint16_t sectors = (uint16_t)(2u + data[0] % (SECTOR_CAP - 1u));
    size_t count = data[2] % 64u * 4u < len - 3u ? data[2] % 64u * 4u : 0;
    const uint8_t *ops = data + 3;

    tn_sim_flash_init(&flash, bytes, marks, erases, sectors);
    lay(ops + count, len - 3 - count, sectors, data[1] & 1u);
    mount(sectors);
    for (; count >= 4; count -= 4, ops += 4) {
        memset(&request, 0, sizeof request);
        request.op = ops[0] % 8u;
        request.id = ops[1] % 6u;
        request.part = ops[1] >> 7;
        request.chunk = ops[2] % 16u;
        request.len = request.op == TN_STORE_APPEND ? 256u : 0u;
        if (request.op == TN_STORE_COMMIT) {
            request.len = ops[3];
        }
        if (request.op == 7) {
            bytes[((uint32_t)ops[1] << 8 | ops[2]) % (sectors * 4096u)] ^=
                ops[3];
        } else if (request.op == 0) {
            tn_sim_flash_set_cut(&flash, 1u + ops[1],
                                 ops[2] % TN_SIM_FLASH_TEAR_COUNT);
        } else if (ask(&request) == -1) {
            mount(sectors);
        }
    }
    /* In the end it works: nothing is too full after a FORMAT. */
    mount(sectors);
    memset(&request, 0, sizeof request);
    request.op = TN_STORE_FORMAT;
    memset(marks, 0, sizeof marks);
    if (ask(&request) != TN_STORE_OK) {
        abort();
    }
    request.op = TN_STORE_COMMIT;
    request.len = 200;
    if (ask(&request) != TN_STORE_OK) {
        abort();
    }
    return 0;
}
