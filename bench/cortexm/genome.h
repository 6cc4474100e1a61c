/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_BENCH_GENOME_H
#define TENON_BENCH_GENOME_H

/*
 * A program as a list of reactions and instructions that can be changed at
 * random, and the image that it stands for. All have four states (two outer
 * ones with an inner one each), four kinds, two numbers, a sound and a light.
 */

#include <stdbool.h>
#include <stdint.h>

#include <tenon/play.h>
#include <tenon/prng.h>

#define GENOME_REACTION_CAP 40u
#define GENOME_GENE_CAP 200u

struct genome_reaction {
    uint8_t state;
    uint8_t trigger; /* without TN_TRIGGER_GUARD */
    uint8_t guards;  /* instructions of the guard */
    uint8_t bodies;
};

struct genome {
    struct genome_reaction reactions[GENOME_REACTION_CAP];
    uint8_t opcodes[GENOME_GENE_CAP]; /* in the order of the reactions */
    uint8_t forms[GENOME_GENE_CAP];   /* which operands */
    uint8_t reaction_count;
    uint8_t gene_count;
    uint8_t start;
    uint8_t pad;
};

#define GENOME_IMAGE_CAP 2048u

/* Writes the image; its length, which may be more than is legal. */
uint16_t genome_put_image(const struct genome *genome, uint8_t *image);

/* Adds a reaction without instructions; adds one to the last reaction. */
void genome_add_reaction(struct genome *genome, uint8_t state, uint8_t trigger);
void genome_add(struct genome *genome, uint8_t opcode, uint8_t form);

/* Takes the last instruction away. */
void genome_drop(struct genome *genome);

/* Changes one thing or a few. */
void genome_mutate(struct genome *genome, struct tn_prng *prng);

#endif
