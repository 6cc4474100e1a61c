/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_MIC_H
#define TENON_SIM_MIC_H

/*
 * Audio files for a brick's microphone: any format and rate that libsndfile
 * reads, mixed to mono and resampled to 16 kHz. The file's full scale is the
 * microphone's. Host only; the caller frees the samples.
 */

#include <stddef.h>
#include <stdint.h>

#define TN_MIC_MAX_S 600u

/* Null on success; else why not, in words that live forever. */
const char *tn_mic_load(const char *path, int16_t **samples, size_t *count);

#endif
