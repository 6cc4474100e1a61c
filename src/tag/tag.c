/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is here: sends lists of commands, keeps the presence of each tag. All
 * changes of presence happen when a poll has been answered, so that steps
 * between polls change nothing.
 */
#include "parts.h"

#include <string.h>

#include <tenon/assert.h>
#include <tenon/maths.h>
#include <tenon/vocabulary.h>

#define LIST_LATE_US                                                           \
    400000u /* a list without an answer for so long is lost                    \
             */
#define READ_POLL_US (TN_GRACE_US / 2) /* between polls while a tag is read */
#define MISS_COUNT 2u    /* polls in a row that make a tag missing */
#define UID_RANDOM 0x08u /* first byte of a 4-byte UID made anew each time */
#define UID_RANDOM_LEN 4u

void tn_tag_init(struct tn_tag *tag)
{
    memset(tag, 0, sizeof *tag);
    tag->read.slot = TN_TAG_NO_SLOT;
    tag->placed = TN_TAG_NO_SLOT;
}

static uint8_t count_state(const struct tn_tag *tag, enum tn_tag_state state)
{
    uint8_t count = 0;

    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        count = (uint8_t)(count + (tag->slots[i].state == state));
    }
    return count;
}

/* A tag that is played with was not found by the last poll. */
static bool is_in_doubt(const struct tn_tag *tag)
{
    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        const struct tn_tag_slot *slot = &tag->slots[i];

        if (slot->state == TN_TAG_MISSING ||
            (slot->state == TN_TAG_PRESENT && slot->missed > 0)) {
            return true;
        }
    }
    return false;
}

static bool is_busy(const struct tn_tag *tag)
{
    return count_state(tag, TN_TAG_READING) > 0 || tag->poll_now ||
           tag->field_on || tag->placed != TN_TAG_NO_SLOT;
}

static uint64_t get_poll_due_us(const struct tn_tag *tag, bool asleep)
{
    uint32_t period_us = asleep ? TN_POLL_ASLEEP_US : TN_POLL_US;

    if (!tag->polled) {
        return 0;
    }
    if (count_state(tag, TN_TAG_READING) > 0) {
        period_us = READ_POLL_US;
    } else if (is_in_doubt(tag)) {
        period_us = TN_POLL_US;
    }
    return tag->poll_us + period_us;
}

bool tn_tag_is_listening(const struct tn_tag *tag, uint8_t reply_count)
{
    return tag->list.count > tag->list.got + reply_count;
}

bool tn_tag_is_reading(const struct tn_tag *tag)
{
    return count_state(tag, TN_TAG_READING) > 0;
}

bool tn_tag_is_idle(const struct tn_tag *tag)
{
    return tag->list.count == 0 && !is_busy(tag) && !is_in_doubt(tag);
}

uint64_t tn_tag_due_us(const struct tn_tag *tag, bool asleep)
{
    if (tag->list.count > 0) {
        return tag->list.since_us + LIST_LATE_US;
    }
    return is_busy(tag) ? 0 : get_poll_due_us(tag, asleep);
}

enum tn_err tn_tag_get_content(const struct tn_tag *tag, uint8_t slot,
                               struct tn_tag_content *content)
{
    if (slot >= TN_TAG_CAP || slot != tag->placed) {
        return TN_ERR_ARG;
    }
    content->identity = tag->identity;
    content->image = tag->area + tag->image_at;
    content->image_len = tag->image_len;
    content->image_at = (uint16_t)(tag->image_base + tag->image_at);
    return TN_OK;
}

static void push_event(struct tn_tag_out *out, enum tn_event_number number,
                       uint8_t slot)
{
    struct tn_event *event = &out->events[out->event_count];

    TN_ASSERT(out->event_count < TN_TAG_CAP);
    out->event_count++;
    memset(event, 0, sizeof *event);
    event->args[0] = TN_UNKNOWN;
    event->args[1] = TN_UNKNOWN;
    event->args[2] = TN_UNKNOWN;
    event->number = (uint8_t)number;
    event->source = slot;
    event->target = 0xFFu;
}

static void push_refused(struct tn_tag_out *out, uint8_t slot, enum tn_err err,
                         uint16_t at)
{
    uint8_t i = out->refused_count;

    TN_ASSERT(i < TN_TAG_CAP);
    out->refused_slot[i] = slot;
    out->refused_err[i] = (int8_t)err;
    out->refused_at[i] = at;
    out->refused_count++;
}

/* A slot for a new tag: a free one, or that of a useless tag that is away. */
static struct tn_tag_slot *find_room(struct tn_tag *tag)
{
    struct tn_tag_slot *room = NULL;

    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        struct tn_tag_slot *slot = &tag->slots[i];

        if (slot->state == TN_TAG_FREE) {
            return slot;
        }
        if (slot->state == TN_TAG_REFUSED && slot->missed > 0 && !slot->seen) {
            room = slot;
        }
    }
    return room;
}

/* A poll has found this UID. */
static void post_uid(struct tn_tag *tag, uint8_t find, const uint8_t *uid,
                     uint8_t len)
{
    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        struct tn_tag_slot *slot = &tag->slots[i];

        if (slot->state != TN_TAG_FREE && slot->find == find &&
            slot->uid_len == len && memcmp(slot->uid, uid, len) == 0) {
            slot->seen = 1;
            return;
        }
    }
    if (len == UID_RANDOM_LEN && uid[0] == UID_RANDOM) {
        return; /* a telephone or a card: another one at each poll */
    }

    struct tn_tag_slot *slot = find_room(tag);

    if (!slot) {
        tag->crowd_new++;
        return;
    }
    memset(slot, 0, sizeof *slot);
    memcpy(slot->uid, uid, len);
    slot->uid_len = len;
    slot->find = find;
    slot->state = TN_TAG_READING;
    slot->seen = 1;
}

static bool is_uid_len(uint8_t find, uint8_t len)
{
    return find == TN_NF_FIND_V ? len == 8 : len == 4 || len == 7;
}

/* Pairs of length and UID that fill the answer exactly. */
static bool is_uid_list(uint8_t find, const struct tn_nf_reply *reply)
{
    uint32_t at = 0;

    while (at < reply->len && is_uid_len(find, reply->data[at])) {
        at += 1u + reply->data[at];
    }
    return at == reply->len;
}

/* The answer to a FIND command. A garbled one has found nothing: noise of one
 * poll is forgiven like any other miss. */
static void post_find(struct tn_tag *tag, uint8_t find,
                      enum tn_nf_status status, const struct tn_nf_reply *reply)
{
    if (status == TN_NF_ABORTED) {
        return;
    }
    tag->looked = (uint8_t)(tag->looked | 1u << find);
    if (status == TN_NF_GARBLED) {
        /* it stops the list: ask the other kind first next time */
        tag->v_first = find == TN_NF_FIND_A;
    }
    if (status != TN_NF_OK || !is_uid_list(find, reply)) {
        return;
    }
    for (uint32_t at = 0; at < reply->len; at += 1u + reply->data[at]) {
        post_uid(tag, find, reply->data + at + 1, reply->data[at]);
    }
}

static void post_reply(struct tn_tag *tag, uint64_t now_us,
                       const struct tn_nf_reply *reply)
{
    struct tn_tag_list *list = &tag->list;
    enum tn_nf_status status = (enum tn_nf_status)reply->status;
    uint8_t i = list->got;

    if (i >= list->count || reply->id != (uint8_t)(list->id + i)) {
        return;
    }
    if (reply->status > TN_NF_ABORTED || reply->len > TN_NF_DATA_LEN) {
        status = TN_NF_GARBLED;
    }
    list->got++;
    list->since_us = now_us;
    switch (list->asks[i]) {
    case TN_TAG_ASK_FIND_A:
        post_find(tag, TN_NF_FIND_A, status, reply);
        break;
    case TN_TAG_ASK_FIND_V:
        post_find(tag, TN_NF_FIND_V, status, reply);
        break;
    case TN_TAG_ASK_OFF:
        /* nothing can be done about a field that does not go off */
        tag->field_on = status == TN_NF_ABORTED && list->count > 1;
        tag->read.selected = 0;
        break;
    default:
        tn_tag_read_post(tag, i, status, reply);
        break;
    }
}

static void free_slot(struct tn_tag *tag, uint8_t i)
{
    memset(&tag->slots[i], 0, sizeof tag->slots[i]);
    if (tag->read.slot == i) {
        tag->read.slot = TN_TAG_NO_SLOT;
    }
}

static void mark_seen(struct tn_tag *tag, uint8_t i, struct tn_tag_out *out)
{
    struct tn_tag_slot *slot = &tag->slots[i];

    slot->missed = 0;
    slot->seen_us = tag->poll_us;
    if (slot->state == TN_TAG_MISSING) {
        slot->state = TN_TAG_PRESENT;
        push_event(out, TN_EVENT_RETURNED, i);
    }
}

static void mark_missed(struct tn_tag *tag, uint8_t i, struct tn_tag_out *out)
{
    struct tn_tag_slot *slot = &tag->slots[i];
    bool late = tag->poll_us - slot->seen_us >= TN_GRACE_US;

    slot->missed = (uint8_t)(slot->missed + (slot->missed < UINT8_MAX));
    if (slot->state == TN_TAG_READING) {
        free_slot(tag, i); /* nobody has heard of it */
        return;
    }
    if (slot->missed < MISS_COUNT) {
        return;
    }
    if (slot->state == TN_TAG_PRESENT) {
        slot->state = TN_TAG_MISSING;
    }
    if (late && slot->state == TN_TAG_MISSING) {
        push_event(out, TN_EVENT_REMOVED, i);
    }
    if (late) {
        free_slot(tag, i);
    }
}

static void finish_poll(struct tn_tag *tag, struct tn_tag_out *out)
{
    const uint8_t both = 1u << TN_NF_FIND_A | 1u << TN_NF_FIND_V;

    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        struct tn_tag_slot *slot = &tag->slots[i];

        if (slot->state == TN_TAG_FREE || !(tag->looked & 1u << slot->find)) {
            continue;
        }
        if (slot->seen) {
            mark_seen(tag, i, out);
        } else {
            mark_missed(tag, i, out);
        }
        slot->seen = 0;
    }
    if (tag->looked == both) {
        if (tag->crowd_new > tag->crowd) {
            push_refused(out, TN_TAG_NO_SLOT, TN_ERR_FULL, 0);
        }
        tag->crowd = tag->crowd_new;
    }
}

static void finish_read(struct tn_tag *tag, struct tn_tag_out *out)
{
    struct tn_tag_read *read = &tag->read;
    uint8_t slot = read->slot;

    if (slot == TN_TAG_NO_SLOT) {
        return;
    }
    switch (tn_tag_read_step(tag)) {
    case TN_TAG_RETRY:
        tag->poll_now = 1; /* perhaps it is gone */
        return;
    case TN_TAG_REFUSE:
        tag->slots[slot].state = TN_TAG_REFUSED;
        push_refused(out, slot, (enum tn_err)read->err, read->err_at);
        break;
    case TN_TAG_PLACE:
        tag->slots[slot].state = TN_TAG_PRESENT;
        tag->placed = slot;
        push_event(out, TN_EVENT_PLACED, slot);
        break;
    default:
        return;
    }
    read->slot = TN_TAG_NO_SLOT;
}

/* Everything is answered, or the rest is given up. */
static void finish_list(struct tn_tag *tag, struct tn_tag_out *out)
{
    struct tn_tag_list *list = &tag->list;
    static const struct tn_nf_reply nothing = {0, TN_NF_TIMEOUT, 0, {0}};
    uint8_t first = list->asks[0];

    while (list->got < list->count) {
        struct tn_nf_reply reply = nothing;

        reply.id = (uint8_t)(list->id + list->got);
        post_reply(tag, list->since_us, &reply);
    }
    list->count = 0;
    if (first == TN_TAG_ASK_FIND_A || first == TN_TAG_ASK_FIND_V) {
        finish_poll(tag, out);
    } else if (first != TN_TAG_ASK_OFF) {
        finish_read(tag, out);
    }
}

struct tn_nf_cmd *tn_tag_push_cmd(struct tn_tag *tag, struct tn_tag_out *out,
                                  enum tn_tag_ask ask, enum tn_nf_op op,
                                  uint8_t blocks)
{
    uint8_t i = out->cmd_count;
    struct tn_nf_cmd *cmd = &out->cmds[i];

    TN_ASSERT(i < TN_NF_CAP);
    tag->list.asks[i] = (uint8_t)ask;
    tag->list.blocks[i] = blocks;
    cmd->id = tag->next_id++;
    cmd->op = (uint8_t)op;
    out->cmd_count++;
    if (op != TN_NF_FIELD_OFF) {
        tag->field_on = 1;
    }
    return cmd;
}

static void push_poll(struct tn_tag *tag, uint64_t now_us,
                      struct tn_tag_out *out)
{
    bool v_first = tag->v_first;

    tag->poll_us = now_us;
    tag->polled = 1;
    tag->poll_now = 0;
    tag->looked = 0;
    tag->v_first = 0;
    tag->crowd_new = 0;
    tag->read.selected = 0;
    if (v_first) {
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_FIND_V, TN_NF_FIND_V, 0);
    }
    tn_tag_push_cmd(tag, out, TN_TAG_ASK_FIND_A, TN_NF_FIND_A, 0);
    if (!v_first) {
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_FIND_V, TN_NF_FIND_V, 0);
    }
    if (count_state(tag, TN_TAG_READING) == 0) {
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_OFF, TN_NF_FIELD_OFF, 0);
    }
}

/* Goes on with the tag that is being read, or begins with the next one. */
static void push_read(struct tn_tag *tag, struct tn_tag_out *out)
{
    for (uint8_t i = 0; i < TN_TAG_CAP; i++) {
        if (tag->read.slot == TN_TAG_NO_SLOT &&
            tag->slots[i].state == TN_TAG_READING) {
            tn_tag_read_init(tag, i);
        }
    }
    if (tn_tag_read_push(tag, out) && out->cmd_count < TN_NF_CAP &&
        count_state(tag, TN_TAG_READING) == 1) {
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_OFF, TN_NF_FIELD_OFF, 0);
    }
}

static void start_list(struct tn_tag *tag, const struct tn_tag_in *in,
                       struct tn_tag_out *out)
{
    uint8_t id = tag->next_id;

    if (tag->poll_now || in->time_us >= get_poll_due_us(tag, in->asleep)) {
        push_poll(tag, in->time_us, out);
    } else if (count_state(tag, TN_TAG_READING) > 0) {
        push_read(tag, out);
    } else if (tag->field_on) {
        tn_tag_push_cmd(tag, out, TN_TAG_ASK_OFF, TN_NF_FIELD_OFF, 0);
    } else {
        return;
    }
    tag->list.id = id;
    tag->list.count = out->cmd_count;
    tag->list.got = 0;
    tag->list.since_us = in->time_us;
}

void tn_tag_step(struct tn_tag *tag, const struct tn_tag_in *in,
                 struct tn_tag_out *out)
{
    struct tn_tag_list *list = &tag->list;

    TN_ASSERT(in->reply_count <= TN_NF_CAP);
    memset(out, 0, sizeof *out);
    tag->placed = TN_TAG_NO_SLOT;
    for (uint8_t i = 0; i < in->reply_count; i++) {
        post_reply(tag, in->time_us, &in->replies[i]);
    }
    if (list->count > 0 && (list->got == list->count ||
                            in->time_us - list->since_us >= LIST_LATE_US)) {
        finish_list(tag, out);
    }
    if (list->count == 0 && !in->blocked) {
        start_list(tag, in, out);
    }
}
