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
}

# The program puts a space behind a word that is done, so that bash is to put none.
complete -o nospace -F _cognito_sync cognito-sync
