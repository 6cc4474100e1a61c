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

hold() { # WHAT VALUE COMPARISON BAR
    if awk -v v="$2" -v bar="$4" "BEGIN { exit !(v $3 bar) }"; then
        echo "holds: $1 is $2, the bar is $3 $4"
    else
        fail "does not hold: $1 is $2, the bar is $3 $4"
    fi
}

at_least() { # WHAT VALUE BAR
    hold "$1" "$2" ">=" "$3"
}

at_most() {
    hold "$1" "$2" "<=" "$3"
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
echo "Everything on: radios, coils, flash, all senses, two programs on each brick"
echo "bricks   radios   steps a second   times real time   instructions a brick" \
    "and step: all, the brick's own step"
for bricks in 2 4 8 16; do
    run=$("$bench/bench_group" "$bricks" 20) || exit 3
    for radio in on off; do
        line=$(printf '%s\n' "$run" | grep "\"radio\": \"$radio\"")
        all=$(count "$bench/bench_group" "$bricks" 2 $radio)
        step=$(valgrind --tool=callgrind \
            --callgrind-out-file=build/callgrind.out \
            --toggle-collect=tn_brick_step "$bench/bench_group" "$bricks" 2 \
            $radio 2>&1 >/dev/null | sed -n 's/.*refs: *//p' | tr -d ,)
        # bench_run plays 2 s; before it the group has 6 s to form
        printf '%6s %8s %16s %17s %26s %20s\n' "$bricks" $radio \
            "$(field steps_a_second "$line")" \
            "$(field times_real_time "$line")" $((all / (bricks * 500))) \
            $((step / (bricks * 2000)))
    done
    printf '%s\n' "$run" | sed 's/.*"ns_brick_step": \([0-9.]*\).*/\1/' |
        awk '{ v[NR] = $1 } END {
            printf "with radios a step takes x %.2f of the time\n", v[1] / v[2] }'
done

echo
echo "Cipher and store: instructions on a Cortex-M4F; the same calls of" \
    "libsodium here, portable and as it chooses for this processor"
quiet_build cortexm weigh
costs=$(qemu-system-arm -M mps2-an386 -nographic -monitor none -serial none \
    -icount shift=6 -chardev stdio,id=out -semihosting-config \
    enable=on,target=native,chardev=out,arg=weigh,arg=costs \
    -kernel build/cortexm/ports/cortexm/weigh.elf </dev/null) || exit 3
printf '%s\n' "$costs" | while read -r what value; do
    here=
    case $what in
    seal_* | open_*)
        set -- "$bench/bench_seal" "${what%_*}" "${what#*_}" 100
        here="$(($(count "$@") / 100)) $(($(count "$@" fast) / 100))"
        ;;
    esac
    # shellcheck disable=SC2086 # two numbers or none
    printf '%-20s %8s %8s %8s\n' "$what" "$value" $here
done

echo
echo "The play machine against Lua 5.4: the starfighter, recorded events"
flights=test/conformance/recordings
set -- sets/starfighter/starfighter.play bench/starfighter.lua \
    $flights/both.tnr $flights/figure-alone.tnr $flights/first-flight.tnr \
    $flights/pilots-left.tnr $flights/pilots-right.tnr
run=$("$bench/bench_play_lua" "$@") || exit 3
busy=$(printf '%s\n' "$run" | grep '"busy"')
memory=$(printf '%s\n' "$run" | grep '"programs"')
printf '%s\n' "$run"
events=$(field events "$busy")
play=$(count "$bench/bench_play_lua" -o play "$@")
lua=$(count "$bench/bench_play_lua" -o lua "$@")
echo "instructions an event: $((play / events)), Lua's $((lua / events))"
at_least "events that react, %" "$(field react_pc "$busy")" 30
at_least "events a second, times Lua's" "$(field ratio "$busy")" 8
at_least "Lua's bytes a program, times ours" "$(field lua_share "$memory")" 20

echo
echo "Compiling, against Lua 5.4 on as many lines"
run=$("$bench/bench_compile") || exit 3
printf '%s\n' "$run"
few=$(printf '%s\n' "$run" | grep '"lines": 500,')
many=$(printf '%s\n' "$run" | grep '"lines": 50000,')
at_most "5,000 lines, ms" \
    "$(field ms "$(printf '%s\n' "$run" | grep '"lines": 5000,')")" 50
at_most "instructions a line, 50,000 against 500" \
    "$(awk -v a="$(count "$bench/bench_compile" -o 50000)" \
        -v b="$(count "$bench/bench_compile" -o 500)" \
        'BEGIN { printf "%.3f", a / b / 100 }')" 1.1
at_most "time a line, 50,000 against 500" \
    "$(awk -v a="$(field us_line "$many")" -v b="$(field us_line "$few")" \
        'BEGIN { printf "%.2f", a / b }')" 1.5

echo
echo "Cortex-M4F (-Os, QEMU)"
bench/worst.sh search 5000 >build/worst.txt || failed=1
bench/worst.sh units >build/units.txt || failed=1
worst() { # NAME: one figure
    sed -n "s/^$1 //p" build/worst.txt
}
dearest=$(sort -k2 -rn build/units.txt | head -n 1)
echo "five programs: worst step seen $(worst worst_instructions) instructions;" \
    "its bound $(worst bound_units) units, the verifier's limit" \
    "$(worst limit_units) units;"
echo "instructions a unit: the dearest is ${dearest% *}, ${dearest#* }"
at_most "worst step of the play machine, instructions" \
    "$(worst worst_instructions)" 12000
compiled build/worst/CMakeFiles/tenon_play.dir play obj |
    xargs arm-none-eabi-size >build/worst-size.txt
at_most "code of the play machine with its verifier, bytes" \
    "$(awk 'NR > 1 { sum += $1 + $2 } END { print sum }' \
        build/worst-size.txt)" 10240
echo
bench/neighbours.sh || failed=1
echo
bench/scenes.sh || failed=1
echo
bench/flood.sh || failed=1
scripts/guards/size.guard || failed=1
scripts/guards/steps.guard || failed=1
exit "$failed"
