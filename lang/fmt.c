/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt.h"

#include <string.h>

#include "builder.h"
#include "fmt_read.h"

#define STEP 2u /* blanks a level */

struct printer {
    const struct tn_fmt_text *text;
    struct tn_builder out;
    struct tn_builder scratch; /* to measure in */
};

/* Statements that follow each other line by line and are aligned. */
struct run {
    uint32_t end; /* the first word after them */
    size_t head;  /* columns before what is aligned; 0: nothing is */
};

static const struct tn_fmt_word *word_at(const struct printer *p, uint32_t i)
{
    return &p->text->words[i];
}

/* Columns from byte `from` on. */
static size_t columns_of(const struct tn_builder *text, size_t from)
{
    size_t columns = 0;

    for (size_t i = from; i < text->len; i++) {
        columns += ((unsigned char)text->data[i] & 0xC0u) != 0x80u;
    }
    return columns;
}

static bool is_plain_number(const struct tn_fmt_word *word)
{
    return word->kind == TN_TOKEN_NUMBER && word->text[word->len - 1] >= '0' &&
           word->text[word->len - 1] <= '9';
}

/* Whether a blank stands before word `i`, in a line with the one before. */
static bool has_blank(const struct printer *p, uint32_t i)
{
    const struct tn_fmt_word *last = word_at(p, i - 1);
    const struct tn_fmt_word *word = word_at(p, i);

    if (last->kind == TN_TOKEN_OPEN || word->kind == TN_TOKEN_CLOSE) {
        return true;
    }
    if (word->is_tune && last->is_tune) {
        return word->is_spaced;
    }
    if (word->kind == TN_TOKEN_COMMA || word->kind == TN_TOKEN_RIGHT ||
        last->kind == TN_TOKEN_LEFT || last->is_sign) {
        return false;
    }
    if (word->kind == TN_TOKEN_DOT) {
        return last->kind != TN_TOKEN_NAME ||
               word_at(p, i + 1)->kind != TN_TOKEN_NAME;
    }
    if (last->kind == TN_TOKEN_DOT) {
        return word->kind != TN_TOKEN_NAME || i < 2 ||
               word_at(p, i - 2)->kind != TN_TOKEN_NAME;
    }
    if (word->kind == TN_TOKEN_RANGE) {
        return !is_plain_number(last) || !is_plain_number(word_at(p, i + 1));
    }
    if (last->kind == TN_TOKEN_RANGE) {
        return !is_plain_number(word) || i < 2 ||
               !is_plain_number(word_at(p, i - 2));
    }
    return true;
}

/* A number has one blank before its unit, but none before % and /. */
static void put_word(struct tn_builder *out, const struct tn_fmt_word *word)
{
    uint32_t digits = 0;
    uint32_t unit;

    if (word->kind != TN_TOKEN_NUMBER) {
        tn_builder_push(out, word->text, word->len);
        return;
    }
    while (digits < word->len &&
           ((word->text[digits] >= '0' && word->text[digits] <= '9') ||
            word->text[digits] == '.')) {
        digits++;
    }
    unit = digits;
    while (unit < word->len && word->text[unit] == ' ') {
        unit++;
    }
    tn_builder_push(out, word->text, digits);
    if (unit < word->len && word->text[unit] != '%' &&
        word->text[unit] != '/') {
        tn_builder_push(out, " ", 1);
    }
    tn_builder_push(out, word->text + unit, word->len - unit);
}

/* Words `i` to `end` in one line. */
static void put_line(const struct printer *p, struct tn_builder *out,
                     uint32_t i, uint32_t end)
{
    for (uint32_t k = i; k < end; k++) {
        if (k > i && word_at(p, k)->starts) {
            tn_builder_push_text(out, "; ");
        } else if (k > i && has_blank(p, k)) {
            tn_builder_push(out, " ", 1);
        }
        put_word(out, word_at(p, k));
    }
}

static size_t width_of(struct printer *p, uint32_t i, uint32_t end)
{
    p->scratch.len = 0;
    put_line(p, &p->scratch, i, end);
    return columns_of(&p->scratch, 0);
}

/* The word after the statement that begins at `i`. */
static uint32_t end_of(const struct printer *p, uint32_t i)
{
    uint32_t k = i;

    do {
        if (word_at(p, k)->kind == TN_TOKEN_OPEN) {
            k = word_at(p, k)->match;
        }
        k++;
    } while (word_at(p, k)->kind != TN_TOKEN_EOF &&
             word_at(p, k)->kind != TN_TOKEN_CLOSE &&
             word_at(p, k)->kind != TN_TOKEN_BAR && !word_at(p, k)->starts);
    return k;
}

/* The statement may stand in one line: no comments inside, its blocks did, and
 * it fits. */
static bool is_line(struct printer *p, uint32_t i, uint32_t end, size_t indent)
{
    for (uint32_t k = i; k < end; k++) {
        const struct tn_fmt_word *word = word_at(p, k);

        if (k > i && word->note_count) {
            return false;
        }
        if (word->kind == TN_TOKEN_OPEN) {
            for (uint32_t in = k + 1; in <= word->match; in++) {
                if (word_at(p, in)->breaks) {
                    return false;
                }
            }
        }
    }
    return indent + width_of(p, i, end) <= TN_FMT_COLUMNS;
}

/* Which statements are aligned with each other: 0 for none. */
static int class_of(const struct printer *p, uint32_t i)
{
    static const struct {
        const char *word;
        int class;
    } words[] = {{"when", 1},   {"while", 1}, {"after", 1},
                 {"every", 1},  {"enter", 1}, {"leave", 1},
                 {"action", 1}, {"sound", 2}, {"light", 2}};
    const struct tn_fmt_word *word = word_at(p, i);

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
        if (word->kind == TN_TOKEN_NAME && word->len == strlen(words[k].word) &&
            memcmp(word->text, words[k].word, word->len) == 0) {
            return words[k].class;
        }
    }
    return 0;
}

/* Where the statement's first block or arrow is, or its end. */
static uint32_t head_of(const struct printer *p, uint32_t i, uint32_t end)
{
    while (i < end && word_at(p, i)->kind != TN_TOKEN_OPEN &&
           word_at(p, i)->kind != TN_TOKEN_ARROW) {
        i++;
    }
    return i;
}

/* Nothing but a line's end and what trails the line before stands before it. */
static bool is_close(const struct printer *p, uint32_t i)
{
    const struct tn_fmt_word *word = word_at(p, i);

    return !word->blank &&
           (word->note_count == 0 ||
            (word->note_count == 1 && p->text->notes[word->note].trails));
}

/* The widest head that can be aligned with all that are not wider, so that
 * every line still fits: `tails` are the longest behind the heads by width. */
static size_t column_of(const size_t *tails, size_t indent)
{
    size_t column = 0;
    size_t tail = 0;

    for (size_t head = 1; head <= TN_FMT_COLUMNS; head++) {
        tail = tails[head] > tail ? tails[head] : tail;
        if (tails[head] && indent + head + tail <= TN_FMT_COLUMNS) {
            column = head;
        }
    }
    return column;
}

/* The statements from `i` on that are aligned. */
static struct run run_of(struct printer *p, uint32_t i, size_t indent)
{
    size_t tails[TN_FMT_COLUMNS + 1] = {0};
    struct run run = {i, 0};
    int class = class_of(p, i);

    while (class && class_of(p, run.end) == class &&
           (run.end == i || is_close(p, run.end))) {
        uint32_t end = end_of(p, run.end);
        uint32_t at = head_of(p, run.end, end);
        size_t head, tail;

        if (at == end || !is_line(p, run.end, end, indent)) {
            break;
        }
        head = width_of(p, run.end, at);
        tail = width_of(p, run.end, end) - head;
        tails[head] = tail > tails[head] ? tail : tails[head];
        run.end = end;
    }
    run.head = column_of(tails, indent);
    return run;
}

static void put_note(struct printer *p, const struct tn_fmt_note *note)
{
    tn_builder_push(&p->out, note->text, note->len);
}

/* The comment that trails the line, if word `i`, the next, has one. */
static void put_trail(struct printer *p, uint32_t i)
{
    const struct tn_fmt_word *word = word_at(p, i);

    if (word->note_count && p->text->notes[word->note].trails) {
        tn_builder_push_text(&p->out, "  ");
        put_note(p, &p->text->notes[word->note]);
    }
    tn_builder_push(&p->out, "\n", 1);
}

/* Comments and empty lines before word `i`, which is not printed. */
static void put_lead(struct printer *p, uint32_t i, size_t indent,
                     bool is_first)
{
    const struct tn_fmt_word *word = word_at(p, i);
    bool is_last = word->kind == TN_TOKEN_CLOSE || word->kind == TN_TOKEN_EOF;

    for (uint32_t k = 0; k < word->note_count; k++) {
        const struct tn_fmt_note *note = &p->text->notes[word->note + k];

        if (k > 0 || !note->trails) {
            if (note->blank && !is_first) {
                tn_builder_push(&p->out, "\n", 1);
            }
            tn_builder_push_fill(&p->out, ' ', indent);
            put_note(p, note);
            tn_builder_push(&p->out, "\n", 1);
            is_first = false;
        }
    }
    if (word->blank && !is_first && !is_last) {
        tn_builder_push(&p->out, "\n", 1);
    }
}

static void put_list(struct printer *p, uint32_t i, uint32_t end,
                     size_t indent);

static void put_block(struct printer *p, uint32_t open, size_t indent)
{
    uint32_t close = word_at(p, open)->match;

    tn_builder_push(&p->out, "{", 1);
    if (close == open + 1 && word_at(p, close)->note_count == 0) {
        tn_builder_push_text(&p->out, " }");
        return;
    }
    put_trail(p, open + 1);
    put_list(p, open + 1, close, indent + STEP);
    tn_builder_push_fill(&p->out, ' ', indent);
    tn_builder_push(&p->out, "}", 1);
}

/* A statement with its blocks opened, or with comments inside. */
static void put_open(struct printer *p, uint32_t i, uint32_t end, size_t indent)
{
    for (uint32_t k = i; k < end; k++) {
        const struct tn_fmt_word *word = word_at(p, k);

        for (uint32_t n = 0; k > i && n < word->note_count; n++) {
            tn_builder_push_text(&p->out, n == 0 ? "  " : "");
            put_note(p, &p->text->notes[word->note + n]);
            tn_builder_push(&p->out, "\n", 1);
            tn_builder_push_fill(&p->out, ' ', indent + 2 * STEP);
        }
        if (k > i && word->note_count == 0 && has_blank(p, k)) {
            tn_builder_push(&p->out, " ", 1);
        }
        if (word->kind == TN_TOKEN_OPEN) {
            put_block(p, k, indent);
            k = word->match;
        } else {
            put_word(&p->out, word);
        }
    }
}

/* A statement in one line, what follows its head at column `head` if it can. */
static void put_aligned(struct printer *p, uint32_t i, uint32_t end,
                        size_t head)
{
    uint32_t at = head ? head_of(p, i, end) : end;
    size_t from = p->out.len;
    size_t used;

    put_line(p, &p->out, i, at);
    if (at < end) {
        used = columns_of(&p->out, from);
        tn_builder_push_fill(&p->out, ' ', used < head ? head + 1 - used : 1);
        put_line(p, &p->out, at, end);
    }
}

/* Alternatives stand in the list, each begun by `|`. */
static bool has_bars(const struct printer *p, uint32_t i, uint32_t end)
{
    while (i < end && word_at(p, i)->kind != TN_TOKEN_BAR) {
        i = end_of(p, i);
    }
    return i < end;
}

/* The statements from word `i` to `end`. */
static void put_list(struct printer *p, uint32_t i, uint32_t end, size_t indent)
{
    size_t inner = indent + (has_bars(p, i, end) ? STEP : 0);
    struct run run = {i, 0};
    bool is_first = true;

    while (i < end) {
        bool is_bar = word_at(p, i)->kind == TN_TOKEN_BAR;
        size_t at = is_bar ? indent : inner;
        uint32_t next = end_of(p, i);

        put_lead(p, i, at, is_first);
        is_first = false;
        if (i >= run.end) {
            run = run_of(p, i, at);
        }
        tn_builder_push_fill(&p->out, ' ', at);
        if (is_line(p, i, next, at)) {
            put_aligned(p, i, next, i < run.end ? run.head : 0);
        } else {
            put_open(p, i, next, at);
        }
        put_trail(p, next);
        i = next;
    }
    put_lead(p, end, inner, is_first);
}

char *tn_fmt_text(const char *text, size_t len, size_t *out_len)
{
    struct tn_fmt_text before = {0}, after = {0};
    struct printer p = {.text = &before};
    char *result = NULL;

    if (len <= UINT32_MAX / 2 && tn_fmt_read(&before, text, (uint32_t)len)) {
        tn_builder_push(&p.out, "", 0);
        put_list(&p, 0, before.word_count - 1, 0);
        /* The proof that nothing was lost. */
        if (tn_fmt_read(&after, p.out.data, (uint32_t)p.out.len) &&
            tn_fmt_is_same(&before, &after)) {
            *out_len = p.out.len;
            result = p.out.data;
        }
    }
    if (!result) {
        tn_builder_reset(&p.out);
    }
    tn_builder_reset(&p.scratch);
    tn_fmt_read_reset(&before);
    tn_fmt_read_reset(&after);
    return result;
}
