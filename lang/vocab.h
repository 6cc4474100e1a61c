/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_VOCAB_H
#define TENON_LANG_VOCAB_H

/*
 * The vocabulary as tables, the words of the grammar, and the words of the
 * whole language that this version does not understand yet.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tn_subject {
    TN_SUBJECT_SELF,
    TN_SUBJECT_TAG,
    TN_SUBJECT_NAME,
    TN_SUBJECT_COLOUR,
    TN_SUBJECT_NONE
};

struct tn_vocab_event {
    const char *word;
    const char *arg; /* "" if it has none */
    uint8_t number;
    uint8_t dimension; /* of the argument */
    uint8_t subject;   /* enum tn_subject */
};

/* A word with a number: signal, role, colour, light mode, sound element,
 * relation, target. */
struct tn_vocab_word {
    const char *word;
    uint8_t number;
    uint8_t dimension; /* of a signal */
};

/* A measure of another brick: `distance to vehicle`. */
struct tn_vocab_measure {
    const char *word;
    const char *preposition;
    uint8_t number;
    uint8_t dimension;
};

extern const struct tn_vocab_event tn_vocab_events[];
extern const struct tn_vocab_measure tn_vocab_measures[];
extern const struct tn_vocab_word tn_vocab_signals[];
extern const struct tn_vocab_word tn_vocab_roles[];
extern const struct tn_vocab_word tn_vocab_colours[];
extern const struct tn_vocab_word tn_vocab_modes[];
extern const struct tn_vocab_word tn_vocab_elements[];
extern const struct tn_vocab_word tn_vocab_relations[];
extern const struct tn_vocab_word tn_vocab_targets[];

/* The entry of a list that ends with a null word, or null. */
const struct tn_vocab_word *tn_vocab_get(const struct tn_vocab_word *list,
                                         const char *word);

/* The event of that word that is (or is not) followed by a tag, a colour or a
 * message, or null. */
const struct tn_vocab_event *tn_vocab_get_event(const char *word,
                                                bool has_object);

/* The measure of that word, or null. */
const struct tn_vocab_measure *tn_vocab_get_measure(const char *word);

/* Whether a brick can see a thing of this colour. */
bool tn_vocab_is_seen(uint8_t colour);

/* A word of the grammar: no name may be so. */
bool tn_vocab_is_reserved(const char *word);

/* A word of the language that this version does not understand. */
bool tn_vocab_is_later(const char *word);

/* "a time", "2 s": what a dimension is called and how its values look. */
const char *tn_vocab_dimension(uint8_t dimension);
const char *tn_vocab_example(uint8_t dimension);

#endif
