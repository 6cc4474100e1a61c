/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "machine.h"

#define SECOND_US 1000000u

_Static_assert(TN_REG_COUNT == 8, "cleared one by one");

/* A value that a program treats as no: 0 or unknown. */
static bool is_no(tn_q16 v)
{
    return v == 0 || v == TN_UNKNOWN;
}

static tn_q16 logic(bool v)
{
    return v ? TN_Q16_ONE : 0;
}

static const uint8_t costs[] = {
#define COST(name, number, operands, cost, meaning) [number] = cost,
    TN_OPCODES(COST)
#undef COST
};

uint8_t tn_play_get_cost(uint8_t opcode)
{
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
           number == TN_EFFECT_RELEASE || number == TN_EFFECT_DARK ||
           number == TN_EFFECT_FADE;
}

/* A place for an effect. In a full list one that ends something takes that of
 * the newest that begins something; what is behind that one all ends. */
static struct tn_effect *get_place(struct tn_run *run, bool ends)
{
    struct tn_play_out *out = run->out;

    if (out->effect_count < TN_EFFECT_CAP) {
        if (!ends) {
            run->beginnings++;
            run->newest = out->effect_count;
        }
        return &out->effects[out->effect_count++];
    }
    run->play->dropped++;
    if (!ends || !run->beginnings) {
        return NULL;
    }
    while (ends_something(out->effects[run->newest].number)) {
        run->newest--;
    }
    run->beginnings--;
    return &out->effects[run->newest];
}

struct tn_effect *tn_play_emit(struct tn_run *run, uint8_t number, uint8_t item,
                               uint32_t name)
{
    struct tn_effect *effect =
        run->out ? get_place(run, ends_something(number)) : NULL;

    if (!effect) {
        return NULL;
    }
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

/* PLAY, HOLD and HUM; `at` is the sound's index. Returns where the code goes
 * on. */
static uint16_t emit_sound(struct tn_run *run, uint8_t number, uint16_t at)
{
    struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *code = program->image;
    uint8_t item = code[at++];
    uint8_t count = code[at++];
    struct tn_effect *effect = tn_play_emit(run, number, item, 0);

    if (number != TN_EFFECT_HOLD) {
        tn_play_unhum(program, (uint16_t)(1u << item));
    }
    if (number == TN_EFFECT_HUM) {
        program->hums[run->scope] |= (uint16_t)(1u << item);
    }
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

/* `us` * 65536 / 1,000,000, which is `us` * 1024 / 15,625, for less than 2^35
 * us. A processor of 32 bits multiplies much faster than it divides: by the
 * factor times 2^32, a little too small, which may make the result 1 less. */
static tn_q16 get_seconds(uint64_t us)
{
    uint32_t q16 = (uint32_t)((us * 281474976u + (us >> 7) * 90u) >> 32);

    if ((q16 + 1ull) * 15625u <= us << 10) {
        q16++;
    }
    return (tn_q16)q16;
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
    return us < 32768ull * SECOND_US ? get_seconds(us) : TN_Q16_MAX;
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

static void set_number(struct tn_run *run, uint8_t number, tn_q16 v)
{
    struct tn_program *program = &run->play->programs[run->slot];

    if (number < program->mood_count) {
        tn_play_set_mood(run, number, v);
        return;
    }
    if (((program->keeps >> number) & 1u) && program->numbers[number] != v) {
        program->unsaved = 1;
    }
    if (program->numbers[number] != v) {
        program->numbers[number] = v;
        program->stale = 1;
    }
}

/* A compact number of a verified image. */
uint16_t tn_play_load_constant(const uint8_t *code, uint16_t at, tn_q16 *reg)
{
    uint32_t byte = code[at++];
    uint32_t flags = byte & 3u;
    uint32_t v = (byte & 0x7Fu) >> 2; /* without the flags it fits 32 bits */

    for (uint32_t shift = 5; byte & 0x80u; shift += 7) {
        byte = code[at++];
        v |= (byte & 0x7Fu) << shift;
    }
    v = (flags & 2u) ? ~v : v;
    *reg = (tn_q16)((flags & 1u) ? v : v << 16);
    return at;
}

/* Operands of one name or none; the dispatch below has the rest. */
static void act(struct tn_run *run, uint8_t opcode, const uint8_t *operand)
{
    struct tn_program *program = &run->play->programs[run->slot];

    switch (opcode) {
    case TN_OP_GO:
        if (program->wanted == TN_STATE_NONE && !program->parked) {
            program->wanted = operand[0];
            run->play->wanting |= (uint8_t)(1u << run->slot);
        }
        break;
    case TN_OP_STOP:
        (void)tn_play_emit(run, TN_EFFECT_STOP, operand[0], 0);
        tn_play_unhum(program, (uint16_t)(1u << operand[0]));
        break;
    case TN_OP_STOPALL:
        tn_play_unhum(program, UINT16_MAX);
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

/* REPEAT; `at` is its first operand. Returns where the code goes on. */
static uint16_t begin_loop(struct tn_run *run, uint16_t at, uint16_t *end)
{
    const uint8_t *x = &run->play->programs[run->slot].image[at];
    struct tn_loop *loop = &run->loops[run->loop_count];

    TN_ASSERT(run->loop_count < TN_LOOP_CAP);
    run->loop_count++;
    loop->from = (uint16_t)(at + 2);
    loop->end_at = *end;
    loop->left = (uint8_t)(x[0] - 1u);
    *end = (uint16_t)(at + 2 + x[1]);
    return loop->from;
}

/* At the end of a repeated block: back to its beginning, or on behind it. False
 * at the end of the whole code. */
static bool go_round(struct tn_run *run, uint16_t *at, uint16_t *end)
{
    while (*at >= *end && run->loop_count) {
        struct tn_loop *loop = &run->loops[run->loop_count - 1];

        if (loop->left) {
            loop->left--;
            run->work++;
            *at = loop->from;
        } else {
            *end = loop->end_at;
            run->loop_count--;
        }
    }
    return *at < *end;
}

/* The dispatch. The verifier has made sure of every operand and that the code
 * ends: `at` only grows, but for blocks that are repeated so often. */
void tn_play_run(struct tn_run *run, uint16_t at, uint16_t end)
{
    struct tn_program *program = &run->play->programs[run->slot];
    const uint8_t *code = program->image;
    tn_q16 *regs = run->regs;

    TN_ASSERT(at <= end && end <= program->len);
    if (at == end) {
        return;
    }
    regs[0] = regs[1] = regs[2] = regs[3] = 0; /* by words */
    regs[4] = regs[5] = regs[6] = regs[7] = 0;
    run->loop_count = 0;
    while (at < end || go_round(run, &at, &end)) {
        uint8_t opcode = code[at];
        const uint8_t *x = &code[at + 1];

        TN_ASSERT(opcode < sizeof costs);
        run->work += costs[opcode];
        switch (opcode) {
        case TN_OP_LDV:
            at = tn_play_load_constant(code, (uint16_t)(at + 2), &regs[x[0]]);
            break;
        case TN_OP_LDN:
            regs[x[0]] = program->numbers[x[1]];
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_STN:
            set_number(run, x[1], regs[x[0]]);
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
        case TN_OP_PEEK:
            regs[x[0]] = tn_play_peek(run, x[1], x[2]);
            at = (uint16_t)(at + 4);
            break;
        case TN_OP_MOOD:
            at = (uint16_t)(at + 3);
            regs[x[0]] = tn_play_read_mood(run, x, at, end);
            break;
        case TN_OP_ANY:
            regs[x[0] >> 4] =
                tn_play_draw(run, regs[x[0] >> 4], regs[x[0] & 15u]);
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_CHANCE:
            regs[x[0]] = logic(tn_play_chance(run, regs[x[0]]));
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_HAS:
        case TN_OP_COUNT:
        case TN_OP_ITEM:
            regs[x[0]] = tn_play_look_into(program, opcode, x[1], regs[x[0]]);
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_PUSH:
            tn_play_push_item(program, x[0], regs[x[1]]);
            at = (uint16_t)(at + 3);
            break;
        case TN_OP_CLEAR:
            tn_play_clear_list(program, x[0]);
            at = (uint16_t)(at + 2);
            break;
        case TN_OP_REPEAT:
            at = begin_loop(run, (uint16_t)(at + 1), &end);
            break;
        case TN_OP_ONCE:
            at = (uint16_t)(at + 3 + (tn_play_once(run, x[0]) ? 0 : x[1]));
            break;
        case TN_OP_PICK:
            at = tn_play_pick(run, (uint16_t)(at + 1));
            break;
        case TN_OP_PLAY:
            at = emit_sound(run, TN_EFFECT_PLAY, (uint16_t)(at + 1));
            break;
        case TN_OP_HOLD:
            at = emit_sound(run, TN_EFFECT_HOLD, (uint16_t)(at + 1));
            break;
        case TN_OP_HUM:
            at = emit_sound(run, TN_EFFECT_HUM, (uint16_t)(at + 1));
            break;
        case TN_OP_FADE:
        case TN_OP_VOLUME:
        case TN_OP_METER:
            at = tn_play_show(run, opcode, (uint16_t)(at + 1));
            break;
        case TN_OP_LATER:
        case TN_OP_AGAIN:
            at = tn_play_put_later(run, at);
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
