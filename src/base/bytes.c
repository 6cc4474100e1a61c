/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/bytes.h>

#include <stddef.h>

#include <tenon/maths.h>

struct tn_bytes tn_bytes_of(const uint8_t *data, uint16_t len)
{
    struct tn_bytes b = {.data = data, .len = len};

    return b;
}

/* True if `len` more bytes are there; else notes the error. */
static bool has(struct tn_bytes *b, uint32_t len)
{
    if (b->err) {
        return false;
    }
    if (len > (uint32_t)(b->len - b->at)) {
        b->err = TN_ERR_END;
        return false;
    }
    return true;
}

static uint64_t get_le(struct tn_bytes *b, uint32_t len)
{
    uint64_t v = 0;

    if (!has(b, len)) {
        return 0;
    }
    for (uint32_t i = 0; i < len; i++) {
        v |= (uint64_t)b->data[b->at + i] << (8 * i);
    }
    b->at = (uint16_t)(b->at + len);
    return v;
}

uint8_t tn_bytes_get_u8(struct tn_bytes *b)
{
    return (uint8_t)get_le(b, 1);
}

uint16_t tn_bytes_get_u16(struct tn_bytes *b)
{
    return (uint16_t)get_le(b, 2);
}

uint32_t tn_bytes_get_u32(struct tn_bytes *b)
{
    return (uint32_t)get_le(b, 4);
}

uint64_t tn_bytes_get_u64(struct tn_bytes *b)
{
    return get_le(b, 8);
}

/* LEB128 of at most 5 bytes, so of 35 bits. */
static uint64_t get_leb(struct tn_bytes *b)
{
    uint16_t start = b->at;
    uint64_t v = 0;

    for (uint32_t shift = 0; shift < 35; shift += 7) {
        uint8_t byte = tn_bytes_get_u8(b);

        v |= (uint64_t)(byte & 0x7Fu) << shift;
        if (b->err || !(byte & 0x80u)) {
            return v;
        }
    }
    b->err = TN_ERR_VALUE;
    b->at = start;
    return 0;
}

uint32_t tn_bytes_get_varint(struct tn_bytes *b)
{
    uint16_t start = b->at;
    uint64_t v = get_leb(b);

    if (!b->err && v > UINT32_MAX) {
        b->err = TN_ERR_VALUE;
        b->at = start;
    }
    return b->err ? 0 : (uint32_t)v;
}

int32_t tn_bytes_get_number(struct tn_bytes *b)
{
    uint16_t start = b->at;
    uint64_t v = get_leb(b);
    uint64_t zigzag = v >> 1;
    int64_t q16 = (int64_t)(zigzag >> 1);

    q16 = (zigzag & 1u) ? -q16 - 1 : q16;
    if (!(v & 1u)) {
        q16 *= TN_Q16_ONE;
    }
    if (!b->err && (q16 > TN_Q16_MAX || q16 < TN_Q16_MIN)) {
        b->err = TN_ERR_VALUE;
        b->at = start;
    }
    return b->err ? 0 : (int32_t)q16;
}

const uint8_t *tn_bytes_get_block(struct tn_bytes *b, uint16_t len)
{
    const uint8_t *block = NULL;

    if (has(b, len)) {
        block = b->data + b->at;
        b->at = (uint16_t)(b->at + len);
    }
    return block;
}

static uint32_t put_le(uint8_t *data, uint32_t at, uint64_t v, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        data[at + i] = (uint8_t)(v >> (8 * i));
    }
    return at + len;
}

uint32_t tn_bytes_put_u16(uint8_t *data, uint32_t at, uint16_t v)
{
    return put_le(data, at, v, 2);
}

uint32_t tn_bytes_put_u32(uint8_t *data, uint32_t at, uint32_t v)
{
    return put_le(data, at, v, 4);
}

uint32_t tn_bytes_put_u64(uint8_t *data, uint32_t at, uint64_t v)
{
    return put_le(data, at, v, 8);
}

static uint32_t put_leb(uint8_t *data, uint32_t at, uint64_t v)
{
    while (v >= 0x80u) {
        data[at++] = (uint8_t)(v | 0x80u);
        v >>= 7;
    }
    data[at++] = (uint8_t)v;
    return at;
}

uint32_t tn_bytes_put_varint(uint8_t *data, uint32_t at, uint32_t v)
{
    return put_leb(data, at, v);
}

uint32_t tn_bytes_put_number(uint8_t *data, uint32_t at, int32_t q16)
{
    bool whole = q16 % TN_Q16_ONE == 0;
    int64_t v = whole ? q16 / TN_Q16_ONE : q16;
    uint64_t zigzag = v < 0 ? (uint64_t)(-v - 1) * 2 + 1 : (uint64_t)v * 2;

    return put_leb(data, at, zigzag * 2 + (whole ? 0u : 1u));
}
