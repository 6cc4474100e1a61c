/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_LEX_H
#define TENON_LANG_LEX_H

/*
 * Text to tokens, one at a time. The end of a line is a token only where it
 * ends a statement: not before `{`, `->`, `|`, `else` and `then`.
 */

#include "problem.h"

enum tn_token_kind {
    TN_TOKEN_EOF,
    TN_TOKEN_LINE, /* the end of a statement: line's end or `;` */
    TN_TOKEN_NAME,
    TN_TOKEN_NUMBER,
    TN_TOKEN_STRING,
    TN_TOKEN_BAD, /* has been reported */
    TN_TOKEN_OPEN,
    TN_TOKEN_CLOSE,
    TN_TOKEN_LEFT,
    TN_TOKEN_RIGHT,
    TN_TOKEN_COMMA,
    TN_TOKEN_DOT,
    TN_TOKEN_RANGE,
    TN_TOKEN_ARROW,
    TN_TOKEN_BAR,
    TN_TOKEN_PLUS,
    TN_TOKEN_MINUS,
    TN_TOKEN_STAR,
    TN_TOKEN_SLASH,
    TN_TOKEN_SET, /* = */
    TN_TOKEN_ADD, /* += */
    TN_TOKEN_SUB,
    TN_TOKEN_MUL,
    TN_TOKEN_DIV,
    TN_TOKEN_LT,
    TN_TOKEN_LE,
    TN_TOKEN_GT,
    TN_TOKEN_GE,
    TN_TOKEN_NE
};

/* A literal: millionths of its base unit. */
struct tn_quantity {
    int64_t micro;
    uint8_t dimension; /* enum tn_dimension */
};

struct tn_token {
    struct tn_pos pos;
    const char *text; /* of a name or string */
    struct tn_quantity value;
    enum tn_token_kind kind;
};

struct tn_lex {
    const struct tn_file *file;
    struct tn_arena *arena;
    struct tn_problems *problems;
    struct tn_token kept; /* read ahead, if is_kept */
    uint32_t at;
    uint32_t line;
    bool is_kept;
    bool is_quiet; /* nothing is reported: a mistake is being passed */
};

void tn_lex_init(struct tn_lex *lex, const struct tn_file *file,
                 struct tn_arena *arena, struct tn_problems *problems);

struct tn_token tn_lex_get(struct tn_lex *lex);

#endif
