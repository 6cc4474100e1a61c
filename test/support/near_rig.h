/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEAR_RIG_H
#define NEAR_RIG_H

/*
 * The tag room and the simulated field without a brick around them, for tests:
 * frames of 4 ms, as a brick would step them, and a log of what comes out.
 * Functions are inline so that a test may use what it needs.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <tenon/tag.h>
#include <tenon/vocabulary.h>

#include "sim/field.h"

#define NEAR_LOG_CAP 512u

struct near_log {
    uint64_t time_us;
    uint64_t identity; /* of a PLACED */
    uint8_t number;    /* event; 0: refused */
    uint8_t slot;
    int8_t err;
    uint16_t at;
};

struct near_rig {
    struct tn_tag tag;
    struct tn_tag_in in;
    struct tn_tag_out out;
    struct tn_sim_field field;
    uint64_t time_us;
    bool asleep;
    struct tn_nf_reply replies[TN_NF_CAP];
    struct near_log log[NEAR_LOG_CAP];
    unsigned log_count;
    unsigned cmd_total;
    uint16_t image_len; /* of the last tag that was placed */
    uint16_t image_at;
    uint8_t image[TN_IMAGE_CAP];
    /* Changes an answer before it arrives; may be null. */
    void (*spoil)(struct near_rig *rig, const struct tn_nf_cmd *cmd,
                  struct tn_nf_reply *reply);
    int spoil_count;            /* for `spoil` */
    struct tn_nf_cmd sent[256]; /* by id */
    unsigned list_of[256];
    unsigned list;
    unsigned failed_list;
};

static inline void near_init(struct near_rig *rig)
{
    memset(rig, 0, sizeof *rig);
    tn_tag_init(&rig->tag);
    tn_sim_field_init(&rig->field);
}

/* A tag of `chip` with an image whose bytes go with the identity. */
static inline void near_make(struct tn_sim_tag *tag, enum tn_sim_chip chip,
                             uint64_t identity, uint16_t image_len)
{
    uint8_t image[TN_IMAGE_CAP];
    uint8_t area[TN_SIM_MEMORY_CAP];
    uint16_t len = 0;

    for (uint16_t i = 0; i < image_len; i++) {
        image[i] = (uint8_t)(identity * 31 + i * 7u + (i >> 8));
    }
    tn_sim_tag_init(tag, chip, identity);
    assert_int_equal(
        tn_tag_encode(identity, image, image_len, area, sizeof area, &len),
        TN_OK);
    assert_int_equal(tn_sim_tag_write(tag, area, len), TN_OK);
}

/* The last tag that was placed holds what near_make wrote. */
static inline void near_check_image(const struct near_rig *rig,
                                    uint64_t identity, uint16_t image_len)
{
    assert_int_equal(rig->image_len, image_len);
    for (uint16_t i = 0; i < image_len; i++) {
        assert_int_equal(rig->image[i],
                         (uint8_t)(identity * 31 + i * 7u + (i >> 8)));
    }
}

static inline struct near_log *near_append(struct near_rig *rig)
{
    struct near_log *log = &rig->log[rig->log_count++];

    assert_true(rig->log_count <= NEAR_LOG_CAP);
    memset(log, 0, sizeof *log);
    log->time_us = rig->time_us;
    return log;
}

static inline void near_write_log(struct near_rig *rig)
{
    const struct tn_tag_out *out = &rig->out;
    unsigned placed = 0;

    for (uint8_t i = 0; i < out->event_count; i++) {
        struct near_log *log = near_append(rig);
        struct tn_tag_content content;

        log->number = out->events[i].number;
        log->slot = out->events[i].source;
        if (log->number == TN_EVENT_PLACED) {
            assert_int_equal(++placed, 1);
            assert_int_equal(tn_tag_get_content(&rig->tag, log->slot, &content),
                             TN_OK);
            log->identity = content.identity;
            rig->image_len = content.image_len;
            rig->image_at = content.image_at;
            memcpy(rig->image, content.image, content.image_len);
        }
    }
    for (uint8_t i = 0; i < out->refused_count; i++) {
        struct near_log *log = near_append(rig);

        log->slot = out->refused_slot[i];
        log->err = out->refused_err[i];
        log->at = out->refused_at[i];
    }
}

static inline void near_spoil(struct near_rig *rig, struct tn_nf_reply *reply)
{
    const struct tn_nf_cmd *cmd = &rig->sent[reply->id];
    unsigned list = rig->list_of[reply->id];
    bool is_find = cmd->op == TN_NF_FIND_A || cmd->op == TN_NF_FIND_V;

    if (list == rig->failed_list) {
        reply->status = TN_NF_ABORTED;
        reply->len = 0;
    } else if (rig->spoil) {
        rig->spoil(rig, cmd, reply);
    }
    if (reply->status == TN_NF_GARBLED ||
        (reply->status == TN_NF_TIMEOUT && !is_find)) {
        rig->failed_list = list;
    }
}

/* One step at the frame's end; `replies` have been put into the rig. */
static inline void near_step_with(struct near_rig *rig, uint8_t reply_count)
{
    rig->time_us += TN_FRAME_US;
    memset(&rig->in, 0, sizeof rig->in);
    rig->in.time_us = rig->time_us;
    rig->in.replies = rig->replies;
    rig->in.reply_count = reply_count;
    rig->in.asleep = rig->asleep;
    tn_tag_step(&rig->tag, &rig->in, &rig->out);
    near_write_log(rig);
}

static inline void near_step(struct near_rig *rig)
{
    uint8_t count = tn_sim_field_pull(&rig->field, rig->time_us, rig->replies);
    const struct tn_tag_out *out = &rig->out;

    for (uint8_t i = 0; i < count; i++) {
        near_spoil(rig, &rig->replies[i]);
    }
    near_step_with(rig, count);
    rig->list += out->cmd_count > 0;
    rig->cmd_total += out->cmd_count;
    for (uint8_t i = 0; i < out->cmd_count; i++) {
        rig->sent[out->cmds[i].id] = out->cmds[i];
        rig->list_of[out->cmds[i].id] = rig->list;
    }
    tn_sim_field_push(&rig->field, out->cmds, out->cmd_count, rig->time_us);
}

static inline void near_run(struct near_rig *rig, unsigned ms)
{
    for (unsigned t = 0; t < ms; t += 4) {
        near_step(rig);
    }
}

static inline void near_put(struct near_rig *rig, struct tn_sim_tag *tag)
{
    assert_int_equal(tn_sim_field_put(&rig->field, tag), TN_OK);
}

static inline void near_take(struct near_rig *rig, struct tn_sim_tag *tag)
{
    assert_int_equal(tn_sim_field_take(&rig->field, tag), TN_OK);
}

/* How many entries of that event (0: refused) the log holds. */
static inline unsigned near_count(const struct near_rig *rig, uint8_t number)
{
    unsigned count = 0;

    for (unsigned i = 0; i < rig->log_count; i++) {
        count += rig->log[i].number == number;
    }
    return count;
}

#endif
