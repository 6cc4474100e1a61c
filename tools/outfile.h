/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_TOOLS_OUTFILE_H
#define TENON_TOOLS_OUTFILE_H

/*
 * A file that appears under its name only when it is whole: it is written
 * beside it and renamed. Errors are kept and come out when it is finished.
 */

#include <stdbool.h>
#include <stdio.h>

struct tn_outfile {
    FILE *file; /* null: not open */
    char *path;
    char *temp;
    int err; /* errno of the first failure, one of ours (< 0), or 0 */
};

/* Begins a file. Only an ordinary file may be there already: what is written
 * takes its place. False: tn_outfile_get_why says why. */
bool tn_outfile_init(struct tn_outfile *out, const char *path);

/* Appends. A failure is kept till the end. */
void tn_outfile_write(struct tn_outfile *out, const void *data, size_t len);

/* Makes it appear. False: tn_outfile_get_why says why, and nothing has
 * appeared. */
bool tn_outfile_finish(struct tn_outfile *out);

/* What failed, in words that live until errno changes. */
const char *tn_outfile_get_why(const struct tn_outfile *out);

/* Whether two paths name one file, there or not: the same name in the same
 * folder. */
bool tn_outfile_is_same(const char *a, const char *b);

/* Throws it away; does nothing if it is finished or was never begun. */
void tn_outfile_reset(struct tn_outfile *out);

#endif
