/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_BUILDER_H
#define TENON_LANG_BUILDER_H

/* Text that grows. Running out of memory ends the process with a message. */

#include <stddef.h>

struct tn_builder {
    char *data; /* ends with a 0; null while nothing was pushed */
    size_t len;
    size_t cap;
};

/* Appends `len` bytes, a text, a character so many times, a formatted text. */
void tn_builder_push(struct tn_builder *builder, const char *text, size_t len);
void tn_builder_push_text(struct tn_builder *builder, const char *text);
void tn_builder_push_fill(struct tn_builder *builder, char c, size_t count);
void tn_builder_print(struct tn_builder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Frees it; it is empty then. */
void tn_builder_reset(struct tn_builder *builder);

#endif
