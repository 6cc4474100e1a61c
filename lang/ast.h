/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_AST_H
#define TENON_LANG_AST_H

/*
 * The tree that the parser builds. What the checker finds out about a node
 * stands in the node, after the words "checked:". All in one arena.
 */

#include "lex.h"

struct tn_word {
    const char *text; /* null: not there */
    struct tn_pos pos;
};

enum tn_expr_kind {
    TN_EXPR_BAD, /* has been reported */
    TN_EXPR_LITERAL,
    TN_EXPR_NAME,
    TN_EXPR_IS,       /* name is state */
    TN_EXPR_ABOARD,   /* aboard name */
    TN_EXPR_RELATION, /* near name */
    TN_EXPR_MEASURE,  /* distance to name */
    TN_EXPR_FIELD,    /* name.state: a shown number, or `id` */
    TN_EXPR_ANY,      /* any left..right */
    TN_EXPR_HAS,      /* list name has right */
    TN_EXPR_COUNT,    /* count of name */
    TN_EXPR_ITEM,     /* item right of name */
    TN_EXPR_UNARY,    /* op, right */
    TN_EXPR_BINARY    /* left, op, right */
};

/* Where the value of a name comes from. */
enum tn_expr_source {
    TN_EXPR_NUMBER,
    TN_EXPR_MOOD,
    TN_EXPR_SIGNAL,
    TN_EXPR_ARG
};

struct tn_expr {
    struct tn_pos pos;
    struct tn_word name; /* of a relation or measure null: of any brick */
    struct tn_word state;
    struct tn_quantity value; /* of a literal */
    struct tn_expr *left;
    struct tn_expr *right;
    enum tn_expr_kind kind;
    enum tn_token_kind sign; /* of arithmetic and comparisons */
    /* "not", "and", "or" instead of a sign; the relation or measure */
    const char *word;
    uint32_t depth;
    /* checked: */
    int32_t q16; /* of a literal */
    uint8_t dimension;
    uint8_t source;
    uint8_t index;
};

/* parameter = value */
struct tn_arg {
    struct tn_word name;
    struct tn_expr *value;
    struct tn_arg *next;
    uint8_t index; /* checked: its place in the sound or message */
};

/* [mode] colour [rate] [level], or the name of a light alone in `colour`. */
struct tn_light {
    struct tn_word name;
    struct tn_word colour;
    struct tn_pos rate_pos;
    struct tn_pos end_pos;
    struct tn_pos over_pos;
    int64_t rate_micro; /* -1: not given */
    int64_t level_micro;
    int64_t end_micro; /* the level that it goes to */
    int64_t over_micro;
    uint8_t mode; /* enum tn_light_mode */
    bool has_mode;
    bool is_broken;
    /* checked: */
    uint8_t patch[10];
    uint8_t patch_len; /* 0: not good */
    const char *label;
};

enum tn_stmt_kind {
    TN_STMT_PLAY,
    TN_STMT_STOP,
    TN_STMT_STOP_ALL,
    TN_STMT_GLOW,
    TN_STMT_GLOW_OFF,
    TN_STMT_ASSIGN,
    TN_STMT_ASK,
    TN_STMT_SEND,
    TN_STMT_IF,
    TN_STMT_LATER, /* `then`, so much later */
    TN_STMT_FADE,
    TN_STMT_VOLUME,
    TN_STMT_CHANCE, /* like an `if`, its condition a ratio */
    TN_STMT_PICK,   /* `then`: alternatives, a TN_STMT_LIST each */
    TN_STMT_LIST,
    TN_STMT_REPEAT, /* `count` times `then` */
    TN_STMT_ONCE,
    TN_STMT_ADD,   /* `value` to the list `name` */
    TN_STMT_CLEAR, /* the list `name` */
    TN_STMT_GO
};

struct tn_stmt {
    struct tn_pos pos;
    struct tn_word name; /* sound, number, action, message or state */
    struct tn_word role;
    struct tn_word target;  /* of send; null: all */
    struct tn_word instead; /* its second target */
    struct tn_expr *value;  /* assigned, the condition, or the reach */
    struct tn_expr *second; /* of a bar of light: the whole */
    struct tn_arg *args;
    struct tn_light *light;
    struct tn_stmt *then;
    struct tn_stmt *otherwise;
    struct tn_stmt *next;
    enum tn_stmt_kind kind;
    enum tn_token_kind sign; /* of an assignment */
    uint32_t count;          /* of `repeat` */
    struct tn_pos time_pos;
    struct tn_pos again_pos;
    int64_t time_micro; /* of `after` and `fade` */
    uint8_t times;      /* of `play`; `then` is what is played next */
    bool is_hum;
    bool is_again;
    /* checked: */
    struct tn_sound *sound;
    const struct tn_message *message;
    uint8_t index; /* number, state, role, or targets of send */
    bool is_good;
};

enum tn_cause {
    TN_CAUSE_BAD,
    TN_CAUSE_ENTER,
    TN_CAUSE_LEAVE,
    TN_CAUSE_WHILE,
    TN_CAUSE_AFTER,
    TN_CAUSE_EVERY,
    TN_CAUSE_ACTION,
    TN_CAUSE_WORD, /* word [subject]: an event, message or lasting word */
    TN_CAUSE_CONDITION
};

/* One alternative of `when A or B`, or what begins another reaction. */
struct tn_occasion {
    struct tn_pos pos;
    struct tn_word word;
    struct tn_word subject;
    struct tn_expr *condition;
    struct tn_occasion *next;
    struct tn_pos time_pos;
    int64_t time_micro; /* of after, every, for; -1: none */
    enum tn_cause cause;
};

struct tn_reaction {
    struct tn_pos pos;
    struct tn_occasion *occasions;
    struct tn_expr *guard;
    struct tn_stmt *body;
    struct tn_reaction *next;
};

struct tn_state {
    struct tn_word name;
    struct tn_state *parent;
    struct tn_reaction *reactions;
    struct tn_state *next; /* in order; a parent before its own */
    /* checked: */
    uint8_t index;
    bool is_reached;
};

struct tn_number {
    struct tn_word name;
    struct tn_quantity value;
    struct tn_number *next;
    struct tn_pos value_pos;
    int64_t fall_micro; /* of a mood */
    uint8_t places;     /* of a list; 0: a number or mood */
    bool is_kept;
    bool is_mood;
    bool is_shown;
    /* checked: */
    bool has_dimension; /* a list gets it from what is put into it */
    uint8_t index;      /* a list's: among lists */
};

struct tn_kind {
    struct tn_word name;
    struct tn_kind *next;
};

struct tn_program_ast {
    struct tn_word name;
    struct tn_word start;
    struct tn_word like;       /* the program it is a copy of; null: none */
    struct tn_number *changes; /* of its numbers */
    struct tn_kind *kinds;
    struct tn_number *numbers;
    struct tn_state *states;
    struct tn_reaction *always;
    struct tn_program_ast *next;
    uint8_t kind; /* enum tn_image_kind */
};

/* One element of a sound. */
struct tn_element {
    struct tn_pos pos;
    struct tn_word param;
    int64_t a_micro;
    int64_t b_micro;
    int64_t over_micro;
    int64_t level_micro; /* -1: not given */
    struct tn_element *next;
    const char *word;
    uint8_t type; /* enum tn_sound_type */
    uint8_t mode;
    bool is_rising;
};

/* A note or chord of a tune. */
struct tn_note {
    struct tn_pos pos;
    struct tn_note *next;
    uint32_t ticks;
    uint8_t pitches[4];
    uint8_t count; /* 0: a rest */
    bool is_tied;  /* to the next */
};

/* A sound, or a tune: that is played in the same way. */
struct tn_sound {
    struct tn_word name;
    struct tn_element *elements;
    struct tn_note *notes;
    struct tn_word instrument; /* null: the voice's own */
    uint16_t tempo;            /* 0: not given */
    uint16_t swing;
    bool is_tune;
    bool is_broken; /* has a mistake that was reported */
    /* checked: */
    const char *params[4];
    uint8_t param_count;
    uint8_t patch_len; /* 0: not good */
    uint8_t patch[120];
    bool is_used;
};

/* A number that a message carries. */
struct tn_cargo {
    struct tn_word name;
    struct tn_quantity value; /* where `send` does not say; its dimension */
    bool has_value;
};

#define TN_CARGO_CAP 2u

struct tn_message {
    struct tn_word name;
    struct tn_cargo cargo[TN_CARGO_CAP];
    uint8_t cargo_count;
};

/* All files of a set together; sounds, lights and messages are in the table. */
struct tn_set_ast {
    struct tn_word name; /* of the first file */
    const char *title;
    struct tn_program_ast *programs;
    struct tn_program_ast **programs_end;
};

#endif
