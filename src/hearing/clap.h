/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_HEARING_CLAP_H
#define TENON_HEARING_CLAP_H

#include "bands.h"

/* Least peak of a clap, two blocks of the high band: root mean square 250 of
 * 32767 over 4 ms. */
#define CLAP_FLOOR 125000.0f

/*
 * One block for the clap detector. `masked`: high-band energy that the brick's
 * own sound may explain. Returns the peak energy of a clap that has now become
 * certain, or 0.
 */
float tn_clap_step(struct tn_hearing *hearing, const struct bands *bands,
                   float masked);

#endif
