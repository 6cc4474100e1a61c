/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/store.h>

#include <string.h>

#include "parts.h"
#include <tenon/assert.h>

_Static_assert(sizeof(struct tn_store) <= 1024, "the store's RAM budget");
_Static_assert(sizeof(struct tn_store_slot) == 32, "no padding");

/* A transition takes no job; a step makes no more than this many. */
#define MOVE_CAP 16u

/* Cleanings that a new sector for a request entitles to: the one that makes up
 * for it, and one ahead while nobody asks. Bounded, so that a full store does
 * not wear itself out. */
#define DUE_CLEANINGS 2u

/* Units that objects may take, per sector but one: 7/8 of what surely fits, so
 * that cleaning always gains. */
#define LIMIT_UNITS 202u

/* What 15 chunks and their slots take. */
#define CHUNK_UNITS                                                            \
    ((TN_STORE_CHUNK_LEN + TN_STORE_SLOT_LEN) / TN_STORE_UNIT_LEN)
#define SLOT_UNITS (TN_STORE_SLOT_LEN / TN_STORE_UNIT_LEN)

enum tn_err tn_store_init(struct tn_store *store, uint16_t sectors)
{
    memset(store, 0, sizeof *store);
    if (sectors < 2 || sectors > TN_STORE_SECTOR_CAP) {
        return TN_ERR_ARG;
    }
    store->sectors = sectors;
    tn_store_mount(store);
    return TN_OK;
}

static bool is_sound(const struct tn_store_request *request)
{
    bool append = request->op == TN_STORE_APPEND;
    bool puts = append || request->op == TN_STORE_COMMIT;

    return request->op >= TN_STORE_GET && request->op <= TN_STORE_FORMAT &&
           request->chunk < TN_STORE_CHUNK_CAP - append &&
           request->len >= (append ? TN_STORE_CHUNK_LEN : 0u) &&
           request->len <= (puts ? TN_STORE_CHUNK_LEN : 0u);
}

enum tn_err tn_store_post(struct tn_store *store,
                          const struct tn_store_request *request)
{
    if (!is_sound(request)) {
        return TN_ERR_ARG;
    }
    if (store->request_op) {
        return TN_ERR_FULL;
    }
    store->request_op = request->op;
    store->request_part = request->part;
    store->request_id = request->id;
    store->request_chunk = request->chunk;
    store->request_len = request->len;
    store->request_ticket = request->ticket;
    memcpy(store->data, request->data, request->len);
    return TN_OK;
}

bool tn_store_is_free(const struct tn_store *store)
{
    return store->request_op == 0;
}

bool tn_store_is_idle(const struct tn_store *store)
{
    return store->state == TN_STORE_AT_IDLE && !store->request_op &&
           !tn_store_is_clean_due(store);
}

static void start_job(struct tn_store *store, struct tn_store_out *out,
                      enum tn_store_job_op op, uint32_t at)
{
    store->job_op = (uint8_t)op;
    store->job_id++;
    out->job.op = (uint8_t)op;
    out->job.id = store->job_id;
    out->job.at = at;
    out->job.len = store->job_len;
}

void tn_store_read_job(struct tn_store *store, struct tn_store_out *out,
                       uint32_t at, uint32_t len)
{
    store->job_len = (uint16_t)len;
    start_job(store, out, TN_STORE_READ, at);
}

void tn_store_program_job(struct tn_store *store, struct tn_store_out *out,
                          uint32_t at, uint32_t len)
{
    TN_ASSERT(at % TN_STORE_PAGE_LEN + len <= TN_STORE_PAGE_LEN);
    store->job_len = (uint16_t)len;
    start_job(store, out, TN_STORE_PROGRAM, at);
}

void tn_store_erase_job(struct tn_store *store, struct tn_store_out *out,
                        uint32_t at)
{
    store->job_len = TN_STORE_SECTOR_LEN;
    start_job(store, out, TN_STORE_ERASE, at);
}

void tn_store_finish(struct tn_store *store, struct tn_store_out *out,
                     enum tn_store_status status)
{
    struct tn_store_result *result = &out->result;

    result->op = store->request_op;
    result->status = (uint8_t)status;
    result->part = store->request_part;
    result->id = store->request_id;
    result->chunk = store->request_chunk;
    result->ticket = store->request_ticket;
    store->request_op = 0;
    store->active = 0;
    store->state = TN_STORE_AT_IDLE;
}

static void close_open(struct tn_store *store)
{
    store->open_next = 0;
    store->open_units = 0;
}

static bool is_open_key(const struct tn_store *store)
{
    return store->open_next && store->open_part == store->request_part &&
           store->open_id == store->request_id;
}

/* May this chunk be put now? TN_STORE_OK, or why not. */
static enum tn_store_status check_put(struct tn_store *store)
{
    uint32_t units = SLOT_UNITS + tn_store_units(store->request_len);
    uint32_t limit = (store->sectors - 1u) * LIMIT_UNITS;
    bool mine = is_open_key(store);

    if (store->request_chunk == 0) {
        if (mine) {
            close_open(store);
            mine = false;
        }
        if (store->request_op == TN_STORE_APPEND && store->open_next) {
            return TN_STORE_BUSY;
        }
    } else if (!mine || store->request_chunk != store->open_next) {
        return TN_STORE_ORDER;
    }
    if (store->live + store->open_units + units > limit) {
        if (mine) {
            close_open(store);
        }
        return TN_STORE_FULL;
    }
    return TN_STORE_OK;
}

/* The item becomes what the request is about. */
static void take_key(struct tn_store *store)
{
    struct tn_store_slot *item = &store->item;

    memset(item, 0, sizeof *item);
    item->part = store->request_part;
    item->id = store->request_id;
    item->chunk = store->request_chunk;
}

static void start_request(struct tn_store *store, struct tn_store_out *out)
{
    enum tn_store_status status = TN_STORE_OK;

    store->active = 1;
    store->opens = 0;
    if (store->request_op == TN_STORE_FORMAT) {
        store->cursor = 0;
        store->state = TN_STORE_AT_FORMAT;
        return;
    }
    if (store->foreign) {
        tn_store_finish(store, out, TN_STORE_FOREIGN);
        return;
    }
    store->state = TN_STORE_AT_ROOM;
    switch ((enum tn_store_op)store->request_op) {
    case TN_STORE_GET:
        take_key(store);
        tn_store_find(store, true, TN_STORE_AT_GET_ROOT);
        return;
    case TN_STORE_ABORT:
        close_open(store);
        tn_store_finish(store, out, TN_STORE_OK);
        return;
    case TN_STORE_APPEND:
    case TN_STORE_COMMIT:
        status = check_put(store);
        if (status) {
            tn_store_finish(store, out, status);
        }
        return;
    default:
        return;
    }
}

static void finish_get(struct tn_store *store, struct tn_store_out *out,
                       enum tn_store_status status)
{
    tn_store_finish(store, out, status);
    out->result.version = store->item.version;
    out->result.count = store->item.at; /* lent to the count by step_root */
}

static void step_get_chunk(struct tn_store *store, struct tn_store_out *out)
{
    const struct tn_store_slot *found = &store->found;

    if (store->hit != TN_STORE_HIT || (found->kind & TN_STORE_LOST)) {
        finish_get(store, out, TN_STORE_DAMAGED);
    } else if (found->len == 0) {
        finish_get(store, out, TN_STORE_OK);
    } else {
        tn_store_read_job(store, out, tn_store_data_at(store->place, found),
                          found->len);
        store->state = TN_STORE_AT_GET_DATA;
    }
}

static void step_get_root(struct tn_store *store, struct tn_store_out *out)
{
    const struct tn_store_slot *found = &store->found;
    struct tn_store_slot *item = &store->item;

    if (store->hit == TN_STORE_ROTTEN) {
        tn_store_finish(store, out, TN_STORE_DAMAGED);
        return;
    }
    if (store->hit == TN_STORE_MISS ||
        (found->kind & TN_STORE_KIND) == TN_STORE_GONE) {
        tn_store_finish(store, out, TN_STORE_ABSENT);
        return;
    }
    item->version = found->version;
    item->at = (uint8_t)(found->chunk + 1u);
    if (item->chunk > found->chunk) {
        finish_get(store, out, TN_STORE_ABSENT);
    } else if (item->chunk == found->chunk) {
        step_get_chunk(store, out);
    } else {
        tn_store_find(store, false, TN_STORE_AT_GET_CHUNK);
    }
}

static void take_get_data(struct tn_store *store, const uint8_t *data,
                          struct tn_store_out *out)
{
    uint16_t len = store->found.len;
    uint32_t diff = tn_store_sum(0, data, len) ^ store->found.sum;
    int32_t flip = tn_store_find_flip(diff, len);

    if (flip < 0) {
        finish_get(store, out, TN_STORE_DAMAGED);
        return;
    }
    memcpy(out->data, data, len);
    if (flip < 8 * len) {
        out->data[flip / 8] =
            (uint8_t)(out->data[flip / 8] ^ (1u << (flip % 8)));
    }
    finish_get(store, out, TN_STORE_OK);
    out->result.len = len;
}

/* Cleaning and new sectors until the request's record fits into the head. */
static void step_room(struct tn_store *store, struct tn_store_out *out)
{
    struct tn_store_slot *item = &store->item;
    uint8_t op = store->request_op;

    if (tn_store_free_count(store) == 0) {
        store->state = TN_STORE_AT_CLEAN;
        return;
    }
    if (!tn_store_fits(store, store->request_len, false)) {
        if (store->opens > store->sectors) {
            close_open(store);
            tn_store_finish(store, out, TN_STORE_FULL);
            return;
        }
        store->opens++;
        store->due = DUE_CLEANINGS;
        tn_store_open(store);
        return;
    }
    take_key(store);
    item->len = store->request_len;
    item->sum = tn_store_sum(0, store->data, item->len);
    item->version = item->chunk ? store->open_version : store->version + 1u;
    item->live = store->live;
    if (op == TN_STORE_APPEND) {
        item->kind = TN_STORE_PART;
        tn_store_write(store, 0);
    } else {
        item->kind = op == TN_STORE_COMMIT ? TN_STORE_LAST : TN_STORE_GONE;
        tn_store_find(store, true, TN_STORE_AT_PUT);
    }
}

/* The object's old root has been looked up, for what its room was. */
static void step_put(struct tn_store *store, struct tn_store_out *out)
{
    struct tn_store_slot *item = &store->item;
    const struct tn_store_slot *found = &store->found;
    bool there = store->hit == TN_STORE_HIT &&
                 (found->kind & TN_STORE_KIND) == TN_STORE_LAST;
    uint32_t live = store->live;
    uint32_t old = 0;

    if (there) {
        old = found->chunk * CHUNK_UNITS + SLOT_UNITS +
              tn_store_units(found->len);
    }
    if (item->kind == TN_STORE_LAST) {
        live += SLOT_UNITS + tn_store_units(item->len);
        live += item->chunk ? store->open_units : 0u;
    } else if (!there && store->hit != TN_STORE_ROTTEN) {
        tn_store_finish(store, out, TN_STORE_ABSENT);
        return;
    }
    item->live = (uint16_t)(live > old ? live - old : 0u);
    tn_store_write(store, 0);
}

void tn_store_finish_write(struct tn_store *store, struct tn_store_out *out)
{
    const struct tn_store_slot *item = &store->item;

    if (item->version > store->version) {
        store->version = item->version;
    }
    if (item->kind == TN_STORE_PART) {
        store->open_part = item->part;
        store->open_id = item->id;
        store->open_version = item->version;
        store->open_next = (uint8_t)(item->chunk + 1u);
        store->open_units = (uint16_t)(store->open_units + CHUNK_UNITS);
    } else if (item->kind == TN_STORE_LAST && item->chunk > 0) {
        close_open(store);
    }
    tn_store_finish(store, out, TN_STORE_OK);
    if (item->kind == TN_STORE_LAST) {
        out->result.version = item->version;
    }
}

static void take_format(struct tn_store *store, struct tn_store_out *out)
{
    store->cursor++;
    if (store->cursor < store->sectors) {
        return;
    }
    store->erases += 2u; /* this one, and the one that opens the first */
    tn_store_finish(store, out, TN_STORE_OK);
    tn_store_mount(store);
}

static void take_answer(struct tn_store *store, const struct tn_store_in *in,
                        struct tn_store_out *out)
{
    switch ((enum tn_store_state)store->state) {
    case TN_STORE_AT_BOOT:
        tn_store_take_boot(store, in->data);
        break;
    case TN_STORE_AT_SCAN:
        tn_store_take_scan(store, in->data);
        break;
    case TN_STORE_AT_CHAIN:
        tn_store_take_chain(store, in->data);
        break;
    case TN_STORE_AT_GET_DATA:
        take_get_data(store, in->data, out);
        break;
    case TN_STORE_AT_FETCH:
    case TN_STORE_AT_DATA:
    case TN_STORE_AT_SLOT:
        tn_store_take_write(store, in->data, out);
        break;
    case TN_STORE_AT_CLEAN:
        tn_store_take_clean(store, in->data);
        break;
    case TN_STORE_AT_FORMAT:
        take_format(store, out);
        break;
    default:
        tn_store_take_open(store, in->data);
        break;
    }
}

static void step_idle(struct tn_store *store, struct tn_store_out *out)
{
    if (store->request_op) {
        start_request(store, out);
    } else if (tn_store_is_clean_due(store)) {
        store->state = TN_STORE_AT_CLEAN;
    }
}

static void step_mount(struct tn_store *store, struct tn_store_out *out)
{
    uint32_t sector = store->cursor;
    uint32_t off = store->mirror ? TN_STORE_MIRROR_POS * TN_STORE_SLOT_LEN : 0u;
    uint32_t len = TN_STORE_SLOT_LEN;

    if (store->state == TN_STORE_AT_SCAN) {
        sector = tn_store_sector_of(store, store->scan_seq);
        off = store->scan_page * TN_STORE_PAGE_LEN;
        len = TN_STORE_PAGE_LEN;
    }
    tn_store_read_job(store, out, sector * TN_STORE_SECTOR_LEN + off, len);
}

/* Gives the state's job, or moves to another state. */
static void make_move(struct tn_store *store, struct tn_store_out *out)
{
    switch ((enum tn_store_state)store->state) {
    case TN_STORE_AT_BOOT:
    case TN_STORE_AT_SCAN:
        step_mount(store, out);
        break;
    case TN_STORE_AT_IDLE:
        step_idle(store, out);
        break;
    case TN_STORE_AT_CHAIN:
        tn_store_read_job(store, out, tn_store_place_at(store->place),
                          TN_STORE_SLOT_LEN);
        break;
    case TN_STORE_AT_GET_ROOT:
        step_get_root(store, out);
        break;
    case TN_STORE_AT_GET_CHUNK:
        step_get_chunk(store, out);
        break;
    case TN_STORE_AT_ROOM:
        step_room(store, out);
        break;
    case TN_STORE_AT_PUT:
        step_put(store, out);
        break;
    case TN_STORE_AT_WRITE:
        tn_store_step_write(store, out);
        break;
    case TN_STORE_AT_FORMAT:
        tn_store_erase_job(store, out, store->cursor * TN_STORE_SECTOR_LEN);
        break;
    case TN_STORE_AT_OPEN_LOOK:
    case TN_STORE_AT_OPEN_ERASE:
    case TN_STORE_AT_OPEN_HEAD:
    case TN_STORE_AT_OPEN_MIRROR:
        tn_store_step_open(store, out);
        break;
    default:
        tn_store_step_clean(store, out);
        break;
    }
}

void tn_store_step(struct tn_store *store, const struct tn_store_in *in,
                   struct tn_store_out *out)
{
    memset(out, 0, sizeof *out);
    if (store->job_op) {
        bool read = store->job_op == TN_STORE_READ;

        if (in->answer == TN_STORE_NO_ANSWER || in->id != store->job_id) {
            return;
        }
        store->job_op = TN_STORE_NO_JOB;
        if (in->answer != TN_STORE_DONE ||
            (read && in->len != store->job_len)) {
            if (store->request_op) {
                tn_store_finish(store, out, TN_STORE_IO);
            }
            store->cleaning = 0;
            tn_store_mount(store);
            return;
        }
        take_answer(store, in, out);
    }
    for (uint32_t i = 0; i < MOVE_CAP; i++) {
        if (store->job_op || out->result.op) {
            return;
        }
        make_move(store, out);
    }
}
