/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_CONFIG_H
#define TENON_CONFIG_H

/*
 * Capacities and rates of a brick. A port may build with other capacities
 * (tests shrink them to give bugs a chance); rates are fixed, since recordings
 * and digests depend on them.
 */

/* The heartbeat: one step covers one frame of 4 ms (half an audio buffer). */
#define TN_FRAME_US 4000u
#define TN_SAMPLE_HZ 16000u
#define TN_AUDIO_LEN 64u /* audio samples a frame, out and in */
#define TN_LED_COUNT 8u

#define TN_ACCEL_CAP 8u /* accelerometer samples a frame */
#define TN_NF_CAP 8u    /* near-field commands or replies a step */
#define TN_NF_CMD_LEN 24u
#define TN_NF_DATA_LEN 72u

#define TN_TAG_CAP 5u     /* tags at once: 2 tiles and 3 figures */
#define TN_PROGRAM_CAP 5u /* programs at once, one a tag */
#ifndef TN_IMAGE_CAP
#define TN_IMAGE_CAP 888u /* bytes of one program: an NTAG216's user memory */
#endif

#define TN_NAME_CAP 32u     /* shared names a program */
#define TN_STATE_CAP 32u    /* states a program */
#define TN_NUMBER_CAP 16u   /* numbers, moods and lists a program */
#define TN_CELL_CAP 32u     /* their values: one each, a list one a place */
#define TN_MOOD_CAP 4u      /* moods a program */
#define TN_LIST_CAP 4u      /* lists a program */
#define TN_PLACE_CAP 16u    /* places a list */
#define TN_PICK_CAP 16u     /* `pick`s a program, `once`s a program */
#define TN_REACTION_CAP 64u /* reactions a program */
#define TN_TIMER_CAP 16u    /* reactions with a time, a program */
#define TN_WHILE_CAP 16u    /* `while` blocks a program */
#define TN_SOUND_CAP 16u    /* sounds a program */
#define TN_LIGHT_CAP 16u    /* lights a program */
#define TN_PARAM_CAP 4u     /* live parameters a sound */
#define TN_REG_COUNT 8u     /* registers of the play machine */
#define TN_LATER_CAP 4u     /* pieces of code that wait for later, a program */
#define TN_LATER_DEPTH 8u   /* of such pieces inside each other */
#define TN_AGAIN_CAP 15u    /* times that one of them can come */

#ifndef TN_EVENT_CAP
#define TN_EVENT_CAP 16u /* events that wait for the programs */
#endif
#define TN_EFFECT_CAP 32u /* effects a step */
#define TN_NOTICE_CAP 4u  /* notices a step */

/* Play-machine instructions a step, over all programs; an event that could
 * exceed the rest of it waits for the next step. */
#define TN_WORK_CAP 480u
#define TN_PROGRAM_WORK_CAP 380u /* of it for what a program does at once */

#define TN_VOICE_COUNT 6u

#define TN_NEIGHBOUR_CAP 16u /* other bricks that programs can look at */
#define TN_KIND_CAP 4u       /* kinds that a brick shows to others */
#define TN_COIL_CAP 2u       /* coil reports a step */
#define TN_FLASH_SECTORS 16u /* of a reference brick's store, 4 kB each */

#define TN_GRACE_US 320000u       /* a tag may be gone this long and go on */
#define TN_POLL_US 40000u         /* between looks for tags, awake */
#define TN_POLL_ASLEEP_US 480000u /* between looks for tags, asleep */
#define TN_DOZE_US 2000000u       /* quiet this long before sleep */
#define TN_SLEEP_MAX_US 60000000u
#define TN_LINGER_US                                                           \
    60000000u          /* asleep, a brick leaves its group after this          \
                        */
#define TN_WAKE_MG 80u /* motion that wakes the sensor, mg */

#endif
