/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_LINUX_FLASH_FILE_H
#define TENON_LINUX_FLASH_FILE_H

/*
 * A file that behaves like flash, for a brick's store on a PC or Pi: programs
 * clear bits, an erase sets a sector to 0xFF. Jobs are done at once and reach
 * the disk in order as far as the system keeps its word (O_DSYNC). The caller
 * owns the struct; one thread only.
 */

#include <stdint.h>

#include <tenon/store.h>

struct tn_flash_file {
    int fd;
    uint16_t sectors;
};

/* Opens or makes the file; a new one is as long as `sectors` and blank.
 * TN_ERR_IO if the system refuses, TN_ERR_LENGTH if it is there with another
 * length, TN_ERR_ARG outside 2 .. TN_STORE_SECTOR_CAP. */
enum tn_err tn_flash_file_open(struct tn_flash_file *file, const char *path,
                               uint16_t sectors);

/* Does out->job and gives its answer; none if there is no job. A job outside
 * the file or refused by the system is answered TN_STORE_FAILED. */
void tn_flash_file_run(const struct tn_flash_file *file,
                       const struct tn_store_out *out, struct tn_store_in *in);

void tn_flash_file_close(struct tn_flash_file *file);

#endif
