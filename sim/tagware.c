/* SPDX-License-Identifier: Apache-2.0 */
#include "tagware.h"

#include <string.h>
#include <strings.h>

#include <tenon/tag.h>

const enum tn_sim_chip TN_TAGWARE_BY_SIZE[TN_SIM_CHIP_COUNT] = {
    TN_SIM_NTAG213, TN_SIM_SLIX2, TN_SIM_NTAG215, TN_SIM_NTAG216};

uint16_t tn_tagware_get_need(const struct tn_lang_program *program)
{
    uint8_t area[TN_SIM_MEMORY_CAP];
    uint16_t len = 0;

    (void)tn_tag_encode(program->identity, program->image,
                        (uint16_t)program->image_len, area, sizeof area, &len);
    return len;
}

bool tn_tagware_is_fit(const struct tn_lang_program *program,
                       enum tn_sim_chip chip)
{
    return program->kind != TN_IMAGE_BRICK &&
           tn_tagware_get_need(program) <= tn_sim_chip_get_info(chip)->area_len;
}

enum tn_sim_chip tn_tagware_get_smallest(const struct tn_lang_program *program)
{
    for (size_t i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        if (tn_tagware_is_fit(program, TN_TAGWARE_BY_SIZE[i])) {
            return TN_TAGWARE_BY_SIZE[i];
        }
    }
    return TN_SIM_CHIP_COUNT;
}

enum tn_err tn_tagware_encode(const struct tn_lang_program *program,
                              enum tn_sim_chip chip, uint64_t serial,
                              struct tn_sim_tag *tag)
{
    uint8_t area[TN_SIM_MEMORY_CAP];
    uint16_t len = 0;
    enum tn_err err = tn_tag_encode(program->identity, program->image,
                                    (uint16_t)program->image_len, area,
                                    tn_sim_chip_get_info(chip)->area_len, &len);

    if (err) {
        return err;
    }
    tn_sim_tag_init(tag, chip, serial);
    return tn_sim_tag_write(tag, area, len);
}

enum tn_sim_chip tn_tagware_find_chip(const char *name, size_t len)
{
    for (int i = 0; i < TN_SIM_CHIP_COUNT; i++) {
        const char *full = tn_sim_chip_get_info((enum tn_sim_chip)i)->name;
        const char *blank = strrchr(full, ' ');
        const char *last = blank ? blank + 1 : full;

        if (strlen(last) == len && strncasecmp(last, name, len) == 0) {
            return (enum tn_sim_chip)i;
        }
    }
    return TN_SIM_CHIP_COUNT;
}
