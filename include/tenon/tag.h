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
 * rest of its list is answered TN_NF_ABORTED. Every command but FIELD_OFF first
 * switches the field on if it is off and gives the tags time to wake. CRCs and
 * parity are the port's. A tag's refusal is an answer (TN_NF_OK): of 4 bits (a
 * NAK of type A) as one byte 0x00 .. 0x0F, of ISO 15693 with its error flag.
 */
enum tn_nf_op {
    TN_NF_FIELD_OFF = 0,  /* field off: every tag forgets its state */
    TN_NF_FIND_A = 1,     /* WUPA, anti-collision, HLTA for each tag:
                             data = for each: length (4 or 7), UID */
    TN_NF_FIND_V = 2,     /* ISO 15693 inventories until all are found:
                             data = for each: length (8), UID as sent (LSB
                             first) */
    TN_NF_SELECT_A = 3,   /* data: UID; WUPA and select; answer: SAK */
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
    uint16_t image_at; /* its offset in what was parsed, for error reports:
                          in the buffer, or in the tag's whole memory */
    uint8_t pad[12 - sizeof(void *)]; /* pointers of 4 and of 8 bytes */
};

/* Room for the data area of the tag that is being read: the largest image, its
 * record and TLVs (27 bytes), and lock TLVs before them. */
#define TN_TAG_AREA_CAP ((TN_IMAGE_CAP + 47u) / 8u * 8u)
#define TN_TAG_NO_SLOT 0xFFu /* refused_slot of a tag that found no slot */

/* Private to src/tag; here for their sizes. */
struct tn_tag_slot {
    uint64_t seen_us; /* when the poll began that saw it last */
    uint8_t uid[8];
    uint8_t uid_len; /* 4, 7 or 8 */
    uint8_t find;    /* what finds it: TN_NF_FIND_A or TN_NF_FIND_V */
    uint8_t state;   /* docs/spec/tag.md: FREE, READING ... */
    uint8_t missed;  /* polls in a row that did not find it, <= 255 */
    uint8_t seen;    /* 1: the poll under way has found it */
    uint8_t pad[3];
};

struct tn_tag_list {
    uint64_t since_us;         /* sent, or last answered */
    uint8_t asks[TN_NF_CAP];   /* what each command was for */
    uint8_t blocks[TN_NF_CAP]; /* how many blocks it asked for */
    uint8_t id;                /* of the first command */
    uint8_t count;             /* commands; 0: no list is out */
    uint8_t got;               /* answers so far */
    uint8_t pad[5];
};

struct tn_tag_read {
    uint16_t have;        /* bytes of the data area that were read */
    uint16_t goal;        /* bytes of it that are wanted so far */
    uint16_t area_at;     /* where it begins in the tag's memory */
    uint16_t area_len;    /* as the CC says */
    uint16_t ndef_at;     /* in the data area */
    uint16_t ndef_len;    /* valid once `found` */
    uint16_t block_count; /* of the memory; 0: the tag does not say */
    uint16_t err_at;      /* offset in the tag's memory */
    uint8_t cc[8];        /* capability container */
    uint8_t cc_have;      /* bytes of it that were read */
    uint8_t block_len;    /* 4, 8, 16 or 32; 0: not known yet */
    uint8_t tries;        /* failed lists so far */
    uint8_t slow;         /* 1: one READ or block at a time */
    uint8_t selected;     /* 1: the type A tag is selected */
    uint8_t asked_info;   /* 1: system information was asked for */
    uint8_t found;        /* 1: the NDEF TLV is known */
    uint8_t outcome;      /* of the list that is out */
    int8_t err;           /* why the tag is refused */
    uint8_t slot;         /* which tag; TN_TAG_NO_SLOT: none */
    uint8_t pad[6];
};

struct tn_tag {
    uint64_t poll_us;  /* when the last poll began */
    uint64_t identity; /* of the tag that was placed in the last step */
    struct tn_tag_slot slots[TN_TAG_CAP];
    struct tn_tag_list list;
    struct tn_tag_read read;
    uint16_t image_at;   /* in the data area */
    uint16_t image_len;  /* of the tag that was placed in the last step */
    uint16_t image_base; /* where its data area begins in its memory */
    uint8_t placed;      /* its slot; TN_TAG_NO_SLOT: none */
    uint8_t next_id;     /* of the next command */
    uint8_t polled;      /* 1: there was a poll */
    uint8_t poll_now;    /* 1: look before trying to read again */
    uint8_t looked;      /* bits: 1 << TN_NF_FIND_A, 1 << TN_NF_FIND_V */
    uint8_t v_first;     /* 1: the last poll failed at type A */
    uint8_t field_on;    /* 1: the field may be on */
    uint8_t crowd;       /* tags without a slot, last poll */
    uint8_t crowd_new;   /* tags without a slot, poll under way */
    uint8_t pad[1];
    uint8_t area[TN_TAG_AREA_CAP];
};

struct tn_tag_in {
    uint64_t time_us;
    const struct tn_nf_reply *replies;
    uint8_t reply_count; /* 0 .. TN_NF_CAP */
    bool asleep;  /* look every TN_POLL_ASLEEP_US instead of TN_POLL_US */
    bool blocked; /* the coils are not free: begin no list of commands */
    uint8_t pad[sizeof(void *) - 3];
};

struct tn_tag_out {
    uint8_t cmd_count; /* 0 .. TN_NF_CAP */
    uint8_t event_count;
    uint8_t refused_count; /* tags that were read and are of no use */
    uint8_t pad[1];
    struct tn_nf_cmd cmds[TN_NF_CAP];
    /* PLACED, REMOVED, RETURNED with the tag's slot as source */
    struct tn_event events[TN_TAG_CAP];
    uint8_t refused_slot[TN_TAG_CAP]; /* or TN_TAG_NO_SLOT */
    int8_t refused_err[TN_TAG_CAP];   /* enum tn_err */
    uint16_t refused_at[TN_TAG_CAP];  /* offset in its memory */
};

void tn_tag_init(struct tn_tag *tag);

/* One step: takes replies, moves the presence of each tag on, asks for more.
 * At most one PLACED a step. Work is bounded whatever the replies say. */
void tn_tag_step(struct tn_tag *tag, const struct tn_tag_in *in,
                 struct tn_tag_out *out);

/* The content of the tag whose PLACED event the last step gave, image_at in the
 * tag's memory; valid until the next step. TN_ERR_ARG if that slot was not just
 * placed. */
enum tn_err tn_tag_get_content(const struct tn_tag *tag, uint8_t slot,
                               struct tn_tag_content *content);

/* A list of commands is out that so many more replies do not complete: the
 * field is in use. */
bool tn_tag_is_listening(const struct tn_tag *tag, uint8_t reply_count);

/* A tag is being read, which goes before other uses of the coils for a while.
 */
bool tn_tag_is_reading(const struct tn_tag *tag);

/* Nothing under way: no list out, no tag being read or inside its grace. */
bool tn_tag_is_idle(const struct tn_tag *tag);

/* When the reader wants its next step at the latest if no reply comes, its own
 * clock; 0: at once. While it is idle, steps before that without replies change
 * no byte of the struct. */
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
 * how many bytes: the image and 22 to 27 more. TN_ERR_FULL if `cap` is too
 * small (then `len` says the need), TN_ERR_ARG if image_len > TN_IMAGE_CAP.
 */
enum tn_err tn_tag_encode(uint64_t identity, const uint8_t *image,
                          uint16_t image_len, uint8_t *area, uint16_t cap,
                          uint16_t *len);

#endif
