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

/* What four bits shifted out do to the rest: half a byte a look, since a whole
 * byte's table would cost 512 bytes. */
static const uint16_t CRC16_NIBBLE[16] = {
    0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50A5, 0x60C6, 0x70E7,
    0x8108, 0x9129, 0xA14A, 0xB16B, 0xC18C, 0xD1AD, 0xE1CE, 0xF1EF};

uint16_t tn_hash_crc16(const uint8_t *data, size_t len)
{
    uint32_t crc = 0xFFFF;

    for (size_t i = 0; i < len; i++) {
        crc ^= (uint32_t)data[i] << 8;
        crc = (crc << 4 & 0xFFFFu) ^ CRC16_NIBBLE[crc >> 12];
        crc = (crc << 4 & 0xFFFFu) ^ CRC16_NIBBLE[crc >> 12];
    }
    return (uint16_t)crc;
}
