/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_STORE_H
#define TENON_STORE_H

/*
 * What must survive a power cut: a log-structured store of small objects on raw
 * NOR flash. It does no I/O: flash jobs leave through tn_store_out and are
 * answered through tn_store_in of a later step; one request is worked on at a
 * time. The caller owns the struct and may copy it; no call may come from an
 * interrupt. Bytes on flash: docs/spec/store.md; reasons: docs/design/store.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/err.h>

#define TN_STORE_SECTOR_LEN 4096u
#define TN_STORE_PAGE_LEN 256u
#define TN_STORE_SECTOR_CAP 256u
#define TN_STORE_CHUNK_LEN 256u
#define TN_STORE_CHUNK_CAP 16u /* chunks an object: 4 kB */
#ifndef TN_STORE_BUCKET_COUNT
#define TN_STORE_BUCKET_COUNT 256u /* a power of two, <= 256 */
#endif

/*
 * The flash port. A job is answered exactly once, before the next is given; it
 * may take any number of steps. PROGRAM stays inside a page, begins at a
 * multiple of 16 and touches bytes that were erased and not programmed since;
 * a port whose flash wants longer units pads with 0xFF to at most 16 bytes.
 * ERASE sets the sector of 4096 bytes at `at` to 0xFF.
 */
enum tn_store_job_op {
    TN_STORE_NO_JOB = 0,
    TN_STORE_READ = 1,    /* len bytes at `at`, into tn_store_in.data */
    TN_STORE_PROGRAM = 2, /* len bytes of tn_store_out.data to `at` */
    TN_STORE_ERASE = 3    /* len is 4096 */
};

struct tn_store_job {
    uint32_t at;  /* byte offset in the flash */
    uint16_t len; /* bytes, 1 .. 256; ERASE: 4096 */
    uint8_t op;   /* enum tn_store_job_op */
    uint8_t id;   /* the answer repeats it */
};

enum tn_store_answer {
    TN_STORE_NO_ANSWER = 0,
    TN_STORE_DONE = 1,
    TN_STORE_FAILED = 2 /* the driver gave up; the flash may be in any state */
};

struct tn_store_in {
    uint8_t answer; /* enum tn_store_answer */
    uint8_t id;     /* of the job that is answered */
    uint16_t len;   /* bytes in data: the job's len after a READ, else 0 */
    uint8_t data[TN_STORE_PAGE_LEN];
};

/*
 * An object is (part, id): 1 to 16 chunks of 256 bytes, the last of 0 to 256.
 * It is written by TN_STORE_APPEND for each chunk but the last, in order from
 * 0, and TN_STORE_COMMIT for the last: then, and not before, the new object
 * replaces the old one as a whole. Other requests may come in between; only one
 * object may be open.
 */
enum tn_store_op {
    TN_STORE_GET = 1,    /* one chunk; data and len come with the result */
    TN_STORE_APPEND = 2, /* chunk of 256 bytes, others follow; 0 opens */
    TN_STORE_COMMIT = 3, /* last chunk, 0 .. 256 bytes; may be chunk 0 */
    TN_STORE_ABORT = 4,  /* forgets the open object, whosever it is */
    TN_STORE_DELETE = 5, /* the whole object */
    TN_STORE_FORMAT = 6  /* erases everything, of whatever make */
};

struct tn_store_request {
    uint64_t id;
    uint16_t len;   /* APPEND: 256; COMMIT: 0 .. 256; others: 0 */
    uint8_t op;     /* enum tn_store_op */
    uint8_t part;   /* who owns the object: namespaces of ids */
    uint8_t chunk;  /* GET, APPEND, COMMIT: 0 .. 15 */
    uint8_t ticket; /* the result repeats it */
    uint8_t pad[2]; /* 0 */
    uint8_t data[TN_STORE_CHUNK_LEN];
};

enum tn_store_status {
    TN_STORE_OK = 0,
    TN_STORE_ABSENT = 1,  /* no such object, or it has no such chunk */
    TN_STORE_DAMAGED = 2, /* it was there; its bits have rotted */
    TN_STORE_FULL = 3,    /* no room: the old object stands, none is open */
    TN_STORE_ORDER = 4,   /* chunk is not the next of an open object */
    TN_STORE_BUSY = 5,    /* another object is open */
    TN_STORE_IO = 6,      /* a flash job failed; mounted anew. A COMMIT or
                             DELETE may have happened or not. */
    TN_STORE_FOREIGN = 7  /* another version's or size's store: only FORMAT */
};

struct tn_store_result {
    uint64_t id;
    uint32_t version; /* GET, COMMIT: changes with each commit of the object */
    uint16_t len;     /* GET: bytes in tn_store_out.data */
    uint8_t op;       /* the request's; 0: no result in this step */
    uint8_t status;   /* enum tn_store_status */
    uint8_t part;
    uint8_t chunk;
    uint8_t count; /* GET: chunks of the object, 0 if unknown */
    uint8_t ticket;
    uint8_t pad[4]; /* 0 */
};

/* A step gives a job or a result or neither, never both. */
struct tn_store_out {
    struct tn_store_result result;
    struct tn_store_job job;
    uint8_t data[TN_STORE_PAGE_LEN]; /* to program, or got */
};

/* Private to src/store from here on; public for its size. One slot of a
 * sector's directory: docs/spec/store.md. */
struct tn_store_slot {
    uint64_t id;
    uint32_t version;
    uint32_t sum; /* CRC-32C of the data */
    uint16_t len; /* bytes of data */
    uint16_t prev;
    uint16_t far;
    uint16_t live; /* units of 16 bytes */
    uint8_t part;
    uint8_t chunk;
    uint8_t kind;
    uint8_t at;     /* of the data in its sector, units of 16 bytes */
    uint8_t pad[4]; /* 0 */
};

struct tn_store {
    uint8_t state;      /* what the job in flight, or the next, is for */
    uint8_t request_op; /* 0: none */
    uint8_t request_part;
    uint8_t request_chunk;
    uint8_t request_ticket;
    uint8_t active; /* 1: the request is being worked on */
    uint8_t after;  /* state after a lookup */
    uint8_t job_op; /* job in flight, 0: none */
    uint8_t job_id;
    uint8_t mounted;
    uint8_t foreign;    /* 1: only FORMAT is served */
    uint8_t closed;     /* 1: nothing more goes into the head sector */
    uint8_t head_pos;   /* next free slot of the head */
    uint8_t head_floor; /* its lowest data, units */
    uint8_t mirror;     /* 1: the second copy of a header is at hand */
    uint8_t turn;       /* next place in recent[] */
    uint8_t due;        /* how many cleanings may be done while nobody asks */
    uint8_t cleaning;   /* 1: the item comes from the tail */
    uint8_t clean_pos;  /* slot of the tail to look at */
    uint8_t clean_floor;
    uint8_t want_root; /* lookup: of the object, not of one chunk */
    uint8_t hit;       /* outcome of the lookup */
    uint8_t scan_page;
    uint8_t scan_floor;
    uint8_t scan_dead; /* which of the last eight slots were unreadable */
    uint8_t scan_hits; /* which of the last eight slots were wanted */
    uint8_t head_user; /* scan: the sector holds a record of a request */
    uint8_t head_trim; /* scan: the sector holds a trim */
    uint8_t open_part;
    uint8_t open_next; /* next chunk of the open object; 0: none is open */
    uint8_t pad[2];    /* 0 */
    uint16_t sectors;  /* 2 .. TN_STORE_SECTOR_CAP */
    uint16_t head;     /* index of the newest sector */
    uint16_t place;    /* slot that a lookup looks at or has found */
    uint16_t live;     /* units that committed objects take */
    uint16_t open_units;
    uint16_t cursor; /* sector looked at by mount, format or open */
    uint16_t opens;  /* sectors opened for the request */
    uint16_t off;    /* bytes of the item's data that are written */
    uint16_t job_len;
    uint16_t request_len;
    uint32_t head_seq; /* sequence number of the newest sector, 0: none */
    uint32_t tail_seq; /* of the oldest in the log */
    uint32_t scan_seq; /* of the one under the scanner */
    uint32_t version;  /* the last given out */
    uint32_t open_version;
    uint32_t erases; /* of the head sector */
    uint32_t from;   /* where data to copy lie; 0: in `data` */
    uint64_t request_id;
    uint64_t open_id;
    struct tn_store_slot item;  /* the record at hand: wanted or written */
    struct tn_store_slot found; /* what the last lookup found */
    uint16_t recent[8];         /* hashes of the last eight slots */
    uint8_t data[TN_STORE_CHUNK_LEN];       /* of the pending request */
    uint16_t bucket[TN_STORE_BUCKET_COUNT]; /* newest slot of each chain */
};

/* A store on `sectors` sectors, not mounted yet: its first steps mount it.
 * TN_ERR_ARG outside 2 .. TN_STORE_SECTOR_CAP. */
enum tn_err tn_store_init(struct tn_store *store, uint16_t sectors);

/* Hands in a request. TN_ERR_FULL while another is pending, TN_ERR_ARG if a
 * field is out of range; then nothing has changed. */
enum tn_err tn_store_post(struct tn_store *store,
                          const struct tn_store_request *request);

/* True if no request is pending. */
bool tn_store_is_free(const struct tn_store *store);

/* True if a step without an answer would do nothing: no request, no job, no
 * cleaning. The brick may sleep. */
bool tn_store_is_idle(const struct tn_store *store);

/* Takes at most one answer and gives at most one job or result. Answers to
 * other jobs than the one in flight are ignored. */
void tn_store_step(struct tn_store *store, const struct tn_store_in *in,
                   struct tn_store_out *out);

#endif
