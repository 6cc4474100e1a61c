#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The dearest step of the play machine on a Cortex-M4F, by QEMU: worst.sh units,
# worst.sh search ROUNDS, worst.sh step FILE. bench/cortexm/worst.c says what
# they print. BUILD: another folder than build/worst.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$top/build/worst}
mkdir -p "$build"
{
    cmake -S "$top/bench/cortexm" -B "$build" -G Ninja \
        --toolchain "$top/cmake/cortexm.cmake" -DCMAKE_BUILD_TYPE=MinSizeRel &&
        cmake --build "$build"
} >"$build/build.log" 2>&1 || {
    cat "$build/build.log" >&2
    exit 3
}
config=enable=on,target=native,chardev=out,arg=worst
for word in "$@"; do
    config=$config,arg=$word
done
exec timeout 300 qemu-system-arm -M mps2-an386 -nographic -monitor none \
    -serial none -icount shift=6 -chardev stdio,id=out \
    -semihosting-config "$config" -kernel "$build/worst.elf" </dev/null
