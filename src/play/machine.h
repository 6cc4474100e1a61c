/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLAY_MACHINE_H
#define TENON_PLAY_MACHINE_H

/* What the files of src/play share; nothing for others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tenon/bytes.h>
#include <tenon/play.h>

#define TN_KEY_NONE 0xFFu  /* not in a `while` block */
#define TN_ITEM_NONE 0xFFu /* neither a timer nor a `while` block */

/* Work besides instructions, in the same units: some 25 machine instructions
 * of a Cortex-M4 each. */
#define TN_COST_REACTION 3u /* looking at a reaction */
#define TN_COST_CHANGE 8u   /* a change of state */
#define TN_COST_EVENT 12u   /* taking an event or a timer */

#define TN_TIME_MAX_MS 32768000u
#define TN_MESSAGE_NUMBERS 2u
/* The verifier's limit for a program, so that all fit into a step. */
#define TN_PLAY_WORK_MAX (TN_WORK_CAP / TN_PROGRAM_CAP)
_Static_assert(TN_PLAY_WORK_MAX < 255, "a reaction's work is a byte");

/* A program's scopes, innermost first: the order in which they react. */
enum tn_scope {
    TN_SCOPE_INNER, /* empty if the present state has no parent */
    TN_SCOPE_OUTER,
    TN_SCOPE_ALWAYS,
    TN_SCOPE_COUNT
};

/* A reaction taken apart; offsets are in the image. */
struct tn_reaction {
    uint32_t time_ms;
    uint16_t guard_at;
    uint16_t body_at; /* where the guard ends, too */
    uint16_t end_at;
    uint8_t state;
    uint8_t trigger; /* without TN_TRIGGER_GUARD */
    uint8_t chain;
    uint8_t named;
    uint8_t name; /* name index, if named */
    uint8_t guarded;
};

/* What a reaction may cost, for the verifier's bounds; 255 stands for more. */
struct tn_cost {
    uint8_t work;
    uint8_t state;
    uint8_t chain;
};

/* One call's working set; never kept. */
struct tn_run {
    uint64_t now_us;
    struct tn_play *play;
    const struct tn_play_in *in;  /* null: signals are unknown */
    struct tn_play_out *out;      /* null: effects go nowhere */
    const struct tn_event *event; /* null: arguments are unknown */
    tn_q16 regs[TN_REG_COUNT];
    uint32_t work;
    uint8_t slot;       /* program that runs */
    uint8_t key;        /* `while` block that runs, or TN_KEY_NONE */
    uint8_t first;      /* this `while` block has just become active */
    uint8_t changed;    /* bit a slot: has changed its state in this step */
    uint8_t beginnings; /* effects in `out` that begin something */
    uint8_t pad[7];
};

/* image.c */
uint8_t tn_play_get_chain(uint8_t trigger);
bool tn_play_is_named(uint8_t trigger);
bool tn_play_is_timed(uint8_t trigger);
enum tn_err tn_play_decode(struct tn_bytes *b, struct tn_reaction *reaction);
uint32_t tn_play_get_varint(const uint8_t *image, uint16_t *at);

/* bound.c */
enum tn_err tn_play_get_bounds(const uint8_t *image, uint16_t states_at,
                               const struct tn_cost *costs,
                               struct tn_image_info *info);

/* run.c: `at` .. `end` is a verified piece of code. */
void tn_play_run(struct tn_run *run, uint16_t at, uint16_t end);
/* The effect, for what it has besides; null if it goes nowhere. */
struct tn_effect *tn_play_emit(struct tn_run *run, uint8_t number, uint8_t item,
                               uint32_t name);
uint8_t tn_play_get_cost(uint8_t opcode); /* 0: unknown instruction */
uint32_t tn_play_get_name(const struct tn_program *program, uint8_t index);

/* look.c: what is asked of others. `name` may be TN_NAME_ANY where a brick is
 * looked at. */
bool tn_play_is(const struct tn_run *run, uint8_t kind, uint8_t state);
bool tn_play_is_here(const struct tn_run *run, uint8_t kind);
bool tn_play_is_related(const struct tn_run *run, uint8_t relation,
                        uint8_t name);
tn_q16 tn_play_measure(const struct tn_run *run, uint8_t measure, uint8_t name);

/* words.c */
void tn_play_ask(struct tn_run *run, uint8_t role, uint32_t name);
void tn_play_send(struct tn_run *run, uint32_t name);
uint16_t tn_play_send_to(struct tn_run *run, uint16_t at);
bool tn_play_is_target(uint8_t operand);

/* react.c */
uint8_t tn_play_get_outer(const struct tn_program *program, uint8_t state);
void tn_play_set_scopes(struct tn_program *program);
void tn_play_begin(struct tn_run *run);
void tn_play_end(struct tn_run *run);
void tn_play_change(struct tn_run *run);
bool tn_play_react(struct tn_run *run, uint8_t chain);
void tn_play_look(struct tn_run *run);
void tn_play_hold(struct tn_run *run);
void tn_play_fire(struct tn_run *run, uint8_t timer);

/* queue.c: posts without asking where it comes from. */
void tn_play_push(struct tn_play *play, const struct tn_event *event);
void tn_play_pop(struct tn_play *play, struct tn_event *event);
void tn_play_forget(struct tn_play *play, uint8_t slot);

#endif
