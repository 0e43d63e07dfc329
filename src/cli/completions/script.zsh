#compdef cognito-sync
# Completes cognito-sync in zsh. The program itself knows what may be typed; this asks it.

_cognito-sync() {
    local program=$service typed=${(Q)PREFIX} line kept
    local -a answer finished goes_on
    [[ $words[1] == */* ]] && program=${~${(Q)words[1]}}
    answer=("${(@f)$("$program" completions zsh --at $((CURRENT - 2)) -- \
        "${(@Q)words[2,CURRENT-1]}" "$IPREFIX$typed" "${(@Q)words[CURRENT+1,-1]}" 2>/dev/null)}")
    if [[ $answer[1] == $'\t'* ]]; then
        # An argument of another command, behind the program and as many arguments as this says.
        shift $(( answer[1] + 1 )) words
        (( CURRENT -= answer[1] + 1 ))
        _normal
        return
    fi
    (( $#answer > 1 )) || return 1
    # What stays of the word is not shown again, unless it has quotes that zsh would lose.
    if [[ $typed == "$PREFIX" ]]; then
        compset -p $(( answer[1] - $#IPREFIX ))
    else
        kept=${${typed[1,answer[1]]//\\/\\\\}//:/\\:}
    fi
    for line in "${(@)answer[2,-1]}"; do
        if [[ $line == .* ]]; then
            finished+=("$kept${line#.}")
        else
            goes_on+=("$kept${line#+}")
        fi
    done
    _describe -V cognito-sync finished -- goes_on -S ''
}

# Autoloaded from fpath, this file is the function's body; otherwise the function is registered.
if [[ $funcstack[1] == _cognito-sync ]]; then
    _cognito-sync "$@"
else
    compdef _cognito-sync cognito-sync
fi
