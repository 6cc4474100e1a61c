/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_PLAY_MACHINE_H
#define TENON_PLAY_MACHINE_H

/* What the files of src/play share; nothing for others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tenon/bytes.h>
#include <tenon/play.h>

#define TN_KEY_NONE 0xFFu /* not in a `while` block */

/* Work besides instructions, in the same units: some 25 machine instructions
 * of a Cortex-M4 each. */
#define TN_COST_ACT 7u      /* a program's part of an event, looks, ... */
#define TN_COST_REACTION 6u /* looking at a reaction */
#define TN_COST_CHANGE 40u  /* a change of state */
#define TN_COST_RELEASE 6u  /* a `while` block that is left */
#define TN_COST_FORGET 1u   /* a condition that is left */
#define TN_COST_BEGIN 25u   /* entering a slot */
#define TN_COST_GONE 150u   /* emptying a slot */
#define TN_COST_EVENT 20u   /* taking an event */
#define TN_COST_TIMER 32u   /* taking a timer */
#define TN_COST_LATER 7u    /* of such, what waits in a reaction */
#define TN_COST_STEP 60u    /* a step in which nothing happens */

#define TN_TIME_MAX_MS 32768000u
#define TN_MESSAGE_NUMBERS 2u
_Static_assert(TN_PROGRAM_WORK_CAP <=
                   TN_WORK_CAP - TN_COST_STEP - TN_COST_TIMER,
               "what a program can do at once fits a step");
_Static_assert(TN_PROGRAM_WORK_CAP < 2 * 255, "a byte has it in pairs");

/* Wanted of the bare brick's program when a tag has come: to leave its states.
 */
#define TN_STATE_PARK 0xFEu

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

/* What a reaction may cost, for the verifier's bounds. */
struct tn_cost {
    uint8_t pairs; /* of units; 255 stands for more */
    uint8_t state;
    uint8_t chain;
};

#define TN_ROUNDS_CAP 64u /* of nested repeated blocks, multiplied */
#define TN_LOOP_CAP 6u    /* so deep can they nest: each has two rounds */

/* A block that is repeated. */
struct tn_loop {
    uint16_t from;
    uint16_t end_at; /* of the code around it */
    uint8_t left;    /* rounds after this one */
    uint8_t pad;
};

/* An entry of the numbers' table. */
struct tn_number {
    tn_q16 value;
    uint16_t time_at; /* of a mood: offset of its time */
    uint8_t flags;
    uint8_t places; /* of a list */
    uint8_t name;   /* of a shown one: name index */
    uint8_t pad[3];
};

/* One call's working set; never kept. */
struct tn_run {
    uint64_t now_us;
    struct tn_play *play;
    const struct tn_play_in *in;  /* null: signals are unknown */
    struct tn_play_out *out;      /* null: effects go nowhere */
    const struct tn_event *event; /* null: arguments are unknown */
    tn_q16 regs[TN_REG_COUNT];
    struct tn_loop loops[TN_LOOP_CAP]; /* innermost last */
    uint32_t work;
    uint8_t slot;       /* program that runs */
    uint8_t key;        /* `while` block that runs, or TN_KEY_NONE */
    uint8_t first;      /* this `while` block has just become active */
    uint8_t changed;    /* bit a slot: has changed its state in this step */
    uint8_t beginnings; /* effects in `out` that begin something */
    uint8_t newest;     /* of these, the newest, or an effect behind it */
    uint8_t scope;      /* of the reaction that runs */
    uint8_t loop_count;
};

/* image.c */
uint8_t tn_play_get_chain(uint8_t trigger);
bool tn_play_is_named(uint8_t trigger);
bool tn_play_is_timed(uint8_t trigger);
enum tn_err tn_play_decode(struct tn_bytes *b, struct tn_reaction *reaction);
uint32_t tn_play_get_varint(const uint8_t *image, uint16_t *at);
void tn_play_decode_number(struct tn_bytes *b, struct tn_number *number);
uint16_t tn_play_get_numbers_at(const struct tn_program *program);

/* What conditions look at: a bit a signal, or something that may change at any
 * time. */
#define TN_LOOKS_ALWAYS (1u << 31)
_Static_assert(TN_SIGNAL_COUNT < 31, "signals have a bit each");

/* looks.c: of all conditions of a verified image. */
uint32_t tn_play_get_looks(const uint8_t *image, uint16_t reactions_at);
/* What a condition may look at besides has changed. */
void tn_play_set_stale(struct tn_play *play);

/* play.c: the slot's program ends: its states are left, the slot is empty. */
void tn_play_finish(struct tn_run *run);

/* bound.c. `later`: the dearest piece of code that waits for its time. */
enum tn_err tn_play_get_bounds(const uint8_t *image, uint16_t states_at,
                               const struct tn_cost *costs, uint16_t later,
                               struct tn_image_info *info);

/* run.c: `at` .. `end` is a verified piece of code. */
void tn_play_run(struct tn_run *run, uint16_t at, uint16_t end);
/* The effect, for what it has besides; null if it goes nowhere. */
struct tn_effect *tn_play_emit(struct tn_run *run, uint8_t number, uint8_t item,
                               uint32_t name);
uint8_t tn_play_get_cost(uint8_t opcode); /* 0: unknown instruction */
uint32_t tn_play_get_name(const struct tn_program *program, uint8_t index);
/* LDV; `at` is the constant. Returns where the code goes on. */
uint16_t tn_play_load_constant(const uint8_t *code, uint16_t at, tn_q16 *reg);

/* dice.c */
tn_q16 tn_play_draw(struct tn_run *run, tn_q16 from, tn_q16 to);
bool tn_play_chance(struct tn_run *run, tn_q16 ratio);
bool tn_play_once(struct tn_run *run, uint8_t place);
uint16_t tn_play_pick(struct tn_run *run, uint16_t at);

/* mood.c: `x` are MOOD's operands, the code goes on at `at` until `end`. */
tn_q16 tn_play_get_mood(const struct tn_program *program, uint8_t mood,
                        uint64_t now_us);
void tn_play_set_mood(struct tn_run *run, uint8_t mood, tn_q16 v);
tn_q16 tn_play_read_mood(struct tn_run *run, const uint8_t *x, uint16_t at,
                         uint16_t end);

/* list.c */
tn_q16 tn_play_look_into(const struct tn_program *program, uint8_t opcode,
                         uint8_t list, tn_q16 v);
void tn_play_push_item(struct tn_program *program, uint8_t list, tn_q16 v);
void tn_play_clear_list(struct tn_program *program, uint8_t list);

/* look.c: what is asked of others. `name` may be TN_NAME_ANY where a brick is
 * looked at. */
bool tn_play_is(const struct tn_run *run, uint8_t kind, uint8_t state);
bool tn_play_is_here(const struct tn_run *run, uint8_t kind);
bool tn_play_is_related(const struct tn_run *run, uint8_t relation,
                        uint8_t name);
tn_q16 tn_play_measure(const struct tn_run *run, uint8_t measure, uint8_t name);
/* The shown number of the program of that kind that is meant, or, of
 * TN_NAME_ANY, its tag's identity in 32 bits; TN_UNKNOWN if there is none. */
tn_q16 tn_play_peek(struct tn_run *run, uint8_t kind, uint8_t name);

/* words.c */
void tn_play_ask(struct tn_run *run, uint8_t role, uint32_t name);
void tn_play_send(struct tn_run *run, uint32_t name);
uint16_t tn_play_send_to(struct tn_run *run, uint16_t at);
bool tn_play_is_target(uint8_t operand);

/* react.c */
/* The program has reactions of that chain. */
static inline bool tn_play_has(const struct tn_program *program, uint8_t chain)
{
    return program->first[chain + 1u] != program->first[chain];
}

/* Timers that fire by themselves: not those of COND_FORs. */
static inline uint8_t tn_play_count_timers(const struct tn_program *program)
{
    return (uint8_t)(program->first[TN_CHAIN_TIMER + 1] -
                     program->first[TN_CHAIN_TIMER]);
}

uint8_t tn_play_get_outer(const struct tn_program *program, uint8_t state);
void tn_play_set_scopes(struct tn_program *program);
void tn_play_begin(struct tn_run *run);
void tn_play_end(struct tn_run *run);
void tn_play_change(struct tn_run *run);
/* A program has begun or ended: whether the bare brick's is in its states. */
void tn_play_mind_bare(struct tn_play *play);
bool tn_play_react(struct tn_run *run, uint8_t chain);
void tn_play_look(struct tn_run *run);
void tn_play_hold(struct tn_run *run);
void tn_play_fire(struct tn_run *run, uint8_t timer);

/* later.c: order in time inside a reaction. `at` is a LATER or AGAIN; returns
 * where the code goes on. */
uint16_t tn_play_put_later(struct tn_run *run, uint16_t at);
void tn_play_fire_later(struct tn_run *run, uint8_t i);
void tn_play_cancel_later(struct tn_program *program, uint8_t scope);

/* show.c: what sounds again and again, bars of light, ... `at` is behind the
 * opcode; returns where the code goes on. */
uint16_t tn_play_show(struct tn_run *run, uint8_t opcode, uint16_t at);
/* The sound plays once or not at all from now on. */
void tn_play_unhum(struct tn_program *program, uint16_t sounds);
/* A state is left: what hums in it ends. */
void tn_play_end_hums(struct tn_run *run, uint8_t scope);

/* queue.c: posts without asking where it comes from. */
void tn_play_push(struct tn_play *play, const struct tn_event *event);
void tn_play_pop(struct tn_play *play, struct tn_event *event);
void tn_play_forget(struct tn_play *play, uint8_t slot);

#endif
