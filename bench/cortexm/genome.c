/* SPDX-License-Identifier: Apache-2.0 */
#include "genome.h"

#include <string.h>

#include <tenon/hash.h>

#define STATE_COUNT 4u
#define NAME_COUNT 8u /* four kinds, four states */
#define NUMBER_COUNT 2u

static const uint8_t OPCODES[] = {
#define OPCODE(name, number, operands, cost, meaning) number,
    TN_OPCODES(OPCODE)
#undef OPCODE
};

static const uint8_t TRIGGERS[] = {
    TN_EVENT_PLACED,  TN_EVENT_REMOVED,      TN_EVENT_PLACED_OTHER,
    TN_EVENT_LIFTED,  TN_EVENT_ACTION,       TN_EVENT_MESSAGE,
    TN_TRIGGER_ENTER, TN_TRIGGER_LEAVE,      TN_TRIGGER_WHILE,
    TN_TRIGGER_COND,  TN_TRIGGER_COND_FOR,   TN_TRIGGER_AFTER,
    TN_TRIGGER_EVERY, TN_EVENT_REMOVED_OTHER};

struct writer {
    uint8_t *image;
    uint16_t at;
};

static void put(struct writer *w, uint32_t byte)
{
    if (w->at < GENOME_IMAGE_CAP) {
        w->image[w->at++] = (uint8_t)byte;
    }
}

static uint8_t role_of(uint8_t form)
{
    return form % 3u;
}

/* One operand; `form` chooses among those that are legal. */
static void put_operand(struct writer *w, char operand, uint8_t form)
{
    static const uint8_t constant[] = {0x81, 0xA3, 0xC5, 0xE7, 0x09};
    static const uint8_t targets[] = {TN_TARGET_ALL, TN_TARGET_SENDER,
                                      TN_TARGET_NEAREST};

    switch (operand) {
    case 'R':
        put(w, (form & 7u) << 4 | (form >> 3 & 7u));
        break;
    case 'v':
        for (uint32_t i = 0; i < sizeof constant; i++) {
            put(w, constant[i]);
        }
        break;
    case 'o':
        put(w, role_of(form));
        break;
    case 't':
        put(w, targets[form % 3u]);
        break;
    case 'P':
        put(w, form & 1u ? 2 : 0);
        for (uint32_t i = 0; (form & 1u) && i < 2; i++) {
            put(w, i << 4 | i);
        }
        break;
    case 'q':
        put(w, TN_REG_NONE);
        break;
    case 'r':
        put(w, form & 7u);
        break;
    case 'n':
    case 'm':
        put(w, form & 1u);
        break;
    case 'g':
        put(w, form % TN_SIGNAL_COUNT);
        break;
    case 'a':
    case 'e':
        put(w, form % 3u);
        break;
    case 's':
        put(w, form & 3u);
        break;
    case 'w':
        put(w, form & 7u);
        break;
    default: /* j, S, L */
        put(w, 0);
        break;
    }
}

static void put_code(struct writer *w, const struct genome *genome,
                     uint32_t from, uint32_t count)
{
    static const char operands[][5] = {
#define OPERANDS(name, number, operands, cost, meaning) [number] = operands,
        TN_OPCODES(OPERANDS)
#undef OPERANDS
    };

    for (uint32_t i = from; i < from + count; i++) {
        put(w, genome->opcodes[i]);
        for (const char *o = operands[genome->opcodes[i]]; *o; o++) {
            put_operand(w, *o, genome->forms[i]);
        }
    }
}

static bool is_named(uint8_t trigger)
{
    return trigger == TN_EVENT_PLACED_OTHER ||
           trigger == TN_EVENT_REMOVED_OTHER || trigger == TN_EVENT_ACTION ||
           trigger == TN_EVENT_MESSAGE;
}

static bool is_timed(uint8_t trigger)
{
    return trigger == TN_TRIGGER_COND_FOR || trigger == TN_TRIGGER_AFTER ||
           trigger == TN_TRIGGER_EVERY;
}

/* The code is written where it belongs, after room for its lengths. */
static void put_reaction(struct writer *w, const struct genome *genome,
                         const struct genome_reaction *r, uint32_t gene)
{
    uint8_t code[GENOME_IMAGE_CAP];
    struct writer c = {code, 0};
    uint16_t guard_len;
    uint16_t body_len;

    put_code(&c, genome, gene, r->guards);
    guard_len = c.at;
    put_code(&c, genome, gene + r->guards, r->bodies);
    body_len = (uint16_t)(c.at - guard_len);
    put(w, r->state);
    put(w, r->trigger | (r->guards ? TN_TRIGGER_GUARD : 0u));
    if (is_timed(r->trigger)) {
        put(w, 4); /* ms */
    }
    if (is_named(r->trigger)) {
        put(w, 0);
    }
    if (r->guards) {
        put(w, guard_len);
    }
    if (body_len >= 128) {
        put(w, (body_len & 127u) | 128u);
        put(w, (uint32_t)body_len >> 7);
    } else {
        put(w, body_len);
    }
    for (uint16_t i = 0; i < c.at; i++) {
        put(w, code[i]);
    }
}

uint16_t genome_put_image(const struct genome *genome, uint8_t *image)
{
    static const uint8_t counts[] = {NAME_COUNT,   4, STATE_COUNT, 0,
                                     NUMBER_COUNT, 1, 1,           0};
    struct writer w = {image, TN_IMAGE_HEADER_LEN};
    uint32_t gene = 0;

    memset(image, 0, TN_IMAGE_HEADER_LEN);
    image[TN_IMAGE_AT_MAGIC] = TN_IMAGE_MAGIC;
    image[TN_IMAGE_AT_VERSION] = TN_IMAGE_VERSION;
    image[TN_IMAGE_AT_KIND] = TN_IMAGE_TILE;
    memcpy(image + TN_IMAGE_AT_NAMES, counts, sizeof counts);
    image[TN_IMAGE_AT_START] = genome->start % STATE_COUNT;
    image[TN_IMAGE_AT_REACTIONS] = genome->reaction_count;
    for (uint32_t i = 0; i < NAME_COUNT * 4; i++) {
        put(&w, 0x10u * (i / 4) + i % 4 + 1);
    }
    for (uint32_t s = 0; s < STATE_COUNT; s++) { /* 1 in 0, 3 in 2 */
        put(&w, s & 1u ? s - 1 : TN_STATE_NONE);
        put(&w, 4 + s);
    }
    for (uint32_t i = 0; i < NUMBER_COUNT; i++) {
        put(&w, 0);
        put(&w, 4);
    }
    put(&w, 0); /* the sound, the light: empty */
    put(&w, 0);
    for (uint32_t i = 0; i < genome->reaction_count; i++) {
        const struct genome_reaction *r = &genome->reactions[i];

        put_reaction(&w, genome, r, gene);
        gene += (uint32_t)r->guards + r->bodies;
    }
    image[TN_IMAGE_AT_LENGTH] = (uint8_t)w.at;
    image[TN_IMAGE_AT_LENGTH + 1] = (uint8_t)(w.at >> 8);

    uint16_t crc = tn_hash_crc16(image + TN_IMAGE_AT_NAMES,
                                 (uint16_t)(w.at - TN_IMAGE_AT_NAMES));

    image[TN_IMAGE_AT_CHECKSUM] = (uint8_t)crc;
    image[TN_IMAGE_AT_CHECKSUM + 1] = (uint8_t)(crc >> 8);
    return w.at;
}

void genome_add_reaction(struct genome *genome, uint8_t state, uint8_t trigger)
{
    struct genome_reaction *r;

    if (genome->reaction_count < GENOME_REACTION_CAP) {
        r = &genome->reactions[genome->reaction_count++];
        memset(r, 0, sizeof *r);
        r->state = state;
        r->trigger = trigger;
    }
}

static void insert(struct genome *genome, uint32_t at, uint8_t opcode,
                   uint8_t form)
{
    memmove(&genome->opcodes[at + 1], &genome->opcodes[at],
            genome->gene_count - at);
    memmove(&genome->forms[at + 1], &genome->forms[at],
            genome->gene_count - at);
    genome->opcodes[at] = opcode;
    genome->forms[at] = form;
    genome->gene_count++;
}

void genome_add(struct genome *genome, uint8_t opcode, uint8_t form)
{
    if (genome->gene_count < GENOME_GENE_CAP && genome->reaction_count) {
        insert(genome, genome->gene_count, opcode, form);
        genome->reactions[genome->reaction_count - 1].bodies++;
    }
}

void genome_drop(struct genome *genome)
{
    uint32_t i = genome->reaction_count;

    while (i-- > 0) {
        struct genome_reaction *r = &genome->reactions[i];

        if (r->guards || r->bodies) {
            r->guards = (uint8_t)(r->guards - !r->bodies);
            r->bodies = (uint8_t)(r->bodies - (r->bodies > 0));
            genome->gene_count--;
            return;
        }
    }
}

static void remove_genes(struct genome *genome, uint32_t at, uint32_t count)
{
    uint32_t rest = genome->gene_count - at - count;

    memmove(&genome->opcodes[at], &genome->opcodes[at + count], rest);
    memmove(&genome->forms[at], &genome->forms[at + count], rest);
    genome->gene_count = (uint8_t)(genome->gene_count - count);
}

/* The first gene of a reaction. */
static uint32_t get_first(const struct genome *genome, uint32_t reaction)
{
    uint32_t gene = 0;

    for (uint32_t i = 0; i < reaction; i++) {
        gene +=
            (uint32_t)genome->reactions[i].guards + genome->reactions[i].bodies;
    }
    return gene;
}

static void remove_reaction(struct genome *genome, uint32_t i)
{
    struct genome_reaction *r = &genome->reactions[i];

    remove_genes(genome, get_first(genome, i), (uint32_t)r->guards + r->bodies);
    genome->reaction_count--;
    memmove(r, r + 1, (genome->reaction_count - i) * sizeof *r);
}

static uint8_t pick(struct tn_prng *prng, const uint8_t *list, uint32_t count)
{
    return list[tn_prng_below(prng, count)];
}

static void add_gene(struct genome *genome, struct tn_prng *prng, uint32_t i)
{
    struct genome_reaction *r = &genome->reactions[i];
    bool guard = tn_prng_below(prng, 4) == 0;
    uint32_t count = 1 + tn_prng_below(prng, 3);
    uint32_t at = get_first(genome, i) +
                  (guard ? 0 : r->guards + tn_prng_below(prng, r->bodies + 1u));
    uint8_t opcode = pick(prng, OPCODES, sizeof OPCODES);
    uint8_t form = (uint8_t)tn_prng_get(prng);

    while (count-- && genome->gene_count < GENOME_GENE_CAP) {
        insert(genome, at, opcode, form);
        r->guards = (uint8_t)(r->guards + guard);
        r->bodies = (uint8_t)(r->bodies + !guard);
    }
}

static void drop_gene(struct genome *genome, struct tn_prng *prng, uint32_t i)
{
    struct genome_reaction *r = &genome->reactions[i];
    uint32_t count = (uint32_t)r->guards + r->bodies;

    if (count) {
        uint32_t which = tn_prng_below(prng, count);

        remove_genes(genome, get_first(genome, i) + which, 1);
        if (which < r->guards) {
            r->guards--;
        } else {
            r->bodies--;
        }
    }
}

static void mutate_once(struct genome *genome, struct tn_prng *prng)
{
    static const uint8_t states[] = {
        0, 1, 2, 3, TN_STATE_ALWAYS, TN_STATE_ALWAYS};
    uint32_t i = genome->reaction_count
                     ? tn_prng_below(prng, genome->reaction_count)
                     : 0;
    uint32_t what = genome->reaction_count ? tn_prng_below(prng, 16) : 0;

    switch (what) {
    case 0:
        genome_add_reaction(genome, pick(prng, states, sizeof states),
                            pick(prng, TRIGGERS, sizeof TRIGGERS));
        break;
    case 1:
        remove_reaction(genome, i);
        break;
    case 2:
        genome->reactions[i].trigger = pick(prng, TRIGGERS, sizeof TRIGGERS);
        break;
    case 3:
        genome->reactions[i].state = pick(prng, states, sizeof states);
        break;
    case 4:
        genome->start = (uint8_t)tn_prng_below(prng, STATE_COUNT);
        break;
    case 5:
    case 6:
    case 7:
        if (genome->gene_count) {
            uint32_t gene = tn_prng_below(prng, genome->gene_count);

            genome->forms[gene] = (uint8_t)tn_prng_get(prng);
            if (what == 5) {
                genome->opcodes[gene] = pick(prng, OPCODES, sizeof OPCODES);
            }
        }
        break;
    case 8:
    case 9:
    case 10:
        drop_gene(genome, prng, i);
        break;
    default:
        add_gene(genome, prng, i);
        break;
    }
}

void genome_mutate(struct genome *genome, struct tn_prng *prng)
{
    uint32_t count = 1 + tn_prng_below(prng, 3);

    while (count--) {
        mutate_once(genome, prng);
    }
}
