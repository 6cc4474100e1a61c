/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TEST_STORE_KIT_H
#define TENON_TEST_STORE_KIT_H

/* A store on a simulated flash, and a model of what it must hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <sim/flash.h>
#include <tenon/prng.h>
#include <tenon/store.h>

#define KIT_SECTOR_CAP 256u
#define KIT_KEY_CAP 64u
#define KIT_OBJECT_CAP (TN_STORE_CHUNK_CAP * TN_STORE_CHUNK_LEN)
#define KIT_STEP_CAP 2000000u

/* An object's bytes follow from its key and serial; serial 0: absent. */
struct kit_object {
    uint32_t serial;
    uint32_t len;
};

struct kit {
    struct tn_store store;
    struct tn_sim_flash flash;
    struct tn_store_in in;
    struct tn_store_out out;
    struct kit_object model[KIT_KEY_CAP];
    uint32_t serial;
    uint32_t steps;
    uint8_t bytes[KIT_SECTOR_CAP * TN_STORE_SECTOR_LEN];
    uint8_t marks[KIT_SECTOR_CAP * 256u];
    uint32_t erases[KIT_SECTOR_CAP];
};

static inline void kit_mount(struct kit *kit)
{
    tn_sim_flash_reset(&kit->flash);
    assert_int_equal(tn_store_init(&kit->store, kit->flash.sectors), TN_OK);
    memset(&kit->in, 0, sizeof kit->in);
}

static inline void kit_init(struct kit *kit, uint16_t sectors)
{
    memset(kit->model, 0, sizeof kit->model);
    kit->serial = 0;
    kit->steps = 0;
    tn_sim_flash_init(&kit->flash, kit->bytes, kit->marks, kit->erases,
                      sectors);
    kit_mount(kit);
}

static inline void kit_step(struct kit *kit)
{
    tn_store_step(&kit->store, &kit->in, &kit->out);
    tn_sim_flash_push(&kit->flash, &kit->out, 0);
    tn_sim_flash_pull(&kit->flash, UINT64_MAX, &kit->in);
    assert_int_equal(kit->flash.faults, 0);
    kit->steps++;
}

/* Steps until nothing is to do, or the power fails: then false. */
static inline bool kit_rest(struct kit *kit)
{
    uint32_t cap = kit->steps + KIT_STEP_CAP;

    while (!tn_store_is_idle(&kit->store)) {
        kit_step(kit);
        assert_true(kit->steps < cap);
        if (kit->flash.off) {
            return false;
        }
    }
    return true;
}

/* One request to its end; false if the power fails before. */
static inline bool kit_ask(struct kit *kit,
                           const struct tn_store_request *request)
{
    uint32_t cap = kit->steps + KIT_STEP_CAP;

    assert_int_equal(tn_store_post(&kit->store, request), TN_OK);
    do {
        kit_step(kit);
        assert_true(kit->steps < cap);
        if (kit->flash.off) {
            return false;
        }
    } while (kit->out.result.op == 0);
    assert_int_equal(kit->out.result.op, request->op);
    assert_int_equal(kit->out.result.ticket, request->ticket);
    assert_int_equal(kit->out.job.op, TN_STORE_NO_JOB);
    return true;
}

static inline void kit_set_key(struct tn_store_request *request, uint32_t key)
{
    memset(request, 0, sizeof *request);
    request->part = (uint8_t)(key % 3u);
    request->id = (uint64_t)key << 40 | (key + 1u);
    request->ticket = (uint8_t)(key * 7u);
}

/* Chunk `chunk` of an object; returns its length. */
static inline uint16_t kit_fill(uint8_t *data, uint32_t key,
                                const struct kit_object *object, uint32_t chunk)
{
    uint32_t from = chunk * TN_STORE_CHUNK_LEN;
    uint32_t len = object->len - from;
    struct tn_prng prng;

    len = len > TN_STORE_CHUNK_LEN ? TN_STORE_CHUNK_LEN : len;
    tn_prng_init(&prng, ((uint64_t)object->serial << 32) | chunk, key);
    for (uint32_t i = 0; i < len; i++) {
        data[i] = (uint8_t)(tn_prng_get(&prng) >> 24);
    }
    return (uint16_t)len;
}

static inline uint32_t kit_chunks(const struct kit_object *object)
{
    uint32_t len = object->len;

    return len == 0 ? 1 : (len + TN_STORE_CHUNK_LEN - 1u) / TN_STORE_CHUNK_LEN;
}

/* Puts a whole object; the status, or -1 if the power fails. The model is the
 * caller's. */
static inline int kit_put(struct kit *kit, uint32_t key,
                          const struct kit_object *object)
{
    uint32_t count = kit_chunks(object);
    struct tn_store_request request;

    for (uint32_t chunk = 0; chunk < count; chunk++) {
        kit_set_key(&request, key);
        request.op = chunk + 1u < count ? TN_STORE_APPEND : TN_STORE_COMMIT;
        request.chunk = (uint8_t)chunk;
        request.len = kit_fill(request.data, key, object, chunk);
        if (!kit_ask(kit, &request)) {
            return -1;
        }
        if (kit->out.result.status == TN_STORE_BUSY) {
            /* Somebody has left an object open. */
            kit_set_key(&request, key);
            request.op = TN_STORE_ABORT;
            if (!kit_ask(kit, &request)) {
                return -1;
            }
            chunk--;
        } else if (kit->out.result.status != TN_STORE_OK) {
            break;
        }
    }
    return kit->out.result.status;
}

static inline int kit_delete(struct kit *kit, uint32_t key)
{
    struct tn_store_request request;

    kit_set_key(&request, key);
    request.op = TN_STORE_DELETE;
    return kit_ask(kit, &request) ? kit->out.result.status : -1;
}

static inline int kit_get_chunk(struct kit *kit, uint32_t key, uint32_t chunk)
{
    struct tn_store_request request;

    kit_set_key(&request, key);
    request.op = TN_STORE_GET;
    request.chunk = (uint8_t)chunk;
    return kit_ask(kit, &request) ? kit->out.result.status : -1;
}

/* What the store says of a key, compared with an object. */
enum kit_verdict {
    KIT_SAME,
    KIT_DAMAGED,
    KIT_WRONG
};

static inline enum kit_verdict kit_compare(struct kit *kit, uint32_t key,
                                           const struct kit_object *object)
{
    uint8_t data[TN_STORE_CHUNK_LEN];
    enum kit_verdict verdict = KIT_SAME;

    for (uint32_t chunk = 0; chunk < kit_chunks(object); chunk++) {
        int status = kit_get_chunk(kit, key, chunk);

        if (status == TN_STORE_DAMAGED) {
            verdict = KIT_DAMAGED;
            continue;
        }
        if (object->serial == 0 || status != TN_STORE_OK) {
            return object->serial == 0 && status == TN_STORE_ABSENT ? verdict
                                                                    : KIT_WRONG;
        }

        uint16_t len = kit_fill(data, key, object, chunk);

        if (kit->out.result.count != kit_chunks(object) ||
            kit->out.result.len != len ||
            memcmp(kit->out.data, data, len) != 0) {
            return KIT_WRONG;
        }
    }
    return verdict;
}

static inline void kit_check_all(struct kit *kit, uint32_t keys)
{
    for (uint32_t key = 0; key < keys; key++) {
        assert_int_equal(kit_compare(kit, key, &kit->model[key]), KIT_SAME);
    }
}

/* A new value for a key: mostly small, some of many chunks. */
static inline struct kit_object kit_make(struct kit *kit, struct tn_prng *prng,
                                         uint32_t len_cap)
{
    struct kit_object object;
    uint32_t kind = tn_prng_below(prng, 8);
    uint32_t cap = kind < 5 ? 48u : kind < 7 ? 300u : len_cap;

    object.serial = ++kit->serial;
    object.len = tn_prng_below(prng, (cap < len_cap ? cap : len_cap) + 1u);
    return object;
}

#endif
