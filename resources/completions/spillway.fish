# Completion of spillway for fish. The program itself computes the candidates, from the same tree as
# its help; this script asks it.
function __spillway_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l answer ($program complete fish -- $words[2..-1] "$current" </dev/null 2>/dev/null)
    for line in $answer[2..-1]
        echo $line
    end
    switch "$answer[1]"
        case 'files*'
            __fish_complete_path "$current"
        case 'directories*'
            __fish_complete_directories "$current"
        case 'sessions*'
            __fish_complete_suffix .spillway
    end
end
complete -c spillway -f -a '(__spillway_complete)'
