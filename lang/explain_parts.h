/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_EXPLAIN_PARTS_H
#define TENON_LANG_EXPLAIN_PARTS_H

/* What explain*.c share. */

#include <tenon/bytes.h>
#include <tenon/config.h>
#include <tenon/image.h>
#include <tenon/maths.h>
#include <tenon/play.h>

#include "explain.h"

#define TN_EXPLAIN_UNKNOWN 0xFFu /* a dimension that nothing tells */

/* Marks in the text of a body, for tn_explain_push_body. */
#define TN_EXPLAIN_OPEN '\x01'
#define TN_EXPLAIN_NEXT '\x02'
#define TN_EXPLAIN_CLOSE '\x03'

struct tn_explain_reaction {
    uint32_t time_ms;
    uint16_t guard_at;
    uint16_t body_at;
    uint16_t end_at;
    uint8_t state;
    uint8_t trigger; /* without TN_TRIGGER_GUARD */
    uint8_t name;
};

struct tn_explainer {
    const struct tn_explain *ask;
    const uint8_t *image;
    const struct tn_lang_program *program; /* the same image, or null */
    struct tn_image_info info;
    struct tn_explain_reaction reactions[TN_REACTION_CAP];
    uint8_t reaction_count;
    uint8_t dimensions[TN_NUMBER_CAP]; /* of numbers, as far as code tells */
};

/* One instruction, taken apart. */
struct tn_explain_step {
    const char *name;
    const char *operands; /* letters of TN_OPCODES */
    uint8_t opcode;
    uint8_t cost;
    uint16_t next;   /* offset of the next one */
    uint8_t args[4]; /* a byte each, in order; R is one byte */
    uint8_t param_count;
    uint8_t params[TN_PARAM_CAP];
    uint8_t skip_count;
    uint8_t skips[16]; /* to the alternatives of PICK */
    tn_q16 value;
    uint32_t time_ms;
};

struct tn_bytes;

/* explain_tune.c: what a tune's element says, from its tempo on to the end. */
void tn_explain_push_tune(struct tn_builder *out, struct tn_bytes *b,
                          bool has_swing);

/* explain_names.c: names as far as they are known. */
void tn_explain_push_name(const struct tn_explainer *x, uint8_t index,
                          struct tn_builder *out);
void tn_explain_push_state(const struct tn_explainer *x, uint8_t state,
                           struct tn_builder *out);
void tn_explain_push_number(const struct tn_explainer *x, uint8_t number,
                            struct tn_builder *out);
void tn_explain_push_list(const struct tn_explainer *x, uint8_t list,
                          struct tn_builder *out);
void tn_explain_push_sound(const struct tn_explainer *x, uint8_t sound,
                           struct tn_builder *out);
void tn_explain_push_light(const struct tn_explainer *x, uint8_t light,
                           struct tn_builder *out);

/* A value in the units of a dimension, as short as it can be. */
void tn_explain_push_value(struct tn_builder *out, tn_q16 value,
                           uint8_t dimension);

/* explain_names.c: the flags of the numbers' table's entry at the cursor, which
 * moves behind it; its value, or a list's places; a mood's time. */
uint8_t tn_explain_get_number(struct tn_bytes *b, tn_q16 *value,
                              uint32_t *time_ms);

/* explain_code.c */
struct tn_explain_step tn_explain_step_at(const struct tn_explainer *x,
                                          uint16_t at);

/* explain_list.c: the instructions, one a statement. */
void tn_explain_list_code(const struct tn_explainer *x, uint16_t at,
                          uint16_t end, struct tn_builder *out);

/* What a reaction waits for ("when swung if hull > 3"), and what it does, with
 * marks. What they tell about numbers' dimensions is noted. */
void tn_explain_push_head(struct tn_explainer *x,
                          const struct tn_explain_reaction *reaction,
                          struct tn_builder *out);
void tn_explain_push_effect(struct tn_explainer *x,
                            const struct tn_explain_reaction *reaction,
                            struct tn_builder *out);

/* explain_value.c: values of registers as trees. */
struct tn_explain_node {
    tn_q16 value;
    uint16_t left;
    uint16_t right;
    uint32_t reads; /* bit a number that it depends on; lists from 16 on */
    uint8_t size;   /* of the tree, up to TN_EXPLAIN_SIZE_CAP + 1 */
    uint8_t opcode; /* that made it */
    uint8_t args[2];
    uint8_t dimension;
    bool is_drawn; /* dice: its words may stand once only */
    bool is_used;
};

#define TN_EXPLAIN_NODE_CAP 512u /* more than an image has instructions */
#define TN_EXPLAIN_SIZE_CAP 64u

struct tn_explain_values {
    struct tn_explainer *x;
    uint8_t event; /* whose arguments are read; else 0 */
    uint16_t count;
    struct tn_explain_node nodes[TN_EXPLAIN_NODE_CAP];
};

void tn_explain_values_init(struct tn_explain_values *values,
                            struct tn_explainer *x, uint8_t event);

/* The value that an instruction makes of `left` and `right`. */
uint16_t tn_explain_values_push(struct tn_explain_values *values,
                                const struct tn_explain_step *step,
                                uint16_t left, uint16_t right);

/* It is known to be of that dimension. */
void tn_explain_values_set(struct tn_explain_values *values, uint16_t node,
                           uint8_t dimension);

/* How strongly an operator binds: `or` 1 to single words 8. */
enum {
    TN_EXPLAIN_OR = 1,
    TN_EXPLAIN_AND,
    TN_EXPLAIN_NOT,
    TN_EXPLAIN_COMPARE,
    TN_EXPLAIN_ADD,
    TN_EXPLAIN_MUL,
    TN_EXPLAIN_NEG,
    TN_EXPLAIN_WORD
};

/* The value as text; in ( ) if it binds less than `strength`. */
void tn_explain_values_print(const struct tn_explain_values *values,
                             uint16_t node, int strength,
                             struct tn_builder *out);

/* explain_patch.c */
const char *tn_explain_colour(int32_t number); /* or null */

#endif
