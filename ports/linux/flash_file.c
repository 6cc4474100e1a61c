/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const uint8_t *data, uint32_t len, uint32_t at)
{
    return pwrite(fd, data, len, (off_t)at) == (ssize_t)len;
}

static bool erase(int fd, uint32_t at)
{
    uint8_t blank[TN_STORE_SECTOR_LEN];

    memset(blank, 0xFF, sizeof blank);
    return write_all(fd, blank, sizeof blank, at);
}

enum tn_err tn_flash_file_open(struct tn_flash_file *file, const char *path,
                               uint16_t sectors)
{
    struct stat stat;
    enum tn_err err = TN_OK;

    if (sectors < 2 || sectors > TN_STORE_SECTOR_CAP) {
        return TN_ERR_ARG;
    }
    file->sectors = sectors;
    file->fd = open(path, O_RDWR | O_CREAT | O_DSYNC | O_CLOEXEC, 0644);
    if (file->fd < 0) {
        return TN_ERR_IO;
    }
    if (fstat(file->fd, &stat) != 0) {
        err = TN_ERR_IO;
    } else if (stat.st_size == 0) {
        for (uint32_t i = 0; i < sectors && !err; i++) {
            err = erase(file->fd, i * TN_STORE_SECTOR_LEN) ? TN_OK : TN_ERR_IO;
        }
    } else if (stat.st_size != (off_t)sectors * TN_STORE_SECTOR_LEN) {
        err = TN_ERR_LENGTH;
    }
    if (err) {
        tn_flash_file_close(file);
    }
    return err;
}

static bool program(int fd, const uint8_t *data, uint32_t len, uint32_t at)
{
    uint8_t page[TN_STORE_PAGE_LEN];

    if (pread(fd, page, len, (off_t)at) != (ssize_t)len) {
        return false;
    }
    for (uint32_t i = 0; i < len; i++) {
        page[i] &= data[i];
    }
    return write_all(fd, page, len, at);
}

void tn_flash_file_run(const struct tn_flash_file *file,
                       const struct tn_store_out *out, struct tn_store_in *in)
{
    const struct tn_store_job *job = &out->job;
    uint32_t size = file->sectors * TN_STORE_SECTOR_LEN;
    bool fits = job->at < size && job->len <= size - job->at;
    bool small = fits && job->len <= TN_STORE_PAGE_LEN;
    bool done = false;

    memset(in, 0, sizeof *in);
    if (job->op == TN_STORE_NO_JOB) {
        return;
    }
    if (job->op == TN_STORE_READ && small) {
        done = pread(file->fd, in->data, job->len, (off_t)job->at) ==
               (ssize_t)job->len;
        in->len = job->len;
    } else if (job->op == TN_STORE_PROGRAM && small) {
        done = program(file->fd, out->data, job->len, job->at);
    } else if (job->op == TN_STORE_ERASE && fits) {
        done = erase(file->fd, job->at);
    }
    in->id = job->id;
    in->answer = done ? TN_STORE_DONE : TN_STORE_FAILED;
}

void tn_flash_file_close(struct tn_flash_file *file)
{
    (void)close(file->fd);
    file->fd = -1;
}
