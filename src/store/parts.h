/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_STORE_PARTS_H
#define TENON_STORE_PARTS_H

/* What the files of src/store share. The words sector, slot, head, tail, trim
 * are those of docs/spec/store.md. */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/store.h>

#define TN_STORE_SLOT_LEN 32u
#define TN_STORE_UNIT_LEN 16u
#define TN_STORE_MIRROR_POS 127u /* the last slot's place: header again */
#define TN_STORE_FLOOR 254u      /* units: where data begin to grow down */

/* Kinds of slots, and what may be added to PART and LAST. */
#define TN_STORE_PART 1u    /* a chunk; more follow */
#define TN_STORE_LAST 2u    /* the last chunk: the object is whole */
#define TN_STORE_GONE 3u    /* the object was deleted */
#define TN_STORE_TRIM 4u    /* sectors up to number id are dead */
#define TN_STORE_HEAD 5u    /* slot 0: the sector's header */
#define TN_STORE_KIND 15u   /* mask */
#define TN_STORE_COPY 0x40u /* written by cleaning */
#define TN_STORE_LOST 0x80u /* its data rotted; none is there */

#define TN_STORE_BUCKET_MASK (TN_STORE_BUCKET_COUNT - 1u)

/* Places: sector << 7 | slot. */
#define TN_STORE_NOWHERE 0xFFFFu
#define TN_STORE_BROKEN 0xFFFEu /* the chain is damaged: scan the log */

enum tn_store_state {
    TN_STORE_AT_BOOT,
    TN_STORE_AT_SCAN,
    TN_STORE_AT_IDLE,
    TN_STORE_AT_CHAIN,
    TN_STORE_AT_GET_ROOT,
    TN_STORE_AT_GET_CHUNK,
    TN_STORE_AT_GET_DATA,
    TN_STORE_AT_ROOM,
    TN_STORE_AT_PUT,
    TN_STORE_AT_OPEN_LOOK,
    TN_STORE_AT_OPEN_ERASE,
    TN_STORE_AT_OPEN_HEAD,
    TN_STORE_AT_OPEN_MIRROR,
    TN_STORE_AT_WRITE,
    TN_STORE_AT_FETCH,
    TN_STORE_AT_DATA,
    TN_STORE_AT_SLOT,
    TN_STORE_AT_CLEAN,
    TN_STORE_AT_CLEAN_ROOT,
    TN_STORE_AT_CLEAN_CHUNK,
    TN_STORE_AT_CLEAN_ROOM,
    TN_STORE_AT_FORMAT
};

enum tn_store_hit {
    TN_STORE_MISS,
    TN_STORE_HIT,
    TN_STORE_ROTTEN /* the newest record of the key is unreadable */
};

enum tn_store_read {
    TN_STORE_BLANK,
    TN_STORE_BAD,
    TN_STORE_GOOD,
    TN_STORE_OTHER /* a header of another version or size */
};

/* slots.c: bytes. Sums continue from `sum` (start: 0). */
uint32_t tn_store_sum(uint32_t sum, const uint8_t *data, uint32_t len);
/* Which bit of `len` bytes must be turned for their sum to change by `diff`:
 * its number, 8 * len if none, -1 if one bit is not enough. */
int32_t tn_store_find_flip(uint32_t diff, uint32_t len);

void tn_store_encode_slot(uint8_t *raw, const struct tn_store_slot *slot,
                          uint32_t seq);
/* `pos`: where the slot stands; `floor`: its data must end below, units. */
enum tn_store_read tn_store_decode_slot(const uint8_t *raw, uint32_t seq,
                                        uint32_t pos, uint32_t floor,
                                        struct tn_store_slot *slot);
/* The header of the sector after the head: a slot whose version is the
 * sector's number and whose id is its tail and its count of erases. */
void tn_store_encode_head(uint8_t *raw, const struct tn_store *store);
enum tn_store_read tn_store_decode_head(const uint8_t *raw, uint16_t sectors,
                                        struct tn_store_slot *head);
/* 1 .. 65535, of part and id; 0 for a trim, which has no key. */
uint16_t tn_store_hash(const struct tn_store_slot *slot);
/* Bytes of data that a slot has on flash, and their units. */
uint32_t tn_store_data_len(const struct tn_store_slot *slot);
uint32_t tn_store_units(uint32_t len);

/* store.c */
void tn_store_read_job(struct tn_store *store, struct tn_store_out *out,
                       uint32_t at, uint32_t len);
/* The data are in out->data. */
void tn_store_program_job(struct tn_store *store, struct tn_store_out *out,
                          uint32_t at, uint32_t len);
void tn_store_erase_job(struct tn_store *store, struct tn_store_out *out,
                        uint32_t at);
void tn_store_finish(struct tn_store *store, struct tn_store_out *out,
                     enum tn_store_status status);
void tn_store_finish_write(struct tn_store *store, struct tn_store_out *out);

/* find.c: the log as a ring, lookup, mount. */
uint32_t tn_store_free_count(const struct tn_store *store);
uint32_t tn_store_seq_of(const struct tn_store *store, uint32_t sector);
uint32_t tn_store_sector_of(const struct tn_store *store, uint32_t seq);
/* Byte offsets of a slot, and of the data of the one that stands there. */
uint32_t tn_store_place_at(uint32_t place);
uint32_t tn_store_data_at(uint32_t place, const struct tn_store_slot *slot);
void tn_store_set_tail(struct tn_store *store, uint32_t seq);
void tn_store_find(struct tn_store *store, bool root,
                   enum tn_store_state after);
void tn_store_mount(struct tn_store *store);
void tn_store_take_boot(struct tn_store *store, const uint8_t *data);
void tn_store_take_scan(struct tn_store *store, const uint8_t *data);
void tn_store_take_chain(struct tn_store *store, const uint8_t *data);

/* write.c: records and new sectors. */
bool tn_store_fits(const struct tn_store *store, uint32_t len, bool trim);
void tn_store_open(struct tn_store *store);
void tn_store_step_open(struct tn_store *store, struct tn_store_out *out);
void tn_store_take_open(struct tn_store *store, const uint8_t *data);
/* Writes store->item; its data lie at `from` in the flash, or in data[]. */
void tn_store_write(struct tn_store *store, uint32_t from);
void tn_store_step_write(struct tn_store *store, struct tn_store_out *out);
void tn_store_take_write(struct tn_store *store, const uint8_t *data,
                         struct tn_store_out *out);

/* clean.c: the tail. */
bool tn_store_is_clean_due(const struct tn_store *store);
void tn_store_step_clean(struct tn_store *store, struct tn_store_out *out);
void tn_store_take_clean(struct tn_store *store, const uint8_t *data);
void tn_store_finish_clean(struct tn_store *store);

#endif
