/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>
#include <tenon/hash.h>
#include <tenon/patch.h>

#include "machine.h"

_Static_assert(TN_REACTION_CAP <= 64, "reactions have a bit each");
_Static_assert(TN_WHILE_CAP <= 16, "`while` blocks have a bit each");
_Static_assert(TN_NAME_CAP <= 32, "names have a bit each");
_Static_assert(TN_TIMER_CAP <= 64, "items are small");
_Static_assert(TN_NUMBER_CAP <= 16, "numbers have a bit each");
_Static_assert(TN_NUMBER_CAP <= TN_CELL_CAP, "every number has a place");
_Static_assert(TN_RELATION_COUNT <= 32, "relations have a bit each");
_Static_assert(TN_TARGET_COUNT <= 16, "two targets are a byte");

/* Where a piece of code stands decides what it may do. */
enum place {
    IN_GUARD = 1,
    IN_WHILE = 2,
    IN_BODY = 4,
    IN_QUESTION = 8 /* a guard that is asked once, not at each look */
};

/* What surrounds a piece of code that waits for its time or is repeated. */
struct level {
    uint16_t end;
    uint16_t work;
    uint8_t rounds; /* 0: it waits */
    uint8_t pad;
};

struct verifier {
    struct tn_bytes b;
    struct tn_image_info *info;
    uint8_t pending[(TN_IMAGE_CAP + 7) / 8]; /* bit an offset: a jump's goal */
    uint8_t place;
    uint16_t later; /* most work of a piece of code that waits */
    uint8_t laters; /* levels that wait */
    uint8_t rounds; /* of the levels that are repeated, multiplied */
    uint8_t moods;
    uint8_t plain; /* numbers that are no lists */
    uint8_t lists;
    uint8_t cells;
    struct level levels[TN_LATER_DEPTH + TN_LOOP_CAP];
    struct tn_cost costs[TN_REACTION_CAP];
    uint8_t depth; /* levels */
    uint8_t pad[3];
};

/* No pointers: they would need relocation, and so a writable section. */
#define OPERANDS_CAP 5u /* with the end */

static const char operand_list[][OPERANDS_CAP] = {
#define OPERANDS(name, number, operands, cost, meaning) [number] = operands,
    TN_OPCODES(OPERANDS)
#undef OPERANDS
};

#define FITS(name, number, operands, cost, meaning)                            \
    _Static_assert(sizeof operands <= OPERANDS_CAP, #name);
TN_OPCODES(FITS)
#undef FITS

#define OPCODE_COUNT (sizeof operand_list / sizeof operand_list[0])

/* Beyond all bounds, with room for a whole image's instructions above. */
#define WORK_FAR 30000u

/* Notes an error at `at`, unless there is one already. */
static void fail(struct verifier *v, enum tn_err err, uint32_t at)
{
    if (!v->b.err) {
        v->b.err = (int8_t)err;
        v->b.at = (uint16_t)at;
    }
}

/* Reads a byte that must be below `bound`. */
static uint8_t get_below(struct verifier *v, uint32_t bound, enum tn_err err)
{
    uint16_t at = v->b.at;
    uint8_t byte = tn_bytes_get_u8(&v->b);

    if (!v->b.err && byte >= bound) {
        fail(v, err, at);
    }
    return byte;
}

static bool is_role(uint8_t role)
{
    switch (role) {
#define ROLE_CASE(name, number, word, meaning) case number:
        TN_ROLES(ROLE_CASE)
#undef ROLE_CASE
        return true;
    default:
        return false;
    }
}

static uint8_t places_of(uint8_t opcode)
{
    switch (opcode) {
    case TN_OP_HOLD:
        return IN_WHILE;
    case TN_OP_GLOW:
    case TN_OP_METER:
        return IN_WHILE | IN_BODY;
    case TN_OP_FADE:
    case TN_OP_HUM:
    case TN_OP_VOLUME:
    case TN_OP_LATER:
    case TN_OP_AGAIN:
    case TN_OP_STN:
    case TN_OP_GO:
    case TN_OP_PLAY:
    case TN_OP_STOP:
    case TN_OP_STOPALL:
    case TN_OP_DARK:
    case TN_OP_ASK:
    case TN_OP_SEND:
    case TN_OP_SENDTO:
        return IN_BODY;
    case TN_OP_REPEAT:
    case TN_OP_ONCE:
    case TN_OP_PICK:
    case TN_OP_PUSH:
    case TN_OP_CLEAR:
        return IN_BODY;
    case TN_OP_ANY:
    case TN_OP_CHANCE:
        return IN_QUESTION | IN_BODY;
    default:
        return IN_GUARD | IN_QUESTION | IN_WHILE | IN_BODY;
    }
}

/* A jump's goal must be an instruction's first byte or the code's end; it is
 * remembered until the walk has come so far. */
static void verify_goal(struct verifier *v, uint32_t at, uint32_t goal)
{
    if (v->b.err) {
        return;
    }
    if (goal > v->b.len) {
        fail(v, TN_ERR_JUMP, at);
        return;
    }
    if (goal < v->b.len) {
        v->pending[goal / 8] |= (uint8_t)(1u << (goal % 8));
    }
}

static void verify_jump(struct verifier *v)
{
    uint16_t at = v->b.at;
    uint32_t skip = tn_bytes_get_u8(&v->b);

    verify_goal(v, at, v->b.at + skip);
}

/* Where the alternatives of PICK begin. */
static void verify_alternatives(struct verifier *v)
{
    uint16_t at = v->b.at;
    uint8_t count = tn_bytes_get_u8(&v->b);

    if (!v->b.err && (count < 2 || count > 15)) {
        fail(v, TN_ERR_OPERAND, at);
    }
    if (!v->b.err && count > v->b.len - v->b.at) {
        fail(v, TN_ERR_END, v->b.len);
    }
    for (uint32_t i = 1; i <= count && !v->b.err; i++) {
        uint32_t skip = tn_bytes_get_u8(&v->b);

        verify_goal(v, at + i, at + 1u + count + skip);
    }
}

static void verify_rounds(struct verifier *v)
{
    uint16_t at = v->b.at;
    uint8_t rounds = tn_bytes_get_u8(&v->b);

    if (!v->b.err && (rounds < 2 || rounds > TN_ROUNDS_CAP)) {
        fail(v, TN_ERR_OPERAND, at);
    }
}

/* A time, or how often something comes. */
static void verify_span(struct verifier *v, uint32_t max)
{
    uint16_t at = v->b.at;
    uint32_t span = tn_bytes_get_varint(&v->b);

    if (!v->b.err && (span == 0 || span > max)) {
        fail(v, TN_ERR_VALUE, at);
    }
}

/*
 * Behind LATER, AGAIN or REPEAT: the code that it skips is walked as a piece of
 * its own, which no jump enters or leaves. `rounds`: of REPEAT, else 0.
 */
static void open_level(struct verifier *v, uint8_t rounds, uint16_t *work)
{
    uint16_t end = (uint16_t)(v->b.at + v->b.data[v->b.at - 1]);

    for (uint32_t i = v->b.at; i < end && !v->b.err; i++) {
        if (v->pending[i / 8] & (1u << (i % 8))) {
            fail(v, TN_ERR_JUMP, i);
        }
    }
    if (!rounds && v->laters == TN_LATER_DEPTH) {
        fail(v, TN_ERR_FULL, v->b.at - 1u);
    }
    if (rounds && (uint32_t)v->rounds * rounds > TN_ROUNDS_CAP) {
        fail(v, TN_ERR_FULL, v->b.at - 2u);
    }
    if (!v->b.err) {
        v->rounds = (uint8_t)(v->rounds * (rounds ? rounds : 1));
        v->laters = (uint8_t)(v->laters + !rounds);
        v->levels[v->depth].rounds = rounds;
        v->levels[v->depth].end = v->b.len;
        v->levels[v->depth++].work = *work;
        v->b.len = end;
        *work = rounds ? 0 : TN_COST_LATER;
    }
}

/* With each round a unit for itself; what is far too much stays so. */
static uint16_t repeat_work(const struct level *level, uint16_t work)
{
    uint32_t sum = level->work + (uint32_t)level->rounds * (work + 1u) - 1u;

    return (uint16_t)(sum < WORK_FAR ? sum : WORK_FAR);
}

/* Back to what surrounds the pieces that end here. */
static void close_levels(struct verifier *v, uint16_t *work)
{
    while (v->depth > 0 && v->b.at == v->b.len) {
        const struct level *level = &v->levels[--v->depth];

        if (level->rounds) {
            *work = repeat_work(level, *work);
            v->rounds = (uint8_t)(v->rounds / level->rounds);
        } else {
            v->later = *work > v->later ? *work : v->later;
            *work = level->work;
            v->laters--;
        }
        v->b.len = level->end;
    }
}

/* `places`: of a sound's parameters or a message's numbers. */
static void verify_params(struct verifier *v, uint8_t places)
{
    uint8_t count = get_below(v, places + 1u, TN_ERR_OPERAND);

    for (uint8_t i = 0; i < count && !v->b.err; i++) {
        uint16_t at = v->b.at;
        uint8_t byte = tn_bytes_get_u8(&v->b);

        if (byte >> 4 >= places || (byte & 15u) >= TN_REG_COUNT) {
            fail(v, TN_ERR_OPERAND, at);
        }
    }
}

static void verify_pair(struct verifier *v)
{
    uint16_t at = v->b.at;
    uint8_t byte = tn_bytes_get_u8(&v->b);

    if (byte >> 4 >= TN_REG_COUNT || (byte & 15u) >= TN_REG_COUNT) {
        fail(v, TN_ERR_OPERAND, at);
    }
}

/* A byte that counts something; 0 if `operand` is not of that sort. */
static uint8_t operand_bound(const struct verifier *v, char operand)
{
    const uint8_t *image = v->b.data;

    switch (operand) {
    case 'r':
    case 'q':
        return TN_REG_COUNT;
    case 'n':
        return v->plain;
    case 'd':
        return v->moods;
    case 'l':
        return v->lists;
    case 'k':
        return TN_PICK_CAP;
    case 'g':
        return TN_SIGNAL_COUNT;
    case 'a':
        return 3;
    case 's':
        return image[TN_IMAGE_AT_STATES];
    case 'w':
    case 'i':
        return image[TN_IMAGE_AT_NAMES];
    case 'e':
        return TN_RELATION_COUNT;
    case 'm':
        return TN_MEASURE_COUNT;
    case 'S':
        return image[TN_IMAGE_AT_SOUNDS];
    default:
        TN_ASSERT(operand == 'L');
        return image[TN_IMAGE_AT_LIGHTS];
    }
}

/* The byte that stands for a name or register in general, where it may. */
static bool is_general(const struct verifier *v, uint8_t opcode, char operand)
{
    uint8_t byte = v->b.at < v->b.len ? v->b.data[v->b.at] : 0;

    return (operand == 'q' && byte == TN_REG_NONE) ||
           (operand == 'i' && byte == TN_NAME_ANY) ||
           (operand == 'w' && byte == TN_NAME_ANY &&
            (opcode == TN_OP_REL || opcode == TN_OP_MEASURE));
}

static void verify_operand(struct verifier *v, uint8_t opcode, char operand)
{
    uint16_t at = v->b.at;

    if (is_general(v, opcode, operand)) {
        (void)tn_bytes_get_u8(&v->b);
        return;
    }

    switch (operand) {
    case 'R':
        verify_pair(v);
        break;
    case 'v':
        (void)tn_bytes_get_number(&v->b);
        break;
    case 'j':
        verify_jump(v);
        break;
    case 'o':
        if (!is_role(tn_bytes_get_u8(&v->b))) {
            fail(v, TN_ERR_OPERAND, at);
        }
        break;
    case 't':
        if (!tn_play_is_target(tn_bytes_get_u8(&v->b))) {
            fail(v, TN_ERR_OPERAND, at);
        }
        break;
    case 'B':
        verify_alternatives(v);
        break;
    case 'c':
        verify_rounds(v);
        break;
    case 'T':
        verify_span(v, TN_TIME_MAX_MS);
        break;
    case 'h':
        verify_span(v, TN_AGAIN_CAP);
        break;
    case 'P':
        verify_params(v, opcode == TN_OP_SENDTO ? TN_MESSAGE_NUMBERS
                                                : TN_PARAM_CAP);
        break;
    default:
        (void)get_below(v, operand_bound(v, operand), TN_ERR_OPERAND);
        break;
    }
    /* What a mood was set to is nobody's business. */
    if (opcode == TN_OP_LDN && operand == 'n' && !v->b.err &&
        v->b.data[at] < v->moods) {
        fail(v, TN_ERR_OPERAND, at);
    }
}

/* No jump may lead into the middle of what has just been walked. */
static void verify_goals(struct verifier *v, uint32_t at)
{
    for (uint32_t i = at + 1; i < v->b.at && !v->b.err; i++) {
        if (v->pending[i / 8] & (1u << (i % 8))) {
            fail(v, TN_ERR_JUMP, i);
        }
    }
}

/* Walks the code from the cursor to `end`; gives its work. */
static uint16_t verify_code(struct verifier *v, uint16_t end, uint8_t place)
{
    uint16_t image_len = v->b.len;
    uint16_t work = 0;

    v->b.len = end;
    while (!v->b.err && v->b.at < end) {
        uint16_t at = v->b.at;
        uint8_t opcode = tn_bytes_get_u8(&v->b);
        uint8_t cost = tn_play_get_cost(opcode);

        if (cost == 0 || !(places_of(opcode) & place)) {
            fail(v, TN_ERR_OPCODE, at);
            break;
        }
        TN_ASSERT(opcode < OPCODE_COUNT);
        for (const char *o = operand_list[opcode]; *o && !v->b.err; o++) {
            verify_operand(v, opcode, *o);
        }
        verify_goals(v, at);
        work = (uint16_t)(work + cost);
        if (opcode == TN_OP_REPEAT && !v->b.err) {
            open_level(v, v->b.data[at + 1u], &work);
        }
        if ((opcode == TN_OP_LATER || opcode == TN_OP_AGAIN) && !v->b.err) {
            open_level(v, 0, &work);
        }
        close_levels(v, &work);
    }
    v->b.len = image_len;
    v->depth = 0;
    v->laters = 0;
    v->rounds = 1;
    return work;
}

static void verify_limits(struct verifier *v, const struct tn_reaction *r,
                          uint16_t at)
{
    const uint8_t *image = v->b.data;
    bool cond = r->chain == TN_CHAIN_COND;
    bool timed =
        r->trigger == TN_TRIGGER_COND_FOR || r->chain == TN_CHAIN_TIMER;

    if (r->state != TN_STATE_ALWAYS && r->state >= image[TN_IMAGE_AT_STATES]) {
        fail(v, TN_ERR_INDEX, at);
    }
    if (cond && !r->guarded) {
        fail(v, TN_ERR_TRIGGER, at + 1u);
    }
    if (r->guarded && r->guard_at == r->body_at) {
        fail(v, TN_ERR_LENGTH, r->guard_at);
    }
    if (r->named && r->name >= image[TN_IMAGE_AT_NAMES]) {
        fail(v, TN_ERR_INDEX, at + 2u);
    }
    if (r->time_ms > TN_TIME_MAX_MS ||
        (r->trigger == TN_TRIGGER_EVERY && r->time_ms == 0)) {
        fail(v, TN_ERR_VALUE, at + 2u);
    }
    if (timed && v->info->timer_count++ >= TN_TIMER_CAP) {
        fail(v, TN_ERR_FULL, at);
    }
    if (r->chain == TN_CHAIN_WHILE && v->info->while_count++ >= TN_WHILE_CAP) {
        fail(v, TN_ERR_FULL, at);
    }
}

static void verify_reaction(struct verifier *v, struct tn_cost *cost)
{
    struct tn_reaction reaction;
    uint16_t at = v->b.at;

    if (tn_play_decode(&v->b, &reaction)) {
        return;
    }
    verify_limits(v, &reaction, at);
    if (v->b.err) {
        return;
    }
    v->b.at = reaction.guard_at;
    cost->state = reaction.state;
    cost->chain = reaction.chain;

    uint32_t work = TN_COST_REACTION;

    bool asked_often =
        reaction.chain == TN_CHAIN_COND || reaction.chain == TN_CHAIN_WHILE;

    work +=
        verify_code(v, reaction.body_at, asked_often ? IN_GUARD : IN_QUESTION);
    work += verify_code(v, reaction.end_at,
                        reaction.chain == TN_CHAIN_WHILE ? IN_WHILE : IN_BODY);
    cost->pairs = (uint8_t)(work < 2 * 255 ? (work + 1) / 2 : 255);
}

/* The header, but for the counts. */
static void verify_header(struct verifier *v)
{
    const uint8_t *image = v->b.data;
    uint16_t len = v->b.len;

    if (len < TN_IMAGE_HEADER_LEN) {
        fail(v, TN_ERR_END, len);
        return;
    }

    struct tn_bytes lengths = tn_bytes_of(image + TN_IMAGE_AT_LENGTH, 4);
    uint16_t length = tn_bytes_get_u16(&lengths);
    uint16_t checksum = tn_bytes_get_u16(&lengths);
    uint8_t kind = image[TN_IMAGE_AT_KIND];

    if (image[TN_IMAGE_AT_MAGIC] != TN_IMAGE_MAGIC) {
        fail(v, TN_ERR_MAGIC, TN_IMAGE_AT_MAGIC);
    }
    if (image[TN_IMAGE_AT_VERSION] != TN_IMAGE_VERSION) {
        fail(v, TN_ERR_VERSION, TN_IMAGE_AT_VERSION);
    }
    if (image[TN_IMAGE_AT_FEATURES] & ~TN_FEATURES) {
        fail(v, TN_ERR_FEATURE, TN_IMAGE_AT_FEATURES);
    }
    if (length != len || len > TN_IMAGE_CAP) {
        fail(v, TN_ERR_LENGTH, TN_IMAGE_AT_LENGTH);
    }
    if (!v->b.err && checksum != tn_hash_crc16(image + TN_IMAGE_AT_NAMES,
                                               len - TN_IMAGE_AT_NAMES)) {
        fail(v, TN_ERR_CHECKSUM, TN_IMAGE_AT_CHECKSUM);
    }
    if (kind < TN_IMAGE_TILE || kind > TN_IMAGE_BRICK) {
        fail(v, TN_ERR_VALUE, TN_IMAGE_AT_KIND);
    }
}

static void verify_count(struct verifier *v, uint32_t at, uint32_t cap)
{
    if (!v->b.err && v->b.data[at] > cap) {
        fail(v, TN_ERR_FULL, at);
    }
}

static void verify_counts(struct verifier *v)
{
    const uint8_t *image = v->b.data;

    verify_count(v, TN_IMAGE_AT_NAMES, TN_NAME_CAP);
    verify_count(v, TN_IMAGE_AT_STATES, TN_STATE_CAP);
    verify_count(v, TN_IMAGE_AT_NUMBERS, TN_NUMBER_CAP);
    verify_count(v, TN_IMAGE_AT_SOUNDS, TN_SOUND_CAP);
    verify_count(v, TN_IMAGE_AT_LIGHTS, TN_LIGHT_CAP);
    verify_count(v, TN_IMAGE_AT_REACTIONS, TN_REACTION_CAP);
    if (v->b.err) {
        return;
    }
    if (image[TN_IMAGE_AT_KINDS] > image[TN_IMAGE_AT_NAMES]) {
        fail(v, TN_ERR_INDEX, TN_IMAGE_AT_KINDS);
    }
    if (image[TN_IMAGE_AT_STATES] == 0) {
        fail(v, TN_ERR_VALUE, TN_IMAGE_AT_STATES);
    }
    if (image[TN_IMAGE_AT_START] >= image[TN_IMAGE_AT_STATES]) {
        fail(v, TN_ERR_INDEX, TN_IMAGE_AT_START);
    }
}

static void verify_states(struct verifier *v)
{
    const uint8_t *image = v->b.data;
    uint8_t count = image[TN_IMAGE_AT_STATES];
    const uint8_t *states;

    v->info->states_at = v->b.at;
    states = tn_bytes_get_block(&v->b, (uint16_t)(count * 2u));
    for (uint32_t i = 0; i < count && !v->b.err; i++) {
        uint8_t parent = states[2 * i];
        uint32_t at = v->info->states_at + 2 * i;

        if (parent != TN_STATE_NONE) {
            if (parent >= count || states[2u * parent] != TN_STATE_NONE) {
                fail(v, TN_ERR_INDEX, at);
            }
        }
        if (states[2 * i + 1] >= image[TN_IMAGE_AT_NAMES]) {
            fail(v, TN_ERR_INDEX, at + 1);
        }
    }
}

/* Moods come first, lists last. */
static void verify_order(struct verifier *v, const struct tn_number *number,
                         uint16_t at)
{
    if (number->flags & TN_NUMBER_MOOD) {
        if (v->moods != v->plain) {
            fail(v, TN_ERR_INDEX, at);
        }
        if (v->moods++ == TN_MOOD_CAP) {
            fail(v, TN_ERR_FULL, at);
        }
    }
    if (number->flags & TN_NUMBER_LIST) {
        if (v->lists++ == TN_LIST_CAP) {
            fail(v, TN_ERR_FULL, at);
        }
    } else {
        if (v->lists) {
            fail(v, TN_ERR_INDEX, at);
        }
        v->plain++;
    }
}

/* What an entry of the table says; it begins at `at` and the cursor is behind
 * it. */
static void verify_number(struct verifier *v, const struct tn_number *number,
                          uint16_t at)
{
    const uint8_t *image = v->b.data;
    uint8_t flags = number->flags;

    if (flags > TN_NUMBER_LIST || (flags & 3u) == 3u) {
        fail(v, TN_ERR_FEATURE, at);
    }
    verify_order(v, number, at);
    if (flags & TN_NUMBER_LIST) {
        if (number->places == 0 || number->places > TN_PLACE_CAP) {
            fail(v, TN_ERR_VALUE, at + 1u);
        }
        v->cells = (uint8_t)(v->cells + number->places);
    } else {
        v->cells++;
    }
    if (v->cells > TN_CELL_CAP) {
        fail(v, TN_ERR_FULL, at);
    }
    if (flags & TN_NUMBER_MOOD) {
        struct tn_bytes b = tn_bytes_of(image, v->b.len);

        b.at = number->time_at;

        uint32_t time_ms = tn_bytes_get_varint(&b);

        if (number->value < 0 || number->value > TN_Q16_ONE || time_ms == 0 ||
            time_ms > TN_TIME_MAX_MS) {
            fail(v, TN_ERR_VALUE, at + 1u);
        }
    }
    if ((flags & TN_NUMBER_SHOW) && number->name >= image[TN_IMAGE_AT_NAMES]) {
        fail(v, TN_ERR_INDEX, v->b.at - 1u);
    }
    v->info->keep_count =
        (uint8_t)(v->info->keep_count + (flags & TN_NUMBER_KEEP));
}

static void verify_numbers(struct verifier *v)
{
    v->info->numbers_at = v->b.at;
    for (uint8_t i = 0; i < v->b.data[TN_IMAGE_AT_NUMBERS]; i++) {
        uint16_t at = v->b.at;
        struct tn_number number;

        tn_play_decode_number(&v->b, &number);
        if (!v->b.err) {
            verify_number(v, &number, at);
        }
    }
}

static void verify_blocks(struct verifier *v, uint8_t count, uint32_t cap)
{
    for (uint8_t i = 0; i < count && !v->b.err; i++) {
        uint8_t len = get_below(v, cap + 1, TN_ERR_LENGTH);

        (void)tn_bytes_get_block(&v->b, len);
    }
}

static void verify_tables(struct verifier *v)
{
    const uint8_t *image = v->b.data;

    v->info->names_at = TN_IMAGE_HEADER_LEN;
    v->b.at = TN_IMAGE_HEADER_LEN;
    (void)tn_bytes_get_block(&v->b, (uint16_t)(image[TN_IMAGE_AT_NAMES] * 4u));
    verify_states(v);
    verify_numbers(v);
    v->info->sounds_at = v->b.at;
    verify_blocks(v, image[TN_IMAGE_AT_SOUNDS], TN_SOUND_LEN_CAP);
    v->info->lights_at = v->b.at;
    verify_blocks(v, image[TN_IMAGE_AT_LIGHTS], TN_LIGHT_LEN_CAP);
    v->info->reactions_at = v->b.at;
    for (uint8_t i = 0; i < image[TN_IMAGE_AT_REACTIONS] && !v->b.err; i++) {
        verify_reaction(v, &v->costs[i]);
    }
    if (v->b.at != v->b.len) {
        fail(v, TN_ERR_LENGTH, v->b.at);
    }
}

enum tn_err tn_play_verify(const uint8_t *image, uint16_t len,
                           struct tn_image_info *info)
{
    struct verifier v;

    memset(&v, 0, sizeof v);
    memset(info, 0, sizeof *info);
    v.b = tn_bytes_of(image, len);
    v.info = info;
    info->len = len;
    verify_header(&v);
    if (!v.b.err) {
        verify_counts(&v);
    }
    if (!v.b.err) {
        verify_tables(&v);
    }
    if (!v.b.err &&
        tn_play_get_bounds(image, info->states_at, v.costs, v.later, info)) {
        fail(&v, TN_ERR_WORK, info->reactions_at);
    }
    info->err_at = v.b.err ? v.b.at : 0;
    return (enum tn_err)v.b.err;
}
