/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <string.h>

#include <tenon/assert.h>

#define MIRROR_AT (TN_STORE_MIRROR_POS * TN_STORE_SLOT_LEN)

/*
 * Is there room in the head for a slot and `len` bytes? One slot's room stays
 * blank, so that a scan of the slots never runs into data; another stays for
 * the trim that a cleaning ends with.
 */
bool tn_store_fits(const struct tn_store *store, uint32_t len, bool trim)
{
    uint32_t slots = store->head_pos + (trim ? 2u : 3u);

    return !store->closed &&
           2u * slots + tn_store_units(len) <= store->head_floor;
}

void tn_store_open(struct tn_store *store)
{
    TN_ASSERT(tn_store_free_count(store) > 0);
    store->cursor = (uint16_t)((store->head + 1u) % store->sectors);
    store->mirror = 0;
    store->state = TN_STORE_AT_OPEN_LOOK;
}

void tn_store_step_open(struct tn_store *store, struct tn_store_out *out)
{
    uint32_t at = store->cursor * TN_STORE_SECTOR_LEN;
    uint32_t copy_at = at + (store->mirror ? MIRROR_AT : 0);

    if (store->state == TN_STORE_AT_OPEN_LOOK) {
        tn_store_read_job(store, out, copy_at, TN_STORE_SLOT_LEN);
        return;
    }
    if (store->state == TN_STORE_AT_OPEN_ERASE) {
        tn_store_erase_job(store, out, at);
        return;
    }
    tn_store_encode_head(out->data, store);
    tn_store_program_job(store, out, copy_at, TN_STORE_SLOT_LEN);
}

/* The erase counter is in the old header; if that is lost, the sector before
 * has been erased as often, since the log goes round. */
static void take_look(struct tn_store *store, const uint8_t *data)
{
    struct tn_store_slot head;

    if (tn_store_decode_head(data, store->sectors, &head) == TN_STORE_GOOD) {
        store->erases = (uint32_t)(head.id >> 32) + 1u;
    } else if (!store->mirror) {
        store->mirror = 1;
        return;
    } else if (store->erases == 0) {
        store->erases = 1;
    }
    store->state = TN_STORE_AT_OPEN_ERASE;
}

void tn_store_take_open(struct tn_store *store, const uint8_t *data)
{
    switch ((enum tn_store_state)store->state) {
    case TN_STORE_AT_OPEN_LOOK:
        take_look(store, data);
        break;
    case TN_STORE_AT_OPEN_ERASE:
        store->mirror = 0;
        store->state = TN_STORE_AT_OPEN_HEAD;
        break;
    case TN_STORE_AT_OPEN_HEAD:
        store->mirror = 1;
        store->state = TN_STORE_AT_OPEN_MIRROR;
        break;
    default:
        store->mirror = 0;
        store->head = store->cursor;
        store->head_seq++;
        store->head_pos = 1;
        store->head_floor = TN_STORE_FLOOR;
        store->closed = 0;
        store->state =
            store->cleaning ? TN_STORE_AT_CLEAN_ROOM : TN_STORE_AT_ROOM;
        break;
    }
}

void tn_store_write(struct tn_store *store, uint32_t from)
{
    store->from = from;
    store->off = 0;
    store->state = TN_STORE_AT_WRITE;
}

/* Where the item's data go next, and how many bytes: never across a page. */
static uint32_t get_part(const struct tn_store *store, uint32_t *len)
{
    uint32_t whole = tn_store_data_len(&store->item);
    uint32_t unit = store->head_floor - tn_store_units(whole);
    uint32_t at = store->head * TN_STORE_SECTOR_LEN + unit * TN_STORE_UNIT_LEN +
                  store->off;
    uint32_t room = TN_STORE_PAGE_LEN - at % TN_STORE_PAGE_LEN;
    uint32_t rest = whole - store->off;

    *len = rest < room ? rest : room;
    return at;
}

static void program_slot(struct tn_store *store, struct tn_store_out *out)
{
    struct tn_store_slot *item = &store->item;
    uint32_t len = tn_store_data_len(item);
    uint32_t place = (uint32_t)store->head << 7 | store->head_pos;

    item->at = (uint8_t)(store->head_floor - tn_store_units(len));
    item->far = store->recent[store->turn];
    item->prev = store->bucket[tn_store_hash(item) & TN_STORE_BUCKET_MASK];
    tn_store_encode_slot(out->data, item, store->head_seq);
    tn_store_program_job(store, out, tn_store_place_at(place),
                         TN_STORE_SLOT_LEN);
    store->state = TN_STORE_AT_SLOT;
}

void tn_store_step_write(struct tn_store *store, struct tn_store_out *out)
{
    uint32_t len;
    uint32_t at = get_part(store, &len);

    if (len == 0) {
        program_slot(store, out);
    } else if (store->from) {
        tn_store_read_job(store, out, store->from + store->off, len);
        store->state = TN_STORE_AT_FETCH;
    } else {
        memcpy(out->data, store->data + store->off, len);
        tn_store_program_job(store, out, at, len);
        store->state = TN_STORE_AT_DATA;
    }
}

static void finish_slot(struct tn_store *store, struct tn_store_out *out)
{
    const struct tn_store_slot *item = &store->item;
    uint16_t hash = tn_store_hash(item);

    if (hash) {
        store->bucket[hash & TN_STORE_BUCKET_MASK] =
            (uint16_t)(store->head << 7 | store->head_pos);
    }
    store->recent[store->turn] = hash;
    store->turn = (store->turn + 1u) & 7u;
    store->head_pos++;
    store->head_floor = item->at;
    store->live = item->live;
    if (store->cleaning) {
        tn_store_finish_clean(store);
    } else {
        tn_store_finish_write(store, out);
    }
}

void tn_store_take_write(struct tn_store *store, const uint8_t *data,
                         struct tn_store_out *out)
{
    uint32_t len;
    uint32_t at = get_part(store, &len);

    switch ((enum tn_store_state)store->state) {
    case TN_STORE_AT_FETCH:
        /* A copy keeps its first sum, so rot cannot hide in it. */
        memcpy(out->data, data, len);
        tn_store_program_job(store, out, at, len);
        store->state = TN_STORE_AT_DATA;
        break;
    case TN_STORE_AT_DATA:
        store->off = (uint16_t)(store->off + len);
        store->state = TN_STORE_AT_WRITE;
        break;
    default:
        finish_slot(store, out);
        break;
    }
}
