/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kept numbers: what a tag's program has asked to `keep` lies in the store of
 * this brick under the tag's identity. A program that has such numbers begins
 * when they have been fetched. Bytes: docs/spec/store.md, "kept numbers".
 */
#include <string.h>

#include <tenon/assert.h>
#include <tenon/bytes.h>

#include "parts.h"

#define KEEP_VERSION 1u
#define KEEP_HEAD_LEN 6u
#define KEEP_LEN_MAX (KEEP_HEAD_LEN + 4u * TN_NUMBER_CAP)
#define SLOT_NONE 0xFFu
/* Changes are saved so often at most, to spare the flash; at once when the tag
 * goes. */
#define SAVE_US 2000000u
/* A flash that does not answer must not keep a program from playing. */
#define WAIT_US 8000000u
/* A flash that refuses is asked so often, then what was to be saved is lost. */
#define FAILS_MAX 3u

_Static_assert(KEEP_LEN_MAX <= TN_STORE_CHUNK_LEN, "one chunk is enough");

enum fetch {
    FETCH_NONE = 0,  /* nothing is kept for this slot */
    FETCH_WANTS = 1, /* the program is prepared, nobody has asked yet */
    FETCH_WAITS = 2, /* the request is with the store */
    FETCH_DONE = 3   /* the program runs; changes are saved */
};

void tn_brick_fetch_kept(struct tn_brick *brick, uint8_t slot,
                         const struct tn_tag_content *content,
                         const struct tn_image_info *info, uint64_t time_us)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];

    TN_ASSERT(content->image_len == info->len);
    kept->fetch = FETCH_NONE;
    if (info->keep_count == 0 || brick->flash_sectors == 0) {
        (void)tn_play_start(&brick->play, slot, NULL, 0, time_us);
        return;
    }
    kept->fetch = FETCH_WANTS;
    kept->fetch_us = time_us;
}

/* What the slot's program is: numbers of another one do not fit it. */
static void note_image(struct tn_brick *brick, uint8_t slot)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];
    uint16_t len = 0;
    const uint8_t *image = tn_play_get_image(&brick->play, slot, &len);

    kept->identity = brick->play.programs[slot].identity;
    kept->image_len = len;
    kept->image_sum = 0;
    if (image) {
        struct tn_bytes b = tn_bytes_of(image, len);

        b.at = TN_IMAGE_AT_CHECKSUM;
        kept->image_sum = tn_bytes_get_u16(&b);
    }
}

/* The program begins; without numbers if `data` does not hold any of its. */
static void start(struct tn_brick *brick, uint8_t slot, const uint8_t *data,
                  uint16_t len)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];
    struct tn_bytes b = tn_bytes_of(data, len);
    uint8_t version = tn_bytes_get_u8(&b);
    uint8_t count = tn_bytes_get_u8(&b);
    uint16_t image_sum = tn_bytes_get_u16(&b);
    uint16_t image_len = tn_bytes_get_u16(&b);
    bool fits = !b.err && version == KEEP_VERSION && count <= TN_NUMBER_CAP &&
                image_sum == kept->image_sum && image_len == kept->image_len &&
                len == KEEP_HEAD_LEN + 4u * count;

    for (uint8_t i = 0; fits && i < count; i++) {
        kept->numbers[i] = (tn_q16)tn_bytes_get_u32(&b);
    }
    kept->fetch = FETCH_DONE;
    (void)tn_play_start(&brick->play, slot, kept->numbers, fits ? count : 0,
                        brick->time_us);
}

/* Flash that refuses is left alone until something is asked of it again: then
 * the store mounts anew. */
static void leave_alone(struct tn_brick *brick)
{
    (void)tn_store_init(&brick->store, brick->flash_sectors);
    brick->keep.silent = 1;
}

static void end_fetch(struct tn_brick *brick, uint8_t slot,
                      const struct tn_store_out *store, struct tn_out *out)
{
    const struct tn_store_result *result = &store->result;

    switch (result->status) {
    case TN_STORE_OK:
        start(brick, slot, store->data, result->len);
        break;
    case TN_STORE_ABSENT:
        start(brick, slot, NULL, 0);
        break;
    case TN_STORE_DAMAGED:
        tn_brick_push_notice(out, slot, TN_ERR_CHECKSUM, 0);
        start(brick, slot, NULL, 0);
        break;
    case TN_STORE_FOREIGN:
    default:
        /* No store to keep anything in: it plays as if nothing were kept. */
        tn_brick_push_notice(
            out, slot,
            result->status == TN_STORE_FOREIGN ? TN_ERR_VERSION : TN_ERR_IO, 0);
        if (result->status == TN_STORE_IO) {
            leave_alone(brick);
        }
        start(brick, slot, NULL, 0);
        brick->keep.slots[slot].fetch = FETCH_NONE;
        break;
    }
}

static void end_save(struct tn_brick *brick, uint8_t slot,
                     const struct tn_store_result *result, struct tn_out *out)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];

    if (result->status == TN_STORE_OK) {
        kept->fails = 0;
        return;
    }
    if (result->status == TN_STORE_IO) {
        leave_alone(brick);
        if (result->id == kept->identity && ++kept->fails < FAILS_MAX) {
            kept->unsaved = 1; /* it may have happened or not: once more */
            return;
        }
    }
    kept->fails = 0;
    tn_brick_push_notice(
        out, slot, result->status == TN_STORE_FULL ? TN_ERR_FULL : TN_ERR_IO,
        0);
}

static void take_result(struct tn_brick *brick, struct tn_out *out)
{
    const struct tn_store_out *store = &brick->scratch.store.out;
    struct tn_brick_keep *keep = &brick->keep;
    uint8_t slot = keep->asking;

    if (store->result.op == 0 || slot >= TN_PROGRAM_CAP) {
        return;
    }
    keep->asking = SLOT_NONE;
    keep->silent = 0;
    if (store->result.op == TN_STORE_COMMIT) {
        end_save(brick, slot, &store->result, out);
    } else if (keep->slots[slot].fetch == FETCH_WAITS &&
               keep->slots[slot].identity == store->result.id) {
        end_fetch(brick, slot, store, out);
    }
}

static void ask(struct tn_brick *brick, uint8_t slot, enum tn_store_op op)
{
    struct tn_store_request *request = &brick->scratch.store.request;
    struct tn_brick_kept *kept = &brick->keep.slots[slot];
    uint32_t at = 0;

    memset(request, 0, sizeof *request);
    request->id = kept->identity;
    request->op = (uint8_t)op;
    request->part = TN_STORE_PART_KEEP;
    if (op == TN_STORE_COMMIT) {
        request->data[at++] = KEEP_VERSION;
        request->data[at++] = kept->count;
        at = tn_bytes_put_u16(request->data, at, kept->image_sum);
        at = tn_bytes_put_u16(request->data, at, kept->image_len);
        for (uint8_t i = 0; i < kept->count; i++) {
            at =
                tn_bytes_put_u32(request->data, at, (uint32_t)kept->numbers[i]);
        }
        request->len = (uint16_t)at;
    }

    enum tn_err err = tn_store_post(&brick->store, request);

    TN_ASSERT(!err);
    brick->keep.asking = err ? SLOT_NONE : slot;
    brick->keep.asked_us = brick->time_us;
    brick->keep.silent = 0;
}

static bool save(struct tn_brick *brick, uint8_t slot)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];
    bool at_once = kept->fetch != FETCH_DONE && kept->fails == 0;

    if (!kept->unsaved ||
        (!at_once && brick->time_us - kept->saved_us < SAVE_US)) {
        return false;
    }
    kept->unsaved = 0;
    kept->saved_us = brick->time_us;
    ask(brick, slot, TN_STORE_COMMIT);
    return true;
}

static bool fetch(struct tn_brick *brick, uint8_t slot)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];

    if (kept->fetch != FETCH_WANTS) {
        return false;
    }
    kept->fetch = FETCH_WAITS;
    kept->saved_us = 0;
    note_image(brick, slot);
    ask(brick, slot, TN_STORE_GET);
    return true;
}

/* Saves come first: what one tag's program has left may be what the next, the
 * same tag come back, asks for. */
static void ask_next(struct tn_brick *brick)
{
    if (brick->keep.asking != SLOT_NONE || !tn_store_is_free(&brick->store)) {
        return;
    }
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (save(brick, slot)) {
            return;
        }
    }
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        if (fetch(brick, slot)) {
            return;
        }
    }
}

/* A flash that does not answer a request must not keep the brick awake either.
 * Its answer, if it comes at last, makes all well. */
static void watch_flash(struct tn_brick *brick, struct tn_out *out)
{
    struct tn_brick_keep *keep = &brick->keep;

    if (keep->asking != SLOT_NONE && !keep->silent &&
        brick->time_us - keep->asked_us > WAIT_US) {
        keep->silent = 1;
        tn_brick_push_notice(out, keep->asking, TN_ERR_IO, 0);
    }
}

/* Changes of a program that runs or has just ended. */
static void look_at(struct tn_brick *brick, uint8_t slot)
{
    struct tn_brick_kept *kept = &brick->keep.slots[slot];
    uint16_t len = 0;

    if (kept->fetch == FETCH_DONE &&
        tn_play_is_kept_changed(&brick->play, slot)) {
        kept->count = tn_play_get_kept(&brick->play, slot, kept->numbers);
        kept->unsaved = 1;
    }
    if (kept->fetch != FETCH_NONE &&
        !tn_play_get_image(&brick->play, slot, &len)) {
        kept->fetch = FETCH_NONE;
    }
    if ((kept->fetch == FETCH_WANTS || kept->fetch == FETCH_WAITS) &&
        brick->time_us - kept->fetch_us > WAIT_US) {
        start(brick, slot, NULL, 0);
        kept->fetch = FETCH_NONE;
    }
}

void tn_brick_step_keep(struct tn_brick *brick, const struct tn_in *in,
                        struct tn_out *out)
{
    struct tn_store_out *store = &brick->scratch.store.out;

    if (brick->flash_sectors == 0) {
        return;
    }
    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        look_at(brick, slot);
    }
    watch_flash(brick, out);
    ask_next(brick);
    if (brick->keep.silent && brick->keep.asking == SLOT_NONE) {
        return;
    }
    if (!in->store.answer && tn_store_is_idle(&brick->store)) {
        return;
    }
    tn_store_step(&brick->store, &in->store, store);
    take_result(brick, out);
    memcpy(&out->store, &store->job, sizeof out->store);
    if (store->job.op == TN_STORE_PROGRAM) {
        memcpy(out->store_data, store->data, store->job.len);
    }
}

bool tn_brick_is_keep_idle(const struct tn_brick *brick)
{
    bool asking = brick->keep.asking != SLOT_NONE;
    bool idle = brick->flash_sectors == 0 || brick->keep.silent ||
                (tn_store_is_idle(&brick->store) && !asking);

    if (brick->keep.silent && asking) {
        return true; /* it would wait for ever */
    }

    for (uint8_t slot = 0; slot < TN_PROGRAM_CAP; slot++) {
        const struct tn_brick_kept *kept = &brick->keep.slots[slot];

        idle = idle && !kept->unsaved && kept->fetch != FETCH_WANTS &&
               kept->fetch != FETCH_WAITS;
    }
    return idle;
}
