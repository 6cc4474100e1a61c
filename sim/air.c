/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "air.h"

/* 2 Mbit/s: 4 us a byte; preamble, access address, header, extended header,
 * data header and CRC make 22 bytes more. */
#define BYTE_US 4u
#define FRAME_MORE 22u

#define SCAN_LEN_US 10000u

#define FIRST_BEACON_US 12000u

void tn_sim_air_init(struct tn_sim_air *air, uint64_t seed)
{
    memset(air, 0, sizeof *air);
    tn_prng_init(&air->prng, seed, 77);
    air->range_m = 15.0f;
    air->capture = 2.1f;
    air->lag_us = 1000;
}

void tn_sim_air_start(struct tn_sim_air *air, uint32_t link, int32_t drift_ppm)
{
    struct tn_sim_link *l = &air->links[link];
    float x_m = l->x_m;
    float y_m = l->y_m;

    memset(l, 0, sizeof *l);
    l->x_m = x_m;
    l->y_m = y_m;
    l->boot_us = air->time_us;
    l->drift_ppm = drift_ppm;
    l->on = true;
}

/* Nobody knows its train any more: a new one is another train. */
static void end_train(struct tn_sim_air *air, uint32_t link)
{
    air->links[link].running = false;
    air->links[link].beacon.tx = TN_NET_NO_TX;
    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        air->links[i].found &= ~(1u << link);
        air->links[i].fresh &= ~(1u << link);
    }
}

void tn_sim_air_stop(struct tn_sim_air *air, uint32_t link)
{
    end_train(air, link);
    air->links[link].on = false;
    air->links[link].answer.tx = TN_NET_NO_TX;
    air->links[link].queue_count = 0;
}

uint64_t tn_sim_air_own_us(const struct tn_sim_air *air, uint32_t link,
                           uint64_t world_us)
{
    const struct tn_sim_link *l = &air->links[link];
    int64_t span_us = (int64_t)(world_us - l->boot_us);

    return (uint64_t)(span_us + span_us * l->drift_ppm / 1000000);
}

uint64_t tn_sim_air_world_us(const struct tn_sim_air *air, uint32_t link,
                             uint64_t own_us)
{
    const struct tn_sim_link *l = &air->links[link];
    int64_t span_us = (int64_t)own_us;

    /* Rounded up: at that moment the own clock has reached own_us. */
    span_us =
        (span_us * 1000000 + 999999 + l->drift_ppm) / (1000000 + l->drift_ppm);
    return l->boot_us + (uint64_t)span_us;
}

static float distance2(const struct tn_sim_air *air, uint32_t a, uint32_t b)
{
    float dx = air->links[a].x_m - air->links[b].x_m;
    float dy = air->links[a].y_m - air->links[b].y_m;

    return dx * dx + dy * dy;
}

static bool in_range(const struct tn_sim_air *air, uint32_t a, uint32_t b)
{
    return distance2(air, a, b) <= air->range_m * air->range_m;
}

/* Adverts and scans keep out of the own beacon and of the slots that members
 * use. */
static bool is_busy(const struct tn_sim_air *air, uint32_t link)
{
    const struct tn_sim_link *l = &air->links[link];
    uint64_t margin_us = TN_SIM_AIR_ADVERT_LEN_US + 100u;
    uint64_t end_us = tn_sim_air_own_us(air, link, air->time_us) + margin_us;
    /* From the latest beacon that began before the advert's end. */
    uint64_t phase_us =
        (end_us + TN_NET_INTERVAL_US - l->next_own_us % TN_NET_INTERVAL_US) %
        TN_NET_INTERVAL_US;

    if (phase_us < margin_us + 1200u) {
        return true;
    }
    for (uint32_t slot = 0; slot < TN_NET_CAP; slot++) {
        uint64_t from_us = TN_NET_SLOT_DELAY_US + slot * TN_NET_SLOT_SPACING_US;

        if ((l->want.slots >> slot & 1u) && phase_us >= from_us &&
            phase_us < from_us + TN_NET_SLOT_SPACING_US + margin_us) {
            return true;
        }
    }
    return false;
}

/* A scan has a window at a random place in each interval, or all free time. */
static bool is_scanning(struct tn_sim_air *air, uint32_t link)
{
    const struct tn_sim_link *l = &air->links[link];
    uint64_t own_us = tn_sim_air_own_us(air, link, air->time_us);
    uint64_t phase_us =
        (own_us + TN_NET_INTERVAL_US - l->next_own_us % TN_NET_INTERVAL_US) %
        TN_NET_INTERVAL_US;
    uint64_t from_us = l->scan_from_us;

    return l->want.scan && l->running && !is_busy(air, link) &&
           (l->want.scan == TN_NET_SCAN_ALL ||
            (phase_us >= from_us &&
             phase_us + TN_SIM_AIR_ADVERT_LEN_US <= from_us + SCAN_LEN_US));
}

/* Whether a link's receiver is where this frame is, by its wants. */
static bool is_tuned(struct tn_sim_air *air, uint32_t i,
                     const struct tn_sim_tx *tx)
{
    const struct tn_sim_link *l = &air->links[i];

    if (!l->on || i == tx->from) {
        return false;
    }
    if (tx->kind == TN_SIM_AIR_ANSWER) {
        return i == tx->train && l->running;
    }
    if (tx->kind == TN_SIM_AIR_BEACON) {
        return (l->found >> tx->train & 1u) &&
               (l->want.listen || l->want.sync == tx->train + 1u ||
                (l->fresh >> tx->train & 1u));
    }
    return l->want.listen || is_scanning(air, i);
}

static void begin(struct tn_sim_air *air, const struct tn_sim_tx *draft)
{
    struct tn_sim_link *l = &air->links[draft->from];

    if (air->tx_count == TN_SIM_AIR_TX_CAP || l->sent_to_us > draft->start_us) {
        return; /* it is sending something else */
    }

    struct tn_sim_tx *tx = &air->tx[air->tx_count++];

    *tx = *draft;
    tx->ears = 0;
    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        tx->ears |= is_tuned(air, i, tx) ? 1u << i : 0u;
    }
    l->sent_from_us = tx->start_us;
    l->sent_to_us = tx->end_us;
    l->sent_us += tx->end_us - tx->start_us;
    if (air->tap) {
        air->tap(air->tap_ctx, tx);
    }
}

static uint64_t air_time_us(uint16_t len)
{
    return (len + FRAME_MORE) * BYTE_US;
}

/* A train that a scan has found sends its beacon just when this one does: this
 * one is silent now and then, or neither would ever hear the other. */
static bool is_waiting(struct tn_sim_air *air, uint32_t link)
{
    const struct tn_sim_link *l = &air->links[link];

    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        uint64_t theirs_us =
            tn_sim_air_world_us(air, i, air->links[i].next_own_us);
        uint64_t gap_us = theirs_us + 1200u - air->time_us;
        uint64_t before_us = TN_NET_INTERVAL_US - 1200u;

        if ((l->fresh >> i & 1u) &&
            (gap_us < 2400u || gap_us - 1200u > before_us)) {
            return tn_prng_below(&air->prng, 2) == 0;
        }
    }
    return false;
}

static void begin_beacon(struct tn_sim_air *air, uint32_t link)
{
    struct tn_sim_link *l = &air->links[link];
    struct tn_sim_tx tx = {.start_us = air->time_us,
                           .kind = TN_SIM_AIR_BEACON,
                           .from = (uint8_t)link,
                           .train = (uint8_t)link};

    l->train_event++;
    l->scan_from_us =
        tn_prng_below(&air->prng, TN_NET_INTERVAL_US - SCAN_LEN_US);
    if (l->beacon.tx == TN_NET_BEACON && l->beacon.tx_us == l->next_own_us &&
        !is_waiting(air, link)) {
        tx.len = l->beacon.tx_len;
        tx.end_us = tx.start_us + air_time_us(tx.len);
        tx.channel = (uint8_t)((l->train_event * 7u + link * 13u) % 37u);
        memcpy(tx.data, l->beacon.data, tx.len);
        begin(air, &tx);
    }
    l->beacon.tx = TN_NET_NO_TX;
    l->next_own_us += TN_NET_INTERVAL_US;
}

static uint64_t answer_start_us(const struct tn_sim_air *air, uint32_t link)
{
    const struct tn_net_radio_out *answer = &air->links[link].answer;

    return tn_sim_air_world_us(air, link,
                               answer->tx_us + TN_NET_SLOT_DELAY_US +
                                   answer->tx_slot * TN_NET_SLOT_SPACING_US);
}

static void begin_answer(struct tn_sim_air *air, uint32_t link)
{
    struct tn_sim_link *l = &air->links[link];
    uint32_t owner = l->answer.tx_train - 1u;
    struct tn_sim_tx tx = {.start_us = air->time_us,
                           .len = l->answer.tx_len,
                           .kind = TN_SIM_AIR_ANSWER,
                           .from = (uint8_t)link,
                           .train = (uint8_t)owner,
                           .slot = l->answer.tx_slot};

    tx.end_us = tx.start_us + air_time_us(tx.len);
    tx.channel =
        (uint8_t)((air->links[owner].train_event * 7u + owner * 13u) % 37u);
    memcpy(tx.data, l->answer.data, tx.len);
    l->answer.tx = TN_NET_NO_TX;
    begin(air, &tx);
}

static void begin_advert(struct tn_sim_air *air, uint32_t link)
{
    struct tn_sim_link *l = &air->links[link];
    struct tn_sim_tx tx = {.start_us = air->time_us,
                           .end_us = air->time_us + TN_SIM_AIR_ADVERT_LEN_US,
                           .kind = TN_SIM_AIR_ADVERT,
                           .from = (uint8_t)link,
                           .train = (uint8_t)link,
                           .channel =
                               (uint8_t)(37u + tn_prng_below(&air->prng, 3))};

    if (is_busy(air, link)) {
        l->advert_us = air->time_us + 300u;
        return;
    }
    l->advert_us = air->time_us + TN_SIM_AIR_ADVERT_US +
                   tn_prng_below(&air->prng, TN_SIM_AIR_ADVERT_VARY_US);
    begin(air, &tx);
}

/* One receiver, two frames that it waits for: another train's beacon, for which
 * it left its own slots, else the earlier one. */
static bool is_taken_by(const struct tn_sim_tx *other,
                        const struct tn_sim_tx *tx, uint32_t link)
{
    bool other_beacon = other->kind == TN_SIM_AIR_BEACON;
    bool tx_beacon = tx->kind == TN_SIM_AIR_BEACON;

    if (!(other->ears >> link & 1u)) {
        return false;
    }
    return other_beacon == tx_beacon ? other->start_us < tx->start_us
                                     : other_beacon;
}

static bool is_clear(const struct tn_sim_air *air, uint32_t link,
                     const struct tn_sim_tx *tx)
{
    const struct tn_sim_link *l = &air->links[link];
    float near2 = distance2(air, tx->from, link);

    if (l->sent_from_us < tx->end_us && l->sent_to_us > tx->start_us) {
        return false; /* deaf */
    }
    for (uint32_t i = 0; i < air->tx_count; i++) {
        const struct tn_sim_tx *other = &air->tx[i];

        if (other == tx || other->start_us >= tx->end_us ||
            other->end_us <= tx->start_us ||
            !in_range(air, other->from, link)) {
            continue;
        }
        if (is_taken_by(other, tx, link)) {
            return false;
        }
        if (other->channel == tx->channel &&
            distance2(air, other->from, link) <=
                near2 * air->capture * air->capture) {
            return false;
        }
    }
    return true;
}

static void hear(struct tn_sim_air *air, uint32_t link,
                 const struct tn_sim_tx *tx)
{
    struct tn_sim_link *l = &air->links[link];

    if (tx->kind == TN_SIM_AIR_ADVERT) {
        l->found |= 1u << tx->train;
        l->fresh |= l->running ? 1u << tx->train : 0;
        return;
    }
    if (tx->kind == TN_SIM_AIR_BEACON) {
        l->fresh &= ~(1u << tx->train); /* one is all a scan wanted */
    }
    if (l->queue_count == TN_SIM_AIR_QUEUE_CAP) {
        l->dropped++;
        return;
    }

    struct tn_sim_heard *heard = &l->queue[l->queue_count++];

    memset(heard, 0, sizeof *heard);
    heard->rx.at_us = tn_sim_air_own_us(air, link, tx->start_us);
    heard->rx.len = tx->len;
    heard->rx.train = tx->train == link ? 0 : (uint8_t)(tx->train + 1u);
    heard->rx.slot = tx->slot;
    memcpy(heard->data, tx->data, tx->len);
}

static void end(struct tn_sim_air *air, uint32_t at)
{
    const struct tn_sim_tx *tx = &air->tx[at];

    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        if ((tx->ears >> i & 1u) && air->links[i].on &&
            in_range(air, tx->from, i) && is_clear(air, i, tx) &&
            tn_prng_below(&air->prng, 1000) >= air->loss_permille) {
            hear(air, i, tx);
        }
    }
}

/* Frames stay for a while after their end, since a later one may overlap
 * another that ends later still. */
static void forget(struct tn_sim_air *air)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < air->tx_count; i++) {
        if (air->tx[i].end_us + 3000u > air->time_us) {
            air->tx[kept++] = air->tx[i];
        }
    }
    air->tx_count = kept;
}

enum happening {
    NOTHING,
    ENDS,
    BEACON,
    ANSWER,
    ADVERT
};

struct next {
    uint64_t at_us;
    uint32_t which;
    enum happening what;
};

static void earlier(struct next *next, uint64_t at_us, enum happening what,
                    uint32_t which)
{
    if (at_us < next->at_us) {
        next->at_us = at_us;
        next->what = what;
        next->which = which;
    }
}

static struct next find_next(const struct tn_sim_air *air, uint64_t until_us)
{
    struct next next = {.at_us = until_us + 1u, .what = NOTHING};

    for (uint32_t i = 0; i < air->tx_count; i++) {
        if (!air->tx[i].ended) {
            earlier(&next, air->tx[i].end_us, ENDS, i);
        }
    }
    for (uint32_t i = 0; i < TN_SIM_AIR_CAP; i++) {
        const struct tn_sim_link *l = &air->links[i];

        if (l->on && l->running) {
            earlier(&next, tn_sim_air_world_us(air, i, l->next_own_us), BEACON,
                    i);
            earlier(&next, l->advert_us, ADVERT, i);
        }
        if (l->on && l->answer.tx) {
            earlier(&next, answer_start_us(air, i), ANSWER, i);
        }
    }
    return next;
}

void tn_sim_air_run(struct tn_sim_air *air, uint64_t until_us)
{
    for (;;) {
        struct next next = find_next(air, until_us);

        if (next.what == NOTHING) {
            break;
        }
        air->time_us = next.at_us;
        if (next.what == ENDS) {
            end(air, next.which);
            air->tx[next.which].ended = true;
        } else if (next.what == BEACON) {
            begin_beacon(air, next.which);
        } else if (next.what == ANSWER) {
            begin_answer(air, next.which);
        } else {
            begin_advert(air, next.which);
        }
        forget(air);
    }
    air->time_us = until_us;
}

static bool is_own(const struct tn_sim_link *l, const struct tn_net_rx *rx)
{
    return rx->train == 0 || rx->train == l->want.sync;
}

static bool give(struct tn_net_radio_in *in, const struct tn_sim_heard *heard,
                 uint32_t *at)
{
    struct tn_net_rx *rx = &in->rx[in->rx_count];

    if (in->rx_count == TN_NET_RX_CAP || *at + heard->rx.len > TN_NET_RX_LEN) {
        return false;
    }
    *rx = heard->rx;
    rx->at = (uint16_t)*at;
    memcpy(in->data + *at, heard->data, heard->rx.len);
    *at += heard->rx.len;
    in->rx_count++;
    return true;
}

void tn_sim_air_pull(struct tn_sim_air *air, uint32_t link,
                     struct tn_net_radio_in *in)
{
    struct tn_sim_link *l = &air->links[link];
    uint32_t late[TN_SIM_AIR_QUEUE_CAP];
    uint32_t late_count = 0;
    uint32_t at = 0;

    memset(in, 0, sizeof *in);
    in->next_us = l->running ? l->next_own_us : 0;
    /* Those of the own train that find no room stay for the next step. */
    for (uint32_t i = 0; i < l->queue_count; i++) {
        if (is_own(l, &l->queue[i].rx) && !give(in, &l->queue[i], &at)) {
            late[late_count++] = i;
        }
    }
    for (uint32_t i = 0; i < l->queue_count; i++) {
        if (!is_own(l, &l->queue[i].rx) && !give(in, &l->queue[i], &at)) {
            l->dropped++;
        }
    }
    for (uint32_t i = 0; i < late_count; i++) {
        memmove(&l->queue[i], &l->queue[late[i]], sizeof l->queue[i]);
    }
    l->queue_count = late_count;
}

void tn_sim_air_push(struct tn_sim_air *air, uint32_t link,
                     const struct tn_net_radio_out *out)
{
    struct tn_sim_link *l = &air->links[link];
    uint64_t ready_us = air->time_us + air->lag_us;

    if (out->listen && !l->want.listen) {
        l->found = 0;
        l->fresh = 0;
    }
    if (!out->train && l->running) {
        end_train(air, link);
    } else if (out->train && !l->running) {
        l->running = true;
        l->next_own_us = tn_sim_air_own_us(air, link, air->time_us) +
                         FIRST_BEACON_US + tn_prng_below(&air->prng, 3000);
        l->advert_us = air->time_us + 2000 + tn_prng_below(&air->prng, 10000);
    }
    if (out->sync != l->want.sync) {
        l->answer.tx = TN_NET_NO_TX;
    }
    l->want = *out;
    if (out->tx == TN_NET_BEACON) {
        l->beacon = *out;
        l->late += tn_sim_air_world_us(air, link, out->tx_us) < ready_us;
    } else if (out->tx == TN_NET_ANSWER) {
        l->answer = *out;
        if (answer_start_us(air, link) < ready_us) {
            l->answer.tx = TN_NET_NO_TX;
            l->late++;
        }
    }
}

void tn_sim_air_inject(struct tn_sim_air *air, uint32_t link,
                       const struct tn_net_rx *rx, const uint8_t *data)
{
    struct tn_sim_link *l = &air->links[link];

    if (l->queue_count == TN_SIM_AIR_QUEUE_CAP) {
        l->dropped++;
        return;
    }

    struct tn_sim_heard *heard = &l->queue[l->queue_count++];

    memset(heard, 0, sizeof *heard);
    heard->rx = *rx;
    memcpy(heard->data, data, rx->len);
}
