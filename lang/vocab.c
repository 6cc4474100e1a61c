/* SPDX-License-Identifier: Apache-2.0 */
#include "vocab.h"

#include <string.h>

#include <tenon/patch.h>
#include <tenon/vocabulary.h>

const struct tn_vocab_event tn_vocab_events[] = {
#define EVENT(name, number, word, subject, arg, dim, meaning)                  \
    {word, arg, number, TN_DIM_##dim, TN_SUBJECT_##subject},
    TN_EVENTS(EVENT)
#undef EVENT
        {NULL, NULL, 0, 0, 0}};

const struct tn_vocab_word tn_vocab_signals[] = {
#define SIGNAL(name, number, word, dim, meaning) {word, number, TN_DIM_##dim},
    TN_SIGNALS(SIGNAL)
#undef SIGNAL
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_roles[] = {
#define ROLE(name, number, word, meaning) {word, number, 0},
    TN_ROLES(ROLE)
#undef ROLE
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_colours[] = {
#define COLOUR(name, number, word, red, green, blue) {word, number, 0},
    TN_COLOURS(COLOUR)
#undef COLOUR
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_modes[] = {
#define MODE(name, number, word, meaning) {word, number, 0},
    TN_LIGHT_MODES(MODE)
#undef MODE
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_elements[] = {
#define ELEMENT(name, number, word, meaning) {word, number, 0},
    TN_SOUND_TYPES(ELEMENT)
#undef ELEMENT
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_relations[] = {
#define RELATION(name, number, word, meaning) {word, number, 0},
    TN_RELATIONS(RELATION)
#undef RELATION
        {NULL, 0, 0}};

const struct tn_vocab_word tn_vocab_targets[] = {
#define TARGET(name, number, word, meaning) {word, number, 0},
    TN_TARGETS(TARGET)
#undef TARGET
        {NULL, 0, 0}};

const struct tn_vocab_measure tn_vocab_measures[] = {
#define MEASURE(name, number, word, preposition, dim, meaning)                 \
    {word, preposition, number, TN_DIM_##dim},
    TN_MEASURES(MEASURE)
#undef MEASURE
        {NULL, NULL, 0, 0}};

static const char *const reserved[] = {
    "set",    "use",    "sound",  "light",  "message", "tile",   "figure",
    "brick",  "tune",   "clip",   "kind",   "number",  "start",  "state",
    "always", "enter",  "leave",  "when",   "while",   "after",  "every",
    "if",     "else",   "then",   "for",    "and",     "or",     "not",
    "is",     "aboard", "play",   "stop",   "all",     "glow",   "off",
    "ask",    "to",     "send",   "action", "with",    "steady", "breathe",
    "flash",  "pick",   "repeat", "once",   "hum",     "say",    "tell",
    "within", "any",    NULL};

static const char *const later[] = {
    /* declarations */
    "clip", "voice", "shows", "scene",
    /* statements and what follows them */
    "say", "tell", "buzz", "twice",
    /* values */
    "spin",
    /* events and lasting words */
    "replaced", "landed", "flown", "thrown", "caught", "spun", "tilted",
    "knock", "blow", "passing", "ahead_of", "behind", "left_of", "right_of",
    "above", "low_battery", "charged", NULL};

static bool has(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word) != 0) {
        list++;
    }
    return *list;
}

bool tn_vocab_is_reserved(const char *word)
{
    return has(reserved, word);
}

bool tn_vocab_is_later(const char *word)
{
    return has(later, word);
}

const struct tn_vocab_word *tn_vocab_get(const struct tn_vocab_word *list,
                                         const char *word)
{
    while (list->word && strcmp(list->word, word) != 0) {
        list++;
    }
    return list->word ? list : NULL;
}

const struct tn_vocab_event *tn_vocab_get_event(const char *word,
                                                bool has_object)
{
    for (const struct tn_vocab_event *e = tn_vocab_events; e->word; e++) {
        bool takes_object =
            e->subject != TN_SUBJECT_SELF && e->subject != TN_SUBJECT_NONE;

        if (takes_object == has_object && strcmp(e->word, word) == 0) {
            return e;
        }
    }
    return NULL;
}

const struct tn_vocab_measure *tn_vocab_get_measure(const char *word)
{
    const struct tn_vocab_measure *m = tn_vocab_measures;

    while (m->word && strcmp(m->word, word) != 0) {
        m++;
    }
    return m->word ? m : NULL;
}

bool tn_vocab_is_seen(uint8_t colour)
{
    switch (colour) {
#define SEEN_CASE(name) case TN_COLOUR_##name:
        TN_SEEN_COLOURS(SEEN_CASE)
#undef SEEN_CASE
        return true;
    default:
        return false;
    }
}

static const char *const examples[][2] = {
    {"a count", "3"},           {"a ratio", "20%"},
    {"a time", "2 s"},          {"a length", "30 cm"},
    {"an angle", "30 deg"},     {"a frequency", "440 Hz"},
    {"yes or no", "hull <= 0"}, {"a tag's identity", "card.id"}};

const char *tn_vocab_dimension(uint8_t dimension)
{
    return examples[dimension][0];
}

const char *tn_vocab_example(uint8_t dimension)
{
    return examples[dimension][1];
}
