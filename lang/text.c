/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <string.h>

#define WORD_CAP 64u

static bool is_tail(const char *text, size_t len, size_t at)
{
    return at < len && ((unsigned char)text[at] & 0xC0u) == 0x80u;
}

size_t tn_text_get(const char *text, size_t len, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text[0];
    size_t count = first < 0x80u              ? 1
                   : (first & 0xE0u) == 0xC0u ? 2
                   : (first & 0xF0u) == 0xE0u ? 3
                   : (first & 0xF8u) == 0xF0u ? 4
                                              : 0;
    uint32_t value = count == 1 ? first : first & (0x7Fu >> count);

    *character = TN_TEXT_INVALID;
    if (count == 0) {
        return 1;
    }
    for (size_t i = 1; i < count; i++) {
        if (!is_tail(text, len, i)) {
            return 1;
        }
        value = value << 6 | ((unsigned char)text[i] & 0x3Fu);
    }
    if (value < least[count] || value > 0x10FFFFu ||
        (value >= 0xD800u && value <= 0xDFFFu)) {
        return 1;
    }
    *character = value;
    return count;
}

bool tn_text_is_accent(uint32_t character)
{
    return character >= 0x300u && character <= 0x36Fu;
}

bool tn_text_is_plain(uint32_t c)
{
    return c != TN_TEXT_INVALID && (c >= 0x20u || c == '\t') &&
           !(c >= 0x7Fu && c < 0xA0u) && c != 0x200Eu && c != 0x200Fu &&
           !(c >= 0x202Au && c <= 0x202Eu) && !(c >= 0x2066u && c <= 0x2069u);
}

/* Blocks that hold punctuation, symbols and what is not text at all. */
static bool is_symbol(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x80, 0xA9},       {0xAB, 0xB4},     {0xB6, 0xB9},
        {0xBB, 0xBF},       {0xD7, 0xD7},     {0xF7, 0xF7},
        {0x300, 0x36F},     {0x2000, 0x206F}, {0x20A0, 0x20CF},
        {0x2190, 0x2BFF},   {0x3000, 0x3004}, {0x3008, 0x3020},
        {0xE000, 0xF8FF},   {0xFE00, 0xFE0F}, {0xFE10, 0xFE6F},
        {0xFEFF, 0xFF20},   {0xFFF0, 0xFFFF}, {0x1F000, 0x1FAFF},
        {0xE0000, 0x10FFFF}};

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1]) {
            return true;
        }
    }
    return false;
}

bool tn_text_is_letter(uint32_t c)
{
    if (c < 0x80u) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
    return c != TN_TEXT_INVALID && !is_symbol(c);
}

bool tn_text_is_name(uint32_t c)
{
    return tn_text_is_letter(c) || (c >= '0' && c <= '9');
}

/* A word may be as far as a third of its length, at most 3. */
void tn_suggest_init(struct tn_suggest *suggest, const char *word)
{
    size_t len = strlen(word);

    suggest->word = word;
    suggest->word_len = len;
    suggest->best = NULL;
    suggest->distance = len < 3 ? 2 : len < 9 ? (unsigned)len / 3 + 1 : 4;
}

static unsigned least_of(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Letters to add, drop, change or swap (optimal string alignment). */
static unsigned distance_of(const char *a, size_t a_len, const char *b,
                            size_t b_len)
{
    unsigned rows[3][WORD_CAP + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b_len; j++) {
        last[j] = (unsigned)j;
        before[j] = (unsigned)j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        unsigned *spare = before;

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b_len; j++) {
            unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);

            now[j] = least_of(least_of(last[j], now[j - 1]) + 1, change);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1]) {
                now[j] = least_of(now[j], before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[b_len];
}

void tn_suggest_post(struct tn_suggest *suggest, const char *candidate)
{
    size_t len = strlen(candidate);
    size_t more = len > suggest->word_len ? len - suggest->word_len
                                          : suggest->word_len - len;
    unsigned distance;

    if (len > WORD_CAP || suggest->word_len > WORD_CAP ||
        more >= suggest->distance) {
        return;
    }
    distance = distance_of(suggest->word, suggest->word_len, candidate, len);
    if (distance < suggest->distance && distance < len) {
        suggest->distance = distance;
        suggest->best = candidate;
    }
}
