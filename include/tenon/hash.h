/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_HASH_H
#define TENON_HASH_H

/*
 * Checksums and hashes. Pure. FNV-1a: Fowler, Noll, Vo, as in RFC 9923 (draft
 * names kept); CRC-16: polynomial 0x1021, start 0xFFFF, not reflected
 * (CRC-16/IBM-3740, formerly called CCITT-FALSE).
 */

#include <stddef.h>
#include <stdint.h>

#define TN_FNV32_START 2166136261u
#define TN_FNV64_START 14695981039346656037u

/* FNV-1a over `len` bytes, continuing from `h` (start: TN_FNV32_START). */
uint32_t tn_hash_fnv32(uint32_t h, const void *data, size_t len);

/* FNV-1a, 64 bits, continuing from `h` (start: TN_FNV64_START). */
uint64_t tn_hash_fnv64(uint64_t h, const void *data, size_t len);

/* CRC-16/IBM-3740 over `len` bytes. */
uint16_t tn_hash_crc16(const uint8_t *data, size_t len);

#endif
