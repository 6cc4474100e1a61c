/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TAG_H
#define TENON_TAG_H

/*
 * From the near field to who is here: a reader that works through command
 * lists, reads NFC Forum Type 2 and Type 5 memories block by block, finds the
 * Tenon record in their NDEF message and keeps each tag's presence. It does no
 * I/O: commands leave through tn_tag_step, replies come back in a later step.
 * The caller owns the struct; no call may come from an interrupt. Specified in
 * docs/spec/tag.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/err.h>
#include <tenon/event.h>

/*
 * The near-field port: commands of one list are executed in order; every one
 * is answered, in order, in the same or later steps. After one that failed the
 * rest of its list is answered TN_NF_ABORTED. CRCs and parity are the port's.
 */
enum tn_nf_op {
    TN_NF_FIELD_OFF = 0, /* field off: every tag forgets its state */
    TN_NF_FIND_A = 1,    /* field on; WUPA, anti-collision, HLTA for each tag:
                            data = for each: length (4 or 7), UID */
    TN_NF_FIND_V = 2,    /* field on; ISO 15693 inventory, all slots: data = for
                            each: length (8), UID as sent (LSB first) */
    TN_NF_SELECT_A = 3,  /* data: UID; WUPA and select; answer: SAK */
    TN_NF_EXCHANGE_A = 4, /* data: a frame to the selected tag; answer: its */
    TN_NF_EXCHANGE_V = 5  /* data: an ISO 15693 request (flags first) */
};

enum tn_nf_status {
    TN_NF_OK = 0,
    TN_NF_TIMEOUT = 1, /* nobody answered (FIND_*: no tag, not a failure) */
    TN_NF_GARBLED = 2, /* CRC, parity or collision */
    TN_NF_ABORTED = 3  /* an earlier command of the list failed */
};

struct tn_nf_cmd {
    uint8_t id; /* chosen by the brick; the reply repeats it */
    uint8_t op; /* enum tn_nf_op */
    uint8_t len;
    uint8_t data[TN_NF_CMD_LEN];
};

struct tn_nf_reply {
    uint8_t id;
    uint8_t status; /* enum tn_nf_status */
    uint8_t len;
    uint8_t data[TN_NF_DATA_LEN];
};

/* What a Tenon record holds: docs/spec/tag.md. */
struct tn_tag_content {
    uint64_t identity;    /* of the tile or figure */
    const uint8_t *image; /* inside the buffer that was parsed */
    uint16_t image_len;
    uint16_t image_at; /* its offset in the buffer, for error reports */
};

/* Private to src/tag; here for its size. */
struct tn_tag {
    uint64_t now_us;
};

struct tn_tag_in {
    uint64_t time_us;
    const struct tn_nf_reply *replies;
    uint8_t reply_count; /* 0 .. TN_NF_CAP */
    bool asleep; /* look every TN_POLL_ASLEEP_US instead of TN_POLL_US */
};

struct tn_tag_out {
    uint8_t cmd_count; /* 0 .. TN_NF_CAP */
    uint8_t event_count;
    struct tn_nf_cmd cmds[TN_NF_CAP];
    /* PLACED, REMOVED, RETURNED with the tag's slot as source */
    struct tn_event events[TN_TAG_CAP];
    uint8_t refused_count; /* tags that were read and are of no use */
    uint8_t refused_slot[TN_TAG_CAP];
    int8_t refused_err[TN_TAG_CAP];  /* enum tn_err */
    uint16_t refused_at[TN_TAG_CAP]; /* offset in its memory */
};

void tn_tag_init(struct tn_tag *tag);

/* One step: takes replies, moves the presence of each tag on, asks for more.
 * At most one PLACED a step. Work is bounded whatever the replies say. */
void tn_tag_step(struct tn_tag *tag, const struct tn_tag_in *in,
                 struct tn_tag_out *out);

/* The content of the tag whose PLACED event the last step gave; valid until
 * the next step. TN_ERR_ARG if that slot was not just placed. */
enum tn_err tn_tag_get_content(const struct tn_tag *tag, uint8_t slot,
                               struct tn_tag_content *content);

/* Nothing under way: no list out, no tag being read or inside its grace. */
bool tn_tag_is_idle(const struct tn_tag *tag);

/* When the reader wants its next step at the latest, its own clock. */
uint64_t tn_tag_due_us(const struct tn_tag *tag, bool asleep);

/*
 * Decoders, pure, for any bytes at all.
 * tn_tag_find_ndef: the NDEF message TLV in a Type 2 or Type 5 data area.
 * tn_tag_decode_ndef: the Tenon record in an NDEF message.
 * On failure `at` (may be null) gets the offset of what is wrong.
 */
enum tn_err tn_tag_find_ndef(const uint8_t *area, uint16_t len,
                             uint16_t *ndef_at, uint16_t *ndef_len,
                             uint16_t *at);
enum tn_err tn_tag_decode_ndef(const uint8_t *ndef, uint16_t len,
                               struct tn_tag_content *content, uint16_t *at);

/*
 * Writes TLV, NDEF record and terminator for an image into `area`; `len` gets
 * how many bytes. TN_ERR_FULL if `cap` is too small (then `len` says the need).
 */
enum tn_err tn_tag_encode(uint64_t identity, const uint8_t *image,
                          uint16_t image_len, uint8_t *area, uint16_t cap,
                          uint16_t *len);

#endif
