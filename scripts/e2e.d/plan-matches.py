#!/usr/bin/env python3
"""Whether a run of setup changed what a dry run before it had said: the same changes on the same nodes, in the same order.

  plan-matches.py PLAN.json JOURNAL RECORDS
PLAN.json is what `acp setup --dry-run -o json` printed, JOURNAL that of the one run after it; RECORDS is a folder with a file
for each node, by its name, of what `record.sh list` printed there (what init.sh changed stands in no journal). Between nodes
that a stage works on at once there is no order. Images, which are pushed and not changed on a node, are left out. Ends with 1
on a difference.
"""
import collections
import json
import os
import re
import sys


def planned(path):
    """{(stage, node): [subject]} of a dry run; the subject as people read it."""
    lines = collections.OrderedDict()
    for c in json.load(open(path))["changes"]:
        if c["change"] != "push":
            # "write PATH (absent)", "set KEY=VALUE (is 0)"
            subject = re.sub(r"(=\S*)? \(.*\)$", "", c["path"]) if c["stage"] == "preprocess" else c["path"]
            lines.setdefault((c["stage"], c["node"]), []).append(subject)
    return lines


def subject(change):
    """As Change.subject() has it."""
    kind, rest = change.split(":", 1)
    if kind == "leaves":
        return rest.replace(":", " ", 1)
    if kind == "block":
        return rest.rsplit("#", 1)[0]
    return rest


def words_of(entry):
    """An entry of init.sh's as its dry run tells it, without what was there before."""
    kind, rest = entry.split(":", 1)
    return {"file": "write ", "sysctl": "set "}.get(kind, kind + " ") + rest


def made(path, records):
    lines = collections.OrderedDict()
    for node in sorted(os.listdir(records)):
        for line in open(os.path.join(records, node)):
            fields = line.split(None, 3)
            # folders that a file needed are recorded with it
            if len(fields) == 4 and fields[1] == "init" and not fields[3].startswith("dir:"):
                lines.setdefault(("preprocess", node), []).append(words_of(fields[3].strip()))
    for line in open(path):
        e = json.loads(line)
        if e["event"] == "changed":
            lines.setdefault((e["stage"], e["node"]), []).append(subject(e["change"]))
    return lines


def main():
    plan, run = planned(sys.argv[1]), made(sys.argv[2], sys.argv[3])
    wrong = 0
    for key in list(plan) + [k for k in run if k not in plan]:
        # a kernel setting is planned with its value and recorded by its key
        said = [s.split("=", 1)[0] if s.split("=", 1)[0] in run.get(key, []) else s for s in plan.get(key, [])]
        did = run.get(key, [])
        if said != did:
            wrong += 1
            print(f"{key[0]} on {key[1]}: {len(said)} planned, {len(did)} made")
            for s in [s for s in said if s not in did][:10]:
                print(f"  planned, and not made: {s}")
            for s in [s for s in did if s not in said][:10]:
                print(f"  made, and not planned: {s}")
    total = sum(map(len, plan.values()))
    print(f"{total} changes planned, {sum(map(len, run.values()))} made, on {len({n for _, n in plan})} nodes")
    sys.exit(1 if wrong or total < 100 else 0)


main()
