/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_WORDS_H
#define TENON_TOOLS_WORDS_H

/* Happenings in plain words. */

#include <sim/watch.h>

#define TN_WORDS_CAP 200u

/* Writes what happened ("starfighter: landed -> flying"); false if it is of no
 * interest to someone who watches. `bricks` are their names. */
bool tn_words_encode(const struct tn_watch_event *event, char *const *bricks,
                     char *text, size_t cap);

#endif
