/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_PARSE_H
#define TENON_LANG_PARSE_H

/*
 * Tokens to the tree, shared by parse*.c. After a mistake the parser goes on
 * with the next statement, so that several are found in one run; it ends at
 * TN_PROBLEM_CAP of them. Nesting is bounded, so recursion is too.
 */

#include "ast.h"
#include "table.h"

#define TN_PARSE_DEPTH_CAP 64u
#define TN_PARSE_FILE_CAP 64u        /* files a set */
#define TN_PARSE_PROGRAM_CAP 256u    /* tiles and figures a set */
#define TN_PARSE_USE_CAP 16u         /* of `use` in `use` */
#define TN_PARSE_LEN_CAP (4u << 20u) /* bytes a file */

#define TN_PARSE_LATER                                                         \
    "the language's reference page lists what this version understands"

/* What one compilation holds. */
struct tn_front {
    struct tn_arena arena;
    struct tn_problems problems;
    struct tn_set_ast ast;
    struct tn_table names;  /* of the set */
    struct tn_table common; /* that every set has at hand */
    uint32_t file_count;
    uint32_t program_count;
    uint32_t use_depth;
};

struct tn_parser {
    struct tn_front *front;
    struct tn_lex lex;
    struct tn_token now;
    struct tn_token next;
    struct tn_pos last; /* of the token before */
    uint32_t depth;
    bool is_failed;    /* the present statement has a mistake */
    bool is_unwinding; /* a `}` is missing: back to the declarations */
    bool has_bars;     /* `|` may follow a statement */
};

/* parse.c: tokens. */
void tn_parse_step(struct tn_parser *p);
bool tn_parse_is(const struct tn_parser *p, enum tn_token_kind kind);
bool tn_parse_is_word(const struct tn_parser *p, const char *word);
bool tn_parse_take(struct tn_parser *p, enum tn_token_kind kind);
bool tn_parse_take_word(struct tn_parser *p, const char *word);

/* Reports a mistake at the present token, once a statement; a word of the
 * language that comes later is reported as such instead. */
void tn_parse_fail(struct tn_parser *p, const char *what, const char *why, ...);
void tn_parse_later(struct tn_parser *p);

/* "`word`", "the end of the line"... */
const char *tn_parse_describe(struct tn_parser *p);

/* The name that stands here; `of` says of what ("a sound"). Its text is null
 * after a mistake. `tn_parse_new_name`: one that is being declared. */
struct tn_word tn_parse_name(struct tn_parser *p, const char *of);
struct tn_word tn_parse_new_name(struct tn_parser *p, const char *of);

/* `NAME = VALUE, ...` behind `with`; `of` says what the names belong to. */
struct tn_arg *tn_parse_args(struct tn_parser *p, const char *of);

/* A plain value that something begins with. */
struct tn_quantity tn_parse_start(struct tn_parser *p);

/* A literal of that dimension, millionths of its base unit. */
int64_t tn_parse_quantity(struct tn_parser *p, uint8_t dimension);

/* One deeper; false (and reported) if that is too deep. */
bool tn_parse_push(struct tn_parser *p);
void tn_parse_pop(struct tn_parser *p);

/* `{`; then, as long as tn_parse_more says so, a statement, then
 * tn_parse_end; at last `}` has been taken. */
bool tn_parse_open(struct tn_parser *p, struct tn_pos *open);
bool tn_parse_more(struct tn_parser *p, struct tn_pos open);
void tn_parse_end(struct tn_parser *p);

/* parse_expr.c */
/* A relation to another brick, or a measure of one, begins here. */
bool tn_parse_is_look(const struct tn_parser *p);
struct tn_expr *tn_parse_expr(struct tn_parser *p);
struct tn_expr *tn_parse_condition(struct tn_parser *p); /* up to an `or` */
struct tn_expr *tn_parse_sum(struct tn_parser *p);
struct tn_expr *tn_parse_factor(struct tn_parser *p);
struct tn_expr *tn_parse_expr_init(struct tn_parser *p, enum tn_expr_kind kind);

/* parse_values.c: dice, lists, shown numbers, moods. */
/* `seen has X`, `count of seen`, `item 2 of seen` begin here. */
bool tn_parse_is_list(const struct tn_parser *p);
void tn_parse_list_value(struct tn_parser *p, struct tn_expr *expr);
void tn_parse_any(struct tn_parser *p, struct tn_expr *expr);
void tn_parse_field(struct tn_parser *p, struct tn_expr *expr);
/* A statement of this sort; null if none begins here. */
struct tn_stmt *tn_parse_value_stmt(struct tn_parser *p);
/* A number, mood or list; null (after a mistake) or what it is. */
bool tn_parse_is_number(const struct tn_parser *p);
struct tn_number *tn_parse_number(struct tn_parser *p);
/* Behind `like`. */
void tn_parse_like(struct tn_parser *p, struct tn_program_ast *program);

/* parse_time.c: statements that order things in time, and what belongs to
 * others. */
struct tn_stmt *tn_parse_play(struct tn_parser *p);
struct tn_stmt *tn_parse_hum(struct tn_parser *p);
struct tn_stmt *tn_parse_after(struct tn_parser *p);
struct tn_stmt *tn_parse_fade(struct tn_parser *p);
struct tn_stmt *tn_parse_volume(struct tn_parser *p);
void tn_parse_meter(struct tn_parser *p, struct tn_stmt *stmt);
void tn_parse_dim(struct tn_parser *p, struct tn_light *light);

/* parse_tune.c */
void tn_parse_tune(struct tn_parser *p, struct tn_sound *tune);
/* The pitch that `c4` means; false if it is no note. */
bool tn_parse_pitch(const char *text, uint8_t *pitch);
/* `note c4` becomes a frequency. */
void tn_parse_note_literal(struct tn_parser *p);

/* parse_sound.c */
void tn_parse_sound(struct tn_parser *p, struct tn_sound *sound);
void tn_parse_light(struct tn_parser *p, struct tn_light *light);
struct tn_light *tn_parse_light_init(struct tn_parser *p);

/* parse_stmt.c: a block of statements, with its braces. */
struct tn_stmt *tn_parse_block(struct tn_parser *p);
struct tn_stmt *tn_parse_go(struct tn_parser *p);
struct tn_stmt *tn_parse_stmt_init(struct tn_parser *p, enum tn_stmt_kind kind);
/* Any statement. */
struct tn_stmt *tn_parse_stmt(struct tn_parser *p);

/* parse_program.c */
void tn_parse_program(struct tn_parser *p, struct tn_program_ast *program);

/* parse_set.c: a file and what it uses. */
void tn_parse_file(struct tn_front *front, struct tn_file *file);

/* Reads a file; null after a problem, which is reported at `pos` (its file
 * null: at the file itself). */
struct tn_file *tn_parse_load(struct tn_front *front, const char *path,
                              struct tn_pos pos);
struct tn_file *tn_parse_file_of(struct tn_front *front, const char *path,
                                 const char *text, size_t len);

#endif
