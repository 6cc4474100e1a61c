/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a play file: what has a form keeps it, and what compiles has
 * one, which compiles too.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "lang.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool is_good(const char *text, size_t len)
{
    struct tn_lang_set *set = tn_lang_compile_text("fuzz.play", text, len);
    bool good = set->error_count == 0;

    tn_lang_free(set);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t form_len = 0, again_len = 0;
    char *form = tn_fmt_text((const char *)data, len, &form_len);
    bool good = is_good((const char *)data, len);

    if (good && (!form || !is_good(form, form_len))) {
        abort();
    }
    if (form) {
        char *again = tn_fmt_text(form, form_len, &again_len);

        if (!again || again_len != form_len ||
            memcmp(form, again, form_len) != 0) {
            abort();
        }
        free(again);
    }
    free(form);
    return 0;
}
