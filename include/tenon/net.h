/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_NET_H
#define TENON_NET_H

/*
 * BrickNet: bricks of one family find each other, keep one time and tell each
 * other events, each exactly once or with a word to the sender. One coordinator
 * sends a beacon every interval, the others answer in their slots. Net seals
 * and opens frames and decides; a link (controller, simulator, UDP) keeps the
 * microseconds. The caller owns the struct and may copy it; no call may come
 * from an interrupt. Frames and timings: docs/spec/bricknet.md; reasons:
 * docs/design/bricknet.md.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/config.h>
#include <tenon/crypto.h>
#include <tenon/err.h>
#include <tenon/maths.h>

#define TN_NET_CAP 16u       /* bricks of a group: indices 0 .. 15 */
#define TN_NET_PEER_CAP 16u  /* other bricks that a brick knows */
#define TN_NET_KIND_CAP 4u   /* kinds that a brick shows to the others */
#define TN_NET_RX_CAP 5u     /* frames a step */
#define TN_NET_RX_LEN 1024u  /* their bytes together */
#define TN_NET_SEND_CAP 4u   /* events a step from own programs */
#define TN_NET_EVENT_CAP 8u  /* events a step from others */
#define TN_NET_SENT_CAP 8u   /* own events under way */
#define TN_NET_RELAY_CAP 16u /* events that a coordinator holds */
#define TN_NET_ALL 0xFFu     /* every brick of the group */
#define TN_NET_NONE 0xFFu    /* no peer, index, slot, train */

#define TN_NET_INTERVAL_US 30000u    /* from beacon to beacon */
#define TN_NET_SLOT_DELAY_US 7500u   /* start of a beacon to slot 0 */
#define TN_NET_SLOT_SPACING_US 625u  /* slot to slot */
#define TN_NET_CLOSE_US 5000u        /* beacons are handed over so early */
#define TN_NET_BEACON_CAP 244u       /* bytes of a frame */
#define TN_NET_ANSWER_CAP 88u        /* bytes of an answer or join */
#define TN_NET_LIFE_US 700000u       /* nobody takes an older event */
#define TN_NET_UNHEARD_US 950000u    /* by then its sender is told */
#define TN_NET_LOST_COUNT 5u         /* beacons missed: coordinator is gone */
#define TN_NET_PROBE_LOST_COUNT 10u  /* the same while it looks elsewhere */
#define TN_NET_SILENT_COUNT 30u      /* answers missed: member is gone */
#define TN_NET_GRACE_US 1000000u     /* peers stay known without a group */
#define TN_NET_LISTEN_MIN_US 120000u /* before a brick leads */
#define TN_NET_LISTEN_VARY_US 500000u

/* A frame that the link has heard. */
struct tn_net_rx {
    uint64_t at_us; /* own clock: start of the beacon, or of the slot */
    uint16_t at;    /* its bytes in tn_net_radio_in.data */
    uint16_t len;
    uint8_t train; /* the link's number for it, 1 ..; 0: the own train */
    uint8_t slot;  /* answers; beacons: 0 */
    uint8_t pad[2];
};

/*
 * What a link gives to a step. Frames are complete ones that ended before the
 * step's time. First come those of the followed or own train, at most one for a
 * beacon or slot; what of them finds no room comes in the next step. Beacons of
 * other trains fill what room is left, the rest is dropped. Net survives
 * anything.
 */
struct tn_net_radio_in {
    uint64_t next_us; /* start of the own train's next beacon; 0: none runs */
    uint8_t rx_count; /* 0 .. TN_NET_RX_CAP */
    uint8_t pad[7];   /* 0 */
    struct tn_net_rx rx[TN_NET_RX_CAP];
    uint8_t data[TN_NET_RX_LEN];
};

enum tn_net_tx {
    TN_NET_NO_TX = 0,
    TN_NET_BEACON = 1, /* of the own train, starting at tx_us */
    TN_NET_ANSWER = 2  /* in tx_slot after tx_train's beacon of tx_us */
};

/* How a coordinator's link looks for other trains outside its own beacon and
 * slots. Of a train found so it reports one beacon, even at the price of own
 * slots, or of the own beacon now and then. */
enum tn_net_scan {
    TN_NET_SCAN_OFF = 0,
    TN_NET_SCAN_SOME = 1, /* 10 ms at a random place of each interval */
    TN_NET_SCAN_ALL = 2   /* all the time */
};

/*
 * What net wants from the link. The wants hold until the next step; the frame
 * goes out once, at its time, or is dropped if it comes too late.
 */
struct tn_net_radio_out {
    uint64_t tx_us; /* own clock: start of the beacon that it is or answers */
    uint16_t tx_len;
    uint16_t slots; /* own train: bit a slot that members answer in; others
                       may bring joins */
    uint8_t tx;     /* enum tn_net_tx */
    uint8_t tx_slot;
    uint8_t tx_train;
    /* 1: own train at TN_NET_INTERVAL_US, made known so that listeners find it
     * within 60 ms, outside its beacon and `slots`; the first beacon >= 10 ms
     * after the step. Without a handed frame no beacon is sent. */
    uint8_t train;
    uint8_t listen; /* 1: look for trains all the time, report their beacons */
    uint8_t scan;   /* enum tn_net_scan */
    uint8_t sync;   /* follow this train, reported <= 500 ms ago; 0: none */
    uint8_t pad[1];
    uint8_t data[TN_NET_BEACON_CAP];
};

/* An event on its way between programs of different bricks. */
struct tn_net_event {
    tn_q16 args[3];
    uint32_t name;   /* hash */
    uint32_t age_us; /* received: time since it was sent; else 0 */
    uint8_t number;  /* enum tn_event_number */
    uint8_t peer;    /* to send: peer or TN_NET_ALL; received: who sent it */
    uint8_t pad[2];
};

struct tn_net_in {
    uint64_t time_us;                      /* own clock, start of this step */
    const struct tn_net_radio_in *radio;   /* read during the call only */
    uint8_t pad0[8 - sizeof(void *) % 8u]; /* 0 */
    uint32_t entropy[4]; /* fresh, unpredictable: keys' safety rests on it */
    uint32_t kinds[TN_NET_KIND_CAP]; /* hashes of names, 0: none */
    int8_t gravity[3];               /* specific force at rest, 1/100 g */
    uint8_t battery_pc;              /* 0 .. 100 */
    uint8_t on;                      /* 0: stay out of everything */
    uint8_t send_count;              /* 0 .. TN_NET_SEND_CAP */
    uint8_t busy;   /* 1: this step has other work; frames may get lost */
    uint8_t pad[1]; /* 0 */
    struct tn_net_event sends[TN_NET_SEND_CAP];
};

#define TN_NET_STATES(X)                                                       \
    X(OFF, 0, "off")                                                           \
    X(SEEKING, 1, "seeking")                                                   \
    X(JOINING, 2, "joining")                                                   \
    X(JOINED, 3, "joined")                                                     \
    X(LEADING, 4, "leading")

enum tn_net_state {
#define TN_NET_STATE_ENUM(name, number, word) TN_NET_##name = number,
    TN_NET_STATES(TN_NET_STATE_ENUM)
#undef TN_NET_STATE_ENUM
};

/* Why the state is no longer what it was; for logs. */
#define TN_NET_REASONS(X)                                                      \
    X(STARTED, 0, "switched on or off")                                        \
    X(FOUND, 1, "a train of the family was heard")                             \
    X(GRANTED, 2, "the challenge came back")                                   \
    X(NOBODY, 3, "no train of the family was heard in time")                   \
    X(LOST, 4, "the coordinator is silent")                                    \
    X(REMOVED, 5, "the coordinator gave the slot away")                        \
    X(REFUSED, 6, "no answer to the challenge, or no free slot")               \
    X(BETTER, 7, "another group of the family goes before")                    \
    X(DEPUTY, 8, "took over from a silent coordinator")

enum tn_net_reason {
#define TN_NET_REASON_ENUM(name, number, word) TN_NET_WHY_##name = number,
    TN_NET_REASONS(TN_NET_REASON_ENUM)
#undef TN_NET_REASON_ENUM
};

/* A step's result. */
struct tn_net_out {
    struct tn_net_event events[TN_NET_EVENT_CAP]; /* from other bricks */
    /* Own events that not everyone meant has confirmed; `peer` as sent. */
    struct tn_net_event unheard[TN_NET_SENT_CAP];
    uint16_t came; /* bit a peer: is new in the group */
    uint16_t gone; /* bit a peer: is no longer in the group */
    uint8_t event_count;
    uint8_t unheard_count;
    uint8_t state;   /* enum tn_net_state */
    uint8_t reason;  /* enum tn_net_reason */
    uint16_t junk;   /* frames of this step that were of no use */
    uint8_t pad0[6]; /* 0 */
    struct tn_net_radio_out radio;
};

/* What is known of another brick; `peer` numbers stay while it is here. */
struct tn_net_member {
    uint64_t heard_us;               /* own clock, last sign of it; 0: never */
    uint32_t id;                     /* random, new at each awakening */
    uint32_t kinds[TN_NET_KIND_CAP]; /* hashes, 0: none */
    int8_t gravity[3];               /* 1/100 g */
    uint8_t battery_pc;
    uint8_t index; /* in the group, also its slot; TN_NET_NONE */
    uint8_t here;  /* 1: is in the group */
    uint8_t pad[6];
};

/* The structs down to tn_net are private to src/net; here for their size. */
struct tn_net_peer {
    struct tn_net_member m; /* id 0: free */
    uint16_t seq;           /* newest event taken from it */
    uint8_t seq_known;
    uint8_t pad[5];
};

/* What a coordinator knows of an index. */
struct tn_net_seat {
    uint32_t id;      /* of its holder, or last holder */
    uint32_t counter; /* of the beacon last answered, or when it was freed */
    uint16_t taken;   /* newest event taken from it */
    uint8_t done;     /* bit i: event taken - i was heard by all */
    uint8_t ack;      /* events before this one are there */
    uint8_t state;    /* enum tn_net_seat_state */
    uint8_t pad[3];
};

struct tn_net_grant {
    uint64_t challenge;
    uint32_t id;
    uint8_t index;
    uint8_t left; /* beacons that still carry it; 0: free */
    uint8_t pad[2];
};

/* An event that a coordinator passes on. */
struct tn_net_relay {
    tn_q16 args[3];
    uint32_t name;
    uint32_t id; /* its sender's */
    uint16_t seq;
    uint16_t stamp_ms; /* group time, low 16 bits */
    uint16_t pending;  /* bit an index that has not confirmed */
    uint8_t origin;    /* index */
    uint8_t target;    /* index or TN_NET_ALL */
    uint8_t number;
    uint8_t spoilt; /* 1: someone who was meant has left */
    uint8_t pad[2];
};

/* An own event under way. */
struct tn_net_sent {
    uint64_t time_us;
    struct tn_net_event event;
    uint32_t target; /* id, 0: all */
    uint16_t seq;
    uint8_t state;   /* enum tn_net_sent_state */
    uint8_t partial; /* 1: not all who were here could be meant */
    uint8_t pad[8];
};

struct tn_net_session {
    uint64_t salt;
    uint64_t beacon_us; /* own clock, start of the last beacon */
    uint32_t id;
    uint32_t counter; /* of the last beacon */
    uint8_t key[TN_CRYPTO_KEY_LEN];
    uint8_t train;
    uint8_t pad[7];
};

struct tn_net_clock {
    uint64_t own_us; /* these two are the same moment */
    uint64_t group_us;
    int32_t rate_ppb; /* group time runs faster by this */
    uint8_t set;
    uint8_t pad[3];
};

/* A salt that was of no use lately. */
struct tn_net_shun {
    uint64_t salt;
    uint64_t until_us;
};

#define TN_NET_SHUN_CAP 4u
#define TN_NET_GRANT_CAP 4u

struct tn_net {
    uint64_t deadline_us; /* of the state: lead, give up, think it lost */
    uint64_t since_us;    /* leading: since when */
    uint64_t probe_us;    /* leading: not before, or until while probing */
    uint64_t grace_us;    /* peers without a group go then; 0: no such */
    uint64_t challenge;
    struct tn_net_session session; /* joined, leading */
    struct tn_net_session other;   /* joining it */
    struct tn_net_clock clock;
    struct tn_net_peer peers[TN_NET_PEER_CAP];
    struct tn_net_seat seats[TN_NET_CAP];
    struct tn_net_grant grants[TN_NET_GRANT_CAP];
    struct tn_net_relay relay[TN_NET_RELAY_CAP]; /* ring */
    struct tn_net_sent sent[TN_NET_SENT_CAP];    /* oldest first */
    struct tn_net_shun shun[TN_NET_SHUN_CAP];
    uint8_t family[TN_CRYPTO_KEY_LEN];
    uint32_t id;
    uint32_t before;  /* leading: session that this one took over, 0: none */
    uint16_t seq;     /* of the next own event */
    uint16_t present; /* bit an index that is taken, as last heard or said */
    uint8_t state;    /* enum tn_net_state */
    uint8_t reason;   /* enum tn_net_reason */
    uint8_t index;    /* own; TN_NET_NONE */
    uint8_t leader;   /* index of the coordinator */
    uint8_t deputy;   /* index; TN_NET_NONE */
    uint8_t probing;  /* leading: 1 announced, 2 looking elsewhere */
    uint8_t moving;   /* joined: the coordinator looks elsewhere */
    uint8_t ack;      /* events before this one are taken */
    uint8_t base;     /* leading: number of the oldest event held */
    uint8_t count;    /* leading: events held */
    uint8_t first;    /* leading: the oldest one's place in the ring */
    uint8_t scan;     /* leading: look around in this interval */
    uint8_t sent_count;
    uint8_t turn; /* whose state the next beacon tells */
    uint8_t shun_next;
    uint8_t pad[5];
};

struct tn_net_config {
    uint8_t family[TN_CRYPTO_KEY_LEN]; /* the family's key */
};

/* Off, with a family. */
void tn_net_init(struct tn_net *net, const struct tn_net_config *config);

/*
 * One step. Takes at most TN_NET_RX_CAP frames; opens five, or three and
 * derives a key, or two if it is busy; seals at most one frame. `crypto` null:
 * net stays off. Steps before tn_net_due_us with no frames and nothing to send
 * change no byte.
 */
void tn_net_step(struct tn_net *net, const struct tn_crypto *crypto,
                 const struct tn_net_in *in, struct tn_net_out *out);

/* When net wants its next step at the latest if no frame comes, own clock; 0:
 * at once; UINT64_MAX: off. */
uint64_t tn_net_due_us(const struct tn_net *net);

/* The group's time at an own time; false (and own time) before the first
 * group. Jumps when another group is joined, else moves within 100 us a s. */
bool tn_net_get_group_us(const struct tn_net *net, uint64_t own_us,
                         uint64_t *group_us);

/* TN_ERR_INDEX if there is no such peer, here or lately. */
enum tn_err tn_net_get_member(const struct tn_net *net, uint8_t peer,
                              struct tn_net_member *member);

/* The last beacon: of the own train, perhaps still to be sent, or heard. */
struct tn_net_pulse {
    uint64_t beacon_us; /* own clock, its start */
    uint32_t counter;
    uint16_t present; /* bit an index: is in the group */
    uint8_t index;    /* own */
    uint8_t pad;      /* 0 */
};

/* False if there is no group, or no beacon of it yet. */
bool tn_net_get_pulse(const struct tn_net *net, struct tn_net_pulse *pulse);

/* The peer with an index of the group, or TN_NET_NONE. */
uint8_t tn_net_find_peer(const struct tn_net *net, uint8_t index);

/* Other bricks that are in the group now. */
uint8_t tn_net_get_count(const struct tn_net *net);

#endif
