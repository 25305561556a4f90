#!/usr/bin/env python3
"""Writes down every command line and environment that any process of this machine shows, 20 times a second.

The lab's nodes are containers, so their processes are seen here too. A secret that was ever in an argument
or an environment is in the output.  sample-processes.py OUTPUT  (ends on SIGTERM)
"""
import os
import signal
import sys
import time

stop = False


def ask(_signal, _frame):
    global stop
    stop = True


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except OSError:
        return b""


def main():
    signal.signal(signal.SIGTERM, ask)
    seen = set()
    with open(sys.argv[1], "wb", buffering=0) as out:
        while not stop:
            began = time.monotonic()
            for pid in os.listdir("/proc"):
                if pid.isdigit() and int(pid) != os.getpid():
                    for name in ("cmdline", "environ"):
                        text = read(f"/proc/{pid}/{name}")
                        if text and hash(text) not in seen:
                            seen.add(hash(text))
                            out.write(name.encode() + b" " + text.replace(b"\0", b" ").replace(b"\n", b" ") + b"\n")
            time.sleep(max(0.0, 0.05 - (time.monotonic() - began)))


main()
