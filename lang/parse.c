/* SPDX-License-Identifier: Apache-2.0 */
#include "parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vocab.h"

#define WHY_CAP 300u

void tn_parse_step(struct tn_parser *p)
{
    p->last = p->now.pos;
    p->now = p->next;
    p->next = tn_lex_get(&p->lex);
    tn_parse_note_literal(p);
    if (tn_problem_is_full(&p->front->problems)) {
        p->now.kind = TN_TOKEN_EOF;
        p->next.kind = TN_TOKEN_EOF;
        p->is_failed = true;
        p->is_unwinding = true;
    }
}

bool tn_parse_is(const struct tn_parser *p, enum tn_token_kind kind)
{
    return p->now.kind == kind;
}

bool tn_parse_is_word(const struct tn_parser *p, const char *word)
{
    return p->now.kind == TN_TOKEN_NAME && strcmp(p->now.text, word) == 0;
}

bool tn_parse_take(struct tn_parser *p, enum tn_token_kind kind)
{
    if (p->now.kind != kind) {
        return false;
    }
    tn_parse_step(p);
    return true;
}

bool tn_parse_take_word(struct tn_parser *p, const char *word)
{
    if (!tn_parse_is_word(p, word)) {
        return false;
    }
    tn_parse_step(p);
    return true;
}

static void fail(struct tn_parser *p, const char *what, const char *why)
{
    if (!p->is_failed && p->now.kind != TN_TOKEN_BAD) {
        struct tn_pos pos = p->now.pos;

        if (p->now.kind == TN_TOKEN_EOF && p->last.line) {
            pos = p->last;
        }
        tn_problem_error(&p->front->problems, pos, what, "%s", why);
    }
    p->is_failed = true;
}

void tn_parse_later(struct tn_parser *p)
{
    fail(p, TN_PARSE_LATER,
         tn_arena_print(&p->front->arena,
                        "`%s` is not understood by this version", p->now.text));
}

void tn_parse_fail(struct tn_parser *p, const char *what, const char *why, ...)
{
    char text[WHY_CAP];
    va_list args;

    if (p->now.kind == TN_TOKEN_NAME && tn_vocab_is_later(p->now.text)) {
        tn_parse_later(p);
        return;
    }
    va_start(args, why);
    vsnprintf(text, sizeof(text), why, args);
    va_end(args);
    fail(p, what, text);
}

const char *tn_parse_describe(struct tn_parser *p)
{
    const struct tn_file *file = p->lex.file;

    switch (p->now.kind) {
    case TN_TOKEN_EOF:
        return "the end of the file";
    case TN_TOKEN_LINE:
        return file->text[p->now.pos.at] == ';' ? "`;`" : "the end of the line";
    case TN_TOKEN_STRING:
        return "a text in quotes";
    default:
        return tn_arena_print(&p->front->arena, "`%.*s`",
                              (int)(p->now.pos.len < 80 ? p->now.pos.len : 80),
                              file->text + p->now.pos.at);
    }
}

struct tn_word tn_parse_name(struct tn_parser *p, const char *of)
{
    struct tn_word word = {NULL, p->now.pos};

    if (p->is_failed) {
        return word;
    }
    if (p->now.kind != TN_TOKEN_NAME || tn_vocab_is_reserved(p->now.text)) {
        tn_parse_fail(p, NULL, "the name of %s is needed here, not %s", of,
                      tn_parse_describe(p));
        return word;
    }
    word.text = p->now.text;
    tn_parse_step(p);
    return word;
}

struct tn_word tn_parse_new_name(struct tn_parser *p, const char *of)
{
    if (!p->is_failed && p->now.kind == TN_TOKEN_NAME &&
        tn_vocab_is_reserved(p->now.text)) {
        struct tn_word word = {NULL, p->now.pos};

        fail(p, "choose another name",
             tn_arena_print(&p->front->arena,
                            "`%s` is a word of the language, so it cannot "
                            "name %s",
                            p->now.text, of));
        return word;
    }
    return tn_parse_name(p, of);
}

int64_t tn_parse_quantity(struct tn_parser *p, uint8_t dimension)
{
    const char *need = tn_vocab_dimension(dimension);
    const char *such = tn_vocab_example(dimension);
    int64_t micro = p->now.value.micro;

    if (p->now.kind != TN_TOKEN_NUMBER) {
        tn_parse_fail(p, NULL, "%s is needed here, such as %s, not %s", need,
                      such, tn_parse_describe(p));
        return 0;
    }
    if (p->now.value.dimension != dimension) {
        tn_parse_fail(p, NULL, "this is %s; %s is needed, such as %s",
                      tn_vocab_dimension(p->now.value.dimension), need, such);
        return 0;
    }
    tn_parse_step(p);
    return micro;
}

bool tn_parse_push(struct tn_parser *p)
{
    if (p->depth >= TN_PARSE_DEPTH_CAP) {
        fail(p, "make it shorter, or take it apart",
             "this is nested too deep: 64 levels are the most");
        /* Nothing sensible can follow; the rest of the file is left out. */
        p->is_unwinding = true;
        p->now.kind = TN_TOKEN_EOF;
        p->next.kind = TN_TOKEN_EOF;
        p->lex.at = p->lex.file->len;
        p->lex.is_kept = false;
        return false;
    }
    p->depth++;
    return true;
}

void tn_parse_pop(struct tn_parser *p)
{
    p->depth--;
}

bool tn_parse_open(struct tn_parser *p, struct tn_pos *open)
{
    *open = p->now.pos;
    if (p->is_failed || !tn_parse_push(p)) {
        return false;
    }
    if (!tn_parse_take(p, TN_TOKEN_OPEN)) {
        tn_parse_fail(p, NULL, "a block `{ }` is needed here, not %s",
                      tn_parse_describe(p));
        tn_parse_pop(p);
        return false;
    }
    return true;
}

/* A declaration inside a block shows that a `}` was forgotten. */
static bool is_declaration(const struct tn_parser *p)
{
    static const char *const words[] = {"sound", "light",  "message", "tune",
                                        "tile",  "figure", "set"};

    if (p->now.kind != TN_TOKEN_NAME || p->next.kind != TN_TOKEN_NAME) {
        return false;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(p->now.text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool tn_parse_more(struct tn_parser *p, struct tn_pos open)
{
    while (tn_parse_take(p, TN_TOKEN_LINE)) {
    }
    if (!p->is_unwinding &&
        (tn_parse_is(p, TN_TOKEN_EOF) || is_declaration(p))) {
        p->is_failed = false;
        if (tn_parse_is(p, TN_TOKEN_EOF)) {
            tn_problem_error(&p->front->problems, open, "add a `}`",
                             "this block is never closed");
            p->is_failed = true;
        } else {
            fail(p, "add it before this line",
                 tn_arena_print(&p->front->arena,
                                "a `}` is missing: the block of line %u is "
                                "still open",
                                open.line));
        }
        p->is_unwinding = true;
    }
    if (p->is_unwinding) {
        tn_parse_pop(p);
        return false;
    }
    if (tn_parse_take(p, TN_TOKEN_CLOSE)) {
        tn_parse_pop(p);
        return false;
    }
    return true;
}

/* After a mistake: to the end of the statement. */
static void recover(struct tn_parser *p)
{
    uint32_t open = 0;

    if (!p->is_failed || p->is_unwinding) {
        return;
    }
    p->lex.is_quiet = true;
    while (!tn_parse_is(p, TN_TOKEN_EOF)) {
        if (open == 0 &&
            (tn_parse_is(p, TN_TOKEN_LINE) || tn_parse_is(p, TN_TOKEN_CLOSE))) {
            break;
        }
        open += tn_parse_is(p, TN_TOKEN_OPEN);
        open -= tn_parse_is(p, TN_TOKEN_CLOSE);
        tn_parse_step(p);
    }
    p->lex.is_quiet = false;
    p->is_failed = p->is_unwinding;
}

void tn_parse_end(struct tn_parser *p)
{
    if (!p->is_failed && !tn_parse_is(p, TN_TOKEN_LINE) &&
        !tn_parse_is(p, TN_TOKEN_CLOSE) && !tn_parse_is(p, TN_TOKEN_EOF) &&
        !tn_parse_is(p, TN_TOKEN_ARROW) &&
        !(p->has_bars && tn_parse_is(p, TN_TOKEN_BAR))) {
        tn_parse_fail(p, "begin a new line, or write `;` before it",
                      "%s does not belong to what stands before it",
                      tn_parse_describe(p));
    }
    recover(p);
}
