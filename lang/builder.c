/* SPDX-License-Identifier: Apache-2.0 */
#include "builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 256u

/* Room for `len` more bytes and a 0. */
static void reserve(struct tn_builder *builder, size_t len)
{
    size_t cap = builder->cap ? builder->cap : FIRST_CAP;
    char *data;

    while (cap - builder->len <= len) {
        cap *= 2;
    }
    if (cap == builder->cap) {
        return;
    }
    data = realloc(builder->data, cap);
    if (!data) {
        fputs("tenon: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    builder->data = data;
    builder->cap = cap;
}

void tn_builder_push(struct tn_builder *builder, const char *text, size_t len)
{
    reserve(builder, len);
    if (len) {
        memcpy(builder->data + builder->len, text, len);
    }
    builder->len += len;
    builder->data[builder->len] = '\0';
}

void tn_builder_push_text(struct tn_builder *builder, const char *text)
{
    tn_builder_push(builder, text, strlen(text));
}

void tn_builder_push_fill(struct tn_builder *builder, char c, size_t count)
{
    reserve(builder, count);
    memset(builder->data + builder->len, c, count);
    builder->len += count;
    builder->data[builder->len] = '\0';
}

void tn_builder_print(struct tn_builder *builder, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        return;
    }
    reserve(builder, (size_t)len);
    va_start(args, format);
    vsnprintf(builder->data + builder->len, (size_t)len + 1, format, args);
    va_end(args);
    builder->len += (size_t)len;
}

void tn_builder_reset(struct tn_builder *builder)
{
    free(builder->data);
    memset(builder, 0, sizeof(*builder));
}
