# Tab completion of acp for bash, made by: acp completion bash
_acp_table() { # PATH
  commands='' options='' valued=''
  case $1 in
    #TABLES
  esac
}

_acp_values() { # PATH OPTION, or : for a parameter
  kind='' words=''
  case "$1 $2" in
    #VALUES
  esac
}

_acp() {
  local cur=${COMP_WORDS[COMP_CWORD]} path=acp option='' word i kind words commands options valued
  COMPREPLY=()
  _acp_table "$path"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $option ]]; then
      # bash takes --option=value for three words
      [[ $word == = ]] || option=''
    elif [[ " $valued " == *" $word "* ]]; then
      option=$word
    elif [[ $word != -* && " $commands " == *" $word "* ]]; then
      path="$path $word"
      _acp_table "$path"
    fi
  done
  [[ $cur == = && -n $option ]] && cur=''
  if [[ -n $option ]]; then
    _acp_values "$path" "$option"
  elif [[ $cur == -* ]]; then
    kind='' words=$options
  elif [[ -n $commands ]]; then
    kind='' words=$commands
  else
    _acp_values "$path" :
  fi
  case $kind in
  files)
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    ;;
  folders)
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$cur")
    ;;
  *)
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    ;;
  esac
}

complete -F _acp acp
