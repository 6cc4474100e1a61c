#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The worst steps of all scenes on a Cortex-M4F: every brick of every scene is
# recorded, all its steps are counted by QEMU. A typical step is the median of
# those that are awake, with two or three voices, a tile and a figure; first of
# bricks that have neighbours, then of all. A brick that loses power is counted
# until then. HOST: another folder than build/host. Exit code 1 if a bar is
# missed.
. "$(dirname "$0")/../scripts/guards/common.sh"
tenon=${HOST:-build/host}/tools/tenon
out=build/scenes
typical=42666 # 25 % of 256,000 cycles at 1.5 an instruction
most=136533   # 80 %
rm -rf "$out"
mkdir -p "$out"

export BUILT=0
bench/steps.sh cipher >"$out/cipher.txt" || exit 3
BUILT=1
scenes=0
for scene in sets/*/*.scene test/scenes/*.scene test/conformance/*.scene; do
    name=$(printf '%s' "${scene%.scene}" | sed 's,^sets/,,; s,/,_,g')
    status=0
    "$tenon" run "$scene" --fast --quiet --record "$out/$name.tnr" \
        >"$out/$name.log" 2>&1 || status=$?
    # 1: an expectation failed; it is recorded all the same.
    [ "$status" -le 1 ] || {
        cat "$out/$name.log"
        exit 3
    }
    scenes=$((scenes + 1))
done
bricks=0
for file in "$out"/*.tnr; do
    bricks=$((bricks + 1))
    name=${file##*/}
    bench/steps.sh each "$file" >"$out/steps.txt" || {
        cat "$out/steps.txt"
        exit 3
    }
    awk -v name="${name%.tnr}" 'NR > 1 { print name, NR - 2, $0 }' \
        "$out/steps.txt"
done >"$out/all.txt"

# What came in and went out of a step: columns as bench/steps/steps.c has them,
# two further on.
tell='function tell(    t) {
        t = $6 ? "asleep" : "awake"
        t = t ", " (split("off seeking joining member coordinator", state, " ") \
            ? state[$7 + 1] : "")
        if ($8) t = t ", " $8 " neighbours"
        if ($9) t = t ", " $9 " voices"
        if ($10 + $11) t = t ", " $10 + $11 " programs"
        if ($12) t = t "; hears " $12 " frames, " $13 " bytes"
        if ($14) t = t "; sends " ($14 == 1 ? "beacon" : "answer or join")
        if ($18) t = t "; " $18 " programs come"
        if ($15) t = t "; " $15 " events"
        if ($16) t = t "; " $16 " effects"
        if ($17) t = t "; " $17 " messages"
        if ($19) t = t "; tag replies"
        if ($20) t = t "; couplings"
        if ($21) t = t "; flash"
        if ($22) t = t "; key pair"
        return t
    }'
table() { # COLUMN TO SORT BY, awk: $4 own, $5 libsodium; 0: both
    awk -v col="$1" '{ print (col ? $col : $4 + $5), $0 }' "$out/all.txt" |
        sort -k1,1 -rn | head -n 10 | cut -d' ' -f2- |
        awk -v most=$most "$tell"'
        {
            printf "%-22s %6d %7.3f s %7d %7d %7d %4.0f %%  %s\n", $1, $2,
                $3 / 1000, $4, $5, $4 + $5, 80 * ($4 + $5) / most, tell()
        }'
}
echo "$scenes scenes, $bricks recordings, $(wc -l <"$out/all.txt") steps"
echo "The ten worst: scene-brick, step, time, own, libsodium, both, of a step"
table 0 | tee "$out/worst.txt"
echo "The ten worst of our own instructions"
table 4 | tee "$out/worst-own.txt"

median() { # CONDITION: median of own, of both, of how many steps
    for what in '$4' '$4 + $5'; do
        awk "!\$6 && \$9 >= 2 && \$9 <= 3 && \$10 && \$11 && ($1) { print $what }" \
            "$out/all.txt" | sort -n |
            awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : 0 }'
    done
    awk "!\$6 && \$9 >= 2 && \$9 <= 3 && \$10 && \$11 && ($1)" \
        "$out/all.txt" | wc -l
}
hold() { # WHAT VALUE BAR
    if [ "$2" -le "$3" ]; then
        echo "holds: $1 is $2, the bar is <= $3"
    else
        fail "does not hold: $1 is $2, the bar is <= $3"
    fi
}
# shellcheck disable=SC2046 # three numbers each
set -- $(median '$8 > 0') $(median 1)
echo "typical, with neighbours: own $1, with libsodium $2 ($3 steps);" \
    "with and without neighbours: own $4, with libsodium $5 ($6 steps)"
hold "typical step with libsodium" "$5" $typical
[ "$3" = 0 ] || hold "typical step with neighbours and libsodium" "$2" $typical
hold "worst step, own instructions" \
    "$(awk '{ print $4 }' "$out/all.txt" | sort -n | tail -n 1)" $most
hold "worst step, with libsodium" \
    "$(awk '{ print $4 + $5 }' "$out/all.txt" | sort -n | tail -n 1)" $most
exit "$failed"
