/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/hash.h>
#include <tenon/vocabulary.h>

#include "vocab.h"

/* Kinds that the documents use besides the vocabulary. */
static const char *const common[] = {"creature", "seat", "weapon",
                                     "card",     "door", NULL};

static bool is_named(uint32_t hash, const char *name)
{
    return hash == tn_hash_fnv32(TN_FNV32_START, name, strlen(name));
}

static const char *find_word(const struct tn_vocab_word *list, uint32_t hash)
{
    while (list->word && !is_named(hash, list->word)) {
        list++;
    }
    return list->word;
}

static const char *find_in_set(const struct tn_lang_set *set, uint32_t hash)
{
    for (size_t i = 0; set && i < set->program_count; i++) {
        const struct tn_lang_names *names = &set->programs[i].names;

        for (size_t k = 0; k < names->count; k++) {
            if (is_named(hash, names->list[k])) {
                return names->list[k];
            }
        }
    }
    return NULL;
}

static const char *find_name(const struct tn_explainer *x, uint32_t hash)
{
    const char *name = find_in_set(x->ask->set, hash);
    const struct tn_vocab_event *event = tn_vocab_events;
    const char *const *other = common;

    name = name ? name : find_word(tn_vocab_roles, hash);
    name = name ? name : find_word(tn_vocab_signals, hash);
    name = name ? name : find_word(tn_vocab_colours, hash);
    while (!name && event->word) {
        name = is_named(hash, event->word) ? event->word : NULL;
        event++;
    }
    while (!name && *other) {
        name = is_named(hash, *other) ? *other : NULL;
        other++;
    }
    return name;
}

void tn_explain_push_name(const struct tn_explainer *x, uint8_t index,
                          struct tn_builder *out)
{
    const uint8_t *bytes = x->image + x->info.names_at + 4u * index;
    uint32_t hash = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
                    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    const char *name = x->program && index < x->program->names.count
                           ? x->program->names.list[index]
                           : find_name(x, hash);

    if (name) {
        tn_builder_push_text(out, name);
    } else {
        tn_builder_print(out, "?%08x", (unsigned)hash);
    }
}

void tn_explain_push_state(const struct tn_explainer *x, uint8_t state,
                           struct tn_builder *out)
{
    tn_explain_push_name(x, x->image[x->info.states_at + 2u * state + 1u], out);
}

static void push_item(const struct tn_lang_names *names, const char *sort,
                      uint8_t index, struct tn_builder *out)
{
    if (names && index < names->count) {
        tn_builder_push_text(out, names->list[index]);
    } else {
        tn_builder_print(out, "%s_%u", sort, index + 1u);
    }
}

void tn_explain_push_number(const struct tn_explainer *x, uint8_t number,
                            struct tn_builder *out)
{
    push_item(x->program ? &x->program->numbers : NULL, "number", number, out);
}

uint8_t tn_explain_get_number(struct tn_bytes *b, tn_q16 *value,
                              uint32_t *time_ms)
{
    uint8_t flags = tn_bytes_get_u8(b);

    *value =
        flags & TN_NUMBER_LIST ? tn_bytes_get_u8(b) : tn_bytes_get_number(b);
    *time_ms = flags & TN_NUMBER_MOOD ? tn_bytes_get_varint(b) : 0;
    if (flags & TN_NUMBER_SHOW) {
        (void)tn_bytes_get_u8(b);
    }
    return flags;
}

/* Lists come behind the numbers. */
void tn_explain_push_list(const struct tn_explainer *x, uint8_t list,
                          struct tn_builder *out)
{
    struct tn_bytes b = tn_bytes_of(x->image, x->info.len);
    uint8_t count = x->image[TN_IMAGE_AT_NUMBERS], i = 0;
    uint32_t time_ms;
    tn_q16 value;

    b.at = x->info.numbers_at;
    while (i < count &&
           !(tn_explain_get_number(&b, &value, &time_ms) & TN_NUMBER_LIST)) {
        i++;
    }
    if (x->program) {
        tn_explain_push_number(x, (uint8_t)(i + list), out);
    } else {
        push_item(NULL, "list", list, out);
    }
}

void tn_explain_push_sound(const struct tn_explainer *x, uint8_t sound,
                           struct tn_builder *out)
{
    push_item(x->program ? &x->program->sounds : NULL, "sound", sound, out);
}

/* A light without a name is called by what it is. */
void tn_explain_push_light(const struct tn_explainer *x, uint8_t light,
                           struct tn_builder *out)
{
    const uint8_t *patch;
    uint8_t len;

    if ((x->program && light < x->program->lights.count) ||
        tn_play_find_light(x->image, x->info.len, light, &patch, &len) ||
        !tn_explain_light(patch, len, out)) {
        push_item(x->program ? &x->program->lights : NULL, "light", light, out);
    }
}

/* As few digits as give the same value again. */
static void push_digits(struct tn_builder *out, tn_q16 value, double scale)
{
    double shown = (double)value / TN_Q16_ONE * scale;
    char text[40];

    for (int digits = 0; digits <= 6; digits++) {
        double back;

        snprintf(text, sizeof(text), "%.*f", digits, shown);
        back = strtod(text, NULL) / scale * TN_Q16_ONE;
        if ((tn_q16)(back + (back < 0 ? -0.5 : 0.5)) == value) {
            break;
        }
    }
    tn_builder_push_text(out, text);
}

void tn_explain_push_value(struct tn_builder *out, tn_q16 value,
                           uint8_t dimension)
{
    static const struct {
        uint8_t dimension;
        bool is_small; /* for values below 1 */
        double scale;
        const char *unit;
    } units[] = {
        {TN_DIM_RATIO, false, 100, "%"},    {TN_DIM_TIME, true, 1000, " ms"},
        {TN_DIM_TIME, false, 1, " s"},      {TN_DIM_LENGTH, true, 100, " cm"},
        {TN_DIM_LENGTH, false, 1, " m"},    {TN_DIM_ANGLE, false, 1, " deg"},
        {TN_DIM_FREQUENCY, false, 1, " Hz"}};

    if (value == TN_UNKNOWN) {
        tn_builder_push_text(out, "unknown");
        return;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (units[i].dimension == dimension &&
            (!units[i].is_small ||
             (value < TN_Q16_ONE && value > -TN_Q16_ONE && value))) {
            push_digits(out, value, units[i].scale);
            tn_builder_push_text(out, units[i].unit);
            return;
        }
    }
    push_digits(out, value, 1);
}
