/* SPDX-License-Identifier: Apache-2.0 */
#include "view.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "words.h"

#define DRAW_US 60000u
#define LINE_CAP 400u
#define METER_LEN 10u

void tn_view_init(struct tn_view *view, const struct tn_scene *scene, FILE *to,
                  bool live)
{
    *view = (struct tn_view){
        .to = to,
        .scene = scene,
        .live = live,
        .unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
    };
}

static void clear(struct tn_view *view)
{
    if (view->lines > 0) {
        fprintf(view->to, "\033[%uA\r\033[J", view->lines);
        view->lines = 0;
    }
}

void tn_view_finish(struct tn_view *view)
{
    clear(view);
    fflush(view->to);
}

static int get_name_width(const struct tn_scene *scene)
{
    size_t width = 3;

    for (size_t i = 0; i < scene->brick_count; i++) {
        size_t len = strlen(scene->bricks[i]);

        width = len > width && len <= 16 ? len : width;
    }
    return (int)width;
}

void tn_view_post(struct tn_view *view, const struct tn_watch_event *event)
{
    char text[TN_WORDS_CAP];

    if (!tn_words_encode(event, view->scene->bricks, text, sizeof text)) {
        return;
    }
    clear(view);

    bool dim = view->live && event->kind == TN_WATCH_DOES;

    fprintf(view->to, "%s%8.3f s  %-*s  %s%s\n", dim ? "\033[2m" : "",
            (double)event->time_us * 1e-6, get_name_width(view->scene),
            view->scene->bricks[event->brick], text, dim ? "\033[0m" : "");
}

void tn_view_step(struct tn_view *view, size_t brick, const struct tn_out *out)
{
    if (brick >= TN_VIEW_BRICK_CAP) {
        return;
    }
    for (size_t i = 0; i < TN_AUDIO_LEN; i++) {
        int32_t v = out->audio[i] < 0 ? -out->audio[i] : out->audio[i];

        view->peaks[brick] = v > view->peaks[brick] ? v : view->peaks[brick];
    }
}

/* Linear light to what a screen wants (sRGB, square root for short). */
static unsigned get_screen(uint8_t light)
{
    return tn_isqrt((uint32_t)light * 255u);
}

static void draw_leds(struct tn_view *view, const struct tn_rgb *leds)
{
    static const char *const BLOCKS[] = {"·", "░", "▒", "▓", "█"};
    static const char *const LETTERS[] = {".", "-", "+", "*", "#"};

    for (size_t i = 0; i < TN_LED_COUNT; i++) {
        unsigned r = get_screen(leds[i].r);
        unsigned g = get_screen(leds[i].g);
        unsigned b = get_screen(leds[i].b);
        unsigned most = r > g ? r : g;

        most = most > b ? most : b;

        unsigned level = most < 16 ? 0 : 1 + (most - 16) * 4 / 240;

        if (most < 16) {
            fputs("\033[0;2m", view->to);
        } else {
            fprintf(view->to, "\033[0;38;2;%u;%u;%um", r, g, b);
        }
        fputs(view->unicode ? BLOCKS[level] : LETTERS[level], view->to);
    }
    fputs("\033[0m", view->to);
}

/* 6 dB a cell. */
static void draw_meter(struct tn_view *view, int32_t peak)
{
    unsigned cells = 0;

    while (cells < METER_LEN && peak > (32768 >> METER_LEN) << cells) {
        cells++;
    }
    fputs(" [", view->to);
    for (unsigned i = 0; i < METER_LEN; i++) {
        fputc(i < cells ? '=' : ' ', view->to);
    }
    fputc(']', view->to);
}

static const char *get_bearing(const struct tn_watch_brick *b)
{
    if (b->asleep) {
        return "asleep";
    }
    if (b->lasting[TN_SIGNAL_UPSIDE_DOWN]) {
        return "upside down";
    }
    return b->lasting[TN_SIGNAL_STILL]    ? "still"
           : b->lasting[TN_SIGNAL_MOVING] ? "moving"
                                          : "";
}

/* What remains of the line's width is for words. */
static void draw_words(struct tn_view *view, const struct tn_world_brick *brick,
                       const struct tn_watch_brick *b, int room)
{
    char line[LINE_CAP];
    int len = snprintf(line, sizeof line, " battery %u%% %s",
                       (unsigned)brick->battery_pc, get_bearing(b));

    if (b->peer_count > 0) {
        len += snprintf(line + len, sizeof line - (size_t)len, "  with %u %s",
                        b->peer_count, b->peer_count > 1 ? "others" : "other");
    }
    for (size_t i = 0; i < TN_PROGRAM_CAP && len < (int)sizeof line; i++) {
        const struct tn_lang_program *program = b->programs[i];
        const char *state = program && b->states[i] < program->states.count
                                ? program->states.list[b->states[i]]
                                : "";

        if (b->names[i]) {
            len += snprintf(line + len, sizeof line - (size_t)len, "  %s: %s",
                            b->names[i], state);
        }
    }
    fprintf(view->to, "%.*s\n", room > 0 ? room : 0, line);
}

static int get_columns(const struct tn_view *view)
{
    struct winsize size;

    return ioctl(fileno(view->to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0
               ? size.ws_col
               : 80;
}

void tn_view_draw(struct tn_view *view, const struct tn_world *world,
                  const struct tn_watch *watch)
{
    if (!view->live || world->time_us - view->drawn_us < DRAW_US) {
        return;
    }

    int columns = get_columns(view);

    clear(view);
    view->drawn_us = world->time_us;
    for (size_t i = 0; i < view->scene->brick_count && i < TN_VIEW_BRICK_CAP;
         i++) {
        const struct tn_world_brick *brick = &world->bricks[i];
        int used =
            fprintf(view->to, "%8.2f s  %-*s  ", (double)world->time_us * 1e-6,
                    get_name_width(view->scene), view->scene->bricks[i]);

        draw_leds(view, brick->out.leds);
        draw_meter(view, view->peaks[i]);
        draw_words(view, brick, tn_watch_get(watch, i),
                   columns - used - (int)(TN_LED_COUNT + METER_LEN + 4));
        view->peaks[i] = 0;
        view->lines++;
    }
    fflush(view->to);
}
