/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reader against a hostile near field. One input is a stream of steps: a
 * byte of how many answers, for each a byte of status and length, then its
 * bytes; ids are right unless the status says otherwise. Whatever comes, lists
 * stay bounded, and a copy of the struct comes to the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/bytes.h>
#include <tenon/tag.h>

#define ID_WRONG 0x80u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void get_reply(struct tn_bytes *b, const struct tn_tag *tag, uint8_t i,
                      struct tn_nf_reply *reply)
{
    uint8_t how = tn_bytes_get_u8(b);

    memset(reply, 0, sizeof *reply);
    reply->id = (uint8_t)(tag->list.id + tag->list.got + i);
    reply->id = (uint8_t)(reply->id + ((how & ID_WRONG) ? 1u : 0u));
    reply->status = how % 5;
    reply->len = tn_bytes_get_u8(b) % (TN_NF_DATA_LEN + 2);
    for (uint8_t k = 0; k < reply->len && k < TN_NF_DATA_LEN; k++) {
        reply->data[k] = tn_bytes_get_u8(b);
    }
}

static void check_out(const struct tn_tag *tag, const struct tn_tag_out *out)
{
    struct tn_tag_content content;

    if (out->cmd_count > TN_NF_CAP || out->event_count > TN_TAG_CAP ||
        out->refused_count > TN_TAG_CAP) {
        abort();
    }
    for (uint8_t slot = 0; slot < TN_TAG_CAP; slot++) {
        if (!tn_tag_get_content(tag, slot, &content) &&
            content.image + content.image_len > tag->area + TN_TAG_AREA_CAP) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct tn_bytes b = tn_bytes_of(data, (uint16_t)(len & 0xFFFFu));
    struct tn_nf_reply replies[TN_NF_CAP];
    struct tn_tag_in in = {.replies = replies};
    static struct tn_tag_out out;
    static struct tn_tag_out out_copy;
    static struct tn_tag tag;
    static struct tn_tag copy;

    tn_tag_init(&tag);
    tn_tag_init(&copy);
    while (!b.err) {
        uint8_t how = tn_bytes_get_u8(&b);

        in.reply_count = how % (TN_NF_CAP + 1);
        in.asleep = how & 0x80u;
        in.time_us += (how & 0x40u) ? 404000u : 4000u;
        for (uint8_t i = 0; i < in.reply_count; i++) {
            get_reply(&b, &tag, i, &replies[i]);
        }
        tn_tag_step(&tag, &in, &out);
        tn_tag_step(&copy, &in, &out_copy);
        check_out(&tag, &out);
        if (memcmp(&tag, &copy, sizeof tag) != 0 ||
            memcmp(&out, &out_copy, sizeof out) != 0) {
            abort();
        }
    }
    return 0;
}
