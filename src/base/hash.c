/* SPDX-License-Identifier: Apache-2.0 */
#include <tenon/hash.h>

uint32_t tn_hash_fnv32(uint32_t h, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i++) {
        h = (h ^ bytes[i]) * 16777619u;
    }
    return h;
}

uint64_t tn_hash_fnv64(uint64_t h, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i++) {
        h = (h ^ bytes[i]) * 1099511628211u;
    }
    return h;
}

uint16_t tn_hash_crc16(const uint8_t *data, size_t len)
{
    uint32_t crc = 0xFFFF;

    for (size_t i = 0; i < len; i++) {
        crc ^= (uint32_t)data[i] << 8;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc & 0x8000u) ? (crc << 1) ^ 0x1021u : crc << 1;
        }
    }
    return (uint16_t)(crc & 0xFFFFu);
}
