#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a neighbour costs a brick on a Cortex-M4F: a dart of sets/duel lies on
# each of 1 to 16 bricks, in a ring, and nobody touches them. Of the steps
# between 8 and 14 s, when all know each other, the mean and the most, for the
# coordinator and for one member; then the law instructions = a + b x
# neighbours, by least squares over 1 .. 15, and what each room takes.
# HOST: another folder than build/host. Exit code 1 if a bar is missed.
. "$(dirname "$0")/../scripts/guards/common.sh"
tenon=${HOST:-build/host}/tools/tenon
out=build/neighbours
typical=42666 # 25 % of 256,000 cycles at 1.5 an instruction
most=136533   # 80 %
rm -rf "$out"
mkdir -p "$out"

# A program on a chip is one thing in a scene: each brick has its own dart.
for i in $(seq 0 15); do
    sed -E "s/\\b(dart|bastion|wren|mole)\\b/\\1$i/g" sets/duel/duel.play \
        >"$out/duel$i.play"
done

make_scene() { # NEIGHBOURS
    awk -v n="$1" 'BEGIN {
        print "scene \"Lying around\""
        turn = 6.283185307
        for (i = 0; i <= n; i++) printf "use \"duel%d.play\"\n", i
        for (i = 0; i <= n; i++)
            printf "brick b%d at %.3f m, %.3f m facing %.0f deg\n", i,
                0.35 * cos(turn * i / (n + 1)), 0.35 * sin(turn * i / (n + 1)),
                (180 + 360 * i / (n + 1)) % 360
        for (i = 0; i <= n; i++)
            printf "at 0.2 s b%d gets tile dart%d on NTAG216\n", i, i
        print "expect b0 is " (n ? "joined" : "alone") " at 8 s\nend at 14 s"
    }' >"$out/$1.scene"
}

# Of the steps of one brick while it is ROLE (3 member, 4 coordinator): none if
# it has another; else "own cipher both own_most cipher_most both_most steps".
sum_up() { # ROLE NEIGHBOURS FILE
    awk -v role="$1" -v others="$2" '
        NR > 1 && $1 >= 8000 && $4 == 0 {
            if ($5 != role || $6 != others) { bad++; next }
            n++; own += $2; cipher += $3
            if ($2 > o) o = $2
            if ($3 > c) c = $3
            if ($2 + $3 > b) b = $2 + $3
        }
        END {
            if (n && !bad)
                printf "%.0f %.0f %.0f %d %d %d %d\n", own / n, cipher / n,
                    (own + cipher) / n, o, c, b, n
        }' "$3"
}

measure() { # NEIGHBOURS: a line each for coordinator and member
    make_scene "$1"
    "$tenon" run "$out/$1.scene" --fast --quiet --record "$out/$1.tnr" \
        >"$out/$1.log" || { cat "$out/$1.log"; exit 3; }
    lead=
    member=
    for file in "$out/$1".tnr "$out/$1"-b*.tnr; do
        [ -e "$file" ] || continue
        bench/steps.sh each "$file" >"$out/steps.txt" || exit 3
        if [ -z "$lead" ]; then
            lead=$(sum_up 4 "$1" "$out/steps.txt")
            [ -z "$lead" ] || bench/steps.sh rooms "$file" >"$out/$1-lead.rooms"
        fi
        if [ -z "$member" ]; then
            member=$(sum_up 3 "$1" "$out/steps.txt")
            [ -z "$member" ] ||
                bench/steps.sh rooms "$file" >"$out/$1-member.rooms"
        fi
        if [ -n "$lead" ] && [ -n "$member" ]; then
            break
        fi
    done
    if [ -z "$lead" ] || { [ -z "$member" ] && [ "$1" -gt 0 ]; }; then
        echo "$1 neighbours: the group is not complete" >&2
        exit 3
    fi
    echo "coordinator $1 $lead"
    [ -z "$member" ] || echo "member $1 $member"
}

export BUILT=0
bench/steps.sh cipher >"$out/cipher.txt" || exit 3
BUILT=1
for n in 0 1 2 3 4 8 15; do
    measure $n
done >"$out/table.txt"

echo "A dart among neighbours, instructions a step: mean, most"
awk 'BEGIN {
        printf "%-12s %10s %14s %16s %16s\n", "", "neighbours", "own",
            "libsodium", "both"
    }
    { printf "%-12s %10d %7d %7d %7d %8d %7d %8d\n", $1, $2, $3, $6, $4, $7,
        $5, $8 }' "$out/table.txt"

# a, b and the largest error of a line through COLUMN
fit() { # ROLE COLUMN
    awk -v role="$1" -v col="$2" '
        $1 == role && $2 > 0 {
            n++; x[n] = $2; y[n] = $col
            sx += $2; sy += $col; sxx += $2 * $2; sxy += $2 * $col
        }
        END {
            b = (n * sxy - sx * sy) / (n * sxx - sx * sx)
            a = (sy - b * sx) / n
            for (i = 1; i <= n; i++) {
                e = y[i] - a - b * x[i]
                if (e < 0) e = -e
                if (e > worst) worst = e
            }
            printf "%.0f + %.0f x neighbours (off by %.0f at most)", a, b, worst
        }' "$out/table.txt"
}
for role in coordinator member; do
    echo "$role, mean: own $(fit $role 3)"
    echo "$role, mean: libsodium $(fit $role 4)"
    echo "$role, most: own $(fit $role 6)"
    echo "$role, most: libsodium $(fit $role 7)"
done

echo "Rooms, instructions a step, mean: with 1 and with 15 neighbours"
for role in lead member; do
    awk -v role="$role" '
        FNR == 1 { file++; for (i = 1; i <= NF; i++) name[i] = $i; next }
        $1 >= 8000 { n[file]++; for (i = 1; i <= NF; i++) s[file, i] += $i }
        END {
            printf "%s:", role
            for (i = 21; i <= NF; i++) {
                for (f = 1; f <= 2; f++) {
                    v[f] = s[f, i] / n[f]
                    rest[f] += v[f]
                    if (name[i] == "net") v[f] -= s[f, 3] / n[f]
                }
                printf " %s %.0f %.0f,", name[i], v[1], v[2]
            }
            for (f = 1; f <= 2; f++)
                rest[f] = (s[f, 2] + s[f, 3]) / n[f] - rest[f]
            printf " brick itself %.0f %.0f, libsodium %.0f %.0f\n", rest[1],
                rest[2], s[1, 3] / n[1], s[2, 3] / n[2]
        }' "$out/1-$role.rooms" "$out/15-$role.rooms"
done

hold() { # WHAT VALUE BAR
    if [ "$2" -le "$3" ]; then
        echo "holds: $1 is $2, the bar is <= $3"
    else
        fail "does not hold: $1 is $2, the bar is <= $3"
    fi
}
for role in coordinator member; do
    # shellcheck disable=SC2046 # the columns of one line
    set -- $(grep "^$role 15 " "$out/table.txt")
    hold "$role of 16, own instructions, mean" "$3" $typical
    hold "$role of 16, with libsodium, mean" "$5" $typical
    hold "$role of 16, own instructions, most" "$6" $most
    hold "$role of 16, with libsodium, most" "$8" $most
done
exit "$failed"
