#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Instructions of each step of a recording on a Cortex-M4F, by QEMU:
# steps.sh each FILE; with what each room took: steps.sh rooms FILE; of
# libsodium's calls: steps.sh cipher. bench/steps/steps.c says what they print.
# BUILD: another folder than build/steps; BUILT: 1, it is up to date.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$top/build/steps}
if [ "${BUILT:-0}" != 1 ]; then
    mkdir -p "$build"
    {
        cmake -S "$top" -B "$build" -G Ninja -DTENON_PORT=../bench/steps \
            --toolchain "$top/cmake/cortexm.cmake" \
            -DCMAKE_BUILD_TYPE=MinSizeRel &&
            cmake --build "$build" --target steps steps_rooms
    } >"$build/build.log" 2>&1 || {
        tail -n 40 "$build/build.log" >&2
        exit 3
    }
fi
program=steps
config=enable=on,target=native,chardev=out,arg=steps
case $1 in
rooms) program=steps_rooms config=$config,arg=each ;;
*) config=$config,arg=$1 ;;
esac
[ $# -lt 2 ] || config=$config,arg=$2
exec timeout 300 qemu-system-arm -M mps2-an386 -nographic -monitor none \
    -serial none -icount shift=6 -chardev stdio,id=out \
    -semihosting-config "$config" \
    -kernel "$build/bench/steps/$program.elf" </dev/null
