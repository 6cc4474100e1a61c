/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_FMT_READ_H
#define TENON_LANG_FMT_READ_H

/* A source as words with what stands between them; for fmt.c. */

#include "lex.h"

/* A comment. */
struct tn_fmt_note {
    const char *text; /* in the source, without blanks at its end */
    uint32_t len;
    bool trails; /* in the line of the word before it */
    bool blank;  /* an empty line stands before it */
};

struct tn_fmt_word {
    const char *text; /* in the source */
    uint32_t len;
    enum tn_token_kind kind;
    struct tn_quantity value; /* of a number */
    uint32_t note;            /* first of the comments before it */
    uint32_t note_count;
    uint32_t match; /* of `{` and `}`: the other one */
    bool starts;    /* begins a statement; not told after `{`, before `}` */
    bool breaks;    /* the end of a line stands before it */
    bool blank;     /* an empty line, after the last comment */
    bool is_spaced; /* anything stands before it */
    bool is_tune;   /* inside a tune, where blanks have a meaning */
    bool is_sign;   /* a minus that belongs to what follows */
};

struct tn_fmt_text {
    struct tn_arena arena;
    struct tn_fmt_word *words; /* the last is TN_TOKEN_EOF */
    struct tn_fmt_note *notes;
    uint32_t word_count;
    uint32_t word_cap;
    uint32_t note_count;
    uint32_t note_cap;
};

/* False if these are no words, or their braces do not match. Reset it in any
 * case. */
bool tn_fmt_read(struct tn_fmt_text *text, const char *source, uint32_t len);
void tn_fmt_read_reset(struct tn_fmt_text *text);

/* The same words, statements and comments. */
bool tn_fmt_is_same(const struct tn_fmt_text *a, const struct tn_fmt_text *b);

#endif
