/* SPDX-License-Identifier: Apache-2.0 */
/* The key pair of one waking. X25519 takes longer than a step, so that it is a
 * job: asked for in one step's output, answered in a later one's input. */
#include <string.h>

#include "parts.h"

#define GATHER_LEN 16u /* bytes of secrets a step */

enum phase {
    PAIR_EMPTY = 0,
    PAIR_HALF = 1,    /* the first half of the secret is there */
    PAIR_ASKED = 2,   /* the job is out */
    PAIR_READY = 3,   /* `shown` is valid */
    PAIR_REFUSED = 4, /* the engine does not do it */
};

_Static_assert(sizeof(((struct tn_in *)0)->secrets) == GATHER_LEN,
               "two steps make a key");

/* Bytes, not words: the same on every machine. */
static void gather(const struct tn_in *in, uint8_t *to)
{
    for (uint32_t i = 0; i < GATHER_LEN; i++) {
        to[i] = (uint8_t)(in->secrets[i / 4] >> (8 * (i % 4)));
    }
}

static void ask(struct tn_brick_pair *pair, struct tn_crypto_job *job)
{
    pair->job++;
    pair->phase = PAIR_ASKED;
    job->op = TN_CRYPTO_X25519_PUBLIC;
    job->id = pair->job;
    memcpy(job->key, pair->secret, sizeof job->key);
}

static void take(struct tn_brick_pair *pair,
                 const struct tn_crypto_answer *answer)
{
    if (answer->status == TN_CRYPTO_NO_ANSWER || answer->id != pair->job) {
        return;
    }
    pair->phase = PAIR_REFUSED;
    if (answer->status == TN_CRYPTO_OK) {
        memcpy(pair->shown, answer->data, sizeof pair->shown);
        pair->phase = PAIR_READY;
    }
}

void tn_brick_step_pair(struct tn_brick *brick, const struct tn_in *in,
                        struct tn_out *out)
{
    struct tn_brick_pair *pair = &brick->pair;

    if (!in->crypto) {
        return; /* nobody to do it, and nothing to use it for */
    }
    if (brick->asleep && brick->net.state == TN_NET_OFF) {
        /* It forgets: the next waking is another. What is under way is no
         * longer asked for. */
        uint8_t job = pair->job;

        memset(pair, 0, sizeof *pair);
        pair->job = job;
    } else if (pair->phase == PAIR_ASKED) {
        take(pair, &in->answer);
    } else if (brick->asleep) {
        return;
    } else if (pair->phase == PAIR_EMPTY) {
        gather(in, pair->secret);
        pair->phase = PAIR_HALF;
    } else if (pair->phase == PAIR_HALF) {
        gather(in, pair->secret + GATHER_LEN);
        ask(pair, &out->job);
    }
}

bool tn_brick_get_shown_key(const struct tn_brick *brick,
                            uint8_t key[TN_CRYPTO_KEY_LEN])
{
    if (brick->pair.phase != PAIR_READY) {
        return false;
    }
    memcpy(key, brick->pair.shown, TN_CRYPTO_KEY_LEN);
    return true;
}
