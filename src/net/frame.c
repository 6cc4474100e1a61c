/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <tenon/assert.h>

#include "parts.h"

void tn_net_derive(const struct tn_net_turn *turn, struct tn_net_session *s)
{
    uint8_t data[28] = "tenon session 1";

    tn_bytes_put_u64(data, 16, s->salt);
    tn_bytes_put_u32(data, 24, s->id);
    turn->crypto->hash(turn->crypto->ctx, turn->net->family, data, sizeof data,
                       s->key, sizeof s->key);
}

/* Once for a key: salt and counter are one beacon's, slot and direction one
 * frame's around it. Joiners do not own a slot, so their challenge makes the
 * difference. */
static void nonce_of(const struct tn_net_session *s,
                     const struct tn_net_frame *frame, uint8_t *nonce)
{
    memset(nonce, 0, TN_CRYPTO_NONCE_LEN);
    tn_bytes_put_u64(nonce, 0, s->salt);
    tn_bytes_put_u32(nonce, 8, frame->counter);
    nonce[13] = frame->slot; /* 12: subevent, 0 */
    nonce[14] = frame->direction;
    tn_bytes_put_u64(nonce, 16, frame->challenge);
}

static struct tn_crypto_box box_of(const struct tn_net_session *s,
                                   const struct tn_net_frame *frame,
                                   uint8_t nonce[TN_CRYPTO_NONCE_LEN])
{
    nonce_of(s, frame, nonce);

    struct tn_crypto_box box = {.key = s->key,
                                .nonce = nonce,
                                .head = frame->data,
                                .text = frame->data + frame->head,
                                .head_len = frame->head};

    return box;
}

void tn_net_seal(const struct tn_net_turn *turn, const struct tn_net_session *s,
                 struct tn_net_frame *frame)
{
    uint8_t nonce[TN_CRYPTO_NONCE_LEN];
    struct tn_crypto_box box = box_of(s, frame, nonce);

    TN_ASSERT(frame->len >= frame->head);
    TN_ASSERT(frame->len + TN_CRYPTO_SEAL_LEN <= TN_NET_BEACON_CAP);
    box.len = (uint16_t)(frame->len - frame->head);
    turn->crypto->seal(turn->crypto->ctx, &box);
    frame->len = (uint16_t)(frame->len + TN_CRYPTO_SEAL_LEN);
}

enum tn_err tn_net_open(struct tn_net_turn *turn,
                        const struct tn_net_session *s,
                        struct tn_net_frame *frame)
{
    uint8_t nonce[TN_CRYPTO_NONCE_LEN];

    if (frame->len < frame->head + TN_CRYPTO_SEAL_LEN) {
        return TN_ERR_LENGTH;
    }
    if (turn->open_left == 0) {
        return TN_ERR_FULL;
    }
    turn->open_left--;

    struct tn_crypto_box box = box_of(s, frame, nonce);

    frame->len = (uint16_t)(frame->len - TN_CRYPTO_SEAL_LEN);
    box.len = (uint16_t)(frame->len - frame->head);
    return turn->crypto->open(turn->crypto->ctx, &box);
}

bool tn_net_is_before(uint8_t a, uint8_t b)
{
    return (uint8_t)(b - a - 1u) < 0x7Fu;
}

bool tn_net_is_set(uint32_t mask, uint32_t bit)
{
    return (mask >> bit & 1u) != 0;
}
