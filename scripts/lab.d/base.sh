# shellcheck shell=bash
# The clean Debian tree that every node starts from, and what the machine needs to make one. Sourced by scripts/lab.
# The digest of this file names the tree in the cache: whatever changes here makes a new tree.

BASE_SUITE=bookworm
# What a minimal real server has; nothing that belongs to Kubernetes (no iptables, conntrack, ethtool, socat, containerd, ...).
BASE_PACKAGES=(systemd systemd-sysv dbus libpam-systemd openssh-server openssh-sftp-server iproute2 iputils-ping kmod procps
    udev sudo tzdata netbase)

# command, package, why
BASE_NEEDS='
debootstrap debootstrap makes the clean Debian tree
systemd-nspawn systemd-container boots a node
mkfs.xfs xfsprogs makes the /var of a node
ip iproute2 makes the network of the lab
nft nftables cuts a node off the network
ssh openssh-client reaches the nodes
nsenter util-linux enters the namespaces
losetup mount finds the loop devices of the lab
ps procps tells the processes of the lab
python3 python3-minimal takes the snapshots
iptables-legacy-save iptables shows the rules of a node in a snapshot
ipset ipset shows the address sets of a node in a snapshot
'

base_needs() {
    local command package why missing=()
    while read -r command package why; do
        [ -n "$command" ] || continue
        command -v "$command" >/dev/null && continue
        say "needs $command, which $why: not there; package $package"
        missing+=("$package")
    done <<<"$BASE_NEEDS"
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "install ${missing[*]}, then run this again (there is no apt-get here)"
    say "installs ${missing[*]} with apt-get"
    local install=(apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
    DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2 || {
        say 'that failed: refreshes the package lists and tries once more'
        apt-get update -q >&2
        DEBIAN_FRONTEND=noninteractive "${install[@]}" >&2
    } || die "could not install ${missing[*]}"
}

# The mirror that this machine's own apt uses for the suite.
base_mirror() {
    local mirror
    # shellcheck disable=SC2016  # apt's own variables
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk -v suite="$BASE_SUITE" '$2 == suite && $3 == "main" { print $1; exit }')
    [ -n "$mirror" ] || die "apt on this machine knows no mirror of Debian $BASE_SUITE main: add one to its sources and run apt-get update"
    printf '%s\n' "$mirror"
}

base_path() {
    printf '%s/base-%s\n' "$LAB_CACHE" "$({ cat "$LAB_LIB/base.sh"; uname -m; } | sha256sum | cut -c1-12)"
}

# Makes the base tree if the cache has none, and prints its path. A tree is visible under its name only when it is complete.
base_tree() {
    local tree partial
    tree=$(base_path)
    partial=$tree.partial
    mkdir -p "$LAB_CACHE/debs"
    if [ ! -d "$tree" ]; then
        (
            flock 8
            [ ! -d "$tree" ] || exit 0
            base_build "$partial" >"$LAB_CACHE/build.log" 2>&1 || {
                tail -n 20 "$LAB_CACHE/build.log" >&2
                die "could not make the base tree; the whole log is $LAB_CACHE/build.log"
            }
            mv -T "$partial" "$tree"
        ) 8>"$LAB_CACHE/build.lock"
    fi
    printf '%s\n' "$tree"
}

base_build() {
    local partial=$1 mirror packages started=$SECONDS
    mirror=$(base_mirror)
    printf 'lab %s: makes the base tree, once (about a minute)\n' "$LAB_NAME" >&3
    rm -rf --one-file-system "$partial"
    packages=$(IFS=,; echo "${BASE_PACKAGES[*]}")
    # In namespaces of its own: its mounts and processes end with it, however it ends.
    "$LAB_LIB/unseen.sh" "$LAB_STATES" '' unshare --mount --pid --fork --kill-child --mount-proc \
        debootstrap --variant=minbase --cache-dir="$LAB_CACHE/debs" --include="$packages" "$BASE_SUITE" "$partial" "$mirror"
    base_customise "$partial"
    printf 'lab %s: base tree made in %s s\n' "$LAB_NAME" "$((SECONDS - started))" >&3
}

base_customise() {
    local tree=$1
    # Nothing that tells one machine from another: each node gets its own.
    rm -f "$tree"/etc/ssh/ssh_host_* "$tree/var/lib/dbus/machine-id" "$tree/etc/hostname" "$tree/etc/resolv.conf"
    : >"$tree/etc/machine-id"
    rm -rf "$tree"/var/lib/apt/lists/* "$tree"/var/cache/apt/*.bin "$tree"/var/cache/apt/archives/*.deb \
        "$tree"/var/log/*.log "$tree"/var/log/apt/* "$tree"/var/cache/debconf/*-old

    # Lab only, and known to everybody: ops needs its password for sudo, admin does not.
    chroot "$tree" useradd -m -s /bin/bash -G sudo ops
    chroot "$tree" useradd -m -s /bin/bash admin
    printf 'ops:ops-password\n' | chroot "$tree" chpasswd
    printf 'admin ALL=(ALL:ALL) NOPASSWD: ALL\n' >"$tree/etc/sudoers.d/admin"
    chmod 0440 "$tree/etc/sudoers.d/admin"

    # Quiet nodes: nothing starts on a timer in the middle of a test, and the journal stays small.
    chroot "$tree" systemctl disable apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer \
        e2scrub_reap.service || true
    mkdir -p "$tree/etc/systemd/journald.conf.d" "$tree/var/log/journal"
    # The kernel's log is the machine's, not the node's: /dev/kmsg is there for kubelet only.
    printf '[Journal]\nSystemMaxUse=64M\nReadKMsg=no\n' >"$tree/etc/systemd/journald.conf.d/lab.conf"
    chroot "$tree" systemctl enable systemd-networkd.service ssh.service

    # nspawn leaves the cgroup mounts and /proc/sys read-only; a plain `remount,rw` says "busy" on some of them.
    cat >"$tree/usr/local/sbin/lab-writable" <<'SCRIPT'
#!/bin/sh
set -eu
findmnt -rno TARGET,FSTYPE | while read -r target type; do
    case $type:$target in
        cgroup:*|cgroup2:*|proc:/proc/sys|*:/sys/fs/cgroup) mount -o remount,bind,rw "$target" ;;
    esac
done
SCRIPT
    chmod 0755 "$tree/usr/local/sbin/lab-writable"
    cat >"$tree/etc/systemd/system/lab-writable.service" <<'UNIT'
[Unit]
Description=Make the cgroup mounts and /proc/sys writable, as they are on a real machine (lab)
DefaultDependencies=no
Before=systemd-sysctl.service sysinit.target shutdown.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/lab-writable

[Install]
WantedBy=sysinit.target
UNIT
    chroot "$tree" systemctl enable lab-writable.service
}
