/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_UNIT_H
#define TENON_LANG_UNIT_H

/*
 * One program on its way from the tree to its image: what the checker, the
 * code generator and the image writer share.
 */

#include <tenon/config.h>
#include <tenon/maths.h>

#include "parse.h"
#include "text.h"
#include "vocab.h"

/* What may be done depends on where it stands. */
enum tn_place {
    TN_PLACE_BODY,
    TN_PLACE_WHILE,
    TN_PLACE_LEAVE
};

/* Bytes that grow; `full` once there are far more than any image has. */
struct tn_code {
    uint8_t *data;
    uint32_t len;
    uint32_t cap;
    bool full;
};

/* A list of byte strings with names, each once. */
struct tn_pool {
    struct tn_code code; /* length u8, bytes each */
    const char *labels[16];
    uint32_t at[16];
    uint32_t count;
};

struct tn_unit {
    struct tn_front *front;
    struct tn_program_ast *ast;
    struct tn_table names; /* numbers, states and actions */
    /* while checking: */
    const struct tn_vocab_event *event; /* whose argument can be named */
    const struct tn_message *message;   /* whose numbers can be named */
    bool has_sender;                    /* a program asks or says it */
    enum tn_place place;
    bool is_waiting; /* a condition is checked: it is asked at each look */
    uint32_t rounds; /* of the blocks around, multiplied; 0: none */
    /* while writing: */
    const char *shared[TN_NAME_CAP];
    uint32_t shared_count;
    uint32_t kind_count;
    bool has_too_many; /* names; has been reported */
    uint32_t state_count;
    uint32_t number_count;
    uint32_t reaction_count;
    uint32_t timer_count;
    uint32_t while_count;
    uint32_t mood_count;
    uint32_t list_count;
    uint32_t features;                        /* TN_FEATURE_ bits */
    const struct tn_stmt *picks[TN_PICK_CAP]; /* what remembers something */
    const struct tn_stmt *onces[TN_PICK_CAP];
    struct tn_pool sounds;
    struct tn_pool lights;
    struct tn_code reactions;
};

/* check.c: the whole program. Sounds and lights come first. */
void tn_check_names(struct tn_front *front);
void tn_check_program(struct tn_unit *unit);
void tn_check_reaction(struct tn_unit *unit, struct tn_reaction *reaction,
                       const struct tn_occasion *occasion);

/* What a trigger's word stands for. */
struct tn_meaning {
    const struct tn_vocab_event *event;
    const struct tn_message *message; /* or null; also what is unheard */
    bool is_condition;                /* a lasting word or a number */
};
struct tn_meaning tn_check_meaning(const struct tn_unit *unit,
                                   const struct tn_occasion *occasion);

/* check_expr.c: finds names and dimensions, works out what is constant. The
 * value must have `dimension`. */
void tn_check_expr(struct tn_unit *unit, struct tn_expr *expr,
                   uint8_t dimension);
/* A relation, measure or target that stands alone is reported; false if the
 * word is none of them. */
bool tn_check_look_alone(struct tn_unit *unit, const struct tn_word *word);
/* Any dimension; it stands in the expression. */
void tn_check_any(struct tn_unit *unit, struct tn_expr *expr);
tn_q16 tn_check_q16(int64_t micro);

/* check_stmt.c */
void tn_check_block(struct tn_unit *unit, struct tn_stmt *stmt);

/* check_send.c */
void tn_check_send(struct tn_unit *unit, struct tn_stmt *stmt);
/* The message of that name; reported if there is none. */
const struct tn_message *tn_check_message(struct tn_unit *unit,
                                          const struct tn_word *name);

/* check_expr.c: `near X`: X may be a kind. */
void tn_check_object(struct tn_unit *unit, struct tn_expr *expr);

/* check_values.c: dice, lists, shown numbers. */
void tn_check_value(struct tn_unit *unit, struct tn_expr *expr);
void tn_check_value_stmt(struct tn_unit *unit, struct tn_stmt *stmt);
/* What lists hold, as far as a look at the text tells. */
void tn_check_lists(struct tn_unit *unit);
/* The number, mood or list of that name; reported if it is not as asked for. */
const struct tn_number *tn_check_list(struct tn_unit *unit,
                                      const struct tn_word *name);
void tn_check_shown(struct tn_front *front, struct tn_program_ast *program);

/* check_numbers.c: numbers, moods and lists get their places. */
void tn_check_numbers(struct tn_unit *unit);
/* `tile moon like sun`: copies what it is like. */
void tn_check_likes(struct tn_front *front);

/* check_time.c: order in time, sounds and lights in time. */
void tn_check_play_more(struct tn_unit *unit, struct tn_stmt *stmt);
void tn_check_later(struct tn_unit *unit, struct tn_stmt *stmt);
void tn_check_fade(struct tn_unit *unit, struct tn_stmt *stmt);
void tn_check_volume(struct tn_unit *unit, struct tn_stmt *stmt);
bool tn_check_meter(struct tn_unit *unit, struct tn_stmt *stmt);
/* How long a good `play`'s sound takes; UINT32_MAX: it does not end. */
uint32_t tn_check_len_ms(const struct tn_stmt *stmt);

/* common.c: reads the library that every set has at hand; what is declared so
 * in the set, or there. */
void tn_common_load(struct tn_front *front);
void *tn_common_get(const struct tn_front *front, enum tn_sort sort,
                    const char *name);

/* check_stmt.c: the sound or tune of that name; reported if there is none. */
struct tn_sound *tn_check_sound(struct tn_front *front,
                                const struct tn_word *name);

/* tune.c, patch.c: sounds and lights to bytes. */
void tn_patch_tune(struct tn_front *front, struct tn_sound *tune);
void tn_patch_sound(struct tn_front *front, struct tn_sound *sound);
void tn_patch_light(struct tn_front *front, struct tn_light *light);

/* Suggestions from a table: "did you mean X?", or null. */
void tn_check_suggest(struct tn_suggest *suggest, const struct tn_table *table,
                      enum tn_sort sort);
const char *tn_check_mean(struct tn_front *front,
                          const struct tn_suggest *suggest);

/* code.c */
void tn_code_push(struct tn_unit *unit, struct tn_code *code, uint32_t byte);
void tn_code_append(struct tn_unit *unit, struct tn_code *code,
                    const uint8_t *data, uint32_t len);
void tn_code_varint(struct tn_unit *unit, struct tn_code *code, uint32_t v);
void tn_code_number(struct tn_unit *unit, struct tn_code *code, tn_q16 v);
/* The index of a shared name; an error at `pos` if there are too many. */
uint8_t tn_code_name(struct tn_unit *unit, const char *name, struct tn_pos pos);
/* The index of a sound or light in its pool. */
uint8_t tn_code_pool(struct tn_unit *unit, struct tn_pool *pool,
                     const uint8_t *data, uint8_t len, const char *label);

/* emit.c: code of guards and bodies. */
void tn_emit_expr(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_expr *expr, uint32_t reg);
void tn_emit_block(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_stmt *stmt, bool is_while);
uint32_t tn_emit_skip(struct tn_unit *unit, struct tn_code *code);
void tn_emit_land(struct tn_unit *unit, struct tn_code *code, uint32_t skip,
                  struct tn_pos pos);

void tn_emit_play(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt, bool is_while);

/* emit_time.c */
void tn_emit_after(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_stmt *stmt);
void tn_emit_play_more(struct tn_unit *unit, struct tn_code *code,
                       const struct tn_stmt *stmt);
void tn_emit_fade(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt);
void tn_emit_volume(struct tn_unit *unit, struct tn_code *code,
                    const struct tn_stmt *stmt);
void tn_emit_glow(struct tn_unit *unit, struct tn_code *code,
                  const struct tn_stmt *stmt);
/* The index of a sound in the program. */
uint32_t tn_emit_sound(struct tn_unit *unit, const struct tn_sound *sound);

/* emit_values.c */
void tn_emit_value(struct tn_unit *unit, struct tn_code *code,
                   const struct tn_expr *expr, uint32_t reg);
void tn_emit_value_stmt(struct tn_unit *unit, struct tn_code *code,
                        const struct tn_stmt *stmt);

/* react.c: all reactions, innermost states first. */
void tn_react_emit(struct tn_unit *unit);

/* image.c: the finished program, in the arena of the result. */
void tn_image_write(struct tn_unit *unit, struct tn_arena *keep,
                    struct tn_lang_program *program);

#endif
