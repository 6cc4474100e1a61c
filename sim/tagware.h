/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_SIM_TAGWARE_H
#define TENON_SIM_TAGWARE_H

/* Programs onto chips: what a writer of tags does. Host only, no allocation. */

#include <stdbool.h>

#include "field.h"
#include <lang/lang.h>

/* Chips from small to large. */
extern const enum tn_sim_chip TN_TAGWARE_BY_SIZE[TN_SIM_CHIP_COUNT];

/* Bytes that a program needs in a tag's TLV area. */
uint16_t tn_tagware_get_need(const struct tn_lang_program *program);

/* Whether it fits a chip; the smallest that it fits, or TN_SIM_CHIP_COUNT. */
bool tn_tagware_is_fit(const struct tn_lang_program *program,
                       enum tn_sim_chip chip);
enum tn_sim_chip tn_tagware_get_smallest(const struct tn_lang_program *program);

/* Formats a chip and writes the program; `serial` tells physical tags apart.
 * TN_ERR_FULL if it does not fit. */
enum tn_err tn_tagware_encode(const struct tn_lang_program *program,
                              enum tn_sim_chip chip, uint64_t serial,
                              struct tn_sim_tag *tag);

/* The chip of that name ("NTAG216", any case; "SLIX2" for ICODE SLIX2), of
 * `len` bytes, or TN_SIM_CHIP_COUNT. */
enum tn_sim_chip tn_tagware_find_chip(const char *name, size_t len);

#endif
