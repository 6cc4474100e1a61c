/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/err.h>

const char *tn_err_text(enum tn_err err)
{
    switch (err) {
#define TN_ERR_CASE(name, number, text)                                        \
    case TN_##name:                                                            \
        return text;
        TN_ERRORS(TN_ERR_CASE)
#undef TN_ERR_CASE
    }
    return "unknown error";
}
