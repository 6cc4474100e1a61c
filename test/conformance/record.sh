#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes the recordings anew, from scenes, after a change of behaviour that is
# meant: record.sh [TENON]. Say in the commit why they changed.
set -eu
cd "$(dirname "$0")/../.."
tenon=${1:-build/play/tools/tenon}
out=test/conformance/recordings
rm -f "$out"/*.tnr
mkdir -p "$out"
flights=sets/starfighter
for scene in $flights/first-flight $flights/figure-alone $flights/both \
    $flights/pilots test/conformance/senses; do
    # A scene whose expectations fail still makes a recording: exit 1.
    "$tenon" run "$scene.scene" --fast \
        --record "$out/${scene##*/}.tnr" >/dev/null || [ $? = 1 ]
done
ls -l "$out"
