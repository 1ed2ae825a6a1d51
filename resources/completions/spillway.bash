# Completion of spillway for bash. The program itself computes the candidates, from the same tree as
# its help; this script asks it.
_spillway() {
    local program=${1/#\~\//$HOME/} kind
    local -a answer found
    COMPREPLY=()
    mapfile -t answer < <("$program" complete bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" \
        </dev/null 2>/dev/null)
    kind=${answer[0]:-files}
    COMPREPLY=("${answer[@]:1}")
    [[ $kind != *nospace ]] || compopt -o nospace
    [ ${#COMPREPLY[@]} -eq 0 ] || return 0
    case $kind in
    sessions*)
        mapfile -t found < <(compgen -f -X '!*.spillway' -- "$2"; compgen -d -- "$2")
        COMPREPLY=("${found[@]}")
        compopt -o filenames
        ;;
    directories*) compopt -o dirnames ;;
    files*) compopt -o default ;;
    esac
}
complete -F _spillway spillway
