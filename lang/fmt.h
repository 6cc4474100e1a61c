/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_FMT_H
#define TENON_LANG_FMT_H

/*
 * The one form of a play file: two spaces a level, one blank between words, a
 * line a statement. A block that stood on one line and still fits 80 columns
 * stays there; the arrows and blocks of reactions that follow each other line
 * by line stand below each other. Comments and single blank lines stay. It
 * works on tokens, so that a new word of the language needs nothing here.
 */

#include <stddef.h>

#define TN_FMT_COLUMNS 80u

/* The form of `len` bytes of source; null if they are no tokens or their
 * brackets do not match (no problem is reported: compile it first). Freed by
 * the caller; `out_len` gets its bytes. */
char *tn_fmt_text(const char *text, size_t len, size_t *out_len);

#endif
