/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a tag's data area holds: TLVs as in the NFC Forum's Type 2 and Type 5
 * Tag specifications, in them an NDEF message (NFC Data Exchange Format 1.0),
 * in it the Tenon record.
 */
#include "parts.h"

#include <stdbool.h>
#include <string.h>

#include <tenon/assert.h>
#include <tenon/bytes.h>
#include <tenon/tag.h>

#define TLV_NULL 0x00u
#define TLV_NDEF 0x03u
#define TLV_TERMINATOR 0xFEu
#define TLV_LONG 0xFFu /* length byte: two more follow */

#define NDEF_BEGIN 0x80u
#define NDEF_END 0x40u
#define NDEF_CHUNK 0x20u
#define NDEF_SHORT 0x10u
#define NDEF_ID 0x08u
#define NDEF_TNF 0x07u

#define TNF_EMPTY 0u
#define TNF_EXTERNAL 4u
#define TNF_UNKNOWN 5u
#define TNF_UNCHANGED 6u
#define TNF_RESERVED 7u

#define RECORD_VERSION 1u
#define RECORD_HEAD_LEN 9u /* version and identity */

static const uint8_t record_type[] = {'t', 'e', 'n', 'o', 'n', ':', 't'};

#define TYPE_LEN ((uint8_t)sizeof record_type)

/* One TLV's bounds. value_at + value_len may lie beyond the area. */
struct tlv {
    uint32_t value_at;
    uint32_t value_len;
};

/* The TLV at `at`, which has a length field. TN_ERR_END as tn_tag_scan. */
static enum tn_err get_tlv(const uint8_t *area, uint16_t have, uint32_t at,
                           struct tlv *tlv, uint32_t *need)
{
    *need = at + 2;
    if (*need > have) {
        return TN_ERR_END;
    }
    tlv->value_at = at + 2;
    tlv->value_len = area[at + 1];
    if (tlv->value_len != TLV_LONG) {
        return TN_OK;
    }
    *need = at + 4;
    if (*need > have) {
        return TN_ERR_END;
    }
    tlv->value_at = at + 4;
    tlv->value_len = (uint32_t)area[at + 2] << 8 | area[at + 3];
    return tlv->value_len == 0xFFFFu ? TN_ERR_LENGTH : TN_OK;
}

enum tn_err tn_tag_scan(const uint8_t *area, uint16_t have, uint16_t len,
                        struct tn_tag_scan *scan)
{
    struct tlv tlv = {0, 0};
    uint32_t need = 0;
    uint32_t at = 0;
    enum tn_err err = TN_OK;

    TN_ASSERT(have <= len);
    memset(scan, 0, sizeof *scan);
    while (at < len && (at >= have || area[at] != TLV_TERMINATOR)) {
        scan->at = (uint16_t)at;
        if (at < have && area[at] == TLV_NULL) {
            at++;
            continue;
        }
        err = get_tlv(area, have, at, &tlv, &need);
        if (err == TN_ERR_END && need <= len) {
            scan->need = (uint16_t)need;
        }
        if (err) {
            return err;
        }
        if (tlv.value_at + tlv.value_len > len) {
            return TN_ERR_LENGTH;
        }
        if (area[at] == TLV_NDEF) {
            scan->ndef_at = (uint16_t)tlv.value_at;
            scan->ndef_len = (uint16_t)tlv.value_len;
            return TN_OK;
        }
        at = tlv.value_at + tlv.value_len; /* memory control, unknown ones */
    }
    scan->at = (uint16_t)at;
    return TN_ERR_CONTENT;
}

enum tn_err tn_tag_find_ndef(const uint8_t *area, uint16_t len,
                             uint16_t *ndef_at, uint16_t *ndef_len,
                             uint16_t *at)
{
    struct tn_tag_scan scan;
    enum tn_err err = tn_tag_scan(area, len, len, &scan);

    if (err && at) {
        *at = scan.at;
    }
    if (!err) {
        *ndef_at = scan.ndef_at;
        *ndef_len = scan.ndef_len;
    }
    return err;
}

/* One NDEF record; type and payload lie inside the message. */
struct record {
    const uint8_t *type;
    const uint8_t *payload;
    uint16_t payload_at;
    uint16_t payload_len;
    uint8_t flags;
    uint8_t type_len;
    uint8_t pad[2];
};

/* The rules on lengths that go with the type name format. */
static enum tn_err check_format(uint8_t tnf, uint8_t type_len, bool has_more)
{
    switch (tnf) {
    case TNF_EMPTY:
        return type_len || has_more ? TN_ERR_VALUE : TN_OK;
    case TNF_UNKNOWN:
    case TNF_RESERVED: /* to be taken for unknown */
        return type_len ? TN_ERR_VALUE : TN_OK;
    case TNF_UNCHANGED:
        return TN_ERR_FEATURE; /* stands in chunked records only */
    default:
        return type_len ? TN_OK : TN_ERR_VALUE;
    }
}

/* NDEF is big-endian. */
static uint32_t get_payload_len(struct tn_bytes *b, bool is_short)
{
    uint32_t len = tn_bytes_get_u8(b);

    for (uint8_t i = 0; !is_short && i < 3; i++) {
        len = len << 8 | tn_bytes_get_u8(b);
    }
    return len;
}

static enum tn_err get_record(struct tn_bytes *b, struct record *r)
{
    uint32_t payload_len;
    uint8_t id_len = 0;
    enum tn_err err;

    r->flags = tn_bytes_get_u8(b);
    r->type_len = tn_bytes_get_u8(b);
    payload_len = get_payload_len(b, r->flags & NDEF_SHORT);
    if (r->flags & NDEF_ID) {
        id_len = tn_bytes_get_u8(b);
    }
    if (b->err) {
        return TN_ERR_END;
    }
    if (r->flags & NDEF_CHUNK) {
        return TN_ERR_FEATURE;
    }
    err = check_format(r->flags & NDEF_TNF, r->type_len,
                       id_len > 0 || payload_len > 0);
    if (err) {
        return err;
    }
    r->type = tn_bytes_get_block(b, r->type_len);
    (void)tn_bytes_get_block(b, id_len);
    if (b->err || payload_len > (uint32_t)(b->len - b->at)) {
        return TN_ERR_END;
    }
    r->payload_at = b->at;
    r->payload_len = (uint16_t)payload_len;
    r->payload = tn_bytes_get_block(b, r->payload_len);
    return TN_OK;
}

/* Types of external records are the same in upper and lower case. */
static bool is_tenon(const struct record *r)
{
    if ((r->flags & NDEF_TNF) != TNF_EXTERNAL || r->type_len != TYPE_LEN) {
        return false;
    }
    for (uint8_t i = 0; i < TYPE_LEN; i++) {
        uint8_t c = r->type[i];

        if (c >= 'A' && c <= 'Z') {
            c = (uint8_t)(c - 'A' + 'a');
        }
        if (c != record_type[i]) {
            return false;
        }
    }
    return true;
}

static enum tn_err get_content(const struct record *r,
                               struct tn_tag_content *content, uint16_t *at)
{
    struct tn_bytes b = tn_bytes_of(r->payload, r->payload_len);
    uint8_t version = tn_bytes_get_u8(&b);
    uint64_t identity = tn_bytes_get_u64(&b);

    *at = r->payload_at;
    if (r->payload_len > 0 && version != RECORD_VERSION) {
        return TN_ERR_VERSION;
    }
    if (b.err || r->payload_len - RECORD_HEAD_LEN > TN_IMAGE_CAP) {
        return TN_ERR_LENGTH;
    }
    content->identity = identity;
    content->image = r->payload + RECORD_HEAD_LEN;
    content->image_len = (uint16_t)(r->payload_len - RECORD_HEAD_LEN);
    content->image_at = (uint16_t)(r->payload_at + RECORD_HEAD_LEN);
    return TN_OK;
}

/* The whole message must be sound; the first Tenon record in it counts. */
static enum tn_err walk(struct tn_bytes *b, struct tn_tag_content *content,
                        uint16_t *at)
{
    struct record r;
    bool found = false;
    enum tn_err err;

    memset(&r, 0, sizeof r);

    do {
        bool first = b->at == 0;

        *at = b->at;
        if (b->at == b->len) {
            return first ? TN_ERR_CONTENT : TN_ERR_END;
        }
        if (!(b->data[b->at] & NDEF_BEGIN) == first) {
            return first ? TN_ERR_MAGIC : TN_ERR_VALUE;
        }
        err = get_record(b, &r);
        if (!err && !found && is_tenon(&r)) {
            found = true;
            err = get_content(&r, content, at);
        }
        if (err) {
            return err;
        }
    } while (!(r.flags & NDEF_END));
    *at = b->at;
    if (b->at != b->len) {
        return TN_ERR_LENGTH;
    }
    return found ? TN_OK : TN_ERR_CONTENT;
}

enum tn_err tn_tag_decode_ndef(const uint8_t *ndef, uint16_t len,
                               struct tn_tag_content *content, uint16_t *at)
{
    struct tn_bytes b = tn_bytes_of(ndef, len);
    uint16_t wrong_at = 0;
    enum tn_err err = walk(&b, content, &wrong_at);

    if (err && at) {
        *at = wrong_at;
    }
    return err;
}

/* `len` in `wide` bytes, big-endian. */
static uint32_t put_len(uint8_t *area, uint32_t at, uint32_t len, uint8_t wide)
{
    for (uint8_t i = wide; i > 0; i--) {
        area[at++] = (uint8_t)(len >> (8 * (i - 1)));
    }
    return at;
}

enum tn_err tn_tag_encode(uint64_t identity, const uint8_t *image,
                          uint16_t image_len, uint8_t *area, uint16_t cap,
                          uint16_t *len)
{
    uint32_t payload_len = RECORD_HEAD_LEN + (uint32_t)image_len;
    uint8_t payload_wide = payload_len <= 0xFFu ? 1 : 4;
    uint32_t ndef_len = 2u + payload_wide + TYPE_LEN + payload_len;
    uint8_t ndef_wide = ndef_len < TLV_LONG ? 1 : 2;
    uint32_t total = ndef_len + (ndef_wide == 1 ? 2u : 4u) + 1u;
    uint32_t at = 0;

    if (image_len > TN_IMAGE_CAP) {
        return TN_ERR_ARG;
    }
    *len = (uint16_t)total;
    if (total > cap) {
        return TN_ERR_FULL;
    }
    area[at++] = TLV_NDEF;
    if (ndef_wide == 2) {
        area[at++] = TLV_LONG;
    }
    at = put_len(area, at, ndef_len, ndef_wide);
    area[at++] = (uint8_t)(NDEF_BEGIN | NDEF_END | TNF_EXTERNAL |
                           (payload_wide == 1 ? NDEF_SHORT : 0u));
    area[at++] = TYPE_LEN;
    at = put_len(area, at, payload_len, payload_wide);
    memcpy(area + at, record_type, TYPE_LEN);
    at += TYPE_LEN;
    area[at++] = RECORD_VERSION;
    at = tn_bytes_put_u64(area, at, identity);
    if (image_len > 0) {
        memcpy(area + at, image, image_len);
    }
    at += image_len;
    area[at++] = TLV_TERMINATOR;
    TN_ASSERT(at == total);
    return TN_OK;
}
