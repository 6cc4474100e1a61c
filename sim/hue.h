/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_HUE_H
#define TENON_SIM_HUE_H

/* What colour LEDs have together, to an eye. Host only. */

#include <tenon/glow.h>
#include <tenon/vocabulary.h>

/* The colour word nearest to what the LEDs show together; black if dark. */
enum tn_colour_number tn_hue_get(const struct tn_rgb *leds);

#endif
