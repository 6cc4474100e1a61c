#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measures what bench/README.md tells, and holds it against its bars. Times are
# processor time on one core, the best of several; instructions are counted by
# callgrind and by QEMU. Exit code 1 if a bar is missed.
. "$(dirname "$0")/../scripts/guards/common.sh"
bench=build/host/bench

field() { # NAME JSON: one value
    printf '%s\n' "$2" | sed -n "s/.*\"$1\": \([0-9.]*\).*/\1/p"
}

# count COMMAND...: instructions inside bench_run
count() {
    valgrind --tool=callgrind --callgrind-out-file=build/callgrind.out \
        --toggle-collect=bench_run "$@" 2>&1 >/dev/null |
        sed -n 's/.*refs: *//p' | tr -d ,
}

best() { # N COMMAND...: the run with the most times_real_time of N
    runs=$1
    shift
    while [ "$runs" -gt 0 ]; do
        runs=$((runs - 1))
        "$@" || exit 3
    done | sed 's/.*"times_real_time": \([0-9.]*\).*/\1 &/' |
        sort -g | tail -n 1 | cut -d' ' -f2-
}

at_least() { # WHAT VALUE BAR
    awk -v v="$2" -v bar="$3" 'BEGIN { exit !(v >= bar) }' ||
        fail "MISSED: $1 is $2, the bar is >= $3"
}

at_most() {
    awk -v v="$2" -v bar="$3" 'BEGIN { exit !(v <= bar) }' ||
        fail "MISSED: $1 is $2, the bar is <= $3"
}

echo "One step of a brick (4 ms; each voice: saw, noise, live filter)"
echo "voices   ns a step   times real time   instructions a step"
for voices in 0 3 6; do
    run=$(best 3 "$bench/bench_step" "$voices" 20000)
    instructions=$(count "$bench/bench_step" "$voices" 2000)
    printf '%6s %11s %17s %21s\n' "$voices" "$(field ns_step "$run")" \
        "$(field times_real_time "$run")" $((instructions / 10000))
done

echo
echo "A world on one core (two voices on each brick, lights, sensor, near field)"
echo "bricks   times real time   ns a brick and step   instructions a brick and step"
for bricks in 1 10 100 1000; do
    seconds=$((2000 / bricks))
    [ "$seconds" -lt 50 ] || seconds=50
    run=$(best 9 "$bench/bench_world" "$bricks" "$seconds")
    counted=2
    instructions=$(count "$bench/bench_world" "$bricks" "$counted")
    # bench_run runs for one second first, to bring the tags into play
    each=$((instructions / (bricks * (counted + 1) * 250)))
    printf '%6s %17s %21s %31s\n' "$bricks" "$(field times_real_time "$run")" \
        "$(field ns_brick_step "$run")" "$each"
    case $bricks in
    10) ns_10=$(field ns_brick_step "$run") count_10=$each ;;
    100) at_least "100 bricks, times real time" \
        "$(field times_real_time "$run")" 10 ;;
    1000)
        ratio=$(awk -v a="$(field ns_brick_step "$run")" -v b="$ns_10" \
            'BEGIN { printf "%.2f", a / b }')
        more=$(awk -v a="$each" -v b="$count_10" \
            'BEGIN { printf "%.3f", (a > b ? a / b : b / a) }')
        echo "from 10 to 1,000 bricks: time a brick x $ratio, instructions x $more"
        at_most "time a brick, 1,000 against 10" "$ratio" 1.5
        at_most "instructions a brick, 1,000 against 10" "$more" 1.05
        ;;
    esac
done

echo
echo "Cortex-M4F (-Os, QEMU)"
scripts/guards/size.guard || failed=1
scripts/guards/steps.guard || failed=1
exit "$failed"
