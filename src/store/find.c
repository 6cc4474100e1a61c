/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <string.h>

#include <tenon/assert.h>

_Static_assert(TN_STORE_BUCKET_COUNT > 0 && TN_STORE_BUCKET_COUNT <= 256 &&
                   (TN_STORE_BUCKET_COUNT & TN_STORE_BUCKET_MASK) == 0,
               "buckets are a power of two");

uint32_t tn_store_free_count(const struct tn_store *store)
{
    uint32_t used = store->head_seq + 1u - store->tail_seq;

    TN_ASSERT(used <= store->sectors);
    return store->sectors - used;
}

/* How many sectors before the head. */
static uint32_t get_depth(const struct tn_store *store, uint32_t sector)
{
    return sector <= store->head ? store->head - sector
                                 : store->head + store->sectors - sector;
}

uint32_t tn_store_seq_of(const struct tn_store *store, uint32_t sector)
{
    return store->head_seq - get_depth(store, sector);
}

uint32_t tn_store_sector_of(const struct tn_store *store, uint32_t seq)
{
    uint32_t depth = store->head_seq - seq;

    return depth <= store->head ? store->head - depth
                                : store->head + store->sectors - depth;
}

uint32_t tn_store_place_at(uint32_t place)
{
    return (place >> 7) * TN_STORE_SECTOR_LEN +
           (place & 127u) * TN_STORE_SLOT_LEN;
}

uint32_t tn_store_data_at(uint32_t place, const struct tn_store_slot *slot)
{
    return (place >> 7) * TN_STORE_SECTOR_LEN + slot->at * TN_STORE_UNIT_LEN;
}

/* True for a slot of the log that is older than `than`. Chains only go this
 * way, so they end; and what points into a sector that was used anew since
 * points to something younger. */
static bool is_older(const struct tn_store *store, uint32_t place,
                     uint32_t than)
{
    uint32_t sector = place >> 7;
    uint32_t pos = place & 127u;

    if (sector >= store->sectors || pos == 0 || pos == TN_STORE_MIRROR_POS) {
        return false;
    }

    uint32_t depth = get_depth(store, sector);

    if (depth >= store->head_seq + 1u - store->tail_seq) {
        return false;
    }
    if (than == TN_STORE_NOWHERE) {
        return true;
    }

    uint32_t than_depth = get_depth(store, than >> 7);

    return depth > than_depth || (depth == than_depth && pos < (than & 127u));
}

void tn_store_set_tail(struct tn_store *store, uint32_t seq)
{
    store->tail_seq = seq;
    for (uint32_t i = 0; i < TN_STORE_BUCKET_COUNT; i++) {
        uint16_t place = store->bucket[i];

        if (place != TN_STORE_BROKEN &&
            !is_older(store, place, TN_STORE_NOWHERE)) {
            store->bucket[i] = TN_STORE_NOWHERE;
        }
    }
}

static void start_sector(struct tn_store *store)
{
    store->scan_page = 0;
    store->scan_floor = TN_STORE_FLOOR;
    store->head_user = 0;
    store->head_trim = 0;
}

static void start_scan(struct tn_store *store)
{
    store->scan_seq = store->tail_seq;
    store->scan_dead = 0;
    store->scan_hits = 0;
    start_sector(store);
    store->hit = TN_STORE_MISS;
    store->state = TN_STORE_AT_SCAN;
}

/* The lookup goes on at `place`, the next older slot of the chain. */
static void follow(struct tn_store *store, uint16_t place)
{
    if (place == TN_STORE_BROKEN) {
        start_scan(store);
    } else if (is_older(store, place, store->place)) {
        store->place = place;
        store->state = TN_STORE_AT_CHAIN;
    } else {
        store->hit = TN_STORE_MISS;
        store->state = store->after;
    }
}

void tn_store_find(struct tn_store *store, bool root, enum tn_store_state after)
{
    store->want_root = root;
    store->after = (uint8_t)after;
    store->place = TN_STORE_NOWHERE;
    follow(store,
           store->bucket[tn_store_hash(&store->item) & TN_STORE_BUCKET_MASK]);
}

static bool is_wanted(const struct tn_store *store,
                      const struct tn_store_slot *slot)
{
    const struct tn_store_slot *item = &store->item;
    uint8_t kind = slot->kind & TN_STORE_KIND;

    if (slot->part != item->part || slot->id != item->id ||
        kind == TN_STORE_TRIM) {
        return false;
    }
    if (store->want_root) {
        return kind != TN_STORE_PART;
    }
    return kind != TN_STORE_GONE && slot->version == item->version &&
           slot->chunk == item->chunk;
}

void tn_store_take_chain(struct tn_store *store, const uint8_t *data)
{
    uint32_t seq = tn_store_seq_of(store, store->place >> 7);
    struct tn_store_slot slot;

    if (tn_store_decode_slot(data, seq, store->place & 127u, TN_STORE_FLOOR,
                             &slot) != TN_STORE_GOOD) {
        start_scan(store);
    } else if (is_wanted(store, &slot)) {
        store->found = slot;
        store->hit = TN_STORE_HIT;
        store->state = store->after;
    } else {
        follow(store, slot.prev);
    }
}

/* The slot under the scanner names the hash of the eighth slot before it, 0 if
 * that was torn. If that one is unreadable, its key has lost its newest value,
 * unless a younger one has been found. */
static void note_far(struct tn_store *store, uint16_t far)
{
    bool dead = (store->scan_dead & 0x80u) && far != 0;

    if (dead && !store->mounted) {
        store->bucket[far & TN_STORE_BUCKET_MASK] = TN_STORE_BROKEN;
    } else if (dead && store->want_root && far == tn_store_hash(&store->item) &&
               !(store->hit == TN_STORE_HIT && store->scan_hits)) {
        store->hit = TN_STORE_ROTTEN;
    }
}

static void shift(struct tn_store *store)
{
    store->scan_dead = (uint8_t)(store->scan_dead << 1);
    store->scan_hits = (uint8_t)(store->scan_hits << 1);
}

/* Mounting: a readable slot of the log, older ones first. */
static void note_slot(struct tn_store *store, const struct tn_store_slot *slot,
                      uint16_t place)
{
    uint16_t hash = tn_store_hash(slot);

    store->live = slot->live;
    if (slot->version > store->version) {
        store->version = slot->version;
    }
    if (hash == 0) {
        store->head_trim = 1;
        if (slot->id >= store->tail_seq && slot->id < store->scan_seq) {
            tn_store_set_tail(store, (uint32_t)slot->id + 1u);
        }
    } else {
        store->head_user |= !(slot->kind & TN_STORE_COPY);
        store->bucket[hash & TN_STORE_BUCKET_MASK] = place;
    }
    store->recent[store->turn] = hash;
}

/* One slot of a page; false at the end of the sector's slots. */
static bool scan_slot(struct tn_store *store, const uint8_t *data, uint32_t pos)
{
    struct tn_store_slot slot;
    uint32_t sector = tn_store_sector_of(store, store->scan_seq);
    uint16_t place = (uint16_t)(sector << 7 | pos);
    enum tn_store_read read;

    if (pos == TN_STORE_MIRROR_POS || 2u * pos >= store->scan_floor) {
        return false;
    }
    read = tn_store_decode_slot(data, store->scan_seq, pos, store->scan_floor,
                                &slot);
    if (read == TN_STORE_BLANK) {
        return false;
    }
    if (read == TN_STORE_GOOD) {
        note_far(store, slot.far);
        store->scan_floor = slot.at;
    }
    shift(store);
    store->scan_dead |= read != TN_STORE_GOOD;
    if (!store->mounted) {
        store->recent[store->turn] = 0;
        if (read == TN_STORE_GOOD) {
            note_slot(store, &slot, place);
        }
        store->turn = (store->turn + 1u) & 7u;
    } else if (read == TN_STORE_GOOD && is_wanted(store, &slot)) {
        store->found = slot;
        store->place = place;
        store->hit = TN_STORE_HIT;
        store->scan_hits |= 1u;
    }
    return true;
}

static void start_mount_scan(struct tn_store *store)
{
    memset(store->bucket, 0xFF, sizeof store->bucket);
    memset(store->recent, 0, sizeof store->recent);
    store->turn = 0;
    start_scan(store);
}

/*
 * All sectors in the log means that the head was opened to clean the tail. If
 * it holds nothing but copies and no trim, the tail is still whole: the head is
 * given up and the cleaning begins anew. Otherwise the trim was there once.
 */
static void finish_mount(struct tn_store *store)
{
    if (store->head_seq != 0 && tn_store_free_count(store) == 0) {
        if (!store->head_trim && !store->head_user) {
            store->head =
                (uint16_t)tn_store_sector_of(store, store->head_seq - 1u);
            store->head_seq--;
            start_mount_scan(store);
            return;
        }
        tn_store_set_tail(store, store->tail_seq + 1u);
    }
    store->mounted = 1;
    store->closed = 1; /* what a cut left in its blank part is not known */
    store->state = TN_STORE_AT_IDLE;
}

static void finish_scan(struct tn_store *store)
{
    if (!store->mounted) {
        finish_mount(store);
        return;
    }
    /* The last eight are vouched for by what will be written next. */
    for (uint32_t i = 0; i < 8; i++) {
        note_far(store, store->recent[(store->turn + i) & 7u]);
        shift(store);
    }
    store->state = store->after;
}

void tn_store_take_scan(struct tn_store *store, const uint8_t *data)
{
    bool more = true;

    for (uint32_t i = store->scan_page == 0; i < 8 && more; i++) {
        more = scan_slot(store, data + i * TN_STORE_SLOT_LEN,
                         store->scan_page * 8u + i);
    }
    if (more) {
        store->scan_page++;
        return;
    }
    if (store->scan_seq == store->head_seq) {
        finish_scan(store);
        return;
    }
    store->scan_seq++;
    start_sector(store);
}

void tn_store_mount(struct tn_store *store)
{
    store->mounted = 0;
    store->foreign = 0;
    store->due = 0;
    store->clean_pos = 0;
    store->open_next = 0;
    store->open_units = 0;
    store->live = 0;
    store->version = 0;
    store->head_seq = 0;
    store->tail_seq = 1;
    store->head = (uint16_t)(store->sectors - 1u);
    store->cursor = 0;
    store->mirror = 0;
    store->state = TN_STORE_AT_BOOT;
}

void tn_store_take_boot(struct tn_store *store, const uint8_t *data)
{
    struct tn_store_slot head;
    enum tn_store_read read = tn_store_decode_head(data, store->sectors, &head);

    if (read == TN_STORE_OTHER) {
        store->foreign = 1;
        store->erases = (uint32_t)(head.id >> 32);
    } else if (read == TN_STORE_GOOD && head.version > store->head_seq) {
        store->head_seq = head.version;
        store->tail_seq = (uint32_t)head.id;
        store->erases = (uint32_t)(head.id >> 32);
        store->head = store->cursor;
    } else if (read != TN_STORE_GOOD && !store->mirror) {
        store->mirror = 1;
        return;
    }
    store->mirror = 0;
    store->cursor++;
    if (store->cursor < store->sectors) {
        return;
    }
    if (store->head_seq == 0) {
        memset(store->bucket, 0xFF, sizeof store->bucket);
        finish_mount(store);
    } else {
        start_mount_scan(store);
    }
}
