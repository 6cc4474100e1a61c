/* SPDX-License-Identifier: Apache-2.0 */
/* TLVs, NDEF and the Tenon record in any bytes; what is found lies inside. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/tag.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void decode(const uint8_t *ndef, uint16_t len)
{
    static uint8_t area[2048];
    struct tn_tag_content content;
    uint16_t area_len = 0;
    uint16_t at = 0;

    if (tn_tag_decode_ndef(ndef, len, &content, &at)) {
        if (at > len) {
            abort();
        }
        return;
    }
    if (content.image != ndef + content.image_at ||
        content.image_at + content.image_len > len ||
        content.image_len > TN_IMAGE_CAP ||
        tn_tag_encode(content.identity, content.image, content.image_len, area,
                      sizeof area, &area_len)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint16_t ndef_at = 0;
    uint16_t ndef_len = 0;
    uint16_t at = 0;
    uint16_t area_len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX);

    decode(data, area_len);
    if (tn_tag_find_ndef(data, area_len, &ndef_at, &ndef_len, &at)) {
        if (at > area_len) {
            abort();
        }
    } else if (ndef_at + ndef_len > area_len) {
        abort();
    } else {
        decode(data + ndef_at, ndef_len);
    }
    return 0;
}
