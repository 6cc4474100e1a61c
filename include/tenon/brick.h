/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BRICK_H
#define TENON_BRICK_H

/*
 * The brick: a function from 4 ms of world to 4 ms of behaviour. It does no
 * I/O, asks no clock, holds no global, allocates nothing. The caller owns the
 * struct, may copy it with memcpy (a snapshot) and must not call from an
 * interrupt. The same inputs give the same outputs and the same bytes in
 * struct tn_brick on every machine. See docs/design/brick.md.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tenon/coils.h>
#include <tenon/colour.h>
#include <tenon/config.h>
#include <tenon/crypto.h>
#include <tenon/err.h>
#include <tenon/event.h>
#include <tenon/glow.h>
#include <tenon/hearing.h>
#include <tenon/motion.h>
#include <tenon/net.h>
#include <tenon/place.h>
#include <tenon/play.h>
#include <tenon/store.h>
#include <tenon/tag.h>
#include <tenon/voice.h>

#define TN_BRICK_DOCKED 0x01u /* power flags: on its charger */

/* What the sensors, the link, the flash and the crypto engine say of one
 * frame, and what the board can compute. */
struct tn_in {
    uint64_t time_us; /* the frame's start on the brick's own clock */
    /* Pure operations, the same in every step, not part of a recording; null:
     * the brick plays alone. */
    const struct tn_crypto *crypto;
    uint8_t pad0[8 - sizeof(void *) % 8u]; /* 0 */
    uint32_t secrets[4]; /* fresh, unpredictable: keys' safety rests on them */
    uint32_t entropy;    /* a fresh random word, for the programs' dice */
    uint16_t battery_pc; /* charge of the cell, 0 .. 100 */
    uint8_t power;       /* TN_BRICK_DOCKED or 0 */
    uint8_t accel_count; /* 0 .. TN_ACCEL_CAP */
    uint8_t mic_on;      /* 1: mic holds TN_AUDIO_LEN samples */
    uint8_t near_count;  /* 0 .. TN_NF_CAP */
    uint8_t coil_count;  /* 0 .. TN_COIL_CAP */
    uint8_t pad1[5];     /* 0 */
    struct tn_accel accel[TN_ACCEL_CAP];
    int16_t mic[TN_AUDIO_LEN]; /* 16 kHz, full scale 32767 */
    struct tn_nf_reply near[TN_NF_CAP];
    struct tn_light light; /* completed in this frame; valid 0: none */
    uint8_t pad2[4];       /* 0 */
    struct tn_coil_report coils[TN_COIL_CAP];
    struct tn_net_radio_in radio;
    struct tn_store_in store;       /* answer of the flash */
    struct tn_crypto_answer answer; /* of the crypto engine */
};

/* A tag that was refused, or play that lost something: for logs and reports. */
struct tn_notice {
    int8_t err;   /* enum tn_err */
    uint8_t slot; /* tag slot */
    uint16_t at;  /* offset in the tag's memory or image */
};

/* What the brick does in one frame. */
struct tn_out {
    /* How long after this frame the next step may begin, if nothing happens
     * before: motion above wake_mg, a reply, a frame, an answer of flash or
     * crypto engine, power. 0: at once. */
    uint32_t sleep_us;
    int16_t audio[TN_AUDIO_LEN]; /* 16 kHz */
    /* 0: the accelerometer delivers every sample. Else it may doze until an
     * axis changes by so much, and microphone and light sensor may be off: the
     * brick does not listen to them. It may want steps meanwhile. */
    uint16_t wake_mg;
    struct tn_rgb leds[TN_LED_COUNT];
    uint8_t near_count;   /* 0 .. TN_NF_CAP */
    uint8_t notice_count; /* 0 .. TN_NOTICE_CAP */
    struct tn_nf_cmd near[TN_NF_CAP];
    struct tn_notice notices[TN_NOTICE_CAP];
    struct tn_coil_plan coils;
    struct tn_net_radio_out radio;
    struct tn_store_job store;             /* for the flash; op 0: none */
    uint8_t store_data[TN_STORE_PAGE_LEN]; /* to program */
    struct tn_crypto_job job; /* for the crypto engine; op 0: none */
    uint8_t pad[4];           /* 0 */
};

struct tn_brick_config {
    uint64_t seed; /* the brick's own: a board's serial number hashed, say */
    uint8_t family[TN_CRYPTO_KEY_LEN]; /* secret of the family it belongs to */
    uint16_t flash_sectors; /* of the store, 2 .. 256; 0: keeps nothing */
    uint8_t has_family;     /* 1: family is set; 0: plays alone */
    uint8_t pad[5];         /* 0 */
};

/* Owners of objects in the store. */
enum tn_store_part {
    TN_STORE_PART_KEEP = 1 /* a tag's kept numbers, by its identity */
};

/* A placing turn that a beacon has fixed; private, as all down to tn_brick. */
struct tn_brick_turn {
    uint64_t at_us; /* its start; 0: none */
    uint8_t sender; /* index in the group */
    uint8_t peer;   /* the same as a peer number; TN_NET_NONE: not known yet */
    uint8_t own;    /* 1: this brick sends */
    uint8_t odd;    /* 1: of an odd round of turns */
    uint8_t last;   /* 1: an interval without a turn follows */
    uint8_t pad[3]; /* 0 */
};

/* What the arbiter of the coils remembers. */
struct tn_brick_coils {
    struct tn_brick_turn turn;   /* the latest */
    struct tn_brick_turn before; /* the one before it */
    uint64_t reading_us;         /* a tag is being read since; 0: none */
};

/* A program's kept numbers on their way from and to the store. */
struct tn_brick_kept {
    uint64_t identity; /* of whose numbers these are */
    uint64_t fetch_us; /* the fetch began */
    uint64_t saved_us; /* last saved; 0: not yet */
    tn_q16 numbers[TN_NUMBER_CAP];
    uint16_t image_sum; /* checksum and length of the image they belong to */
    uint16_t image_len;
    uint8_t count;
    uint8_t fetch;   /* private enum */
    uint8_t unsaved; /* 1: numbers are to be saved */
    uint8_t fails;   /* saves that failed in a row */
};

struct tn_brick_keep {
    struct tn_brick_kept slots[TN_PROGRAM_CAP];
    uint8_t asking;    /* slot that the pending request is for; 0xFF: none */
    uint8_t silent;    /* 1: the flash does not answer, or is left alone */
    uint8_t pad[6];    /* 0 */
    uint64_t asked_us; /* when it was asked */
};

/* The key pair that this brick shows to one that touches it; new at each
 * waking, so that nobody is followed by it. */
struct tn_brick_pair {
    uint8_t secret[TN_CRYPTO_KEY_LEN];
    uint8_t shown[TN_CRYPTO_KEY_LEN];
    uint8_t phase;  /* private enum */
    uint8_t job;    /* id of the crypto job under way */
    uint8_t pad[6]; /* 0 */
};

struct tn_brick {
    uint64_t time_us;        /* where the last frame ended */
    uint64_t quiet_since_us; /* nothing sounds, glows or moves since then */
    struct tn_motion motion;
    struct tn_hearing hearing;
    struct tn_colour colour;
    struct tn_tag tag;
    struct tn_play play;
    struct tn_voice voice;
    struct tn_glow glow;
    struct tn_net net;
    struct tn_place place; /* neighbours' slots are net's peer numbers */
    struct tn_store store;
    struct tn_brick_coils coils;
    struct tn_brick_keep keep;
    struct tn_brick_pair pair;
    struct tn_net_event sends[TN_NET_SEND_CAP]; /* for net's next step */
    uint32_t lost; /* messages that found no room */
    uint16_t flash_sectors;
    uint8_t send_count;
    uint8_t has_family;
    uint8_t started; /* 1: time_us is set */
    uint8_t quiet;   /* 1: quiet_since_us is set */
    uint8_t asleep;  /* 1: senses are frozen until something happens */
    uint8_t sounded; /* 1: `played` may hold a sound */
    int16_t played[TN_AUDIO_LEN]; /* the audio of the step before */
    struct tn_play_out play_out;  /* of the last step, for reports */
    /* What does not fit a stack frame, for the span of one call: no state, so
     * not part of a digest. Last. */
    union {
        struct tn_tag_out tag;
        struct {
            struct tn_net_in in;
            struct tn_net_out out;
        } net;
        struct tn_play_in play;
        struct {
            struct tn_store_request request;
            struct tn_store_out out;
        } store;
    } scratch;
};

/* Another brick of the group, as far as it is known. */
struct tn_neighbour {
    struct tn_net_member member;
    struct tn_place_pose pose; /* known 0: nothing */
    struct tn_place_signals place;
    uint8_t pad[4]; /* 0 */
};

/* A brick that has just woken for the first time, on no clock yet. */
void tn_brick_init(struct tn_brick *brick,
                   const struct tn_brick_config *config);

/*
 * One frame. `out->sleep_us` is a multiple of TN_FRAME_US. `in->time_us` is the
 * last frame's + TN_FRAME_US, or later by at most out->sleep_us of the last
 * step; a later start stands for all the quiet frames between. TN_ERR_TIME if
 * it is earlier, TN_ERR_ARG if a count is out of range; then nothing has
 * changed.
 */
enum tn_err tn_brick_step(struct tn_brick *brick, const struct tn_in *in,
                          struct tn_out *out);

/*
 * The bare brick's program (kind TN_IMAGE_BRICK), between two steps: it begins
 * with the next one, in a slot that no tag has, and plays when no tag is there;
 * beside tags only its `always` does. A program that is there already is
 * replaced. A fifth tag takes its place: it ends, and may be loaded anew when
 * tn_brick_has_bare says that there is none. `identity` is the brick's own, for
 * dice. The image is copied. TN_ERR_FULL: no slot is free; TN_ERR_FEATURE: it
 * has kept numbers; else what is wrong with it, `at` (may be null) its offset.
 */
enum tn_err tn_brick_load_bare(struct tn_brick *brick, uint64_t identity,
                               const uint8_t *image, uint16_t len,
                               uint16_t *at);
bool tn_brick_has_bare(const struct tn_brick *brick);

/* The neighbour with this peer number (0 .. TN_NET_PEER_CAP - 1), as of the
 * last step. TN_ERR_INDEX if there is none. */
enum tn_err tn_brick_get_neighbour(const struct tn_brick *brick, uint8_t peer,
                                   struct tn_neighbour *neighbour);

/* Bit a relation (enum tn_relation_number) that holds; one that is unknown does
 * not. */
uint32_t tn_brick_get_relations(const struct tn_place_signals *at);

/* The X25519 public key to show to a brick that touches this one; false while
 * there is none. */
bool tn_brick_get_shown_key(const struct tn_brick *brick,
                            uint8_t key[TN_CRYPTO_KEY_LEN]);

/* FNV-1a (64 bits) over the struct's state (all but scratch), and over an
 * output in canonical order (field by field, little-endian, used parts only),
 * continuing from `h`. */
uint64_t tn_brick_hash(const struct tn_brick *brick);
uint64_t tn_out_hash(uint64_t h, const struct tn_out *out);

#endif
