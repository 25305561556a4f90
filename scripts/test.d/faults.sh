# Faults in a run of setup, for the tests that plant them: to be sourced after says.sh, with $root, $work, $journal, setup_line (the
# command), lab(), on() and until_true() there before they are used. Counts in $hits those that met a run.
# shellcheck shell=bash disable=SC2034,SC2154
hits=0
emptied=-30 # when a full disk was last made empty, in this shell's seconds

# A stage, the node on which it works, and how long after its beginning the fault comes.
points=(
  "preprocess n2 0.3" "installer-copy n1 0" "node-files n2 1.5" "container-runtime n1 0.5" "registry n1 0.3" "images n1 0.5"
  "images-pulled n2 0.5" "control-plane n1 3" "control-plane n1 12" "network n1 0.1" "join-tokens n1 0.1" "workers n2 2" "workers n2 6"
  "add-ons n1 0.3" "verify n1 1"
)
wait_line() { # STAGE LINES PID: until the journal has a beginning of the stage after these lines; false when the process ends before
  while kill -0 "$3" 2>/dev/null; do
    if [ -f "$journal" ] && [ "$(tail -n "+$(($2 + 1))" "$journal" 2>/dev/null | grep -c "\"event\":\"begin\",\"stage\":\"$1\"")" != 0 ]; then return 0; fi
    sleep 0.05
  done
  return 1
}
gone() { ! kill -0 "$1" 2>/dev/null; }
before_stage() { # STAGE: the one before it
  acp setup --list-stages -f "$work/cluster.yaml" 2>/dev/null | awk -v s="$1" '$1 == s {print last} NF {last = $1}'
}
run_with() { # FAULT STAGE NODE DELAY [UNTIL]: one run of setup with the fault in it, at most to the stage UNTIL
  local fault=$1 stage=$2 node=$3 delay=$4 status=0 lines=0 pid hit=no setup_line=("${setup_line[@]}")
  [ -z "${5:-}" ] || setup_line+=(--until "$5")
  if [ "$fault" = kill ]; then
    "$root/scripts/e2e.d/kill-at.py" "$journal" "begin $stage" "$delay" -- "${setup_line[@]}" >"$work/run.log" 2>&1 || status=$?
    [ "$status" != 137 ] || hit=yes
  else
    [ ! -f "$journal" ] || lines=$(wc -l <"$journal")
    "${setup_line[@]}" >"$work/run.log" 2>&1 &
    pid=$!
    if wait_line "$stage" "$lines" "$pid"; then
      sleep "$delay"
      ! kill -0 "$pid" 2>/dev/null || hit=yes
      # shellcheck disable=SC2016 # the node's own
      case $fault in
      power) lab poweroff "$node" >/dev/null ;;
      cut)
        lab net cut "$node" >/dev/null
        sleep 20
        lab net heal "$node" >/dev/null
        ;;
      disk) on "$node" sh -c 'fallocate -l "$(df -B1 --output=avail /var | tail -n 1)" /var/filler 2>/dev/null || head -c 20G /dev/zero >/var/filler 2>/dev/null || true' ;;
      esac
    fi
    # acp waits for pods for ten minutes; a disk that is full for one of them is as good
    [ "$fault" != disk ] || until_true 60 gone "$pid" || on "$node" rm -f /var/filler
    wait "$pid" || status=$?
    case $fault in
    power)
      lab start "$node" >/dev/null 2>&1 || true
      until_true 120 on "$node" true || bad "$node does not come back"
      ;;
    disk)
      on "$node" rm -f /var/filler
      emptied=$SECONDS
      ;;
    esac
  fi
  echo "      $fault of $node at $stage +$delay s: $([ $hit = yes ] && echo hit || echo "setup was past it"), setup ended with $status"
  case $status in
  0 | 4 | 5 | 6 | 137) ;;
  *) bad "$fault at $stage: setup ended with $status" && tail -n 15 "$work/run.log" ;;
  esac
  if [ $hit = yes ] && [ "$status" != 0 ] && [ "$fault" != kill ]; then
    assert "$fault at $stage: the last lines say how to go on" grep -q '^Again: acp setup' "$work/run.log"
  fi
  [ $hit = no ] || hits=$((hits + 1))
}

roomy() { # no node turns pods away; also true where no cluster answers
  local taints
  # a kubelet looks at its disk every ten seconds, and tells of it as seldom: a full one may be told of when it is empty again
  [ $((SECONDS - emptied)) -ge 30 ] || return 1
  taints=$(on n1 env HOME=/run/acp kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o 'jsonpath={.items[*].spec.taints[*].key}') || return 0
  case $taints in *disk-pressure*) return 1 ;; esac
}
short_pressure() { # a cluster file, with a kubelet that counts a disk as full until half a minute after it was, and not five
  sed 's/^  kubernetes: {\(.*\)}$/  kubernetes: {\1, extraArgs: {kubelet: {eviction-pressure-transition-period: 30s}}}/'
}
