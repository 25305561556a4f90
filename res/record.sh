#!/bin/sh
# The one recorder on a node: it looks (observe), writes down the value before and changes (apply), takes back (undo) and lists.
# Three ways in: acp sends this text followed by calls of the functions below; res/init.sh includes it; and the copy that it
# leaves on the node works alone:  sh /var/lib/acp/node/record.sh list | undo [--scope S] [--dry-run]
#
# /var/lib/acp/node/ (0700)
#   cluster           the id of the cluster that this node belongs to; written first
#   lock, holder      flock held by whatever works here, and its name for people
#   record/NNNNNN/    one folder a change, in order. It appears by a rename, whole and synced, before the change is made:
#     entry             lines "id KIND:SUBJECT", "scope S", "at TIME", "was ...", "now ..."
#     before, after     a file's content; had: names that were there; script, args: of an action
#     done              the change was made (for people: observe and undo look at the node itself)
#   stage/ stamps/ run/   content under way, the units' stamps, scripts and results of detached actions
# Power loss leaves one of: not recorded and not changed, recorded and not changed, recorded and changed; and perhaps a partial
# file with a known name, which the next try overwrites and undo removes.
# What acp reads back are lines "acp INDEX WORD DETAIL"; index 0 is the node itself.
set -eu
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
acp_node=${ACP_NODE:-/var/lib/acp/node} # another place, kernel settings and owner are for tests
acp_sysctls=${ACP_SYSCTLS:-/proc/sys}
acp_owner=${ACP_OWNER:-0:0}
acp_record=$acp_node/record
acp_scope=none
acp_framed=yes
acp_open=''
umask 022

# ---- small things

acp_say() { printf 'acp %s\n' "$*"; }
# acp_tell INDEX WORD WHAT: a line for acp, or for the person who runs the recorder by hand.
acp_tell() {
    if [ "$acp_framed" = yes ]; then acp_say "$@"; return 0; fi
    case $2:$3 in
        kept:dir:* | kept:leaves:folder:*) printf 'kept: %s is not empty\n' "$3" ;;
        kept:*) printf 'kept: %s changed since acp wrote it\n' "$3" ;;
        failed:*) printf 'FAILED: %s is left over\n' "$3" ;;
        foreign:*) printf 'this node belongs to cluster %s\n' "$3" >&2 ;;
        in-use:*) printf 'not undone: other work of acp stands on it here (%s); reset this node instead\n' "$3" >&2 ;;
        locked:*) printf 'another process works on this node: %s\n' "$3" >&2 ;;
        *) printf '%s: %s\n' "$2" "$3" ;;
    esac
}
acp_no() { printf '%s\n' "$*" >&2; return 1; }

# Tests kill the recorder at each of its seams; nothing else sets ACP_SEAM.
acp_seam() {
    [ -n "${ACP_SEAM:-}" ] || return 0
    printf . >> "$ACP_SEAM_COUNT"
    [ "$(wc -c < "$ACP_SEAM_COUNT")" -ne "$ACP_SEAM" ] || { kill -9 $$; exit 137; }
}

# coreutils before 8.24 know no arguments and sync everything: slower, as safe.
acp_sync() { sync "$@" 2> /dev/null || sync; }
# OpenSSL's is several times as fast as coreutils' own (Debian, Ubuntu), but starts more slowly.
acp_sha() {
    h_sum=
    [ "$(stat -c %s "$1")" -lt 1048576 ] || h_sum=$(openssl dgst -sha256 -r < "$1" 2> /dev/null) || h_sum=
    [ "${#h_sum}" -ge 64 ] || h_sum=$(sha256sum < "$1")
    printf '%s\n' "${h_sum%% *}"
}
acp_mode() { printf '%s\n' "${1#"${1%%[!0]*}"}"; }
acp_has() { command -v "$1" > /dev/null 2>&1; }
acp_quote() { printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")"; }
acp_folder() { case $1 in /*/*) printf '%s\n' "${1%/*}" ;; *) printf '/\n' ;; esac; }
acp_partial() { printf '%s/.acp.%s.partial\n' "${1%/*}" "${1##*/}"; }

# What a path is: "absent", "file MODE OWNER SHA256" or "other WHAT".
acp_state() {
    if [ -L "$1" ]; then echo 'other symbolic link'
    elif [ -f "$1" ]; then printf 'file %s %s\n' "$(stat -c '%a %u:%g' "$1")" "$(acp_sha "$1")"
    elif [ -d "$1" ]; then echo 'other folder'
    elif [ -e "$1" ]; then echo 'other special file'
    else echo absent
    fi
}

# Puts a synced file in the place of another. A new inode gets its SELinux label by the policy.
acp_rename() {
    acp_sync "$1"
    acp_seam
    mv -f "$1" "$2"
    [ ! -e /sys/fs/selinux/enforce ] || restorecon -F "$2" > /dev/null 2>&1 || true
    acp_seam
    acp_sync "$(acp_folder "$2")"
}

# ---- the node's folder, its lock and its cluster

# acp_begin CLUSTER SCOPE HOLDER: takes the lock (descriptor 9; every child holds it too) and claims the node. Whose it is is
# asked under the lock; without a CLUSTER the node must be nobody's.
acp_begin() {
    acp_scope=$2
    (umask 077 && mkdir -p "$acp_node/record" "$acp_node/stage" "$acp_node/stamps" "$acp_node/run")
    acp_lock -n
    acp_own "$1"
    printf '%s since %s, process %s\n' "$3" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" $$ > "$acp_node/holder"
    if [ -n "$1" ] && [ ! -s "$acp_node/cluster" ]; then
        printf '%s\n' "$1" > "$acp_node/cluster.partial"
        acp_rename "$acp_node/cluster.partial" "$acp_node/cluster"
    fi
}

# acp_own CLUSTER: ends with 66 on a node of another cluster; to an empty CLUSTER every cluster is another one.
acp_own() {
    [ -s "$acp_node/cluster" ] || return 0
    [ "$(cat "$acp_node/cluster")" != "$1" ] || return 0
    acp_tell 0 foreign "$(cat "$acp_node/cluster")"
    exit 66
}

acp_lock() {
    acp_has flock || { acp_no 'flock (util-linux) is missing on this node'; exit 69; }
    exec 9>> "$acp_node/lock"
    flock "$@" 9 || {
        acp_tell 0 locked "$(cat "$acp_node/holder" 2> /dev/null || echo 'somebody')"
        exit 75
    }
}

# Keeps this recorder (on standard input) on the node, so that undo needs nothing else.
acp_keep_recorder() {
    cat > "$acp_node/record.sh.partial"
    acp_rename "$acp_node/record.sh.partial" "$acp_node/record.sh"
}

acp_end() { rm -rf "$acp_node/stage"; }

# What acp asks first: whose node this is, which recorder it has, and which contents came already.
acp_identity() {
    acp_say 0 cluster "$(cat "$acp_node/cluster" 2> /dev/null || echo -)"
    [ ! -f "$acp_node/record.sh" ] || acp_say 0 recorder "$(acp_sha "$acp_node/record.sh")"
    for acp_f in "$acp_node"/stage/*; do
        case ${acp_f##*/} in '*' | *.*) ;; *) acp_say 0 staged "${acp_f##*/}" ;; esac
    done
}

# ---- entries

# The newest entry of an id, or nothing.
acp_latest() {
    acp_found=
    # shellcheck disable=SC2013 # numbers, no names
    for acp_f in $(grep -lxF "id $1" "$acp_record"/[0-9]*/entry 2> /dev/null); do acp_found=${acp_f%/entry}; done
}

acp_read() {
    e_id='' e_scope='' e_at='' e_was='' e_now=''
    while read -r acp_k acp_v; do
        case $acp_k in
            id) e_id=$acp_v ;;
            scope) e_scope=$acp_v ;;
            at) e_at=$acp_v ;;
            was) e_was=$acp_v ;;
            now) e_now=$acp_v ;;
        esac
    done < "$1/entry"
}

# acp_same ID WAS NOW: true, with the entry in acp_entry, when a try that was cut off has recorded just this.
acp_same() {
    acp_latest "$1"
    [ -n "$acp_found" ] || return 1
    acp_read "$acp_found"
    [ "$e_was" = "$2" ] && [ "$e_now" = "$3" ] || return 1
    acp_entry=$acp_found
}

acp_new() {
    [ ! -e "$acp_record/new" ] || rm -rf "$acp_record/new"
    mkdir -m 0700 "$acp_record/new"
}

# acp_commit ID WAS NOW: makes record/new the next entry.
acp_commit() {
    printf 'id %s\nscope %s\nat %s\nwas %s\nnow %s\n' "$1" "$acp_scope" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$2" "$3" \
        > "$acp_record/new/entry"
    acp_sync "$acp_record/new"/* "$acp_record/new"
    acp_n=0
    for acp_f in "$acp_record"/[0-9]*; do [ ! -d "$acp_f" ] || acp_n=${acp_f##*/}; done
    acp_entry=$acp_record/$(printf '%06d' $(($(acp_mode "$acp_n") + 1)))
    acp_seam
    mv "$acp_record/new" "$acp_entry"
    acp_sync "$acp_record"
    acp_seam
}

acp_done() {
    acp_seam
    : > "$acp_entry/done"
}

# acp_save ID PATH WAS NOW: records a file's state. Over a version of our own the state before that version is the one to keep.
acp_save() {
    ! acp_same "$1" "$3" "$4" || return 0
    acp_new
    acp_was=$3
    if [ -n "$acp_found" ] && [ "$e_now" = "$3" ]; then
        acp_was=$e_was
        [ ! -f "$acp_found/before" ] || ln "$acp_found/before" "$acp_record/new/before"
    elif [ "$3" != absent ]; then
        cp -a "$2" "$acp_record/new/before"
    fi
    acp_commit "$1" "$acp_was" "$4"
}

# Makes the missing folders above a path, each one recorded.
acp_make_parents() {
    acp_missing=''
    acp_p=$(acp_folder "$1")
    while [ ! -d "$acp_p" ]; do
        acp_missing="$acp_p
$acp_missing"
        acp_p=$(acp_folder "$acp_p")
    done
    while IFS= read -r acp_p; do
        [ -n "$acp_p" ] || continue
        acp_same "dir:$acp_p" absent "folder 755" || { acp_new && acp_commit "dir:$acp_p" absent "folder 755"; }
        mkdir "$acp_p"
        chown "$acp_owner" "$acp_p"
        chmod 755 "$acp_p"
        acp_sync "$(acp_folder "$acp_p")"
        acp_done
    done << ACP_FOLDERS
$acp_missing
ACP_FOLDERS
}

# ---- looking and doing, one change at a time

# acp_look INDEX FUNCTION ARGS...: one observation; a failure in it is "unknown", never silence.
acp_look() {
    acp_i=$1
    shift
    set +e
    acp_seen=$(set -e; "$@" 2>&1)
    acp_rc=$?
    set -e
    acp_seen=$(printf '%s\n' "$acp_seen" | tail -n 1 | tr -d '\000-\010\012-\037')
    case $acp_rc:$acp_seen in
        0:already* | 0:differs* | 0:unknown* | 0:running*)
            acp_say "$acp_i" "$acp_seen"
            # a unit that is looked at later in the same round may read this file
            case $1:$acp_seen in acp_look_file:differs*) acp_open="$acp_open|$2|" ;; esac
            ;;
        *) acp_say "$acp_i" unknown "$acp_seen (exit status $acp_rc)" ;;
    esac
}

# acp_try INDEX FUNCTION ARGS...: one change; the batch ends at the first that fails. Output goes to standard error.
acp_try() {
    acp_i=$1
    shift
    set +e
    (set -e; "$@") >&2
    acp_rc=$?
    set -e
    [ "$acp_rc" -eq 0 ] || { acp_say "$acp_i" failed "exit status $acp_rc"; exit 65; }
    acp_say "$acp_i" "done"
}

# ---- kind file: acp_look_file PATH MODE SHA · acp_put_file PATH MODE SHA base64|stage|plain < CONTENT

acp_look_file() {
    f_was=$(acp_state "$1")
    case $f_was in
        "file $(acp_mode "$2") $acp_owner $3") echo already ;;
        other*) echo "unknown $1 is a ${f_was#other }" ;;
        absent) echo differs absent ;;
        *" $3") echo "differs mode or owner: ${f_was% *}" ;;
        *) echo "differs in content" ;;
    esac
}

acp_put_file() {
    f_was=$(acp_state "$1")
    f_now="file $(acp_mode "$2") $acp_owner $3"
    [ "$f_was" != "$f_now" ] || return 0
    case $f_was in other*) acp_no "$1 is a ${f_was#other }, not a plain file" ;; esac
    acp_make_parents "$1"
    acp_latest "file:$1"
    if [ -n "$acp_found" ]; then
        acp_read "$acp_found"
        if [ "$e_now" = "$f_now" ]; then
            mkdir -p "$acp_node/healed"
            printf '%s %s\n' "$(date +%s.%N)" $$ > "$(acp_healed "$1")"
        fi
    fi
    acp_save "file:$1" "$1" "$f_was" "$f_now"
    f_partial=$(acp_partial "$1")
    rm -f "$f_partial"
    (
        umask 077
        case $4 in
            base64) base64 -d ;;
            stage) cat "$acp_node/stage/$3" ;;
            *) cat ;;
        esac > "$f_partial"
    )
    acp_seam
    [ "$(acp_sha "$f_partial")" = "$3" ] || { rm -f "$f_partial"; acp_no "the content for $1 came damaged"; }
    chown "$acp_owner" "$f_partial"
    chmod "$2" "$f_partial"
    acp_rename "$f_partial" "$1"
    acp_done
}

# acp_back PATH WAS NOW: puts a file back as its entry has it; 3 when it holds neither, and so stays.
acp_back() {
    rm -f "$(acp_partial "$1")"
    f_is=$(acp_state "$1")
    [ "$f_is" != "$2" ] || return 0
    [ "$f_is" = "$3" ] || return 3
    case $1 in *systemd*) : > "$acp_node/reload" ;; esac
    if [ "$2" = absent ]; then
        rm -f "$1"
    else
        f_partial=$(acp_partial "$1")
        cp -a "$acp_entry/before" "$f_partial"
        acp_rename "$f_partial" "$1"
    fi
}

# ---- kind block: acp_look_block PATH NAME SHA · acp_put_block PATH NAME SHA base64|plain < TEXT

# Lines of a file outside the block (out), in it (in), or all with the block replaced by another file's text (new).
acp_block() {
    awk -v what="$1" -v begin="# BEGIN acp $3" -v end="# END acp $3" -v text="${4:-}" '
        function put(  l) { print begin; while ((getline l < text) > 0) print l; print end; written = 1 }
        $0 == begin { inside = 1; if (what == "new") put(); next }
        inside && $0 == end { inside = 0; next }
        inside { if (what == "in") print; next }
        what != "in" { print }
        END { if (inside) exit 4; if (what == "new" && !written) put() }
    ' "$2"
}

# The block's state: absent (no file), none (no block), or the digest of its text.
acp_block_state() {
    if [ ! -e "$1" ] && [ ! -L "$1" ]; then echo absent
    elif [ ! -f "$1" ]; then acp_no "$1 is not a plain file"
    elif ! grep -qxF "# BEGIN acp $2" "$1"; then echo none
    else
        b_text=$(acp_block in "$1" "$2" && echo .) || acp_no "$1 has a mark '# BEGIN acp $2' without its end"
        printf '%s' "${b_text%.}" | sha256sum | cut -d ' ' -f 1
    fi
}

acp_look_block() {
    b_is=$(acp_block_state "$1" "$2")
    case $b_is in "$3") echo already ;; absent | none) echo "differs $b_is" ;; *) echo differs in content ;; esac
}

acp_put_block() {
    b_file=$(readlink -f "$1") || b_file=$1
    b_was=$(acp_state "$b_file")
    case $b_was in other*) acp_no "$1 is a ${b_was#other }, not a plain file" ;; esac
    acp_make_parents "$b_file"
    acp_new
    b_text=$acp_node/stage/block
    case $4 in base64) base64 -d ;; *) cat ;; esac > "$b_text"
    [ "$(acp_sha "$b_text")" = "$3" ] || acp_no "the text for $1 came damaged"
    if [ "$b_was" = absent ]; then
        acp_block new /dev/null "$2" "$b_text" > "$acp_record/new/after"
        b_now="file 644 $acp_owner"
    else
        cp -a "$b_file" "$acp_record/new/before"
        acp_block new "$b_file" "$2" "$b_text" > "$acp_record/new/after"
        b_now=${b_was% *}
    fi
    b_now="$b_now $(acp_sha "$acp_record/new/after") $3"
    [ "$b_was" != "${b_now% *}" ] || return 0
    acp_same "block:$1#$2" "$b_was" "$b_now" || acp_commit "block:$1#$2" "$b_was" "$b_now"
    acp_write_block "$b_file" "$b_was" "$acp_entry/after"
    acp_done
}

# acp_write_block PATH STATE CONTENT: mode, owner and all stay as they are.
acp_write_block() {
    b_partial=$(acp_partial "$1")
    rm -f "$b_partial"
    if [ "$2" = absent ]; then
        cp "$3" "$b_partial"
        chown "$acp_owner" "$b_partial"
        chmod 644 "$b_partial"
    else
        cp -a "$1" "$b_partial"
        cat "$3" > "$b_partial"
    fi
    acp_rename "$b_partial" "$1"
}

acp_undo_block() {
    b_path=${e_id#block:}
    b_name=${b_path##*#}
    b_file=$(readlink -f "${b_path%#*}") || b_file=${b_path%#*}
    b_ours=${e_now##* }
    case $(acp_state "$b_file") in
        "$e_was" | "${e_now% *}")
            acp_back "$b_file" "$e_was" "${e_now% *}"
            return 0
            ;;
    esac
    rm -f "$(acp_partial "$b_file")"
    # Others have written to the file since: only our lines go.
    case $(acp_block_state "$b_file" "$b_name") in
        absent | none) return 0 ;;
        "$b_ours") ;;
        *) return 3 ;;
    esac
    b_rest=$acp_record/rest
    acp_block out "$b_file" "$b_name" > "$b_rest"
    if [ "$e_was" != absent ] && [ "$(acp_block_state "$acp_entry/before" "$b_name")" != none ]; then
        acp_block in "$acp_entry/before" "$b_name" > "$acp_record/text"
        acp_block new "$b_file" "$b_name" "$acp_record/text" > "$b_rest"
    fi
    if [ "$e_was" = absent ] && [ ! -s "$b_rest" ]; then rm -f "$b_file"; else acp_write_block "$b_file" file "$b_rest"; fi
}

# ---- kind sysctl: KEY VALUE

acp_sysctl_file() { case $1 in */*) printf '%s/%s\n' "$acp_sysctls" "$1" ;; *) printf '%s/%s\n' "$acp_sysctls" "$(printf '%s' "$1" | tr . /)" ;; esac; }
acp_sysctl_get() { tr -s ' \t\n' ' ' < "$(acp_sysctl_file "$1")" | sed 's/^ //; s/ $//'; }
acp_sysctl_set() { printf '%s\n' "$2" > "$(acp_sysctl_file "$1")"; }

acp_look_sysctl() {
    [ -e "$(acp_sysctl_file "$1")" ] || { echo "unknown this kernel has no setting $1"; return 0; }
    s_is=$(acp_sysctl_get "$1")
    if [ "$s_is" = "$2" ]; then echo already; else echo "differs is $s_is"; fi
}

acp_set_sysctl() {
    s_was=$(acp_sysctl_get "$1")
    acp_same "sysctl:$1" "$s_was" "$2" || { acp_new && acp_commit "sysctl:$1" "$s_was" "$2"; }
    acp_sysctl_set "$1" "$2"
    [ "$(acp_sysctl_get "$1")" = "$2" ] || acp_no "$1 was set to $2 but reads $(acp_sysctl_get "$1")"
    acp_done
}

acp_undo_sysctl() {
    s_key=${e_id#sysctl:}
    [ -e "$(acp_sysctl_file "$s_key")" ] || return 0
    s_is=$(acp_sysctl_get "$s_key")
    [ "$s_is" != "$e_was" ] || return 0
    [ "$s_is" = "$e_now" ] || return 3
    acp_sysctl_set "$s_key" "$e_was"
}

# ---- kind unit: UNIT run|stop STAMP|- PATHS...; the stamp is a digest of what the files at these paths shall hold

# "ENABLED ACTIVE" as systemd has it; absent where there is no such unit.
acp_unit_state() {
    u_e=$(systemctl is-enabled "$1" 2> /dev/null | head -n 1) || true
    u_a=$(systemctl is-active "$1" 2> /dev/null | head -n 1) || true
    case $u_e in '' | not-found) u_e=absent ;; esac
    printf '%s %s\n' "$u_e" "${u_a:-inactive}"
}

acp_unit_boots() { case $1 in enabled | static | indirect | alias | generated | linked) return 0 ;; esac; return 1; }
acp_unit_lives() { case $1 in active | activating | reloading | deactivating) return 0 ;; esac; return 1; }
# A file that was put back as it was leaves its stamp as it is: acp_put_file notes it here, and what reads it is restarted.
acp_healed() { printf '%s/healed/%s\n' "$acp_node" "$(printf '%s' "$1" | sha256sum | cut -c 1-40)"; }
# acp_stamp_of STAMP PATHS...: the stamp with the notes of its files.
acp_stamp_of() {
    u_stamp=$1
    shift
    u_notes=''
    for u_f in "$@"; do
        u_f=$(acp_healed "$u_f")
        [ ! -e "$u_f" ] || u_notes="$u_notes$(cat "$u_f") "
    done
    [ -z "$u_notes" ] || u_stamp=$u_stamp.$(printf '%s' "$u_notes" | sha256sum | cut -c 1-16)
    printf '%s\n' "$u_stamp"
}
acp_stamp() { cat "$acp_node/stamps/$1" 2> /dev/null || echo -; }

acp_look_unit() {
    acp_has systemctl || { echo 'unknown there is no systemctl'; return 0; }
    u_is=$(acp_unit_state "$1")
    if [ "$2" = run ]; then
        if ! acp_unit_boots "${u_is% *}" || [ "${u_is#* }" != active ]; then echo "differs $u_is"; return 0; fi
        u_unit=$1 u_stamp=$3
        shift 3
        if [ "$u_stamp" != - ]; then
            [ "$(acp_stamp_of "$u_stamp" "$@")" = "$(acp_stamp "$u_unit")" ] || { echo 'differs its files changed'; return 0; }
            for u_f in "$@"; do
                case "$acp_open" in *"|$u_f|"*) echo "differs $u_f will change"; return 0 ;; esac
            done
        fi
        echo already
    elif [ "${u_is% *}" = enabled ] || acp_unit_lives "${u_is#* }"; then
        echo "differs $u_is"
    else
        echo already
    fi
}

acp_reload() {
    case $(systemctl show -p LoadState -p NeedDaemonReload "$1" 2> /dev/null) in
        *not-found* | *=yes*) systemctl daemon-reload ;;
    esac
}

acp_set_unit() {
    u_unit=$1 u_wish=$2 u_stamp=$3
    shift 3
    [ "$u_stamp" = - ] || u_stamp=$(acp_stamp_of "$u_stamp" "$@")
    set -- "$u_unit" "$u_wish" "$u_stamp"
    u_was=$(acp_unit_state "$1")
    # The first entry of a wish holds the state before all of acp's.
    acp_latest "unit:$1"
    acp_entry=$acp_found
    if [ -n "$acp_found" ]; then acp_read "$acp_found"; fi
    if [ -z "$acp_found" ] || [ "$e_now" != "$2" ]; then acp_new && acp_commit "unit:$1" "$u_was" "$2"; fi
    acp_reload "$1"
    if [ "$2" = run ]; then
        acp_unit_boots "${u_was% *}" || systemctl enable "$1"
        acp_seam
        if acp_unit_lives "${u_was#* }" && [ "$3" != - ] && [ "$3" != "$(acp_stamp "$1")" ]; then
            timeout 300 systemctl restart "$1"
        else
            timeout 300 systemctl start "$1"
        fi || { systemctl status --no-pager -n 20 "$1" || true; acp_no "$1 did not start"; }
        u_is=$(acp_unit_state "$1")
        acp_unit_lives "${u_is#* }" || { systemctl status --no-pager -n 20 "$1" || true; acp_no "$1 is ${u_is#* } after its start"; }
        acp_seam
        [ "$3" = - ] || { printf '%s\n' "$3" > "$acp_node/stamps/$1.partial" && acp_rename "$acp_node/stamps/$1.partial" "$acp_node/stamps/$1"; }
    else
        # what is enabled until the next boot only, or by a generator, is not ours to disable
        [ "${u_was% *}" != enabled ] || systemctl disable "$1"
        acp_seam
        acp_stop_unit "$1"
    fi
    acp_done
}

# A stop with an end: after two minutes the unit's processes are killed.
acp_stop_unit() {
    timeout 120 systemctl stop "$1" && return 0
    systemctl kill -s KILL "$1" 2> /dev/null || true
    timeout 30 systemctl stop "$1" || acp_no "$1 does not stop"
}

acp_undo_unit() {
    u_unit=${e_id#unit:}
    u_is=$(acp_unit_state "$u_unit")
    if acp_unit_lives "${e_was#* }"; then
        if acp_unit_lives "${u_is#* }"; then
            [ ! -e "$acp_node/stamps/$u_unit" ] || printf '%s\n' "$u_unit" >> "$acp_node/again"
        else
            timeout 300 systemctl start "$u_unit"
        fi
    elif acp_unit_lives "${u_is#* }"; then
        acp_stop_unit "$u_unit"
    fi
    u_is=$(acp_unit_state "$u_unit")
    case ${e_was% *}:${u_is% *} in
        enabled:enabled | enabled-runtime:enabled-runtime) ;;
        enabled:*) systemctl enable "$u_unit" ;;
        enabled-runtime:*) systemctl disable "$u_unit" && systemctl enable --runtime "$u_unit" ;;
        *:enabled*) systemctl disable "$u_unit" ;;
    esac
    # A link to a unit that is no more would bring it to life again with the next file of that name.
    case $e_was in
        absent\ * | disabled\ *)
            for u_link in /etc/systemd/system/*.wants/"$u_unit" /etc/systemd/system/*.requires/"$u_unit"; do
                if [ -L "$u_link" ] && [ ! -e "$u_link" ]; then rm -f "$u_link"; fi
            done
            ;;
    esac
    systemctl reset-failed "$u_unit" 2> /dev/null || true
    rm -f "$acp_node/stamps/$u_unit"
}

# ---- kind action: acp_look_action NAME SUM attached|detached ARGS... < SCRIPT (base64) · acp_do_action, the same
# A script runs in a subshell of this one, so that its arguments stand in no process list. SUM is the digest of script and args.

acp_look_action() {
    a_name=$1 a_sum=$2 a_how=$3
    shift 3
    if [ "$a_how" = detached ] && acp_action_runs "$a_name"; then echo "running $a_name"; return 0; fi
    acp_script=$(base64 -d)
    set -- observe "$@"
    a_seen=$( (eval "$acp_script") < /dev/null)
    case $a_seen in
        'done' | 'done '*) echo already ;;
        absent* | partial*) echo "differs $a_seen" ;;
        *) echo "unknown its observe said: $a_seen" ;;
    esac
}

acp_action_runs() { case $(systemctl is-active "acp-action-$1.service" 2> /dev/null) in active | activating | deactivating) return 0 ;; esac; return 1; }

acp_record_action() {
    a_name=$1 a_sum=$2
    shift 2
    acp_script=$(base64 -d)
    acp_latest "action:$a_name"
    if [ -n "$acp_found" ]; then acp_read "$acp_found"; fi
    if [ -n "$acp_found" ] && [ "$e_now" = "$a_sum" ]; then
        acp_entry=$acp_found
        return 0
    fi
    acp_new
    (
        umask 077
        printf '%s\n' "$acp_script" > "$acp_record/new/script"
        {
            # shellcheck disable=SC2016 # the word, observe or apply or undo, is known when it runs
            printf 'set -- "$1"'
            for a_arg in "$@"; do printf ' %s' "$(acp_quote "$a_arg")"; done
            printf '\n'
        } > "$acp_record/new/args"
    )
    acp_commit "action:$a_name" absent "$a_sum"
}

# acp_run_entry WORD ENTRY: runs an entry's script, with its arguments.
acp_run_entry() {
    acp_at=$2
    set -- "$1"
    # shellcheck disable=SC1091
    . "$acp_at/args"
    # shellcheck disable=SC1091
    . "$acp_at/script"
}

acp_do_action() {
    a_name=$1 a_sum=$2
    shift 3
    acp_record_action "$a_name" "$a_sum" "$@"
    (acp_run_entry apply "$acp_entry") < /dev/null
    acp_seam
    a_seen=$( (acp_run_entry observe "$acp_entry") < /dev/null)
    case $a_seen in 'done' | 'done '*) ;; *) acp_no "$a_name ended well, but its observe says: $a_seen" ;; esac
    acp_done
}

# acp_start_action NAME SUM detached ARGS...: as a transient unit, which acp's death does not touch. EL7's systemd 219 knows these flags.
acp_start_action() {
    a_name=$1 a_sum=$2
    shift 3
    acp_record_action "$a_name" "$a_sum" "$@"
    rm -f "$acp_node/run/$a_name.status" "$acp_node/run/$a_name.log"
    systemctl reset-failed "acp-action-$a_name.service" 2> /dev/null || true
    acp_seam
    systemd-run --quiet --unit="acp-action-$a_name" --description="acp: $a_name" --setenv=HOME=/root \
        /bin/sh "$acp_node/record.sh" run-action "${acp_entry##*/}" "$a_name"
    acp_seam
}

# In the unit: waits for the starter to let go of the lock, holds it itself, and leaves log and result.
acp_run_action() {
    acp_entry=$acp_record/$1
    a_log=$acp_node/run/$2.log
    umask 022
    exec > "$a_log" 2>&1 < /dev/null
    acp_read "$acp_entry"
    acp_lock -w 300
    printf '%s\n' "acp-action-$2, entry $1" > "$acp_node/holder"
    set +e
    (acp_run_entry apply "$acp_entry")
    a_rc=$?
    set -e
    [ "$a_rc" -ne 0 ] || acp_done
    printf '%s %s\n' "$e_now" "$a_rc" > "$acp_node/run/$2.partial"
    acp_rename "$acp_node/run/$2.partial" "$acp_node/run/$2.status"
}

# acp_poll_action INDEX NAME SUM: "running LAST LINE", "ended STATUS" with the last lines as "log", or "gone".
acp_poll_action() {
    a_file=$acp_node/run/$2
    if [ ! -e "$a_file.status" ] && acp_action_runs "$2"; then
        acp_say "$1" running "$(tail -n 1 "$a_file.log" 2> /dev/null | tr -d '\000-\010\013-\037' | cut -c 1-200)"
        return 0
    fi
    tail -n 15 "$a_file.log" 2> /dev/null | tr -d '\000-\010\013-\037' | while IFS= read -r a_line; do acp_say "$1" log "$a_line"; done
    a_sum='' a_rc=''
    [ ! -e "$a_file.status" ] || read -r a_sum a_rc < "$a_file.status"
    if [ "$a_sum" = "$3" ]; then acp_say "$1" ended "$a_rc"; else acp_say "$1" gone; fi
}

acp_stop_action() { timeout 60 systemctl stop "acp-action-$1.service"; }

acp_undo_action() { (acp_run_entry undo "$acp_entry") < /dev/null >&2; }

# ---- kind leaves: KIND NAME; what a program that is about to start will leave behind

acp_look_leaves() {
    acp_latest "leaves:$1:$2"
    if [ -n "$acp_found" ]; then echo already; else echo differs not declared; fi
}

acp_declare_leaves() {
    acp_latest "leaves:$1:$2"
    [ -z "$acp_found" ] || return 0
    acp_new
    l_was=-
    case $1 in
        path | folder)
            l_was=$(acp_state "$2")
            if [ "$1" = path ]; then
                acp_mounts_below "$2" > "$acp_record/new/mounts"
                if [ -d "$2" ] && [ ! -L "$2" ]; then ls -A1 "$2" > "$acp_record/new/had"; fi
            fi
            acp_p=$(acp_folder "$2")
            : > "$acp_record/new/made"
            while [ ! -d "$acp_p" ]; do
                printf '%s\n' "$acp_p" >> "$acp_record/new/made"
                acp_p=$(acp_folder "$acp_p")
            done
            ;;
        sysctl) [ ! -e "$(acp_sysctl_file "$2")" ] || l_was=$(acp_sysctl_get "$2") ;;
        *) acp_names "$1" "$2" > "$acp_record/new/had" ;;
    esac
    acp_commit "leaves:$1:$2" "$l_was" -
    acp_done
}

# acp_names KIND NAME: what bears the name now, one a line; a name that ends in * is a prefix. A link's name@MASTER means only
# links that hang on that one, since names such as veth* are everybody's.
acp_names() {
    case $1 in
        link) acp_links "${2%@*}" "${2#"${2%@*}"}" ;;
        ipset)
            acp_has ipset || return 0
            ipset list -n | while IFS= read -r l_f; do ! acp_match "$l_f" "$2" || printf '%s\n' "$l_f"; done
            ;;
        chain) for l_f in $(acp_iptables); do acp_chains "$l_f" "$2"; done ;;
        route) acp_routes "$2" ;;
        mount) acp_mounts_like "$2" ;;
        *) acp_no "no such kind of thing left: $1" ;;
    esac
}

# acp_links NAME ''|@MASTER
acp_links() {
    for l_f in /sys/class/net/*; do
        acp_match "${l_f##*/}" "$1" || continue
        l_master=$(readlink "$l_f/master") || l_master=''
        case $2 in '' | "@${l_master##*/}") printf '%s\n' "${l_f##*/}" ;; esac
    done
}

acp_match() { case $2 in *'*') case $1 in "${2%?}"*) return 0 ;; esac ;; "$1") return 0 ;; esac; return 1; }

# Mount points at or below a path, the deepest first.
acp_mounts_below() {
    while read -r _ _ _ _ l_point _; do
        case $l_point in *\\*) l_point=$(printf '%b' "$l_point") ;; esac
        case $l_point in "$1" | "$1"/*) printf '%s\n' "$l_point" ;; esac
    done < /proc/self/mountinfo | sort -r
}

# The same of every path that begins so, where the name ends in *.
acp_mounts_like() {
    case $1 in *'*') ;; *) acp_mounts_below "$1" && return 0 ;; esac
    acp_mounts_below '' | while IFS= read -r l_point; do case $l_point in "${1%?}"*) printf '%s\n' "$l_point" ;; esac; done
}

# acp_unmount FILE < POINTS: unmounts what was not mounted when FILE was written; a mount that hangs is detached.
acp_unmount() {
    while IFS= read -r l_point; do
        ! grep -qxF -e "$l_point" "$1" || continue
        timeout 20 umount "$l_point" 2> /dev/null || timeout 20 umount -l "$l_point" || acp_no "$l_point stays mounted"
    done
}

# Both variants of iptables may hold rules; plain iptables where a system has only one.
acp_iptables() {
    for l_f in iptables ip6tables; do
        if acp_has "$l_f-nft-save" || acp_has "$l_f-legacy-save"; then
            for l_v in nft legacy; do ! acp_has "$l_f-$l_v-save" || echo "$l_f-$l_v"; done
        elif acp_has "$l_f-save"; then
            echo "$l_f"
        fi
    done
}

# "TOOL TABLE -" for every table, "TOOL TABLE CHAIN" for every chain of the name; "TOOL TABLE +" and "TOOL TABLE +CHAIN" for those
# that the kernel itself calls, which iptables makes when it first needs them.
acp_chains() {
    "$1-save" 2> /dev/null | awk -v tool="$1" -v name="$2" '
        function is(c) { return name ~ /\*$/ ? index(c, substr(name, 1, length(name) - 1)) == 1 : c == name }
        /^\*/ { table = substr($1, 2); print tool, table, "-"; print tool, table, "+" }
        /^:/ && is(substr($1, 2)) { print tool, table, substr($1, 2) }
    '
    acp_base_chains "$1" | while read -r l_table l_chain; do printf '%s %s +%s\n' "$1" "$l_table" "$l_chain"; done
}

# "TABLE CHAIN" for every chain that the kernel calls and lets everything through, of the tables that a tool has in nftables.
acp_base_chains() {
    case $("$1" --version 2> /dev/null) in *nf_tables*) ;; *) return 0 ;; esac
    acp_has nft || return 0
    case $1 in ip6*) l_family=ip6 ;; *) l_family=ip ;; esac
    nft list chains "$l_family" 2> /dev/null | awk '
        $1 == "table" { table = $3 }
        $1 == "chain" { chain = $2 }
        / hook / && /policy accept;/ { print table, chain }
    '
}

# Deletes the chains of a name that were not there before, and the rules elsewhere that lead to them, in one transaction a table.
acp_drop_chains() {
    for l_tool in $(acp_iptables); do
        "$l_tool-save" 2> /dev/null | awk -v tool="$l_tool" -v name="$1" -v had="$2" '
            function is(c) { return name ~ /\*$/ ? index(c, substr(name, 1, length(name) - 1)) == 1 : c == name }
            function ours(c) { return is(c) && !((table, c) in kept) }
            BEGIN { while ((getline l < had) > 0) { split(l, w, " "); if (w[1] == tool) kept[w[2], w[3]] = 1 } }
            /^\*/ { table = substr($1, 2); rules = flush = drop = "" }
            /^:/ { c = substr($1, 2); if (ours(c)) { flush = flush "-F " c "\n"; drop = drop "-X " c "\n" } }
            /^-A/ && !ours($2) {
                bare = $0
                gsub(/"([^"\\]|\\.)*"/, "-", bare)
                n = split(bare, w, " ")
                for (i = 1; i < n; i++) if ((w[i] == "-j" || w[i] == "-g") && ours(w[i + 1])) { rules = rules "-D" substr($0, 3) "\n"; break }
            }
            /^COMMIT/ && (rules flush) != "" { printf "*%s\n%s%s%sCOMMIT\n", table, rules, flush, drop }
        ' > "$acp_record/rules"
        [ ! -s "$acp_record/rules" ] || "$l_tool-restore" --noflush < "$acp_record/rules" ||
            { sleep 1; "$l_tool-restore" --noflush < "$acp_record/rules"; }
        acp_drop_tables "$l_tool" "$2"
    done
}

# A table of nftables that was not there before and holds nothing goes as well, and so does a chain that the kernel calls, of one that
# was there; legacy tables and their chains cannot be taken away.
acp_drop_tables() {
    case $("$1" --version 2> /dev/null) in *nf_tables*) ;; *) return 0 ;; esac
    acp_has nft || return 0
    case $1 in ip6*) l_family=ip6 ;; *) l_family=ip ;; esac
    "$1-save" 2> /dev/null | awk '
        /^\*/ { table = substr($1, 2); empty = 1 }
        /^-A/ { empty = 0 }
        /^:/ && $2 != "ACCEPT" { empty = 0 }
        /^COMMIT/ && empty { print table }
    ' | while IFS= read -r l_table; do
        grep -qxF "$1 $l_table -" "$2" || nft delete table "$l_family" "$l_table" 2> /dev/null || true
    done
    acp_base_chains "$1" | while read -r l_table l_chain; do
        # a record of an older acp does not tell which there were; the kernel keeps those that hold rules
        grep -qxF "$1 $l_table +" "$2" || continue
        grep -qxF "$1 $l_table +$l_chain" "$2" || nft delete chain "$l_family" "$l_table" "$l_chain" 2> /dev/null || true
    done
}

# acp_routes NAME: "FAMILY ROUTE" for "proto N" or one prefix.
acp_routes() {
    for l_f in 4 6; do
        case $1 in
            proto\ *) ip "-$l_f" route show table all proto "${1#proto }" 2> /dev/null ;;
            *) ip "-$l_f" route show table all exact "$1" 2> /dev/null ;;
        esac | sed "s/ linkdown//g; s/ dead//g; s/ *$//; s/^/$l_f /" || true
    done
}

acp_undo_leaves() {
    l_name=${e_id#leaves:}
    l_kind=${l_name%%:*}
    l_name=${l_name#*:}
    l_had=$acp_entry/had
    case $l_kind in
        path) acp_undo_path ;;
        folder) acp_undo_folder ;;
        sysctl)
            [ "$e_was" = - ] || [ ! -e "$(acp_sysctl_file "$l_name")" ] || [ "$(acp_sysctl_get "$l_name")" = "$e_was" ] ||
                acp_sysctl_set "$l_name" "$e_was"
            ;;
        mount) acp_mounts_like "$l_name" | acp_unmount "$l_had" ;;
        chain) acp_drop_chains "$l_name" "$l_had" ;;
        *)
            acp_names "$l_kind" "$l_name" > "$acp_record/now"
            while IFS= read -r l_f; do
                ! grep -qxF -e "$l_f" "$l_had" || continue
                # shellcheck disable=SC2086 # a route is several words
                case $l_kind in
                    link) ip link delete "$l_f" || [ ! -e "/sys/class/net/$l_f" ] ;;
                    ipset) ipset destroy "$l_f" ;;
                    route) ip "-${l_f%% *}" route del ${l_f#* } || ! acp_routes "$l_name" | grep -qxF -e "$l_f" ;;
                esac
            done < "$acp_record/now"
            ;;
    esac
}

# A tree of our programs alone. A folder that was there loses its new entries only, and each is named, since somebody else may
# have put it there; one that was not goes whole, but never across a mount.
acp_undo_path() {
    acp_mounts_below "$l_name" | acp_unmount "$acp_entry/mounts"
    case $e_was in
        'other folder')
            [ -d "$l_name" ] || return 0
            find "$l_name" -mindepth 1 -maxdepth 1 > "$acp_record/now"
            while IFS= read -r l_f; do
                ! grep -qxF -e "${l_f##*/}" "$l_had" || continue
                acp_remove "$l_f"
                printf '%s\n' "$l_f" >> "$acp_record/removed"
            done < "$acp_record/now"
            ;;
        absent) acp_remove "$l_name" ;;
    esac
    while IFS= read -r l_f; do rmdir "$l_f" 2> /dev/null || true; done < "$acp_entry/made"
}

# A folder that our programs only make, or mount from: what is in it is not theirs, and so it goes only when it is empty.
acp_undo_folder() {
    [ "$e_was" = absent ] || return 0
    if [ -e "$l_name" ] || [ -L "$l_name" ]; then rmdir "$l_name" 2> /dev/null || return 3; fi
    while IFS= read -r l_f; do rmdir "$l_f" 2> /dev/null || true; done < "$acp_entry/made"
}

acp_remove() {
    [ -e "$1" ] || [ -L "$1" ] || return 0
    [ -z "$(acp_mounts_below "$1")" ] || acp_no "$1 has mounts below it: $(acp_mounts_below "$1" | tr '\n' ' ')"
    # A kernel's or a program's last writes may add a file in between: a second go is enough.
    rm -rf "$1" 2> /dev/null || { sleep 1; rm -rf "$1"; }
}

# ---- undo and list

# Takes one entry back: 0 done, 3 kept since somebody else changed it, else failed.
acp_undo_entry() {
    acp_seam
    case $e_id in
        file:*) acp_back "${e_id#file:}" "$e_was" "$e_now" ;;
        dir:*)
            [ -d "${e_id#dir:}" ] || return 0
            rmdir "${e_id#dir:}" 2> /dev/null || return 3
            ;;
        block:*) acp_undo_block ;;
        sysctl:*) acp_undo_sysctl ;;
        unit:*) acp_undo_unit ;;
        action:*) acp_undo_action ;;
        leaves:*) acp_undo_leaves ;;
        *) acp_no "this recorder does not know $e_id" ;;
    esac
    acp_seam
}

acp_entries() { for acp_f in "$acp_record"/[0-9]*; do [ ! -d "$acp_f" ] || printf '%s\n' "${acp_f##*/}"; done; }

# acp_undo SCOPE|'' yes|no [CLUSTER]: everything, the newest first; with yes it only tells. What fails stays recorded, for
# another try. With a CLUSTER, also an empty one, the node must be its own. What the scope init repaired is what everything
# else stands on (67): a running cluster would lose its modules and settings.
acp_undo() {
    [ -d "$acp_node" ] || return 0
    if [ "$2" = no ]; then
        [ -n "$1" ] || acp_stop_actions
        acp_lock -w 30
    fi
    [ $# -lt 3 ] || acp_own "$3"
    if [ "$1" = init ]; then
        acp_others=$(acp_list | awk -F '\t' '$2 != "init" && !seen[$2]++ { printf "%s%s", sep, $2; sep = " " }')
        [ -z "$acp_others" ] || { acp_tell 0 in-use "$acp_others"; exit 67; }
    fi
    [ "$2" = yes ] || echo "undo, process $$" > "$acp_node/holder"
    acp_left=0
    acp_undo_round "$1" "$2" first
    # What failed for something that an older entry held, a set used by a chain say, goes now.
    if [ "$acp_bad" -ne 0 ]; then acp_undo_round "$1" "$2" last; fi
    [ "$2" = no ] || return 0
    acp_settle
    [ "$acp_bad$acp_left" != 00 ] || acp_leave
    return "$acp_bad"
}

acp_undo_round() {
    acp_bad=0
    for acp_name in $(acp_entries | sort -r); do
        acp_entry=$acp_record/$acp_name
        acp_read "$acp_entry"
        if [ -n "$1" ] && [ "$e_scope" != "$1" ]; then acp_left=1; continue; fi
        if [ "$2" = yes ]; then acp_tell "$acp_name" would "$e_id"; continue; fi
        rm -f "$acp_record/removed"
        set +e
        (set -e; acp_undo_entry) >&2
        acp_rc=$?
        set -e
        if [ -s "$acp_record/removed" ]; then
            while IFS= read -r acp_f; do acp_tell "$acp_name" removed "$acp_f"; done < "$acp_record/removed"
        fi
        case $acp_rc in
            0) acp_word=undone ;;
            3)
                # A folder holds perhaps what an older entry takes away: it is looked at once more at the end.
                case $3:$e_id in first:dir:* | first:leaves:folder:*) acp_bad=1 && continue ;; esac
                acp_word=kept && acp_keep_before
                ;;
            *)
                acp_bad=1
                [ "$3" = first ] || acp_tell "$acp_name" failed "$e_id"
                continue
                ;;
        esac
        acp_tell "$acp_name" "$acp_word" "$e_id"
        rm -rf "$acp_record/gone"
        mv "$acp_entry" "$acp_record/gone"
        rm -rf "$acp_record/gone"
        acp_seam
    done
}

acp_stop_actions() {
    acp_has systemctl || return 0
    for acp_f in "$acp_node"/run/*.log; do
        acp_a=${acp_f##*/}
        ! acp_action_runs "${acp_a%.log}" || acp_stop_action "${acp_a%.log}"
    done
}

# What somebody wrote over stays as it is; what acp had saved of it is kept beside the node's folder, as evidence.
acp_keep_before() {
    [ -f "$acp_entry/before" ] || return 0
    mkdir -p "$acp_node.kept"
    cp -a "$acp_entry" "$acp_node.kept/$acp_name"
}

# systemd hears of unit files that went, and units that ran before acp run again with their old files.
acp_settle() {
    [ ! -e "$acp_node/reload" ] || systemctl daemon-reload || true
    rm -f "$acp_node/reload"
    [ -e "$acp_node/again" ] || return 0
    while IFS= read -r acp_u; do
        timeout 300 systemctl restart "$acp_u" || acp_bad=1
    done < "$acp_node/again"
    rm -f "$acp_node/again"
}

acp_leave() {
    rm -rf "$acp_node"
    case $acp_node in */acp/node) rmdir "${acp_node%/node}" 2> /dev/null || true ;; esac
}

# The record, one entry a line with tabs: number, scope, time, id, was, now, done or recorded.
acp_list() {
    for acp_name in $(acp_entries); do
        acp_read "$acp_record/$acp_name"
        acp_word=recorded
        [ ! -e "$acp_record/$acp_name/done" ] || acp_word='done'
        printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$acp_name" "$e_scope" "$e_at" "$e_id" "$e_was" "$e_now" "$acp_word"
    done
}

acp_usage() {
    echo 'usage: record.sh list [--tsv] | undo [--scope SCOPE] [--dry-run]' >&2
    exit 2
}

acp_main() {
    acp_framed=no
    acp_word=${1:-}
    [ $# -eq 0 ] || shift
    case $acp_word in
        list)
            if [ "${1:-}" = --tsv ]; then acp_list; else
                acp_list | awk -F '\t' '{ printf "%s  %-12s %-20s %s%s\n", $1, $2, $3, $4, $7 == "done" ? "" : "  (recorded only)" }'
            fi
            ;;
        undo)
            acp_only='' acp_dry=no
            while [ $# -gt 0 ]; do
                case $1 in
                    --scope) acp_only=${2:-} && shift ;;
                    --dry-run) acp_dry=yes ;;
                    *) acp_usage ;;
                esac
                shift
            done
            acp_undo "$acp_only" "$acp_dry"
            ;;
        run-action) acp_run_action "$@" ;;
        *) acp_usage ;;
    esac
}

# Alone, and not as part of another script or of what acp sends.
case ${0##*/} in record.sh) acp_main "$@" ;; esac
