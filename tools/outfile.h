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
    int err; /* errno of the first failure, or 0 */
};

/* Begins a file. False: file->err says why. */
bool tn_outfile_init(struct tn_outfile *out, const char *path);

/* Makes it appear. False: out->err says why, and nothing has appeared. */
bool tn_outfile_finish(struct tn_outfile *out);

/* Throws it away; does nothing if it is finished or was never begun. */
void tn_outfile_reset(struct tn_outfile *out);

#endif
