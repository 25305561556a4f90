#!/usr/bin/env python3
"""Prints the state of a lab node as sorted text, a fact a line: kind, a tab, the fact. Called by `scripts/lab snapshot`.

    snapshot.py ROOT GROUP [LEADER]

ROOT is the node's tree as the machine sees it, GROUP its cgroup, LEADER its process 1 (none if it is off). Everything is read
from outside, with the machine's own programs; only systemd itself is asked inside. What cannot be equal between two looks at
one unchanged thing (numbers of links, mounts and peer groups; counters; life times) is taken out here; what may differ for a
reason of its own (logs, sessions) stays in and is named in scripts/snapshot-leaves-out.txt.
"""
import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import time

# A folder that systemd makes for a service, with the boot and chance in its name.
PRIVATE = re.compile(r"(/tmp/systemd-private)-[0-9a-f]{32}-(.+?)-[A-Za-z0-9]{6}(?=/| )")
# Not on a disk; their mounts are listed instead, and /run is read in the node.
PSEUDO = {"proc", "sys", "dev", "run"}
UNIT = re.compile(r"\.(service|scope|slice|socket|mount|swap)$")


def text(name):
    """One line, whatever bytes the name has."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").translate({9: "\\t", 10: "\\n", 13: "\\r", 32: "\\040"})


def digest(path):
    whole = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:
        while block := stream.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()


def attributes(path):
    found = []
    for name in sorted(os.listxattr(path, follow_symlinks=False)):
        if not name.startswith("trusted.overlay."):
            found.append(f"{name}={os.getxattr(path, name, follow_symlinks=False).hex()}")
    return found


def files(root, top=""):
    """The tree at root, shown below top; other file systems mounted in it belong to it if the machine mounted them (/var)."""
    device = os.lstat(root).st_dev

    def one(path, shown):
        try:
            about = os.lstat(path)
            words = [shown, stat.filemode(about.st_mode), f"{about.st_uid}:{about.st_gid}"]
            if stat.S_ISREG(about.st_mode):
                words += [str(about.st_size), digest(path)]
            elif stat.S_ISLNK(about.st_mode):
                words += ["->", text(os.readlink(path))]
            elif stat.S_ISBLK(about.st_mode) or stat.S_ISCHR(about.st_mode):
                words += [f"{os.major(about.st_rdev)}:{os.minor(about.st_rdev)}"]
            yield "file", PRIVATE.sub(r"\1-BOOT-\2-CHANCE", " ".join(words + attributes(path)))
        except FileNotFoundError:
            pass  # gone since the folder was read
        except OSError as fault:
            yield "file", f"{shown} unreadable: {fault.strerror}"

    def walk(path, shown):
        try:
            names = sorted(os.listdir(path))
        except FileNotFoundError:
            return
        except OSError as fault:
            yield "file", f"{shown or '/'} unreadable: {fault.strerror}"
            return
        for name in names:
            below, label = os.path.join(path, name), f"{shown}/{text(name)}"
            yield from one(below, label)
            if not shown and name in PSEUDO:
                continue
            try:
                about = os.lstat(below)
            except FileNotFoundError:
                continue
            # In the node's own /run other mounts are the rootfs of containers and the like.
            if stat.S_ISDIR(about.st_mode) and (not top or about.st_dev == device):
                yield from walk(below, label)

    yield from walk(root, top)


def inside(leader, spaces, *command):
    """Runs a command in the node's namespaces; its lines, or one that says why there are none."""
    done = subprocess.run(["nsenter", "-t", leader, *spaces, "--", *command], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, errors="backslashreplace", timeout=60)
    if done.returncode != 0:
        return [f"unreadable: {' '.join(command)}: {done.stderr.strip() or done.returncode}"]
    return [line.rstrip() for line in done.stdout.splitlines() if line.strip()]


def net(leader, *command):
    if shutil.which(command[0]) is None:
        return [f"unreadable: this machine has no {command[0]}"]
    return inside(leader, ["--net"], *command)


def settle(leader):
    """A node that has just booted: its IPv6 addresses are on trial for a second or two, and lack a route until then."""
    for _ in range(50):
        if not inside(leader, ["--net"], "ip", "-o", "-6", "address", "show", "tentative"):
            return
        time.sleep(0.1)


def units(leader):
    systemctl = ("systemctl", "--no-pager", "--plain", "--no-legend", "--full")
    everything = ["-m", "-u", "-i", "-n", "-p", "-r", "-w/"]
    for line in inside(leader, everything, *systemctl, "list-unit-files"):
        yield "unit-file", " ".join(line.split())
    for line in inside(leader, everything, *systemctl, "--all", "list-units"):
        yield "unit", " ".join(line.split()[:4])


def mounts(leader):
    with open(f"/proc/{leader}/mountinfo", encoding="utf-8", errors="backslashreplace") as table:
        for line in table:
            before, after = line.rstrip("\n").split(" - ", 1)
            _, _, _, root, target, options, *optional = before.split(" ")
            kind, source, more = after.split(" ", 2)
            peers = ",".join(sorted(re.sub(r":\d+$", "", word) for word in optional)) or "private"
            root = re.sub(r"\.#(proc-[a-z-]+?)[0-9a-f]{16}(?=/|$)", r".#\1", root)
            source = re.sub(r"^/dev/loop\d+$", "/dev/loop", source)
            yield "mount", f"{target} {kind} {source} {root} {options} {more} {peers}"


def network(leader):
    for line in net(leader, "ip", "-o", "-d", "link", "show"):
        line = re.sub(r"^\d+: ", "", line.replace("\\", " "))
        line = re.sub(r"@(if)?\d+:", ":", line)
        line = re.sub(r" (link-netnsid|iflink|hello_timer|tcn_timer|topology_change_timer|gc_timer|hold_timer|message_age_timer"
                      r"|forward_delay_timer) +\S+", "", line)
        yield "link", " ".join(line.split())
    for line in net(leader, "ip", "-o", "address", "show"):
        line = re.sub(r"^\d+: ", "", line.replace("\\", " "))
        yield "address", " ".join(re.sub(r"(valid|preferred)_lft \d+sec", r"\1_lft some", line).split())
    for family in ("-4", "-6"):
        for line in net(leader, "ip", family, "-o", "route", "show", "table", "all"):
            yield "route", " ".join(re.sub(r" expires \S+", "", f"{family} {line}".replace("\\", " ")).split())
        for line in net(leader, "ip", family, "rule", "show"):
            yield "rule", " ".join(f"{family} {line}".split())
    for line in net(leader, "tc", "qdisc", "show"):
        yield "qdisc", " ".join(line.split())
    for line in net(leader, "ss", "-H", "-l", "-n", "-t", "-u", "-w"):
        words = line.split()
        yield "socket", f"{words[0]} {words[4]}" if len(words) > 4 else line


def rules(leader):
    where = []
    for line in net(leader, "nft", "list", "ruleset"):
        line = re.sub(r"counter packets \d+ bytes \d+", "counter", line.strip())
        if line.endswith("{"):
            where.append(line[:-1].strip())
            yield "nft", " / ".join(where)
        elif line == "}":
            where.pop()
        elif not line.startswith("# Warning"):
            yield "nft", " / ".join(where + [line])
    for family, names in (("iptables", "ip_tables_names"), ("ip6tables", "ip6_tables_names")):
        # Asked by table: to ask for all of them makes the missing ones.
        for table in inside(leader, ["--net"], "sh", "-c", f"cat /proc/net/{names} 2>/dev/null || true"):
            for line in net(leader, f"{family}-legacy-save", "-t", table):
                if not line.startswith("#"):
                    yield family, f"{table} " + re.sub(r"\[\d+:\d+\]", "[]", line)
    for line in net(leader, "ipset", "save"):
        yield "ipset", re.sub(r" (timeout|packets|bytes|initval) \S+", "", line)


READ_SYSCTLS = """
import os
for folder, _, names in os.walk("/proc/sys/net"):
    for name in names:
        path = os.path.join(folder, name)
        try:
            with open(path, encoding="utf-8", errors="backslashreplace") as stream:
                print(path[len("/proc/sys/"):], " ".join(stream.read().split()))
        except OSError:
            pass
"""


def sysctls(leader):
    # /proc/sys/net shows the network namespace of whoever reads it.
    for line in inside(leader, ["--net"], sys.executable, "-c", READ_SYSCTLS):
        yield "sysctl", line


def cgroups(group, known):
    """Groups that are not a unit which systemd lists: what somebody made himself, or left behind."""
    with open("/proc/mounts", encoding="utf-8") as table:
        hierarchies = sorted({line.split()[1] for line in table if line.split()[2] in ("cgroup", "cgroup2")})
    for hierarchy in hierarchies:
        top = os.path.join(hierarchy, group)
        for folder, names, _ in os.walk(top):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), top)
                parts = path.split("/")
                if not all(part in known or part in ("payload", "supervisor") for part in parts):
                    yield "cgroup", f"{os.path.basename(hierarchy)} {path}"


def processes(leader, group):
    space = os.readlink(f"/proc/{leader}/ns/pid")
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/cgroup", encoding="utf-8") as where:
                if f":/{group}" not in where.read():
                    continue
            own = "" if os.readlink(f"/proc/{entry}/ns/pid") == space else " (in a pid namespace of its own)"
            with open(f"/proc/{entry}/comm", encoding="utf-8", errors="backslashreplace") as name:
                yield "process", f"{name.read().strip()} {os.stat(f'/proc/{entry}').st_uid}{own}"
        except OSError:
            pass  # ended meanwhile


def main(root, group, leader=""):
    if leader:
        settle(leader)
    facts = set(files(root))
    if leader:
        of_units = list(units(leader))
        known = {fact.split(" ")[0] for kind, fact in of_units if kind == "unit" and UNIT.search(fact.split(" ")[0])}
        facts.update(files(f"/proc/{leader}/root/run", "/run"), of_units, mounts(leader), network(leader), rules(leader), sysctls(leader),
                     cgroups(group, known), processes(leader, group))
    else:
        facts.add(("unit", "none: the node is off"))
    sys.stdout.write("".join(f"{kind}\t{fact}\n" for kind, fact in sorted(facts)))


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")
    main(*sys.argv[1:])
