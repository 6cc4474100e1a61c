/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include <stdio.h>

#include <tenon/bytes.h>
#include <tenon/patch.h>
#include <tenon/vocabulary.h>

#include "vocab.h"

static const char *word_of(const struct tn_vocab_word *list, int32_t number)
{
    while (list->word && list->number != number) {
        list++;
    }
    return list->word;
}

const char *tn_explain_colour(int32_t number)
{
    return word_of(tn_vocab_colours, number);
}

/* `value` thousandths, as short as can be. */
static void push_milli(struct tn_builder *out, uint64_t value, const char *unit)
{
    unsigned part = (unsigned)(value % 1000);
    int digits = 3;

    tn_builder_print(out, "%llu", (unsigned long long)(value / 1000));
    while (part && part % 10 == 0) {
        part /= 10;
        digits--;
    }
    if (part) {
        tn_builder_print(out, ".%0*u", digits, part);
    }
    tn_builder_push_text(out, unit);
}

static void push_ms(struct tn_builder *out, uint32_t ms)
{
    if (ms < 1000) {
        tn_builder_print(out, "%u ms", (unsigned)ms);
    } else {
        push_milli(out, ms, " s");
    }
}

static void push_level(struct tn_builder *out, uint32_t level)
{
    tn_builder_print(out, "%u%%", (unsigned)level);
}

static void push_hz(struct tn_builder *out, uint32_t quarters)
{
    /* 1 kHz and more, if that takes no more than three places. */
    if (quarters >= 4000 && quarters % 4 == 0) {
        push_milli(out, quarters / 4, " kHz");
    } else {
        push_milli(out, quarters * 250ull, " Hz");
    }
}

enum value {
    NOTHING,
    HERTZ,
    LEVEL,
    TIME
};

static enum value value_of(uint8_t type)
{
    switch (type) {
    case TN_SOUND_NOISE:
    case TN_SOUND_LEVEL:
        return LEVEL;
    case TN_SOUND_ATTACK:
    case TN_SOUND_DECAY:
    case TN_SOUND_FADE:
    case TN_SOUND_LAST:
        return TIME;
    case TN_SOUND_HOLD:
        return NOTHING;
    default:
        return HERTZ;
    }
}

static void push_one(struct tn_builder *out, enum value kind, uint32_t v)
{
    if (kind == HERTZ) {
        push_hz(out, v);
    } else if (kind == LEVEL) {
        push_level(out, v);
    } else {
        push_ms(out, v);
    }
}

static void push_element(struct tn_builder *out, struct tn_bytes *b)
{
    uint8_t head = tn_bytes_get_u8(b);
    uint8_t type = head >> 3;
    uint8_t mode = head & 3u;
    const char *word = word_of(tn_vocab_elements, type);
    enum value kind = value_of(type);
    uint32_t from, to, third;

    if (head == TN_SOUND_TUNE * 8u ||
        head == TN_SOUND_TUNE * 8u + TN_PATCH_LEVEL) {
        tn_explain_push_tune(out, b, head & TN_PATCH_LEVEL);
        return;
    }
    if (!word || mode > TN_PATCH_LIVE) {
        b->err = TN_ERR_PATCH;
        return;
    }
    tn_builder_push_text(out, word);
    if (kind != NOTHING) {
        from = tn_bytes_get_varint(b);
        tn_builder_push_text(out, " ");
        push_one(out, kind, from);
        if (mode != TN_PATCH_CONST) {
            to = tn_bytes_get_varint(b);
            third = tn_bytes_get_varint(b);
            tn_builder_push_text(out, mode == TN_PATCH_LIVE ? " .. "
                                      : to > from           ? " rising to "
                                                            : " falling to ");
            push_one(out, kind, to);
            if (mode == TN_PATCH_LIVE) {
                tn_builder_print(out, " by %c", 'a' + (int)(third % 4));
            } else {
                tn_builder_push_text(out, " over ");
                push_ms(out, third);
            }
        }
    }
    if (head & TN_PATCH_LEVEL) {
        tn_builder_push_text(out, type == TN_SOUND_DECAY ? " to " : " ");
        push_level(out, tn_bytes_get_varint(b));
    }
}

bool tn_explain_sound(const uint8_t *patch, uint8_t len, struct tn_builder *out)
{
    struct tn_bytes b = tn_bytes_of(patch, len);
    size_t before = out->len;

    while (!b.err && b.at < b.len) {
        tn_builder_push_text(out, out->len > before ? "; " : "");
        push_element(out, &b);
    }
    if (b.err || len == 0) {
        out->len = before;
        return false;
    }
    return true;
}

static void push_rate(struct tn_builder *out, uint32_t per_min)
{
    if (per_min % 60 == 0) {
        tn_builder_print(out, " %u/s", (unsigned)(per_min / 60));
    } else {
        tn_builder_print(out, " %u/min", (unsigned)per_min);
    }
}

bool tn_explain_light(const uint8_t *patch, uint8_t len, struct tn_builder *out)
{
    struct tn_bytes b = tn_bytes_of(patch, len);
    uint8_t head = tn_bytes_get_u8(&b);
    uint8_t mode = head & (uint8_t)~TN_LIGHT_DIM;
    uint8_t number = tn_bytes_get_u8(&b);
    uint8_t level = tn_bytes_get_u8(&b);
    uint8_t end = 0;
    uint32_t dim_ms = 0;
    const char *colour = tn_explain_colour(number);
    const char *word = word_of(tn_vocab_modes, mode);
    uint32_t rate = mode == TN_LIGHT_FLASH ? 120 : 15;

    if (mode != TN_LIGHT_STEADY && b.at < b.len) {
        rate = tn_bytes_get_varint(&b);
    }
    if (head & TN_LIGHT_DIM) {
        end = tn_bytes_get_u8(&b);
        dim_ms = tn_bytes_get_varint(&b);
    }
    if (b.err || b.at != b.len || !colour || !word) {
        return false;
    }
    tn_builder_print(out, "%s%s%s", mode == TN_LIGHT_STEADY ? "" : word,
                     mode == TN_LIGHT_STEADY ? "" : " ", colour);
    if ((mode == TN_LIGHT_FLASH && rate != 120) ||
        (mode == TN_LIGHT_BREATHE && rate != 15)) {
        push_rate(out, rate);
    }
    if (level != 100) {
        tn_builder_push_text(out, " ");
        push_level(out, level);
    }
    if (head & TN_LIGHT_DIM) {
        tn_builder_push_text(out, " dim to ");
        push_level(out, end);
        tn_builder_push_text(out, " over ");
        push_ms(out, dim_ms);
    }
    return true;
}
