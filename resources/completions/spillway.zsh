#compdef spillway
# Completion of spillway for zsh. The program itself computes the candidates, from the same tree as
# its help; this script asks it.
local program=${(Q)words[1]} kind line
local -a answer values shown
[[ $program != \~/* ]] || program=$HOME/${program#\~/}
answer=("${(@f)$("$program" complete zsh -- "${(@Q)words[2,CURRENT]}" </dev/null 2>/dev/null)}")
kind=${answer[1]:-files}
for line in "${(@)answer[2,-1]}"; do
    [[ -n $line ]] || continue
    values+=("${line%%$'\t'*}")
    shown+=("${${line/$'\t'/  -- }%  -- }")
done
if (( $#values )); then
    if [[ $kind == *nospace ]]; then
        compadd -S '' -l -d shown -a values
    else
        compadd -l -d shown -a values
    fi
fi
case $kind in
files*) _files ;;
directories*) _files -/ ;;
sessions*) _files -g '*.spillway' ;;
esac
