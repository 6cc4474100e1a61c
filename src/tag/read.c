/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads one tag as far as its NDEF TLV needs. Type 2 commands: NFC Forum Type 2
 * Tag specification, and FAST_READ of the NTAG21x family. Type 5: ISO/IEC
 * 15693-3 in addressed mode. Frames have CRCs, so nothing is read twice.
 */
#include "parts.h"

#include <string.h>

#include <tenon/assert.h>

#define READ_TRIES 3u      /* failed lists after the first that are forgiven */
#define READ_SLOW_TRIES 2u /* from so many on, short frames only */

#define A_READ 0x30u
#define A_FAST_READ 0x3Au
#define A_PAGE_LEN 4u
#define A_READ_PAGES 4u
#define A_CC_AT 12u
#define A_AREA_AT 16u
#define A_FIRST_LEN 48u /* the smallest data area of Type 2 */
#define A_NAK_GARBLED 0x1u
#define A_NAK_MAX 0x9u /* 0xA is an ACK */

#define V_FLAGS 0x22u /* high data rate, addressed */
#define V_READ_SINGLE 0x20u
#define V_READ_MULTIPLE 0x23u
#define V_GET_INFO 0x2Bu
#define V_ERROR 0x01u
#define V_FIRST_LEN 16u
#define V_UID_LEN 8u

#define MORE_LEN 64u /* read on by so much while no NDEF TLV is found */

static void refuse(struct tn_tag_read *read, enum tn_err err, uint32_t at)
{
    read->outcome = TN_TAG_REFUSE;
    read->err = (int8_t)err;
    read->err_at = at < UINT16_MAX ? (uint16_t)at : UINT16_MAX;
}

static bool is_type_a(const struct tn_tag *tag)
{
    return tag->slots[tag->read.slot].find == TN_NF_FIND_A;
}

void tn_tag_read_init(struct tn_tag *tag, uint8_t slot)
{
    struct tn_tag_read *read = &tag->read;

    TN_ASSERT(slot < TN_TAG_CAP);
    memset(read, 0, sizeof *read);
    read->slot = slot;
    if (is_type_a(tag)) {
        read->area_at = A_AREA_AT;
        read->block_len = A_PAGE_LEN;
        read->goal = A_FIRST_LEN;
    }
}

static void push_a(struct tn_tag *tag, struct tn_tag_out *out,
                   enum tn_tag_ask ask, uint32_t page, uint32_t pages)
{
    struct tn_nf_cmd *cmd =
        tn_tag_push_cmd(tag, out, ask, TN_NF_EXCHANGE_A, (uint8_t)pages);

    cmd->data[0] = ask == TN_TAG_ASK_FAST ? A_FAST_READ : A_READ;
    cmd->data[1] = (uint8_t)page;
    cmd->data[2] = ask == TN_TAG_ASK_FAST ? (uint8_t)(page + pages - 1) : 0;
    cmd->len = ask == TN_TAG_ASK_FAST ? 3 : 2;
}

static void push_v(struct tn_tag *tag, struct tn_tag_out *out,
                   enum tn_tag_ask ask, uint32_t block, uint32_t blocks)
{
    const struct tn_tag_slot *slot = &tag->slots[tag->read.slot];
    struct tn_nf_cmd *cmd =
        tn_tag_push_cmd(tag, out, ask, TN_NF_EXCHANGE_V, (uint8_t)blocks);
    uint8_t at = 0;

    cmd->data[at++] = V_FLAGS;
    if (ask == TN_TAG_ASK_INFO) {
        cmd->data[at++] = V_GET_INFO;
    } else {
        cmd->data[at++] =
            ask == TN_TAG_ASK_MULTI ? V_READ_MULTIPLE : V_READ_SINGLE;
    }
    memcpy(cmd->data + at, slot->uid, V_UID_LEN);
    at = (uint8_t)(at + V_UID_LEN);
    if (ask != TN_TAG_ASK_INFO) {
        cmd->data[at++] = (uint8_t)block;
    }
    if (ask == TN_TAG_ASK_MULTI) {
        cmd->data[at++] = (uint8_t)(blocks - 1);
    }
    cmd->len = at;
}

static void push_select(struct tn_tag *tag, struct tn_tag_out *out)
{
    const struct tn_tag_slot *slot = &tag->slots[tag->read.slot];
    struct tn_nf_cmd *cmd =
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_SELECT, TN_NF_SELECT_A, 0);

    memcpy(cmd->data, slot->uid, slot->uid_len);
    cmd->len = slot->uid_len;
}

/* Most blocks that one command may ask for. */
static uint32_t get_chunk_cap(const struct tn_tag *tag)
{
    const struct tn_tag_read *read = &tag->read;

    if (is_type_a(tag)) {
        return read->slow ? A_READ_PAGES : TN_NF_DATA_LEN / A_PAGE_LEN;
    }
    return read->slow ? 1u : (TN_NF_DATA_LEN - 1u) / read->block_len;
}

/* Asks for the data area from what is there to the goal. */
static bool push_data(struct tn_tag *tag, struct tn_tag_out *out)
{
    const struct tn_tag_read *read = &tag->read;
    uint32_t len = read->block_len;
    uint32_t at = (uint32_t)read->area_at + read->have;
    uint32_t end = (uint32_t)read->area_at + read->goal;
    uint32_t cap = get_chunk_cap(tag);

    while (at < end && out->cmd_count < TN_NF_CAP) {
        uint32_t block = at / len;
        uint32_t count = (end + len - 1) / len - block;

        count = count < cap ? count : cap;
        if (is_type_a(tag)) {
            push_a(tag, out, read->slow ? TN_TAG_ASK_READ : TN_TAG_ASK_FAST,
                   block, count);
        } else {
            push_v(tag, out, count > 1 ? TN_TAG_ASK_MULTI : TN_TAG_ASK_SINGLE,
                   block, count);
        }
        at = (block + count) * len;
    }
    return at >= end;
}

bool tn_tag_read_push(struct tn_tag *tag, struct tn_tag_out *out)
{
    struct tn_tag_read *read = &tag->read;

    read->outcome = TN_TAG_GOES_ON;
    if (is_type_a(tag)) {
        if (!read->selected) {
            push_select(tag, out);
        }
        if (!read->area_len) {
            push_a(tag, out, TN_TAG_ASK_CC_A, 0, A_READ_PAGES);
        }
        return push_data(tag, out) && read->found;
    }
    if (read->area_len) {
        return push_data(tag, out) && read->found;
    }
    uint8_t block_len = read->block_len ? read->block_len : UINT8_MAX;

    push_v(tag, out, TN_TAG_ASK_CC_V, (uint32_t)read->cc_have / block_len, 1);
    if (!read->asked_info) {
        push_v(tag, out, TN_TAG_ASK_INFO, 0, 0);
    }
    return false;
}

/* Adds the blocks of one answer; the first may begin before what is wanted. */
static void append(struct tn_tag *tag, const uint8_t *data, uint32_t len)
{
    struct tn_tag_read *read = &tag->read;
    uint32_t skip = ((uint32_t)read->area_at + read->have) % read->block_len;
    uint32_t room = TN_TAG_AREA_CAP - read->have;
    uint32_t count = len - skip;

    TN_ASSERT(skip < len && read->have <= TN_TAG_AREA_CAP);
    count = count < room ? count : room;
    memcpy(tag->area + read->have, data + skip, count);
    read->have = (uint16_t)(read->have + count);
}

/* Type 2: magic, version 1.x, size in 8 bytes, access: free to read. */
static void check_cc_a(struct tn_tag_read *read, const uint8_t *cc)
{
    if (cc[0] != 0xE1u) {
        refuse(read, TN_ERR_MEMORY, A_CC_AT);
    } else if (cc[1] >> 4 != 1) {
        refuse(read, TN_ERR_MEMORY, A_CC_AT + 1);
    } else if (cc[2] == 0) {
        refuse(read, TN_ERR_MEMORY, A_CC_AT + 2);
    } else if (cc[3] >> 4 != 0) {
        refuse(read, TN_ERR_MEMORY, A_CC_AT + 3);
    } else {
        read->area_len = (uint16_t)(cc[2] * 8);
    }
}

/* Type 5: the same, 4 bytes or (third one 0) 8 bytes long. */
static void check_cc_v(struct tn_tag_read *read)
{
    const uint8_t *cc = read->cc;
    uint8_t cc_len = cc[2] ? 4 : 8;
    uint32_t area_len = 8u * (cc[2] ? cc[2] : (uint32_t)cc[6] << 8 | cc[7]);

    if (read->cc_have < cc_len) {
        return;
    }
    if (cc[0] != 0xE1u && cc[0] != 0xE2u) {
        refuse(read, TN_ERR_MEMORY, 0);
    } else if (cc[1] >> 6 != 1 || (cc[1] & 0x0Cu)) {
        refuse(read, TN_ERR_MEMORY, 1);
    } else if (area_len == 0) {
        refuse(read, TN_ERR_MEMORY, 2);
    } else {
        read->area_at = cc_len;
        read->area_len =
            area_len < 0x8000u ? (uint16_t)area_len : (uint16_t)0x8000u;
        read->goal = V_FIRST_LEN < area_len ? V_FIRST_LEN : read->area_len;
        read->slow = read->slow || !(cc[3] & 1u); /* MBREAD */
    }
}

static void take_a(struct tn_tag *tag, enum tn_tag_ask ask,
                   const struct tn_nf_reply *reply, uint8_t blocks)
{
    struct tn_tag_read *read = &tag->read;
    uint32_t len =
        A_PAGE_LEN * (ask == TN_TAG_ASK_FAST ? (uint32_t)blocks : A_READ_PAGES);

    if (reply->len == 1 && reply->data[0] <= A_NAK_MAX) {
        read->selected = 0; /* it has gone back to idle */
        if (reply->data[0] == A_NAK_GARBLED) {
            read->outcome = TN_TAG_RETRY;
        } else if (ask == TN_TAG_ASK_FAST) {
            read->slow = 1; /* it knows no FAST_READ */
            read->outcome = TN_TAG_SLOWER;
        } else {
            refuse(read, TN_ERR_MEMORY,
                   ask == TN_TAG_ASK_CC_A
                       ? A_CC_AT
                       : (uint32_t)read->area_at + read->have);
        }
    } else if (reply->len != len) {
        read->outcome = TN_TAG_RETRY;
    } else if (ask == TN_TAG_ASK_CC_A) {
        check_cc_a(read, reply->data + A_CC_AT);
    } else {
        append(tag, reply->data, len);
    }
}

static void take_cc_v(struct tn_tag *tag, const uint8_t *data, uint32_t len)
{
    struct tn_tag_read *read = &tag->read;
    uint32_t room = sizeof read->cc - read->cc_have;
    uint32_t count = len < room ? len : room;

    if ((len != 4 && len != 8 && len != 16 && len != 32) ||
        (read->block_len && read->block_len != len)) {
        read->outcome = TN_TAG_RETRY;
        return;
    }
    read->block_len = (uint8_t)len;
    memcpy(read->cc + read->cc_have, data, count);
    read->cc_have = (uint8_t)(read->cc_have + count);
    check_cc_v(read);
}

static void take_v(struct tn_tag *tag, enum tn_tag_ask ask,
                   const struct tn_nf_reply *reply, uint8_t blocks)
{
    struct tn_tag_read *read = &tag->read;
    uint32_t len = 1u + (uint32_t)blocks * read->block_len;

    if (reply->len == 0) {
        read->outcome = TN_TAG_RETRY;
    } else if ((reply->data[0] & V_ERROR) && ask == TN_TAG_ASK_MULTI) {
        read->slow = 1;
        read->outcome = TN_TAG_SLOWER;
    } else if (reply->data[0] & V_ERROR) {
        refuse(read, TN_ERR_MEMORY,
               ask == TN_TAG_ASK_CC_V ? read->cc_have
                                      : (uint32_t)read->area_at + read->have);
    } else if (ask == TN_TAG_ASK_CC_V) {
        take_cc_v(tag, reply->data + 1, reply->len - 1u);
    } else if (reply->len != len) {
        read->outcome = TN_TAG_RETRY;
    } else {
        append(tag, reply->data + 1, len - 1);
    }
}

/* System information: flags, what is there, UID, then what is there in the
 * order of the bits: DSFID, AFI, memory size (blocks - 1, block length - 1).
 * A tag need not know the command. */
static void take_info(struct tn_tag *tag, enum tn_nf_status status,
                      const struct tn_nf_reply *reply)
{
    const struct tn_tag_slot *slot = &tag->slots[tag->read.slot];
    uint32_t at = 2 + V_UID_LEN;

    tag->read.asked_info = 1;
    if (status != TN_NF_OK || reply->len < at || (reply->data[0] & V_ERROR) ||
        memcmp(reply->data + 2, slot->uid, V_UID_LEN) != 0) {
        return;
    }

    uint8_t parts = reply->data[1];

    at += (parts & 1u) + (parts >> 1 & 1u);
    if ((parts & 4u) && reply->len >= at + 2 &&
        (reply->data[at + 1] & 0x1Fu) + 1u == tag->read.block_len) {
        tag->read.block_count = (uint16_t)(reply->data[at] + 1u);
    }
}

void tn_tag_read_post(struct tn_tag *tag, uint8_t i, enum tn_nf_status status,
                      const struct tn_nf_reply *reply)
{
    struct tn_tag_read *read = &tag->read;
    enum tn_tag_ask ask = (enum tn_tag_ask)tag->list.asks[i];
    uint8_t blocks = tag->list.blocks[i];

    if (read->slot == TN_TAG_NO_SLOT || read->outcome != TN_TAG_GOES_ON) {
        return;
    }
    if (ask == TN_TAG_ASK_INFO) {
        take_info(tag, status, reply);
    } else if (status != TN_NF_OK) {
        read->outcome = TN_TAG_RETRY;
    } else if (ask == TN_TAG_ASK_SELECT) {
        if (reply->len != 1) {
            read->outcome = TN_TAG_RETRY;
        } else if (reply->data[0] != 0) { /* SAK of Type 2 */
            refuse(read, TN_ERR_MEMORY, 0);
        } else {
            read->selected = 1;
        }
    } else if (is_type_a(tag)) {
        take_a(tag, ask, reply, blocks);
    } else {
        take_v(tag, ask, reply, blocks);
    }
}

/* The record is there as a whole. */
static void finish(struct tn_tag *tag)
{
    struct tn_tag_read *read = &tag->read;
    struct tn_tag_content content;
    uint16_t at = 0;
    enum tn_err err = tn_tag_decode_ndef(tag->area + read->ndef_at,
                                         read->ndef_len, &content, &at);

    if (err) {
        refuse(read, err, (uint32_t)read->area_at + read->ndef_at + at);
        return;
    }
    tag->identity = content.identity;
    tag->image_at = (uint16_t)(read->ndef_at + content.image_at);
    tag->image_len = content.image_len;
    tag->image_base = read->area_at;
    read->outcome = TN_TAG_PLACE;
}

/* Sets the goal from the TLVs that are there, as far as they say. */
static void find_goal(struct tn_tag *tag)
{
    struct tn_tag_read *read = &tag->read;
    uint16_t have = read->have < read->area_len ? read->have : read->area_len;
    struct tn_tag_scan scan;
    enum tn_err err = tn_tag_scan(tag->area, have, read->area_len, &scan);

    if (err == TN_ERR_END && scan.need > have) {
        uint32_t more = have + MORE_LEN;

        more = more < scan.need ? scan.need : more;
        more = more < read->area_len ? more : read->area_len;
        if (scan.need > TN_TAG_AREA_CAP) {
            refuse(read, TN_ERR_FULL, (uint32_t)read->area_at + scan.at);
        } else {
            read->goal =
                (uint16_t)(more < TN_TAG_AREA_CAP ? more : TN_TAG_AREA_CAP);
        }
    } else if (err) {
        refuse(read, err, (uint32_t)read->area_at + scan.at);
    } else if (scan.ndef_at + scan.ndef_len > (int32_t)TN_TAG_AREA_CAP) {
        refuse(read, TN_ERR_FULL, (uint32_t)read->area_at + scan.at);
    } else {
        read->found = 1;
        read->ndef_at = scan.ndef_at;
        read->ndef_len = scan.ndef_len;
        read->goal = (uint16_t)(scan.ndef_at + scan.ndef_len);
    }
}

static void advance(struct tn_tag *tag)
{
    struct tn_tag_read *read = &tag->read;
    uint32_t memory_len = (uint32_t)read->block_count * read->block_len;

    if (!read->found && read->have >= read->goal) {
        find_goal(tag);
    }
    if (read->outcome == TN_TAG_GOES_ON && memory_len > 0 &&
        (uint32_t)read->area_at + read->goal > memory_len) {
        refuse(read, TN_ERR_MEMORY, memory_len);
    }
    if (read->outcome == TN_TAG_GOES_ON && read->found &&
        read->have >= read->goal) {
        finish(tag);
    }
}

enum tn_tag_outcome tn_tag_read_step(struct tn_tag *tag)
{
    struct tn_tag_read *read = &tag->read;

    if (read->outcome == TN_TAG_RETRY) {
        read->tries++;
        read->slow = read->slow || read->tries >= READ_SLOW_TRIES;
        if (read->tries > READ_TRIES) {
            refuse(read, TN_ERR_IO, (uint32_t)read->area_at + read->have);
        }
    } else if (read->outcome == TN_TAG_SLOWER) {
        read->outcome = TN_TAG_GOES_ON;
    } else if (read->outcome == TN_TAG_GOES_ON && read->area_len > 0) {
        advance(tag);
    }
    return (enum tn_tag_outcome)read->outcome;
}
