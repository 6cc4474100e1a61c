/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_parts.h"

#include "vocab.h"

/* Code that cannot be put into words, instruction by instruction. */

static const char *signal_of(uint8_t number)
{
    const struct tn_vocab_word *signal = tn_vocab_signals;

    while (signal->word && signal->number != number) {
        signal++;
    }
    return signal->word ? signal->word : "?";
}

static void list_operand(const struct tn_explainer *x, char letter, uint8_t arg,
                         struct tn_builder *out)
{
    switch (letter) {
    case 'R':
        tn_builder_print(out, " r%u r%u", arg >> 4, arg & 15u);
        break;
    case 'n':
        tn_builder_push_text(out, " ");
        tn_explain_push_number(x, arg, out);
        break;
    case 'd':
        tn_builder_push_text(out, " ");
        tn_explain_push_number(x, arg, out);
        break;
    case 'l':
        tn_builder_push_text(out, " ");
        tn_explain_push_list(x, arg, out);
        break;
    case 'i':
        tn_builder_push_text(out, " ");
        if (arg == TN_NAME_ANY) {
            tn_builder_push_text(out, "id");
        } else {
            tn_explain_push_name(x, arg, out);
        }
        break;
    case 'g':
        tn_builder_print(out, " %s", signal_of(arg));
        break;
    case 's':
        tn_builder_push_text(out, " ");
        tn_explain_push_state(x, arg, out);
        break;
    case 'j':
        tn_builder_print(out, " +%u", arg);
        break;
    case 'w':
        tn_builder_push_text(out, " ");
        if (arg == TN_NAME_ANY) {
            tn_builder_push_text(out, "brick");
        } else {
            tn_explain_push_name(x, arg, out);
        }
        break;
    case 'r':
    case 'q':
        tn_builder_print(out, arg == TN_REG_NONE ? " -" : " r%u", arg);
        break;
    default:
        tn_builder_print(out, " %u", arg);
        break;
    }
}

void tn_explain_list_code(const struct tn_explainer *x, uint16_t at,
                          uint16_t end, struct tn_builder *out)
{
    while (at < end) {
        struct tn_explain_step step = tn_explain_step_at(x, at);
        size_t arg = 0;

        tn_builder_print(out, "%s", step.name);
        for (const char *o = step.operands; *o; o++) {
            if (*o == 'v') {
                tn_builder_push_text(out, " ");
                tn_explain_push_value(out, step.value, TN_EXPLAIN_UNKNOWN);
            } else if (*o == 'T') {
                tn_builder_print(out, " %u ms", (unsigned)step.time_ms);
            } else if (*o == 'B') {
                for (uint8_t i = 0; i < step.skip_count; i++) {
                    tn_builder_print(out, " +%u", step.skips[i]);
                }
            } else if (*o == 'P') {
                for (uint8_t i = 0; i < step.param_count; i++) {
                    tn_builder_print(out, " %u:r%u", step.params[i] >> 4,
                                     step.params[i] & 15u);
                }
            } else {
                list_operand(x, *o, step.args[arg++], out);
            }
        }
        at = step.next;
        if (at < end) {
            tn_builder_push_fill(out, TN_EXPLAIN_NEXT, 1);
        }
    }
}
