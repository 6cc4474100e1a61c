/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_FIELD_H
#define TENON_SIM_FIELD_H

/*
 * The near field of one brick: tags as memories that answer like the chips they
 * stand for, and a reader front end that takes the time that bits take on the
 * air. Host only, deterministic. No allocation: the caller owns all structs.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/prng.h>
#include <tenon/tag.h>

enum tn_sim_chip {
    TN_SIM_NTAG213,
    TN_SIM_NTAG215,
    TN_SIM_NTAG216,
    TN_SIM_SLIX2, /* ICODE SLIX2 */
    TN_SIM_CHIP_COUNT
};

#define TN_SIM_MEMORY_CAP 1024u

/* Published geometry of a chip. */
struct tn_sim_chip_info {
    const char *name;    /* as printed on data sheets, "NTAG216" */
    uint16_t memory_len; /* all that reads can reach, bytes */
    uint16_t area_at;    /* where the TLV area begins */
    uint16_t area_len;   /* bytes for TLVs, as the CC says at delivery */
    uint8_t uid_len;     /* 7 or 8 */
    uint8_t block_len;   /* 4 */
};

const struct tn_sim_chip_info *tn_sim_chip_get_info(enum tn_sim_chip chip);

/* One physical tag: its whole memory as a dump would show it. */
struct tn_sim_tag {
    enum tn_sim_chip chip;
    uint8_t uid[8];
    uint16_t len;
    uint8_t memory[TN_SIM_MEMORY_CAP];
};

/* A blank formatted tag (CC written, empty) with a UID made from `serial`. */
void tn_sim_tag_init(struct tn_sim_tag *tag, enum tn_sim_chip chip,
                     uint64_t serial);

/* Writes a TLV area (from tn_tag_encode). TN_ERR_FULL if it does not fit. */
enum tn_err tn_sim_tag_write(struct tn_sim_tag *tag, const uint8_t *area,
                             uint16_t len);

/* A tag from a dump of its whole memory. TN_ERR_LENGTH if the size is wrong.
 * TN_ERR_CHECKSUM if a check byte of an NTAG's UID (byte 3 or 8) is not what
 * the UID makes it; tag->memory then has the right ones. */
enum tn_err tn_sim_tag_load(struct tn_sim_tag *tag, enum tn_sim_chip chip,
                            const uint8_t *dump, uint32_t len);

/* What one chip answers to one frame. */
struct tn_sim_answer {
    uint16_t len;
    bool is_nak; /* 4 bits in data[0] */
    uint8_t data[TN_SIM_MEMORY_CAP];
};

/* The chip's answer to a frame without CRC; false if it stays silent. Type 2
 * chips are taken to be selected. */
bool tn_sim_chip_answer(const struct tn_sim_tag *tag, const uint8_t *frame,
                        uint8_t len, struct tn_sim_answer *answer);

#define TN_SIM_FIELD_CAP 8u
#define TN_SIM_QUEUE_CAP 16u

struct tn_sim_field {
    struct tn_sim_tag *tags[TN_SIM_FIELD_CAP]; /* null: free */
    uint64_t busy_until_us;
    uint64_t wait_until_us; /* no answer is complete before that */
    /* commands that wait, oldest first */
    struct tn_nf_cmd queue[TN_SIM_QUEUE_CAP];
    uint64_t pushed_us[TN_SIM_QUEUE_CAP];
    uint32_t list_of[TN_SIM_QUEUE_CAP]; /* number of each one's list */
    uint32_t list;                      /* of the last list that was pushed */
    uint32_t failed_list;               /* its rest is answered ABORTED */
    uint8_t queue_count;
    bool on;                           /* the field */
    const struct tn_sim_tag *selected; /* type A; null: none */
    uint64_t on_us;                    /* how long the field was on in all */
    uint64_t on_since_us;
    /* share of answers, in 1/1000, that arrive garbled; 0 unless set */
    uint16_t garble_permille;
    struct tn_prng prng;
};

void tn_sim_field_init(struct tn_sim_field *field);

/* The reader has lost power at `time_us`: the field is off, no command waits;
 * the tags stay where they are. */
void tn_sim_field_reset(struct tn_sim_field *field, uint64_t time_us);

/* A tag comes into or leaves the field. TN_ERR_FULL, or TN_ERR_ARG if it is
 * not there (or there already). It counts from the first command that has not
 * been answered yet. */
enum tn_err tn_sim_field_put(struct tn_sim_field *field,
                             struct tn_sim_tag *tag);
enum tn_err tn_sim_field_take(struct tn_sim_field *field,
                              struct tn_sim_tag *tag);

/* The reader gets a list of commands at `time_us` (a frame's end). A list that
 * its queue has no room for is lost. */
void tn_sim_field_push(struct tn_sim_field *field, const struct tn_nf_cmd *cmds,
                       uint8_t count, uint64_t time_us);

/* The answers that are complete at `time_us`, oldest first; how many, <=
 * TN_NF_CAP. */
uint8_t tn_sim_field_pull(struct tn_sim_field *field, uint64_t time_us,
                          struct tn_nf_reply *replies);

#endif
