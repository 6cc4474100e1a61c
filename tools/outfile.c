/* SPDX-License-Identifier: Apache-2.0 */
#include "outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ERR_NAMELESS (-1)
#define ERR_SPECIAL (-2)
#define ERR_LINK (-3)

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

/* Why nothing may take the place of what is at `path`, or 0. A link would be
 * replaced, not what it leads to; /dev/stdout is one. */
static int check_place(const char *path)
{
    struct stat info;

    if (path[0] == '\0') {
        return ERR_NAMELESS;
    }
    if (lstat(path, &info) != 0 || S_ISREG(info.st_mode)) {
        return 0;
    }
    return S_ISDIR(info.st_mode)   ? EISDIR
           : S_ISLNK(info.st_mode) ? ERR_LINK
                                   : ERR_SPECIAL;
}

bool tn_outfile_init(struct tn_outfile *out, const char *path)
{
    static const char TAIL[] = ".XXXXXX";

    memset(out, 0, sizeof *out);
    out->err = check_place(path);
    if (out->err) {
        return false;
    }
    out->path = strdup(path);
    out->temp = malloc(strlen(path) + sizeof TAIL);
    if (!out->path || !out->temp) {
        out->err = ENOMEM;
        release(out);
        return false;
    }
    memcpy(out->temp, path, strlen(path));
    memcpy(out->temp + strlen(path), TAIL, sizeof TAIL);

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

/* errno is looked at when something fails, not later: by then it may be
 * another's. */
static void note(struct tn_outfile *out, bool good)
{
    if (!good && !out->err) {
        out->err = errno ? errno : EIO;
    }
    errno = 0;
}

void tn_outfile_write(struct tn_outfile *out, const void *data, size_t len)
{
    errno = 0;
    note(out, fwrite(data, 1, len, out->file) == len);
}

bool tn_outfile_finish(struct tn_outfile *out)
{
    errno = 0;
    note(out, fflush(out->file) == 0);
    note(out, !ferror(out->file));
    note(out, fclose(out->file) == 0);
    if (!out->err) {
        note(out, rename(out->temp, out->path) == 0);
    }
    if (out->err) {
        unlink(out->temp);
    }
    release(out);
    return !out->err;
}

const char *tn_outfile_get_why(const struct tn_outfile *out)
{
    switch (out->err) {
    case ERR_NAMELESS:
        return "a file needs a name";
    case ERR_SPECIAL:
        return "this is no ordinary file; name one, or one that is not there";
    case ERR_LINK:
        return "this is a link; name the file that it leads to";
    default:
        return strerror(out->err);
    }
}

/* The folder of a path; false if there is none. */
static bool find_folder(const char *path, const char *name, struct stat *info)
{
    char *folder = name > path ? strndup(path, (size_t)(name - path)) : NULL;
    bool found =
        (folder || name == path) && stat(folder ? folder : ".", info) == 0;

    free(folder);
    return found;
}

static const char *get_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool tn_outfile_is_same(const char *a, const char *b)
{
    const char *a_name = get_name(a);
    const char *b_name = get_name(b);
    struct stat a_info;
    struct stat b_info;

    return strcmp(a_name, b_name) == 0 && find_folder(a, a_name, &a_info) &&
           find_folder(b, b_name, &b_info) && a_info.st_dev == b_info.st_dev &&
           a_info.st_ino == b_info.st_ino;
}

void tn_outfile_reset(struct tn_outfile *out)
{
    if (out->file) {
        fclose(out->file);
        unlink(out->temp);
        release(out);
    }
}
