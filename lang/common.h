/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LANG_COMMON_H
#define TENON_LANG_COMMON_H

/* The text of sets/common/common.play, built in. */

#include <stddef.h>

extern const unsigned char tn_common_text[];
extern const size_t tn_common_text_len;

#endif
