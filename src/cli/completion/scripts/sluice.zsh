#compdef sluice
# zsh completion for sluice. Sluice itself says what can follow; zsh completes folders and files.
_sluice() {
  # The command as it was typed, if it is a program. It is never evaluated.
  local program=${${(Q)words[1]}/#\~\//$HOME/}
  [[ -n ${commands[$program]} || ( $program == */* && -x $program ) ]] || program=sluice

  local -a answer
  answer=("${(@f)$(command $program completion --words -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)}")
  local kind=$answer[1]
  # What of the word stays in front: --to=
  [[ $kind == *\ * ]] && compset -P "${(b)${kind#* }}"
  case ${kind%% *} in
    folders) _files -/ ;;
    files) _files ;;
    words)
      local line tab=$'\t'
      local -a plain open
      for line in ${answer[2,-1]}; do
        local word=${line%%$tab*} help=${line#*$tab}
        word=${word//:/\\:}
        if [[ $word == */ ]]; then open+=("$word"); else plain+=("$word${help:+:$help}"); fi
      done
      # -V keeps the order in which Sluice gives them.
      (( $#plain )) && _describe -V sluice plain
      (( $#open )) && _describe -V sluice open -S ''
      ;;
  esac
}

if [[ $funcstack[1] == _sluice ]]; then
  _sluice "$@"
else
  # Read by "source": the completion of zsh has to be on.
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _sluice sluice
fi
