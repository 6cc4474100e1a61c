/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an image or a tag's memory: an error, or a table. The checksum
 * of what looks like an image is made right, so that the rest is reached.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/hash.h>
#include <tenon/image.h>

#include "explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tn_explain explain = {0};
    struct tn_builder text = {0};
    uint8_t *copy = malloc(len + 1);
    size_t found_at = 0;
    uint16_t at = 0;

    if (!copy) {
        return 0;
    }
    memcpy(copy, data, len);
    if (len > TN_IMAGE_HEADER_LEN && len < 4096 && copy[0] == TN_IMAGE_MAGIC) {
        (void)tn_bytes_put_u16(copy, TN_IMAGE_AT_LENGTH, (uint16_t)len);
        (void)tn_bytes_put_u16(
            copy, TN_IMAGE_AT_CHECKSUM,
            tn_hash_crc16(copy + TN_IMAGE_AT_NAMES, len - TN_IMAGE_AT_NAMES));
    }
    if (tn_explain_find(copy, len, &explain, &found_at)) {
        if (found_at > len) {
            abort();
        }
    } else if (tn_explain_print(&explain, &text, &at) ? text.len != 0
                                                      : text.len == 0) {
        abort();
    }
    tn_builder_reset(&text);
    free(copy);
    return 0;
}
