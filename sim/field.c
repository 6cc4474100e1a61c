/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader front end: executes commands on the tags that are there, and takes
 * the time that frames take on the air. ISO/IEC 14443-2 and -3 at 106 kbit/s;
 * ISO/IEC 15693-2 and -3, 1 out of 4, high data rate, one subcarrier.
 */
#include "field.h"

#include <string.h>

#define CRC_LEN 2u

/* Type A, nanoseconds; fc = 13.56 MHz. */
#define A_WAKE_NS 5000000u   /* unmodulated field before the first command */
#define A_BIT_NS 9440u       /* 128 / fc */
#define A_ANSWER_NS 91150u   /* frame delay to the tag's answer: 1236 / fc */
#define A_NEXT_NS 86430u     /* from the answer to the next frame: 1172 / fc */
#define A_NOBODY_NS 300000u  /* nobody answered WUPA or a select */
#define A_SILENT_NS 5000000u /* an NTAG's longest time to answer READ */
#define A_HALT_NS 1000000u   /* HLTA counts if nothing is heard for so long */

/* Type V, nanoseconds. */
#define V_WAKE_NS 1000000u
#define V_BYTE_NS 302080u /* both ways: 4096 / fc */
#define V_ASK_NS 113280u  /* start and end of a request */
#define V_SAY_NS 302080u  /* start and end of an answer */
#define V_T1_NS 320900u   /* from request to answer: 4352 / fc */
#define V_T2_NS 309200u   /* from answer to request: 4192 / fc */
#define V_EMPTY_NS                                                             \
    474340u             /* longest t1 and an answer's start: nobody there      \
                         */
#define V_EOF_NS 37760u /* switches to the next slot */
#define V_UID_BITS 64u
#define V_SLOT_BITS 4u
#define V_INVENTORY_LEN (3u + CRC_LEN)
#define V_INVENTORY_SAY_LEN (10u + CRC_LEN)

/* What one command does. */
struct run {
    struct tn_nf_reply reply;
    uint64_t ns;
    const struct tn_sim_tag *selected;
    bool on;
};

/* Parts of the tags in the field, a bit each. */
typedef uint32_t tag_set;

static uint32_t a_frame_ns(uint32_t bytes)
{
    return (9u * bytes + 2u) * A_BIT_NS; /* parity; start and end */
}

/* A frame, its answer and the pauses. */
static uint32_t a_exchange_ns(uint32_t ask_len, uint32_t say_len)
{
    return a_frame_ns(ask_len) + A_ANSWER_NS + a_frame_ns(say_len) + A_NEXT_NS;
}

static uint32_t a_wupa_ns(void)
{
    return 9u * A_BIT_NS + A_ANSWER_NS + a_frame_ns(2) + A_NEXT_NS;
}

static uint32_t a_select_ns(void)
{
    return a_exchange_ns(7 + CRC_LEN, 1 + CRC_LEN);
}

void tn_sim_field_init(struct tn_sim_field *field)
{
    memset(field, 0, sizeof *field);
    tn_prng_init(&field->prng, 1, 1);
}

static uint32_t find_tag(const struct tn_sim_field *field,
                         const struct tn_sim_tag *tag)
{
    uint32_t i = 0;

    while (i < TN_SIM_FIELD_CAP && field->tags[i] != tag) {
        i++;
    }
    return i;
}

void tn_sim_field_reset(struct tn_sim_field *field, uint64_t time_us)
{
    if (field->on && time_us > field->on_since_us) {
        field->on_us += time_us - field->on_since_us;
    }
    field->on = false;
    field->selected = NULL;
    field->queue_count = 0;
    field->wait_until_us = 0;
    field->busy_until_us = time_us;
}

enum tn_err tn_sim_field_put(struct tn_sim_field *field, struct tn_sim_tag *tag)
{
    uint32_t room = find_tag(field, NULL);

    if (find_tag(field, tag) < TN_SIM_FIELD_CAP) {
        return TN_ERR_ARG;
    }
    if (room == TN_SIM_FIELD_CAP) {
        return TN_ERR_FULL;
    }
    field->tags[room] = tag;
    field->wait_until_us = 0;
    return TN_OK;
}

enum tn_err tn_sim_field_take(struct tn_sim_field *field,
                              struct tn_sim_tag *tag)
{
    uint32_t i = find_tag(field, tag);

    if (!tag || i == TN_SIM_FIELD_CAP) {
        return TN_ERR_ARG;
    }
    field->tags[i] = NULL;
    field->wait_until_us = 0;
    if (field->selected == tag) {
        field->selected = NULL;
    }
    return TN_OK;
}

static tag_set get_tags(const struct tn_sim_field *field, bool is_v)
{
    tag_set set = 0;

    for (uint32_t i = 0; i < TN_SIM_FIELD_CAP; i++) {
        const struct tn_sim_tag *tag = field->tags[i];

        if (tag && (tag->chip == TN_SIM_SLIX2) == is_v) {
            set |= 1u << i;
        }
    }
    return set;
}

static uint32_t get_first(tag_set set)
{
    uint32_t i = 0;

    while (!(set & 1u << i)) {
        i++;
    }
    return i;
}

static bool is_single(tag_set set)
{
    return (set & (set - 1u)) == 0;
}

static void append_uid(struct tn_nf_reply *reply, const struct tn_sim_tag *tag)
{
    uint8_t len = tn_sim_chip_get_info(tag->chip)->uid_len;

    reply->data[reply->len] = len;
    memcpy(reply->data + reply->len + 1, tag->uid, len);
    reply->len = (uint8_t)(reply->len + len + 1);
}

/* The tags of `set` whose UID has a 1 at `bit`. */
static tag_set with_bit(const struct tn_sim_field *field, tag_set set,
                        uint32_t bit)
{
    tag_set ones = 0;

    for (uint32_t i = 0; set && i < TN_SIM_FIELD_CAP; i++) {
        if ((set & 1u << i) &&
            ((uint32_t)field->tags[i]->uid[bit / 8] >> (bit % 8) & 1u)) {
            ones |= 1u << i;
        }
    }
    return ones;
}

/* Anti-collision of 7-byte UIDs: at each bit on which the answers differ the
 * reader takes the tags with a 1 and asks again. Gives the tag that is left. */
static uint32_t single_out(const struct tn_sim_field *field, tag_set set,
                           uint64_t *ns)
{
    for (uint32_t bit = 0; bit < 56; bit++) {
        tag_set ones = with_bit(field, set, bit);

        if (bit == 0 || bit == 24) { /* the two cascade levels */
            *ns += a_exchange_ns(2, 5) + a_select_ns();
        }
        if (ones != 0 && ones != set) {
            *ns += a_exchange_ns(2, 5);
            set = ones;
        }
    }
    return get_first(set);
}

static void find_a(const struct tn_sim_field *field, struct run *run)
{
    tag_set left = get_tags(field, false);

    if (!left) {
        run->reply.status = TN_NF_TIMEOUT;
    }
    while (left) {
        run->ns += a_wupa_ns();

        uint32_t i = single_out(field, left, &run->ns);

        run->ns += a_frame_ns(2 + CRC_LEN) + A_HALT_NS;
        append_uid(&run->reply, field->tags[i]);
        left &= ~(1u << i);
    }
    run->ns += 9u * A_BIT_NS + A_NOBODY_NS; /* is there another? */
    run->selected = NULL;
}

/* The tags of `set` whose UID begins with `bits` bits of `mask`. */
static tag_set with_mask(const struct tn_sim_field *field, tag_set set,
                         const uint8_t *mask, uint32_t bits)
{
    for (uint32_t bit = 0; set && bit < bits; bit++) {
        tag_set ones = with_bit(field, set, bit);

        set = ((uint32_t)mask[bit / 8] >> (bit % 8) & 1u) ? ones : set & ~ones;
    }
    return set;
}

/* One inventory: in each slot the tags of `set` whose UID goes on with the
 * slot's number after `bits` bits of mask. Answers that stand alone are heard.
 * Gives the tags whose answers collided. */
static tag_set inventory(const struct tn_sim_field *field, tag_set set,
                         const uint8_t *mask, uint32_t bits, struct run *run)
{
    /* a whole nibble of mask: 16 slots; one slot to begin with */
    uint32_t slot_bits = mask ? V_SLOT_BITS : 0;
    tag_set rest = 0;

    run->ns += V_ASK_NS + (V_INVENTORY_LEN + (bits + 7u) / 8u) * V_BYTE_NS;
    for (uint32_t slot = 0; slot < 1u << slot_bits; slot++) {
        uint8_t own[8] = {0};

        if (mask) {
            memcpy(own, mask, sizeof own);
        }
        own[bits / 8] = (uint8_t)(own[bits / 8] | slot << (bits % 8));

        tag_set heard = with_mask(field, set, own, bits + slot_bits);

        if (!heard) {
            run->ns += V_EMPTY_NS + V_EOF_NS;
            continue;
        }
        run->ns += V_T1_NS + V_SAY_NS + V_INVENTORY_SAY_LEN * V_BYTE_NS +
                   V_T2_NS + V_EOF_NS;
        if (is_single(heard)) {
            append_uid(&run->reply, field->tags[get_first(heard)]);
        } else {
            rest |= heard;
        }
    }
    return rest;
}

/* One slot finds nobody or a single tag soon; if answers collide, 16 slots,
 * with longer masks for as long as they still do. */
static void find_v(const struct tn_sim_field *field, struct run *run)
{
    tag_set set = get_tags(field, true);
    tag_set rest = inventory(field, set, NULL, 0, run);

    if (!set) {
        run->reply.status = TN_NF_TIMEOUT;
    }
    for (uint32_t bits = 0; rest; bits += V_SLOT_BITS) {
        tag_set todo = rest;

        if (bits == V_UID_BITS) { /* two tags with one UID */
            run->reply.status = TN_NF_GARBLED;
            return;
        }
        rest = 0;
        while (todo) {
            const uint8_t *uid = field->tags[get_first(todo)]->uid;
            tag_set group = with_mask(field, todo, uid, bits);
            uint8_t mask[8] = {0};

            memcpy(mask, uid, bits / 8);
            if (bits % 8) {
                mask[bits / 8] = uid[bits / 8] & 0x0Fu;
            }
            todo &= ~group;
            rest |= inventory(field, group, mask, bits, run);
        }
    }
}

static void select_a(const struct tn_sim_field *field,
                     const struct tn_nf_cmd *cmd, struct run *run)
{
    tag_set set = get_tags(field, false);

    run->selected = NULL;
    run->reply.status = TN_NF_TIMEOUT;
    run->ns +=
        set ? a_wupa_ns() + 2 * a_select_ns() : 9u * A_BIT_NS + A_NOBODY_NS;
    for (uint32_t i = 0; i < TN_SIM_FIELD_CAP; i++) {
        if ((set & 1u << i) && cmd->len == 7 &&
            memcmp(field->tags[i]->uid, cmd->data, 7) == 0) {
            run->selected = field->tags[i];
            run->reply.status = TN_NF_OK;
            run->reply.len = 1; /* SAK of a Type 2 tag: 0 */
        }
    }
}

static void set_answer(struct tn_nf_reply *reply,
                       const struct tn_sim_answer *answer)
{
    if (answer->len > TN_NF_DATA_LEN) {
        reply->status = TN_NF_GARBLED; /* more than the front end holds */
        return;
    }
    reply->status = TN_NF_OK;
    reply->len = (uint8_t)answer->len;
    memcpy(reply->data, answer->data, answer->len);
}

static void exchange_a(const struct tn_nf_cmd *cmd, struct run *run)
{
    struct tn_sim_answer answer;

    if (!run->selected || cmd->len == 0 ||
        !tn_sim_chip_answer(run->selected, cmd->data, cmd->len, &answer)) {
        run->reply.status = TN_NF_TIMEOUT;
        run->ns += a_frame_ns(cmd->len + CRC_LEN) + A_SILENT_NS;
        return;
    }
    set_answer(&run->reply, &answer);
    if (answer.is_nak) {
        run->selected = NULL;
        run->ns += a_frame_ns(cmd->len + CRC_LEN) + A_ANSWER_NS +
                   6u * A_BIT_NS + A_NEXT_NS;
    } else {
        run->ns += a_exchange_ns(cmd->len + CRC_LEN, answer.len + CRC_LEN);
    }
}

static void exchange_v(const struct tn_sim_field *field,
                       const struct tn_nf_cmd *cmd, struct run *run)
{
    tag_set set = get_tags(field, true);
    uint32_t heard = 0;
    uint32_t say_len = 0;

    run->reply.status = TN_NF_TIMEOUT;
    run->ns += V_ASK_NS + (cmd->len + CRC_LEN) * V_BYTE_NS;
    for (uint32_t i = 0; i < TN_SIM_FIELD_CAP; i++) {
        struct tn_sim_answer answer;

        if ((set & 1u << i) &&
            tn_sim_chip_answer(field->tags[i], cmd->data, cmd->len, &answer)) {
            heard++;
            say_len = answer.len > say_len ? answer.len : say_len;
            set_answer(&run->reply, &answer);
        }
    }
    if (heard == 0) {
        run->ns += V_EMPTY_NS;
        return;
    }
    run->ns += V_T1_NS + V_SAY_NS + (say_len + CRC_LEN) * V_BYTE_NS + V_T2_NS;
    if (heard > 1) {
        run->reply.status = TN_NF_GARBLED;
    }
}

/* What the command does if it is done now; the field is as it was. */
static void execute(const struct tn_sim_field *field,
                    const struct tn_nf_cmd *cmd, struct run *run)
{
    bool is_v = cmd->op == TN_NF_FIND_V || cmd->op == TN_NF_EXCHANGE_V;

    memset(run, 0, sizeof *run);
    run->reply.id = cmd->id;
    run->on = cmd->op != TN_NF_FIELD_OFF;
    run->selected = field->on ? field->selected : NULL;
    if (run->on && !field->on) {
        run->ns += is_v ? V_WAKE_NS : A_WAKE_NS;
    }
    switch (cmd->op) {
    case TN_NF_FIND_A:
        find_a(field, run);
        break;
    case TN_NF_FIND_V:
        find_v(field, run);
        break;
    case TN_NF_SELECT_A:
        select_a(field, cmd, run);
        break;
    case TN_NF_EXCHANGE_A:
        exchange_a(cmd, run);
        break;
    case TN_NF_EXCHANGE_V:
        exchange_v(field, cmd, run);
        break;
    default:
        run->selected = NULL;
        break;
    }
    if (run->reply.status == TN_NF_GARBLED) {
        run->reply.len = 0;
    }
}

void tn_sim_field_push(struct tn_sim_field *field, const struct tn_nf_cmd *cmds,
                       uint8_t count, uint64_t time_us)
{
    if (count == 0 || field->queue_count + count > (int)TN_SIM_QUEUE_CAP) {
        return;
    }
    field->list++;
    for (uint8_t i = 0; i < count; i++) {
        uint8_t at = field->queue_count++;

        field->queue[at] = cmds[i];
        field->pushed_us[at] = time_us;
        field->list_of[at] = field->list;
    }
}

static void pop(struct tn_sim_field *field)
{
    size_t left = --field->queue_count;

    memmove(field->queue, field->queue + 1, left * sizeof field->queue[0]);
    memmove(field->pushed_us, field->pushed_us + 1,
            left * sizeof field->pushed_us[0]);
    memmove(field->list_of, field->list_of + 1,
            left * sizeof field->list_of[0]);
}

static bool is_failure(const struct tn_nf_cmd *cmd, uint8_t status)
{
    bool is_find = cmd->op == TN_NF_FIND_A || cmd->op == TN_NF_FIND_V;

    return status == TN_NF_GARBLED || (status == TN_NF_TIMEOUT && !is_find);
}

/* Makes what was executed true. */
static void commit(struct tn_sim_field *field, const struct tn_nf_cmd *cmd,
                   struct run *run, uint64_t start_us, uint64_t end_us)
{
    struct tn_nf_reply *reply = &run->reply;

    if (run->on && !field->on) {
        field->on_since_us = start_us;
    }
    if (!run->on && field->on) {
        field->on_us += end_us - field->on_since_us;
    }
    field->on = run->on;
    field->selected = run->selected;
    field->busy_until_us = end_us;
    if (field->garble_permille > 0 && reply->status == TN_NF_OK &&
        cmd->op != TN_NF_FIELD_OFF &&
        tn_prng_below(&field->prng, 1000) < field->garble_permille) {
        reply->status = TN_NF_GARBLED;
        reply->len = 0;
    }
    if (is_failure(cmd, reply->status)) {
        field->failed_list = field->list_of[0];
    }
}

uint8_t tn_sim_field_pull(struct tn_sim_field *field, uint64_t time_us,
                          struct tn_nf_reply *replies)
{
    uint8_t count = 0;

    while (field->queue_count > 0 && count < TN_NF_CAP &&
           time_us >= field->wait_until_us) {
        const struct tn_nf_cmd *cmd = &field->queue[0];
        uint64_t start_us = field->pushed_us[0] > field->busy_until_us
                                ? field->pushed_us[0]
                                : field->busy_until_us;
        struct run run;

        if (field->list_of[0] == field->failed_list) {
            const struct tn_nf_reply aborted = {
                .id = cmd->id, .status = TN_NF_ABORTED, .len = 0, .data = {0}};

            replies[count++] = aborted;
            pop(field);
            continue;
        }
        execute(field, cmd, &run);

        uint64_t end_us = start_us + (run.ns + 999u) / 1000u;

        if (end_us > time_us) {
            field->wait_until_us = end_us;
            break;
        }
        commit(field, cmd, &run, start_us, end_us);
        replies[count++] = run.reply;
        pop(field);
    }
    return count;
}
