/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_EVENT_H
#define TENON_EVENT_H

/*
 * What rooms say to each other through src/brick: events go to the programs,
 * effects come back from them. Plain values, no pointers. The numbers are those
 * of <tenon/vocabulary.h>.
 */

#include <stdint.h>

#include <tenon/config.h>
#include <tenon/maths.h>

#define TN_SOURCE_SELF 0xFFu /* the brick itself, not a tag */
#define TN_SOURCE_PEER 0x80u /* and more: another brick, by its peer number */

struct tn_event {
    uint32_t name;  /* FNV-1a of a message's or action's name, else 0 */
    tn_q16 args[3]; /* as the vocabulary says; TN_UNKNOWN where absent */
    uint16_t at_us; /* from the frame's start, 0 .. 3999 */
    uint8_t number; /* enum tn_event_number */
    uint8_t source; /* tag slot, TN_SOURCE_PEER + peer, or TN_SOURCE_SELF */
    uint8_t target; /* program slot it is for, or 0xFF: all */
    uint8_t pad[3]; /* 0 */
};

struct tn_effect {
    /* Of a sound; TN_UNKNOWN: not given. SEND: [0] reach in metres, [1] and
     * [2] the message's numbers. FADE: [0] seconds. VOLUME: [0] 0 .. 1. GLOW
     * and METER: [0] which part is lit, 0 .. 1; TN_UNKNOWN: all. */
    tn_q16 params[TN_PARAM_CAP];
    uint32_t name;   /* of an action or message, else 0 */
    uint8_t number;  /* enum tn_effect_number */
    uint8_t program; /* slot of the program that wants it */
    uint8_t item;    /* sound or light index in its image; ASK: role; SEND:
                        target, and 16 times the target to take instead */
    uint8_t key;     /* `while` block it is bound to, else 0xFF; SEND: source of
                        the event that it answers */
};

#endif
