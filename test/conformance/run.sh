#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Replays every recording on one machine and compares its digest with the
# host's; before that, what libsodium gives for many inputs:
# run.sh host|cortexm|web HOST_RUNNER CROSS_BUILD_FOLDER
# To take new recordings after a change of behaviour that is meant, see
# record.sh.
set -eu
machine=$1
runner=$2
cross=$3
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$here/recordings"

build() { # TARGET: the cross build of it, made or brought up to date
    log=$cross.log
    if ! { cmake -S "$root" -B "$cross" -G Ninja -DTENON_PORT="$machine" \
               -DCMAKE_BUILD_TYPE="$2" \
               --toolchain "$root/cmake/$machine.cmake" &&
           cmake --build "$cross" --target "$1"; } >"$log" 2>&1; then
        tail -n 30 "$log"
        echo "the $machine build failed; all of it is in $log"
        exit 2
    fi
}

on_qemu() { # ARGUMENT...: of the conformance program
    arguments=$(printf ',arg=%s' "$@")
    timeout 300 qemu-system-arm -M mps2-an386 -nographic -monitor none \
        -serial none -chardev stdio,id=out -semihosting-config \
        "enable=on,target=native,chardev=out,arg=conformance$arguments" \
        -kernel "$cross/ports/cortexm/conformance.elf" </dev/null
}

replay() { # FILE|--crypto: prints DIGEST steps N, or DIGEST crypto
    case $machine:$1 in
    host:*) "$runner" "$1" ;;
    cortexm:--crypto) on_qemu crypto ;;
    cortexm:*) on_qemu replay "$1" ;;
    web:*) node "$here/replay.mjs" "$cross/ports/web/tenon.wasm" "$1" ;;
    esac
}

case $machine in
host) ;;
cortexm) build conformance MinSizeRel ;;
web) build tenon_web Release ;;
*)
    echo "run.sh: no machine called $machine"
    exit 2
    ;;
esac

failed=0
count=0
compare() { # FILE|--crypto
    expected=$("$runner" "$1") || failed=$((failed + 1))
    status=0
    got=$(replay "$1") || status=$?
    if [ "$status" = 0 ] && [ "$got" = "$expected" ]; then
        echo "$machine: $1: $got"
    else
        echo "$machine: $1: exit $status"
        echo "  host:  $expected"
        echo "  $machine: $got"
        failed=$((failed + 1))
    fi
}

compare --crypto
for file in *.tnr; do
    [ -e "$file" ] || continue
    count=$((count + 1))
    compare "$file"
done
if [ "$count" -lt 3 ]; then
    echo "$count recordings in $here/recordings, at least 3 are needed"
    exit 1
fi
echo "$machine: $count recordings, $failed failed"
[ "$failed" = 0 ]
