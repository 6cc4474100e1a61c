/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

#define SECOND_US 1000000u

/* A value that a program treats as no: 0 or unknown. */
static bool is_no(tn_q16 v)
{
    return v == 0 || v == TN_UNKNOWN;
}

static tn_q16 logic(bool v)
{
    return v ? TN_Q16_ONE : 0;
}

uint8_t tn_play_get_cost(uint8_t opcode)
{
    static const uint8_t costs[] = {
#define COST(name, number, operands, cost, meaning) [number] = cost,
        TN_OPCODES(COST)
#undef COST
    };

    return opcode < sizeof costs ? costs[opcode] : 0;
}

uint32_t tn_play_get_name(const struct tn_program *program, uint8_t index)
{
    const uint8_t *at = program->image + TN_IMAGE_HEADER_LEN + 4u * index;

    TN_ASSERT(index < program->image[TN_IMAGE_AT_NAMES]);
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

/* Effects that end something must not get lost, or it would go on for ever. */
static bool ends_something(uint8_t number)
{
    return number == TN_EFFECT_STOP || number == TN_EFFECT_STOP_ALL ||
           number == TN_EFFECT_RELEASE || number == TN_EFFECT_DARK;
}

/* Takes the newest effect that begins something out of a full list. */
static void drop_beginning(struct tn_run *run)
{
    struct tn_play_out *out = run->out;

    for (uint8_t i = out->effect_count; run->beginnings && i-- > 0;) {
        if (!ends_something(out->effects[i].number)) {
            run->beginnings--;
            out->effect_count--;
            memmove(&out->effects[i], &out->effects[i + 1],
                    (size_t)(out->effect_count - i) * sizeof out->effects[0]);
            return;
        }
    }
}

struct tn_effect *tn_play_emit(struct tn_run *run, uint8_t number, uint8_t item,
                               uint32_t name)
{
    struct tn_play_out *out = run->out;

    if (!out) {
        return NULL;
    }
    if (out->effect_count == TN_EFFECT_CAP) {
        run->play->dropped++;
        if (ends_something(number)) {
            drop_beginning(run);
        }
    }
    if (out->effect_count == TN_EFFECT_CAP) {
        return NULL;
    }

    struct tn_effect *effect = &out->effects[out->effect_count++];

    run->beginnings = (uint8_t)(run->beginnings + !ends_something(number));

    for (uint32_t i = 0; i < TN_PARAM_CAP; i++) {
        effect->params[i] = TN_UNKNOWN;
    }
    effect->name = name;
    effect->number = number;
    effect->program = run->slot;
    effect->item = item;
    effect->key = run->key;
    return effect;
}

/* PLAY and HOLD; `at` is the sound's index. Returns where the code goes on. */
static uint16_t emit_sound(struct tn_run *run, uint8_t number, uint16_t at)
{
    const uint8_t *code = run->play->programs[run->slot].image;
    uint8_t item = code[at++];
    uint8_t count = code[at++];
    struct tn_effect *effect = tn_play_emit(run, number, item, 0);

    for (uint8_t i = 0; effect && i < count; i++) {
        effect->params[code[at + i] >> 4] = run->regs[code[at + i] & 15u];
    }
    return (uint16_t)(at + count);
}

static void emit_light(struct tn_run *run, uint8_t item)
{
    struct tn_program *program = &run->play->programs[run->slot];

    /* A `while` block lights once, when it becomes active. */
    if (run->key == TN_KEY_NONE || run->first) {
        (void)tn_play_emit(run, TN_EFFECT_GLOW, item, 0);
        program->light_key = run->key;
    }
}

static void emit_dark(struct tn_run *run)
{
    (void)tn_play_emit(run, TN_EFFECT_DARK, 0, 0);
    run->play->programs[run->slot].light_key = TN_KEY_NONE;
}

/* Seconds since the innermost state was entered. */
static tn_q16 get_elapsed(const struct tn_run *run,
                          const struct tn_program *program)
{
    bool nested = tn_play_get_outer(program, program->state) != program->state;
    uint64_t since_us =
        program->entered_us[nested ? TN_SCOPE_INNER : TN_SCOPE_OUTER];
    uint64_t us = run->now_us > since_us ? run->now_us - since_us : 0;

    /* 32768 s and more do not fit. */
    return us < 32768ull * SECOND_US ? (tn_q16)(us * TN_Q16_ONE / SECOND_US)
                                     : TN_Q16_MAX;
}

static tn_q16 get_signal(const struct tn_run *run, struct tn_program *program,
                         uint8_t signal)
{
    if (signal == TN_SIGNAL_ELAPSED) {
        program->clocked = 1;
        return get_elapsed(run, program);
    }
    return run->in ? run->in->signals[signal] : TN_UNKNOWN;
}

static tn_q16 compute(uint8_t opcode, tn_q16 a, tn_q16 b)
{
    bool known = a != TN_UNKNOWN && b != TN_UNKNOWN;

    switch (opcode) {
    case TN_OP_MOV:
        return b;
    case TN_OP_ADD:
        return tn_q16_add(a, b);
    case TN_OP_SUB:
        return tn_q16_sub(a, b);
    case TN_OP_MUL:
        return tn_q16_mul(a, b);
    case TN_OP_DIV:
        return tn_q16_div(a, b);
    case TN_OP_LT:
        return logic(known && a < b);
    case TN_OP_LE:
        return logic(known && a <= b);
    case TN_OP_EQ:
        return logic(known && a == b);
    case TN_OP_NE:
        return logic(known && a != b);
    case TN_OP_AND:
        return logic(!is_no(a) && !is_no(b));
    default:
        TN_ASSERT(opcode == TN_OP_OR);
        return logic(!is_no(a) || !is_no(b));
    }
}

static void set_number(struct tn_program *program, uint8_t number, tn_q16 v)
{
    if (((program->keeps >> number) & 1u) && program->numbers[number] != v) {
        program->unsaved = 1;
    }
    program->numbers[number] = v;
}

/* A compact number of a verified image. */
static uint16_t load_constant(const uint8_t *code, uint16_t at, tn_q16 *reg)
{
    uint64_t v = code[at] & 0x7Fu;

    for (uint32_t shift = 7; code[at] & 0x80u; shift += 7) {
        at++;
        v |= (uint64_t)(code[at] & 0x7Fu) << shift;
    }

    int64_t q16 = (int64_t)(v >> 2);

    q16 = (v & 2u) ? -q16 - 1 : q16;
    *reg = (tn_q16)((v & 1u) ? q16 : q16 * TN_Q16_ONE);
    return (uint16_t)(at + 1);
}

/* Operands of one name or none; the dispatch below has the rest. */
static void act(struct tn_run *run, uint8_t opcode, const uint8_t *operand)
{
    struct tn_program *program = &run->play->programs[run->slot];

    switch (opcode) {
    case TN_OP_GO:
        if (program->wanted == TN_STATE_NONE) {
            program->wanted = operand[0];
        }
        break;
    case TN_OP_STOP:
        (void)tn_play_emit(run, TN_EFFECT_STOP, operand[0], 0);
        break;
    case TN_OP_STOPALL:
        (void)tn_play_emit(run, TN_EFFECT_STOP_ALL, 0, 0);
        break;
    case TN_OP_GLOW:
        emit_light(run, operand[0]);
        break;
    case TN_OP_DARK:
        emit_dark(run);
        break;
    case TN_OP_ASK:
        tn_play_ask(run, operand[0], tn_play_get_name(program, operand[1]));
        break;
    default:
        TN_ASSERT(opcode == TN_OP_SEND);
        tn_play_send(run, tn_play_get_name(program, operand[0]));
        break;
    }
}

/* The dispatch. The verifier has made sure of every operand and that the code
 * ends: `at` only grows. */
void tn_play_run(struct tn_run *run, uint16_t at, uint16_t end)
{
    struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *code = program->image;
    tn_q16 *regs = run->regs;

    TN_ASSERT(at <= end && end <= program->len);
    memset(regs, 0, sizeof run->regs);
    while (at < end) {
        uint8_t opcode = code[at];
        const uint8_t *x = &code[at + 1];

        run->work += tn_play_get_cost(opcode);
        switch (opcode) {
        case TN_OP_LDV:
            at = load_constant(code, (uint16_t)(at + 2), &regs[x[0]]);
            break;
        case TN_OP_LDN:
            regs[x[0]] = program->numbers[x[1]];
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_STN:
            set_number(program, x[1], regs[x[0]]);
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_LDS:
            regs[x[0]] = get_signal(run, program, x[1]);
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_LDA:
            regs[x[0]] = run->event ? run->event->args[x[1]] : TN_UNKNOWN;
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_NEG:
            regs[x[0]] = tn_q16_sub(0, regs[x[0]]);
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_NOT:
            regs[x[0]] = logic(regs[x[0]] == 0);
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_JMP:
            at = (uint16_t)(at + 2 + x[0]);
            break;
        case TN_OP_JZ:
            at = (uint16_t)(at + 3 + (is_no(regs[x[0]]) ? x[1] : 0));
            break;
        case TN_OP_IS:
            regs[x[0]] = logic(tn_play_is(run, x[1], x[2]));
            at = (uint16_t)(at + 4);
            break;
        case TN_OP_HERE:
            regs[x[0]] = logic(tn_play_is_here(run, x[1]));
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_REL:
            regs[x[0]] = logic(tn_play_is_related(run, x[1], x[2]));
            at = (uint16_t)(at + 4);
            break;
        case TN_OP_MEASURE:
            regs[x[0]] = tn_play_measure(run, x[1], x[2]);
            at = (uint16_t)(at + 4);
            break;
        case TN_OP_PLAY:
            at = emit_sound(run, TN_EFFECT_PLAY, (uint16_t)(at + 1));
            break;
        case TN_OP_HOLD:
            at = emit_sound(run, TN_EFFECT_HOLD, (uint16_t)(at + 1));
            break;
        case TN_OP_STOPALL:
        case TN_OP_DARK:
            act(run, opcode, x);
            at = (uint16_t)(at + 1);
            break;
        case TN_OP_GO:
        case TN_OP_STOP:
        case TN_OP_GLOW:
        case TN_OP_SEND:
            act(run, opcode, x);
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_ASK:
            act(run, opcode, x);
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_SENDTO:
            at = tn_play_send_to(run, (uint16_t)(at + 1));
            break;
        default:
            regs[x[0] >> 4] =
                compute(opcode, regs[x[0] >> 4], regs[x[0] & 15u]);
            at = (uint16_t)(at + 2);
            break;
        }
    }
}
