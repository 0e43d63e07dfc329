# Completes cognito-sync in fish. The program itself knows what may be typed; this asks it.

function __cognito_sync_candidates
    set -l words (commandline -opc)
    # Variables that are set for the command stand before its name.
    while string match -qr '^\w+=' -- $words[1]
        set -e words[1]
    end
    set -l program cognito-sync
    if string match -q '*/*' -- $words[1]
        set program (string replace -r '^~(?=/)' -- $HOME $words[1])
    end
    set -e words[1]
    set -l current (commandline -ct | string collect)
    set -l answer (command $program completions fish --at (count $words) -- $words $current 2>/dev/null)
    if string match -q \t'*' -- $answer[1]
        # An argument of another command, behind as many arguments as this says.
        set -l behind (math (string trim -- $answer[1]) + 1)
        complete -C (string join ' ' -- (string escape -- $words[$behind..-1]) "$current")
        return
    end
    string join \n -- $answer
end

complete -c cognito-sync -f -k -a '(__cognito_sync_candidates)'
