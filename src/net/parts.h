/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_NET_PARTS_H
#define TENON_NET_PARTS_H

/* What the files of src/net share. Bytes: docs/spec/bricknet.md. */

#include <tenon/bytes.h>
#include <tenon/net.h>

/* First byte of a frame: version 1 and kind. */
#define TN_NET_IS_BEACON 0x11u
#define TN_NET_IS_ANSWER 0x12u
#define TN_NET_IS_JOIN 0x13u

#define TN_NET_BEACON_HEAD 17u
#define TN_NET_ANSWER_HEAD 5u
#define TN_NET_JOIN_HEAD 13u

enum tn_net_item {
    TN_NET_ITEM_GRANT = 1,
    TN_NET_ITEM_STATE = 2,
    TN_NET_ITEM_RELAY = 3,
    TN_NET_ITEM_BODY = 4,
    TN_NET_ITEM_KINDS = 5,
    TN_NET_ITEM_EVENT = 6,
    TN_NET_ITEM_BEFORE = 7
};

#define TN_NET_GRANT_LEN 14u
#define TN_NET_STATE_LEN 25u
#define TN_NET_RELAY_LEN 28u
#define TN_NET_BODY_LEN 4u
#define TN_NET_KINDS_LEN 16u
#define TN_NET_EVENT_LEN 22u
#define TN_NET_BEFORE_LEN 4u

/* What a step may do for frames, so that a flood costs no more than a crowd: to
 * open one takes a unit, and to derive a key two. */
#define TN_NET_OPEN_UNITS 5u
#define TN_NET_DERIVE_UNITS 2u
#define TN_NET_BUSY_UNITS 2u

#define TN_NET_FLAG_PROBING 1u
#define TN_NET_FLAG_MEMBERS 2u

#define TN_NET_GRANTED_COUNT 16u /* beacons to confirm a grant in */
#define TN_NET_FREED_COUNT 12u   /* beacons before an index is given anew */
#define TN_NET_BEACON_EVENTS 5u
#define TN_NET_ANSWER_EVENTS 2u

enum tn_net_seat_state {
    TN_NET_SEAT_FREE = 0,
    TN_NET_SEAT_GRANTED = 1,
    TN_NET_SEAT_MEMBER = 2,
    TN_NET_SEAT_OWN = 3
};

enum tn_net_sent_state {
    TN_NET_WAITS = 0, /* not with this session's coordinator */
    TN_NET_TAKEN = 1, /* it has it */
    TN_NET_DEAD = 2,  /* whom it was meant for is not there */
    TN_NET_DONE = 3   /* everyone has it */
};

/* Direction: part of the nonce. */
enum tn_net_direction {
    TN_NET_DOWN = 0,
    TN_NET_UP = 1,
    TN_NET_JOINS = 2
};

/* One step's context; lives on its stack. */
struct tn_net_turn {
    struct tn_net *net;
    const struct tn_crypto *crypto;
    const struct tn_net_in *in;
    struct tn_net_out *out;
    uint8_t derive_left; /* keys that may still be derived */
    uint8_t open_left;   /* frames that may still be opened */
    uint8_t sealed;      /* 1: out has a frame */
    uint8_t pad[sizeof(void *) - 3];
};

/* A frame to seal or to open. */
struct tn_net_frame {
    uint64_t challenge; /* joins, else 0 */
    uint8_t *data;
    uint32_t counter;
    uint16_t head; /* bytes in the clear */
    uint16_t len;  /* all bytes, without what sealing adds */
    uint8_t slot;
    uint8_t direction; /* enum tn_net_direction */
    uint8_t pad[sizeof(void *) - 2];
};

/* The fixed part of a beacon. */
struct tn_net_head {
    uint64_t group_us;
    uint32_t id; /* the coordinator's */
    uint16_t present;
    uint8_t base;
    uint8_t next;
    uint8_t leader;
    uint8_t deputy;
    uint8_t battery_pc;
    uint8_t flags;
    uint8_t pad[4];
};

/* frame.c */
void tn_net_derive(const struct tn_net_turn *turn, struct tn_net_session *s);
void tn_net_seal(const struct tn_net_turn *turn, const struct tn_net_session *s,
                 struct tn_net_frame *frame);
enum tn_err tn_net_open(struct tn_net_turn *turn,
                        const struct tn_net_session *s,
                        struct tn_net_frame *frame);
bool tn_net_is_before(uint8_t a, uint8_t b); /* of events' numbers */
bool tn_net_is_set(uint32_t mask, uint32_t bit);

/* clock.c */
void tn_net_clock_set(struct tn_net_clock *clock, uint64_t own_us,
                      uint64_t group_us);
void tn_net_clock_step(struct tn_net_clock *clock, uint64_t own_us,
                       uint64_t group_us);
uint64_t tn_net_clock_get(const struct tn_net_clock *clock, uint64_t own_us);
/* Age of a stamp now, us; what seems to come from the future is 0. */
uint32_t tn_net_age_us(const struct tn_net_turn *turn, uint16_t stamp_ms);
uint16_t tn_net_stamp_ms(const struct tn_net *net, uint64_t own_us);

/* outbox.c: own events. */
void tn_net_post(struct tn_net_turn *turn, const struct tn_net_event *event);
void tn_net_sent_reset(struct tn_net *net);
/* Someone has gone for whom events to all were meant. */
void tn_net_sent_spoil(struct tn_net *net);
/* What the coordinator says: newest taken (low byte), which are done. */
void tn_net_sent_mark(struct tn_net *net, uint8_t taken, uint8_t done);
void tn_net_sent_expire(struct tn_net_turn *turn);
uint64_t tn_net_sent_due_us(const struct tn_net *net);
/* The next from place `*at` on that can go to the coordinator, with its target
 * as an index; or null. */
struct tn_net_sent *tn_net_sent_pop(struct tn_net_turn *turn, uint8_t *at,
                                    uint8_t *target);

/* peers.c */
uint8_t tn_net_peer_find(const struct tn_net *net, uint32_t id);
uint8_t tn_net_peer_at(const struct tn_net *net, uint8_t index);
/* Known or new, here, at that index; TN_NET_NONE if the table is full. */
uint8_t tn_net_peer_meet(struct tn_net_turn *turn, uint32_t id, uint8_t index);
void tn_net_peer_part(struct tn_net_turn *turn, uint8_t peer);
void tn_net_peers_keep(struct tn_net_turn *turn, uint16_t present);
/* Nobody has an index any more; who gets none by `grace_us` goes. */
void tn_net_peers_unseat(struct tn_net_turn *turn);
bool tn_net_peers_lack(const struct tn_net *net);
void tn_net_peers_expire(struct tn_net_turn *turn);
void tn_net_peer_body(struct tn_net_peer *peer, struct tn_bytes *b);
void tn_net_peer_kinds(struct tn_net_peer *peer, struct tn_bytes *b);
/* Hands an event to the programs unless it was before or is too old. False if
 * it must be offered again later. */
bool tn_net_deliver(struct tn_net_turn *turn, const struct tn_net_relay *event);

/* relay.c: the coordinator's events. */
bool tn_net_relay_push(struct tn_net_turn *turn,
                       const struct tn_net_relay *event);
void tn_net_relay_ack(struct tn_net_turn *turn, uint8_t index, uint8_t ack);
void tn_net_relay_leave(struct tn_net *net, uint8_t index);
void tn_net_relay_expire(struct tn_net_turn *turn);
/* The number of the first that a beacon should carry. */
uint8_t tn_net_relay_first(const struct tn_net *net);
const struct tn_net_relay *tn_net_relay_get(const struct tn_net *net,
                                            uint8_t number);

/* seats.c: the coordinator's members. */
uint16_t tn_net_seats_mask(const struct tn_net *net, uint8_t state);
/* Members, and those who have been granted a seat. */
uint16_t tn_net_seats_meant(const struct tn_net *net);
/* After a takeover: the others' seats wait for them. */
void tn_net_seats_reserve(struct tn_net_turn *turn);
void tn_net_seat_join(struct tn_net_turn *turn, uint8_t slot, uint32_t id,
                      uint16_t taken, uint64_t challenge);
void tn_net_seats_expire(struct tn_net_turn *turn);
uint8_t tn_net_seats_deputy(const struct tn_net *net);

/* beacon.c */
void tn_net_beacon_seal(struct tn_net_turn *turn);
/* Opens one into `data`; `b` is left after the fixed part. */
enum tn_err tn_net_beacon_open(struct tn_net_turn *turn,
                               struct tn_net_session *s,
                               const struct tn_net_rx *rx, uint8_t *data,
                               struct tn_bytes *b);
enum tn_err tn_net_head_decode(struct tn_bytes *b, struct tn_net_head *head);
bool tn_net_item_get(struct tn_bytes *b, uint8_t *kind, struct tn_bytes *item);

/* answer.c */
void tn_net_answer_seal(struct tn_net_turn *turn);
/* `keep`: the own index of before is still reserved. */
void tn_net_join_seal(struct tn_net_turn *turn, const struct tn_net_head *head,
                      bool keep);
void tn_net_answer_take(struct tn_net_turn *turn, const struct tn_net_rx *rx);
uint32_t tn_net_body_encode(const struct tn_net_in *in, uint8_t *data,
                            uint32_t at);
uint32_t tn_net_kinds_encode(const uint32_t *kinds, uint8_t *data, uint32_t at);

/* member.c: seeking, joining, joined. */
void tn_net_seek(struct tn_net_turn *turn, uint64_t wait_us, uint8_t reason);
void tn_net_seek_after(struct tn_net_turn *turn);
/* A beacon of a train that is not the own group's. */
void tn_net_meet(struct tn_net_turn *turn, const struct tn_net_rx *rx);
void tn_net_follow(struct tn_net_turn *turn, const struct tn_net_rx *rx);
void tn_net_give_up(struct tn_net_turn *turn);

/* leader.c */
void tn_net_lead(struct tn_net_turn *turn, uint8_t reason);
void tn_net_lead_step(struct tn_net_turn *turn);
bool tn_net_is_better(const struct tn_net_turn *turn,
                      const struct tn_net_head *head);

#endif
