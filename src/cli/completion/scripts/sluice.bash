# bash completion for sluice. Sluice itself says what can follow; bash completes folders and files.
_sluice() {
  # The words up to the cursor. bash also splits at = and : (COMP_WORDBREAKS); what has no space between belongs together.
  local rest=${COMP_LINE:0:COMP_POINT} words=() word bare i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    bare=${rest#"${rest%%[![:space:]]*}"}
    if ((i == COMP_CWORD)); then word=$bare; else word=${COMP_WORDS[i]}; fi
    if ((i > 0)) && [[ $rest == "$bare" && -n $bare ]]; then
      words[${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    rest=${bare#"$word"}
  done

  # The command as it was typed, if it is a program. It is never evaluated.
  local program
  program=$(type -P -- "$1") || program=sluice

  local kind line found=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else found+=("${line%%$'\t'*}"); fi
  done < <(command "$program" completion --words -- "${words[@]:1}" 2> /dev/null)

  COMPREPLY=()
  case $kind in
    folders*) compopt -o dirnames ;;
    files*) compopt -o default ;;
    words*)
      # readline replaces what follows the last = or : only.
      local current=${words[${#words[@]} - 1]} kept=
      if [[ $current == *["$COMP_WORDBREAKS"]* ]]; then kept=${current%"${current##*[=:]}"}; fi
      for line in "${found[@]}"; do COMPREPLY+=("${line#"$kept"}"); done
      if [[ ${#found[@]} == 1 && ${found[0]} == */ ]]; then compopt -o nospace; fi
      ;;
  esac
}
complete -F _sluice sluice
