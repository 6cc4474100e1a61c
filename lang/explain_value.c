/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <string.h>

#include <tenon/vocabulary.h>

#include "vocab.h"

void tn_explain_values_init(struct tn_explain_values *values,
                            struct tn_explainer *x, uint8_t event)
{
    memset(values, 0, sizeof(*values));
    values->x = x;
    values->event = event;
    /* Node 0: what registers hold at the start. */
    values->count = 1;
    values->nodes[0].opcode = TN_OP_LDV;
    values->nodes[0].size = 1;
    values->nodes[0].dimension = TN_EXPLAIN_UNKNOWN;
}

static const struct tn_vocab_event *event_of(uint8_t number)
{
    const struct tn_vocab_event *event = tn_vocab_events;

    while (event->word && event->number != number) {
        event++;
    }
    return event->word ? event : NULL;
}

static const struct tn_vocab_word *word_of(const struct tn_vocab_word *list,
                                           uint8_t number)
{
    while (list->word && list->number != number) {
        list++;
    }
    return list;
}

/* The dimension of what comes from outside. */
static uint8_t given_dimension(const struct tn_explain_values *values,
                               const struct tn_explain_node *node)
{
    const struct tn_vocab_event *event;

    switch (node->opcode) {
    case TN_OP_LDN:
        return values->x->dimensions[node->args[0]];
    case TN_OP_LDS:
        return word_of(tn_vocab_signals, node->args[0])->dimension;
    case TN_OP_LDA:
        event = event_of(values->event);
        return event && node->args[0] == 0 && event->arg[0]
                   ? event->dimension
                   : TN_EXPLAIN_UNKNOWN;
    case TN_OP_MEASURE:
        return tn_vocab_measures[node->args[0]].dimension;
    case TN_OP_MOOD:
        return TN_DIM_RATIO;
    case TN_OP_COUNT:
        return TN_DIM_COUNT;
    case TN_OP_PEEK:
        return node->args[1] == TN_NAME_ANY ? TN_DIM_TAG : TN_EXPLAIN_UNKNOWN;
    case TN_OP_IS:
    case TN_OP_HERE:
    case TN_OP_REL:
    case TN_OP_NOT:
    case TN_OP_HAS:
    case TN_OP_CHANCE:
        return TN_DIM_LOGIC;
    default:
        return TN_EXPLAIN_UNKNOWN;
    }
}

void tn_explain_values_set(struct tn_explain_values *values, uint16_t at,
                           uint8_t dimension)
{
    struct tn_explain_node *node = &values->nodes[at];

    if (at == 0 || dimension == TN_EXPLAIN_UNKNOWN ||
        node->dimension != TN_EXPLAIN_UNKNOWN ||
        node->size > TN_EXPLAIN_SIZE_CAP) {
        return;
    }
    node->dimension = dimension;
    if (node->opcode == TN_OP_LDN) {
        values->x->dimensions[node->args[0]] = dimension;
    }
    if (node->opcode == TN_OP_ADD || node->opcode == TN_OP_SUB) {
        tn_explain_values_set(values, node->right, dimension);
    }
    if (node->opcode == TN_OP_ADD || node->opcode == TN_OP_SUB ||
        node->opcode == TN_OP_NEG) {
        tn_explain_values_set(values, node->left, dimension);
    }
}

/* Both have the same dimension; what it is. */
static uint8_t join(struct tn_explain_values *values, uint16_t left,
                    uint16_t right)
{
    tn_explain_values_set(values, left, values->nodes[right].dimension);
    tn_explain_values_set(values, right, values->nodes[left].dimension);
    return values->nodes[left].dimension;
}

static bool is_scale(uint8_t dimension)
{
    return dimension == TN_DIM_COUNT || dimension == TN_DIM_RATIO ||
           dimension == TN_EXPLAIN_UNKNOWN;
}

static uint8_t product(uint8_t a, uint8_t b)
{
    if (a == TN_EXPLAIN_UNKNOWN || b == TN_EXPLAIN_UNKNOWN) {
        return a == TN_EXPLAIN_UNKNOWN ? b : a;
    }
    if (is_scale(a) || is_scale(b)) {
        return is_scale(a) ? b : a;
    }
    return TN_DIM_COUNT; /* a time and a frequency */
}

static uint8_t quotient(uint8_t a, uint8_t b)
{
    if (a == b && a != TN_EXPLAIN_UNKNOWN) {
        return TN_DIM_RATIO;
    }
    return is_scale(b) ? a : TN_EXPLAIN_UNKNOWN;
}

static uint8_t binary_dimension(struct tn_explain_values *values,
                                const struct tn_explain_node *node)
{
    uint8_t a = values->nodes[node->left].dimension;
    uint8_t b = values->nodes[node->right].dimension;

    switch (node->opcode) {
    case TN_OP_ADD:
    case TN_OP_SUB:
        return join(values, node->left, node->right);
    case TN_OP_MUL:
        return product(a, b);
    case TN_OP_DIV:
        return quotient(a, b);
    case TN_OP_ANY:
        tn_explain_values_set(values, node->left, TN_DIM_COUNT);
        tn_explain_values_set(values, node->right, TN_DIM_COUNT);
        return TN_DIM_COUNT;
    case TN_OP_AND:
    case TN_OP_OR:
        return TN_DIM_LOGIC;
    default:
        (void)join(values, node->left, node->right);
        return TN_DIM_LOGIC;
    }
}

uint16_t tn_explain_values_push(struct tn_explain_values *values,
                                const struct tn_explain_step *step,
                                uint16_t left, uint16_t right)
{
    bool is_binary = strcmp(step->operands, "R") == 0;
    bool is_unary = step->opcode == TN_OP_NEG || step->opcode == TN_OP_NOT ||
                    step->opcode == TN_OP_HAS || step->opcode == TN_OP_ITEM ||
                    step->opcode == TN_OP_CHANCE;
    struct tn_explain_node *node = &values->nodes[values->count];
    uint32_t size = 1;

    node->opcode = step->opcode;
    node->value = step->value;
    node->args[0] = step->args[1]; /* behind the register */
    node->args[1] = step->args[2];
    node->dimension = given_dimension(values, node);
    if (step->opcode == TN_OP_LDN || step->opcode == TN_OP_MOOD) {
        node->reads = 1u << node->args[0];
    }
    if (step->opcode == TN_OP_CHANCE) {
        tn_explain_values_set(values, left, TN_DIM_RATIO);
    }
    if (step->opcode == TN_OP_ITEM) {
        tn_explain_values_set(values, left, TN_DIM_COUNT);
    }
    node->is_drawn = step->opcode == TN_OP_ANY || step->opcode == TN_OP_CHANCE;
    if (is_binary || is_unary) {
        node->left = left;
        node->reads = values->nodes[left].reads;
        node->is_drawn = node->is_drawn || values->nodes[left].is_drawn;
        size += values->nodes[left].size;
    }
    if (is_binary) {
        node->right = right;
        node->reads |= values->nodes[right].reads;
        node->is_drawn = node->is_drawn || values->nodes[right].is_drawn;
        size += values->nodes[right].size;
        node->dimension = binary_dimension(values, node);
    } else if (step->opcode == TN_OP_NEG) {
        node->dimension = values->nodes[left].dimension;
    }
    if (step->opcode == TN_OP_HAS || step->opcode == TN_OP_COUNT ||
        step->opcode == TN_OP_ITEM) {
        node->reads |= 1u << (TN_NUMBER_CAP + node->args[0]);
    }
    node->size =
        (uint8_t)(size > TN_EXPLAIN_SIZE_CAP ? TN_EXPLAIN_SIZE_CAP + 1 : size);
    return values->count++;
}

static void print_arg(const struct tn_explain_values *values, uint8_t index,
                      struct tn_builder *out)
{
    static const char *const numbers[] = {"first", "second", "sender"};
    const struct tn_vocab_event *event = event_of(values->event);

    if (event && index == 0 && event->arg[0]) {
        tn_builder_push_text(out, event->arg);
    } else if (event && index == 0 && event->subject == TN_SUBJECT_COLOUR) {
        tn_builder_push_text(out, "colour");
    } else {
        tn_builder_push_text(out, numbers[index % 3]);
    }
}

static void print_kind(const struct tn_explain_values *values, uint8_t name,
                       struct tn_builder *out)
{
    if (name == TN_NAME_ANY) {
        tn_builder_push_text(out, "brick");
    } else {
        tn_explain_push_name(values->x, name, out);
    }
}

static void print_word(const struct tn_explain_values *values,
                       const struct tn_explain_node *node,
                       struct tn_builder *out)
{
    const struct tn_vocab_measure *measure;

    switch (node->opcode) {
    case TN_OP_LDV:
        tn_explain_push_value(out, node->value, node->dimension);
        break;
    case TN_OP_LDN:
    case TN_OP_MOOD:
        tn_explain_push_number(values->x, node->args[0], out);
        break;
    case TN_OP_PEEK:
        tn_explain_push_name(values->x, node->args[0], out);
        tn_builder_push_text(out, ".");
        if (node->args[1] == TN_NAME_ANY) {
            tn_builder_push_text(out, "id");
        } else {
            tn_explain_push_name(values->x, node->args[1], out);
        }
        break;
    case TN_OP_COUNT:
        tn_builder_push_text(out, "count of ");
        tn_explain_push_list(values->x, node->args[0], out);
        break;
    case TN_OP_LDS:
        tn_builder_push_text(out,
                             word_of(tn_vocab_signals, node->args[0])->word);
        break;
    case TN_OP_LDA:
        print_arg(values, node->args[0], out);
        break;
    case TN_OP_IS:
        tn_explain_push_name(values->x, node->args[0], out);
        tn_builder_push_text(out, " is ");
        tn_explain_push_name(values->x, node->args[1], out);
        break;
    case TN_OP_HERE:
        tn_builder_push_text(out, "aboard ");
        tn_explain_push_name(values->x, node->args[0], out);
        break;
    case TN_OP_REL:
        tn_builder_print(out, "%s ",
                         word_of(tn_vocab_relations, node->args[0])->word);
        print_kind(values, node->args[1], out);
        break;
    default: /* TN_OP_MEASURE */
        measure = &tn_vocab_measures[node->args[0]];
        tn_builder_print(out, "%s %s ", measure->word, measure->preposition);
        print_kind(values, node->args[1], out);
        break;
    }
}

static const struct {
    const char *sign;
    const char *swapped; /* with its sides exchanged, or null */
    uint8_t opcode;
    uint8_t strength;
    uint8_t left; /* strengths that its sides need */
    uint8_t right;
} signs[] = {
    {" or ", NULL, TN_OP_OR, TN_EXPLAIN_OR, TN_EXPLAIN_OR, TN_EXPLAIN_AND},
    {" and ", NULL, TN_OP_AND, TN_EXPLAIN_AND, TN_EXPLAIN_AND, TN_EXPLAIN_NOT},
    {" < ", " > ", TN_OP_LT, TN_EXPLAIN_COMPARE, TN_EXPLAIN_ADD,
     TN_EXPLAIN_ADD},
    {" <= ", " >= ", TN_OP_LE, TN_EXPLAIN_COMPARE, TN_EXPLAIN_ADD,
     TN_EXPLAIN_ADD},
    {" = ", " = ", TN_OP_EQ, TN_EXPLAIN_COMPARE, TN_EXPLAIN_ADD,
     TN_EXPLAIN_ADD},
    {" != ", " != ", TN_OP_NE, TN_EXPLAIN_COMPARE, TN_EXPLAIN_ADD,
     TN_EXPLAIN_ADD},
    {" + ", NULL, TN_OP_ADD, TN_EXPLAIN_ADD, TN_EXPLAIN_ADD, TN_EXPLAIN_MUL},
    {" - ", NULL, TN_OP_SUB, TN_EXPLAIN_ADD, TN_EXPLAIN_ADD, TN_EXPLAIN_MUL},
    {" * ", NULL, TN_OP_MUL, TN_EXPLAIN_MUL, TN_EXPLAIN_MUL, TN_EXPLAIN_NEG},
    {" / ", NULL, TN_OP_DIV, TN_EXPLAIN_MUL, TN_EXPLAIN_MUL, TN_EXPLAIN_NEG},
    {"not ", NULL, TN_OP_NOT, TN_EXPLAIN_NOT, TN_EXPLAIN_NOT, 0},
    {"-", NULL, TN_OP_NEG, TN_EXPLAIN_NEG, TN_EXPLAIN_NEG, 0}};
#define SIGN_COUNT (sizeof(signs) / sizeof(signs[0]))

/* Dice and lists, whose words stand around what they need; false: none. */
static bool print_around(const struct tn_explain_values *values,
                         const struct tn_explain_node *node, int strength,
                         struct tn_builder *out)
{
    bool is_wrapped = false;

    switch (node->opcode) {
    case TN_OP_ANY:
        tn_builder_push_text(out, "any ");
        tn_explain_values_print(values, node->left, TN_EXPLAIN_NEG, out);
        tn_builder_push_text(out, "..");
        tn_explain_values_print(values, node->right, TN_EXPLAIN_NEG, out);
        return true;
    case TN_OP_HAS:
        is_wrapped = strength > TN_EXPLAIN_COMPARE;
        tn_builder_push_text(out, is_wrapped ? "(" : "");
        tn_explain_push_list(values->x, node->args[0], out);
        tn_builder_push_text(out, " has ");
        tn_explain_values_print(values, node->left, TN_EXPLAIN_ADD, out);
        tn_builder_push_text(out, is_wrapped ? ")" : "");
        return true;
    case TN_OP_ITEM:
        tn_builder_push_text(out, "item ");
        tn_explain_values_print(values, node->left, TN_EXPLAIN_ADD, out);
        tn_builder_push_text(out, " of ");
        tn_explain_push_list(values->x, node->args[0], out);
        return true;
    case TN_OP_CHANCE:
        tn_explain_values_print(values, node->left, TN_EXPLAIN_NEG, out);
        tn_builder_push_text(out, " chance");
        return true;
    default:
        return false;
    }
}

/* Its recursion is bounded by TN_EXPLAIN_SIZE_CAP. */
void tn_explain_values_print(const struct tn_explain_values *values,
                             uint16_t at, int strength, struct tn_builder *out)
{
    const struct tn_explain_node *node = &values->nodes[at];
    uint16_t left = node->left, right = node->right;
    size_t i = 0;
    bool is_swapped;

    while (i < SIGN_COUNT && signs[i].opcode != node->opcode) {
        i++;
    }
    if (i == SIGN_COUNT) {
        if (!print_around(values, node, strength, out)) {
            print_word(values, node, out);
        }
        return;
    }
    tn_builder_push_text(out, strength > signs[i].strength ? "(" : "");
    if (!signs[i].right) {
        tn_builder_push_text(out, signs[i].sign);
        tn_explain_values_print(values, left, signs[i].left, out);
    } else {
        /* A constant stands on the right. */
        is_swapped = signs[i].swapped &&
                     values->nodes[left].opcode == TN_OP_LDV &&
                     values->nodes[right].opcode != TN_OP_LDV;
        tn_explain_values_print(values, is_swapped ? right : left,
                                signs[i].left, out);
        tn_builder_push_text(out,
                             is_swapped ? signs[i].swapped : signs[i].sign);
        tn_explain_values_print(values, is_swapped ? left : right,
                                signs[i].right, out);
    }
    tn_builder_push_text(out, strength > signs[i].strength ? ")" : "");
}
