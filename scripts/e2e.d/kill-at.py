#!/usr/bin/env python3
"""Runs a command and SIGKILLs its process when the journal reaches a point; prints what happened.

  kill-at.py JOURNAL POINT DELAY -- CMD...
POINT is "EVENT STAGE" ("begin control-plane", "changed node-files", "end registry") counted in lines that
this run appends, or "time" (DELAY seconds after the start). DELAY seconds pass between point and kill.
Exit status: 137 when the command was killed, else the command's own. With KILL_SIGNAL=SIGTERM or another in the
environment only the java process gets that signal, and the status is the command's own.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time


def descendants(pid):
    """The process and all below it: the command may run acp through other programs."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as f:
                    parent = int(f.read().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found, todo = [], [pid]
    while todo:
        p = todo.pop()
        found.append(p)
        todo += children.get(p, [])
    return found


def name(pid):
    try:
        with open(f"/proc/{pid}/comm") as f:
            return f.read().strip()
    except OSError:
        return ""


def main():
    journal, point, delay = sys.argv[1], sys.argv[2], float(sys.argv[3])
    command = sys.argv[sys.argv.index("--") + 1:]
    start = os.path.getsize(journal) if os.path.exists(journal) else 0
    process = subprocess.Popen(command)
    killed = threading.Event()
    seen = "never"

    def clock():
        return time.strftime("%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03d}"

    def reached(position):
        if point == "time":
            return True
        try:
            with open(journal, "rb") as f:
                f.seek(position)
                for line in f:
                    try:
                        entry = json.loads(line)
                    except ValueError:
                        continue
                    if f"{entry['event']} {entry['stage']}" == point:
                        return True
        except OSError:
            pass
        return False

    while process.poll() is None:
        if reached(start):
            seen = clock()
            time.sleep(delay)
            if process.poll() is None:
                polite = os.environ.get("KILL_SIGNAL", "SIGKILL")
                if polite == "SIGKILL":
                    killed.set()
                for pid in descendants(process.pid):
                    try:
                        if polite == "SIGKILL" or name(pid) == "java":
                            os.kill(pid, getattr(signal, polite))
                    except ProcessLookupError:
                        pass
            break
        time.sleep(0.02)
    status = process.wait()
    how = "killed" if killed.is_set() else f"ended by itself with {status}"
    print(f"kill-at: {point} (seen {seen}) +{delay}s: {how} at {clock()}", file=sys.stderr)
    sys.exit(137 if killed.is_set() else status)


main()
