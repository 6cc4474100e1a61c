/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_TEXT_H
#define TENON_LANG_TEXT_H

/* Characters of UTF-8, and which word was probably meant. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TN_TEXT_INVALID 0xFFFFFFFFu

/* The character at `text` (len >= 1) and its bytes; an invalid byte counts as
 * one character, TN_TEXT_INVALID. */
size_t tn_text_get(const char *text, size_t len, uint32_t *character);

/* May a name begin with it, go on with it? */
bool tn_text_is_letter(uint32_t character);
bool tn_text_is_name(uint32_t character);

/* An accent that stands apart from its letter (U+0300 .. U+036F): names with
 * these would not be in normal form C, so they are refused. */
bool tn_text_is_accent(uint32_t character);

/* A tab, or what can be shown; not what could confuse a terminal or turn the
 * order of a line around. */
bool tn_text_is_plain(uint32_t character);

/* Finds the nearest of the words offered. */
struct tn_suggest {
    const char *word;
    const char *best; /* null: none is near */
    size_t word_len;
    unsigned distance; /* of best; what is not nearer is not taken */
};

void tn_suggest_init(struct tn_suggest *suggest, const char *word);
void tn_suggest_post(struct tn_suggest *suggest, const char *candidate);

#endif
