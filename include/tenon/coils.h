/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_COILS_H
#define TENON_COILS_H

/*
 * The coils of a brick: each former carries a winding for 125 kHz (placing,
 * touch, charging) and one of three or four turns for 13.56 MHz (tags). A brick
 * plans who has which winding in the next frame; the board obeys and reports
 * what a placing turn has measured. See docs/design/brick.md.
 */

#include <stdint.h>

#include <tenon/config.h>

/* Who may want the coils; the lower goes before the higher. */
enum tn_coil_user {
    TN_COIL_IDLE = 0, /* the winding is open */
    TN_COIL_CHARGE = 1,
    TN_COIL_TOUCH = 2,
    TN_COIL_PLACE = 3,
    TN_COIL_TAG = 4
};

/* A placing turn: one brick of the group sends with its coils 0, 1, 2 in turn,
 * a third of the time each; the others listen with all three. It lies in the
 * part of a radio interval that has neither beacon nor answers. */
#define TN_COIL_TURN_AT_US 18000u /* after the start of the beacon */
#define TN_COIL_TURN_US 10500u

/* The plan for the frame that follows a step. */
struct tn_coil_plan {
    uint64_t at_us; /* PLACE: start of the turn, own clock; else 0 */
    uint8_t lf;     /* 125 kHz windings: enum tn_coil_user */
    uint8_t hf;     /* 13.56 MHz windings: enum tn_coil_user */
    uint8_t turn;   /* PLACE: index in the group of who sends; else 0xFF */
    uint8_t send;   /* PLACE: 1: it is this brick */
    uint8_t pad[4]; /* 0 */
};

/* What a brick that listened in a turn has measured, complete in this frame. */
struct tn_coil_report {
    uint64_t at_us;     /* start of the turn, own clock, as planned */
    float couplings[9]; /* [3 * own coil + their coil], m^-3, place.h */
    float sigma;        /* standard error of each, m^-3 */
    uint8_t turn;       /* as planned */
    uint8_t pad[7];     /* 0 */
};

/* Who asks for the coils; 1: asks. */
struct tn_coil_wants {
    uint8_t charge;
    uint8_t touch;
    uint8_t place;
    uint8_t tag;
};

/*
 * Gives the windings out for one frame, from what is asked. Each needs the
 * other winding of its former open, so one user has them at a time: charging
 * before touch before placing before tags. Only `lf` and `hf` of the plan are
 * set.
 */
void tn_coils_choose(const struct tn_coil_wants *wants,
                     struct tn_coil_plan *plan);

#endif
