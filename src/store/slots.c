/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>

#define MAGIC 0x53656E54u /* "TneS", little-endian */
#define VERSION 1u
#define SUMMED 28u /* bytes of a header or slot before its own sum */
#define BLANK_ZEROS 8u
#define SEQ_CAP 0x80000000u /* far beyond the life of any flash */

/* CRC-32C (Castagnoli), reflected, bit by bit for its size. It has distance 6
 * at these lengths (Koopman 2002), so mending one bit leaves four to be seen.
 */
#define POLY 0x82F63B78u

static uint32_t shift(uint32_t crc)
{
    return (crc & 1u) ? (crc >> 1) ^ POLY : crc >> 1;
}

uint32_t tn_store_sum(uint32_t sum, const uint8_t *data, uint32_t len)
{
    sum = ~sum;
    for (uint32_t i = 0; i < len; i++) {
        sum ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            sum = shift(sum);
        }
    }
    return ~sum;
}

int32_t tn_store_find_flip(uint32_t diff, uint32_t len)
{
    uint32_t one = POLY;
    uint32_t bits = 8 * len;

    /* The difference of sums depends on the place of the turned bit alone. A
     * single bit of difference is a turned bit of the sum itself. */
    if ((diff & (diff - 1u)) == 0) {
        return (int32_t)bits;
    }
    while (bits-- > 0) {
        if (one == diff) {
            return (int32_t)bits;
        }
        one = shift(one);
    }
    return -1;
}

/* Erased, give or take some bits: what was written has far more zeros. */
static bool is_blank(const uint8_t *data)
{
    uint32_t zeros = 0;

    for (uint32_t i = 0; i < 8 * TN_STORE_SLOT_LEN && zeros <= BLANK_ZEROS;
         i++) {
        zeros += 1u - (((uint32_t)data[i / 8] >> (i % 8)) & 1u);
    }
    return zeros <= BLANK_ZEROS;
}

/* Copies 32 bytes whose last four are the sum of the others, mended. */
static enum tn_store_read read_summed(uint8_t *raw, const uint8_t *data,
                                      uint32_t seed)
{
    struct tn_bytes b = tn_bytes_of(data + SUMMED, 4);
    uint32_t diff = tn_store_sum(seed, data, SUMMED) ^ tn_bytes_get_u32(&b);
    int32_t flip = tn_store_find_flip(diff, SUMMED);

    if (is_blank(data)) {
        return TN_STORE_BLANK;
    }
    memcpy(raw, data, SUMMED);
    if (flip < 0) {
        return TN_STORE_BAD;
    }
    if (flip < (int32_t)(8 * SUMMED)) {
        raw[flip / 8] = (uint8_t)(raw[flip / 8] ^ (1u << (flip % 8)));
    }
    return TN_STORE_GOOD;
}

void tn_store_encode_slot(uint8_t *raw, const struct tn_store_slot *slot,
                          uint32_t seq)
{
    raw[0] = slot->kind;
    raw[1] = slot->part;
    raw[2] = slot->chunk;
    raw[3] = slot->at;
    tn_bytes_put_u64(raw, 4, slot->id);
    tn_bytes_put_u32(raw, 12, slot->version);
    tn_bytes_put_u32(raw, 16, slot->sum);
    tn_bytes_put_u16(raw, 20, slot->len);
    tn_bytes_put_u16(raw, 22, slot->prev);
    tn_bytes_put_u16(raw, 24, slot->far);
    tn_bytes_put_u16(raw, 26, slot->live);
    tn_bytes_put_u32(raw, SUMMED, tn_store_sum(seq, raw, SUMMED));
}

/* Bytes that carry a right sum may still come from a hostile image. */
static bool is_sound(const struct tn_store_slot *slot, uint32_t pos,
                     uint32_t floor)
{
    uint8_t kind = slot->kind & TN_STORE_KIND;
    uint32_t end = slot->at + tn_store_units(tn_store_data_len(slot));

    return kind >= TN_STORE_PART && kind <= TN_STORE_HEAD &&
           (kind == TN_STORE_HEAD) == (pos == 0) &&
           slot->chunk < TN_STORE_CHUNK_CAP &&
           slot->len <= TN_STORE_CHUNK_LEN && slot->at >= 2u * (pos + 1u) &&
           end <= floor;
}

enum tn_store_read tn_store_decode_slot(const uint8_t *data, uint32_t seq,
                                        uint32_t pos, uint32_t floor,
                                        struct tn_store_slot *slot)
{
    uint8_t raw[SUMMED];
    enum tn_store_read read = read_summed(raw, data, seq);
    struct tn_bytes b = tn_bytes_of(raw, SUMMED);

    memset(slot, 0, sizeof *slot);
    if (read != TN_STORE_GOOD) {
        return read;
    }
    slot->kind = raw[0];
    slot->part = raw[1];
    slot->chunk = raw[2];
    slot->at = raw[3];
    b.at = 4;
    slot->id = tn_bytes_get_u64(&b);
    slot->version = tn_bytes_get_u32(&b);
    slot->sum = tn_bytes_get_u32(&b);
    slot->len = tn_bytes_get_u16(&b);
    slot->prev = tn_bytes_get_u16(&b);
    slot->far = tn_bytes_get_u16(&b);
    slot->live = tn_bytes_get_u16(&b);
    return is_sound(slot, pos, floor) ? TN_STORE_GOOD : TN_STORE_BAD;
}

void tn_store_encode_head(uint8_t *raw, const struct tn_store *store)
{
    struct tn_store_slot head;

    memset(&head, 0, sizeof head);
    head.kind = TN_STORE_HEAD;
    head.chunk = VERSION;
    head.at = TN_STORE_FLOOR;
    head.id = (uint64_t)store->erases << 32 | store->tail_seq;
    head.version = store->head_seq + 1u;
    head.sum = MAGIC;
    head.len = store->sectors;
    tn_store_encode_slot(raw, &head, 0);
}

enum tn_store_read tn_store_decode_head(const uint8_t *data, uint16_t sectors,
                                        struct tn_store_slot *head)
{
    enum tn_store_read read =
        tn_store_decode_slot(data, 0, 0, TN_STORE_FLOOR, head);
    uint32_t tail_seq = (uint32_t)head->id;

    if (read != TN_STORE_GOOD) {
        return read;
    }
    if (head->sum != MAGIC) {
        return TN_STORE_BAD;
    }
    if (head->chunk != VERSION || head->len != sectors) {
        return TN_STORE_OTHER;
    }
    /* A log has 1 .. sectors sectors; numbers begin with 1 and never wrap. */
    return tail_seq - 1u < SEQ_CAP && head->version - tail_seq < sectors
               ? TN_STORE_GOOD
               : TN_STORE_BAD;
}

uint16_t tn_store_hash(const struct tn_store_slot *slot)
{
    uint8_t key[9];
    uint32_t h;

    if ((slot->kind & TN_STORE_KIND) == TN_STORE_TRIM) {
        return 0;
    }
    key[0] = slot->part;
    tn_bytes_put_u64(key, 1, slot->id);
    h = tn_hash_fnv32(TN_FNV32_START, key, sizeof key);
    h = (h ^ (h >> 16)) & 0xFFFFu;
    return (uint16_t)(h ? h : 1u);
}

uint32_t tn_store_data_len(const struct tn_store_slot *slot)
{
    uint8_t kind = slot->kind & (TN_STORE_KIND | TN_STORE_LOST);

    return kind == TN_STORE_PART || kind == TN_STORE_LAST ? slot->len : 0;
}

uint32_t tn_store_units(uint32_t len)
{
    return (len + TN_STORE_UNIT_LEN - 1u) / TN_STORE_UNIT_LEN;
}
