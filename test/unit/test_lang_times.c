/* SPDX-License-Identifier: Apache-2.0 */
/* The language's words for time, from text to what a brick does. */
#include "lang_kit.h"

#include <stdlib.h>

#include <tenon/image.h>
#include <tenon/play.h>
#include <tenon/voice.h>

#include "explain.h"
#include "support/load.h"

static struct tn_play play;
static struct tn_play_in in;
static struct tn_play_out out;
static struct tn_lang_set *set;

static void step(void)
{
    in.time_us += TN_FRAME_US;
    tn_play_step(&play, &in, &out);
}

static void begin(const char *text)
{
    struct tn_image_info info;

    set = compile_good(text);
    memset(&in, 0, sizeof(in));
    tn_play_init(&play);
    for (size_t i = 0; i < set->program_count; i++) {
        const struct tn_lang_program *p = &set->programs[i];

        assert_int_equal(load_image(&play, (uint8_t)i, p->image,
                                    (uint16_t)p->image_len, 0, &info),
                         0);
    }
    step();
}

static void end(void)
{
    tn_lang_free(set);
}

static void tap(void)
{
    struct tn_event event;

    memset(&event, 0, sizeof(event));
    event.number = TN_EVENT_TAPPED;
    event.source = TN_SOURCE_SELF;
    event.target = 0xFF;
    tn_play_post(&play, &event);
    step();
}

static const struct tn_effect *find(uint8_t number)
{
    for (uint8_t i = 0; i < out.effect_count; i++) {
        if (out.effects[i].number == number) {
            return &out.effects[i];
        }
    }
    return NULL;
}

/* Milliseconds until the sound of that name is played; -1 within 5 s. */
static int wait_for(const char *name)
{
    for (int ms = 4; ms <= 5000; ms += 4) {
        const struct tn_effect *effect;

        step();
        effect = find(TN_EFFECT_PLAY);
        if (effect &&
            strcmp(set->programs[0].sounds.list[effect->item], name) == 0) {
            return ms;
        }
    }
    return -1;
}

#define AB                                                                     \
    "sound a { sine 440 Hz; last 300 ms }\n"                                   \
    "sound b { sine 880 Hz falling to 440 Hz over 120 ms }\n"
#define SOUNDS AB "sound c { noise 50% .. 80% by force; decay 50 ms to 0% }\n"

static void then_begins_when_the_sound_before_ends(void **state)
{
    (void)state;
    begin(SOUNDS "tile t { when tapped { play a then b then c with "
                 "force = 30% } }");
    tap();
    assert_non_null(find(TN_EFFECT_PLAY));
    assert_int_equal(wait_for("b"), 300);
    assert_int_equal(wait_for("c"), 120);
    assert_int_equal(find(TN_EFFECT_PLAY)->params[0], 19661);
    assert_int_equal(wait_for("a"), -1);
    assert_int_equal(set->programs[0].image[TN_IMAGE_AT_FEATURES],
                     TN_FEATURE_TIMES);
    end();
}

static void then_waits_for_the_voice_to_have_ended_the_sound(void **state)
{
    static struct tn_voice voice;
    int16_t audio[TN_AUDIO_LEN];
    struct tn_voice_req req;

    (void)state;
    begin(AB "tile t { when tapped { play b then a } }");
    memset(&req, 0, sizeof(req));
    tn_play_find_sound(set->programs[0].image,
                       (uint16_t)set->programs[0].image_len, 0, &req.patch,
                       &req.patch_len);
    tn_voice_init(&voice, 1);
    tap();
    tn_voice_play(&voice, &req);
    for (int ms = 0; !find(TN_EFFECT_PLAY) || ms == 0; ms += 4) {
        assert_true(voice.sounds[0].age_ms < voice.sounds[0].fade_ms);
        tn_voice_render(&voice, audio);
        step();
    }
    assert_int_equal(voice.sounds[0].age_ms, voice.sounds[0].fade_ms);
    end();
}

static void times_is_so_often_in_a_row(void **state)
{
    int count = 0, ms = 0;

    (void)state;
    begin(AB "tile t { when tapped { play b times 5 then a } }");
    tap();
    while (ms < 2000) {
        count += find(TN_EFFECT_PLAY) && find(TN_EFFECT_PLAY)->item == 0;
        if (find(TN_EFFECT_PLAY) && find(TN_EFFECT_PLAY)->item == 1) {
            break;
        }
        step();
        ms += 4;
    }
    assert_int_equal(count, 5);
    assert_int_equal(ms, 600);
    end();
}

static void after_stands_in_a_block_and_knows_what_happened(void **state)
{
    (void)state;
    begin("message hit with force = 50%\n"
          "tile t { number n = 0%\n"
          "  when hit { after 500 ms { n = force; send hit to sender } } }\n"
          "tile u { when tapped { send hit with force = 70% } }");
    tap();
    step();
    for (int i = 0; i < 124; i++) {
        step();
        assert_int_equal(tn_play_get_number(&play, 0, 0), 0);
    }
    step();
    assert_int_equal(tn_play_get_number(&play, 0, 0), 45875);
    assert_non_null(find(TN_EFFECT_SEND));
    assert_int_equal(find(TN_EFFECT_SEND)->item, TN_TARGET_SENDER);
    assert_int_equal(find(TN_EFFECT_SEND)->key, 1);
    end();
}

static void an_arrow_behind_after_belongs_to_it(void **state)
{
    (void)state;
    begin("tile t { state a { when tapped { after 8 ms { } -> b } }\n"
          "  state b { when tapped { after 8 ms -> a } } }");
    tap();
    assert_int_equal(tn_play_get_state(&play, 0), 0);
    step();
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 1);
    tap();
    step();
    step();
    assert_int_equal(tn_play_get_state(&play, 0), 0);
    end();
}

#define HERO "tune hero { tempo 132; c4 g4. e5/2 d5 c5*2 }\n"

static const uint8_t *patch_of(uint8_t item, uint8_t *len)
{
    const uint8_t *patch;

    assert_int_equal(tn_play_find_sound(set->programs[0].image,
                                        (uint16_t)set->programs[0].image_len,
                                        item, &patch, len),
                     TN_OK);
    return patch;
}

static void a_tune_takes_a_byte_or_two_a_note(void **state)
{
    static const uint8_t hero[] = {0xC0, 0x84, 0x01, 0x67,
                                   0x95, 0x37, 0x6C, 0xAC};
    const uint8_t *patch;
    uint8_t len;

    (void)state;
    begin(HERO "tile t { when tapped { hum hero } }");
    patch = patch_of(0, &len);
    assert_int_equal(len, sizeof(hero));
    assert_memory_equal(patch, hero, sizeof(hero));
    tap();
    assert_non_null(find(TN_EFFECT_PLAY));
    end();
}

static void play_means_hum_and_hum_again_goes_on(void **state)
{
    (void)state;
    begin(HERO "tile t { state a {\n"
               "    enter { play hero }\n"
               "    when tapped { hum hero again; after 8 ms -> b } }\n"
               "  state b { when tapped { stop hero } -> a } }");
    assert_non_null(find(TN_EFFECT_PLAY));
    tap();
    assert_non_null(find(TN_EFFECT_HUM));
    step();
    step();
    assert_non_null(find(TN_EFFECT_STOP));
    tap();
    assert_non_null(find(TN_EFFECT_STOP));
    assert_non_null(find(TN_EFFECT_PLAY));
    end();
}

static void what_follows_a_tune_waits_for_its_last_note(void **state)
{
    (void)state;
    /* 1 + 1.5 + 0.5 + 1 + 2 quarters of 60000 / 132 ms */
    begin(AB HERO "tile t { when tapped { play b; hum hero then a } }");
    tap();
    assert_int_equal(wait_for("a"), 2728);
    end();
}

static void notes_have_ties_chords_rests_and_swing(void **state)
{
    static const uint8_t bytes[] = {TN_SOUND_SAW * 8,
                                    0xE0,
                                    0x0D,
                                    TN_SOUND_HOLD * 8,
                                    0xC4,
                                    120,
                                    60,
                                    0x80 | 14, /* g4 tied to g4/2: 36 ticks */
                                    0x60 | 29, /* a rest */
                                    30,
                                    71,
                                    30,
                                    74,
                                    0xA0 | 14, /* g4+b4+d5*2 */
                                    0xE0 | 13,
                                    32, /* fs4*4/3 */
                                    0xE0 | 14,
                                    42,         /* fs4.. */
                                    0x40 | 18}; /* bb4./2 */
    const uint8_t *patch;
    uint8_t len;

    (void)state;
    begin("sound s { saw 440 Hz; hold }\n"
          "tune x { swing 60%; with s\n"
          "  g4- g4/2 r g4+b4+d5*2 fs4*4/3\n"
          "  fs4.. bb4./2 }\n"
          "tile t { while { play x } }");
    patch = patch_of(0, &len);
    assert_int_equal(len, sizeof(bytes));
    assert_memory_equal(patch, bytes, sizeof(bytes));
    assert_non_null(find(TN_EFFECT_HOLD));
    end();
}

static void every_note_has_its_pitch(void **state)
{
    static const char *const names[] = {"c",  "cs", "db", "d",  "ds", "eb",
                                        "e",  "f",  "fs", "gb", "g",  "gs",
                                        "ab", "a",  "as", "bb", "b"};
    static const uint8_t pitches[] = {0, 1, 1, 2, 3, 3,  4,  5, 6,
                                      6, 7, 8, 8, 9, 10, 10, 11};
    const uint8_t *patch;
    uint8_t len;
    char text[128];

    (void)state;
    for (size_t i = 0; i < 17; i++) {
        for (unsigned octave = 0; octave <= 8; octave++) {
            snprintf(text, sizeof(text),
                     "tune x { c8 c0 %s%u }\ntile t { enter { hum x } }",
                     names[i], octave);
            begin(text);
            patch = patch_of(0, &len);
            assert_int_equal(patch[len - 1],
                             octave * 12 + 12 + pitches[i] < 12 + 15
                                 ? 0x60 + 14 + octave * 12 + pitches[i]
                                 : octave * 12 + 12 + pitches[i]);
            end();
        }
    }
}

static void a_note_is_a_frequency(void **state)
{
    (void)state;
    begin("sound x { sine note a4 .. note c5 by f; hold }\n"
          "tile t { number n = 1 Hz\n"
          "  when tapped { n = note a3 * 2; play x with f = 50% } }");
    tap();
    assert_int_equal(tn_play_get_number(&play, 0, 0), 440 * TN_Q16_ONE);
    /* 440 Hz and 523.25 Hz */
    assert_bytes(set, TN_SOUND_SINE * 8 + 2, 0xE0, 0x0D, 0xAD, 0x10, 0);
    end();
}

static void lights_dim_and_are_bars(void **state)
{
    (void)state;
    begin("light evening { warm dim to 5% over 10 min }\n"
          "tile t { number hull = 6\n"
          "  when tapped { hull -= 2; glow green meter hull of 6\n"
          "    glow flash red 3/s 50% dim to 0% over 1.5 s; glow evening }\n"
          "  while if still { glow blue meter speed of 50% } }");
    assert_bytes(set, 7, 0x10, 2, 100, 5, 0xC0, 0xCF, 0x24);
    assert_bytes(set, 8, 0x12, 3, 50, 0xB4, 0x01, 0, 0xDC, 0x0B);
    tap();
    assert_int_equal(out.effects[0].number, TN_EFFECT_GLOW);
    assert_int_equal(out.effects[0].params[0], 4 * TN_Q16_ONE / 6);
    assert_int_equal(out.effects[1].params[0], TN_UNKNOWN);
    in.signals[TN_SIGNAL_STILL] = TN_Q16_ONE;
    in.signals[TN_SIGNAL_SPEED] = TN_Q16_ONE / 8;
    step();
    assert_int_equal(find(TN_EFFECT_GLOW)->params[0], TN_Q16_ONE / 4);
    step();
    assert_int_equal(find(TN_EFFECT_METER)->params[0], TN_Q16_ONE / 4);
    end();
}

static void fade_and_volume_reach_the_voice(void **state)
{
    (void)state;
    begin(SOUNDS HERO
          "tile t { when tapped { play a; fade a over 2 s; volume 50%\n"
          "  hum hero again; fade hero over 250 ms; stop all; play b\n"
          "  volume loudness; play c with force = 1% } }");
    tap();
    assert_int_equal(find(TN_EFFECT_FADE)->params[0], 2 * TN_Q16_ONE);
    assert_int_equal(find(TN_EFFECT_VOLUME)->params[0], TN_Q16_ONE / 2);
    assert_non_null(find(TN_EFFECT_STOP_ALL));
    end();
}

static void numbers_may_be_called_like_words_of_time(void **state)
{
    (void)state;
    begin("tile t { number volume = 1; number fade = 0; number again = 0\n"
          "  number over = 0; number tempo = 0; number note = 3\n"
          "  when tapped { volume += 1; fade = volume + note; volume 20%\n"
          "    again = fade * 2; over = again; tempo = over } }");
    tap();
    assert_int_equal(tn_play_get_number(&play, 0, 4), 10 * TN_Q16_ONE);
    assert_non_null(find(TN_EFFECT_VOLUME));
    end();
}

/* What `explain` says of the only reaction to being tapped. */
static void assert_explained(const char *text, const char *words)
{
    struct tn_builder said = {0};
    struct tn_explain ask = {0};

    begin(text);
    ask.image = set->programs[0].image;
    ask.len = (uint16_t)set->programs[0].image_len;
    ask.set = set;
    assert_int_equal(tn_explain_print(&ask, &said, NULL), TN_OK);
    if (!strstr(said.data, words)) {
        print_message("%s\n", said.data);
    }
    assert_non_null(strstr(said.data, words));
    tn_builder_reset(&said);
    end();
}

static void explain_says_it_in_words(void **state)
{
    (void)state;
    assert_explained("tile t { number n = 0; when tapped { n = 1\n"
                     "  after 2 s { n = 2; after 8 ms -> u }\n"
                     "  n = 3 }; state s { }; state u { } }",
                     "when tapped { n = 1; after 2 s { n = 2; after 8 ms { -> "
                     "u } }; n = 3 }");
    assert_explained(AB "tile t { when tapped { play b times 3 then a } }",
                     "{ play b; 2 times more, every 120 ms { play b }; after "
                     "360 ms { play a } }");
    assert_explained(HERO "tile t { when tapped { hum hero again\n"
                          "  fade hero over 2 s; volume loudness } }",
                     "{ hum hero again; fade hero over 2 s; volume loudness }");
    assert_explained(HERO "tile t { when tapped { hum hero } }",
                     "tempo 132; c4 g4. e5/2 d5 c5*2");
    assert_explained("tune x { swing 60%; g4+b4*3/2 r c1/3 }\n"
                     "tile t { enter { hum x } }",
                     "tempo 120; swing 60%; g4+b4. r c1/3");
    assert_explained("tile t { number n = 2; when tapped {\n"
                     "  glow red meter n of 2 * n\n"
                     "  glow warm 90% dim to 5% over 10 min } }",
                     "{ glow red meter n of 2 * n; glow warm 90% dim to 5% "
                     "over 600 s }");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(then_begins_when_the_sound_before_ends),
        cmocka_unit_test(then_waits_for_the_voice_to_have_ended_the_sound),
        cmocka_unit_test(times_is_so_often_in_a_row),
        cmocka_unit_test(after_stands_in_a_block_and_knows_what_happened),
        cmocka_unit_test(an_arrow_behind_after_belongs_to_it),
        cmocka_unit_test(a_tune_takes_a_byte_or_two_a_note),
        cmocka_unit_test(play_means_hum_and_hum_again_goes_on),
        cmocka_unit_test(what_follows_a_tune_waits_for_its_last_note),
        cmocka_unit_test(notes_have_ties_chords_rests_and_swing),
        cmocka_unit_test(every_note_has_its_pitch),
        cmocka_unit_test(a_note_is_a_frequency),
        cmocka_unit_test(lights_dim_and_are_bars),
        cmocka_unit_test(fade_and_volume_reach_the_voice),
        cmocka_unit_test(numbers_may_be_called_like_words_of_time),
        cmocka_unit_test(explain_says_it_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
