/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt_read.h"

#include <string.h>

#include "parse.h"
#include "vocab.h"

/* Doubles a list in the arena once it is full. */
static void *grown(struct tn_arena *arena, void *list, uint32_t count,
                   uint32_t *cap, size_t size)
{
    void *more;

    if (count < *cap) {
        return list;
    }
    *cap = *cap ? *cap * 2 : 256;
    more = tn_arena_get(arena, *cap * size);
    if (count) {
        memcpy(more, list, count * size);
    }
    return more;
}

static void push_note(struct tn_fmt_text *text, struct tn_fmt_note note)
{
    while (note.len &&
           (note.text[note.len - 1] == ' ' || note.text[note.len - 1] == '\t' ||
            note.text[note.len - 1] == '\r')) {
        note.len--;
    }
    text->notes = grown(&text->arena, text->notes, text->note_count,
                        &text->note_cap, sizeof(note));
    text->notes[text->note_count++] = note;
}

/* What stands between two words: line ends, blanks, `;`, comments. */
static void read_gap(struct tn_fmt_text *text, struct tn_fmt_word *word,
                     const char *gap, const char *end, bool is_first)
{
    uint32_t lines = 0;
    bool is_fresh = is_first; /* no word in this line */

    word->note = text->note_count;
    word->is_spaced = gap < end;
    while (gap < end) {
        const char *from = gap;

        if (*gap == '#') {
            while (gap < end && *gap != '\n') {
                gap++;
            }
            push_note(text, (struct tn_fmt_note){from, (uint32_t)(gap - from),
                                                 !is_fresh, lines > 1});
            lines = 0;
        } else {
            lines += *gap == '\n';
            word->breaks = word->breaks || *gap == '\n';
            is_fresh = is_fresh || *gap == '\n';
            gap++;
        }
    }
    word->blank = lines > 1;
    word->note_count = text->note_count - word->note;
}

static bool is_value(const struct tn_fmt_word *word)
{
    static const char *const more[] = {"within", "by", "of", "over"};
    char name[16] = "";

    if (word->kind != TN_TOKEN_NAME) {
        return word->kind == TN_TOKEN_NUMBER || word->kind == TN_TOKEN_RIGHT ||
               word->kind == TN_TOKEN_STRING;
    }
    if (word->len < sizeof(name)) {
        memcpy(name, word->text, word->len);
    }
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        if (strcmp(name, more[i]) == 0) {
            return false;
        }
    }
    return !tn_vocab_is_reserved(name);
}

static bool is_word(const struct tn_fmt_word *word, const char *name)
{
    return word->kind == TN_TOKEN_NAME && word->len == strlen(name) &&
           memcmp(word->text, name, word->len) == 0;
}

/* Pairs the braces; false if that fails or they are too deep. */
static bool match_braces(struct tn_fmt_text *text)
{
    uint32_t open[TN_PARSE_DEPTH_CAP];
    uint32_t depth = 0;

    for (uint32_t i = 0; i < text->word_count; i++) {
        struct tn_fmt_word *word = &text->words[i];

        if (word->kind == TN_TOKEN_OPEN) {
            if (depth == TN_PARSE_DEPTH_CAP) {
                return false;
            }
            open[depth++] = i;
        } else if (word->kind == TN_TOKEN_CLOSE) {
            if (depth == 0) {
                return false;
            }
            word->match = open[--depth];
            text->words[word->match].match = i;
        }
    }
    return depth == 0;
}

static void mark_tunes(struct tn_fmt_text *text)
{
    for (uint32_t i = 0; i + 2 < text->word_count; i++) {
        if (is_word(&text->words[i], "tune") &&
            text->words[i + 2].kind == TN_TOKEN_OPEN) {
            for (uint32_t k = i + 3; k < text->words[i + 2].match; k++) {
                text->words[k].is_tune = true;
            }
        }
    }
}

static struct tn_fmt_word *push_word(struct tn_fmt_text *text)
{
    text->words = grown(&text->arena, text->words, text->word_count,
                        &text->word_cap, sizeof(*text->words));
    return &text->words[text->word_count++];
}

/* What stands before it decides what its place and its minus mean. */
static void place_word(struct tn_fmt_text *text, struct tn_fmt_word *word,
                       bool starts)
{
    const struct tn_fmt_word *last = text->word_count > 1 ? word - 1 : NULL;

    word->starts = starts && last && last->kind != TN_TOKEN_OPEN &&
                   last->kind != TN_TOKEN_BAR && word->kind != TN_TOKEN_CLOSE &&
                   word->kind != TN_TOKEN_EOF;
    word->is_sign = word->kind == TN_TOKEN_MINUS &&
                    (!last || word->starts || !is_value(last));
}

bool tn_fmt_read(struct tn_fmt_text *text, const char *source, uint32_t len)
{
    struct tn_file file = {.path = "", .text = source, .len = len};
    struct tn_problems problems = {.arena = &text->arena};
    const char *end = source;
    bool starts = false;
    struct tn_lex lex;
    struct tn_token token;

    tn_lex_init(&lex, &file, &text->arena, &problems);
    lex.is_quiet = true;
    end += lex.at;
    do {
        struct tn_fmt_word *word;

        token = tn_lex_get(&lex);
        if (token.kind == TN_TOKEN_BAD) {
            return false;
        }
        if (token.kind == TN_TOKEN_LINE) {
            starts = true;
            continue;
        }
        word = push_word(text);
        word->kind = token.kind;
        word->value = token.value;
        word->text = source + token.pos.at;
        word->len = token.kind == TN_TOKEN_EOF ? 0 : token.pos.len;
        read_gap(text, word, end, word->text, text->word_count == 1);
        place_word(text, word, starts);
        end = word->text + word->len;
        starts = false;
    } while (token.kind != TN_TOKEN_EOF);
    if (!match_braces(text)) {
        return false;
    }
    mark_tunes(text);
    return true;
}

void tn_fmt_read_reset(struct tn_fmt_text *text)
{
    tn_arena_reset(&text->arena);
    memset(text, 0, sizeof(*text));
}

static bool is_same_word(const struct tn_fmt_word *a,
                         const struct tn_fmt_word *b)
{
    if (a->kind != b->kind || a->starts != b->starts) {
        return false;
    }
    if (a->kind == TN_TOKEN_NUMBER) {
        return a->value.micro == b->value.micro &&
               a->value.dimension == b->value.dimension;
    }
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

bool tn_fmt_is_same(const struct tn_fmt_text *a, const struct tn_fmt_text *b)
{
    if (a->word_count != b->word_count || a->note_count != b->note_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->word_count; i++) {
        if (!is_same_word(&a->words[i], &b->words[i])) {
            return false;
        }
    }
    for (uint32_t i = 0; i < a->note_count; i++) {
        if (a->notes[i].len != b->notes[i].len ||
            memcmp(a->notes[i].text, b->notes[i].text, a->notes[i].len) != 0) {
            return false;
        }
    }
    return true;
}
