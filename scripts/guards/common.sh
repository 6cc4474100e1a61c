# SPDX-License-Identifier: Apache-2.0
# For the guards and scripts written in shell, sourced: the root of the
# repository as the working folder, lists of our files, builds.
cd "$(dirname "$0")" || exit 1
while [ ! -e packages.txt ]; do
    [ "$PWD" != / ] || { echo "no packages.txt above $0"; exit 1; }
    cd ..
done
LC_ALL=C.UTF-8
export LC_ALL

# Every file of ours, without what builds and tools leave.
all_files() {
    find . \( -name .git -o -name node_modules -o -path ./build \
        -o -path ./out \) -prune -o -type f -print | sort
}

c_files() {
    all_files | grep '\.[ch]$'
}

# Builds a target quietly; on failure shows why. PRESET TARGET [OPTION...]
quiet_build() {
    preset=$1
    target=$2
    shift 2
    mkdir -p build
    if ! { cmake --preset "$preset" "$@" && cmake --build "build/$preset" \
        --target "$target"; } >"build/$preset-guard.log" 2>&1; then
        tail -n 40 "build/$preset-guard.log"
        echo "the build of $preset failed"
        exit 1
    fi
}

# compiled FOLDER ROOM SUFFIX: what the compiler has left in a folder for the
# sources of src/ROOM that are there now; what is left of others is not ours.
compiled() {
    find "$1" -name "*.c.$3" 2>/dev/null | sort | while read -r file; do
        [ ! -e "src/$2/$(basename "$file" ".$3")" ] || echo "$file"
    done
}

fail() {
    echo "$*"
    failed=1
}
failed=0
