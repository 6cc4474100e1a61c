/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#define SUBJECT_NONE 0
#define SUBJECT_SELF 0
#define SUBJECT_TAG 1
#define SUBJECT_NAME 1
#define SUBJECT_COLOUR 0 /* the guard looks at it */

uint8_t tn_play_get_chain(uint8_t trigger)
{
    switch (trigger) {
#define EVENT_CASE(name, number, word, subject, arg, dim, meaning)             \
    case TN_EVENT_##name:                                                      \
        return TN_CHAIN_##name;
        TN_EVENTS(EVENT_CASE)
#undef EVENT_CASE
    case TN_TRIGGER_ENTER:
        return TN_CHAIN_ENTER;
    case TN_TRIGGER_LEAVE:
        return TN_CHAIN_LEAVE;
    case TN_TRIGGER_WHILE:
        return TN_CHAIN_WHILE;
    case TN_TRIGGER_COND:
    case TN_TRIGGER_COND_FOR:
        return TN_CHAIN_COND;
    case TN_TRIGGER_AFTER:
    case TN_TRIGGER_EVERY:
        return TN_CHAIN_TIMER;
    default:
        return TN_CHAIN_NONE;
    }
}

/* Whether a name index follows the trigger. */
bool tn_play_is_named(uint8_t trigger)
{
    switch (trigger) {
#define EVENT_CASE(name, number, word, subject, arg, dim, meaning)             \
    case TN_EVENT_##name:                                                      \
        return SUBJECT_##subject;
        TN_EVENTS(EVENT_CASE)
#undef EVENT_CASE
    default:
        return false;
    }
}

bool tn_play_is_timed(uint8_t trigger)
{
    return trigger == TN_TRIGGER_COND_FOR || trigger == TN_TRIGGER_AFTER ||
           trigger == TN_TRIGGER_EVERY;
}

/*
 * Takes the reaction at the cursor apart and moves behind it. Only the frame is
 * checked: a known trigger, lengths that fit; the rest is the verifier's.
 */
enum tn_err tn_play_decode(struct tn_bytes *b, struct tn_reaction *reaction)
{
    uint16_t trigger_at = (uint16_t)(b->at + 1);
    uint16_t guard_len = 0;

    reaction->state = tn_bytes_get_u8(b);
    reaction->trigger = tn_bytes_get_u8(b);
    reaction->guarded = (reaction->trigger & TN_TRIGGER_GUARD) ? 1 : 0;
    reaction->trigger &= (uint8_t)~TN_TRIGGER_GUARD;
    reaction->chain = tn_play_get_chain(reaction->trigger);
    if (!b->err && reaction->chain == TN_CHAIN_NONE) {
        b->at = trigger_at;
        b->err = TN_ERR_TRIGGER;
    }
    reaction->time_ms =
        tn_play_is_timed(reaction->trigger) ? tn_bytes_get_varint(b) : 0;
    reaction->named = tn_play_is_named(reaction->trigger);
    reaction->name = reaction->named ? tn_bytes_get_u8(b) : 0;
    if (reaction->guarded) {
        guard_len = tn_bytes_get_u8(b);
    }

    uint32_t body_len = tn_bytes_get_varint(b);

    if (!b->err && guard_len + body_len > (uint32_t)(b->len - b->at)) {
        b->err = TN_ERR_END;
    }
    if (b->err) {
        return (enum tn_err)b->err;
    }
    reaction->guard_at = b->at;
    reaction->body_at = (uint16_t)(b->at + guard_len);
    reaction->end_at = (uint16_t)(reaction->body_at + body_len);
    b->at = reaction->end_at;
    return TN_OK;
}

/* A varint of a verified image: it is known to end. */
uint32_t tn_play_get_varint(const uint8_t *image, uint16_t *at)
{
    uint32_t v = image[*at] & 0x7Fu;

    for (uint32_t shift = 7; image[*at] & 0x80u; shift += 7) {
        (*at)++;
        v |= (uint32_t)(image[*at] & 0x7Fu) << shift;
    }
    (*at)++;
    return v;
}

/* Takes the entry at the cursor apart and moves behind it; what it may say is
 * the verifier's to judge. */
void tn_play_decode_number(struct tn_bytes *b, struct tn_number *number)
{
    number->value = 0;
    number->places = 0;
    number->name = 0;
    number->flags = tn_bytes_get_u8(b);
    if (number->flags & TN_NUMBER_LIST) {
        number->places = tn_bytes_get_u8(b);
    } else {
        number->value = tn_bytes_get_number(b);
    }
    number->time_at = b->at;
    if (number->flags & TN_NUMBER_MOOD) {
        (void)tn_bytes_get_varint(b);
    }
    if (number->flags & TN_NUMBER_SHOW) {
        number->name = tn_bytes_get_u8(b);
    }
}

uint16_t tn_play_get_numbers_at(const struct tn_program *program)
{
    return (uint16_t)(program->states_at +
                      2u * program->image[TN_IMAGE_AT_STATES]);
}

/* The cursor behind the numbers, where the sounds begin. */
static struct tn_bytes skip_numbers(const uint8_t *image, uint16_t len)
{
    struct tn_bytes b = tn_bytes_of(image, len);

    (void)tn_bytes_get_block(&b, TN_IMAGE_HEADER_LEN);
    if (b.err) {
        return b;
    }
    (void)tn_bytes_get_block(&b, (uint16_t)(image[TN_IMAGE_AT_NAMES] * 4u +
                                            image[TN_IMAGE_AT_STATES] * 2u));
    for (uint8_t i = 0; i < image[TN_IMAGE_AT_NUMBERS]; i++) {
        struct tn_number number;

        tn_play_decode_number(&b, &number);
    }
    return b;
}

/* Block `item` of those that begin at the cursor. */
static enum tn_err find_block(struct tn_bytes *b, uint32_t item,
                              const uint8_t **patch, uint8_t *patch_len)
{
    const uint8_t *block = NULL;
    uint8_t block_len = 0;

    for (uint32_t i = 0; i <= item && !b->err; i++) {
        block_len = tn_bytes_get_u8(b);
        block = tn_bytes_get_block(b, block_len);
    }
    if (b->err) {
        return (enum tn_err)b->err;
    }
    *patch = block;
    *patch_len = block_len;
    return TN_OK;
}

enum tn_err tn_play_find_sound(const uint8_t *image, uint16_t len, uint8_t item,
                               const uint8_t **patch, uint8_t *patch_len)
{
    struct tn_bytes b = skip_numbers(image, len);

    if (b.err || item >= image[TN_IMAGE_AT_SOUNDS]) {
        return TN_ERR_INDEX;
    }
    return find_block(&b, item, patch, patch_len);
}

enum tn_err tn_play_find_light(const uint8_t *image, uint16_t len, uint8_t item,
                               const uint8_t **patch, uint8_t *patch_len)
{
    struct tn_bytes b = skip_numbers(image, len);

    if (b.err || item >= image[TN_IMAGE_AT_LIGHTS]) {
        return TN_ERR_INDEX;
    }
    return find_block(&b, (uint32_t)image[TN_IMAGE_AT_SOUNDS] + item, patch,
                      patch_len);
}
