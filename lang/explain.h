/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_EXPLAIN_H
#define TENON_LANG_EXPLAIN_H

/*
 * A program image as a table for people: what it holds, and for each state what
 * it does, in the order in which it is tried. Code becomes words of the play
 * language again as far as it has the compiler's shape, else it is listed.
 * Host only.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/err.h>

#include "builder.h"
#include "lang.h"

struct tn_explain {
    const uint8_t *image;
    uint16_t len;
    bool has_identity;
    uint64_t identity;
    /* Whose names may be used where their hashes are found, and all of a
     * program with the same image; null: only the vocabulary. */
    const struct tn_lang_set *set;
};

/* Appends the table. If a brick would refuse the image, says why, nothing is
 * appended, and `at` (may be null) gets the offset of what is wrong. */
enum tn_err tn_explain_print(const struct tn_explain *explain,
                             struct tn_builder *out, uint16_t *at);

/*
 * Finds the image in a file's bytes: an image alone, the whole memory of a Type
 * 2 or Type 5 tag, its data area, or an NDEF message. The image lies inside
 * `data`. On failure `at` (may be null) gets the offset of what is wrong.
 */
enum tn_err tn_explain_find(const uint8_t *data, size_t len,
                            struct tn_explain *explain, size_t *at);

/* What a sound or light says, in the language's words: "saw 52 Hz; hold";
 * parameters are called a, b, c, d. False if it is malformed. */
bool tn_explain_sound(const uint8_t *patch, uint8_t len,
                      struct tn_builder *out);
bool tn_explain_light(const uint8_t *patch, uint8_t len,
                      struct tn_builder *out);

#endif
