/* SPDX-License-Identifier: Apache-2.0 */
#include "outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void release(struct tn_outfile *out)
{
    free(out->path);
    free(out->temp);
    out->path = NULL;
    out->temp = NULL;
    out->file = NULL;
}

/* mkstemp makes a private file; ours shall be as any other new file. */
static void open_up(int fd)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
}

bool tn_outfile_init(struct tn_outfile *out, const char *path)
{
    static const char TAIL[] = ".XXXXXX";
    struct stat info;

    memset(out, 0, sizeof *out);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        out->err = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
        return false;
    }
    out->path = strdup(path);
    out->temp = malloc(strlen(path) + sizeof TAIL);
    if (!out->path || !out->temp) {
        out->err = ENOMEM;
        release(out);
        return false;
    }
    strcpy(out->temp, path);
    strcat(out->temp, TAIL);

    int fd = mkstemp(out->temp);

    if (fd >= 0) {
        open_up(fd);
        out->file = fdopen(fd, "wb");
    }
    if (!out->file) {
        out->err = errno;
        if (fd >= 0) {
            close(fd);
            unlink(out->temp);
        }
        release(out);
        return false;
    }
    return true;
}

bool tn_outfile_finish(struct tn_outfile *out)
{
    bool good = !ferror(out->file) && fflush(out->file) == 0;

    if (!good) {
        out->err = errno ? errno : EIO;
    }
    if (fclose(out->file) != 0 && good) {
        out->err = errno;
        good = false;
    }
    if (good && rename(out->temp, out->path) != 0) {
        out->err = errno;
        good = false;
    }
    if (!good) {
        unlink(out->temp);
    }
    release(out);
    return good;
}

void tn_outfile_reset(struct tn_outfile *out)
{
    if (out->file) {
        fclose(out->file);
        unlink(out->temp);
        release(out);
    }
}
