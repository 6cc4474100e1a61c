/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <stddef.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/tag.h>
#include <tenon/vocabulary.h>

#define COLUMNS 96u
#define HEAD_CAP 40u /* what is wider is not waited for */
#define REACTION_WORK 6u

#define REPEAT_DEPTH 6u /* of repeated blocks: the verifier's limit */

/* The sum of what the verifier counts for it. */
static unsigned work_of(const struct tn_explainer *x,
                        const struct tn_explain_reaction *r)
{
    unsigned work = REACTION_WORK;
    uint16_t ends[REPEAT_DEPTH]; /* of repeated blocks, the innermost last */
    uint8_t factors[REPEAT_DEPTH];
    unsigned rounds = 1, depth = 0;
    uint16_t at = r->guard_at;

    while (at < r->end_at) {
        struct tn_explain_step step = tn_explain_step_at(x, at);

        for (; depth && at >= ends[depth - 1]; depth--) {
            rounds /= factors[depth - 1];
        }
        work += step.cost * rounds;
        at = step.next;
        if (step.opcode == TN_OP_REPEAT) {
            work += (step.args[0] - 1u) * rounds;
            factors[depth] = step.args[0];
            ends[depth++] = (uint16_t)(at + step.args[1]);
            rounds *= step.args[0];
        }
    }
    return work;
}

static bool has_name(uint8_t trigger)
{
    switch (trigger) {
    case TN_EVENT_PLACED_OTHER:
    case TN_EVENT_REMOVED_OTHER:
    case TN_EVENT_ACTION:
    case TN_EVENT_MESSAGE:
    case TN_EVENT_UNHEARD:
        return true;
    default:
        return false;
    }
}

static bool has_time(uint8_t trigger)
{
    return trigger == TN_TRIGGER_COND_FOR || trigger == TN_TRIGGER_AFTER ||
           trigger == TN_TRIGGER_EVERY;
}

/* Takes the reactions of an accepted image apart. */
static void read_reactions(struct tn_explainer *x)
{
    struct tn_bytes b = tn_bytes_of(x->image, x->info.len);

    b.at = x->info.reactions_at;
    x->reaction_count = x->image[TN_IMAGE_AT_REACTIONS];
    for (uint8_t i = 0; i < x->reaction_count; i++) {
        struct tn_explain_reaction *r = &x->reactions[i];
        uint8_t trigger, guard_len;
        uint32_t body_len;

        r->state = tn_bytes_get_u8(&b);
        trigger = tn_bytes_get_u8(&b);
        r->trigger = trigger & (uint8_t)~TN_TRIGGER_GUARD;
        r->time_ms = has_time(r->trigger) ? tn_bytes_get_varint(&b) : 0;
        r->name = has_name(r->trigger) ? tn_bytes_get_u8(&b) : 0;
        guard_len = trigger & TN_TRIGGER_GUARD ? tn_bytes_get_u8(&b) : 0;
        body_len = tn_bytes_get_varint(&b);
        r->guard_at = b.at;
        r->body_at = (uint16_t)(b.at + guard_len);
        r->end_at = (uint16_t)(r->body_at + body_len);
        b.at = r->end_at;
    }
}

/* A few readings of the code tell which dimensions the numbers have. */
static void find_dimensions(struct tn_explainer *x)
{
    struct tn_builder waste = {0};

    memset(x->dimensions, TN_EXPLAIN_UNKNOWN, sizeof(x->dimensions));
    for (int round = 0; round < 3; round++) {
        for (uint8_t i = 0; i < x->reaction_count; i++) {
            waste.len = 0;
            tn_explain_push_head(x, &x->reactions[i], &waste);
            tn_explain_push_effect(x, &x->reactions[i], &waste);
        }
    }
    tn_builder_reset(&waste);
}

static size_t columns_of(const char *text, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len; i++) {
        columns += ((unsigned char)text[i] & 0xC0u) != 0x80u;
    }
    return columns;
}

/* The marks of a text become one line, or lines `indent` deep. */
static void push_marked(struct tn_builder *out, const struct tn_builder *text,
                        size_t indent, bool is_line)
{
    size_t depth = indent;

    for (size_t i = 0; i < text->len; i++) {
        char c = text->data[i];

        depth += c == TN_EXPLAIN_OPEN ? 2 : 0;
        depth -= c == TN_EXPLAIN_CLOSE ? 2 : 0;
        if (c > TN_EXPLAIN_CLOSE || c < TN_EXPLAIN_OPEN) {
            tn_builder_push(out, &c, 1);
        } else if (is_line) {
            tn_builder_push_text(out, c == TN_EXPLAIN_NEXT ? "; " : " ");
        } else {
            tn_builder_push(out, "\n", 1);
            tn_builder_push_fill(out, ' ', depth);
        }
    }
}

static size_t head_width(struct tn_explainer *x, uint8_t state)
{
    struct tn_builder head = {0};
    size_t width = 0;

    for (uint8_t i = 0; i < x->reaction_count; i++) {
        size_t columns;

        if (x->reactions[i].state != state) {
            continue;
        }
        head.len = 0;
        tn_explain_push_head(x, &x->reactions[i], &head);
        columns = columns_of(head.data, head.len);
        width = columns > width && columns <= HEAD_CAP ? columns : width;
    }
    tn_builder_reset(&head);
    return width;
}

static void push_reaction(struct tn_explainer *x,
                          const struct tn_explain_reaction *r, size_t width,
                          struct tn_builder *out)
{
    struct tn_builder head = {0}, effect = {0};
    size_t used, whole;

    tn_builder_print(out, "  %4u  ", work_of(x, r));
    tn_explain_push_head(x, r, &head);
    tn_explain_push_effect(x, r, &effect);
    tn_builder_push(out, head.data, head.len);
    used = columns_of(head.data, head.len);
    tn_builder_push_fill(out, ' ', used < width ? width + 1 - used : 1);
    whole = 8 + (used < width ? width : used) + 1 +
            columns_of(effect.data, effect.len);
    push_marked(out, &effect, 10, whole <= COLUMNS);
    tn_builder_push(out, "\n", 1);
    tn_builder_reset(&head);
    tn_builder_reset(&effect);
}

static void push_reactions(struct tn_explainer *x, uint8_t state,
                           struct tn_builder *out)
{
    size_t width = head_width(x, state);

    for (uint8_t i = 0; i < x->reaction_count; i++) {
        if (x->reactions[i].state == state) {
            push_reaction(x, &x->reactions[i], width, out);
        }
    }
}

static bool has_reactions(const struct tn_explainer *x, uint8_t state)
{
    for (uint8_t i = 0; i < x->reaction_count; i++) {
        if (x->reactions[i].state == state) {
            return true;
        }
    }
    return false;
}

static uint8_t parent_of(const struct tn_explainer *x, uint8_t state)
{
    return x->image[x->info.states_at + 2u * state];
}

/* What is tried after a state's own reactions. */
static void push_next(const struct tn_explainer *x, uint8_t state,
                      struct tn_builder *out)
{
    uint8_t parent = parent_of(x, state);
    bool has_outer = parent != TN_STATE_NONE && has_reactions(x, parent);

    if (has_outer || has_reactions(x, TN_STATE_ALWAYS)) {
        tn_builder_push_text(out, "        then ");
        if (has_outer) {
            tn_builder_push_text(out, "those of ");
            tn_explain_push_state(x, parent, out);
        }
        if (has_reactions(x, TN_STATE_ALWAYS)) {
            tn_builder_push_text(out, has_outer ? ", then those of always"
                                                : "those of always");
        }
        tn_builder_push(out, "\n", 1);
    }
}

static void push_state(struct tn_explainer *x, uint8_t state,
                       struct tn_builder *out)
{
    uint8_t parent = parent_of(x, state);

    tn_builder_push_text(out, "state ");
    tn_explain_push_state(x, state, out);
    if (parent != TN_STATE_NONE) {
        tn_builder_push_text(out, ", inside ");
        tn_explain_push_state(x, parent, out);
    }
    tn_builder_push_text(
        out, state == x->image[TN_IMAGE_AT_START] ? " (the start)\n" : "\n");
    push_reactions(x, state, out);
    push_next(x, state, out);
}

/* Outer states, each followed by what is inside. */
static void push_states(struct tn_explainer *x, struct tn_builder *out)
{
    uint8_t count = x->image[TN_IMAGE_AT_STATES];

    for (uint8_t outer = 0; outer < count; outer++) {
        if (parent_of(x, outer) != TN_STATE_NONE) {
            continue;
        }
        push_state(x, outer, out);
        for (uint8_t inner = 0; inner < count; inner++) {
            if (parent_of(x, inner) == outer) {
                push_state(x, inner, out);
            }
        }
    }
    if (has_reactions(x, TN_STATE_ALWAYS)) {
        tn_builder_push_text(out, "always\n");
        push_reactions(x, TN_STATE_ALWAYS, out);
    }
}

static void push_numbers(struct tn_explainer *x, struct tn_builder *out)
{
    struct tn_bytes b = tn_bytes_of(x->image, x->info.len);
    uint8_t list = 0;

    b.at = x->info.numbers_at;
    for (uint8_t i = 0; i < x->image[TN_IMAGE_AT_NUMBERS]; i++) {
        uint32_t time_ms;
        tn_q16 value;
        uint8_t flags = tn_explain_get_number(&b, &value, &time_ms);

        tn_builder_push_text(out, flags & TN_NUMBER_SHOW ? "show " : "");
        tn_builder_push_text(out, flags & TN_NUMBER_KEEP ? "keep " : "");
        if (flags & TN_NUMBER_LIST) {
            tn_builder_push_text(out, "list ");
            tn_explain_push_list(x, list++, out);
            tn_builder_print(out, " of %u", (unsigned)value);
        } else if (flags & TN_NUMBER_MOOD) {
            tn_builder_push_text(out, "mood ");
            tn_explain_push_number(x, i, out);
            tn_builder_print(out, " decays over %g s", time_ms / 1000.0);
        } else {
            tn_builder_push_text(out, "number ");
            tn_explain_push_number(x, i, out);
            tn_builder_push_text(out, " = ");
            tn_explain_push_value(out, value, x->dimensions[i]);
        }
        tn_builder_push(out, "\n", 1);
    }
}

static void push_patches(struct tn_explainer *x, struct tn_builder *out)
{
    const uint8_t *patch;
    uint8_t len;

    for (uint8_t i = 0; i < x->image[TN_IMAGE_AT_SOUNDS]; i++) {
        (void)tn_play_find_sound(x->image, x->info.len, i, &patch, &len);
        tn_builder_push_text(out, "sound ");
        tn_explain_push_sound(x, i, out);
        tn_builder_print(out, ", %u bytes: ", len + 1u);
        if (!tn_explain_sound(patch, len, out)) {
            tn_builder_push_text(out, "malformed");
        }
        tn_builder_push(out, "\n", 1);
    }
    for (uint8_t i = 0; i < x->image[TN_IMAGE_AT_LIGHTS]; i++) {
        (void)tn_play_find_light(x->image, x->info.len, i, &patch, &len);
        tn_builder_push_text(out, "light ");
        tn_explain_push_light(x, i, out);
        tn_builder_print(out, ", %u bytes: ", len + 1u);
        if (!tn_explain_light(patch, len, out)) {
            tn_builder_push_text(out, "malformed");
        }
        tn_builder_push(out, "\n", 1);
    }
}

static const struct tn_lang_program *
find_program(const struct tn_explain *explain)
{
    const struct tn_lang_set *set = explain->set;

    for (size_t i = 0; set && i < set->program_count; i++) {
        if (set->programs[i].image_len == explain->len &&
            memcmp(set->programs[i].image, explain->image, explain->len) == 0) {
            return &set->programs[i];
        }
    }
    return NULL;
}

static void push_title(struct tn_explainer *x, struct tn_builder *out)
{
    uint8_t kind = x->image[TN_IMAGE_AT_KIND];

    if (kind == TN_IMAGE_BRICK) {
        tn_builder_push_text(out, "the bare brick");
    } else {
        tn_builder_print(out, "%s %s",
                         kind == TN_IMAGE_TILE ? "tile" : "figure",
                         x->program ? x->program->name : "(name not known)");
    }
    if (x->ask->has_identity) {
        tn_builder_print(out, ", identity %016llx",
                         (unsigned long long)x->ask->identity);
    }
    tn_builder_print(out, ", %u bytes\n", x->info.len);
    for (uint8_t i = 0; i < x->image[TN_IMAGE_AT_KINDS]; i++) {
        tn_builder_push_text(out, i ? ", " : "answers to ");
        tn_explain_push_name(x, i, out);
    }
    tn_builder_push_text(out, x->image[TN_IMAGE_AT_KINDS] ? "\n" : "");
    tn_builder_print(
        out,
        "work, of %u units: %u for an event, %u to come, %u to "
        "go, %u to change its state, %u for conditions, %u for `while`\n",
        TN_PROGRAM_WORK_CAP, x->info.work_event, x->info.work_begin,
        x->info.work_end, x->info.work_change, x->info.work_look,
        x->info.work_while);
}

enum tn_err tn_explain_print(const struct tn_explain *explain,
                             struct tn_builder *out, uint16_t *at)
{
    struct tn_explainer x = {.ask = explain, .image = explain->image};
    enum tn_err err = tn_play_verify(explain->image, explain->len, &x.info);

    if (err) {
        if (at) {
            *at = x.info.err_at;
        }
        return err;
    }
    x.program = find_program(explain);
    read_reactions(&x);
    find_dimensions(&x);
    push_title(&x, out);
    push_numbers(&x, out);
    push_patches(&x, out);
    tn_builder_push_text(out, "reactions, in the order in which they are tried "
                              "(work units before each)\n");
    push_states(&x, out);
    return TN_OK;
}

static enum tn_err find_in_area(const uint8_t *data, size_t from, size_t len,
                                struct tn_explain *explain, size_t *at)
{
    struct tn_tag_content content;
    uint16_t ndef_at = 0, ndef_len = 0, wrong = 0;
    uint16_t area_len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX);
    enum tn_err err =
        tn_tag_find_ndef(data + from, area_len, &ndef_at, &ndef_len, &wrong);

    if (err) {
        *at = from + wrong;
        return err;
    }
    err = tn_tag_decode_ndef(data + from + ndef_at, ndef_len, &content, &wrong);
    if (err) {
        *at = from + ndef_at + wrong;
        return err;
    }
    explain->image = content.image;
    explain->len = content.image_len;
    explain->identity = content.identity;
    explain->has_identity = true;
    return TN_OK;
}

/* Where the data area of a tag's memory begins; 0 if this is no such memory. */
static size_t find_area(const uint8_t *data, size_t len, size_t *area_len)
{
    size_t from = 0;

    *area_len = len;
    if (len >= 16 && (data[0] == 0xE1 || data[0] == 0xE2)) { /* Type 5 */
        from = data[2] ? 4 : 8;
        *area_len = data[2] ? data[2] * 8u : (data[6] * 256u + data[7]) * 8u;
    } else if (len >= 16 && data[12] == 0xE1) { /* Type 2 */
        from = 16;
        *area_len = data[14] * 8u;
    }
    *area_len = *area_len < len - from ? *area_len : len - from;
    return from;
}

enum tn_err tn_explain_find(const uint8_t *data, size_t len,
                            struct tn_explain *explain, size_t *at)
{
    struct tn_tag_content content;
    size_t wrong = 0, area_len, from;
    enum tn_err err;

    if (len > 0 && data[0] == TN_IMAGE_MAGIC) {
        explain->image = data;
        explain->len = (uint16_t)len;
        wrong = TN_IMAGE_AT_LENGTH;
        err = len > UINT16_MAX ? TN_ERR_LENGTH : TN_OK;
    } else {
        from = find_area(data, len, &area_len);
        err = find_in_area(data, from, area_len, explain, &wrong);
    }
    if (err && len <= UINT16_MAX &&
        tn_tag_decode_ndef(data, (uint16_t)len, &content, NULL) == TN_OK) {
        explain->image = content.image;
        explain->len = content.image_len;
        explain->identity = content.identity;
        explain->has_identity = true;
        err = TN_OK;
    }
    if (err && at) {
        *at = wrong;
    }
    return err;
}
