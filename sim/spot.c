/* SPDX-License-Identifier: Apache-2.0 */
#include "spot.h"

#include <math.h>
#include <string.h>

#include <tenon/maths.h>

#define DEGREES_A_RADIAN 57.29577951308232
/* So near to upside down the shortest way up is any; it rolls. */
#define OVER (-0.999)

void tn_spot_init(struct tn_spot_path *path, const struct tn_spot *spot)
{
    memset(path, 0, sizeof *path);
    path->from = *spot;
    path->to = *spot;
}

/* How far along, 0 .. 1; begins and ends gently. */
static double get_part(uint64_t from_us, uint64_t to_us, uint64_t time_us)
{
    if (time_us >= to_us) {
        return 1.0;
    }
    if (time_us <= from_us) {
        return 0.0;
    }

    double u = (double)(time_us - from_us) / (double)(to_us - from_us);

    return u * u * (3.0 - 2.0 * u);
}

struct tn_spot tn_spot_get(const struct tn_spot_path *path, uint64_t time_us)
{
    double slid = get_part(path->slide_us, path->slid_us, time_us);
    double turned = get_part(path->turn_us, path->turned_us, time_us);
    const struct tn_spot *from = &path->from;
    const struct tn_spot *to = &path->to;

    return (struct tn_spot){
        .x_m = from->x_m + slid * (to->x_m - from->x_m),
        .y_m = from->y_m + slid * (to->y_m - from->y_m),
        .facing_deg =
            from->facing_deg + turned * (to->facing_deg - from->facing_deg),
    };
}

void tn_spot_slide(struct tn_spot_path *path, double x_m, double y_m,
                   uint64_t time_us, uint64_t lasts_us)
{
    struct tn_spot now = tn_spot_get(path, time_us);

    path->from.x_m = now.x_m;
    path->from.y_m = now.y_m;
    path->to.x_m = x_m;
    path->to.y_m = y_m;
    path->slide_us = time_us;
    path->slid_us = time_us + lasts_us;
}

void tn_spot_turn(struct tn_spot_path *path, double facing_deg,
                  uint64_t time_us, uint64_t lasts_us)
{
    double now_deg = tn_spot_get(path, time_us).facing_deg;
    double by_deg = facing_deg - now_deg;

    by_deg -= 360.0 * floor((by_deg + 180.0) / 360.0);
    path->from.facing_deg = facing_deg - by_deg;
    path->to.facing_deg = facing_deg;
    path->turn_us = time_us;
    path->turned_us = time_us + lasts_us;
}

/* Cosine and sine, by the house's own sine: the same on every host. */
static void get_unit(double deg, double *c, double *s)
{
    double turns = deg / 360.0 - floor(deg / 360.0);

    *c = (double)tn_sin_turns((float)turns + 0.25f);
    *s = (double)tn_sin_turns((float)turns);

    double len = sqrt(*c * *c + *s * *s);

    *c /= len;
    *s /= len;
}

double tn_spot_get_direction(const struct tn_spot *from,
                             const struct tn_spot *to)
{
    double x = to->x_m - from->x_m;
    double y = to->y_m - from->y_m;
    double len = sqrt(x * x + y * y);
    double c;
    double s;

    if (len < 1e-9) {
        return 0.0;
    }

    /* Within 0.1 degree; what is left is so small that it is its own sine. */
    double deg = (double)tn_atan2_deg((int32_t)(y / len * 1e6),
                                      (int32_t)(x / len * 1e6)) /
                 TN_Q16_ONE;

    get_unit(deg, &c, &s);
    return deg + DEGREES_A_RADIAN * (c * y - s * x) / len;
}

/* The shortest rotation that turns `up` to z: own axes to a level brick's. */
static void raise(struct tn_body_vec up, double *turn)
{
    static const double LEVEL[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    static const double OVERTURNED[9] = {1, 0, 0, 0, -1, 0, 0, 0, -1};
    double x = (double)up.x;
    double y = (double)up.y;
    double z = (double)up.z;
    double len = sqrt(x * x + y * y + z * z);

    if (!(len > 0.0)) {
        memcpy(turn, LEVEL, sizeof LEVEL);
        return;
    }
    x /= len;
    y /= len;
    z /= len;
    if (z < OVER) {
        memcpy(turn, OVERTURNED, sizeof OVERTURNED);
        return;
    }

    double k = 1.0 / (1.0 + z);
    const double rows[9] = {
        1.0 - k * x * x,
        -k * x * y,
        -x,
        -k * x * y,
        1.0 - k * y * y,
        -y,
        x,
        y,
        z,
    };

    memcpy(turn, rows, sizeof rows);
}

void tn_spot_get_pose(const struct tn_spot *spot, struct tn_body_vec up,
                      struct tn_sim_pose *pose)
{
    double level[9];
    double c;
    double s;

    raise(up, level);
    get_unit(spot->facing_deg, &c, &s);
    pose->at[0] = spot->x_m;
    pose->at[1] = spot->y_m;
    pose->at[2] = 0.0;
    for (unsigned j = 0; j < 3; j++) {
        pose->turn[j] = c * level[j] - s * level[3 + j];
        pose->turn[3 + j] = s * level[j] + c * level[3 + j];
        pose->turn[6 + j] = level[6 + j];
    }
}
