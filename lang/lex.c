/* SPDX-License-Identifier: Apache-2.0 */
#include "lex.h"

#include <string.h>

#include <tenon/vocabulary.h>

#include "text.h"

#define NAME_CAP 64u
#define MICRO 1000000
#define VALUE_MAX 32767
#define WHOLE_MAX 100000000

struct unit {
    const char *word;
    int64_t micro; /* of the base unit */
    uint8_t dimension;
    bool is_tight; /* only right after the digits */
};

static const struct unit units[] = {
    {"ms", 1000, TN_DIM_TIME, false},
    {"s", MICRO, TN_DIM_TIME, false},
    {"min", 60LL * MICRO, TN_DIM_TIME, false},
    {"h", 3600LL * MICRO, TN_DIM_TIME, false},
    {"mm", 1000, TN_DIM_LENGTH, false},
    {"cm", 10000, TN_DIM_LENGTH, false},
    {"m", MICRO, TN_DIM_LENGTH, false},
    {"deg", MICRO, TN_DIM_ANGLE, false},
    {"Hz", MICRO, TN_DIM_FREQUENCY, false},
    {"kHz", 1000LL * MICRO, TN_DIM_FREQUENCY, false},
    {"%", 10000, TN_DIM_RATIO, false},
    {"/s", MICRO, TN_DIM_FREQUENCY, true},
    {"/min", MICRO / 60, TN_DIM_FREQUENCY, true},
};

/* What people write instead of a unit. */
static const char *const aliases[][2] = {
    {"seconds", "s"},  {"second", "s"},    {"sec", "s"},
    {"secs", "s"},     {"minutes", "min"}, {"minute", "min"},
    {"mins", "min"},   {"hours", "h"},     {"hour", "h"},
    {"msec", "ms"},    {"metres", "m"},    {"metre", "m"},
    {"meters", "m"},   {"meter", "m"},     {"degrees", "deg"},
    {"degree", "deg"}, {"hz", "Hz"},       {"HZ", "Hz"},
    {"khz", "kHz"},    {"KHz", "kHz"},     {"KHZ", "kHz"},
    {"percent", "%"}};

static const struct {
    const char *text;
    enum tn_token_kind kind;
} symbols[] = {
    {"->", TN_TOKEN_ARROW}, {"..", TN_TOKEN_RANGE}, {"+=", TN_TOKEN_ADD},
    {"-=", TN_TOKEN_SUB},   {"*=", TN_TOKEN_MUL},   {"/=", TN_TOKEN_DIV},
    {"<=", TN_TOKEN_LE},    {">=", TN_TOKEN_GE},    {"!=", TN_TOKEN_NE},
    {"{", TN_TOKEN_OPEN},   {"}", TN_TOKEN_CLOSE},  {"(", TN_TOKEN_LEFT},
    {")", TN_TOKEN_RIGHT},  {",", TN_TOKEN_COMMA},  {".", TN_TOKEN_DOT},
    {"|", TN_TOKEN_BAR},    {"+", TN_TOKEN_PLUS},   {"-", TN_TOKEN_MINUS},
    {"*", TN_TOKEN_STAR},   {"/", TN_TOKEN_SLASH},  {"=", TN_TOKEN_SET},
    {"<", TN_TOKEN_LT},     {">", TN_TOKEN_GT},     {";", TN_TOKEN_LINE}};

void tn_lex_init(struct tn_lex *lex, const struct tn_file *file,
                 struct tn_arena *arena, struct tn_problems *problems)
{
    memset(lex, 0, sizeof(*lex));
    lex->file = file;
    lex->arena = arena;
    lex->problems = problems;
    lex->line = 1;
    if (file->len >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0) {
        lex->at = 3;
    }
}

static void fail(const struct tn_lex *lex, const struct tn_token *token,
                 const char *what, const char *why)
{
    if (!lex->is_quiet) {
        tn_problem_error(lex->problems, token->pos, what, "%s", why);
    }
}

static char peek(const struct tn_lex *lex, uint32_t ahead)
{
    return lex->at + ahead < lex->file->len ? lex->file->text[lex->at + ahead]
                                            : '\0';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes of the name that begins at `from`; 0 if none does. */
static uint32_t name_len(const struct tn_lex *lex, uint32_t from)
{
    uint32_t at = from;

    while (at < lex->file->len) {
        uint32_t c;
        size_t bytes =
            tn_text_get(lex->file->text + at, lex->file->len - at, &c);

        if (at == from ? !tn_text_is_letter(c) : !tn_text_is_name(c)) {
            break;
        }
        at += (uint32_t)bytes;
    }
    return at - from;
}

static bool is_word(const struct tn_lex *lex, uint32_t at, uint32_t len,
                    const char *word)
{
    return strlen(word) == len && memcmp(lex->file->text + at, word, len) == 0;
}

/* What may follow digits: `%`, `/s`, a unit word; 0 bytes if nothing. */
static uint32_t unit_len(const struct tn_lex *lex, uint32_t at)
{
    uint32_t len = name_len(lex, at);

    if (len == 0 && at < lex->file->len) {
        if (lex->file->text[at] == '%') {
            return 1;
        }
        if (lex->file->text[at] == '/') {
            len = name_len(lex, at + 1);
            return len ? len + 1 : 0;
        }
    }
    return len;
}

static void report_unit(struct tn_lex *lex, struct tn_token *token, uint32_t at,
                        uint32_t len)
{
    struct tn_pos pos = {lex->file, at, len, lex->line};
    char *word = tn_arena_copy(lex->arena, lex->file->text + at, len);
    const char *what = "units are ms s min h, mm cm m, deg, Hz kHz, % and /s";

    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (strcmp(aliases[i][0], word) == 0) {
            what = tn_arena_print(lex->arena, "write %s", aliases[i][1]);
        }
    }
    if (!lex->is_quiet) {
        tn_problem_error(lex->problems, pos, what, "`%s` is not a unit", word);
    }
    token->kind = TN_TOKEN_BAD;
    lex->at = at + len;
}

static bool is_alias(const struct tn_lex *lex, uint32_t at, uint32_t len)
{
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
        if (is_word(lex, at, len, aliases[i][0])) {
            return true;
        }
    }
    return false;
}

/* Takes the unit after the digits, if there is one. */
static const struct unit *get_unit(struct tn_lex *lex, struct tn_token *token)
{
    uint32_t at = lex->at, len;

    while (at < lex->file->len && lex->file->text[at] == ' ') {
        at++;
    }
    len = unit_len(lex, at);
    for (size_t i = 0; len && i < sizeof(units) / sizeof(units[0]); i++) {
        if (is_word(lex, at, len, units[i].word) &&
            (at == lex->at || !units[i].is_tight)) {
            lex->at = at + len;
            return &units[i];
        }
    }
    if (len && lex->file->text[at] != '/' &&
        (at == lex->at || is_alias(lex, at, len))) {
        report_unit(lex, token, at, len);
    }
    return NULL;
}

static void get_number(struct tn_lex *lex, struct tn_token *token)
{
    const struct unit *unit;
    int64_t whole = 0, part = 0, place = MICRO, scale;

    token->kind = TN_TOKEN_NUMBER;
    for (; is_digit(peek(lex, 0)); lex->at++) {
        whole = whole * 10 + (peek(lex, 0) - '0');
        whole = whole > WHOLE_MAX ? WHOLE_MAX : whole; /* too large anyway */
    }
    if (peek(lex, 0) == '.' && is_digit(peek(lex, 1))) {
        for (lex->at++; is_digit(peek(lex, 0)); lex->at++) {
            place /= 10;
            part += place * (peek(lex, 0) - '0');
        }
    }
    unit = get_unit(lex, token);
    scale = unit ? unit->micro : MICRO;
    token->value.dimension = unit ? unit->dimension : TN_DIM_COUNT;
    token->pos.len = lex->at - token->pos.at;
    if (token->kind == TN_TOKEN_BAD) {
        return;
    }
    if (whole * scale + part * scale / MICRO > (int64_t)VALUE_MAX * MICRO) {
        fail(lex, token,
             "no value goes beyond 32767 of its base unit "
             "(metre, second, hertz, degree, 100 %, count)",
             "this number is too large");
        token->kind = TN_TOKEN_BAD;
        return;
    }
    token->value.micro = whole * scale + part * scale / MICRO;
    if (unit && strcmp(unit->word, "/min") == 0) {
        token->value.micro = (whole * MICRO + part) / 60;
    }
}

static void get_string(struct tn_lex *lex, struct tn_token *token)
{
    uint32_t from = ++lex->at;

    while (lex->at < lex->file->len && peek(lex, 0) != '"' &&
           peek(lex, 0) != '\n') {
        lex->at++;
    }
    token->pos.len = lex->at - token->pos.at;
    token->text =
        tn_arena_copy(lex->arena, lex->file->text + from, lex->at - from);
    token->kind = TN_TOKEN_STRING;
    if (peek(lex, 0) != '"') {
        fail(lex, token, "end it with \" on the same line",
             "this text is not closed");
        token->kind = TN_TOKEN_BAD;
        return;
    }
    lex->at++;
    token->pos.len++;
    if (strlen(token->text) != lex->at - 1 - from) {
        fail(lex, token, NULL, "this text has a character of value 0 in it");
        token->kind = TN_TOKEN_BAD;
    }
}

/* A character that begins nothing; its like after it are passed too. */
static void get_bad(struct tn_lex *lex, struct tn_token *token)
{
    const char *what = "remove it";
    uint32_t c, next;
    size_t bytes =
        tn_text_get(lex->file->text + lex->at, lex->file->len - lex->at, &c);

    token->kind = TN_TOKEN_BAD;
    token->pos.len = (uint32_t)bytes;
    next = c;
    while (lex->at < lex->file->len && next == c) {
        lex->at += (uint32_t)bytes;
        if (lex->at < lex->file->len) {
            bytes = tn_text_get(lex->file->text + lex->at,
                                lex->file->len - lex->at, &next);
        }
    }
    if (c == TN_TEXT_INVALID) {
        fail(lex, token, "save the file as UTF-8 text",
             "this byte is not UTF-8 text");
        return;
    }
    if (tn_text_is_accent(c)) {
        what = "write the letter and its accent as one character";
    } else if (c == 0x2018u || c == 0x2019u || c == 0x201Cu || c == 0x201Du) {
        what = "write straight quotes: \"like this\"";
    } else if (c == '\'') {
        what = "texts stand in double quotes: \"like this\"";
    }
    fail(lex, token, what, "this character has no meaning here");
}

static void get_name(struct tn_lex *lex, struct tn_token *token, uint32_t len)
{
    token->kind = TN_TOKEN_NAME;
    token->pos.len = len;
    token->text = tn_arena_copy(lex->arena, lex->file->text + lex->at, len);
    lex->at += len;
    if (len > NAME_CAP) {
        fail(lex, token, "choose a shorter name",
             "a name has at most 64 bytes");
        token->kind = TN_TOKEN_BAD;
    }
}

static void get_symbol(struct tn_lex *lex, struct tn_token *token)
{
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        const char *text = symbols[i].text;

        if (peek(lex, 0) == text[0] && (!text[1] || peek(lex, 1) == text[1])) {
            token->kind = symbols[i].kind;
            token->pos.len = text[1] ? 2 : 1;
            lex->at += token->pos.len;
            return;
        }
    }
    get_bad(lex, token);
}

static void skip_blank(struct tn_lex *lex)
{
    while (lex->at < lex->file->len) {
        char c = peek(lex, 0);

        if (c == '#') {
            while (lex->at < lex->file->len && peek(lex, 0) != '\n') {
                lex->at++;
            }
        } else if (c == ' ' || c == '\t' || c == '\r') {
            lex->at++;
        } else {
            return;
        }
    }
}

static struct tn_token get_raw(struct tn_lex *lex)
{
    struct tn_token token = {.kind = TN_TOKEN_EOF, .text = ""};
    uint32_t len;

    skip_blank(lex);
    token.pos = (struct tn_pos){lex->file, lex->at, 1, lex->line};
    if (lex->at >= lex->file->len) {
        return token;
    }
    if (peek(lex, 0) == '\n') {
        token.kind = TN_TOKEN_LINE;
        lex->at++;
        lex->line++;
        return token;
    }
    len = name_len(lex, lex->at);
    if (len) {
        get_name(lex, &token, len);
    } else if (is_digit(peek(lex, 0))) {
        get_number(lex, &token);
    } else if (peek(lex, 0) == '"') {
        get_string(lex, &token);
    } else {
        get_symbol(lex, &token);
    }
    return token;
}

static bool is_newline(const struct tn_lex *lex, const struct tn_token *token)
{
    return token->kind == TN_TOKEN_LINE &&
           lex->file->text[token->pos.at] == '\n';
}

static bool continues(const struct tn_token *token)
{
    return token->kind == TN_TOKEN_OPEN || token->kind == TN_TOKEN_ARROW ||
           token->kind == TN_TOKEN_BAR ||
           (token->kind == TN_TOKEN_NAME && (strcmp(token->text, "else") == 0 ||
                                             strcmp(token->text, "then") == 0));
}

struct tn_token tn_lex_get(struct tn_lex *lex)
{
    struct tn_token token, next;

    if (lex->is_kept) {
        lex->is_kept = false;
        return lex->kept;
    }
    token = get_raw(lex);
    if (!is_newline(lex, &token)) {
        return token;
    }
    do {
        next = get_raw(lex);
    } while (is_newline(lex, &next));
    if (continues(&next)) {
        return next;
    }
    lex->kept = next;
    lex->is_kept = true;
    return token;
}
