/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_RECORDING_FORMAT_H
#define TENON_RECORDING_FORMAT_H

/* What encoder and decoder share: docs/spec/recording.md. */

#include <stdint.h>

static const uint8_t rec_magic[] = {'T', 'N', 'R', 'C'};

#define REC_AT_VERSION 4u
#define REC_AT_SEED 6u
#define REC_AT_SECTORS 14u
#define REC_AT_HAS_FAMILY 16u
#define REC_AT_FAMILY 17u
#define REC_AT_CRC 49u

#define REC_SECTOR_MIN 2u /* of a store; 0: there is none */

/* Parts of a step that differ from what their absence stands for: first byte,
 * and in its bits 8 to 14 the second, which is there if it is not 0. */
#define REC_TIME 0x01u    /* not TN_FRAME_US after the step before */
#define REC_ENTROPY 0x02u /* not 0 */
#define REC_BATTERY 0x04u /* not REC_BATTERY_FULL */
#define REC_POWER 0x08u   /* not 0 */
#define REC_ACCEL 0x10u   /* at least one sample */
#define REC_MIC 0x20u     /* on */
#define REC_NEAR 0x40u    /* at least one reply */
#define REC_MORE 0x80u    /* the second byte follows */
#define REC_LIGHT 0x0100u
#define REC_SECRETS 0x0200u /* not 0 */
#define REC_NEXT 0x0400u    /* an own train runs */
#define REC_FRAMES 0x0800u  /* at least one */
#define REC_COILS 0x1000u   /* at least one report */
#define REC_STORE 0x2000u   /* an answer of the flash */
#define REC_ANSWER 0x4000u  /* of the crypto engine */

/* How the end record begins: a battery that no step can have. */
#define REC_END_FLAGS REC_BATTERY
#define REC_END_MARK 0xFFu
#define REC_END_AT_COUNT 2u
#define REC_END_AT_CRC 6u

#define REC_BATTERY_FULL 100u
#define REC_SECRET_COUNT 4u
#define REC_COUPLING_COUNT 9u
#define REC_LEB_LEN 10u /* bytes of a 64-bit LEB128 at most */

#endif
