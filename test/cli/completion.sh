# SPDX-License-Identifier: Apache-2.0
# Completion knows every command and every option that --help names.
complete_words() # WORD...: what the last word may become
{
    bash -c '. tools/completion/tenon
        COMP_WORDS=(tenon "$@")
        COMP_CWORD=$#
        _tenon
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

try 0 --help
commands=$(sed -n 's/^  \([a-z][a-z]*\)   *[a-z].*/\1/p' "$TMP/out")
[ "$(echo "$commands" | wc -l)" -ge 10 ] || fail "commands: $commands"
complete_words "" >"$TMP/offered"
for command in $commands; do
    grep -qx "$command" "$TMP/offered" || fail "completion lacks $command"
done
for command in $(grep -v '^-' "$TMP/offered"); do
    echo "$commands" | grep -qx "$command" || fail "no command is $command"
    [ "$command" != help ] || continue
    try 0 "$command" --help
    grep -oE '^  (-[a-z], )?--?[a-z]+' "$TMP/out" | tr -d ' ,' |
        sed 's/^\(-[a-z]\)--/\1 --/' | tr ' ' '\n' >"$TMP/options"
    complete_words "$command" - >"$TMP/offered_options"
    for option in $(cat "$TMP/options") --help; do
        grep -qxe "$option" "$TMP/offered_options" ||
            fail "completion lacks $command $option"
    done
    for option in $(grep -vxe --help "$TMP/offered_options"); do
        grep -qxe "$option" "$TMP/options" ||
            fail "$command has no option $option"
    done
done

# Files by their endings, where a command takes some.
mkdir "$TMP/files"
touch "$TMP/files/a.play" "$TMP/files/a.scene" "$TMP/files/a.txt"
last="completion of files"
complete_words run "$TMP/files/" >"$TMP/out"
says out a.scene
lacks out a.play
complete_words check "$TMP/files/" >"$TMP/out"
says out a.scene
says out a.play
lacks out a.txt
complete_words help ex >"$TMP/out"
says out explain
head -n 1 tools/completion/_tenon | grep -qx '#compdef tenon' || fail "zsh"
