# Completes cognito-sync in bash. The program itself knows what may be typed; this asks it.

_cognito_sync() {
    local candidate program=cognito-sync
    case $1 in
        '~/'*) program=$HOME/${1#'~/'} ;;
        */*) program=$1 ;;
    esac
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <("$program" completions bash --at "$COMP_POINT" -- \
        "$COMP_LINE" "$COMP_WORDBREAKS" "$COMP_TYPE" 2>/dev/null)
    [[ ${COMPREPLY[0]} != $'\t'* ]] || _cognito_sync_of_command
}

# Completes an argument of the command behind `--`, with bash-completion or else with files.
_cognito_sync_of_command() {
    local offset=1 function
    COMPREPLY=()
    compopt +o nospace -o default 2>/dev/null
    while [[ ${COMP_WORDS[offset]} != -- ]]; do
        ((++offset <= COMP_CWORD)) || return
    done
    for function in _comp_command_offset _command_offset; do
        if declare -F "$function" >/dev/null; then
            "$function" $((offset + 1))
            return
        fi
    done
}

# The program puts a space behind a word that is done, so that bash is to put none.
complete -o nospace -F _cognito_sync cognito-sync
