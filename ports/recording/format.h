/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_RECORDING_FORMAT_H
#define TENON_RECORDING_FORMAT_H

/* What encoder and decoder share: docs/spec/recording.md. */

#include <stdint.h>

static const uint8_t rec_magic[] = {'T', 'N', 'R', 'C'};

#define REC_AT_VERSION 4u
#define REC_AT_SEED 6u
#define REC_AT_CRC 14u

/* Parts of a step that differ from what their absence stands for. */
#define REC_TIME 0x01u    /* not TN_FRAME_US after the step before */
#define REC_ENTROPY 0x02u /* not 0 */
#define REC_BATTERY 0x04u /* not REC_BATTERY_FULL */
#define REC_POWER 0x08u   /* not 0 */
#define REC_ACCEL 0x10u   /* at least one sample */
#define REC_MIC 0x20u     /* on */
#define REC_NEAR 0x40u    /* at least one reply */
#define REC_LIGHT 0x80u   /* a sample */

/* How the end record begins: a battery that no step can have. */
#define REC_END_FLAGS REC_BATTERY
#define REC_END_MARK 0xFFu
#define REC_END_AT_COUNT 2u
#define REC_END_AT_CRC 6u

#define REC_BATTERY_FULL 100u
#define REC_TIME_LEN 10u /* bytes of a 64-bit LEB128 at most */

#endif
