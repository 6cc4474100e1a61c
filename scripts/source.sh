#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts the sources of a Debian package into build/NAME, with Debian's patches:
# source.sh NAME VERSION. A later Debian revision of the version will do. Needs
# no root and changes nothing of the system. --has NAME VERSION only says, by its
# exit code, whether they are there.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C.UTF-8
has=
[ "${1-}" != --has ] || { has=1 && shift; }
name=${1:?which package?}
version=${2:?which version?}
to=build/$name
work=$PWD/build/source

die() {
    printf '%s %s: %s\n' "$name" "$version" "$*" >&2
    exit 1
}

# Whether a version is the one that is wanted, or a later revision of it.
fits() {
    [ "$1" = "$version" ] || [[ $1 == "$version"[+~.]* ]]
}

[ -r "$to/debian-version" ] && fits "$(cat "$to/debian-version")" && exit 0
[ -z "$has" ] || exit 1

# The machine's own archives, asked for sources instead of programs; lists and
# caches are ours.
get_archives() {
    local file
    eval "$(apt-config shell list Dir::Etc::sourcelist/f \
        parts Dir::Etc::sourceparts/d)"
    for file in "${list:-}" "${parts:-/nowhere}"/*.list; do
        [ -r "$file" ] && sed -n -E 's/^[ \t]*deb(-src)?[ \t]/deb-src /p' "$file"
    done | sort -u >"$work/parts/one-line.list"
    for file in "${parts:-/nowhere}"/*.sources; do
        [ -r "$file" ] && sed -E 's/^Types:.*/Types: deb-src/' "$file" \
            >"$work/parts/${file##*/}"
    done
    return 0
}

apt=(-q -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts"
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache"
    -o APT::Sandbox::User=)

# The newest version in the archives that fits.
find_version() {
    local found
    apt-cache "${apt[@]}" showsrc --only-source "$name" 2>/dev/null |
        sed -n 's/^Version: //p' | sort -V -r | while read -r found; do
        fits "$found" && echo "$found" && break
    done
}

# The files that a .dsc names must be those, by SHA-256.
check_files() { # DSC
    sed -n '/^Checksums-Sha256:/,/^[^ ]/s/^ \([0-9a-f]\{64\}\) [0-9]* /\1  /p' \
        "$1" >SHA256SUMS
    [ -s SHA256SUMS ] && sha256sum --check --strict SHA256SUMS
}

unpack() { # FILE FOLDER: without the archive's own top folder
    mkdir "$2.top" && (cd "$2.top" && cmake -E tar xf "$work/files/$1") || return 1
    local top=("$2.top"/*)
    [ ${#top[@]} = 1 ] && [ -d "${top[0]}" ] && mv "${top[0]}" "$2" &&
        rmdir "$2.top"
}

for tool in apt-get apt-config cmake patch; do
    command -v $tool >/dev/null ||
        die "fetching it needs $tool; or unpack its sources to $to by hand"
done
rm -rf "$work/parts" "$work/files"
mkdir -p "$work"/{parts,files,lists/partial,cache/archives/partial}
get_archives
found=$(find_version)
if [ -z "$found" ]; then
    apt-get "${apt[@]}" update # one archive of several may fail
    found=$(find_version)
fi
[ -n "$found" ] ||
    die "no archive of this machine has its sources: is there a network?"

cd "$work/files" || exit 1
apt-get "${apt[@]}" source --download-only --only-source "$name=$found" ||
    die "its sources could not be fetched: is there a network?"
dsc=$(echo ./*.dsc)
check_files "$dsc" || die "what came is not what $dsc names"
unpack ./*.orig.tar.* "$work/files/tree" &&
    unpack ./*.debian.tar.* "$work/files/debian" ||
    die "what came cannot be unpacked"
while read -r patch _; do
    case $patch in '' | \#*) continue ;; esac
    patch -d tree -p1 -s -f <"debian/patches/$patch" ||
        die "Debian's patch $patch does not fit"
done < <(cat debian/patches/series 2>/dev/null)
echo "$found" >tree/debian-version
cd ../../.. || exit 1
rm -rf "$to" && mv "$work/files/tree" "$to" && rm -rf "$work" || exit 1
echo "# $name $found"
