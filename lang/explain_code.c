/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <string.h>

#include <tenon/bytes.h>
#include <tenon/vocabulary.h>

#include "vocab.h"

#define DEPTH_CAP 32u /* of ifs in ifs */

/* A piece of code on its way back to words. What registers hold is kept as
 * trees; one that reads a number that was changed since, or that two ways have
 * made differently, is stale. What has another shape than the compiler's, or
 * uses what is stale, fails, and is listed instead. */
struct reader {
    struct tn_explainer *x;
    struct tn_builder *out;
    size_t from;     /* where its text begins in `out` */
    uint16_t end_at; /* of the code */
    uint8_t tail;    /* state of a `->` that ends it, or TN_STATE_NONE */
    uint16_t regs[TN_REG_COUNT];
    uint8_t stale; /* bit a register */
    uint8_t depth;
    bool failed;
    struct tn_explain_values values;
};

static const struct {
    const char *name;
    const char *operands;
    uint8_t cost;
} opcodes[256] = {
#define OPCODE(name, number, operands, cost, meaning)                          \
    [number] = {#name, operands, cost},
    TN_OPCODES(OPCODE)
#undef OPCODE
};

static uint8_t clamp_count(uint8_t count)
{
    return count > TN_PARAM_CAP ? TN_PARAM_CAP : count;
}

struct tn_explain_step tn_explain_step_at(const struct tn_explainer *x,
                                          uint16_t at)
{
    struct tn_bytes b = tn_bytes_of(x->image, x->info.len);
    struct tn_explain_step step = {0};
    size_t arg = 0;

    b.at = at;
    step.opcode = tn_bytes_get_u8(&b);
    step.name = opcodes[step.opcode].name;
    step.operands = opcodes[step.opcode].operands;
    step.cost = opcodes[step.opcode].cost;
    for (const char *o = step.operands; *o; o++) {
        if (*o == 'v') {
            step.value = tn_bytes_get_number(&b);
        } else if (*o == 'T') {
            step.time_ms = tn_bytes_get_varint(&b);
        } else if (*o == 'B') {
            step.skip_count = tn_bytes_get_u8(&b) & 15u;
            for (uint8_t i = 0; i < step.skip_count; i++) {
                step.skips[i] = tn_bytes_get_u8(&b);
            }
        } else if (*o == 'P') {
            step.param_count = clamp_count(tn_bytes_get_u8(&b));
            for (uint8_t i = 0; i < step.param_count; i++) {
                step.params[i] = tn_bytes_get_u8(&b);
            }
        } else {
            step.args[arg++] = tn_bytes_get_u8(&b);
        }
    }
    step.next = b.at;
    return step;
}

static const char *word_of(const struct tn_vocab_word *list, uint8_t number)
{
    while (list->word && list->number != number) {
        list++;
    }
    return list->word ? list->word : "?";
}

static uint16_t use(struct reader *r, uint8_t reg)
{
    uint16_t node = r->regs[reg];

    if ((r->stale >> reg & 1u) ||
        r->values.nodes[node].size > TN_EXPLAIN_SIZE_CAP ||
        (r->values.nodes[node].is_drawn && r->values.nodes[node].is_used)) {
        r->failed = true;
        return 0;
    }
    r->values.nodes[node].is_used = true;
    return node;
}

static void print_reg(struct reader *r, uint8_t reg, int strength,
                      uint8_t dimension)
{
    uint16_t node = use(r, reg);

    tn_explain_values_set(&r->values, node, dimension);
    if (!r->failed) {
        tn_explain_values_print(&r->values, node, strength, r->out);
    }
}

/* Begins a statement. */
static void begin(struct reader *r)
{
    if (r->out->len > r->from &&
        r->out->data[r->out->len - 1] != TN_EXPLAIN_OPEN &&
        r->out->data[r->out->len - 1] != ' ') {
        tn_builder_push_fill(r->out, TN_EXPLAIN_NEXT, 1);
    }
}

static void read_value(struct reader *r, const struct tn_explain_step *step)
{
    bool is_pair = strcmp(step->operands, "R") == 0;
    uint8_t to = is_pair ? step->args[0] >> 4 : step->args[0];
    uint16_t left = 0, right = 0;

    if (is_pair) {
        right = use(r, step->args[0] & 15u);
    }
    if (step->opcode == TN_OP_MOV) {
        left = right;
    } else if (is_pair || step->opcode == TN_OP_NEG ||
               step->opcode == TN_OP_NOT || step->opcode == TN_OP_HAS ||
               step->opcode == TN_OP_ITEM || step->opcode == TN_OP_CHANCE) {
        left = use(r, to);
    }
    r->regs[to] = step->opcode == TN_OP_MOV
                      ? left
                      : tn_explain_values_push(&r->values, step, left, right);
    r->stale &= (uint8_t) ~(1u << to);
}

/* What was read of this number or list is not what it is now. */
static void spoil(struct reader *r, uint8_t number)
{
    for (uint8_t reg = 0; reg < TN_REG_COUNT; reg++) {
        if (r->values.nodes[r->regs[reg]].reads >> number & 1u) {
            r->stale |= (uint8_t)(1u << reg);
        }
    }
}

static void read_store(struct reader *r, const struct tn_explain_step *step)
{
    static const char *const signs[] = {[TN_OP_ADD - TN_OP_ADD] = " += ",
                                        [TN_OP_SUB - TN_OP_ADD] = " -= ",
                                        [TN_OP_MUL - TN_OP_ADD] = " *= ",
                                        [TN_OP_DIV - TN_OP_ADD] = " /= "};
    uint8_t number = step->args[1];
    uint16_t at = use(r, step->args[0]);
    const struct tn_explain_node *node = &r->values.nodes[at];
    const struct tn_explain_node *left = &r->values.nodes[node->left];
    bool is_change =
        node->opcode >= TN_OP_ADD && node->opcode <= TN_OP_DIV &&
        (left->opcode == TN_OP_LDN || left->opcode == TN_OP_MOOD) &&
        left->args[0] == number;

    if (r->x->dimensions[number] == TN_EXPLAIN_UNKNOWN) {
        r->x->dimensions[number] = node->dimension;
    }
    tn_explain_values_set(&r->values, at, r->x->dimensions[number]);
    tn_explain_push_number(r->x, number, r->out);
    tn_builder_push_text(r->out,
                         is_change ? signs[node->opcode - TN_OP_ADD] : " = ");
    if (!r->failed) {
        tn_explain_values_print(&r->values, is_change ? node->right : at,
                                TN_EXPLAIN_OR, r->out);
    }
    spoil(r, number);
}

static void read_list(struct reader *r, const struct tn_explain_step *step)
{
    if (step->opcode == TN_OP_PUSH) {
        tn_builder_push_text(r->out, "add ");
        print_reg(r, step->args[1], TN_EXPLAIN_OR, TN_EXPLAIN_UNKNOWN);
        tn_builder_push_text(r->out, " to ");
    } else {
        tn_builder_push_text(r->out, "clear ");
    }
    tn_explain_push_list(r->x, step->args[0], r->out);
    spoil(r, (uint8_t)(TN_NUMBER_CAP + step->args[0]));
}

static void push_time(struct tn_builder *out, const char *word, uint32_t ms)
{
    tn_builder_print(out, "%s ", word);
    if (ms < 1000) {
        tn_builder_print(out, "%u ms", (unsigned)ms);
    } else {
        tn_builder_print(out, "%g s", ms / 1000.0);
    }
}

static void read_play(struct reader *r, const struct tn_explain_step *step)
{
    tn_builder_push_text(r->out, step->opcode == TN_OP_HUM ? "hum " : "play ");
    tn_explain_push_sound(r->x, step->args[0], r->out);
    for (uint8_t i = 0; i < step->param_count; i++) {
        tn_builder_print(r->out, "%s %c = ", i ? "," : " with",
                         'a' + (step->params[i] >> 4));
        print_reg(r, step->params[i] & 15u, TN_EXPLAIN_OR, TN_DIM_RATIO);
    }
    tn_builder_push_text(r->out, step->opcode == TN_OP_HUM ? " again" : "");
}

static void read_meter(struct reader *r, const struct tn_explain_step *step)
{
    tn_builder_push_text(r->out, "glow ");
    tn_explain_push_light(r->x, step->args[0], r->out);
    tn_builder_push_text(r->out, " meter ");
    print_reg(r, step->args[1] >> 4, TN_EXPLAIN_OR, TN_EXPLAIN_UNKNOWN);
    tn_builder_push_text(r->out, " of ");
    print_reg(r, step->args[1] & 15u, TN_EXPLAIN_OR, TN_EXPLAIN_UNKNOWN);
}

static void read_send(struct reader *r, const struct tn_explain_step *step)
{
    bool is_all = step->opcode == TN_OP_SEND;
    uint8_t target = is_all ? TN_TARGET_ALL : step->args[0];

    tn_builder_push_text(r->out, "send ");
    tn_explain_push_name(r->x, step->args[is_all ? 0 : 1], r->out);
    for (uint8_t i = 0; i < step->param_count; i++) {
        tn_builder_print(r->out, "%s %s = ", i ? "," : " with",
                         step->params[i] >> 4 ? "second" : "first");
        print_reg(r, step->params[i] & 15u, TN_EXPLAIN_OR, TN_EXPLAIN_UNKNOWN);
    }
    if (target != TN_TARGET_ALL) {
        tn_builder_print(r->out, " to %s",
                         word_of(tn_vocab_targets, target & 15u));
    }
    if (target >> 4) {
        tn_builder_print(r->out, " or %s",
                         word_of(tn_vocab_targets, target >> 4));
    }
    if (!is_all && step->args[2] != TN_REG_NONE) {
        tn_builder_push_text(r->out, " within ");
        print_reg(r, step->args[2], TN_EXPLAIN_ADD, TN_DIM_LENGTH);
    }
}

/* What does something; false if it makes a value. */
static bool read_effect(struct reader *r, const struct tn_explain_step *step)
{
    switch (step->opcode) {
    case TN_OP_STN:
        read_store(r, step);
        return true;
    case TN_OP_PUSH:
    case TN_OP_CLEAR:
        read_list(r, step);
        return true;
    case TN_OP_GO:
        tn_builder_push_text(r->out, "-> ");
        tn_explain_push_state(r->x, step->args[0], r->out);
        return true;
    case TN_OP_FADE:
        tn_builder_push_text(r->out, "fade ");
        tn_explain_push_sound(r->x, step->args[0], r->out);
        push_time(r->out, " over", step->time_ms);
        return true;
    case TN_OP_VOLUME:
        tn_builder_push_text(r->out, "volume ");
        print_reg(r, step->args[0], TN_EXPLAIN_OR, TN_DIM_RATIO);
        return true;
    case TN_OP_METER:
        read_meter(r, step);
        return true;
    case TN_OP_PLAY:
    case TN_OP_HOLD:
    case TN_OP_HUM:
        read_play(r, step);
        return true;
    case TN_OP_STOP:
        tn_builder_push_text(r->out, "stop ");
        tn_explain_push_sound(r->x, step->args[0], r->out);
        return true;
    case TN_OP_STOPALL:
        tn_builder_push_text(r->out, "stop all");
        return true;
    case TN_OP_GLOW:
        tn_builder_push_text(r->out, "glow ");
        tn_explain_push_light(r->x, step->args[0], r->out);
        return true;
    case TN_OP_DARK:
        tn_builder_push_text(r->out, "glow off");
        return true;
    case TN_OP_ASK:
        tn_builder_print(r->out, "ask %s to ",
                         word_of(tn_vocab_roles, step->args[0]));
        tn_explain_push_name(r->x, step->args[1], r->out);
        return true;
    case TN_OP_SEND:
    case TN_OP_SENDTO:
        read_send(r, step);
        return true;
    default:
        return false;
    }
}

static void read_code(struct reader *r, uint16_t at, uint16_t end);

/* The last instruction before `end`; false if none begins there. */
static bool find_last(const struct reader *r, uint16_t at, uint16_t end,
                      struct tn_explain_step *last)
{
    last->opcode = 0;
    while (at < end) {
        *last = tn_explain_step_at(r->x, at);
        at = last->next;
    }
    return at == end;
}

/* One way of an `if`. */
static void read_way(struct reader *r, uint16_t at, uint16_t end)
{
    tn_builder_push_text(r->out, "{");
    tn_builder_push_fill(r->out, TN_EXPLAIN_OPEN, 1);
    read_code(r, at, end);
    tn_builder_push_fill(r->out, TN_EXPLAIN_CLOSE, 1);
    tn_builder_push_text(r->out, "}");
}

/* `if C { }` is JZ over the block; with `else` a JMP ends the block. Returns
 * where it goes on. */
static uint16_t read_if(struct reader *r, const struct tn_explain_step *test,
                        uint16_t end)
{
    uint16_t regs[TN_REG_COUNT];
    uint16_t goal = (uint16_t)(test->next + test->args[1]);
    uint16_t rest = goal;
    struct tn_explain_step last;
    uint8_t stale;

    if (goal > end || !find_last(r, test->next, goal, &last) ||
        r->depth >= DEPTH_CAP) {
        r->failed = true;
        return end;
    }
    if (last.opcode == TN_OP_JMP) {
        rest = (uint16_t)(goal + last.args[0]);
    }
    if (rest > end) {
        r->failed = true;
        return end;
    }
    r->depth++;
    begin(r);
    if (r->values.nodes[r->regs[test->args[0]]].opcode != TN_OP_CHANCE) {
        tn_builder_push_text(r->out, "if ");
    }
    print_reg(r, test->args[0], TN_EXPLAIN_OR, TN_DIM_LOGIC);
    tn_builder_push_text(r->out, " ");
    memcpy(regs, r->regs, sizeof(regs));
    stale = r->stale;
    read_way(r, test->next,
             (uint16_t)(last.opcode == TN_OP_JMP ? goal - 2 : goal));
    for (uint8_t reg = 0; reg < TN_REG_COUNT; reg++) {
        uint16_t other = r->regs[reg];

        r->regs[reg] = regs[reg];
        regs[reg] = other;
    }
    uint8_t then_stale = r->stale;

    r->stale = stale;
    if (rest > goal) {
        tn_builder_push_text(r->out, " else ");
        read_way(r, goal, rest);
    }
    r->stale |= then_stale;
    for (uint8_t reg = 0; reg < TN_REG_COUNT; reg++) {
        r->stale |= (uint8_t)((r->regs[reg] != regs[reg]) << reg);
    }
    r->depth--;
    return rest;
}

/* REPEAT and ONCE: what registers hold in the block and after it is not what
 * they held before, unless they are loaded anew. */
static uint16_t read_block(struct reader *r, const struct tn_explain_step *step,
                           uint16_t end)
{
    uint16_t goal = (uint16_t)(step->next + step->args[1]);

    if (goal > end || r->depth >= DEPTH_CAP) {
        r->failed = true;
        return end;
    }
    begin(r);
    if (step->opcode == TN_OP_REPEAT) {
        tn_builder_print(r->out, "repeat %u ", step->args[0]);
    } else {
        tn_builder_push_text(r->out, "once ");
    }
    r->depth++;
    r->stale = UINT8_MAX;
    read_way(r, step->next, goal);
    r->stale = UINT8_MAX;
    r->depth--;
    return goal;
}

/* Where all alternatives of a PICK go on; 0 if they have another shape than the
 * compiler's. */
static uint16_t find_goal(const struct reader *r,
                          const struct tn_explain_step *pick, uint16_t end)
{
    struct tn_explain_step last;
    uint16_t goal = 0;

    for (uint8_t i = 1; i < pick->skip_count; i++) {
        uint16_t from = (uint16_t)(pick->next + pick->skips[i - 1]);
        uint16_t to = (uint16_t)(pick->next + pick->skips[i]);

        if (to > end || !find_last(r, from, to, &last) ||
            last.opcode != TN_OP_JMP) {
            return 0;
        }
        if (goal && goal != to + last.args[0]) {
            return 0;
        }
        goal = (uint16_t)(to + last.args[0]);
    }
    return goal <= end ? goal : 0;
}

static uint16_t read_pick(struct reader *r, const struct tn_explain_step *pick,
                          uint16_t end)
{
    uint16_t goal = find_goal(r, pick, end);

    if (!goal || r->depth >= DEPTH_CAP) {
        r->failed = true;
        return end;
    }
    begin(r);
    tn_builder_push_text(r->out, "pick {");
    tn_builder_push_fill(r->out, TN_EXPLAIN_OPEN, 1);
    r->depth++;
    for (uint8_t i = 0; i < pick->skip_count; i++) {
        bool is_last = i + 1u == pick->skip_count;
        uint16_t to =
            is_last ? goal : (uint16_t)(pick->next + pick->skips[i + 1] - 2);

        tn_builder_push_text(r->out, i ? " | " : "");
        r->stale = UINT8_MAX;
        read_code(r, (uint16_t)(pick->next + pick->skips[i]), to);
    }
    r->depth--;
    r->stale = UINT8_MAX;
    tn_builder_push_fill(r->out, TN_EXPLAIN_CLOSE, 1);
    tn_builder_push_text(r->out, "}");
    return goal;
}

/* What waits begins with registers of its own. Returns where it goes on. */
static uint16_t read_later(struct reader *r, const struct tn_explain_step *step,
                           uint16_t end)
{
    bool is_again = step->opcode == TN_OP_AGAIN;
    uint16_t goal = (uint16_t)(step->next + step->args[is_again ? 1 : 0]);
    uint16_t regs[TN_REG_COUNT];
    uint8_t stale = r->stale;

    if (goal > end || r->depth >= DEPTH_CAP) {
        r->failed = true;
        return end;
    }
    begin(r);
    if (is_again) {
        tn_builder_print(r->out, "%u times more, ", step->args[0]);
    }
    push_time(r->out, is_again ? "every" : "after", step->time_ms);
    tn_builder_push_text(r->out, " ");
    memcpy(regs, r->regs, sizeof(regs));
    memset(r->regs, 0, sizeof(r->regs));
    r->stale = 0;
    r->depth++;
    read_way(r, step->next, goal);
    r->depth--;
    memcpy(r->regs, regs, sizeof(regs));
    r->stale = stale;
    return goal;
}

static void read_code(struct reader *r, uint16_t at, uint16_t end)
{
    while (at < end && !r->failed) {
        struct tn_explain_step step = tn_explain_step_at(r->x, at);

        if (step.next > end || step.opcode == TN_OP_JMP) {
            r->failed = true;
        } else if (step.opcode == TN_OP_JZ) {
            at = read_if(r, &step, end);
        } else if (step.opcode == TN_OP_REPEAT || step.opcode == TN_OP_ONCE) {
            at = read_block(r, &step, end);
        } else if (step.opcode == TN_OP_PICK) {
            at = read_pick(r, &step, end);
        } else if (step.opcode == TN_OP_LATER || step.opcode == TN_OP_AGAIN) {
            at = read_later(r, &step, end);
        } else if (strchr("rR", step.operands[0]) && step.operands[0] &&
                   step.opcode != TN_OP_STN && step.opcode != TN_OP_VOLUME) {
            read_value(r, &step);
            at = step.next;
        } else if (step.opcode == TN_OP_GO && step.next == r->end_at &&
                   r->depth == 0) {
            r->tail = step.args[0]; /* `{ } -> STATE` */
            at = step.next;
        } else {
            begin(r);
            (void)read_effect(r, &step);
            at = step.next;
        }
    }
}

static void begin_reading(struct reader *r, struct tn_explainer *x,
                          uint8_t event, struct tn_builder *out)
{
    memset(r, 0, offsetof(struct reader, values));
    r->x = x;
    r->out = out;
    r->from = out->len;
    r->tail = TN_STATE_NONE;
    tn_explain_values_init(&r->values, x, event);
}

void tn_explain_push_effect(struct tn_explainer *x,
                            const struct tn_explain_reaction *reaction,
                            struct tn_builder *out)
{
    struct tn_builder text = {0};
    struct reader r;

    begin_reading(&r, x, reaction->trigger, &text);
    r.end_at = reaction->end_at;
    read_code(&r, reaction->body_at, reaction->end_at);
    if (r.failed) {
        text.len = 0;
        r.tail = TN_STATE_NONE;
        tn_builder_push_text(&text, "code:");
        tn_builder_push_fill(&text, TN_EXPLAIN_NEXT, 1);
        tn_explain_list_code(x, reaction->body_at, reaction->end_at, &text);
    }
    if (text.len > 0) {
        tn_builder_push_text(out, "{");
        tn_builder_push_fill(out, TN_EXPLAIN_OPEN, 1);
        tn_builder_push(out, text.data, text.len);
        tn_builder_push_fill(out, TN_EXPLAIN_CLOSE, 1);
        tn_builder_push_text(out, "}");
    } else if (r.tail == TN_STATE_NONE) {
        tn_builder_push_text(out, "{ }");
    }
    if (r.tail != TN_STATE_NONE) {
        tn_builder_push_text(out, text.len > 0 ? " -> " : "-> ");
        tn_explain_push_state(x, r.tail, out);
    }
    tn_builder_reset(&text);
}

/* "argument 0 = the colour's number": which colour, or null. */
static const char *find_colour(const struct reader *r, uint16_t at)
{
    const struct tn_explain_node *node = &r->values.nodes[at];
    const struct tn_explain_node *left = &r->values.nodes[node->left];
    const struct tn_explain_node *right = &r->values.nodes[node->right];

    if (node->opcode != TN_OP_EQ || left->opcode != TN_OP_LDA ||
        left->args[0] != 0 || right->opcode != TN_OP_LDV ||
        right->value % TN_Q16_ONE != 0) {
        return NULL;
    }
    return tn_explain_colour(right->value / TN_Q16_ONE);
}

/* `sees COLOUR if GUARD`; the colour is part of the guard. */
static void push_colour(struct reader *r, bool has_guard)
{
    uint16_t at = has_guard ? use(r, 0) : 0;
    const struct tn_explain_node *node = &r->values.nodes[at];
    const char *colour = find_colour(r, at);
    bool has_more = false;

    if (!colour && node->opcode == TN_OP_AND) {
        colour = find_colour(r, node->right);
        has_more = colour;
    }
    tn_builder_print(r->out, "when sees %s", colour ? colour : "any colour");
    if (has_guard && (has_more || !colour)) {
        tn_builder_push_text(r->out, " if ");
        tn_explain_values_print(&r->values, has_more ? node->left : at,
                                TN_EXPLAIN_OR, r->out);
    }
}

static void push_event(struct tn_explainer *x,
                       const struct tn_explain_reaction *reaction,
                       struct tn_builder *out)
{
    const struct tn_vocab_event *event = tn_vocab_events;

    while (event->word && event->number != reaction->trigger) {
        event++;
    }
    if (reaction->trigger == TN_EVENT_ACTION) {
        tn_builder_push_text(out, "action ");
    } else if (reaction->trigger == TN_EVENT_MESSAGE) {
        tn_builder_push_text(out, "when ");
    } else {
        bool has_object = event->subject == TN_SUBJECT_TAG ||
                          event->subject == TN_SUBJECT_NAME;

        tn_builder_print(out, "when %s%s", event->word ? event->word : "?",
                         has_object ? " " : "");
    }
    if (event->subject == TN_SUBJECT_TAG || event->subject == TN_SUBJECT_NAME) {
        tn_explain_push_name(x, reaction->name, out);
    }
}

static void push_guard(struct reader *r, const char *word, int strength)
{
    tn_builder_push_text(r->out, word);
    print_reg(r, 0, strength, TN_DIM_LOGIC);
}

/* Trigger and guard; false if the guard cannot be put into words. */
static bool push_trigger(struct reader *r,
                         const struct tn_explain_reaction *reaction)
{
    bool has_guard = reaction->body_at > reaction->guard_at;
    struct tn_builder *out = r->out;

    if (has_guard) {
        read_code(r, reaction->guard_at, reaction->body_at);
    }
    switch (reaction->trigger) {
    case TN_TRIGGER_ENTER:
        tn_builder_push_text(out, "enter");
        break;
    case TN_TRIGGER_LEAVE:
        tn_builder_push_text(out, "leave");
        break;
    case TN_TRIGGER_WHILE:
        tn_builder_push_text(out, "while");
        break;
    case TN_TRIGGER_AFTER:
        push_time(out, "after", reaction->time_ms);
        break;
    case TN_TRIGGER_EVERY:
        push_time(out, "every", reaction->time_ms);
        break;
    case TN_TRIGGER_COND:
    case TN_TRIGGER_COND_FOR:
        push_guard(r, "when ", TN_EXPLAIN_AND);
        if (reaction->trigger == TN_TRIGGER_COND_FOR) {
            push_time(out, " for", reaction->time_ms);
        }
        return !r->failed;
    case TN_EVENT_SEES:
        push_colour(r, has_guard);
        return !r->failed;
    default:
        push_event(r->x, reaction, out);
        break;
    }
    if (has_guard) {
        push_guard(r, " if ", TN_EXPLAIN_OR);
    }
    return !r->failed;
}

void tn_explain_push_head(struct tn_explainer *x,
                          const struct tn_explain_reaction *reaction,
                          struct tn_builder *out)
{
    struct tn_explain_reaction bare = *reaction;
    struct tn_builder code = {0};
    struct reader r;

    begin_reading(&r, x, reaction->trigger, out);
    if (push_trigger(&r, reaction)) {
        return;
    }
    /* The trigger in words, the guard as code. */
    out->len = r.from;
    bare.body_at = bare.guard_at;
    begin_reading(&r, x, reaction->trigger, out);
    if (reaction->trigger == TN_TRIGGER_COND ||
        reaction->trigger == TN_TRIGGER_COND_FOR) {
        tn_builder_push_text(out, "when code");
        if (reaction->trigger == TN_TRIGGER_COND_FOR) {
            push_time(out, " for", reaction->time_ms);
        }
    } else {
        (void)push_trigger(&r, &bare);
    }
    tn_explain_list_code(x, reaction->guard_at, reaction->body_at, &code);
    for (size_t i = 0; i < code.len; i++) {
        code.data[i] = code.data[i] == TN_EXPLAIN_NEXT ? ';' : code.data[i];
    }
    tn_builder_print(out, " if (%s)", code.data ? code.data : "");
    tn_builder_reset(&code);
}
