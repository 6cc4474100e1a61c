/* SPDX-License-Identifier: Apache-2.0 */
#include "scene_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEM_CAP 50u

void *tn_scene_need(void *memory)
{
    if (!memory) {
        fputs("tenon: out of memory\n", stderr);
        exit(3);
    }
    return memory;
}

void *tn_scene_grow(void *items, size_t *count, size_t size)
{
    char *grown = tn_scene_need(realloc(items, (*count + 1) * size));

    memset(grown + *count * size, 0, size);
    (*count)++;
    return grown;
}

char *tn_scene_copy(const char *text, size_t len)
{
    char *copy = tn_scene_need(malloc(len + 1));

    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *tn_scene_format(const char *format, ...)
{
    va_list args;
    va_list again;

    va_start(args, format);
    va_copy(again, args);

    int len = vsnprintf(NULL, 0, format, args);
    char *text = tn_scene_need(malloc((size_t)len + 1));

    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

static void push_problem(struct tn_scene *scene,
                         const struct tn_scene_place *place,
                         enum tn_lang_severity severity, char *why, char *what)
{
    scene->error_count += severity == TN_LANG_ERROR;
    if (scene->problem_count >= PROBLEM_CAP) {
        free(why);
        free(what);
        return;
    }
    scene->problems = tn_scene_grow(scene->problems, &scene->problem_count,
                                    sizeof *scene->problems);

    struct tn_lang_problem *p = &scene->problems[scene->problem_count - 1];

    p->severity = severity;
    p->file = tn_scene_copy(scene->path, strlen(scene->path));
    p->source = tn_scene_copy(place->source, strlen(place->source));
    p->why = why;
    p->what = what ? what : tn_scene_copy("", 0);
    p->line = place->line;
    p->column = place->column;
    p->width = place->width > 0 ? place->width : 1;
}

void tn_scene_fail_place(struct tn_scene *scene,
                         const struct tn_scene_place *place, char *why,
                         char *what)
{
    push_problem(scene, place, TN_LANG_ERROR, why, what);
}

static void push_at(struct tn_scene_reader *reader,
                    const struct tn_scene_token *token,
                    enum tn_lang_severity severity, char *why, char *what)
{
    struct tn_scene_place place = {reader->source, reader->line, token->column,
                                   token->width};

    push_problem(reader->scene, &place, severity, why, what);
}

bool tn_scene_fail(struct tn_scene_reader *reader,
                   const struct tn_scene_token *token, char *why, char *what)
{
    if (reader->failed) {
        free(why);
        free(what);
        return false;
    }

    reader->failed = true;
    push_at(reader, token, TN_LANG_ERROR, why, what);
    return false;
}

void tn_scene_warn(struct tn_scene_reader *reader,
                   const struct tn_scene_token *token, char *why, char *what)
{
    push_at(reader, token, TN_LANG_WARNING, why, what);
}

static bool is_word_byte(char c)
{
    /* Bytes of other scripts' letters are not looked into. */
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || ((unsigned char)c & 0x80u);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static unsigned count_chars(const char *text, size_t len)
{
    unsigned n = 0;

    for (size_t i = 0; i < len; i++) {
        n += ((unsigned char)text[i] & 0xC0u) != 0x80u;
    }
    return n;
}

static size_t scan_string(const char *s, struct tn_scene_token *token)
{
    size_t i = 1;

    while (s[i] != '\0' && s[i] != '"') {
        i++;
    }
    token->kind = TN_SCENE_STRING;
    token->text = s + 1;
    token->len = i - 1;
    return s[i] == '"' ? i + 1 : 0;
}

/* Digits, a point, digits: what exceeds a double's integers saturates. */
static size_t scan_number(const char *s, struct tn_scene_token *token)
{
    size_t i = 0;
    double scale = 1.0;

    token->kind = TN_SCENE_NUMBER;
    token->number = 0.0;
    while (is_digit(s[i])) {
        if (token->number < 1e12) {
            token->number = token->number * 10.0 + (s[i] - '0');
        }
        i++;
    }
    if (s[i] == '.' && is_digit(s[i + 1])) {
        for (i++; is_digit(s[i]); i++) {
            scale *= scale > 1e-9 ? 0.1 : 1.0;
            token->number += scale > 1e-9 ? (s[i] - '0') * scale : 0.0;
        }
    }
    return i;
}

/* One token at `s`; its length, 0 if it is none. */
static size_t scan(const char *s, struct tn_scene_token *token)
{
    size_t n = 0;

    token->text = s;
    if (*s == '"') {
        n = scan_string(s, token);
    } else if (*s == '%' || *s == ',' || *s == '-') {
        token->kind = TN_SCENE_MARK;
        n = 1;
    } else if (is_digit(*s)) {
        n = scan_number(s, token);
    } else {
        token->kind = TN_SCENE_WORD;
        while (is_word_byte(s[n])) {
            n++;
        }
    }
    if (token->kind != TN_SCENE_STRING) {
        token->len = n;
    }
    return n;
}

static bool fail_scan(struct tn_scene_reader *reader,
                      struct tn_scene_token *token)
{
    token->width = 1;
    if (*token->text == '"' || token->kind == TN_SCENE_STRING) {
        return tn_scene_fail(reader, token,
                             tn_scene_format("this text has no end"),
                             tn_scene_format("close it with \""));
    }

    unsigned char c = (unsigned char)*token->text;

    if (c < 0x20 || c == 0x7F) {
        return tn_scene_fail(
            reader, token, tn_scene_format("a byte %u is no text", (unsigned)c),
            tn_scene_format("a scene is a plain text file"));
    }
    return tn_scene_fail(reader, token,
                         tn_scene_format("'%c' means nothing here", c), NULL);
}

bool tn_scene_split(struct tn_scene_reader *reader)
{
    const char *s = reader->source;

    reader->at = 0;
    reader->token_count = 0;
    reader->failed = false;
    for (;;) {
        while (*s == ' ' || *s == '\t') {
            s++;
        }

        struct tn_scene_token *token = &reader->tokens[reader->token_count];

        *token = (struct tn_scene_token){.kind = TN_SCENE_END, .text = s};
        token->column =
            1 + count_chars(reader->source, (size_t)(s - reader->source));
        token->width = 1;
        if (*s == '\0' || *s == '#') {
            return true;
        }
        if (reader->token_count + 1 == TN_SCENE_TOKEN_CAP) {
            return tn_scene_fail(reader, token,
                                 tn_scene_format("this line is too long"),
                                 tn_scene_format("one statement a line"));
        }

        size_t n = scan(s, token);

        if (n == 0) {
            return fail_scan(reader, token);
        }
        token->width = count_chars(s, n);
        s += n;
        reader->token_count++;
    }
}

const struct tn_scene_token *tn_scene_peek(const struct tn_scene_reader *r)
{
    return &r->tokens[r->at];
}

const struct tn_scene_token *tn_scene_take(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *token = &reader->tokens[reader->at];

    if (reader->at < reader->token_count) {
        reader->at++;
    }
    return token;
}

static bool is_word(const struct tn_scene_token *token, const char *word,
                    size_t len)
{
    if (token->kind == TN_SCENE_MARK) {
        return len == 1 && *word == *token->text;
    }
    return token->kind == TN_SCENE_WORD && token->len == len &&
           memcmp(token->text, word, len) == 0;
}

bool tn_scene_accept(struct tn_scene_reader *reader, const char *words)
{
    size_t at = reader->at;

    while (*words != '\0') {
        size_t len = strcspn(words, " ");

        if (at > reader->token_count ||
            !is_word(&reader->tokens[at], words, len)) {
            return false;
        }
        at++;
        words += len;
        words += *words == ' ';
    }
    reader->at = at;
    return true;
}

bool tn_scene_require(struct tn_scene_reader *reader, const char *words,
                      const char *what)
{
    if (tn_scene_accept(reader, words)) {
        return true;
    }
    return tn_scene_fail(reader, tn_scene_peek(reader),
                         tn_scene_format("\"%s\" is missing here", words),
                         tn_scene_copy(what, strlen(what)));
}

bool tn_scene_take_time(struct tn_scene_reader *reader, uint64_t *time_us)
{
    static const struct {
        const char *word;
        double us;
    } UNITS[] = {{"ms", 1e3}, {"s", 1e6}, {"min", 60e6}, {"h", 3600e6}};
    const struct tn_scene_token *number = tn_scene_peek(reader);

    if (number->kind != TN_SCENE_NUMBER) {
        return tn_scene_fail(reader, number,
                             tn_scene_format("a time is missing here"),
                             tn_scene_format("write for instance 1.5 s"));
    }
    (void)tn_scene_take(reader);
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (tn_scene_accept(reader, UNITS[i].word)) {
            double us = number->number * UNITS[i].us + 0.5;

            if (us > 24.0 * 3600e6) {
                return tn_scene_fail(
                    reader, number,
                    tn_scene_format("a scene lasts at most 24 h"), NULL);
            }
            *time_us = (uint64_t)us;
            return true;
        }
    }
    return tn_scene_fail(reader, tn_scene_peek(reader),
                         tn_scene_format("a time needs its unit"),
                         tn_scene_format("ms, s, min or h"));
}

/* One of a few units, each with its size in the base unit. */
struct unit {
    const char *word;
    double size;
};

/* `[-] NUMBER UNIT`, at most `limit` base units either way. */
static bool take_measure(struct tn_scene_reader *reader,
                         const struct unit *units, double limit,
                         const char *what, double *value)
{
    const struct tn_scene_token *first = tn_scene_peek(reader);
    double sign = tn_scene_accept(reader, "-") ? -1.0 : 1.0;
    const struct tn_scene_token *number = tn_scene_peek(reader);

    if (number->kind != TN_SCENE_NUMBER) {
        return tn_scene_fail(reader, number,
                             tn_scene_format("a number is missing here"),
                             tn_scene_copy(what, strlen(what)));
    }
    (void)tn_scene_take(reader);
    for (; units->word; units++) {
        if (!tn_scene_accept(reader, units->word)) {
            continue;
        }
        *value = sign * number->number * units->size;
        if (*value > limit || *value < -limit) {
            return tn_scene_fail(reader, first,
                                 tn_scene_format("this is too much"),
                                 tn_scene_copy(what, strlen(what)));
        }
        return true;
    }
    return tn_scene_fail(reader, tn_scene_peek(reader),
                         tn_scene_format("the unit is missing here"),
                         tn_scene_copy(what, strlen(what)));
}

bool tn_scene_take_length(struct tn_scene_reader *reader, double *m)
{
    static const struct unit UNITS[] = {
        {"mm", 0.001}, {"cm", 0.01}, {"m", 1.0}, {NULL, 0.0}};

    return take_measure(reader, UNITS, 1000.0,
                        "write for instance 60 cm; mm, cm or m, up to 1000 m",
                        m);
}

bool tn_scene_take_angle(struct tn_scene_reader *reader, double *deg)
{
    static const struct unit UNITS[] = {{"deg", 1.0}, {NULL, 0.0}};

    return take_measure(reader, UNITS, 360.0,
                        "write for instance 90 deg, up to 360 deg", deg);
}

bool tn_scene_finish(struct tn_scene_reader *reader)
{
    const struct tn_scene_token *token = tn_scene_peek(reader);

    if (token->kind == TN_SCENE_END) {
        return true;
    }
    return tn_scene_fail(
        reader, token,
        tn_scene_format("the statement was complete before this"),
        tn_scene_format("one statement a line; # begins a comment"));
}

char *tn_scene_mean(const char *guess, const char *otherwise)
{
    if (guess) {
        return tn_scene_format("did you mean %s?", guess);
    }
    return tn_scene_copy(otherwise, strlen(otherwise));
}
