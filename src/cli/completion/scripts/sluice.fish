# fish completion for sluice. Sluice itself says what can follow; fish completes folders and files.
function __sluice_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # The command as it was typed, if it is a program. It is never evaluated.
    set -l program sluice
    set -l typed (string replace -r '^~/' "$HOME/" -- $words[1])
    type -q -f -- $typed; and set program $typed
    set -l answer (command $program completion --words -- $words[2..-1] "$current" 2>/dev/null)
    set -l kind (string split -m 1 ' ' -- $answer[1])
    # What of the word stays in front: --to=
    set -l prefix "$kind[2]"
    set -l rest (string sub -s (math 1 + (string length -- "$prefix")) -- "$current")
    switch "$kind[1]"
        case folders
            for found in (__fish_complete_directories "$rest" "")
                echo -- $prefix$found
            end
        case files
            for found in (__fish_complete_path "$rest")
                echo -- $prefix$found
            end
        case words
            for line in $answer[2..-1]
                echo -- $line
            end
    end
end

complete -c sluice -e
complete -c sluice -f -k -a '(__sluice_complete)'
