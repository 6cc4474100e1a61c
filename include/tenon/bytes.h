/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BYTES_H
#define TENON_BYTES_H

/*
 * Little-endian bytes read with bounds: a cursor that cannot leave its buffer.
 * The caller owns the memory. Once a read has failed, `err` stays set, every
 * later read gives 0, and `at` keeps the offset of the failure.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/err.h>

struct tn_bytes {
    const uint8_t *data;
    uint16_t len; /* bytes in data */
    uint16_t at;  /* offset of the next byte, <= len */
    int32_t err;  /* enum tn_err of the first failed read */
};

/* A cursor at the start of `len` bytes. */
struct tn_bytes tn_bytes_of(const uint8_t *data, uint16_t len);

uint8_t tn_bytes_get_u8(struct tn_bytes *b);
uint16_t tn_bytes_get_u16(struct tn_bytes *b);
uint32_t tn_bytes_get_u32(struct tn_bytes *b);
uint64_t tn_bytes_get_u64(struct tn_bytes *b);

/* LEB128, at most 5 bytes; TN_ERR_VALUE if it does not fit 32 bits. */
uint32_t tn_bytes_get_varint(struct tn_bytes *b);

/* A compact number: LEB128 of at most 5 bytes, v; bit 0 clear: zigzag(v >> 1)
 * is an integer, set: it is the Q16.16 bits. Gives Q16.16; TN_ERR_VALUE beyond
 * its range. */
int32_t tn_bytes_get_number(struct tn_bytes *b);

/* `len` bytes where they stand, or null. */
const uint8_t *tn_bytes_get_block(struct tn_bytes *b, uint16_t len);

/* Appenders for encoders: write at `at`, return the offset after it. The caller
 * has made sure that the room is there (varint: <= 5, number: <= 5 bytes). */
uint32_t tn_bytes_put_u16(uint8_t *data, uint32_t at, uint16_t v);
uint32_t tn_bytes_put_u32(uint8_t *data, uint32_t at, uint32_t v);
uint32_t tn_bytes_put_u64(uint8_t *data, uint32_t at, uint64_t v);
uint32_t tn_bytes_put_varint(uint8_t *data, uint32_t at, uint32_t v);
uint32_t tn_bytes_put_number(uint8_t *data, uint32_t at, int32_t q16);

#endif
