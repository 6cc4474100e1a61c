/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TN_TAG_PARTS_H
#define TN_TAG_PARTS_H

/*
 * Private to src/tag, what its files share: content.c walks memory, read.c
 * reads one tag, tag.c sends the lists and keeps who is present.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/err.h>
#include <tenon/tag.h>

/* Where a slot stands: the diagram in docs/spec/tag.md. */
enum tn_tag_state {
    TN_TAG_FREE = 0,
    TN_TAG_READING = 1,
    TN_TAG_PRESENT = 2,
    TN_TAG_MISSING = 3,
    TN_TAG_REFUSED = 4
};

/* What a command of the list that is out is for. */
enum tn_tag_ask {
    TN_TAG_ASK_FIND_A,
    TN_TAG_ASK_FIND_V,
    TN_TAG_ASK_OFF,
    TN_TAG_ASK_SELECT,
    TN_TAG_ASK_CC_A,
    TN_TAG_ASK_FAST, /* several pages */
    TN_TAG_ASK_READ, /* four pages */
    TN_TAG_ASK_CC_V,
    TN_TAG_ASK_INFO,
    TN_TAG_ASK_MULTI, /* several blocks */
    TN_TAG_ASK_SINGLE /* one block */
};

/* How a list of the tag that is read went, or what comes after it. */
enum tn_tag_outcome {
    TN_TAG_GOES_ON = 0,
    TN_TAG_RETRY = 1,  /* garbled, or no answer */
    TN_TAG_REFUSE = 2, /* read->err says why */
    TN_TAG_PLACE = 3,  /* the content is there */
    TN_TAG_SLOWER = 4  /* several blocks at once were refused */
};

struct tn_tag_scan {
    uint16_t ndef_at;
    uint16_t ndef_len;
    uint16_t at;   /* offset of what is wrong */
    uint16_t need; /* bytes that must have been read to go on; 0: no matter */
};

/* Looks for the NDEF TLV in an area of `len` bytes of which the first `have`
 * are there. TN_ERR_END with a need > have if it lies further on. */
enum tn_err tn_tag_scan(const uint8_t *area, uint16_t have, uint16_t len,
                        struct tn_tag_scan *scan);

/* The list that is out, or that is being written. `blocks`: how many blocks the
 * command asks for, 0 if that has no meaning. The caller fills the command. */
struct tn_nf_cmd *tn_tag_push_cmd(struct tn_tag *tag, struct tn_tag_out *out,
                                  enum tn_tag_ask ask, enum tn_nf_op op,
                                  uint8_t blocks);

/* The reading of one tag. init: begins with the tag of `slot`; push: adds the
 * next commands and says whether they reach the goal; post: takes the answer to
 * command `i` of the list; step: decides once the list is answered. */
void tn_tag_read_init(struct tn_tag *tag, uint8_t slot);
bool tn_tag_read_push(struct tn_tag *tag, struct tn_tag_out *out);
void tn_tag_read_post(struct tn_tag *tag, uint8_t i, enum tn_nf_status status,
                      const struct tn_nf_reply *reply);
enum tn_tag_outcome tn_tag_read_step(struct tn_tag *tag);

#endif
