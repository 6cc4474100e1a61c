/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <string.h>

#include <tenon/assert.h>

/* With this many sectors one is worth keeping free ahead of need. */
#define AHEAD_SECTORS 4u

bool tn_store_is_clean_due(const struct tn_store *store)
{
    uint32_t free_count = tn_store_free_count(store);

    if (store->foreign) {
        return false;
    }
    return free_count == 0 ||
           (store->due && free_count == 1 && store->sectors >= AHEAD_SECTORS);
}

static uint32_t get_place(const struct tn_store *store)
{
    return tn_store_sector_of(store, store->tail_seq) << 7 | store->clean_pos;
}

static void leave(struct tn_store *store)
{
    store->cleaning = 0;
    store->state = store->active ? TN_STORE_AT_ROOM : TN_STORE_AT_IDLE;
}

static void skip(struct tn_store *store)
{
    store->clean_pos++;
    leave(store);
}

/* All that lived in the tail has been copied: say so, then it may be erased. */
static void start_trim(struct tn_store *store)
{
    struct tn_store_slot *item = &store->item;

    memset(item, 0, sizeof *item);
    item->kind = TN_STORE_TRIM;
    item->id = store->tail_seq;
    store->state = TN_STORE_AT_CLEAN_ROOM;
}

void tn_store_take_clean(struct tn_store *store, const uint8_t *data)
{
    uint32_t pos = store->clean_pos;
    struct tn_store_slot *item = &store->item;
    enum tn_store_read read = TN_STORE_BLANK;

    if (pos < TN_STORE_MIRROR_POS && 2u * pos < store->clean_floor) {
        read = tn_store_decode_slot(data, store->tail_seq, pos,
                                    store->clean_floor, item);
    }
    if (read == TN_STORE_BLANK) {
        start_trim(store);
        return;
    }
    if (read != TN_STORE_GOOD) {
        skip(store);
        return;
    }
    store->clean_floor = item->at;

    uint8_t kind = item->kind & TN_STORE_KIND;

    /* Nothing is older than the tail, so nothing needs a GONE any more. */
    if (kind == TN_STORE_TRIM || kind == TN_STORE_GONE) {
        skip(store);
        return;
    }
    tn_store_find(store, true, TN_STORE_AT_CLEAN_ROOT);
}

/* The newest root of the item's object has been looked up. */
static void check_root(struct tn_store *store)
{
    struct tn_store_slot *item = &store->item;
    bool last = (item->kind & TN_STORE_KIND) == TN_STORE_LAST;
    bool open = store->open_next && store->open_version == item->version;
    bool same = store->hit == TN_STORE_HIT &&
                (store->found.kind & TN_STORE_KIND) == TN_STORE_LAST &&
                store->found.version == item->version;

    if (last && store->hit == TN_STORE_ROTTEN) {
        /* An old value must not come to light: keep the key, and the loss. */
        item->kind |= TN_STORE_LOST;
        store->state = TN_STORE_AT_CLEAN_ROOM;
    } else if (last && same && store->place == get_place(store)) {
        store->state = TN_STORE_AT_CLEAN_ROOM;
    } else if (!last && (same || open)) {
        tn_store_find(store, false, TN_STORE_AT_CLEAN_CHUNK);
    } else {
        skip(store);
    }
}

static void make_room(struct tn_store *store)
{
    struct tn_store_slot *item = &store->item;
    bool trim = (item->kind & TN_STORE_KIND) == TN_STORE_TRIM;
    uint32_t from = tn_store_data_at(get_place(store), item);

    if (!tn_store_fits(store, tn_store_data_len(item), trim)) {
        tn_store_open(store);
        return;
    }
    item->live = store->live;
    if (!trim) {
        item->kind |= TN_STORE_COPY;
    }
    tn_store_write(store, from);
}

void tn_store_step_clean(struct tn_store *store, struct tn_store_out *out)
{
    switch ((enum tn_store_state)store->state) {
    case TN_STORE_AT_CLEAN:
        if (store->clean_pos == 0) {
            store->clean_pos = 1;
            store->clean_floor = TN_STORE_FLOOR;
        }
        store->cleaning = 1;
        tn_store_read_job(store, out, tn_store_place_at(get_place(store)),
                          TN_STORE_SLOT_LEN);
        break;
    case TN_STORE_AT_CLEAN_ROOT:
        check_root(store);
        break;
    case TN_STORE_AT_CLEAN_CHUNK:
        /* A cut may have left an older copy of what lives elsewhere. */
        if (store->hit == TN_STORE_HIT && store->place == get_place(store)) {
            store->state = TN_STORE_AT_CLEAN_ROOM;
        } else {
            skip(store);
        }
        break;
    default:
        make_room(store);
        break;
    }
}

void tn_store_finish_clean(struct tn_store *store)
{
    if ((store->item.kind & TN_STORE_KIND) == TN_STORE_TRIM) {
        tn_store_set_tail(store, store->tail_seq + 1u);
        store->clean_pos = 0;
        store->due = store->due > 0 ? (uint8_t)(store->due - 1u) : 0;
        leave(store);
    } else {
        skip(store);
    }
}
