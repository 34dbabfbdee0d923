
# In place of the function above, which puts what several names have in common into the
# line as it is: there a space ends the word. Here it goes in as a shell reads it. What is
# listed stays as people read it, and nothing of that goes into the line.
__unibox_handle_standard_completion_case() {
    local tab=$'\t' IFS=$' \t\n' want line name common longest=0 found=()
    IFS= read want <<<"$cur" # without -r: what is typed, without its backslashes
    for line in "${completions[@]}"; do
        name=${line%%"$tab"*}
        [[ $name == "$want"* ]] || continue
        ((${#found[@]})) || common=$name
        while [[ $name != "$common"* ]]; do common=${common%?}; done
        ((${#name} <= longest)) || longest=${#name}
        found+=("$line")
    done
    case ${#found[@]} in
    0) return ;;
    1) ;;
    *)
        if [[ $common == "$want" || ${COMP_TYPE-} == 63 ]]; then # 63: list, insert nothing
            COMPREPLY=("${found[@]}")
            __unibox_format_comp_descriptions "$longest"
            # With one that begins otherwise bash finds nothing in common.
            [[ -z $cur || ${COMP_TYPE-} == 63 ]] || COMPREPLY+=(' ')
            return
        fi
        [[ $(type -t compopt) != builtin ]] || compopt -o nospace
        ;;
    esac
    COMPREPLY=("$(printf '%q' "$common")")
}
