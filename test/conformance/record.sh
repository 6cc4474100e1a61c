#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes the recordings anew, from scenes, after a change of behaviour that is
# meant: record.sh [TENON]. Say in the commit why they changed. A scene of several
# bricks makes a recording each: SCENE-BRICK.tnr.
set -eu
cd "$(dirname "$0")/../.."
tenon=${1:-build/play/tools/tenon}
out=test/conformance/recordings
flights=sets/starfighter
scenes="$flights/first-flight $flights/figure-alone $flights/both $flights/pilots
    test/conformance/senses sets/duel/hit sets/duel/crew"
for scene in $scenes; do
    "$tenon" check "$scene.scene" >/dev/null
done
mkdir -p "$out"
rm -f "$out"/*.tnr
for scene in $scenes; do
    # A scene whose expectations fail still makes a recording: exit 1.
    "$tenon" run "$scene.scene" --fast \
        --record "$out/${scene##*/}.tnr" >/dev/null || [ $? = 1 ]
done
ls -l "$out"
