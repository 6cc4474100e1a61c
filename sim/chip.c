/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tags as memories that answer. NTAG213, 215, 216: NXP data sheet NTAG213/215/
 * 216 rev. 3.2. ICODE SLIX2: NXP data sheet SL2S2602 rev. 4, ISO/IEC 15693-3.
 * Capability containers: NFC Forum Type 2 and Type 5 Tag specifications.
 */
#include "field.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>

#define PAGE_LEN 4u
#define CASCADE_TAG 0x88u
#define NTAG_CC_AT 12u

#define NTAG_READ 0x30u
#define NTAG_FAST_READ 0x3Au
#define NTAG_GET_VERSION 0x60u
#define NTAG_NAK_ARGUMENT 0x0u

#define V_ADDRESSED 0x20u
#define V_OPTION 0x40u
#define V_UNSUPPORTED 0x1Cu /* inventory, protocol extension, select flag */
#define V_READ_SINGLE 0x20u
#define V_READ_MULTIPLE 0x23u
#define V_GET_INFO 0x2Bu
#define V_ERR_UNKNOWN 0x0Fu  /* also: command not supported */
#define V_ERR_NO_BLOCK 0x10u /* the block is not available */

static const struct tn_sim_chip_info infos[TN_SIM_CHIP_COUNT] = {
    [TN_SIM_NTAG213] = {"NTAG213", 45 * 4, 16, 144, 7, 4},
    [TN_SIM_NTAG215] = {"NTAG215", 135 * 4, 16, 496, 7, 4},
    [TN_SIM_NTAG216] = {"NTAG216", 231 * 4, 16, 872, 7, 4},
    /* block 79 is the counter; 0x27 * 8 bytes after the CC */
    [TN_SIM_SLIX2] = {"ICODE SLIX2", 80 * 4, 4, 312, 8, 4},
};

/* User pages as they are delivered: a lock control TLV on the smallest (its
 * lock bytes lie behind the data area), an empty NDEF TLV, a terminator. */
static const uint8_t ntag213_area[] = {0x01, 0x03, 0xA0, 0x0C,
                                       0x34, 0x03, 0x00, 0xFE};
static const uint8_t empty_area[] = {0x03, 0x00, 0xFE};

/* The last five pages: lock bytes, CFG0, CFG1, PWD and PACK (read as 0). */
static const uint8_t ntag_tail[] = {0x00, 0x00, 0x00, 0xBD, 0x04, 0x00, 0x00,
                                    0xFF, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00,
                                    0x00, 0x00, 0x00, 0x00, 0x00, 0x00};

const struct tn_sim_chip_info *tn_sim_chip_get_info(enum tn_sim_chip chip)
{
    return &infos[chip];
}

/* 7-byte UID over pages 0 to 2, each part with its check byte. */
static void write_ntag_uid(struct tn_sim_tag *tag)
{
    const uint8_t *uid = tag->uid;
    uint8_t *memory = tag->memory;

    memcpy(memory, uid, 3);
    memory[3] = (uint8_t)(CASCADE_TAG ^ uid[0] ^ uid[1] ^ uid[2]);
    memcpy(memory + 4, uid + 3, 4);
    memory[8] = (uint8_t)(uid[3] ^ uid[4] ^ uid[5] ^ uid[6]);
}

static void init_ntag(struct tn_sim_tag *tag, uint64_t number)
{
    const struct tn_sim_chip_info *info = &infos[tag->chip];
    uint8_t *memory = tag->memory;

    tag->uid[0] = 0x04; /* NXP */
    for (uint32_t i = 1; i < 7; i++) {
        tag->uid[i] = (uint8_t)(number >> (8 * (i - 1)));
    }
    write_ntag_uid(tag);
    memory[9] = 0x48; /* internal byte, then two lock bytes of 0 */
    memory[NTAG_CC_AT] = 0xE1;
    memory[NTAG_CC_AT + 1] = 0x10;
    memory[NTAG_CC_AT + 2] = (uint8_t)(info->area_len / 8);
    if (tag->chip == TN_SIM_NTAG213) {
        memcpy(memory + info->area_at, ntag213_area, sizeof ntag213_area);
    } else {
        memcpy(memory + info->area_at, empty_area, sizeof empty_area);
    }
    memcpy(memory + info->memory_len - sizeof ntag_tail, ntag_tail,
           sizeof ntag_tail);
}

/* UID as sent, least significant byte first: E0 04 01 at the end. */
static void set_slix2_uid(struct tn_sim_tag *tag, uint64_t number)
{
    (void)tn_bytes_put_u32(tag->uid, 0, (uint32_t)number);
    /* bits 37 and 36 of the UID tell SLIX2 (01) from its relatives */
    tag->uid[4] = (uint8_t)((number >> 32 & 0xCFu) | 0x10u);
    tag->uid[5] = 0x01;
    tag->uid[6] = 0x04;
    tag->uid[7] = 0xE0;
}

void tn_sim_tag_init(struct tn_sim_tag *tag, enum tn_sim_chip chip,
                     uint64_t serial)
{
    const struct tn_sim_chip_info *info = &infos[chip];
    /* an odd factor: no two serials below 2^32 give the same UID */
    uint64_t number = serial * 0x9E3779B97F4A7C15u;

    memset(tag, 0, sizeof *tag);
    tag->chip = chip;
    tag->len = info->memory_len;
    if (chip != TN_SIM_SLIX2) {
        init_ntag(tag, number);
        return;
    }
    set_slix2_uid(tag, number);
    tag->memory[0] = 0xE1;
    tag->memory[1] = 0x40;
    tag->memory[2] = (uint8_t)(info->area_len / 8);
    tag->memory[3] = 0x01; /* READ MULTIPLE BLOCKS is there */
    memcpy(tag->memory + info->area_at, empty_area, sizeof empty_area);
}

enum tn_err tn_sim_tag_write(struct tn_sim_tag *tag, const uint8_t *area,
                             uint16_t len)
{
    const struct tn_sim_chip_info *info = &infos[tag->chip];

    if (len > info->area_len) {
        return TN_ERR_FULL;
    }
    memcpy(tag->memory + info->area_at, area, len);
    return TN_OK;
}

enum tn_err tn_sim_tag_load(struct tn_sim_tag *tag, enum tn_sim_chip chip,
                            const uint8_t *dump, uint32_t len)
{
    uint8_t check[2];

    if (len != infos[chip].memory_len) {
        return TN_ERR_LENGTH;
    }
    memset(tag, 0, sizeof *tag);
    tag->chip = chip;
    tag->len = (uint16_t)len;
    memcpy(tag->memory, dump, len);
    if (chip == TN_SIM_SLIX2) {
        /* its UID is not in the memory: one that goes with the content */
        set_slix2_uid(tag, tn_hash_fnv64(TN_FNV64_START, dump, len));
        return TN_OK;
    }
    memcpy(tag->uid, dump, 3);
    memcpy(tag->uid + 3, dump + 4, 4);
    check[0] = dump[3];
    check[1] = dump[8];
    write_ntag_uid(tag);
    return check[0] == tag->memory[3] && check[1] == tag->memory[8]
               ? TN_OK
               : TN_ERR_CHECKSUM;
}

static bool set_nak(struct tn_sim_answer *answer, uint8_t nak)
{
    answer->is_nak = true;
    answer->len = 1;
    answer->data[0] = nak;
    return true;
}

/* `count` pages from `page`, from the last one on to page 0. */
static bool read_pages(const struct tn_sim_tag *tag, uint32_t page,
                       uint32_t count, struct tn_sim_answer *answer)
{
    uint32_t pages = tag->len / PAGE_LEN;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t from = (page + i) % pages;

        memcpy(answer->data + i * PAGE_LEN, tag->memory + from * PAGE_LEN,
               PAGE_LEN);
        if (from >= pages - 2) { /* password and its acknowledge */
            memset(answer->data + i * PAGE_LEN, 0, PAGE_LEN);
        }
    }
    answer->len = (uint16_t)(count * PAGE_LEN);
    return true;
}

static bool answer_ntag(const struct tn_sim_tag *tag, const uint8_t *frame,
                        uint8_t len, struct tn_sim_answer *answer)
{
    static const uint8_t size_code[] = {0x0F, 0x11, 0x13};
    uint32_t pages = tag->len / PAGE_LEN;

    if (len == 2 && frame[0] == NTAG_READ && frame[1] < pages) {
        return read_pages(tag, frame[1], 4, answer);
    }
    if (len == 3 && frame[0] == NTAG_FAST_READ && frame[2] < pages &&
        frame[1] <= frame[2]) {
        return read_pages(tag, frame[1], frame[2] - frame[1] + 1u, answer);
    }
    if (len == 1 && frame[0] == NTAG_GET_VERSION) {
        /* header, NXP, NTAG, 50 pF, version 1.0, size, ISO/IEC 14443-3 */
        const uint8_t version[8] = {
            0x00, 0x04, 0x04, 0x02, 0x01, 0x00, size_code[tag->chip], 0x03};

        memcpy(answer->data, version, sizeof version);
        answer->len = sizeof version;
        return true;
    }
    return set_nak(answer, NTAG_NAK_ARGUMENT);
}

/* An error: only who was addressed says so. */
static bool set_error(struct tn_sim_answer *answer, uint8_t flags, uint8_t code)
{
    answer->data[0] = 0x01;
    answer->data[1] = code;
    answer->len = 2;
    return flags & V_ADDRESSED;
}

static bool read_blocks(const struct tn_sim_tag *tag, uint8_t flags,
                        uint32_t block, uint32_t count,
                        struct tn_sim_answer *answer)
{
    uint32_t blocks = tag->len / PAGE_LEN;
    uint32_t at = 1;

    if (block >= blocks) {
        return set_error(answer, flags, V_ERR_NO_BLOCK);
    }
    /* what lies beyond the last block is left out */
    for (uint32_t i = 0; i < count && block + i < blocks; i++) {
        if (flags & V_OPTION) {
            answer->data[at++] = 0x00; /* not locked */
        }
        memcpy(answer->data + at, tag->memory + (block + i) * PAGE_LEN,
               PAGE_LEN);
        at += PAGE_LEN;
    }
    answer->data[0] = 0x00;
    answer->len = (uint16_t)at;
    return true;
}

static bool answer_info(const struct tn_sim_tag *tag,
                        struct tn_sim_answer *answer)
{
    memset(answer->data, 0, 15);
    answer->data[1] = 0x0F; /* DSFID, AFI, memory size, IC reference follow */
    memcpy(answer->data + 2, tag->uid, 8);
    answer->data[12] = (uint8_t)(tag->len / PAGE_LEN - 1);
    answer->data[13] = PAGE_LEN - 1;
    answer->data[14] = 0x01;
    answer->len = 15;
    return true;
}

static bool answer_slix2(const struct tn_sim_tag *tag, const uint8_t *frame,
                         uint8_t len, struct tn_sim_answer *answer)
{
    uint8_t flags = len > 0 ? frame[0] : 0;
    uint8_t head_len = flags & V_ADDRESSED ? 10 : 2;
    const uint8_t *args = frame + head_len;

    if (len < head_len || (flags & V_UNSUPPORTED) ||
        ((flags & V_ADDRESSED) && memcmp(frame + 2, tag->uid, 8) != 0)) {
        return false;
    }
    len = (uint8_t)(len - head_len);
    if (frame[1] == V_READ_SINGLE && len == 1) {
        return read_blocks(tag, flags, args[0], 1, answer);
    }
    if (frame[1] == V_READ_MULTIPLE && len == 2) {
        return read_blocks(tag, flags, args[0], args[1] + 1u, answer);
    }
    if (frame[1] == V_GET_INFO && len == 0) {
        return answer_info(tag, answer);
    }
    return set_error(answer, flags, V_ERR_UNKNOWN);
}

bool tn_sim_chip_answer(const struct tn_sim_tag *tag, const uint8_t *frame,
                        uint8_t len, struct tn_sim_answer *answer)
{
    answer->len = 0;
    answer->is_nak = false;
    if (tag->chip == TN_SIM_SLIX2) {
        return answer_slix2(tag, frame, len, answer);
    }
    return answer_ntag(tag, frame, len, answer);
}
